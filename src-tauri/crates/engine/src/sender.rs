//! Sending: one sender per account, across all processes.
//!
//! The holder of `<folder>/senders/<account>.lock` recovers what a dead sender left, then takes turns: stop what a
//! person took away, start what is next, wait for a change or for the time of the next attempt.

mod drive;
mod gate;
mod lock;
mod prepare;

use std::collections::HashMap;
use std::fmt;
use std::fs::File;
use std::sync::Arc;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;
use tokio::sync::watch;
use tokio::task::{Id, JoinHandle, JoinSet};

use crate::batch::BatchLimits;
use crate::crash;
use crate::error::QueueError;
use crate::failure::{Failure, FailureKind, Reason};
use crate::job::{BatchId, Job, JobId};
use crate::queue::Queue;
use crate::step::{Effect, Input, RetryRules};
use crate::store::{self, turn::Hands, turn::Paced, turn::Turn};
use crate::throttle::{RateLimit, Scope};
use crate::transport::Transport;
use gate::Gate;

/// The service refuses smaller chunks, except the last.
const SMALLEST_CHUNK: u64 = 5 * 1024 * 1024;

/// How an account's jobs are sent.
#[derive(Clone, Debug)]
pub struct SenderSettings {
    /// Most requests at a time, unless [`Queue::set_concurrency`] says otherwise; how many there are is found out while
    /// sending.
    pub concurrency: usize,
    /// Files with more bytes are sent in chunks.
    pub large_above: u64,
    /// Bytes of a chunk until the line is known; at least 5 MiB, whatever is set.
    pub chunk_size: u64,
    /// Bounds and pace of retries.
    pub retry: RetryRules,
}

impl Default for SenderSettings {
    fn default() -> SenderSettings {
        SenderSettings {
            concurrency: 50,
            large_above: 20_000_000,
            chunk_size: 20_000_000,
            retry: RetryRules::default(),
        }
    }
}

/// Sends the jobs of one account while this process holds its lock. Dropping it lets go at once, and what was in
/// flight is recovered by the next holder; [`Sender::stop`] puts it back in line first.
pub struct Sender {
    stop: watch::Sender<bool>,
    holding: watch::Receiver<bool>,
    task: JoinHandle<()>,
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender")
            .field("is_holder", &self.is_holder())
            .finish_non_exhaustive()
    }
}

impl Sender {
    /// Waits for the account's lock, then sends. Must be called within a tokio runtime.
    pub fn start(
        queue: Queue,
        account: String,
        transport: Arc<dyn Transport>,
        settings: SenderSettings,
    ) -> Sender {
        let (stop, stopped) = watch::channel(false);
        let (held, holding) = watch::channel(false);
        let task = tokio::spawn(run(queue, account, transport, settings, stopped, held));
        Sender {
            stop,
            holding,
            task,
        }
    }

    /// Whether this process is the one that sends for the account.
    pub fn is_holder(&self) -> bool {
        *self.holding.borrow()
    }

    /// Follows [`Sender::is_holder`].
    pub fn holding(&self) -> watch::Receiver<bool> {
        self.holding.clone()
    }

    /// Ends the requests in flight, puts their jobs back in line and lets go of the lock.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        if (&mut self.task).await.is_err() {
            tracing::warn!("a sender ended early");
        }
    }
}

impl Drop for Sender {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What every job in hand shares. It holds the lock, so that the lock outlives the last request; every order to the
/// writer holds it too, so that it outlives the last order when the sender is dropped in the middle.
struct Desk {
    queue: Queue,
    transport: Arc<dyn Transport>,
    settings: SenderSettings,
    gate: Gate,
    lock: Arc<File>,
}

impl Desk {
    fn now(&self) -> Timestamp {
        self.queue.surroundings().clock.now()
    }

    fn fraction(&self) -> f64 {
        self.queue.surroundings().chance.fraction()
    }

    fn holding<T, W>(
        &self,
        work: W,
    ) -> impl FnOnce(&Connection) -> Result<T, QueueError> + use<T, W>
    where
        W: FnOnce(&Connection) -> Result<T, QueueError>,
    {
        let lock = Arc::clone(&self.lock);
        move |connection| {
            let result = work(connection);
            // not committed yet, but SQLite lets nobody else write before it is
            drop(lock);
            result
        }
    }

    /// Steps a job. What was learned is not let go because the disk is full: it is tried again until it is stored.
    /// `None` when the job or the queue is gone.
    async fn apply(&self, id: JobId, input: Input) -> Option<(Job, Vec<Effect>)> {
        loop {
            let (now, rules, input) = (self.now(), self.settings.retry.clone(), input.clone());
            match self
                .queue
                .writer()
                .run(self.holding(move |c| store::jobs::apply(c, id, input, now, &rules)))
                .await
            {
                Ok(stepped) => {
                    self.queue.note_trouble(None);
                    return stepped;
                }
                Err(QueueError::Closed) => return None,
                Err(error) => self.pause_after(&error).await,
            }
        }
    }

    async fn recover(&self, account: &str) {
        loop {
            let (now, rules, account) =
                (self.now(), self.settings.retry.clone(), account.to_owned());
            match self
                .queue
                .writer()
                .run(self.holding(move |c| store::turn::recover(c, &account, now, &rules)))
                .await
            {
                Ok(()) | Err(QueueError::Closed) => return,
                Err(error) => self.pause_after(&error).await,
            }
        }
    }

    async fn take(self: &Arc<Self>, account: &str, running: Vec<JobId>) -> Turn {
        let (now, rules) = (self.now(), self.settings.retry.clone());
        let hands = Hands {
            account: account.to_owned(),
            running,
            concurrency: self.settings.concurrency,
            large_above: self.settings.large_above,
        };
        let desk = Arc::clone(self);
        let work = move |c: &Connection| {
            let paced = Paced {
                limit: &|ceiling| desk.gate.limit(ceiling),
                extras: &|batch| desk.gate.extras(batch),
            };
            store::turn::take(c, &hands, &paced, now, &rules)
        };
        // a job in hand that is forgotten is in line, and nothing of it was sent
        match self.queue.writer().run_lightly(self.holding(work)).await {
            Ok(mut turn) => {
                self.queue.note_trouble(None);
                let change = self.hold_to(account, &turn.rates, now);
                turn.wake_at = turn.wake_at.into_iter().chain(change).min();
                turn
            }
            Err(error) => {
                tracing::warn!(%error, "the sender cannot use the queue");
                self.queue.note_trouble(Some(&error));
                Turn {
                    wake_at: Some(soon(now)),
                    ..Turn::default()
                }
            }
        }
    }

    /// Applies the limits that hold now; says when others will.
    fn hold_to(
        &self,
        account: &str,
        (all, own): &(RateLimit, RateLimit),
        now: Timestamp,
    ) -> Option<Timestamp> {
        let zone = TimeZone::system();
        let throttle = self.queue.throttle();
        throttle.set(Scope::Everything, all.at(now, &zone));
        throttle.set(Scope::Account(account.to_owned()), own.at(now, &zone));
        let is_timed = !all.timetable.is_empty() || !own.timetable.is_empty();
        let in_a_minute = now.saturating_add(SignedDuration::from_mins(1)).ok();
        in_a_minute.filter(|_| is_timed)
    }

    async fn pause_after(&self, error: &QueueError) {
        tracing::warn!(%error, "a step of a job was not stored; trying again");
        self.queue.note_trouble(Some(error));
        self.queue
            .surroundings()
            .clock
            .sleep_until(soon(self.now()))
            .await;
    }
}

fn soon(now: Timestamp) -> Timestamp {
    now.saturating_add(SignedDuration::from_secs(1))
        .unwrap_or(now)
}

async fn run(
    queue: Queue,
    account: String,
    transport: Arc<dyn Transport>,
    settings: SenderSettings,
    mut stop: watch::Receiver<bool>,
    held: watch::Sender<bool>,
) {
    let chunk_size = settings.chunk_size.max(SMALLEST_CHUNK);
    let settings = SenderSettings {
        chunk_size,
        ..settings
    };
    let lock = tokio::select! {
        lock = lock::wait_for(&queue, &account) => lock,
        _ = stop.wait_for(|stop| *stop) => return,
    };
    let desk = Arc::new(Desk {
        queue,
        transport: crash::surrounded(transport),
        gate: Gate::new(settings.concurrency),
        settings,
        lock: Arc::new(lock),
    });
    held.send_replace(true);
    desk.recover(&account).await;
    let mut hands = InHand {
        desk: Arc::clone(&desk),
        drivers: JoinSet::new(),
        jobs: HashMap::new(),
    };
    let mut changes = desk.queue.stored_changes();
    loop {
        changes.mark_unchanged();
        let turn = desk.take(&account, hands.ids()).await;
        hands.let_go(&turn.stop);
        for (job, effects, limits) in turn.start {
            hands.start(job, effects, limits);
        }
        desk.gate.turned(hands.batches(), turn.crowded);
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => break,
            changed = changes.changed() => if changed.is_err() { break },
            () = hands.one_ended(), if !hands.jobs.is_empty() => {}
            () = wait(&desk, turn.wake_at), if turn.wake_at.is_some() => {}
        }
    }
    hands.let_go(&hands.ids());
    while !hands.jobs.is_empty() {
        hands.one_ended().await;
    }
    held.send_replace(false);
}

async fn wait(desk: &Desk, until: Option<Timestamp>) {
    if let Some(until) = until {
        desk.queue.surroundings().clock.sleep_until(until).await;
    }
}

/// The jobs in hand, one task each.
struct InHand {
    desk: Arc<Desk>,
    drivers: JoinSet<()>,
    jobs: HashMap<Id, (JobId, BatchId, watch::Sender<bool>)>,
}

impl InHand {
    fn ids(&self) -> Vec<JobId> {
        self.jobs.values().map(|(id, ..)| *id).collect()
    }

    fn batches(&self) -> impl Iterator<Item = BatchId> {
        self.jobs.values().map(|(_, batch, _)| *batch)
    }

    fn start(&mut self, job: Job, effects: Vec<Effect>, limits: BatchLimits) {
        let (id, batch) = (job.id, job.batch);
        let (stop, stopped) = watch::channel(false);
        let desk = Arc::clone(&self.desk);
        desk.queue.throttle().set(Scope::Batch(batch), limits.rate);
        let driving = drive::drive(desk, job, limits, effects, stopped);
        let driver = self.drivers.spawn(driving);
        self.jobs.insert(driver.id(), (id, batch, stop));
    }

    fn let_go(&self, ids: &[JobId]) {
        for (id, _, stop) in self.jobs.values() {
            if ids.contains(id) {
                stop.send_replace(true);
            }
        }
    }

    /// Returns when one more job is out of hand. Safe to drop.
    async fn one_ended(&mut self) {
        match self.drivers.join_next_with_id().await {
            Some(Ok((task, ()))) => drop(self.jobs.remove(&task)),
            Some(Err(error)) => {
                if let Some((job, ..)) = self.jobs.remove(&error.id()) {
                    tracing::error!(%job, "the task of a job ended early");
                    self.mourn(job).await;
                }
            }
            None => self.jobs.clear(),
        }
    }

    /// A mistake in the program must not leave a job in hand for good.
    async fn mourn(&self, job: JobId) {
        let failure = Failure::temporary(FailureKind::Internal, None, Reason::Fault);
        let fraction = self.desk.fraction();
        self.desk
            .apply(
                job,
                Input::Failed {
                    failure,
                    moved: 1,
                    all_sent: true,
                    fraction,
                },
            )
            .await;
    }
}
