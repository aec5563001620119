//! What the service said about a stored asset, and how far that was checked.

use serde::{Deserialize, Serialize};

use crate::kind::ResourceType;

/// The service's answer about one stored asset, reduced to what the queue and the library need.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The public ID as stored, with folder; for raw assets with the extension.
    pub public_id: String,
    /// The immutable ID, where the service gives one.
    #[serde(default)]
    pub asset_id: Option<String>,
    /// Version, in Unix seconds.
    pub version: u64,
    /// Image, video or raw.
    pub resource_type: ResourceType,
    /// `upload`, `private` or `authenticated`.
    pub delivery_type: String,
    /// File format, absent for raw.
    #[serde(default)]
    pub format: Option<String>,
    /// Stored size in bytes.
    #[serde(default)]
    pub bytes: Option<u64>,
    /// Width in pixels.
    #[serde(default)]
    pub width: Option<u32>,
    /// Height in pixels.
    #[serde(default)]
    pub height: Option<u32>,
    /// MD5 of the stored original, in hex.
    #[serde(default)]
    pub etag: Option<String>,
    /// The link.
    pub url: String,
    /// The service stored nothing new: an asset of this public ID was there before.
    #[serde(default)]
    pub existing: bool,
    /// Whether the response signature verified; `None` where there is none to check (unsigned accounts, and assets
    /// that were looked up).
    #[serde(default)]
    pub signature_verified: Option<bool>,
    /// The service's creation time, as it wrote it.
    #[serde(default)]
    pub created_at: Option<String>,
    /// An incoming transformation was applied, so the etag cannot equal the file's MD5.
    #[serde(default)]
    pub transformed: bool,
}

/// How far "done" was checked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verification", rename_all = "snake_case")]
pub enum Verification {
    /// Nothing is stored yet.
    #[default]
    Pending,
    /// The etag equals the file's MD5, and the response signature verified where there is one.
    Verified,
    /// Stored, and the etag cannot be compared by its nature.
    Incomparable {
        /// Why.
        why: Incomparable,
    },
    /// Stored, and something does not fit. Never sent again and never deleted by itself.
    NotVerified {
        /// What does not fit.
        reason: Doubt,
    },
}

impl Verification {
    /// Whether nothing speaks against it that what is stored is what was sent.
    pub(crate) fn is_undoubted(&self) -> bool {
        match self {
            Verification::Verified | Verification::Incomparable { .. } => true,
            Verification::NotVerified { reason } => *reason == Doubt::NoEtag,
            Verification::Pending => false,
        }
    }
}

/// Why an etag says nothing about the local file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Incomparable {
    /// An incoming transformation changed the bytes.
    Transformed,
    /// The service fetched the bytes itself from a link.
    FetchedByService,
    /// The upload widget sent the bytes.
    SentByWidget,
}

/// What keeps a stored asset from being verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// The etag is not the file's MD5.
    DifferentBytes,
    /// The service sent no etag.
    NoEtag,
    /// The response signature does not verify.
    WrongSignature,
    /// The file was changed while it was being sent.
    ChangedWhileSending,
    /// A page reported it and nothing proves it.
    ReportedOnly,
}
