//! Draws `app::tray::Menu` and maps clicks back to its actions. The program works without a tray.

use app::Aloft;
use app::tray::{Action, Item, Menu};
use tauri::menu::{MenuBuilder, MenuItem, PredefinedMenuItem};
use tauri::tray::TrayIconBuilder;
use tauri::{AppHandle, Manager, Runtime};

use crate::windows;

/// Shows the tray where there is one, and keeps it in step with the state.
pub(crate) fn start<R: Runtime>(handle: &AppHandle<R>) {
    let Some(aloft) = handle.try_state::<Aloft>() else {
        return;
    };
    let aloft = aloft.inner().clone();
    let handle = handle.clone();
    tauri::async_runtime::spawn(async move {
        let mut shown = aloft.tray_menu().await;
        // Some systems have no tray at all, and some say so only by an error.
        let status = match build(&handle, &shown) {
            Ok(status) => status,
            Err(error) => return tracing::info!("no tray here: {error}"),
        };
        let mut changes = aloft.changes();
        while changes.changed().await.is_ok() {
            let menu = aloft.tray_menu().await;
            if menu != shown {
                if let (Some(item), Some(Item::Status(words))) = (&status, menu.items.first()) {
                    let _ = item.set_text(words);
                }
                shown = menu;
            }
        }
    });
}

/// Builds the icon; answers the status line, the one item whose words change.
fn build<R: Runtime>(handle: &AppHandle<R>, menu: &Menu) -> tauri::Result<Option<MenuItem<R>>> {
    let mut status = None;
    let mut builder = MenuBuilder::new(handle);
    for item in &menu.items {
        builder = match item {
            Item::Status(words) => {
                let item = MenuItem::with_id(handle, "status", words, false, None::<&str>)?;
                status = Some(item.clone());
                builder.item(&item)
            }
            Item::Button { label, action } => builder.item(&MenuItem::with_id(
                handle,
                action.id(),
                label,
                true,
                None::<&str>,
            )?),
            Item::Separator => builder.item(&PredefinedMenuItem::separator(handle)?),
        };
    }
    TrayIconBuilder::with_id("aloft")
        .icon(tauri::include_image!("../icons/tray/idle.png"))
        .menu(&builder.build()?)
        .on_menu_event(|handle, event| {
            if let Some(action) = Action::from_id(event.id().as_ref()) {
                act(handle, action);
            }
        })
        .build(handle)?;
    Ok(status)
}

fn act<R: Runtime>(handle: &AppHandle<R>, action: Action) {
    match action {
        Action::OpenWindow => windows::show_main(handle),
        Action::Quit => handle.exit(0),
        Action::UploadFiles => {
            if let Some(aloft) = handle.try_state::<Aloft>() {
                let aloft = aloft.inner().clone();
                tauri::async_runtime::spawn(async move { aloft.pick_and_add().await });
            }
        }
    }
}
