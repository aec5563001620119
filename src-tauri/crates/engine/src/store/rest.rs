//! How the writer waits: it looks ten times a second while something happens, and hardly ever while nothing does.
//!
//! At rest the system tells of writing to the queue's files. While there is work nobody listens: each commit of our own
//! would be reported too.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use super::threads::Call;

/// How often the writer looks for commits of other processes and passes on moving bytes.
pub(super) const TICK: Duration = Duration::from_millis(100);
/// The same at rest, for what the system may have kept to itself.
const SELDOM: Duration = Duration::from_secs(10);
/// Rest begins when nothing happened for so long. What is written is reported before it is committed, and a commit may
/// have to wait for a slow disk.
const STILL: Duration = Duration::from_secs(5);
/// Listening begins a little earlier, so that no commit falls between the last look and the first report.
const LISTENS: Duration = Duration::from_secs(4);

pub(super) struct Rest {
    folder: PathBuf,
    calls: std::sync::Weak<Sender<Call>>,
    /// When something happened last.
    stirred: Instant,
    ears: Ears,
}

enum Ears {
    Closed,
    Open(#[expect(dead_code, reason = "it listens until it is dropped")] RecommendedWatcher),
    /// The system reports nothing here: the writer goes on looking.
    Deaf,
}

impl Rest {
    /// `folder` holds the queue's files. A report comes to `calls`.
    pub(super) fn new(folder: &Path, calls: &Arc<Sender<Call>>) -> Rest {
        Rest {
            folder: folder.to_owned(),
            calls: Arc::downgrade(calls),
            stirred: Instant::now(),
            // Elsewhere reports may come late, or not before a file is closed.
            ears: if cfg!(target_os = "linux") {
                Ears::Closed
            } else {
                Ears::Deaf
            },
        }
    }

    /// Something happened.
    pub(super) fn stir(&mut self) {
        self.stirred = Instant::now();
        if matches!(self.ears, Ears::Open(_)) {
            self.ears = Ears::Closed;
        }
    }

    /// How long to wait for a call, after a look that found nothing to do.
    pub(super) fn patience(&mut self) -> Duration {
        let still = self.stirred.elapsed();
        if still >= LISTENS && matches!(self.ears, Ears::Closed) {
            self.listen();
        }
        match self.ears {
            Ears::Open(_) if still >= STILL => SELDOM,
            Ears::Open(_) | Ears::Closed | Ears::Deaf => TICK,
        }
    }

    fn listen(&mut self) {
        let calls = self.calls.clone();
        let hear = move |event: notify::Result<Event>| {
            // A report that was lost may have been ours.
            if event.is_ok_and(|event| !is_writing(&event)) {
                return;
            }
            if let Some(calls) = calls.upgrade() {
                // Who has ended needs no reports.
                drop(calls.send(Call::Stir));
            }
        };
        let listening = notify::recommended_watcher(hear).and_then(|mut watcher| {
            watcher.watch(&self.folder, RecursiveMode::NonRecursive)?;
            Ok(watcher)
        });
        self.ears = listening.map_or_else(
            |error| {
                tracing::info!(%error, "the system reports no changes of the queue; it is looked at all the time");
                Ears::Deaf
            },
            Ears::Open,
        );
    }
}

/// Whether the queue's files may hold something new. Opening and reading them, and locks, are reported as well.
fn is_writing(event: &Event) -> bool {
    let is_queue = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name.starts_with("queue.db"))
    };
    match event.kind {
        EventKind::Access(_) => false,
        EventKind::Any
        | EventKind::Create(_)
        | EventKind::Modify(_)
        | EventKind::Remove(_)
        | EventKind::Other => event.need_rescan() || event.paths.iter().any(is_queue),
    }
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use std::fs::File;

    use rusqlite::Connection;

    use super::super::{Bell, Writer};
    use super::*;

    /// Less than [`SELDOM`], and more than a report needs.
    const SOON: Duration = Duration::from_secs(3);

    fn open(folder: &Path) -> Connection {
        let connection = Connection::open(folder.join("queue.db")).unwrap();
        connection
            .pragma_update(None, "journal_mode", "WAL")
            .unwrap();
        connection
    }

    /// How often a thread has waited so far.
    fn waits(thread: &Path) -> u64 {
        let status = std::fs::read_to_string(thread.join("status")).unwrap();
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
        line.unwrap().trim().parse().unwrap()
    }

    /// Returns when a thread has waited for one thing only for as long as `SOON`.
    async fn rests(thread: &Path) {
        let mut since = (Instant::now(), waits(thread));
        let latest = Instant::now() + STILL + 4 * SOON;
        while since.0.elapsed() < SOON {
            assert!(Instant::now() < latest, "the writer does not come to rest");
            tokio::time::sleep(TICK / 2).await;
            let now = waits(thread);
            if now != since.1 {
                since = (Instant::now(), now);
            }
        }
    }

    #[tokio::test]
    async fn a_writer_with_nothing_to_do_waits_to_be_told_and_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let in_use = Arc::new(File::create(folder.path().join("in-use.lock")).unwrap());
        let bell = Arc::new(Bell::new());
        let (mut stored, mut all) = (bell.stored.subscribe(), bell.all.subscribe());
        let writer = Writer::start(folder.path(), open(folder.path()), bell, in_use).unwrap();
        let thread = writer.run(|c| {
            c.execute_batch("CREATE TABLE t (n)")?;
            Ok(std::fs::read_link("/proc/thread-self").unwrap())
        });
        let thread = Path::new("/proc").join(thread.await.unwrap());

        rests(&thread).await;
        stored.mark_unchanged();
        open(folder.path())
            .execute("INSERT INTO t VALUES (1)", [])
            .unwrap();
        tokio::time::timeout(SOON, stored.changed())
            .await
            .unwrap()
            .unwrap();

        rests(&thread).await;
        all.mark_unchanged();
        writer.moved();
        tokio::time::timeout(SOON, all.changed())
            .await
            .unwrap()
            .unwrap();
    }
}
