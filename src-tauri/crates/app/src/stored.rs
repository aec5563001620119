//! What the rows of the list stand for in the service: an upload's asset, or one that only the library knows any more.

use std::collections::HashMap;
use std::path::PathBuf;

use engine::{AssetKey, Job, JobFilter, JobId, LibraryAsset, Receipt, Source};
use serde_json::Value;

use crate::aloft::Aloft;
use crate::contract::Problem;

/// A row with something stored.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    /// The row's number; of an asset that has no row of its own it is the library's, negative.
    pub(crate) row: i64,
    /// The file's name, for people.
    pub(crate) name: String,
    /// What a picture shows, where the upload said it.
    pub(crate) alt: Option<String>,
    pub(crate) account: String,
    pub(crate) cloud_name: String,
    pub(crate) receipt: Receipt,
    /// It was deleted from the service through this program.
    pub(crate) deleted: bool,
    /// The local file it came from.
    pub(crate) file: Option<PathBuf>,
    /// Of an asset that only the library knows: where it went and how it is tagged.
    pub(crate) shelf: Option<(String, Vec<String>)>,
    /// The upload, while it is known.
    pub(crate) job: Option<Job>,
}

impl Stored {
    pub(crate) fn key(&self) -> AssetKey {
        AssetKey::of(&self.account, &self.receipt)
    }

    /// Words for a picture that is not seen.
    pub(crate) fn alt(&self) -> &str {
        self.alt.as_deref().unwrap_or(&self.name)
    }

    fn of_job(job: Job) -> Option<Self> {
        Some(Self {
            row: job.id.get(),
            name: job.name.clone(),
            alt: alt(&job),
            account: job.account.clone(),
            cloud_name: job.cloud_name.clone(),
            receipt: job.receipt.clone()?,
            deleted: job.deleted_at.is_some(),
            file: match &job.source {
                Source::File(path) => Some(path.clone()),
                Source::Url(_) | Source::Widget(_) => None,
            },
            shelf: None,
            job: Some(job),
        })
    }

    fn of_asset(row: i64, asset: LibraryAsset, job: Option<Job>) -> Self {
        Self {
            row,
            alt: job.as_ref().and_then(alt),
            account: asset.account,
            cloud_name: asset.cloud_name,
            receipt: asset.receipt,
            deleted: asset.deleted_at.is_some(),
            file: asset.local_path,
            shelf: Some((asset.folder, asset.tags)),
            name: asset.name,
            job,
        }
    }
}

impl Aloft {
    /// What these rows stand for, in the order given; without those that have nothing stored or are gone.
    ///
    /// # Errors
    /// When the queue cannot be read.
    pub(crate) async fn stored(&self, rows: &[i64]) -> Result<Vec<Stored>, Problem> {
        let ids: Vec<JobId> = rows
            .iter()
            .filter(|row| **row > 0)
            .map(|row| JobId::new(*row))
            .collect();
        let mut jobs = HashMap::new();
        if !ids.is_empty() {
            let filter = JobFilter {
                ids,
                ..JobFilter::default()
            };
            let found = self.0.queue.jobs(filter).await?;
            jobs.extend(found.into_iter().map(|job| (job.id.get(), job)));
        }
        let mut stored = Vec::with_capacity(rows.len());
        for row in rows {
            if *row < 0 {
                stored.extend(self.stored_in_library(*row).await?);
            } else {
                stored.extend(jobs.remove(row).and_then(Stored::of_job));
            }
        }
        Ok(stored)
    }

    async fn stored_in_library(&self, row: i64) -> Result<Option<Stored>, Problem> {
        let Ok(asset) = self.asset(row.saturating_neg()).await else {
            return Ok(None);
        };
        let job = match asset.job {
            Some(job) => self.0.queue.job(job).await?,
            None => None,
        };
        Ok(Some(Stored::of_asset(row, asset, job)))
    }
}

/// The upload's `alt` among its context.
fn alt(job: &Job) -> Option<String> {
    let context = job.params.get("context")?;
    let alt = match context {
        Value::Object(pairs) => pairs.get("alt")?.as_str()?,
        Value::String(pairs) => pairs
            .split('|')
            .find_map(|pair| pair.trim().strip_prefix("alt="))?,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => return None,
    };
    (!alt.is_empty()).then(|| alt.to_owned())
}
