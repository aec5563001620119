//! The acceptance tests: journeys without a window, conformance with the official clients, and the
//! real programs. This library holds only what several of them need.
//!
//! It must not know the crates below `app`: what is tested here is what a front end can reach.

use std::path::PathBuf;

/// The path in the environment variable `name`, which `cargo xtask test` sets.
///
/// # Panics
/// When it is not set or leads nowhere: a missing program fails the test, it never skips it.
pub fn given_path(name: &str) -> PathBuf {
    let Some(value) = std::env::var_os(name) else {
        panic!("{name} is not set: run these tests through `cargo xtask test`");
    };
    let path = PathBuf::from(value);
    assert!(
        path.exists(),
        "{name} names {}, which is not there: run `cargo xtask test`",
        path.display()
    );
    path
}
