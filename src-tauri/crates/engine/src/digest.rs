//! The MD5 of a file, read in fixed blocks on a blocking thread, beside the sending.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use md5::{Digest, Md5};
use tokio::task::JoinHandle;

use crate::identity::FileIdentity;

/// Read at once.
const BLOCK: usize = 256 * 1024;

/// A digest in the making; dropping it stops the reader.
pub(crate) struct Hashing {
    stop: Arc<AtomicBool>,
    reader: JoinHandle<io::Result<Digested>>,
}

/// What the reader found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Digested {
    /// In hex.
    pub(crate) md5: String,
    /// The file before and after the reading was the expected one.
    pub(crate) unchanged: bool,
}

impl Hashing {
    /// Starts reading; must be called within a tokio runtime.
    pub(crate) fn start(path: PathBuf, expected: FileIdentity) -> Hashing {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let reader = tokio::task::spawn_blocking(move || digest(&path, expected, &stopped));
        Hashing { stop, reader }
    }

    /// `None` when the file could not be read to its end.
    pub(crate) async fn finish(mut self) -> Option<Digested> {
        (&mut self.reader).await.ok()?.ok()
    }
}

impl Drop for Hashing {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

fn digest(path: &Path, expected: FileIdentity, stop: &AtomicBool) -> io::Result<Digested> {
    let mut file = File::open(path)?;
    let before = FileIdentity::of(&file.metadata()?);
    let mut hash = Md5::new();
    let mut block = vec![0; BLOCK];
    loop {
        if stop.load(Ordering::Relaxed) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        match file.read(&mut block) {
            Ok(0) => break,
            Ok(length) => hash.update(&block[..length]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let after = FileIdentity::of(&std::fs::metadata(path)?);
    Ok(Digested {
        md5: hex::encode(hash.finalize()),
        unchanged: before == expected && after == expected,
    })
}
