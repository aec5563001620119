//! The public face of the queue.

mod held;
mod list;
mod lock;

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::SignedDuration;
use serde_json::Value;
use tokio::sync::watch;

use crate::batch::{AccountState, Added, Batch, NewBatch};
use crate::error::QueueError;
use crate::identity::FileIdentity;
use crate::job::{
    BatchId, Job, JobFilter, JobId, NewJob, Progress, PublicIdRule, Selection, Source, Verb,
};
use crate::library::{AssetKey, LibraryAsset, LibraryQuery, NewAsset};
use crate::own;
use crate::store::jobs::Queued;
use crate::store::{self, Reader, Repair, Writer};
use crate::surroundings::Surroundings;
use crate::throttle::{RateLimit, Throttle};

/// Removed jobs can be restored so long.
const RESTORABLE: SignedDuration = SignedDuration::from_hours(24);

/// The durable queue and library of one folder. Cheap to clone; several processes may open the same folder.
#[derive(Clone)]
pub struct Queue(Arc<Inner>);

struct Inner {
    folder: PathBuf,
    repair: Option<Repair>,
    writer: Writer,
    reader: Reader,
    bell: Arc<store::Bell>,
    live: Mutex<BTreeMap<JobId, Progress>>,
    /// What was read of the list's shape.
    known: Arc<Mutex<store::list::Known>>,
    trouble: Mutex<Option<QueueError>>,
    throttle: Throttle,
    surroundings: Surroundings,
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queue")
            .field("folder", &self.0.folder)
            .finish_non_exhaustive()
    }
}

impl Queue {
    /// Opens (or creates) `<folder>/queue.db`. Blocks; needs no runtime. Errors: newer file, unusable folder, full or
    /// damaged disk.
    pub fn open(folder: &Path) -> Result<Queue, QueueError> {
        Queue::open_within(folder, Surroundings::default())
    }

    /// As [`Queue::open`], with another clock or other dice.
    pub fn open_within(folder: &Path, surroundings: Surroundings) -> Result<Queue, QueueError> {
        let now = surroundings.clock.now();
        let store::Opened {
            connection,
            in_use,
            repair,
        } = store::open_writer(folder, now)?;
        store::jobs::purge(&connection, now.saturating_sub(RESTORABLE).unwrap_or(now))?;
        own::sweep(folder, &connection)?;
        let bell = Arc::new(store::Bell::new());
        let threads = |error: std::io::Error| QueueError::folder(folder, &error);
        let reader =
            Reader::start(store::open_reader(folder)?, Arc::clone(&in_use)).map_err(threads)?;
        let writer =
            Writer::start(folder, connection, Arc::clone(&bell), in_use).map_err(threads)?;
        let folder = folder.to_owned();
        Ok(Queue(Arc::new(Inner {
            folder,
            repair,
            writer,
            reader,
            bell,
            live: Mutex::default(),
            known: Arc::default(),
            trouble: Mutex::default(),
            throttle: Throttle::default(),
            surroundings,
        })))
    }

    /// Adds a batch. It is on disk when this returns. Files are looked at (size, time of change), not read;
    /// what is wrong with one of them becomes that job's failure.
    pub async fn add(&self, batch: NewBatch) -> Result<Added, QueueError> {
        let NewBatch {
            account,
            cloud_name,
            label,
            jobs,
            limits,
        } = batch;
        let jobs = look(jobs).await?;
        let now = self.0.surroundings.clock.now();
        let batch = NewBatch {
            account,
            cloud_name,
            label,
            jobs: Vec::new(),
            limits,
        };
        let (batch, jobs) = self
            .0
            .writer
            .run(move |c| store::jobs::insert_batch(c, &batch, &jobs, now))
            .await?;
        Ok(Added { batch, jobs })
    }

    /// Adds more jobs to a batch, for example while a folder is still being scanned.
    pub async fn append(
        &self,
        batch: BatchId,
        jobs: Vec<NewJob>,
    ) -> Result<Vec<JobId>, QueueError> {
        let jobs = look(jobs).await?;
        let now = self.0.surroundings.clock.now();
        let work = move |c: &rusqlite::Connection| {
            let account = store::batches::account(c, batch)?.ok_or(QueueError::NoSuchBatch)?;
            store::jobs::insert(c, batch, &account, &jobs, now)
        };
        self.0.writer.run(work).await
    }

    /// Jobs, oldest first unless the filter says otherwise.
    pub async fn jobs(&self, filter: JobFilter) -> Result<Vec<Job>, QueueError> {
        self.0
            .reader
            .run(move |c| store::jobs::list(c, &filter))
            .await
    }

    /// One job, also a removed one; `None` when there is none of this number.
    pub async fn job(&self, id: JobId) -> Result<Option<Job>, QueueError> {
        self.0.reader.run(move |c| store::jobs::one(c, id)).await
    }

    /// The job of the same file for which this one waits; its link will be the answer to both.
    pub async fn elder(&self, id: JobId) -> Result<Option<Job>, QueueError> {
        let elder = move |c: &rusqlite::Connection| match store::elder(c, id)? {
            Some(elder) => store::jobs::one(c, elder),
            None => Ok(None),
        };
        self.0.reader.run(elder).await
    }

    /// Batches that have jobs, newest first.
    pub async fn batches(&self) -> Result<Vec<Batch>, QueueError> {
        self.0.reader.run(store::batches::list).await
    }

    /// One batch; `None` when it has no jobs.
    pub async fn batch(&self, id: BatchId) -> Result<Option<Batch>, QueueError> {
        self.0.reader.run(move |c| store::batches::one(c, id)).await
    }

    /// Whether an account sends nothing until the user does something: it is paused, a failure stopped it, or everything
    /// is locked.
    pub async fn rests_now(&self, account: &str) -> Result<bool, QueueError> {
        let account = account.to_owned();
        let rests = move |c: &rusqlite::Connection| {
            let state = store::accounts::one(c, &account)?;
            let held = state.is_some_and(|state| state.paused || state.failure.is_some());
            Ok(held || store::accounts::lock_now(c)?.locked)
        };
        self.0.reader.run(rests).await
    }

    /// Accounts that ever had a job: paused, stopped, counts.
    pub async fn accounts(&self) -> Result<Vec<AccountState>, QueueError> {
        self.0.reader.run(store::accounts::list).await
    }

    /// Most requests at a time for an account, whichever process sends; `None` leaves it to the sender's settings.
    pub async fn set_concurrency(
        &self,
        account: &str,
        limit: Option<u32>,
    ) -> Result<(), QueueError> {
        let account = account.to_owned();
        self.0
            .writer
            .run(move |c| store::accounts::set_concurrency(c, &account, limit))
            .await
    }

    /// The bandwidth for an account's uploads, or for all uploads together, whichever process sends.
    pub async fn set_rate(
        &self,
        account: Option<&str>,
        limit: RateLimit,
    ) -> Result<(), QueueError> {
        let account = account.unwrap_or_default().to_owned();
        self.0
            .writer
            .run(move |c| store::accounts::set_rate(c, &account, &limit))
            .await
    }

    /// The bandwidth for all uploads together.
    pub async fn rate(&self) -> Result<RateLimit, QueueError> {
        self.0.reader.run(store::accounts::rate_of_all).await
    }

    /// Forgets the failure that stopped an account, so that its sender tries again. What the user paused stays paused.
    pub async fn forgive(&self, account: &str) -> Result<(), QueueError> {
        let account = account.to_owned();
        self.0
            .writer
            .run(move |c| store::accounts::clear_failure(c, &account))
            .await
    }

    /// Pause, resume, cancel, retry, remove, restore. Takes effect whichever process sends. Returns how many jobs changed.
    pub async fn control(&self, selection: Selection, verb: Verb) -> Result<usize, QueueError> {
        let now = self.0.surroundings.clock.now();
        let changed = self
            .0
            .writer
            .run(move |c| store::jobs::control(c, &selection, verb, now))
            .await?;
        if changed > 0 && matches!(verb, Verb::Cancel | Verb::Remove) {
            // what is in hand lets go by itself
            let folder = self.0.folder.clone();
            let swept = self.0.reader.run(move |c| own::sweep(&folder, c)).await;
            if let Err(error) = swept {
                tracing::warn!(%error, "copies of jobs that are gone were not removed");
            }
        }
        Ok(changed)
    }

    /// Changes when anything changed, here or in another process; at most ten times a second for moving bytes.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.0.bell.all.subscribe()
    }

    /// Live bytes of the jobs that this process sends; a job's number never goes back.
    pub fn progress(&self) -> BTreeMap<JobId, Progress> {
        self.0
            .live
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Why what this process learned about its uploads cannot be written down now, for example because the disk is full.
    /// It is kept and tried again until it can.
    pub fn trouble(&self) -> Option<QueueError> {
        self.0
            .trouble
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Writes an asset to the library that something else than this queue stored. Returns its row number.
    pub async fn record(&self, asset: NewAsset) -> Result<i64, QueueError> {
        let now = self.0.surroundings.clock.now();
        self.0
            .writer
            .run(move |c| store::library::record(c, &asset, now))
            .await
    }

    /// Assets, newest first.
    pub async fn library(&self, query: LibraryQuery) -> Result<Vec<LibraryAsset>, QueueError> {
        self.0
            .reader
            .run(move |c| store::library::list(c, &query))
            .await
    }

    /// One asset, also one that was deleted from the service; `None` when the library never had it.
    pub async fn asset(&self, key: AssetKey) -> Result<Option<LibraryAsset>, QueueError> {
        self.0
            .reader
            .run(move |c| store::library::one(c, &key))
            .await
    }

    /// Those of these assets that also were the answer for another job of the same bytes, which is still in the list.
    pub async fn answered_others(
        &self,
        keys: HashSet<AssetKey>,
    ) -> Result<HashSet<AssetKey>, QueueError> {
        self.0
            .reader
            .run(move |c| store::library::answered_others(c, &keys))
            .await
    }

    /// Notes that an asset is about to be deleted from the service: whatever becomes of that, its link is asked before it
    /// answers another job.
    pub async fn doubt_link(&self, key: AssetKey) -> Result<(), QueueError> {
        self.0
            .writer
            .run(move |c| store::library::doubt_link(c, &key))
            .await
    }

    /// Notes that an asset was deleted from the service; it answers no job any more. Returns whether it was there.
    pub async fn mark_deleted(&self, key: AssetKey) -> Result<bool, QueueError> {
        let now = self.0.surroundings.clock.now();
        self.0
            .writer
            .run(move |c| store::library::mark_deleted(c, &key, Some(now)))
            .await
    }

    /// Takes an asset from the library without touching the service. Returns whether it was there.
    pub async fn forget(&self, key: AssetKey) -> Result<bool, QueueError> {
        self.0
            .writer
            .run(move |c| store::library::forget(c, &key))
            .await
    }

    /// What was done about a damaged file when this queue was opened.
    pub fn repair(&self) -> Option<&Repair> {
        self.0.repair.as_ref()
    }

    /// The folder that was opened.
    pub fn folder(&self) -> &Path {
        &self.0.folder
    }
}

/// What the sender uses.
impl Queue {
    pub(crate) fn writer(&self) -> &Writer {
        &self.0.writer
    }

    pub(crate) fn reader(&self) -> &Reader {
        &self.0.reader
    }

    pub(crate) fn throttle(&self) -> &Throttle {
        &self.0.throttle
    }

    pub(crate) fn surroundings(&self) -> &Surroundings {
        &self.0.surroundings
    }

    /// Notes why the last step of an upload could not be written down; `None` when it could.
    pub(crate) fn note_trouble(&self, error: Option<&QueueError>) {
        let mut trouble = self
            .0
            .trouble
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if trouble.is_some() || error.is_some() {
            *trouble = error.cloned();
            drop(trouble);
            self.0.writer.moved();
        }
    }

    /// A job's bytes moved.
    pub(crate) fn moved(&self, job: JobId, sent: u64, total: u64) {
        let mut live = self.0.live.lock().unwrap_or_else(PoisonError::into_inner);
        let progress = live.entry(job).or_insert(Progress { sent: 0, total });
        // another total means another file, which begins anew
        let before = if progress.total == total {
            progress.sent
        } else {
            0
        };
        *progress = Progress {
            sent: before.max(sent.min(total)),
            total,
        };
        drop(live);
        self.0.writer.moved();
    }

    /// A job is in its last state; the database says the rest.
    pub(crate) fn rests(&self, job: JobId) {
        self.0
            .live
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&job);
    }
}

/// Looks at the files beside the runtime and fills in the safe defaults.
async fn look(jobs: Vec<NewJob>) -> Result<Vec<Queued>, QueueError> {
    let work = move || jobs.into_iter().map(queued).collect();
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| QueueError::Closed)
}

fn queued(mut job: NewJob) -> Queued {
    job.params.entry("overwrite").or_insert(Value::Bool(false));
    if let Some(Value::String(id)) = job.params.remove("public_id") {
        job.public_id = PublicIdRule::Exact(id);
    }
    let identity = match (&job.source, job.identity) {
        (Source::File(_), Some(looked_at)) => Some(looked_at),
        (Source::File(path), None) => std::fs::metadata(path)
            .ok()
            .filter(std::fs::Metadata::is_file)
            .map(|metadata| FileIdentity::of(&metadata)),
        (Source::Url(_) | Source::Widget(_), _) => None,
    };
    Queued {
        job,
        identity,
        watch: None,
    }
}
