//! Between rows and values.

use std::path::PathBuf;

use jiff::Timestamp;
use rusqlite::types::FromSql;
use rusqlite::{Connection, Row, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::QueueError;
use crate::identity::FileIdentity;
use crate::job::{
    BatchId, Cleaned, Course, Job, JobId, NewJob, PublicIdRule, Source, State, WatchId,
};
use crate::kind::ResourceType;

/// The columns that [`job`] reads, in its order, for a `FROM jobs JOIN batches ON batches.id = jobs.batch`.
pub(super) const JOB: &str = "SELECT jobs.id, jobs.batch, jobs.account, batches.cloud_name, source_kind, source, name, size, \
     identity, state, sent, total, attempts, next_attempt_at, failure, receipt, verification, reused, public_id_rule, \
     public_id, requested_type, resource_type, params, dedupe, md5, jobs.watch, jobs.created_at, finished_at, removed_at, course, \
     strip_location, cleaned \
     FROM jobs JOIN batches ON batches.id = jobs.batch";

/// What the library says of the job's asset is not among them. By position: looking columns up by name costs more than all the rest when there are a hundred thousand rows.
pub(super) fn job(row: &Row<'_>) -> Result<Job, QueueError> {
    let mut columns = Columns { row, next: 0 };
    Ok(Job {
        id: JobId::new(columns.take()?),
        batch: BatchId::new(columns.take()?),
        account: columns.take()?,
        cloud_name: columns.take()?,
        source: source(&columns.take::<String>()?, columns.take()?)?,
        name: columns.take()?,
        size: columns.take::<Option<i64>>()?.map(i64::cast_unsigned),
        identity: columns
            .take::<Option<String>>()?
            .and_then(|text| FileIdentity::from_text(&text)),
        state: state(&columns.take::<String>()?)?,
        sent: columns.take::<i64>()?.cast_unsigned(),
        total: columns.take::<i64>()?.cast_unsigned(),
        attempts: columns.take()?,
        next_attempt_at: time(columns.take()?),
        failure: from_json(columns.take()?)?,
        receipt: from_json(columns.take()?)?,
        verification: from_json(columns.take()?)?.unwrap_or_default(),
        reused: columns.take()?,
        public_id_rule: from_json(columns.take()?)?.unwrap_or_default(),
        public_id: columns.take()?,
        requested_type: kind_of(columns.take()?),
        resource_type: kind_of(columns.take()?),
        params: from_json(columns.take()?)?.unwrap_or_default(),
        dedupe: columns.take()?,
        md5: columns.take()?,
        watch: columns.take::<Option<i64>>()?.map(WatchId::new),
        created_at: time(columns.take()?).unwrap_or_default(),
        finished_at: time(columns.take()?),
        removed_at: time(columns.take()?),
        deleted_at: None,
        course: from_json(columns.take()?)?.unwrap_or_default(),
        strip_location: columns.take()?,
        cleaned: columns
            .take::<Option<String>>()?
            .and_then(|text| Cleaned::from_text(&text)),
    })
}

struct Columns<'a> {
    row: &'a Row<'a>,
    next: usize,
}

impl Columns<'_> {
    fn take<T: FromSql>(&mut self) -> rusqlite::Result<T> {
        let column = self.next;
        self.next += 1;
        self.row.get(column)
    }
}

pub(super) fn state(text: &str) -> Result<State, QueueError> {
    State::parse(text).ok_or_else(|| damaged("state", text))
}

/// Writes everything of a job that may change.
pub(super) fn update(connection: &Connection, job: &Job) -> Result<(), QueueError> {
    let course = (job.course != Default::default()).then_some(&job.course);
    let verification = (job.verification != Default::default()).then_some(&job.verification);
    connection
        .prepare_cached(
            "UPDATE jobs SET size = ?, identity = ?, state = ?, sent = ?, total = ?, \
             attempts = ?, next_attempt_at = ?, failure = ?, receipt = ?, \
             verification = ?, reused = ?, public_id = ?, resource_type = ?, \
             md5 = ?, finished_at = ?, removed_at = ?, course = ?, cleaned = ? WHERE id = ?",
        )?
        .execute(params![
            job.size.map(u64::cast_signed),
            job.identity.map(FileIdentity::to_text),
            job.state.as_str(),
            job.sent.cast_signed(),
            job.total.cast_signed(),
            job.attempts,
            job.next_attempt_at.map(Timestamp::as_millisecond),
            to_json(job.failure.as_ref())?,
            to_json(job.receipt.as_ref())?,
            to_json(verification)?,
            job.reused,
            job.public_id,
            job.resource_type.map(ResourceType::as_str),
            job.md5,
            job.finished_at.map(Timestamp::as_millisecond),
            job.removed_at.map(Timestamp::as_millisecond),
            to_json(course)?,
            job.cleaned.map(Cleaned::to_text),
            job.id.get(),
        ])?;
    Ok(())
}

/// Where a new job stands: nowhere yet. It may be held to the file that somebody looked at.
pub(super) fn course_of(job: &NewJob) -> Result<Option<String>, QueueError> {
    let course = Course {
        held_to_file: job.identity.is_some(),
        ..Course::default()
    };
    to_json((course != Course::default()).then_some(&course))
}

pub(super) fn rule(rule: &PublicIdRule) -> Result<Option<String>, QueueError> {
    to_json((*rule != PublicIdRule::default()).then_some(rule))
}

pub(super) fn time(milliseconds: Option<i64>) -> Option<Timestamp> {
    milliseconds.and_then(|milliseconds| Timestamp::from_millisecond(milliseconds).ok())
}

pub(super) fn kind_of(text: Option<String>) -> Option<ResourceType> {
    text.and_then(|text| ResourceType::parse(&text))
}

pub(super) fn to_json<T: Serialize>(value: Option<&T>) -> Result<Option<String>, QueueError> {
    Ok(value.map(serde_json::to_string).transpose()?)
}

pub(super) fn from_json<T: DeserializeOwned>(
    text: Option<String>,
) -> Result<Option<T>, QueueError> {
    Ok(text.map(|text| serde_json::from_str(&text)).transpose()?)
}

fn damaged(what: &str, text: &str) -> QueueError {
    QueueError::Damaged {
        details: format!("unknown {what} {text:?}"),
    }
}

/// The two columns of a source.
pub(super) fn source_columns(source: &Source) -> (&'static str, Vec<u8>) {
    match source {
        Source::File(path) => ("file", path_bytes(path)),
        Source::Url(url) => ("url", url.clone().into_bytes()),
        Source::Widget(name) => ("widget", name.clone().into_bytes()),
    }
}

fn source(kind: &str, bytes: Vec<u8>) -> Result<Source, QueueError> {
    match kind {
        "file" => Ok(Source::File(path_from(bytes))),
        "url" => Ok(Source::Url(String::from_utf8_lossy(&bytes).into_owned())),
        "widget" => Ok(Source::Widget(String::from_utf8_lossy(&bytes).into_owned())),
        other => Err(damaged("source", other)),
    }
}

#[cfg(unix)]
pub(crate) fn path_bytes(path: &std::path::Path) -> Vec<u8> {
    std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str()).to_vec()
}

#[cfg(unix)]
pub(super) fn path_from(bytes: Vec<u8>) -> PathBuf {
    let text: std::ffi::OsString = std::os::unix::ffi::OsStringExt::from_vec(bytes);
    PathBuf::from(text)
}

/// UTF-16 in little-endian order: names of this system need not be valid Unicode either.
#[cfg(windows)]
pub(crate) fn path_bytes(path: &std::path::Path) -> Vec<u8> {
    std::os::windows::ffi::OsStrExt::encode_wide(path.as_os_str())
        .flat_map(u16::to_le_bytes)
        .collect()
}

#[cfg(windows)]
pub(super) fn path_from(bytes: Vec<u8>) -> PathBuf {
    let wide: Vec<u16> = bytes
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .collect();
    let text: std::ffi::OsString = std::os::windows::ffi::OsStringExt::from_wide(&wide);
    PathBuf::from(text)
}
