//! What is kept for each account, in `defaults.json` of the configuration folder. As with the accounts, nothing is held in
//! memory: the window and a terminal may be open on the same folder.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::contract::{Choices, Problem, ProblemKind};
use crate::document::{Document, Found};
use crate::problems;
use crate::words;

/// The form of the file; a newer one is left alone.
const FORMAT: u32 = 1;

/// The file of one configuration folder.
pub(crate) struct Defaults(Document<Book>);

/// What is kept for one account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Kept {
    pub(crate) choices: Choices,
    pub(crate) ask_each_time: bool,
}

#[derive(Serialize, Deserialize)]
struct Book {
    format: u32,
    #[serde(default)]
    accounts: BTreeMap<String, Kept>,
}

impl Default for Book {
    fn default() -> Self {
        Self {
            format: FORMAT,
            accounts: BTreeMap::new(),
        }
    }
}

impl Defaults {
    pub(crate) fn in_folder(config: &Path) -> Self {
        let file = config.join("defaults.json");
        Self(Document::at(file))
    }

    /// What is kept for an account; for most it is nothing.
    ///
    /// # Errors
    /// When the file cannot be read, and as long as it is damaged: an upload must not go out as public because the word
    /// that it is private was lost.
    pub(crate) fn of(&self, account: &str) -> Result<Kept, Problem> {
        let mut book = self.sound()?;
        Ok(book.accounts.remove(account).unwrap_or_default())
    }

    /// Keeps it; what says nothing forgets the account. A damaged file is set aside, and the answer says where: what was
    /// kept for other accounts went with it.
    ///
    /// # Errors
    /// When the file cannot be read or written; it is as it was then.
    pub(crate) fn set(&self, account: &str, kept: Kept) -> Result<Option<Problem>, Problem> {
        let _lock = self.0.lock()?;
        let (mut book, damaged) = match self.load()? {
            Ok(book) => (book, None),
            Err(reason) => (Book::default(), Some(self.set_aside(&reason)?)),
        };
        let before = book.accounts.remove(account);
        let kept = Some(kept).filter(|kept| *kept != Kept::default());
        if before == kept {
            return Ok(damaged);
        }
        if let Some(kept) = kept {
            book.accounts.insert(account.to_owned(), kept);
        }
        self.0.replace(&book)?;
        Ok(damaged)
    }

    /// Forgets an account.
    ///
    /// # Errors
    /// When the file cannot be read or written, or is damaged; it is as it was then.
    pub(crate) fn forget(&self, account: &str) -> Result<(), Problem> {
        let _lock = self.0.lock()?;
        let mut book = self.sound()?;
        match book.accounts.remove(account) {
            Some(_) => self.0.replace(&book),
            None => Ok(()),
        }
    }

    fn sound(&self) -> Result<Book, Problem> {
        self.load()?.map_err(|reason| {
            Problem::new(
                ProblemKind::Disk,
                words::problem::defaults_damaged(self.0.path(), reason),
                words::hint::defaults_anew(),
            )
        })
    }

    /// The outer error is final, the inner one says why the file is damaged.
    fn load(&self) -> Result<Result<Book, String>, Problem> {
        match self.0.read()? {
            Found::Sound(book) if book.format > FORMAT => Err(problems::problem(
                ProblemKind::Disk,
                words::problem::defaults_newer(),
            )),
            Found::Sound(book) => Ok(Ok(book)),
            Found::Nothing => Ok(Ok(Book::default())),
            Found::Damaged(reason) => Ok(Err(reason)),
        }
    }

    /// Only under the lock.
    fn set_aside(&self, reason: &str) -> Result<Problem, Problem> {
        self.0.set_aside(|copy| {
            tracing::warn!(reason, "the upload defaults were damaged");
            Problem::new(
                ProblemKind::Disk,
                words::problem::defaults_set_aside(copy),
                words::hint::defaults_of_others(),
            )
        })
    }
}
