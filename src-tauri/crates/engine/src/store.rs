//! The database: one writing thread and one reading thread over `<folder>/queue.db`.
//!
//! All functions below this module take a connection and are called on one of the two threads. Everything that is
//! ordered at the writer while it is busy goes to disk with one commit, and nobody hears of success before it. That a
//! job was taken in hand, or that its last byte is out, need not survive a power cut: such commits do not wait for the disk.

pub(crate) mod accounts;
pub(crate) mod batches;
pub(crate) mod find;
pub(crate) mod held;
pub(crate) mod jobs;
pub(crate) mod library;
pub(crate) mod links;
pub(crate) mod list;
pub(crate) mod turn;
pub(crate) mod watches;

mod files;
mod line;
mod repair;
mod rest;
mod rows;
mod schema;
mod threads;

pub(crate) use files::{Opened, open_reader, open_writer};
pub(crate) use line::elder;
pub use repair::Repair;
pub(crate) use threads::{Bell, Reader, Writer};
