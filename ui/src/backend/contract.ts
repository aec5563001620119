// Generated from src-tauri/crates/app/src/contract.rs by `cargo xtask generate`. Not edited by hand.

/** Every command of the main window: its request and its answer. */
export interface Commands {
  /** Everything the window shows; asked once at start and whenever an event was missed. */
  snapshot: { request: null; answer: Snapshot };
  /** Rust reads the clipboard, finds a `CLOUDINARY_URL` in it and adds the account. */
  paste_account: { request: null; answer: AccountView };
  /** Checks the shape of what was filled in, offline, then opens the secret window for the rest. */
  begin_account: { request: BeginAccount; answer: Done };
  /** Adds an account that has no secret: cloud name and unsigned upload preset. */
  add_unsigned_account: { request: UnsignedAccount; answer: AccountView };
  /** Starts the built-in sandbox and adds its account. */
  try_sandbox: { request: null; answer: AccountView };
  /** Makes an account the one that new uploads go to. */
  use_account: { request: AccountRef; answer: Done };
  /** Asks the service whether cloud name, key and secret belong together. */
  verify_account: { request: AccountRef; answer: AccountView };
  /** Changes the label only. */
  rename_account: { request: RenameAccount; answer: AccountView };
  /** Guarded: a native dialog names the account; its keyring item goes with it. */
  remove_account: { request: AccountRef; answer: Done };
  /** Locks every process of Aloft; asks in a native dialog where a secret would be lost by it. */
  lock: { request: null; answer: Done };
  /** Guarded: a native dialog asks, and a keyring that is locked asks for its own password. */
  unlock: { request: null; answer: Done };
  /** The user did something in the window: Aloft was not idle. A hint, at most every few seconds. */
  used: { request: null; answer: Done };
  /** Changes what is named and leaves the rest; another API host is guarded. */
  edit_account: { request: EditAccount; answer: AccountView };
  /** Guarded: a native dialog names the account, then the secret window shows its secret for a moment. */
  reveal_secret: { request: AccountRef; answer: Done };
  /** Guarded: a native dialog names the account, then its secret is on the clipboard for a moment. */
  copy_secret: { request: AccountRef; answer: Done };
  /** Opens the secret window for the passphrase of the file of secrets. */
  unlock_vault: { request: null; answer: Done };
  /** Opens the secret window for the vault's passphrase and a new one. */
  change_passphrase: { request: null; answer: Done };
  /** Keeps an account's secret elsewhere; the secret window asks for a passphrase where one is needed. */
  keep_secret: { request: KeepSecret; answer: Kept };
  /** Checks the new key, then opens the secret window for its secret. */
  begin_rotation: { request: BeginRotation; answer: Done };
  /** Makes a step of changing the API key. */
  rotate: { request: Rotate; answer: AccountView };
  /** Opens the page of Cloudinary's console where keys are made and disabled, in the browser. */
  open_console: { request: null; answer: Done };
  /** Watched folders and how they are. */
  watches: { request: null; answer: Watches };
  /** Guarded: opens the system's folder dialog, then a native dialog names folder and account; what comes to rest in the folder from then on is uploaded while Aloft runs. Dismissed, it answers the list unchanged. */
  watch_folder: { request: AccountRef; answer: Watches };
  /** Ends a watch; what it queued stays queued. */
  unwatch: { request: WatchRef; answer: Watches };
  /** Pauses, resumes, cancels, retries, removes or restores jobs. */
  control: { request: Control; answer: Controlled };
  /** Puts the links of finished jobs on the clipboard, one a line, in list order. */
  copy_links: { request: CopyLinks; answer: Copied };
  /** The first lines of what `copy_links` would put on the clipboard. */
  preview_links: { request: PreviewLinks; answer: LinksPreview };
  /** The form that was used last where one was chosen; remembered on this computer. */
  last_link_form: { request: null; answer: LinkForm };
  /** Guarded: a native dialog names what is deleted from the service, for everybody who has its link. */
  delete_assets: { request: JobRefs; answer: Deleted };
  /** Takes uploads back. Asks in a native dialog, as `delete_assets` does, where something could be lost by it: after the first minutes, when the local file changed, or when the asset is not this upload's alone. */
  undo_uploads: { request: JobRefs; answer: Deleted };
  /** Queues the local files of deleted assets again. */
  upload_again: { request: JobRefs; answer: AddReport };
  /** Opens a finished job's link in the browser. */
  open_link: { request: JobRef; answer: Done };
  /** Shows a job's local file in the file manager. */
  reveal_file: { request: JobRef; answer: Done };
  /** What is behind a row: the raw, redacted answer and the file's place. */
  job_details: { request: JobRef; answer: JobDetails };
  /** Rows by number, those that exist in the order asked; at most 200. Replaces what was looked at before: the program tells of changes of these rows only. */
  look_at: { request: RowRefs; answer: Rows };
  /** Which rows of the queue or of the library are meant, as numbers in list order. */
  find: { request: Find; answer: Found };
  /** Folders and tags of library and queue, to filter by. */
  facets: { request: null; answer: Facets };
  /** Asks the system for files, a folder or the clipboard, and queues what that gives. */
  add: { request: Add; answer: AddReport };
  /** What uploads for an account begin with. */
  choices: { request: AccountRef; answer: ChoicesView };
  /** Keeps what uploads for an account begin with; what would be refused is not kept. */
  set_choices: { request: SetChoices; answer: ChoicesView };
  /** Looks at what is set before anything is sent, and shows what a file would become. */
  check_choices: { request: CheckChoices; answer: CheckedChoices };
  /** What could be written into a field; asks the service, and says so when it does not tell. */
  suggest: { request: Suggest; answer: Suggestions };
  /** Lets go of what is held for an account, and answers what it was. */
  drop_held: { request: AccountRef; answer: PutBack };
  /** Holds again what was let go of. */
  hold_again: { request: PutBackRef; answer: Done };
  /** Opens the window with Cloudinary's Upload Widget for the active account. */
  open_widget: { request: null; answer: Done };
  /** How Aloft's entries in the file manager's menus are. */
  integration: { request: null; answer: IntegrationView };
  /** Puts Aloft into the file manager's menus of this user, or takes it out again. */
  set_integration: { request: SetIntegration; answer: IntegrationView };
  /** Changes what is named and leaves the rest. */
  change_settings: { request: ChangeSettings; answer: SettingsView };
  /** What uploads may take of the line, all together and for each account. */
  limits: { request: null; answer: LimitsView };
  /** Sets one of them; answers all. */
  set_limits: { request: LimitView; answer: LimitsView };
  /** Where things are kept on this computer, and how much room they take. */
  places: { request: null; answer: Places };
  /** Shows a place in the file manager. */
  open_place: { request: PlaceRef; answer: Done };
  /** Opens the system's dialog for a place to save to, and writes there what helps to find a fault: no secret and no name is in it. */
  export_diagnostics: { request: null; answer: Done };
  /** How the agent is, and who may ask it for what. */
  agent: { request: null; answer: AgentView };
  /** Guarded where it switches on: a native dialog says what that means. Dismissed, it answers how it is. */
  set_agent: { request: SetAgent; answer: AgentView };
  /** Guarded: a native dialog names the account, and where it uploads the system's folder dialog asks for the folder. The token is put on the clipboard for a moment. Dismissed, it answers how it is. */
  make_token: { request: MakeToken; answer: AgentView };
  /** Guarded: a native dialog names the client, the account that it may use from then on, and the upload preset and the folder that are pinned for it. Dismissed, it answers how it is. */
  edit_client: { request: EditClient; answer: AgentView };
  /** Forgets a client; what it asks for from now on is refused, or asked about anew. */
  forget_client: { request: ClientRef; answer: AgentView };
  /** Guarded: a native dialog names the accounts, all where none is named, then the system asks where to, and the secret window for a passphrase; a notice tells when the file is written. */
  export_accounts: { request: AccountRefs; answer: Done };
  /** Opens the system's file dialog, then the secret window for the passphrase; a notice tells when it is open. */
  import_backup: { request: null; answer: Done };
  /** What is in the backup that was opened. */
  opened_backup: { request: null; answer: BackupView };
  /** Brings accounts of it back, and lets go of it. */
  restore_accounts: { request: RestoreAccounts; answer: RestoredView };
  /** Lets go of it. */
  close_backup: { request: null; answer: Done };
  /** Accounts whose secrets lie about on this computer; secrets are never among it. */
  find_accounts: { request: LookAround; answer: LyingAbout };
  /** Takes one of them over. Its secret is read back from its store before the account is in the list. */
  take_over: { request: LyingRef; answer: AccountView };
  /** Guarded: a native dialog names the file that the secret of an account that was taken over is removed from. */
  remove_there: { request: LyingRef; answer: Done };
  /** What was done with secrets, newest first. */
  audit: { request: FindAudit; answer: AuditView };
  /** Checks that the log is as it was written. */
  check_audit: { request: null; answer: AuditCheck };
  /** Opens the system's dialog for a place to save to, and writes a copy of the whole log there. */
  save_audit: { request: SaveAudit; answer: Done };
  /** Opens the small window that takes drops and stays above others, or closes it. */
  toggle_drop_window: { request: null; answer: Done };
}

/** Every command of the widget window's bridge. */
export interface WidgetCommands {
  /** The signature, or a typed refusal. */
  sign_params: { request: SignParams; answer: Signed };
  widget_session: { request: null; answer: WidgetSession };
  widget_report: { request: WidgetReport; answer: WidgetRecorded };
}

/** Every command of the secret window. */
export interface SecretCommands {
  /** The secret goes to Rust and the window is destroyed. */
  secret_submit: { request: { secret: string; keeping: KeepingView }; answer: Done };
  /** The vault's passphrase; where the window was opened for it alone, it is destroyed then. */
  secret_passphrase: { request: { passphrase: string }; answer: Done };
  /** The vault's passphrase and a new one for it; the window is destroyed then. */
  secret_new_passphrase: { request: { old: string; passphrase: string }; answer: Done };
  /** From 0 to 4; 3 is enough for a new vault. */
  secret_strength: { request: { passphrase: string }; answer: { score: number } };
  /** The secret that Rust opened the window for, once; the window is destroyed after so many seconds. */
  secret_reveal: { request: null; answer: { secret: string; seconds: number } };
  secret_cancel: { request: null; answer: Done };
}

/**
 * How an account may upload.
 */
export type AccessView = { "kind": "signed", 
/**
 * The API key; not a secret.
 */
apiKey: string, 
/**
 * `sha1` or `sha256`.
 */
algorithm: string, 
/**
 * `1` or `2`.
 */
signatureVersion: string, 
/**
 * RFC 3339, since when this key has been in use here.
 */
since: string, } | { "kind": "unsigned", 
/**
 * The preset's name.
 */
uploadPreset: string, };

/**
 * Names an account by its stable id.
 */
export type AccountRef = { 
/**
 * [`AccountView::id`].
 */
id: string, };

/**
 * Names accounts by their stable ids.
 */
export type AccountRefs = { 
/**
 * [`super::AccountView::id`] of each.
 */
ids: Array<string>, };

/**
 * An account without its secret.
 */
export type AccountView = { 
/**
 * Stable, short.
 */
id: string, 
/**
 * What the user reads.
 */
label: string, 
/**
 * The cloud name.
 */
cloudName: string, 
/**
 * Signed or unsigned, with what belongs to it.
 */
access: AccessView, 
/**
 * The API's address, for people.
 */
host: string, 
/**
 * Whether the service confirmed the values.
 */
verification: VerificationView, 
/**
 * Where the account comes from.
 */
origin: OriginView, 
/**
 * Where its secret is kept.
 */
keeping: KeepingView, 
/**
 * How its links are built.
 */
delivery: DeliveryView, 
/**
 * A second API key, while the key is being changed.
 */
rotation: RotationView | null, 
/**
 * Trouble that concerns the whole account; its uploads wait.
 */
problem: Problem | null, 
/**
 * Whether the user paused the account.
 */
paused: boolean, };

/**
 * Where to take what is added from.
 */
export type Add = { 
/**
 * Where it comes from.
 */
from: AddFrom, 
/**
 * [`super::AccountView::id`] that the choices were set for; `null` is the active account.
 */
account: string | null, 
/**
 * How it is uploaded; `null` means as the account's defaults say.
 */
choices: Choices | null, };

/**
 * Where what is added comes from; the program asks the system for it, a page never names it.
 */
export type AddFrom = "fileDialog" | "folderDialog" | "clipboard" | "held";

/**
 * What happened to an attempt to add things.
 */
export type AddReport = { 
/**
 * Jobs added.
 */
added: number, 
/**
 * What was not added, and why.
 */
skipped: Array<Skipped>, };

/**
 * How the agent is, and who may ask it for what.
 */
export type AgentView = { 
/**
 * Whether it listens while Aloft runs.
 */
on: boolean, 
/**
 * The port of this computer on which it does.
 */
port: number, 
/**
 * In the order in which they were allowed.
 */
clients: Array<ClientView>, };

/**
 * Whether Aloft is light or dark.
 */
export type Appearance = "system" | "light" | "dark";

/**
 * Whether the log is as it was written.
 */
export type AuditCheck = { 
/**
 * Whether every entry is there as it was written.
 */
sound: boolean, 
/**
 * The same in words, with the first place that is not.
 */
words: string, };

/**
 * What was done, by whom and when; never with which values.
 */
export type AuditEntry = { 
/**
 * Its number, from 1.
 */
number: number, 
/**
 * Milliseconds since 1970.
 */
at: number, 
/**
 * The account's label at that time; `null` where it is about none.
 */
account: string | null, 
/**
 * What was done, in the language spoken.
 */
what: string, 
/**
 * Who asked, in the language spoken.
 */
who: string, 
/**
 * The names of the parameters.
 */
names: Array<string>, };

/**
 * The forms of a copy.
 */
export type AuditFormat = "csv" | "json";

/**
 * Entries, newest first; some hundred at most.
 */
export type AuditView = { 
/**
 * The entries.
 */
entries: Array<AuditEntry>, 
/**
 * Whether older ones fit too.
 */
more: boolean, };

/**
 * One account of a backup.
 */
export type BackupAccount = { 
/**
 * Its number in the backup.
 */
number: number, 
/**
 * What it was called.
 */
label: string, 
/**
 * Its cloud.
 */
cloudName: string, 
/**
 * Its API key, or its upload preset.
 */
entrance: string, 
/**
 * The label of the account with the same cloud and key that is here already.
 */
here: string | null, 
/**
 * What it will be called, where its label is taken.
 */
renamed: string | null, };

/**
 * What is in the backup that was opened.
 */
export type BackupView = { 
/**
 * When it was made; milliseconds since 1970.
 */
madeAt: number, 
/**
 * Its accounts.
 */
accounts: Array<BackupAccount>, };

/**
 * Files that were added together.
 */
export type BatchView = { 
/**
 * The batch's number.
 */
id: number, 
/**
 * [`AccountView::id`].
 */
account: string, 
/**
 * A name such as a folder's; empty when there is none.
 */
label: string, 
/**
 * RFC 3339, UTC.
 */
createdAt: string, 
/**
 * Jobs in it.
 */
count: number, 
/**
 * Jobs done.
 */
done: number, 
/**
 * Its rows, in list order.
 */
runs: Array<Run>, 
/**
 * Sums over its jobs.
 */
sums: Totals, };

/**
 * All of a signed account but its secret, which is typed in the secret window.
 */
export type BeginAccount = { 
/**
 * What the user reads in lists; empty means the cloud name.
 */
label: string, 
/**
 * The cloud name, case kept.
 */
cloudName: string, 
/**
 * The API key, usually 15 digits.
 */
apiKey: string, 
/**
 * `default`, `eu`, `ap`, or an address such as `https://api.example.com`.
 */
host: string, };

/**
 * A second API key, whose secret is typed in the secret window.
 */
export type BeginRotation = { 
/**
 * [`super::AccountView::id`].
 */
id: string, 
/**
 * The new key.
 */
apiKey: string, };

/**
 * What is to be different; what is left out stays.
 */
export type ChangeSettings = { 
/**
 * See [`SettingsView::notifications`].
 */
notifications?: boolean, 
/**
 * See [`SettingsView::keep_running`].
 */
keepRunning?: boolean, 
/**
 * See [`SettingsView::copy_when_done`].
 */
copyWhenDone?: boolean, 
/**
 * See [`SettingsView::appearance`].
 */
appearance?: Appearance, 
/**
 * See [`SettingsView::language`]; empty is the system's.
 */
language?: string, 
/**
 * See [`SettingsView::shortcut`]; empty is none.
 */
shortcut?: string, 
/**
 * See [`SettingsView::drop_window`].
 */
dropWindow?: boolean, 
/**
 * See [`SettingsView::lock_after`]; 0 is never.
 */
lockAfter?: number, 
/**
 * See [`SettingsView::lock_when_away`].
 */
lockWhenAway?: boolean, 
/**
 * See [`SettingsView::lock_at_quit`].
 */
lockAtQuit?: boolean, 
/**
 * See [`HereView::starts_at_login`]; kept by the system and not by Aloft.
 */
startAtLogin?: boolean, };

/**
 * What is to be looked at before it is sent or kept.
 */
export type CheckChoices = { 
/**
 * [`super::AccountView::id`].
 */
account: string, 
/**
 * What is set.
 */
choices: Choices, 
/**
 * Names of what is to be uploaded, as they are shown; none means that it is not known yet. They name nothing on this
 * computer.
 */
names: Array<string>, 
/**
 * Whether it is to be kept for the account.
 */
kept: boolean, };

/**
 * What was found.
 */
export type CheckedChoices = { 
/**
 * What stops the upload, each at its field.
 */
faults: Array<ChoiceFault>, 
/**
 * What is worth knowing and stops nothing.
 */
notes: Array<ChoiceFault>, 
/**
 * What a file would become.
 */
example: ChoiceExample, };

/**
 * What one file would become.
 */
export type ChoiceExample = { 
/**
 * The file's name.
 */
name: string, 
/**
 * Its public ID, with the folder; `null` where the service chooses it.
 */
publicId: string | null, 
/**
 * Its link, as far as it is known before the service answers.
 */
link: string | null, };

/**
 * A sentence about one field.
 */
export type ChoiceFault = { 
/**
 * Where it belongs.
 */
field: ChoiceField, 
/**
 * What is wrong and what to do.
 */
message: string, };

/**
 * The fields of [`Choices`].
 */
export type ChoiceField = "folder" | "tags" | "context" | "metadata" | "uploadPreset" | "publicId" | "overwrite" | "deliveryType" | "resourceType" | "transformation" | "eager" | "moderation";

/**
 * What is set for an upload, or kept for an account. Empty means: nothing is said about it.
 */
export type Choices = { 
/**
 * Folder in the account, `/` between levels.
 */
folder: string, 
/**
 * Tags for every file.
 */
tags: Array<string>, 
/**
 * Contextual metadata, in the order written.
 */
context: Array<ContextPair>, 
/**
 * Structured metadata, in the order written.
 */
metadata: Array<MetadataValue>, 
/**
 * Upload preset.
 */
uploadPreset: string, 
/**
 * How the public ID comes about.
 */
publicId: PublicIdChoice, 
/**
 * Whether an asset of the same public ID is replaced.
 */
overwrite: boolean, 
/**
 * Who may fetch it.
 */
deliveryType: DeliveryChoice, 
/**
 * Instead of Aloft's own decision.
 */
resourceType: ResourceChoice | null, 
/**
 * Incoming transformation, applied before it is stored; steps are joined by `/`.
 */
transformation: string, 
/**
 * Transformations that are made at once, each `t` or `t/format`.
 */
eager: Array<string>, 
/**
 * `manual`, or add-ons joined by `|`.
 */
moderation: string, 
/**
 * Whether copies without location data are sent in the files' place.
 */
stripLocation: boolean, };

/**
 * What is kept for an account.
 */
export type ChoicesView = { 
/**
 * [`super::AccountView::id`].
 */
account: string, 
/**
 * What every upload begins with.
 */
choices: Choices, 
/**
 * Whether things that are added wait until the user said how.
 */
askEachTime: boolean, };

/**
 * Names a client.
 */
export type ClientRef = { 
/**
 * [`ClientView::name`].
 */
label: string, };

/**
 * Who may ask for what.
 */
export type ClientView = { 
/**
 * An origin such as `http://localhost:3000`, or what a token was called; unique.
 */
name: string, 
/**
 * Whether it is known by a token.
 */
hasToken: boolean, 
/**
 * The label of the account that it may use; `null` when that is no longer in the list.
 */
account: string | null, 
/**
 * The id of that account.
 */
accountId: string, 
/**
 * Whether it may have uploads signed.
 */
maySign: boolean, 
/**
 * Whether it may have files uploaded.
 */
mayUpload: boolean, 
/**
 * The folders whose files it may name, to read.
 */
roots: Array<string>, 
/**
 * The upload preset that each upload signed for it must name; `null` is none.
 */
uploadPreset: string | null, 
/**
 * The folder of the account that each must name; `null` is none.
 */
folder: string | null, 
/**
 * Whether it ends with its next use.
 */
once: boolean, 
/**
 * When it ends, in Unix seconds; `null` is never.
 */
until: number | null, 
/**
 * The user said no.
 */
denied: boolean, };

/**
 * One pair of contextual metadata.
 */
export type ContextPair = { 
/**
 * Its key, such as `alt`.
 */
key: string, 
/**
 * Its value.
 */
value: string, };

/**
 * What to do to which jobs.
 */
export type Control = { 
/**
 * The jobs meant.
 */
target: ControlTarget, 
/**
 * What is to happen to them.
 */
verb: ControlVerb, };

/**
 * Which jobs a [`Control`] means.
 */
export type ControlTarget = { "kind": "jobs", 
/**
 * [`JobView::id`] of each.
 */
ids: Array<number>, } | { "kind": "batch", 
/**
 * [`BatchView::id`].
 */
id: number, } | { "kind": "account", 
/**
 * [`AccountView::id`].
 */
id: string, } | { "kind": "all" };

/**
 * What can be done to a job.
 */
export type ControlVerb = "pause" | "resume" | "cancel" | "retry" | "remove" | "restore";

/**
 * How many jobs a control reached.
 */
export type Controlled = { 
/**
 * Number of jobs whose state changed.
 */
count: number, };

/**
 * What went to the clipboard.
 */
export type Copied = { 
/**
 * Number of links on the clipboard.
 */
count: number, };

/**
 * Which links, and as what.
 */
export type CopyLinks = { 
/**
 * [`super::JobView::id`] of each; those without a link are left out.
 */
ids: Array<number>, 
/**
 * The form of each line.
 */
form: LinkForm, 
/**
 * Whether this form is the one to begin with next time.
 */
remember: boolean, };

/**
 * How a picture is made to fit a size.
 */
export type Crop = "limit" | "fit" | "fill" | "thumb" | "pad";

/**
 * What became of the wish to delete an asset.
 */
export type DeleteOutcome = { "kind": "deleted" } | { "kind": "alreadyGone" } | { "kind": "kept" } | { "kind": "failed", 
/**
 * Why.
 */
problem: Problem, };

/**
 * What became of assets that were to be deleted from the service.
 */
export type Deleted = { 
/**
 * One for each row that was meant and had an asset, in the order given.
 */
assets: Array<DeletedAsset>, };

/**
 * What became of one asset.
 */
export type DeletedAsset = { 
/**
 * [`super::JobView::id`].
 */
id: number, 
/**
 * The row's name.
 */
name: string, 
/**
 * What became of it.
 */
outcome: DeleteOutcome, 
/**
 * Whether its local file is there, so that it can be uploaded again.
 */
again: boolean, };

/**
 * Who may fetch an asset.
 */
export type DeliveryChoice = "upload" | "private" | "authenticated";

/**
 * How an account's links are built.
 */
export type DeliveryView = { 
/**
 * A host name of one's own for links.
 */
secureDistribution: string | null, 
/**
 * Whether the cloud has its own delivery host.
 */
privateCdn: boolean, 
/**
 * A host name of one's own for plain links.
 */
cname: string | null, };

/**
 * A command that has nothing to tell beyond having worked.
 */
export type Done = { 
/**
 * Always true: a command that did not work answers a [`Problem`].
 */
done: boolean, };

/**
 * What to change of an account; what is missing stays. Its secret is typed in the secret window.
 */
export type EditAccount = { 
/**
 * [`super::AccountView::id`].
 */
id: string, 
/**
 * What the user reads in lists.
 */
label?: string, 
/**
 * The cloud name, case kept.
 */
cloudName?: string, 
/**
 * The API key, for correcting it.
 */
apiKey?: string, 
/**
 * `default`, `eu`, `ap`, or an address.
 */
host?: string, 
/**
 * The preset of an account without a secret.
 */
uploadPreset?: string, 
/**
 * `sha1` or `sha256`.
 */
algorithm?: string, 
/**
 * `1` or `2`.
 */
signatureVersion?: string, 
/**
 * A host name of one's own for links; empty takes it away.
 */
secureDistribution?: string, 
/**
 * Whether the cloud has its own delivery host.
 */
privateCdn?: boolean, 
/**
 * A host name of one's own for plain links; empty takes it away.
 */
cname?: string, };

/**
 * What a client is held to from now on.
 */
export type EditClient = { 
/**
 * [`ClientView::name`].
 */
label: string, 
/**
 * The id of the account that it may use.
 */
account: string, 
/**
 * The upload preset that each upload signed for it must name; empty is none. Nothing for one that only uploads.
 */
uploadPreset: string, 
/**
 * The folder of the account that each must name; empty is none. Nothing for one that only uploads.
 */
folder: string, };

/**
 * What the program tells the page unasked; at most ten a second, always recoverable by asking for
 * a snapshot.
 */
export type Event = { "kind": "snapshot", "value": Snapshot } | { "kind": "rows", "value": Array<JobView> } | { "kind": "progress", "value": Array<Progress> } | { "kind": "notice", "value": Notice } | { "kind": "dragging", "value": boolean } | { "kind": "run", "value": string };

/**
 * What can be filtered by: at most 200 of each, most used first.
 */
export type Facets = { 
/**
 * Folders in the accounts.
 */
folders: Array<string>, 
/**
 * Tags.
 */
tags: Array<string>, };

/**
 * What to look for; what is empty or `null` does not narrow.
 */
export type Find = { 
/**
 * Every word must occur in name, public ID, folder or tags; case does not matter.
 */
query: string, 
/**
 * Where to look.
 */
scope: FindScope, 
/**
 * [`super::AccountView::id`].
 */
account: string | null, 
/**
 * A folder of the account (not of this computer), with those below it.
 */
folder: string | null, 
/**
 * Exactly this tag.
 */
tag: string | null, 
/**
 * `image`, `video` or `raw`; a row that waits may have no type yet.
 */
kind: string | null, 
/**
 * Where rows stand; what is cancelled is nowhere.
 */
standing: Standing | null, 
/**
 * First day (`2026-11-01`, here) or moment (RFC 3339): added then or later; in the library, uploaded.
 */
since: string | null, 
/**
 * Last day or moment, included.
 */
until: string | null, };

/**
 * Which entries are wanted.
 */
export type FindAudit = { 
/**
 * Words that stand in the entry; none for every entry.
 */
search: string, 
/**
 * Only those before this [`AuditEntry::number`]; `null` begins with the newest.
 */
before: number | null, };

/**
 * Where to look.
 */
export type FindScope = "queue" | "library";

/**
 * What was found.
 */
export type Found = { 
/**
 * In list order; none is empty.
 */
groups: Array<FoundGroup>, 
/**
 * Rows in all groups.
 */
count: number, };

/**
 * Rows under one heading.
 */
export type FoundGroup = { 
/**
 * What they have in common.
 */
group: GroupKey, 
/**
 * Their numbers in list order.
 */
runs: Array<Run>, };

/**
 * The kinds of places.
 */
export type FoundInView = "environment" | "dotEnv" | "cld" | "rclone" | "vsCode";

/**
 * What rows stand under.
 */
export type GroupKey = { "kind": "batch", 
/**
 * [`super::BatchView::id`].
 */
id: number, } | { "kind": "month", 
/**
 * As in `2026-11`, by the calendar of this computer.
 */
month: string, };

/**
 * What was added and waits until the user said how it is to be uploaded.
 */
export type HeldView = { 
/**
 * [`super::AccountView::id`] of the account that it was added for; the active one when that account is gone.
 */
account: string, 
/**
 * Files, folders and addresses; a folder is one.
 */
count: number, 
/**
 * Bytes of all of it, where that was quick to find out.
 */
bytes: number | null, 
/**
 * The names of the first of them.
 */
names: Array<string>, };

/**
 * What this computer can do of what the settings offer: `null` where it can, or the reason why not.
 */
export type HereView = { 
/**
 * Showing a tray, by which a closed window comes back.
 */
tray: string | null, 
/**
 * Hearing keys that are pressed in other programs.
 */
shortcut: string | null, 
/**
 * Keeping a small window above others.
 */
dropWindow: string | null, 
/**
 * Starting Aloft when the user logs in.
 */
startAtLogin: string | null, 
/**
 * Hearing that the screen is locked or the computer sleeps.
 */
screenLock: string | null, 
/**
 * Knowing how long the whole computer was not used; where not, the use of Aloft's own windows counts.
 */
idle: string | null, 
/**
 * Whether it does that now.
 */
startsAtLogin: boolean, };

/**
 * A part of each day, in local time. It may reach over midnight.
 */
export type HoursView = { 
/**
 * When it begins: `09:00`.
 */
from: string, 
/**
 * When it is over: `17:00`.
 */
to: string, 
/**
 * See [`LimitView::rate`].
 */
rate: string, };

/**
 * One entry.
 */
export type IntegrationEntry = { 
/**
 * What it is to the user.
 */
what: What, 
/**
 * Where it is, to be read.
 */
place: string, };

/**
 * How the entries in the file manager are.
 */
export type IntegrationView = { 
/**
 * Whether anything of ours is there.
 */
installed: boolean, 
/**
 * What is there and ours, in a fixed order.
 */
entries: Array<IntegrationEntry>, 
/**
 * Why there can be none here, or what is amiss with those that are there.
 */
problem: Problem | null, };

/**
 * What is behind a row.
 */
export type JobDetails = { 
/**
 * Where the file is, for reading only.
 */
place: string, 
/**
 * The parameters that are or were sent, as JSON text.
 */
parameters: string, 
/**
 * The receipt or the failure as JSON text, redacted.
 */
answer: string, };

/**
 * What a job was made from.
 */
export type JobOrigin = "file" | "url" | "widget";

/**
 * Names a job by its number.
 */
export type JobRef = { 
/**
 * [`JobView::id`].
 */
id: number, };

/**
 * Names rows by their numbers.
 */
export type JobRefs = { 
/**
 * [`super::JobView::id`] of each.
 */
ids: Array<number>, };

/**
 * The states of `product.md` section 2.
 */
export type JobState = "waiting" | "preparing" | "uploading" | "finishing" | "done" | "paused" | "waitingForNetwork" | "needsYou" | "failed" | "cancelled";

/**
 * One row.
 */
export type JobView = { 
/**
 * The job's number; negative for an entry of the library that no job in the queue stands for.
 */
id: number, 
/**
 * [`BatchView::id`]; 0 for an entry of the library.
 */
batch: number, 
/**
 * [`AccountView::id`].
 */
account: string, 
/**
 * The file's name, control characters replaced.
 */
name: string, 
/**
 * What it was made from.
 */
origin: JobOrigin, 
/**
 * Bytes, when known.
 */
size: number | null, 
/**
 * Where it stands.
 */
state: JobState, 
/**
 * Bytes sent; never goes back.
 */
sent: number, 
/**
 * Bytes to send.
 */
total: number, 
/**
 * Why it does not move, when it does not.
 */
problem: Problem | null, 
/**
 * One sentence on a job that waits and will probably be refused.
 */
warning: string | null, 
/**
 * RFC 3339, when the next attempt is planned.
 */
nextAttemptAt: string | null, 
/**
 * The asset's link, when done and not deleted since.
 */
link: string | null, 
/**
 * What was checked, when done.
 */
verified: Verified | null, 
/**
 * One sentence on `verified`, when there is something to say.
 */
verifiedReason: string | null, 
/**
 * The same bytes were there already; nothing was sent.
 */
reused: boolean, 
/**
 * Bytes of location data that were taken out before it was sent; 0 where there was none.
 */
stripped: number | null, 
/**
 * Location data was to be taken out and could not be; it was sent on the user's word.
 */
locationKept: boolean, 
/**
 * image, video or raw, when known.
 */
resourceType: string | null, 
/**
 * The public ID, when known.
 */
publicId: string | null, 
/**
 * Pixels.
 */
width: number | null, 
/**
 * Pixels.
 */
height: number | null, 
/**
 * The folder in the account; empty for none.
 */
folder: string, 
/**
 * Tags.
 */
tags: Array<string>, 
/**
 * RFC 3339, UTC: when it was added; of a library entry, when it was uploaded.
 */
at: string, 
/**
 * Its asset was deleted from the service; there is no link any more.
 */
deleted: boolean, 
/**
 * RFC 3339: until then the upload can be taken back at once.
 */
undoUntil: string | null, };

/**
 * Where an account's secret is to be kept.
 */
export type KeepSecret = { 
/**
 * [`super::AccountView::id`].
 */
id: string, 
/**
 * The keyring or the vault.
 */
keeping: KeepingView, };

/**
 * Where an account's secret is kept.
 */
export type KeepingView = "keyring" | "session" | "vault" | "nothing";

/**
 * Whether it is kept there.
 */
export type Kept = { 
/**
 * False when the secret window asks for a passphrase first.
 */
done: boolean, };

/**
 * What one account may take, or everything together.
 */
export type LimitView = { 
/**
 * `AccountView::id`; `null` is everything together.
 */
id: string | null, 
/**
 * Bytes a second, such as `500 KB` or `2 MB`; empty is without limit.
 */
rate: string, 
/**
 * Hours of the day with another rate; the first that fits counts.
 */
hours: Array<HoursView>, 
/**
 * Requests at a time for an account; `null` leaves it to Aloft, and is what holds for everything together.
 */
concurrency: number | null, };

/**
 * Everything together first, then each account in its order.
 */
export type LimitsView = { 
/**
 * All of them, also those that limit nothing.
 */
limits: Array<LimitView>, };

/**
 * What a link is written as, and how its asset is delivered.
 */
export type LinkForm = { 
/**
 * What the link is written as.
 */
format: LinkFormat, 
/**
 * In the format and quality that suit whoever opens the link.
 */
optimised: boolean, 
/**
 * Pixels.
 */
width: number | null, 
/**
 * Pixels.
 */
height: number | null, 
/**
 * How it is made to fit; what is usual for the sizes given when absent.
 */
crop: Crop | null, };

/**
 * What a link is written as.
 */
export type LinkFormat = { "kind": "url" } | { "kind": "markdown" } | { "kind": "html" } | { "kind": "bbcode" } | { "kind": "picture" } | { "kind": "template", 
/**
 * With `{url}`, `{name}`, `{alt}`, `{public_id}`, `{width}`, `{height}` and `{format}` in it; `{{` is a brace.
 */
text: string, };

/**
 * What copying would give.
 */
export type LinksPreview = { 
/**
 * The first of the lines, cut off where there are many.
 */
text: string, 
/**
 * Links that it shows.
 */
shown: number, 
/**
 * Links that would be copied.
 */
count: number, 
/**
 * How many of them are delivered as they were stored although the form asks for a change: raw files and sound.
 */
unchanged: number, 
/**
 * [`super::JobView::id`] of the first picture among them, to show it small.
 */
picture: number | null, 
/**
 * Pixels of that picture as it is delivered, where they are known.
 */
size: [number, number] | null, };

/**
 * How to look for secrets that lie about.
 */
export type LookAround = { 
/**
 * Whether the system's dialog asks for files to look into too.
 */
pick: boolean, };

/**
 * What lies about.
 */
export type LyingAbout = { 
/**
 * Accounts whose secrets lie about.
 */
accounts: Array<LyingView>, 
/**
 * What looked like one and cannot be taken over.
 */
notTaken: Array<NotTakenView>, 
/**
 * Places that could not be read.
 */
troubles: Array<Problem>, };

/**
 * Names one of [`LyingAbout::accounts`].
 */
export type LyingRef = { 
/**
 * [`LyingView::number`].
 */
number: number, };

/**
 * An account whose secret lies about.
 */
export type LyingView = { 
/**
 * Its number in this list.
 */
number: number, 
/**
 * The kind of place.
 */
foundIn: FoundInView, 
/**
 * The file and line, for reading only; `null` for the environment.
 */
place: string | null, 
/**
 * What it is called there.
 */
name: string, 
/**
 * Its cloud.
 */
cloudName: string, 
/**
 * Its API key.
 */
apiKey: string, 
/**
 * Where it sends to, where that is neither Cloudinary's own nor this computer.
 */
host: string | null, 
/**
 * Whether git has the file.
 */
git: TrackingView, 
/**
 * Its variable is one that tools hand to every visitor of a web page.
 */
public: boolean, 
/**
 * The label of the account that is saved with this cloud and key.
 */
savedAs: string | null, };

/**
 * A token for a program.
 */
export type MakeToken = { 
/**
 * What the program is called.
 */
label: string, 
/**
 * The id of the account that it may use.
 */
account: string, 
/**
 * Whether it uploads, from a folder that the system's dialog asks for; otherwise it has uploads signed.
 */
uploads: boolean, };

/**
 * A field of structured metadata.
 */
export type MetadataField = { 
/**
 * What requests call it.
 */
id: string, 
/**
 * What people call it.
 */
label: string, 
/**
 * What it takes.
 */
kind: MetadataKind, 
/**
 * Whether the service insists on a value.
 */
mandatory: boolean, 
/**
 * What it allows, for the two kinds of lists.
 */
allowed: Array<MetadataOption>, };

/**
 * What a field of structured metadata takes.
 */
export type MetadataKind = "text" | "integer" | "date" | "one" | "several" | "other";

/**
 * A value that a list allows.
 */
export type MetadataOption = { 
/**
 * What requests call it.
 */
id: string, 
/**
 * What people call it.
 */
label: string, };

/**
 * The value of one field of structured metadata.
 */
export type MetadataValue = { 
/**
 * The field's external ID.
 */
field: string, 
/**
 * As the service writes it; for lists the external ID of each value that is chosen.
 */
values: Array<string>, 
/**
 * Whether the field takes several values.
 */
several: boolean, };

/**
 * Something that looked like an account.
 */
export type NotTakenView = { 
/**
 * The file and line, for reading only; `null` for the environment.
 */
place: string | null, 
/**
 * What it is called there.
 */
name: string, 
/**
 * Why it cannot be taken over.
 */
why: string, };

/**
 * Something to say once.
 */
export type Notice = { "kind": "added", "value": AddReport } | { "kind": "accountAdded", "value": string } | { "kind": "passphraseChanged" } | { "kind": "exported", "value": number } | { "kind": "backupOpened" } | { "kind": "copied", "value": number } | { "kind": "trouble", "value": Problem };

/**
 * Where an account comes from.
 */
export type OriginView = "saved" | "environment" | "sandbox";

/**
 * What is kept somewhere.
 */
export type PlaceKind = "accounts" | "settings" | "queue" | "sandbox" | "pasted" | "cleaned" | "thumbnails" | "logs";

/**
 * Names a place by what is kept there.
 */
export type PlaceRef = { 
/**
 * [`PlaceView::kind`].
 */
kind: PlaceKind, };

/**
 * Where one kind of thing is kept.
 */
export type PlaceView = { 
/**
 * What is kept there.
 */
kind: PlaceKind, 
/**
 * Where it is, for reading only.
 */
place: string, 
/**
 * Bytes it takes; `null` when nothing is there yet.
 */
bytes: number | null, };

/**
 * Where everything is kept.
 */
export type Places = { 
/**
 * One of each kind.
 */
places: Array<PlaceView>, };

/**
 * Which links, and as what, without copying them.
 */
export type PreviewLinks = { 
/**
 * [`super::JobView::id`] of each; those without a link are left out.
 */
ids: Array<number>, 
/**
 * The form of each line.
 */
form: LinkForm, };

/**
 * An error as it reaches a person: what happened to which thing, what to do, and whether trying
 * again can help. Holds no secret. Its words become text in the language that is spoken when it is
 * shown.
 */
export type Problem = { 
/**
 * The stable kind; the page has one exhaustive table over it.
 */
kind: ProblemKind, 
/**
 * What happened to which thing, one sentence.
 */
message: string, 
/**
 * What to do, one sentence; may be empty.
 */
hint: string, 
/**
 * Whether trying again makes sense.
 */
retry: Retry, };

/**
 * Every way in which something can go wrong, closed; the text form is stable and is what
 * `--format json` prints.
 */
export type ProblemKind = "source_missing" | "source_unreadable" | "source_is_folder" | "source_changed" | "source_empty" | "name_unrepresentable" | "not_a_path" | "clipboard_empty" | "unreachable" | "timed_out" | "untrusted" | "portal" | "proxy_refused" | "rate_limited" | "service_trouble" | "not_json" | "incomplete" | "stale_request" | "wrong_key" | "wrong_secret" | "wrong_cloud" | "wrong_region" | "secret_missing" | "secret_locked" | "secret_denied" | "secret_timed_out" | "locked" | "no_store" | "preset_refused" | "forbidden" | "too_large" | "over_limit" | "location_kept" | "not_an_image" | "refused" | "name_taken" | "disk" | "no_account" | "unknown_account" | "bad_value" | "bad_url" | "not_signed" | "declined" | "gone" | "not_here" | "internal";

/**
 * Bytes of one job.
 */
export type Progress = { 
/**
 * [`JobView::id`].
 */
id: number, 
/**
 * Bytes sent; never goes back.
 */
sent: number, 
/**
 * Bytes to send.
 */
total: number, };

/**
 * How the public ID comes about.
 */
export type PublicIdChoice = { "kind": "nameAndRandom" } | { "kind": "name" } | { "kind": "rule", 
/**
 * The rule.
 */
rule: string, } | { "kind": "exact", 
/**
 * The public ID, without the folder.
 */
id: string, };

/**
 * What was let go of.
 */
export type PutBack = { 
/**
 * What it was; nothing when all of it was queued before.
 */
held: HeldView, 
/**
 * Brings it back for a day; `null` when it was nothing.
 */
undo: number | null, };

/**
 * Something that was let go of.
 */
export type PutBackRef = { 
/**
 * [`PutBack::undo`].
 */
undo: number, };

/**
 * A new label for an account.
 */
export type RenameAccount = { 
/**
 * [`AccountView::id`].
 */
id: string, 
/**
 * What the user wants to read in lists; not empty.
 */
label: string, };

/**
 * What kind of asset it becomes.
 */
export type ResourceChoice = "image" | "video" | "raw" | "auto";

/**
 * Which accounts of the opened backup come back.
 */
export type RestoreAccounts = { 
/**
 * [`BackupAccount::number`] of each.
 */
numbers: Array<number>, 
/**
 * Whether those that are here already take the backup's secret.
 */
renew: boolean, };

/**
 * What became of them.
 */
export type RestoredView = { 
/**
 * How many came back.
 */
restored: number, 
/**
 * How many were here and stay as they were.
 */
skipped: number, 
/**
 * Those that could not, with the first reason.
 */
failed: Array<Problem>, };

/**
 * Whether trying again makes sense.
 */
export type Retry = "never" | "yes" | "afterChange";

/**
 * A step of changing an API key.
 */
export type Rotate = { 
/**
 * [`super::AccountView::id`].
 */
id: string, 
/**
 * What is wanted.
 */
wish: RotationWish, };

/**
 * How far a change of the API key has come.
 */
export type RotationStage = "added" | "tested" | "switched" | "erasing";

/**
 * A second API key of an account, on its way in or out.
 */
export type RotationView = { 
/**
 * The key that is not in use: the new one before the switch, the old one after it.
 */
otherKey: string, 
/**
 * How far the change has come.
 */
stage: RotationStage, };

/**
 * What is wanted of a change of the API key.
 */
export type RotationWish = "test" | "switch" | "back" | "abandon";

/**
 * Names rows by their numbers.
 */
export type RowRefs = { 
/**
 * [`JobView::id`] of each; at most 200.
 */
ids: Array<number>, };

/**
 * Rows that exist.
 */
export type Rows = { 
/**
 * In the order asked.
 */
rows: Array<JobView>, };

/**
 * Consecutive numbers of rows, in list order. A positive number is a job's; a negative one is a library entry's that no
 * job in the queue stands for.
 */
export type Run = { 
/**
 * The first number.
 */
first: number, 
/**
 * How many.
 */
count: number, };

/**
 * What to make of the log.
 */
export type SaveAudit = { 
/**
 * The form of the copy.
 */
format: AuditFormat, };

/**
 * Switches the agent on or off.
 */
export type SetAgent = { 
/**
 * See [`AgentView::on`].
 */
on: boolean, 
/**
 * See [`AgentView::port`]; `null` leaves it.
 */
port: number | null, };

/**
 * What is to be kept for an account.
 */
export type SetChoices = { 
/**
 * [`super::AccountView::id`].
 */
account: string, 
/**
 * What every upload begins with.
 */
choices: Choices, 
/**
 * Whether things that are added wait until the user said how.
 */
askEachTime: boolean, };

/**
 * Whether the entries are to be there.
 */
export type SetIntegration = { 
/**
 * True installs them, false takes them away.
 */
on: boolean, };

/**
 * What holds now.
 */
export type SettingsView = { 
/**
 * Whether the system tells of finished batches while no window is in front.
 */
notifications: boolean, 
/**
 * Whether closing the window leaves Aloft running.
 */
keepRunning: boolean, 
/**
 * Whether the links of a finished batch go to the clipboard by themselves.
 */
copyWhenDone: boolean, 
/**
 * Light, dark, or as the system.
 */
appearance: Appearance, 
/**
 * BCP 47 tag of the language; `null` is the system's.
 */
language: string | null, 
/**
 * The key combination that works everywhere, such as `Ctrl+Shift+U`.
 */
shortcut: string | null, 
/**
 * Whether the small window to drop on is shown.
 */
dropWindow: boolean, 
/**
 * Minutes without use after which Aloft locks itself; `null` is never.
 */
lockAfter: number | null, 
/**
 * Whether Aloft locks itself when the screen is locked or the computer sleeps.
 */
lockWhenAway: boolean, 
/**
 * Whether Aloft is locked when it is started again.
 */
lockAtQuit: boolean, };

/**
 * The parameters that the widget wants signed, exactly as it handed them over.
 */
export type SignParams = { 
/**
 * One upload's parameters, snake case.
 */
paramsToSign: Record<string, unknown>, };

/**
 * A signature, good for an upload with those parameters for an hour.
 */
export type Signed = { 
/**
 * Lowercase hexadecimal.
 */
signature: string, };

/**
 * Something that was not added.
 */
export type Skipped = { 
/**
 * Its name as far as it can be shown.
 */
name: string, 
/**
 * Why.
 */
problem: Problem, };

/**
 * Everything the main window shows.
 */
export type Snapshot = { 
/**
 * Grows with every change; an older snapshot is never shown over a newer one.
 */
revision: number, 
/**
 * Aloft's own version.
 */
version: string, 
/**
 * ISO 639-1 code of the language that windows, menus and dialogs speak now.
 */
language: string, 
/**
 * All accounts, in the order they were added.
 */
accounts: Array<AccountView>, 
/**
 * [`AccountView::id`] of the one that new uploads go to.
 */
active: string | null, 
/**
 * Where secrets are kept on this computer.
 */
store: StoreView, 
/**
 * Whether Aloft is locked: it reads no secret, and uploads wait.
 */
locked: boolean, 
/**
 * Batches, newest first, each with the numbers of its rows; what is in a row is asked for by number.
 */
batches: Array<BatchView>, 
/**
 * Sums over all jobs.
 */
totals: Totals, 
/**
 * How Aloft behaves.
 */
settings: SettingsView, 
/**
 * What was added and waits until the user said how it is to be uploaded.
 */
held: HeldView | null, 
/**
 * What this computer can do of it.
 */
here: HereView, };

/**
 * Where a row stands, coarsely.
 */
export type Standing = "open" | "needsYou" | "failed" | "done";

/**
 * Where secrets are kept.
 */
export type StoreView = { 
/**
 * Whether the system's keyring answers; `null` before it was asked.
 */
keyring: boolean | null, 
/**
 * The store's own name, such as “Secret Service”.
 */
name: string, 
/**
 * Why the keyring cannot be used, when it cannot.
 */
problem: Problem | null, 
/**
 * How the file of secrets is.
 */
vault: VaultView, };

/**
 * What could be written into a field.
 */
export type Suggest = { 
/**
 * [`super::AccountView::id`].
 */
account: string, 
/**
 * Of what.
 */
what: Suggested, 
/**
 * What is written so far.
 */
typed: string, };

/**
 * What there are suggestions of.
 */
export type Suggested = "folders" | "presets" | "tags" | "metadata";

/**
 * Suggestions, as far as they could be had. Without any, typing still works.
 */
export type Suggestions = { 
/**
 * What could be written.
 */
values: Array<string>, 
/**
 * The account's fields, when metadata was asked for.
 */
fields: Array<MetadataField>, 
/**
 * Why there are none, when they could not be had.
 */
problem: Problem | null, };

/**
 * Sums over jobs.
 */
export type Totals = { 
/**
 * Waiting or preparing.
 */
waiting: number, 
/**
 * Uploading or finishing.
 */
moving: number, 
/**
 * Done.
 */
done: number, 
/**
 * Failed.
 */
failed: number, 
/**
 * Needs the user.
 */
needsYou: number, 
/**
 * Paused.
 */
paused: number, 
/**
 * Bytes sent of the jobs that are not finished.
 */
sentBytes: number, 
/**
 * Bytes of the jobs that are not finished.
 */
totalBytes: number, };

/**
 * What git knows of a file.
 */
export type TrackingView = "none" | "untracked" | "tracked" | "unknown";

/**
 * An account without a secret.
 */
export type UnsignedAccount = { 
/**
 * What the user reads in lists; empty means the cloud name.
 */
label: string, 
/**
 * The cloud name, case kept.
 */
cloudName: string, 
/**
 * The name of a preset that allows unsigned uploads.
 */
uploadPreset: string, 
/**
 * `default`, `eu`, `ap`, or an address.
 */
host: string, };

/**
 * How the file of secrets is that a passphrase protects.
 */
export type VaultView = "absent" | "locked" | "open";

/**
 * Whether the service confirmed an account.
 */
export type VerificationView = { "state": "unverified" } | { "state": "verified" } | { "state": "rejected", 
/**
 * The service's refusal in our words.
 */
reason: string, };

/**
 * What was checked of a finished upload.
 */
export type Verified = "yes" | "no" | "reported";

/**
 * Names a watched folder by its number.
 */
export type WatchRef = { 
/**
 * [`WatchView::id`].
 */
id: number, };

/**
 * A watched folder.
 */
export type WatchView = { 
/**
 * Its number.
 */
id: number, 
/**
 * [`AccountView::id`]; the account may have been removed since.
 */
account: string, 
/**
 * Where it is, for reading only.
 */
place: string, 
/**
 * The folder in the account that stands for it; empty for none.
 */
folder: string, 
/**
 * Whether the folders in it are watched too.
 */
recursive: boolean, 
/**
 * Files in it that still change.
 */
settling: number, 
/**
 * Why nothing is uploaded from it now, when that is so.
 */
problem: Problem | null, };

/**
 * Watched folders, in the order in which they were added.
 */
export type Watches = { 
/**
 * All of them.
 */
watches: Array<WatchView>, };

/**
 * What an entry is to the user.
 */
export type What = "icon" | "launcher" | "nautilus" | "dolphin" | "send_to" | "file_verb" | "folder_verb";

/**
 * What became of a report.
 */
export type WidgetRecorded = { 
/**
 * Whether a row was added to the list.
 */
recorded: boolean, };

/**
 * What the widget says happened. A hint: nothing is believed unchecked.
 */
export type WidgetReport = { "kind": "success", 
/**
 * Untrusted.
 */
info: Record<string, unknown>, } | { "kind": "nativeWay" } | { "kind": "closed" };

/**
 * What the bridge needs to show Cloudinary's Upload Widget for one opening of the window.
 */
export type WidgetSession = { 
/**
 * The account's label, for the title.
 */
label: string, 
/**
 * The address of the foreign frame's page; its origin is the only one the bridge listens to.
 */
frameUrl: string, 
/**
 * The address of the widget's script, loaded by the foreign frame.
 */
scriptUrl: string, 
/**
 * The options for `createUploadWidget`, without functions: cloud name, API key or preset,
 * `secure: true`, and what the window was opened with.
 */
options: Record<string, unknown>, 
/**
 * Whether the widget must ask for signatures.
 */
signed: boolean, };
