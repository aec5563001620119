//! The decisions: `step(job, input, now)` is pure, and nothing about a job is decided anywhere else.
//!
//! The store runs it inside a transaction and writes the job and the account-wide effects; the sender performs the
//! errands (`Prepare`, `Ask`, `Send`) and comes back with the next input.

mod pieces;
mod retry;
mod settle;
#[cfg(test)]
mod tests;
mod verbs;
mod watched;

use jiff::Timestamp;

use crate::failure::{Failure, FailureKind, Reason};
use crate::identity::FileIdentity;
use crate::job::{Cleaned, Job, Plan, Source, State, Verb};
use crate::kind::ResourceType;
use crate::name;
use crate::receipt::{Receipt, Verification};

pub use retry::RetryRules;
pub(crate) use watched::is_skipped;

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Input {
    /// The sender takes it in hand.
    Picked,
    /// The file was looked at.
    Prepared(Prepared),
    /// An earlier upload of the same bytes answers for this job.
    Reused {
        receipt: Receipt,
        verification: Verification,
    },
    /// The last byte of the completing request was handed over.
    AllSent,
    /// The service has this range (half-open); `room` more requests may begin.
    ChunkAccepted {
        first: u64,
        end: u64,
        room: usize,
        fraction: f64,
    },
    /// The service answered with the asset.
    Stored { receipt: Receipt, digest: Digest },
    /// The service was asked about an earlier attempt.
    Found {
        receipt: Option<Receipt>,
        digest: Digest,
    },
    /// Asking failed.
    AskFailed { failure: Failure, fraction: f64 },
    /// An attempt failed.
    Failed {
        failure: Failure,
        moved: u64,
        all_sent: bool,
        fraction: f64,
    },
    /// The sender let go of it on purpose.
    Stopped { all_sent: bool },
    /// A sender found it in the hands of a dead one.
    Recovered,
    /// A person said so.
    User(Verb),
}

impl Input {
    /// The kind alone, for the names of crash points.
    pub(crate) fn name(&self) -> String {
        let mut name = format!("{self:?}");
        name.truncate(
            name.find(|c: char| !c.is_alphanumeric())
                .unwrap_or(name.len()),
        );
        name
    }
}

/// What is known of a file before it is sent.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Prepared {
    /// `None` for links.
    pub(crate) identity: Option<FileIdentity>,
    /// Time or inode are not what they were when it was queued, and the bytes are: their MD5 is the known one.
    pub(crate) same_bytes: bool,
    /// The type that name and first bytes suggest.
    pub(crate) guess: Option<ResourceType>,
    /// At least 22 random characters; the first six go into the public ID, the rest is the upload ID.
    pub(crate) letters: String,
    /// The MD5, where it was needed ahead.
    pub(crate) md5: Option<String>,
    /// Files above are sent in chunks.
    pub(crate) large_above: u64,
    /// Bytes of a chunk.
    pub(crate) chunk_size: u64,
    /// Requests that may begin, beside the first.
    pub(crate) extra: usize,
    /// Another job of the same file, which may have arrived.
    pub(crate) twin: Option<Twin>,
    /// The copy that is sent in its place, where one was asked for.
    pub(crate) cleaned: Option<Cleaned>,
}

/// What another job was sent as. Sent under the same name, a file that is there already is not stored a second time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Twin {
    pub(crate) public_id: String,
    pub(crate) resource_type: ResourceType,
    pub(crate) tried_raw: bool,
}

/// The file's MD5 at the end of the sending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Digest {
    /// In hex.
    Md5(String),
    /// The file is no longer what was sent.
    Changed,
    /// There is no local file.
    NoFile,
}

/// What follows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Effect {
    /// Errand: look at the file.
    Prepare,
    /// Errand: ask whether an earlier attempt arrived.
    Ask,
    /// Errand: send this, beside what is under way.
    Send(Piece),
    /// Write the asset to the library.
    Shelve,
    /// Stop sending for the account until a person has acted.
    StopAccount(Failure),
    /// Send nothing for the account until then.
    HoldAccount(Timestamp),
    /// The service answers: jobs that wait for the network may go on.
    NetworkIsBack,
}

/// The range of one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) first: u64,
    pub(crate) length: u64,
    /// Present when chunked.
    pub(crate) upload_id: Option<String>,
    /// With this request the asset is complete.
    pub(crate) completes: bool,
}

/// Decides. `job` is the job as stored, the result is the job to store and what follows.
pub(crate) fn step(
    job: Job,
    input: Input,
    now: Timestamp,
    rules: &RetryRules,
) -> (Job, Vec<Effect>) {
    let mut job = job;
    let effects = match input {
        Input::Picked => picked(&mut job),
        Input::Prepared(prepared) if job.state == State::Preparing => {
            prepare(&mut job, prepared, now)
        }
        Input::Reused {
            receipt,
            verification,
        } if job.state == State::Preparing => reused(&mut job, receipt, verification, now),
        Input::AllSent => all_sent(&mut job),
        Input::ChunkAccepted {
            first,
            end,
            room,
            fraction,
        } => pieces::accepted(&mut job, first, end, room)
            .unwrap_or_else(|failure| retry::failed(&mut job, failure, 0, fraction, now, rules)),
        Input::Stored { receipt, digest } => settle::stored(&mut job, receipt, &digest, now),
        Input::Found { receipt, digest } if job.state == State::Preparing => {
            settle::found(&mut job, receipt, &digest, now)
        }
        Input::AskFailed { failure, fraction } if job.state == State::Preparing => {
            retry::asking_failed(&mut job, failure, fraction, now, rules)
        }
        Input::Failed {
            failure,
            moved,
            all_sent,
            fraction,
        } if job.state.is_active() => {
            if job.state != State::Preparing {
                retry::settle_doubt(&mut job, &failure, all_sent);
            }
            retry::failed(&mut job, failure, moved, fraction, now, rules)
        }
        Input::Stopped { all_sent } => stopped(&mut job, all_sent),
        Input::Recovered => recovered(&mut job),
        Input::User(verb) => verbs::user(&mut job, verb, now),
        // an answer that came after the job was taken out of the sender's hands
        Input::Prepared(_)
        | Input::Reused { .. }
        | Input::Found { .. }
        | Input::AskFailed { .. }
        | Input::Failed { .. } => Vec::new(),
    };
    if !matches!(job.state, State::Uploading | State::Finishing)
        && let Some(plan) = &mut job.course.plan
    {
        plan.in_flight.clear();
    }
    (job, effects)
}

fn picked(job: &mut Job) -> Vec<Effect> {
    if job.removed_at.is_some() || !matches!(job.state, State::Waiting | State::WaitingForNetwork) {
        return Vec::new();
    }
    job.state = State::Preparing;
    job.next_attempt_at = None;
    vec![Effect::Prepare]
}

fn prepare(job: &mut Job, prepared: Prepared, now: Timestamp) -> Vec<Effect> {
    if let (Some(queued), Some(current)) = (job.identity, prepared.identity)
        && !prepared.same_bytes
        && (!queued.is(&current) || queued != current && job.md5.is_some())
    {
        if watched::skips(job, FailureKind::SourceChanged) {
            return watched::skip(job, FailureKind::SourceChanged, now);
        }
        return needs_you(job, changed(job));
    }
    if let Some(identity) = prepared.identity {
        let copy = |cleaned: Option<Cleaned>| cleaned.and_then(|cleaned| cleaned.copy);
        let (before, copy) = (copy(job.cleaned), copy(prepared.cleaned));
        if before.map(|copy| copy.size) != copy.map(|copy| copy.size) {
            // parts of other bytes
            job.course.plan = None;
        }
        job.cleaned = prepared.cleaned;
        job.identity = Some(identity);
        let size = copy.map_or(identity.size, |copy| copy.size);
        job.size = Some(size);
        job.total = size;
    }
    job.md5 = prepared.md5.or(job.md5.take());
    if let Some(twin) = prepared.twin
        && !job.course.sent_in_doubt
    {
        // parts alone are no asset: they are sent again, under the other name
        job.course.plan = None;
        job.public_id = Some(twin.public_id);
        job.resource_type = Some(twin.resource_type);
        job.course.tried_raw = twin.tried_raw;
        job.course.sent_in_doubt = true;
    }
    let kind = *job.resource_type.get_or_insert(
        job.requested_type
            .or(prepared.guess)
            .unwrap_or(ResourceType::Raw),
    );
    let (random, upload_id) = prepared
        .letters
        .split_at_checked(name::RANDOM)
        .unwrap_or((&prepared.letters, ""));
    if job.public_id.is_none() {
        let rule = &job.public_id_rule;
        job.public_id = rule.public_id(&job.source, kind, random, &job.params);
    }
    let is_file = matches!(job.source, Source::File(_));
    if is_file && job.total > prepared.large_above && job.course.plan.is_none() {
        job.course.plan = Some(Plan {
            upload_id: upload_id.to_owned(),
            chunk_size: prepared.chunk_size.max(1),
            acknowledged: Vec::new(),
            in_flight: Vec::new(),
        });
    }
    match (job.course.doubtful, &job.public_id) {
        (false, _) => send(job, 1 + prepared.extra),
        (true, Some(_)) if kind != ResourceType::Auto => vec![Effect::Ask],
        (true, _) => needs_you(job, unknowable(&job.name)),
    }
}

/// Begins an attempt with up to `room` requests.
fn send(job: &mut Job, room: usize) -> Vec<Effect> {
    job.attempts = job.attempts.saturating_add(1);
    send_next(job, room)
}

/// Begins up to `room` more requests. A completing request is doubtful from before its first byte.
fn send_next(job: &mut Job, room: usize) -> Vec<Effect> {
    let pieces = pieces::begin(job, room);
    job.state = State::Uploading;
    job.course.doubtful = pieces.iter().any(|piece| piece.completes);
    pieces.into_iter().map(Effect::Send).collect()
}

fn reused(
    job: &mut Job,
    receipt: Receipt,
    verification: Verification,
    now: Timestamp,
) -> Vec<Effect> {
    job.reused = true;
    finish(job, receipt, verification, now);
    Vec::new()
}

fn all_sent(job: &mut Job) -> Vec<Effect> {
    if job.state == State::Uploading && job.course.doubtful {
        job.state = State::Finishing;
    }
    Vec::new()
}

fn stopped(job: &mut Job, all_sent: bool) -> Vec<Effect> {
    job.course.doubtful &= all_sent;
    recovered(job)
}

fn recovered(job: &mut Job) -> Vec<Effect> {
    if job.state.is_active() {
        job.state = State::Waiting;
    }
    Vec::new()
}

fn finish(job: &mut Job, receipt: Receipt, verification: Verification, now: Timestamp) {
    job.size = job.size.or(receipt.bytes);
    job.total = job.size.unwrap_or(0);
    job.sent = job.total;
    job.state = State::Done;
    job.receipt = Some(receipt);
    job.verification = verification;
    end(job, now);
    job.failure = None;
    job.course = Default::default();
}

fn needs_you(job: &mut Job, failure: Failure) -> Vec<Effect> {
    job.state = State::NeedsYou;
    job.next_attempt_at = None;
    job.failure = Some(failure);
    Vec::new()
}

/// Marks the end of the way, whichever it is.
fn end(job: &mut Job, now: Timestamp) {
    job.finished_at = Some(now);
    job.next_attempt_at = None;
}

fn changed(job: &Job) -> Failure {
    let name = job.name.clone();
    let reason = match job.course.held_to_file {
        true => Reason::ChangedSinceAllowed { name },
        false => Reason::ChangedSinceQueued { name },
    };
    Failure::permanent(FailureKind::SourceChanged, reason)
}

fn unknowable(name: &str) -> Failure {
    let name = name.to_owned();
    Failure::permanent(FailureKind::Incomplete, Reason::Unknowable { name })
}
