//! The table. Read it as: this name, under this rule, for this reason. What is not here is refused.

use super::Opened;

/// One line of the policy.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The parameter's name; one that ends in `*` stands for every name with that beginning.
    pub name: &'static str,
    /// What its value must be.
    pub kind: RuleKind,
    /// Why, in words for a person.
    pub reason: &'static str,
}

/// What a value must be.
#[derive(Debug, Clone, Copy)]
pub enum RuleKind {
    /// Required, and exactly `uw`.
    WidgetSource,
    /// Required, Unix seconds within [`super::WINDOW_SECONDS`] of now.
    Timestamp,
    /// If sent, exactly the text the window was opened with.
    TextAsOpened(fn(&Opened) -> Option<&str>),
    /// The same, and it may not be left out if the window was opened with it.
    TextAlwaysAsOpened(fn(&Opened) -> Option<&str>),
    /// If sent, the truth value the window was opened with, written `1`, `0`, `true` or `false`.
    FlagAsOpened(fn(&Opened) -> Option<bool>),
    /// The same, and `true` only in a window without an upload preset.
    FlagWithoutPreset(fn(&Opened) -> Option<bool>),
    /// As [`RuleKind::FlagAsOpened`], and only `true`.
    TrueAsOpened(fn(&Opened) -> Option<bool>),
    /// `x,y,w,h`.
    Rectangle,
    /// `x,y,w,h|x,y,w,h`.
    Rectangles,
    /// Refused whatever the value, under any setting.
    Never,
}

use RuleKind::{
    FlagAsOpened, FlagWithoutPreset, Never, Rectangle, Rectangles, TextAlwaysAsOpened,
    TextAsOpened, Timestamp, TrueAsOpened, WidgetSource,
};

impl RuleKind {
    /// The rule in words, as the documentation has it.
    #[must_use]
    pub const fn words(&self) -> &'static str {
        match self {
            WidgetSource => "required, and `uw`",
            Timestamp => "required, Unix seconds, at most five minutes from now",
            TextAsOpened(_) => "as the window was opened, or left out",
            TextAlwaysAsOpened(_) => "as the window was opened",
            FlagAsOpened(_) => "yes or no, as the window was opened, or left out",
            FlagWithoutPreset(_) => {
                "yes or no, as the window was opened, or left out; with an upload preset never yes"
            }
            TrueAsOpened(_) => "yes, if the window was opened so, or left out",
            Rectangle => "`x,y,width,height` in whole pixels",
            Rectangles => "`x,y,width,height`, several divided by `|`",
            Never => "never",
        }
    }
}

const fn rule(name: &'static str, kind: RuleKind, reason: &'static str) -> Rule {
    Rule { name, kind, reason }
}

const DELETES: &str = "A signature over it also destroys, rewrites or downloads that asset.";
const OTHER_CALL: &str = "It belongs to another call than an upload.";
const ARCHIVES: &str = "It belongs to archives, which copy many assets at once.";
const PUBLISHES: &str = "It changes who may see the asset.";
const LEAKS: &str = "It sends the answer, or the file, through an address that the page chooses.";
const CODE: &str = "It runs code on the upload.";
const COSTS: &str = "It is billed, and the page would choose the amount.";
const REPLACES: &str = "It can replace or touch what is already stored.";
const NAMES: &str = "It lets the page choose how the asset is named or served.";
const UNSIGNED: &str = "The service never signs it.";

/// The whole policy.
#[rustfmt::skip]
pub const RULES: &[Rule] = &[
    // What an upload of the widget needs.
    rule("source", WidgetSource, "It marks an upload of the widget, and no other call knows it."),
    rule("timestamp", Timestamp, "It is the widget's own, and starts the hour in which the signature is good."),
    rule("upload_preset", TextAlwaysAsOpened(|o| o.upload_preset.as_deref()), "A preset may hold code, folders and limits."),
    rule("folder", TextAlwaysAsOpened(|o| o.folder.as_deref()), "It decides where assets land."),
    rule("asset_folder", TextAlwaysAsOpened(|o| o.asset_folder.as_deref()), "It decides where assets land."),
    rule("context", TextAsOpened(|o| o.context.as_deref()), "It is what the window was opened with."),
    rule("metadata", TextAsOpened(|o| o.metadata.as_deref()), "It is what the window was opened with."),
    rule("use_filename", FlagWithoutPreset(|o| o.use_filename), "The service makes the public ID out of the file name; a preset could leave out its random characters."),
    rule("unique_filename", TrueAsOpened(|o| o.unique_filename), "Without random characters a file name would choose the public ID."),
    rule("use_filename_as_display_name", FlagAsOpened(|o| o.use_filename_as_display_name), "A display name is only a label."),
    rule("custom_coordinates", Rectangle, "It is the person's crop."),
    rule("face_coordinates", Rectangles, "It is the person's crop."),

    // What names assets that exist.
    rule("public_id", Never, DELETES),
    rule("public_ids", Never, DELETES),
    rule("from_public_id", Never, DELETES),
    rule("to_public_id", Never, DELETES),
    rule("asset_id", Never, DELETES),
    rule("asset_ids", Never, DELETES),
    rule("version_id", Never, DELETES),
    rule("delete_*", Never, DELETES),
    rule("token", Never, DELETES),
    rule("return_delete_token", Never, "The answer would hold a right to delete the asset."),
    rule("tags", Never, "A signature over it also makes an archive of every asset with the tag."),

    // What belongs to other calls.
    rule("tag", Never, OTHER_CALL),
    rule("command", Never, OTHER_CALL),
    rule("to_type", Never, OTHER_CALL),
    rule("urls", Never, OTHER_CALL),
    rule("text", Never, OTHER_CALL),
    rule("version", Never, OTHER_CALL),
    rule("username", Never, "It belongs to the login of the console."),
    rule("manifest_*", Never, OTHER_CALL),
    rule("quality_override", Never, OTHER_CALL),
    rule("clear_invalid", Never, OTHER_CALL),
    rule("mode", Never, ARCHIVES),
    rule("prefixes", Never, ARCHIVES),
    rule("fully_qualified_public_ids", Never, ARCHIVES),
    rule("search_expression", Never, ARCHIVES),
    rule("asset_folders", Never, ARCHIVES),
    rule("transformations", Never, ARCHIVES),
    rule("expires_at", Never, ARCHIVES),
    rule("attachment", Never, ARCHIVES),
    rule("allow_missing", Never, ARCHIVES),
    rule("keep_derived", Never, ARCHIVES),
    rule("target_*", Never, ARCHIVES),

    // What an upload knows, and a page of somebody else's must not choose.
    rule("overwrite", Never, REPLACES),
    rule("invalidate", Never, REPLACES),
    rule("backup", Never, "Switched off, nothing could be recovered."),
    rule("type", Never, PUBLISHES),
    rule("access_control", Never, PUBLISHES),
    rule("access_mode", Never, PUBLISHES),
    rule("notification_url", Never, LEAKS),
    rule("eager_notification_url", Never, LEAKS),
    rule("callback", Never, LEAKS),
    rule("proxy", Never, LEAKS),
    rule("eval", Never, CODE),
    rule("on_success", Never, CODE),
    rule("eager*", Never, COSTS),
    rule("transformation", Never, COSTS),
    rule("responsive_breakpoints", Never, COSTS),
    rule("raw_convert", Never, COSTS),
    rule("format", Never, COSTS),
    rule("moderation", Never, COSTS),
    rule("background_removal", Never, COSTS),
    rule("ocr", Never, COSTS),
    rule("categorization", Never, COSTS),
    rule("detection", Never, COSTS),
    rule("auto_*", Never, COSTS),
    rule("visual_search", Never, COSTS),
    rule("similarity_search", Never, COSTS),
    rule("async", Never, "The answer would come by notification only."),
    rule("batch_id", Never, LEAKS),
    rule("allowed_formats", Never, "It is a limit, and the page would choose it."),
    rule("headers", Never, NAMES),
    rule("filename_override", Never, NAMES),
    rule("discard_original_filename", Never, NAMES),
    rule("display_name", Never, NAMES),
    rule("public_id_prefix", Never, NAMES),
    rule("use_asset_folder_as_public_id_prefix", Never, NAMES),

    // What the service leaves out of every signature.
    rule("api_key", Never, UNSIGNED),
    rule("cloud_name", Never, UNSIGNED),
    rule("file", Never, UNSIGNED),
    rule("resource_type", Never, UNSIGNED),
    rule("signature", Never, UNSIGNED),
];

/// The line for a name: its own before one that ends in `*`.
pub(super) fn find(name: &str) -> Option<&'static Rule> {
    let own = RULES.iter().find(|rule| rule.name == name);
    own.or_else(|| RULES.iter().find(|rule| covers(rule.name, name)))
}

fn covers(pattern: &str, name: &str) -> bool {
    pattern
        .strip_suffix('*')
        .is_some_and(|beginning| name.starts_with(beginning))
}
