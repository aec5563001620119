//! The lock of an account: whoever holds it is the one that sends.

use std::fs::File;
use std::path::{Path, PathBuf};

use crate::lock;
use crate::queue::Queue;

/// Returns the locked file.
pub(super) async fn wait_for(queue: &Queue, account: &str) -> File {
    let path = path(queue.folder(), account);
    lock::wait_for(path, &*queue.surroundings().clock).await
}

/// Account IDs are safe as file names; anything else is written in hex, so that it stays inside the folder.
fn path(folder: &Path, account: &str) -> PathBuf {
    let is_safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let name = if !account.is_empty() && account.len() <= 100 && account.chars().all(is_safe) {
        format!("{account}.lock")
    } else {
        format!(
            "~{}.lock",
            hex::encode(fast_md5::digest(account.as_bytes()))
        )
    };
    folder.join("senders").join(name)
}
