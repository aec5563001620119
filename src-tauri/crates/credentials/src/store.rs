//! Where secrets are kept: one trait, the operating system's keyring and plain memory behind it.

pub(crate) mod keyring;
mod memory;

use std::{fmt, time::Duration};

use async_trait::async_trait;
use secrecy::{ExposeSecret, SecretString};

use crate::{EnvelopeError, VaultError};
pub use keyring::{Keyring, KeyringLimits};
pub use memory::MemoryStore;

/// The service name of every keyring item, as the system's own keyring tool shows it.
pub const SERVICE: &str = "dev.aloft.uploader";

/// Which secret: one item for each API key of a cloud.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Item {
    /// The cloud name.
    pub cloud_name: String,
    /// The API key.
    pub api_key: String,
}

impl Item {
    /// The user name of the keyring item, `<cloud name>:<API key>`.
    pub fn user(&self) -> String {
        format!("{}:{}", self.cloud_name, self.api_key)
    }

    /// One that is never kept, to ask for.
    fn nobody() -> Self {
        Self {
            cloud_name: "aloft".to_owned(),
            api_key: "doctor".to_owned(),
        }
    }
}

/// Whether the system may put a dialog in front of the user to unlock its keyring.
///
/// Work in the background says `Never`: it gets [`StoreError::Locked`] and waits until the user
/// does something that says `Allow`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnlockDialog {
    /// The user asked for this just now and expects a dialog.
    Allow,
    /// Nobody is waiting in front of the screen.
    Never,
}

/// A place for secrets.
#[async_trait]
pub trait SecretStore: Send + Sync {
    /// Reads a secret.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if there is none, and whatever keeps it from being read.
    async fn get(&self, item: &Item, dialog: UnlockDialog) -> Result<SecretString, StoreError>;

    /// Keeps a secret, in place of one that is there.
    ///
    /// # Errors
    /// Whatever keeps it from being stored. After [`StoreError::TimedOut`] it may be stored all
    /// the same.
    async fn put(
        &self,
        item: &Item,
        secret: &SecretString,
        dialog: UnlockDialog,
    ) -> Result<(), StoreError>;

    /// Keeps a secret and reads it back. Answers whether it is what was read; if not, something else
    /// is there now.
    ///
    /// # Errors
    /// As [`SecretStore::put`] and [`SecretStore::get`].
    async fn keep(
        &self,
        item: &Item,
        secret: &SecretString,
        dialog: UnlockDialog,
    ) -> Result<bool, StoreError> {
        self.put(item, secret, dialog).await?;
        let read = self.get(item, dialog).await?;
        Ok(read.expose_secret() == secret.expose_secret())
    }

    /// Removes a secret.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if there is none, and whatever keeps it from being removed.
    async fn delete(&self, item: &Item, dialog: UnlockDialog) -> Result<(), StoreError>;

    /// Looks whether it is there and takes new secrets, without a dialog.
    ///
    /// # Errors
    /// [`StoreError::NoCollection`] where the place for new ones has to be made first, by a dialog;
    /// and whatever keeps secrets from being read.
    async fn look(&self) -> Result<(), StoreError> {
        match self.get(&Item::nobody(), UnlockDialog::Never).await {
            Ok(_) | Err(StoreError::Missing) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Which store this is.
    fn name(&self) -> StoreName;
}

/// The stores there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StoreName {
    /// The operating system's keyring.
    Keyring,
    /// This process's memory.
    Session,
    /// The file that a passphrase protects.
    Vault,
}

/// Why a secret could not be read, kept or removed. None of these holds a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// There is no secret for this account.
    #[error("The API secret of this account is not stored. Enter it again.")]
    Missing,
    /// The keyring is locked, or a dialog that unlocks it is open somewhere.
    #[error("The system's keyring is locked. Unlock it, then try again.")]
    Locked,
    /// The user closed the unlock dialog, or the system does not let this program in.
    #[error("The system's keyring did not let Aloft in. Try again and allow access.")]
    Denied,
    /// No answer in time. The call may still take effect.
    #[error("The system's keyring did not answer within {} s. Look for a dialog that waits for you, then try again.", after.as_secs_f32())]
    TimedOut {
        /// How long was waited.
        after: Duration,
    },
    /// This system has no keyring, or none that runs.
    #[error(
        "No keyring answers on this system. Start one (GNOME Keyring, KWallet, KeePassXC), or keep the secret for this session only."
    )]
    NoStore {
        /// What the system said, for details and logs.
        detail: String,
    },
    /// The keyring runs, but has no collection that takes new secrets.
    #[error(
        "The system's keyring has no default collection to keep the secret in. Create one in the system's password program, or keep the secret for this session only."
    )]
    NoCollection,
    /// Several items of the keyring fit, and which one is right cannot be known.
    #[error(
        "The system's keyring holds several secrets for {user}. Remove all but one of them in the system's password program; the service is {SERVICE}."
    )]
    Ambiguous {
        /// The user name of the items.
        user: String,
    },
    /// What is stored is no text, so this program did not write it.
    #[error(
        "What the system's keyring holds for this account is not an API secret. Enter the secret again."
    )]
    Unreadable,
    /// The keyring answered with a failure of its own.
    #[error(
        "The system's keyring failed: {detail}. Try again; if it stays so, restart the keyring."
    )]
    Broken {
        /// What it said, without a full stop.
        detail: String,
    },
    /// The vault file could not be used.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// [`StoreError`] without its details.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StoreErrorKind {
    /// See [`StoreError::Missing`].
    Missing,
    /// See [`StoreError::Locked`].
    Locked,
    /// See [`StoreError::Denied`].
    Denied,
    /// See [`StoreError::TimedOut`].
    TimedOut,
    /// See [`StoreError::NoStore`].
    NoStore,
    /// See [`StoreError::NoCollection`].
    NoCollection,
    /// See [`StoreError::Ambiguous`].
    Ambiguous,
    /// See [`StoreError::Unreadable`].
    Unreadable,
    /// See [`StoreError::Broken`].
    Broken,
}

impl StoreError {
    /// The kind, for a decision.
    pub fn kind(&self) -> StoreErrorKind {
        match self {
            Self::Missing => StoreErrorKind::Missing,
            Self::Locked => StoreErrorKind::Locked,
            Self::Denied => StoreErrorKind::Denied,
            Self::TimedOut { .. } => StoreErrorKind::TimedOut,
            Self::NoStore { .. } => StoreErrorKind::NoStore,
            Self::NoCollection => StoreErrorKind::NoCollection,
            Self::Ambiguous { .. } => StoreErrorKind::Ambiguous,
            Self::Unreadable => StoreErrorKind::Unreadable,
            Self::Broken { .. } => StoreErrorKind::Broken,
            Self::Vault(VaultError::Locked | VaultError::PassphraseChanged) => {
                StoreErrorKind::Locked
            }
            Self::Vault(VaultError::NotThere) => StoreErrorKind::NoStore,
            Self::Vault(VaultError::File(
                EnvelopeError::WrongPassphrase | EnvelopeError::EmptyPassphrase,
            )) => StoreErrorKind::Denied,
            Self::Vault(
                VaultError::AlreadyThere
                | VaultError::Disk { .. }
                | VaultError::File(
                    EnvelopeError::NotOurs
                    | EnvelopeError::NewerFormat { .. }
                    | EnvelopeError::Damaged { .. }
                    | EnvelopeError::TooCostly { .. }
                    | EnvelopeError::System { .. },
                ),
            ) => StoreErrorKind::Broken,
        }
    }
}

impl fmt::Display for StoreName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Keyring => "the system's keyring",
            Self::Session => "this session",
            Self::Vault => "the vault file",
        })
    }
}
