//! What is kept for each account, in `defaults.json` of the configuration folder. As with the accounts, nothing is held in
//! memory: the window and a terminal may be open on the same folder.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::contract::{Choices, Problem, ProblemKind};
use crate::problems;

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

impl Defaults {
    pub(crate) fn in_folder(config: &Path) -> Self {
        Self(config.to_owned())
    }

    /// What is kept for an account; for most it is nothing.
    ///
    /// # Errors
    /// When the file cannot be read. One that is damaged is set aside, and the next call begins anew: an upload must not go
    /// out as public because the word that it is private was lost.
    pub(crate) fn of(&self, account: &str) -> Result<Kept, Problem> {
        let mut document = match self.load()? {
            Ok(document) => document,
            Err(_) => {
                // another process may be the first to see it
                let _lock = self.lock()?;
                self.load_or_set_aside()?
            }
        };
        Ok(document.accounts.remove(account).unwrap_or_default())
    }

    /// The same for what uploads by itself: a file that is damaged stays until somebody was told, so nothing begins anew
    /// behind their back.
    ///
    /// # Errors
    /// When the file cannot be read or is damaged.
    pub(crate) fn look(&self, account: &str) -> Result<Kept, Problem> {
        let mut document = self.load()?.map_err(|reason| {
            let words = format!(
                "The upload defaults are damaged: {reason}. Nothing is uploaded by itself."
            );
            Problem::new(ProblemKind::Disk, words, "Set the defaults again.")
        })?;
        Ok(document.accounts.remove(account).unwrap_or_default())
    }

    /// Keeps it; `None`, and what says nothing, forgets the account.
    ///
    /// # Errors
    /// When the file cannot be read or written; it is as it was then.
    pub(crate) fn set(&self, account: &str, kept: Option<Kept>) -> Result<(), Problem> {
        let _lock = self.lock()?;
        let mut document = self.load_or_set_aside()?;
        let before = document.accounts.remove(account);
        let kept = kept.filter(|kept| *kept != Kept::default());
        if before == kept {
            return Ok(());
        }
        if let Some(kept) = kept {
            document.accounts.insert(account.to_owned(), kept);
        }
        self.replace(&document)
    }

    /// The outer error is final, the inner one says why the file is damaged.
    fn load(&self) -> Result<Result<Document, String>, Problem> {
        let path = self.0.join(NAME);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Ok(Document {
                    format: FORMAT,
                    accounts: BTreeMap::new(),
                }));
            }
            Err(error) => return Err(disk("read", &path, &error)),
        };
        match serde_json::from_slice::<Document>(&bytes) {
            Ok(document) if document.format > FORMAT => Err(problems::problem(
                ProblemKind::Disk,
                "The upload defaults were written by a newer version of Aloft. Update Aloft.",
            )),
            Ok(document) => Ok(Ok(document)),
            Err(error) => Ok(Err(error.to_string())),
        }
    }

    /// Only under the lock.
    fn load_or_set_aside(&self) -> Result<Document, Problem> {
        let reason = match self.load()? {
            Ok(document) => return Ok(document),
            Err(reason) => reason,
        };
        let copy = (1_u32..)
            .map(|number| self.0.join(format!("defaults.damaged-{number}.json")))
            .find(|copy| !copy.exists())
            .unwrap_or_else(|| self.0.join("defaults.damaged.json"));
        fs::rename(self.0.join(NAME), &copy).map_err(|error| disk("set aside", &copy, &error))?;
        tracing::warn!(copy = %copy.display(), reason, "the upload defaults were damaged and are set aside");
        Err(Problem::new(
            ProblemKind::Disk,
            format!(
                "The upload defaults were damaged and have been set aside as {}. Nothing was uploaded.",
                copy.display()
            ),
            "Set the defaults again, then upload.",
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
            Ok(())
        };
        write().map_err(|error| disk("written", &path, &error))
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
        lock().map_err(|error| disk("locked", &path, &error))
    }
}

fn disk(action: &str, path: &Path, error: &io::Error) -> Problem {
    let words = format!(
        "The upload defaults in {} could not be {action}. {error}.",
        path.display()
    );
    problems::problem(ProblemKind::Disk, words)
}
