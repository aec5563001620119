//! The desktop shell: windows, tray, native dialogs and drops around the program that lives in
//! `app`. The only package that names `tauri`.
//!
//! Start-up only: no decision about uploads, accounts or signatures is made here.

mod clipboard;
mod desktop;
mod drop;
mod rpc;
mod secret;
mod thumbnails;
mod tray;
mod widget;
mod windows;

use std::path::PathBuf;
use std::sync::Arc;

use app::contract::Problem;
use app::{Aloft, Folders, Options};
use tauri::{Builder, Context, Manager, RunEvent, Runtime};

/// Runs the program until it is told to quit.
///
/// # Errors
/// When the queue's database or the windows cannot be opened; the words say which and why.
pub fn run() -> Result<(), Problem> {
    log_to_stderr();
    let application = with_commands(Builder::default())
        .plugin(tauri_plugin_single_instance::init(
            |handle, arguments, folder| {
                windows::show_main(handle);
                let files =
                    drop::files_of_arguments(arguments.into_iter().skip(1), &PathBuf::from(folder));
                drop::add(handle, files);
            },
        ))
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_opener::init())
        .plugin(
            tauri_plugin_window_state::Builder::default()
                .with_denylist(&[windows::WIDGET, windows::SECRET])
                .build(),
        )
        .setup(|application| Ok(start(application)?))
        .build(context())
        .map_err(|error| windows::problem("start", &error))?;
    application.run(|handle, event| {
        if let RunEvent::Exit = event
            && let Some(aloft) = handle.try_state::<Aloft>()
        {
            tauri::async_runtime::block_on(aloft.close());
        }
    });
    Ok(())
}

/// Everything that the access tests need of the program: its commands and its schemes.
pub fn with_commands<R: Runtime>(builder: Builder<R>) -> Builder<R> {
    builder
        .register_uri_scheme_protocol(widget::SCHEME, widget::serve_frame)
        .register_asynchronous_uri_scheme_protocol(thumbnails::SCHEME, thumbnails::serve)
        .invoke_handler(tauri::generate_handler![
            rpc::rpc,
            rpc::subscribe,
            widget::sign_params,
            widget::widget_session,
            widget::widget_report,
            secret::secret_submit,
            secret::secret_cancel,
        ])
}

/// The configuration, the capabilities and the pages, fixed when the program was built.
pub fn context<R: Runtime>() -> Context<R> {
    tauri::generate_context!()
}

/// Holds the main window's subscription; part of [`run`], apart for the access tests.
pub fn manage_subscription<R: Runtime>(manager: &impl Manager<R>) {
    manager.manage(rpc::Subscription::default());
}

fn start<R: Runtime>(application: &mut tauri::App<R>) -> Result<(), Problem> {
    let handle = application.handle();
    let desktop = Arc::new(desktop::TauriDesktop::new(handle.clone()));
    let aloft = tauri::async_runtime::block_on(Aloft::open(Options {
        folders: Folders::of_this_user(),
        desktop,
        keyring: None,
    }))?;
    application.manage(aloft);
    manage_subscription(handle);
    windows::open_main(handle)?;
    tray::start(handle);
    let here = std::env::current_dir().unwrap_or_default();
    let arguments = std::env::args_os()
        .skip(1)
        .map(|text| text.to_string_lossy().into_owned());
    drop::add(handle, drop::files_of_arguments(arguments, &here));
    Ok(())
}

fn log_to_stderr() {
    use tracing_subscriber::{EnvFilter, fmt};
    let filter = EnvFilter::try_from_env("ALOFT_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    let _ = fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init();
}
