//! One turn of a sender: what to stop, what to start, and when to look again.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::{accounts, batches, jobs, line, rows};
use crate::batch::BatchLimits;
use crate::crash;
use crate::error::QueueError;
use crate::job::{BatchId, Job, JobId, State};
use crate::step::{Effect, Input, RetryRules};
use crate::throttle::RateLimit;

/// What the sender has in hand and may take.
pub(crate) struct Hands {
    pub(crate) account: String,
    pub(crate) running: Vec<JobId>,
    /// Most jobs at a time, unless the account's own limit says otherwise.
    pub(crate) concurrency: usize,
    /// Files with more bytes are large.
    pub(crate) large_above: u64,
}

/// What the sender found out about the line.
pub(crate) struct Paced<'a> {
    /// Jobs that may be in hand, below a ceiling.
    pub(crate) limit: &'a dyn Fn(usize) -> usize,
    /// Requests of a batch beyond one for each of its jobs.
    pub(crate) extras: &'a dyn Fn(BatchId) -> usize,
}

#[derive(Default)]
pub(crate) struct Turn {
    /// Running jobs that a person took out of the sender's hands.
    pub(crate) stop: Vec<JobId>,
    /// Jobs that are in hand now, with their first errands and their batch's own limits.
    pub(crate) start: Vec<(Job, Vec<Effect>, BatchLimits)>,
    /// Jobs are due that found no room.
    pub(crate) crowded: bool,
    /// The bandwidth for everything together, and for the account.
    pub(crate) rates: (RateLimit, RateLimit),
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
    crash::holds(|| "recovery".to_owned());
    for state in State::ALL.into_iter().filter(|state| state.is_active()) {
        for job in in_state(connection, account, state)? {
            jobs::apply_to(connection, job, Input::Recovered, now, rules)?;
        }
    }
    Ok(())
}

pub(crate) fn take(
    connection: &Connection,
    hands: &Hands,
    paced: &Paced<'_>,
    now: Timestamp,
    rules: &RetryRules,
) -> Result<Turn, QueueError> {
    crash::holds(|| "turn".to_owned());
    let in_hand = in_hand(connection, hands)?;
    let away = in_hand.iter().filter(|job| !job.ours);
    let mut turn = Turn {
        stop: away.map(|job| job.id).collect(),
        ..Turn::default()
    };
    if accounts::lock_now(connection)?.locked {
        // also what is only being prepared: it would be sent as soon as it is ready
        turn.stop.clone_from(&hands.running);
        return Ok(turn);
    }
    let account = accounts::one(connection, &hands.account)?;
    turn.rates.0 = accounts::rate_of_all(connection)?;
    let mut ceiling = hands.concurrency;
    if let Some(account) = account {
        turn.rates.1 = account.rate;
        if account.paused || account.failure.is_some() {
            return Ok(turn);
        }
        if let Some(until) = account.hold_until.filter(|until| *until > now) {
            turn.wake_at = Some(until);
            return Ok(turn);
        }
        ceiling = account.concurrency.map_or(ceiling, |limit| limit as usize);
    }
    let limit = (paced.limit)(ceiling.max(1));
    match network(connection, &hands.account, now)? {
        Network::Known => {
            let in_hand: Vec<_> = in_hand.iter().map(|job| (job.batch, job.large)).collect();
            let room = line::Room {
                account: &hands.account,
                running: &hands.running,
                extras: paced.extras,
                in_hand: &in_hand,
                limit,
                large_above: hands.large_above,
                now,
            };
            let next = line::next(connection, &room)?;
            turn.crowded = next.crowded;
            for id in next.jobs {
                pick(connection, id, now, rules, &mut turn)?;
            }
        }
        Network::Gone { until } => turn.wake_at = Some(until),
        // one job looks whether the network is back, and lets the others go when it is
        Network::Unknown { probe } => {
            let free = hands.running.len() < limit && !hands.running.contains(&probe);
            if free && !is_probing(connection, &hands.running)? {
                pick(connection, probe, now, rules, &mut turn)?;
            }
        }
    }
    if turn.wake_at.is_none() {
        turn.wake_at = next_due(connection, &hands.account, now)?;
    }
    Ok(turn)
}

fn pick(
    connection: &Connection,
    id: JobId,
    now: Timestamp,
    rules: &RetryRules,
    turn: &mut Turn,
) -> Result<(), QueueError> {
    if let Some((job, effects)) = jobs::apply(connection, id, Input::Picked, now, rules)? {
        let limits = batches::limits(connection, job.batch)?;
        turn.start.push((job, effects, limits));
    }
    Ok(())
}

/// A job in hand, as the database has it.
struct InHand {
    id: JobId,
    /// Nobody took it away.
    ours: bool,
    batch: BatchId,
    large: bool,
}

/// All jobs in hand in one question: a turn comes with every commit.
fn in_hand(connection: &Connection, hands: &Hands) -> Result<Vec<InHand>, QueueError> {
    let mut statement = connection.prepare_cached(
        "SELECT hand.value, jobs.state, jobs.removed_at IS NULL, jobs.batch, coalesce(jobs.size, 0) > ? \
         FROM json_each(?) AS hand LEFT JOIN jobs ON jobs.id = hand.value",
    )?;
    let ids = serde_json::to_string(&hands.running)?;
    let mut found = statement.query(params![hands.large_above.cast_signed(), ids])?;
    let mut in_hand = Vec::with_capacity(hands.running.len());
    while let Some(row) = found.next()? {
        let state: Option<String> = row.get(1)?;
        let state = state.and_then(|state| State::parse(&state));
        in_hand.push(InHand {
            id: JobId::new(row.get(0)?),
            ours: state.is_some_and(State::is_active) && row.get(2)?,
            // a job that is gone keeps its place until the sender has let go of it
            batch: BatchId::new(row.get::<_, Option<i64>>(3)?.unwrap_or(0)),
            large: row.get(4)?,
        });
    }
    Ok(in_hand)
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

/// Jobs of the account in a state, oldest first.
fn in_state(connection: &Connection, account: &str, state: State) -> Result<Vec<Job>, QueueError> {
    let mut statement = connection.prepare_cached(&format!(
        "{} WHERE jobs.account = ? AND jobs.state = ? AND jobs.removed_at IS NULL ORDER BY jobs.id",
        rows::JOB
    ))?;
    let mut found = statement.query(params![account, state.as_str()])?;
    let mut jobs = Vec::new();
    while let Some(row) = found.next()? {
        jobs.push(rows::job(row)?);
    }
    Ok(jobs)
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
