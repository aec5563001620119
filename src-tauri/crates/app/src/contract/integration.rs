//! Aloft in the file manager, as the page sees it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Problem;
use crate::integration::What;

/// How the entries in the file manager are.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct IntegrationView {
    /// Whether anything of ours is there.
    pub installed: bool,
    /// What is there and ours, in a fixed order.
    pub entries: Vec<IntegrationEntry>,
    /// Why there can be none here, or what is amiss with those that are there.
    pub problem: Option<Problem>,
}

/// One entry.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct IntegrationEntry {
    /// What it is to the user.
    pub what: What,
    /// Where it is, to be read.
    pub place: String,
}

/// Whether the entries are to be there.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SetIntegration {
    /// True installs them, false takes them away.
    pub on: bool,
}
