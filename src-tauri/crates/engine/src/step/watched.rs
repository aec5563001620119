//! Jobs of watched folders: a file that went away or changed before it was sent is nobody's mistake. The job is passed
//! over with a reason, and the watch queues what comes to rest there later.

use jiff::Timestamp;

use super::{Effect, end};
use crate::failure::{Failure, FailureKind, Reason};
use crate::job::{Job, State};

/// Whether a failure only says that the file is no longer what the watch saw. After a doubtful attempt the job is
/// settled like any other: what may have arrived is not passed over.
pub(super) fn skips(job: &Job, kind: FailureKind) -> bool {
    job.watch.is_some() && !job.course.doubtful && reason(kind, "").is_some()
}

/// Gives the job up without a complaint.
pub(super) fn skip(job: &mut Job, kind: FailureKind, now: Timestamp) -> Vec<Effect> {
    job.state = State::Cancelled;
    job.failure = reason(kind, &job.name).map(|reason| Failure::permanent(kind, reason));
    end(job, now);
    Vec::new()
}

/// Whether a job was passed over, so that its file is new to the watch when it is there again.
pub(crate) fn is_skipped(job: &Job) -> bool {
    let kind = job.failure.as_ref().map(|failure| failure.kind);
    job.watch.is_some()
        && job.state == State::Cancelled
        && kind.is_some_and(|kind| reason(kind, "").is_some())
}

fn reason(kind: FailureKind, name: &str) -> Option<Reason> {
    let name = name.to_owned();
    if kind == FailureKind::SourceMissing {
        return Some(Reason::WatchedLeft { name });
    }
    let is_other = matches!(
        kind,
        FailureKind::SourceChanged | FailureKind::SourceEmpty | FailureKind::SourceIsFolder
    );
    is_other.then_some(Reason::WatchedChanged { name })
}
