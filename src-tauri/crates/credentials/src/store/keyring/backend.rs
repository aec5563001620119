//! What the keyring's thread needs from a system's keyring.

use secrecy::SecretString;

use crate::{Item, StoreError, UnlockDialog};

/// A keyring, called from one plain thread and allowed to block.
pub trait Backend {
    /// Reads a secret.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn get(&mut self, item: &Item, ask: &Ask<'_>) -> Result<SecretString, StoreError>;

    /// Stores a secret, in place of one that is there.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn put(&mut self, item: &Item, secret: &SecretString, ask: &Ask<'_>) -> Result<(), StoreError>;

    /// Removes a secret.
    ///
    /// # Errors
    /// See [`StoreError`].
    fn delete(&mut self, item: &Item, ask: &Ask<'_>) -> Result<(), StoreError>;

    /// Looks whether it is there and takes new secrets: asked for an item that cannot be there, it must say just that.
    ///
    /// # Errors
    /// See [`SecretStore::look`](crate::SecretStore::look).
    fn look(&mut self, ask: &Ask<'_>) -> Result<(), StoreError> {
        match self.get(&Item::nobody(), ask) {
            Ok(_) | Err(StoreError::Missing) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// The right to open an unlock dialog, to be used just before one opens.
pub struct Ask<'a> {
    dialog: UnlockDialog,
    opening: &'a dyn Fn(),
}

impl<'a> Ask<'a> {
    pub(super) fn new(dialog: UnlockDialog, opening: &'a dyn Fn()) -> Self {
        Self { dialog, opening }
    }

    /// Says that a dialog opens now: this caller gets more time, all others "locked".
    ///
    /// # Errors
    /// [`StoreError::Locked`] when this call must not open one.
    pub fn open_dialog(&self) -> Result<(), StoreError> {
        match self.dialog {
            UnlockDialog::Never => Err(StoreError::Locked),
            UnlockDialog::Allow => {
                (self.opening)();
                Ok(())
            }
        }
    }
}

/// The keyring of this system.
#[cfg(all(
    unix,
    not(any(target_os = "macos", target_os = "ios", target_os = "android"))
))]
pub(super) fn of_this_system() -> impl Backend {
    super::secret_service::SecretService::default()
}

/// The keyring of this system.
#[cfg(any(target_os = "macos", target_os = "windows"))]
pub(super) fn of_this_system() -> impl Backend {
    super::native::Native
}

/// What a keyring's failure means here. Never by its `Debug`, which may print a secret.
pub(super) fn meaning(error: keyring_core::Error, item: &Item) -> StoreError {
    use keyring_core::Error;
    match error {
        Error::NoEntry => StoreError::Missing,
        Error::Ambiguous(_) => StoreError::Ambiguous { user: item.user() },
        Error::BadEncoding(mut bytes) | Error::BadDataFormat(mut bytes, _) => {
            zeroize::Zeroize::zeroize(&mut bytes);
            StoreError::Unreadable
        }
        Error::NoDefaultStore => StoreError::NoStore {
            detail: error.to_string(),
        },
        Error::PlatformFailure(_)
        | Error::NoStorageAccess(_)
        | Error::BadStoreFormat(_)
        | Error::TooLong(..)
        | Error::Invalid(..)
        | Error::NotSupportedByStore(_) => StoreError::Broken {
            detail: error.to_string(),
        },
        // The enum may grow; a variant we do not know is a failure of the keyring's own.
        _ => StoreError::Broken {
            detail: "an unknown failure".to_owned(),
        },
    }
}
