//! What the system reports of watched folders, as far as it wakes the watcher.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use notify::event::{AccessKind, AccessMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::Notify;
use tokio::time::Instant;

/// Reports are collected for so long.
const TOGETHER: Duration = Duration::from_millis(400);

/// Listens to folders. Where the system refuses (too many folders, a file system without reports), looking now and then
/// must do.
pub(super) struct Ears {
    watcher: Option<RecommendedWatcher>,
    /// Which directory each folder was when the listening began (another one may lie there by now), and whether what is in
    /// its folders is heard as well.
    listening: HashMap<PathBuf, (Option<DirectoryId>, bool)>,
    heard: Arc<Heard>,
}

/// Device and inode.
type DirectoryId = (u64, u64);

/// What was reported.
#[derive(Default)]
pub(super) struct Heard {
    reports: Mutex<Reports>,
    bell: Notify,
}

#[derive(Default)]
struct Reports {
    paths: BTreeSet<PathBuf>,
    /// Reports were lost: anything may have changed.
    lost: bool,
    /// When the first of them came; `None` when there is none.
    since: Option<Instant>,
}

impl Ears {
    /// `ours` are left out: whatever is uploaded changes files there.
    pub(super) fn open(ours: Vec<PathBuf>) -> Ears {
        let heard = Arc::new(Heard::default());
        let listener = Arc::clone(&heard);
        let hear = move |event: notify::Result<Event>| listener.take(event, &ours);
        Ears {
            watcher: notify::recommended_watcher(hear)
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
        if let Some(watcher) = &mut self.watcher {
            match watcher.watch(folder, mode) {
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
            && let Some(watcher) = &mut self.watcher
        {
            // a folder that is gone took its reports with it
            drop(watcher.unwatch(folder));
        }
    }
}

impl Heard {
    /// Returns when something was reported since the last [`Heard::taken`], with what comes shortly after it. May be
    /// given up at any time: nothing is lost by that.
    pub(super) async fn wait(&self) {
        loop {
            let since = self.reports().since;
            match since {
                Some(since) => return tokio::time::sleep_until(since + TOGETHER).await,
                None => self.bell.notified().await,
            }
        }
    }

    /// Takes what was reported; the answer says whether it concerns a folder.
    pub(super) fn taken(&self) -> impl Fn(&Path) -> bool + use<> {
        let Reports { paths, lost, .. } = std::mem::take(&mut *self.reports());
        move |folder| lost || paths.iter().any(|path| path.starts_with(folder))
    }

    fn reports(&self) -> MutexGuard<'_, Reports> {
        self.reports.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, event: notify::Result<Event>, ours: &[PathBuf]) {
        let is_ours = |path: &Path| ours.iter().any(|ours| path.starts_with(ours));
        let (paths, lost) = match event {
            Ok(event) if event.need_rescan() => (Vec::new(), true),
            Ok(event) if changes_something(event.kind) => (event.paths, false),
            Ok(_) => return,
            Err(error) => {
                tracing::info!(%error, "reports of folders were lost");
                (Vec::new(), true)
            }
        };
        let mut paths = paths.into_iter().filter(|path| !is_ours(path)).peekable();
        if lost || paths.peek().is_some() {
            let mut reports = self.reports();
            reports.lost |= lost;
            reports.paths.extend(paths);
            reports.since.get_or_insert_with(Instant::now);
            drop(reports);
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
    use notify::event::{CreateKind, ModifyKind};

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
