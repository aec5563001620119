//! The gapless beginning of an upload, hashed as it grows.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use bytes::Bytes;
use fast_md5::Md5;

use crate::answer::random_hex;
use crate::spool::{Kept, Scrap, Spooled};

/// Kept from the start of the file, to tell what it is.
const HEAD: usize = 128 << 10;

/// The file as far as it reaches without a gap.
pub(super) struct Whole {
    hasher: Md5,
    file: Option<(Scrap, File)>,
    /// Of the chunk that comes next.
    pub(super) next_key: u64,
    pub(super) size: u64,
    head: Vec<u8>,
    /// A chunk came again after it was hashed.
    stale_hash: bool,
}

impl Default for Whole {
    fn default() -> Self {
        Self {
            hasher: Md5::new(),
            file: None,
            next_key: 0,
            size: 0,
            head: Vec::new(),
            stale_hash: false,
        }
    }
}

impl Whole {
    /// Adds the next chunk.
    pub(super) fn append(&mut self, kept: Kept, length: u64, folder: &Path) -> io::Result<()> {
        match kept {
            Kept::Memory(pieces) => pieces.iter().for_each(|piece: &Bytes| self.digest(piece)),
            Kept::Nothing => {}
            Kept::Disk(scrap) => {
                let (whole, mut file) = match self.file.take() {
                    Some(open) => open,
                    None => {
                        let path = folder.join(random_hex::<12>());
                        let file = OpenOptions::new()
                            .write(true)
                            .create_new(true)
                            .open(&path)?;
                        (Scrap::new(path), file)
                    }
                };
                self.read_through(File::open(scrap.path())?, Some(&mut file))?;
                self.file = Some((whole, file));
            }
        }
        self.size += length;
        Ok(())
    }

    /// Writes a chunk that came again over its first coming; where nothing is kept, it is taken for the same.
    pub(super) fn replace(&mut self, offset: u64, again: &Kept) -> io::Result<()> {
        if let (Kept::Disk(again), Some((_, file))) = (again, &mut self.file) {
            file.seek(SeekFrom::Start(offset))?;
            io::copy(&mut File::open(again.path())?, file)?;
            file.seek(SeekFrom::End(0))?;
            self.stale_hash = true;
        }
        Ok(())
    }

    /// The complete file, with its hash.
    pub(super) fn close(mut self) -> io::Result<Spooled> {
        if let Some((scrap, file)) = self.file.take() {
            if self.stale_hash {
                self.hasher = Md5::new();
                self.head.clear();
                self.read_through(File::open(scrap.path())?, None)?;
            }
            self.file = Some((scrap, file));
        }
        let kept = self
            .file
            .map_or(Kept::Nothing, |(scrap, _)| Kept::Disk(scrap));
        Ok(Spooled {
            kept,
            size: self.size,
            md5: Some(hex::encode(self.hasher.finalize())),
            head: self.head,
        })
    }

    fn read_through(&mut self, mut source: File, mut copy: Option<&mut File>) -> io::Result<()> {
        let mut buffer = vec![0; 256 << 10];
        loop {
            let count = source.read(&mut buffer)?;
            if count == 0 {
                return Ok(());
            }
            self.digest(&buffer[..count]);
            if let Some(copy) = &mut copy {
                copy.write_all(&buffer[..count])?;
            }
        }
    }

    fn digest(&mut self, bytes: &[u8]) {
        self.hasher.update(bytes);
        let room = HEAD.saturating_sub(self.head.len());
        self.head.extend_from_slice(&bytes[..room.min(bytes.len())]);
    }
}
