//! The entries as the window and the doctor ask for them.

use super::{Integration, Status, Surroundings};
use crate::aloft::{Aloft, held};
use crate::contract::{IntegrationEntry, IntegrationView, Problem, ProblemKind};
use crate::problems;
use crate::words;

impl Aloft {
    /// Entries are made in these surroundings instead of those of this process.
    pub fn integrate_in(&self, surroundings: Surroundings) {
        *held(&self.0.surroundings) = Some(surroundings);
    }

    /// How the entries are now. What keeps them from being is in the answer, not an error.
    pub(crate) async fn integration_view(&self) -> Result<IntegrationView, Problem> {
        self.on_disk(|integration| Ok(integration.status().into()))
            .await
    }

    /// Installs the entries or takes them away. What failed for some of them is in the answer.
    ///
    /// # Errors
    /// As [`Integration::install`] and [`Integration::remove`].
    pub(crate) async fn set_integration(&self, on: bool) -> Result<IntegrationView, Problem> {
        self.on_disk(move |integration| {
            let steps = if on {
                integration.install()?
            } else {
                integration.remove()?
            };
            let mut view = IntegrationView::from(integration.status());
            let failed = steps.into_iter().find_map(|step| step.outcome.err());
            view.problem = failed.or(view.problem);
            Ok(view)
        })
        .await
    }

    async fn on_disk<T: Send + 'static>(
        &self,
        work: impl FnOnce(Integration) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let given = held(&self.0.surroundings).clone();
        let folders = self.folders().clone();
        let done = tokio::task::spawn_blocking(move || {
            let around = match given {
                Some(surroundings) => surroundings,
                None => Surroundings::of_this_user(&folders)?,
            };
            work(Integration::new(around))
        });
        done.await.unwrap_or_else(|_| {
            let words = words::problem::entries_not_looked_at();
            Err(problems::plain(ProblemKind::Internal, words))
        })
    }
}

impl From<Status> for IntegrationView {
    fn from(status: Status) -> Self {
        let installed = status.is_installed();
        let entries = status.entries.into_iter().filter(|seen| seen.is_ours());
        Self {
            installed,
            entries: entries
                .map(|seen| IntegrationEntry {
                    what: seen.what,
                    place: seen.place.to_string(),
                })
                .collect(),
            problem: status.problem,
        }
    }
}
