//! Watched folders: added, listed and ended by the user; what comes to rest in them is uploaded while Aloft runs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use credentials::{Account, AccountId};
use engine::{
    FolderState, Job, JobFilter, JobId, NewWatch, Privacy, State, WatchError, WatchId,
    WatchOptions, Watcher, WatcherSettings, Watching,
};
use serde_json::{Map, Value, json};
use tokio::sync::watch;

use crate::aloft::{Aloft, held};
use crate::contract::{Problem, ProblemKind, WatchView, Watches};
use crate::desktop::Question;
use crate::uploads::usable_folder;
use crate::words;
use crate::{choices, messages, problems};

/// A drive on the network may not answer for minutes.
const LONGEST_LOOK: Duration = Duration::from_secs(3);

/// Jobs that are read at a time.
const PAGE: u32 = 500;

/// How the files of a watched folder are uploaded.
#[derive(Clone, Debug, Default)]
pub struct WatchRequest {
    /// The folder in the account that stands for the watched one; `/` between levels.
    pub folder: Option<String>,
    /// Tags for every file.
    pub tags: Vec<String>,
    /// Upload preset.
    pub preset: Option<String>,
    /// Upload what is there already, too.
    pub existing: bool,
    /// Leave the folders in it alone.
    pub flat: bool,
}

/// A watched folder, as a front end shows it.
#[derive(Clone, Debug)]
pub struct WatchedFolder {
    /// What was asked for.
    pub watch: engine::Watch,
    /// Its account, while that is there.
    pub account: Option<Account>,
    /// Whether it can be looked at now.
    pub folder: FolderState,
    /// Files that still change, where this process watches.
    pub settling: usize,
    /// Why nothing is uploaded although the account is there: what its defaults say of privacy cannot be read.
    pub held_up: Option<Problem>,
}

impl WatchedFolder {
    /// Whether its account is there only in runs that have its `CLOUDINARY_URL`.
    pub fn is_of_environment(&self) -> bool {
        let id = AccountId::try_from(self.watch.account.clone());
        id.is_ok_and(|id| id.is_environment())
    }

    /// Why nothing is uploaded from it now, and what to do; `None` when all is well.
    pub fn problem(&self) -> Option<Problem> {
        let path = &self.watch.path;
        if self.account.is_none() && self.is_of_environment() {
            return Some(Problem::new(
                ProblemKind::UnknownAccount,
                words::problem::watch_environment(path),
                words::hint::watch_environment(),
            ));
        }
        if self.account.is_none() {
            return Some(Problem::new(
                ProblemKind::UnknownAccount,
                words::problem::watch_no_account(path),
                words::hint::watch_other_account(),
            ));
        }
        match self.folder {
            FolderState::Present => self.held_up.clone(),
            FolderState::Missing => Some(Problem::new(
                ProblemKind::SourceMissing,
                words::problem::watch_missing(path),
                words::hint::watch_missing(),
            )),
            FolderState::Unreadable => Some(Problem::new(
                ProblemKind::SourceUnreadable,
                words::problem::watch_unreadable(path),
                words::hint::watch_unreadable(),
            )),
        }
    }
}

impl Aloft {
    /// Watches `path` from now on. Who names a folder in a terminal has agreed; a window asks first.
    ///
    /// # Errors
    /// Says why the folder cannot be watched; nothing is changed then.
    pub async fn watch_folder(
        &self,
        account: &Account,
        path: &Path,
        request: &WatchRequest,
    ) -> Result<WatchedFolder, Problem> {
        let folder = request.folder.as_deref().unwrap_or_default();
        let folder = usable_folder(folder)?;
        let new = NewWatch {
            account: account.id.to_string(),
            cloud_name: account.cloud_name.clone(),
            path: path.to_owned(),
            recursive: !request.flat,
            options: WatchOptions {
                folder: folder.to_owned(),
                params: params(request),
                ..WatchOptions::default()
            },
            existing: request.existing,
        };
        let watch = self.0.queue.watch(new, self.our_folders()).await;
        let watch = watch.map_err(|error| not_watched(path, error))?;
        Ok(WatchedFolder {
            watch,
            account: Some(account.clone()),
            folder: FolderState::Present,
            settling: 0,
            held_up: None,
        })
    }

    /// The guarded way: the system's folder dialog, then a native one that names folder and account. Dismissed, it
    /// changes nothing.
    pub(crate) async fn watch_folder_asking(&self, id: &str) -> Result<Watches, Problem> {
        let account = self.required(id)?;
        let Some(folder) = self.0.desktop.pick_folder().await else {
            return self.watches_view().await;
        };
        let shown = folder.to_string_lossy();
        let question = Question {
            title: messages::dialog_watch_folder_title(),
            body: messages::dialog_watch_folder_body(&shown, &account.label),
            yes: messages::dialog_watch_folder_yes(),
        };
        if !self.0.desktop.confirm(question).await {
            return Err(problems::problem(
                ProblemKind::Declined,
                words::problem::not_watched(shown.as_ref()),
            ));
        }
        self.watch_folder(&account, &folder, &WatchRequest::default())
            .await?;
        self.watches_view().await
    }

    /// All watched folders, in the order in which they were added, as they are now.
    ///
    /// # Errors
    /// When queue or accounts cannot be read.
    pub async fn watched_folders(&self) -> Result<Vec<WatchedFolder>, Problem> {
        let here = held(&self.0.watcher).as_ref().map(Watcher::watching);
        let here = here.map(|here| here.borrow().clone()).unwrap_or_default();
        let mut folders = Vec::new();
        for watch in self.0.queue.watches().await? {
            let found = here.get(&watch.id);
            let folder = match found {
                Some(found) => found.folder,
                None => state_of(watch.path.clone()).await,
            };
            let account = self.account_by_id(&watch.account)?;
            let privacy = account
                .as_ref()
                .map(|account| self.watched_privacy(account));
            folders.push(WatchedFolder {
                held_up: privacy.and_then(Result::err),
                account,
                folder,
                settling: found.map_or(0, |found| found.settling),
                watch,
            });
        }
        Ok(folders)
    }

    /// Ends the watches of a folder, for an account or for all. What they queued stays queued. Answers which ended.
    ///
    /// # Errors
    /// When the folder is not watched.
    pub async fn unwatch_folder(
        &self,
        path: &Path,
        account: Option<&Account>,
    ) -> Result<Vec<engine::Watch>, Problem> {
        let mut watches = self.0.queue.watches_of(path).await?;
        watches.retain(|watch| account.is_none_or(|one| one.id.as_str() == watch.account));
        if watches.is_empty() {
            return Err(Problem::new(
                ProblemKind::Gone,
                words::problem::not_watched(path),
                words::hint::watch_list(),
            ));
        }
        for watch in &watches {
            self.0.queue.unwatch(watch.id).await?;
        }
        Ok(watches)
    }

    pub(crate) async fn unwatch(&self, id: i64) -> Result<Watches, Problem> {
        if !self.0.queue.unwatch(WatchId::new(id)).await? {
            return Err(problems::problem(
                ProblemKind::Gone,
                words::problem::watch_gone(),
            ));
        }
        self.watches_view().await
    }

    pub(crate) async fn watches_view(&self) -> Result<Watches, Problem> {
        let folders = self.watched_folders().await?;
        Ok(Watches {
            watches: folders.iter().map(view).collect(),
        })
    }

    /// Watches from now on, or as soon as the process that does so ends, and sends for the accounts of watched folders.
    /// Once a process.
    pub fn start_watching(&self) {
        let weak = Arc::downgrade(&self.0);
        let asked = weak.clone();
        let privacy = move |account: &str| {
            let aloft = asked.upgrade().map(Aloft)?;
            let account = aloft.account_by_id(account).ok()??;
            aloft.watched_privacy(&account).ok()
        };
        let settings = WatcherSettings {
            privacy: Arc::new(privacy),
            ours: self.our_folders(),
        };
        let mut watcher = held(&self.0.watcher);
        if self.is_closing() || watcher.is_some() {
            return;
        }
        *watcher = Some(Watcher::start(self.0.queue.clone(), settings));
        let mut queue = self.0.queue.changes();
        let mut accounts = self.0.accounts_changed.subscribe();
        tokio::spawn(async move {
            while let Some(aloft) = weak.upgrade().map(Aloft) {
                if let Err(problem) = aloft.send_for_watches().await {
                    tracing::warn!("{problem}");
                }
                drop(aloft);
                let changed = tokio::select! {
                    changed = queue.changed() => changed,
                    changed = accounts.changed() => changed,
                };
                if changed.is_err() {
                    return;
                }
            }
        });
    }

    /// What the account's upload defaults say of privacy holds for watched files too; all else is the watch's own.
    fn watched_privacy(&self, account: &Account) -> Result<Privacy, Problem> {
        let kept = self.0.defaults.of(account.id.as_str())?.choices;
        let delivery_type = choices::params(&kept, "").remove("type");
        Ok(Privacy {
            delivery_type: delivery_type.and_then(|value| value.as_str().map(Into::into)),
            strip_location: kept.strip_location,
        })
    }

    /// What the watcher of this process finds; `None` where none was started.
    pub fn watching(&self) -> Option<watch::Receiver<BTreeMap<WatchId, Watching>>> {
        held(&self.0.watcher).as_ref().map(Watcher::watching)
    }

    /// Whether a process watches now, this one included.
    pub fn is_watched(&self) -> bool {
        self.0.queue.is_watched()
    }

    /// Jobs that watches queued after this one, oldest first, a page of them; in these states, or in all.
    ///
    /// # Errors
    /// When the queue cannot be read.
    pub async fn watched_jobs(
        &self,
        after: Option<JobId>,
        states: &[State],
    ) -> Result<Vec<Job>, Problem> {
        let filter = JobFilter {
            watched: true,
            after,
            states: states.to_vec(),
            with_removed: true,
            limit: Some(PAGE),
            ..JobFilter::default()
        };
        Ok(self.0.queue.jobs(filter).await?)
    }

    /// The youngest job that a watch queued.
    ///
    /// # Errors
    /// When the queue cannot be read.
    pub async fn last_watched_job(&self) -> Result<Option<JobId>, Problem> {
        let filter = JobFilter {
            watched: true,
            with_removed: true,
            newest_first: true,
            limit: Some(1),
            ..JobFilter::default()
        };
        Ok(self.0.queue.jobs(filter).await?.first().map(|job| job.id))
    }

    /// Those of these jobs that go on no more by themselves.
    ///
    /// # Errors
    /// When the queue cannot be read.
    pub async fn rested(&self, ids: Vec<JobId>) -> Result<Vec<Job>, Problem> {
        if ids.is_empty() {
            // An empty list of numbers would mean every job there is.
            return Ok(Vec::new());
        }
        let filter = JobFilter {
            ids,
            states: vec![
                State::Done,
                State::Failed,
                State::Cancelled,
                State::NeedsYou,
            ],
            with_removed: true,
            ..JobFilter::default()
        };
        Ok(self.0.queue.jobs(filter).await?)
    }

    async fn send_for_watches(&self) -> Result<(), Problem> {
        for watch in self.0.queue.watches().await? {
            if let Some(account) = self.account_by_id(&watch.account)? {
                self.start_sender(&account);
            }
        }
        Ok(())
    }

    fn our_folders(&self) -> Vec<PathBuf> {
        let folders = self.folders();
        vec![
            folders.config.clone(),
            folders.data.clone(),
            folders.logs.clone(),
        ]
    }
}

fn params(request: &WatchRequest) -> Map<String, Value> {
    let mut params = Map::new();
    if !request.tags.is_empty() {
        params.insert("tags".into(), json!(request.tags));
    }
    if let Some(preset) = &request.preset {
        params.insert("upload_preset".into(), json!(preset));
    }
    params
}

async fn state_of(folder: PathBuf) -> FolderState {
    let look = tokio::task::spawn_blocking(move || FolderState::of(&folder));
    match tokio::time::timeout(LONGEST_LOOK, look).await {
        Ok(Ok(state)) => state,
        Ok(Err(_)) | Err(_) => FolderState::Unreadable,
    }
}

fn view(folder: &WatchedFolder) -> WatchView {
    WatchView {
        id: folder.watch.id.get(),
        account: folder.watch.account.clone(),
        place: folder.watch.path.to_string_lossy().into_owned(),
        folder: folder.watch.options.folder.clone(),
        recursive: folder.watch.recursive,
        settling: folder.settling as u64,
        problem: folder.problem(),
    }
}

fn not_watched(path: &Path, error: WatchError) -> Problem {
    use crate::words::{hint as h, problem as p};
    let (kind, words, hint) = match &error {
        WatchError::Missing => (
            ProblemKind::SourceMissing,
            p::watch_not_there(path),
            h::create_first(),
        ),
        WatchError::NotAFolder => (
            ProblemKind::BadValue,
            p::watch_no_folder(path),
            h::name_a_folder(),
        ),
        WatchError::Unreadable { details } => (
            ProblemKind::SourceUnreadable,
            p::watch_not_readable(path, details),
            h::right_to_read(),
        ),
        WatchError::Ours => (
            ProblemKind::BadValue,
            p::watch_ours(path),
            h::watch_another(),
        ),
        WatchError::Already => (
            ProblemKind::BadValue,
            p::watch_already(path),
            h::watch_anew(),
        ),
        WatchError::Inside(other) => (
            ProblemKind::BadValue,
            p::watch_inside(path, other),
            h::watch_overlap(),
        ),
        WatchError::Above(other) => (
            ProblemKind::BadValue,
            p::watch_above(path, other),
            h::watch_overlap(),
        ),
        WatchError::Queue(trouble) => return trouble.clone().into(),
    };
    Problem::new(kind, words, hint)
}
