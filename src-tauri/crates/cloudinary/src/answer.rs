use reqwest::header::HeaderMap;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::error::Said;
use crate::{Chunk, Error};

/// What the service said to an upload request.
#[derive(Debug, Clone, PartialEq)]
pub enum UploadAnswer {
    /// The asset is there. Look at [`Asset::existing`]: it may be one that was there before.
    Stored(Box<Asset>),
    /// One part was taken, more are to come.
    ChunkAccepted {
        /// Bytes that the service holds so far.
        bytes: Option<u64>,
        /// The public ID, if it is decided already.
        public_id: Option<String>,
    },
    /// `async` was asked for; the result comes by notification only.
    Pending {
        /// The ID, if it is decided already.
        public_id: Option<String>,
        /// The number that the notification will carry.
        batch_id: Option<String>,
    },
}

/// An asset as the Upload and the Admin API describe it. Whatever is missing or has another type than expected is `None`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Asset {
    /// The name under which it is served. Of raw assets it ends with the extension.
    pub public_id: String,
    /// The identity that survives renaming, 32 hexadecimal digits.
    pub asset_id: Option<String>,
    /// Unix seconds of this content; 0 if it was not told.
    pub version: u64,
    /// The service's signature over `public_id` and `version`; see [`Asset::is_genuine`].
    pub signature: Option<String>,
    /// `image`, `video` or `raw`.
    pub resource_type: Option<String>,
    /// `upload`, `private` or `authenticated`.
    pub delivery_type: Option<String>,
    /// `jpg`, `mp4` …; none for raw.
    pub format: Option<String>,
    /// Size of what is stored.
    pub bytes: Option<u64>,
    /// In pixels.
    pub width: Option<u64>,
    /// In pixels.
    pub height: Option<u64>,
    /// MD5 of what is stored, hexadecimal.
    pub etag: Option<String>,
    /// The plain link.
    pub url: Option<String>,
    /// The link over TLS.
    pub secure_url: Option<String>,
    /// The file's name without its extension.
    pub original_filename: Option<String>,
    /// When it was stored, ISO 8601.
    pub created_at: Option<String>,
    /// Fixed-folder mode: the path inside the public ID.
    pub folder: Option<String>,
    /// Dynamic-folder mode: where it is shown.
    pub asset_folder: Option<String>,
    /// Dynamic-folder mode: what it is called there.
    pub display_name: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// Nothing was stored: an asset of this ID was there, and this is its description.
    pub existing: bool,
    /// An asset of this ID was there and has been replaced.
    pub overwritten: bool,
    /// A bearer right to delete it for some ten minutes, if one was asked for.
    pub delete_token: Option<String>,
    /// Everything else the service said.
    pub extra: Map<String, Value>,
}

impl Asset {
    /// Reads an answer; `None` if it does not even have a public ID.
    pub(crate) fn read(mut object: Map<String, Value>) -> Option<Self> {
        let public_id = text(&mut object, "public_id")?;
        let o = &mut object;
        Some(Self {
            public_id,
            asset_id: text(o, "asset_id"),
            version: number(o, "version").unwrap_or(0),
            signature: text(o, "signature"),
            resource_type: text(o, "resource_type"),
            delivery_type: text(o, "type"),
            format: text(o, "format"),
            bytes: number(o, "bytes"),
            width: number(o, "width"),
            height: number(o, "height"),
            etag: text(o, "etag"),
            url: text(o, "url"),
            secure_url: text(o, "secure_url"),
            original_filename: text(o, "original_filename"),
            created_at: text(o, "created_at"),
            folder: text(o, "folder"),
            asset_folder: text(o, "asset_folder"),
            display_name: text(o, "display_name"),
            tags: texts(o, "tags"),
            existing: flag(o, "existing"),
            overwritten: flag(o, "overwritten"),
            delete_token: text(o, "delete_token"),
            extra: object,
        })
    }

    /// Whether the answer was signed by a holder of the secret; `None` if it carries no signature.
    #[must_use]
    pub fn is_genuine(&self, secret: &SecretString) -> Option<bool> {
        let signature = self.signature.as_deref()?;
        Some(signing::verify_response(
            &self.public_id,
            self.version,
            signature,
            secret,
        ))
    }
}

/// Tells the three answers of the upload endpoint apart.
pub(crate) fn upload_answer(
    mut object: Map<String, Value>,
    chunk: Option<&Chunk>,
) -> Result<UploadAnswer, Error> {
    let is_last = chunk.is_none_or(Chunk::is_last);
    let is_stored = object.contains_key("asset_id") || object.contains_key("version");
    if object.get("done") == Some(&Value::Bool(false)) {
        if is_last {
            return Err(Error::Incomplete);
        }
        return Ok(chunk_accepted(object));
    }
    if object.get("status").and_then(Value::as_str) == Some("pending") && !is_stored {
        return Ok(UploadAnswer::Pending {
            public_id: text(&mut object, "public_id"),
            batch_id: text(&mut object, "batch_id"),
        });
    }
    if !is_last && !is_stored {
        return Ok(chunk_accepted(object));
    }
    Asset::read(object)
        .map(|asset| UploadAnswer::Stored(Box::new(asset)))
        .ok_or_else(unreadable)
}

fn chunk_accepted(mut object: Map<String, Value>) -> UploadAnswer {
    UploadAnswer::ChunkAccepted {
        bytes: number(&mut object, "bytes"),
        public_id: text(&mut object, "public_id"),
    }
}

/// A good status with JSON in which nothing is as it should be.
pub(crate) fn unreadable() -> Error {
    Error::NotJson(Box::new(Said::of_status(200, &HeaderMap::new())))
}

/// Takes a text out, or leaves what has another type for `extra`.
pub(crate) fn text(object: &mut Map<String, Value>, name: &str) -> Option<String> {
    let text = object.get(name)?.as_str()?.to_owned();
    object.remove(name);
    Some(text)
}

/// Takes a whole number out, written as a number or as digits.
pub(crate) fn number(object: &mut Map<String, Value>, name: &str) -> Option<u64> {
    let value = object.get(name)?;
    let number = value
        .as_u64()
        .or_else(|| value.as_str().and_then(|digits| digits.parse().ok()))?;
    object.remove(name);
    Some(number)
}

pub(crate) fn flag(object: &mut Map<String, Value>, name: &str) -> bool {
    let is_set = object.get(name) == Some(&Value::Bool(true));
    if is_set {
        object.remove(name);
    }
    is_set
}

fn texts(object: &mut Map<String, Value>, name: &str) -> Vec<String> {
    let Some(values) = object.get(name).and_then(Value::as_array) else {
        return Vec::new();
    };
    let texts = values
        .iter()
        .filter_map(|value| Some(value.as_str()?.to_owned()))
        .collect();
    object.remove(name);
    texts
}
