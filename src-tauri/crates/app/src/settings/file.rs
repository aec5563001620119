//! The file on disk: read as a whole, replaced as a whole, kept as it was where this version does not know it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::contract::{Problem, ProblemKind};
use crate::words;

const NAME: &str = "settings.json";
const LOCK: &str = "settings.lock";

/// `settings.json` in its folder, which exists.
pub(super) struct SettingsFile {
    folder: PathBuf,
}

impl SettingsFile {
    pub(super) fn in_folder(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
        }
    }

    /// What the file holds; nothing where there is none. A damaged file is set aside, and the problem says where.
    pub(super) fn read(&self) -> Result<Map<String, Value>, Problem> {
        match self.load()? {
            Ok(root) => Ok(root),
            Err(_) => {
                // Another process may have been the first to see the damage: look again, alone.
                let _lock = self.lock()?;
                match self.load()? {
                    Ok(root) => Ok(root),
                    Err(reason) => Err(self.set_aside(&reason)?),
                }
            }
        }
    }

    /// Reads, changes and replaces the file while no other process can. Without a difference nothing is written.
    pub(super) fn change(
        &self,
        change: impl FnOnce(&mut Map<String, Value>),
    ) -> Result<(), Problem> {
        let _lock = self.lock()?;
        let mut root = match self.load()? {
            Ok(root) => root,
            Err(reason) => {
                let problem = self.set_aside(&reason)?;
                tracing::warn!("{problem}");
                Map::new()
            }
        };
        let before = root.clone();
        change(&mut root);
        if root == before {
            return Ok(());
        }
        // The alternate form of a `Value` is indented JSON.
        self.replace(&format!("{:#}\n", Value::Object(root)))
    }

    /// The outer error is final, the inner one the reason why the file is damaged.
    fn load(&self) -> Result<Result<Map<String, Value>, String>, Problem> {
        let bytes = match fs::read(self.folder.join(NAME)) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Ok(Map::new())),
            Err(error) => return Err(self.disk(&error)),
        };
        let read: Result<Map<String, Value>, _> = serde_json::from_slice(&bytes);
        Ok(read.map_err(|error| error.to_string()))
    }

    /// Moves the damaged file to the first free name, so that not one byte of it is lost. Only under the lock.
    fn set_aside(&self, reason: &str) -> Result<Problem, Problem> {
        let copy = (1_u32..)
            .map(|number| self.folder.join(format!("settings.damaged-{number}.json")))
            .find(|copy| !copy.exists())
            .unwrap_or_else(|| self.folder.join("settings.damaged.json"));
        fs::rename(self.folder.join(NAME), &copy).map_err(|error| self.disk(&error))?;
        Ok(Problem::new(
            ProblemKind::Disk,
            words::problem::settings_damaged(&copy, reason),
            words::hint::settings_usual(),
        ))
    }

    /// Only under the lock.
    fn replace(&self, text: &str) -> Result<(), Problem> {
        let write = || -> io::Result<()> {
            let mut file = tempfile::Builder::new()
                .prefix(".settings-")
                .suffix(".tmp")
                .tempfile_in(&self.folder)?;
            file.write_all(text.as_bytes())?;
            file.as_file().sync_all()?;
            file.persist(self.folder.join(NAME))
                .map_err(|error| error.error)?;
            sync_folder(&self.folder)
        };
        write().map_err(|error| self.disk(&error))
    }

    /// The kernel releases it when the file is dropped or its process dies.
    fn lock(&self) -> Result<File, Problem> {
        let open = || {
            let mut options = OpenOptions::new();
            options.read(true).write(true).create(true).truncate(false);
            let file = options.open(self.folder.join(LOCK))?;
            file.lock()?;
            Ok(file)
        };
        open().map_err(|error: io::Error| self.disk(&error))
    }

    fn disk(&self, error: &io::Error) -> Problem {
        let path = self.folder.join(NAME);
        Problem::new(
            ProblemKind::Disk,
            words::problem::settings_disk(&path, error),
            words::hint::folder_yours(),
        )
    }
}

/// Makes the rename itself last through a power loss.
#[cfg(unix)]
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
pub(crate) fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}
