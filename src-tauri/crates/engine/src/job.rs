//! A job: one file or link on its way to one account.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::failure::Failure;
use crate::identity::FileIdentity;
use crate::kind::ResourceType;
use crate::receipt::{Receipt, Verification};

macro_rules! row_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(i64);

        impl $name {
            /// From the number, as it comes back from a front end.
            pub const fn new(number: i64) -> $name {
                $name(number)
            }

            /// The number.
            pub const fn get(self) -> i64 {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

pub(crate) use row_id;

row_id! {
    /// A job's number; never used again, also after the job was removed.
    JobId
}
row_id! {
    /// A batch's number.
    BatchId
}
row_id! {
    /// A watch's number; never used again.
    WatchId
}

/// Where the bytes come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A local file; the path need not be UTF-8.
    File(PathBuf),
    /// A link that the service fetches.
    Url(String),
    /// Sent by the Upload Widget, under this name: done from the start, and never sent from here.
    Widget(String),
}

/// How the public ID comes about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PublicIdRule {
    /// Cleaned file name, `_` and six random characters; chosen before the first byte is sent.
    #[default]
    NameAndRandom,
    /// Exactly this one.
    Exact(String),
    /// Made of the file by a rule such as `{name}-{random}`, see [`crate::PLACEHOLDERS`]; chosen before the first byte
    /// is sent.
    Pattern(String),
    /// The service chooses. After a doubtful attempt such a job asks the user, because nothing can be looked up.
    Service,
}

/// What to upload and how.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// The file or link.
    pub source: Source,
    /// What the file was when somebody looked whether it may be sent: only that is. `None` takes what is there when it is
    /// queued.
    pub identity: Option<FileIdentity>,
    /// The user's choice; `None` lets the queue decide from extension and first bytes.
    pub resource_type: Option<ResourceType>,
    /// How the public ID comes about.
    pub public_id: PublicIdRule,
    /// Upload parameters by the service's names. `overwrite` is set to false when absent.
    pub params: Map<String, Value>,
    /// Answer with the existing link when the same upload is in the library already.
    pub dedupe: bool,
    /// Send a copy without location data in the file's place.
    pub strip_location: bool,
}

impl NewJob {
    /// A job with the defaults: type decided by the queue, name and random part, no parameters, upload once.
    pub fn new(source: Source) -> NewJob {
        NewJob {
            source,
            identity: None,
            resource_type: None,
            public_id: PublicIdRule::NameAndRandom,
            params: Map::new(),
            dedupe: true,
            strip_location: false,
        }
    }
}

/// One job as the database holds it.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Its number.
    pub id: JobId,
    /// Its batch.
    pub batch: BatchId,
    /// Account ID.
    pub account: String,
    /// Cloud name of the account when the job was added.
    pub cloud_name: String,
    /// The file or link.
    pub source: Source,
    /// File name for people: lossy where it is not UTF-8, without control characters.
    pub name: String,
    /// Bytes; `None` while unknown (links, files that could not be looked at yet).
    pub size: Option<u64>,
    /// What the file was when it was queued or last accepted by the user.
    pub identity: Option<FileIdentity>,
    /// Where it stands.
    pub state: State,
    /// Bytes that the service acknowledged; never goes back while the file stays the same.
    pub sent: u64,
    /// Bytes to send; 0 while unknown.
    pub total: u64,
    /// Attempts that sent something or tried to.
    pub attempts: u32,
    /// When the next attempt is due, in `Waiting` and `WaitingForNetwork`.
    pub next_attempt_at: Option<Timestamp>,
    /// The last failure; kept while the job waits for another attempt.
    pub failure: Option<Failure>,
    /// What is stored, once known.
    pub receipt: Option<Receipt>,
    /// How far that was checked.
    pub verification: Verification,
    /// The receipt is an earlier upload's: nothing was sent.
    pub reused: bool,
    /// How the public ID comes about.
    pub public_id_rule: PublicIdRule,
    /// The chosen public ID, without the folder.
    pub public_id: Option<String>,
    /// The user's choice of resource type.
    pub requested_type: Option<ResourceType>,
    /// The type it is sent as, once decided.
    pub resource_type: Option<ResourceType>,
    /// Upload parameters.
    pub params: Map<String, Value>,
    /// Upload once.
    pub dedupe: bool,
    /// Whether a copy without location data is to be sent in the file's place.
    pub strip_location: bool,
    /// What came of that; `None` where it was not asked for, not done yet, or not possible and sent all the same.
    pub cleaned: Option<Cleaned>,
    /// MD5 of what is sent in hex, once known.
    pub md5: Option<String>,
    /// The watch that queued it, while that exists or when it came to an end before.
    pub watch: Option<WatchId>,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was done, failed or was cancelled.
    pub finished_at: Option<Timestamp>,
    /// When it was removed from the list; restorable for a day.
    pub removed_at: Option<Timestamp>,
    /// When its asset was deleted from the service through this program, as the library has it.
    pub deleted_at: Option<Timestamp>,
    /// What `step` remembers between attempts.
    pub(crate) course: Course,
}

/// A file whose location data was taken out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cleaned {
    /// Bytes that went; 0 where there was no location data.
    pub removed: u64,
    /// The copy that is sent; `None` where the file itself is.
    pub(crate) copy: Option<FileIdentity>,
}

impl Cleaned {
    /// One text of the database.
    pub(crate) fn to_text(self) -> String {
        let copy = self.copy.map(FileIdentity::to_text).unwrap_or_default();
        format!("{} {copy}", self.removed)
    }

    pub(crate) fn from_text(text: &str) -> Option<Cleaned> {
        let (removed, copy) = text.split_once(' ')?;
        Some(Cleaned {
            removed: removed.parse().ok()?,
            copy: FileIdentity::from_text(copy),
        })
    }
}

impl Job {
    /// The file whose bytes are sent, and what it must still be.
    pub(crate) fn sent_file(&self, folder: &Path) -> Option<(PathBuf, FileIdentity)> {
        let Source::File(path) = &self.source else {
            return None;
        };
        match self.cleaned.and_then(|cleaned| cleaned.copy) {
            Some(copy) => Some((crate::own::copy_of(folder, self.id), copy)),
            None => Some((path.clone(), self.identity?)),
        }
    }

    /// The whole public ID, with the folder that the parameters put in front of it.
    pub fn full_public_id(&self) -> Option<String> {
        self.public_id
            .as_ref()
            .map(|id| format!("{}{id}", crate::name::prefix(&self.params)))
    }

    /// Whether a watch queued it and it was passed over because its file went away or changed; the failure says so.
    pub fn is_skipped(&self) -> bool {
        crate::step::is_skipped(self)
    }

    /// The folder in the account; empty for none.
    pub fn folder(&self) -> String {
        crate::store::library::folder(&self.params)
    }

    /// Its tags.
    pub fn tags(&self) -> Vec<String> {
        crate::store::library::tags(&self.params)
    }

    /// Whether the user was told that the account's plan will refuse it, and sends it all the same.
    pub fn is_sent_over_limit(&self) -> bool {
        self.course.over_limit_agreed
    }

    /// `upload`, `private` or `authenticated`, from the parameters.
    pub fn delivery_type(&self) -> &str {
        self.params
            .get("type")
            .and_then(Value::as_str)
            .unwrap_or("upload")
    }
}

/// The part of a job that is nobody's business but `step`'s; one JSON value in the database.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Course {
    /// Failed attempts since the last progress.
    pub(crate) strikes: u32,
    /// When the first of them failed.
    pub(crate) first_strike_at: Option<Timestamp>,
    /// Attempts in a row that found no network.
    pub(crate) outages: u32,
    /// A request that would have completed the asset was begun, and nobody knows whether it arrived.
    pub(crate) doubtful: bool,
    /// Was refused as an image once and is sent as raw.
    pub(crate) tried_raw: bool,
    /// It was sent again although an earlier attempt may have arrived: that could not be asked, or was asked while the
    /// service was still at work on it.
    pub(crate) sent_in_doubt: bool,
    /// A chunked upload was begun anew once.
    pub(crate) started_over: bool,
    /// Somebody looked at the file and let this one be sent: no other takes its place, also when the user retries.
    pub(crate) held_to_file: bool,
    /// The user was told that the plan will refuse it, and sends it all the same.
    pub(crate) over_limit_agreed: bool,
    /// The user was told that its location data stays in it, and sends it all the same.
    pub(crate) location_agreed: bool,
    /// Present while the file is sent in chunks.
    pub(crate) plan: Option<Plan>,
}

/// A chunked upload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Plan {
    pub(crate) upload_id: String,
    pub(crate) chunk_size: u64,
    /// Half-open ranges that the service acknowledged: sorted, disjoint, not touching.
    pub(crate) acknowledged: Vec<(u64, u64)>,
    /// Half-open ranges under way; none while the job is in nobody's hands.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) in_flight: Vec<(u64, u64)>,
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// In line, or waiting for `next_attempt_at`.
    Waiting,
    /// Being looked at: file, type, public ID, earlier attempts.
    Preparing,
    /// Bytes are moving.
    Uploading,
    /// Everything was handed over; the answer is awaited.
    Finishing,
    /// Stored; see the verification.
    Done,
    /// Held by the user.
    Paused,
    /// There was no connection.
    WaitingForNetwork,
    /// A decision of the user is needed; see the failure.
    NeedsYou,
    /// Given up; see the failure.
    Failed,
    /// Given up by the user.
    Cancelled,
}

impl State {
    /// Every state.
    pub const ALL: [State; 10] = [
        State::Waiting,
        State::Preparing,
        State::Uploading,
        State::Finishing,
        State::Done,
        State::Paused,
        State::WaitingForNetwork,
        State::NeedsYou,
        State::Failed,
        State::Cancelled,
    ];

    /// The text in the database and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Waiting => "waiting",
            State::Preparing => "preparing",
            State::Uploading => "uploading",
            State::Finishing => "finishing",
            State::Done => "done",
            State::Paused => "paused",
            State::WaitingForNetwork => "waiting_for_network",
            State::NeedsYou => "needs_you",
            State::Failed => "failed",
            State::Cancelled => "cancelled",
        }
    }

    /// Left only by the user's explicit retry.
    pub fn is_terminal(self) -> bool {
        matches!(self, State::Done | State::Failed | State::Cancelled)
    }

    /// A sender has it in hand.
    pub fn is_active(self) -> bool {
        matches!(self, State::Preparing | State::Uploading | State::Finishing)
    }

    pub(crate) fn parse(text: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// Which jobs to list.
#[derive(Clone, Debug, Default)]
pub struct JobFilter {
    /// Of this account only.
    pub account: Option<String>,
    /// Of this batch only.
    pub batch: Option<BatchId>,
    /// In these states only; empty means all.
    pub states: Vec<State>,
    /// These jobs only; empty means all.
    pub ids: Vec<JobId>,
    /// Only those that a watch queued.
    pub watched: bool,
    /// Also those that were removed and can be restored.
    pub with_removed: bool,
    /// Newest first instead of oldest first.
    pub newest_first: bool,
    /// Only those that come after this one in the chosen order.
    pub after: Option<JobId>,
    /// At most so many.
    pub limit: Option<u32>,
}

/// Which jobs to control.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// One job.
    Job(JobId),
    /// These jobs.
    Jobs(Vec<JobId>),
    /// All jobs of a batch.
    Batch(BatchId),
    /// All jobs of an account, and the account itself.
    Account(String),
    /// Everything, and every account.
    All,
}

/// What to do with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// Hold. On an account or on everything: also what is added later.
    Pause,
    /// Go on. On an account or on everything: also clears the failure that stopped the account.
    Resume,
    /// Give up.
    Cancel,
    /// Try again now; accepts a changed file; clears the failure that stopped the account.
    Retry,
    /// Take from the list; restorable for a day.
    Remove,
    /// Undo a removal.
    Restore,
}

/// Live bytes of one job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Handed to the wire; never goes back.
    pub sent: u64,
    /// To send; 0 while unknown.
    pub total: u64,
}
