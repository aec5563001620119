//! What the sandbox answers, asked over its socket.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

mod chunked;
mod composed;
mod delivered;
mod door;
mod errors;
mod faults;
mod kept;
mod managed;
mod recorded;
mod uploads;
mod widget;
