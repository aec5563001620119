//! Things the user hands over become jobs: dropped, picked, pasted, or named in a terminal.

use std::path::{Path, PathBuf};

use credentials::Account;
use engine::{
    AccountState, Added, BatchLimits, Job, JobFilter, JobId, NewBatch, NewJob, PublicIdRule,
    ResourceType, SkipReason, Source,
};
use serde_json::{Map, Value, json};

use crate::aloft::Aloft;
use crate::contract::{AddReport, Problem, ProblemKind, Skipped};
use crate::problems;

/// What one upload command asks for beyond the files.
#[derive(Clone, Debug)]
pub struct UploadOptions {
    /// Folder in the account; `/` between levels.
    pub folder: Option<String>,
    /// Exactly this public ID, for one file.
    pub public_id: Option<String>,
    /// Tags for every file.
    pub tags: Vec<String>,
    /// Upload preset.
    pub preset: Option<String>,
    /// Instead of Aloft's own decision; `auto` leaves it, and the public ID, to the service.
    pub resource_type: Option<ResourceType>,
    /// Whether an asset of that public ID may be replaced.
    pub overwrite: bool,
    /// Whether bytes that are there already are answered with their link.
    pub dedupe: bool,
    /// What this upload may take of the line.
    pub limits: BatchLimits,
}

impl Default for UploadOptions {
    fn default() -> Self {
        Self {
            folder: None,
            public_id: None,
            tags: Vec::new(),
            preset: None,
            resource_type: None,
            overwrite: false,
            dedupe: true,
            limits: BatchLimits::default(),
        }
    }
}

/// One thing that became a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// As it was given, or found in a folder that was given.
    pub path: PathBuf,
    /// Its job.
    pub job: JobId,
}

/// What became of the things handed over, in the order given.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// What became a job.
    pub uploads: Vec<Upload>,
    /// What did not, and why.
    pub skipped: Vec<PassedOver>,
}

/// One thing that became no job.
#[derive(Clone, Debug, PartialEq)]
pub struct PassedOver {
    /// Uploads that stand before it in the order given.
    pub after: usize,
    /// As it was given, or found in a folder that was given.
    pub path: PathBuf,
    /// Its name, and why.
    pub skipped: Skipped,
}

impl Outcome {
    pub(crate) fn report(&self) -> AddReport {
        AddReport {
            added: self.uploads.len() as u64,
            skipped: self
                .skipped
                .iter()
                .map(|passed| passed.skipped.clone())
                .collect(),
        }
    }
}

/// One job to be, with what it was made of.
struct Found {
    source: Source,
    /// The folder inside the one that was given; empty for a file that was given itself.
    inside: String,
}

impl Aloft {
    /// Queues files and folders (recursively, structure kept) and http addresses for `account`.
    /// Durable before it returns; sending goes on by itself.
    ///
    /// # Errors
    /// When the queue cannot take them; nothing is half queued.
    pub async fn upload(
        &self,
        account: &Account,
        items: Vec<PathBuf>,
        options: &UploadOptions,
    ) -> Result<Outcome, Problem> {
        if let Some(folder) = &options.folder {
            engine::check_folder(folder.trim_matches('/')).map_err(|fault| {
                problems::problem(
                    ProblemKind::BadValue,
                    format!("“{folder}” cannot be used: {fault}."),
                )
            })?;
        }
        let mut outcome = Outcome::default();
        let label = batch_label(&items);
        let found = look(items, &mut outcome.skipped).await?;
        if found.is_empty() {
            return Ok(outcome);
        }
        if options.public_id.is_some() && found.len() > 1 {
            return Err(problems::problem(
                ProblemKind::BadValue,
                format!(
                    "One public ID was given for {} files, but it can name only one.",
                    found.len()
                ),
            ));
        }
        let jobs = found.iter().map(|found| new_job(found, options)).collect();
        let batch = NewBatch {
            account: account.id.to_string(),
            cloud_name: account.cloud_name.clone(),
            label,
            jobs,
            limits: options.limits,
        };
        let Added { jobs, .. } = self.0.queue.add(batch).await?;
        outcome.uploads = found
            .into_iter()
            .zip(jobs)
            .map(|(found, job)| Upload {
                path: path_of(found.source),
                job,
            })
            .collect();
        self.start_sender(account);
        Ok(outcome)
    }

    /// Waits until each of these jobs rests: done, failed, cancelled, or waiting for the user.
    /// `look` sees every state on the way, with live bytes.
    ///
    /// # Errors
    /// When the queue cannot be read.
    pub async fn wait(
        &self,
        uploads: &[Upload],
        mut look: impl FnMut(&[Job]) + Send,
    ) -> Result<Vec<Job>, Problem> {
        if uploads.is_empty() {
            // An empty list of numbers would mean every job there is.
            return Ok(Vec::new());
        }
        let filter = JobFilter {
            ids: uploads.iter().map(|upload| upload.job).collect(),
            with_removed: true,
            ..JobFilter::default()
        };
        let mut changes = self.0.queue.changes();
        loop {
            changes.borrow_and_update();
            let mut jobs = self.0.queue.jobs(filter.clone()).await?;
            let live = self.0.queue.progress();
            for job in &mut jobs {
                job.sent = live
                    .get(&job.id)
                    .map_or(job.sent, |live| live.sent.max(job.sent));
            }
            look(&jobs);
            let account_rests = self.resting_accounts().await?;
            if jobs
                .iter()
                .all(|job| rests(job) || account_rests.contains(&job.account))
            {
                return Ok(jobs);
            }
            if changes.changed().await.is_err() {
                return Ok(jobs);
            }
        }
    }

    /// Accounts that send nothing until the user does something.
    async fn resting_accounts(&self) -> Result<Vec<String>, Problem> {
        let states = self.0.queue.accounts().await?;
        Ok(states
            .into_iter()
            .filter(|state| state.failure.is_some() || state.paused)
            .map(|state| state.account)
            .collect())
    }

    /// Asking for an upload is asking to try again: trouble that stopped the account is forgotten,
    /// and comes back if it is still there. A pause is the user's and stays.
    ///
    /// # Errors
    /// When the queue cannot be read or written.
    pub async fn try_again(&self, account: &Account) -> Result<(), Problem> {
        Ok(self.0.queue.forgive(account.id.as_str()).await?)
    }

    async fn account_state(&self, account: &Account) -> Result<Option<AccountState>, Problem> {
        let states = self.0.queue.accounts().await?;
        Ok(states
            .into_iter()
            .find(|state| state.account == account.id.as_str()))
    }

    /// What stops a whole account, if something does.
    ///
    /// # Errors
    /// When the queue cannot be read.
    pub async fn account_trouble(&self, account: &Account) -> Result<Option<Problem>, Problem> {
        let Some(state) = self.account_state(account).await? else {
            return Ok(None);
        };
        let paused = || {
            let words = format!("“{}” is paused.", account.label);
            Problem::new(ProblemKind::Declined, words, "Resume it in Aloft's window.")
        };
        let failure = state.failure.as_ref().map(problems::of_failure);
        Ok(failure.or_else(|| state.paused.then(paused)))
    }
}

/// Whether a job goes on without the user.
fn rests(job: &Job) -> bool {
    use engine::State;
    job.state.is_terminal() || matches!(job.state, State::NeedsYou | State::Paused)
}

/// What a job's failure is in words, if it has one.
pub fn problem_of(job: &Job) -> Option<Problem> {
    job.failure.as_ref().map(problems::of_failure)
}

fn path_of(source: Source) -> PathBuf {
    match source {
        Source::File(path) => path,
        Source::Url(address) => PathBuf::from(address),
        Source::Widget(_) => PathBuf::new(),
    }
}

/// The http address that something handed over as a path really is.
pub(crate) fn address_of(item: &Path) -> Option<&str> {
    let text = item.to_str()?;
    let scheme = text.split_once("://")?.0;
    (scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")).then_some(text)
}

/// A batch of one folder bears its name.
fn batch_label(items: &[PathBuf]) -> String {
    match items {
        [only] if only.is_dir() => only
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
        _ => String::new(),
    }
}

/// Looks at what was handed over, in order; folders are walked on a thread of their own.
async fn look(items: Vec<PathBuf>, skipped: &mut Vec<PassedOver>) -> Result<Vec<Found>, Problem> {
    let walked = tokio::task::spawn_blocking(move || {
        let mut found = Vec::new();
        let mut skipped = Vec::new();
        for item in items {
            if let Some(address) = address_of(&item) {
                found.push(Found {
                    source: Source::Url(address.to_owned()),
                    inside: String::new(),
                });
            } else if !item.is_absolute() {
                skipped.push(PassedOver {
                    after: found.len(),
                    skipped: not_a_path(&item),
                    path: item,
                });
            } else if item.is_dir() {
                walk(&item, &mut found, &mut skipped);
            } else {
                found.push(Found {
                    source: Source::File(item),
                    inside: String::new(),
                });
            }
        }
        (found, skipped)
    });
    let (found, more) = walked.await.map_err(|_| {
        problems::problem(
            ProblemKind::Internal,
            "Looking through the files broke off.",
        )
    })?;
    skipped.extend(more);
    Ok(found)
}

fn walk(folder: &Path, found: &mut Vec<Found>, skipped: &mut Vec<PassedOver>) {
    for seen in engine::scan(vec![folder.to_owned()], true) {
        match seen {
            engine::Seen::File(file) => found.push(Found {
                source: Source::File(file.path),
                inside: file.relative_folder,
            }),
            // What a folder holds for the system's own use was never meant to be uploaded.
            engine::Seen::Skipped(skip)
                if matches!(skip.reason, SkipReason::Hidden | SkipReason::System) => {}
            engine::Seen::Skipped(skip) => skipped.push(PassedOver {
                after: found.len(),
                skipped: passed_over(&skip),
                path: skip.path,
            }),
        }
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
        SkipReason::Hidden | SkipReason::System => (ProblemKind::Declined, "is the system's own"),
        SkipReason::Subfolder => (ProblemKind::SourceIsFolder, "is a folder inside the folder"),
        SkipReason::LinkedFolder => (
            ProblemKind::SourceIsFolder,
            "is a link to a folder and may lead out of it",
        ),
        SkipReason::BrokenLink => (ProblemKind::SourceMissing, "is a link that leads nowhere"),
        SkipReason::Special => (
            ProblemKind::SourceUnreadable,
            "is a pipe, a socket or a device",
        ),
        SkipReason::Empty => (ProblemKind::SourceEmpty, "is empty"),
        SkipReason::Unreadable => (ProblemKind::SourceUnreadable, "cannot be read"),
        SkipReason::Missing => (ProblemKind::SourceMissing, "is not there"),
    };
    Skipped {
        problem: problems::problem(kind, format!("“{name}” {why}.")),
        name,
    }
}

fn not_a_path(item: &Path) -> Skipped {
    let shown: String = item.to_string_lossy().chars().take(120).collect();
    Skipped {
        problem: problems::problem(
            ProblemKind::NotAPath,
            format!("“{shown}” is not a file on this computer."),
        ),
        name: shown,
    }
}

fn new_job(found: &Found, options: &UploadOptions) -> NewJob {
    let mut params: Map<String, Value> = Map::new();
    let folder = options.folder.as_deref().unwrap_or_default();
    let folder = engine::join_folders(folder, &found.inside);
    if !folder.is_empty() {
        // `folder` works in both folder modes: a prefix of the public ID, and the asset's folder.
        params.insert("folder".into(), json!(folder));
    }
    if !options.tags.is_empty() {
        params.insert("tags".into(), json!(options.tags));
    }
    if let Some(preset) = &options.preset {
        params.insert("upload_preset".into(), json!(preset));
    }
    if options.overwrite {
        params.insert("overwrite".into(), json!(true));
    }
    let public_id = match (&options.public_id, options.resource_type) {
        (Some(id), _) => PublicIdRule::Exact(id.clone()),
        (None, Some(ResourceType::Auto)) => PublicIdRule::Service,
        (None, _) => PublicIdRule::NameAndRandom,
    };
    NewJob {
        source: found.source.clone(),
        resource_type: options.resource_type,
        public_id,
        params,
        dedupe: options.dedupe,
    }
}
