//! The audit log, for reading.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which entries are wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FindAudit {
    /// Words that stand in the entry; none for every entry.
    pub search: String,
    /// Only those before this [`AuditEntry::number`]; `null` begins with the newest.
    pub before: Option<u64>,
}

/// Entries, newest first; some hundred at most.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AuditView {
    /// The entries.
    pub entries: Vec<AuditEntry>,
    /// Whether older ones fit too.
    pub more: bool,
}

/// What was done, by whom and when; never with which values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AuditEntry {
    /// Its number, from 1.
    pub number: u64,
    /// Milliseconds since 1970.
    pub at: i64,
    /// The account's label at that time; `null` where it is about none.
    pub account: Option<String>,
    /// What was done, in the language spoken.
    pub what: String,
    /// Who asked, in the language spoken.
    pub who: String,
    /// The names of the parameters.
    pub names: Vec<String>,
}

/// Whether the log is as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AuditCheck {
    /// Whether every entry is there as it was written.
    pub sound: bool,
    /// The same in words, with the first place that is not.
    pub words: String,
}

/// What to make of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SaveAudit {
    /// The form of the copy.
    pub format: AuditFormat,
}

/// The forms of a copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum AuditFormat {
    /// A table.
    Csv,
    /// One JSON object a line.
    Json,
}
