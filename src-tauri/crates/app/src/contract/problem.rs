use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::words::{self, Words};

/// An error as it reaches a person: what happened to which thing, what to do, and whether trying
/// again can help. Holds no secret. Its words become text in the language that is spoken when it is
/// shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, thiserror::Error)]
#[serde(rename_all = "camelCase")]
#[error("{message}{}{hint}", if .hint.is_empty() { "" } else { " " })]
pub struct Problem {
    /// The stable kind; the page has one exhaustive table over it.
    pub kind: ProblemKind,
    /// What happened to which thing, one sentence.
    #[ts(type = "string")]
    pub message: Words,
    /// What to do, one sentence; may be empty.
    #[ts(type = "string")]
    pub hint: Words,
    /// Whether trying again makes sense.
    pub retry: Retry,
}

impl Problem {
    /// A problem from its parts.
    pub fn new(kind: ProblemKind, message: Words, hint: Words) -> Self {
        Self {
            kind,
            message,
            hint,
            retry: kind.retry(),
        }
    }

    pub(super) fn no_such_command(name: &str) -> Self {
        let name: String = name.chars().take(40).collect();
        Self::new(
            ProblemKind::Internal,
            words::problem::no_such_command(name),
            words::hint::internal(),
        )
    }

    pub(crate) fn contract(name: &str, error: &serde_json::Error) -> Self {
        Self::new(
            ProblemKind::Internal,
            words::problem::wrong_shape(name, error.to_string()),
            words::hint::internal(),
        )
    }
}

/// Whether trying again makes sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Retry {
    /// Not for this file or request.
    Never,
    /// Aloft does it by itself, or the user may at once.
    Yes,
    /// After the user has changed something (account, network, file).
    AfterChange,
}

macro_rules! kinds {
    ($( $(#[doc = $doc:literal])+ $kind:ident $text:literal $retry:ident; )+) => {
        /// Every way in which something can go wrong, closed; the text form is stable and is what
        /// `--format json` prints.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
        pub enum ProblemKind {
            $( $(#[doc = $doc])+ #[serde(rename = $text)] $kind, )+
        }

        impl ProblemKind {
            /// All kinds, for tables that must be complete.
            pub const ALL: &'static [Self] = &[$( Self::$kind ),+];

            /// The stable text form.
            pub fn as_str(self) -> &'static str {
                match self { $( Self::$kind => $text ),+ }
            }

            /// Whether trying again makes sense.
            pub fn retry(self) -> Retry {
                match self { $( Self::$kind => Retry::$retry ),+ }
            }
        }
    };
}

kinds! {
    /// The file is not there.
    SourceMissing "source_missing" AfterChange;
    /// The file cannot be read.
    SourceUnreadable "source_unreadable" AfterChange;
    /// A folder where a file was expected.
    SourceIsFolder "source_is_folder" Never;
    /// The file changed since it was queued, or while it was read.
    SourceChanged "source_changed" Yes;
    /// The file has no bytes.
    SourceEmpty "source_empty" AfterChange;
    /// The name cannot be represented.
    NameUnrepresentable "name_unrepresentable" AfterChange;
    /// What was dropped or pasted is neither an absolute path nor an http address.
    NotAPath "not_a_path" Never;
    /// Nothing usable is on the clipboard.
    ClipboardEmpty "clipboard_empty" AfterChange;
    /// The service cannot be reached.
    Unreachable "unreachable" Yes;
    /// The service did not answer in time.
    TimedOut "timed_out" Yes;
    /// The connection's certificate is not trusted.
    Untrusted "untrusted" AfterChange;
    /// The network wants the user to sign in before it lets anything through.
    Portal "portal" Yes;
    /// The proxy on the way does not let Aloft through.
    ProxyRefused "proxy_refused" AfterChange;
    /// The service asks to wait.
    RateLimited "rate_limited" Yes;
    /// The service has trouble of its own.
    ServiceTrouble "service_trouble" Yes;
    /// The answer was not what the service sends.
    NotJson "not_json" Yes;
    /// The service did not have all chunks.
    Incomplete "incomplete" Yes;
    /// This computer's clock differs from the service's.
    StaleRequest "stale_request" Yes;
    /// The API key is not known to this cloud.
    WrongKey "wrong_key" AfterChange;
    /// The API secret does not belong to the key.
    WrongSecret "wrong_secret" AfterChange;
    /// The cloud name is not known.
    WrongCloud "wrong_cloud" AfterChange;
    /// The cloud lives in another region.
    WrongRegion "wrong_region" AfterChange;
    /// The keyring holds no secret for this account.
    SecretMissing "secret_missing" AfterChange;
    /// The keyring is locked.
    SecretLocked "secret_locked" AfterChange;
    /// The keyring refused.
    SecretDenied "secret_denied" AfterChange;
    /// The keyring did not answer.
    SecretTimedOut "secret_timed_out" Yes;
    /// Aloft is locked until the user unlocks it.
    Locked "locked" AfterChange;
    /// This system offers no keyring.
    NoStore "no_store" AfterChange;
    /// The upload preset is missing or not for unsigned uploads.
    PresetRefused "preset_refused" AfterChange;
    /// The account may not do this.
    Forbidden "forbidden" AfterChange;
    /// The file is larger than the service or the plan takes.
    TooLarge "too_large" Never;
    /// Larger than the plan is known to take; nothing was sent, and the user may send it anyway.
    OverLimit "over_limit" AfterChange;
    /// Its location data cannot be taken out; nothing was sent, and the user may send it anyway.
    LocationKept "location_kept" AfterChange;
    /// The bytes are not an image.
    NotAnImage "not_an_image" Never;
    /// The service refused the request.
    Refused "refused" Never;
    /// Another asset has the chosen public ID.
    NameTaken "name_taken" AfterChange;
    /// This computer's disk or the queue's database failed.
    Disk "disk" AfterChange;
    /// There is no account yet.
    NoAccount "no_account" AfterChange;
    /// No account has this name.
    UnknownAccount "unknown_account" AfterChange;
    /// A value that was filled in has the wrong shape.
    BadValue "bad_value" AfterChange;
    /// The pasted CLOUDINARY_URL has the wrong shape.
    BadUrl "bad_url" AfterChange;
    /// The signing policy refused.
    NotSigned "not_signed" Never;
    /// The user said no.
    Declined "declined" Never;
    /// The thing is no longer there.
    Gone "gone" Never;
    /// The system cannot do this here.
    NotHere "not_here" Never;
    /// A bug in Aloft.
    Internal "internal" Never;
}
