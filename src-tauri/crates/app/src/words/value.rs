//! What stands in the places of a message's names.

use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};

use super::{Words, reason};
use crate::language::Language;

/// A name, a number or a path, which is the same in each language, or words, which are not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// The same in each language.
    Text(String),
    /// Said in the language of the whole.
    Words(Words),
}

impl Value {
    /// In Arabic, names from elsewhere keep their own direction: Unicode's isolates stand around them.
    pub(super) fn in_language(&self, language: Language) -> String {
        match self {
            Self::Text(text) if language == Language::Arabic => format!("\u{2068}{text}\u{2069}"),
            Self::Text(text) => text.clone(),
            Self::Words(words) => words.in_language(language),
        }
    }

    pub(super) fn kept(&self) -> Json {
        match self {
            Self::Text(text) => json!(text),
            Self::Words(words) => words.kept(),
        }
    }

    pub(super) fn of_kept(kept: &Json) -> Self {
        match kept.as_str() {
            Some(text) => Self::Text(text.to_owned()),
            None => Self::Words(Words::of_kept(kept)),
        }
    }
}

impl From<Words> for Value {
    fn from(words: Words) -> Self {
        Self::Words(words)
    }
}

impl From<&Words> for Value {
    fn from(words: &Words) -> Self {
        Self::Words(words.clone())
    }
}

impl From<&Path> for Value {
    fn from(path: &Path) -> Self {
        Self::Text(path.display().to_string())
    }
}

impl From<&PathBuf> for Value {
    fn from(path: &PathBuf) -> Self {
        path.as_path().into()
    }
}

/// What the system said, in words of the catalogue where it is one of the usual things.
impl From<&io::Error> for Value {
    fn from(error: &io::Error) -> Self {
        Self::Words(of_system(&engine::SystemFault::from(error)))
    }
}

/// What the system said when it did not do something with a file.
pub(crate) fn of_system(fault: &engine::SystemFault) -> Words {
    use engine::SystemFault as F;
    match fault {
        F::Denied => reason::io_denied(),
        F::Missing => reason::io_missing(),
        F::Full => reason::io_full(),
        F::ReadOnly => reason::io_read_only(),
        F::TimedOut => reason::io_timed_out(),
        F::Other(said) => reason::io_other(said),
    }
}

macro_rules! texts {
    ($($kind:ty),+) => {
        $(impl From<$kind> for Value {
            fn from(text: $kind) -> Self {
                Self::Text(text.to_string())
            }
        })+
    };
}

texts!(
    &str,
    String,
    &String,
    char,
    u8,
    u16,
    u32,
    u64,
    usize,
    i64,
    &url::Url
);
