//! What backups, and files in which secrets lie about, say.

use std::path::Path;

use credentials::backup::{BackupError, RestoreError};
use credentials::found::FoundError;

use super::accounts::of_envelope;
use crate::contract::{Problem, ProblemKind};
use crate::problems::plain;
use crate::words::problem as p;

pub(crate) fn of_backup(file: &Path, error: BackupError) -> Problem {
    match error {
        BackupError::File(error) => plain(
            ProblemKind::BadValue,
            p::backup_file(file, of_envelope(&error)),
        ),
        BackupError::Secret { label, source } => {
            let cause = Problem::from(source);
            plain(cause.kind, p::backup_secret(label, cause.message))
        }
        BackupError::Disk { action, source } => {
            let words = match action {
                "read" => p::backup_not_read(file, &source),
                _ => p::backup_not_written(file, &source),
            };
            plain(ProblemKind::Disk, words)
        }
    }
}

pub(crate) fn of_restore(error: RestoreError) -> Problem {
    match error {
        RestoreError::NoSuchEntry => plain(ProblemKind::Gone, p::backup_no_entry()),
        RestoreError::NoSecret { label } => {
            plain(ProblemKind::SecretMissing, p::backup_no_secret(label))
        }
        RestoreError::NotKept { label } => {
            plain(ProblemKind::SecretDenied, p::secret_not_kept(label))
        }
        RestoreError::Book(error) => error.into(),
        RestoreError::Store(error) => error.into(),
    }
}

pub(crate) fn of_found(error: &FoundError) -> Problem {
    match error {
        FoundError::Disk {
            action,
            path,
            source,
        } => {
            let words = match *action {
                "read" => p::found_not_read(path, source),
                _ => p::found_not_written(path, source),
            };
            plain(ProblemKind::Disk, words)
        }
        FoundError::NotAFile { path } => plain(ProblemKind::BadValue, p::found_no_file(path)),
        FoundError::Form { path, expected } => {
            plain(ProblemKind::BadValue, p::found_form(path, *expected))
        }
        FoundError::Encrypted { path } => plain(ProblemKind::BadValue, p::found_encrypted(path)),
        FoundError::Changed { path } => plain(ProblemKind::Gone, p::found_changed(path)),
        FoundError::HardLinked { path } => plain(ProblemKind::Disk, p::found_hard_link(path)),
        FoundError::InEnvironment { name } => {
            plain(ProblemKind::NotHere, p::found_in_environment(name))
        }
    }
}
