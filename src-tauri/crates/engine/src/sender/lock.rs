//! The lock of an account: released by the kernel when its holder dies, so it needs no lease and no clock.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use jiff::SignedDuration;
use tokio::sync::oneshot;

use crate::queue::Queue;

/// Returns the locked file. Waits in a plain thread: when the caller loses interest, the thread gets the lock some
/// day, finds nobody and lets go of it again.
pub(super) async fn wait_for(queue: &Queue, account: &str) -> File {
    let path = path(queue.folder(), account);
    loop {
        match in_thread(path.clone()).await {
            Ok(file) => return file,
            Err(error) => {
                tracing::warn!(%error, path = %path.display(), "the lock of an account cannot be used; trying again");
                let clock = &queue.surroundings().clock;
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

async fn in_thread(path: PathBuf) -> io::Result<File> {
    let (reply, answer) = oneshot::channel();
    std::thread::Builder::new()
        .name("sender-lock".into())
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

/// Account IDs are safe as file names; anything else is written in hex, so that it stays inside the folder.
fn path(folder: &Path, account: &str) -> PathBuf {
    let is_safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let name = if !account.is_empty() && account.len() <= 100 && account.chars().all(is_safe) {
        format!("{account}.lock")
    } else {
        use md5::Digest;
        format!(
            "~{}.lock",
            hex::encode(md5::Md5::digest(account.as_bytes()))
        )
    };
    folder.join("senders").join(name)
}
