//! The secret window: the only page that ever holds a secret or a passphrase, opened by Rust for one of them and
//! destroyed after it, so that its web process and that process's memory end.

use app::Aloft;
use app::contract::{Done, KeepingView, Problem};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use tauri::{Runtime, State, Webview};

use crate::windows;

/// What the page sends. No `Serialize`, and `Debug` shows nothing.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SecretSubmit {
    secret: SecretString,
    keeping: KeepingView,
}

/// A passphrase as it was typed. No `Serialize`, and `Debug` shows nothing.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PassphraseTyped {
    passphrase: SecretString,
}

/// The vault's passphrase and a new one, as they were typed. No `Serialize`, and `Debug` shows nothing.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewPassphraseTyped {
    old: SecretString,
    passphrase: SecretString,
}

/// A secret on its way into the page that shows it. No `Debug`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SecretShown {
    secret: String,
    /// After how many seconds the window closes.
    seconds: u64,
}

/// How long a passphrase would stand.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PassphraseScore {
    /// From 0, guessed at once, to 4.
    score: u8,
}

#[tauri::command]
pub(crate) async fn secret_submit<R: Runtime>(
    webview: Webview<R>,
    aloft: State<'_, Aloft>,
    request: SecretSubmit,
) -> Result<Done, Problem> {
    let kept = async {
        let kept = aloft.submit_secret(request.secret, request.keeping).await;
        if kept.is_err() {
            windows::grow_secret(&webview);
        }
        kept.map(|()| true)
    };
    closing(&webview, &aloft, kept).await
}

#[tauri::command]
pub(crate) async fn secret_passphrase<R: Runtime>(
    webview: Webview<R>,
    aloft: State<'_, Aloft>,
    request: PassphraseTyped,
) -> Result<Done, Problem> {
    let taken = aloft.submit_passphrase(request.passphrase);
    closing(&webview, &aloft, taken).await
}

#[tauri::command]
pub(crate) async fn secret_new_passphrase<R: Runtime>(
    webview: Webview<R>,
    aloft: State<'_, Aloft>,
    request: NewPassphraseTyped,
) -> Result<Done, Problem> {
    let changed = async {
        let changed = aloft.submit_new_passphrase(request.old, request.passphrase);
        changed.await.map(|()| true)
    };
    closing(&webview, &aloft, changed).await
}

/// Closes the window when that ends with nothing left to type. A slow keyring may answer when it is already open for
/// another account.
async fn closing<R: Runtime>(
    webview: &Webview<R>,
    aloft: &Aloft,
    ends: impl Future<Output = Result<bool, Problem>>,
) -> Result<Done, Problem> {
    let opening = aloft.secret_opening();
    if ends.await? && aloft.secret_opening() == opening {
        windows::destroy(webview, windows::SECRET);
    }
    Ok(Done::YES)
}

#[tauri::command]
pub(crate) async fn secret_strength(
    aloft: State<'_, Aloft>,
    request: PassphraseTyped,
) -> Result<PassphraseScore, Problem> {
    let strength = aloft.passphrase_strength(&request.passphrase);
    Ok(PassphraseScore {
        score: strength.score,
    })
}

#[tauri::command]
pub(crate) async fn secret_reveal(aloft: State<'_, Aloft>) -> Result<SecretShown, Problem> {
    let secret = aloft.revealed().await?;
    Ok(SecretShown {
        secret: secret.expose_secret().to_owned(),
        seconds: app::SHOWN_FOR.as_secs(),
    })
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
