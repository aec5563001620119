//! What helps to find a fault, in one file that the user can send to somebody: without secrets and without names.
//!
//! Cloud names, account labels, API keys, presets, file names and folders are the user's own business: accounts are
//! numbered, and words pass through [`Names`], which knows all of these and takes out what looks like one.

mod names;

use std::collections::BTreeMap;
use std::path::Path;

use credentials::{Access, Account, Keeping, Origin, Verification};
use engine::{AccountState, Job, JobFilter, State};
use serde_json::{Map, Value, json};

use crate::aloft::Aloft;
use crate::contract::{Problem, ProblemKind};
use crate::language::Language;
use crate::words;
use crate::{messages, problems};

use names::Names;

/// Troubled jobs that are told of, at most.
const MOST_TROUBLES: u32 = 100;

impl Aloft {
    /// Asks where to, and writes the file there.
    ///
    /// # Errors
    /// When the user dismissed the dialog, or the file cannot be written.
    pub(crate) async fn export_diagnostics(&self) -> Result<(), Problem> {
        let today = jiff::Timestamp::now().strftime("%Y-%m-%d").to_string();
        let name = messages::dialog_diagnostics_name(&today);
        let Some(path) = self.0.desktop.pick_save(&name).await else {
            return Err(problems::problem(
                ProblemKind::Declined,
                words::problem::nothing_written(),
            ));
        };
        // The alternate form of a `Value` is indented JSON.
        let text = format!("{:#}\n", self.diagnostics().await?);
        tokio::fs::write(&path, text)
            .await
            .map_err(|error| not_written(&path, &error))
    }

    /// What the file holds.
    ///
    /// # Errors
    /// When accounts or queue cannot be read.
    pub async fn diagnostics(&self) -> Result<Value, Problem> {
        let accounts = self.accounts()?;
        let states = self.0.queue.accounts().await?;
        let watches = self.watched_folders().await?;
        let mut names = Names::of(&accounts);
        for watch in &watches {
            names.add_path(&watch.watch.path, "folder");
        }
        let findings = self.doctor().await;
        let findings = findings.iter().map(|found| {
            json!({
                "what": found.what, "works": found.works, "needed": found.needed,
                "words": names.without(&found.words),
            })
        });
        let shapes = accounts.iter().enumerate().map(|(index, account)| {
            let state = states
                .iter()
                .find(|state| state.account == account.id.as_str());
            shape(index + 1, account, state)
        });
        let watches = watches.iter().map(|watch| {
            json!({ "recursive": watch.watch.recursive, "problem": watch.problem().map(|problem| problem.kind) })
        });
        let places = self.places().await?.places.into_iter();
        let settings = self.settings();
        Ok(json!({
            "about": "Written by Aloft for whoever looks for a fault. Accounts are numbered; secrets, API keys, cloud names, file names and folders are left out or taken out.",
            "version": env!("CARGO_PKG_VERSION"),
            "written": jiff::Timestamp::now().to_string(),
            "system": { "name": std::env::consts::OS, "processor": std::env::consts::ARCH },
            "works": findings.collect::<Vec<_>>(),
            "settings": settings,
            "store": self.0.keyring.name().to_string(),
            "accounts": shapes.collect::<Vec<_>>(),
            "jobs": counts(&self.0.queue.batches().await?.iter().map(|batch| &batch.counts).collect::<Vec<_>>()),
            "watches": watches.collect::<Vec<_>>(),
            "bytes": places.map(|place| json!({ "of": place.kind, "bytes": place.bytes })).collect::<Vec<_>>(),
            "troubles": self.troubles(&names).await?,
        }))
    }

    /// The last jobs with a failure, newest first, the same words only once.
    async fn troubles(&self, names: &Names) -> Result<Vec<Value>, Problem> {
        let filter = JobFilter {
            states: vec![
                State::Failed,
                State::NeedsYou,
                State::Waiting,
                State::WaitingForNetwork,
            ],
            newest_first: true,
            limit: Some(MOST_TROUBLES),
            ..JobFilter::default()
        };
        let jobs = self.0.queue.jobs(filter).await?;
        let mut told: Vec<(Value, u64)> = Vec::new();
        for trouble in jobs.iter().filter_map(|job| trouble(job, names)) {
            match told.iter_mut().find(|(before, _)| *before == trouble) {
                Some((_, count)) => *count += 1,
                None => told.push((trouble, 1)),
            }
        }
        let counted = told.into_iter().map(|(mut trouble, count)| {
            trouble["jobs"] = json!(count);
            trouble
        });
        Ok(counted.collect())
    }
}

fn trouble(job: &Job, names: &Names) -> Option<Value> {
    let failure = job.failure.as_ref()?;
    Some(json!({
        "kind": failure.kind,
        "decision": failure.decision,
        "state": job.state.as_str(),
        "words": names.and_of_job(job).without(&problems::of_failure(failure).message.in_language(Language::English)),
    }))
}

/// An account without its names.
fn shape(number: usize, account: &Account, state: Option<&AccountState>) -> Value {
    let (access, algorithm, version) = match &account.access {
        Access::Signed {
            algorithm, version, ..
        } => ("signed", json!(algorithm), json!(version)),
        Access::Unsigned { .. } => ("unsigned", Value::Null, Value::Null),
    };
    let host = account.host.url();
    let host = host.host_str().unwrap_or_default();
    let own = !(host.ends_with(".cloudinary.com") || account.host.is_loopback());
    json!({
        "account": number,
        "access": access,
        "algorithm": algorithm,
        "version": version,
        "host": if own { "an address of its own" } else { host },
        "origin": match account.origin {
            Origin::Saved => "saved",
            Origin::Environment => "environment",
            Origin::Sandbox => "sandbox",
        },
        "keeping": match account.keeping {
            Keeping::Keyring => "keyring",
            Keeping::SessionOnly => "session",
            Keeping::Vault => "vault",
            Keeping::Nothing => "nothing",
        },
        "verification": match account.verification {
            Verification::Unverified => "unverified",
            Verification::Verified { .. } => "verified",
            Verification::Rejected { .. } => "rejected",
        },
        "paused": state.is_some_and(|state| state.paused),
        "stopped": state.and_then(|state| state.failure.as_ref()).map(|failure| failure.kind),
        "limit": state.map(|state| &state.rate),
        "requests": state.and_then(|state| state.concurrency),
        "jobs": counts(&state.map(|state| &state.counts).into_iter().collect::<Vec<_>>()),
    })
}

fn counts(all: &[&BTreeMap<State, u64>]) -> Value {
    let mut sums = Map::new();
    for (state, count) in all.iter().copied().flatten() {
        let sum = sums.entry(state.as_str()).or_insert(json!(0));
        *sum = json!(sum.as_u64().unwrap_or_default() + count);
    }
    Value::Object(sums)
}

pub(crate) fn not_written(path: &Path, error: &std::io::Error) -> Problem {
    Problem::new(
        ProblemKind::Disk,
        words::problem::not_written(path, error),
        words::hint::another_place(),
    )
}
