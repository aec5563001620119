//! What the rows of the list stand for in the service: an upload's asset, or one that only the library knows any more.

use std::collections::{HashMap, HashSet};
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
        let (own, shelved): (Vec<i64>, Vec<i64>) = rows.iter().partition(|row| **row > 0);
        let shelved = shelved.into_iter().filter_map(i64::checked_neg).collect();
        let assets = self.0.queue.assets(shelved).await?;
        let senders = assets.iter().filter_map(|asset| asset.job);
        let ids = own.into_iter().map(JobId::new).chain(senders).collect();
        let jobs = self.jobs_by_id(ids).await?;
        let mut assets: HashMap<i64, LibraryAsset> =
            assets.into_iter().map(|asset| (-asset.id, asset)).collect();
        let mut told = HashSet::new();
        let stored = rows.iter().filter(|row| told.insert(**row));
        let stored = stored.filter_map(|row| match assets.remove(row) {
            Some(asset) => {
                let job = asset.job.and_then(|job| jobs.get(&job)).cloned();
                Some(Stored::of_asset(*row, asset, job))
            }
            None => {
                let job = jobs.get(&JobId::new(*row))?;
                let job = Some(job).filter(|job| job.removed_at.is_none())?;
                Stored::of_job(job.clone())
            }
        });
        Ok(stored.collect())
    }

    /// These jobs, also removed ones.
    async fn jobs_by_id(&self, ids: Vec<JobId>) -> Result<HashMap<JobId, Job>, Problem> {
        // without numbers the filter would mean every job
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let filter = JobFilter {
            ids,
            with_removed: true,
            ..JobFilter::default()
        };
        let jobs = self.0.queue.jobs(filter).await?;
        Ok(jobs.into_iter().map(|job| (job.id, job)).collect())
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
