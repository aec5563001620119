//! The folder on disk: one writer at a time, and a file that is either the old one or the new one.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::{
    BookError, Damaged,
    document::{Document, Rejected},
};

const NAME: &str = "accounts.json";
const LOCK: &str = "accounts.lock";
const TEMPORARY: (&str, &str) = (".accounts-", ".tmp");

#[derive(Clone, Debug)]
pub(super) struct Folder(PathBuf);

impl Folder {
    /// Makes the folder, and keeps others on this computer out of it.
    pub(super) fn prepare(folder: &Path) -> Result<Self, BookError> {
        create_private(folder).map_err(disk("prepared", folder))?;
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
            Err(error) => return Err(disk("read", &path)(error)),
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
        fs::rename(self.0.join(NAME), &copy).map_err(disk("written", &copy))?;
        tracing::warn!(copy = %copy.display(), reason, "the list of accounts was damaged and is set aside");
        Ok(Damaged { copy, reason })
    }

    /// Only under the lock.
    fn replace(&self, text: &str) -> Result<(), BookError> {
        self.sweep();
        let path = self.0.join(NAME);
        let write = || -> io::Result<()> {
            let mut file = tempfile::Builder::new()
                .prefix(TEMPORARY.0)
                .suffix(TEMPORARY.1)
                .tempfile_in(&self.0)?;
            file.write_all(text.as_bytes())?;
            file.as_file().sync_all()?;
            file.persist(&path).map_err(|error| error.error)?;
            sync_folder(&self.0)
        };
        write().map_err(disk("written", &path))
    }

    /// Under the lock nobody else writes, so a temporary file is the rest of a crash.
    fn sweep(&self) {
        let Ok(entries) = fs::read_dir(&self.0) else {
            return;
        };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name.starts_with(TEMPORARY.0)
                && name.ends_with(TEMPORARY.1)
                && let Err(error) = fs::remove_file(entry.path())
            {
                tracing::debug!(%error, "a left-over temporary file stays");
            }
        }
    }

    /// Waits for the lock. The kernel releases it when the file is dropped or its process dies;
    /// the lock file itself stays, since removing it would let two processes in.
    fn lock(&self) -> Result<File, BookError> {
        let path = self.0.join(LOCK);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        let file = options.open(&path).map_err(disk("locked", &path))?;
        file.lock().map_err(disk("locked", &path))?;
        Ok(file)
    }
}

fn disk(action: &'static str, path: &Path) -> impl Fn(io::Error) -> BookError {
    let path = path.to_owned();
    move |source| BookError::Disk {
        action,
        path: path.clone(),
        source,
    }
}

#[cfg(unix)]
fn create_private(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    let mode = fs::metadata(folder)?.permissions().mode();
    // A folder that is open to others, from an older umask or a copy, is closed; one that is
    // read-only on purpose stays so.
    if mode & 0o077 != 0 {
        fs::set_permissions(folder, fs::Permissions::from_mode(mode & 0o700))?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn create_private(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

/// Makes the rename itself last through a power loss.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}
