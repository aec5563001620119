//! What the program tells its front end: snapshots when something changed, bytes while they move.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use engine::JobId;
use tokio::sync::{broadcast, watch};

use crate::Aloft;
use crate::aloft::held;
use crate::contract::{AddReport, Event, Notice, Problem, Progress, Snapshot};

/// At most ten batches a second reach the page.
const BEAT: Duration = Duration::from_millis(100);
/// How many notices wait for a listener; a program starts before its page does.
const MOST_UNHEARD: usize = 20;

/// While bytes move and nothing else happens, a snapshot comes so often: its sums hold the bytes of all rows, also of
/// those that nobody looks at.
const BYTES: Duration = Duration::from_secs(1);

/// What was told last, so that only what is new is told.
#[derive(Default)]
struct Shown {
    bytes: BTreeMap<JobId, u64>,
    still: Option<Snapshot>,
    /// The last snapshot, and the bytes in it.
    at: Option<(Instant, u64)>,
}

/// A snapshot without what moves at every beat: progress has an event of its own.
fn without_bytes(snapshot: &Snapshot) -> Snapshot {
    let mut still = snapshot.clone();
    still.revision = 0;
    still.totals.sent_bytes = 0;
    for batch in &mut still.batches {
        batch.sums.sent_bytes = 0;
    }
    still
}

/// A front end's own view of the events; nothing is lost for good, a missed one becomes a snapshot.
pub struct Events {
    unheard: VecDeque<Event>,
    receiver: broadcast::Receiver<Event>,
    aloft: Aloft,
}

impl Events {
    /// The next event; `None` when the program ends.
    pub async fn next(&mut self) -> Option<Event> {
        if let Some(event) = self.unheard.pop_front() {
            return Some(event);
        }
        loop {
            match self.receiver.recv().await {
                Ok(event) => return Some(event),
                Err(broadcast::error::RecvError::Closed) => return None,
                Err(broadcast::error::RecvError::Lagged(_)) => {
                    if let Ok(snapshot) = self.aloft.snapshot_now().await {
                        return Some(Event::Snapshot(Box::new(snapshot)));
                    }
                }
            }
        }
    }
}

impl Aloft {
    /// Events from now on, after the notices that nobody has heard yet.
    pub fn events(&self) -> Events {
        let mut unheard = held(&self.0.unheard);
        Events {
            unheard: std::mem::take(&mut unheard),
            receiver: self.0.events.subscribe(),
            aloft: self.clone(),
        }
    }

    /// Bumped whenever queue, library or accounts changed.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.0.queue.changes()
    }

    /// Something is dragged over the window, or no longer.
    pub fn dragging(&self, over: bool) {
        let _ = self.0.events.send(Event::Dragging(over));
    }

    /// Has the page do one of its actions, by its id.
    pub fn run(&self, action: &str) {
        self.tell_once(Event::Run(action.to_owned()));
    }

    pub(crate) fn notify(&self, notice: Notice) {
        self.tell_once(Event::Notice(notice));
    }

    fn tell_once(&self, event: Event) {
        let mut unheard = held(&self.0.unheard);
        if let Err(broadcast::error::SendError(event)) = self.0.events.send(event) {
            // Nobody listens: the page is not there yet, or this is a terminal, which never asks.
            unheard.push_back(event);
            if unheard.len() > MOST_UNHEARD {
                unheard.pop_front();
            }
        }
    }

    pub(crate) fn notify_trouble(&self, problem: Problem) {
        self.notify(Notice::Trouble(problem));
    }

    pub(crate) fn notify_added(&self, report: AddReport) {
        if report.added > 0 || !report.skipped.is_empty() {
            self.notify(Notice::Added(report));
        }
    }

    /// Turns changes into events until the program ends.
    pub(crate) fn forward_events(&self) {
        let weak = std::sync::Arc::downgrade(&self.0);
        let mut queue = self.0.queue.changes();
        let mut accounts = self.0.accounts_changed.subscribe();
        let mut settings = self.settings_changes();
        tokio::spawn(async move {
            let mut stored = weak.upgrade().map(|inner| inner.queue.stored_changes());
            let mut shown = Shown::default();
            loop {
                let (changed, of_accounts, of_queue) = tokio::select! {
                    changed = queue.changed() => (changed, false, true),
                    changed = accounts.changed() => (changed, true, false),
                    changed = settings.changed() => (changed, false, false),
                };
                let was_stored = stored.as_mut().is_none_or(|stored| {
                    let changed = stored.has_changed().unwrap_or(true);
                    stored.mark_unchanged();
                    changed
                });
                let bytes_only = of_queue && !was_stored && shown.still.is_some();
                let Some(inner) = weak.upgrade().filter(|_| changed.is_ok()) else {
                    return;
                };
                let aloft = Aloft(inner);
                let sends_all = aloft.0.sends_all.load(Ordering::Relaxed);
                if of_accounts && sends_all {
                    aloft.queue_waiting().await;
                }
                if !bytes_only && sends_all {
                    aloft.learn_active_plan();
                    // Another process may have queued something and ended: its jobs are ours now.
                    if let Err(problem) = aloft.resume_unfinished().await {
                        tracing::warn!("{problem}");
                    }
                }
                aloft.tell(&mut shown, bytes_only).await;
                drop(aloft);
                // The beat, not a wait for anything: events are bounded per second by contract.
                tokio::time::sleep(BEAT).await;
            }
        });
    }

    /// Sends what changed of the rows looked at, and a snapshot where it is another one.
    async fn tell(&self, shown: &mut Shown, bytes_only: bool) {
        if self.0.events.receiver_count() == 0 {
            shown.still = None;
            return;
        }
        self.tell_bytes(shown);
        if !bytes_only && let Err(problem) = self.tell_rows().await {
            self.notify_trouble(problem);
        }
        let is_due = shown.at.is_none_or(|(at, _)| at.elapsed() >= BYTES);
        if bytes_only && !is_due {
            return;
        }
        match self.snapshot_now().await {
            Ok(snapshot) => {
                let still = without_bytes(&snapshot);
                let sent = snapshot.totals.sent_bytes;
                let moved = is_due && shown.at.is_none_or(|(_, before)| before != sent);
                if moved || shown.still.as_ref() != Some(&still) {
                    shown.still = Some(still);
                    shown.at = Some((Instant::now(), sent));
                    let _ = self.0.events.send(Event::Snapshot(Box::new(snapshot)));
                }
            }
            Err(problem) => self.notify_trouble(problem),
        }
    }

    /// The bytes of all that moves, looked at or not: the page's speed is a sum, and no more moves than there are connections.
    fn tell_bytes(&self, shown: &mut Shown) {
        let moving = self.0.queue.progress();
        let beats: Vec<Progress> = moving
            .iter()
            .filter(|(id, progress)| shown.bytes.get(id) != Some(&progress.sent))
            .map(|(id, progress)| Progress {
                id: id.get(),
                sent: progress.sent,
                total: progress.total,
            })
            .collect();
        shown.bytes = moving
            .iter()
            .map(|(id, progress)| (*id, progress.sent))
            .collect();
        if !beats.is_empty() {
            let _ = self.0.events.send(Event::Progress(beats));
        }
    }
}
