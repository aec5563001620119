//! The folder on disk: one writer at a time, and a file that is either the old one or the new one.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use super::{
    BookError, Damaged,
    document::{Document, Rejected},
};
use crate::disk::{self, Names};

const NAME: &str = "accounts.json";
const LOCK: &str = "accounts.lock";
const TURN: &str = "changes.lock";
const TEMPORARY: Names = Names {
    prefix: ".accounts-",
    suffix: ".tmp",
};

#[derive(Clone, Debug)]
pub(super) struct Folder(PathBuf);

impl Folder {
    /// Makes the folder, and keeps others on this computer out of it.
    pub(super) fn prepare(folder: &Path) -> Result<Self, BookError> {
        disk::create_private(folder).map_err(failed("prepared", folder))?;
        Ok(Self(folder.to_owned()))
    }

    /// Reads without a lock: the file is only ever replaced as a whole.
    pub(super) fn read(&self) -> Result<Document, BookError> {
        match self.load()? {
            Ok(document) => Ok(document),
            Err(_) => {
                // Another process may have been the first to see the damage: look again, alone.
                let _lock = self.lock()?;
                self.load_or_set_aside()
            }
        }
    }

    /// Reads, changes and replaces the file while no other process can.
    pub(super) fn change<T>(
        &self,
        change: impl FnOnce(&mut Document) -> Result<T, BookError>,
    ) -> Result<T, BookError> {
        let _lock = self.lock()?;
        let mut document = self.load_or_set_aside()?;
        let value = change(&mut document)?;
        self.replace(&document.to_text())?;
        Ok(value)
    }

    /// The outer error is final, the inner one the reason why the file is damaged.
    fn load(&self) -> Result<Result<Document, String>, BookError> {
        let path = self.0.join(NAME);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Ok(Document::empty()));
            }
            Err(error) => return Err(failed("read", &path)(error)),
        };
        match Document::parse(&bytes) {
            Ok(document) => Ok(Ok(document)),
            Err(Rejected::Damaged(reason)) => Ok(Err(reason)),
            Err(Rejected::Refused(error)) => Err(error),
        }
    }

    /// Only under the lock.
    fn load_or_set_aside(&self) -> Result<Document, BookError> {
        match self.load()? {
            Ok(document) => Ok(document),
            Err(reason) => Err(self.set_aside(reason)?.into()),
        }
    }

    /// Moves the damaged file to the first free name, so that not one byte of it is lost.
    fn set_aside(&self, reason: String) -> Result<Damaged, BookError> {
        let copy = (1_u32..)
            .map(|number| self.0.join(format!("accounts.damaged-{number}.json")))
            .find(|copy| !copy.exists())
            .unwrap_or_else(|| self.0.join("accounts.damaged.json"));
        fs::rename(self.0.join(NAME), &copy).map_err(failed("written", &copy))?;
        tracing::warn!(copy = %copy.display(), reason, "the list of accounts was damaged and is set aside");
        Ok(Damaged { copy, reason })
    }

    /// Only under the lock.
    fn replace(&self, text: &str) -> Result<(), BookError> {
        disk::sweep(&self.0, TEMPORARY);
        let path = self.0.join(NAME);
        disk::replace(&path, text.as_bytes(), TEMPORARY).map_err(failed("written", &path))
    }

    /// Waits for the lock of changes to secrets and the list together, which take longer than one of the list.
    pub(super) fn turn(&self) -> Result<File, BookError> {
        disk::lock(&self.0.join(TURN)).map_err(|error| self.no_turn(error))
    }

    pub(super) fn no_turn(&self, error: io::Error) -> BookError {
        failed("locked", &self.0.join(TURN))(error)
    }

    fn lock(&self) -> Result<File, BookError> {
        let path = self.0.join(LOCK);
        disk::lock(&path).map_err(failed("locked", &path))
    }
}

fn failed(action: &'static str, path: &Path) -> impl Fn(io::Error) -> BookError {
    let path = path.to_owned();
    move |source| BookError::Disk {
        action,
        path: path.clone(),
        source,
    }
}
