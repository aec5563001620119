//! Accounts, and where their secrets live.
//!
//! What may be read by anyone (label, cloud name, API key, host) is in one JSON file, see
//! [`AccountBook`]. The API secret is in the operating system's keyring, or in this process's
//! memory for the sandbox and for "this session only", see [`Secrets`]. [`cloudinary_url`] reads
//! what people paste.
//!
//! This crate must not know the network, Tauri or the queue: everything here works offline, and
//! whether a secret is *right* is for others to find out.

mod account;
mod book;
pub mod cloudinary_url;
mod host;
mod secrets;
pub mod shape;
mod store;

pub use account::{
    Access, Account, AccountFault, AccountId, Delivery, InvalidAccountId, Keeping, Origin,
    SignatureAlgorithm, SignatureVersion, UnknownName, Verification,
};
pub use book::{AccountBook, BookError, Damaged, Unreadable};
pub use host::{ApiHost, HostError};
pub use secrets::Secrets;
pub use store::{
    Item, Keyring, KeyringLimits, MemoryStore, SERVICE, SecretStore, StoreError, StoreErrorKind,
    StoreName, UnlockDialog,
    keyring::{Activity, Ask, Backend},
};
