//! The engine at its public seam: a queue in a temporary folder, a service in memory, a clock that tests turn.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what a test cannot do fails it, also in its own functions"
)]

mod control;
mod damage;
mod failures;
mod folders;
mod held;
mod journey;
mod large;
mod locked;
mod once;
mod pace;
mod pasted;
mod processes;
mod sources;
mod support;
mod twins;
mod watched;
