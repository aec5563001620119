use super::{MAX_PARAMS, MAX_VALUE_CHARACTERS, WINDOW_SECONDS};

/// Why a request is not signed. No variant carries a value; names of the page's own making are cut and cleaned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The name is on the list of those that are refused under any setting.
    #[error(
        "The Upload Widget asked for a signature over {name}, which Aloft never gives it. {reason}"
    )]
    NeverSigned {
        /// The name.
        name: String,
        /// Why it is on the list.
        reason: &'static str,
    },
    /// The name is not in the policy.
    #[error("The Upload Widget asked for a signature over {name}, which an upload does not need.")]
    Unknown {
        /// The name, cleaned and at most 64 characters.
        name: String,
    },
    /// The value is not the one the window was opened with.
    #[error(
        "The Upload Widget asked for another value of {name} than this window was opened with. Close it, and open it again with the value you want."
    )]
    NotAsOpened {
        /// The name.
        name: &'static str,
    },
    /// The window was opened with this parameter, and the request is without it.
    #[error(
        "The Upload Widget left out {name}, which this window was opened with. Close the window and open it again."
    )]
    LeftOut {
        /// The name.
        name: &'static str,
    },
    /// `unique_filename` is false, so that a file name would choose the public ID.
    #[error(
        "The Upload Widget asked for public IDs without random characters. A file name could then replace an asset that is already stored, so Aloft does not sign it."
    )]
    NameNotUnique,
    /// `use_filename` in a window with an upload preset, which could leave out the random characters.
    #[error(
        "The Upload Widget asked for public IDs made of file names, in a window with an upload preset. The preset could leave out their random characters, and a file name could then replace an asset that is already stored."
    )]
    NameByPreset,
    /// There is no `source`.
    #[error(
        "The request does not say that it is an upload of the Upload Widget (source is missing), so it could be used for another call."
    )]
    SourceMissing,
    /// `source` is not `uw`.
    #[error("The request does not come from the Upload Widget (source is not uw).")]
    SourceIsNotWidget,
    /// There is no `timestamp`.
    #[error("The request has no timestamp.")]
    TimestampMissing,
    /// `timestamp` is not a whole number of seconds.
    #[error("The timestamp of the request is not a whole number of seconds.")]
    TimestampNotInteger,
    /// `timestamp` is too far from now.
    #[error("The timestamp of the request is more than {} minutes from now. Check the computer's clock.", WINDOW_SECONDS / 60)]
    TimestampOutOfWindow,
    /// There are too many parameters.
    #[error("The request has {count} parameters; an upload has at most {MAX_PARAMS}.")]
    TooMany {
        /// How many there are.
        count: usize,
    },
    /// A value is too long.
    #[error("The value of {name} is longer than {MAX_VALUE_CHARACTERS} characters.")]
    TooLong {
        /// The name.
        name: &'static str,
    },
    /// A value does not have the form that this name has.
    #[error("The value of {name} does not have the form x,y,width,height in whole pixels.")]
    Malformed {
        /// The name.
        name: &'static str,
    },
    /// A value holds a control character, such as a line break.
    #[error("The value of {name} holds a line break or another control character.")]
    ControlCharacter {
        /// The name.
        name: &'static str,
    },
    /// A value holds `&`, which separates parameters in what is signed, or `%26`, which may be read as one.
    #[error(
        "The value of {name} holds \"&\" or \"%26\", which could pass for another parameter. Leave it out."
    )]
    Ampersand {
        /// The name.
        name: &'static str,
    },
    /// A value is a list.
    #[error("The value of {name} is a list; an upload needs plain text or a number there.")]
    Nested {
        /// The name.
        name: &'static str,
    },
}

impl Refusal {
    /// A stable name for logs and the contract.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::NeverSigned { .. } => "never_signed",
            Self::Unknown { .. } => "unknown",
            Self::NotAsOpened { .. } => "not_as_opened",
            Self::LeftOut { .. } => "left_out",
            Self::NameNotUnique => "name_not_unique",
            Self::NameByPreset => "name_by_preset",
            Self::SourceMissing => "source_missing",
            Self::SourceIsNotWidget => "source_is_not_widget",
            Self::TimestampMissing => "timestamp_missing",
            Self::TimestampNotInteger => "timestamp_not_integer",
            Self::TimestampOutOfWindow => "timestamp_out_of_window",
            Self::TooMany { .. } => "too_many",
            Self::TooLong { .. } => "too_long",
            Self::Malformed { .. } => "malformed",
            Self::ControlCharacter { .. } => "control_character",
            Self::Ampersand { .. } => "ampersand",
            Self::Nested { .. } => "nested",
        }
    }

    /// The parameter that is to blame, if one is.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::NeverSigned { name, .. } | Self::Unknown { name } => Some(name),
            Self::NotAsOpened { name }
            | Self::LeftOut { name }
            | Self::TooLong { name }
            | Self::Malformed { name }
            | Self::ControlCharacter { name }
            | Self::Ampersand { name }
            | Self::Nested { name } => Some(name),
            Self::NameNotUnique => Some("unique_filename"),
            Self::NameByPreset => Some("use_filename"),
            Self::SourceMissing | Self::SourceIsNotWidget => Some("source"),
            Self::TimestampMissing | Self::TimestampNotInteger | Self::TimestampOutOfWindow => {
                Some("timestamp")
            }
            Self::TooMany { .. } => None,
        }
    }

    pub(super) fn unknown(name: &str) -> Self {
        Self::Unknown { name: shown(name) }
    }

    pub(super) fn never(name: &str, reason: &'static str) -> Self {
        Self::NeverSigned {
            name: shown(name),
            reason,
        }
    }
}

/// A name of the page's making goes into logs and windows: short, and nothing but what a parameter's name has.
fn shown(name: &str) -> String {
    name.chars()
        .take(64)
        .map(|c| if c.is_ascii_graphic() { c } else { '?' })
        .collect()
}
