//! Secrets that end with the process.

use std::{
    collections::HashMap,
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use secrecy::SecretString;

use super::{Item, SecretStore, StoreError, StoreName, UnlockDialog};

/// The store of the sandbox, of the environment's account, of "this session only" and of tests.
/// It is never locked and never asks.
#[derive(Default)]
pub struct MemoryStore(Mutex<HashMap<Item, SecretString>>);

impl MemoryStore {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Forgets everything it holds.
    pub fn clear(&self) {
        self.secrets().clear();
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.secrets().is_empty()
    }

    fn secrets(&self) -> MutexGuard<'_, HashMap<Item, SecretString>> {
        // No code panics with the map half changed, so a poisoned lock guards a sound map.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore")
            .field("secrets", &self.secrets().len())
            .finish()
    }
}

#[async_trait]
impl SecretStore for MemoryStore {
    async fn get(&self, item: &Item, _dialog: UnlockDialog) -> Result<SecretString, StoreError> {
        self.secrets().get(item).cloned().ok_or(StoreError::Missing)
    }

    async fn put(
        &self,
        item: &Item,
        secret: &SecretString,
        _dialog: UnlockDialog,
    ) -> Result<(), StoreError> {
        self.secrets().insert(item.clone(), secret.clone());
        Ok(())
    }

    async fn delete(&self, item: &Item, _dialog: UnlockDialog) -> Result<(), StoreError> {
        self.secrets()
            .remove(item)
            .map(drop)
            .ok_or(StoreError::Missing)
    }

    fn name(&self) -> StoreName {
        StoreName::Session
    }
}
