//! One error: words for a person, who is told what happened and what to do.

use std::fmt;
use std::path::Path;

pub(crate) type Result<T, E = Failure> = std::result::Result<T, E>;

/// What happened, to which thing, and what to do about it.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    pub(crate) fn new(words: impl Into<String>) -> Self {
        Self(words.into())
    }

    /// A file or folder that could not be read or written.
    pub(crate) fn at(path: &Path, doing: &str, error: &std::io::Error) -> Self {
        Self(format!("cannot {doing} {}: {error}", path.display()))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<xshell::Error> for Failure {
    fn from(error: xshell::Error) -> Self {
        Self(error.to_string())
    }
}
