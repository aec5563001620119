//! `aloft-desktop [--hidden] [--upload-clipboard] [FILE…]`: opens the window, or hands over to the one that is open.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::process::ExitCode;

#[expect(
    clippy::print_stderr,
    reason = "whoever started it in a terminal reads there why it ended"
)]
fn main() -> ExitCode {
    app::core_files::refuse();
    match aloft_desktop::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}
