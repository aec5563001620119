//! Accounts, and where their secrets live.
//!
//! What may be read by anyone (label, cloud name, API key, host) is in one JSON file, see
//! [`AccountBook`]. The API secret is in the operating system's keyring; in this process's memory
//! for the sandbox and for "this session only"; or, where the user chose it, in a [`Vault`] that a
//! passphrase protects. [`Secrets`] finds it. [`cloudinary_url`] reads what people paste.
//!
//! This crate must not know the network, Tauri or the queue: everything here works offline, and
//! whether a secret is *right* is for others to find out.

mod account;
pub mod audit;
pub mod backup;
mod book;
pub mod cloudinary_url;
mod disk;
mod envelope;
pub mod found;
pub mod fuzz;
mod host;
mod rotation;
mod secrets;
pub mod shape;
mod store;
mod strength;
mod vault;

pub use account::{
    Access, Account, AccountFault, AccountId, Delivery, InvalidAccountId, Keeping, Origin,
    SignatureAlgorithm, SignatureVersion, UnknownName, Verification,
};
pub use book::{AccountBook, BookError, Damaged, LONGEST_TURN, Turn, Unreadable};
pub use envelope::{EnvelopeError, KdfCost};
pub use host::{ApiHost, HostError};
pub use rotation::{Rotation, RotationError, Stage, Step};
pub use secrets::{Before, Secrets};
pub use store::{
    Item, Keyring, KeyringLimits, MemoryStore, SERVICE, SecretStore, StoreError, StoreErrorKind,
    StoreName, UnlockDialog,
    keyring::{Activity, Ask, Backend},
};
pub use strength::{Advice, STRONG_ENOUGH, Strength, strength};
pub use vault::{Vault, VaultError};
