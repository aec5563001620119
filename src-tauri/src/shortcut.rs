//! The keys that upload the clipboard from anywhere. The plugin is loaded when the first are set: on X11 it keeps a
//! thread and a connection of its own.

use app::Aloft;
use app::contract::{Problem, ProblemKind};
use app::tray::Action;
use app::words;
use tauri::{AppHandle, Manager, Runtime};
use tauri_plugin_global_shortcut::{
    Builder, Code, GlobalShortcut, Modifiers, Shortcut, ShortcutState,
};

use crate::platform;

/// Takes these keys instead of those from before; `None` takes none. Belongs to the main thread.
///
/// # Errors
/// The keys cannot be read, would be in the way of typing, or are taken; or this system has no such thing. What was
/// set before stays then.
pub(crate) fn set<R: Runtime>(handle: &AppHandle<R>, keys: Option<&str>) -> Result<(), Problem> {
    let wanted = keys.map(parse).transpose()?;
    if wanted.is_some() && platform::is_wayland() {
        return Err(Problem::new(
            ProblemKind::NotHere,
            words::problem::no_shortcut(),
            words::hint::no_shortcut(),
        ));
    }
    if wanted.is_some() && handle.try_state::<GlobalShortcut<R>>().is_none() {
        handle
            .plugin(Builder::new().build())
            .map_err(|error| not_set(&error))?;
    }
    let Some(shortcuts) = handle.try_state::<GlobalShortcut<R>>() else {
        return Ok(());
    };
    if wanted.is_some_and(|keys| shortcuts.is_registered(keys)) {
        return Ok(());
    }
    if let Some(keys) = wanted {
        shortcuts
            .on_shortcut(keys, |handle, _, event| {
                if event.state == ShortcutState::Pressed {
                    upload_clipboard(handle);
                }
            })
            .map_err(|error| not_set(&error))?;
    }
    let before = handle.state::<Chosen>().replace(wanted);
    match before {
        Some(before) => shortcuts
            .unregister(before)
            .map_err(|error| not_set(&error)),
        None => Ok(()),
    }
}

/// The keys that are set.
#[derive(Default)]
pub(crate) struct Chosen(std::sync::Mutex<Option<Shortcut>>);

impl Chosen {
    fn replace(&self, keys: Option<Shortcut>) -> Option<Shortcut> {
        let mut held = self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        std::mem::replace(&mut held, keys)
    }
}

/// Uploads what is on the clipboard, or says why not.
pub(crate) fn upload_clipboard<R: Runtime>(handle: &AppHandle<R>) {
    if let Some(aloft) = handle.try_state::<Aloft>() {
        let aloft = aloft.inner().clone();
        tauri::async_runtime::spawn(async move { aloft.act(Action::UploadClipboard).await });
    }
}

/// Keys that do not belong to typing: with Ctrl, Alt or the system's key, or a function key.
fn parse(keys: &str) -> Result<Shortcut, Problem> {
    let refused = |why| Problem::new(ProblemKind::BadValue, why, words::hint::keys());
    let shortcut: Shortcut = keys
        .parse()
        .map_err(|_| refused(words::problem::keys_unknown(keys)))?;
    let commands = Modifiers::CONTROL | Modifiers::ALT | Modifiers::SUPER;
    if shortcut.mods.intersects(commands) || is_function_key(shortcut.key) {
        Ok(shortcut)
    } else {
        Err(refused(words::problem::keys_typing(keys)))
    }
}

fn is_function_key(key: Code) -> bool {
    let name = key.to_string();
    let number = name
        .strip_prefix('F')
        .and_then(|rest| rest.parse::<u8>().ok());
    number.is_some()
}

fn not_set(error: &dyn std::fmt::Display) -> Problem {
    Problem::new(
        ProblemKind::NotHere,
        words::problem::keys_not_given(error.to_string()),
        words::hint::other_keys(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_for_typing_are_refused_and_so_are_unknown_ones() {
        for keys in ["Ctrl+Shift+U", "Alt+F4", "F9", "Super+Insert"] {
            assert!(parse(keys).is_ok(), "{keys}");
        }
        for keys in ["U", "Shift+U", "Ctrl", "Ctrl+Nonsense", "", "Ctrl+A+B"] {
            let problem = parse(keys).unwrap_err();
            assert_eq!(problem.kind, ProblemKind::BadValue, "{keys}");
            assert!(problem.message.to_string().contains(keys), "{problem}");
        }
    }
}
