//! The JSON text inside a backup. It exists only in memory, and is wiped there.

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::Saved;
use crate::{Account, envelope::EnvelopeError};

#[derive(Serialize)]
struct Written<'a> {
    made_at: Timestamp,
    accounts: Vec<WrittenOne<'a>>,
}

#[derive(Serialize)]
struct WrittenOne<'a> {
    account: &'a Account,
    secret: Option<&'a str>,
}

#[derive(Deserialize)]
struct Read {
    made_at: Timestamp,
    accounts: Vec<ReadOne>,
}

#[derive(Deserialize)]
struct ReadOne {
    account: Account,
    secret: Option<SecretString>,
}

pub(super) fn write(saved: &[Saved], now: Timestamp) -> Result<Zeroizing<Vec<u8>>, EnvelopeError> {
    let written = Written {
        made_at: now,
        accounts: saved
            .iter()
            .map(|one| WrittenOne {
                account: &one.account,
                secret: one.secret.as_ref().map(ExposeSecret::expose_secret),
            })
            .collect(),
    };
    // Room for all of it from the start: a buffer that grows leaves copies behind.
    let room = saved.iter().map(|one| {
        let secret = one.secret.as_ref().map_or(0, |s| s.expose_secret().len());
        4096 + one.account.label.len() * 6 + secret * 6
    });
    let mut text = Zeroizing::new(Vec::with_capacity(256 + room.sum::<usize>()));
    serde_json::to_writer(&mut *text, &written).map_err(|_| EnvelopeError::System {
        what: "the accounts as JSON",
    })?;
    Ok(text)
}

/// What is in a backup was checked when it was saved, but perhaps not by this version: an account
/// that can never be right makes the backup damaged.
pub(super) fn read(text: &[u8]) -> Result<(Vec<Saved>, Timestamp), EnvelopeError> {
    let read: Read = serde_json::from_slice(text).map_err(|_| EnvelopeError::Damaged {
        what: "it does not hold accounts that this version can read",
    })?;
    let saved: Vec<Saved> = read
        .accounts
        .into_iter()
        .map(|one| Saved {
            account: one.account,
            secret: one.secret,
        })
        .collect();
    if saved.iter().any(|one| one.account.fault().is_some()) {
        return Err(EnvelopeError::Damaged {
            what: "it holds an account with impossible values",
        });
    }
    Ok((saved, read.made_at))
}
