use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use signing::{Params, Value};

use crate::Error;

mod kind;

pub use kind::{Coordinates, Pairs};

/// The only parameters that an unsigned upload may have, in the order in which the service lists them in its refusal.
pub const UNSIGNED_NAMES: [&str; 18] = [
    "upload_preset",
    "callback",
    "public_id",
    "folder",
    "asset_folder",
    "tags",
    "context",
    "metadata",
    "face_coordinates",
    "custom_coordinates",
    "source",
    "filename_override",
    "manifest_transformation",
    "manifest_json",
    "template",
    "template_vars",
    "regions",
    "public_id_prefix",
];

/// Two names are words of Rust: ours, and the service's.
const RENAMED: [(&str, &str); 2] = [("delivery_type", "type"), ("is_async", "async")];

/// Declares every parameter once: what it is, and by its kind its Rust type, how it is read and how it is written.
macro_rules! upload_params {
    ($($(#[doc = $doc:literal])+ $name:ident: $kind:ident),+ $(,)?) => {
        /// What the service is told about an upload. A field that is `None` is neither sent nor signed.
        ///
        /// In serde it is a JSON object with the service's own names. It is read kindly: a flag may be `1` or
        /// `"false"`, a list may be text with commas, a map may be text that is written already. A name that is not
        /// known goes to `extra`; null is as good as absent.
        #[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
        #[serde(try_from = "Map<String, Json>")]
        pub struct UploadParams {
            $(
                $(#[doc = $doc])+
                #[serde(skip_serializing_if = "Option::is_none")]
                pub $name: Option<kind::$kind::Type>,
            )+
            /// Whatever has no field of its own, sent and signed as it is.
            #[serde(flatten)]
            pub extra: BTreeMap<String, Value>,
        }

        impl UploadParams {
            /// The parameters as the service writes them: what is sent and what is signed.
            #[must_use]
            pub fn to_params(&self) -> Params {
                let mut params: Params = self.extra.clone().into_iter().collect();
                $(
                    if let Some(value) = &self.$name {
                        params.insert(stringify!($name), kind::$kind::write(value));
                    }
                )+
                for (ours, theirs) in RENAMED {
                    if let Some(value) = params.remove(ours) {
                        params.insert(theirs, value);
                    }
                }
                params
            }
        }

        /// # Errors
        /// [`Error::ParameterMalformed`] names the parameter whose value is of the wrong kind.
        impl TryFrom<Map<String, Json>> for UploadParams {
            type Error = Error;

            fn try_from(mut map: Map<String, Json>) -> Result<Self, Error> {
                map.retain(|_, value| !value.is_null());
                for (ours, theirs) in RENAMED {
                    if let Some(value) = map.remove(theirs) {
                        map.insert(ours.to_owned(), value);
                    }
                }
                let malformed = |name: &str| Error::ParameterMalformed { name: name.to_owned() };
                $(
                    let $name = match map.remove(stringify!($name)) {
                        Some(value) => Some(kind::$kind::read(value).ok_or_else(|| malformed(stringify!($name)))?),
                        None => None,
                    };
                )+
                let rest = Params::try_from(&map).map_err(|error| match error {
                    signing::Error::Nested { name } => malformed(&name),
                    other => malformed(&other.to_string()),
                })?;
                let extra = rest.iter().map(|(name, value)| (name.to_owned(), value.clone())).collect();
                Ok(Self { $($name,)+ extra })
            }
        }
    };
}

upload_params! {
    /// The name under which it is served, at most 255 characters, `/` makes a path.
    public_id: text,
    /// Put before the public ID, with a `/`.
    public_id_prefix: text,
    /// Fixed-folder mode: put before the public ID.
    folder: text,
    /// Dynamic-folder mode: where it is shown.
    asset_folder: text,
    /// Whether the asset folder is put before the public ID as well.
    use_asset_folder_as_public_id_prefix: flag,
    /// Dynamic-folder mode: what it is called there. No slashes.
    display_name: text,
    /// Takes the display name from the file.
    use_filename_as_display_name: flag,
    /// Makes the display name unique in its folder.
    unique_display_name: flag,
    /// Takes the public ID from the file.
    use_filename: flag,
    /// Adds six random characters to that; the service's default is yes.
    unique_filename: flag,
    /// Replaces the file's name.
    filename_override: text,
    /// Forgets the file's name.
    discard_original_filename: flag,
    /// The parameter `type`: `upload`, `private` or `authenticated`.
    delivery_type: text,
    /// Whether an asset of this ID is replaced. The service's default for signed uploads is yes, Aloft's is no.
    overwrite: flag,
    /// Whether copies on delivery servers go when an asset is replaced.
    invalidate: flag,
    /// Whether the service keeps a backup.
    backup: flag,
    /// The parameter `async`: answers at once and reports by notification.
    is_async: flag,
    /// Tags. A comma separates two.
    tags: list,
    /// Contextual metadata.
    context: pairs,
    /// Structured metadata, by the external ID of the field; a list for fields with several values.
    metadata: pairs,
    /// Incoming transformation, applied before it is stored; steps are joined by `/`.
    transformation: steps,
    /// Transformations made at once, each `t` or `t/format`; joined by `|`.
    eager: eager,
    /// Whether the answer does not wait for them.
    eager_async: flag,
    /// Told when they are made.
    eager_notification_url: text,
    /// Told when it is stored.
    notification_url: text,
    /// Old kind of notification.
    callback: text,
    /// Converts before it is stored.
    format: text,
    /// What may be uploaded.
    allowed_formats: list,
    /// Rectangles of faces.
    face_coordinates: rectangles,
    /// The rectangle of a crop.
    custom_coordinates: rectangles,
    /// Named regions, `{"name": [[x, y], …]}`.
    regions: json,
    /// Widths that the service chooses.
    responsive_breakpoints: json,
    /// Who may fetch it and when.
    access_control: json,
    /// Deprecated: `public` or `authenticated`.
    access_mode: text,
    /// Headers of its delivery, as lines `Name: value`.
    headers: lines,
    /// Tags found by the service with at least this confidence, 0 to 1.
    auto_tagging: number,
    /// Transcribes video.
    auto_transcription: json,
    /// Chapters of video.
    auto_chaptering: flag,
    /// Add-on.
    categorization: text,
    /// Add-on.
    detection: text,
    /// Add-on.
    ocr: text,
    /// Add-on.
    raw_convert: text,
    /// Add-on.
    background_removal: text,
    /// `manual`, or add-ons joined by `|`.
    moderation: text,
    /// JavaScript that the service runs before it stores.
    eval: text,
    /// JavaScript that the service runs after it stored.
    on_success: text,
    /// Proxy for links that the service fetches.
    proxy: text,
    /// Quality for deriving.
    quality_override: text,
    /// Groups notifications.
    batch_id: text,
    /// A set of options kept by the service.
    upload_preset: text,
    /// Answers with a bearer right to delete.
    return_delete_token: flag,
    /// Answers with a perceptual hash.
    phash: flag,
    /// Answers with the main colours.
    colors: flag,
    /// Answers with faces.
    faces: flag,
    /// Deprecated: answers with Exif data.
    exif: flag,
    /// Answers with the metadata inside the file.
    media_metadata: flag,
    /// The same by its old name.
    image_metadata: flag,
    /// Answers with an analysis.
    quality_analysis: flag,
    /// Answers with an analysis.
    accessibility_analysis: flag,
    /// Answers with an analysis.
    cinemagraph_analysis: flag,
    /// Makes it findable by its looks.
    visual_search: flag,
    /// Add-on.
    similarity_search: flag,
    /// Forgets metadata values that are no longer valid.
    clear_invalid: flag,
}
