//! The list: its shape comes with the snapshot, its rows are asked for by number.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::JobView;

/// Consecutive numbers of rows, in list order. A positive number is a job's; a negative one is a library entry's that no
/// job in the queue stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Run {
    /// The first number.
    pub first: i64,
    /// How many.
    pub count: u32,
}

/// Names rows by their numbers.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RowRefs {
    /// [`JobView::id`] of each; at most 200.
    pub ids: Vec<i64>,
}

/// Rows that exist.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Rows {
    /// In the order asked.
    pub rows: Vec<JobView>,
}

/// What to look for; what is empty or `null` does not narrow.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Find {
    /// Every word must occur in name, public ID, folder or tags; case does not matter.
    pub query: String,
    /// Where to look.
    pub scope: FindScope,
    /// [`super::AccountView::id`].
    pub account: Option<String>,
    /// A folder of the account (not of this computer), with those below it.
    pub folder: Option<String>,
    /// Exactly this tag.
    pub tag: Option<String>,
    /// `image`, `video` or `raw`; a row that waits may have no type yet.
    pub kind: Option<String>,
    /// Where rows stand; what is cancelled is nowhere.
    pub standing: Option<Standing>,
    /// First day (`2026-11-01`, here) or moment (RFC 3339): added then or later; in the library, uploaded.
    pub since: Option<String>,
    /// Last day or moment, included.
    pub until: Option<String>,
}

/// Where to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum FindScope {
    /// What is in the list, newest batch first.
    Queue,
    /// What was ever uploaded and was not deleted from the service, newest first.
    Library,
}

/// Where a row stands, coarsely.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Standing {
    /// Not at its end, and not waiting for the user.
    Open,
    /// A decision is needed.
    NeedsYou,
    /// Given up.
    Failed,
    /// Arrived.
    Done,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Found {
    /// In list order; none is empty.
    pub groups: Vec<FoundGroup>,
    /// Rows in all groups.
    pub count: u64,
}

/// Rows under one heading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FoundGroup {
    /// What they have in common.
    pub group: GroupKey,
    /// Their numbers in list order.
    pub runs: Vec<Run>,
}

/// What rows stand under.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "kind"
)]
pub enum GroupKey {
    /// A batch, when looking in the queue.
    Batch {
        /// [`super::BatchView::id`].
        id: i64,
    },
    /// A month, when looking in the library.
    Month {
        /// As in `2026-11`, by the calendar of this computer.
        month: String,
    },
}

/// What can be filtered by: at most 200 of each, most used first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Facets {
    /// Folders in the accounts.
    pub folders: Vec<String>,
    /// Tags.
    pub tags: Vec<String>,
}
