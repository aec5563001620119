//! One place where the errors of the crates below become what a person reads. Each variant has its message in the
//! catalogue; one without does not compile.

mod accounts;
mod audit;
mod moving;
mod queue;
mod service;
mod signing;

use credentials::{BookError, RotationError, StoreError, StoreErrorKind};
use engine::{Failure, FailureKind, QueueError};

use crate::contract::{Problem, ProblemKind};
use crate::words::Words;

pub(crate) use accounts::{of_host, of_url, of_value};
pub(crate) use audit::{of_audit, of_audit_thread};
pub(crate) use moving::{of_backup, of_found, of_restore};
pub(crate) use queue::{of_folder, of_public_id};
pub(crate) use service::of_service;
pub(crate) use signing::of_refusal;

/// What to do about a kind of trouble, in one sentence; none where the message says it all.
pub(crate) fn hint(kind: ProblemKind) -> Words {
    use crate::words::hint as h;
    use ProblemKind as K;
    match kind {
        K::SourceMissing => h::source_missing(),
        K::SourceUnreadable => h::source_unreadable(),
        K::SourceIsFolder => h::source_is_folder(),
        K::SourceChanged => h::source_changed(),
        K::SourceEmpty => h::source_empty(),
        K::NameUnrepresentable => h::name_unrepresentable(),
        K::NotAPath => h::not_a_path(),
        K::ClipboardEmpty => h::clipboard_empty(),
        K::Unreachable => h::unreachable(),
        K::TimedOut | K::ServiceTrouble | K::NotJson | K::Incomplete => h::goes_on(),
        K::Untrusted => h::untrusted(),
        K::Portal => h::portal(),
        K::ProxyRefused => h::proxy_refused(),
        K::RateLimited => h::rate_limited(),
        K::StaleRequest => h::stale_request(),
        K::WrongKey => h::wrong_key(),
        K::WrongSecret => h::wrong_secret(),
        K::WrongCloud => h::wrong_cloud(),
        K::WrongRegion => h::wrong_region(),
        K::SecretMissing => h::secret_missing(),
        K::SecretLocked => h::secret_locked(),
        K::SecretDenied => h::secret_denied(),
        K::SecretTimedOut => h::secret_timed_out(),
        K::Locked => h::locked(),
        K::NoStore => h::no_store(),
        K::PresetRefused => h::preset_refused(),
        K::Forbidden => h::forbidden(),
        K::TooLarge => h::too_large(),
        K::OverLimit => h::over_limit(),
        K::LocationKept => h::location_kept(),
        K::NotAnImage => h::not_an_image(),
        K::Refused => h::refused(),
        K::NameTaken => h::name_taken(),
        K::Disk => h::disk(),
        K::NoAccount => h::no_account(),
        K::UnknownAccount => h::unknown_account(),
        K::BadValue | K::BadUrl => h::correct(),
        K::NotSigned => h::not_signed(),
        K::Internal => h::internal(),
        K::Declined | K::Gone | K::NotHere => Words::none(),
    }
}

/// A problem with the usual advice for its kind.
pub(crate) fn problem(kind: ProblemKind, message: Words) -> Problem {
    Problem::new(kind, message, hint(kind))
}

/// A problem whose words say what to do already, or where nothing can be done.
pub(crate) fn plain(kind: ProblemKind, message: Words) -> Problem {
    Problem::new(kind, message, Words::none())
}

/// A job's failure; its words say what to do already.
pub(crate) fn of_failure(failure: &Failure) -> Problem {
    plain(
        kind_of_failure(failure.kind),
        queue::of_reason(&failure.reason),
    )
}

fn kind_of_failure(kind: FailureKind) -> ProblemKind {
    use FailureKind as F;
    use ProblemKind as K;
    match kind {
        F::SourceMissing => K::SourceMissing,
        F::SourceUnreadable => K::SourceUnreadable,
        F::SourceIsFolder => K::SourceIsFolder,
        F::SourceChanged => K::SourceChanged,
        F::SourceEmpty => K::SourceEmpty,
        F::NameUnrepresentable => K::NameUnrepresentable,
        F::Unreachable => K::Unreachable,
        F::TimedOut => K::TimedOut,
        F::Untrusted => K::Untrusted,
        F::Portal => K::Portal,
        F::ProxyRefused => K::ProxyRefused,
        F::RateLimited => K::RateLimited,
        F::ServiceTrouble => K::ServiceTrouble,
        F::NotJson => K::NotJson,
        F::Incomplete => K::Incomplete,
        F::StaleRequest => K::StaleRequest,
        F::WrongKey => K::WrongKey,
        F::WrongSecret => K::WrongSecret,
        F::WrongCloud => K::WrongCloud,
        F::WrongRegion => K::WrongRegion,
        F::SecretMissing => K::SecretMissing,
        F::SecretLocked => K::SecretLocked,
        F::SecretDenied => K::SecretDenied,
        F::SecretTimedOut => K::SecretTimedOut,
        F::Locked => K::Locked,
        F::NoStore => K::NoStore,
        F::PresetRefused => K::PresetRefused,
        F::Forbidden => K::Forbidden,
        F::TooLarge => K::TooLarge,
        F::OverLimit => K::OverLimit,
        F::LocationKept => K::LocationKept,
        F::NotAnImage => K::NotAnImage,
        F::Refused => K::Refused,
        F::NameTaken => K::NameTaken,
        F::Disk => K::Disk,
        F::Internal => K::Internal,
    }
}

impl From<QueueError> for Problem {
    fn from(error: QueueError) -> Self {
        let words = queue::of_error(&error);
        match &error {
            // the words say what helps
            QueueError::Newer { .. } | QueueError::DiskFull => plain(ProblemKind::Disk, words),
            QueueError::NoSuchBatch | QueueError::NoSuchHeld => problem(ProblemKind::Gone, words),
            QueueError::Internal { .. } => problem(ProblemKind::Internal, words),
            QueueError::Folder { .. }
            | QueueError::Disk { .. }
            | QueueError::Busy
            | QueueError::Damaged { .. }
            | QueueError::Closed => problem(ProblemKind::Disk, words),
        }
    }
}

impl From<BookError> for Problem {
    fn from(error: BookError) -> Self {
        let kind = match &error {
            BookError::NotFound { .. } | BookError::Ambiguous { .. } => ProblemKind::UnknownAccount,
            BookError::Disk { .. } | BookError::Damaged(_) | BookError::NewerFormat { .. } => {
                ProblemKind::Disk
            }
            BookError::Busy => ProblemKind::SecretTimedOut,
            BookError::LabelTaken { .. }
            | BookError::IdTaken { .. }
            | BookError::AlreadySaved { .. }
            | BookError::Invalid { .. }
            | BookError::Rotation(_)
            | BookError::FromEnvironment => ProblemKind::BadValue,
        };
        plain(kind, accounts::of_book(&error))
    }
}

impl From<RotationError> for Problem {
    fn from(error: RotationError) -> Self {
        BookError::from(error).into()
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        // Its words say what to do already.
        plain(kind_of_store(error.kind()), accounts::of_store(&error))
    }
}

fn kind_of_store(kind: StoreErrorKind) -> ProblemKind {
    match kind {
        StoreErrorKind::Missing | StoreErrorKind::Unreadable => ProblemKind::SecretMissing,
        StoreErrorKind::Locked => ProblemKind::SecretLocked,
        StoreErrorKind::Denied => ProblemKind::SecretDenied,
        StoreErrorKind::TimedOut => ProblemKind::SecretTimedOut,
        StoreErrorKind::NoStore | StoreErrorKind::NoCollection => ProblemKind::NoStore,
        StoreErrorKind::Ambiguous | StoreErrorKind::Broken => ProblemKind::SecretDenied,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;
    use crate::words;

    /// What is left when names, forms and values of the service are taken out.
    fn latin(text: &str) -> Vec<String> {
        const SAME: [&str; 13] = [
            "api",
            "aloft",
            "cloudinary",
            "url",
            "id",
            "raw",
            "http",
            "list",
            "accounts",
            "unlock",
            "png",
            "webp",
            "jpeg",
        ];
        let words = text.split(|sign: char| !sign.is_ascii_alphabetic());
        words
            .map(str::to_lowercase)
            .filter(|word| !word.is_empty() && !SAME.contains(&word.as_str()))
            .collect()
    }

    #[test]
    fn what_helps_is_said_in_each_language() {
        for kind in ProblemKind::ALL.iter().copied() {
            let hint = hint(kind);
            if hint.is_empty() {
                continue;
            }
            let english = hint.in_language(Language::English);
            for language in Language::ALL.into_iter().skip(1) {
                let said = hint.in_language(language);
                assert_ne!(said, english, "{}", kind.as_str());
            }
            for language in [Language::Japanese, Language::Arabic] {
                let left = latin(&hint.in_language(language));
                assert!(left.is_empty(), "{}: {left:?}", kind.as_str());
            }
        }
    }

    #[test]
    fn a_failure_is_said_in_the_language_of_then() {
        let gone = engine::Reason::Left {
            name: "1.png".to_owned(),
        };
        let given_up = engine::Reason::GivenUpAfterAttempts {
            attempts: 8,
            reason: Box::new(gone),
        };
        let carried = crate::carrier::carried(&words::problem::rate_limited());
        for reason in [given_up, carried] {
            let failure = Failure::permanent(FailureKind::SourceMissing, reason);
            let kept = serde_json::to_string(&failure).unwrap();
            let problem = of_failure(&serde_json::from_str(&kept).unwrap());
            for language in [Language::Japanese, Language::Arabic] {
                let left = latin(&problem.message.in_language(language));
                assert!(left.is_empty(), "{left:?}");
            }
            let english = problem.message.in_language(Language::English);
            let german = problem.message.in_language(Language::German);
            let spanish = problem.message.in_language(Language::Spanish);
            assert!(english != german && english != spanish && german != spanish);
        }
    }
}
