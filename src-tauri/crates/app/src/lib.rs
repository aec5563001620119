//! Aloft without a window: one file per use case over the queue, the service's client, the
//! keyring and the sandbox.
//!
//! This crate must not know Tauri, a terminal, or how anything looks; what it needs of a desktop
//! it asks through [`Desktop`].

pub mod agent;
pub mod audit;
pub mod contract;
pub mod core_files;
pub mod doctor;
pub mod integration;
pub mod links;
#[rustfmt::skip]
pub mod messages;
pub mod rates;
pub mod sizes;
pub mod tray;
pub mod words;

mod accounts;
mod aloft;
mod announce;
mod assets;
mod backup;
mod carrier;
mod child;
mod choices;
mod copying;
mod deleting;
mod desktop;
mod diagnostics;
mod document;
mod drop_window;
mod events;
mod finding;
mod folders;
mod follow;
mod handlers;
mod holding;
mod intake;
mod jobs;
mod language;
mod library;
mod limits;
mod list;
mod lock;
mod places;
mod plan;
mod problems;
mod repaired;
mod revealing;
mod rotating;
mod secrets;
mod settings;
mod sign;
mod state;
mod stored;
mod trial;
mod uploads;
mod vault;
mod waiting;
mod watching;
mod widget;

pub use accounts::{AccountChanges, Consent, NewAccount};
pub use aloft::{Aloft, Options};
pub use backup::Restoring;
pub use desktop::{
    Appearance, Choice, Clipboard, Desktop, IsIt, NoDesktop, Notification, Question, SecretAsked,
    SecretMode,
};
pub use events::Events;
pub use finding::{FoundIn, LookedAround, NotTaken, Sighting, Tracking, Whereabouts};
pub use folders::Folders;
pub use follow::{Moment, Seen, Tally};
pub use language::Language;
pub use library::is_verified;
pub use limits::Limits;
pub use lock::{Away, WallClock};
pub use revealing::SHOWN_FOR;
pub use settings::{Prepared, Settings};
pub use sign::{SignRequest, SignedText};
pub use uploads::{Intake, Outcome, PassedOver, Taken, UploadOptions, problem_of};
pub use vault::VaultState;
pub use watching::{WatchRequest, WatchedFolder};
pub use widget::{FrameHosts, WidgetLimits};

// The vocabulary of the crates below that a front end needs, so that it depends on `app` alone.
pub use cloudinary::{Crop, DeliveryHost, Rendition};
pub use credentials::backup::{Backup, Conflict, Entry as BackupEntry, OnSame, Restored};
pub use credentials::{
    Access, Account, AccountId, ApiHost, Item as SecretItem, Keeping, MemoryStore, Rotation,
    STRONG_ENOUGH, SecretStore, SignatureAlgorithm, SignatureVersion, Stage, StoreError, StoreName,
    Strength, UnlockDialog, Verification,
};
pub use engine::Verification as Checked;
pub use engine::{
    BatchLimits, Clock, Doubt, FolderState, Hours, Job, JobId, LibraryAsset, RateLimit, Receipt,
    ResourceType, Source, State, Verb, Watch, WatchId, Watching,
};
pub use sandbox::{self, Config as SandboxConfig, Credentials as SandboxCredentials};
pub use secrecy::{ExposeSecret, SecretString};
pub use signing;
