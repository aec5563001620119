//! What can go wrong with the queue itself, as opposed to a job in it.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;
use serde::{Deserialize, Serialize};

/// A variant is a decision; the details are for the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum QueueError {
    /// Written by a newer Aloft: leave it alone and update.
    #[error(
        "the queue in {path} was written by a newer Aloft (format {found}, this one knows {known}); update Aloft to open it"
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: i64,
        /// The newest format known here.
        known: i64,
    },
    /// The folder cannot be used.
    #[error("the queue's folder {path} cannot be used: {details}")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// The system's words.
        details: String,
    },
    /// The disk is full: make room and try again.
    #[error("the disk is full, so the queue cannot be written; make room")]
    DiskFull,
    /// The disk fails or is read-only.
    #[error("the queue cannot be written: {details}")]
    Disk {
        /// SQLite's words.
        details: String,
    },
    /// Another process holds the file for too long: try again.
    #[error("another program holds the queue; try again in a moment")]
    Busy,
    /// The file is damaged.
    #[error("the queue file is damaged: {details}")]
    Damaged {
        /// SQLite's words.
        details: String,
    },
    /// The batch is not there (any more).
    #[error("the batch is no longer in the queue")]
    NoSuchBatch,
    /// A held thing is held no longer: it was queued or let go of meanwhile.
    #[error("what waited to be uploaded no longer waits")]
    NoSuchHeld,
    /// The queue was closed, or its thread has ended.
    #[error("the queue is closed")]
    Closed,
    /// A mistake in the program.
    #[error("the queue failed: {details}")]
    Internal {
        /// SQLite's words.
        details: String,
    },
}

impl QueueError {
    pub(crate) fn folder(path: &Path, error: &io::Error) -> QueueError {
        QueueError::Folder {
            path: path.to_owned(),
            details: error.to_string(),
        }
    }
}

impl From<rusqlite::Error> for QueueError {
    fn from(error: rusqlite::Error) -> QueueError {
        let details = error.to_string();
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => QueueError::DiskFull,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => QueueError::Busy,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                QueueError::Damaged { details }
            }
            Some(
                ErrorCode::SystemIoFailure
                | ErrorCode::ReadOnly
                | ErrorCode::CannotOpen
                | ErrorCode::PermissionDenied,
            ) => QueueError::Disk { details },
            Some(_) | None => QueueError::Internal { details },
        }
    }
}

impl From<serde_json::Error> for QueueError {
    fn from(error: serde_json::Error) -> QueueError {
        QueueError::Damaged {
            details: error.to_string(),
        }
    }
}
