//! One file per journey of a user: the whole program and the sandbox in one process, no window.

#![expect(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

mod accounts;
mod agent;
mod audit;
mod bad_input;
mod care;
mod chunks;
mod deleting;
mod held;
mod hosts;
mod integrate;
mod keeping;
mod links;
mod list;
mod location;
mod lock;
mod many;
mod moving;
mod offers;
mod options;
mod plan;
mod promises;
mod replay;
mod settings;
mod signatures;
mod start;
mod tray;
mod trouble;
mod upload;
mod watch;
mod widget;
mod world;
