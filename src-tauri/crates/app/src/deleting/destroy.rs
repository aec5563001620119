//! Deleting from the service, one asset or many.

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;
use std::sync::atomic::Ordering;

use cloudinary::{Decision, Destroy, Destroyed, ErrorKind, Target};
use credentials::{Account, UnlockDialog};
use engine::AssetKey;
use futures_util::{StreamExt, stream};

use super::{deleting_account, told};
use crate::aloft::{Aloft, held};
use crate::carrier;
use crate::contract::{DeleteOutcome, Deleted, Problem};
use crate::stored::Stored;
use crate::words;

/// Requests at a time.
const AT_A_TIME: usize = 8;

/// An account that deletes: read once, however many of its assets are meant.
struct Deleter<'a> {
    account: &'a Account,
    target: Target,
    refused: Mutex<Option<Refused>>,
}

/// What the service, or the way to it, would answer for every other asset of the account too.
struct Refused {
    problem: Problem,
    /// Assets that were not asked about after that.
    left: usize,
}

impl Deleter<'_> {
    /// Whether the account was refused already; then this asset is left.
    fn leaves(&self) -> bool {
        let mut refused = held(&self.refused);
        if let Some(refused) = &mut *refused {
            refused.left += 1;
        }
        refused.is_some()
    }

    /// One problem for all that was refused or left.
    fn refusal(&self) -> Option<Problem> {
        let refused = held(&self.refused);
        let Refused { problem, left } = refused.as_ref()?;
        let mut problem = problem.clone();
        if *left > 0 {
            problem.message = words::problem::rest_not_tried(problem.message, &self.account.label);
        }
        Some(problem)
    }
}

impl Aloft {
    /// Deletes an asset from the service; the library keeps its line. Whoever calls has asked the user, naming the asset.
    /// Answers whether it was still there.
    ///
    /// # Errors
    /// When the account is gone, has no secret, or the service refuses.
    pub(crate) async fn destroy(&self, key: AssetKey, name: &str) -> Result<bool, Problem> {
        let accounts = self.accounts()?;
        let account = deleting_account(&accounts, &key, name)?;
        let destroyed = async {
            let target = self.target(account, UnlockDialog::Allow).await?;
            self.destroy_at(&target, key).await
        };
        let destroyed = self.while_unlocked(destroyed).await??;
        destroyed.map_err(|error| self.problem_of(&error))
    }

    /// Each asset once, also where several rows stand for it. One that fails holds no other up; where the service refuses
    /// the account, or cannot be reached, the rest of that account is not asked for.
    pub(super) async fn delete_all(&self, stored: Vec<Stored>) -> Result<Deleted, Problem> {
        let mut rows: HashMap<AssetKey, Vec<usize>> = HashMap::new();
        for (at, stored) in stored.iter().enumerate() {
            rows.entry(stored.key()).or_default().push(at);
        }
        let accounts = self.accounts()?;
        let deleters = self.deleters(&accounts, &stored).await;
        let each = rows.into_iter().map(|(key, rows)| {
            let deleter = &deleters[&key.account];
            let able = deleting_account(&accounts, &key, &stored[rows[0]].name);
            async move {
                let done = match (able, deleter) {
                    (Err(problem), _) => Err(Some(problem)),
                    (Ok(_), Err(problem)) => Err(Some(problem.clone())),
                    (Ok(_), Ok(deleter)) => self.delete_with(deleter, key).await,
                };
                (done, rows)
            }
        });
        let each = stream::iter(each).buffer_unordered(AT_A_TIME);
        let each: Vec<_> = each.collect().await;
        let mut outcomes = vec![DeleteOutcome::Kept; stored.len()];
        for (done, rows) in each {
            for row in rows {
                outcomes[row] = match &done {
                    Ok(true) => DeleteOutcome::Deleted,
                    Ok(false) => DeleteOutcome::AlreadyGone,
                    Err(Some(problem)) => failed(problem.clone()),
                    Err(None) => {
                        let deleter = deleters[&stored[row].account].as_ref();
                        let refusal = deleter.ok().and_then(Deleter::refusal);
                        refusal.map_or(DeleteOutcome::Kept, failed)
                    }
                };
            }
        }
        let assets = stored.iter().zip(outcomes);
        Ok(Deleted {
            assets: assets
                .map(|(stored, outcome)| told(stored, outcome))
                .collect(),
        })
    }

    /// One for each account, and why an account cannot delete.
    async fn deleters<'a>(
        &self,
        accounts: &'a [Account],
        stored: &[Stored],
    ) -> BTreeMap<String, Result<Deleter<'a>, Problem>> {
        let mut deleters = BTreeMap::new();
        for stored in stored {
            if deleters.contains_key(&stored.account) {
                continue;
            }
            let deleter = match deleting_account(accounts, &stored.key(), &stored.name) {
                Ok(account) => self
                    .target(account, UnlockDialog::Allow)
                    .await
                    .map(|target| Deleter {
                        account,
                        target,
                        refused: Mutex::default(),
                    }),
                Err(problem) => Err(problem),
            };
            deleters.insert(stored.account.clone(), deleter);
        }
        deleters
    }

    /// Whether the asset was still there.
    ///
    /// # Errors
    /// Why this asset could not be deleted; nothing where the account's refusal says it.
    async fn delete_with(
        &self,
        deleter: &Deleter<'_>,
        key: AssetKey,
    ) -> Result<bool, Option<Problem>> {
        if deleter.leaves() {
            return Err(None);
        }
        let destroyed = self.destroy_at(&deleter.target, key);
        let error = match self.while_unlocked(destroyed).await?? {
            Ok(was_there) => return Ok(was_there),
            Err(error) => error,
        };
        let problem = self.problem_of(&error);
        if !concerns_all(&error) {
            return Err(Some(problem));
        }
        held(&deleter.refused).get_or_insert(Refused { problem, left: 0 });
        Err(None)
    }

    /// One request, and the note of what came of it. The inner error is the service's.
    async fn destroy_at(
        &self,
        target: &Target,
        key: AssetKey,
    ) -> Result<Result<bool, cloudinary::Error>, Problem> {
        let request = || Destroy {
            resource_type: carrier::client_type(key.resource_type),
            delivery_type: carrier::delivery_type(&key.delivery_type),
            public_id: key.public_id.clone(),
            invalidate: true,
            clock_offset_seconds: self.0.clock_offset.load(Ordering::Relaxed),
        };
        // the answer may get lost, or this process end before it is noted
        self.0.queue.doubt_link(key.clone()).await?;
        let mut answer = self.0.client.destroy(target, request()).await;
        if let Err(error) = &answer
            && self.learns_the_clock(error)
        {
            answer = self.0.client.destroy(target, request()).await;
        }
        match answer {
            Ok(destroyed) => {
                self.0.queue.mark_deleted(key).await?;
                Ok(Ok(destroyed == Destroyed::Gone))
            }
            Err(error) => Ok(Err(error)),
        }
    }
}

fn failed(problem: Problem) -> DeleteOutcome {
    DeleteOutcome::Failed { problem }
}

/// Whether the next asset of the account would fare no better: it is not about one asset, or nobody answers at all.
fn concerns_all(error: &cloudinary::Error) -> bool {
    let unheard = matches!(
        error.kind(),
        ErrorKind::RateLimited
            | ErrorKind::HostNotFound
            | ErrorKind::Unreachable
            | ErrorKind::TimedOut
            | ErrorKind::Portal
    );
    unheard || error.decision() == Decision::Persistent
}
