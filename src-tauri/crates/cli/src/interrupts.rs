//! Ctrl-C, heard from the first moment: what a person presses while files are still looked for counts as well.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::watch;

/// Whether somebody ends the program in its own way.
static LISTENED_TO: AtomicBool = AtomicBool::new(false);

/// From now on the signals that end a program are somebody's.
pub(crate) fn listened_to() {
    LISTENED_TO.store(true, Ordering::Relaxed);
}

/// Whether somebody does something about the signals that end a program.
#[cfg(unix)]
pub(crate) fn are_listened_to() -> bool {
    LISTENED_TO.load(Ordering::Relaxed)
}

/// How often it was pressed.
pub(crate) struct Interrupts(watch::Receiver<u32>);

impl Interrupts {
    /// Listens until the program ends.
    pub(crate) fn listen() -> Self {
        listened_to();
        let (count, seen) = watch::channel(0);
        tokio::spawn(async move {
            while tokio::signal::ctrl_c().await.is_ok() {
                count.send_modify(|count| *count += 1);
            }
        });
        Self(seen)
    }

    /// Returns when it was pressed so often, or at once if it was already.
    pub(crate) async fn pressed(&self, times: u32) {
        let mut seen = self.0.clone();
        if seen.wait_for(|count| *count >= times).await.is_err() {
            // no more presses will be heard
            std::future::pending::<()>().await;
        }
    }
}
