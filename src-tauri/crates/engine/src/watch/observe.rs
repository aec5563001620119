//! The decisions of a watch, without clock and disk: which of the files that a look found are queued now.
//!
//! A file is queued when it came to rest and is not known. It rests when size and time of change were the same in two
//! looks far enough apart: three seconds for a file that was never seen to change, and half of the time that it was seen
//! to change for others, because a download that took a minute may also pause for longer.
//!
//! It is known when one of its kind was noted before: the same identity under whatever name, or the same size and time of
//! change under the same path. The second is for file systems that number their files anew at each mount.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::names;
use crate::identity::FileIdentity;

/// A file rests when it did not change for so long, at least.
pub(crate) const STILL: Duration = Duration::from_secs(3);
/// And at most.
const LONGEST_STILL: Duration = Duration::from_secs(30);

/// A file as a look found it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sighting {
    pub(crate) path: PathBuf,
    pub(crate) identity: FileIdentity,
}

/// A file that needs nothing more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Noted {
    /// The number of its row.
    pub(crate) row: i64,
    pub(crate) path: PathBuf,
    pub(crate) identity: FileIdentity,
}

/// Files that were seen and do not rest yet, by path.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settling(HashMap<PathBuf, Still>);

#[derive(Clone, Copy, Debug)]
struct Still {
    identity: FileIdentity,
    /// Seen like this since then.
    since: Timestamp,
    /// Seen at all since then.
    first: Timestamp,
}

/// When a look began and ended; each file was seen at some moment between.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    pub(crate) began: Timestamp,
    pub(crate) ended: Timestamp,
}

/// What a look comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Observed {
    /// At rest and new: these are queued.
    pub(crate) rested: Vec<Sighting>,
    /// Noted files that have another name now, by the number of their row.
    pub(crate) moved: Vec<(i64, Sighting)>,
    /// How many do not rest yet.
    pub(crate) settling: usize,
    /// When the next of them may rest.
    pub(crate) next: Option<Timestamp>,
}

/// Decides. `root` is the watched folder; what is not in `seen` any more is no longer waited for.
pub(crate) fn observe(
    root: &Path,
    noted: &[Noted],
    mut settling: Settling,
    seen: Vec<Sighting>,
    look: Span,
) -> (Settling, Observed) {
    let known = Known::of(noted, &seen);
    let mut observed = Observed::default();
    let mut still = Settling::default();
    let mut resting = HashSet::new();
    for sighting in seen {
        let inside = sighting.path.strip_prefix(root).unwrap_or(&sighting.path);
        if let Some(reason) = names::ignored(inside) {
            tracing::debug!(path = %sighting.path.display(), ?reason, "left alone");
            continue;
        }
        match known.look_up(&sighting) {
            Acquaintance::Same => continue,
            Acquaintance::Moved(row) => {
                observed.moved.push((row, sighting));
                continue;
            }
            Acquaintance::None => {}
        }
        let before = settling.0.remove(&sighting.path);
        let state = Still::after(before, sighting.identity, look.ended);
        let rests_at = state.rests_at();
        if look.began < rests_at {
            observed.next = Some(observed.next.map_or(rests_at, |next| next.min(rests_at)));
            still.0.insert(sighting.path, state);
        } else if sighting.identity.inode == 0 || resting.insert(sighting.identity) {
            // of two names of one file the first is queued
            observed.rested.push(sighting);
        }
    }
    observed.settling = still.0.len();
    (still, observed)
}

/// Whether a file that was noted like this is the one that is seen now under `path`.
pub(crate) fn is_same(noted: &Noted, path: &Path, identity: FileIdentity) -> bool {
    let unchanged =
        noted.identity.size == identity.size && noted.identity.modified_ns == identity.modified_ns;
    let is_itself = noted.identity == identity && identity.inode != 0;
    is_itself || (unchanged && noted.path == path)
}

impl Still {
    fn after(before: Option<Still>, identity: FileIdentity, now: Timestamp) -> Still {
        // a clock that was set back must not keep a file waiting
        match before {
            Some(before) if before.identity == identity && before.since <= now => before,
            Some(before) if before.first <= now => Still {
                identity,
                since: now,
                first: before.first,
            },
            Some(_) | None => Still {
                identity,
                since: now,
                first: now,
            },
        }
    }

    fn rests_at(&self) -> Timestamp {
        let changing = Duration::try_from(self.since.duration_since(self.first));
        let wait = (changing.unwrap_or_default() / 2).clamp(STILL, LONGEST_STILL);
        let wait = SignedDuration::try_from(wait).unwrap_or_default();
        self.since.saturating_add(wait).unwrap_or(self.since)
    }
}

enum Acquaintance {
    Same,
    /// The row bears another path.
    Moved(i64),
    None,
}

struct Known<'a> {
    by_path: HashMap<&'a Path, &'a Noted>,
    by_identity: HashMap<FileIdentity, &'a Noted>,
    /// What each path is now.
    present: HashMap<PathBuf, FileIdentity>,
}

impl<'a> Known<'a> {
    fn of(noted: &'a [Noted], seen: &[Sighting]) -> Known<'a> {
        let by_path = noted.iter().map(|noted| (noted.path.as_path(), noted));
        let by_identity = noted.iter().map(|noted| (noted.identity, noted));
        let present = seen
            .iter()
            .map(|sighting| (sighting.path.clone(), sighting.identity));
        Known {
            by_path: by_path.collect(),
            by_identity: by_identity.collect(),
            present: present.collect(),
        }
    }

    fn look_up(&self, sighting: &Sighting) -> Acquaintance {
        let here = self.by_path.get(sighting.path.as_path());
        if here.is_some_and(|noted| is_same(noted, &sighting.path, sighting.identity)) {
            return Acquaintance::Same;
        }
        let Some(noted) = self.by_identity.get(&sighting.identity) else {
            return Acquaintance::None;
        };
        let there = self.present.get(&noted.path);
        match (sighting.identity.inode, there) {
            // one file under two names
            (1.., Some(identity)) if *identity == sighting.identity => Acquaintance::Same,
            (1.., _) | (0, None) => Acquaintance::Moved(noted.row),
            // without a number two files may look the same
            (0, Some(_)) => Acquaintance::None,
        }
    }
}

#[cfg(test)]
mod tests;
