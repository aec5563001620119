//! The watcher: one for each queue's folder, across all processes.
//!
//! The holder of `<folder>/watcher.lock` looks at every watched folder at its start, when the system reports something,
//! when a file may have come to rest, and now and then; what `observe` decides is written in one commit with the jobs.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;
use tokio::task::{JoinError, JoinHandle, JoinSet};

use super::ears::Ears;
use super::look;
use super::observe::{Noted, Observed, Settling, Sighting, Span, observe};
use super::{FolderState, Privacy, Watch};
use crate::error::QueueError;
use crate::job::WatchId;
use crate::lock;
use crate::queue::Queue;
use crate::store;
use crate::surroundings::Clock;

/// A folder is looked at so often, at least, whatever the system reports.
const NOW_AND_THEN: Duration = Duration::from_secs(30);
/// A large folder is not looked at all the time: looking takes a sixth of it, at most.
const REST_BETWEEN_LOOKS: u32 = 5;
/// However long a look took.
const LONGEST_REST: Duration = Duration::from_secs(300);
/// A folder that is not there is looked for so often, and what was not stored is tried again then.
const SOON: Duration = Duration::from_secs(5);
/// Rows that are read at a time, so that others who read have their turn between.
const PAGE: u32 = 5000;
/// Files that are queued with one commit.
const TOGETHER: usize = 1000;

/// Answers with what the account of an ID asks.
type PrivacyOf = dyn Fn(&str) -> Option<Privacy> + Send + Sync;

/// What the watcher asks of the program around it.
#[derive(Clone)]
pub struct WatcherSettings {
    /// What this account asks of every file; `None` while nothing may be queued for it: it is not there, or what it asks
    /// cannot be known.
    pub privacy: Arc<PrivacyOf>,
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
        looks: JoinSet::new(),
        told,
    };
    loop {
        changes.mark_unchanged();
        let working = async {
            while let Some(looked) = desk.looks.try_join_next() {
                desk.landed(looked).await;
            }
            desk.turn().await
        };
        let next = tokio::select! {
            next = working => next,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        let looked = tokio::select! {
            _ = stop.wait_for(|stop| *stop) => break,
            changed = changes.changed() => if changed.is_err() { break } else { None },
            () = heard.wait() => {
                desk.wake(heard.taken());
                None
            }
            looked = desk.looks.join_next(), if !desk.looks.is_empty() => looked,
            () = clock.sleep_until(next) => None,
        };
        if let Some(looked) = looked {
            tokio::select! {
                () = desk.landed(looked) => {}
                _ = stop.wait_for(|stop| *stop) => break,
            }
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
    /// Looks under way, at most one for each folder: a drive that does not answer holds up itself alone.
    looks: JoinSet<Look>,
    told: watch::Sender<BTreeMap<WatchId, Watching>>,
}

/// What is remembered of a watch between two looks.
struct Round {
    watch: Watch,
    settling: Settling,
    due: Timestamp,
    /// No look begins before. Real time, as what the system reports comes in real time.
    not_before: Instant,
    is_looking: bool,
    /// Something was reported during the look.
    again: bool,
    found: Watching,
}

/// A look that ended.
struct Look {
    id: WatchId,
    began: Timestamp,
    took: Duration,
    folder: FolderState,
    seen: Vec<Sighting>,
}

impl Desk {
    fn now(&self) -> Timestamp {
        self.queue.surroundings().clock.now()
    }

    /// Begins to look at every folder whose time has come; says when the next one's comes.
    async fn turn(&mut self) -> Timestamp {
        match self.queue.watches().await {
            Ok(watches) => self.take_over(watches).await,
            Err(error) => tracing::warn!(%error, "the watched folders cannot be read"),
        }
        let now = self.now();
        let privacy = Arc::clone(&self.settings.privacy);
        for (id, round) in &mut self.rounds {
            if round.is_looking || round.due > now {
                continue;
            }
            if privacy(&round.watch.account).is_some() {
                round.is_looking = true;
                let clock = Arc::clone(&self.queue.surroundings().clock);
                let (ears, ours) = (Arc::clone(&self.ears), Arc::clone(&self.ours));
                let looking = look(round.watch.clone(), ears, ours, clock, round.not_before);
                self.looks.spawn(looking);
            } else {
                round.settling = Settling::default();
                round.due = later(now, NOW_AND_THEN);
                round.found = Watching {
                    looks: round.found.looks + 1,
                    ..Watching::default()
                };
                self.told
                    .send_modify(|told| drop(told.insert(*id, round.found.clone())));
            }
        }
        let at_rest = self.rounds.values().filter(|round| !round.is_looking);
        let next = at_rest.map(|round| round.due).min();
        next.unwrap_or_else(|| later(now, NOW_AND_THEN))
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
                not_before: Instant::now(),
                is_looking: false,
                again: false,
                found: Watching::default(),
            });
            self.rounds.insert(round.watch.id, round);
        }
        for (id, round) in before {
            let folder = round.watch.path;
            let mut others = self.rounds.values();
            if others.all(|other| other.watch.path != folder) {
                let ears = Arc::clone(&self.ears);
                let ignoring = move || held(&ears).ignore(&folder);
                drop(tokio::task::spawn_blocking(ignoring).await);
            }
            self.told.send_modify(|told| drop(told.remove(&id)));
        }
    }

    fn wake(&mut self, concerns: impl Fn(&Path) -> bool) {
        let now = self.now();
        for round in self.rounds.values_mut() {
            if concerns(&round.watch.path) {
                round.again = round.is_looking;
                round.due = round.due.min(now);
            }
        }
    }

    /// Decides on what a look found, and when the next one is due.
    async fn landed(&mut self, looked: Result<Look, JoinError>) {
        let Ok(Look {
            id,
            began,
            took,
            folder,
            seen,
        }) = looked
        else {
            return;
        };
        let Some(mut round) = self.rounds.remove(&id) else {
            return;
        };
        round.is_looking = false;
        round.found.looks += 1;
        round.found.folder = folder;
        round.found.trouble = None;
        if folder == FolderState::Present {
            let ended = self.now();
            self.settle(&mut round, Span { began, ended }, seen).await;
        } else {
            // whatever settled is seen anew when the folder is back
            round.settling = Settling::default();
            round.found.settling = 0;
            round.due = later(self.now(), SOON);
        }
        round.not_before = Instant::now() + (took * REST_BETWEEN_LOOKS).min(LONGEST_REST);
        if std::mem::take(&mut round.again) {
            round.due = round.due.min(self.now());
        }
        self.told
            .send_modify(|told| drop(told.insert(id, round.found.clone())));
        self.rounds.insert(id, round);
    }

    async fn settle(&self, round: &mut Round, look: Span, seen: Vec<Sighting>) {
        match self.decide(round, look, seen).await {
            Ok(observed) => {
                let regular = later(self.now(), NOW_AND_THEN);
                round.found.settling = observed.settling;
                round.due = observed.next.map_or(regular, |next| next.min(regular));
            }
            Err(error) => {
                tracing::warn!(%error, "what came to rest in a watched folder was not queued; trying again");
                round.found.trouble = Some(error);
                round.due = later(self.now(), SOON);
            }
        }
    }

    async fn decide(
        &self,
        round: &mut Round,
        look: Span,
        seen: Vec<Sighting>,
    ) -> Result<Observed, QueueError> {
        let watch = &round.watch;
        let noted = self.noted(watch.id).await?;
        let settling = std::mem::take(&mut round.settling);
        let (settling, mut observed) = observe(&watch.path, &noted, settling, seen, look);
        round.settling = settling;
        let now = self.now();
        if !observed.moved.is_empty() {
            let (watch, moved) = (watch.clone(), std::mem::take(&mut observed.moved));
            self.queue
                .writer()
                .run(move |c| store::watches::follow(c, &watch, &moved, now))
                .await?;
        }
        let Some(privacy) = (self.settings.privacy)(&round.watch.account) else {
            // the account went during the look; the next one finds that out
            return Ok(observed);
        };
        let mut batch = None;
        for rested in observed.rested.chunks(TOGETHER) {
            let (watch, privacy, rested) = (watch.clone(), privacy.clone(), rested.to_vec());
            batch = self
                .queue
                .writer()
                .run(move |c| store::watches::queue(c, &watch, &privacy, batch, &rested, now))
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
}

/// Listens first and looks then, so that nothing happens between unnoticed.
async fn look(
    watch: Watch,
    ears: Arc<Mutex<Ears>>,
    ours: Arc<[PathBuf]>,
    clock: Arc<dyn Clock>,
    not_before: Instant,
) -> Look {
    tokio::time::sleep_until(not_before.into()).await;
    let (began, start) = (clock.now(), Instant::now());
    let (id, root, recursive) = (watch.id, watch.path, watch.recursive);
    let looking = move || {
        // a drive that does not answer is met here, where nobody waits for the ears
        let folder = look::state_of(&root);
        if folder != FolderState::Present {
            held(&ears).ignore(&root);
            return (folder, Vec::new());
        }
        held(&ears).listen(&root, recursive);
        (folder, look::look(&root, recursive, &ours))
    };
    let looked = tokio::task::spawn_blocking(looking).await;
    let (folder, seen) = looked.unwrap_or((FolderState::Unreadable, Vec::new()));
    Look {
        id,
        began,
        took: start.elapsed(),
        folder,
        seen,
    }
}

fn held(ears: &Mutex<Ears>) -> MutexGuard<'_, Ears> {
    ears.lock().unwrap_or_else(PoisonError::into_inner)
}

fn later(now: Timestamp, wait: Duration) -> Timestamp {
    let wait = SignedDuration::try_from(wait).unwrap_or_default();
    now.saturating_add(wait).unwrap_or(now)
}
