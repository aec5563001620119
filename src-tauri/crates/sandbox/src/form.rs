//! Reads a request's body: multipart, urlencoded or JSON. All of it is read before anything is decided, because fields come in any order.

use std::io;

use axum::http::{HeaderMap, header};
use bytes::{Bytes, BytesMut};
use futures_util::future::ready;
use futures_util::{Stream, StreamExt, stream};
use multer::{Constraints, Field, Multipart, SizeLimit};
use serde_json::Value;
use url::form_urlencoded;

use crate::answer::Refusal;
use crate::params::Params;
use crate::spool::{Keep, Spool, Spooled};

/// The most a text field may hold; `file` as a data URI may hold [`DATA_URI`].
const TEXT: usize = 4 << 20;
/// The service documents about 60 MB for a data URI.
const DATA_URI: usize = 90 << 20;
/// The most text fields and parts a body may hold.
const PARTS: usize = 2_000;

/// A part with a file name.
#[derive(Debug)]
pub(crate) struct FilePart {
    /// The name as it was sent, UTF-8, or Latin-1 as the Node SDK writes it.
    pub(crate) name: String,
    pub(crate) content: Spooled,
}

/// A request's parameters from query and body.
#[derive(Debug, Default)]
pub(crate) struct Form {
    pub(crate) params: Params,
    /// As received, in order, before anything was merged; for the record.
    pub(crate) fields: Vec<(String, String)>,
    pub(crate) file: Option<FilePart>,
    /// A file part came under a name like `file[]`.
    pub(crate) bracketed_file: bool,
    /// The JSON body, if it was one.
    pub(crate) json: Option<Value>,
}

impl Form {
    /// Reads the query and the whole body. `keep` says where file bytes go, `limit` how many of them are kept (more are counted and dropped).
    pub(crate) async fn read<S>(
        query: &str,
        headers: &HeaderMap,
        body: &mut S,
        keep: Keep,
        limit: u64,
    ) -> Result<Self, Refusal>
    where
        S: Stream<Item = io::Result<Bytes>> + Send + Unpin,
    {
        let mut form = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            form.add(&name, value.into_owned());
        }
        let content_type = headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        if let Ok(boundary) = multer::parse_boundary(content_type) {
            form.read_multipart(body, boundary, keep, limit).await?;
        } else {
            let text = read_all(body, DATA_URI).await?;
            let is_json = content_type.starts_with("application/json");
            if is_json && !text.is_empty() {
                form.read_json(&text)?;
            } else if !text.is_empty() {
                // Go's destroy sends no Content-Type at all (protocol sheet 9.4).
                for (name, value) in form_urlencoded::parse(&text) {
                    form.add(&name, value.into_owned());
                }
            }
        }
        while let Some(rest) = body.next().await {
            // Only a body that was read to its end leaves the connection usable.
            rest.map_err(incomplete)?;
        }
        Ok(form)
    }

    fn add(&mut self, name: &str, value: String) {
        self.fields.push((name.to_owned(), value.clone()));
        if name.starts_with("file[") {
            self.bracketed_file = true;
        } else {
            self.params.add(name, value);
        }
    }

    fn read_json(&mut self, text: &[u8]) -> Result<(), Refusal> {
        let value: Value = serde_json::from_slice(text).map_err(|error| {
            Refusal::bad_request(format!("Invalid JSON in request body: {error}"))
        })?;
        if let Value::Object(members) = &value {
            for (name, member) in members {
                self.fields.push((
                    name.clone(),
                    member
                        .as_str()
                        .map_or_else(|| member.to_string(), str::to_owned),
                ));
                self.params.add_json(name, member);
            }
        }
        self.json = Some(value);
        Ok(())
    }

    async fn read_multipart<S>(
        &mut self,
        body: &mut S,
        boundary: String,
        keep: Keep,
        limit: u64,
    ) -> Result<(), Refusal>
    where
        S: Stream<Item = io::Result<Bytes>> + Send + Unpin,
    {
        let constraints = Constraints::new()
            .size_limit(SizeLimit::new().whole_stream(u64::MAX).per_field(u64::MAX));
        // multer looks for the first boundary, then asks for more, and takes the end of the body for a body without a boundary,
        // also when all of it came in between. So it is given nothing before the boundary can be there.
        let mut start = BytesMut::new();
        while start.len() < "--".len() + boundary.len() {
            match body.next().await {
                Some(bytes) => start.extend_from_slice(&bytes.map_err(incomplete)?),
                None => break,
            }
        }
        let body = stream::once(ready(Ok(start.freeze()))).chain(body);
        let mut multipart = Multipart::with_constraints(body, boundary, constraints);
        let mut parts = 0;
        while let Some(field) = multipart.next_field().await.map_err(unreadable)? {
            parts += 1;
            if parts > PARTS {
                return Err(Refusal::bad_request("The body has too many parts"));
            }
            let disposition = field
                .headers()
                .get(header::CONTENT_DISPOSITION)
                .map(|value| value.as_bytes().to_vec())
                .unwrap_or_default();
            let file_name = quoted(&disposition, "filename");
            // The live parser does not see unquoted names, nor text parts with a type of their own (protocol sheet 3.1); neither does this one.
            let name = quoted(&disposition, "name");
            let typed_text =
                file_name.is_none() && field.headers().contains_key(header::CONTENT_TYPE);
            match (name, file_name) {
                (Some(name), Some(file_name)) => {
                    let content = spool(field, keep.clone(), limit).await?;
                    if name == "file" {
                        self.file = Some(FilePart {
                            name: file_name,
                            content,
                        });
                    } else {
                        self.bracketed_file |= name.starts_with("file[");
                    }
                }
                (Some(name), None) if !typed_text => {
                    let allowed = if name == "file" { DATA_URI } else { TEXT };
                    let text = read_field(field, allowed).await?;
                    self.add(
                        &name,
                        String::from_utf8(text).map_err(|_| {
                            Refusal::bad_request(format!("Invalid UTF-8 in parameter {name}"))
                        })?,
                    );
                }
                (Some(_) | None, _) => {
                    read_field(field, TEXT).await?;
                }
            }
        }
        Ok(())
    }
}

async fn spool(mut field: Field<'_>, keep: Keep, limit: u64) -> Result<Spooled, Refusal> {
    let mut spool = Spool::new(keep);
    let mut dropped = 0_u64;
    while let Some(bytes) = field.chunk().await.map_err(unreadable)? {
        if spool.size() + dropped + bytes.len() as u64 > limit {
            dropped += bytes.len() as u64;
        } else {
            spool.push(bytes).await.map_err(Refusal::broken)?;
        }
    }
    let mut spooled = spool.finish().await.map_err(Refusal::broken)?;
    spooled.size += dropped;
    Ok(spooled)
}

async fn read_field(mut field: Field<'_>, allowed: usize) -> Result<Vec<u8>, Refusal> {
    let mut text = Vec::new();
    while let Some(bytes) = field.chunk().await.map_err(unreadable)? {
        if text.len() + bytes.len() > allowed {
            return Err(Refusal::bad_request(format!(
                "A text part is longer than {allowed} bytes"
            )));
        }
        text.extend_from_slice(&bytes);
    }
    Ok(text)
}

async fn read_all<S>(body: &mut S, allowed: usize) -> Result<Vec<u8>, Refusal>
where
    S: Stream<Item = io::Result<Bytes>> + Send + Unpin,
{
    let mut text = Vec::new();
    while let Some(bytes) = body.next().await {
        let bytes = bytes.map_err(incomplete)?;
        if text.len() + bytes.len() > allowed {
            return Err(Refusal::bad_request(format!(
                "The body is longer than {allowed} bytes"
            )));
        }
        text.extend_from_slice(&bytes);
    }
    Ok(text)
}

/// The value of a quoted parameter of a `Content-Disposition`; `\` escapes the next byte.
fn quoted(disposition: &[u8], wanted: &str) -> Option<String> {
    let mut rest = disposition;
    loop {
        let start = rest.iter().position(|byte| *byte == b';')?;
        rest = rest[start + 1..].trim_ascii_start();
        let equals = rest.iter().position(|byte| matches!(byte, b'=' | b';'))?;
        let is_wanted = rest[..equals]
            .trim_ascii()
            .eq_ignore_ascii_case(wanted.as_bytes());
        let Some(value) = rest[equals..].strip_prefix(b"=\"") else {
            rest = &rest[equals..];
            continue;
        };
        let (text, after) = unescape(value)?;
        if is_wanted {
            return Some(String::from_utf8(text).unwrap_or_else(|raw| {
                raw.into_bytes()
                    .iter()
                    .map(|byte| char::from(*byte))
                    .collect()
            }));
        }
        rest = after;
    }
}

fn unescape(value: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut text = Vec::new();
    let mut at = 0;
    loop {
        match value.get(at)? {
            b'"' => return Some((text, &value[at + 1..])),
            b'\\' if matches!(value.get(at + 1), Some(b'"' | b'\\')) => {
                text.push(value[at + 1]);
                at += 2;
            }
            byte => {
                text.push(*byte);
                at += 1;
            }
        }
    }
}

fn unreadable(error: multer::Error) -> Refusal {
    Refusal::bad_request(format!("The multipart body cannot be read: {error}"))
}

fn incomplete(error: io::Error) -> Refusal {
    Refusal::bad_request(format!("The body ended early: {error}"))
}

#[cfg(test)]
mod tests {
    use std::task::Poll;

    use super::*;

    /// A browser's small upload: the headers first, then the whole body at once, after somebody asked for it in vain.
    #[tokio::test]
    async fn a_body_that_comes_whole_after_the_headers_is_read() {
        let whole = "--b\r\nContent-Disposition: form-data; name=\"tags\"\r\n\r\nsea\r\n--b--\r\n";
        let mut asked = 0;
        let mut body = stream::poll_fn(move |context| {
            asked += 1;
            match asked {
                1 => {
                    context.waker().wake_by_ref();
                    Poll::Pending
                }
                2 => Poll::Ready(Some(Ok(Bytes::from_static(whole.as_bytes())))),
                _ => Poll::Ready(None),
            }
        });
        let mut headers = HeaderMap::new();
        let multipart = "multipart/form-data; boundary=b".parse().unwrap();
        headers.insert(header::CONTENT_TYPE, multipart);
        let form = Form::read("", &headers, &mut body, Keep::Nothing, 0).await;
        let fields = form.unwrap().fields;
        assert_eq!(fields, [("tags".to_owned(), "sea".to_owned())]);
    }
}
