//! What a failure leads to. A retry has two bounds, attempts and time, and both count from the last progress.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::{Effect, end, needs_you, send, watched};
use crate::failure::{Decision, Failure, FailureKind, Reason};
use crate::job::{Job, State};
use crate::kind::ResourceType;

/// Bounds and pace of retries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetryRules {
    /// Failed attempts without progress after which a job is given up.
    pub attempts: u32,
    /// Time since the first of them after which a job is given up.
    pub total: Duration,
    /// Longest wait before the second attempt; doubles each time. The wait itself is random below it (full jitter).
    pub first: Duration,
    /// The doubling ends here.
    pub longest: Duration,
    /// Shortest wait between two looks at a network that is gone.
    pub network_first: Duration,
    /// Longest wait between two looks at a network that is gone.
    pub network_longest: Duration,
}

impl Default for RetryRules {
    fn default() -> RetryRules {
        RetryRules {
            // all waits together are at most eight and a half minutes
            attempts: 12,
            total: Duration::from_secs(6 * 3600),
            // most trouble is over at once
            first: Duration::from_millis(250),
            longest: Duration::from_secs(300),
            network_first: Duration::from_secs(2),
            network_longest: Duration::from_secs(30),
        }
    }
}

/// Whether the attempt may have arrived all the same: only if everything was handed over and no word came back. A word of
/// trouble may come from a gateway in front of a service that has stored it; with a public ID of ours sending again is
/// safe then (a refused repetition is looked into, see [`failed`]), without one it would be stored twice.
pub(super) fn settle_doubt(job: &mut Job, failure: &Failure, all_sent: bool) {
    let no_word = matches!(
        failure.kind,
        FailureKind::Unreachable
            | FailureKind::TimedOut
            | FailureKind::Portal
            | FailureKind::NotJson
    );
    let may_be_a_gateway = matches!(
        failure.kind,
        FailureKind::ServiceTrouble | FailureKind::Internal
    );
    let may_have_arrived = job.course.doubtful && all_sent;
    job.course.sent_in_doubt |= may_have_arrived && may_be_a_gateway;
    job.course.doubtful =
        may_have_arrived && (no_word || may_be_a_gateway && job.public_id.is_none());
}

/// An earlier attempt could not be asked about. A wait is worth it only where asking will work again soon; otherwise
/// sending is safe, because a public ID of ours is never stored twice.
pub(super) fn asking_failed(
    job: &mut Job,
    failure: Failure,
    fraction: f64,
    now: Timestamp,
    rules: &RetryRules,
) -> Vec<Effect> {
    match (failure.decision, failure.kind) {
        // a key that may upload need not be one that may look around
        (Decision::Permanent, _)
        | (Decision::Persistent, FailureKind::Forbidden)
        | (Decision::Temporary { .. }, FailureKind::RateLimited) => {
            job.course.sent_in_doubt = true;
            send(job, 1)
        }
        (Decision::Temporary { .. } | Decision::Persistent, _) => {
            failed(job, failure, 0, fraction, now, rules)
        }
    }
}

/// An attempt failed after `moved` bytes; `fraction` is chance from 0 to 1.
pub(super) fn failed(
    job: &mut Job,
    failure: Failure,
    moved: u64,
    fraction: f64,
    now: Timestamp,
    rules: &RetryRules,
) -> Vec<Effect> {
    if watched::skips(job, failure.kind) {
        return watched::skip(job, failure.kind, now);
    }
    match failure.kind {
        FailureKind::SourceChanged
        | FailureKind::NameTaken
        | FailureKind::OverLimit
        | FailureKind::LocationKept => return needs_you(job, failure),
        FailureKind::NotAnImage if may_be_raw(job) => return again_as_raw(job),
        FailureKind::Incomplete if !job.course.started_over && job.course.plan.is_some() => {
            return start_over(job);
        }
        // the service may refuse a last chunk that it has: under the same public ID the whole file shows whether it does
        FailureKind::Refused
            if job.course.sent_in_doubt
                && !job.course.started_over
                && job.course.plan.is_some() =>
        {
            return start_over(job);
        }
        FailureKind::SourceMissing
        | FailureKind::SourceUnreadable
        | FailureKind::SourceIsFolder
        | FailureKind::SourceEmpty
        | FailureKind::NameUnrepresentable
        | FailureKind::Unreachable
        | FailureKind::TimedOut
        | FailureKind::Untrusted
        | FailureKind::Portal
        | FailureKind::ProxyRefused
        | FailureKind::RateLimited
        | FailureKind::ServiceTrouble
        | FailureKind::NotJson
        | FailureKind::Incomplete
        | FailureKind::StaleRequest
        | FailureKind::WrongKey
        | FailureKind::WrongSecret
        | FailureKind::WrongCloud
        | FailureKind::WrongRegion
        | FailureKind::SecretMissing
        | FailureKind::SecretLocked
        | FailureKind::SecretDenied
        | FailureKind::SecretTimedOut
        | FailureKind::Locked
        | FailureKind::NoStore
        | FailureKind::PresetRefused
        | FailureKind::Forbidden
        | FailureKind::TooLarge
        | FailureKind::NotAnImage
        | FailureKind::Refused
        | FailureKind::Disk
        | FailureKind::Internal => {}
    }
    match failure.decision {
        Decision::Permanent => give_up(job, failure, now),
        Decision::Persistent => {
            job.state = State::Waiting;
            job.next_attempt_at = None;
            job.failure = Some(failure.clone());
            vec![Effect::StopAccount(failure)]
        }
        Decision::Temporary { after_ms } if is_no_network(failure.kind, moved) => {
            wait_for_network(job, failure, after_ms, fraction, now, rules)
        }
        Decision::Temporary { after_ms } => strike(job, failure, after_ms, fraction, now, rules),
    }
}

fn give_up(job: &mut Job, failure: Failure, now: Timestamp) -> Vec<Effect> {
    let effects = network_news(failure.kind);
    job.state = State::Failed;
    job.failure = Some(failure);
    end(job, now);
    effects
}

/// No connection: waits as long as it takes, and costs no attempt.
fn wait_for_network(
    job: &mut Job,
    failure: Failure,
    after_ms: Option<u64>,
    fraction: f64,
    now: Timestamp,
    rules: &RetryRules,
) -> Vec<Effect> {
    let most = doubled(
        rules.network_first,
        job.course.outages.saturating_add(1),
        rules.network_longest,
    );
    let wait = rules.network_first + part(most.saturating_sub(rules.network_first), fraction);
    job.course.outages = job.course.outages.saturating_add(1);
    job.state = State::WaitingForNetwork;
    job.next_attempt_at = Some(later(now, wait.max(asked(after_ms))));
    job.failure = Some(failure);
    Vec::new()
}

/// Counts the failure; another attempt if both bounds allow.
fn strike(
    job: &mut Job,
    failure: Failure,
    after_ms: Option<u64>,
    fraction: f64,
    now: Timestamp,
    rules: &RetryRules,
) -> Vec<Effect> {
    let since = *job.course.first_strike_at.get_or_insert(now);
    let asked = asked(after_ms);
    // a service that says when to come again is obeyed: no attempt is used up, and the time alone is the bound
    let obeys = failure.kind == FailureKind::RateLimited && !asked.is_zero();
    let wait = if obeys {
        // apart from each other, but not much later than asked
        asked + part(asked.min(rules.network_longest), fraction)
    } else {
        let most = doubled(rules.first, job.course.strikes, rules.longest);
        job.course.strikes = job.course.strikes.saturating_add(1);
        part(most, fraction).max(asked)
    };
    job.course.outages = 0;
    let tried_for = Duration::try_from(now.duration_since(since)).unwrap_or_default();
    let mut effects = network_news(failure.kind);
    if job.course.strikes >= rules.attempts || tried_for >= rules.total {
        let last = Box::new(failure.reason);
        let reason = if job.course.strikes >= rules.attempts {
            Reason::GivenUpAfterAttempts {
                attempts: job.course.strikes,
                reason: last,
            }
        } else {
            Reason::GivenUpAfterHours {
                hours: tried_for.as_secs().div_ceil(3600),
                reason: last,
            }
        };
        job.state = State::Failed;
        job.failure = Some(Failure { reason, ..failure });
        end(job, now);
        return effects;
    }
    let due = later(now, wait);
    if failure.kind == FailureKind::RateLimited && after_ms.is_some() {
        effects.push(Effect::HoldAccount(later(now, asked)));
    }
    job.state = State::Waiting;
    job.next_attempt_at = Some(due);
    job.failure = Some(failure);
    effects
}

/// No connection could be made, or a portal answers in place of the service. A connection that was cut in the middle
/// costs an attempt.
fn is_no_network(kind: FailureKind, moved: u64) -> bool {
    kind == FailureKind::Portal || (kind == FailureKind::Unreachable && moved == 0)
}

/// Whoever gets an answer from the service itself, a refusal too, knows that there is a network.
fn network_news(kind: FailureKind) -> Vec<Effect> {
    match kind {
        FailureKind::SourceMissing
        | FailureKind::SourceUnreadable
        | FailureKind::SourceIsFolder
        | FailureKind::SourceChanged
        | FailureKind::SourceEmpty
        | FailureKind::NameUnrepresentable
        | FailureKind::Unreachable
        | FailureKind::TimedOut
        | FailureKind::Untrusted
        | FailureKind::Portal
        | FailureKind::ProxyRefused
        | FailureKind::NotJson
        | FailureKind::SecretMissing
        | FailureKind::SecretLocked
        | FailureKind::SecretDenied
        | FailureKind::SecretTimedOut
        | FailureKind::Locked
        | FailureKind::NoStore
        | FailureKind::OverLimit
        | FailureKind::LocationKept
        | FailureKind::Disk
        | FailureKind::Internal => Vec::new(),
        FailureKind::RateLimited
        | FailureKind::ServiceTrouble
        | FailureKind::Incomplete
        | FailureKind::StaleRequest
        | FailureKind::WrongKey
        | FailureKind::WrongSecret
        | FailureKind::WrongCloud
        | FailureKind::WrongRegion
        | FailureKind::PresetRefused
        | FailureKind::Forbidden
        | FailureKind::TooLarge
        | FailureKind::NotAnImage
        | FailureKind::Refused
        | FailureKind::NameTaken => vec![Effect::NetworkIsBack],
    }
}

/// Only a guess of ours is corrected, and once.
fn may_be_raw(job: &Job) -> bool {
    job.requested_type.is_none()
        && job.resource_type == Some(ResourceType::Image)
        && !job.course.tried_raw
}

/// Looks at the file again, with another type, another public ID (with the extension) and another upload ID.
fn again_as_raw(job: &mut Job) -> Vec<Effect> {
    job.course.tried_raw = true;
    job.course.plan = None;
    job.course.doubtful = false;
    job.resource_type = Some(ResourceType::Raw);
    job.public_id = None;
    job.state = State::Preparing;
    vec![Effect::Prepare]
}

fn start_over(job: &mut Job) -> Vec<Effect> {
    job.course.started_over = true;
    job.course.plan = None;
    job.course.doubtful = false;
    job.state = State::Preparing;
    vec![Effect::Prepare]
}

fn doubled(first: Duration, times: u32, longest: Duration) -> Duration {
    first
        .saturating_mul(2_u32.saturating_pow(times.min(30)))
        .min(longest)
}

fn part(whole: Duration, fraction: f64) -> Duration {
    whole.mul_f64(if fraction.is_finite() {
        fraction.clamp(0.0, 1.0)
    } else {
        1.0
    })
}

/// At most a week: whatever a header says, a job does not wait for years.
fn asked(after_ms: Option<u64>) -> Duration {
    Duration::from_millis(after_ms.unwrap_or(0)).min(Duration::from_secs(7 * 24 * 3600))
}

fn later(now: Timestamp, wait: Duration) -> Timestamp {
    // rounded up to the millisecond that the database keeps
    let wait = i64::try_from(wait.as_nanos().div_ceil(1_000_000)).unwrap_or(i64::MAX);
    now.saturating_add(SignedDuration::from_millis(wait))
        .unwrap_or(now)
}
