//! What a person may do to a job.

use jiff::Timestamp;

use super::{Effect, end};
use crate::failure::FailureKind;
use crate::identity::FileIdentity;
use crate::job::{Course, Job, PublicIdRule, State, Verb};
use crate::receipt::Verification;

pub(super) fn user(job: &mut Job, verb: Verb, now: Timestamp) -> Vec<Effect> {
    match verb {
        Verb::Pause => pause(job),
        Verb::Resume => resume(job),
        Verb::Cancel => cancel(job, now),
        Verb::Retry => retry(job),
        Verb::Remove => remove(job, now),
        Verb::Restore => job.removed_at = None,
    }
    Vec::new()
}

fn pause(job: &mut Job) {
    if job.state.is_active() || matches!(job.state, State::Waiting | State::WaitingForNetwork) {
        job.state = State::Paused;
        job.next_attempt_at = None;
    }
}

fn resume(job: &mut Job) {
    if matches!(
        job.state,
        State::Paused | State::Waiting | State::WaitingForNetwork
    ) {
        job.state = State::Waiting;
        job.next_attempt_at = None;
    }
}

fn cancel(job: &mut Job, now: Timestamp) {
    if !job.state.is_terminal() {
        job.state = State::Cancelled;
        end(job, now);
    }
}

/// Begins anew with fresh bounds. What is acknowledged stays acknowledged, unless the user now accepts another file
/// or another public ID is needed.
fn retry(job: &mut Job) {
    match job.state {
        State::Done | State::Preparing | State::Uploading | State::Finishing => return,
        State::Waiting
        | State::WaitingForNetwork
        | State::Paused
        | State::NeedsYou
        | State::Failed
        | State::Cancelled => {}
    }
    let course = std::mem::take(&mut job.course);
    let told = job.failure.as_ref().map(|failure| failure.kind);
    let kept = Course {
        tried_raw: course.tried_raw,
        held_to_file: course.held_to_file,
        over_limit_agreed: course.over_limit_agreed || told == Some(FailureKind::OverLimit),
        location_agreed: course.location_agreed || told == Some(FailureKind::LocationKept),
        ..Course::default()
    };
    job.course = match told {
        Some(FailureKind::SourceChanged | FailureKind::NameTaken | FailureKind::Incomplete) => {
            forget_the_file(job, course.held_to_file);
            if !matches!(job.public_id_rule, PublicIdRule::Exact(_)) {
                job.public_id = None;
            }
            kept
        }
        // the file may come back with another inode; what was begun under the public ID may still have arrived, and only
        // the same file may be sent under it again
        Some(
            FailureKind::SourceMissing
            | FailureKind::SourceUnreadable
            | FailureKind::SourceIsFolder
            | FailureKind::SourceEmpty,
        ) => {
            let (identity, md5) = (job.identity, job.md5.take());
            forget_the_file(job, course.held_to_file);
            if course.doubtful || course.sent_in_doubt {
                job.identity = job.identity.or(identity.map(FileIdentity::of_any_inode));
                job.md5 = md5;
            }
            Course {
                doubtful: course.doubtful,
                sent_in_doubt: course.sent_in_doubt,
                ..kept
            }
        }
        Some(_) | None => Course {
            doubtful: course.doubtful,
            sent_in_doubt: course.sent_in_doubt,
            plan: course.plan,
            ..kept
        },
    };
    job.state = State::Waiting;
    job.next_attempt_at = None;
    job.finished_at = None;
    job.failure = None;
    job.receipt = None;
    job.verification = Verification::Pending;
}

fn forget_the_file(job: &mut Job, held_to_it: bool) {
    if !held_to_it {
        job.identity = None;
    }
    job.md5 = None;
    job.cleaned = None;
    job.sent = 0;
    if !job.course.tried_raw && job.public_id.is_none() {
        job.resource_type = None;
    }
}

fn remove(job: &mut Job, now: Timestamp) {
    if job.removed_at.is_some() {
        return;
    }
    job.removed_at = Some(now);
    if job.state.is_active() {
        job.state = State::Waiting;
    }
}
