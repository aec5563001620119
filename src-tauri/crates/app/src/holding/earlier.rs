//! `held.json`, in which earlier versions kept what is held: read once, taken over by the queue, and removed.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use engine::{HeldOrigin, NewHeld};

use crate::aloft::Aloft;
use crate::contract::{Problem, ProblemKind};
use crate::document::{Document, Found};
use crate::words;

const NAME: &str = "held.json";

impl Aloft {
    /// Takes over what the file names. One that is damaged is set aside; the pictures it may have named exist nowhere else,
    /// so every one that nobody knows is held. Answers what the user has to know.
    pub(super) async fn take_over_held(&self) -> Option<Problem> {
        let file = self.0.folders.data.join(NAME);
        let list: Document<Vec<OsString>> = Document::at(file);
        let (paths, said) = match list.read() {
            Ok(Found::Sound(items)) => (items.into_iter().map(PathBuf::from).collect(), None),
            Ok(Found::Nothing) if !list.aside(1).exists() => return None,
            Ok(Found::Nothing) => (self.unclaimed().await, None),
            Ok(Found::Damaged(reason)) => match list.set_aside(|copy| damaged(copy, &reason)) {
                Ok(problem) => (self.unclaimed().await, Some(problem)),
                Err(problem) => return Some(problem),
            },
            Err(problem) => return Some(problem),
        };
        // nobody wrote down for which account: the sheet says to which it goes
        let account = self.active_account().ok().flatten();
        let account = account.map(|account| account.id.to_string());
        let thing = |source| NewHeld {
            account: Some(account.clone().unwrap_or_default()),
            source,
            origin: HeldOrigin::Given,
        };
        let things = paths.into_iter().map(thing).collect();
        match self.0.queue.take_over(NAME, things).await {
            // from now on the queue has them, so the file can go; otherwise it is found again, and not taken over twice
            Ok(_) => remove(list.path()),
            Err(error) => return Some(said.unwrap_or_else(|| error.into())),
        }
        said
    }

    async fn unclaimed(&self) -> Vec<PathBuf> {
        self.0.queue.unclaimed().await.unwrap_or_default()
    }
}

/// The words for a file that lies here now.
fn damaged(copy: &Path, reason: &str) -> Problem {
    Problem::new(
        ProblemKind::Disk,
        words::problem::held_damaged(copy, reason),
        words::hint::add_waiting_again(),
    )
}

fn remove(file: &Path) {
    if let Err(error) = fs::remove_file(file)
        && error.kind() != io::ErrorKind::NotFound
    {
        tracing::warn!(%error, "a list that the queue has taken over was not removed");
    }
}
