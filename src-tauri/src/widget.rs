//! The widget window: our bridge on top, Cloudinary's script in a foreign frame below it, on a
//! scheme of its own with its own policy. The frame has no IPC; the bridge has three commands.

use app::contract::{
    Problem, ProblemKind, SignParams, Signed, WidgetRecorded, WidgetReport, WidgetSession,
};
use app::words;
use app::{Aloft, FrameHosts};
use tauri::http::{Request, Response, StatusCode, header};
use tauri::{Manager, Runtime, State, UriSchemeContext, Webview};

use crate::windows;

/// The foreign frame's scheme.
pub(crate) const SCHEME: &str = "upload-frame";

/// The origins that our own pages have: the first on Linux and macOS, the second on Windows.
const OWN_ORIGINS: [&str; 2] = ["tauri://localhost", "http://tauri.localhost"];

/// The address of the foreign frame's page on this system.
pub(crate) fn frame_url() -> &'static str {
    if cfg!(any(windows, target_os = "android")) {
        "http://upload-frame.localhost/widget-frame.html"
    } else {
        "upload-frame://localhost/widget-frame.html"
    }
}

/// Signs the parameters of one upload for the widget, or refuses with a type and a reason. The
/// secret stays in Rust.
#[tauri::command]
pub(crate) async fn sign_params<R: Runtime>(
    webview: Webview<R>,
    call: tauri::ipc::Request<'_>,
    aloft: State<'_, Aloft>,
    request: SignParams,
) -> Result<Signed, Problem> {
    only_the_bridge(webview.label(), &call)?;
    aloft.sign_params(&request).await
}

#[tauri::command]
pub(crate) async fn widget_session<R: Runtime>(
    webview: Webview<R>,
    call: tauri::ipc::Request<'_>,
    aloft: State<'_, Aloft>,
) -> Result<WidgetSession, Problem> {
    only_the_bridge(webview.label(), &call)?;
    aloft.widget_session(frame_url()).await
}

#[tauri::command]
pub(crate) async fn widget_report<R: Runtime>(
    webview: Webview<R>,
    call: tauri::ipc::Request<'_>,
    aloft: State<'_, Aloft>,
    request: WidgetReport,
) -> Result<WidgetRecorded, Problem> {
    only_the_bridge(webview.label(), &call)?;
    let ends = !matches!(request, WidgetReport::Success { .. });
    let recorded = aloft.widget_report(request).await?;
    if ends {
        windows::destroy(&webview, windows::WIDGET);
    }
    Ok(recorded)
}

/// The capability already says which window may call. This looks at the calling frame as well: on
/// Linux any frame that got hold of the invoke key is taken for its top document, but cannot forge
/// the `Origin` that the engine puts on the request.
fn only_the_bridge(label: &str, call: &tauri::ipc::Request<'_>) -> Result<(), Problem> {
    let origin = call
        .headers()
        .get(header::ORIGIN)
        .and_then(|value| value.to_str().ok());
    if label == windows::WIDGET && origin.is_some_and(|origin| OWN_ORIGINS.contains(&origin)) {
        return Ok(());
    }
    Err(Problem::new(
        ProblemKind::NotSigned,
        words::problem::widget_foreign(),
        words::hint::reopen_widget(),
    ))
}

/// Serves the foreign frame's page, to the widget window only, with the policy for this account's
/// hosts.
pub(crate) fn serve_frame<R: Runtime>(
    context: UriSchemeContext<'_, R>,
    request: Request<Vec<u8>>,
) -> Response<Vec<u8>> {
    let hosts = context
        .app_handle()
        .try_state::<Aloft>()
        .and_then(|aloft| aloft.frame_hosts());
    let (name, hosts) = match asked_for(request.uri().path(), context.webview_label(), hosts) {
        Ok(found) => found,
        Err(status) => return refuse(status),
    };
    let Some(asset) = context.app_handle().asset_resolver().get(name.to_owned()) else {
        return refuse(StatusCode::NOT_FOUND);
    };
    Response::builder()
        .header(header::CONTENT_TYPE, asset.mime_type)
        .header(header::CONTENT_SECURITY_POLICY, frame_policy(&hosts))
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .header(header::REFERRER_POLICY, "no-referrer")
        .header(header::CACHE_CONTROL, "no-store")
        .body(asset.bytes)
        .unwrap_or_else(|_| refuse(StatusCode::INTERNAL_SERVER_ERROR))
}

/// Which of the frame's files is meant, and whether this window may have it now.
fn asked_for(
    path: &str,
    window: &str,
    hosts: Option<FrameHosts>,
) -> Result<(&'static str, FrameHosts), StatusCode> {
    let name = match path {
        "/widget-frame.html" => "widget-frame.html",
        "/widget-frame.js" => "widget-frame.js",
        _ => return Err(StatusCode::NOT_FOUND),
    };
    match (hosts, window) {
        (Some(hosts), windows::WIDGET) => Ok((name, hosts)),
        _ => Err(StatusCode::FORBIDDEN),
    }
}

fn frame_policy(hosts: &FrameHosts) -> String {
    format!(
        "default-src 'none'; script-src 'self' {}; frame-src {}; style-src 'unsafe-inline'; \
         img-src data:; connect-src 'none'; form-action 'none'; base-uri 'none'; \
         frame-ancestors tauri://localhost http://tauri.localhost",
        hosts.scripts.join(" "),
        hosts.frames.join(" ")
    )
}

fn refuse(status: StatusCode) -> Response<Vec<u8>> {
    let mut response = Response::new(Vec::new());
    *response.status_mut() = status;
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(scripts: &str, frames: &str) -> FrameHosts {
        FrameHosts {
            scripts: vec![scripts.to_owned()],
            frames: vec![frames.to_owned()],
        }
    }

    #[test]
    fn the_frame_is_served_to_the_widget_window_and_only_while_it_is_open() {
        let open = || Some(hosts("http://127.0.0.1:1", "http://127.0.0.1:2"));
        for (path, name) in [
            ("/widget-frame.html", "widget-frame.html"),
            ("/widget-frame.js", "widget-frame.js"),
        ] {
            let served = asked_for(path, windows::WIDGET, open()).map(|(name, _)| name);
            assert_eq!(served, Ok(name));
            for window in [windows::MAIN, windows::SECRET, "", "widget2"] {
                let refused = asked_for(path, window, open()).err();
                assert_eq!(refused, Some(StatusCode::FORBIDDEN), "{path} for {window}");
            }
            let closed = asked_for(path, windows::WIDGET, None).err();
            assert_eq!(closed, Some(StatusCode::FORBIDDEN), "{path}, no session");
        }
        for path in [
            "/",
            "",
            "/index.html",
            "/secret.html",
            "/widget.html",
            "/assets/index.js",
            "/widget-frame.html/",
            "/x/../widget-frame.html",
            "/%77idget-frame.html",
        ] {
            let refused = asked_for(path, windows::WIDGET, open()).err();
            assert_eq!(refused, Some(StatusCode::NOT_FOUND), "{path}");
        }
    }

    #[test]
    fn the_frames_policy_names_this_accounts_hosts_and_lets_nothing_out() {
        let policy = frame_policy(&hosts("http://127.0.0.1:1", "http://127.0.0.1:2"));
        let lines: Vec<&str> = policy.split("; ").map(str::trim).collect();
        for line in [
            "default-src 'none'",
            "script-src 'self' http://127.0.0.1:1",
            "frame-src http://127.0.0.1:2",
            "img-src data:",
            "connect-src 'none'",
            "form-action 'none'",
            "base-uri 'none'",
            "frame-ancestors tauri://localhost http://tauri.localhost",
        ] {
            assert!(lines.contains(&line), "{line} is not in {policy}");
        }
        assert_eq!(policy.matches("http").count(), 3, "{policy}");
        assert!(!policy.contains("cloudinary") && !policy.contains('*'));
    }
}
