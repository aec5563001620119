//! The durable upload queue and the library of what was uploaded, in one SQLite file.
//!
//! [`Queue`] accepts jobs (committed before the caller hears of it), lists and controls them; [`Sender`] works through
//! the jobs of one account, one process at a time; [`Watcher`] queues what comes to rest in watched folders;
//! [`Transport`] is the only way to the network and is given from outside.
//! What happens to a job is decided by the pure function in `step.rs`; time and chance come in through [`Surroundings`].
//!
//! This crate must not know HTTP, Cloudinary's client, the keyring, Tauri, or any window.

mod batch;
mod crash;
mod digest;
mod error;
mod failure;
mod held;
mod identity;
mod job;
mod kind;
mod library;
mod list;
mod location;
mod lock;
mod name;
mod own;
mod pace;
mod pattern;
mod queue;
mod receipt;
mod scan;
mod sender;
mod step;
mod store;
mod surroundings;
mod throttle;
mod transport;
mod undo;
mod watch;

pub use batch::{AccountState, Added, Batch, BatchLimits, Lock, NewBatch};
pub use error::QueueError;
pub use failure::{Decision, Failure, FailureKind, Reason, SystemFault};
pub use held::{Held, HeldId, HeldOrigin, LetGo, NewHeld};
pub use identity::FileIdentity;
pub use job::{
    BatchId, Cleaned, Job, JobFilter, JobId, NewJob, Progress, PublicIdRule, Selection, Source,
    State, Verb, WatchId,
};
pub use kind::{ResourceType, guess};
pub use library::{AssetKey, LibraryAsset, LibraryQuery, NewAsset, Origin};
pub use list::{Facets, Group, Heading, Linked, Listed, Run, Scope, Search};
pub use name::{FolderFault, LONGEST_FOLDER, check_folder, clean_name, join_folders};
pub use pattern::{PLACEHOLDERS, PublicIdFault, check_pattern, check_public_id};
pub use queue::Queue;
pub use receipt::{Doubt, Incomparable, Receipt, Verification};
pub use scan::{Scan, ScannedFile, Seen, SkipReason, Skipped, scan, scan_in_background};
pub use sender::{Sender, SenderSettings};
pub use step::RetryRules;
pub use store::Repair;
pub use surroundings::{Chance, Clock, Surroundings};
pub use throttle::{Hours, RateLimit};
pub use transport::{Answer, Candidate, Chunk, Flow, Part, PartSource, Transport, Wanted};
pub use watch::{
    FolderState, NewWatch, Privacy, Watch, WatchError, WatchOptions, Watcher, WatcherSettings,
    Watching,
};
