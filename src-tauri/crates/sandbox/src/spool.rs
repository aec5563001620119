//! Received bytes on their way: hashed while they come, kept on disk, in memory, or not at all. Never a whole file in memory unless asked.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use fast_md5::Md5;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::answer::random_hex;

/// How many bytes gather before a blocking thread takes them.
const BATCH: usize = 1 << 20;
/// Up to this many are hashed and written where they arrive: a thread would cost more.
const INLINE: usize = 256 << 10;
/// Kept from the start of every file, to tell what it is.
const HEAD: usize = 128 << 10;

/// Where received bytes go.
#[derive(Clone, Debug)]
pub(crate) enum Keep {
    /// Into a file of this folder.
    Disk(PathBuf),
    /// Into memory, unhashed: a chunk in discard mode, which is hashed once it is its turn.
    Memory,
    /// Nowhere.
    Nothing,
}

/// A file that is removed when nobody took it over.
#[derive(Debug)]
pub(crate) struct Scrap(Option<PathBuf>);

impl Scrap {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self(Some(path))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.as_deref().unwrap_or(Path::new(""))
    }

    /// Moves the file to `target`; from then on it stays.
    pub(crate) fn settle(mut self, target: &Path) -> io::Result<()> {
        std::fs::rename(self.path(), target)?;
        self.0 = None;
        Ok(())
    }
}

impl Drop for Scrap {
    fn drop(&mut self) {
        if let Some(path) = &self.0 {
            // Best effort: the folder is emptied at the next start.
            let _ = std::fs::remove_file(path);
        }
    }
}

/// What became of the bytes.
#[derive(Debug)]
pub(crate) enum Kept {
    Disk(Scrap),
    Memory(Vec<Bytes>),
    Nothing,
}

/// A received file.
#[derive(Debug)]
pub(crate) struct Spooled {
    pub(crate) kept: Kept,
    pub(crate) size: u64,
    /// Lower-case hex; `None` where nothing was hashed yet (see [`Keep::Memory`]).
    pub(crate) md5: Option<String>,
    /// The first bytes.
    pub(crate) head: Vec<u8>,
}

struct Sink {
    keep: Keep,
    hasher: Md5,
    file: Option<(Scrap, File)>,
    memory: Vec<Bytes>,
}

impl Sink {
    fn absorb(&mut self, batch: Vec<Bytes>) -> io::Result<()> {
        match &self.keep {
            Keep::Memory => {
                self.memory.extend(batch);
                return Ok(());
            }
            Keep::Nothing => {}
            Keep::Disk(folder) => {
                let (_, file) = match &mut self.file {
                    Some(open) => open,
                    empty @ None => {
                        let path = folder.join(random_hex::<12>());
                        let file = File::create_new(&path)?;
                        empty.insert((Scrap::new(path), file))
                    }
                };
                for bytes in &batch {
                    file.write_all(bytes)?;
                }
            }
        }
        for bytes in &batch {
            self.hasher.update(bytes);
        }
        Ok(())
    }
}

enum Work {
    Idle(Box<Sink>),
    Busy(JoinHandle<io::Result<Box<Sink>>>),
    Gone,
}

/// Takes bytes as they come; hashing and writing run beside the receiving.
pub(crate) struct Spool {
    work: Work,
    waiting: Vec<Bytes>,
    waiting_bytes: usize,
    size: u64,
    head: Vec<u8>,
}

impl Spool {
    pub(crate) fn new(keep: Keep) -> Self {
        let sink = Sink {
            keep,
            hasher: Md5::new(),
            file: None,
            memory: Vec::new(),
        };
        Self {
            work: Work::Idle(Box::new(sink)),
            waiting: Vec::new(),
            waiting_bytes: 0,
            size: 0,
            head: Vec::new(),
        }
    }

    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    pub(crate) async fn push(&mut self, bytes: Bytes) -> io::Result<()> {
        self.size += bytes.len() as u64;
        let room = HEAD.saturating_sub(self.head.len());
        self.head.extend_from_slice(&bytes[..room.min(bytes.len())]);
        self.waiting_bytes += bytes.len();
        self.waiting.push(bytes);
        if self.waiting_bytes >= BATCH {
            let mut sink = self.sink().await?;
            let batch = self.take_waiting();
            self.work = Work::Busy(spawn_blocking(move || sink.absorb(batch).map(|()| sink)));
        }
        Ok(())
    }

    pub(crate) async fn finish(mut self) -> io::Result<Spooled> {
        let mut sink = self.sink().await?;
        let small = self.waiting_bytes <= INLINE;
        let batch = self.take_waiting();
        if small {
            sink.absorb(batch)?;
        } else {
            sink = spawn_blocking(move || sink.absorb(batch).map(|()| sink)).await??;
        }
        let Sink {
            keep,
            hasher,
            file,
            memory,
        } = *sink;
        let (kept, md5) = match (keep, file) {
            (Keep::Memory, _) => (Kept::Memory(memory), None),
            (Keep::Nothing, _) => (Kept::Nothing, Some(hex::encode(hasher.finalize()))),
            (Keep::Disk(_), Some((scrap, _))) => {
                (Kept::Disk(scrap), Some(hex::encode(hasher.finalize())))
            }
            // Nothing was received, so nothing was made.
            (Keep::Disk(_), None) => (Kept::Nothing, Some(hex::encode(hasher.finalize()))),
        };
        Ok(Spooled {
            kept,
            size: self.size,
            md5,
            head: self.head,
        })
    }

    fn take_waiting(&mut self) -> Vec<Bytes> {
        self.waiting_bytes = 0;
        std::mem::take(&mut self.waiting)
    }

    async fn sink(&mut self) -> io::Result<Box<Sink>> {
        match std::mem::replace(&mut self.work, Work::Gone) {
            Work::Idle(sink) => Ok(sink),
            Work::Busy(handle) => handle.await?,
            Work::Gone => Err(io::Error::other("an earlier write failed")),
        }
    }
}
