//! The agent as the page sees and changes it. A token never comes here: Rust puts it on the clipboard.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How the agent is, and who may ask it for what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AgentView {
    /// Whether it listens while Aloft runs.
    pub on: bool,
    /// The port of this computer on which it does.
    pub port: u16,
    /// In the order in which they were allowed.
    pub clients: Vec<ClientView>,
}

/// Who may ask for what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ClientView {
    /// An origin such as `http://localhost:3000`, or what a token was called; unique.
    pub name: String,
    /// Whether it is known by a token.
    pub has_token: bool,
    /// The label of the account that it may use; `null` when that is no longer in the list.
    pub account: Option<String>,
    /// The id of that account.
    pub account_id: String,
    /// Whether it may have uploads signed.
    pub may_sign: bool,
    /// Whether it may have files uploaded.
    pub may_upload: bool,
    /// The folders whose files it may name, to read.
    pub roots: Vec<String>,
    /// The upload preset that each upload signed for it must name; `null` is none.
    pub upload_preset: Option<String>,
    /// The folder of the account that each must name; `null` is none.
    pub folder: Option<String>,
    /// Whether it ends with its next use.
    pub once: bool,
    /// When it ends, in Unix seconds; `null` is never.
    pub until: Option<i64>,
    /// The user said no.
    pub denied: bool,
}

/// Switches the agent on or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SetAgent {
    /// See [`AgentView::on`].
    pub on: bool,
    /// See [`AgentView::port`]; `null` leaves it.
    pub port: Option<u16>,
}

/// A token for a program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MakeToken {
    /// What the program is called.
    pub label: String,
    /// The id of the account that it may use.
    pub account: String,
    /// Whether it uploads, from a folder that the system's dialog asks for; otherwise it has uploads signed.
    pub uploads: bool,
}

/// What a client is held to from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EditClient {
    /// [`ClientView::name`].
    pub label: String,
    /// The id of the account that it may use.
    pub account: String,
    /// The upload preset that each upload signed for it must name; empty is none. Nothing for one that only uploads.
    pub upload_preset: String,
    /// The folder of the account that each must name; empty is none. Nothing for one that only uploads.
    pub folder: String,
}

/// Names a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ClientRef {
    /// [`ClientView::name`].
    pub label: String,
}
