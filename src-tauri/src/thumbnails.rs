//! `thumb://localhost/<job id>`: small pictures of what is in the list, for the main window only.
//! The page names a job, never a path.

use std::io::Cursor;
use std::path::Path;

use app::Aloft;
use image::{ImageFormat, ImageReader, Limits};
use tauri::http::{Request, Response, StatusCode, header};
use tauri::{Manager, Runtime, UriSchemeContext, UriSchemeResponder};

use crate::windows;

/// The scheme's name.
pub(crate) const SCHEME: &str = "thumb";

/// Longest side, in pixels: twice the 40 of a row.
const SIDE: u32 = 80;

pub(crate) fn serve<R: Runtime>(
    context: UriSchemeContext<'_, R>,
    request: Request<Vec<u8>>,
    responder: UriSchemeResponder,
) {
    let id = asked_for(request.uri().path(), context.webview_label());
    let aloft = context.app_handle().try_state::<Aloft>();
    let (Some(id), Some(aloft)) = (id, aloft) else {
        return responder.respond(answer(StatusCode::NOT_FOUND, Vec::new()));
    };
    let aloft = aloft.inner().clone();
    tauri::async_runtime::spawn(async move {
        let drawn = match aloft.file_of(id).await {
            Some(file) => tauri::async_runtime::spawn_blocking(move || draw(&file))
                .await
                .ok()
                .flatten(),
            None => None,
        };
        responder.respond(match drawn {
            Some(png) => answer(StatusCode::OK, png),
            None => answer(StatusCode::NOT_FOUND, Vec::new()),
        });
    });
}

/// The job whose picture is meant; none for any window but the main one.
fn asked_for(path: &str, window: &str) -> Option<i64> {
    match window {
        windows::MAIN => path.trim_start_matches('/').parse().ok(),
        _ => None,
    }
}

/// Decodes within limits: a small file can claim to be a huge picture.
fn draw(file: &Path) -> Option<Vec<u8>> {
    let mut reader = ImageReader::open(file).ok()?.with_guessed_format().ok()?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(20_000);
    limits.max_image_height = Some(20_000);
    limits.max_alloc = Some(256 * 1024 * 1024);
    reader.limits(limits);
    let picture = reader.decode().ok()?.thumbnail(SIDE, SIDE);
    let mut png = Cursor::new(Vec::new());
    picture.write_to(&mut png, ImageFormat::Png).ok()?;
    Some(png.into_inner())
}

fn answer(status: StatusCode, png: Vec<u8>) -> Response<Vec<u8>> {
    let mut response = Response::new(png);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        header::HeaderValue::from_static("image/png"),
    );
    headers.insert(
        header::CACHE_CONTROL,
        header::HeaderValue::from_static("max-age=3600"),
    );
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_main_window_gets_a_picture_and_only_by_its_jobs_number() {
        assert_eq!(asked_for("/17", windows::MAIN), Some(17));
        for window in [windows::WIDGET, windows::SECRET, "", "main2"] {
            assert_eq!(asked_for("/17", window), None, "{window}");
        }
        for path in ["/", "/etc/passwd", "/../17", "/17/..", "/17.png", "/%31"] {
            assert_eq!(asked_for(path, windows::MAIN), None, "{path}");
        }
    }
}
