//! Stand-ins for the Upload Widget, written from the description in the widget sheet: the loader on the main port, its frame on a second one,
//! and a hostile loader that tries to get out of the page it runs in.

use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use url::form_urlencoded;

use crate::answer::Refusal;
use crate::config::WidgetMode;
use crate::server::Server;

const LOADER: &str = include_str!("widget/all.js");
const HOSTILE: &str = include_str!("widget/hostile.js");
const FRAME: &str = include_str!("widget/frame.html");
const FRAME_SCRIPT: &str = include_str!("widget/frame.js");
const IMPOSTOR: &str = include_str!("widget/impostor.html");

/// The loader, the impostor of [`WidgetMode::WrongOrigin`], and the door a hostile script would carry things out by.
pub(crate) async fn main_port(server: &Server, parts: &Parts) -> Response {
    match parts.uri.path() {
        "/widget/all.js" => loader(server).await,
        "/widget/impostor.html" => page("text/html; charset=utf-8", IMPOSTOR.to_owned()),
        "/widget/exfiltrated" => {
            let query = parts.uri.query().unwrap_or_default();
            let how = form_urlencoded::parse(query.as_bytes())
                .find(|(name, _)| name == "how")
                .map(|(_, how)| how.into_owned());
            // A preflight carries nothing out; the request after it would.
            if parts.method != Method::OPTIONS {
                server.note_exfiltration(how.unwrap_or_else(|| "unnamed".to_owned()));
            }
            let mut response = page(
                "text/html; charset=utf-8",
                "<title>exfiltrated</title>".to_owned(),
            );
            response.headers_mut().insert(
                header::ACCESS_CONTROL_ALLOW_ORIGIN,
                HeaderValue::from_static("*"),
            );
            response.headers_mut().insert(
                header::ACCESS_CONTROL_ALLOW_HEADERS,
                HeaderValue::from_static("*"),
            );
            response
        }
        other => nothing(other),
    }
}

async fn loader(server: &Server) -> Response {
    let source = match server.widget {
        WidgetMode::Missing => return nothing("/widget/all.js"),
        WidgetMode::Silent => return std::future::pending().await,
        WidgetMode::Hostile => HOSTILE,
        WidgetMode::Faithful
        | WidgetMode::CallbackNever
        | WidgetMode::CallbackNull
        | WidgetMode::SigningRefused
        | WidgetMode::ArrayRequest
        | WidgetMode::SlowNetwork
        | WidgetMode::LateMessage
        | WidgetMode::WrongOrigin
        | WidgetMode::WrongWidgetId => LOADER,
    };
    page(
        "text/javascript; charset=utf-8",
        source.replace("\"__SETUP__\"", &setup(server)),
    )
}

/// The frame and its script.
pub(crate) fn frame_port(server: &Server, parts: &Parts) -> Response {
    match parts.uri.path() {
        "/widget/frame.html" => page("text/html; charset=utf-8", FRAME.to_owned()),
        "/widget/frame.js" => page(
            "text/javascript; charset=utf-8",
            FRAME_SCRIPT.replace("\"__SETUP__\"", &setup(server)),
        ),
        other => nothing(other),
    }
}

/// Lets the frame read an answer of the API: its origin alone.
pub(crate) fn allow_frame(origin: &str, headers: &mut HeaderMap) {
    let Ok(origin) = HeaderValue::from_str(origin) else {
        return;
    };
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(header::VARY, HeaderValue::from_static("Origin"));
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_METHODS,
        HeaderValue::from_static("POST"),
    );
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static("content-range, x-unique-upload-id, x-requested-with"),
    );
    headers.insert(
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static("x-cld-error, x-request-id"),
    );
}

/// What the scripts must know and cannot ask for: they stand under `connect-src 'none'`.
fn setup(server: &Server) -> String {
    json!({"api": server.base_url(), "frame": server.frame_origin(), "mode": server.widget.name()})
        .to_string()
}

fn page(content_type: &'static str, text: String) -> Response {
    (
        [
            (header::CONTENT_TYPE, content_type),
            (header::CACHE_CONTROL, "no-store"),
        ],
        text,
    )
        .into_response()
}

fn nothing(path: &str) -> Response {
    Refusal::new(StatusCode::NOT_FOUND, format!("The sandbox has no {path}")).into_response()
}
