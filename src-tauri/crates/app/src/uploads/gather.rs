//! What was handed over, in order, as a stream: folders are walked on a thread of their own while the first files are
//! already on their way.

use std::path::{Path, PathBuf};

use engine::{FileIdentity, SkipReason, Source};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::{LookedAt, address_of};
use crate::contract::{Problem, ProblemKind, Skipped};
use crate::problems;
use crate::words::problem as p;

/// How many finds wait to be queued before the walk waits too.
const AHEAD: usize = 2048;

/// One thing that was found.
pub(super) enum Find {
    /// Something to upload.
    Job(Found),
    /// Something else, and why.
    Passed { path: PathBuf, skipped: Skipped },
}

/// One job to be, with what it was made of.
pub(super) struct Found {
    pub(super) source: Source,
    /// What it must be, where somebody looked at it before.
    pub(super) identity: Option<FileIdentity>,
    /// The folder inside the one that was given; empty for a file that was given itself.
    pub(super) inside: String,
}

/// The walk under way.
pub(super) struct Finds {
    finds: mpsc::Receiver<Find>,
    walk: Option<JoinHandle<()>>,
}

impl Finds {
    /// Begins to look; dropping it ends the walk.
    pub(super) fn of(items: Vec<PathBuf>) -> Self {
        Self::told_by(move |tell| items.into_iter().all(|item| look_at(item, tell)))
    }

    /// Files that were looked at already, and nothing else, whatever is in their places by now.
    pub(super) fn known(files: Vec<LookedAt>) -> Self {
        let found = |file: LookedAt| {
            Find::Job(Found {
                source: Source::File(file.path),
                identity: Some(file.identity),
                inside: String::new(),
            })
        };
        Self::told_by(move |tell| files.into_iter().map(found).all(tell))
    }

    fn told_by(look: impl FnOnce(&dyn Fn(Find) -> bool) -> bool + Send + 'static) -> Self {
        let (sender, finds) = mpsc::channel(AHEAD);
        let walk = tokio::task::spawn_blocking(move || {
            look(&|find| sender.blocking_send(find).is_ok());
        });
        Self {
            finds,
            walk: Some(walk),
        }
    }

    /// Puts what was found since the last call behind `finds`, at most `limit`, and waits for the first of it. False when
    /// there is no more.
    pub(super) async fn more(
        &mut self,
        finds: &mut Vec<Find>,
        limit: usize,
    ) -> Result<bool, Problem> {
        if self.finds.recv_many(finds, limit).await > 0 {
            return Ok(true);
        }
        match self.walk.take() {
            Some(walk) => walk
                .await
                .map(|()| false)
                .map_err(|_| problems::problem(ProblemKind::Internal, p::looking_broke_off())),
            None => Ok(false),
        }
    }
}

/// Tells what is found of one item; false when nobody listens any more.
fn look_at(item: PathBuf, tell: &dyn Fn(Find) -> bool) -> bool {
    let alone = |source| {
        Find::Job(Found {
            source,
            identity: None,
            inside: String::new(),
        })
    };
    if let Some(address) = address_of(&item) {
        tell(alone(Source::Url(address.to_owned())))
    } else if !item.is_absolute() {
        let skipped = not_a_path(&item);
        tell(Find::Passed {
            path: item,
            skipped,
        })
    } else if item.is_dir() {
        engine::scan(vec![item], true).filter_map(met).all(tell)
    } else {
        tell(alone(Source::File(item)))
    }
}

/// One entry of a folder.
fn met(seen: engine::Seen) -> Option<Find> {
    match seen {
        engine::Seen::File(file) => Some(Find::Job(Found {
            source: Source::File(file.path),
            identity: None,
            inside: file.relative_folder,
        })),
        // What a folder holds for the system's own use was never meant to be uploaded.
        engine::Seen::Skipped(skip)
            if matches!(skip.reason, SkipReason::Hidden | SkipReason::System) =>
        {
            None
        }
        engine::Seen::Skipped(skip) => Some(Find::Passed {
            skipped: passed_over(&skip),
            path: skip.path,
        }),
    }
}

fn passed_over(skip: &engine::Skipped) -> Skipped {
    let name = skip
        .path
        .file_name()
        .unwrap_or(skip.path.as_os_str())
        .to_string_lossy()
        .into_owned();
    let (kind, why) = match skip.reason {
        SkipReason::Hidden | SkipReason::System => {
            (ProblemKind::Declined, p::skipped_system(&name))
        }
        SkipReason::Subfolder => (ProblemKind::SourceIsFolder, p::skipped_subfolder(&name)),
        SkipReason::LinkedFolder => (ProblemKind::SourceIsFolder, p::skipped_linked_folder(&name)),
        SkipReason::BrokenLink => (ProblemKind::SourceMissing, p::skipped_broken_link(&name)),
        SkipReason::Special => (ProblemKind::SourceUnreadable, p::skipped_special(&name)),
        SkipReason::Empty => (ProblemKind::SourceEmpty, p::skipped_empty(&name)),
        SkipReason::Unreadable => (ProblemKind::SourceUnreadable, p::skipped_unreadable(&name)),
        SkipReason::Missing => (ProblemKind::SourceMissing, p::skipped_missing(&name)),
    };
    Skipped {
        problem: problems::problem(kind, why),
        name,
    }
}

fn not_a_path(item: &Path) -> Skipped {
    let shown: String = item.to_string_lossy().chars().take(120).collect();
    Skipped {
        problem: problems::problem(ProblemKind::NotAPath, p::skipped_not_a_file(&shown)),
        name: shown,
    }
}
