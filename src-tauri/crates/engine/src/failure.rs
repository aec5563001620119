//! Why something did not work, and what that means for the job.

mod reason;

use serde::{Deserialize, Serialize};

pub use reason::{Reason, SystemFault};

/// One failure: what kind, what it decides, and what happened to which thing.
///
/// The reason never holds a secret; the [`Transport`](crate::Transport) that gives one redacts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The closed list that front ends turn into words and one action.
    pub kind: FailureKind,
    /// Whether waiting helps.
    pub decision: Decision,
    /// What happened, which the front ends turn into a sentence; an earlier version kept the sentence.
    #[serde(alias = "message")]
    pub reason: Reason,
}

impl Failure {
    /// A failure that concerns this file only and that no waiting heals.
    pub fn permanent(kind: FailureKind, reason: impl Into<Reason>) -> Failure {
        Failure {
            kind,
            decision: Decision::Permanent,
            reason: reason.into(),
        }
    }

    /// A failure that is worth another attempt, at the earliest after `after_ms` milliseconds when the service said so.
    pub fn temporary(
        kind: FailureKind,
        after_ms: Option<u64>,
        reason: impl Into<Reason>,
    ) -> Failure {
        Failure {
            kind,
            decision: Decision::Temporary { after_ms },
            reason: reason.into(),
        }
    }

    /// A failure of the whole account: nothing more is sent for it until a person has acted.
    pub fn persistent(kind: FailureKind, reason: impl Into<Reason>) -> Failure {
        Failure {
            kind,
            decision: Decision::Persistent,
            reason: reason.into(),
        }
    }
}

/// What a failure means for what comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "decision", rename_all = "snake_case")]
pub enum Decision {
    /// This file never works like this.
    Permanent,
    /// The same request may work later.
    Temporary {
        /// Milliseconds that the service asked to wait, from now.
        after_ms: Option<u64>,
    },
    /// Not about this file: the account stops sending until a person has acted.
    Persistent,
}

macro_rules! failure_kinds {
    ($($(#[$doc:meta])* $variant:ident = $text:literal,)*) => {
        /// The closed list of failure kinds; on the wire and in the database in snake case.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum FailureKind { $($(#[$doc])* $variant,)* }

        impl FailureKind {
            /// Every kind, for exhaustive tables.
            pub const ALL: &'static [FailureKind] = &[$(FailureKind::$variant,)*];

            /// The same text that serde writes.
            pub fn as_str(self) -> &'static str {
                match self { $(FailureKind::$variant => $text,)* }
            }
        }
    };
}

failure_kinds! {
    /// The file is not there.
    SourceMissing = "source_missing",
    /// The file is there and cannot be read.
    SourceUnreadable = "source_unreadable",
    /// A folder was named where a file is needed.
    SourceIsFolder = "source_is_folder",
    /// The file is no longer the one that was queued.
    SourceChanged = "source_changed",
    /// The file has no bytes.
    SourceEmpty = "source_empty",
    /// The name cannot be handed to the file system or to the service.
    NameUnrepresentable = "name_unrepresentable",
    /// No connection to the service.
    Unreachable = "unreachable",
    /// The service stopped moving in the middle.
    TimedOut = "timed_out",
    /// The certificate is not trusted.
    Untrusted = "untrusted",
    /// The network answers in the service's place until the user has signed in to it.
    Portal = "portal",
    /// The proxy on the way does not let us through.
    ProxyRefused = "proxy_refused",
    /// The service asks to slow down.
    RateLimited = "rate_limited",
    /// The service has trouble of its own (5xx).
    ServiceTrouble = "service_trouble",
    /// Something that is not the service answered.
    NotJson = "not_json",
    /// The service does not hold all chunks, or it is unknown whether an upload arrived.
    Incomplete = "incomplete",
    /// The clock differs too much from the service's.
    StaleRequest = "stale_request",
    /// The API key is unknown.
    WrongKey = "wrong_key",
    /// The API secret does not fit the key.
    WrongSecret = "wrong_secret",
    /// The cloud name is unknown.
    WrongCloud = "wrong_cloud",
    /// The account lives in another region.
    WrongRegion = "wrong_region",
    /// The secret is not in the store.
    SecretMissing = "secret_missing",
    /// The secret store is locked.
    SecretLocked = "secret_locked",
    /// The secret store did not let Aloft in.
    SecretDenied = "secret_denied",
    /// The secret store did not answer.
    SecretTimedOut = "secret_timed_out",
    /// Everything is locked. No job ends with it: what meets it goes back in line, as it was.
    Locked = "locked",
    /// There is no secret store.
    NoStore = "no_store",
    /// The upload preset is missing or may not be used.
    PresetRefused = "preset_refused",
    /// The key lacks the right.
    Forbidden = "forbidden",
    /// Larger than the plan allows.
    TooLarge = "too_large",
    /// Larger than the account's plan is known to take: nothing was sent, and the user decides.
    OverLimit = "over_limit",
    /// Its location data cannot be taken out: nothing was sent, and the user decides.
    LocationKept = "location_kept",
    /// Sent as an image, and the service says it is none.
    NotAnImage = "not_an_image",
    /// Refused for another reason, which the message quotes.
    Refused = "refused",
    /// The public ID that the user chose belongs to other bytes.
    NameTaken = "name_taken",
    /// The local disk is full or broken.
    Disk = "disk",
    /// A mistake in the program.
    Internal = "internal",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_earlier_version_kept_as_a_sentence_is_still_read() {
        let kept =
            r#"{"kind":"disk","decision":{"decision":"permanent"},"message":"The disk is full."}"#;
        let read: Failure = serde_json::from_str(kept).unwrap();
        let said = Reason::Sentence("The disk is full.".to_owned());
        assert_eq!(read, Failure::permanent(FailureKind::Disk, said));
    }

    #[test]
    fn a_reason_comes_back_from_the_database_as_it_was() {
        let gone = Reason::Missing {
            name: "a.png".to_owned(),
        };
        let given_up = Reason::GivenUpAfterHours {
            hours: 24,
            reason: Box::new(gone),
        };
        let carried = Reason::Carried(serde_json::json!({ "message": "x", "values": {} }));
        for reason in [given_up, carried, Reason::Fault, "It broke.".into()] {
            let failure = Failure::persistent(FailureKind::Internal, reason);
            let text = serde_json::to_string(&failure).unwrap();
            assert_eq!(
                serde_json::from_str::<Failure>(&text).unwrap(),
                failure,
                "{text}"
            );
        }
    }

    #[test]
    fn as_str_is_what_serde_writes() {
        for kind in FailureKind::ALL {
            assert_eq!(
                serde_json::to_value(kind).unwrap(),
                serde_json::json!(kind.as_str())
            );
        }
    }
}
