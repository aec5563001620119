//! The official clients against the sandbox, and Aloft's signatures against the official clients' own.
//!
//! That the sandbox is honest is not for us to say: these programs were written for the real service.
//! They are installed by `cargo xtask test`, as pinned in `node/` and `python/`; a missing one fails.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test ends where it cannot go on"
)]

mod addresses;
mod admin;
mod agent;
mod aloft;
mod cld;
mod clients;
mod sdks;
mod signatures;
mod world;
