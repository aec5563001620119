//! The client against a scripted server on this computer, which looks at the very bytes.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test stops at the first surprise"
)]

#[path = "client/server.rs"]
mod server;

#[path = "client/admin.rs"]
mod admin;
#[path = "client/answers.rs"]
mod answers;
#[path = "client/assets.rs"]
mod assets;
#[path = "client/bodies.rs"]
mod bodies;
#[path = "client/changing_files.rs"]
mod changing_files;
#[path = "client/network.rs"]
mod network;
#[path = "client/secrets.rs"]
mod secrets;
