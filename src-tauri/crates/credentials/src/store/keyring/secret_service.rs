//! The Secret Service (GNOME Keyring, KWallet, KeePassXC) on Linux and its relatives.
//!
//! The keyring crate's store unlocks whatever it finds locked, dialog and all, before anybody can
//! object. So we look first, with a connection of our own, and let the store in only when nothing
//! is locked any more. Both connections are made anew after a failure, since a restarted keyring
//! does not know the old ones.

use std::{collections::HashMap, sync::Arc};

use keyring_core::{Entry, api::CredentialStoreApi};
use secrecy::{ExposeSecret, SecretString};
use secret_service::{EncryptionType, Error as Failure, blocking};
use zbus_secret_service_keyring_store::Store;

use super::backend::{Ask, Backend, meaning};
use crate::{Item, SERVICE, StoreError};

/// The label a new default collection gets; the other programs that make one call it so too.
const COLLECTION: &str = "Default keyring";

#[derive(Default)]
pub(super) struct SecretService {
    connected: Option<Connected>,
}

struct Connected {
    look: blocking::SecretService<'static>,
    store: Arc<Store>,
}

/// Whether a call may make the collection its secret goes into.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Collection {
    Make,
    Leave,
}

impl Backend for SecretService {
    fn get(&mut self, item: &Item, ask: &Ask<'_>) -> Result<SecretString, StoreError> {
        self.call(item, ask, Collection::Leave, |entry| {
            entry.get_password().map(SecretString::from)
        })
    }

    fn put(&mut self, item: &Item, secret: &SecretString, ask: &Ask<'_>) -> Result<(), StoreError> {
        self.call(item, ask, Collection::Make, |entry| {
            entry.set_password(secret.expose_secret())
        })
    }

    fn delete(&mut self, item: &Item, ask: &Ask<'_>) -> Result<(), StoreError> {
        self.call(item, ask, Collection::Leave, Entry::delete_credential)
    }

    fn look(&mut self, ask: &Ask<'_>) -> Result<(), StoreError> {
        match self.get(&Item::nobody(), ask) {
            Ok(_) => return Ok(()),
            Err(StoreError::Missing) => {}
            Err(error) => return Err(error),
        }
        // The call before this one left a connection.
        let Some(Connected { look, .. }) = &self.connected else {
            return Ok(());
        };
        let default = look.get_default_collection();
        default.map(drop).map_err(|failure| decide(&failure))
    }
}

impl SecretService {
    /// Makes the call; once more over new connections if old ones fail, because the keyring may
    /// have been restarted since.
    fn call<T>(
        &mut self,
        item: &Item,
        ask: &Ask<'_>,
        collection: Collection,
        work: impl Fn(&Entry) -> keyring_core::Result<T>,
    ) -> Result<T, StoreError> {
        let is_old = self.connected.is_some();
        match self.call_once(item, ask, collection, &work) {
            Err(StoreError::Broken { detail }) => {
                self.connected = None;
                if !is_old {
                    return Err(StoreError::Broken { detail });
                }
                tracing::debug!(detail, "the keyring's connection is made anew");
                self.call_once(item, ask, collection, &work)
                    .inspect_err(|_| self.connected = None)
            }
            other => other,
        }
    }

    fn call_once<T>(
        &mut self,
        item: &Item,
        ask: &Ask<'_>,
        collection: Collection,
        work: impl Fn(&Entry) -> keyring_core::Result<T>,
    ) -> Result<T, StoreError> {
        let connected = match self.connected.take() {
            Some(connected) => connected,
            None => connect()?,
        };
        let connected = self.connected.insert(connected);
        unlock(&connected.look, item, ask, collection)?;

        let user = item.user();
        let label = format!("Aloft: {} (API key {})", item.cloud_name, item.api_key);
        let modifiers = HashMap::from([("label", label.as_str())]);
        connected
            .store
            .build(SERVICE, &user, Some(&modifiers))
            .and_then(|entry| work(&entry))
            .map_err(|error| explain(error, item))
    }
}

/// Whatever fails here is a keyring that is not there: no bus, nobody on it, or nobody we may
/// talk to.
fn connect() -> Result<Connected, StoreError> {
    let absent = |failure: Failure| {
        let detail = failure.to_string();
        if decide(&failure) == StoreError::Denied {
            StoreError::Denied
        } else {
            StoreError::NoStore { detail }
        }
    };
    let look = blocking::SecretService::connect(EncryptionType::Dh).map_err(absent)?;
    let store = Store::new().map_err(|error| StoreError::NoStore {
        detail: error.to_string(),
    })?;
    Ok(Connected { look, store })
}

/// Leaves nothing locked that the call will touch, or says why it cannot.
fn unlock(
    look: &blocking::SecretService<'static>,
    item: &Item,
    ask: &Ask<'_>,
    collection: Collection,
) -> Result<(), StoreError> {
    let user = item.user();
    let attributes = HashMap::from([("service", SERVICE), ("username", user.as_str())]);
    let found = look
        .search_items(attributes)
        .map_err(|failure| decide(&failure))?;
    if !found.locked.is_empty() {
        ask.open_dialog()?;
        let locked: Vec<&blocking::Item<'_>> = found.locked.iter().collect();
        return look.unlock_all(&locked).map_err(|failure| decide(&failure));
    }
    if !found.unlocked.is_empty() {
        return Ok(());
    }
    // Nothing found may mean that it is not there, or that a locked collection does not tell:
    // KWallet knows nothing of a wallet that is closed.
    match look.get_default_collection() {
        Ok(default) => {
            if default.is_locked().map_err(|failure| decide(&failure))? {
                ask.open_dialog()?;
                default.unlock().map_err(|failure| decide(&failure))?;
            }
            Ok(())
        }
        Err(Failure::NoResult) if collection == Collection::Leave => Err(StoreError::Missing),
        Err(Failure::NoResult) => {
            // The dialog lets the user choose a password for the new collection. Dismissed, or
            // impossible to show, there is still no collection.
            ask.open_dialog().map_err(|_| StoreError::NoCollection)?;
            match look.create_collection(COLLECTION, "default") {
                Ok(_) => Ok(()),
                Err(Failure::Prompt) => Err(StoreError::NoCollection),
                Err(failure) => Err(decide(&failure)),
            }
        }
        Err(failure) => Err(decide(&failure)),
    }
}

/// The store says `NoStorageAccess` for a locked keyring, a dismissed dialog and a missing
/// collection alike; the cause inside tells them apart.
fn explain(error: keyring_core::Error, item: &Item) -> StoreError {
    if let keyring_core::Error::NoStorageAccess(cause) | keyring_core::Error::PlatformFailure(cause) =
        &error
        && let Some(failure) = cause.downcast_ref::<Failure>()
    {
        return decide(failure);
    }
    meaning(error, item)
}

fn decide(failure: &Failure) -> StoreError {
    match failure {
        Failure::Locked => StoreError::Locked,
        Failure::NoResult => StoreError::NoCollection,
        Failure::Prompt => StoreError::Denied,
        Failure::Unavailable => StoreError::NoStore {
            detail: failure.to_string(),
        },
        Failure::Crypto(_) | Failure::Zvariant(_) | Failure::PromptDisconnected => broken(failure),
        // The names of D-Bus and of the Secret Service for "you may not" and "it is locked"; zbus
        // keeps them in types of its own, which are not ours to name.
        Failure::Zbus(_) | Failure::ZbusFdo(_) => {
            let text = failure.to_string();
            if text.contains("AccessDenied") {
                StoreError::Denied
            } else if text.contains("org.freedesktop.Secret.Error.IsLocked") {
                StoreError::Locked
            } else {
                broken(failure)
            }
        }
        _ => broken(failure),
    }
}

fn broken(failure: &Failure) -> StoreError {
    StoreError::Broken {
        detail: failure.to_string(),
    }
}
