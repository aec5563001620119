//! The sandbox's idea of now.

use std::sync::Mutex;
use std::sync::PoisonError;

use jiff::Timestamp;

/// The sandbox's clock: the system's, shifted, or standing still.
pub(crate) struct Clock {
    offset_seconds: i64,
    frozen: Mutex<Option<i64>>,
}

impl Clock {
    pub(crate) fn new(offset_seconds: i64, frozen: Option<i64>) -> Self {
        Self {
            offset_seconds,
            frozen: Mutex::new(frozen),
        }
    }

    /// Unix seconds.
    pub(crate) fn now(&self) -> i64 {
        let frozen = *self.frozen.lock().unwrap_or_else(PoisonError::into_inner);
        frozen.unwrap_or_else(|| {
            Timestamp::now()
                .as_second()
                .saturating_add(self.offset_seconds)
        })
    }

    pub(crate) fn freeze(&self, at: Option<i64>) {
        *self.frozen.lock().unwrap_or_else(PoisonError::into_inner) = at;
    }
}

/// The form the `Date` header has.
pub(crate) fn http_date(seconds: i64) -> String {
    at(seconds)
        .strftime("%a, %d %b %Y %H:%M:%S GMT")
        .to_string()
}

/// The form `created_at` has in answers.
pub(crate) fn iso(seconds: i64) -> String {
    at(seconds).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The form of the "Stale request" text.
pub(crate) fn spoken(seconds: i64) -> String {
    at(seconds).strftime("%Y-%m-%d %H:%M:%S +0000").to_string()
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH)
}
