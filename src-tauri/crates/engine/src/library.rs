//! The library: everything that was ever uploaded, apart from the queue.

use std::path::PathBuf;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::job::JobId;
use crate::receipt::{Receipt, Verification};

/// Who sent the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// This queue.
    Queue,
    /// The upload widget.
    Widget,
}

/// An asset that something else than the queue stored.
#[derive(Clone, Debug, PartialEq)]
pub struct NewAsset {
    /// Account ID.
    pub account: String,
    /// Cloud name.
    pub cloud_name: String,
    /// What is stored; `signature_verified` decides how far it is believed.
    pub receipt: Receipt,
    /// File name for people.
    pub name: String,
    /// Folder or asset folder; empty for none.
    pub folder: String,
    /// Tags.
    pub tags: Vec<String>,
    /// Who sent it.
    pub origin: Origin,
}

/// One asset of the library.
#[derive(Clone, Debug, PartialEq)]
pub struct LibraryAsset {
    /// Row number; grows with every new asset.
    pub id: i64,
    /// Account ID.
    pub account: String,
    /// Cloud name.
    pub cloud_name: String,
    /// What is stored.
    pub receipt: Receipt,
    /// File name for people.
    pub name: String,
    /// Folder or asset folder; empty for none.
    pub folder: String,
    /// Tags.
    pub tags: Vec<String>,
    /// Who sent it.
    pub origin: Origin,
    /// How far it was checked.
    pub verification: Verification,
    /// The job that sent it; it may be gone from the queue.
    pub job: Option<JobId>,
    /// The local file it came from.
    pub local_path: Option<PathBuf>,
    /// When it was stored.
    pub uploaded_at: Timestamp,
    /// When it was deleted from the service through this program.
    pub deleted_at: Option<Timestamp>,
}

impl LibraryAsset {
    /// The key of this asset.
    pub fn key(&self) -> AssetKey {
        AssetKey::of(&self.account, &self.receipt)
    }
}

/// What makes an asset unique within the library.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AssetKey {
    /// Account ID.
    pub account: String,
    /// Image, video or raw.
    pub resource_type: crate::kind::ResourceType,
    /// `upload`, `private` or `authenticated`.
    pub delivery_type: String,
    /// The whole public ID.
    pub public_id: String,
}

impl AssetKey {
    /// The key of what an account's receipt speaks of.
    pub fn of(account: &str, receipt: &Receipt) -> AssetKey {
        AssetKey {
            account: account.to_owned(),
            resource_type: receipt.resource_type,
            delivery_type: receipt.delivery_type.clone(),
            public_id: receipt.public_id.clone(),
        }
    }
}

/// Which assets to list; newest first.
#[derive(Clone, Debug, Default)]
pub struct LibraryQuery {
    /// Every word must occur in name, public ID, folder or tags; case does not matter for ASCII.
    pub search: Option<String>,
    /// Of this account only.
    pub account: Option<String>,
    /// Of this type only.
    pub resource_type: Option<crate::kind::ResourceType>,
    /// Also those that were deleted from the service.
    pub with_deleted: bool,
    /// Only those older than this row.
    pub before: Option<i64>,
    /// At most so many; 100 when absent.
    pub limit: Option<u32>,
}
