//! The watcher: one for each queue's folder, across all processes.
//!
//! The holder of `<folder>/watcher.lock` looks at every watched folder at its start, when the system reports something,
//! when a file may have come to rest, and now and then; what `observe` decides is written in one commit with the jobs.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::ears::Ears;
use super::look;
use super::observe::{Noted, Observed, STILL, Settling, Sighting, observe};
use super::{FolderState, Watch};
use crate::error::QueueError;
use crate::job::WatchId;
use crate::lock;
use crate::queue::Queue;
use crate::store;

/// A folder is looked at so often, at least, whatever the system reports.
const NOW_AND_THEN: Duration = Duration::from_secs(30);
/// Looking takes a twentieth of the time, at most.
const REST_BETWEEN_LOOKS: i32 = 20;
/// A folder that is not there is looked for so often, and what was not stored is tried again then.
const SOON: Duration = Duration::from_secs(5);
/// Rows that are read at a time, so that others who read have their turn between.
const PAGE: u32 = 5000;
/// Files that are queued with one commit.
const TOGETHER: usize = 1000;

/// What the watcher asks of the program around it.
#[derive(Clone)]
pub struct WatcherSettings {
    /// Whether files may be queued for this account: it is there.
    pub may_queue: Arc<dyn Fn(&str) -> bool + Send + Sync>,
    /// Folders besides the queue's own in which the program keeps files: never queued.
    pub ours: Vec<PathBuf>,
}

impl fmt::Debug for WatcherSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WatcherSettings")
            .field("ours", &self.ours)
            .finish_non_exhaustive()
    }
}

/// What was found at the last look at a watched folder.
#[derive(Clone, Debug, Default)]
pub struct Watching {
    /// Whether it could be looked at.
    pub folder: FolderState,
    /// Files that still change, or did a moment ago.
    pub settling: usize,
    /// Looks so far.
    pub looks: u64,
    /// Why what was found could not be queued; it is tried again.
    pub trouble: Option<QueueError>,
}

/// Watches while this process holds the lock. Dropping it lets go at once: every decision is one commit, so nothing is
/// half done.
pub struct Watcher {
    stop: watch::Sender<bool>,
    watching: watch::Receiver<BTreeMap<WatchId, Watching>>,
    task: JoinHandle<()>,
}

impl fmt::Debug for Watcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watcher").finish_non_exhaustive()
    }
}

impl Watcher {
    /// Waits for the lock, then watches. Must be called within a tokio runtime.
    pub fn start(queue: Queue, settings: WatcherSettings) -> Watcher {
        let (stop, stopped) = watch::channel(false);
        let (told, watching) = watch::channel(BTreeMap::new());
        let task = tokio::spawn(run(queue, settings, stopped, told));
        Watcher {
            stop,
            watching,
            task,
        }
    }

    /// What is known of the watched folders; empty while another process watches.
    pub fn watching(&self) -> watch::Receiver<BTreeMap<WatchId, Watching>> {
        self.watching.clone()
    }

    /// Ends and lets go of the lock.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        if (&mut self.task).await.is_err() {
            tracing::warn!("the watcher ended early");
        }
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.task.abort();
    }
}

pub(super) fn lock_path(folder: &Path) -> PathBuf {
    folder.join("watcher.lock")
}

async fn run(
    queue: Queue,
    settings: WatcherSettings,
    mut stop: watch::Receiver<bool>,
    told: watch::Sender<BTreeMap<WatchId, Watching>>,
) {
    let clock = Arc::clone(&queue.surroundings().clock);
    let lock = tokio::select! {
        lock = lock::wait_for(lock_path(queue.folder()), &*clock) => lock,
        _ = stop.wait_for(|stop| *stop) => return,
    };
    let own = settings
        .ours
        .iter()
        .cloned()
        .chain([queue.folder().to_owned()]);
    let ours = look::real_paths(&own.collect::<Vec<_>>());
    let ears = Ears::open(ours.clone());
    let heard = ears.heard();
    let mut changes = queue.stored_changes();
    let mut desk = Desk {
        queue,
        settings,
        ours: ours.into(),
        ears: Arc::new(Mutex::new(ears)),
        rounds: BTreeMap::new(),
        told,
    };
    loop {
        changes.mark_unchanged();
        let next = tokio::select! {
            next = desk.turn() => next,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => break,
            changed = changes.changed() => if changed.is_err() { break },
            () = heard.wait() => desk.wake(heard.taken()),
            () = clock.sleep_until(next) => {}
        }
    }
    desk.told.send_replace(BTreeMap::new());
    drop(lock);
}

struct Desk {
    queue: Queue,
    settings: WatcherSettings,
    ours: Arc<[PathBuf]>,
    ears: Arc<Mutex<Ears>>,
    rounds: BTreeMap<WatchId, Round>,
    told: watch::Sender<BTreeMap<WatchId, Watching>>,
}

/// What is remembered of a watch between two looks.
struct Round {
    watch: Watch,
    settling: Settling,
    due: Timestamp,
    /// Reports do not lead to another look before.
    not_before: Timestamp,
    found: Watching,
}

impl Desk {
    fn now(&self) -> Timestamp {
        self.queue.surroundings().clock.now()
    }

    /// Looks at every folder whose time has come; says when the next one's comes.
    async fn turn(&mut self) -> Timestamp {
        match self.queue.watches().await {
            Ok(watches) => self.take_over(watches).await,
            Err(error) => tracing::warn!(%error, "the watched folders cannot be read"),
        }
        let now = self.now();
        let due: Vec<WatchId> = self
            .rounds
            .iter()
            .filter(|(_, round)| round.due <= now)
            .map(|(id, _)| *id)
            .collect();
        for id in due {
            if let Some(mut round) = self.rounds.remove(&id) {
                self.look_at(&mut round).await;
                self.told
                    .send_modify(|told| drop(told.insert(id, round.found.clone())));
                self.rounds.insert(id, round);
            }
        }
        let next = self.rounds.values().map(|round| round.due).min();
        next.unwrap_or_else(|| later(self.now(), NOW_AND_THEN))
    }

    /// Folders that were added and removed, here or in another process.
    async fn take_over(&mut self, watches: Vec<Watch>) {
        let now = self.now();
        let mut before = std::mem::take(&mut self.rounds);
        for watch in watches {
            let round = before.remove(&watch.id).unwrap_or(Round {
                watch,
                settling: Settling::default(),
                due: now,
                not_before: now,
                found: Watching::default(),
            });
            self.rounds.insert(round.watch.id, round);
        }
        for (id, round) in before {
            let folder = round.watch.path;
            let others = self.rounds.values();
            if others
                .map(|other| &other.watch.path)
                .all(|other| *other != folder)
            {
                self.with_ears(move |ears| ears.ignore(&folder)).await;
            }
            self.told.send_modify(|told| drop(told.remove(&id)));
        }
    }

    fn wake(&mut self, concerns: impl Fn(&Path) -> bool) {
        let now = self.now();
        for round in self.rounds.values_mut() {
            if concerns(&round.watch.path) {
                round.due = round.due.min(now.max(round.not_before));
            }
        }
    }

    async fn look_at(&self, round: &mut Round) {
        let began = self.now();
        if !(self.settings.may_queue)(&round.watch.account) {
            round.settling = Settling::default();
            round.found = Watching {
                looks: round.found.looks + 1,
                ..Watching::default()
            };
            round.due = later(began, NOW_AND_THEN);
            return;
        }
        let (folder, seen) = self.sightings(&round.watch).await;
        round.found.looks += 1;
        round.found.folder = folder;
        round.found.trouble = None;
        if folder != FolderState::Present {
            // whatever settles elsewhere is seen anew when the folder is back
            round.settling = Settling::default();
            round.found.settling = 0;
            round.due = later(self.now(), SOON);
            return;
        }
        match self.decide(round, seen).await {
            Ok(observed) => {
                let took = self.now().duration_since(began);
                let pause = took
                    .saturating_mul(REST_BETWEEN_LOOKS)
                    .max(of(NOW_AND_THEN));
                let regular = self.now().saturating_add(pause).unwrap_or(began);
                round.not_before = later(self.now(), pause_after(took));
                let settles = observed.next.map(|next| next.max(round.not_before));
                round.found.settling = observed.settling;
                round.due = settles
                    .into_iter()
                    .chain([regular])
                    .min()
                    .unwrap_or(regular);
            }
            Err(error) => {
                tracing::warn!(%error, "what came to rest in a watched folder was not queued; trying again");
                round.found.trouble = Some(error);
                round.due = later(self.now(), SOON);
            }
        }
    }

    /// Listens first and looks then, so that nothing happens between unnoticed.
    async fn sightings(&self, watch: &Watch) -> (FolderState, Vec<Sighting>) {
        let (root, recursive) = (watch.path.clone(), watch.recursive);
        let ours = Arc::clone(&self.ours);
        let looking = self.with_ears(move |ears| {
            let state = look::state_of(&root);
            if state != FolderState::Present {
                ears.ignore(&root);
                return (state, Vec::new());
            }
            ears.listen(&root, recursive);
            (state, look::look(&root, recursive, &ours))
        });
        looking.await.unwrap_or_default()
    }

    async fn decide(&self, round: &mut Round, seen: Vec<Sighting>) -> Result<Observed, QueueError> {
        let watch = &round.watch;
        let noted = self.noted(watch.id).await?;
        let settling = std::mem::take(&mut round.settling);
        let (settling, mut observed) = observe(&watch.path, &noted, settling, seen, self.now());
        round.settling = settling;
        let now = self.now();
        if !observed.moved.is_empty() {
            let (watch, moved) = (watch.clone(), std::mem::take(&mut observed.moved));
            self.queue
                .writer()
                .run(move |c| store::watches::follow(c, &watch, &moved, now))
                .await?;
        }
        let mut batch = None;
        for rested in observed.rested.chunks(TOGETHER) {
            let (watch, rested) = (watch.clone(), rested.to_vec());
            batch = self
                .queue
                .writer()
                .run(move |c| store::watches::queue(c, &watch, batch, &rested, now))
                .await?;
        }
        Ok(observed)
    }

    async fn noted(&self, watch: WatchId) -> Result<Vec<Noted>, QueueError> {
        let mut all: Vec<Noted> = Vec::new();
        loop {
            let after = all.last().map_or(0, |last| last.row);
            let page = self
                .queue
                .reader()
                .run(move |c| store::watches::noted(c, watch, after, PAGE))
                .await?;
            let is_last = page.len() < PAGE as usize;
            all.extend(page);
            if is_last {
                return Ok(all);
            }
        }
    }

    async fn with_ears<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Ears) -> T + Send + 'static,
    ) -> Option<T> {
        let ears = Arc::clone(&self.ears);
        let work = move || work(&mut ears.lock().unwrap_or_else(PoisonError::into_inner));
        tokio::task::spawn_blocking(work).await.ok()
    }
}

/// A large folder in which something changes all the time is not looked at all the time.
fn pause_after(took: SignedDuration) -> Duration {
    let pause = took.saturating_mul(REST_BETWEEN_LOOKS / 4);
    Duration::try_from(pause).unwrap_or(STILL)
}

fn of(duration: Duration) -> SignedDuration {
    SignedDuration::try_from(duration).unwrap_or_default()
}

fn later(now: Timestamp, wait: Duration) -> Timestamp {
    now.saturating_add(of(wait)).unwrap_or(now)
}
