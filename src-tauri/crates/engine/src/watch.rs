//! Watched folders: what comes to rest in them is queued once, by its identity, across restarts.
//!
//! `watch/observe.rs` decides, `watch/watcher.rs` looks and asks it; what the system reports of a folder only wakes the
//! watcher, because such reports get lost (limits, network drives, mounts): the truth is a look at the whole folder.

mod ears;
mod look;
mod names;
mod observe;
mod watcher;

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::error::QueueError;
use crate::job::{NewJob, PublicIdRule, Source, WatchId};
use crate::kind::ResourceType;
use crate::lock;
use crate::name;
use crate::queue::Queue;
use crate::store::{self, watches::Refused};

pub(crate) use observe::{Noted, Sighting, is_same};
pub use watcher::{Watcher, WatcherSettings, Watching};

/// A folder to watch.
#[derive(Clone, Debug)]
pub struct NewWatch {
    /// Account ID.
    pub account: String,
    /// Cloud name of the account.
    pub cloud_name: String,
    /// The folder; links in it are resolved.
    pub path: PathBuf,
    /// Also the folders in it.
    pub recursive: bool,
    /// How its files are uploaded.
    pub options: WatchOptions,
    /// Upload what is there already, too.
    pub existing: bool,
}

/// How the files of a watched folder are uploaded; one JSON value in the database.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct WatchOptions {
    /// The folder in the account that stands for the watched one; what is below it keeps its structure. Empty for none.
    pub folder: String,
    /// Upload parameters by the service's names, beside the folder.
    pub params: Map<String, Value>,
    /// Instead of the queue's own decision.
    pub resource_type: Option<ResourceType>,
    /// Send bytes again that are there already.
    pub again: bool,
}

/// What an account asks of every upload for the sake of privacy, whatever a watch says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Privacy {
    /// The service's delivery type; `None` for the public one.
    pub delivery_type: Option<String>,
    /// Send copies without location data in the files' place.
    pub strip_location: bool,
}

/// A watched folder.
#[derive(Clone, Debug, PartialEq)]
pub struct Watch {
    /// Its number.
    pub id: WatchId,
    /// Account ID.
    pub account: String,
    /// Cloud name of the account when the watch was added.
    pub cloud_name: String,
    /// The folder, with links resolved.
    pub path: PathBuf,
    /// Also the folders in it.
    pub recursive: bool,
    /// How its files are uploaded.
    pub options: WatchOptions,
    /// When it was added.
    pub added_at: Timestamp,
}

/// Whether a watched folder can be looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FolderState {
    /// It is there.
    #[default]
    Present,
    /// It is not there: moved, deleted, or on a drive that is not connected. It is watched again when it is back.
    Missing,
    /// It is there and cannot be read.
    Unreadable,
}

impl FolderState {
    /// Looks now. Blocks as long as the disk does.
    pub fn of(folder: &Path) -> FolderState {
        look::state_of(folder)
    }
}

/// Why a folder cannot be watched.
#[derive(Clone, Debug, thiserror::Error)]
pub enum WatchError {
    /// It is not there.
    #[error("the folder is not there")]
    Missing,
    /// It is something else.
    #[error("it is not a folder")]
    NotAFolder,
    /// It cannot be read.
    #[error("the folder cannot be read: {details}")]
    Unreadable {
        /// The system's words.
        details: String,
    },
    /// Aloft keeps its own files there.
    #[error(
        "Aloft keeps its own files in this folder, and would upload them and then what comes of that"
    )]
    Ours,
    /// The same folder, for the same account.
    #[error("this folder is watched for this account already")]
    Already,
    /// A watched folder holds it: its files would be uploaded twice.
    #[error("{} holds this folder and is watched for this account already", .0.display())]
    Inside(PathBuf),
    /// It holds a watched folder: its files would be uploaded twice.
    #[error("this folder holds {}, which is watched for this account already", .0.display())]
    Above(PathBuf),
    /// The queue has trouble.
    #[error(transparent)]
    Queue(#[from] QueueError),
}

impl WatchOptions {
    /// The job of a file in the watched folder.
    pub(crate) fn job(&self, privacy: &Privacy, root: &Path, path: &Path) -> NewJob {
        let mut params = self.params.clone();
        if let Some(delivery_type) = &privacy.delivery_type {
            params
                .entry("type")
                .or_insert_with(|| Value::String(delivery_type.clone()));
        }
        params.entry("overwrite").or_insert(Value::Bool(false));
        let folder = self.folder_of(root, path);
        if !folder.is_empty() {
            params.insert("folder".into(), Value::String(folder));
        }
        NewJob {
            resource_type: self.resource_type,
            public_id: match self.resource_type {
                Some(ResourceType::Auto) => PublicIdRule::Service,
                Some(_) | None => PublicIdRule::NameAndRandom,
            },
            params,
            dedupe: !self.again,
            strip_location: privacy.strip_location,
            ..NewJob::new(Source::File(path.to_owned()))
        }
    }

    fn folder_of(&self, root: &Path, path: &Path) -> String {
        let inside = path
            .parent()
            .and_then(|folder| folder.strip_prefix(root).ok())
            .unwrap_or(Path::new(""));
        let inside = name::folder(inside.components().map(|part| part.as_os_str()));
        name::join_folders(&self.folder, &inside)
    }
}

impl Queue {
    /// Watches a folder from now on. `ours` are folders besides the queue's own in which this program keeps files. What
    /// is in the folder now is noted as seen, in the same commit, unless it was asked for. Returns after the commit.
    pub async fn watch(&self, new: NewWatch, ours: Vec<PathBuf>) -> Result<Watch, WatchError> {
        let ours: Vec<PathBuf> = ours.into_iter().chain([self.folder().to_owned()]).collect();
        let looking = move || -> Result<_, WatchError> {
            let path = look::folder_to_watch(&new.path)?;
            let ours = look::real_paths(&ours);
            if ours.iter().any(|ours| path.starts_with(ours)) {
                return Err(WatchError::Ours);
            }
            let new = NewWatch { path, ..new };
            let there = if new.existing {
                Vec::new()
            } else {
                look::settled_names(&new.path, new.recursive, &ours)
            };
            Ok((new, there))
        };
        let looked = tokio::task::spawn_blocking(looking).await;
        let (new, there) = looked.map_err(|_| QueueError::Closed)??;
        let now = self.surroundings().clock.now();
        let added = self
            .writer()
            .run(move |c| store::watches::insert(c, &new, &there, now))
            .await?;
        added.map_err(|refused| match refused {
            Refused::Already => WatchError::Already,
            Refused::Inside(path) => WatchError::Inside(path),
            Refused::Above(path) => WatchError::Above(path),
        })
    }

    /// Watched folders, in the order in which they were added.
    pub async fn watches(&self) -> Result<Vec<Watch>, QueueError> {
        self.reader().run(store::watches::list).await
    }

    /// Ends a watch. What it queued stays queued, as if it had been added by hand. Returns whether there was one.
    pub async fn unwatch(&self, id: WatchId) -> Result<bool, QueueError> {
        self.writer()
            .run(move |c| store::watches::remove(c, id))
            .await
    }

    /// The watch of this folder for an account, or for any; the folder need not be there any more.
    pub async fn watches_of(&self, folder: &Path) -> Result<Vec<Watch>, QueueError> {
        let named = [folder.to_owned(), look::real_path(folder)];
        let watches = self.watches().await?.into_iter();
        Ok(watches
            .filter(|watch| named.contains(&watch.path))
            .collect())
    }

    /// Whether a process watches now, this one included.
    pub fn is_watched(&self) -> bool {
        lock::is_held(&watcher::lock_path(self.folder()))
    }
}
