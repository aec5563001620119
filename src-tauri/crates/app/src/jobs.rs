//! The queue by itself: looking at it and controlling it, without adding to it.

use credentials::Account;
use engine::{Job, JobFilter, JobId, Selection, State, Verb};

use crate::aloft::Aloft;
use crate::contract::{Problem, ProblemKind};
use crate::problems;

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
            (Some(account), []) => Selection::Account(account.id.to_string()),
            (None, []) => Selection::All,
            (_, ids) => Selection::Jobs(self.known(ids).await?),
        };
        Ok(self.0.queue.control(selection, verb).await?)
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
            cleared += self
                .0
                .queue
                .control(Selection::Jobs(ids), Verb::Remove)
                .await?;
        }
    }

    async fn known(&self, ids: &[i64]) -> Result<Vec<JobId>, Problem> {
        let ids: Vec<JobId> = ids.iter().copied().map(JobId::new).collect();
        for id in &ids {
            if self.0.queue.job(*id).await?.is_none() {
                return Err(problems::problem(
                    ProblemKind::Gone,
                    format!("There is no upload number {id} in the queue."),
                ));
            }
        }
        Ok(ids)
    }
}
