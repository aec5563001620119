//! A stored asset and how answers describe it (protocol sheet 3.5).

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::clock;
use crate::config::FolderMode;
use crate::media::ResourceType;
use crate::server::Server;
use crate::signature;

/// What identifies an asset.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub(crate) resource_type: ResourceType,
    pub(crate) delivery_type: String,
    pub(crate) public_id: String,
}

/// A stored asset; this very shape lies in the folder as `assets/<asset_id>.json`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Asset {
    pub(crate) asset_id: String,
    pub(crate) public_id: String,
    pub(crate) resource_type: ResourceType,
    #[serde(rename = "type")]
    pub(crate) delivery_type: String,
    pub(crate) version: i64,
    pub(crate) version_id: String,
    /// Empty when unknown.
    pub(crate) format: String,
    pub(crate) bytes: u64,
    /// The MD5 of the stored bytes.
    pub(crate) etag: String,
    pub(crate) width: Option<u32>,
    pub(crate) height: Option<u32>,
    /// Unix seconds.
    pub(crate) created_at: i64,
    /// Unix seconds of the latest version.
    pub(crate) uploaded_at: i64,
    /// Counts uploads: orders what came within one second.
    pub(crate) order: u64,
    pub(crate) asset_folder: String,
    pub(crate) display_name: String,
    pub(crate) original_filename: Option<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) context: BTreeMap<String, String>,
    pub(crate) metadata: BTreeMap<String, String>,
    pub(crate) access_control: Option<Value>,
    /// Name of the file beside this description; `None` when the bytes were thrown away.
    pub(crate) content: Option<String>,
}

/// What stays as it is in a path segment; `/` and `:` stay too, as in PyPI's links.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'_')
    .remove(b'.')
    .remove(b'-')
    .remove(b'/')
    .remove(b':');

impl Asset {
    pub(crate) fn key(&self) -> Key {
        Key {
            resource_type: self.resource_type,
            delivery_type: self.delivery_type.clone(),
            public_id: self.public_id.clone(),
        }
    }

    /// The public ID with the extension a link carries: raw files have it inside the ID.
    fn file_part(&self) -> String {
        let encoded = utf8_percent_encode(&self.public_id, KEPT).to_string();
        if self.resource_type == ResourceType::Raw || self.format.is_empty() {
            encoded
        } else {
            format!("{encoded}.{}", self.format)
        }
    }

    /// The loopback link; signed where the delivery type asks for it.
    pub(crate) fn link(&self, server: &Server) -> String {
        let file = self.file_part();
        let signature = if self.delivery_type == "upload" {
            String::new()
        } else {
            format!(
                "s--{}--/",
                signature::of_delivery(&file, server.api_secret())
            )
        };
        let base = server.base_url();
        let (cloud, kind, delivery, version) = (
            server.cloud_name(),
            self.resource_type,
            &self.delivery_type,
            self.version,
        );
        format!("{base}/{cloud}/{kind}/{delivery}/{signature}v{version}/{file}")
    }

    /// What upload, rename and explicit answer.
    pub(crate) fn describe(&self, server: &Server) -> Map<String, Value> {
        let link = self.link(server);
        let mut answer = Map::new();
        let mut put = |name: &str, value: Value| answer.insert(name.to_owned(), value);
        put("asset_id", json!(self.asset_id));
        put("public_id", json!(self.public_id));
        put("version", json!(self.version));
        put("version_id", json!(self.version_id));
        put(
            "signature",
            json!(signature::of_answer(
                &self.public_id,
                self.version,
                server.api_secret()
            )),
        );
        if let (Some(width), Some(height)) = (self.width, self.height) {
            put("width", json!(width));
            put("height", json!(height));
        }
        match self.resource_type {
            ResourceType::Image => {
                put("format", json!(self.format));
                put("pages", json!(1));
            }
            ResourceType::Video => {
                put("format", json!(self.format));
                put("pages", json!(0));
            }
            ResourceType::Raw => {}
        }
        put("resource_type", json!(self.resource_type));
        put("created_at", json!(clock::iso(self.created_at)));
        put("tags", json!(self.tags));
        put("bytes", json!(self.bytes));
        put("type", json!(self.delivery_type));
        put("etag", json!(self.etag));
        put("placeholder", json!(false));
        put("url", json!(link));
        put("secure_url", json!(link));
        match server.folder_mode() {
            FolderMode::Dynamic => {
                put("asset_folder", json!(self.asset_folder));
                put("display_name", json!(self.display_name));
            }
            FolderMode::Fixed => {
                put("folder", json!(self.asset_folder));
            }
        }
        if let Some(name) = &self.original_filename {
            put("original_filename", json!(name));
        }
        if !self.context.is_empty() {
            put("context", json!({"custom": self.context}));
        }
        if !self.metadata.is_empty() {
            put("metadata", json!(self.metadata));
        }
        if let Some(control) = &self.access_control {
            put("access_control", control.clone());
        }
        answer
    }

    /// What listings and searches answer: `format` is always there, the signature never.
    pub(crate) fn list_entry(&self, server: &Server) -> Value {
        let mut entry = self.describe(server);
        for name in [
            "signature",
            "placeholder",
            "version_id",
            "pages",
            "original_filename",
        ] {
            entry.remove(name);
        }
        entry.insert("format".to_owned(), json!(self.format));
        entry.insert(
            "uploaded_at".to_owned(),
            json!(clock::iso(self.uploaded_at)),
        );
        entry.insert("access_mode".to_owned(), json!("public"));
        entry.insert("status".to_owned(), json!("active"));
        entry.insert(
            "filename".to_owned(),
            json!(self.public_id.rsplit('/').next().unwrap_or_default()),
        );
        Value::Object(entry)
    }
}
