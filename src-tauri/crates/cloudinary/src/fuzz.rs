//! What is fuzzed: any answer of a service, or of whoever answers in its place. It must not panic, and what is said about it must
//! not hold the secret, whatever it repeats. The fuzz target and the property tests call the same function.

use bytes::Bytes;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use secrecy::SecretString;
use serde_json::{Map, Value};

use crate::admin::{Config, MetadataField, UploadPreset, Usage};
use crate::answer::upload_answer;
use crate::destroy::Destroyed;
use crate::error::classify::Asked;
use crate::wire::Answer;
use crate::{Asset, Chunk, Error, Folder};

/// The secret that no error may repeat.
pub const SECRET: &str = "canary-of-the-fuzzer";
/// The key beside it.
pub const KEY: &str = "847362519283746";

/// An answer as text: the status, headers one a line, an empty line, the body.
///
/// ```text
/// 420
/// Retry-After: 3
///
/// {"error": {"message": "Rate Limit Exceeded"}}
/// ```
pub fn service_answer(bytes: &[u8]) {
    let (status, headers, body) = parts(bytes);
    let secret = SecretString::from(SECRET);
    let asked = Asked {
        host: "api.cloudinary.com",
        api_key: KEY,
        secret: Some(&secret),
        unsigned: status % 2 == 1,
        signed_text: Some("timestamp=1795473338"),
        file_name: "a.png",
    };
    let answer = Answer {
        status,
        headers,
        body,
    };
    match answer.object(&asked) {
        Ok(object) => reads(&object),
        Err(error) => says_nothing(&error),
    }
}

/// Every reader of a good answer takes it, whatever it was asked for.
fn reads(object: &Map<String, Value>) {
    let part = |last| Chunk {
        upload_id: "a".to_owned(),
        first: 0,
        last,
        total: 10,
    };
    for chunk in [None, Some(part(4)), Some(part(9))] {
        if let Err(error) = upload_answer(object.clone(), chunk.as_ref()) {
            let _ = (error.kind(), error.decision(), error.to_string());
        }
    }
    if let Some(asset) = Asset::read(object.clone()) {
        let _ = asset.is_genuine(&SecretString::from(SECRET));
        // What is kept of it is read again as it was.
        let kept = serde_json::to_value(&asset).and_then(serde_json::from_value::<Asset>);
        assert!(kept.is_ok_and(|kept| kept == asset));
    }
    let _ = Usage::read(object.clone());
    let _ = Config::read(object.clone());
    let _ = UploadPreset::read(object.clone());
    let _ = Folder::read(object.clone());
    let _ = MetadataField::read(object.clone());
    let _ = Destroyed::read(object.clone());
}

fn says_nothing(error: &Error) {
    let said = format!(
        "{error} {error:?} {:?} {:?}",
        error.kind(),
        error.decision()
    );
    assert!(!said.contains(SECRET), "{said}");
}

fn parts(bytes: &[u8]) -> (u16, HeaderMap, Bytes) {
    let end = bytes.windows(2).position(|pair| pair == b"\n\n");
    let (head, body) = match end {
        Some(end) => (&bytes[..end], &bytes[end + 2..]),
        None => (&b"200"[..], bytes),
    };
    let mut lines = head.split(|byte| *byte == b'\n');
    let status = lines.next().and_then(|line| std::str::from_utf8(line).ok());
    let status = status.and_then(|text| text.parse().ok()).unwrap_or(200);
    let mut headers = HeaderMap::new();
    for line in lines {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else {
            continue;
        };
        let name = HeaderName::from_bytes(&line[..colon]);
        let value = HeaderValue::from_bytes(line[colon + 1..].trim_ascii());
        if let (Ok(name), Ok(value)) = (name, value) {
            headers.append(name, value);
        }
    }
    (status, headers, Bytes::copy_from_slice(body))
}
