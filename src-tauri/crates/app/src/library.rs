//! What arrived, however it was sent: its file and its details, and rows for the widget's uploads.

use credentials::Account;
use engine::{Job, JobId, LibraryAsset, NewAsset, Receipt, ResourceType, Source, Verification};
use serde_json::{Map, Value, json};

use crate::aloft::Aloft;
use crate::contract::{JobDetails, Problem, ProblemKind};
use crate::list::{Entry, local_file};
use crate::words;
use crate::{carrier, problems};

/// Where the widget's uploads come from, for people.
const WIDGET: &str = "Cloudinary’s Upload Widget";

/// What a widget's success says, as far as it can be checked. Lengths are bounded: it is a page's
/// word.
pub(crate) struct Reported {
    pub(crate) public_id: String,
    pub(crate) version: u64,
    pub(crate) signature: String,
    resource_type: ResourceType,
    delivery_type: String,
    format: Option<String>,
    bytes: Option<u64>,
    width: Option<u32>,
    height: Option<u32>,
    etag: Option<String>,
    name: String,
}

impl Reported {
    /// What the service's signature speaks for: the asset and its version.
    pub(crate) fn identity(&self) -> String {
        format!("{} {}", self.version, self.public_id)
    }

    pub(crate) fn read(info: &Map<String, Value>) -> Option<Self> {
        let text = |name: &str| {
            let text = info.get(name)?.as_str()?;
            (text.len() <= 1_000 && !text.contains(char::is_control)).then(|| text.to_owned())
        };
        let number = |name: &str| info.get(name).and_then(Value::as_u64);
        let pixels = |name: &str| number(name).and_then(|pixels| u32::try_from(pixels).ok());
        let resource_type = match text("resource_type")?.as_str() {
            "image" => ResourceType::Image,
            "video" => ResourceType::Video,
            "raw" => ResourceType::Raw,
            _ => return None,
        };
        let delivery_type = text("type").unwrap_or_else(|| "upload".to_owned());
        if !matches!(
            delivery_type.as_str(),
            "upload" | "private" | "authenticated"
        ) {
            return None;
        }
        let public_id = text("public_id").filter(|id| !id.is_empty())?;
        let name = text("original_filename").unwrap_or_else(|| public_id.clone());
        Some(Self {
            version: number("version")?,
            signature: text("signature").unwrap_or_default(),
            resource_type,
            delivery_type,
            format: text("format").filter(|format| format.chars().all(char::is_alphanumeric)),
            bytes: number("bytes"),
            width: pixels("width"),
            height: pixels("height"),
            etag: text("etag"),
            name,
            public_id,
        })
    }
}

impl Aloft {
    /// Adds the row and the library entry for an upload that the widget made.
    pub(crate) async fn record_widget_asset(
        &self,
        account: &Account,
        asset: &Reported,
        base: &cloudinary::DeliveryHost,
        verified: Option<bool>,
    ) -> Result<(), Problem> {
        let mut receipt = Receipt {
            public_id: asset.public_id.clone(),
            asset_id: None,
            version: asset.version,
            resource_type: asset.resource_type,
            delivery_type: asset.delivery_type.clone(),
            format: asset.format.clone(),
            bytes: asset.bytes,
            width: asset.width,
            height: asset.height,
            etag: asset.etag.clone(),
            url: String::new(),
            existing: false,
            signature_verified: verified,
            created_at: None,
            transformed: false,
        };
        receipt.url = carrier::link(base, &account.cloud_name, &receipt);
        let name = match &asset.format {
            Some(format) if !asset.name.ends_with(format.as_str()) => {
                format!("{}.{format}", asset.name)
            }
            _ => asset.name.clone(),
        };
        self.0
            .queue
            .record(NewAsset {
                account: account.id.to_string(),
                cloud_name: account.cloud_name.clone(),
                receipt,
                name,
                folder: String::new(),
                tags: Vec::new(),
                origin: engine::Origin::Widget,
            })
            .await?;
        Ok(())
    }

    pub(crate) async fn job(&self, id: i64) -> Result<Job, Problem> {
        self.0
            .queue
            .job(JobId::new(id))
            .await?
            .ok_or_else(|| problems::problem(ProblemKind::Gone, words::problem::row_not_in_list()))
    }

    /// The local file behind a row, for its thumbnail.
    pub async fn file_of(&self, id: i64) -> Option<std::path::PathBuf> {
        local_file(&self.entry(id).await.ok()?).map(Into::into)
    }

    pub(crate) async fn reveal_file(&self, id: i64) -> Result<(), Problem> {
        let entry = self.entry(id).await?;
        match local_file(&entry) {
            Some(path) if path.exists() => self.0.desktop.reveal(path),
            Some(_) => Err(problems::problem(
                ProblemKind::SourceMissing,
                words::problem::not_where_it_was(entry.name()),
            )),
            None => Err(problems::problem(
                ProblemKind::Gone,
                words::problem::no_local_file(entry.name()),
            )),
        }
    }

    /// What is behind a row. Nothing in it is secret: jobs never hold one.
    pub(crate) async fn job_details(&self, id: i64) -> Result<JobDetails, Problem> {
        Ok(match self.entry(id).await? {
            Entry::Job(job) => details_of_job(&job),
            Entry::Asset(asset) => details_of_asset(&asset),
        })
    }
}

fn details_of_job(job: &Job) -> JobDetails {
    let answer = match (&job.receipt, &job.failure) {
        (Some(receipt), _) => pretty(receipt),
        (None, Some(failure)) => pretty(failure),
        (None, None) => String::new(),
    };
    JobDetails {
        place: match &job.source {
            Source::File(path) => path.display().to_string(),
            Source::Url(address) => address.clone(),
            Source::Widget(_) => WIDGET.to_owned(),
        },
        parameters: pretty(&job.params),
        answer,
    }
}

/// The job is gone, and of what it sent, folder and tags are left.
fn details_of_asset(asset: &LibraryAsset) -> JobDetails {
    let mut parameters = Map::new();
    if !asset.folder.is_empty() {
        parameters.insert("folder".into(), json!(asset.folder));
    }
    if !asset.tags.is_empty() {
        parameters.insert("tags".into(), json!(asset.tags));
    }
    JobDetails {
        place: match (&asset.local_path, asset.origin) {
            (Some(path), _) => path.display().to_string(),
            (None, engine::Origin::Widget) => WIDGET.to_owned(),
            (None, engine::Origin::Queue) => String::new(),
        },
        parameters: pretty(&parameters),
        answer: pretty(&asset.receipt),
    }
}

fn pretty(value: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// Whether everything about a finished upload was checked.
pub fn is_verified(verification: &Verification) -> bool {
    matches!(
        verification,
        Verification::Verified | Verification::Incomparable { .. }
    )
}
