//! An HTTP client of Cloudinary's Upload and Admin APIs: one call is one request, and its outcome is a typed answer
//! or an [`Error`] that says whether trying again makes sense.
//!
//! It must not know a queue, a keyring, accounts or a window. It never retries, never remembers and never follows a
//! redirect: whoever calls decides what happens next, and a signature goes only where the caller named.
//!
//! Three promises hold for every call. The API secret is in no error, no log and no URL. The body of an upload has
//! exactly the announced length, and a file that changes meanwhile fails the attempt before the body is complete.
//! Plain `http` is spoken to this computer only, but for one question without content: whether a captive portal answers
//! in place of a host whose certificate is not trusted.

mod address;
mod admin;
mod answer;
mod client;
mod delivery;
mod destroy;
mod error;
mod file_name;
pub mod fuzz;
mod params;
mod portal;
mod rendition;
mod resolver;
mod source;
mod stall;
mod target;
mod upload;
mod wire;

pub use address::is_loopback;
pub use admin::{
    Config, Folder, FolderMode, Measure, MediaLimits, MetadataField, MetadataKind, MetadataOption,
    Pong, UploadPreset, Usage,
};
pub use answer::{Asset, UploadAnswer};
pub use client::{Client, Options};
pub use delivery::{DeliveryHost, Link, LinkSignature, delivery_url};
pub use destroy::{Destroy, Destroyed};
pub use error::{Decision, Distrust, Error, ErrorKind, Said};
pub use file_name::clean_file_name;
pub use params::{Coordinates, Pairs, UNSIGNED_NAMES, UploadParams};
pub use rendition::{Crop, Rendition};
pub use source::{FileIdentity, Source};
pub use target::{Auth, DeliveryType, ResourceType, Target};
pub use upload::{Chunk, Upload, Watch};
