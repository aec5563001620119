//! Things the user hands over become jobs: dropped, picked, pasted, or named in a terminal.

mod gather;

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use credentials::Account;
use engine::{
    AccountState, BatchId, BatchLimits, FileIdentity, Held, HeldId, Job, JobId, NewBatch, NewJob,
};
use tokio::sync::watch;

use self::gather::{Find, Finds, Found};
use crate::aloft::{Aloft, held};
use crate::choices::{self, Occasion};
use crate::contract::{AddReport, Choices, Problem, ProblemKind, PublicIdChoice, Skipped};
use crate::holding::ids_of;
use crate::lock;
use crate::problems;
use crate::words;

/// Finds that are queued together, at most; the first of them are not held up for it.
const PART: usize = 1000;

/// What one upload command asks for beyond the files.
#[derive(Clone, Debug)]
pub struct UploadOptions {
    /// What is said to the service about every file.
    pub choices: Choices,
    /// Whether bytes that are there already are answered with their link.
    pub dedupe: bool,
    /// What this upload may take of the line.
    pub limits: BatchLimits,
}

impl Default for UploadOptions {
    fn default() -> Self {
        Self {
            choices: Choices::default(),
            dedupe: true,
            limits: BatchLimits::default(),
        }
    }
}

/// A file that was looked at, and found to be one that may be sent: what it was then is sent, or nothing.
pub(crate) struct LookedAt {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// What it was.
    pub(crate) identity: FileIdentity,
}

/// What became of the things handed over, in the order given.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The batch that holds the jobs, unless there are none.
    pub batch: Option<BatchId>,
    /// How many became a job.
    pub added: u64,
    /// What did not, and why.
    pub skipped: Vec<PassedOver>,
}

/// One thing that became no job.
#[derive(Clone, Debug, PartialEq)]
pub struct PassedOver {
    /// Jobs that stand before it in the order given.
    pub after: u64,
    /// As it was given, or found in a folder that was given.
    pub path: PathBuf,
    /// Its name, and why.
    pub skipped: Skipped,
}

impl Outcome {
    pub(crate) fn report(&self) -> AddReport {
        AddReport {
            batch: self.batch,
            added: self.added,
            skipped: self
                .skipped
                .iter()
                .map(|passed| passed.skipped.clone())
                .collect(),
        }
    }
}

/// An upload command under way: what is found is queued in parts, and sent while the rest is still looked for.
pub struct Intake {
    aloft: Aloft,
    account: Account,
    options: UploadOptions,
    /// The day on which it was asked for, where the user is.
    today: String,
    label: String,
    finds: tokio::sync::Mutex<Finds>,
    taken: watch::Sender<Taken>,
    skipped: Mutex<VecDeque<PassedOver>>,
    /// What was held until now, and is queued in its place.
    held: Vec<HeldId>,
}

/// How far an [`Intake`] is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// The batch, once there is a job.
    pub batch: Option<BatchId>,
    /// The first job.
    pub first: Option<JobId>,
    /// Jobs so far, all of them on disk.
    pub added: u64,
    /// Things passed over so far.
    pub skipped: u64,
    /// Nothing more comes: everything is taken, or the queue could not take more.
    pub complete: bool,
}

impl Intake {
    /// Queues everything. Each part is durable, and sent by itself, before the next is looked for. Dropped halfway it takes
    /// no more; what is queued stays.
    ///
    /// # Errors
    /// When the queue cannot take more; what [`Intake::taken`] counts is queued and stays.
    pub async fn run(&self) -> Result<(), Problem> {
        let _taking = self.aloft.taking();
        let outcome = self.take_all().await;
        self.taken.send_modify(|taken| taken.complete = true);
        outcome
    }

    async fn take_all(&self) -> Result<(), Problem> {
        let mut finds = self.finds.lock().await;
        let mut found = Vec::new();
        if !self.held.is_empty() || self.names_one_file() {
            // one ID names one file, and what is held goes when all of it is queued: the whole must be known before
            while finds.more(&mut found, PART).await? {}
            return self.take(found).await;
        }
        while finds.more(&mut found, PART).await? {
            self.take(std::mem::take(&mut found)).await?;
        }
        Ok(())
    }

    /// How far it is.
    pub fn taken(&self) -> watch::Receiver<Taken> {
        self.taken.subscribe()
    }

    /// The next thing that was passed over, if it stands before the job number `jobs` in the order given.
    pub(crate) fn next_skipped(&self, jobs: u64) -> Option<PassedOver> {
        let mut skipped = held(&self.skipped);
        let next = skipped.front().is_some_and(|passed| passed.after <= jobs);
        next.then(|| skipped.pop_front()).flatten()
    }

    async fn take(&self, finds: Vec<Find>) -> Result<(), Problem> {
        let mut jobs = Vec::with_capacity(finds.len());
        let mut passed_over = Vec::new();
        let before = self.taken.borrow().added;
        for find in finds {
            match find {
                Find::Job(found) => {
                    let number = before + jobs.len() as u64 + 1;
                    jobs.push(self.new_job(found, number));
                }
                Find::Passed { path, skipped } => passed_over.push(PassedOver {
                    after: before + jobs.len() as u64,
                    path,
                    skipped,
                }),
            }
        }
        if self.names_one_file() && jobs.len() > 1 {
            return Err(problems::problem(
                ProblemKind::BadValue,
                words::problem::one_id_many_files(jobs.len()),
            ));
        }
        let (added, skipped) = (jobs.len() as u64, passed_over.len() as u64);
        // first what stands before the jobs, so that a follower never sees a job too early
        held(&self.skipped).extend(passed_over);
        let (batch, first) = self.queue(jobs).await?;
        self.taken.send_modify(|taken| {
            taken.batch = taken.batch.or(batch);
            taken.first = taken.first.or(first);
            taken.added += added;
            taken.skipped += skipped;
        });
        Ok(())
    }

    /// What came of it; what was passed over is told once.
    fn outcome(&self) -> Outcome {
        let Taken { batch, added, .. } = *self.taken.borrow();
        Outcome {
            batch,
            added,
            skipped: std::mem::take(&mut *held(&self.skipped)).into(),
        }
    }

    fn names_one_file(&self) -> bool {
        matches!(self.options.choices.public_id, PublicIdChoice::Exact { .. })
    }

    fn new_job(&self, found: Found, number: u64) -> NewJob {
        let choices = &self.options.choices;
        NewJob {
            source: found.source,
            identity: found.identity,
            resource_type: choices.resource_type.map(choices::resource_type),
            public_id: choices::rule(choices, &self.today, number),
            params: choices::params(choices, &found.inside),
            dedupe: self.options.dedupe,
            strip_location: choices.strip_location,
        }
    }

    /// Into the batch, which comes to be with its first jobs.
    async fn queue(&self, jobs: Vec<NewJob>) -> Result<(Option<BatchId>, Option<JobId>), Problem> {
        let batch = self.taken.borrow().batch;
        if jobs.is_empty() && self.held.is_empty() {
            return Ok((batch, None));
        }
        let queue = &self.aloft.0.queue;
        if let Some(batch) = batch {
            let added = queue.append(batch, jobs).await?;
            return Ok((Some(batch), added.first().copied()));
        }
        let new = NewBatch {
            account: self.account.id.to_string(),
            cloud_name: self.account.cloud_name.clone(),
            label: self.label.clone(),
            jobs,
            limits: self.options.limits,
        };
        let added = match self.held.is_empty() {
            true => Some(queue.add(new).await?),
            false => queue.queue_held(new, self.held.clone()).await?,
        };
        let Some(added) = added else {
            return Ok((None, None));
        };
        self.aloft.start_sender(&self.account);
        Ok((Some(added.batch), added.jobs.first().copied()))
    }
}

impl Aloft {
    /// Queues files and folders (recursively, structure kept) and http addresses for `account`.
    /// Durable before it returns; sending goes on by itself, and begins with the first files that are found.
    ///
    /// # Errors
    /// When the queue cannot take them; what it took before stays queued.
    pub async fn upload(
        &self,
        account: &Account,
        items: Vec<PathBuf>,
        options: &UploadOptions,
    ) -> Result<Outcome, Problem> {
        let intake = self.begin_upload(account, items, options)?;
        intake.run().await?;
        Ok(intake.outcome())
    }

    /// As [`Aloft::upload`], for what is held, in whose place it is queued: in one commit, and nothing goes out before.
    pub(crate) async fn upload_held(
        &self,
        account: &Account,
        items: &[Held],
        options: &UploadOptions,
    ) -> Result<Outcome, Problem> {
        let paths = items.iter().map(|item| item.what.source.clone()).collect();
        let mut intake = self.begin_upload(account, paths, options)?;
        intake.held = ids_of(items);
        intake.run().await?;
        Ok(intake.outcome())
    }

    /// As [`Aloft::upload`], for whoever wants to [`Aloft::follow`] it from the first file on: [`Intake::run`] does the work.
    /// Must be called within a tokio runtime.
    ///
    /// # Errors
    /// What the service would refuse of the choices, or of their combination; nothing is queued then.
    pub fn begin_upload(
        &self,
        account: &Account,
        items: Vec<PathBuf>,
        options: &UploadOptions,
    ) -> Result<Intake, Problem> {
        let label = batch_label(&items);
        self.intake(account, label, options, || Finds::of(items))
    }

    /// As [`Aloft::begin_upload`], for files that somebody else named and that were looked at: no folder is walked, no link
    /// is followed to another file.
    pub(crate) fn begin_upload_of(
        &self,
        account: &Account,
        files: Vec<LookedAt>,
        options: &UploadOptions,
    ) -> Result<Intake, Problem> {
        self.intake(account, String::new(), options, || Finds::known(files))
    }

    fn intake(
        &self,
        account: &Account,
        label: String,
        options: &UploadOptions,
        finds: impl FnOnce() -> Finds,
    ) -> Result<Intake, Problem> {
        let mut options = options.clone();
        options.choices = choices::tidy(options.choices);
        self.refuse_faults(account, &options.choices, Occasion::Unknown)?;
        Ok(Intake {
            aloft: self.clone(),
            account: account.clone(),
            options,
            today: choices::today(),
            label,
            finds: tokio::sync::Mutex::new(finds()),
            taken: watch::Sender::new(Taken::default()),
            skipped: Mutex::default(),
            held: Vec::new(),
        })
    }

    /// Asking for an upload is asking to try again: trouble that stopped the account is forgotten,
    /// and comes back if it is still there. A pause is the user's and stays.
    ///
    /// # Errors
    /// When the queue cannot be read or written.
    pub async fn try_again(&self, account: &Account) -> Result<(), Problem> {
        Ok(self.0.queue.forgive(account.id.as_str()).await?)
    }

    /// What the queue knows of an account; `None` when it never had a job.
    pub(crate) async fn account_state(
        &self,
        account: &Account,
    ) -> Result<Option<AccountState>, Problem> {
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
        if self.is_locked().await? {
            return Ok(Some(lock::locked()));
        }
        let Some(state) = self.account_state(account).await? else {
            return Ok(None);
        };
        let paused = || {
            let words = words::problem::account_paused(&account.label);
            Problem::new(
                ProblemKind::Declined,
                words,
                words::hint::resume_in_window(),
            )
        };
        let failure = state.failure.as_ref().map(problems::of_failure);
        Ok(failure.or_else(|| state.paused.then(paused)))
    }
}

/// A folder in the account, without slashes around it, if the service takes one of that name.
pub(crate) fn usable_folder(folder: &str) -> Result<&str, Problem> {
    let folder = folder.trim_matches('/');
    engine::check_folder(folder).map_err(|fault| {
        problems::problem(ProblemKind::BadValue, problems::of_folder(folder, fault))
    })?;
    Ok(folder)
}

/// What a job's failure is in words, if it has one.
pub fn problem_of(job: &Job) -> Option<Problem> {
    job.failure.as_ref().map(problems::of_failure)
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
