//! What a sandbox keeps in its folder besides assets: the lock, the ports, the random credentials, its address while it runs.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::answer::random_text;
use crate::error::SandboxError;
use crate::store::write_atomically;

const RUNNING: &str = "running.json";

/// What is kept from run to run, in `sandbox.json`.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Kept {
    pub(crate) port: Option<u16>,
    pub(crate) widget_port: Option<u16>,
    pub(crate) api_key: Option<String>,
    pub(crate) api_secret: Option<String>,
}

/// What a running sandbox tells about itself; gone when it stops.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Running {
    pub(crate) url: Url,
    pub(crate) frame_origin: Url,
    pub(crate) cloud_name: String,
    /// It answers to the pair kept in the folder, not to one it was given.
    pub(crate) kept_credentials: bool,
}

impl Running {
    /// Reads it from a folder; `None` when nothing runs there, or nothing that can be understood.
    pub(crate) fn read(folder: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(folder.join(RUNNING)).ok()?).ok()
    }
}

/// The folder, held by this process alone until it is dropped; the kernel lets go at a crash.
pub(crate) struct Home {
    folder: PathBuf,
    /// Dropping it unlocks.
    _lock: File,
}

impl Home {
    /// Takes the folder, or says who has it.
    pub(crate) async fn take(folder: &Path) -> Result<Self, SandboxError> {
        fs::create_dir_all(folder).map_err(|source| SandboxError::Folder {
            path: folder.to_owned(),
            source,
        })?;
        let path = folder.join("sandbox.lock");
        let trouble = |source| SandboxError::Folder {
            path: path.clone(),
            source,
        };
        let lock = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(trouble)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(SandboxError::AlreadyRunning {
                    folder: folder.to_owned(),
                    url: running_at(folder).await,
                });
            }
            Err(TryLockError::Error(source)) => return Err(trouble(source)),
        }
        let home = Self {
            folder: folder.to_owned(),
            _lock: lock,
        };
        home.withdraw();
        Ok(home)
    }

    pub(crate) fn read(&self) -> Result<Kept, SandboxError> {
        let path = self.folder.join("sandbox.json");
        match fs::read(&path) {
            Ok(text) => serde_json::from_slice(&text)
                .map_err(|source| SandboxError::Unreadable { path, source }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Kept::default()),
            Err(source) => Err(SandboxError::Folder { path, source }),
        }
    }

    pub(crate) fn write(&self, kept: &Kept) -> Result<(), SandboxError> {
        let path = self.folder.join("sandbox.json");
        let trouble = |source: io::Error| SandboxError::Folder {
            path: path.clone(),
            source,
        };
        let text = serde_json::to_vec_pretty(kept).map_err(|error| trouble(error.into()))?;
        write_atomically(&path, &text).map_err(trouble)?;
        only_for_me(&path).map_err(trouble)
    }

    /// Writes down where this sandbox answers, for whoever finds the folder taken.
    pub(crate) fn announce(&self, running: &Running) -> Result<(), SandboxError> {
        let path = self.folder.join(RUNNING);
        let text = serde_json::to_vec(running).map_err(|source| SandboxError::Unreadable {
            path: path.clone(),
            source,
        })?;
        write_atomically(&path, &text).map_err(|source| SandboxError::Folder { path, source })
    }

    pub(crate) fn withdraw(&self) {
        // A stale address is replaced at the next start.
        let _ = fs::remove_file(self.folder.join(RUNNING));
    }
}

/// A random pair in the shape of real ones: 15 digits, and 27 characters.
pub(crate) fn random_credentials() -> (String, String) {
    let digits = (0..15).map(|place| {
        char::from(
            b'0' + rand::random::<u8>() % if place == 0 { 9 } else { 10 } + u8::from(place == 0),
        )
    });
    (digits.collect(), random_text(27))
}

/// The address in the folder; waits a moment for a sandbox that has the lock and is still starting.
async fn running_at(folder: &Path) -> Option<Url> {
    for _ in 0..50 {
        if let Some(running) = Running::read(folder) {
            return Some(running.url);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    None
}

#[cfg(unix)]
fn only_for_me(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn only_for_me(_path: &Path) -> io::Result<()> {
    Ok(())
}
