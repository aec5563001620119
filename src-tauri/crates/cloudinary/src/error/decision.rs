//! The two questions that a caller has about an error: what kind is it, and does trying again make sense.

use std::time::Duration;

use serde::Serialize;

use crate::Error;

/// Whether trying again makes sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// This file, as it is and with these parameters, never.
    Permanent,
    /// Try again, after this long if it is known.
    Temporary {
        /// What the service asked for.
        after: Option<Duration>,
    },
    /// Waiting a little does not heal it, and it is not about this file: the account has to wait for a person.
    Persistent,
}

/// The closed list of what can go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "each is explained at the variant of `Error` with its name"
)]
pub enum ErrorKind {
    SourceMissing,
    SourceUnreadable,
    SourceIsFolder,
    SourceEmpty,
    SourceChanged,
    /// Something that was asked for cannot be sent at all: a parameter, a link, a name, a chunk.
    Unsendable,
    NeedsKey,
    /// The account's host or cloud name cannot be called.
    HostUnusable,
    ClientNotBuilt,
    HostNotFound,
    Unreachable,
    Interrupted,
    TimedOut,
    Untrusted,
    /// A captive portal.
    Portal,
    ProxyRefused,
    /// Includes redirects and answers that are too large.
    NotJson,
    Incomplete,
    StaleRequest,
    WrongKey,
    WrongSecret,
    SignatureMismatch,
    WrongCloud,
    WrongRegion,
    Unauthorised,
    PresetRefused,
    Forbidden,
    TooLarge,
    NotAnImage,
    Refused,
    AddOnRefused,
    NameTaken,
    NotFound,
    LinkFailed,
    RateLimited,
    ServiceTrouble,
}

impl Error {
    /// Which line of the closed list it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::SourceMissing { .. } => ErrorKind::SourceMissing,
            Self::SourceUnreadable { .. } => ErrorKind::SourceUnreadable,
            Self::SourceIsFolder { .. } => ErrorKind::SourceIsFolder,
            Self::SourceEmpty { .. } => ErrorKind::SourceEmpty,
            Self::SourceChanged { .. } => ErrorKind::SourceChanged,
            Self::LinkUnsupported { .. }
            | Self::ParameterNotAllowed { .. }
            | Self::ParameterReserved { .. }
            | Self::ParameterUnusable { .. }
            | Self::ParameterMalformed { .. }
            | Self::ChunkMismatch
            | Self::NeedsResourceType
            | Self::NameUnusable => ErrorKind::Unsendable,
            Self::NeedsKey => ErrorKind::NeedsKey,
            Self::HostUnusable | Self::InsecureHost { .. } | Self::CloudNameUnusable => {
                ErrorKind::HostUnusable
            }
            Self::ClientNotBuilt { .. } => ErrorKind::ClientNotBuilt,
            Self::HostNotFound { .. } => ErrorKind::HostNotFound,
            Self::Unreachable { .. } => ErrorKind::Unreachable,
            Self::Interrupted { .. } => ErrorKind::Interrupted,
            Self::TimedOut { .. } => ErrorKind::TimedOut,
            Self::Untrusted { .. } => ErrorKind::Untrusted,
            Self::Portal { .. } => ErrorKind::Portal,
            Self::ProxyRefused(_) => ErrorKind::ProxyRefused,
            Self::Redirected { .. } | Self::NotJson(_) | Self::AnswerTooLarge { .. } => {
                ErrorKind::NotJson
            }
            Self::Incomplete => ErrorKind::Incomplete,
            Self::StaleRequest(_) => ErrorKind::StaleRequest,
            Self::WrongKey(_) => ErrorKind::WrongKey,
            Self::WrongSecret(_) => ErrorKind::WrongSecret,
            Self::SignatureMismatch(_) => ErrorKind::SignatureMismatch,
            Self::WrongCloud(_) => ErrorKind::WrongCloud,
            Self::WrongRegion { .. } => ErrorKind::WrongRegion,
            Self::Unauthorised(_) => ErrorKind::Unauthorised,
            Self::PresetRefused { .. } => ErrorKind::PresetRefused,
            Self::Forbidden(_) => ErrorKind::Forbidden,
            Self::TooLarge { .. } => ErrorKind::TooLarge,
            Self::NotAnImage(_) => ErrorKind::NotAnImage,
            Self::Refused(_) => ErrorKind::Refused,
            Self::AddOnRefused(_) => ErrorKind::AddOnRefused,
            Self::NameTaken(_) => ErrorKind::NameTaken,
            Self::NotFound(_) => ErrorKind::NotFound,
            Self::LinkFailed { .. } => ErrorKind::LinkFailed,
            Self::RateLimited { .. } => ErrorKind::RateLimited,
            Self::ServiceTrouble { .. } => ErrorKind::ServiceTrouble,
        }
    }

    /// Whether trying again makes sense.
    ///
    /// `SourceChanged` is temporary only together with a fresh look at the file; `StaleRequest` only together with
    /// the offset that [`Error::server_date`] gives; `Incomplete` only from the first chunk and with a new upload ID.
    #[must_use]
    pub fn decision(&self) -> Decision {
        const SOON: Decision = Decision::Temporary { after: None };
        match self {
            Self::SourceMissing { .. }
            | Self::SourceUnreadable { .. }
            | Self::SourceIsFolder { .. }
            | Self::SourceEmpty { .. }
            | Self::LinkUnsupported { .. }
            | Self::ParameterNotAllowed { .. }
            | Self::ParameterReserved { .. }
            | Self::ParameterUnusable { .. }
            | Self::ParameterMalformed { .. }
            | Self::ChunkMismatch
            | Self::NeedsResourceType
            | Self::NameUnusable
            | Self::SignatureMismatch(_)
            | Self::TooLarge { .. }
            | Self::NotAnImage(_)
            | Self::Refused(_)
            | Self::AddOnRefused(_)
            | Self::NameTaken(_)
            | Self::NotFound(_)
            | Self::LinkFailed {
                may_heal: false, ..
            }
            | Self::PresetRefused {
                account_wide: false,
                ..
            } => Decision::Permanent,
            Self::SourceChanged { .. }
            | Self::HostNotFound { .. }
            | Self::Unreachable { .. }
            | Self::Interrupted { .. }
            | Self::TimedOut { .. }
            | Self::Portal { .. }
            | Self::Redirected { .. }
            | Self::NotJson(_)
            | Self::AnswerTooLarge { .. }
            | Self::Incomplete
            | Self::StaleRequest(_)
            | Self::LinkFailed { may_heal: true, .. } => SOON,
            Self::RateLimited { after, .. } | Self::ServiceTrouble { after, .. } => {
                Decision::Temporary { after: *after }
            }
            Self::NeedsKey
            | Self::HostUnusable
            | Self::InsecureHost { .. }
            | Self::CloudNameUnusable
            | Self::ClientNotBuilt { .. }
            | Self::Untrusted { .. }
            | Self::ProxyRefused(_)
            | Self::WrongKey(_)
            | Self::WrongSecret(_)
            | Self::WrongCloud(_)
            | Self::WrongRegion { .. }
            | Self::Unauthorised(_)
            | Self::PresetRefused {
                account_wide: true, ..
            }
            | Self::Forbidden(_) => Decision::Persistent,
        }
    }
}

impl ErrorKind {
    /// A stable name, `snake_case`, the same as in serde.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SourceMissing => "source_missing",
            Self::SourceUnreadable => "source_unreadable",
            Self::SourceIsFolder => "source_is_folder",
            Self::SourceEmpty => "source_empty",
            Self::SourceChanged => "source_changed",
            Self::Unsendable => "unsendable",
            Self::NeedsKey => "needs_key",
            Self::HostUnusable => "host_unusable",
            Self::ClientNotBuilt => "client_not_built",
            Self::HostNotFound => "host_not_found",
            Self::Unreachable => "unreachable",
            Self::Interrupted => "interrupted",
            Self::TimedOut => "timed_out",
            Self::Untrusted => "untrusted",
            Self::Portal => "portal",
            Self::ProxyRefused => "proxy_refused",
            Self::NotJson => "not_json",
            Self::Incomplete => "incomplete",
            Self::StaleRequest => "stale_request",
            Self::WrongKey => "wrong_key",
            Self::WrongSecret => "wrong_secret",
            Self::SignatureMismatch => "signature_mismatch",
            Self::WrongCloud => "wrong_cloud",
            Self::WrongRegion => "wrong_region",
            Self::Unauthorised => "unauthorised",
            Self::PresetRefused => "preset_refused",
            Self::Forbidden => "forbidden",
            Self::TooLarge => "too_large",
            Self::NotAnImage => "not_an_image",
            Self::Refused => "refused",
            Self::AddOnRefused => "add_on_refused",
            Self::NameTaken => "name_taken",
            Self::NotFound => "not_found",
            Self::LinkFailed => "link_failed",
            Self::RateLimited => "rate_limited",
            Self::ServiceTrouble => "service_trouble",
        }
    }
}
