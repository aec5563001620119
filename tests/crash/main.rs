//! Uploads that survive anything: the real `aloft`, killed at every named place, at random moments, and with a full disk.
//! Afterwards every file is in the sandbox exactly once, with the right bytes, and nothing is left to do.

#![expect(clippy::unwrap_used, reason = "a test ends where it cannot go on")]
#![expect(clippy::print_stdout, reason = "seeds and verdicts are for a person")]
#![cfg(unix)]

mod chaos;
mod disk;
mod points;
mod random;
mod round;
mod world;
