//! What the sender reads about an account: pause, failure, limits.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::rows;
use crate::batch::{AccountState, Lock};
use crate::crash;
use crate::error::QueueError;
use crate::failure::Failure;
use crate::job::{Selection, State, Verb};
use crate::throttle::RateLimit;

/// The row that stands for all accounts, also those to come.
const EVERYBODY: &str = "";

/// Makes sure that the account has a row; a new one starts paused when everything is.
pub(super) fn know(connection: &Connection, account: &str) -> Result<(), QueueError> {
    connection
        .prepare_cached(
            "INSERT OR IGNORE INTO accounts (account, paused) \
             VALUES (?1, coalesce((SELECT paused FROM accounts WHERE account = ''), 0))",
        )?
        .execute([account])?;
    Ok(())
}

pub(super) fn stop(
    connection: &Connection,
    account: &str,
    failure: &Failure,
) -> Result<(), QueueError> {
    know(connection, account)?;
    connection
        .prepare_cached("UPDATE accounts SET failure = ? WHERE account = ?")?
        .execute(params![rows::to_json(Some(failure))?, account])?;
    Ok(())
}

pub(super) fn hold(
    connection: &Connection,
    account: &str,
    until: Timestamp,
) -> Result<(), QueueError> {
    know(connection, account)?;
    connection
        .prepare_cached(
            "UPDATE accounts SET hold_until = max(coalesce(hold_until, 0), ?) WHERE account = ?",
        )?
        .execute(params![until.as_millisecond(), account])?;
    Ok(())
}

/// Forgets what stopped an account; pauses stay.
pub(crate) fn clear_failure(connection: &Connection, account: &str) -> Result<(), QueueError> {
    crash::holds(|| "forgiven".to_owned());
    connection
        .prepare_cached(
            "UPDATE accounts SET failure = NULL, hold_until = NULL \
             WHERE account = ? AND (failure IS NOT NULL OR hold_until IS NOT NULL)",
        )?
        .execute([account])?;
    Ok(())
}

/// A job of the account was resumed, and cannot go while the account rests. When nobody is paused any
/// more, accounts to come are not either.
pub(super) fn let_go(connection: &Connection, account: &str) -> Result<(), QueueError> {
    clear_failure(connection, account)?;
    connection
        .prepare_cached("UPDATE accounts SET paused = 0 WHERE account = ? AND paused = 1")?
        .execute([account])?;
    connection
        .prepare_cached(
            "UPDATE accounts SET paused = 0 WHERE account = '' AND paused = 1 \
             AND NOT EXISTS (SELECT 1 FROM accounts WHERE account <> '' AND paused = 1)",
        )?
        .execute([])?;
    Ok(())
}

pub(crate) fn set_concurrency(
    connection: &Connection,
    account: &str,
    limit: Option<u32>,
) -> Result<(), QueueError> {
    crash::holds(|| "concurrency".to_owned());
    know(connection, account)?;
    connection.execute(
        "UPDATE accounts SET concurrency = ? WHERE account = ?",
        params![limit, account],
    )?;
    Ok(())
}

/// Of an account; the empty name is for everything.
pub(crate) fn set_rate(
    connection: &Connection,
    account: &str,
    limit: &RateLimit,
) -> Result<(), QueueError> {
    crash::holds(|| "rate".to_owned());
    know(connection, account)?;
    let text = rows::to_json((*limit != RateLimit::default()).then_some(limit))?;
    connection.execute(
        "UPDATE accounts SET rate = ? WHERE account = ?",
        params![text, account],
    )?;
    Ok(())
}

/// Locks everything. Returns whether it was not locked before.
pub(crate) fn lock(connection: &Connection) -> Result<bool, QueueError> {
    crash::holds(|| "locked".to_owned());
    know(connection, EVERYBODY)?;
    let before = lock_now(connection)?;
    connection.execute(
        "UPDATE accounts SET locked = 1, locks = locks + 1 WHERE account = ''",
        [],
    )?;
    Ok(!before.locked)
}

/// Undoes the lock of this number. Returns whether that was the last one.
pub(crate) fn unlock(connection: &Connection, times: u64) -> Result<bool, QueueError> {
    crash::holds(|| "unlocked".to_owned());
    let changed = connection.execute(
        "UPDATE accounts SET locked = 0 WHERE account = '' AND locked = 1 AND locks = ?",
        [times.cast_signed()],
    )?;
    Ok(changed > 0)
}

/// How the lock is.
pub(crate) fn lock_now(connection: &Connection) -> Result<Lock, QueueError> {
    let lock = connection
        .prepare_cached("SELECT locked, locks FROM accounts WHERE account = ''")?
        .query_row([], |row| {
            Ok(Lock {
                locked: row.get(0)?,
                times: row.get::<_, i64>(1)?.cast_unsigned(),
            })
        })
        .optional()?;
    Ok(lock.unwrap_or_default())
}

/// The limit for everything together.
pub(crate) fn rate_of_all(connection: &Connection) -> Result<RateLimit, QueueError> {
    Ok(one(connection, EVERYBODY)?.map_or_else(RateLimit::default, |all| all.rate))
}

/// The account's side of a verb: pausing holds also what is added later.
pub(super) fn control(
    connection: &Connection,
    selection: &Selection,
    verb: Verb,
) -> Result<(), QueueError> {
    let (clause, account) = match selection {
        Selection::Account(account) => ("account = ?", account.as_str()),
        Selection::All => ("? = ''", EVERYBODY),
        Selection::Job(_) | Selection::Jobs(_) | Selection::Batch(_) => return Ok(()),
    };
    know(connection, account)?;
    let change = match verb {
        Verb::Pause => "paused = 1",
        Verb::Resume => "paused = 0, failure = NULL, hold_until = NULL",
        Verb::Retry => "failure = NULL, hold_until = NULL",
        Verb::Cancel | Verb::Remove | Verb::Restore => return Ok(()),
    };
    connection.execute(
        &format!("UPDATE accounts SET {change} WHERE {clause}"),
        [account],
    )?;
    Ok(())
}

/// `None` for an account that never had a job.
pub(crate) fn one(
    connection: &Connection,
    account: &str,
) -> Result<Option<AccountState>, QueueError> {
    let row = connection
        .prepare_cached(
            "SELECT paused, failure, hold_until, concurrency, rate FROM accounts WHERE account = ?",
        )?
        .query_row([account], |row| {
            Ok((
                row.get(0)?,
                row.get::<_, Option<String>>(1)?,
                row.get(2)?,
                row.get::<_, Option<u32>>(3)?,
                row.get::<_, Option<String>>(4)?,
            ))
        })
        .optional()?;
    let Some((paused, failure, hold_until, concurrency, rate)) = row else {
        return Ok(None);
    };
    Ok(Some(AccountState {
        account: account.to_owned(),
        paused,
        failure: rows::from_json(failure)?,
        hold_until: rows::time(hold_until),
        concurrency,
        rate: rows::from_json(rate)?.unwrap_or_default(),
        counts: BTreeMap::new(),
    }))
}

/// Every account that ever had a job, with its counts.
pub(crate) fn list(connection: &Connection) -> Result<Vec<AccountState>, QueueError> {
    let mut names = connection
        .prepare_cached("SELECT account FROM accounts WHERE account <> '' ORDER BY account")?;
    let names: Vec<String> = names
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let mut accounts = Vec::with_capacity(names.len());
    for name in names {
        if let Some(account) = one(connection, &name)? {
            accounts.push(AccountState {
                counts: counts(connection, &name)?,
                ..account
            });
        }
    }
    Ok(accounts)
}

/// What cannot be read of an account is forgotten: a failure comes back, a limit can be set again.
pub(super) fn forget_unreadable(connection: &Connection) -> Result<(), QueueError> {
    let mut names = connection.prepare("SELECT account FROM accounts")?;
    let names: Vec<String> = names
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for name in names {
        if one(connection, &name).is_err() {
            connection.execute(
                "UPDATE accounts SET failure = NULL, hold_until = NULL, rate = NULL WHERE account = ?",
                [name],
            )?;
        }
    }
    Ok(())
}

fn counts(connection: &Connection, account: &str) -> Result<BTreeMap<State, u64>, QueueError> {
    let mut statement = connection.prepare_cached(
        "SELECT state, sum(count) FROM batches JOIN sums ON sums.batch = batches.id WHERE account = ? AND count > 0 GROUP BY state",
    )?;
    let mut rows = statement.query([account])?;
    let mut counts = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let state = rows::state(&row.get::<_, String>(0)?)?;
        counts.insert(state, row.get::<_, i64>(1)?.cast_unsigned());
    }
    Ok(counts)
}
