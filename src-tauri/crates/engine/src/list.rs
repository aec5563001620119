//! The list as a shape: which rows there are and in which order, without what is in them.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::batch::Batch;
use crate::job::{BatchId, State};
use crate::kind::ResourceType;

/// Consecutive numbers. A positive one is a job's; a negative one is a library entry's with the sign turned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// The first.
    pub first: i64,
    /// How many.
    pub count: u32,
}

impl Run {
    /// Puts a number behind the others.
    pub(crate) fn push(runs: &mut Vec<Run>, id: i64) {
        match runs.last_mut() {
            Some(run) if run.count < u32::MAX && run.first + i64::from(run.count) == id => {
                run.count += 1;
            }
            Some(_) | None => runs.push(Run {
                first: id,
                count: 1,
            }),
        }
    }
}

/// A batch and its jobs' numbers in list order; removed ones are not among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The batch with its sums.
    pub batch: Batch,
    /// Its jobs.
    pub runs: Arc<[Run]>,
}

/// What of a choice of rows has a link.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Linked {
    /// How many there are of each type and format; raw assets have no format.
    pub kinds: HashMap<(ResourceType, Option<String>), usize>,
    /// The first of them, by number.
    pub first: Vec<i64>,
    /// The first picture.
    pub picture: Option<i64>,
    /// How many others had one until they were deleted from the service.
    pub deleted: usize,
}

impl Linked {
    /// How many have a link.
    pub fn count(&self) -> usize {
        self.kinds.values().sum()
    }
}

/// Where to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Jobs that are not removed, newest batch first.
    Queue,
    /// What was ever uploaded and not deleted from the service since, newest first.
    Library,
}

/// What to look for; what is empty or `None` does not narrow.
#[derive(Clone, Debug)]
pub struct Search {
    /// Where to look.
    pub scope: Scope,
    /// Every word must occur in name, public ID, folder or tags; case does not matter.
    pub words: String,
    /// Of this account only.
    pub account: Option<String>,
    /// In this folder or one below it.
    pub folder: Option<String>,
    /// With exactly this tag.
    pub tag: Option<String>,
    /// Of this type; a job that waits has none before it was looked at, unless the user chose one.
    pub kind: Option<ResourceType>,
    /// In one of these states.
    pub states: Vec<State>,
    /// Added (in the library: uploaded) then or later.
    pub since: Option<Timestamp>,
    /// Before then.
    pub before: Option<Timestamp>,
    /// Where months begin.
    pub zone: TimeZone,
}

impl Search {
    /// Everything of a scope.
    pub fn of(scope: Scope) -> Search {
        Search {
            scope,
            words: String::new(),
            account: None,
            folder: None,
            tag: None,
            kind: None,
            states: Vec::new(),
            since: None,
            before: None,
            zone: TimeZone::UTC,
        }
    }
}

/// What rows stand under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Heading {
    /// In the queue: their batch.
    Batch(BatchId),
    /// In the library: year and month of the upload.
    Month(i16, i8),
}

/// Found rows in list order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What they have in common.
    pub heading: Heading,
    /// The rows.
    pub runs: Vec<Run>,
}

/// What can be filtered by, most used first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facets {
    /// Folders of library and queue.
    pub folders: Vec<String>,
    /// Tags of library and queue.
    pub tags: Vec<String>,
}
