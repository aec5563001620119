//! A keyring without a daemon.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use app::{
    MemoryStore, SecretItem, SecretStore, SecretString, StoreError, StoreName, UnlockDialog,
};
use async_trait::async_trait;
use tokio::sync::watch;

/// A keyring that can be locked; its user opens it when its dialog is shown.
#[derive(Default)]
pub(crate) struct ScriptedKeyring {
    secrets: MemoryStore,
    locked: AtomicBool,
    dismissed: AtomicBool,
    puts: AtomicUsize,
    gets: AtomicUsize,
    garbles: AtomicBool,
    /// Held by a test while no secret gets further than into its hands.
    pub(crate) door: tokio::sync::Mutex<()>,
    /// How many secrets stand before the door, or went through it.
    pub(crate) before_door: watch::Sender<usize>,
}

impl ScriptedKeyring {
    pub(crate) fn lock(&self) {
        self.locked.store(true, Ordering::SeqCst);
    }

    pub(crate) fn unlock(&self) {
        self.locked.store(false, Ordering::SeqCst);
    }

    /// Its user closes the dialog instead, from now on or no longer.
    pub(crate) fn dismiss_dialogs(&self, dismiss: bool) {
        self.dismissed.store(dismiss, Ordering::SeqCst);
    }

    /// It keeps something else than what it was given, from now on or no longer.
    pub(crate) fn garbles(&self, garbles: bool) {
        self.garbles.store(garbles, Ordering::SeqCst);
    }

    /// How often a secret was written.
    pub(crate) fn puts(&self) -> usize {
        self.puts.load(Ordering::SeqCst)
    }

    /// How often a secret was asked for.
    pub(crate) fn gets(&self) -> usize {
        self.gets.load(Ordering::SeqCst)
    }

    fn enter(&self, dialog: UnlockDialog) -> Result<(), StoreError> {
        if dialog == UnlockDialog::Allow && !self.dismissed.load(Ordering::SeqCst) {
            self.unlock();
        }
        match self.locked.load(Ordering::SeqCst) {
            true => Err(StoreError::Locked),
            false => Ok(()),
        }
    }
}

#[async_trait]
impl SecretStore for ScriptedKeyring {
    async fn get(
        &self,
        item: &SecretItem,
        dialog: UnlockDialog,
    ) -> Result<SecretString, StoreError> {
        self.gets.fetch_add(1, Ordering::SeqCst);
        self.enter(dialog)?;
        self.secrets.get(item, dialog).await
    }
    async fn put(
        &self,
        item: &SecretItem,
        secret: &SecretString,
        dialog: UnlockDialog,
    ) -> Result<(), StoreError> {
        self.before_door.send_modify(|count| *count += 1);
        let _open = self.door.lock().await;
        self.enter(dialog)?;
        self.puts.fetch_add(1, Ordering::SeqCst);
        match self.garbles.load(Ordering::SeqCst) {
            true => self.secrets.put(item, &"garbled".into(), dialog).await,
            false => self.secrets.put(item, secret, dialog).await,
        }
    }
    async fn delete(&self, item: &SecretItem, dialog: UnlockDialog) -> Result<(), StoreError> {
        self.enter(dialog)?;
        self.secrets.delete(item, dialog).await
    }
    fn name(&self) -> StoreName {
        StoreName::Keyring
    }
}
