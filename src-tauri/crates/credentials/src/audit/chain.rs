//! The chain of lines: how one is made, read and checked.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Action, Entry, Record};

/// What the first line names as the hash before it.
const NONE: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Number and hash of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    pub(super) seq: u64,
    pub(super) hash: String,
}

impl Head {
    /// A head that cannot be read is one that fits no log.
    pub(super) fn read(text: &[u8]) -> Self {
        serde_json::from_slice(text).unwrap_or(Self {
            seq: 0,
            hash: String::new(),
        })
    }

    pub(super) fn to_text(&self) -> String {
        format!("{{\"seq\":{},\"hash\":\"{}\"}}\n", self.seq, self.hash)
    }
}

/// A sound line.
pub(super) struct Line {
    pub(super) text: String,
    pub(super) head: Head,
    prev: String,
    is_gap: bool,
}

#[derive(Serialize)]
struct Written<'a> {
    #[serde(flatten)]
    record: &'a Record,
    prev: &'a str,
}

/// No more than the chain needs: what a newer version says in a line is none of its business.
#[derive(Deserialize)]
struct Read {
    seq: u64,
    prev: String,
    hash: String,
    #[serde(default)]
    action: Value,
}

/// The action of a line that says that the log was changed before it.
const GAP: &str = "gap";

impl Line {
    pub(super) fn after(last: Option<&Head>, entry: &Entry, at: Timestamp) -> Self {
        let record = Record {
            seq: last.map_or(1, |last| last.seq + 1),
            at,
            entry: entry.clone(),
        };
        let prev = last.map_or(NONE, |last| &last.hash);
        let written = Written {
            record: &record,
            prev,
        };
        // Plain structs with text keys always become JSON.
        let body = serde_json::to_string(&written).unwrap_or_default();
        let hash = hash_of(body.as_bytes());
        let body = body.strip_suffix('}').unwrap_or(&body);
        Self {
            text: format!("{body}{SEAM}{hash}\"}}"),
            head: Head {
                seq: record.seq,
                hash,
            },
            prev: prev.to_owned(),
            is_gap: matches!(entry.action, Action::Gap { .. }),
        }
    }

    /// A line without its line break, if it is one of ours and nobody changed it.
    pub(super) fn read(line: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(line).ok()?;
        let read: Read = serde_json::from_str(text).ok()?;
        let body = text.strip_suffix("\"}")?.strip_suffix(&read.hash)?;
        let body = format!("{}}}", body.strip_suffix(SEAM)?);
        (hash_of(body.as_bytes()) == read.hash).then(|| Self {
            text: text.to_owned(),
            head: Head {
                seq: read.seq,
                hash: read.hash,
            },
            prev: read.prev,
            is_gap: read.action == GAP,
        })
    }
}

/// What stands between the hashed part of a line and its hash.
const SEAM: &str = ",\"hash\":\"";

fn hash_of(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// What [`super::AuditLog::verify`] found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verified {
    /// Every line is there as it was written, up to the kept head.
    Sound {
        /// How many lines.
        entries: u64,
        /// Behind them stands the beginning of a line: a crash while it was written. The next
        /// entry takes it off.
        torn: bool,
    },
    /// The first place that is not as it was written.
    Broken(Broken),
}

/// The first broken place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The file; nothing where a file is missing.
    pub path: Option<PathBuf>,
    /// The line in it, from 1.
    pub line: Option<usize>,
    /// The number of the entry that was expected there.
    pub seq: u64,
    /// What is wrong.
    pub fault: Fault,
}

/// What is wrong with the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The line is not what was written: edited, or not a line of the log.
    Edited,
    /// The line is sound, but not the one that follows: lines were removed, put in or moved.
    OutOfOrder,
    /// The log ends before the kept head: lines were removed from its end.
    Cut,
    /// The kept head does not fit the line of its number: it was edited, or the log was written
    /// anew without it.
    Head,
    /// There are lines, and no head: somebody removed it.
    NoHead,
    /// When this line was written, the log did not end as the head said.
    Gap,
}

/// Goes along the lines.
pub(super) struct Check {
    head: Option<Head>,
    head_seen: bool,
    last: Option<Head>,
    torn: bool,
}

impl Check {
    pub(super) fn new(head: Option<Head>) -> Self {
        Self {
            head,
            head_seen: false,
            last: None,
            torn: false,
        }
    }

    pub(super) fn file(&mut self, path: &Path, text: &[u8]) -> Option<Broken> {
        for (index, piece) in text.split_inclusive(|byte| *byte == b'\n').enumerate() {
            let seq = self.last.as_ref().map_or(1, |last| last.seq + 1);
            let broken = |fault| {
                Some(Broken {
                    path: Some(path.to_owned()),
                    line: Some(index + 1),
                    seq,
                    fault,
                })
            };
            // What follows an unfinished line, in a later file, is out of order.
            if self.torn {
                return broken(Fault::OutOfOrder);
            }
            let whole = piece.strip_suffix(b"\n");
            let Some(line) = Line::read(whole.unwrap_or(piece)) else {
                match whole {
                    Some(_) => return broken(Fault::Edited),
                    None => {
                        self.torn = true;
                        continue;
                    }
                }
            };
            let prev = self.last.as_ref().map_or(NONE, |last| &last.hash);
            if line.head.seq != seq || line.prev != prev {
                return broken(Fault::OutOfOrder);
            }
            if line.is_gap {
                return broken(Fault::Gap);
            }
            if let Some(head) = &self.head
                && head.seq == seq
            {
                if *head != line.head {
                    return broken(Fault::Head);
                }
                self.head_seen = true;
            }
            self.last = Some(line.head);
        }
        None
    }

    pub(super) fn end(self) -> Verified {
        let entries = self.last.as_ref().map_or(0, |last| last.seq);
        let fault = match &self.head {
            Some(head) if head.seq == 0 => Some(Fault::Head),
            Some(_) if !self.head_seen => Some(Fault::Cut),
            None if entries > 1 => Some(Fault::NoHead),
            Some(_) | None => None,
        };
        match fault {
            Some(fault) => Verified::Broken(Broken {
                path: None,
                line: None,
                seq: entries + 1,
                fault,
            }),
            None => Verified::Sound {
                entries,
                torn: self.torn,
            },
        }
    }
}
