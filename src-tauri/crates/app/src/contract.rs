//! The one place where the wire between the program and its page is declared: commands, their
//! arguments and answers, and the events. `ui/src/backend/contract.ts` is generated from here.
//!
//! Nothing in this file may carry a secret or accept a file path: the page shows names and asks
//! by number.

mod agent;
mod audit;
mod care;
mod choices;
#[macro_use]
mod macros;
mod deleted;
mod integration;
mod limits;
mod links;
mod list;
mod moving;
mod places;
mod problem;
mod settings;
mod typescript;
mod views;
mod widget;

pub use agent::{AgentView, ClientRef, ClientView, EditClient, MakeToken, SetAgent};
pub use audit::{AuditCheck, AuditEntry, AuditFormat, AuditView, FindAudit, SaveAudit};
pub use care::{BeginRotation, EditAccount, KeepSecret, Kept, Rotate, RotationWish};
pub use choices::{
    Add, AddFrom, CheckChoices, CheckedChoices, ChoiceExample, ChoiceFault, ChoiceField, Choices,
    ChoicesView, ContextPair, DeliveryChoice, HeldView, MetadataField, MetadataKind,
    MetadataOption, MetadataValue, PublicIdChoice, PutBack, PutBackRef, ResourceChoice, SetChoices,
    Suggest, Suggested, Suggestions,
};
pub use deleted::{DeleteOutcome, Deleted, DeletedAsset, JobRefs};
pub use integration::{IntegrationEntry, IntegrationView, SetIntegration};
pub use limits::{HoursView, LimitView, LimitsView};
pub use links::{Copied, CopyLinks, Crop, LinkForm, LinkFormat, LinksPreview, PreviewLinks};
pub use list::{
    Facets, Find, FindScope, Found, FoundGroup, GroupKey, RowRefs, Rows, Run, Standing,
};
pub use moving::{
    AccountRefs, BackupAccount, BackupView, FoundInView, LookAround, LyingAbout, LyingRef,
    LyingView, NotTakenView, RestoreAccounts, RestoredView, TrackingView,
};
pub use places::{PlaceKind, PlaceRef, PlaceView, Places};
pub use problem::{Problem, ProblemKind, Retry};
pub use settings::{ChangeSettings, HereView, SettingsView};
pub use typescript::typescript;
pub use views::{
    AccessView, AccountView, AddReport, BatchView, DeliveryView, Event, JobDetails, JobOrigin,
    JobState, JobView, KeepingView, Notice, OriginView, Progress, RotationStage, RotationView,
    Skipped, Snapshot, StoreView, Totals, VaultView, VerificationView, Verified, WatchView,
    Watches,
};
pub use widget::{SignParams, Signed, WidgetRecorded, WidgetReport, WidgetSession};

use serde::{Deserialize, Serialize};
use ts_rs::TS;

commands! {
    /// Everything the window shows; asked once at start and whenever an event was missed.
    snapshot() -> Snapshot;
    /// Rust reads the clipboard, finds a `CLOUDINARY_URL` in it and adds the account.
    paste_account() -> AccountView;
    /// Checks the shape of what was filled in, offline, then opens the secret window for the rest.
    begin_account(BeginAccount) -> Done;
    /// Adds an account that has no secret: cloud name and unsigned upload preset.
    add_unsigned_account(UnsignedAccount) -> AccountView;
    /// Starts the built-in sandbox and adds its account.
    try_sandbox() -> AccountView;
    /// Makes an account the one that new uploads go to.
    use_account(AccountRef) -> Done;
    /// Asks the service whether cloud name, key and secret belong together.
    verify_account(AccountRef) -> AccountView;
    /// Changes the label only.
    rename_account(RenameAccount) -> AccountView;
    /// Guarded: a native dialog names the account; its keyring item goes with it.
    remove_account(AccountRef) -> Done;
    /// Locks every process of Aloft; asks in a native dialog where a secret would be lost by it.
    lock() -> Done;
    /// Guarded: a native dialog asks, and a keyring that is locked asks for its own password.
    unlock() -> Done;
    /// The user did something in the window: Aloft was not idle. A hint, at most every few seconds.
    used() -> Done;
    /// Changes what is named and leaves the rest; another API host is guarded.
    edit_account(EditAccount) -> AccountView;
    /// Guarded: a native dialog names the account, then the secret window shows its secret for a moment.
    reveal_secret(AccountRef) -> Done;
    /// Guarded: a native dialog names the account, then its secret is on the clipboard for a moment.
    copy_secret(AccountRef) -> Done;
    /// Opens the secret window for the passphrase of the file of secrets.
    unlock_vault() -> Done;
    /// Opens the secret window for the vault's passphrase and a new one.
    change_passphrase() -> Done;
    /// Keeps an account's secret elsewhere; the secret window asks for a passphrase where one is needed.
    keep_secret(KeepSecret) -> Kept;
    /// Checks the new key, then opens the secret window for its secret.
    begin_rotation(BeginRotation) -> Done;
    /// Makes a step of changing the API key.
    rotate(Rotate) -> AccountView;
    /// Opens the page of Cloudinary's console where keys are made and disabled, in the browser.
    open_console() -> Done;
    /// Watched folders and how they are.
    watches() -> Watches;
    /// Guarded: opens the system's folder dialog, then a native dialog names folder and account; what comes to rest in
    /// the folder from then on is uploaded while Aloft runs. Dismissed, it answers the list unchanged.
    watch_folder(AccountRef) -> Watches;
    /// Ends a watch; what it queued stays queued.
    unwatch(WatchRef) -> Watches;
    /// Pauses, resumes, cancels, retries, removes or restores jobs.
    control(Control) -> Controlled;
    // Sharing
    /// Puts the links of finished jobs on the clipboard, one a line, in list order.
    copy_links(CopyLinks) -> Copied;
    /// The first lines of what `copy_links` would put on the clipboard.
    preview_links(PreviewLinks) -> LinksPreview;
    /// The form that was used last where one was chosen; remembered on this computer.
    last_link_form() -> LinkForm;
    /// Guarded: a native dialog names what is deleted from the service, for everybody who has its link.
    delete_assets(JobRefs) -> Deleted;
    /// Takes uploads back. Asks in a native dialog, as `delete_assets` does, where something could be lost by it: after
    /// the first minutes, when the local file changed, or when the asset is not this upload's alone.
    undo_uploads(JobRefs) -> Deleted;
    /// Queues the local files of deleted assets again.
    upload_again(JobRefs) -> AddReport;
    /// Opens a finished job's link in the browser.
    open_link(JobRef) -> Done;
    /// Shows a job's local file in the file manager.
    reveal_file(JobRef) -> Done;
    /// What is behind a row: the raw, redacted answer and the file's place.
    job_details(JobRef) -> JobDetails;

    // The list

    /// Rows by number, those that exist in the order asked; at most 200. Replaces what was looked at before: the program
    /// tells of changes of these rows only.
    look_at(RowRefs) -> Rows;
    /// Which rows of the queue or of the library are meant, as numbers in list order.
    find(Find) -> Found;
    /// Folders and tags of library and queue, to filter by.
    facets() -> Facets;

    // Options
    /// Asks the system for files, a folder or the clipboard, and queues what that gives.
    add(Add) -> AddReport;
    /// What uploads for an account begin with.
    choices(AccountRef) -> ChoicesView;
    /// Keeps what uploads for an account begin with; what would be refused is not kept.
    set_choices(SetChoices) -> ChoicesView;
    /// Looks at what is set before anything is sent, and shows what a file would become.
    check_choices(CheckChoices) -> CheckedChoices;
    /// What could be written into a field; asks the service, and says so when it does not tell.
    suggest(Suggest) -> Suggestions;
    /// Lets go of what is held for an account, and answers what it was.
    drop_held(AccountRef) -> PutBack;
    /// Holds again what was let go of.
    hold_again(PutBackRef) -> Done;
    /// Opens the window with Cloudinary's Upload Widget for the active account.
    open_widget() -> Done;

    // The file manager
    /// How Aloft's entries in the file manager's menus are.
    integration() -> IntegrationView;
    /// Puts Aloft into the file manager's menus of this user, or takes it out again.
    set_integration(SetIntegration) -> IntegrationView;

    // Settings
    /// Changes what is named and leaves the rest.
    change_settings(ChangeSettings) -> SettingsView;
    /// What uploads may take of the line, all together and for each account.
    limits() -> LimitsView;
    /// Sets one of them; answers all.
    set_limits(LimitView) -> LimitsView;
    /// Where things are kept on this computer, and how much room they take.
    places() -> Places;
    /// Shows a place in the file manager.
    open_place(PlaceRef) -> Done;
    /// Opens the system's dialog for a place to save to, and writes there what helps to find a fault: no secret and no
    /// name is in it.
    export_diagnostics() -> Done;

    // The agent
    /// How the agent is, and who may ask it for what.
    agent() -> AgentView;
    /// Guarded where it switches on: a native dialog says what that means. Dismissed, it answers how it is.
    set_agent(SetAgent) -> AgentView;
    /// Guarded: a native dialog names the account, and where it uploads the system's folder dialog asks for the folder. The
    /// token is put on the clipboard for a moment. Dismissed, it answers how it is.
    make_token(MakeToken) -> AgentView;
    /// Guarded: a native dialog names the client, the account that it may use from then on, and the upload preset and the
    /// folder that are pinned for it. Dismissed, it answers how it is.
    edit_client(EditClient) -> AgentView;
    /// Forgets a client; what it asks for from now on is refused, or asked about anew.
    forget_client(ClientRef) -> AgentView;
    // Moving in and out
    /// Guarded: a native dialog names the accounts, all where none is named, then the system asks where to, and the
    /// secret window for a passphrase; a notice tells when the file is written.
    export_accounts(AccountRefs) -> Done;
    /// Opens the system's file dialog, then the secret window for the passphrase; a notice tells when it is open.
    import_backup() -> Done;
    /// What is in the backup that was opened.
    opened_backup() -> BackupView;
    /// Brings accounts of it back, and lets go of it.
    restore_accounts(RestoreAccounts) -> RestoredView;
    /// Lets go of it.
    close_backup() -> Done;
    /// Accounts whose secrets lie about on this computer; secrets are never among it.
    find_accounts(LookAround) -> LyingAbout;
    /// Takes one of them over. Its secret is read back from its store before the account is in the list.
    take_over(LyingRef) -> AccountView;
    /// Guarded: a native dialog names the file that the secret of an account that was taken over is removed from.
    remove_there(LyingRef) -> Done;

    // The audit log
    /// What was done with secrets, newest first.
    audit(FindAudit) -> AuditView;
    /// Checks that the log is as it was written.
    check_audit() -> AuditCheck;
    /// Opens the system's dialog for a place to save to, and writes a copy of the whole log there.
    save_audit(SaveAudit) -> Done;

    // The drop window
    /// Opens the small window that takes drops and stays above others, or closes it.
    toggle_drop_window() -> Done;
}

/// A command that has nothing to tell beyond having worked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Done {
    /// Always true: a command that did not work answers a [`Problem`].
    pub done: bool,
}

impl Done {
    /// The only value.
    pub const YES: Self = Self { done: true };
}

/// Names an account by its stable id.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AccountRef {
    /// [`AccountView::id`].
    pub id: String,
}

/// Names a job by its number.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct JobRef {
    /// [`JobView::id`].
    pub id: i64,
}

/// Names a watched folder by its number.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WatchRef {
    /// [`WatchView::id`].
    pub id: i64,
}

/// A new label for an account.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RenameAccount {
    /// [`AccountView::id`].
    pub id: String,
    /// What the user wants to read in lists; not empty.
    pub label: String,
}

/// All of a signed account but its secret, which is typed in the secret window.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BeginAccount {
    /// What the user reads in lists; empty means the cloud name.
    pub label: String,
    /// The cloud name, case kept.
    pub cloud_name: String,
    /// The API key, usually 15 digits.
    pub api_key: String,
    /// `default`, `eu`, `ap`, or an address such as `https://api.example.com`.
    pub host: String,
}

/// An account without a secret.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct UnsignedAccount {
    /// What the user reads in lists; empty means the cloud name.
    pub label: String,
    /// The cloud name, case kept.
    pub cloud_name: String,
    /// The name of a preset that allows unsigned uploads.
    pub upload_preset: String,
    /// `default`, `eu`, `ap`, or an address.
    pub host: String,
}

/// What to do to which jobs.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Control {
    /// The jobs meant.
    pub target: ControlTarget,
    /// What is to happen to them.
    pub verb: ControlVerb,
}

/// Which jobs a [`Control`] means.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "kind"
)]
pub enum ControlTarget {
    /// These jobs.
    Jobs {
        /// [`JobView::id`] of each.
        ids: Vec<i64>,
    },
    /// All jobs of one batch.
    Batch {
        /// [`BatchView::id`].
        id: i64,
    },
    /// All jobs of one account.
    Account {
        /// [`AccountView::id`].
        id: String,
    },
    /// Every job.
    All,
}

/// What can be done to a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ControlVerb {
    /// Stop sending; keep what was acknowledged.
    Pause,
    /// Go on.
    Resume,
    /// Stop for good; the row stays.
    Cancel,
    /// Try again from the user's wish.
    Retry,
    /// Take the row out of the list; can be restored.
    Remove,
    /// Undo a removal.
    Restore,
}

/// How many jobs a control reached.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Controlled {
    /// Number of jobs whose state changed.
    pub count: usize,
}

fn parse<T: serde::de::DeserializeOwned>(
    name: &str,
    arguments: serde_json::Value,
) -> Result<T, Problem> {
    serde_json::from_value(arguments).map_err(|error| Problem::contract(name, &error))
}

fn collect_name<T: TS + 'static>(collect: &mut typescript::Collector) -> String {
    collect.add::<T>()
}
