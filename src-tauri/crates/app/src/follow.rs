//! Following an upload command from its first file to its last: results in the order given, without keeping a list of
//! them, so that a hundred thousand files need no more memory than one.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use engine::{BatchId, Job, JobFilter, JobId, State};

use crate::aloft::Aloft;
use crate::contract::Problem;
use crate::lock;
use crate::uploads::{Intake, PassedOver, Taken, problem_of};

/// Jobs that are read at a time.
const PAGE: u32 = 100;
/// Rows under way that a [`Moment`] carries, at most.
const MOVING: u32 = 64;
/// Reasons to wait that are told, at most.
const REASONS: usize = 20;
/// Looking may take one part in so many of the time; the rest belongs to sending.
const SHARE: u32 = 10;

/// A moment is told at least so often.
const STILL: Duration = Duration::from_secs(1);

/// What a follower is told. Jobs and what was passed over come in the order given, each once.
#[derive(Debug)]
pub enum Seen<'a> {
    /// The next thing was passed over.
    PassedOver(&'a PassedOver),
    /// The next job rests: done, failed, cancelled, or waiting for the user.
    Rests(&'a Job),
    /// At the end, for each that does not rest: its account does, or everything left is paused.
    Waits(&'a Job),
    /// Why something waits; each reason once.
    Because(&'a Problem),
    /// How far everything is.
    Moved(&'a Moment),
}

/// How far an upload is at one moment.
#[derive(Debug, Default)]
pub struct Moment {
    /// Number of jobs by state; states without jobs are absent.
    pub counts: BTreeMap<State, u64>,
    /// Bytes handed to the wire.
    pub sent: u64,
    /// Bytes to send, as far as they are known.
    pub total: u64,
    /// Jobs under way, oldest first, with live bytes; not all of them when there are very many.
    pub moving: Vec<Job>,
    /// No more files come.
    pub complete: bool,
}

/// Where everything stood at the end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Number of jobs by state; states without jobs are absent.
    pub counts: BTreeMap<State, u64>,
    /// Things that were passed over.
    pub skipped: u64,
}

impl Tally {
    /// Jobs of this state.
    pub fn of(&self, state: State) -> u64 {
        self.counts.get(&state).copied().unwrap_or_default()
    }

    /// All jobs.
    pub fn jobs(&self) -> u64 {
        self.counts.values().sum()
    }
}

/// How far following is.
struct Follower<'a> {
    aloft: &'a Aloft,
    intake: &'a Intake,
    /// The last job that was told.
    after: Option<JobId>,
    /// Jobs told.
    told: u64,
    reasons: BTreeSet<String>,
    tally: Tally,
}

impl Aloft {
    /// Tells what becomes of an upload until it is queued whole and each of its jobs rests, or nothing goes on without
    /// the user. Moments are told at every `beat` while there are changes, if one is given.
    ///
    /// # Errors
    /// When the queue cannot be read.
    pub async fn follow(
        &self,
        intake: &Intake,
        beat: Option<Duration>,
        mut tell: impl FnMut(Seen<'_>) + Send,
    ) -> Result<Tally, Problem> {
        let mut follower = Follower {
            aloft: self,
            intake,
            after: None,
            told: 0,
            reasons: BTreeSet::new(),
            tally: Tally::default(),
        };
        let mut changes = self.0.queue.changes();
        let mut taking = intake.taken();
        let mut shown: Option<Instant> = None;
        loop {
            changes.borrow_and_update();
            let taken = *taking.borrow_and_update();
            let looked = Instant::now();
            let next = follower.tell_resting(&taken, &mut tell).await?;
            if let Some(error) = self.0.queue.trouble() {
                follower.tell_reason(&error.into(), &mut tell);
            }
            if let Some(problem) = self.trouble_of_elder(next.as_ref()).await? {
                follower.tell_reason(&problem, &mut tell);
            }
            if let Some(beat) = beat
                && shown.is_none_or(|shown| shown.elapsed() >= beat)
            {
                shown = Some(Instant::now());
                let moment = self.moment(taken).await?;
                tell(Seen::Moved(&moment));
            }
            if taken.complete && self.ends(taken.batch, next.as_ref()).await? {
                if next.is_some() && self.is_locked().await? {
                    follower.tell_reason(&lock::locked(), &mut tell);
                }
                follower.tell_rest(&mut tell).await?;
                let moment = self.moment(taken).await?;
                follower.tally.counts.clone_from(&moment.counts);
                if beat.is_some() {
                    tell(Seen::Moved(&moment));
                }
                return Ok(follower.tally);
            }
            // Not a wait for anything: it keeps the looking from taking the time of the sending.
            tokio::time::sleep(looked.elapsed() * (SHARE - 1)).await;
            let gone = tokio::select! {
                changed = changes.changed() => changed.is_err(),
                changed = taking.changed(), if !taken.complete => changed.is_err(),
                // that nothing moves is news too
                () = tokio::time::sleep(STILL), if beat.is_some() => false,
            };
            if gone {
                return Ok(follower.tally);
            }
        }
    }

    /// What keeps the job of the same file for which this one waits.
    async fn trouble_of_elder(&self, next: Option<&Job>) -> Result<Option<Problem>, Problem> {
        let Some(job) = next.filter(|job| job.state == State::Waiting && job.failure.is_none())
        else {
            return Ok(None);
        };
        let elder = self.0.queue.elder(job.id).await?;
        Ok(elder.filter(waits).as_ref().and_then(problem_of))
    }

    async fn moment(&self, taken: Taken) -> Result<Moment, Problem> {
        let mut moment = Moment {
            complete: taken.complete,
            ..Moment::default()
        };
        let Some(id) = taken.batch else {
            return Ok(moment);
        };
        if let Some(batch) = self.0.queue.batch(id).await? {
            (moment.counts, moment.sent, moment.total) = (batch.counts, batch.sent, batch.total);
        }
        let filter = JobFilter {
            batch: Some(id),
            states: vec![State::Uploading, State::Finishing],
            limit: Some(MOVING),
            ..JobFilter::default()
        };
        moment.moving = self.0.queue.jobs(filter).await?;
        let live = self.0.queue.progress();
        for job in &mut moment.moving {
            let Some(live) = live.get(&job.id) else {
                continue;
            };
            moment.sent += live.sent.saturating_sub(job.sent);
            job.sent = live.sent.max(job.sent);
        }
        Ok(moment)
    }

    /// Whether nothing goes on any more without the user. `next` is the first job that does not rest.
    async fn ends(&self, batch: Option<BatchId>, next: Option<&Job>) -> Result<bool, Problem> {
        let (Some(batch), Some(next)) = (batch, next) else {
            return Ok(true);
        };
        if self.0.queue.rests_now(&next.account).await? {
            return Ok(true);
        }
        if next.state != State::Paused {
            return Ok(false);
        }
        let batch = self.0.queue.batch(batch).await?;
        let counts = batch.map(|batch| batch.counts).unwrap_or_default();
        Ok(counts.keys().all(|state| rests(*state)))
    }
}

impl Follower<'_> {
    /// Tells the jobs that are next in order and need nothing more; answers the first that is not told.
    async fn tell_resting(
        &mut self,
        taken: &Taken,
        tell: &mut (impl FnMut(Seen<'_>) + Send),
    ) -> Result<Option<Job>, Problem> {
        loop {
            let page = self.page(taken).await?;
            let all = page.len();
            let mut page = page.into_iter();
            let next = page.find(|job| {
                if rests(job.state) && job.state != State::Paused {
                    self.tell_job(tell, Seen::Rests(job), job.id);
                    return false;
                }
                true
            });
            if let Some(next) = next {
                let waiting = std::iter::once(&next).chain(page.as_slice());
                self.tell_reasons(waiting, tell);
                return Ok(Some(next));
            }
            if all < PAGE as usize {
                self.tell_passed_over(tell);
                return Ok(None);
            }
        }
    }

    /// Tells what is left at the end.
    async fn tell_rest(&mut self, tell: &mut (impl FnMut(Seen<'_>) + Send)) -> Result<(), Problem> {
        let taken = *self.intake.taken().borrow();
        loop {
            let page = self.page(&taken).await?;
            for job in &page {
                let seen = match rests(job.state) && job.state != State::Paused {
                    true => Seen::Rests(job),
                    false => Seen::Waits(job),
                };
                self.tell_job(tell, seen, job.id);
            }
            if page.len() < PAGE as usize {
                self.tell_passed_over(tell);
                return Ok(());
            }
        }
    }

    fn tell_job(&mut self, tell: &mut impl FnMut(Seen<'_>), seen: Seen<'_>, id: JobId) {
        self.tell_passed_over(tell);
        tell(seen);
        self.told += 1;
        self.after = Some(id);
    }

    /// Tells what was passed over before the next job.
    fn tell_passed_over(&mut self, tell: &mut impl FnMut(Seen<'_>)) {
        while let Some(passed) = self.intake.next_skipped(self.told) {
            tell(Seen::PassedOver(&passed));
            self.tally.skipped += 1;
        }
    }

    /// Silence would look like a program that hangs.
    fn tell_reasons<'j>(
        &mut self,
        jobs: impl Iterator<Item = &'j Job>,
        tell: &mut impl FnMut(Seen<'_>),
    ) {
        for problem in jobs.filter(|job| waits(job)).filter_map(problem_of) {
            self.tell_reason(&problem, tell);
        }
    }

    fn tell_reason(&mut self, problem: &Problem, tell: &mut impl FnMut(Seen<'_>)) {
        if self.reasons.len() < REASONS && self.reasons.insert(problem.message.to_string()) {
            tell(Seen::Because(problem));
        }
    }

    /// The next jobs in the order given, also those that were removed from the list meanwhile.
    async fn page(&self, taken: &Taken) -> Result<Vec<Job>, Problem> {
        let (Some(batch), Some(first)) = (taken.batch, taken.first) else {
            return Ok(Vec::new());
        };
        let filter = JobFilter {
            batch: Some(batch),
            with_removed: true,
            after: Some(self.after.unwrap_or(JobId::new(first.get() - 1))),
            limit: Some(PAGE),
            ..JobFilter::default()
        };
        Ok(self.aloft.0.queue.jobs(filter).await?)
    }
}

/// Whether a job goes on only with the user.
fn rests(state: State) -> bool {
    state.is_terminal() || matches!(state, State::NeedsYou | State::Paused)
}

/// Whether a job goes on by itself, later.
fn waits(job: &Job) -> bool {
    matches!(job.state, State::Waiting | State::WaitingForNetwork)
}
