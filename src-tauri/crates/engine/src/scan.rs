//! Folders: a streaming walk that lists every file to upload, and every entry that is not, with the reason.

use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};

use tokio::sync::mpsc;
use walkdir::{DirEntry, IntoIter, WalkDir};

use crate::identity::FileIdentity;
use crate::name;

/// One thing that the walk met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// A file to upload.
    File(ScannedFile),
    /// Something else.
    Skipped(Skipped),
}

/// A file to upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScannedFile {
    /// Where it is.
    pub path: PathBuf,
    /// Its folder relative to what was named, beginning with the named folder's own name, with `/`;
    /// empty for a file that was named itself. Lossy where a name is not UTF-8.
    pub relative_folder: String,
    /// What it was at that moment.
    pub identity: FileIdentity,
}

/// Something that is not uploaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Where it is.
    pub path: PathBuf,
    /// Why.
    pub reason: SkipReason,
}

/// Why something is not uploaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SkipReason {
    /// Its name begins with a dot.
    Hidden,
    /// The system's own: `Thumbs.db`, `desktop.ini`.
    System,
    /// A folder inside a folder, and subfolders were not asked for.
    Subfolder,
    /// A link to a folder: it may lead out of the tree or in a circle.
    LinkedFolder,
    /// A link that leads nowhere or to itself.
    BrokenLink,
    /// A pipe, socket or device.
    Special,
    /// No bytes.
    Empty,
    /// It cannot be looked at.
    Unreadable,
    /// It is not there.
    Missing,
}

/// A folder with more entries is not sorted: to sort it, all of its names would have to be read and kept first.
const SORTED: usize = 10_000;

/// Walks what was named, in that order; a folder by name, unless it is very large. Blocks while it reads.
pub fn scan(paths: Vec<PathBuf>, recursive: bool) -> Scan {
    Scan {
        named: paths.into_iter(),
        walk: None,
        recursive,
    }
}

/// The same on a blocking thread; must be called within a tokio runtime. Dropping the receiver ends the walk.
pub fn scan_in_background(paths: Vec<PathBuf>, recursive: bool) -> mpsc::Receiver<Seen> {
    let (seen, receiver) = mpsc::channel(1024);
    tokio::task::spawn_blocking(move || {
        for one in scan(paths, recursive) {
            if seen.blocking_send(one).is_err() {
                return;
            }
        }
    });
    receiver
}

/// The walk.
#[derive(Debug)]
pub struct Scan {
    named: std::vec::IntoIter<PathBuf>,
    walk: Option<Walk>,
    recursive: bool,
}

/// Through one named folder.
#[derive(Debug)]
struct Walk {
    root: PathBuf,
    /// What is left of each folder that was entered, from the root to the one where the walk is.
    left: Vec<IntoIter>,
}

impl Iterator for Scan {
    type Item = Seen;

    fn next(&mut self) -> Option<Seen> {
        loop {
            if let Some(walk) = &mut self.walk {
                match walk.next(self.recursive) {
                    Some(seen) => return Some(seen),
                    None => self.walk = None,
                }
            }
            let path = self.named.next()?;
            match std::fs::metadata(&path) {
                // a named folder is entered also when it is a link or hidden: it was named
                Ok(metadata) if metadata.is_dir() => {
                    self.walk = Some(Walk {
                        left: vec![entries(&path)],
                        root: path,
                    });
                }
                Ok(metadata) => return Some(file(path, String::new(), &metadata)),
                Err(error) => return Some(skipped(path, reason(&error))),
            }
        }
    }
}

impl Walk {
    fn next(&mut self, recursive: bool) -> Option<Seen> {
        while let Some(left) = self.left.last_mut() {
            match left.next() {
                Some(entry) => match inside(&self.root, entry, recursive) {
                    Met::Folder(path) => self.left.push(entries(&path)),
                    Met::Entry(seen) => return Some(seen),
                },
                None => drop(self.left.pop()),
            }
        }
        None
    }
}

/// What a folder holds, not what its folders hold.
fn entries(folder: &Path) -> IntoIter {
    let walk = WalkDir::new(folder).min_depth(1).max_depth(1);
    let is_small =
        std::fs::read_dir(folder).is_ok_and(|entries| entries.take(SORTED + 1).count() <= SORTED);
    match is_small {
        true => walk.sort_by_file_name().into_iter(),
        false => walk.into_iter(),
    }
}

enum Met {
    /// To be entered.
    Folder(PathBuf),
    Entry(Seen),
}

fn inside(root: &Path, entry: walkdir::Result<DirEntry>, recursive: bool) -> Met {
    let entry = match entry {
        Ok(entry) => entry,
        Err(error) => {
            let path = error.path().unwrap_or(root).to_owned();
            return Met::Entry(skipped(
                path,
                error.io_error().map_or(SkipReason::Unreadable, reason),
            ));
        }
    };
    let name = entry.file_name().to_string_lossy();
    let kind = entry.file_type();
    let not_entered = if name.starts_with('.') {
        Some(SkipReason::Hidden)
    } else if kind.is_dir() && !recursive {
        Some(SkipReason::Subfolder)
    } else {
        None
    };
    if let Some(reason) = not_entered {
        return Met::Entry(skipped(entry.into_path(), reason));
    }
    if kind.is_dir() {
        return Met::Folder(entry.into_path());
    }
    if name.eq_ignore_ascii_case("thumbs.db") || name.eq_ignore_ascii_case("desktop.ini") {
        return Met::Entry(skipped(entry.into_path(), SkipReason::System));
    }
    let is_link = entry.path_is_symlink();
    Met::Entry(match std::fs::metadata(entry.path()) {
        Ok(metadata) if metadata.is_dir() => skipped(entry.into_path(), SkipReason::LinkedFolder),
        Ok(metadata) => {
            let folder = relative_folder(root, entry.path());
            file(entry.into_path(), folder, &metadata)
        }
        Err(_) if is_link => skipped(entry.into_path(), SkipReason::BrokenLink),
        Err(error) => skipped(entry.into_path(), reason(&error)),
    })
}

fn file(path: PathBuf, relative_folder: String, metadata: &Metadata) -> Seen {
    if !metadata.is_file() {
        return skipped(path, SkipReason::Special);
    }
    if metadata.len() == 0 {
        return skipped(path, SkipReason::Empty);
    }
    Seen::File(ScannedFile {
        path,
        relative_folder,
        identity: FileIdentity::of(metadata),
    })
}

fn skipped(path: PathBuf, reason: SkipReason) -> Seen {
    Seen::Skipped(Skipped { path, reason })
}

fn reason(error: &io::Error) -> SkipReason {
    if error.kind() == io::ErrorKind::NotFound {
        SkipReason::Missing
    } else {
        SkipReason::Unreadable
    }
}

fn relative_folder(root: &Path, path: &Path) -> String {
    let inside = path
        .parent()
        .and_then(|folder| folder.strip_prefix(root).ok())
        .unwrap_or(Path::new(""));
    // a root such as `..` or `/` has no name of its own
    let parts = inside.components().map(|part| part.as_os_str());
    name::folder(root.file_name().into_iter().chain(parts))
}
