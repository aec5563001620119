//! How the user wants Aloft to behave, kept in `settings.json` of the configuration folder.

mod desktop;
mod file;

use std::path::Path;
use std::sync::Mutex;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio::sync::watch;

use crate::aloft::Aloft;
use crate::contract::{ChangeSettings, HereView, Problem, SettingsView};
use crate::desktop::{Appearance, Desktop};
use crate::folders::Folders;
use crate::language::Language;

use file::SettingsFile;

/// What the user chose. What was never chosen has the value of [`Settings::default`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Whether the system tells of finished batches while no window is in front.
    pub notifications: bool,
    /// Whether closing the window leaves Aloft running, where there is a tray to come back by.
    pub keep_running: bool,
    /// Whether the links of a finished batch go to the clipboard by themselves.
    pub copy_when_done: bool,
    /// Light, dark, or as the system.
    pub appearance: Appearance,
    /// BCP 47 tag of the language; `None` is the system's, as far as Aloft speaks it.
    pub language: Option<String>,
    /// The key combination that works everywhere, as the system's plugin writes it (`Ctrl+Shift+U`).
    pub shortcut: Option<String>,
    /// Whether the small window to drop on is shown.
    pub drop_window: bool,
    /// Minutes without use after which Aloft locks itself; `None` is never.
    pub lock_after: Option<u32>,
    /// Whether Aloft locks itself when the screen is locked or the computer sleeps.
    pub lock_when_away: bool,
    /// Whether Aloft locks itself when it quits.
    pub lock_at_quit: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            notifications: true,
            keep_running: false,
            copy_when_done: false,
            appearance: Appearance::System,
            language: None,
            shortcut: None,
            drop_window: false,
            lock_after: Some(15),
            lock_when_away: true,
            lock_at_quit: false,
        }
    }
}

impl Settings {
    /// Field by field: a value that this version cannot read is as if it had not been chosen.
    fn read(root: &Map<String, Value>) -> Self {
        let Self {
            notifications,
            keep_running,
            copy_when_done,
            appearance,
            language,
            shortcut,
            drop_window,
            lock_after,
            lock_when_away,
            lock_at_quit,
        } = Self::default();
        Self {
            notifications: field(root, "notifications", notifications),
            keep_running: field(root, "keep_running", keep_running),
            copy_when_done: field(root, "copy_when_done", copy_when_done),
            appearance: field(root, "appearance", appearance),
            language: field(root, "language", language),
            shortcut: field(root, "shortcut", shortcut),
            drop_window: field(root, "drop_window", drop_window),
            lock_after: field(root, "lock_after", lock_after),
            lock_when_away: field(root, "lock_when_away", lock_when_away),
            lock_at_quit: field(root, "lock_at_quit", lock_at_quit),
        }
    }

    /// Writes into `root` what differs from `before`, and leaves the rest as it stands there.
    fn write(&self, before: &Self, root: &mut Map<String, Value>) {
        let (old, new) = (fields(before), fields(self));
        for (key, value) in new {
            if old.get(&key) != Some(&value) {
                root.insert(key, value);
            }
        }
    }

    fn with(&self, change: &ChangeSettings) -> Self {
        let text = |new: &Option<String>, old: &Option<String>| match new.as_deref().map(str::trim)
        {
            None => old.clone(),
            Some("") => None,
            Some(chosen) => Some(chosen.to_owned()),
        };
        Self {
            notifications: change.notifications.unwrap_or(self.notifications),
            keep_running: change.keep_running.unwrap_or(self.keep_running),
            copy_when_done: change.copy_when_done.unwrap_or(self.copy_when_done),
            appearance: change.appearance.unwrap_or(self.appearance),
            language: text(&change.language, &self.language),
            shortcut: text(&change.shortcut, &self.shortcut),
            drop_window: change.drop_window.unwrap_or(self.drop_window),
            lock_after: match change.lock_after {
                None => self.lock_after,
                Some(0) => None,
                Some(minutes) => Some(minutes),
            },
            lock_when_away: change.lock_when_away.unwrap_or(self.lock_when_away),
            lock_at_quit: change.lock_at_quit.unwrap_or(self.lock_at_quit),
        }
    }
}

fn field<T: serde::de::DeserializeOwned>(root: &Map<String, Value>, key: &str, plain: T) -> T {
    let read = root.get(key).map(|value| T::deserialize(value));
    read.and_then(Result::ok).unwrap_or(plain)
}

fn fields(settings: &Settings) -> Map<String, Value> {
    match serde_json::to_value(settings) {
        Ok(Value::Object(fields)) => fields,
        Ok(_) | Err(_) => Map::new(),
    }
}

/// The settings of one configuration folder, in memory and on disk.
pub(crate) struct SettingsBook {
    file: SettingsFile,
    now: watch::Sender<Settings>,
    /// What was wrong with the file when it was opened.
    trouble: Option<Problem>,
    /// Held while a change asks the desktop: two changes at a time would undo each other.
    changing: tokio::sync::Mutex<()>,
    /// What the desktop can do, as it was when it was looked at last.
    here: Mutex<HereView>,
}

impl SettingsBook {
    /// Opens the settings of `folder`. Whatever is wrong with the file, there are settings: what it was is a sentence.
    pub(crate) fn open(folder: &Path) -> Self {
        let file = SettingsFile::in_folder(folder);
        let (settings, trouble) = match file.read() {
            Ok(root) => (Settings::read(&root), None),
            Err(problem) => (Settings::default(), Some(problem)),
        };
        Self {
            file,
            now: watch::Sender::new(settings),
            trouble,
            changing: tokio::sync::Mutex::default(),
            here: Mutex::default(),
        }
    }

    pub(crate) fn trouble(&self) -> Option<Problem> {
        self.trouble.clone()
    }
}

/// What has to be so before a front end's first window, which may be there before the queue is open.
pub struct Prepared(pub(crate) SettingsBook);

impl Prepared {
    /// Reads the settings of `folders`; from now on the chosen language is spoken, and the colours are the chosen ones.
    pub fn for_windows(folders: &Folders, desktop: &dyn Desktop) -> Self {
        let book = SettingsBook::open(&folders.config);
        let settings = book.now.borrow().clone();
        settings.speak();
        if settings.appearance != Appearance::System
            && let Err(problem) = desktop.set_appearance(settings.appearance)
        {
            tracing::warn!("{problem}");
        }
        Self(book)
    }
}

impl Settings {
    /// Speaks the chosen language from now on, else the system's as far as Aloft has it.
    fn speak(&self) {
        self.language
            .as_deref()
            .and_then(Language::of_tag)
            .unwrap_or_else(Language::of_system)
            .speak();
    }
}

impl Aloft {
    /// What holds now.
    pub fn settings(&self) -> Settings {
        self.0.settings.now.borrow().clone()
    }

    /// What holds, at every change.
    pub fn settings_changes(&self) -> watch::Receiver<Settings> {
        self.0.settings.now.subscribe()
    }

    /// Changes what is named. What the file holds beyond that stays.
    ///
    /// # Errors
    /// When the desktop refuses, or the file cannot be written; then everything stays as it was. Starting at login is the
    /// system's own and comes last: where that is refused, the rest is changed.
    pub async fn change_settings(&self, change: &ChangeSettings) -> Result<SettingsView, Problem> {
        let _alone = self.0.settings.changing.lock().await;
        let before = self.settings();
        let after = before.with(change);
        self.look_around().await;
        self.permit(&before, &after)?;
        let changed = self.change_on_desktop(&before, &after).await;
        let written = changed.and_then(|()| {
            let file = &self.0.settings.file;
            file.change(|root| after.write(&before, root))
        });
        if let Err(problem) = written {
            // What was refused on the way back was refused on the way there.
            let _ = self.change_on_desktop(&after, &before).await;
            return Err(problem);
        }
        let speaks_anew = before.language != after.language;
        self.0.settings.now.send_replace(after);
        if speaks_anew {
            self.settings().speak();
            // Whoever was told meanwhile was told in the language of before.
            self.0.settings.now.send_modify(|_| {});
        }
        if let Some(on) = change.start_at_login {
            self.start_at_login(on).await?;
        }
        Ok(self.settings_view())
    }

    pub(crate) fn settings_view(&self) -> SettingsView {
        let Settings {
            notifications,
            keep_running,
            copy_when_done,
            appearance,
            language,
            shortcut,
            drop_window,
            lock_after,
            lock_when_away,
            lock_at_quit,
        } = self.settings();
        SettingsView {
            notifications,
            keep_running,
            copy_when_done,
            appearance,
            language,
            shortcut,
            drop_window,
            lock_after,
            lock_when_away,
            lock_at_quit,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(value: Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap()
    }

    #[test]
    fn a_value_that_cannot_be_read_counts_as_not_chosen_and_stays() {
        let mut root = object(json!({
            "appearance": "sepia", "keep_running": true, "drop_window": "perhaps", "widget_size": 3
        }));
        let read = Settings::read(&root);
        assert!(read.keep_running && read.notifications && !read.drop_window);
        assert_eq!(read.appearance, Appearance::System);
        let change = ChangeSettings {
            notifications: Some(false),
            ..ChangeSettings::default()
        };
        read.with(&change).write(&read, &mut root);
        assert_eq!(
            Value::Object(root),
            json!({
                "appearance": "sepia", "keep_running": true, "drop_window": "perhaps", "widget_size": 3,
                "notifications": false
            })
        );
    }

    #[test]
    fn an_empty_text_takes_a_choice_back() {
        let chosen = Settings {
            shortcut: Some("Ctrl+Shift+U".to_owned()),
            ..Settings::default()
        };
        let back = ChangeSettings {
            shortcut: Some(String::new()),
            ..ChangeSettings::default()
        };
        assert_eq!(chosen.with(&back), Settings::default());
        assert_eq!(chosen.with(&ChangeSettings::default()), chosen);
    }
}
