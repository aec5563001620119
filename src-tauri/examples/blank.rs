//! A window of the same toolkit with nothing behind it: what the benchmark holds Aloft's window against.

use tauri::http::{Response, header};
use tauri::{Builder, WebviewUrl, WebviewWindowBuilder, generate_context};

/// Aloft's colours, so that one look at the screen tells for both when there is something to read.
const PAGE: &str = "<!doctype html><title>Blank</title><body style=\"margin:0;background:#faf9f6;color:#1d1c1a;\
                    font:700 28px system-ui;display:grid;place-content:center;height:100vh\">Nothing here";

fn main() -> tauri::Result<()> {
    Builder::default()
        .register_uri_scheme_protocol("blank", |_, _| {
            Response::builder()
                .header(header::CONTENT_TYPE, "text/html")
                .body(PAGE.as_bytes().to_vec())
                .unwrap_or_default()
        })
        .setup(|app| {
            let page = WebviewUrl::CustomProtocol(
                tauri::Url::parse("blank://localhost/").map_err(Box::new)?,
            );
            WebviewWindowBuilder::new(app, "main", page)
                .title("Blank")
                .inner_size(760.0, 560.0)
                .build()?;
            Ok(())
        })
        .run(generate_context!())
}
