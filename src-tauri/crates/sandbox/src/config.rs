//! How a sandbox is set up.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use crate::error::SandboxError;
use crate::faults::Fault;

/// How a sandbox is set up; [`Config::new`] gives the everyday one, then change fields.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where everything lies: settings, assets, the lock. Made when missing.
    pub folder: PathBuf,
    /// `None`: the port kept in the folder, else a free one, then kept and reused. `Some(0)`: any free one, not kept. Otherwise that one, kept.
    pub port: Option<u16>,
    /// The cloud name; `None` means `sandbox`.
    pub cloud_name: Option<String>,
    /// The key and secret that are accepted; `None` means a random pair, kept in the folder.
    pub credentials: Option<Credentials>,
    /// Other pairs that are accepted too, as of a cloud whose key is being changed.
    pub more_credentials: Vec<Credentials>,
    /// What goes wrong, and when; can be replaced while running by [`crate::Sandbox::set_faults`].
    pub faults: Vec<Fault>,
    /// Waited before every answer of the API, after the request was read.
    pub latency: Duration,
    /// Bytes are hashed and thrown away and nothing is written: for benchmarks. Links answer HEAD, not GET.
    pub discard: bool,
    /// Which received fields count as signed (protocol sheet 1.2).
    pub signature_model: SignatureModel,
    /// How the stand-in for the Upload Widget behaves.
    pub widget: WidgetMode,
    /// Seconds by which the sandbox's clock is ahead of the system's.
    pub clock_offset_seconds: i64,
    /// A clock that stands still at this Unix second: for replaying recorded requests. Wins over the offset.
    pub frozen_clock: Option<i64>,
    /// Presets open to unsigned uploads; the first one is what [`crate::Sandbox::unsigned_preset`] names.
    pub unsigned_presets: Vec<UploadPreset>,
    /// Presets that only signed uploads may name.
    pub signed_presets: Vec<UploadPreset>,
    /// The fields of structured metadata. With any, an upload that names another is refused; without, all names are taken.
    pub metadata_fields: Vec<MetadataField>,
    /// Whether folders are a property of the asset or a part of its public ID.
    pub folder_mode: FolderMode,
    /// The largest file one request may carry, in bytes; not looked at when `discard` is set. The service's limit is 100 MB.
    pub max_request_bytes: u64,
}

impl Config {
    /// The everyday set-up in `folder`: kept port, kept random credentials, one unsigned preset, no faults.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            port: None,
            cloud_name: None,
            credentials: None,
            more_credentials: Vec::new(),
            faults: Vec::new(),
            latency: Duration::ZERO,
            discard: false,
            signature_model: SignatureModel::default(),
            widget: WidgetMode::default(),
            clock_offset_seconds: 0,
            frozen_clock: None,
            unsigned_presets: vec![UploadPreset::new("sandbox-unsigned")],
            signed_presets: Vec::new(),
            metadata_fields: Vec::new(),
            folder_mode: FolderMode::default(),
            max_request_bytes: 100_000_000,
        }
    }
}

/// An API key and its secret. `Debug` shows neither the secret nor its length.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The public half.
    pub api_key: String,
    /// The secret half.
    pub api_secret: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("api_key", &self.api_key)
            .field("api_secret", &"REDACTED")
            .finish()
    }
}

/// Which received fields the server counts as signed. Which of the two the service uses is not known (protocol sheet 1.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SignatureModel {
    /// Only parameters known for that endpoint; others are ignored.
    #[default]
    Whitelist,
    /// Everything received, but for the five names that are never signed.
    All,
}

/// Whether folders are a property of the asset or a part of its public ID.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FolderMode {
    /// `asset_folder` and `display_name` exist; the public ID is only an ID.
    #[default]
    Dynamic,
    /// The folder is the path in the public ID.
    Fixed,
}

impl FolderMode {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Dynamic => "dynamic",
            Self::Fixed => "fixed",
        }
    }
}

/// An upload preset: a name and the parameters it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadPreset {
    /// The name a request gives as `upload_preset`.
    pub name: String,
    /// Upload parameters, as text. They win over an unsigned request's and lose to a signed one's; tags, context and metadata are merged.
    pub settings: BTreeMap<String, String>,
}

impl UploadPreset {
    /// A preset without settings.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            settings: BTreeMap::new(),
        }
    }
}

/// A field of structured metadata, as the service describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetadataField {
    /// What requests call it.
    pub external_id: String,
    /// What people call it.
    pub label: String,
    /// `string`, `integer`, `date`, `enum` or `set`.
    pub kind: String,
    /// Whether a value is asked for.
    pub mandatory: bool,
    /// External ID and text of each value of an `enum` or a `set`.
    pub values: Vec<(String, String)>,
}

/// How the stand-in for the Upload Widget behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WidgetMode {
    /// As the real one is described.
    #[default]
    Faithful,
    /// The script tries whatever it can reach and reports what worked: the security regression test.
    Hostile,
    /// The page's answer to a signature request never arrives.
    CallbackNever,
    /// The page's answer arrives as null.
    CallbackNull,
    /// The signature is spoilt on its way, so the API refuses it.
    SigningRefused,
    /// A signature request is an array even for one file.
    ArrayRequest,
    /// The upload waits three seconds before it starts.
    SlowNetwork,
    /// After `destroy()` a success message still arrives.
    LateMessage,
    /// A success message arrives from an origin that is not the frame's.
    WrongOrigin,
    /// A success message names a widget that does not exist.
    WrongWidgetId,
    /// The loader is not there.
    Missing,
    /// The loader is asked for and never comes.
    Silent,
}

impl WidgetMode {
    /// Every mode.
    pub const ALL: [Self; 12] = [
        Self::Faithful,
        Self::Hostile,
        Self::CallbackNever,
        Self::CallbackNull,
        Self::SigningRefused,
        Self::ArrayRequest,
        Self::SlowNetwork,
        Self::LateMessage,
        Self::WrongOrigin,
        Self::WrongWidgetId,
        Self::Missing,
        Self::Silent,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Faithful => "faithful",
            Self::Hostile => "hostile",
            Self::CallbackNever => "callback-never",
            Self::CallbackNull => "callback-null",
            Self::SigningRefused => "signing-refused",
            Self::ArrayRequest => "array-request",
            Self::SlowNetwork => "slow-network",
            Self::LateMessage => "late-message",
            Self::WrongOrigin => "wrong-origin",
            Self::WrongWidgetId => "wrong-widget-id",
            Self::Missing => "missing",
            Self::Silent => "silent",
        }
    }
}

impl FromStr for WidgetMode {
    type Err = SandboxError;

    fn from_str(name: &str) -> Result<Self, SandboxError> {
        let found = Self::ALL.into_iter().find(|mode| mode.name() == name);
        found.ok_or_else(|| SandboxError::WidgetMode {
            name: name.to_owned(),
        })
    }
}
