//! What is said outside the window while nobody looks at it: once when a batch has come to rest, once when an account
//! stops. A batch of the tray's “Upload clipboard” also leaves its links on the clipboard.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use engine::{Batch, BatchId, Job, JobFilter, State};

use crate::aloft::{Aloft, Inner, held};
use crate::contract::{CopyLinks, LinkForm, Notice, Problem};
use crate::desktop::Notification;
use crate::tray::percent;
use crate::{messages, problems};

/// How often it looks, at most.
const BEAT: Duration = Duration::from_millis(500);

/// What is known, and so not said again.
#[derive(Default)]
struct Told {
    batches: BTreeMap<BatchId, Counts>,
    /// Percent of what moves, and how many things need the user.
    dock: (Option<u8>, u64),
    stopped: BTreeSet<String>,
}

/// How the jobs of a batch ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    done: u64,
    failed: u64,
    needs_you: u64,
}

impl Counts {
    fn of(batch: &Batch) -> Self {
        let count = |state| batch.counts.get(&state).copied().unwrap_or_default();
        Self {
            done: count(State::Done),
            failed: count(State::Failed),
            needs_you: count(State::NeedsYou),
        }
    }

    fn since(self, before: Self) -> Self {
        Self {
            done: self.done.saturating_sub(before.done),
            failed: self.failed.saturating_sub(before.failed),
            needs_you: self.needs_you.saturating_sub(before.needs_you),
        }
    }

    fn state_of_only_one(self) -> Option<State> {
        match (self.done, self.failed, self.needs_you) {
            (1, 0, 0) => Some(State::Done),
            (0, 1, 0) => Some(State::Failed),
            (0, 0, 1) => Some(State::NeedsYou),
            _ => None,
        }
    }
}

/// Held while things are still being looked for and queued: a batch that rests meanwhile may still grow.
pub(crate) struct Taking(Arc<Inner>);

impl Drop for Taking {
    fn drop(&mut self) {
        self.0.taking.send_modify(|count| *count -= 1);
    }
}

impl Aloft {
    /// Nothing is said of any batch until what this returns is dropped.
    pub(crate) fn taking(&self) -> Taking {
        self.0.taking.send_modify(|count| *count += 1);
        Taking(Arc::clone(&self.0))
    }

    /// The links of this batch go to the clipboard when it rests. To be called while [`Aloft::taking`] is held.
    pub(crate) fn copy_when_done(&self, batch: BatchId) {
        held(&self.0.copied_when_done).insert(batch);
    }

    /// Says what has to be said until the program ends. What rested or stood still before is not news.
    ///
    /// # Errors
    /// When the queue cannot be read.
    pub(crate) async fn announce(&self) -> Result<(), Problem> {
        let mut told = Told::default();
        for batch in self.0.queue.batches().await? {
            told.batches.insert(batch.id, Counts::of(&batch));
        }
        told.stopped = self.stopped_accounts().await?.into_keys().collect();
        let mut changes = self.0.queue.changes();
        let mut taking = self.0.taking.subscribe();
        let weak = Arc::downgrade(&self.0);
        tokio::spawn(async move {
            // At once: what needed the user when the program ended is counted on its icon as soon as it is back.
            while let Some(inner) = weak.upgrade() {
                let aloft = Self(inner);
                if let Err(problem) = aloft.look(&mut told).await {
                    tracing::warn!("{problem}");
                }
                drop(aloft);
                // The beat, not a wait for anything.
                tokio::time::sleep(BEAT).await;
                let changed = tokio::select! {
                    changed = changes.changed() => changed,
                    changed = taking.changed() => changed,
                };
                if changed.is_err() {
                    return;
                }
            }
        });
        Ok(())
    }

    async fn look(&self, told: &mut Told) -> Result<(), Problem> {
        let stopped = self.stopped_accounts().await?;
        for (account, problem) in &stopped {
            if !told.stopped.contains(account) {
                self.announce_stopped(account, problem)?;
            }
        }
        told.stopped = stopped.into_keys().collect();
        let batches = self.batches_with_live_bytes().await?;
        let needs_you: u64 = batches
            .iter()
            .map(|batch| Counts::of(batch).needs_you)
            .sum();
        let stopped = told.stopped.len() as u64;
        let dock = (percent(&batches), needs_you + stopped);
        if std::mem::replace(&mut told.dock, dock) != dock {
            let fraction = dock.0.map(|percent| f64::from(percent) / 100.0);
            self.0.desktop.set_progress(fraction, dock.1);
        }
        if *self.0.taking.borrow() > 0 {
            return Ok(());
        }
        for batch in batches.iter().filter(rests) {
            let counts = Counts::of(batch);
            let before = told.batches.insert(batch.id, counts).unwrap_or_default();
            let news = counts.since(before);
            if news != Counts::default() {
                self.announce_batch(batch.id, counts, news).await?;
            }
        }
        Ok(())
    }

    async fn announce_batch(
        &self,
        batch: BatchId,
        now: Counts,
        news: Counts,
    ) -> Result<(), Problem> {
        let asked = {
            let mut asked = held(&self.0.copied_when_done);
            // What failed or needs the user may be tried again, and its link is waited for as well.
            match now.failed + now.needs_you {
                0 => asked.remove(&batch),
                _ => asked.contains(&batch),
            }
        };
        let copied = match news.done > 0 && (asked || self.settings().copy_when_done) {
            true => Some(self.copy_links_of(batch).await),
            false => None,
        };
        if self.0.desktop.is_in_front() {
            match copied {
                Some(Ok(count)) => self.notify(Notice::Copied(count)),
                Some(Err(problem)) => self.notify_trouble(problem),
                None => {}
            }
            return Ok(());
        }
        let only = match news.state_of_only_one() {
            // Without its name it is told all the same.
            Some(state) => self
                .jobs_of(batch, state, Some(1))
                .await
                .ok()
                .and_then(|mut jobs| jobs.pop()),
            None => None,
        };
        self.say(words(news, only.as_ref(), copied));
        Ok(())
    }

    async fn copy_links_of(&self, batch: BatchId) -> Result<u64, Problem> {
        let jobs = self.jobs_of(batch, State::Done, None).await?;
        let there = jobs.iter().filter(|job| job.deleted_at.is_none());
        let links = CopyLinks {
            ids: there.map(|job| job.id.get()).collect(),
            form: LinkForm::default(),
            remember: false,
        };
        Ok(self.copy_links(&links).await? as u64)
    }

    async fn jobs_of(
        &self,
        batch: BatchId,
        state: State,
        limit: Option<u32>,
    ) -> Result<Vec<Job>, Problem> {
        let filter = JobFilter {
            batch: Some(batch),
            states: vec![state],
            newest_first: limit.is_some(),
            limit,
            ..JobFilter::default()
        };
        Ok(self.0.queue.jobs(filter).await?)
    }

    fn announce_stopped(&self, account: &str, problem: &Problem) -> Result<(), Problem> {
        if let (false, Some(account)) = (self.0.desktop.is_in_front(), self.account_by_id(account)?)
        {
            self.say(Notification {
                title: messages::notification_stopped(&account.label),
                body: whole(problem),
            });
        }
        Ok(())
    }

    /// Says that something asked for outside the window did not work: in the window if the user looks at it.
    pub(crate) fn say_trouble(&self, title: String, problem: Problem) {
        if self.0.desktop.is_in_front() {
            self.notify_trouble(problem);
        } else {
            let body = whole(&problem);
            self.say(Notification { title, body });
        }
    }

    fn say(&self, notification: Notification) {
        if self.settings().notifications {
            self.0.desktop.notify(notification);
        }
    }

    /// What stops whole accounts until the user does something, by account.
    async fn stopped_accounts(&self) -> Result<BTreeMap<String, Problem>, Problem> {
        let states = self.0.queue.accounts().await?.into_iter();
        let stopped = states.filter_map(|state| {
            let problem = state.failure.as_ref().map(problems::of_failure)?;
            Some((state.account, problem))
        });
        Ok(stopped.collect())
    }
}

/// Whether nothing in it goes on, now or when the user lets it.
fn rests(batch: &&Batch) -> bool {
    batch
        .counts
        .iter()
        .all(|(state, count)| *count == 0 || state.is_terminal() || *state == State::NeedsYou)
}

fn words(news: Counts, only: Option<&Job>, copied: Option<Result<u64, Problem>>) -> Notification {
    let Counts {
        done,
        failed,
        needs_you,
    } = news;
    let mut body = Vec::new();
    if let Some(job) = only {
        body.push(match job.failure.as_ref().filter(|_| done == 0) {
            Some(failure) => format!("{}: {}", job.name, problems::of_failure(failure).message),
            None => job.name.clone(),
        });
    }
    let title = match (done, failed) {
        (0, 0) => messages::notification_needs_you(needs_you),
        (0, failed) => messages::notification_failed(failed),
        (done, _) => messages::notification_done(done),
    };
    if done > 0 && failed > 0 {
        body.push(messages::notification_also_failed(&failed.to_string()));
    }
    if done + failed > 0 && needs_you > 0 {
        body.push(messages::notification_also_needs_you(needs_you));
    }
    match copied {
        Some(Ok(count)) => body.push(messages::notification_copied(count)),
        Some(Err(problem)) => body.push(problem.message.to_string()),
        None => {}
    }
    Notification {
        title,
        body: body.join("\n"),
    }
}

fn whole(problem: &Problem) -> String {
    problem.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(done: u64, failed: u64, needs_you: u64) -> Counts {
        Counts {
            done,
            failed,
            needs_you,
        }
    }

    #[test]
    fn the_words_count_what_ended_and_say_where_the_links_are() {
        let said = |news, copied| {
            let Notification { title, body } = words(news, None, copied);
            format!("{title}|{}", body.replace('\n', "|"))
        };
        assert_eq!(said(counts(3, 0, 0), None), "3 files uploaded|");
        assert_eq!(
            said(counts(2, 1, 1), Some(Ok(2))),
            "2 files uploaded|1 failed.|1 needs you.|The links are on the clipboard."
        );
        assert_eq!(said(counts(0, 2, 3), None), "2 uploads failed|3 need you.");
        assert_eq!(said(counts(0, 0, 1), None), "1 upload needs you|");
    }

    #[test]
    fn only_what_is_new_since_the_last_time_counts() {
        let news = counts(5, 0, 0).since(counts(4, 1, 0));
        assert_eq!(news, counts(1, 0, 0));
        // Rows that were cleared are no news.
        assert_eq!(counts(0, 0, 0).since(counts(4, 1, 2)), Counts::default());
    }
}
