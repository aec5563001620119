//! Things handed over before there is an account: kept in the queue's file and queued as soon as there is one.

use std::path::{Path, PathBuf};

use credentials::Account;
use engine::{Held, HeldOrigin, NewHeld};

use crate::aloft::Aloft;
use crate::contract::{AddReport, Problem, ProblemKind};
use crate::holding::ids_of;
use crate::words;

/// How many things are kept; a folder is one.
const MOST: usize = 10_000;

impl Aloft {
    /// Queues for the active account. Without any account the things are kept, which the error
    /// says: nothing is in the list yet.
    pub(crate) async fn add_or_keep(
        &self,
        items: Vec<PathBuf>,
        origin: HeldOrigin,
    ) -> Result<AddReport, Problem> {
        if items.is_empty() || self.active_account()?.is_some() {
            return self.add_to_active(items, origin).await;
        }
        let problem = self.keep_waiting(items, origin).await?;
        if self.active_account()?.is_some() {
            // Added in between, and whoever watches for that may have looked already.
            self.queue_waiting().await;
            return Ok(AddReport::default());
        }
        Err(problem)
    }

    /// Keeps as many as there is room for. Answers the words for that.
    async fn keep_waiting(
        &self,
        items: Vec<PathBuf>,
        origin: HeldOrigin,
    ) -> Result<Problem, Problem> {
        let before = self.waiting().await?;
        let given = before.len() + items.len();
        let room = MOST.saturating_sub(before.len());
        let thing = |source| NewHeld {
            account: None,
            source,
            origin,
        };
        let things: Vec<NewHeld> = items.into_iter().take(room).map(thing).collect();
        let paths = before.iter().map(|item| &item.what).chain(&things);
        let paths: Vec<&Path> = paths.map(|thing| thing.source.as_path()).collect();
        let words = waits(&paths, given);
        self.0.queue.hold(things).await?;
        Ok(words)
    }

    /// What waits for an account.
    async fn waiting(&self) -> Result<Vec<Held>, Problem> {
        let mut items = self.0.queue.held().await?;
        items.retain(|item| item.what.account.is_none());
        Ok(items)
    }

    /// What an earlier run left waiting is queued, or it is said that it still waits.
    pub(crate) async fn serve_waiting(&self) {
        if matches!(self.active_account(), Ok(Some(_))) {
            return self.queue_waiting().await;
        }
        match self.waiting().await {
            Ok(items) if items.is_empty() => {}
            Ok(items) => {
                let paths: Vec<&Path> = items.iter().map(|item| &*item.what.source).collect();
                self.notify_trouble(waits(&paths, paths.len()));
            }
            Err(problem) => self.notify_trouble(problem),
        }
    }

    /// Queues what waits, if there is an account by now, and says what became of it.
    pub(crate) async fn queue_waiting(&self) {
        let Ok(Some(account)) = self.active_account() else {
            return;
        };
        let _serving = self.0.holding.serving.lock().await;
        let queued = match self.waiting().await {
            Ok(items) if items.is_empty() => return,
            Ok(items) => self.queue_for(&account, &items).await,
            Err(problem) => Err(problem),
        };
        match queued {
            Ok(report) => self.notify_added(report),
            Err(problem) => self.notify_trouble(problem),
        }
    }

    async fn queue_for(&self, account: &Account, items: &[Held]) -> Result<AddReport, Problem> {
        if self.asks_each_time(account)? {
            let ids = ids_of(items);
            self.0.queue.give_held(ids, account.id.as_str()).await?;
            self.ask_about_held().await;
            return Ok(AddReport::default());
        }
        let choices = self.default_choices(account)?;
        self.queue_held(account, items, choices).await
    }
}

/// The words for things that wait; `given` is how many there were.
fn waits(waiting: &[&Path], given: usize) -> Problem {
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
        let one = waits(&[Path::new("/pictures/a.png")], 1);
        assert!(
            one.message.to_string().starts_with("“a.png” waits"),
            "{one}"
        );
        let two = [Path::new("/a"), Path::new("/b")];
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
