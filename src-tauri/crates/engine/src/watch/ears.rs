//! What the system reports of watched folders, as far as it wakes the watcher.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use notify_debouncer_full::notify::event::{AccessKind, AccessMode};
use notify_debouncer_full::notify::{Config, EventKind, RecommendedWatcher, RecursiveMode};
use notify_debouncer_full::{DebounceEventResult, Debouncer, NoCache, new_debouncer_opt};
use tokio::sync::Notify;

/// Reports are collected for so long.
const TOGETHER: Duration = Duration::from_millis(400);

/// Listens to folders. Where the system refuses (too many folders, a file system without reports), looking now and then
/// must do.
pub(super) struct Ears {
    debouncer: Option<Debouncer<RecommendedWatcher, NoCache>>,
    /// Which directory each folder was when the listening began (another one may lie there by now), and whether what is in
    /// its folders is heard as well.
    listening: HashMap<PathBuf, (Option<DirectoryId>, bool)>,
    heard: Arc<Heard>,
}

/// Device and inode.
type DirectoryId = (u64, u64);

/// Paths of which something was reported.
#[derive(Default)]
pub(super) struct Heard {
    paths: Mutex<Vec<PathBuf>>,
    /// Reports were lost: anything may have changed.
    lost: std::sync::atomic::AtomicBool,
    bell: Notify,
}

impl Ears {
    /// `ours` are left out: whatever is uploaded changes files there.
    pub(super) fn open(ours: Vec<PathBuf>) -> Ears {
        let heard = Arc::new(Heard::default());
        let listener = Arc::clone(&heard);
        let hear = move |result: DebounceEventResult| listener.take(result, &ours);
        let debouncer = new_debouncer_opt(TOGETHER, None, hear, NoCache::new(), Config::default());
        Ears {
            debouncer: debouncer
                .inspect_err(
                    |error| tracing::warn!(%error, "the system reports no changes of folders"),
                )
                .ok(),
            listening: HashMap::new(),
            heard,
        }
    }

    pub(super) fn heard(&self) -> Arc<Heard> {
        Arc::clone(&self.heard)
    }

    /// Listens to this folder, anew where another directory lies there now, or where another watch of it hears too little.
    /// Blocks.
    pub(super) fn listen(&mut self, folder: &Path, recursive: bool) {
        let is = directory_id(folder);
        let listening = self.listening.get(folder);
        if listening.is_some_and(|(was, hears_all)| *was == is && (*hears_all || !recursive)) {
            return;
        }
        self.ignore(folder);
        let mode = if recursive {
            RecursiveMode::Recursive
        } else {
            RecursiveMode::NonRecursive
        };
        if let Some(debouncer) = &mut self.debouncer {
            match debouncer.watch(folder, mode) {
                Ok(()) => drop(self.listening.insert(folder.to_owned(), (is, recursive))),
                Err(error) => {
                    tracing::info!(%error, folder = %folder.display(), "no reports of this folder; it is looked at now and then");
                }
            }
        }
    }

    /// Listens no more.
    pub(super) fn ignore(&mut self, folder: &Path) {
        if self.listening.remove(folder).is_some()
            && let Some(debouncer) = &mut self.debouncer
        {
            // a folder that is gone took its reports with it
            drop(debouncer.unwatch(folder));
        }
    }
}

impl Heard {
    /// Returns when something was reported since the last [`Heard::taken`].
    pub(super) async fn wait(&self) {
        self.bell.notified().await;
    }

    /// Takes what was reported; the answer says whether it concerns a folder.
    pub(super) fn taken(&self) -> impl Fn(&Path) -> bool + use<> {
        let mut paths = self.paths.lock().unwrap_or_else(PoisonError::into_inner);
        let paths = std::mem::take(&mut *paths);
        let lost = self.lost.swap(false, std::sync::atomic::Ordering::Relaxed);
        move |folder| lost || paths.iter().any(|path| path.starts_with(folder))
    }

    fn take(&self, result: DebounceEventResult, ours: &[PathBuf]) {
        let events = match result {
            Ok(events) => events,
            Err(errors) => {
                tracing::info!(?errors, "reports of folders were lost");
                self.lost.store(true, std::sync::atomic::Ordering::Relaxed);
                self.bell.notify_one();
                return;
            }
        };
        let is_ours = |path: &Path| ours.iter().any(|ours| path.starts_with(ours));
        let mut paths: Vec<PathBuf> = Vec::new();
        for event in events {
            if event.need_rescan() {
                self.lost.store(true, std::sync::atomic::Ordering::Relaxed);
            } else if changes_something(event.kind) {
                paths.extend(event.event.paths.into_iter().filter(|path| !is_ours(path)));
            }
        }
        let lost = self.lost.load(std::sync::atomic::Ordering::Relaxed);
        if !paths.is_empty() || lost {
            let mut all = self.paths.lock().unwrap_or_else(PoisonError::into_inner);
            all.extend(paths);
            drop(all);
            self.bell.notify_one();
        }
    }
}

/// Looking at a folder is reported too, and must not lead to another look.
fn changes_something(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(access) => access == AccessKind::Close(AccessMode::Write),
        EventKind::Any
        | EventKind::Create(_)
        | EventKind::Modify(_)
        | EventKind::Remove(_)
        | EventKind::Other => true,
    }
}

#[cfg(unix)]
fn directory_id(folder: &Path) -> Option<DirectoryId> {
    use std::os::unix::fs::MetadataExt;
    let metadata = std::fs::metadata(folder).ok()?;
    Some((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn directory_id(_folder: &Path) -> Option<DirectoryId> {
    None
}

#[cfg(test)]
mod tests {
    use notify_debouncer_full::notify::event::{CreateKind, ModifyKind};

    use super::*;

    /// Two accounts may watch one folder, one of them without what lies deeper.
    #[tokio::test]
    async fn who_wants_to_hear_more_of_a_folder_hears_it() {
        let folder = tempfile::tempdir().unwrap();
        let below = folder.path().join("below");
        std::fs::create_dir(&below).unwrap();
        let mut ears = Ears::open(Vec::new());
        ears.listen(folder.path(), false);
        ears.listen(folder.path(), true);
        ears.listen(folder.path(), false);
        let heard = ears.heard();
        std::fs::write(below.join("new.png"), "new").unwrap();
        let waiting = tokio::time::timeout(Duration::from_secs(20), heard.wait());
        waiting.await.unwrap();
        assert!(heard.taken()(&below));
    }

    /// Otherwise every look would lead to the next.
    #[test]
    fn a_look_is_no_news() {
        for (kind, news) in [
            (EventKind::Access(AccessKind::Open(AccessMode::Any)), false),
            (EventKind::Access(AccessKind::Read), false),
            (
                EventKind::Access(AccessKind::Close(AccessMode::Read)),
                false,
            ),
            (
                EventKind::Access(AccessKind::Close(AccessMode::Write)),
                true,
            ),
            (EventKind::Create(CreateKind::Any), true),
            (EventKind::Modify(ModifyKind::Any), true),
        ] {
            assert_eq!(changes_something(kind), news, "{kind:?}");
        }
    }
}
