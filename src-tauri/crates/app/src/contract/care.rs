//! What is asked about accounts that are there: their values, their keys, and where their secrets are kept.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::KeepingView;

/// What to change of an account; what is missing stays. Its secret is typed in the secret window.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EditAccount {
    /// [`super::AccountView::id`].
    pub id: String,
    /// What the user reads in lists.
    #[ts(optional)]
    pub label: Option<String>,
    /// The cloud name, case kept.
    #[ts(optional)]
    pub cloud_name: Option<String>,
    /// The API key, for correcting it.
    #[ts(optional)]
    pub api_key: Option<String>,
    /// `default`, `eu`, `ap`, or an address.
    #[ts(optional)]
    pub host: Option<String>,
    /// The preset of an account without a secret.
    #[ts(optional)]
    pub upload_preset: Option<String>,
    /// `sha1` or `sha256`.
    #[ts(optional)]
    pub algorithm: Option<String>,
    /// `1` or `2`.
    #[ts(optional)]
    pub signature_version: Option<String>,
    /// A host name of one's own for links; empty takes it away.
    #[ts(optional)]
    pub secure_distribution: Option<String>,
    /// Whether the cloud has its own delivery host.
    #[ts(optional)]
    pub private_cdn: Option<bool>,
    /// A host name of one's own for plain links; empty takes it away.
    #[ts(optional)]
    pub cname: Option<String>,
}

/// Where an account's secret is to be kept.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KeepSecret {
    /// [`super::AccountView::id`].
    pub id: String,
    /// The keyring or the vault.
    pub keeping: KeepingView,
}

/// Whether it is kept there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Kept {
    /// False when the secret window asks for a passphrase first.
    pub done: bool,
}

/// A second API key, whose secret is typed in the secret window.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BeginRotation {
    /// [`super::AccountView::id`].
    pub id: String,
    /// The new key.
    pub api_key: String,
}

/// A step of changing an API key.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Rotate {
    /// [`super::AccountView::id`].
    pub id: String,
    /// What is wanted.
    pub wish: RotationWish,
}

/// What is wanted of a change of the API key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum RotationWish {
    /// Ask the service whether the new key is good.
    Test,
    /// Use the new key from now on.
    Switch,
    /// Use the old key again.
    Back,
    /// Give the change up; the new key's secret is erased.
    Abandon,
}
