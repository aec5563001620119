//! Jobs in the database: adding, listing, stepping, controlling.

use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, ToSql, params, params_from_iter};

use super::{accounts, library, rows, watches};
use crate::batch::{BatchLimits, NewBatch};
use crate::crash;
use crate::error::QueueError;
use crate::failure::FailureKind;
use crate::identity::FileIdentity;
use crate::job::{BatchId, Job, JobFilter, JobId, NewJob, Selection, Source, State, Verb, WatchId};
use crate::kind::ResourceType;
use crate::library::{AssetKey, NewAsset};
use crate::name;
use crate::receipt::Verification;
use crate::step::{self, Effect, Input, RetryRules, step};

/// A job to insert, with what the file was when it was queued.
pub(crate) struct Queued {
    pub(crate) job: NewJob,
    pub(crate) identity: Option<FileIdentity>,
    /// The watch that queues it.
    pub(crate) watch: Option<WatchId>,
}

/// Inserts jobs into a batch, in order.
pub(crate) fn insert(
    connection: &Connection,
    batch: BatchId,
    account: &str,
    jobs: &[Queued],
    now: Timestamp,
) -> Result<Vec<JobId>, QueueError> {
    crash::holds(|| "added".to_owned());
    let mut statement = connection.prepare_cached(
        "INSERT INTO jobs (batch, account, source_kind, source, name, size, identity, state, total, public_id_rule, \
         requested_type, params, dedupe, watch, created_at, strip_location, course) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?;
    let mut ids = Vec::with_capacity(jobs.len());
    for Queued {
        job,
        identity,
        watch,
    } in jobs
    {
        let (kind, source) = rows::source_columns(&job.source);
        let size = identity.map(|identity| identity.size.cast_signed());
        let id = statement.insert(params![
            batch.get(),
            account,
            kind,
            source,
            name::display(&job.source),
            size,
            identity.map(FileIdentity::to_text),
            State::Waiting.as_str(),
            size.unwrap_or(0),
            rows::rule(&job.public_id)?,
            job.resource_type.map(ResourceType::as_str),
            serde_json::to_string(&job.params)?,
            job.dedupe,
            watch.map(WatchId::get),
            now.as_millisecond(),
            job.strip_location,
            rows::course_of(job)?,
        ])?;
        ids.push(JobId::new(id));
    }
    Ok(ids)
}

/// A new batch with its jobs.
pub(crate) fn insert_batch(
    connection: &Connection,
    batch: &NewBatch,
    jobs: &[Queued],
    now: Timestamp,
) -> Result<(BatchId, Vec<JobId>), QueueError> {
    accounts::know(connection, &batch.account)?;
    let id = connection
        .prepare_cached(
            "INSERT INTO batches (account, cloud_name, label, created_at, concurrency, rate) VALUES (?, ?, ?, ?, ?, ?)",
        )?
        .insert(params![
            batch.account,
            batch.cloud_name,
            batch.label,
            now.as_millisecond(),
            batch.limits.concurrency,
            batch.limits.rate.map(u64::cast_signed),
        ])?;
    let id = BatchId::new(id);
    Ok((id, insert(connection, id, &batch.account, jobs, now)?))
}

/// A row for what was sent elsewhere, in a batch of its own: done from the start.
pub(crate) fn insert_done(
    connection: &Connection,
    asset: &NewAsset,
    verification: &Verification,
    now: Timestamp,
) -> Result<JobId, QueueError> {
    let batch = NewBatch {
        account: asset.account.clone(),
        cloud_name: asset.cloud_name.clone(),
        label: String::new(),
        jobs: Vec::new(),
        limits: BatchLimits::default(),
    };
    let job = Queued {
        job: NewJob {
            dedupe: false,
            ..NewJob::new(Source::Widget(asset.name.clone()))
        },
        identity: None,
        watch: None,
    };
    let (_, ids) = insert_batch(connection, &batch, &[job], now)?;
    let Some(&id) = ids.first() else {
        return Err(QueueError::NoSuchBatch);
    };
    if let Some(mut job) = one(connection, id)? {
        let bytes = asset.receipt.bytes.unwrap_or(0);
        job.state = State::Done;
        job.size = asset.receipt.bytes;
        (job.sent, job.total) = (bytes, bytes);
        job.resource_type = Some(asset.receipt.resource_type);
        job.receipt = Some(asset.receipt.clone());
        job.verification = verification.clone();
        job.finished_at = Some(now);
        rows::update(connection, &job)?;
    }
    Ok(id)
}

pub(crate) fn one(connection: &Connection, id: JobId) -> Result<Option<Job>, QueueError> {
    let mut statement = connection.prepare_cached(&format!("{} WHERE jobs.id = ?", rows::JOB))?;
    let found = statement
        .query_row([id.get()], |row| Ok(rows::job(row)))
        .optional()?;
    found.map(|job| with_library(connection, job?)).transpose()
}

/// The jobs that send this file, also those that are removed from the list.
pub(crate) fn of_file(connection: &Connection, path: &Path) -> Result<Vec<Job>, QueueError> {
    let mut statement = connection.prepare_cached(&format!(
        "{} WHERE source_kind = 'file' AND jobs.source = ?",
        rows::JOB
    ))?;
    let found = statement.query_map([rows::path_bytes(path)], |row| Ok(rows::job(row)))?;
    found.map(|job| job?).collect()
}

/// With what the library says of the job's asset.
fn with_library(connection: &Connection, mut job: Job) -> Result<Job, QueueError> {
    if let Some(receipt) = &job.receipt {
        job.deleted_at = library::deleted_at(connection, &AssetKey::of(&job.account, receipt))?;
    }
    Ok(job)
}

/// Something of the job may have arrived. In the words of the index `jobs_in_doubt`: in others SQLite would not use it.
const IN_DOUBT: &str =
    r#"(instr(course, '"doubtful":true') > 0 OR instr(course, '"sent_in_doubt":true') > 0)"#;

/// Other jobs for the same file, sent in the same way, of which nobody knows whether they arrived: given up, held or taken
/// away meanwhile. One that goes on by itself is waited for instead. A public ID that the user chose needs no such look:
/// both jobs go to the same asset. The inode, at the end of the identity, does not matter: a file that was away may come
/// back with another.
pub(crate) fn twins_in_doubt(
    connection: &Connection,
    job: &Job,
    identity: FileIdentity,
) -> Result<Vec<Job>, QueueError> {
    if !job.public_id_rule.is_random() {
        return Ok(Vec::new());
    }
    let (_, source) = rows::source_columns(&job.source);
    let mut statement = connection.prepare_cached(&format!(
        "{} WHERE jobs.account = ? AND jobs.source = ? AND {IN_DOUBT} AND jobs.id <> ? AND jobs.receipt IS NULL \
         AND jobs.public_id IS NOT NULL AND rtrim(jobs.identity, '0123456789') = rtrim(?, '0123456789') \
         AND jobs.params = ? AND jobs.public_id_rule IS ? AND jobs.requested_type IS ? AND jobs.strip_location = ? \
         ORDER BY jobs.id",
        rows::JOB
    ))?;
    let mut found = statement.query(params![
        job.account,
        source,
        job.id.get(),
        identity.to_text(),
        serde_json::to_string(&job.params)?,
        rows::rule(&job.public_id_rule)?,
        job.requested_type.map(ResourceType::as_str),
        job.strip_location,
    ])?;
    let mut twins = Vec::new();
    while let Some(row) = found.next()? {
        twins.push(rows::job(row)?);
    }
    Ok(twins)
}

pub(crate) fn list(connection: &Connection, filter: &JobFilter) -> Result<Vec<Job>, QueueError> {
    let mut clauses: Vec<String> = Vec::new();
    let mut values: Vec<Box<dyn ToSql>> = Vec::new();
    if !filter.with_removed {
        clauses.push("jobs.removed_at IS NULL".into());
    }
    if filter.watched {
        clauses.push("jobs.watch IS NOT NULL".into());
    }
    if let Some(account) = &filter.account {
        clauses.push("jobs.account = ?".into());
        values.push(Box::new(account.clone()));
    }
    if let Some(batch) = filter.batch {
        clauses.push("jobs.batch = ?".into());
        values.push(Box::new(batch.get()));
    }
    if !filter.states.is_empty() {
        clauses.push(format!("jobs.state IN ({})", marks(filter.states.len())));
        values.extend(
            filter
                .states
                .iter()
                .map(|state| Box::new(state.as_str()) as Box<dyn ToSql>),
        );
    }
    if !filter.ids.is_empty() {
        // one JSON list instead of as many marks: there may be a hundred thousand
        clauses.push("jobs.id IN (SELECT value FROM json_each(?))".into());
        values.push(Box::new(serde_json::to_string(&filter.ids)?));
    }
    let (direction, comparison) = if filter.newest_first {
        ("DESC", "<")
    } else {
        ("ASC", ">")
    };
    if let Some(after) = filter.after {
        clauses.push(format!("jobs.id {comparison} ?"));
        values.push(Box::new(after.get()));
    }
    let filtered = if clauses.is_empty() {
        String::new()
    } else {
        format!(" WHERE {}", clauses.join(" AND "))
    };
    let limit = filter.limit.map_or(-1, i64::from);
    let sql = format!(
        "{}{filtered} ORDER BY jobs.id {direction} LIMIT {limit}",
        rows::JOB
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut found = statement.query(params_from_iter(values))?;
    let mut jobs = Vec::new();
    while let Some(row) = found.next()? {
        jobs.push(with_library(connection, rows::job(row)?)?);
    }
    Ok(jobs)
}

/// Rows that are not a job.
pub(super) fn unreadable(connection: &Connection) -> Result<Vec<i64>, QueueError> {
    let mut statement = connection.prepare(rows::JOB)?;
    let mut found = statement.query([])?;
    let mut unreadable = Vec::new();
    while let Some(row) = found.next()? {
        if rows::job(row).is_err() {
            unreadable.push(row.get(0)?);
        }
    }
    Ok(unreadable)
}

/// Steps one job and writes what follows, all in the caller's transaction. `None` when the job is gone.
pub(crate) fn apply(
    connection: &Connection,
    id: JobId,
    input: Input,
    now: Timestamp,
    rules: &RetryRules,
) -> Result<Option<(Job, Vec<Effect>)>, QueueError> {
    let Some(before) = one(connection, id)? else {
        return Ok(None);
    };
    Ok(Some(apply_to(connection, before, input, now, rules)?))
}

pub(crate) fn apply_to(
    connection: &Connection,
    before: Job,
    input: Input,
    now: Timestamp,
    rules: &RetryRules,
) -> Result<(Job, Vec<Effect>), QueueError> {
    crash::holds(|| format!("step.{}", input.name()));
    let (job, effects) = step(before.clone(), input, now, rules);
    if job != before {
        rows::update(connection, &job)?;
        if step::is_skipped(&job) {
            watches::forget_job(connection, job.id)?;
        }
    }
    for effect in &effects {
        match effect {
            Effect::Shelve => library::shelve(connection, &job, now)?,
            Effect::StopAccount(failure) => accounts::stop(connection, &job.account, failure)?,
            Effect::HoldAccount(until) => accounts::hold(connection, &job.account, *until)?,
            Effect::NetworkIsBack => network_is_back(connection, &job.account)?,
            Effect::Prepare | Effect::Ask | Effect::Send(_) => {}
        }
    }
    Ok((job, effects))
}

/// A person's verb on every selected job, and on the account where one is meant. Returns how many jobs changed.
pub(crate) fn control(
    connection: &Connection,
    selection: &Selection,
    verb: Verb,
    now: Timestamp,
) -> Result<usize, QueueError> {
    crash::holds(|| format!("control.{verb:?}"));
    accounts::control(connection, selection, verb)?;
    let mut changed = 0;
    for id in selected(connection, selection, verb)? {
        let Some(before) = one(connection, id)? else {
            continue;
        };
        if verb == Verb::Retry && wants_a_word(&before) && !names_jobs(selection) {
            continue;
        }
        let (job, _) = step(
            before.clone(),
            Input::User(verb),
            now,
            &RetryRules::default(),
        );
        if job != before {
            rows::update(connection, &job)?;
            changed += 1;
        }
        match verb {
            Verb::Retry => accounts::clear_failure(connection, &job.account)?,
            Verb::Resume if job.state == State::Waiting => {
                accounts::let_go(connection, &job.account)?;
            }
            Verb::Pause | Verb::Resume | Verb::Cancel | Verb::Remove | Verb::Restore => {}
        }
    }
    Ok(changed)
}

/// What the user was asked about a single file is not answered by a word about all of them.
fn wants_a_word(job: &Job) -> bool {
    let kind = job.failure.as_ref().map(|failure| failure.kind);
    job.state == State::NeedsYou
        && matches!(
            kind,
            Some(FailureKind::OverLimit | FailureKind::LocationKept)
        )
}

fn names_jobs(selection: &Selection) -> bool {
    match selection {
        Selection::Job(_) | Selection::Jobs(_) => true,
        Selection::Batch(_) | Selection::Account(_) | Selection::All => false,
    }
}

/// What may have arrived is remembered so long after it was removed, so that its file is not stored twice.
const DOUBT_KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Deletes what was removed before this time and is not in doubt, and batches that have no jobs left.
pub(crate) fn purge(connection: &Connection, before: Timestamp) -> Result<(), QueueError> {
    crash::point("commit.purge.before");
    let long_before = before.saturating_sub(DOUBT_KEPT).unwrap_or(before);
    connection.execute(
        &format!(
            "DELETE FROM jobs WHERE removed_at < ?1 \
             AND (removed_at < ?2 OR receipt IS NOT NULL OR {IN_DOUBT} IS NOT TRUE)"
        ),
        [before.as_millisecond(), long_before.as_millisecond()],
    )?;
    connection.execute(
        "DELETE FROM batches WHERE created_at < ? AND NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.batch = batches.id)",
        [before.as_millisecond()],
    )?;
    crash::point("commit.purge.after");
    Ok(())
}

fn selected(
    connection: &Connection,
    selection: &Selection,
    verb: Verb,
) -> Result<Vec<JobId>, QueueError> {
    let listed = if verb == Verb::Restore {
        "removed_at IS NOT NULL"
    } else {
        "removed_at IS NULL"
    };
    let (clause, value): (&str, Box<dyn ToSql>) = match selection {
        Selection::Job(id) => ("id = ?", Box::new(id.get())),
        Selection::Jobs(ids) => (
            "id IN (SELECT value FROM json_each(?))",
            Box::new(serde_json::to_string(ids)?),
        ),
        Selection::Batch(batch) => ("batch = ?", Box::new(batch.get())),
        Selection::Account(account) => ("account = ?", Box::new(account.clone())),
        Selection::All => ("?", Box::new(true)),
    };
    let mut statement = connection.prepare_cached(&format!(
        "SELECT id FROM jobs WHERE {listed} AND {clause} ORDER BY id"
    ))?;
    let ids = statement
        .query_map([value], |row| row.get(0))?
        .map(|id| id.map(JobId::new));
    Ok(ids.collect::<Result<_, _>>()?)
}

fn network_is_back(connection: &Connection, account: &str) -> Result<(), QueueError> {
    connection
        .prepare_cached(
            "UPDATE jobs SET state = 'waiting', next_attempt_at = NULL \
             WHERE account = ? AND state = 'waiting_for_network' AND removed_at IS NULL",
        )?
        .execute([account])?;
    Ok(())
}

fn marks(count: usize) -> String {
    vec!["?"; count].join(", ")
}
