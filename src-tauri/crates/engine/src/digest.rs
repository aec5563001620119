//! The MD5 of a file, read in fixed blocks on a blocking thread, beside the sending.
//!
//! Hashing is most of what sending a large file costs, so it is done by the quickest crate, `fast-md5`. `md-5`, which more
//! people use, says in the tests what is right.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use fast_md5::Md5;
use tokio::task::JoinHandle;

use crate::identity::FileIdentity;

/// Read at once, at most. Many files are hashed at a time: larger blocks would be most of the program's memory, and gain
/// nothing.
const BLOCK: usize = 64 * 1024;

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
    let length = usize::try_from(expected.size).map_or(BLOCK, |size| size.clamp(1, BLOCK));
    let mut block = vec![0; length];
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_file_of_any_length_has_the_md5_that_another_implementation_finds(
            length in prop_oneof![0..300_usize, BLOCK - 70..BLOCK + 70, 2 * BLOCK - 1..2 * BLOCK + 2],
            seed: u64,
        ) {
            let mut state = seed | 1;
            let bytes: Vec<u8> = std::iter::repeat_with(|| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (state >> 56) as u8
            })
            .take(length)
            .collect();
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("file");
            std::fs::write(&path, &bytes).unwrap();
            let identity = FileIdentity::of(&std::fs::metadata(&path).unwrap());
            let digested = digest(&path, identity, &AtomicBool::new(false)).unwrap();
            prop_assert!(digested.unchanged);
            prop_assert_eq!(digested.md5, hex::encode(<md5::Md5 as md5::Digest>::digest(&bytes)));
        }
    }
}
