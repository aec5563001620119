//! Which of the queue's failures something is: an answer of the client, or trouble before it was
//! asked.

use cloudinary::ErrorKind;
use engine::{Failure, FailureKind, Reason};

use crate::contract::{Problem, ProblemKind, Retry};
use crate::words::Words;

/// Words as the queue keeps them.
pub(crate) fn carried(words: &Words) -> Reason {
    Reason::Carried(words.kept())
}

/// Trouble with account, keyring or sandbox: no file is at fault, so the account waits.
pub(super) fn failure_of_problem(problem: &Problem) -> Failure {
    let (kind, words) = (kind_of_problem(problem.kind), carried(&problem.message));
    match problem.kind.retry() {
        Retry::Yes => Failure::temporary(kind, None, words),
        Retry::Never | Retry::AfterChange => Failure::persistent(kind, words),
    }
}

fn kind_of_problem(kind: ProblemKind) -> FailureKind {
    use FailureKind as F;
    use ProblemKind as K;
    match kind {
        K::SourceMissing => F::SourceMissing,
        K::SourceUnreadable => F::SourceUnreadable,
        K::SourceIsFolder => F::SourceIsFolder,
        K::SourceChanged => F::SourceChanged,
        K::SourceEmpty => F::SourceEmpty,
        K::NameUnrepresentable => F::NameUnrepresentable,
        K::Unreachable => F::Unreachable,
        K::TimedOut => F::TimedOut,
        K::Untrusted => F::Untrusted,
        K::Portal => F::Portal,
        K::ProxyRefused => F::ProxyRefused,
        K::RateLimited => F::RateLimited,
        K::ServiceTrouble => F::ServiceTrouble,
        K::NotJson => F::NotJson,
        K::Incomplete => F::Incomplete,
        K::StaleRequest => F::StaleRequest,
        K::WrongKey => F::WrongKey,
        K::WrongSecret => F::WrongSecret,
        K::WrongCloud => F::WrongCloud,
        K::WrongRegion => F::WrongRegion,
        K::SecretMissing => F::SecretMissing,
        K::SecretLocked => F::SecretLocked,
        K::SecretDenied => F::SecretDenied,
        K::SecretTimedOut => F::SecretTimedOut,
        K::Locked => F::Locked,
        K::NoStore => F::NoStore,
        K::PresetRefused => F::PresetRefused,
        K::Forbidden => F::Forbidden,
        K::TooLarge => F::TooLarge,
        K::OverLimit => F::OverLimit,
        K::LocationKept => F::LocationKept,
        K::NotAnImage => F::NotAnImage,
        K::NameTaken => F::NameTaken,
        K::Disk => F::Disk,
        K::Refused | K::NotSigned | K::Declined => F::Refused,
        // Nothing that an upload meets; if one does, it is a fault of ours.
        K::NotAPath
        | K::ClipboardEmpty
        | K::NoAccount
        | K::UnknownAccount
        | K::BadValue
        | K::BadUrl
        | K::Gone
        | K::NotHere
        | K::Internal => F::Internal,
    }
}

pub(super) fn failure_kind(kind: ErrorKind) -> FailureKind {
    use ErrorKind as E;
    use FailureKind as F;
    match kind {
        E::SourceMissing => F::SourceMissing,
        E::SourceUnreadable => F::SourceUnreadable,
        E::SourceIsFolder => F::SourceIsFolder,
        E::SourceEmpty => F::SourceEmpty,
        E::SourceChanged => F::SourceChanged,
        E::HostNotFound | E::Unreachable | E::Interrupted => F::Unreachable,
        E::TimedOut => F::TimedOut,
        E::Untrusted => F::Untrusted,
        E::Portal => F::Portal,
        E::ProxyRefused => F::ProxyRefused,
        E::NotJson => F::NotJson,
        E::Incomplete => F::Incomplete,
        E::StaleRequest => F::StaleRequest,
        E::WrongKey | E::Unauthorised => F::WrongKey,
        E::WrongSecret => F::WrongSecret,
        E::WrongCloud | E::HostUnusable => F::WrongCloud,
        E::WrongRegion => F::WrongRegion,
        E::PresetRefused => F::PresetRefused,
        E::Forbidden => F::Forbidden,
        E::TooLarge => F::TooLarge,
        E::NotAnImage => F::NotAnImage,
        E::NameTaken => F::NameTaken,
        E::RateLimited => F::RateLimited,
        E::ServiceTrouble => F::ServiceTrouble,
        E::Unsendable
        | E::NeedsKey
        | E::SignatureMismatch
        | E::Refused
        | E::AddOnRefused
        | E::NotFound
        | E::LinkFailed => F::Refused,
        E::ClientNotBuilt => F::Internal,
    }
}

#[cfg(test)]
mod tests {
    use engine::Decision;

    use super::*;
    use crate::problems;

    #[test]
    fn every_failure_of_the_queue_keeps_its_kind_on_the_way_there_and_back() {
        for kind in FailureKind::ALL.iter().copied() {
            let shown = problems::of_failure(&Failure::persistent(kind, "")).kind;
            assert_eq!(kind_of_problem(shown), kind, "{}", kind.as_str());
        }
    }

    #[test]
    fn a_keyring_that_does_not_answer_is_asked_again_and_one_that_refuses_is_not() {
        let decided = |kind| failure_of_problem(&problems::plain(kind, Words::none())).decision;
        assert_eq!(
            decided(ProblemKind::SecretTimedOut),
            Decision::Temporary { after_ms: None }
        );
        for kind in [
            ProblemKind::SecretDenied,
            ProblemKind::SecretLocked,
            ProblemKind::Disk,
            ProblemKind::Internal,
        ] {
            assert_eq!(decided(kind), Decision::Persistent);
        }
    }

    #[test]
    fn a_proxy_that_refuses_is_not_a_network_that_is_gone() {
        assert_eq!(
            failure_kind(ErrorKind::ProxyRefused),
            FailureKind::ProxyRefused
        );
    }
}
