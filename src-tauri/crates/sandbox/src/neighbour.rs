//! How to speak to a sandbox that another process runs in a folder of this user.

use std::fs;
use std::path::Path;

use url::Url;

use crate::error::SandboxError;
use crate::home::{Kept, Running};

/// What a folder tells about the sandbox that runs in it with the folder's own pair.
pub struct Neighbour {
    /// The cloud name.
    pub cloud_name: String,
    /// The key that is kept in the folder.
    pub api_key: String,
    /// Its secret. It is worth nothing outside this computer.
    pub api_secret: String,
    /// The address of the widget stand-in's loader.
    pub widget_script_url: Url,
    /// The origin of the widget stand-in's frame.
    pub widget_frame_origin: Url,
}

impl Neighbour {
    /// Reads what is kept in `folder`; `url` is where [`SandboxError::AlreadyRunning`] says that it answers.
    /// `None` when the folder does not say: that sandbox was started with a pair of its own.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn read(folder: &Path, url: &Url) -> Result<Option<Self>, SandboxError> {
        let Some(running) =
            Running::read(folder).filter(|running| running.url == *url && running.kept_credentials)
        else {
            return Ok(None);
        };
        let path = folder.join("sandbox.json");
        let text = fs::read(&path).map_err(|source| SandboxError::Folder {
            path: path.clone(),
            source,
        })?;
        let kept: Kept = serde_json::from_slice(&text)
            .map_err(|source| SandboxError::Unreadable { path, source })?;
        let script = url.join("/widget/all.js").ok();
        let (Some(api_key), Some(api_secret), Some(widget_script_url)) =
            (kept.api_key, kept.api_secret, script)
        else {
            return Ok(None);
        };
        Ok(Some(Self {
            cloud_name: running.cloud_name,
            api_key,
            api_secret,
            widget_script_url,
            widget_frame_origin: running.frame_origin,
        }))
    }
}
