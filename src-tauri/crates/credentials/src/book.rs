//! The list of accounts, in `accounts.json` of the configuration folder.
//!
//! A book keeps nothing in memory: every call reads the file, every change locks, reads again and
//! replaces it, so that the window and the command line can be open on the same folder.

mod document;
mod file;

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use jiff::Timestamp;
use tokio::{sync::oneshot, time::timeout};

use crate::{Account, AccountFault, AccountId, Origin, RotationError, Step};
pub use document::Unreadable;
use file::Folder;

/// The accounts of one configuration folder. Cheap to clone; calls block on the disk for a moment.
#[derive(Clone, Debug)]
pub struct AccountBook {
    folder: Folder,
    damaged: Option<Damaged>,
}

/// How long a turn is waited for: longer than a dialog of the keyring is.
pub const LONGEST_TURN: Duration = Duration::from_secs(150);

/// The right to change secrets together with the list, see [`AccountBook::turn`].
#[derive(Debug)]
pub struct Turn(#[expect(dead_code, reason = "holding it is its use")] File);

/// A file that could not be read and was moved aside, complete.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "The list of accounts was damaged and has been set aside as {copy}. {reason}. Secrets in the keyring are untouched: add the accounts again, or repair the file and rename it to accounts.json.",
    copy = copy.display()
)]
pub struct Damaged {
    /// Where it is now.
    pub copy: PathBuf,
    /// What was wrong with it, without a full stop.
    pub reason: String,
}

/// Why the list of accounts could not be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum BookError {
    /// The folder or a file in it could not be read or written.
    #[error("The list of accounts in {path} could not be {action}. {source}. Check that the folder belongs to you and the disk is not full.", path = path.display())]
    Disk {
        /// What was to be done with it: `read`, `written`, `locked`, `prepared`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file was found damaged by this call; it is set aside and the next call begins anew.
    #[error(transparent)]
    Damaged(#[from] Damaged),
    /// The file was written by a newer version in a form this one would destroy.
    #[error(
        "The list of accounts was written by a newer version of Aloft (format {found}, this version knows {known}). Update Aloft."
    )]
    NewerFormat {
        /// The format in the file.
        found: u64,
        /// The newest format this version reads.
        known: u64,
    },
    /// No account of this name, ID or cloud.
    #[error("There is no account named {name}. {}", known_labels(known))]
    NotFound {
        /// What was asked for.
        name: String,
        /// The labels there are.
        known: Vec<String>,
    },
    /// Several accounts fit.
    #[error("More than one account fits {name}: {}. Name one by its label.", labels.join(", "))]
    Ambiguous {
        /// What was asked for.
        name: String,
        /// The labels of those that fit.
        labels: Vec<String>,
    },
    /// Another account has this label.
    #[error("There is already an account named {label}. Choose another name.")]
    LabelTaken {
        /// The label in use.
        label: String,
    },
    /// Another account has this ID.
    #[error("There is already an account with the ID {id}.")]
    IdTaken {
        /// The ID in use.
        id: AccountId,
    },
    /// Another account has the same cloud name and API key, or the same preset: they would share
    /// one keyring item.
    #[error("These values are already saved as {label}. Change that account instead.")]
    AlreadySaved {
        /// The account that has them.
        label: String,
    },
    /// A value that can never be right.
    #[error("{what}. Correct it and save again.")]
    Invalid {
        /// Which value, and what is wrong.
        what: AccountFault,
    },
    /// A step of changing the API key that cannot be made.
    #[error(transparent)]
    Rotation(#[from] RotationError),
    /// Somebody else has not ended a change of secrets in time.
    #[error(
        "Another window or terminal is changing secrets. Look for a dialog of the keyring that waits for you, then try again."
    )]
    Busy,
    /// An account from the environment lives for one run only.
    #[error(
        "The account from CLOUDINARY_URL lasts for this run only. Add it under a name to keep it."
    )]
    FromEnvironment,
}

fn known_labels(known: &[String]) -> String {
    if known.is_empty() {
        "No account is saved yet.".to_owned()
    } else {
        format!("Known accounts: {}.", known.join(", "))
    }
}

impl AccountBook {
    /// Waits for its turn to change a secret together with this list, or a secret's place, and has it
    /// until the answer is dropped: of all processes one does so at a time. What is put back when the
    /// second half fails would otherwise take away what somebody else has just kept. A dialog of the
    /// keyring may stand open meanwhile.
    ///
    /// What was read of an account before is to be read anew.
    ///
    /// # Errors
    /// [`BookError::Busy`] after [`LONGEST_TURN`], [`BookError::Disk`].
    pub async fn turn(&self) -> Result<Turn, BookError> {
        let folder = self.folder.clone();
        let (send, turn) = oneshot::channel();
        // On a thread that nobody joins: whoever gives up waiting does not wait for it at the end.
        let waits = thread::Builder::new().spawn(move || {
            let _ = send.send(folder.turn());
        });
        waits.map_err(|error| self.folder.no_turn(error))?;
        let turn = timeout(LONGEST_TURN, turn).await;
        let turn = turn.map_err(|_| BookError::Busy)?;
        let turn = turn.map_err(io::Error::other);
        turn.unwrap_or_else(|error| Err(self.folder.no_turn(error)))
            .map(Turn)
    }

    /// Opens the book of `folder`, which is made (0700) if it is not there. A damaged file is set
    /// aside, see [`AccountBook::damaged`]; then the book is empty.
    ///
    /// # Errors
    /// [`BookError::Disk`] and [`BookError::NewerFormat`].
    pub fn open(folder: &Path) -> Result<Self, BookError> {
        let folder = Folder::prepare(folder)?;
        let damaged = match folder.read() {
            Ok(_) => None,
            Err(BookError::Damaged(damaged)) => Some(damaged),
            Err(other) => return Err(other),
        };
        Ok(Self { folder, damaged })
    }

    /// What [`AccountBook::open`] had to set aside, for a sentence to the user.
    pub fn damaged(&self) -> Option<&Damaged> {
        self.damaged.as_ref()
    }

    /// All accounts, in the order they were added.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn list(&self) -> Result<Vec<Account>, BookError> {
        Ok(self.folder.read()?.accounts().0)
    }

    /// Entries this version cannot read; they stay in the file as they are.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn unreadable(&self) -> Result<Vec<Unreadable>, BookError> {
        Ok(self.folder.read()?.accounts().1)
    }

    /// The account with this ID.
    ///
    /// # Errors
    /// When the file cannot be read; an unknown ID is `None`.
    pub fn get(&self, id: &AccountId) -> Result<Option<Account>, BookError> {
        Ok(self.list()?.into_iter().find(|account| account.id == *id))
    }

    /// The account a person means: its ID, else its label, else its cloud name, each first as
    /// written and then ignoring case.
    ///
    /// # Errors
    /// [`BookError::NotFound`] and [`BookError::Ambiguous`].
    pub fn find(&self, name: &str) -> Result<Account, BookError> {
        let accounts = self.list()?;
        let name = name.trim();
        let rules: [&dyn Fn(&Account) -> bool; 5] = [
            &|account| account.id.as_str() == name,
            &|account| account.label == name,
            &|account| same(&account.label, name),
            &|account| account.cloud_name == name,
            &|account| same(&account.cloud_name, name),
        ];
        for rule in rules {
            let fits: Vec<&Account> = accounts.iter().filter(|account| rule(account)).collect();
            match fits.as_slice() {
                [] => {}
                [only] => return Ok((*only).clone()),
                several => {
                    return Err(BookError::Ambiguous {
                        name: name.to_owned(),
                        labels: several
                            .iter()
                            .map(|account| account.label.clone())
                            .collect(),
                    });
                }
            }
        }
        Err(BookError::NotFound {
            name: name.to_owned(),
            known: accounts.into_iter().map(|account| account.label).collect(),
        })
    }

    /// The account that is used when none is named.
    ///
    /// # Errors
    /// When the file cannot be read; nobody is active in an empty book, and after the active one
    /// of several was removed.
    pub fn active(&self) -> Result<Option<Account>, BookError> {
        let document = self.folder.read()?;
        let active = document.active();
        Ok(document
            .accounts()
            .0
            .into_iter()
            .find(|account| Some(account.id.as_str()) == active.as_deref()))
    }

    /// Saves a new account. The first one becomes active.
    ///
    /// # Errors
    /// [`BookError::LabelTaken`], [`BookError::IdTaken`], [`BookError::AlreadySaved`],
    /// [`BookError::Invalid`], [`BookError::FromEnvironment`].
    pub fn add(&self, account: Account) -> Result<Account, BookError> {
        self.folder.change(|document| {
            let (others, _) = document.accounts();
            if document.holds(&account.id) {
                return Err(BookError::IdTaken { id: account.id });
            }
            check(&account, &others)?;
            document.put(&account)?;
            if others.is_empty() {
                document.set_active(Some(&account.id));
            }
            Ok(account)
        })
    }

    /// Whether the list would take this account, as a new one or in the place of that with its ID. A secret is kept under
    /// cloud name and key, so this is asked before one is put anywhere: it could be another account's.
    ///
    /// # Errors
    /// Those of [`AccountBook::add`]; nothing is changed in any case.
    pub fn would_take(&self, account: &Account) -> Result<(), BookError> {
        let mut others = self.list()?;
        others.retain(|other| other.id != account.id);
        check(account, &others)
    }

    /// Changes an account in place and returns it as saved. ID and time of creation stay as they
    /// were. Changing cloud name or API key leaves the secret where it is: move it first.
    ///
    /// # Errors
    /// [`BookError::NotFound`] and those of [`AccountBook::add`].
    pub fn update(
        &self,
        id: &AccountId,
        change: impl FnOnce(&mut Account),
    ) -> Result<Account, BookError> {
        self.try_update(id, |account| {
            change(account);
            Ok(())
        })
    }

    /// Makes a step of changing the API key, see [`crate::Rotation`]. Between [`Step::Begin`] and the
    /// end no other account may have either key.
    ///
    /// # Errors
    /// [`BookError::Rotation`], and as [`AccountBook::update`].
    pub fn rotate(
        &self,
        id: &AccountId,
        step: &Step,
        now: Timestamp,
    ) -> Result<Account, BookError> {
        self.try_update(id, |account| Ok(account.rotate(step, now)?))
    }

    fn try_update(
        &self,
        id: &AccountId,
        change: impl FnOnce(&mut Account) -> Result<(), BookError>,
    ) -> Result<Account, BookError> {
        self.folder.change(|document| {
            let (mut others, _) = document.accounts();
            let mut account = take(&mut others, id)?;
            let created_at = account.created_at;
            change(&mut account)?;
            account.id = id.clone();
            account.created_at = created_at;
            check(&account, &others)?;
            document.put(&account)?;
            Ok(account)
        })
    }

    /// Gives an account another label.
    ///
    /// # Errors
    /// As [`AccountBook::update`].
    pub fn rename(&self, id: &AccountId, label: &str) -> Result<Account, BookError> {
        self.update(id, |account| account.label = label.trim().to_owned())
    }

    /// Takes an account off the list and returns it, so that this can be undone. Its secret is
    /// not touched. If exactly one is left, that one becomes active; of several none does, so
    /// that nothing goes to an account the user did not choose.
    ///
    /// # Errors
    /// [`BookError::NotFound`].
    pub fn remove(&self, id: &AccountId) -> Result<Account, BookError> {
        self.folder.change(|document| {
            let (mut others, _) = document.accounts();
            let account = take(&mut others, id)?;
            document.remove(id);
            if document.active().as_deref() == Some(id.as_str()) {
                let next = match others.as_slice() {
                    [only] => Some(&only.id),
                    _ => None,
                };
                document.set_active(next);
            }
            Ok(account)
        })
    }

    /// Makes an account the one that is used when none is named.
    ///
    /// # Errors
    /// [`BookError::NotFound`].
    pub fn set_active(&self, id: &AccountId) -> Result<(), BookError> {
        self.folder.change(|document| {
            take(&mut document.accounts().0, id)?;
            document.set_active(Some(id));
            Ok(())
        })
    }

    /// `wanted`, or `wanted 2`, `wanted 3`… when that label is taken.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn free_label(&self, wanted: &str) -> Result<String, BookError> {
        Ok(free_label(&self.list()?, wanted))
    }
}

pub(crate) fn free_label(accounts: &[Account], wanted: &str) -> String {
    let wanted = wanted.trim();
    let taken = |label: &str| accounts.iter().any(|account| same(&account.label, label));
    let mut label = wanted.to_owned();
    let mut number = 2_usize;
    while taken(&label) {
        label = format!("{wanted} {number}");
        number += 1;
    }
    label
}

fn take(accounts: &mut Vec<Account>, id: &AccountId) -> Result<Account, BookError> {
    match accounts.iter().position(|account| account.id == *id) {
        Some(index) => Ok(accounts.remove(index)),
        None => Err(BookError::NotFound {
            name: id.to_string(),
            known: accounts
                .iter()
                .map(|account| account.label.clone())
                .collect(),
        }),
    }
}

fn check(account: &Account, others: &[Account]) -> Result<(), BookError> {
    if account.origin == Origin::Environment {
        return Err(BookError::FromEnvironment);
    }
    if let Some(what) = account.fault() {
        return Err(BookError::Invalid { what });
    }
    if let Some(other) = others
        .iter()
        .find(|other| same(&other.label, &account.label))
    {
        return Err(BookError::LabelTaken {
            label: other.label.clone(),
        });
    }
    if let Some(other) = others.iter().find(|other| other.is_same_entrance(account)) {
        return Err(BookError::AlreadySaved {
            label: other.label.clone(),
        });
    }
    Ok(())
}

fn same(one: &str, two: &str) -> bool {
    one.to_lowercase() == two.to_lowercase()
}
