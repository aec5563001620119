//! Which windows there are, what each may load, and how they close.

use app::contract::{Problem, ProblemKind};
use app::words::{self, Words};
use app::{Aloft, Language, SecretAsked, SecretMode, messages};
use tauri::webview::{NewWindowResponse, PermissionResponse};
use tauri::{
    AppHandle, LogicalSize, Manager, Runtime, Url, Webview, WebviewUrl, WebviewWindowBuilder,
    WindowEvent,
};

use crate::platform::tray_host::TrayHost;
use crate::{drop, platform, tray, widget};

/// The main window's label.
pub(crate) const MAIN: &str = "main";
/// The widget window's label.
pub(crate) const WIDGET: &str = "widget";
/// The secret window's label.
pub(crate) const SECRET: &str = "secret";
/// The drop window's label. It is in no capability: its page can call nothing.
pub(crate) const DROP: &str = "drop";
/// The drop window's sides, in pixels.
const DROP_SIDE: f64 = 160.0;

/// Opens the main window, shown or not.
pub(crate) fn open_main<R: Runtime>(handle: &AppHandle<R>, shown: bool) -> Result<(), Problem> {
    let window = build(handle, MAIN, "index.html", |url| is_own_page(url, "/"))
        .title(messages::window_main_title())
        .inner_size(760.0, 560.0)
        .min_inner_size(420.0, 480.0)
        .visible(shown)
        .build()
        .map_err(|error| problem(words::problem::could_not_open_window, &error))?;
    #[cfg(target_os = "linux")]
    drop::take_from_browsers(handle, &window);
    let handle = handle.clone();
    window.on_window_event(move |event| {
        if let WindowEvent::DragDrop(drag) = event {
            drop::dragged(&handle, drag);
        }
        if let WindowEvent::CloseRequested { api, .. } = event
            && can_be_put_away(&handle)
        {
            api.prevent_close();
            hide_main(&handle);
        }
        // The main window is the program: small windows do not outlive it.
        if let WindowEvent::Destroyed = event {
            // Without the program it was a window to a start that failed.
            handle.exit(i32::from(handle.try_state::<Aloft>().is_none()));
        }
    });
    Ok(())
}

/// Whether closing the window may leave the program running: the user wants it, and there is a tray to come back by.
fn can_be_put_away<R: Runtime>(handle: &AppHandle<R>) -> bool {
    let wanted = handle
        .try_state::<Aloft>()
        .is_some_and(|aloft| aloft.settings().keep_running);
    let host = handle.try_state::<TrayHost>();
    wanted && host.is_some_and(|host| host.is_present()) && tray::is_drawn(handle)
}

fn hide_main<R: Runtime>(handle: &AppHandle<R>) {
    if let Some(window) = handle.get_webview_window(MAIN) {
        let _ = window.hide();
    }
}

/// Whether the main window is shown, minimized or not.
pub(crate) fn is_main_shown<R: Runtime>(handle: &AppHandle<R>) -> bool {
    handle
        .get_webview_window(MAIN)
        .is_some_and(|window| window.is_visible().unwrap_or(true))
}

/// Brings the main window to the front.
pub(crate) fn show_main<R: Runtime>(handle: &AppHandle<R>) {
    if let Some(window) = handle.get_webview_window(MAIN) {
        let _ = window.unminimize();
        let _ = window.show();
        let _ = window.set_focus();
    }
}

/// The same from any thread.
pub(crate) fn show_main_later<R: Runtime>(handle: &AppHandle<R>) {
    let asked = handle.clone();
    let _ = handle.run_on_main_thread(move || show_main(&asked));
}

/// Opens the widget window; one that was open is gone by then, and its session with it.
pub(crate) fn open_widget<R: Runtime>(handle: &AppHandle<R>) -> Result<(), Problem> {
    let asker = handle.clone();
    let window = build(handle, WIDGET, "widget.html", move |url| {
        is_own_page(url, "/widget.html") || is_frame_page(&asker, url)
    })
    .title(messages::window_widget_title())
    .inner_size(900.0, 680.0)
    .min_inner_size(480.0, 480.0)
    .build()
    .map_err(|error| problem(words::problem::could_not_open_window, &error))?;
    #[cfg(target_os = "linux")]
    drop::take_from_browsers(handle, &window);
    let handle = handle.clone();
    let opening = handle.state::<Aloft>().widget_opening();
    window.on_window_event(move |event| {
        // WebKitGTK gives a page no dropped files, so the widget window takes them natively too.
        if let WindowEvent::DragDrop(drag) = event {
            drop::dragged(&handle, drag);
        }
        if let (WindowEvent::Destroyed, Some(aloft)) = (event, handle.try_state::<Aloft>()) {
            aloft.widget_closed(opening);
        }
    });
    Ok(())
}

/// Opens the secret window for one secret.
pub(crate) fn open_secret<R: Runtime>(
    handle: &AppHandle<R>,
    asked: &SecretAsked,
) -> Result<(), Problem> {
    let mut page = Url::parse("tauri://localhost/secret.html")
        .map_err(|error| problem(words::problem::could_not_open_window, &error))?;
    page.query_pairs_mut()
        .append_pair("mode", asked.mode.as_str())
        .append_pair("vault", asked.vault.as_str())
        .append_pair("label", &asked.label)
        .append_pair("cloud", &asked.cloud_name)
        .append_pair("key", &asked.api_key);
    let place = format!("secret.html?{}", page.query().unwrap_or_default());
    let window = build(handle, SECRET, &place, |url| {
        is_own_page(url, "/secret.html")
    })
    .title(messages::window_secret_title())
    .inner_size(480.0, secret_height(asked.mode))
    .disable_drag_drop_handler()
    .build()
    .map_err(|error| problem(words::problem::could_not_open_window, &error))?;
    let handle = handle.clone();
    let opening = handle.state::<Aloft>().secret_opening();
    window.on_window_event(move |event| {
        if let (WindowEvent::Destroyed, Some(aloft)) = (event, handle.try_state::<Aloft>()) {
            aloft.secret_closed(opening);
        }
    });
    Ok(())
}

/// Where a secret could not be kept, the page says why and offers other places, with their fields.
pub(crate) fn grow_secret<R: Runtime>(webview: &Webview<R>) {
    let size = LogicalSize::new(480.0, 520.0);
    if let Err(error) = webview.window().set_size(size) {
        tracing::debug!("the secret window stays as high as it is: {error}");
    }
}

/// What the page needs in the language that needs most, and a line or two for what goes wrong; larger text scrolls.
fn secret_height(mode: SecretMode) -> f64 {
    match mode {
        SecretMode::Type => 352.0,
        SecretMode::SecondKey => 376.0,
        SecretMode::Reveal => 320.0,
        SecretMode::Passphrase => 380.0,
        SecretMode::ChangePassphrase => 472.0,
        SecretMode::NewBackup => 408.0,
        SecretMode::OpenBackup => 288.0,
    }
}

/// Opens the small window that takes drops, or closes it.
///
/// # Errors
/// Where no window can stay above others.
pub(crate) fn show_drop<R: Runtime>(handle: &AppHandle<R>, show: bool) -> Result<(), Problem> {
    if !show {
        destroy(handle, DROP);
        return Ok(());
    }
    if handle.get_webview_window(DROP).is_some() {
        return Ok(());
    }
    if platform::is_wayland() {
        return Err(Problem::new(
            ProblemKind::NotHere,
            words::problem::no_drop_window(),
            words::hint::no_drop_window(),
        ));
    }
    let asker = handle.clone();
    let window = build(handle, DROP, "drop.html", move |url| {
        let own = is_own_page(url, "/drop.html");
        match url.query().filter(|_| own) {
            Some(wish @ ("close" | "move")) => {
                grant(&asker, wish);
                false
            }
            Some(_) | None => own,
        }
    })
    .title(messages::window_drop_title())
    .inner_size(DROP_SIDE, DROP_SIDE)
    .resizable(false)
    .decorations(false)
    .always_on_top(true)
    .skip_taskbar(true)
    .focused(false)
    .build()
    .map_err(|error| problem(words::problem::could_not_open_window, &error))?;
    #[cfg(target_os = "linux")]
    drop::take_from_browsers_over_small(handle, &window);
    let (handle, page) = (handle.clone(), window.clone());
    window.on_window_event(move |event| {
        if let WindowEvent::DragDrop(drag) = event {
            drop::dragged_over_small(&handle, &page, drag);
        }
        if let (WindowEvent::CloseRequested { .. }, Some(aloft)) =
            (event, handle.try_state::<Aloft>())
        {
            // This is the main thread, which belongs to no runtime.
            let aloft = aloft.inner().clone();
            tauri::async_runtime::spawn(async move { aloft.drop_window_closed().await });
        }
    });
    Ok(())
}

/// The drop window's page has no IPC. It asks for two things by wanting to go to a place: to be closed, and to be
/// moved by the mouse that holds it.
fn grant<R: Runtime>(handle: &AppHandle<R>, wish: &str) {
    let Some(window) = handle.get_webview_window(DROP) else {
        return;
    };
    let _ = match wish {
        "close" => window.close(),
        "move" => window.start_dragging(),
        _ => Ok(()),
    };
}

/// Destroys a window, so that its page's memory ends with it.
pub(crate) fn destroy<R: Runtime>(manager: &impl Manager<R>, label: &str) {
    if let Some(window) = manager.get_webview_window(label) {
        let _ = window.destroy();
    }
}

/// What all our windows share: they go nowhere else, open nothing, download nothing and are asked
/// for no permission. The page is told in its address which language it speaks.
fn build<'a, R: Runtime>(
    handle: &'a AppHandle<R>,
    label: &str,
    page: &str,
    may_load: impl Fn(&Url) -> bool + Send + 'static,
) -> WebviewWindowBuilder<'a, R, AppHandle<R>> {
    let sign = if page.contains('?') { '&' } else { '?' };
    let page = format!("{page}{sign}lang={}", Language::spoken().code());
    WebviewWindowBuilder::new(handle, label, WebviewUrl::App(page.into()))
        .on_navigation(move |url| {
            let allowed = may_load(url);
            if !allowed {
                tracing::warn!(
                    host = url.host_str(),
                    scheme = url.scheme(),
                    "navigation refused"
                );
            }
            allowed
        })
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .on_permission_request(|_, _| PermissionResponse::Deny)
}

fn is_own_page(url: &Url, path: &str) -> bool {
    let own = match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        "http" | "https" => url.host_str() == Some("tauri.localhost") && url.port().is_none(),
        _ => false,
    };
    // The root of a scheme that the URL standard does not know has an empty path.
    let wanted: &[&str] = if path == "/" {
        &["", "/", "/index.html"]
    } else {
        &[path]
    };
    own && wanted.contains(&url.path())
}

fn is_frame_page<R: Runtime>(handle: &AppHandle<R>, url: &Url) -> bool {
    let frame = url.scheme() == widget::SCHEME && url.host_str() == Some("localhost")
        || url.scheme() == "http" && url.host_str() == Some("upload-frame.localhost");
    let hosts = handle
        .try_state::<Aloft>()
        .and_then(|aloft| aloft.frame_hosts());
    frame || url.as_str() == "about:blank" || hosts.is_some_and(|hosts| hosts.frame_allows(url))
}

/// The words for something that the system did not let us do.
pub(crate) fn problem(
    words: impl FnOnce(String) -> Words,
    error: &dyn std::fmt::Display,
) -> Problem {
    Problem::new(
        ProblemKind::NotHere,
        words(error.to_string()),
        words::hint::doctor(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_shows_its_own_page_and_nothing_else() {
        let own = |address: &str, path: &str| is_own_page(&address.parse().unwrap(), path);
        for address in [
            "tauri://localhost",
            "tauri://localhost/",
            "tauri://localhost/index.html",
            "http://tauri.localhost/",
        ] {
            assert!(own(address, "/"), "{address}");
        }
        assert!(own("tauri://localhost/secret.html?cloud=x", "/secret.html"));
        for address in [
            "tauri://localhost/widget.html",
            "tauri://localhost.evil.example/",
            "tauri://evil/",
            "http://tauri.localhost:8080/",
            "http://tauri.localhost.evil.example/",
            "https://example.com/",
            "upload-frame://localhost/",
            "file:///etc/passwd",
            "data:text/html,x",
        ] {
            assert!(!own(address, "/"), "{address}");
        }
    }
}
