//! What was asked, for tests: the latest requests, bounded.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// How many requests are remembered.
const REMEMBERED: usize = 5_000;
/// A field's value is remembered up to this many bytes.
const FIELD: usize = 4_096;

/// A request as it came, and the status it was answered with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// `GET`, `POST`, …
    pub method: String,
    /// Path and query as sent, percent-encoded.
    pub path: String,
    /// Names in lower case, in the order they came. Of `authorization` only the scheme is kept.
    pub headers: Vec<(String, String)>,
    /// Query, form or JSON fields in the order they came, names as sent (`tags[]`); long values are cut.
    pub fields: Vec<(String, String)>,
    /// Parts with a file name.
    pub files: Vec<RecordedFile>,
    /// The status; 0 when the connection was cut instead.
    pub status: u16,
}

/// A file part as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedFile {
    /// The file name as sent.
    pub name: String,
    /// Its bytes.
    pub size: u64,
    /// Lower-case hex; `None` for a chunk in discard mode, which is not hashed by itself.
    pub md5: Option<String>,
}

impl Recorded {
    /// A field's value by its name as sent; the last one if it came several times.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .rev()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.as_str())
    }

    /// A header's value by its lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.as_str())
    }
}

/// The latest requests, oldest first.
#[derive(Default)]
pub(crate) struct Journal(Mutex<VecDeque<Recorded>>);

impl Journal {
    pub(crate) fn write(&self, request: Recorded) {
        let mut requests = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if requests.len() == REMEMBERED {
            requests.pop_front();
        }
        requests.push_back(request);
    }

    pub(crate) fn read(&self) -> Vec<Recorded> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .cloned()
            .collect()
    }
}

/// Shortens a value for the record, at a character's border.
pub(crate) fn shortened(mut value: String) -> String {
    if value.len() > FIELD {
        let mut end = FIELD;
        while !value.is_char_boundary(end) {
            end -= 1;
        }
        value.truncate(end);
    }
    value
}
