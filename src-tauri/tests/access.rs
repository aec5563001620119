//! The access matrix: window × command × origin, resolved by Tauri itself with the real capability
//! files, on its mock runtime. No display is needed.

#![expect(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

use std::path::Path;
use std::sync::Arc;

use aloft_desktop::{context, with_commands};
use app::{Aloft, Folders, MemoryStore, NoDesktop, Options};
use serde_json::{Value, json};
use tauri::http::{HeaderMap, HeaderValue};
use tauri::ipc::{CallbackFn, InvokeBody};
use tauri::test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder};
use tauri::webview::InvokeRequest;
use tauri::{App, WebviewUrl, WebviewWindow, WebviewWindowBuilder};
use tempfile::TempDir;

const OWN: &str = "tauri://localhost";
const COMMANDS: [&str; 11] = [
    "rpc",
    "subscribe",
    "sign_params",
    "widget_session",
    "widget_report",
    "secret_submit",
    "secret_passphrase",
    "secret_new_passphrase",
    "secret_strength",
    "secret_reveal",
    "secret_cancel",
];

/// Who may call what. Everything that is not here must be refused.
const ALLOWED: [(&str, &[&str]); 4] = [
    ("main", &["rpc", "subscribe"]),
    (
        "widget",
        &["sign_params", "widget_session", "widget_report"],
    ),
    (
        "secret",
        &[
            "secret_submit",
            "secret_passphrase",
            "secret_new_passphrase",
            "secret_strength",
            "secret_reveal",
            "secret_cancel",
        ],
    ),
    ("drop", &[]),
];

fn program(home: &Path) -> App<MockRuntime> {
    let aloft = tauri::async_runtime::block_on(Aloft::open_quietly(Options {
        folders: Folders::under(home),
        desktop: Arc::new(NoDesktop),
        keyring: Some(Arc::new(MemoryStore::new())),
    }))
    .unwrap();
    let application = with_commands(mock_builder()).build(context()).unwrap();
    tauri::Manager::manage(&application, aloft);
    aloft_desktop::manage_subscription(&application);
    application
}

fn window(application: &App<MockRuntime>, label: &str) -> WebviewWindow<MockRuntime> {
    WebviewWindowBuilder::new(application, label, WebviewUrl::App("index.html".into()))
        .build()
        .unwrap()
}

/// Calls a command as a document of `url`, in a frame of `origin`.
fn call(
    window: &WebviewWindow<MockRuntime>,
    command: &str,
    url: &str,
    origin: Option<&str>,
    key: &str,
) -> Result<Value, Value> {
    let arguments = match command {
        "rpc" => json!({ "name": "snapshot", "request": null }),
        "subscribe" => json!({ "channel": "__CHANNEL__:1" }),
        "sign_params" => json!({ "request": { "paramsToSign": {} } }),
        "widget_report" => json!({ "request": { "kind": "closed" } }),
        "secret_submit" => json!({ "request": { "secret": "x", "keeping": "keyring" } }),
        "secret_passphrase" | "secret_strength" => json!({ "request": { "passphrase": "x" } }),
        "secret_new_passphrase" => json!({ "request": { "old": "x", "passphrase": "x" } }),
        _ => json!({}),
    };
    let mut headers = HeaderMap::new();
    if let Some(origin) = origin {
        headers.insert("origin", HeaderValue::from_str(origin).unwrap());
    }
    let request = InvokeRequest {
        cmd: command.to_owned(),
        callback: CallbackFn(0),
        error: CallbackFn(1),
        url: url.parse().unwrap(),
        body: InvokeBody::Json(arguments),
        headers,
        invoke_key: key.to_owned(),
    };
    get_ipc_response(window, request).map(|body| body.deserialize().unwrap())
}

/// The words with which Tauri itself refuses, before any code of ours runs.
fn is_refused_by_capability(answer: &Result<Value, Value>) -> bool {
    matches!(answer, Err(Value::String(words)) if words.contains("not allowed"))
}

#[test]
fn each_window_may_call_its_own_commands_and_no_other() {
    let home = TempDir::new().unwrap();
    let application = program(home.path());
    for (label, allowed) in ALLOWED {
        let window = window(&application, label);
        for command in COMMANDS {
            let answer = call(&window, command, OWN, Some(OWN), INVOKE_KEY);
            assert_eq!(
                !is_refused_by_capability(&answer),
                allowed.contains(&command),
                "{label} called {command}: {answer:?}"
            );
        }
    }
}

#[test]
fn no_window_may_call_core_or_a_plugin() {
    let home = TempDir::new().unwrap();
    let application = program(home.path());
    for (label, _) in ALLOWED {
        let window = window(&application, label);
        for command in [
            "plugin:app|version",
            "plugin:event|listen",
            "plugin:event|emit",
            "plugin:webview|create_webview_window",
            "plugin:window|close",
            "plugin:path|resolve_directory",
            "plugin:dialog|open",
            "plugin:opener|open_url",
            "plugin:notification|notify",
            "plugin:autostart|enable",
            "plugin:global-shortcut|register",
        ] {
            let answer = call(&window, command, OWN, Some(OWN), INVOKE_KEY);
            assert!(
                is_refused_by_capability(&answer),
                "{label} called {command}: {answer:?}"
            );
        }
    }
}

#[test]
fn no_other_origin_may_call_anything() {
    let home = TempDir::new().unwrap();
    let application = program(home.path());
    for (label, _) in ALLOWED {
        let window = window(&application, label);
        for url in [
            "https://upload-widget.cloudinary.com/x",
            "http://127.0.0.1:4000/",
            "https://tauri.localhost.evil.example/",
        ] {
            for command in COMMANDS {
                let answer = call(&window, command, url, None, INVOKE_KEY);
                assert!(
                    is_refused_by_capability(&answer),
                    "{label}: {url} called {command}: {answer:?}"
                );
            }
        }
    }
}

/// On Linux a frame that stole the invoke key is taken for its top document. The `Origin` header is
/// the engine's word, and the fallback channel has none: both are refused before anything is signed.
#[test]
fn a_frame_with_the_stolen_key_is_refused_by_its_origin() {
    let home = TempDir::new().unwrap();
    let application = program(home.path());
    let window = window(&application, "widget");
    for origin in [
        Some("upload-frame://localhost"),
        Some("http://127.0.0.1:4000"),
        Some("null"),
        None,
    ] {
        for command in ["sign_params", "widget_session", "widget_report"] {
            let answer = call(&window, command, OWN, origin, INVOKE_KEY);
            let Err(Value::Object(problem)) = &answer else {
                panic!("{origin:?} called {command}: {answer:?}");
            };
            assert_eq!(problem["kind"], "not_signed");
            assert!(
                problem["message"].as_str().unwrap().contains("other than"),
                "{problem:?}"
            );
        }
    }
}

#[test]
fn the_page_never_gets_a_path_in_and_unknown_names_are_refused() {
    let home = TempDir::new().unwrap();
    let application = program(home.path());
    let window = window(&application, "main");
    let request = |arguments: Value| InvokeRequest {
        cmd: "rpc".to_owned(),
        callback: CallbackFn(0),
        error: CallbackFn(1),
        url: OWN.parse().unwrap(),
        body: InvokeBody::Json(arguments),
        headers: HeaderMap::new(),
        invoke_key: INVOKE_KEY.to_owned(),
    };
    for name in [
        "take",
        "add_paths",
        "upload",
        "sign_params",
        "secret_submit",
        "",
    ] {
        let arguments = json!({ "name": name, "request": { "paths": ["/etc/passwd"] } });
        assert!(
            get_ipc_response(&window, request(arguments)).is_err(),
            "{name}"
        );
    }
}

/// A command that is missing in build.rs runs for every local page without a capability; one that is missing here is
/// in no matrix.
#[test]
fn the_three_lists_of_commands_agree() {
    let listed = |file: &str, from: &str, to: &str| -> Vec<String> {
        let rest = file.split_once(from).unwrap().1;
        let list = rest.split_once(to).unwrap().0;
        let names = list
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty());
        names
            .map(|name| {
                name.trim_matches('"')
                    .rsplit("::")
                    .next()
                    .unwrap()
                    .to_owned()
            })
            .collect()
    };
    let built = listed(include_str!("../build.rs"), "let commands = &[", "]");
    let handled = listed(include_str!("../src/lib.rs"), "generate_handler![", "]");
    assert_eq!(built, COMMANDS);
    assert_eq!(handled, COMMANDS);
    let allowed: Vec<&str> = ALLOWED
        .iter()
        .flat_map(|(_, names)| names.iter().copied())
        .collect();
    assert_eq!(allowed, COMMANDS);
}
