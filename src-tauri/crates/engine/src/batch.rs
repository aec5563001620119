//! Batches (what was added in one go) and what the queue knows about an account.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::failure::Failure;
use crate::job::{BatchId, JobId, NewJob, State};
use crate::throttle::RateLimit;

/// Jobs to add in one go.
#[derive(Clone, Debug)]
pub struct NewBatch {
    /// Account ID.
    pub account: String,
    /// Cloud name of the account.
    pub cloud_name: String,
    /// Words for a person, for example the name of the dropped folder.
    pub label: String,
    /// The jobs, in the order in which they are sent.
    pub jobs: Vec<NewJob>,
    /// What this batch may take of the line.
    pub limits: BatchLimits,
}

/// What a batch may take of the line; `None` leaves it to the account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BatchLimits {
    /// Requests at a time.
    pub concurrency: Option<u32>,
    /// Bytes a second.
    pub rate: Option<u64>,
}

/// What was added; committed to disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Added {
    /// The batch.
    pub batch: BatchId,
    /// The jobs, in the order given.
    pub jobs: Vec<JobId>,
}

/// One batch with the sums of its jobs (removed ones do not count).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Its number.
    pub id: BatchId,
    /// Account ID.
    pub account: String,
    /// Cloud name.
    pub cloud_name: String,
    /// Words for a person.
    pub label: String,
    /// When it was added.
    pub created_at: Timestamp,
    /// Number of jobs by state; states without jobs are absent.
    pub counts: BTreeMap<State, u64>,
    /// Acknowledged bytes.
    pub sent: u64,
    /// Known bytes to send.
    pub total: u64,
}

/// What the queue knows about an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountState {
    /// Account ID.
    pub account: String,
    /// Held by the user.
    pub paused: bool,
    /// The persistent failure that stopped sending, until resumed or retried.
    pub failure: Option<Failure>,
    /// The service asked to wait until then.
    pub hold_until: Option<Timestamp>,
    /// Most requests at a time, when the user chose; otherwise the sender's setting counts.
    pub concurrency: Option<u32>,
    /// The bandwidth that its uploads are held to.
    pub rate: RateLimit,
    /// Number of jobs by state; removed ones do not count.
    pub counts: BTreeMap<State, u64>,
}

/// Whether everything is locked: nobody sends then, whichever process it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    /// Whether it is.
    pub locked: bool,
    /// How often it was locked so far.
    pub times: u64,
}
