//! What Aloft needs of a desktop, as verbs. The shell implements it over Tauri; a terminal has
//! [`NoDesktop`]; tests script it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use credentials::Account;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::contract::{HereView, Problem, ProblemKind};
use crate::vault::VaultState;
use crate::words;

/// What the clipboard holds, read by Rust; a page never sees it.
pub enum Clipboard {
    /// Files copied in a file manager.
    Files(Vec<PathBuf>),
    /// A picture, in the format in which it was copied where the system hands that over.
    Image {
        /// The bytes of a whole image file.
        bytes: Vec<u8>,
        /// What such files end with, without the dot: `png`, `jpg`, `webp`, `gif`.
        extension: &'static str,
    },
    /// Text. It may be a `CLOUDINARY_URL`, so it is treated as a secret.
    Text(SecretString),
    /// Nothing that can be used.
    Empty,
}

/// A question that only the user may answer, drawn by the system and not by a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The window's title.
    pub title: String,
    /// One or two sentences that name the thing.
    pub body: String,
    /// The word on the button that goes on.
    pub yes: String,
}

/// A question with more than one way to go on. Three buttons are what every system's dialogs have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What it is about, by the name that a program knows it by.
    pub subject: String,
    /// The window's title.
    pub title: String,
    /// One or two sentences that name the thing.
    pub body: String,
    /// The words on the buttons that go on.
    pub answers: [String; 2],
    /// The word on the button that does not; a dismissed dialog means the same.
    pub refuse: String,
}

/// Whether a text is the one meant.
pub type IsIt = Box<dyn Fn(&str) -> bool + Send>;

/// What the secret window is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretMode {
    /// A secret is typed.
    Type,
    /// The secret of a second key is typed.
    SecondKey,
    /// A secret is shown for a moment.
    Reveal,
    /// The vault's passphrase is typed: a new one, or the one that opens it.
    Passphrase,
    /// The vault's passphrase is typed, and a new one for it.
    ChangePassphrase,
    /// A passphrase for a backup that is made.
    NewBackup,
    /// The passphrase of a backup that is there.
    OpenBackup,
}

impl SecretMode {
    /// The stable text form, as the window's page reads it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::SecondKey => "second",
            Self::Reveal => "reveal",
            Self::Passphrase => "passphrase",
            Self::ChangePassphrase => "change-passphrase",
            Self::NewBackup => "new-backup",
            Self::OpenBackup => "backup",
        }
    }
}

/// What the secret window is about, and whose secret it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretAsked {
    /// What is done there.
    pub mode: SecretMode,
    /// How the vault is, which may be chosen there.
    pub vault: VaultState,
    /// What the user reads in lists.
    pub label: String,
    /// The cloud name.
    pub cloud_name: String,
    /// The API key; not a secret.
    pub api_key: String,
}

impl SecretAsked {
    pub(crate) fn of(account: &Account, mode: SecretMode) -> Self {
        Self {
            mode,
            vault: VaultState::Absent,
            label: account.label.clone(),
            cloud_name: account.cloud_name.clone(),
            api_key: account.item().map(|item| item.api_key).unwrap_or_default(),
        }
    }

    /// For the vault itself, which is no account's.
    pub(crate) fn of_vault(mode: SecretMode) -> Self {
        Self {
            mode,
            vault: VaultState::Absent,
            label: String::new(),
            cloud_name: String::new(),
            api_key: String::new(),
        }
    }
}

/// Something said outside the window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// One line.
    pub title: String,
    /// A sentence or two; may be empty.
    pub body: String,
}

/// Whether Aloft is light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Appearance {
    /// As the system is.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// The desktop, as far as Aloft needs it.
#[async_trait]
pub trait Desktop: Send + Sync + 'static {
    /// Whether there is one: what the user does is then done in a window, and else in a terminal.
    fn has_windows(&self) -> bool {
        true
    }
    /// The system's dialog for files; empty when dismissed.
    async fn pick_files(&self) -> Vec<PathBuf>;
    /// The system's dialog for a folder.
    async fn pick_folder(&self) -> Option<PathBuf>;
    /// Asks; false when dismissed.
    async fn confirm(&self, question: Question) -> bool;
    /// Asks which of the answers it is to be, counted from 0; `None` when refused or dismissed, which no system tells
    /// apart. An error where nobody can be asked.
    async fn choose(&self, choice: Choice) -> Result<Option<usize>, Problem>;
    /// Lets the agent listen on this port of this computer, or no longer.
    async fn set_agent(&self, port: Option<u16>) -> Result<(), Problem>;
    /// Reads the clipboard, within a time limit.
    async fn read_clipboard(&self) -> Result<Clipboard, Problem>;
    /// Writes text to the clipboard.
    async fn write_clipboard(&self, text: String) -> Result<(), Problem>;
    /// Writes a secret to the clipboard, marked so that programs that remember what was copied leave it out, where the
    /// system has such a mark.
    async fn copy_secret(&self, secret: SecretString) -> Result<(), Problem>;
    /// Clears the clipboard if what it holds is what `is_it` says.
    async fn clear_copied(&self, is_it: IsIt) -> Result<(), Problem>;
    /// Opens the secret window, for one secret.
    async fn open_secret_window(&self, asked: SecretAsked) -> Result<(), Problem>;
    /// Closes the secret window, and forgets what was typed there, if it is open.
    fn close_secret_window(&self);
    /// How long the computer was not used; `None` where that is not known.
    async fn idle(&self) -> Option<Duration>;
    /// Opens the widget window anew.
    async fn open_widget_window(&self) -> Result<(), Problem>;
    /// Brings the main window to the front.
    fn show_main_window(&self);
    /// Opens an address in the browser.
    fn open_address(&self, address: &str) -> Result<(), Problem>;
    /// Shows a file in the file manager.
    fn reveal(&self, file: &Path) -> Result<(), Problem>;
    /// Opens a folder in the file manager.
    fn open_folder(&self, folder: &Path) -> Result<(), Problem>;
    /// The system's dialog for a place to save to, with this name proposed; `None` when dismissed.
    async fn pick_save(&self, name: &str) -> Option<PathBuf>;
    /// Says something outside the window. A click on it brings the window to the front, where the system tells of
    /// clicks. Where there is nothing that shows notifications, nothing happens.
    fn notify(&self, notification: Notification);
    /// Whether the user looks at a window of Aloft's: it is shown and has the keyboard.
    fn is_in_front(&self) -> bool;
    /// What it can do of what the settings offer; whether Aloft starts at login is asked apart.
    async fn here(&self) -> HereView;
    /// Light, dark, or as the system is, for all windows, those to come included.
    fn set_appearance(&self, appearance: Appearance) -> Result<(), Problem>;
    /// Whether Aloft starts, without its window, when the user logs in.
    async fn starts_at_login(&self) -> Result<bool, Problem>;
    /// Makes it so, or no longer.
    async fn set_start_at_login(&self, on: bool) -> Result<(), Problem>;
    /// The keys that upload the clipboard from anywhere, such as `Ctrl+Shift+U`; `None` takes them back. Refused with
    /// the reason where the system has no such thing, or the keys are taken or cannot be read; those from before stay
    /// then.
    async fn set_shortcut(&self, keys: Option<String>) -> Result<(), Problem>;
    /// Shows the small window that takes drops and stays above others, or closes it. Refused with the reason where a
    /// window cannot stay above others.
    async fn show_drop_window(&self, show: bool) -> Result<(), Problem>;
    /// Whether that window is open.
    fn has_drop_window(&self) -> bool;
    /// What taskbar or dock show beside the icon: how much of what is under way is done, from 0 to 1, and how many
    /// things need the user. Where there is no such place, nothing happens.
    fn set_progress(&self, fraction: Option<f64>, attention: u64);
}

/// No desktop at all: a terminal.
pub struct NoDesktop;

fn not_here() -> Problem {
    Problem::new(
        ProblemKind::NotHere,
        words::problem::no_desktop(),
        words::hint::open_window(),
    )
}

#[async_trait]
impl Desktop for NoDesktop {
    fn has_windows(&self) -> bool {
        false
    }
    async fn pick_files(&self) -> Vec<PathBuf> {
        Vec::new()
    }
    async fn pick_folder(&self) -> Option<PathBuf> {
        None
    }
    async fn confirm(&self, _: Question) -> bool {
        false
    }
    async fn choose(&self, _: Choice) -> Result<Option<usize>, Problem> {
        Err(not_here())
    }
    async fn set_agent(&self, _: Option<u16>) -> Result<(), Problem> {
        Err(not_here())
    }
    async fn read_clipboard(&self) -> Result<Clipboard, Problem> {
        Err(not_here())
    }
    async fn write_clipboard(&self, _: String) -> Result<(), Problem> {
        Err(not_here())
    }
    async fn copy_secret(&self, _: SecretString) -> Result<(), Problem> {
        Err(not_here())
    }
    async fn clear_copied(&self, _: IsIt) -> Result<(), Problem> {
        Err(not_here())
    }
    async fn open_secret_window(&self, _: SecretAsked) -> Result<(), Problem> {
        Err(not_here())
    }
    fn close_secret_window(&self) {}
    async fn idle(&self) -> Option<Duration> {
        None
    }
    async fn open_widget_window(&self) -> Result<(), Problem> {
        Err(not_here())
    }
    fn show_main_window(&self) {}
    fn open_address(&self, _: &str) -> Result<(), Problem> {
        Err(not_here())
    }
    fn reveal(&self, _: &Path) -> Result<(), Problem> {
        Err(not_here())
    }
    fn open_folder(&self, _: &Path) -> Result<(), Problem> {
        Err(not_here())
    }
    async fn pick_save(&self, _: &str) -> Option<PathBuf> {
        None
    }
    fn notify(&self, _: Notification) {}
    fn is_in_front(&self) -> bool {
        false
    }
    async fn here(&self) -> HereView {
        let reason = || Some(words::problem::no_desktop());
        HereView {
            tray: reason(),
            shortcut: reason(),
            drop_window: reason(),
            start_at_login: reason(),
            screen_lock: reason(),
            idle: reason(),
            starts_at_login: false,
        }
    }
    fn set_appearance(&self, _: Appearance) -> Result<(), Problem> {
        Err(not_here())
    }
    async fn starts_at_login(&self) -> Result<bool, Problem> {
        Err(not_here())
    }
    async fn set_start_at_login(&self, _: bool) -> Result<(), Problem> {
        Err(not_here())
    }
    async fn set_shortcut(&self, _: Option<String>) -> Result<(), Problem> {
        Err(not_here())
    }
    async fn show_drop_window(&self, _: bool) -> Result<(), Problem> {
        Err(not_here())
    }
    fn has_drop_window(&self) -> bool {
        false
    }
    fn set_progress(&self, _: Option<f64>, _: u64) {}
}
