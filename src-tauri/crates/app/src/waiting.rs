//! Things handed over before there is an account: kept in memory and queued as soon as there is one.

use std::path::PathBuf;

use crate::aloft::{Aloft, held};
use crate::contract::{AddReport, Problem, ProblemKind};
use crate::problems;

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
            format!(
                "“{}” waits, because there is no account to upload it to yet.",
                name.to_string_lossy()
            )
        }
        _ if kept < given => format!(
            "Of {given} files and folders only the first {kept} are kept until there is an account to upload them to."
        ),
        _ => format!(
            "{kept} files and folders wait, because there is no account to upload them to yet."
        ),
    };
    let mut problem = problems::problem(ProblemKind::NoAccount, words);
    problem.hint = "Add an account, or try the sandbox, and they are uploaded.".to_owned();
    problem
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_say_what_waits_and_what_was_not_kept() {
        let one = waits(&["/pictures/a.png".into()], 1);
        assert!(one.message.starts_with("“a.png” waits"), "{one}");
        let two = vec![PathBuf::from("/a"), PathBuf::from("/b")];
        assert!(waits(&two, 2).message.starts_with("2 files and folders"));
        let cut = waits(&two, 3).message;
        assert!(cut.contains("Of 3") && cut.contains("first 2"), "{cut}");
    }
}
