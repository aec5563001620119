//! What is kept for each account, in `defaults.json` of the configuration folder. As with the accounts, nothing is held in
//! memory: the window and a terminal may be open on the same folder.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::contract::{Choices, Problem, ProblemKind};
use crate::problems;
use crate::settings::sync_folder;
use crate::words;

const NAME: &str = "defaults.json";
const LOCK: &str = "defaults.lock";
/// The form of the file; a newer one is left alone.
const FORMAT: u32 = 1;

/// The file of one configuration folder.
pub(crate) struct Defaults(PathBuf);

/// What is kept for one account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Kept {
    pub(crate) choices: Choices,
    pub(crate) ask_each_time: bool,
}

#[derive(Serialize, Deserialize)]
struct Document {
    format: u32,
    #[serde(default)]
    accounts: BTreeMap<String, Kept>,
}

impl Default for Document {
    fn default() -> Self {
        Self {
            format: FORMAT,
            accounts: BTreeMap::new(),
        }
    }
}

impl Defaults {
    pub(crate) fn in_folder(config: &Path) -> Self {
        Self(config.to_owned())
    }

    /// What is kept for an account; for most it is nothing.
    ///
    /// # Errors
    /// When the file cannot be read, and as long as it is damaged: an upload must not go out as public because the word
    /// that it is private was lost.
    pub(crate) fn of(&self, account: &str) -> Result<Kept, Problem> {
        let mut document = self.sound()?;
        Ok(document.accounts.remove(account).unwrap_or_default())
    }

    /// Keeps it; what says nothing forgets the account. A damaged file is set aside, and the answer says where: what was
    /// kept for other accounts went with it.
    ///
    /// # Errors
    /// When the file cannot be read or written; it is as it was then.
    pub(crate) fn set(&self, account: &str, kept: Kept) -> Result<Option<Problem>, Problem> {
        let _lock = self.lock()?;
        let (mut document, damaged) = match self.load()? {
            Ok(document) => (document, None),
            Err(reason) => (Document::default(), Some(self.set_aside(&reason)?)),
        };
        let before = document.accounts.remove(account);
        let kept = Some(kept).filter(|kept| *kept != Kept::default());
        if before == kept {
            return Ok(damaged);
        }
        if let Some(kept) = kept {
            document.accounts.insert(account.to_owned(), kept);
        }
        self.replace(&document)?;
        Ok(damaged)
    }

    /// Forgets an account.
    ///
    /// # Errors
    /// When the file cannot be read or written, or is damaged; it is as it was then.
    pub(crate) fn forget(&self, account: &str) -> Result<(), Problem> {
        let _lock = self.lock()?;
        let mut document = self.sound()?;
        match document.accounts.remove(account) {
            Some(_) => self.replace(&document),
            None => Ok(()),
        }
    }

    fn sound(&self) -> Result<Document, Problem> {
        self.load()?.map_err(|reason| {
            let path = self.0.join(NAME);
            Problem::new(
                ProblemKind::Disk,
                words::problem::defaults_damaged(&path, reason),
                words::hint::defaults_anew(),
            )
        })
    }

    /// The outer error is final, the inner one says why the file is damaged.
    fn load(&self) -> Result<Result<Document, String>, Problem> {
        let path = self.0.join(NAME);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Ok(Document::default()));
            }
            Err(error) => return Err(disk(&path, &error)),
        };
        match serde_json::from_slice::<Document>(&bytes) {
            Ok(document) if document.format > FORMAT => Err(problems::problem(
                ProblemKind::Disk,
                words::problem::defaults_newer(),
            )),
            Ok(document) => Ok(Ok(document)),
            Err(error) => Ok(Err(error.to_string())),
        }
    }

    /// Moves the damaged file to the first free name. Only under the lock.
    fn set_aside(&self, reason: &str) -> Result<Problem, Problem> {
        let copy = (1_u32..)
            .map(|number| self.0.join(format!("defaults.damaged-{number}.json")))
            .find(|copy| !copy.exists())
            .unwrap_or_else(|| self.0.join("defaults.damaged.json"));
        fs::rename(self.0.join(NAME), &copy).map_err(|error| disk(&copy, &error))?;
        tracing::warn!(copy = %copy.display(), reason, "the upload defaults were damaged and are set aside");
        Ok(Problem::new(
            ProblemKind::Disk,
            words::problem::defaults_set_aside(&copy),
            words::hint::defaults_of_others(),
        ))
    }

    /// Only under the lock.
    fn replace(&self, document: &Document) -> Result<(), Problem> {
        let path = self.0.join(NAME);
        let write = || -> io::Result<()> {
            let mut file = tempfile::Builder::new()
                .prefix(".defaults-")
                .suffix(".tmp")
                .tempfile_in(&self.0)?;
            serde_json::to_writer_pretty(&mut file, document)?;
            file.write_all(b"\n")?;
            file.as_file().sync_all()?;
            file.persist(&path).map_err(|error| error.error)?;
            sync_folder(&self.0)
        };
        write().map_err(|error| disk(&path, &error))
    }

    /// Waits for the lock, which the kernel releases when its process dies.
    fn lock(&self) -> Result<File, Problem> {
        let path = self.0.join(LOCK);
        let lock = || -> io::Result<File> {
            let mut options = OpenOptions::new();
            options.read(true).write(true).create(true).truncate(false);
            let file = options.open(&path)?;
            file.lock()?;
            Ok(file)
        };
        lock().map_err(|error| disk(&path, &error))
    }
}

fn disk(path: &Path, error: &io::Error) -> Problem {
    problems::problem(
        ProblemKind::Disk,
        words::problem::defaults_disk(path, error),
    )
}
