//! What the page sees: views made for showing, rebuilt from the queue and the accounts, never the
//! truth itself.

use engine::BatchId;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{HeldView, HereView, Problem, Run, SettingsView};
use crate::words::Words;

/// Everything the main window shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    /// Grows with every change; an older snapshot is never shown over a newer one.
    pub revision: u64,
    /// Aloft's own version.
    pub version: String,
    /// ISO 639-1 code of the language that windows, menus and dialogs speak now.
    pub language: String,
    /// All accounts, in the order they were added.
    pub accounts: Vec<AccountView>,
    /// [`AccountView::id`] of the one that new uploads go to.
    pub active: Option<String>,
    /// Where secrets are kept on this computer.
    pub store: StoreView,
    /// Whether Aloft is locked: it reads no secret, and uploads wait.
    pub locked: bool,
    /// Batches, newest first, each with the numbers of its rows; what is in a row is asked for by number.
    pub batches: Vec<BatchView>,
    /// Sums over all jobs.
    pub totals: Totals,
    /// How Aloft behaves.
    pub settings: SettingsView,
    /// What was added and waits until the user said how it is to be uploaded.
    pub held: Option<HeldView>,
    /// What this computer can do of it.
    pub here: HereView,
}

/// Where secrets are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StoreView {
    /// Whether the system's keyring answers; `null` before it was asked.
    pub keyring: Option<bool>,
    /// The store's own name, such as “Secret Service”.
    pub name: String,
    /// Why the keyring cannot be used, when it cannot.
    pub problem: Option<Problem>,
    /// How the file of secrets is.
    pub vault: VaultView,
}

/// How the file of secrets is that a passphrase protects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum VaultView {
    /// There is none.
    Absent,
    /// Its passphrase was not given yet.
    Locked,
    /// Its secrets can be used.
    Open,
}

/// How an account's links are built.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryView {
    /// A host name of one's own for links.
    pub secure_distribution: Option<String>,
    /// Whether the cloud has its own delivery host.
    pub private_cdn: bool,
    /// A host name of one's own for plain links.
    pub cname: Option<String>,
}

/// A second API key of an account, on its way in or out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RotationView {
    /// The key that is not in use: the new one before the switch, the old one after it.
    pub other_key: String,
    /// How far the change has come.
    pub stage: RotationStage,
}

/// How far a change of the API key has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum RotationStage {
    /// The new key is kept beside the one in use.
    Added,
    /// The service accepted the new key.
    Tested,
    /// The new key is in use; the old one is kept until the first upload with the new one.
    Switched,
    /// The secret of the other key is about to be erased.
    Erasing,
}

/// An account without its secret.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AccountView {
    /// Stable, short.
    pub id: String,
    /// What the user reads.
    pub label: String,
    /// The cloud name.
    pub cloud_name: String,
    /// Signed or unsigned, with what belongs to it.
    pub access: AccessView,
    /// The API's address, for people.
    pub host: String,
    /// Whether the service confirmed the values.
    pub verification: VerificationView,
    /// Where the account comes from.
    pub origin: OriginView,
    /// Where its secret is kept.
    pub keeping: KeepingView,
    /// How its links are built.
    pub delivery: DeliveryView,
    /// A second API key, while the key is being changed.
    pub rotation: Option<RotationView>,
    /// Trouble that concerns the whole account; its uploads wait.
    pub problem: Option<Problem>,
    /// Whether the user paused the account.
    pub paused: bool,
}

/// How an account may upload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "kind"
)]
pub enum AccessView {
    /// With a key and a secret that stays in Rust.
    Signed {
        /// The API key; not a secret.
        api_key: String,
        /// `sha1` or `sha256`.
        algorithm: String,
        /// `1` or `2`.
        signature_version: String,
        /// RFC 3339, since when this key has been in use here.
        since: String,
    },
    /// With a preset that allows unsigned uploads.
    Unsigned {
        /// The preset's name.
        upload_preset: String,
    },
}

/// Whether the service confirmed an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "state"
)]
pub enum VerificationView {
    /// Not asked yet, or not reachable.
    Unverified,
    /// Confirmed.
    Verified,
    /// Refused; the words say which value is wrong where that is known.
    Rejected {
        /// The service's refusal in our words.
        #[ts(type = "string")]
        reason: Words,
    },
}

/// Where an account comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum OriginView {
    /// Added by the user.
    Saved,
    /// From `CLOUDINARY_URL`, for this run only.
    Environment,
    /// The built-in sandbox.
    Sandbox,
}

/// Where an account's secret is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum KeepingView {
    /// In the system's keyring.
    Keyring,
    /// In memory until Aloft quits.
    Session,
    /// In the file that a passphrase protects.
    Vault,
    /// There is no secret.
    Nothing,
}

/// Files that were added together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BatchView {
    /// The batch's number.
    pub id: i64,
    /// [`AccountView::id`].
    pub account: String,
    /// A name such as a folder's; empty when there is none.
    pub label: String,
    /// RFC 3339, UTC.
    pub created_at: String,
    /// Jobs in it.
    pub count: u64,
    /// Jobs done.
    pub done: u64,
    /// Its rows, in list order.
    pub runs: Vec<Run>,
    /// Sums over its jobs.
    pub sums: Totals,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct JobView {
    /// The job's number; negative for an entry of the library that no job in the queue stands for.
    pub id: i64,
    /// [`BatchView::id`]; 0 for an entry of the library.
    pub batch: i64,
    /// [`AccountView::id`].
    pub account: String,
    /// The file's name, control characters replaced.
    pub name: String,
    /// What it was made from.
    pub origin: JobOrigin,
    /// Bytes, when known.
    pub size: Option<u64>,
    /// Where it stands.
    pub state: JobState,
    /// Bytes sent; never goes back.
    pub sent: u64,
    /// Bytes to send.
    pub total: u64,
    /// Why it does not move, when it does not.
    pub problem: Option<Problem>,
    /// One sentence on a job that waits and will probably be refused.
    #[ts(type = "string | null")]
    pub warning: Option<Words>,
    /// RFC 3339, when the next attempt is planned.
    pub next_attempt_at: Option<String>,
    /// The asset's link, when done and not deleted since.
    pub link: Option<String>,
    /// What was checked, when done.
    pub verified: Option<Verified>,
    /// One sentence on `verified`, when there is something to say.
    #[ts(type = "string | null")]
    pub verified_reason: Option<Words>,
    /// The same bytes were there already; nothing was sent.
    pub reused: bool,
    /// Bytes of location data that were taken out before it was sent; 0 where there was none.
    pub stripped: Option<u64>,
    /// Location data was to be taken out and could not be; it was sent on the user's word.
    pub location_kept: bool,
    /// image, video or raw, when known.
    pub resource_type: Option<String>,
    /// The public ID, when known.
    pub public_id: Option<String>,
    /// Pixels.
    pub width: Option<u64>,
    /// Pixels.
    pub height: Option<u64>,
    /// The folder in the account; empty for none.
    pub folder: String,
    /// Tags.
    pub tags: Vec<String>,
    /// RFC 3339, UTC: when it was added; of a library entry, when it was uploaded.
    pub at: String,
    /// Its asset was deleted from the service; there is no link any more.
    pub deleted: bool,
    /// RFC 3339: until then the upload can be taken back at once.
    pub undo_until: Option<String>,
}

/// What a job was made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum JobOrigin {
    /// A local file.
    File,
    /// A web address.
    Url,
    /// Cloudinary's Upload Widget: no resume, no MD5.
    Widget,
}

/// The states of `product.md` section 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum JobState {
    /// In the queue.
    Waiting,
    /// Being looked at and hashed.
    Preparing,
    /// Bytes are moving.
    Uploading,
    /// All bytes are sent; the service is working.
    Finishing,
    /// Arrived.
    Done,
    /// Held by the user.
    Paused,
    /// Held until the network is back.
    WaitingForNetwork,
    /// Held until the user decides.
    NeedsYou,
    /// Given up.
    Failed,
    /// Stopped by the user.
    Cancelled,
}

/// What was checked of a finished upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Verified {
    /// MD5 and response signature agree.
    Yes,
    /// Done, but something could not be checked or differs.
    No,
    /// Reported by the widget for an unsigned account; nothing to check it with.
    Reported,
}

/// Sums over jobs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Totals {
    /// Waiting or preparing.
    pub waiting: u64,
    /// Uploading or finishing.
    pub moving: u64,
    /// Done.
    pub done: u64,
    /// Failed.
    pub failed: u64,
    /// Needs the user.
    pub needs_you: u64,
    /// Paused.
    pub paused: u64,
    /// Bytes sent of the jobs that are not finished.
    pub sent_bytes: u64,
    /// Bytes of the jobs that are not finished.
    pub total_bytes: u64,
}

/// What happened to an attempt to add things.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AddReport {
    /// The batch that holds them; stays in Rust.
    #[serde(skip)]
    pub batch: Option<BatchId>,
    /// Jobs added.
    pub added: u64,
    /// What was not added, and why.
    pub skipped: Vec<Skipped>,
}

/// Something that was not added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Skipped {
    /// Its name as far as it can be shown.
    pub name: String,
    /// Why.
    pub problem: Problem,
}

/// Watched folders, in the order in which they were added.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Watches {
    /// All of them.
    pub watches: Vec<WatchView>,
}

/// A watched folder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WatchView {
    /// Its number.
    pub id: i64,
    /// [`AccountView::id`]; the account may have been removed since.
    pub account: String,
    /// Where it is, for reading only.
    pub place: String,
    /// The folder in the account that stands for it; empty for none.
    pub folder: String,
    /// Whether the folders in it are watched too.
    pub recursive: bool,
    /// Files in it that still change.
    pub settling: u64,
    /// Why nothing is uploaded from it now, when that is so.
    pub problem: Option<Problem>,
}

/// What is behind a row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct JobDetails {
    /// Where the file is, for reading only.
    pub place: String,
    /// The parameters that are or were sent, as JSON text.
    pub parameters: String,
    /// The receipt or the failure as JSON text, redacted.
    pub answer: String,
}

/// What the program tells the page unasked; at most ten a second, always recoverable by asking for
/// a snapshot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", tag = "kind", content = "value")]
pub enum Event {
    /// Something changed; the whole state.
    Snapshot(Box<Snapshot>),
    /// Rows looked at that are no longer as they were told.
    Rows(Vec<JobView>),
    /// Bytes moved, of rows looked at or not.
    Progress(Vec<Progress>),
    /// Something to say once.
    Notice(Notice),
    /// Whether something is being dragged over the window; the system tells only the program.
    Dragging(bool),
    /// Something outside the page asks for one of the page's actions; its id.
    Run(String),
}

/// Bytes of one job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// [`JobView::id`].
    pub id: i64,
    /// Bytes sent; never goes back.
    pub sent: u64,
    /// Bytes to send.
    pub total: u64,
}

/// Something to say once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", tag = "kind", content = "value")]
pub enum Notice {
    /// Things were dropped, picked or forwarded; this is what became of them.
    Added(AddReport),
    /// An account was added, by paste or by the secret window; its id.
    AccountAdded(String),
    /// The vault has its new passphrase.
    PassphraseChanged,
    /// So many accounts were written into a backup.
    Exported(u64),
    /// A backup is open, to be chosen from.
    BackupOpened,
    /// So many links were put on the clipboard.
    Copied(u64),
    /// Something failed that no row shows.
    Trouble(Problem),
}
