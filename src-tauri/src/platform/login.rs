//! Starting when the user logs in. On Linux the entry is ours; elsewhere it is the plugin's.

use app::contract::Problem;
use tauri::{AppHandle, Builder, Runtime};

#[cfg(target_os = "linux")]
pub(crate) use linux::{is_on, plug_in, set};
#[cfg(not(target_os = "linux"))]
pub(crate) use plugin::{is_on, plug_in, set};

#[cfg(target_os = "linux")]
mod linux {
    use std::path::PathBuf;

    use app::integration::LoginEntry;
    use tauri::Manager;

    use super::{AppHandle, Builder, Problem, Runtime};
    use crate::{start, windows};

    pub(crate) fn plug_in<R: Runtime>(builder: Builder<R>) -> Builder<R> {
        builder
    }

    pub(crate) fn is_on<R: Runtime>(_: &AppHandle<R>) -> Result<bool, Problem> {
        LoginEntry::of_this_user()?.is_on()
    }

    pub(crate) fn set<R: Runtime>(handle: &AppHandle<R>, on: bool) -> Result<(), Problem> {
        let entry = LoginEntry::of_this_user()?;
        if !on {
            return entry.turn_off();
        }
        // What runs inside an AppImage is gone when that ends; the image stays.
        let program = match handle.env().appimage {
            Some(image) => PathBuf::from(image),
            None => std::env::current_exe().map_err(|error| {
                windows::problem(app::words::problem::could_not_find_program, &error)
            })?,
        };
        entry.turn_on(&program, start::HIDDEN)
    }
}

#[cfg(not(target_os = "linux"))]
mod plugin {
    use tauri_plugin_autostart::ManagerExt;

    use super::{AppHandle, Builder, Problem, Runtime};
    use crate::{start, windows};

    pub(crate) fn plug_in<R: Runtime>(builder: Builder<R>) -> Builder<R> {
        let login = tauri_plugin_autostart::Builder::new().arg(start::HIDDEN);
        builder.plugin(login.build())
    }

    pub(crate) fn is_on<R: Runtime>(handle: &AppHandle<R>) -> Result<bool, Problem> {
        let starts = handle.autolaunch().is_enabled();
        starts.map_err(|error| windows::problem(app::words::problem::could_not_see_login, &error))
    }

    pub(crate) fn set<R: Runtime>(handle: &AppHandle<R>, on: bool) -> Result<(), Problem> {
        let login = handle.autolaunch();
        let set = if on { login.enable() } else { login.disable() };
        set.map_err(|error| windows::problem(app::words::problem::could_not_set_login, &error))
    }
}
