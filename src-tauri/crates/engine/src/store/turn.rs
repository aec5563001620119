//! One turn of a sender: what to stop, what to start, and when to look again.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::{accounts, jobs, rows};
use crate::error::QueueError;
use crate::job::{Job, JobId, State};
use crate::step::{Effect, Input, RetryRules};

/// What the sender has in hand and may take.
pub(crate) struct Hands {
    pub(crate) account: String,
    pub(crate) running: Vec<JobId>,
    /// Jobs at a time, unless the account's own limit says otherwise.
    pub(crate) concurrency: usize,
}

#[derive(Default)]
pub(crate) struct Turn {
    /// Running jobs that a person took out of the sender's hands.
    pub(crate) stop: Vec<JobId>,
    /// Jobs that are in hand now, with their first errands.
    pub(crate) start: Vec<(Job, Vec<Effect>)>,
    /// When to look again if nothing happens before.
    pub(crate) wake_at: Option<Timestamp>,
}

/// Jobs that a dead sender left in the middle go back in line. Only the holder of the account's lock may call this.
pub(crate) fn recover(
    connection: &Connection,
    account: &str,
    now: Timestamp,
    rules: &RetryRules,
) -> Result<(), QueueError> {
    for state in State::ALL.into_iter().filter(|state| state.is_active()) {
        for job in in_state(connection, account, state, now, u32::MAX)? {
            jobs::apply_to(connection, job, Input::Recovered, now, rules)?;
        }
    }
    Ok(())
}

pub(crate) fn take(
    connection: &Connection,
    hands: &Hands,
    now: Timestamp,
    rules: &RetryRules,
) -> Result<Turn, QueueError> {
    let mut turn = Turn {
        stop: taken_away(connection, &hands.running)?,
        ..Turn::default()
    };
    let account = accounts::one(connection, &hands.account)?;
    let mut concurrency = hands.concurrency;
    if let Some(account) = account {
        if account.paused || account.failure.is_some() {
            return Ok(turn);
        }
        if let Some(until) = account.hold_until.filter(|until| *until > now) {
            turn.wake_at = Some(until);
            return Ok(turn);
        }
        concurrency = account
            .concurrency
            .map_or(concurrency, |limit| limit as usize);
    }
    let mut room = concurrency.max(1).saturating_sub(hands.running.len());
    let mut candidates = Vec::new();
    match network(connection, &hands.account, now)? {
        Network::Known => {
            let wanted = u32::try_from(room + hands.running.len()).unwrap_or(u32::MAX);
            candidates = in_state(connection, &hands.account, State::Waiting, now, wanted)?;
        }
        Network::Gone { until } => turn.wake_at = Some(until),
        // one job looks whether the network is back, and lets the others go when it is
        Network::Unknown { probe } => {
            room = room.min(usize::from(!is_probing(connection, &hands.running)?));
            candidates.extend(jobs::one(connection, probe)?);
        }
    }
    for job in candidates {
        if turn.start.len() < room && !hands.running.contains(&job.id) {
            turn.start
                .push(jobs::apply_to(connection, job, Input::Picked, now, rules)?);
        }
    }
    if turn.wake_at.is_none() {
        turn.wake_at = next_due(connection, &hands.account, now)?;
    }
    Ok(turn)
}

enum Network {
    /// No job waits for it.
    Known,
    /// Jobs wait for it, and it is too early to look again.
    Gone { until: Timestamp },
    /// It is time to look again, with this job.
    Unknown { probe: JobId },
}

fn network(connection: &Connection, account: &str, now: Timestamp) -> Result<Network, QueueError> {
    // the job that waits longest has seen most outages, so its wait is the account's
    let mut statement = connection.prepare_cached(
        "SELECT id, next_attempt_at FROM jobs WHERE account = ? AND state = 'waiting_for_network' AND removed_at IS NULL \
         ORDER BY next_attempt_at DESC, id LIMIT 1",
    )?;
    let mut found = statement.query([account])?;
    let Some(row) = found.next()? else {
        return Ok(Network::Known);
    };
    match rows::time(row.get(1)?) {
        Some(until) if until > now => Ok(Network::Gone { until }),
        Some(_) | None => Ok(Network::Unknown {
            probe: JobId::new(row.get(0)?),
        }),
    }
}

/// Whether a job that found no network the last time is under way.
fn is_probing(connection: &Connection, running: &[JobId]) -> Result<bool, QueueError> {
    for id in running {
        if jobs::one(connection, *id)?
            .is_some_and(|job| job.state.is_active() && job.course.outages > 0)
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Jobs of the account in a state whose time has come, oldest first.
fn in_state(
    connection: &Connection,
    account: &str,
    state: State,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Job>, QueueError> {
    let mut statement = connection.prepare_cached(&format!(
        "{} WHERE jobs.account = ? AND jobs.state = ? AND jobs.removed_at IS NULL \
         AND (jobs.next_attempt_at IS NULL OR jobs.next_attempt_at <= ?) ORDER BY jobs.id LIMIT ?",
        rows::JOB
    ))?;
    let mut found = statement.query(params![
        account,
        state.as_str(),
        now.as_millisecond(),
        limit
    ])?;
    let mut jobs = Vec::new();
    while let Some(row) = found.next()? {
        jobs.push(rows::job(row)?);
    }
    Ok(jobs)
}

fn taken_away(connection: &Connection, running: &[JobId]) -> Result<Vec<JobId>, QueueError> {
    let mut statement =
        connection.prepare_cached("SELECT state, removed_at IS NOT NULL FROM jobs WHERE id = ?")?;
    let mut stop = Vec::new();
    for id in running {
        let mut found = statement.query([id.get()])?;
        let ours = match found.next()? {
            Some(row) => {
                let state: String = row.get(0)?;
                State::parse(&state).is_some_and(State::is_active) && !row.get::<_, bool>(1)?
            }
            None => false,
        };
        if !ours {
            stop.push(*id);
        }
    }
    Ok(stop)
}

fn next_due(
    connection: &Connection,
    account: &str,
    now: Timestamp,
) -> Result<Option<Timestamp>, QueueError> {
    let due = connection
        .prepare_cached(
            "SELECT min(next_attempt_at) FROM jobs WHERE account = ? AND next_attempt_at > ?",
        )?
        .query_row(params![account, now.as_millisecond()], |row| row.get(0))?;
    Ok(rows::time(due))
}
