//! What the widget window's bridge and the secret window may say. They are separate from
//! [`super::Commands`]: each has a capability of its own and nothing else.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What the bridge needs to show Cloudinary's Upload Widget for one opening of the window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WidgetSession {
    /// The account's label, for the title.
    pub label: String,
    /// The address of the foreign frame's page; its origin is the only one the bridge listens to.
    pub frame_url: String,
    /// The address of the widget's script, loaded by the foreign frame.
    pub script_url: String,
    /// The options for `createUploadWidget`, without functions: cloud name, API key or preset,
    /// `secure: true`, and what the window was opened with.
    #[ts(type = "Record<string, unknown>")]
    pub options: serde_json::Map<String, serde_json::Value>,
    /// Whether the widget must ask for signatures.
    pub signed: bool,
}

/// The parameters that the widget wants signed, exactly as it handed them over.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SignParams {
    /// One upload's parameters, snake case.
    #[ts(type = "Record<string, unknown>")]
    pub params_to_sign: serde_json::Map<String, serde_json::Value>,
}

/// A signature, good for an upload with those parameters for an hour.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Signed {
    /// Lowercase hexadecimal.
    pub signature: String,
}

/// What the widget says happened. A hint: nothing is believed unchecked.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "kind"
)]
pub enum WidgetReport {
    /// A file arrived; `info` is the service's answer as the widget passed it on.
    Success {
        /// Untrusted.
        #[ts(type = "Record<string, unknown>")]
        info: serde_json::Map<String, serde_json::Value>,
    },
    /// The user wants to add files the native way instead.
    NativeWay,
    /// The user closed the widget.
    Closed,
}

/// What became of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WidgetRecorded {
    /// Whether a row was added to the list.
    pub recorded: bool,
}
