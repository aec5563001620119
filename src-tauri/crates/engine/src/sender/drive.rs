//! One job in hand: performs the errands that `step` gives, until there is none or the job is taken away.

mod request;

use std::collections::BTreeMap;
use std::path::Path;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use jiff::Timestamp;
use tokio::sync::{Notify, watch};

use super::{Desk, prepare};
use crate::batch::BatchLimits;
use crate::digest::Hashing;
use crate::failure::{Decision, Failure, FailureKind, Reason};
use crate::identity::FileIdentity;
use crate::job::{BatchId, Job, JobId, Plan, Source};
use crate::kind::ResourceType;
use crate::name;
use crate::own;
use crate::pace::Push;
use crate::queue::Queue;
use crate::step::{Digest, Effect, Input, Piece};
use crate::throttle::Scope;
use crate::transport::{Answer, Chunk, Part, PartSource, Wanted};
use request::{Stream, request};

pub(super) async fn drive(
    desk: Arc<Desk>,
    job: Job,
    limits: BatchLimits,
    effects: Vec<Effect>,
    mut stop: watch::Receiver<bool>,
) {
    let id = job.id;
    let live = Arc::new(Live::default());
    let mut driver = Driver {
        scopes: Arc::new([
            Scope::Everything,
            Scope::Account(job.account.clone()),
            Scope::Batch(job.batch),
        ]),
        width: limits.concurrency.map(|width| width.max(1) as usize),
        extras: Extras {
            desk: Arc::clone(&desk),
            batch: job.batch,
            held: 0,
        },
        desk: Arc::clone(&desk),
        job,
        live: Arc::clone(&live),
        hashing: None,
    };
    let last = tokio::select! {
        biased;
        _ = stop.wait_for(|stop| *stop) => None,
        () = driver.errands(effects) => Some(driver.job),
    };
    let last = match last {
        Some(job) => Some(job),
        // the requests in flight ended with the errands
        None => desk
            .apply(
                id,
                Input::Stopped {
                    all_sent: live.all_sent.load(Ordering::Relaxed),
                },
            )
            .await
            .map(|(job, _)| job),
    };
    if last.as_ref().is_none_or(|job| job.state.is_terminal()) {
        desk.queue.rests(id);
    }
    if last
        .as_ref()
        .is_none_or(|job| job.state.is_terminal() || job.removed_at.is_some())
    {
        let_go(&desk.queue, id, last.as_ref()).await;
    }
}

/// Removes the files that were there for this job alone; what fails is done by a sweep.
async fn let_go(queue: &Queue, id: JobId, job: Option<&Job>) {
    let folder = queue.folder().to_owned();
    let pasted = job.and_then(|job| own::pasted(&folder, job));
    if let Some(path) = pasted.map(Path::to_owned) {
        let work = move |c: &rusqlite::Connection| own::let_go_of_pasted(c, &path);
        if let Err(error) = queue.reader().run(work).await {
            tracing::warn!(%error, "what was pasted and has arrived was not removed");
        }
    }
    drop(tokio::task::spawn_blocking(move || own::let_go(&folder, id)).await);
}

/// Bytes of a job.
#[derive(Default)]
struct Moving {
    /// Of requests that are through.
    through: u64,
    /// Of each request under way, by its first byte.
    under_way: BTreeMap<u64, u64>,
}

impl Moving {
    fn sum(&self) -> u64 {
        self.through + self.under_way.values().sum::<u64>()
    }
}

/// What is known of the requests in flight.
struct Live {
    moving: Mutex<Moving>,
    /// Whether the completing request was handed over whole.
    all_sent: AtomicBool,
    all_out: Notify,
}

impl Default for Live {
    fn default() -> Live {
        Live {
            moving: Mutex::default(),
            // nothing is in flight: an earlier attempt stays as doubtful as it was
            all_sent: AtomicBool::new(true),
            all_out: Notify::new(),
        }
    }
}

impl Live {
    fn moving(&self) -> MutexGuard<'_, Moving> {
        self.moving.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Requests beyond the first; given back when the job is out of hand, however it comes to that.
struct Extras {
    desk: Arc<Desk>,
    batch: BatchId,
    held: usize,
}

impl Extras {
    /// Takes what there is room for now, which may be less than before: requests under way end by themselves.
    fn share(&mut self, width: Option<usize>) {
        self.held = self.desk.gate.share(self.batch, self.held, width);
    }

    /// Room for that many requests in all, at least one.
    fn keep(&mut self, open: usize) {
        let needed = open.saturating_sub(1);
        self.desk
            .gate
            .give_back(self.batch, self.held.saturating_sub(needed));
        self.held = self.held.min(needed);
    }
}

impl Drop for Extras {
    fn drop(&mut self) {
        self.desk.gate.give_back(self.batch, self.held);
    }
}

struct Driver {
    desk: Arc<Desk>,
    job: Job,
    live: Arc<Live>,
    hashing: Option<Hashing>,
    scopes: Arc<[Scope; 3]>,
    /// Requests that the batch allows at a time.
    width: Option<usize>,
    extras: Extras,
}

/// A request that ended.
struct Ended {
    piece: Piece,
    began: Timestamp,
    answer: Result<Answer, Failure>,
}

type Flights = FuturesUnordered<Pin<Box<dyn Future<Output = Ended> + Send>>>;

impl Driver {
    async fn errands(&mut self, effects: Vec<Effect>) {
        let mut effects = effects;
        let mut flights = Flights::new();
        // what failed beside other requests waits until those are through: their bytes are not thrown away
        let mut trouble: Option<Input> = None;
        loop {
            let mut input = None;
            for effect in &effects {
                match effect {
                    Effect::Prepare => {
                        self.hashing = None;
                        input = Some(prepare::look(&self.desk, &self.job).await);
                    }
                    Effect::Ask => input = Some(self.ask().await),
                    Effect::Send(piece) => input = self.send(piece.clone(), &flights),
                    Effect::Shelve
                    | Effect::StopAccount(_)
                    | Effect::HoldAccount(_)
                    | Effect::NetworkIsBack => {}
                }
            }
            if input.is_none() {
                input = match flights.next().await {
                    Some(ended) => Some(self.landed(ended, trouble.is_some()).await),
                    None => trouble.take(),
                };
            }
            let Some(mut input) = input else {
                return;
            };
            if matches!(input, Input::Failed { .. }) && !flights.is_empty() {
                trouble = Some(worse(trouble, input));
                effects = Vec::new();
                continue;
            }
            if is_locked(&input) {
                input = Input::Stopped {
                    all_sent: self.live.all_sent.load(Ordering::Relaxed),
                };
            }
            self.widen(&mut input, flights.len(), trouble.is_some());
            let Some((job, next)) = self.desk.apply(self.job.id, input).await else {
                return;
            };
            self.job = job;
            effects = next;
            let begun = effects
                .iter()
                .filter(|effect| matches!(effect, Effect::Send(_)));
            self.extras.keep(flights.len() + begun.count());
        }
    }

    /// Says how many more requests there is room for.
    fn widen(&mut self, input: &mut Input, open: usize, in_trouble: bool) {
        if let Input::ChunkAccepted { room, .. } = input
            && !in_trouble
        {
            self.extras.share(self.width);
            *room = (1 + self.extras.held).saturating_sub(open);
        }
        if let Input::Prepared(prepared) = input
            && self.job.course.plan.is_some()
        {
            self.extras.share(self.width);
            prepared.extra = self.extras.held;
        }
    }

    async fn ask(&mut self) -> Input {
        let wanted = Wanted::of(&self.job);
        self.live.all_sent.store(true, Ordering::Relaxed);
        self.start_hashing();
        match self.desk.transport.find(&wanted).await {
            Ok(Some(receipt)) => Input::Found {
                receipt: Some(receipt),
                digest: self.digest().await,
            },
            Ok(None) => Input::Found {
                receipt: None,
                digest: Digest::NoFile,
            },
            Err(failure) => Input::AskFailed {
                failure,
                fraction: self.desk.fraction(),
            },
        }
    }

    /// Begins a request; answers at once only if there is nothing to send.
    fn send(&mut self, piece: Piece, flights: &Flights) -> Option<Input> {
        let Some(source) = self.source(&piece) else {
            return Some(self.gone());
        };
        // of a link nobody knows how far the service is
        let is_link = matches!(source, PartSource::Url(_));
        self.live.all_sent.store(is_link, Ordering::Relaxed);
        {
            let mut moving = self.live.moving();
            moving.through = self.job.course.plan.as_ref().map_or(0, Plan::bytes);
            moving.under_way.insert(piece.first, 0);
        }
        self.start_hashing();
        let part = Part {
            job: self.job.id,
            source,
            file_name: name::file_name(&self.job.source),
            resource_type: self.job.resource_type.unwrap_or(ResourceType::Raw),
            public_id: self.job.public_id.clone(),
            params: self.job.params.clone(),
            chunk: piece.upload_id.as_ref().map(|upload_id| Chunk {
                upload_id: upload_id.clone(),
                first: piece.first,
                last: piece.first + piece.length.saturating_sub(1),
                total: self.job.total,
            }),
        };
        let stream = Stream {
            desk: Arc::clone(&self.desk),
            live: Arc::clone(&self.live),
            scopes: Arc::clone(&self.scopes),
            id: self.job.id,
            total: self.job.total,
            piece,
        };
        flights.push(Box::pin(request(part, stream)));
        None
    }

    fn gone(&self) -> Input {
        let name = self.job.name.clone();
        Input::Failed {
            failure: Failure::permanent(FailureKind::SourceMissing, Reason::Left { name }),
            moved: 0,
            all_sent: false,
            fraction: self.desk.fraction(),
        }
    }

    async fn landed(&mut self, ended: Ended, in_trouble: bool) -> Input {
        let Ended {
            piece,
            began,
            answer,
        } = ended;
        let moved = {
            let mut moving = self.live.moving();
            let moved = moving.under_way.remove(&piece.first).unwrap_or(0);
            moving.through += answer.as_ref().map_or(0, |_| piece.length);
            moved
        };
        let now = self.desk.now();
        match answer {
            Ok(answer) => {
                self.desk.gate.answered(began, now, piece.length);
                match answer {
                    Answer::ChunkAccepted => Input::ChunkAccepted {
                        first: piece.first,
                        end: piece.first + piece.length,
                        room: usize::from(!in_trouble),
                        fraction: self.desk.fraction(),
                    },
                    Answer::Stored(receipt) => {
                        self.live.all_sent.store(true, Ordering::Relaxed);
                        Input::Stored {
                            receipt,
                            digest: self.digest().await,
                        }
                    }
                }
            }
            Err(failure) => {
                let failure = self.about_the_copy(failure);
                if let Some(push) = Push::of(&failure) {
                    self.desk.gate.pushed_back(push, began, now);
                }
                Input::Failed {
                    failure,
                    moved,
                    all_sent: self.live.all_sent.load(Ordering::Relaxed),
                    fraction: self.desk.fraction(),
                }
            }
        }
    }

    fn source(&self, piece: &Piece) -> Option<PartSource> {
        match &self.job.source {
            Source::Url(url) => Some(PartSource::Url(url.clone())),
            Source::Widget(_) => None,
            Source::File(_) => {
                let (path, identity) = self.job.sent_file(self.desk.queue.folder())?;
                Some(PartSource::File {
                    path,
                    identity,
                    first: piece.first,
                    length: piece.length,
                })
            }
        }
    }

    /// A copy of ours that went away is made anew; the user's file is not at fault.
    fn about_the_copy(&self, failure: Failure) -> Failure {
        let is_of_source = matches!(
            failure.kind,
            FailureKind::SourceMissing | FailureKind::SourceChanged | FailureKind::SourceUnreadable
        );
        let has_copy = self
            .job
            .cleaned
            .is_some_and(|cleaned| cleaned.copy.is_some());
        if !is_of_source || !has_copy {
            return failure;
        }
        let name = self.job.name.clone();
        Failure::temporary(FailureKind::Disk, None, Reason::CopyGone { name })
    }

    /// Reads beside the sending; once per file, however many chunks.
    fn start_hashing(&mut self) {
        if let (Some((path, identity)), None, None) = (
            self.job.sent_file(self.desk.queue.folder()),
            &self.hashing,
            &self.job.md5,
        ) {
            self.hashing = Some(Hashing::start(path, identity));
        }
    }

    /// The MD5 of what was sent, if the file is still the same.
    async fn digest(&mut self) -> Digest {
        let Some((path, identity)) = self.job.sent_file(self.desk.queue.folder()) else {
            return Digest::NoFile;
        };
        if let Some(hashing) = self.hashing.take() {
            return match hashing.finish().await {
                Some(digested) if digested.unchanged => Digest::Md5(digested.md5),
                Some(_) | None => Digest::Changed,
            };
        }
        let current = tokio::task::spawn_blocking(move || {
            std::fs::metadata(path).map(|metadata| FileIdentity::of(&metadata))
        })
        .await;
        match (current, &self.job.md5) {
            (Ok(Ok(current)), Some(md5)) if current == identity => Digest::Md5(md5.clone()),
            (_, _) => Digest::Changed,
        }
    }
}

/// The transport may hear of a lock before the sender does. That is no failure of the file: it goes back in line.
fn is_locked(input: &Input) -> bool {
    let (Input::Failed { failure, .. } | Input::AskFailed { failure, .. }) = input else {
        return false;
    };
    failure.kind == FailureKind::Locked
}

/// Of two failures of one file the one that decides: what ends it, before what only delays it.
fn worse(first: Option<Input>, second: Input) -> Input {
    match (first, second) {
        (
            Some(Input::Failed {
                failure,
                moved,
                all_sent,
                fraction,
            }),
            Input::Failed { failure: later, .. },
        ) if failure.decision != Decision::Permanent && later.decision == Decision::Permanent => {
            Input::Failed {
                failure: later,
                moved,
                all_sent,
                fraction,
            }
        }
        (Some(first), _) => first,
        (None, second) => second,
    }
}
