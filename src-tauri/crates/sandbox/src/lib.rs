//! A Cloudinary-compatible server on 127.0.0.1: "Try it without an account", `aloft sandbox`, and every test speak to it.
//!
//! It is strict with few endpoints rather than lenient with many: what it does not understand it refuses in words.
//! It fetches nothing, calls nobody back and transforms nothing; what it stores lies in one folder and is still there after a restart.
//! It must not know the `signing` crate: it verifies signatures with its own few lines, or a bug the two shared would pass unseen.
//! Facts about the service come from the protocol sheet; where that names a thing an open question, the choice here is the stricter one.

mod answer;
mod asset;
mod auth;
mod chunks;
mod clock;
mod compose;
mod config;
mod connection;
mod delivery;
mod download;
mod error;
mod faults;
mod folders;
mod form;
mod front;
mod home;
mod journal;
mod library;
mod manage;
mod media;
mod naming;
mod neighbour;
mod offers;
mod params;
mod route;
mod search;
mod server;
mod signature;
mod spool;
mod start;
mod store;
mod upload;
mod whitelist;
mod widget;

pub use config::{
    Config, Credentials, FolderMode, MetadataField, SignatureModel, UploadPreset, WidgetMode,
};
pub use error::SandboxError;
pub use faults::{Action, Fault, Match, RepeatedLastChunk, load_faults};
pub use journal::{Recorded, RecordedFile};
pub use neighbour::Neighbour;
pub use start::{Sandbox, start};
