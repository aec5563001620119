//! Deleting from the service, taking an upload back, and uploading again what was deleted.

mod destroy;

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use credentials::{Access, Account};
use engine::{AssetKey, BatchLimits, NewBatch, NewJob, Source};
use jiff::Timestamp;
use serde_json::json;

use crate::aloft::Aloft;
use crate::contract::{
    AddReport, DeleteOutcome, Deleted, DeletedAsset, Problem, ProblemKind, Skipped,
};
use crate::desktop::Question;
use crate::stored::Stored;
use crate::words;
use crate::{accounts, messages, problems};

/// Names that a question shows.
const NAMED: usize = 3;

impl Aloft {
    /// The guarded way: a native dialog names what is deleted. What is already deleted is left out.
    ///
    /// # Errors
    /// When nothing of it can be deleted, or the user said no.
    pub(crate) async fn delete_assets_asking(&self, rows: &[i64]) -> Result<Deleted, Problem> {
        self.refuse_while_locked().await?;
        let stored = self.deletable(rows).await?;
        if !self.agreed_to_delete(&stored).await? {
            return Err(kept(&stored));
        }
        self.delete_all(stored).await
    }

    /// Takes uploads back: at once what can be lost by nobody, and after asking the rest.
    ///
    /// # Errors
    /// As [`Aloft::delete_assets_asking`].
    pub(crate) async fn undo_uploads(&self, rows: &[i64]) -> Result<Deleted, Problem> {
        self.refuse_while_locked().await?;
        let (mut harmless, mut asked) = (Vec::new(), Vec::new());
        let deletable = self.deletable(rows).await?;
        let keys = deletable.iter().map(Stored::key).collect();
        let others = self.0.queue.answered_others(keys).await?;
        for stored in deletable {
            match !others.contains(&stored.key()) && self.is_harmless(&stored).await? {
                true => harmless.push(stored),
                false => asked.push(stored),
            }
        }
        let agreed = asked.is_empty() || self.agreed_to_delete(&asked).await?;
        if !agreed && harmless.is_empty() {
            return Err(kept(&asked));
        }
        let mut kept = Vec::new();
        if agreed {
            harmless.append(&mut asked);
        } else {
            kept = asked;
        }
        let mut deleted = self.delete_all(harmless).await?;
        for stored in kept {
            deleted.assets.push(told(&stored, DeleteOutcome::Kept));
        }
        Ok(deleted)
    }

    /// Queues the local files of deleted assets again, as they are now and as they were sent.
    ///
    /// # Errors
    /// When the queue cannot take them.
    pub(crate) async fn upload_again(&self, rows: &[i64]) -> Result<AddReport, Problem> {
        let mut report = AddReport::default();
        let accounts = self.accounts()?;
        let mut batches: BTreeMap<(String, String), Vec<NewJob>> = BTreeMap::new();
        for stored in self.stored(rows).await? {
            let is_known = accounts
                .iter()
                .any(|account| account.id.as_str() == stored.account);
            let made = match is_known {
                true => again(&stored),
                false => self.required(&stored.account).and_then(|_| again(&stored)),
            };
            match made {
                Ok(job) => {
                    let batch = (stored.account, stored.cloud_name);
                    batches.entry(batch).or_default().push(job);
                }
                Err(problem) => report.skipped.push(Skipped {
                    name: stored.name,
                    problem,
                }),
            }
        }
        for ((account, cloud_name), jobs) in batches {
            let account = self.required(&account)?;
            report.added += jobs.len() as u64;
            let batch = NewBatch {
                account: account.id.to_string(),
                cloud_name,
                label: String::new(),
                jobs,
                limits: BatchLimits::default(),
            };
            self.0.queue.add(batch).await?;
            self.start_sender(&account);
        }
        Ok(report)
    }

    /// What of these rows can be asked about.
    async fn deletable(&self, rows: &[i64]) -> Result<Vec<Stored>, Problem> {
        let mut stored = self.stored(rows).await?;
        stored.retain(|stored| !stored.deleted);
        if stored.is_empty() {
            let words = words::problem::delete_nothing();
            return Err(problems::problem(ProblemKind::Gone, words));
        }
        let accounts = self.accounts()?;
        let first = stored
            .iter()
            .map(|stored| deleting_account(&accounts, &stored.key(), &stored.name));
        let (able, mut unable): (Vec<_>, Vec<_>) = first.partition(Result::is_ok);
        match unable.pop() {
            // nobody is asked about what cannot be done
            Some(Err(problem)) if able.is_empty() => Err(problem),
            Some(_) | None => Ok(stored),
        }
    }

    /// Whether nothing is lost when this upload is taken back: it is fresh, this upload's alone, and its file is here.
    async fn is_harmless(&self, stored: &Stored) -> Result<bool, Problem> {
        let Some(job) = &stored.job else {
            return Ok(false);
        };
        let in_time = job.undo_until().is_some_and(|end| Timestamp::now() < end);
        if !in_time {
            return Ok(false);
        }
        let shelved = self.0.queue.asset(stored.key()).await?;
        Ok(shelved.is_some_and(|asset| asset.job == Some(job.id)) && job.has_its_file().await)
    }

    /// Asks about each asset that can be deleted, once.
    async fn agreed_to_delete(&self, stored: &[Stored]) -> Result<bool, Problem> {
        let accounts = self.accounts()?;
        let mut seen = HashSet::new();
        let able = |stored: &&Stored| {
            let key = stored.key();
            deleting_account(&accounts, &key, &stored.name).is_ok() && seen.insert(key)
        };
        let named: Vec<&Stored> = stored.iter().filter(able).collect();
        Ok(named.is_empty() || self.0.desktop.confirm(question(&named)).await)
    }
}

/// The account that may delete an asset.
fn deleting_account<'a>(
    accounts: &'a [Account],
    key: &AssetKey,
    name: &str,
) -> Result<&'a Account, Problem> {
    let account = accounts::with_id(accounts, &key.account).ok_or_else(|| {
        let words = words::problem::delete_no_account(name);
        problems::problem(ProblemKind::UnknownAccount, words)
    })?;
    if let Access::Unsigned { .. } = account.access {
        return Err(Problem::new(
            ProblemKind::NotSigned,
            words::problem::delete_unsigned(name, &account.label),
            words::hint::delete_in_console(),
        ));
    }
    Ok(account)
}

fn told(stored: &Stored, outcome: DeleteOutcome) -> DeletedAsset {
    DeletedAsset {
        id: stored.row,
        name: stored.name.clone(),
        outcome,
        again: stored.file.as_deref().is_some_and(Path::is_file),
    }
}

fn kept(stored: &[Stored]) -> Problem {
    let words = match stored {
        [only] => words::problem::delete_kept(&only.name),
        _ => words::problem::delete_none(),
    };
    problems::problem(ProblemKind::Declined, words)
}

/// Names the thing: the asset, or how many and the first of them.
fn question(stored: &[&Stored]) -> Question {
    let body = match stored {
        [only] => {
            messages::dialog_delete_one_body(&only.name, &only.receipt.public_id, &only.cloud_name)
        }
        many => {
            let names = many.iter().take(NAMED);
            let names: Vec<String> = names.map(|stored| format!("“{}”", stored.name)).collect();
            let count = many.len().to_string();
            match many.len().saturating_sub(NAMED) {
                0 => messages::dialog_delete_few_body(&count, &names.join(", ")),
                more => {
                    messages::dialog_delete_many_body(&count, &names.join(", "), &more.to_string())
                }
            }
        }
    };
    Question {
        title: messages::dialog_delete_title(),
        body,
        yes: messages::dialog_delete_yes(),
    }
}

/// The job that uploads a deleted asset's file again.
fn again(stored: &Stored) -> Result<NewJob, Problem> {
    let Some(path) = stored.file.as_ref().filter(|path| path.is_file()) else {
        return Err(problems::problem(
            ProblemKind::SourceMissing,
            words::problem::not_on_computer(&stored.name),
        ));
    };
    if !stored.deleted {
        return Err(problems::problem(
            ProblemKind::Gone,
            words::problem::still_stored(&stored.name),
        ));
    }
    let mut new = NewJob::new(Source::File(path.clone()));
    match (&stored.job, &stored.shelf) {
        (Some(job), _) => {
            new.resource_type = job.requested_type;
            new.public_id = job.public_id_rule.clone();
            new.params = job.params.clone();
            new.dedupe = job.dedupe;
            new.strip_location = job.strip_location;
        }
        (None, Some((folder, tags))) => {
            if !folder.is_empty() {
                new.params.insert("folder".to_owned(), json!(folder));
            }
            if !tags.is_empty() {
                new.params.insert("tags".to_owned(), json!(tags));
            }
            if stored.receipt.delivery_type != "upload" {
                let delivery_type = json!(stored.receipt.delivery_type);
                new.params.insert("type".to_owned(), delivery_type);
            }
            // what is stored in another size was not sent as it is: nobody may find in it what was taken out then
            let size = path.metadata().ok().map(|metadata| metadata.len());
            new.strip_location = stored.receipt.bytes != size;
        }
        (None, None) => {}
    }
    Ok(new)
}
