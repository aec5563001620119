//! All accounts with their secrets in one file, under one passphrase.
//!
//! The file is the head of `envelope.rs` and one sealed JSON text. [`gather`] collects, [`seal`]
//! makes the bytes; [`open`] reads them, [`Backup::preview`] shows what is in it without a secret,
//! and [`Backup::prepare`] puts one account back, with the user's choice for it.

mod document;
mod restore;

use std::{
    fs,
    io::{self, Read},
    path::Path,
};

use jiff::Timestamp;
use secrecy::SecretString;

use crate::{
    Access, Account, Origin, Secrets, StoreError, UnlockDialog,
    disk::{self, Names},
    envelope::{EnvelopeError, Head, KdfCost, Kind},
};
pub use restore::{Conflict, Destination, Entry, OnSame, Restoration, RestoreError, Restored};

const KIND: Kind = Kind {
    magic: *b"AloftBak",
    format: 1,
};
const MOST_BYTES: u64 = 4 * 1024 * 1024;
const TEMPORARY: Names = Names {
    prefix: ".aloft-backup-",
    suffix: ".tmp",
};

/// An account and its secret, as they go into a backup.
#[derive(Clone, Debug)]
pub struct Saved {
    /// The account.
    pub account: Account,
    /// Its secret; nothing for an unsigned account.
    pub secret: Option<SecretString>,
}

/// Why a backup cannot be made or opened.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The file cannot be opened as it is, or not with this passphrase.
    #[error("The backup could not be opened. {0}.")]
    File(#[from] EnvelopeError),
    /// A secret could not be read from its store.
    #[error("The secret of {label} could not be read. {source}")]
    Secret {
        /// The account's label.
        label: String,
        /// What its store said.
        source: StoreError,
    },
    /// The file could not be read or written.
    #[error("The backup could not be {action}. {source}.")]
    Disk {
        /// `read` or `written`.
        action: &'static str,
        /// What the system said.
        source: io::Error,
    },
}

/// An opened backup. It holds the secrets until it is dropped.
#[derive(Debug)]
pub struct Backup {
    /// When it was made.
    pub made_at: Timestamp,
    saved: Vec<Saved>,
}

/// The accounts with their secrets. Accounts of one run and the sandbox are left out: they are made
/// anew where they are needed. Only the key in use is taken, not a second one that is being
/// introduced.
///
/// # Errors
/// [`BackupError::Secret`] for the first account whose secret cannot be had: a backup that lacks
/// one is not made.
pub async fn gather(
    accounts: &[Account],
    secrets: &Secrets,
    dialog: UnlockDialog,
) -> Result<Vec<Saved>, BackupError> {
    let mut saved = Vec::new();
    for account in accounts {
        if account.origin != Origin::Saved {
            continue;
        }
        let secret = secrets
            .get(account, dialog)
            .await
            .map_err(|source| BackupError::Secret {
                label: account.label.clone(),
                source,
            })?;
        saved.push(Saved {
            account: account.clone(),
            secret,
        });
    }
    Ok(saved)
}

/// The bytes of a backup. Derives a key, on a thread of its own.
///
/// # Errors
/// [`EnvelopeError::EmptyPassphrase`] and [`EnvelopeError::System`].
pub async fn seal(
    saved: Vec<Saved>,
    passphrase: &SecretString,
    cost: KdfCost,
    now: Timestamp,
) -> Result<Vec<u8>, BackupError> {
    let passphrase = passphrase.clone();
    aside(move || {
        let plain = document::write(&saved, now)?;
        let (head, key) = Head::make(KIND, cost, &passphrase)?;
        let sealed = key.seal(head.as_bytes(), &plain)?;
        Ok([head.as_bytes(), &sealed].concat())
    })
    .await
}

/// Opens the bytes of a backup. Derives a key, on a thread of its own.
///
/// # Errors
/// [`EnvelopeError::WrongPassphrase`], [`EnvelopeError::Damaged`] and the others of a file.
pub async fn open(bytes: Vec<u8>, passphrase: &SecretString) -> Result<Backup, BackupError> {
    let passphrase = passphrase.clone();
    aside(move || {
        let (head, sealed) = Head::read(&bytes, KIND)?;
        let key = head.key(&passphrase)?;
        let plain = key.open(head.as_bytes(), sealed)?;
        let (saved, made_at) = document::read(&plain)?;
        Ok(Backup { made_at, saved })
    })
    .await
}

/// Writes a backup for its owner alone (0600), as a whole, over what is there. The folder stays as
/// it is.
///
/// # Errors
/// [`BackupError::Disk`].
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), BackupError> {
    disk::replace(path, bytes, TEMPORARY).map_err(|source| BackupError::Disk {
        action: "written",
        source,
    })
}

/// Reads a file that may be a backup.
///
/// # Errors
/// [`BackupError::Disk`], and [`EnvelopeError::NotOurs`] for a file that is far too large.
pub fn read_file(path: &Path) -> Result<Vec<u8>, BackupError> {
    let mut bytes = Vec::new();
    let read = fs::File::open(path)
        .and_then(|opened| opened.take(MOST_BYTES + 1).read_to_end(&mut bytes))
        .map_err(|source| BackupError::Disk {
            action: "read",
            source,
        })?;
    if read as u64 > MOST_BYTES {
        return Err(EnvelopeError::NotOurs.into());
    }
    Ok(bytes)
}

impl Backup {
    /// An account as it was saved, by [`Entry::index`].
    pub fn account(&self, index: usize) -> Option<&Account> {
        self.saved.get(index).map(|saved| &saved.account)
    }
}

/// What an account is let in with, for a list.
fn entrance(account: &Account) -> &str {
    match &account.access {
        Access::Signed { api_key, .. } => api_key,
        Access::Unsigned { upload_preset } => upload_preset,
    }
}

async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, EnvelopeError> + Send + 'static,
) -> Result<T, BackupError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => Ok(result?),
        Err(_) => Err(EnvelopeError::System { what: "a thread" }.into()),
    }
}
