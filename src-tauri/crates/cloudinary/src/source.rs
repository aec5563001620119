use std::fmt;
use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::{Error, clean_file_name};

/// Bytes of one block. 4 KiB blocks took ten times as long for a large file; larger ones than this gain nothing more.
pub(crate) const BLOCK: usize = 128 * 1024;

/// What is uploaded.
#[derive(Clone)]
pub enum Source {
    /// A file of this computer, read in blocks while it is sent.
    File {
        /// Where it is.
        path: PathBuf,
        /// What it was when it was looked at; anything else now is [`Error::SourceChanged`]. `None` trusts the first look.
        identity: Option<FileIdentity>,
        /// The bytes to send; `None` for all.
        range: Option<Range<u64>>,
    },
    /// A link that the service fetches itself: http, https, ftp, s3, gs.
    Url(Url),
    /// Bytes in memory, such as a pasted picture.
    Bytes {
        /// What it is called.
        name: String,
        /// The bytes.
        bytes: Bytes,
    },
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, range, .. } => f
                .debug_struct("File")
                .field("path", path)
                .field("range", range)
                .finish_non_exhaustive(),
            // A link may carry a token in its query.
            Self::Url(url) => write!(
                f,
                "Url({}://{}/…)",
                url.scheme(),
                crate::address::host_of(url)
            ),
            Self::Bytes { name, bytes } => write!(f, "Bytes({name:?}, {} bytes)", bytes.len()),
        }
    }
}

/// Which content a path has, as far as the file system tells without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FileIdentity {
    /// Bytes.
    pub size: u64,
    /// Nanoseconds since 1970, negative before; 0 where the system tells no time.
    pub modified_ns: i128,
    /// The file's number on its file system; 0 where there is none.
    pub inode: u64,
}

impl FileIdentity {
    /// Reads it out of what the system said.
    #[must_use]
    pub fn of(metadata: &Metadata) -> Self {
        Self {
            size: metadata.len(),
            modified_ns: metadata.modified().map_or(0, nanoseconds),
            inode: inode(metadata),
        }
    }
}

fn nanoseconds(time: SystemTime) -> i128 {
    let signed = |nanoseconds: u128| i128::try_from(nanoseconds).unwrap_or(i128::MAX);
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => signed(after.as_nanos()),
        Err(before) => -signed(before.duration().as_nanos()),
    }
}

#[cfg(unix)]
fn inode(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn inode(_: &Metadata) -> u64 {
    0
}

/// An open file and how much of it is still to be read. Everything here blocks, so it runs on the blocking pool.
#[derive(Debug)]
pub(crate) struct Reader {
    file: File,
    path: PathBuf,
    name: String,
    identity: FileIdentity,
    left: u64,
}

impl Reader {
    /// Opens the file, compares it with what it should be, and stands at the first byte.
    pub(crate) fn open(
        path: &Path,
        identity: Option<FileIdentity>,
        range: Option<Range<u64>>,
    ) -> Result<Self, Error> {
        let name = clean_file_name(path.file_name().unwrap_or(path.as_os_str()));
        let failed = |error: &io::Error| unreadable(&name, error);
        // Looked at before it is opened: opening a pipe would wait for its other end.
        let metadata = path.metadata().map_err(|error| failed(&error))?;
        if !metadata.is_file() {
            return Err(Error::SourceIsFolder { name });
        }
        let mut file = File::open(path).map_err(|error| failed(&error))?;
        let found = FileIdentity::of(&file.metadata().map_err(|error| failed(&error))?);
        let identity = identity.unwrap_or(found);
        if found != identity {
            return Err(Error::SourceChanged { name });
        }
        let range = range.unwrap_or(0..identity.size);
        if range.start >= range.end {
            return Err(Error::SourceEmpty { name });
        }
        if range.end > identity.size {
            return Err(Error::SourceChanged { name });
        }
        file.seek(SeekFrom::Start(range.start))
            .map_err(|error| failed(&error))?;
        Ok(Self {
            file,
            path: path.to_owned(),
            name,
            identity,
            left: range.end - range.start,
        })
    }

    pub(crate) fn left(&self) -> u64 {
        self.left
    }

    /// The next block, never more than was announced. A file that ends early has changed.
    pub(crate) fn block(&mut self) -> Result<Bytes, Error> {
        let wanted = usize::try_from(self.left).map_or(BLOCK, |left| left.min(BLOCK));
        let mut block = Vec::with_capacity(wanted);
        let limit = u64::try_from(wanted).unwrap_or(u64::MAX);
        (&self.file)
            .take(limit)
            .read_to_end(&mut block)
            .map_err(|error| unreadable(&self.name, &error))?;
        if block.len() < wanted {
            return Err(self.changed());
        }
        self.left -= limit;
        Ok(block.into())
    }

    /// The last look, before the body is closed: both what was read and what the path leads to now.
    pub(crate) fn is_unchanged(&self) -> Result<(), Error> {
        let read = self.file.metadata();
        let named = self.path.metadata();
        let same = |metadata: io::Result<Metadata>| {
            metadata.is_ok_and(|metadata| FileIdentity::of(&metadata) == self.identity)
        };
        if same(read) && same(named) {
            Ok(())
        } else {
            Err(self.changed())
        }
    }

    fn changed(&self) -> Error {
        Error::SourceChanged {
            name: self.name.clone(),
        }
    }
}

fn unreadable(name: &str, error: &io::Error) -> Error {
    let name = name.to_owned();
    let reason = error.kind();
    if matches!(
        reason,
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    ) {
        return Error::SourceMissing { name };
    }
    Error::SourceUnreadable { name, reason }
}
