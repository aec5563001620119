//! From a backup back into the book and the stores, one account at a time.

use jiff::Timestamp;
use secrecy::SecretString;

use super::{Backup, Saved, entrance};
use crate::{
    Account, AccountBook, AccountId, Before, BookError, Keeping, Secrets, StoreError, UnlockDialog,
    Verification,
};

/// One account of a backup, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its place in the backup, for [`Backup::prepare`].
    pub index: usize,
    /// What it was called.
    pub label: String,
    /// Its cloud.
    pub cloud_name: String,
    /// Its API key, or its upload preset.
    pub entrance: String,
    /// Whether the backup has a secret for it.
    pub has_secret: bool,
    /// How it meets the accounts that are there.
    pub conflict: Conflict,
}

/// How an account of a backup meets those that are saved already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Conflict {
    /// Nothing stands in its way.
    New,
    /// An account with the same cloud and key, or the same preset, is there.
    SameEntrance {
        /// That account.
        id: AccountId,
        /// What it is called.
        label: String,
    },
    /// Another account is called the same.
    LabelTaken {
        /// A label that is free.
        free: String,
    },
}

/// What to do when the same entrance is saved already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnSame {
    /// Leave what is there.
    Skip,
    /// Put the backup's secret in place of the one that is there; the account stays as it is.
    ReplaceSecret,
}

/// What became of one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Restored {
    /// It was added, under a free label.
    Added(Account),
    /// The account was there; its secret is the backup's now.
    SecretReplaced(Account),
    /// The account was there and nothing was changed.
    Skipped(Account),
}

/// Why an account could not be restored. Nothing of it stays behind.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// The backup has no such entry.
    #[error("The backup has no such account.")]
    NoSuchEntry,
    /// A signed account without a secret.
    #[error("The backup holds no secret for {label}.")]
    NoSecret {
        /// What it was called.
        label: String,
    },
    /// What was read back is not what was kept.
    #[error("The secret of {label} was kept, but another one was read back.")]
    NotKept {
        /// What it was called.
        label: String,
    },
    /// The list of accounts refused.
    #[error(transparent)]
    Book(#[from] BookError),
    /// The store refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Where restored accounts go.
#[derive(Clone, Copy, Debug)]
pub struct Destination<'a> {
    /// The list they join.
    pub book: &'a AccountBook,
    /// The stores their secrets go to.
    pub secrets: &'a Secrets,
    /// Which of these, for new accounts.
    pub keeping: Keeping,
    /// Whether the keyring may ask.
    pub dialog: UnlockDialog,
}

impl Backup {
    /// What is in it, beside what is saved already. No secrets.
    pub fn preview(&self, there: &[Account]) -> Vec<Entry> {
        let entry = |(index, saved): (usize, &Saved)| Entry {
            index,
            label: saved.account.label.clone(),
            cloud_name: saved.account.cloud_name.clone(),
            entrance: entrance(&saved.account).to_owned(),
            has_secret: saved.secret.is_some(),
            conflict: conflict(&saved.account, there),
        };
        self.saved.iter().enumerate().map(entry).collect()
    }

    /// Makes ready to put one account back, as a new one that is not verified; a taken label gets a
    /// number. The store that [`Destination::keeping`] names may ask to be opened; nothing is changed.
    ///
    /// # Errors
    /// [`RestoreError`].
    pub async fn prepare<'a>(
        &'a self,
        index: usize,
        on_same: OnSame,
        into: Destination<'a>,
        now: Timestamp,
    ) -> Result<Restoration<'a>, RestoreError> {
        let Destination {
            book,
            secrets,
            keeping,
            dialog,
        } = into;
        let ready = |step| Restoration { step, into };
        let saved = self.saved.get(index).ok_or(RestoreError::NoSuchEntry)?;
        let there = book.list()?;
        if let Some(same) = there
            .iter()
            .find(|account| account.is_same_entrance(&saved.account))
        {
            return Ok(ready(match (on_same, &saved.secret) {
                // The backup's key may be the one that is being replaced by another here.
                (OnSame::ReplaceSecret, Some(secret)) if same.item() == saved.account.item() => {
                    Planned::Replace {
                        before: secrets.before(same, dialog).await?,
                        account: same.clone(),
                        secret,
                    }
                }
                (OnSame::Skip | OnSame::ReplaceSecret, _) => Planned::Skip(same.clone()),
            }));
        }
        let account = Account {
            id: AccountId::random(),
            label: book.free_label(&saved.account.label)?,
            verification: Verification::Unverified,
            keeping: match saved.account.item() {
                Some(_) => keeping,
                None => Keeping::Nothing,
            },
            created_at: now,
            rotation: None,
            ..saved.account.clone()
        };
        let Some(secret) = &saved.secret else {
            if account.item().is_some() {
                return Err(RestoreError::NoSecret {
                    label: account.label,
                });
            }
            return Ok(ready(Planned::AddPlain(account)));
        };
        book.would_take(&account)?;
        Ok(ready(Planned::Add {
            before: secrets.before(&account, dialog).await?,
            account,
            secret,
        }))
    }
}

/// One account of a backup, ready to be put back, see [`Backup::prepare`].
#[derive(Debug)]
pub struct Restoration<'a> {
    step: Planned<'a>,
    into: Destination<'a>,
}

#[derive(Debug)]
enum Planned<'a> {
    Skip(Account),
    AddPlain(Account),
    Add {
        account: Account,
        secret: &'a SecretString,
        before: Before,
    },
    Replace {
        account: Account,
        secret: &'a SecretString,
        before: Before,
    },
}

impl Restoration<'_> {
    /// Puts it back: its secret into its store, read back and compared, then the account into the book.
    /// Broken off halfway it would leave a secret that no account names: whoever calls it lets it end.
    ///
    /// # Errors
    /// [`RestoreError`]; then book and stores are as they were.
    pub async fn carry_out(self) -> Result<Restored, RestoreError> {
        let book = self.into.book;
        match self.step {
            Planned::Skip(account) => Ok(Restored::Skipped(account)),
            Planned::AddPlain(account) => Ok(Restored::Added(book.add(account)?)),
            Planned::Add {
                account,
                secret,
                before,
            } => {
                let add = || Ok(book.add(account.clone())?);
                let added = self.into.with_secret(&account, secret, &before, add);
                added.await.map(Restored::Added)
            }
            Planned::Replace {
                account,
                secret,
                before,
            } => {
                let same = || Ok(account.clone());
                let replaced = self.into.with_secret(&account, secret, &before, same);
                replaced.await.map(Restored::SecretReplaced)
            }
        }
    }
}

impl Destination<'_> {
    async fn with_secret(
        &self,
        account: &Account,
        secret: &SecretString,
        before: &Before,
        then: impl FnOnce() -> Result<Account, RestoreError>,
    ) -> Result<Account, RestoreError> {
        let kept = self.secrets.keep(account, secret, self.dialog).await;
        let done = match kept {
            Ok(true) => then(),
            Ok(false) => Err(RestoreError::NotKept {
                label: account.label.clone(),
            }),
            Err(error) => Err(error.into()),
        };
        if done.is_err() {
            self.secrets.put_back(account, before, self.dialog).await;
        }
        done
    }
}

fn conflict(account: &Account, there: &[Account]) -> Conflict {
    if let Some(same) = there.iter().find(|other| other.is_same_entrance(account)) {
        return Conflict::SameEntrance {
            id: same.id.clone(),
            label: same.label.clone(),
        };
    }
    let free = crate::book::free_label(there, &account.label);
    if free == account.label.trim() {
        Conflict::New
    } else {
        Conflict::LabelTaken { free }
    }
}
