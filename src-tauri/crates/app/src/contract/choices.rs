//! What a person may set for an upload, and what is wrong with it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Problem;
use crate::words::Words;

/// What is set for an upload, or kept for an account. Empty means: nothing is said about it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
pub struct Choices {
    /// Folder in the account, `/` between levels.
    pub folder: String,
    /// Tags for every file.
    pub tags: Vec<String>,
    /// Contextual metadata, in the order written.
    pub context: Vec<ContextPair>,
    /// Structured metadata, in the order written.
    pub metadata: Vec<MetadataValue>,
    /// Upload preset.
    pub upload_preset: String,
    /// How the public ID comes about.
    pub public_id: PublicIdChoice,
    /// Whether an asset of the same public ID is replaced.
    pub overwrite: bool,
    /// Who may fetch it.
    pub delivery_type: DeliveryChoice,
    /// Instead of Aloft's own decision.
    pub resource_type: Option<ResourceChoice>,
    /// Incoming transformation, applied before it is stored; steps are joined by `/`.
    pub transformation: String,
    /// Transformations that are made at once, each `t` or `t/format`.
    pub eager: Vec<String>,
    /// `manual`, or add-ons joined by `|`.
    pub moderation: String,
    /// Whether copies without location data are sent in the files' place.
    pub strip_location: bool,
}

/// One pair of contextual metadata.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ContextPair {
    /// Its key, such as `alt`.
    pub key: String,
    /// Its value.
    pub value: String,
}

/// The value of one field of structured metadata.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MetadataValue {
    /// The field's external ID.
    pub field: String,
    /// As the service writes it; for lists the external ID of each value that is chosen.
    pub values: Vec<String>,
    /// Whether the field takes several values.
    pub several: bool,
}

/// How the public ID comes about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "kind"
)]
pub enum PublicIdChoice {
    /// File name and a short random part.
    #[default]
    NameAndRandom,
    /// The file name as it is.
    Name,
    /// A rule with `{name}`, `{date}`, `{random}` and `{counter}`.
    Rule {
        /// The rule.
        rule: String,
    },
    /// Exactly this, for one file.
    Exact {
        /// The public ID, without the folder.
        id: String,
    },
}

/// Who may fetch an asset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum DeliveryChoice {
    /// Everybody.
    #[default]
    Upload,
    /// The original only with a signature.
    Private,
    /// Everything only with a signature.
    Authenticated,
}

/// What kind of asset it becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ResourceChoice {
    /// An image.
    Image,
    /// Video or audio.
    Video,
    /// Stored as it is.
    Raw,
    /// The service decides, and chooses the public ID.
    Auto,
}

/// What is kept for an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChoicesView {
    /// [`super::AccountView::id`].
    pub account: String,
    /// What every upload begins with.
    pub choices: Choices,
    /// Whether things that are added wait until the user said how.
    pub ask_each_time: bool,
}

/// What is to be kept for an account.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SetChoices {
    /// [`super::AccountView::id`].
    pub account: String,
    /// What every upload begins with.
    pub choices: Choices,
    /// Whether things that are added wait until the user said how.
    pub ask_each_time: bool,
}

/// What is to be looked at before it is sent or kept.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CheckChoices {
    /// [`super::AccountView::id`].
    pub account: String,
    /// What is set.
    pub choices: Choices,
    /// Names of what is to be uploaded, as they are shown; none means that it is not known yet. They name nothing on this
    /// computer.
    pub names: Vec<String>,
    /// Whether it is to be kept for the account.
    pub kept: bool,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CheckedChoices {
    /// What stops the upload, each at its field.
    pub faults: Vec<ChoiceFault>,
    /// What is worth knowing and stops nothing.
    pub notes: Vec<ChoiceFault>,
    /// What a file would become.
    pub example: ChoiceExample,
}

/// A sentence about one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChoiceFault {
    /// Where it belongs.
    pub field: ChoiceField,
    /// What is wrong and what to do.
    #[ts(type = "string")]
    pub message: Words,
}

/// The fields of [`Choices`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ChoiceField {
    /// [`Choices::folder`].
    Folder,
    /// [`Choices::tags`].
    Tags,
    /// [`Choices::context`].
    Context,
    /// [`Choices::metadata`].
    Metadata,
    /// [`Choices::upload_preset`].
    UploadPreset,
    /// [`Choices::public_id`].
    PublicId,
    /// [`Choices::overwrite`].
    Overwrite,
    /// [`Choices::delivery_type`].
    DeliveryType,
    /// [`Choices::resource_type`].
    ResourceType,
    /// [`Choices::transformation`].
    Transformation,
    /// [`Choices::eager`].
    Eager,
    /// [`Choices::moderation`].
    Moderation,
}

/// What one file would become.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChoiceExample {
    /// The file's name.
    pub name: String,
    /// Its public ID, with the folder; `null` where the service chooses it.
    pub public_id: Option<String>,
    /// Its link, as far as it is known before the service answers.
    pub link: Option<String>,
}

/// Where to take what is added from.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Add {
    /// Where it comes from.
    pub from: AddFrom,
    /// [`super::AccountView::id`] that the choices were set for; `null` is the active account.
    pub account: Option<String>,
    /// How it is uploaded; `null` means as the account's defaults say.
    pub choices: Option<Choices>,
}

/// Where what is added comes from; the program asks the system for it, a page never names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum AddFrom {
    /// The system's dialog for files.
    FileDialog,
    /// The system's dialog for a folder; its structure is kept.
    FolderDialog,
    /// The clipboard: files, or an address after asking.
    Clipboard,
    /// What is held, see [`HeldView`].
    Held,
}

/// What was added and waits until the user said how it is to be uploaded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HeldView {
    /// [`super::AccountView::id`] of the account that it was added for; the active one when that account is gone.
    pub account: String,
    /// Files, folders and addresses; a folder is one.
    pub count: u64,
    /// Bytes of all of it, where that was quick to find out.
    pub bytes: Option<u64>,
    /// The names of the first of them.
    pub names: Vec<String>,
}

/// What was let go of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PutBack {
    /// What it was; nothing when all of it was queued before.
    pub held: HeldView,
    /// Brings it back for a day; `null` when it was nothing.
    pub undo: Option<i64>,
}

/// Something that was let go of.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PutBackRef {
    /// [`PutBack::undo`].
    pub undo: i64,
}

/// What could be written into a field.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Suggest {
    /// [`super::AccountView::id`].
    pub account: String,
    /// Of what.
    pub what: Suggested,
    /// What is written so far.
    pub typed: String,
}

/// What there are suggestions of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Suggested {
    /// Folders of the account, a level at a time.
    Folders,
    /// Upload presets; for an unsigned account there are none to choose from.
    Presets,
    /// Tags that begin so.
    Tags,
    /// Fields of structured metadata, all of them.
    Metadata,
}

/// Suggestions, as far as they could be had. Without any, typing still works.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Suggestions {
    /// What could be written.
    pub values: Vec<String>,
    /// The account's fields, when metadata was asked for.
    pub fields: Vec<MetadataField>,
    /// Why there are none, when they could not be had.
    pub problem: Option<Problem>,
}

/// A field of structured metadata.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MetadataField {
    /// What requests call it.
    pub id: String,
    /// What people call it.
    pub label: String,
    /// What it takes.
    pub kind: MetadataKind,
    /// Whether the service insists on a value.
    pub mandatory: bool,
    /// What it allows, for the two kinds of lists.
    pub allowed: Vec<MetadataOption>,
}

/// What a field of structured metadata takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum MetadataKind {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// A day, `2026-11-24`.
    Date,
    /// One of a list.
    One,
    /// Several of a list.
    Several,
    /// Something that this version does not know.
    Other,
}

/// A value that a list allows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MetadataOption {
    /// What requests call it.
    pub id: String,
    /// What people call it.
    pub label: String,
}
