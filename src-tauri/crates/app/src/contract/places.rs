//! Where things are kept, for reading; the page asks by kind and never by name.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Where everything is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Places {
    /// One of each kind.
    pub places: Vec<PlaceView>,
}

/// Where one kind of thing is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PlaceView {
    /// What is kept there.
    pub kind: PlaceKind,
    /// Where it is, for reading only.
    pub place: String,
    /// Bytes it takes; `null` when nothing is there yet.
    pub bytes: Option<u64>,
}

/// Names a place by what is kept there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PlaceRef {
    /// [`PlaceView::kind`].
    pub kind: PlaceKind,
}

/// What is kept somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum PlaceKind {
    /// Accounts, without their secrets.
    Accounts,
    /// What was chosen in the settings.
    Settings,
    /// The queue and the library, which are one database.
    Queue,
    /// What the sandbox was sent.
    Sandbox,
    /// Pasted pictures whose upload is not done.
    Pasted,
    /// Copies without location data whose upload is not done.
    Cleaned,
    /// Small pictures.
    Thumbnails,
    /// What went wrong, in words.
    Logs,
}

impl PlaceKind {
    /// All kinds, in the order in which they are shown.
    pub const ALL: [Self; 8] = [
        Self::Accounts,
        Self::Settings,
        Self::Queue,
        Self::Sandbox,
        Self::Pasted,
        Self::Cleaned,
        Self::Thumbnails,
        Self::Logs,
    ];
}
