//! What a stored asset means: done, done but not verified, the name is taken, or nothing yet.

use jiff::Timestamp;
use serde_json::Value;

use super::{Digest, Effect, finish, needs_you, send};
use crate::failure::{Failure, FailureKind, Reason};
use crate::job::{Job, PublicIdRule, State};
use crate::receipt::{Doubt, Incomparable, Receipt, Verification};

/// The service answered with the asset.
pub(super) fn stored(
    job: &mut Job,
    receipt: Receipt,
    digest: &Digest,
    now: Timestamp,
) -> Vec<Effect> {
    if job.state.is_terminal() {
        return keep_late(job, receipt, digest);
    }
    if receipt.existing && is_anothers(job, &receipt, digest, job.attempts > 1) {
        let failure = taken(job, &receipt);
        job.course.doubtful = false;
        return needs_you(job, failure);
    }
    done(job, receipt, digest, now)
}

/// The service was asked about a doubtful attempt.
pub(super) fn found(
    job: &mut Job,
    receipt: Option<Receipt>,
    digest: &Digest,
    now: Timestamp,
) -> Vec<Effect> {
    let Some(receipt) = receipt else {
        // not there yet is not never there: the service may still be storing what it got from a process that is dead
        job.course.sent_in_doubt = true;
        return send(job, 1);
    };
    if is_anothers(job, &receipt, digest, true) {
        if job.params.get("overwrite").is_some_and(is_on) {
            // what is there is what we were about to replace
            return send(job, 1);
        }
        let failure = taken(job, &receipt);
        job.course.doubtful = false;
        return needs_you(job, failure);
    }
    done(job, receipt, digest, now)
}

fn done(job: &mut Job, receipt: Receipt, digest: &Digest, now: Timestamp) -> Vec<Effect> {
    let verification = verify(&receipt, digest);
    if let Digest::Md5(md5) = digest {
        job.md5 = Some(md5.clone());
    }
    finish(job, receipt, verification, now);
    vec![Effect::Shelve, Effect::NetworkIsBack]
}

/// The user cancelled and the answer came all the same: the state stays, the link is not lost.
fn keep_late(job: &mut Job, receipt: Receipt, digest: &Digest) -> Vec<Effect> {
    let is_ours = !(receipt.existing && is_anothers(job, &receipt, digest, job.attempts > 1));
    if job.state == State::Done || job.receipt.is_some() || !is_ours {
        return Vec::new();
    }
    job.verification = verify(&receipt, digest);
    if let Digest::Md5(md5) = digest {
        job.md5 = Some(md5.clone());
    }
    job.receipt = Some(receipt);
    vec![Effect::Shelve, Effect::NetworkIsBack]
}

/// Only an ID that the user chose can belong to somebody else. With our random part in it, it is our own earlier success.
fn is_anothers(job: &Job, receipt: &Receipt, digest: &Digest, tried_before: bool) -> bool {
    if job.public_id_rule.is_random() || job.public_id_rule == PublicIdRule::Service {
        return false;
    }
    match compare(receipt, digest) {
        Compared::Same => false,
        Compared::Different | Compared::NoEtag => true,
        // nothing to compare: ours only if an attempt of ours may have arrived before this one
        Compared::Incomparable(_) | Compared::FileChanged => !tried_before,
    }
}

fn verify(receipt: &Receipt, digest: &Digest) -> Verification {
    if receipt.signature_verified == Some(false) {
        return Verification::NotVerified {
            reason: Doubt::WrongSignature,
        };
    }
    match compare(receipt, digest) {
        Compared::Same => Verification::Verified,
        Compared::Different => Verification::NotVerified {
            reason: Doubt::DifferentBytes,
        },
        Compared::NoEtag => Verification::NotVerified {
            reason: Doubt::NoEtag,
        },
        Compared::Incomparable(why) => Verification::Incomparable { why },
        Compared::FileChanged => Verification::NotVerified {
            reason: Doubt::ChangedWhileSending,
        },
    }
}

enum Compared {
    Same,
    Different,
    NoEtag,
    Incomparable(Incomparable),
    FileChanged,
}

fn compare(receipt: &Receipt, digest: &Digest) -> Compared {
    match (digest, &receipt.etag) {
        (Digest::Md5(md5), Some(etag)) if etag.trim_matches('"').eq_ignore_ascii_case(md5) => {
            Compared::Same
        }
        _ if receipt.transformed => Compared::Incomparable(Incomparable::Transformed),
        (Digest::NoFile, _) => Compared::Incomparable(Incomparable::FetchedByService),
        (Digest::Changed, _) => Compared::FileChanged,
        (Digest::Md5(_), Some(_)) => Compared::Different,
        (Digest::Md5(_), None) => Compared::NoEtag,
    }
}

fn is_on(value: &Value) -> bool {
    matches!(value, Value::Bool(true))
        || matches!(value.as_str(), Some("1" | "true"))
        || value.as_i64() == Some(1)
}

fn taken(job: &Job, receipt: &Receipt) -> Failure {
    let reason = Reason::NameTaken {
        name: job.name.clone(),
        public_id: receipt.public_id.clone(),
    };
    Failure::permanent(FailureKind::NameTaken, reason)
}
