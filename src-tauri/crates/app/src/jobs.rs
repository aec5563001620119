//! The queue by itself: looking at it and controlling it, without adding to it.

use std::sync::atomic::Ordering;

use credentials::Account;
use engine::{BatchId, Job, JobFilter, JobId, Selection, State, Verb};

use crate::aloft::Aloft;
use crate::contract::{ControlTarget, ControlVerb, Problem, ProblemKind};
use crate::problems;
use crate::words;

impl Aloft {
    /// Jobs in the order in which they were added, a page at a time: those after `after`, of `account` or of all.
    ///
    /// # Errors
    /// When the queue cannot be read.
    pub async fn jobs(
        &self,
        account: Option<&Account>,
        states: &[State],
        after: Option<JobId>,
        limit: u32,
    ) -> Result<Vec<Job>, Problem> {
        let filter = JobFilter {
            account: account.map(|account| account.id.to_string()),
            states: states.to_vec(),
            after,
            limit: Some(limit),
            ..JobFilter::default()
        };
        Ok(self.0.queue.jobs(filter).await?)
    }

    /// Applies a verb to these jobs, or to everything of an account, or to everything. Answers how many jobs changed.
    ///
    /// # Errors
    /// A number that names no job; when the queue cannot be written.
    pub async fn control(
        &self,
        account: Option<&Account>,
        ids: &[i64],
        verb: Verb,
    ) -> Result<usize, Problem> {
        let selection = match (account, ids) {
            (_, []) if verb == Verb::Retry => return self.retry_troubled(account).await,
            (Some(account), []) => Selection::Account(account.id.to_string()),
            (None, []) => Selection::All,
            (_, ids) => Selection::Jobs(self.known(ids).await?),
        };
        self.apply(selection, verb).await
    }

    /// Applies a verb, and sends what may go on in a process that sends whatever is queued.
    pub(crate) async fn apply(&self, selection: Selection, verb: Verb) -> Result<usize, Problem> {
        let changed = self.0.queue.control(selection, verb).await?;
        let goes_on = matches!(verb, Verb::Resume | Verb::Retry | Verb::Restore);
        if goes_on && self.0.sends_all.load(Ordering::Relaxed) {
            self.resume_unfinished().await?;
        }
        Ok(changed)
    }

    /// Tries again what failed, waits for the user or for the network, and forgets what stopped accounts. What the user
    /// cancelled or holds stays as it is.
    async fn retry_troubled(&self, account: Option<&Account>) -> Result<usize, Problem> {
        for state in self.0.queue.accounts().await? {
            if account.is_none_or(|account| account.id.as_str() == state.account) {
                self.0.queue.forgive(&state.account).await?;
            }
        }
        let states = [State::Failed, State::NeedsYou, State::WaitingForNetwork];
        let troubled = self.jobs(account, &states, None, u32::MAX).await?;
        let ids = troubled.iter().map(|job| job.id).collect();
        self.apply(Selection::Jobs(ids), Verb::Retry).await
    }

    /// Takes what is done, failed or cancelled from the list; the library keeps what is stored.
    ///
    /// # Errors
    /// When the queue cannot be written.
    pub async fn clear_finished(&self, account: Option<&Account>) -> Result<usize, Problem> {
        let states: Vec<State> = State::ALL
            .into_iter()
            .filter(|state| state.is_terminal())
            .collect();
        let mut cleared = 0;
        loop {
            let page = self.jobs(account, &states, None, 10_000).await?;
            if page.is_empty() {
                return Ok(cleared);
            }
            let ids = page.iter().map(|job| job.id).collect();
            cleared += self.apply(Selection::Jobs(ids), Verb::Remove).await?;
        }
    }

    async fn known(&self, ids: &[i64]) -> Result<Vec<JobId>, Problem> {
        let ids: Vec<JobId> = ids.iter().copied().map(JobId::new).collect();
        for id in &ids {
            if self.0.queue.job(*id).await?.is_none() {
                return Err(problems::problem(
                    ProblemKind::Gone,
                    words::problem::no_upload(id.get()),
                ));
            }
        }
        Ok(ids)
    }
}

impl From<ControlVerb> for Verb {
    fn from(verb: ControlVerb) -> Self {
        match verb {
            ControlVerb::Pause => Self::Pause,
            ControlVerb::Resume => Self::Resume,
            ControlVerb::Cancel => Self::Cancel,
            ControlVerb::Retry => Self::Retry,
            ControlVerb::Remove => Self::Remove,
            ControlVerb::Restore => Self::Restore,
        }
    }
}

impl From<ControlTarget> for Selection {
    fn from(target: ControlTarget) -> Self {
        match target {
            ControlTarget::Jobs { ids } => Self::Jobs(ids.into_iter().map(JobId::new).collect()),
            ControlTarget::Batch { id } => Self::Batch(BatchId::new(id)),
            ControlTarget::Account { id } => Self::Account(id),
            ControlTarget::All => Self::All,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_without_jobs_is_not_every_job() {
        let none = Selection::from(ControlTarget::Jobs { ids: Vec::new() });
        assert!(matches!(none, Selection::Jobs(ids) if ids.is_empty()));
        assert!(matches!(
            Selection::from(ControlTarget::All),
            Selection::All
        ));
    }
}
