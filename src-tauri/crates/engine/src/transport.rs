//! The door to the network. The queue says what to send; how it is sent is the implementer's.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use serde_json::{Map, Value};

use crate::failure::Failure;
use crate::identity::FileIdentity;
use crate::job::{Job, JobId};
use crate::kind::ResourceType;
use crate::receipt::Receipt;

/// Sends parts for one account. Never retries: whether to try again is decided by the queue alone.
#[async_trait]
pub trait Transport: Send + Sync + 'static {
    /// Sends one request. It waits until `flow` lets a block pass, and says after each how far it is.
    /// The future is dropped when the job is paused or cancelled; the request must end with it.
    async fn send(&self, part: Part, flow: Arc<dyn Flow>) -> Result<Answer, Failure>;

    /// Looks for an asset, after an attempt of which nobody knows whether it arrived. `None` means it is not there.
    async fn find(&self, what: &Wanted) -> Result<Option<Receipt>, Failure>;

    /// Whether the account takes a file, as far as that is known: a [`FailureKind::OverLimit`](crate::FailureKind) is
    /// told to the user before a byte is sent. The service is not asked, so this costs no time; what is not known is taken.
    async fn admits(&self, _file: &Candidate) -> Result<(), Failure> {
        Ok(())
    }

    /// Whether a delivery link answers (HEAD).
    async fn link_answers(&self, url: &str) -> Result<bool, Failure>;
}

/// The bytes of one request on their way.
#[async_trait]
pub trait Flow: Send + Sync + 'static {
    /// So many bytes of the part were handed to the wire so far.
    fn moved(&self, bytes: u64);

    /// Returns when `bytes` more may go.
    async fn pass(&self, bytes: u64);
}

/// One request: a whole file, a link, or one chunk of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The job it belongs to.
    pub job: JobId,
    /// The bytes.
    pub source: PartSource,
    /// Cleaned file name, at most 255 bytes, without control characters.
    pub file_name: String,
    /// Where to send it.
    pub resource_type: ResourceType,
    /// The chosen public ID without folder; `None` leaves it to the service.
    pub public_id: Option<String>,
    /// All other upload parameters, by the service's names.
    pub params: Map<String, Value>,
    /// Present when the file is sent in chunks.
    pub chunk: Option<Chunk>,
}

/// Where the bytes of a part are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartSource {
    /// A range of a local file.
    File {
        /// The file.
        path: PathBuf,
        /// What the file must still be; otherwise answer `SourceChanged`.
        identity: FileIdentity,
        /// First byte.
        first: u64,
        /// Number of bytes.
        length: u64,
    },
    /// A link that the service fetches.
    Url(String),
}

/// The place of a part in a chunked upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// `X-Unique-Upload-Id`.
    pub upload_id: String,
    /// First byte.
    pub first: u64,
    /// Last byte, inclusive.
    pub last: u64,
    /// Size of the whole file.
    pub total: u64,
}

/// A file that is about to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// For people.
    pub name: String,
    /// Where its bytes are.
    pub path: PathBuf,
    /// How many.
    pub size: u64,
    /// Image, video or raw: what it is sent as, or what the service will take it for.
    pub resource_type: ResourceType,
}

/// What a request came to.
#[expect(
    clippy::large_enum_variant,
    reason = "one value per request, never in a list"
)]
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// The service has this chunk and waits for more.
    ChunkAccepted,
    /// The asset is stored.
    Stored(Receipt),
}

/// An asset to look for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The job it belongs to.
    pub job: JobId,
    /// The whole public ID, with folder.
    pub public_id: String,
    /// Image, video or raw.
    pub resource_type: ResourceType,
    /// `upload`, `private` or `authenticated`.
    pub delivery_type: String,
    /// Whether an incoming transformation is among the job's parameters.
    pub transformed: bool,
}

impl Wanted {
    /// What an attempt of this job would have stored.
    pub(crate) fn of(job: &Job) -> Wanted {
        Wanted {
            job: job.id,
            public_id: job.full_public_id().unwrap_or_default(),
            resource_type: job.resource_type.unwrap_or(ResourceType::Raw),
            delivery_type: job.delivery_type().to_owned(),
            transformed: job.params.contains_key("transformation"),
        }
    }
}
