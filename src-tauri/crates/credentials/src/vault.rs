//! A file of secrets that a passphrase protects, for systems without a keyring.
//!
//! Argon2id makes the key, XChaCha20-Poly1305 seals each secret by itself, see `envelope.rs` and
//! `vault/file.rs`. While it is unlocked, memory holds the key and not the secrets: each is opened
//! when it is asked for, from the file as it is then. The passphrase is taken byte for byte.

pub(crate) mod file;

use std::{
    fmt, fs,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use secrecy::{ExposeSecret, SecretString};

use crate::{
    Item, SecretStore, StoreError, StoreName, UnlockDialog,
    disk::{self, Names},
    envelope::{EnvelopeError, Head, KdfCost, Key},
};
use file::VaultFile;

const FILE: &str = "secrets.vault";
const LOCK: &str = "secrets.lock";
const TEMPORARY: Names = Names {
    prefix: ".secrets-",
    suffix: ".tmp",
};

/// Why the vault could not be opened or changed. None of these holds a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// Nobody has given the passphrase since the start or the last lock.
    #[error("The vault is locked. Unlock it with its passphrase, then try again.")]
    Locked,
    /// There is no vault file, or this program was not given one.
    #[error("There is no vault yet. Create one with a passphrase.")]
    NotThere,
    /// There is a vault file, and a new one would destroy it.
    #[error("There is already a vault. Unlock it with its passphrase.")]
    AlreadyThere,
    /// Another process changed the passphrase; this one is locked by that.
    #[error("The vault's passphrase was changed. Unlock it with the new one.")]
    PassphraseChanged,
    /// The file cannot be opened as it is, or not with this passphrase.
    #[error("The vault could not be opened. {0}.")]
    File(#[from] EnvelopeError),
    /// The file could not be read or written.
    #[error("The vault {path} could not be {action}: {detail}. Check that the folder belongs to you and the disk is not full.", path = path.display())]
    Disk {
        /// What was to be done: `read`, `written`, `locked`, `prepared`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        detail: String,
    },
}

/// The vault of one folder: the third place for secrets, beside the keyring and the session's
/// memory. Cheap to clone; clones are locked and unlocked together.
///
/// Two processes may have it open. Each change locks the folder, reads the file again and replaces
/// it as a whole.
#[derive(Clone)]
pub struct Vault {
    folder: PathBuf,
    cost: KdfCost,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    open: Option<Arc<Open>>,
    /// How often it was locked, so that an unlocking begun before a lock does not undo it.
    locked: u64,
}

struct Open {
    head: Head,
    key: Key,
}

impl Vault {
    /// The vault in `folder`, locked. Nothing is read or made yet. `cost` is for files that are
    /// made from now on; an existing one says itself what its key costs.
    pub fn in_folder(folder: &Path, cost: KdfCost) -> Self {
        Self {
            folder: folder.to_owned(),
            cost,
            state: Arc::default(),
        }
    }

    /// The file, whether it is there or not.
    pub fn path(&self) -> PathBuf {
        self.folder.join(FILE)
    }

    /// Whether there is a file.
    pub fn exists(&self) -> bool {
        self.path().exists()
    }

    /// Whether secrets can be had without asking for the passphrase.
    pub fn is_unlocked(&self) -> bool {
        self.state().open.is_some()
    }

    /// Forgets the key and wipes it. Calls that are under way still end; an unlocking that is
    /// under way fails.
    pub fn lock(&self) {
        let mut state = self.state();
        state.open = None;
        state.locked += 1;
    }

    /// Makes an empty vault (0600, in a folder of 0700), unlocked. Derives a key, on a thread of
    /// its own.
    ///
    /// # Errors
    /// [`VaultError::AlreadyThere`], [`EnvelopeError::EmptyPassphrase`], those of the disk, and
    /// [`VaultError::Locked`] when it was locked before the file was written.
    pub async fn create(&self, passphrase: &SecretString) -> Result<(), VaultError> {
        let (vault, passphrase) = (self.clone(), passphrase.clone());
        let locked = self.state().locked;
        self.aside(move || {
            let (head, key) = Head::make(file::KIND, vault.cost, &passphrase)?;
            disk::create_private(&vault.folder).map_err(failed("prepared", &vault.folder))?;
            let _lock = vault.alone()?;
            if vault.exists() {
                return Err(VaultError::AlreadyThere);
            }
            let file = VaultFile::empty(head.clone(), &key)?;
            vault.sealed(locked, &file, Open { head, key })
        })
        .await
    }

    /// Makes secrets available until [`Vault::lock`]. Derives a key, on a thread of its own.
    ///
    /// # Errors
    /// [`EnvelopeError::WrongPassphrase`]; [`EnvelopeError::Damaged`] when the file is not as it was
    /// written; [`VaultError::Locked`] when it was locked meanwhile; [`VaultError::NotThere`].
    pub async fn unlock(&self, passphrase: &SecretString) -> Result<(), VaultError> {
        let (vault, passphrase) = (self.clone(), passphrase.clone());
        let locked = self.state().locked;
        self.aside(move || {
            let file = vault.read()?;
            let key = file.head.key(&passphrase)?;
            file.verify(&key)?;
            let head = file.head;
            match vault.opened(locked, Open { head, key }) {
                true => Ok(()),
                false => Err(VaultError::Locked),
            }
        })
        .await
    }

    /// Seals everything under a new passphrase and leaves the vault unlocked. Other processes are
    /// locked by it. Derives two keys, on a thread of its own, which nobody can break off: the
    /// answer is what became of it.
    ///
    /// # Errors
    /// Those of [`Vault::unlock`] for the old one, [`EnvelopeError::EmptyPassphrase`] for the new;
    /// the vault opens with the old one then. Locked after the file was written, it is changed all
    /// the same, and locked.
    pub async fn change_passphrase(
        &self,
        old: &SecretString,
        new: &SecretString,
    ) -> Result<(), VaultError> {
        let (vault, old, new) = (self.clone(), old.clone(), new.clone());
        let locked = self.state().locked;
        self.aside(move || {
            let (head, new_key) = Head::make(file::KIND, vault.cost, &new)?;
            // Both keys are made before the lock is taken, so that nobody waits for them.
            let before = vault.read()?.head;
            let key = before.key(&old)?;
            let _lock = vault.alone()?;
            let file = vault.read()?;
            if file.head != before {
                return Err(VaultError::PassphraseChanged);
            }
            file.verify(&key)?;
            let file = file.with_key(&key, head.clone(), &new_key)?;
            vault.sealed(locked, &file, Open { head, key: new_key })
        })
        .await
    }

    /// The items that have a secret here.
    ///
    /// # Errors
    /// [`VaultError::Locked`] and those of the file.
    pub async fn items(&self) -> Result<Vec<Item>, VaultError> {
        let vault = self.clone();
        self.aside(move || {
            let (file, open) = vault.read_open()?;
            Ok(file.items(&open.key)?)
        })
        .await
    }

    /// Writes a file under a new key and keeps that key. What a lock since `locked` stops, it stops
    /// before anything is written. Only under the folder's lock.
    fn sealed(&self, locked: u64, file: &VaultFile, open: Open) -> Result<(), VaultError> {
        if self.state().locked != locked {
            return Err(VaultError::Locked);
        }
        self.write(file)?;
        self.opened(locked, open);
        Ok(())
    }

    /// Keeps the key, unless the vault was locked since; answers whether it does.
    fn opened(&self, locked: u64, open: Open) -> bool {
        let mut state = self.state();
        if state.locked != locked {
            return false;
        }
        state.open = Some(Arc::new(open));
        true
    }

    /// The file as it is now, verified, and the key that fits it.
    fn read_open(&self) -> Result<(VaultFile, Arc<Open>), VaultError> {
        loop {
            let open = self.state().open.clone();
            let open = open.ok_or_else(|| self.shut())?;
            let file = self.read()?;
            if file.head == open.head {
                file.verify(&open.key)?;
                return Ok((file, open));
            }
            let mut state = self.state();
            if state
                .open
                .as_ref()
                .is_some_and(|now| Arc::ptr_eq(now, &open))
            {
                // Its key fits nothing any more. That is no lock: a key that is on its way here may
                // still arrive.
                state.open = None;
                return Err(VaultError::PassphraseChanged);
            }
            // This process changed the passphrase between the two looks: once more, with its new key.
        }
    }

    fn change<T>(
        &self,
        change: impl FnOnce(&mut VaultFile, &Key) -> Result<T, VaultError>,
    ) -> Result<T, VaultError> {
        // A locked vault answers at once, without waiting for its turn.
        if !self.is_unlocked() {
            return Err(self.shut());
        }
        let _lock = self.alone()?;
        let (mut file, open) = self.read_open()?;
        let value = change(&mut file, &open.key)?;
        self.write(&file)?;
        Ok(value)
    }

    /// Why nothing can be had: no passphrase opens a file that is gone.
    fn shut(&self) -> VaultError {
        match self.exists() {
            true => VaultError::Locked,
            false => VaultError::NotThere,
        }
    }

    fn alone(&self) -> Result<fs::File, VaultError> {
        let path = self.folder.join(LOCK);
        disk::lock(&path).map_err(failed("locked", &path))
    }

    fn read(&self) -> Result<VaultFile, VaultError> {
        let path = self.path();
        let mut bytes = Vec::new();
        let read = fs::File::open(&path)
            .and_then(|opened| opened.take(file::MOST_BYTES + 1).read_to_end(&mut bytes));
        match read {
            Ok(length) if length as u64 > file::MOST_BYTES => Err(EnvelopeError::Damaged {
                what: "it is far too large",
            }
            .into()),
            Ok(_) => Ok(VaultFile::parse(&bytes)?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(VaultError::NotThere),
            Err(error) => Err(failed("read", &path)(error)),
        }
    }

    /// Only under the lock.
    fn write(&self, file: &VaultFile) -> Result<(), VaultError> {
        disk::sweep(&self.folder, TEMPORARY);
        let path = self.path();
        disk::replace(&path, &file.to_bytes(), TEMPORARY).map_err(failed("written", &path))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics with the state half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn aside<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, VaultError> {
        match tokio::task::spawn_blocking(work).await {
            Ok(result) => result,
            Err(error) => Err(VaultError::Disk {
                action: "read",
                path: self.path(),
                detail: error.to_string(),
            }),
        }
    }
}

fn failed(action: &'static str, path: &Path) -> impl Fn(io::Error) -> VaultError {
    let path = path.to_owned();
    move |error| VaultError::Disk {
        action,
        path: path.clone(),
        detail: error.to_string(),
    }
}

/// The passphrase is never asked for from here: a locked vault answers [`VaultError::Locked`]
/// whatever `dialog` says, and whoever shows the question calls [`Vault::unlock`].
#[async_trait]
impl SecretStore for Vault {
    async fn get(&self, item: &Item, _dialog: UnlockDialog) -> Result<SecretString, StoreError> {
        let (vault, item) = (self.clone(), item.clone());
        let secret = self
            .aside(move || {
                let (file, open) = vault.read_open()?;
                Ok(file.get(&open.key, &item)?)
            })
            .await?;
        secret.ok_or(StoreError::Missing)
    }

    async fn put(
        &self,
        item: &Item,
        secret: &SecretString,
        _dialog: UnlockDialog,
    ) -> Result<(), StoreError> {
        let (vault, item, secret) = (self.clone(), item.clone(), secret.clone());
        self.aside(move || vault.change(|file, key| Ok(file.put(key, &item, &secret)?)))
            .await?;
        Ok(())
    }

    /// With one key from beginning to end: a lock in between leaves no half of it.
    async fn keep(
        &self,
        item: &Item,
        secret: &SecretString,
        _dialog: UnlockDialog,
    ) -> Result<bool, StoreError> {
        let (vault, item, secret) = (self.clone(), item.clone(), secret.clone());
        let kept = self.aside(move || {
            if !vault.is_unlocked() {
                return Err(vault.shut());
            }
            let _lock = vault.alone()?;
            let (mut file, open) = vault.read_open()?;
            file.put(&open.key, &item, &secret)?;
            vault.write(&file)?;
            let read = vault.read()?.get(&open.key, &item)?;
            Ok(read.is_some_and(|read| read.expose_secret() == secret.expose_secret()))
        });
        Ok(kept.await?)
    }

    async fn delete(&self, item: &Item, _dialog: UnlockDialog) -> Result<(), StoreError> {
        let (vault, item) = (self.clone(), item.clone());
        let was_there = self
            .aside(move || vault.change(|file, key| Ok(file.remove(key, &item)?)))
            .await?;
        if was_there {
            Ok(())
        } else {
            Err(StoreError::Missing)
        }
    }

    fn name(&self) -> StoreName {
        StoreName::Vault
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault")
            .field("path", &self.path())
            .field("unlocked", &self.is_unlocked())
            .finish_non_exhaustive()
    }
}
