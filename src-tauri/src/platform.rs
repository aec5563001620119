//! What differs from system to system: an answer where there is one, an honest “not here” elsewhere.

pub(crate) mod away;
pub(crate) mod idle;
#[cfg(target_os = "linux")]
pub(crate) mod launcher;
pub(crate) mod login;
#[cfg(target_os = "linux")]
mod logind;
pub(crate) mod tray_host;

use app::words::{self, Words};
use away::AwaySignals;
use tray_host::TrayHost;

/// Whether the windows are shown by Wayland itself: there a program can neither hear keys that are pressed elsewhere
/// nor keep a window above others.
pub(crate) fn is_wayland() -> bool {
    cfg!(target_os = "linux")
        && shows_by_wayland(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
}

/// Why a closed window could not come back by the tray, where that is so.
pub(crate) async fn no_tray(host: &TrayHost) -> Option<Words> {
    (!host.is_present_by_now().await).then(words::reason::no_tray)
}

/// Why Aloft does not hear that the user is away, where that is so.
pub(crate) async fn no_screen_lock(away: &AwaySignals) -> Option<Words> {
    (!away.are_heard().await).then(words::reason::no_screen_lock)
}

/// Why only the use of Aloft's own windows counts, where that is so.
pub(crate) async fn own_idle() -> Option<Words> {
    let told = idle::idle().await;
    told.is_none().then(words::reason::own_idle)
}

/// Why keys that are pressed in other programs are not heard, where that is so.
pub(crate) fn no_shortcut() -> Option<Words> {
    is_wayland().then(words::reason::no_shortcut)
}

/// Why a small window does not stay above others, where that is so.
pub(crate) fn no_drop_window() -> Option<Words> {
    is_wayland().then(words::reason::no_drop_window)
}

/// GTK takes the first of `GDK_BACKEND`, else Wayland where there is one.
fn shows_by_wayland(variable: impl Fn(&str) -> Option<String>) -> bool {
    match variable("GDK_BACKEND") {
        Some(backends) if !backends.starts_with('*') => backends.starts_with("wayland"),
        Some(_) | None => variable("WAYLAND_DISPLAY").is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wayland_is_what_gtk_would_take() {
        let with = |pairs: &[(&str, &str)]| {
            shows_by_wayland(|name| {
                let found = pairs.iter().find(|(key, _)| *key == name);
                found.map(|(_, value)| (*value).to_owned())
            })
        };
        assert!(with(&[("WAYLAND_DISPLAY", "wayland-0"), ("DISPLAY", ":0")]));
        assert!(!with(&[("DISPLAY", ":0")]));
        assert!(!with(&[
            ("WAYLAND_DISPLAY", "wayland-0"),
            ("GDK_BACKEND", "x11")
        ]));
        assert!(with(&[
            ("WAYLAND_DISPLAY", "wayland-0"),
            ("GDK_BACKEND", "*,x11")
        ]));
    }
}
