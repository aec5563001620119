//! What all handlers share.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use url::Url;

use crate::asset::Asset;
use crate::chunks::Chunks;
use crate::clock::Clock;
use crate::config::{
    Credentials, FolderMode, MetadataField, SignatureModel, UploadPreset, WidgetMode,
};
use crate::faults::FaultBook;
use crate::journal::Journal;
use crate::manage::DeleteTokens;
use crate::signature;
use crate::spool::Keep;
use crate::store::Store;

/// A running sandbox, as its handlers see it.
pub(crate) struct Server {
    pub(crate) folder: PathBuf,
    pub(crate) port: u16,
    pub(crate) frame_port: u16,
    pub(crate) cloud_name: String,
    pub(crate) credentials: Credentials,
    pub(crate) more_credentials: Vec<Credentials>,
    pub(crate) latency: Duration,
    pub(crate) discard: bool,
    pub(crate) max_request_bytes: u64,
    pub(crate) signature_model: SignatureModel,
    pub(crate) widget: WidgetMode,
    pub(crate) folder_mode: FolderMode,
    pub(crate) unsigned_presets: Vec<UploadPreset>,
    pub(crate) signed_presets: Vec<UploadPreset>,
    pub(crate) metadata_fields: Vec<MetadataField>,
    pub(crate) clock: Clock,
    pub(crate) faults: FaultBook,
    pub(crate) journal: Journal,
    pub(crate) store: Arc<Store>,
    pub(crate) chunks: Chunks,
    pub(crate) delete_tokens: DeleteTokens,
    pub(crate) exfiltrated: Mutex<Vec<String>>,
    pub(crate) accepted: Arc<AtomicU64>,
}

impl Server {
    /// `http://127.0.0.1:PORT`, without a slash at the end.
    pub(crate) fn base_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The widget frame's origin, on its own port.
    pub(crate) fn frame_origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.frame_port)
    }

    pub(crate) fn cloud_name(&self) -> &str {
        &self.cloud_name
    }

    pub(crate) fn api_secret(&self) -> &str {
        &self.credentials.api_secret
    }

    /// The secret that belongs to a key; `None` for a key that is unknown here.
    pub(crate) fn secret_of(&self, api_key: &str) -> Option<&str> {
        std::iter::once(&self.credentials)
            .chain(&self.more_credentials)
            .find(|pair| signature::same(api_key, &pair.api_key))
            .map(|pair| pair.api_secret.as_str())
    }

    pub(crate) fn folder_mode(&self) -> FolderMode {
        self.folder_mode
    }

    /// Where file bytes go until it is known what they are.
    pub(crate) fn keep(&self, is_chunk: bool) -> Keep {
        match (self.discard, is_chunk) {
            (false, _) => Keep::Disk(self.store.incoming().to_owned()),
            (true, true) => Keep::Memory,
            (true, false) => Keep::Nothing,
        }
    }

    /// How many bytes of one file part are taken in.
    pub(crate) fn limit(&self) -> u64 {
        if self.discard {
            u64::MAX
        } else {
            self.max_request_bytes
        }
    }

    /// The stored asset behind one of this sandbox's own links, and the file with its bytes.
    pub(crate) fn own_asset(&self, url: &Url) -> Option<(Arc<Asset>, PathBuf)> {
        let own = url.scheme() == "http"
            && matches!(url.host_str(), Some("127.0.0.1" | "localhost"))
            && url.port_or_known_default() == Some(self.port);
        if !own {
            return None;
        }
        let (asset, _) = crate::delivery::find(self, url.path()).ok()?;
        let path = self.store.content(&asset)?;
        Some((asset, path))
    }

    pub(crate) fn note_exfiltration(&self, how: String) {
        self.exfiltrated
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(how);
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }
}
