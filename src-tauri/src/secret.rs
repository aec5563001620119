//! The secret window: the only page that ever holds a secret, opened by Rust for one secret and
//! destroyed after it, so that its web process and that process's memory end.

use app::Aloft;
use app::contract::{Done, KeepingView, Problem};
use secrecy::SecretString;
use serde::Deserialize;
use tauri::{Runtime, State, Webview};

use crate::windows;

/// What the page sends. No `Serialize`, and `Debug` shows nothing.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SecretSubmit {
    secret: SecretString,
    keeping: KeepingView,
}

#[tauri::command]
pub(crate) async fn secret_submit<R: Runtime>(
    webview: Webview<R>,
    aloft: State<'_, Aloft>,
    request: SecretSubmit,
) -> Result<Done, Problem> {
    let opening = aloft.secret_opening();
    aloft.submit_secret(request.secret, request.keeping).await?;
    // A slow keyring may answer when the window is already open for another account.
    if aloft.secret_opening() == opening {
        windows::destroy(&webview, windows::SECRET);
    }
    Ok(Done::YES)
}

#[tauri::command]
pub(crate) async fn secret_cancel<R: Runtime>(
    webview: Webview<R>,
    aloft: State<'_, Aloft>,
) -> Result<Done, Problem> {
    aloft.secret_closed(aloft.secret_opening());
    windows::destroy(&webview, windows::SECRET);
    Ok(Done::YES)
}
