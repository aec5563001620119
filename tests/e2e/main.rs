//! The real program on a real (virtual) desktop: X server, window manager, session bus, keyring,
//! WebDriver. One file per thing that only the real program can show. Run by `cargo xtask test`,
//! one test at a time.

#![expect(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

mod desk;
mod drop;
mod hostile;
mod keyring;
mod onboarding;
mod start;
mod tray;
mod widget;
mod window;
