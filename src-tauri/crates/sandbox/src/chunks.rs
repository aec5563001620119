//! Chunked uploads (protocol sheet 4): one assembly per `X-Unique-Upload-Id`. Chunks come in any order and may come again;
//! an assembly is complete when everything from 0 to the total is there. Half an upload does not survive a restart.

mod position;
mod whole;

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tokio::task::spawn_blocking;

use self::position::MOST;
pub(crate) use self::position::{Chunk, Position};
use self::whole::Whole;
use crate::answer::Refusal;
use crate::params::Params;
use crate::spool::{Kept, Spooled};

/// Every chunk but the last must have at least this many bytes.
const FLOOR: u64 = 5_242_880;
/// From this many uploads on, those that have their answer are forgotten.
const REMEMBERED: usize = 2_000;

/// What the first chunk said; later ones may differ, and are not asked.
#[derive(Clone, Debug)]
pub(crate) struct Opening {
    pub(crate) params: Params,
    pub(crate) file_name: String,
    pub(crate) public_id: Option<String>,
}

/// Where an upload stands after a chunk.
pub(crate) enum Progress {
    /// Not everything is there.
    More {
        received: u64,
        public_id: Option<String>,
    },
    /// The last gap closed: the whole file, and what the first chunk said.
    Complete { whole: Spooled, opening: Opening },
    /// The upload was complete before, with this answer.
    Repeat(Value),
}

/// All uploads under way.
#[derive(Default)]
pub(crate) struct Chunks {
    uploads: Mutex<HashMap<String, Arc<Upload>>>,
}

struct Upload {
    state: Mutex<State>,
    /// The hash is at rest, or the answer is there.
    rest: Condvar,
}

struct State {
    opening: Opening,
    /// Length of every chunk received, by its key.
    lengths: BTreeMap<u64, u64>,
    /// Received and not yet part of the whole.
    waiting: BTreeMap<u64, Kept>,
    /// Chunks that are part of the whole: key to offset.
    placed: BTreeMap<u64, u64>,
    total: Option<u64>,
    by_parts: bool,
    /// `None` while a thread works with it.
    whole: Option<Whole>,
    finishing: bool,
    answer: Option<Value>,
}

impl Chunks {
    /// Takes a chunk whose request was authorised. Hashing goes on behind the answer; only the last one waits for it.
    pub(crate) async fn accept(
        &self,
        chunk: &Chunk,
        part: Spooled,
        opening: Opening,
        folder: PathBuf,
    ) -> Result<Progress, Refusal> {
        if part.size == 0 {
            return Err(Refusal::bad_request("Empty file"));
        }
        if !chunk.is_last() && part.size < FLOOR {
            return Err(Refusal::bad_request(
                "All parts except EOF-chunk must be larger than 5mb",
            ));
        }
        if let Position::Range { first, last, .. } = chunk.position
            && last - first + 1 != part.size
        {
            let announced = last - first + 1;
            return Err(Refusal::bad_request(format!(
                "Content-Range names {announced} bytes, the part has {}",
                part.size
            )));
        }
        let upload = self.upload(chunk, opening);
        let chunk = chunk.clone();
        spawn_blocking(move || upload.take(&chunk, part, &folder))
            .await
            .map_err(Refusal::broken)?
    }

    /// Keeps the answer of a completed upload, for the case that its last chunk comes again.
    pub(crate) fn answered(&self, chunk: &Chunk, answer: Value) {
        if let Some(upload) = self.lock().get(&chunk.upload_id) {
            upload.lock().answer = Some(answer);
            upload.rest.notify_all();
        }
    }

    /// Forgets an upload: it was refused when it was complete.
    pub(crate) fn forget(&self, chunk: &Chunk) {
        let gone = self.lock().remove(&chunk.upload_id);
        if let Some(upload) = gone {
            upload.lock().finishing = false;
            upload.rest.notify_all();
        }
    }

    /// Whether everything was there before this chunk came.
    pub(crate) fn is_answered(&self, upload_id: &str) -> bool {
        self.lock()
            .get(upload_id)
            .is_some_and(|upload| upload.lock().answer.is_some())
    }

    fn upload(&self, chunk: &Chunk, opening: Opening) -> Arc<Upload> {
        let mut uploads = self.lock();
        if uploads.len() >= REMEMBERED {
            uploads.retain(|_, upload| upload.lock().answer.is_none());
        }
        let upload = uploads.entry(chunk.upload_id.clone()).or_insert_with(|| {
            let state = State {
                opening,
                lengths: BTreeMap::new(),
                waiting: BTreeMap::new(),
                placed: BTreeMap::new(),
                total: None,
                by_parts: matches!(chunk.position, Position::Part { .. }),
                whole: Some(Whole::default()),
                finishing: false,
                answer: None,
            };
            Arc::new(Upload {
                state: Mutex::new(state),
                rest: Condvar::new(),
            })
        });
        Arc::clone(upload)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Arc<Upload>>> {
        self.uploads.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Upload {
    fn take(
        self: Arc<Self>,
        chunk: &Chunk,
        part: Spooled,
        folder: &Path,
    ) -> Result<Progress, Refusal> {
        let mut state = self.lock();
        while state.finishing && state.answer.is_none() {
            state = self
                .rest
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        if let Some(answer) = &state.answer {
            return Ok(Progress::Repeat(answer.clone()));
        }
        state.check(chunk, part.size)?;
        let key = chunk.key();
        state.lengths.insert(key, part.size);
        if let Some(offset) = state.placed.get(&key).copied() {
            state = self.place_again(state, offset, part.kept)?;
        } else {
            state.waiting.insert(key, part.kept);
        }
        if !state.complete() {
            let more = Progress::More {
                received: state.lengths.values().sum(),
                public_id: state.opening.public_id.clone(),
            };
            drop(state);
            let (upload, folder) = (Arc::clone(&self), folder.to_owned());
            // Behind the answer; a failure shows when the upload is completed.
            spawn_blocking(move || upload.advance(&folder));
            return Ok(more);
        }
        state.finishing = true;
        let opening = state.opening.clone();
        drop(state);
        match self.finish(folder) {
            Ok(whole) => Ok(Progress::Complete { whole, opening }),
            Err(error) => {
                self.lock().finishing = false;
                self.rest.notify_all();
                Err(Refusal::broken(error))
            }
        }
    }

    /// Writes a chunk that came again over its first coming.
    fn place_again<'a>(
        &'a self,
        state: MutexGuard<'a, State>,
        offset: u64,
        kept: Kept,
    ) -> Result<MutexGuard<'a, State>, Refusal> {
        let mut state = self.rested(state);
        if let Some(whole) = &mut state.whole {
            whole.replace(offset, &kept).map_err(Refusal::broken)?;
        }
        Ok(state)
    }

    /// Moves what follows without a gap into the whole. One thread at a time; others find nothing to do.
    fn advance(&self, folder: &Path) -> io::Result<()> {
        let mut state = self.lock();
        let Some(mut whole) = state.whole.take() else {
            return Ok(());
        };
        let mut outcome = Ok(());
        while let Some(kept) = state.waiting.remove(&whole.next_key) {
            let (key, offset) = (whole.next_key, whole.size);
            let length = state.lengths.get(&key).copied().unwrap_or_default();
            let by_parts = state.by_parts;
            // Said before it is done: should this chunk come again meanwhile, it waits for its place.
            state.placed.insert(key, offset);
            drop(state);
            outcome = whole.append(kept, length, folder);
            state = self.lock();
            if outcome.is_err() {
                break;
            }
            whole.next_key = if by_parts { key + 1 } else { key + length };
        }
        state.whole = Some(whole);
        self.rest.notify_all();
        outcome
    }

    fn finish(&self, folder: &Path) -> io::Result<Spooled> {
        loop {
            let mut state = self.rested(self.lock());
            if !state.waiting.is_empty() {
                drop(state);
                self.advance(folder)?;
                continue;
            }
            let Some(whole) = state.whole.replace(Whole::default()) else {
                continue;
            };
            let expected: u64 = state.lengths.values().sum();
            drop(state);
            if whole.size != expected {
                return Err(io::Error::other("a chunk was lost on its way to the disk"));
            }
            return whole.close();
        }
    }

    fn rested<'a>(&'a self, mut state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        while state.whole.is_none() {
            state = self
                .rest
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        state
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Refuses a chunk that contradicts what came before it.
    fn check(&mut self, chunk: &Chunk, size: u64) -> Result<(), Refusal> {
        let (given, by_parts) = match chunk.position {
            Position::Range { total, .. } => (total, false),
            Position::Part { of, .. } => (of, true),
        };
        if by_parts != self.by_parts {
            return Err(Refusal::bad_request(
                "This upload mixes Content-Range and X-Upload-Part-Number",
            ));
        }
        match (self.total, given) {
            (Some(known), Some(given)) if known != given => {
                return Err(Refusal::bad_request(format!(
                    "This upload's total was {known} before and is {given} now"
                )));
            }
            (None, Some(given)) => self.total = Some(given),
            (Some(_) | None, _) => {}
        }
        let key = chunk.key();
        let span = |length: u64| if by_parts { 1 } else { length };
        let before = self
            .lengths
            .range(..key)
            .next_back()
            .is_some_and(|(first, length)| first + span(*length) > key);
        let after = self
            .lengths
            .range(key + 1..)
            .next()
            .is_some_and(|(first, _)| key + span(size) > *first);
        let moved = self.lengths.get(&key).is_some_and(|length| *length != size);
        let beyond = self.total.is_some_and(|total| key + span(size) > total);
        if before || after || moved || beyond {
            return Err(Refusal::bad_request(
                "This chunk overlaps one that was received with other bounds",
            ));
        }
        if self.lengths.len() as u64 >= MOST && !self.lengths.contains_key(&key) {
            return Err(Refusal::bad_request(format!(
                "An upload may have {MOST} chunks at most"
            )));
        }
        Ok(())
    }

    fn complete(&self) -> bool {
        let Some(total) = self.total else {
            return false;
        };
        let mut next = 0;
        for (key, length) in &self.lengths {
            if *key != next {
                return false;
            }
            next = if self.by_parts { key + 1 } else { key + length };
        }
        next == total
    }
}
