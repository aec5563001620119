//! The identity of a file: what tells that it is still the one that was queued.

use std::fs::Metadata;

/// Size, time of change and inode of a file at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FileIdentity {
    /// Bytes.
    pub size: u64,
    /// Time of the last change, in nanoseconds since 1970.
    pub modified_ns: i128,
    /// Inode number; 0 where the system has none, or where it does not matter any more.
    pub inode: u64,
}

impl FileIdentity {
    /// Reads the identity from metadata (of the file itself, not of a link to it).
    pub fn of(metadata: &Metadata) -> FileIdentity {
        FileIdentity {
            size: metadata.len(),
            modified_ns: modified_ns(metadata),
            inode: inode(metadata),
        }
    }

    /// Whether both are the same file unchanged, as far as they tell.
    pub(crate) fn is(&self, other: &FileIdentity) -> bool {
        let any_inode = self.inode == 0 || other.inode == 0;
        (self.size, self.modified_ns) == (other.size, other.modified_ns)
            && (any_inode || self.inode == other.inode)
    }

    /// For a file that may come back elsewhere on its disk, or on another one.
    pub(crate) fn of_any_inode(self) -> FileIdentity {
        FileIdentity { inode: 0, ..self }
    }

    /// One text of the database: `size:modified_ns:inode`.
    pub(crate) fn to_text(self) -> String {
        format!("{}:{}:{}", self.size, self.modified_ns, self.inode)
    }

    pub(crate) fn from_text(text: &str) -> Option<FileIdentity> {
        let mut parts = text.splitn(3, ':');
        Some(FileIdentity {
            size: parts.next()?.parse().ok()?,
            modified_ns: parts.next()?.parse().ok()?,
            inode: parts.next()?.parse().ok()?,
        })
    }
}

fn modified_ns(metadata: &Metadata) -> i128 {
    let Ok(modified) = metadata.modified() else {
        return 0;
    };
    let nanoseconds =
        |duration: std::time::Duration| i128::try_from(duration.as_nanos()).unwrap_or(i128::MAX);
    match modified.duration_since(std::time::UNIX_EPOCH) {
        Ok(after) => nanoseconds(after),
        Err(before) => -nanoseconds(before.duration()),
    }
}

#[cfg(unix)]
fn inode(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn inode(_metadata: &Metadata) -> u64 {
    0
}
