//! The desktop shell: windows, tray, native dialogs and drops around the program that lives in
//! `app`. The only package that names `tauri`.
//!
//! Start-up only: no decision about uploads, accounts or signatures is made here.

mod clipboard;
mod desktop;
mod drop;
mod menu;
mod platform;
mod rpc;
mod secret;
mod shortcut;
mod start;
mod thumbnails;
mod tray;
mod widget;
mod windows;

use std::ffi::OsString;
use std::sync::Arc;

use app::contract::Problem;
use app::{Aloft, Folders, Options, Prepared, WallClock, messages, words};
use tauri::{AppHandle, Builder, Context, Manager, RunEvent, Runtime};
use tauri_plugin_dialog::{DialogExt, MessageDialogKind};
use tauri_plugin_notification::NotificationExt;
use tauri_plugin_window_state::StateFlags;

use crate::platform::away::AwaySignals;
use crate::platform::tray_host::TrayHost;
use crate::start::Start;

/// Runs the program until it is told to quit. When the queue's database or the window cannot be
/// opened, standard error and a dialog say so, and the process ends with the code 1.
///
/// # Errors
/// When Tauri itself cannot start; the words say why.
pub fn run() -> Result<(), Problem> {
    log_to_stderr();
    let builder = with_commands(Builder::default())
        .plugin(tauri_plugin_single_instance::init(
            |handle, arguments, folder| start::again(handle, arguments, &folder),
        ))
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_opener::init())
        .plugin(tauri_plugin_notification::init());
    let application = platform::login::plug_in(builder)
        .plugin(
            tauri_plugin_window_state::Builder::default()
                .with_denylist(&[windows::WIDGET, windows::SECRET])
                // Whether a window is shown is for each start to say.
                .with_state_flags(StateFlags::all() & !StateFlags::VISIBLE)
                .build(),
        )
        .setup(|application| {
            // An error here would be a panic of Tauri's, and no window would say anything.
            start(application).unwrap_or_else(|problem| give_up(application.handle(), &problem));
            Ok(())
        })
        .build(context())
        .map_err(|error| windows::problem(words::problem::could_not_start, &error))?;
    application.run(|handle, event| {
        #[cfg(target_os = "macos")]
        if let RunEvent::Reopen { .. } = event {
            windows::show_main(handle);
        }
        if let RunEvent::Exit = event
            && let Some(aloft) = handle.try_state::<Aloft>()
        {
            tauri::async_runtime::block_on(aloft.quit());
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
            secret::secret_passphrase,
            secret::secret_new_passphrase,
            secret::secret_strength,
            secret::secret_reveal,
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

/// WebKitGTK starts processes for a window, which take as long as all that is done here; they ask for nothing before
/// the main loop runs. Elsewhere a window may ask while it is being built, and must find the program.
const WINDOW_FIRST: bool = cfg!(target_os = "linux");

fn start<R: Runtime>(application: &mut tauri::App<R>) -> Result<(), Problem> {
    let handle = application.handle();
    let folders = Folders::of_this_user();
    let desktop = Arc::new(desktop::TauriDesktop::new(handle.clone()));
    // Before there is a window, so that none is seen in the wrong colours or another language.
    let prepared = Prepared::for_windows(&folders, &*desktop);
    application.manage(shortcut::Chosen::default());
    manage_subscription(handle);
    let here = std::env::current_dir().unwrap_or_default();
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    let asked = Start::of(arguments.into_iter(), &here);
    let options = Options {
        folders,
        desktop,
        keyring: None,
    };
    let opening = tauri::async_runtime::spawn(Aloft::open_prepared(options, prepared));
    if WINDOW_FIRST {
        windows::open_main(handle, asked.shows())?;
    }
    let aloft = tauri::async_runtime::block_on(opening)
        .map_err(|error| windows::problem(words::problem::could_not_open_queue, &error))??;
    application.manage(aloft);
    application.manage(TrayHost::watch());
    application.manage(AwaySignals::new());
    if !WINDOW_FIRST {
        windows::open_main(handle, asked.shows())?;
    }
    if cfg!(target_os = "macos")
        && let Err(error) = menu::put_up(handle)
    {
        tracing::warn!("the usual menu stays: {error}");
    }
    asked.upload(handle);
    start::after_the_page(handle, settle_in);
    Ok(())
}

/// What nobody sees in the window's first moment.
fn settle_in<R: Runtime>(handle: &AppHandle<R>) {
    let shown = handle.clone();
    let hears = handle
        .notification()
        .on_action(move |_| windows::show_main_later(&shown));
    if let Err(error) = hears {
        tracing::warn!("clicks on notifications are not heard: {error}");
    }
    tray::start(handle);
    start::show_where_no_tray_is(handle);
    start::tell_settings_of_tray(handle);
    let aloft = handle.state::<Aloft>().inner().clone();
    handle.state::<AwaySignals>().follow(&aloft);
    tauri::async_runtime::spawn(async move {
        aloft.lock_when_idle(Arc::new(WallClock));
        aloft.apply_settings().await;
        aloft.apply_agent().await;
    });
}

/// Ends the program once the user has read why. Only here is it known that no other Aloft runs:
/// opening the queue before Tauri's start would open it for a process that only hands files over.
#[expect(
    clippy::print_stderr,
    reason = "whoever started it in a terminal reads there why it ended"
)]
fn give_up<R: Runtime>(handle: &AppHandle<R>, problem: &Problem) {
    eprintln!("{problem}");
    let ending = handle.clone();
    handle
        .dialog()
        .message(problem.to_string())
        .title(messages::dialog_start_failed_title())
        .kind(MessageDialogKind::Error)
        .show(move |_| ending.exit(1));
}

fn log_to_stderr() {
    use tracing_subscriber::{EnvFilter, fmt};
    let filter = EnvFilter::try_from_env("ALOFT_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    let _ = fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init();
}
