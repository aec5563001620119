//! When the tray has to be drawn again: the menu, whenever it came to differ.

use std::time::Duration;

use engine::{Batch, JobFilter, State as JobState};
use tokio::sync::watch;

use super::{Menu, RECENT, State, menu};
use crate::aloft::Aloft;
use crate::contract::Problem;
use crate::state::totals;

/// At most two menus a second: some hosts draw each anew.
const BEAT: Duration = Duration::from_millis(500);
/// Rows under way whose bytes are looked at; there are never more at a time.
const MOVING: u32 = 64;

/// The menus that are worth drawing, one after the other.
pub struct Menus {
    aloft: Aloft,
    queue: watch::Receiver<u64>,
    accounts: watch::Receiver<u64>,
    shown: Option<Menu>,
}

impl Menus {
    /// The next menu that differs from the last; the first comes at once. `None` when the program ends.
    pub async fn next(&mut self) -> Option<Menu> {
        loop {
            if self.shown.is_some() {
                let changed = tokio::select! {
                    changed = self.queue.changed() => changed,
                    changed = self.accounts.changed() => changed,
                };
                changed.ok()?;
            }
            match self.aloft.tray_state().await {
                Ok(state) => {
                    let menu = menu(&state);
                    if self.shown.as_ref() != Some(&menu) {
                        self.shown = Some(menu.clone());
                        return Some(menu);
                    }
                }
                // The window says so too; the tray shows what it knew, or that it knows nothing.
                Err(problem) if self.shown.is_some() => tracing::warn!("{problem}"),
                Err(_) => {
                    self.shown = Some(menu(&State::default()));
                    return self.shown.clone();
                }
            }
            // The beat, not a wait for anything.
            tokio::time::sleep(BEAT).await;
        }
    }
}

impl Aloft {
    /// The tray's menus from now on.
    pub fn tray_menus(&self) -> Menus {
        Menus {
            aloft: self.clone(),
            queue: self.0.queue.changes(),
            accounts: self.0.accounts_changed.subscribe(),
            shown: None,
        }
    }

    async fn tray_state(&self) -> Result<State, Problem> {
        let batches = self.0.queue.batches().await?;
        let finished = JobFilter {
            states: vec![JobState::Done],
            newest_first: true,
            limit: Some(RECENT),
            ..JobFilter::default()
        };
        let recent = self.0.queue.jobs(finished).await?;
        let states = self.0.queue.accounts().await?;
        let accounts = self.accounts()?;
        let percent = self.percent(&batches).await?;
        let known = |id: &str| accounts.iter().any(|account| account.id.as_str() == id);
        let states: Vec<_> = states
            .into_iter()
            .filter(|state| known(&state.account))
            .collect();
        Ok(State {
            totals: totals(&batches),
            percent,
            held: !states.is_empty() && states.iter().all(|state| state.paused),
            stopped: states.iter().any(|state| state.failure.is_some()),
            active: self.active_account()?.map(|account| account.id.to_string()),
            accounts: accounts
                .iter()
                .map(|account| (account.id.to_string(), account.label.clone()))
                .collect(),
            recent: recent
                .into_iter()
                .filter(|job| job.receipt.is_some() && job.deleted_at.is_none())
                .map(|job| (job.id.get(), job.name))
                .collect(),
        })
    }

    /// Of the batches that still move, as far as their size is known. A hundred only when all is there.
    pub(crate) async fn percent(&self, batches: &[Batch]) -> Result<Option<u8>, Problem> {
        let open = |batch: &&Batch| {
            let moves = |(state, count): (&JobState, &u64)| {
                *count > 0 && !state.is_terminal() && *state != JobState::Paused
            };
            batch.counts.iter().any(moves)
        };
        let sums = batches
            .iter()
            .filter(open)
            .fold((0, 0), |(sent, total), batch| {
                (sent + batch.sent, total + batch.total)
            });
        // What is on the wire and not acknowledged yet.
        let live = self.0.queue.progress();
        let moving = JobFilter {
            states: vec![JobState::Uploading, JobState::Finishing],
            limit: Some(MOVING),
            ..JobFilter::default()
        };
        let moving = self.0.queue.jobs(moving).await?;
        let wire = moving.iter().filter_map(|job| {
            let live = live.get(&job.id)?;
            Some(live.sent.saturating_sub(job.sent))
        });
        Ok(part(sums.0 + wire.sum::<u64>(), sums.1))
    }
}

fn part(sent: u64, total: u64) -> Option<u8> {
    let part = (u128::from(sent) * 100).checked_div(u128::from(total))?;
    u8::try_from(part.min(99)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_percent_is_never_said_of_what_still_moves() {
        assert_eq!(part(0, 0), None);
        assert_eq!(part(0, 10), Some(0));
        assert_eq!(part(u64::MAX / 2, u64::MAX), Some(49));
        assert_eq!(part(10, 10), Some(99));
    }
}
