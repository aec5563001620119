//! Locks between processes: released by the kernel when the holder dies, so they need no lease and no clock.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use jiff::SignedDuration;
use tokio::sync::oneshot;

use crate::surroundings::Clock;

/// Returns the locked file. Waits in a plain thread: when the caller loses interest, the thread gets the lock some
/// day, finds nobody and lets go of it again.
pub(crate) async fn wait_for(path: PathBuf, clock: &dyn Clock) -> File {
    loop {
        match in_thread(path.clone()).await {
            Ok(file) => return file,
            Err(error) => {
                tracing::warn!(%error, path = %path.display(), "a lock cannot be used; trying again");
                let now = clock.now();
                clock
                    .sleep_until(
                        now.saturating_add(SignedDuration::from_secs(5))
                            .unwrap_or(now),
                    )
                    .await;
            }
        }
    }
}

/// Whether somebody holds it, this process included.
pub(crate) fn is_held(path: &Path) -> bool {
    let file = File::options().read(true).open(path);
    file.is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

async fn in_thread(path: PathBuf) -> io::Result<File> {
    let (reply, answer) = oneshot::channel();
    std::thread::Builder::new()
        .name("lock".into())
        .spawn(move || drop(reply.send(lock(&path))))?;
    answer.await.map_err(io::Error::other)?
}

fn lock(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let file = File::options().create(true).append(true).open(path)?;
    file.lock()?;
    Ok(file)
}
