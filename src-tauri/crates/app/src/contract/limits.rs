//! Limits as the page sees and sets them, in the words in which people write them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Everything together first, then each account in its order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LimitsView {
    /// All of them, also those that limit nothing.
    pub limits: Vec<LimitView>,
}

/// What one account may take, or everything together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LimitView {
    /// `AccountView::id`; `null` is everything together.
    pub id: Option<String>,
    /// Bytes a second, such as `500 KB` or `2 MB`; empty is without limit.
    pub rate: String,
    /// Hours of the day with another rate; the first that fits counts.
    pub hours: Vec<HoursView>,
    /// Requests at a time for an account; `null` leaves it to Aloft, and is what holds for everything together.
    pub concurrency: Option<u32>,
}

/// A part of each day, in local time. It may reach over midnight.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HoursView {
    /// When it begins: `09:00`.
    pub from: String,
    /// When it is over: `17:00`.
    pub to: String,
    /// See [`LimitView::rate`].
    pub rate: String,
}
