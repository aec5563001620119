//! One place where the errors of the crates below become what a person reads.

use credentials::{BookError, StoreError, StoreErrorKind};
use engine::{Failure, FailureKind, QueueError};

use crate::contract::{Problem, ProblemKind};

/// What to do about a kind of trouble, in one sentence; empty where the message says it all.
pub(crate) fn hint(kind: ProblemKind) -> &'static str {
    use ProblemKind as K;
    match kind {
        K::SourceMissing => "Put the file back and retry, or remove the row.",
        K::SourceUnreadable => "Give yourself the right to read it and retry.",
        K::SourceIsFolder => "Add it as a folder.",
        K::SourceChanged => "Retry to send the file as it is now.",
        K::SourceEmpty => "Cloudinary takes no empty files; retry when it has content.",
        K::NameUnrepresentable => "Rename the file and add it again.",
        K::NotAPath => "Save it as a file first, then add the file.",
        K::ClipboardEmpty => "Copy a file, an address or a CLOUDINARY_URL first.",
        K::Unreachable => "Check the network; Aloft goes on by itself.",
        K::TimedOut => "Aloft tries again by itself.",
        K::Untrusted => "Check the proxy or the certificates of this computer, then resume.",
        K::Portal => "Sign in to the network in a browser; Aloft goes on by itself.",
        K::ProxyRefused => "Check the user name and password that the proxy wants, then resume.",
        K::RateLimited => "Aloft goes on by itself when the service allows.",
        K::ServiceTrouble | K::NotJson | K::Incomplete => "Aloft tries again by itself.",
        K::StaleRequest => "Set the clock of this computer.",
        K::WrongKey => "Check the API key in the account's settings of the Cloudinary console.",
        K::WrongSecret => "Copy the API secret again from the Cloudinary console.",
        K::WrongCloud => "Check the cloud name; upper and lower case matter.",
        K::WrongRegion => "Choose the account's region and try again.",
        K::SecretMissing => "Add the account again to store its secret.",
        K::SecretLocked => "Unlock the keyring and resume.",
        K::SecretDenied => "Allow Aloft in the keyring's dialog and resume.",
        K::SecretTimedOut => "Look for a keyring dialog that waits for an answer.",
        K::NoStore => "Keep the secret for this session only, or start a keyring.",
        K::PresetRefused => "Choose a preset that allows unsigned uploads.",
        K::Forbidden => "Check what this key or plan may do.",
        K::TooLarge => "Send a smaller file, or raise the plan's limit.",
        K::OverLimit => "Make it smaller, or upload it anyway if the plan was raised since.",
        K::LocationKept => "Upload it anyway, or remove it.",
        K::NotAnImage => "Upload it as raw.",
        K::Refused => "See the details for the service's own words.",
        K::NameTaken => "Choose another public ID, or allow overwriting.",
        K::Disk => "Make room or check the disk, then try again.",
        K::NoAccount => "Add an account, or try the sandbox.",
        K::UnknownAccount => "See “aloft accounts list” for the names.",
        K::BadValue | K::BadUrl => "Correct it and try again.",
        K::NotSigned => "Upload the file natively instead.",
        K::Declined => "",
        K::Gone => "",
        K::NotHere => "",
        K::Internal => "Restart Aloft; if it happens again, report it.",
    }
}

/// A problem with the usual advice for its kind.
pub(crate) fn problem(kind: ProblemKind, message: impl Into<String>) -> Problem {
    Problem::new(kind, message, hint(kind))
}

/// A job's failure; its words say what to do already.
pub(crate) fn of_failure(failure: &Failure) -> Problem {
    Problem::new(kind_of_failure(failure.kind), failure.message.clone(), "")
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
        let words = sentence(&error.to_string());
        if matches!(error, QueueError::Newer { .. } | QueueError::DiskFull) {
            // the words say what helps
            return Problem::new(ProblemKind::Disk, words, "");
        }
        let kind = match &error {
            QueueError::NoSuchBatch | QueueError::NoSuchHeld => ProblemKind::Gone,
            QueueError::Internal { .. } => ProblemKind::Internal,
            QueueError::Newer { .. }
            | QueueError::Folder { .. }
            | QueueError::DiskFull
            | QueueError::Disk { .. }
            | QueueError::Busy
            | QueueError::Damaged { .. }
            | QueueError::Closed => ProblemKind::Disk,
        };
        problem(kind, words)
    }
}

impl From<BookError> for Problem {
    fn from(error: BookError) -> Self {
        let kind = match &error {
            BookError::NotFound { .. } | BookError::Ambiguous { .. } => ProblemKind::UnknownAccount,
            BookError::Disk { .. } | BookError::Damaged(_) | BookError::NewerFormat { .. } => {
                ProblemKind::Disk
            }
            BookError::LabelTaken { .. }
            | BookError::IdTaken { .. }
            | BookError::AlreadySaved { .. }
            | BookError::Invalid { .. }
            | BookError::Rotation(_)
            | BookError::FromEnvironment => ProblemKind::BadValue,
        };
        Self::new(kind, sentence(&error.to_string()), "")
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        // Its words say what to do already.
        Self::new(kind_of_store(error.kind()), error.to_string(), "")
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

/// Errors below are written in lower case without a full stop; people read sentences.
pub(crate) fn sentence(text: &str) -> String {
    let text = text.trim();
    let mut letters = text.chars();
    let mut sentence: String = letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default();
    if !sentence.ends_with(['.', '”']) {
        sentence.push('.');
    }
    sentence
}
