use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Problem;

/// Names rows by their numbers.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct JobRefs {
    /// [`super::JobView::id`] of each.
    pub ids: Vec<i64>,
}

/// What became of assets that were to be deleted from the service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Deleted {
    /// One for each row that was meant and had an asset, in the order given.
    pub assets: Vec<DeletedAsset>,
}

/// What became of one asset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DeletedAsset {
    /// [`super::JobView::id`].
    pub id: i64,
    /// The row's name.
    pub name: String,
    /// What became of it.
    pub outcome: DeleteOutcome,
    /// Whether its local file is there, so that it can be uploaded again.
    pub again: bool,
}

/// What became of the wish to delete an asset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "kind"
)]
pub enum DeleteOutcome {
    /// It is deleted.
    Deleted,
    /// The service had no such asset any more.
    AlreadyGone,
    /// The user was asked and kept it.
    Kept,
    /// It could not be deleted.
    Failed {
        /// Why.
        problem: Problem,
    },
}
