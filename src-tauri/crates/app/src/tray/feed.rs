//! When the tray has to be drawn again: the menu, whenever it came to differ.

use std::time::Duration;

use engine::{Batch, LibraryQuery, State as JobState};
use tokio::sync::watch;
use tokio::time::Instant;

use super::{Menu, RECENT, State, menu};
use crate::aloft::Aloft;
use crate::contract::Problem;
use crate::state::totals;

/// At most two menus a second: some hosts draw each anew.
const BEAT: Duration = Duration::from_millis(500);

/// The menus that are worth drawing, one after the other.
pub struct Menus {
    aloft: Aloft,
    queue: watch::Receiver<u64>,
    accounts: watch::Receiver<u64>,
    shown: Option<Menu>,
    /// Not before then is there another look.
    rests_until: Instant,
}

impl Menus {
    /// The next menu that differs from the last; the first comes at once. `None` when the program ends.
    pub async fn next(&mut self) -> Option<Menu> {
        loop {
            // The beat, not a wait for anything. Before the wait for a change: dropped here, no change is lost.
            tokio::time::sleep_until(self.rests_until).await;
            if self.shown.is_some() {
                let changed = tokio::select! {
                    changed = self.queue.changed() => changed,
                    changed = self.accounts.changed() => changed,
                };
                changed.ok()?;
            }
            self.rests_until = Instant::now() + BEAT;
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
            rests_until: Instant::now(),
        }
    }

    async fn tray_state(&self) -> Result<State, Problem> {
        let batches = self.batches_with_live_bytes().await?;
        let newest = LibraryQuery {
            limit: Some(RECENT),
            ..LibraryQuery::default()
        };
        let recent = self.0.queue.library(newest).await?;
        let states = self.0.queue.accounts().await?;
        let accounts = self.accounts()?;
        let known = |id: &str| accounts.iter().any(|account| account.id.as_str() == id);
        let states: Vec<_> = states
            .into_iter()
            .filter(|state| known(&state.account))
            .collect();
        Ok(State {
            totals: totals(&batches),
            percent: percent(&batches),
            held: !states.is_empty() && states.iter().all(|state| state.paused),
            locked: self.is_known_locked(),
            stopped: states.iter().any(|state| state.failure.is_some()),
            active: self.active_account()?.map(|account| account.id.to_string()),
            accounts: accounts
                .iter()
                .map(|account| (account.id.to_string(), account.label.clone()))
                .collect(),
            recent: recent
                .into_iter()
                .map(|asset| (-asset.id, asset.name))
                .collect(),
        })
    }

    /// All batches; what is on the wire and not acknowledged yet counts as sent.
    pub(crate) async fn batches_with_live_bytes(&self) -> Result<Vec<Batch>, Problem> {
        let listed = self.0.queue.listed().await?.into_iter();
        Ok(listed.map(|listed| listed.batch).collect())
    }
}

/// Of the batches that still move, as far as their size is known. A hundred only when all is there.
pub(crate) fn percent(batches: &[Batch]) -> Option<u8> {
    let open = |batch: &&Batch| {
        // What is held, or waits for a word of the user's, may stand there for days.
        let rests = [JobState::Paused, JobState::NeedsYou];
        let moves = |(state, count): (&JobState, &u64)| {
            *count > 0 && !state.is_terminal() && !rests.contains(state)
        };
        batch.counts.iter().any(moves)
    };
    let (sent, total) = batches
        .iter()
        .filter(open)
        .fold((0, 0), |(sent, total), batch| {
            (sent + batch.sent, total + batch.total)
        });
    part(sent, total)
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

    #[test]
    fn what_waits_for_the_user_is_not_on_its_way() {
        let batch = |counts: &[(JobState, u64)]| Batch {
            id: engine::BatchId::new(1),
            account: String::new(),
            cloud_name: String::new(),
            label: String::new(),
            created_at: jiff::Timestamp::UNIX_EPOCH,
            counts: counts.iter().copied().collect(),
            sent: 5,
            total: 10,
        };
        for rests in [JobState::NeedsYou, JobState::Paused, JobState::Failed] {
            assert_eq!(percent(&[batch(&[(rests, 1)])]), None, "{rests:?}");
        }
        let mixed = batch(&[(JobState::NeedsYou, 1), (JobState::Uploading, 1)]);
        assert_eq!(percent(&[mixed]), Some(50));
    }
}
