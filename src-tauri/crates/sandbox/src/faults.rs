//! What goes wrong on purpose, and when. A fault is data: it can be written in a file for `aloft sandbox --faults FILE`.
//!
//! ```json
//! [{"match": {"method": "POST", "path": "/upload", "every": 10}, "do": {"status": {"code": 503}}},
//!  {"match": {"chunk": 2, "times": 1}, "do": {"cut_after_bytes": 1000000}},
//!  {"match": {"path": "/upload", "nth": 1}, "do": {"edit_answer": {"remove": ["signature"]}}}]
//! ```

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use axum::http::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::chunks::{Chunk, Position};
use crate::error::SandboxError;

/// One thing that goes wrong: when, and what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Which requests; an empty one matches all.
    #[serde(rename = "match", default)]
    pub when: Match,
    /// What happens to them.
    #[serde(rename = "do")]
    pub action: Action,
}

/// Which requests a fault is for: all conditions that are given must hold. Counting starts anew with every `set_faults`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Match {
    /// The method, in capitals.
    pub method: Option<String>,
    /// What the path ends with, query not counted, e.g. `/image/upload`.
    pub path: Option<String>,
    /// The index of a chunk among its upload's, from 0, by its first byte and the first chunk's length.
    pub chunk: Option<u64>,
    /// Only chunks that say they are the last (or only those that do not).
    pub last_chunk: Option<bool>,
    /// The n-th request that meets the conditions above, from 1.
    pub nth: Option<u64>,
    /// Every n-th of them.
    pub every: Option<u64>,
    /// By chance, from 0 to 1; the same seed gives the same sequence.
    pub probability: Option<f64>,
    /// The seed for `probability`.
    pub seed: u64,
    /// At most this many times.
    pub times: Option<u64>,
}

/// What happens to a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// The body is read, then this is answered in the service's JSON; nothing is done.
    Status {
        /// The HTTP status.
        code: u16,
        /// The error text; a fitting one if left out.
        #[serde(default)]
        message: Option<String>,
        /// More headers, e.g. `Retry-After`.
        #[serde(default)]
        headers: HashMap<String, String>,
    },
    /// Waits before the request is read.
    DelayMs(u64),
    /// Does what was asked, then waits before it answers.
    LateAnswer(u64),
    /// Cuts the connection after so many bytes of the request's body; nothing is done.
    CutAfterBytes(u64),
    /// Does what was asked, then cuts the connection after so many bytes of the answer's body; 0 sends not even a status.
    CutAnswerAfterBytes(u64),
    /// Does what was asked, then sends the answer's body one byte at a time, so many milliseconds apart.
    DripAnswer(u64),
    /// The body is read, then a page of HTML is answered with this status, as proxies do.
    HtmlBody(u16),
    /// The body is read, then a text that is no JSON is answered with this status, under a JSON content type.
    NotJson(u16),
    /// For this request the sandbox's clock is so many seconds ahead, its `Date` header included.
    StaleClock(i64),
    /// The answer to the last chunk says `done: false`; nothing is stored.
    DoneFalseOnLastChunk,
    /// What happens when the last chunk of a complete upload comes again.
    RepeatedLastChunk(RepeatedLastChunk),
    /// The answer has no `secure_url`.
    MissingSecureUrl,
    /// The answer says `existing: true`, as if the ID had been taken.
    Existing,
    /// Changes the answer's JSON: members to set, and members to leave out, e.g. `signature`, which is not made anew.
    EditAnswer {
        /// Members to set.
        #[serde(default)]
        set: Map<String, Value>,
        /// Members to leave out.
        #[serde(default)]
        remove: Vec<String>,
    },
}

/// What happens when the last chunk of a complete upload comes again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RepeatedLastChunk {
    /// It is refused with a 400.
    Refuse,
    /// The same answer again; this is what happens without a fault.
    Repeat,
}

/// Reads a list of faults from a JSON file.
///
/// # Errors
/// [`SandboxError::Folder`] when it cannot be read, [`SandboxError::Unreadable`] with line and column when it is no list of faults.
pub fn load_faults(path: impl AsRef<Path>) -> Result<Vec<Fault>, SandboxError> {
    let path = path.as_ref();
    let text = std::fs::read(path).map_err(|source| SandboxError::Folder {
        path: path.to_owned(),
        source,
    })?;
    serde_json::from_slice(&text).map_err(|source| SandboxError::Unreadable {
        path: path.to_owned(),
        source,
    })
}

/// The faults in force, and how often each has met a request.
#[derive(Default)]
pub(crate) struct FaultBook(Mutex<Book>);

#[derive(Default)]
struct Book {
    faults: Vec<(Fault, Counter)>,
    /// The length of each upload's first chunk: turns a byte into an index.
    chunk_lengths: HashMap<String, u64>,
}

#[derive(Default)]
struct Counter {
    met: u64,
    struck: u64,
}

impl FaultBook {
    pub(crate) fn set(&self, faults: Vec<Fault>) {
        let mut book = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        book.faults = faults
            .into_iter()
            .map(|fault| (fault, Counter::default()))
            .collect();
    }

    /// The actions that strike this request, in the order of the list.
    pub(crate) fn strike(&self, method: &Method, path: &str, chunk: Option<&Chunk>) -> Vec<Action> {
        let mut book = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if book.faults.is_empty() {
            return Vec::new();
        }
        let index = chunk.map(|chunk| book.chunk_index(chunk));
        let mut actions = Vec::new();
        for (fault, counter) in &mut book.faults {
            let when = &fault.when;
            let meets = when
                .method
                .as_ref()
                .is_none_or(|wanted| wanted == method.as_str())
                && when
                    .path
                    .as_ref()
                    .is_none_or(|end| path.trim_end_matches('/').ends_with(end.as_str()))
                && when.chunk.is_none_or(|wanted| index == Some(wanted))
                && when
                    .last_chunk
                    .is_none_or(|wanted| chunk.is_some_and(|chunk| chunk.is_last() == wanted));
            if !meets {
                continue;
            }
            counter.met += 1;
            let strikes = when.nth.is_none_or(|nth| counter.met == nth)
                && when
                    .every
                    .is_none_or(|every| every > 0 && counter.met.is_multiple_of(every))
                && when
                    .probability
                    .is_none_or(|chance| unit(when.seed, counter.met) < chance)
                && when.times.is_none_or(|times| counter.struck < times);
            if strikes {
                counter.struck += 1;
                actions.push(fault.action.clone());
            }
        }
        actions
    }
}

impl Book {
    fn chunk_index(&mut self, chunk: &Chunk) -> u64 {
        match chunk.position {
            Position::Part { number, .. } => number - 1,
            Position::Range { first, last, .. } => {
                let length = last - first + 1;
                if first == 0 {
                    self.chunk_lengths.insert(chunk.upload_id.clone(), length);
                }
                let usual = self
                    .chunk_lengths
                    .get(&chunk.upload_id)
                    .copied()
                    .unwrap_or(length);
                first.div_ceil(usual)
            }
        }
    }
}

/// The n-th number of a fixed sequence in 0..1: splitmix64, so that a seed means the same run everywhere.
fn unit(seed: u64, n: u64) -> f64 {
    let mut z = seed.wrapping_add(n.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    let top = u32::try_from((z ^ (z >> 31)) >> 32).unwrap_or(u32::MAX);
    f64::from(top) / f64::from(u32::MAX)
}
