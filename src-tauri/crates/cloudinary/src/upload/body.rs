//! The multipart body, written by hand: quoted names, an exact length, and no closing boundary for a file that changed.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures_util::Stream;
use futures_util::stream;

use super::{Watch, blocking};
use crate::Error;
use crate::source::{BLOCK, Reader};
use crate::stall::Activity;

/// How often a block that is held back counts as a sign of life.
const SIGN_OF_LIFE: Duration = Duration::from_secs(1);

/// What the field `file` holds.
pub(crate) enum Content {
    File(Reader),
    Bytes(Bytes),
    Link(String),
}

impl Content {
    /// Bytes of the file part; `None` for a link, which is a text field.
    pub(crate) fn file_bytes(&self) -> Option<u64> {
        match self {
            Self::File(reader) => Some(reader.left()),
            Self::Bytes(bytes) => Some(in_u64(bytes.len())),
            Self::Link(_) => None,
        }
    }
}

pub(crate) struct Body<W> {
    boundary: String,
    head: Bytes,
    content: Content,
    tail: Bytes,
    activity: Arc<Activity>,
    answer_timeout: Duration,
    watch: W,
}

impl<W: Watch> Body<W> {
    pub(crate) fn new(
        pairs: &[(String, String)],
        file_name: &str,
        content: Content,
        activity: Arc<Activity>,
        answer_timeout: Duration,
        watch: W,
    ) -> Self {
        // Random, so that no file can be prepared to contain it and add fields of its own.
        let boundary = format!("aloft-{}", uuid::Uuid::new_v4().simple());
        let mut head = String::new();
        for (name, value) in pairs {
            text_part(&mut head, &boundary, name, value);
        }
        match &content {
            Content::Link(link) => text_part(&mut head, &boundary, "file", link),
            Content::File(_) | Content::Bytes(_) => file_part(&mut head, &boundary, file_name),
        }
        let tail = match &content {
            Content::Link(_) => format!("--{boundary}--\r\n"),
            Content::File(_) | Content::Bytes(_) => format!("\r\n--{boundary}--\r\n"),
        };
        Self {
            boundary,
            head: head.into(),
            content,
            tail: tail.into(),
            activity,
            answer_timeout,
            watch,
        }
    }

    pub(crate) fn content_type(&self) -> String {
        format!("multipart/form-data; boundary={}", self.boundary)
    }

    /// Bytes of the whole body, exactly.
    pub(crate) fn length(&self) -> u64 {
        in_u64(self.head.len()) + self.content.file_bytes().unwrap_or(0) + in_u64(self.tail.len())
    }

    /// The blocks, and what became of them.
    pub(crate) fn into_stream(
        self,
    ) -> (impl Stream<Item = Result<Bytes, io::Error>> + Send, Outcome) {
        let outcome = Outcome::default();
        let state = Writing {
            next: Next::Head(self.head),
            content: Some(self.content),
            tail: self.tail,
            sent: 0,
            activity: self.activity,
            answer_timeout: self.answer_timeout,
            watch: self.watch,
            outcome: outcome.clone(),
        };
        let stream = stream::try_unfold(state, |mut state| async move {
            match state.block().await {
                Ok(block) => Ok(block.map(|block| (block, state))),
                Err(fault) => {
                    state.outcome.fail(fault);
                    // The HTTP library drops the connection on it; the reason travels in the outcome.
                    Err(io::Error::other("the file could not be sent to its end"))
                }
            }
        });
        (stream, outcome)
    }
}

/// What became of the body, told beside the connection.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outcome {
    fault: Arc<Mutex<Option<Error>>>,
    complete: Arc<AtomicBool>,
}

impl Outcome {
    /// Why the body ended early, if its file was to blame.
    pub(crate) fn fault(&self) -> Option<Error> {
        self.lock().take()
    }

    /// Whether the closing boundary was handed over.
    pub(crate) fn is_complete(&self) -> bool {
        self.complete.load(Ordering::Acquire)
    }

    fn fail(&self, fault: Error) {
        *self.lock() = Some(fault);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Error>> {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Writing<W> {
    next: Next,
    content: Option<Content>,
    tail: Bytes,
    /// Bytes of the file that the connection took.
    sent: u64,
    activity: Arc<Activity>,
    answer_timeout: Duration,
    watch: W,
    outcome: Outcome,
}

enum Next {
    Head(Bytes),
    /// The block that was handed over last had this many bytes of the file. Asking for another means that it was taken.
    Content {
        given: u64,
    },
    End,
}

impl<W: Watch> Writing<W> {
    async fn block(&mut self) -> Result<Option<Bytes>, Error> {
        self.activity.note();
        match std::mem::replace(&mut self.next, Next::End) {
            Next::Head(head) => {
                self.next = Next::Content { given: 0 };
                Ok(Some(head))
            }
            Next::Content { given } => {
                if given > 0 {
                    self.sent += given;
                    self.watch.moved(self.sent);
                }
                let block = match self.content.take() {
                    Some(Content::File(reader)) => self.read(reader).await?,
                    Some(Content::Bytes(mut rest)) if !rest.is_empty() => {
                        let block = rest.split_to(rest.len().min(BLOCK));
                        self.content = Some(Content::Bytes(rest));
                        Some(block)
                    }
                    Some(Content::Bytes(_) | Content::Link(_)) | None => None,
                };
                let Some(block) = block else {
                    self.outcome.complete.store(true, Ordering::Release);
                    self.activity.note_with_limit(self.answer_timeout);
                    return Ok(Some(std::mem::take(&mut self.tail)));
                };
                let given = in_u64(block.len());
                self.hold_back(given).await;
                self.next = Next::Content { given };
                Ok(Some(block))
            }
            Next::End => Ok(None),
        }
    }

    /// Waits until the block may go. That is our own doing, and no silence of the line.
    async fn hold_back(&self, bytes: u64) {
        let mut passing = std::pin::pin!(self.watch.pass(bytes));
        loop {
            tokio::select! {
                biased;
                () = &mut passing => break,
                () = tokio::time::sleep(SIGN_OF_LIFE) => self.activity.note(),
            }
        }
        self.activity.note();
    }

    /// The next block of the file, or nothing after the last look at it.
    async fn read(&mut self, mut reader: Reader) -> Result<Option<Bytes>, Error> {
        let (reader, block) = blocking(move || {
            if reader.left() == 0 {
                reader.is_unchanged()?;
                return Ok((reader, None));
            }
            let block = reader.block()?;
            Ok((reader, Some(block)))
        })
        .await?;
        self.content = Some(Content::File(reader));
        Ok(block)
    }
}

/// Names are quoted and text parts have no type of their own: without either the service takes the field for missing.
fn text_part(body: &mut String, boundary: &str, name: &str, value: &str) {
    body.push_str(&format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
    ));
}

fn file_part(body: &mut String, boundary: &str, file_name: &str) {
    // A cleaned name holds no control character and no backslash.
    let quoted = file_name.replace('"', "\\\"");
    body.push_str(&format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{quoted}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
    ));
}

fn in_u64(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
