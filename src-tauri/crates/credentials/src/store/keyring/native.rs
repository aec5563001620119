//! Keychain on macOS, Credential Manager on Windows.
//!
//! Neither has a lock that can be looked at first: the login opens them. macOS may still put up a
//! dialog of its own (another signature, a keychain that locks when idle); then the call runs into
//! its time limit and the others are answered "locked".

use keyring::Entry;
use secrecy::{ExposeSecret, SecretString};

use super::backend::{Ask, Backend, meaning};
use crate::{Item, SERVICE, StoreError};

pub(super) struct Native;

impl Backend for Native {
    fn get(&mut self, item: &Item, _ask: &Ask<'_>) -> Result<SecretString, StoreError> {
        call(item, |entry| entry.get_password().map(SecretString::from))
    }

    fn put(
        &mut self,
        item: &Item,
        secret: &SecretString,
        _ask: &Ask<'_>,
    ) -> Result<(), StoreError> {
        call(item, |entry| entry.set_password(secret.expose_secret()))
    }

    fn delete(&mut self, item: &Item, _ask: &Ask<'_>) -> Result<(), StoreError> {
        call(item, Entry::delete_credential)
    }
}

fn call<T>(item: &Item, work: impl Fn(&Entry) -> keyring::Result<T>) -> Result<T, StoreError> {
    Entry::new(SERVICE, &item.user())
        .and_then(|entry| work(&entry))
        .map_err(|error| explain(error, item))
}

fn explain(error: keyring_core::Error, item: &Item) -> StoreError {
    // No keychain, or a session without a logon: there is nothing to talk to.
    if let keyring_core::Error::NoStorageAccess(cause) = &error {
        return StoreError::NoStore {
            detail: cause.to_string(),
        };
    }
    #[cfg(target_os = "macos")]
    if let keyring_core::Error::PlatformFailure(cause) = &error
        && let Some(failure) = cause.downcast_ref::<security_framework::base::Error>()
    {
        // SecBase.h: errSecInteractionNotAllowed, errSecUserCanceled, errSecAuthFailed.
        match failure.code() {
            -25308 => return StoreError::Locked,
            -128 | -25293 => return StoreError::Denied,
            _ => {}
        }
    }
    meaning(error, item)
}
