//! The real program on a real (virtual) desktop: X server, window manager, session bus, keyring,
//! WebDriver. One file per thing that only the real program can show. Run by `cargo xtask test`,
//! one test at a time.

mod desk;
mod drop;
mod hostile;
mod keyring;
mod onboarding;
mod tray;
mod widget;
mod window;
