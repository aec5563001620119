//! Settings as the page sees and changes them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::desktop::Appearance;
use crate::words::Words;

/// What holds now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SettingsView {
    /// Whether the system tells of finished batches while no window is in front.
    pub notifications: bool,
    /// Whether closing the window leaves Aloft running.
    pub keep_running: bool,
    /// Whether the links of a finished batch go to the clipboard by themselves.
    pub copy_when_done: bool,
    /// Light, dark, or as the system.
    pub appearance: Appearance,
    /// BCP 47 tag of the language; `null` is the system's.
    pub language: Option<String>,
    /// The key combination that works everywhere, such as `Ctrl+Shift+U`.
    pub shortcut: Option<String>,
    /// Whether the small window to drop on is shown.
    pub drop_window: bool,
    /// Minutes without use after which Aloft locks itself; `null` is never.
    pub lock_after: Option<u32>,
    /// Whether Aloft locks itself when the screen is locked or the computer sleeps.
    pub lock_when_away: bool,
    /// Whether Aloft is locked when it is started again.
    pub lock_at_quit: bool,
}

/// What is to be different; what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(optional_fields)]
pub struct ChangeSettings {
    /// See [`SettingsView::notifications`].
    pub notifications: Option<bool>,
    /// See [`SettingsView::keep_running`].
    pub keep_running: Option<bool>,
    /// See [`SettingsView::copy_when_done`].
    pub copy_when_done: Option<bool>,
    /// See [`SettingsView::appearance`].
    pub appearance: Option<Appearance>,
    /// See [`SettingsView::language`]; empty is the system's.
    pub language: Option<String>,
    /// See [`SettingsView::shortcut`]; empty is none.
    pub shortcut: Option<String>,
    /// See [`SettingsView::drop_window`].
    pub drop_window: Option<bool>,
    /// See [`SettingsView::lock_after`]; 0 is never.
    pub lock_after: Option<u32>,
    /// See [`SettingsView::lock_when_away`].
    pub lock_when_away: Option<bool>,
    /// See [`SettingsView::lock_at_quit`].
    pub lock_at_quit: Option<bool>,
    /// See [`HereView::starts_at_login`]; kept by the system and not by Aloft.
    pub start_at_login: Option<bool>,
}

/// What this computer can do of what the settings offer: `null` where it can, or the reason why not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HereView {
    /// Showing a tray, by which a closed window comes back.
    #[ts(type = "string | null")]
    pub tray: Option<Words>,
    /// Hearing keys that are pressed in other programs.
    #[ts(type = "string | null")]
    pub shortcut: Option<Words>,
    /// Keeping a small window above others.
    #[ts(type = "string | null")]
    pub drop_window: Option<Words>,
    /// Starting Aloft when the user logs in.
    #[ts(type = "string | null")]
    pub start_at_login: Option<Words>,
    /// Hearing that the screen is locked or the computer sleeps.
    #[ts(type = "string | null")]
    pub screen_lock: Option<Words>,
    /// Knowing how long the whole computer was not used; where not, the use of Aloft's own windows counts.
    #[ts(type = "string | null")]
    pub idle: Option<Words>,
    /// Whether it does that now.
    pub starts_at_login: bool,
}
