//! What the audit log says when it cannot be written or read.

use credentials::audit::AuditError;

use crate::contract::{Problem, ProblemKind};
use crate::problems::{plain, problem};
use crate::words::problem as p;

pub(crate) fn of_audit(error: &AuditError) -> Problem {
    match error {
        AuditError::Disk {
            action,
            path,
            source,
        } => {
            let words = match *action {
                "read" => p::audit_not_read(path, source),
                _ => p::audit_not_written(path, source),
            };
            problem(ProblemKind::Disk, words)
        }
        AuditError::BadEnd { path } => plain(ProblemKind::Disk, p::audit_bad_end(path)),
    }
}

/// The thread that was to write or read it ended.
pub(crate) fn of_audit_thread(reason: &str) -> Problem {
    problem(ProblemKind::Internal, p::audit_thread(reason))
}
