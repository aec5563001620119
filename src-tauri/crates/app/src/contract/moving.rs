//! Accounts that come from elsewhere and go there, without their secrets and without a path to give back.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Problem;

/// Names accounts by their stable ids.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AccountRefs {
    /// [`super::AccountView::id`] of each.
    pub ids: Vec<String>,
}

/// What is in the backup that was opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BackupView {
    /// When it was made; milliseconds since 1970.
    pub made_at: i64,
    /// Its accounts.
    pub accounts: Vec<BackupAccount>,
}

/// One account of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BackupAccount {
    /// Its number in the backup.
    pub number: usize,
    /// What it was called.
    pub label: String,
    /// Its cloud.
    pub cloud_name: String,
    /// Its API key, or its upload preset.
    pub entrance: String,
    /// The label of the account with the same cloud and key that is here already.
    pub here: Option<String>,
    /// What it will be called, where its label is taken.
    pub renamed: Option<String>,
}

/// Which accounts of the opened backup come back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RestoreAccounts {
    /// [`BackupAccount::number`] of each.
    pub numbers: Vec<usize>,
    /// Whether those that are here already take the backup's secret.
    pub renew: bool,
}

/// What became of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RestoredView {
    /// How many came back.
    pub restored: usize,
    /// How many were here and stay as they were.
    pub skipped: usize,
    /// Those that could not, with the first reason.
    pub failed: Vec<Problem>,
}

/// How to look for secrets that lie about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LookAround {
    /// Whether the system's dialog asks for files to look into too.
    pub pick: bool,
}

/// What lies about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LyingAbout {
    /// Accounts whose secrets lie about.
    pub accounts: Vec<LyingView>,
    /// What looked like one and cannot be taken over.
    pub not_taken: Vec<NotTakenView>,
    /// Places that could not be read.
    pub troubles: Vec<Problem>,
}

/// An account whose secret lies about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LyingView {
    /// Its number in this list.
    pub number: usize,
    /// The kind of place.
    pub found_in: FoundInView,
    /// The file and line, for reading only; `null` for the environment.
    pub place: Option<String>,
    /// What it is called there.
    pub name: String,
    /// Its cloud.
    pub cloud_name: String,
    /// Its API key.
    pub api_key: String,
    /// Where it sends to, where that is neither Cloudinary's own nor this computer.
    pub host: Option<String>,
    /// Whether git has the file.
    pub git: TrackingView,
    /// Its variable is one that tools hand to every visitor of a web page.
    pub public: bool,
    /// The label of the account that is saved with this cloud and key.
    pub saved_as: Option<String>,
}

/// The kinds of places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum FoundInView {
    /// The environment of this program.
    Environment,
    /// A file of variables.
    DotEnv,
    /// The configuration of `cld`.
    Cld,
    /// The configuration of rclone.
    Rclone,
    /// The configuration of the VS Code extension.
    VsCode,
}

/// What git knows of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum TrackingView {
    /// Nothing: it is in no repository.
    None,
    /// It is in one that does not have it now.
    Untracked,
    /// The repository has it, and its history.
    Tracked,
    /// That could not be found out.
    Unknown,
}

/// Something that looked like an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NotTakenView {
    /// The file and line, for reading only; `null` for the environment.
    pub place: Option<String>,
    /// What it is called there.
    pub name: String,
    /// Why it cannot be taken over.
    pub why: String,
}

/// Names one of [`LyingAbout::accounts`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LyingRef {
    /// [`LyingView::number`].
    pub number: usize,
}
