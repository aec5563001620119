//! The real program on a real (virtual) desktop: X server, window manager, session bus, keyring,
//! WebDriver. One file per thing that only the real program can show. Run by `cargo xtask test`,
//! one test at a time.

#![expect(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

mod accounts;
mod agent;
mod assets;
mod browser;
mod canary;
mod care;
mod clip;
mod desk;
mod dock;
mod drop;
mod hostile;
mod keyring;
mod keys;
mod lock;
mod moving;
mod onboarding;
mod pasted_url;
mod processes;
mod resumed;
mod start;
mod stolen;
mod tray;
mod wayland;
mod widget;
mod window;
