//! Looking at a watched folder: every file in it, whatever its name.

use std::io;
use std::path::{Path, PathBuf};

use super::names;
use super::observe::Sighting;
use super::{FolderState, WatchError};
use crate::scan::{Seen, scan};

/// Every file in the folder but those below `ours`. Blocks.
pub(super) fn look(root: &Path, recursive: bool, ours: &[PathBuf]) -> Vec<Sighting> {
    let is_ours = |path: &Path| ours.iter().any(|ours| path.starts_with(ours));
    scan(vec![root.to_owned()], recursive)
        .filter_map(|seen| match seen {
            Seen::File(file) if !is_ours(&file.path) => Some(Sighting {
                path: file.path,
                identity: file.identity,
            }),
            Seen::File(_) | Seen::Skipped(_) => None,
        })
        .collect()
}

/// The same without files whose names are not their last.
pub(super) fn settled_names(root: &Path, recursive: bool, ours: &[PathBuf]) -> Vec<Sighting> {
    let mut seen = look(root, recursive, ours);
    seen.retain(|sighting| {
        let inside = sighting.path.strip_prefix(root).unwrap_or(&sighting.path);
        names::ignored(inside).is_none()
    });
    seen
}

pub(super) fn state_of(folder: &Path) -> FolderState {
    match std::fs::read_dir(folder) {
        Ok(_) => FolderState::Present,
        Err(error) if is_gone(&error) => FolderState::Missing,
        Err(_) => FolderState::Unreadable,
    }
}

/// The folder as it is stored.
pub(super) fn folder_to_watch(folder: &Path) -> Result<PathBuf, WatchError> {
    let unusable = |error: io::Error| {
        if error.kind() == io::ErrorKind::NotFound {
            WatchError::Missing
        } else {
            WatchError::Unreadable {
                details: error.to_string(),
            }
        }
    };
    if !std::fs::metadata(folder).map_err(unusable)?.is_dir() {
        return Err(WatchError::NotAFolder);
    }
    std::fs::read_dir(folder).map_err(unusable)?;
    Ok(real_path(folder))
}

pub(super) fn real_paths(paths: &[PathBuf]) -> Vec<PathBuf> {
    paths.iter().map(|path| real_path(path)).collect()
}

/// Without links where the system's form of that is one that people write.
pub(super) fn real_path(path: &Path) -> PathBuf {
    let plain = || std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    if cfg!(windows) {
        return plain();
    }
    std::fs::canonicalize(path).unwrap_or_else(|_| plain())
}

fn is_gone(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}
