//! Things handed over before there is an account: kept in memory and queued as soon as there is one.

use std::path::PathBuf;

use crate::aloft::{Aloft, held};
use crate::contract::{AddReport, Problem, ProblemKind};
use crate::words;

/// How many things are kept; a folder is one.
const MOST: usize = 10_000;

impl Aloft {
    /// Queues for the active account. Without any account the things are kept, which the error
    /// says: nothing is in the list yet.
    pub(crate) async fn add_or_keep(&self, items: Vec<PathBuf>) -> Result<AddReport, Problem> {
        if items.is_empty() || self.active_account()?.is_some() {
            return self.add_to_active(items).await;
        }
        let problem = self.keep_waiting(items);
        if self.active_account()?.is_some() {
            // Added in between, and whoever watches for that may have looked already.
            self.queue_waiting().await;
            return Ok(AddReport::default());
        }
        Err(problem)
    }

    fn keep_waiting(&self, items: Vec<PathBuf>) -> Problem {
        let mut waiting = held(&self.0.waiting);
        let given = waiting.len() + items.len();
        let room = MOST - waiting.len();
        waiting.extend(items.into_iter().take(room));
        waits(&waiting, given)
    }

    /// Queues what waits, if there is an account by now, and says what became of it.
    pub(crate) async fn queue_waiting(&self) {
        if held(&self.0.waiting).is_empty() || !matches!(self.active_account(), Ok(Some(_))) {
            return;
        }
        let items = std::mem::take(&mut *held(&self.0.waiting));
        match self.add_to_active(items.clone()).await {
            Ok(report) => self.notify_added(report),
            Err(problem) => {
                self.keep_waiting(items);
                self.notify_trouble(problem);
            }
        }
    }
}

/// The words for things that wait; `given` is how many there were.
fn waits(waiting: &[PathBuf], given: usize) -> Problem {
    let kept = waiting.len();
    let words = match waiting {
        [only] if given == 1 => {
            let name = only.file_name().unwrap_or(only.as_os_str());
            words::problem::waits_one(name.to_string_lossy().into_owned())
        }
        _ if kept < given => words::problem::waits_cut(given, kept),
        _ => words::problem::waits_many(kept),
    };
    Problem::new(
        ProblemKind::NoAccount,
        words,
        words::hint::account_then_uploaded(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_say_what_waits_and_what_was_not_kept() {
        let one = waits(&["/pictures/a.png".into()], 1);
        assert!(
            one.message.to_string().starts_with("“a.png” waits"),
            "{one}"
        );
        let two = vec![PathBuf::from("/a"), PathBuf::from("/b")];
        assert!(
            waits(&two, 2)
                .message
                .to_string()
                .starts_with("2 files and folders")
        );
        let cut = waits(&two, 3).message.to_string();
        assert!(cut.contains("Of 3") && cut.contains("first 2"), "{cut}");
    }
}
