//! Why a sandbox could not start.

use std::io;
use std::path::PathBuf;

use url::Url;

/// Why a sandbox could not start, or a fault file could not be read.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// Another process, or another part of this one, serves this folder. Use its address, or another folder.
    #[error("a sandbox is already running in {folder}{}", .url.as_ref().map(|url| format!(", at {url}")).unwrap_or_default())]
    AlreadyRunning {
        /// The folder both wanted.
        folder: PathBuf,
        /// Where the running one answers; `None` when it has not written its address down yet.
        url: Option<Url>,
    },
    /// The port that was asked for cannot be had.
    #[error(
        "port {port} on 127.0.0.1 cannot be used: {source}; choose another with --port, or 0 for any free one"
    )]
    Port {
        /// The port that was asked for; 0 when no port at all was free.
        port: u16,
        /// What the system said.
        source: io::Error,
    },
    /// The folder, or a file in it, cannot be read or written.
    #[error("the sandbox cannot use {path}: {source}")]
    Folder {
        /// The path in question.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file in the folder, or a fault file, is not what it should be.
    #[error("{path} cannot be understood: {source}; correct it or remove it")]
    Unreadable {
        /// The path in question.
        path: PathBuf,
        /// What is wrong, and where.
        source: serde_json::Error,
    },
    /// A cloud name, key or secret that could never be written into a `CLOUDINARY_URL`.
    #[error("{what} may hold only letters, digits, hyphens and underscores, and must not be empty")]
    Credentials {
        /// Which of the three.
        what: &'static str,
    },
    /// A widget mode that does not exist.
    #[error("there is no widget mode {name}; the modes are {}", crate::WidgetMode::ALL.map(crate::WidgetMode::name).join(", "))]
    WidgetMode {
        /// What was asked for.
        name: String,
    },
}
