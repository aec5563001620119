//! The menu bar, where the system has one for the whole screen. Tauri's usual one, and what of ours belongs there; each
//! entry is one of the page's actions. Compiled everywhere, used on macOS alone, and not tried there yet.

use app::{Aloft, messages};
use tauri::menu::{Menu, MenuItem, MenuItemKind};
use tauri::{AppHandle, Manager, Runtime};

use crate::windows;

/// What an id begins with; what follows is the page's action. The tray's ids begin otherwise.
const RUN: &str = "run:";

/// Puts it up.
///
/// # Errors
/// When the system does not take it; the usual menu stays then.
pub(crate) fn put_up<R: Runtime>(handle: &AppHandle<R>) -> tauri::Result<()> {
    let menu = Menu::default(handle)?;
    let entry = |action: &str, words: String, key: &str| {
        MenuItem::with_id(handle, format!("{RUN}{action}"), words, true, Some(key))
    };
    let settings = entry("settings", messages::tray_settings(), "CmdOrCtrl+,")?;
    let files = entry("addFiles", messages::tray_upload_files(), "CmdOrCtrl+O")?;
    // The first menu bears the program's name and begins with “About”; the second is “File”.
    let mut menus = menu.items()?.into_iter();
    if let Some(MenuItemKind::Submenu(own)) = menus.next() {
        own.insert(&settings, 1)?;
    }
    if let Some(MenuItemKind::Submenu(file)) = menus.next() {
        file.insert(&files, 0)?;
    }
    menu.set_as_app_menu()?;
    handle.on_menu_event(|handle, event| {
        let action = event.id().as_ref().strip_prefix(RUN);
        if let (Some(action), Some(aloft)) = (action, handle.try_state::<Aloft>()) {
            windows::show_main(handle);
            aloft.run(action);
        }
    });
    Ok(())
}
