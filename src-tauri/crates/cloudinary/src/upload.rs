use std::ffi::OsStr;
use std::sync::Arc;

use reqwest::header::{CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, HeaderValue};
use url::Url;

use crate::address::{self, host_of};
use crate::answer::{UploadAnswer, upload_answer};
use crate::source::Reader;
use crate::stall::Activity;
use crate::wire::asked;
use crate::{Client, Error, ResourceType, Source, Target, UploadParams, clean_file_name};

mod body;
mod fields;

use body::{Body, Content};
pub(crate) use fields::Fields;

/// One request to the upload endpoint: a whole file, a link, or one chunk.
#[derive(Debug, Clone)]
pub struct Upload {
    /// What is sent.
    pub source: Source,
    /// What it is called; `None` takes the name of the file. It is cleaned, see [`clean_file_name`].
    pub file_name: Option<String>,
    /// A part of the address; `Auto` lets the service decide.
    pub resource_type: ResourceType,
    /// Everything else the service is told.
    pub params: UploadParams,
    /// Which part of a larger file this is.
    pub chunk: Option<Chunk>,
    /// Added to this computer's clock for the signature; see [`Error::server_date`].
    pub clock_offset_seconds: i64,
}

/// A part of a file.
///
/// All parts share `upload_id`. Each but the last has at least 5 MiB, the first is sent before the others and the last
/// after all of them were answered; between, order and number at a time are free. (Source: the service's support article 208263735.)
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// Names the upload; letters and digits of the caller's choice.
    pub upload_id: String,
    /// Position of the first byte in the file.
    pub first: u64,
    /// Position of the last byte, inclusive.
    pub last: u64,
    /// Bytes of the whole file.
    pub total: u64,
}

impl Chunk {
    /// Whether the upload is complete with this part.
    #[must_use]
    pub fn is_last(&self) -> bool {
        self.last.checked_add(1) == Some(self.total)
    }

    fn length(&self) -> Option<u64> {
        self.last.checked_sub(self.first)?.checked_add(1)
    }

    fn content_range(&self) -> String {
        format!("bytes {}-{}/{}", self.first, self.last, self.total)
    }
}

/// Whoever looks at the bytes of an upload on their way. A function of a number is one that holds nothing back.
pub trait Watch: Send + Sync + 'static {
    /// The connection took so many bytes of the file so far.
    fn moved(&self, bytes: u64);

    /// Returns when a block of `bytes` may go.
    fn pass(&self, bytes: u64) -> impl Future<Output = ()> + Send {
        let _ = bytes;
        std::future::ready(())
    }
}

impl<F: Fn(u64) + Send + Sync + 'static> Watch for F {
    fn moved(&self, bytes: u64) {
        self(bytes);
    }
}

impl Client {
    /// Sends one upload request.
    ///
    /// `watch` hears how many bytes of the file (of this part of it) the connection took so far. It never goes back, and
    /// reaches the whole before the answer of a complete request; for a link it is not called. It may hold blocks back.
    ///
    /// The request is signed here, with the clock of now plus `clock_offset_seconds`. Dropping the future ends the request.
    ///
    /// # Errors
    /// See [`Error::decision`]. [`Error::SourceChanged`] means that the service got an incomplete body and stored nothing.
    pub async fn upload(
        &self,
        target: &Target,
        upload: Upload,
        watch: impl Watch,
    ) -> Result<UploadAnswer, Error> {
        let url = address::api(target, [upload.resource_type.as_str(), "upload"])?;
        let content = opened(&upload).await?;
        if let (Some(chunk), Some(length)) = (&upload.chunk, content.file_bytes())
            && chunk.length() != Some(length)
        {
            return Err(Error::ChunkMismatch);
        }
        let fields = Fields::prepare(target, &upload.params, upload.clock_offset_seconds)?;
        let file_name = told_name(&upload);

        let activity = Arc::new(Activity::new(self.options().stall_timeout));
        let body = Body::new(
            &fields.pairs,
            &file_name,
            content,
            Arc::clone(&activity),
            self.options().answer_timeout,
            watch,
        );
        let mut request = self
            .http(&url)?
            .post(url.clone())
            .header(CONTENT_TYPE, body.content_type())
            .header(CONTENT_LENGTH, body.length());
        if let Some(chunk) = &upload.chunk {
            let id = HeaderValue::from_str(&chunk.upload_id).map_err(|_| Error::ChunkMismatch)?;
            request = request
                .header("X-Unique-Upload-Id", id)
                .header(CONTENT_RANGE, chunk.content_range());
        }
        let (stream, outcome) = body.into_stream();
        let request = request.body(reqwest::Body::wrap_stream(stream));
        let answer = self.exchange(&url, request, &activity).await;

        // What happened to the file explains what happened to the connection, so it is asked first.
        if let Some(fault) = outcome.fault() {
            return Err(fault);
        }
        let mut asked = asked(target);
        asked.signed_text = fields.signed_text.as_deref();
        asked.file_name = &file_name;
        let answer = answer?;
        let object = answer.object(&asked)?;
        if !outcome.is_complete() {
            // A success for a body that was not sent cannot be about this file.
            return Err(Error::Interrupted {
                host: host_of(&url).to_owned(),
                cause: "the answer came before the whole file was sent".to_owned(),
            });
        }
        upload_answer(object, upload.chunk.as_ref())
    }
}

/// Looks at the source, without reading it yet.
async fn opened(upload: &Upload) -> Result<Content, Error> {
    match &upload.source {
        Source::File {
            path,
            identity,
            range,
        } => {
            let (path, identity, range) = (path.clone(), *identity, range.clone());
            let reader = blocking(move || Reader::open(&path, identity, range)).await?;
            Ok(Content::File(reader))
        }
        Source::Bytes { name, bytes } if bytes.is_empty() => Err(Error::SourceEmpty {
            name: clean_file_name(OsStr::new(name)),
        }),
        Source::Bytes { bytes, .. } => Ok(Content::Bytes(bytes.clone())),
        Source::Url(url) => Ok(Content::Link(fetchable(url)?)),
    }
}

/// Runs what blocks where it may.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        // The pool only drops work when the program ends.
        Err(_) => Err(Error::SourceUnreadable {
            name: "The file".to_owned(),
            reason: std::io::ErrorKind::Interrupted,
        }),
    }
}

fn fetchable(url: &Url) -> Result<String, Error> {
    match url.scheme() {
        "http" | "https" | "ftp" | "s3" | "gs" => Ok(url.as_str().to_owned()),
        scheme => Err(Error::LinkUnsupported {
            scheme: scheme.chars().take(32).collect(),
        }),
    }
}

fn told_name(upload: &Upload) -> String {
    let own = match &upload.source {
        Source::File { path, .. } => path.file_name().unwrap_or_default(),
        Source::Bytes { name, .. } => OsStr::new(name),
        Source::Url(_) => OsStr::new(""),
    };
    clean_file_name(upload.file_name.as_deref().map_or(own, OsStr::new))
}
