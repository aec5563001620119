use std::path::{Path, PathBuf};

/// Where Aloft keeps things. `ALOFT_HOME` moves all of it, for portable use and for tests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folders {
    /// `accounts.json`.
    pub config: PathBuf,
    /// The queue, the library, the senders' locks, the sandbox.
    pub data: PathBuf,
    /// Logs; never a secret in them.
    pub logs: PathBuf,
}

impl Folders {
    /// The folders of this user, or those under `ALOFT_HOME`.
    pub fn of_this_user() -> Self {
        if let Some(home) = std::env::var_os("ALOFT_HOME").filter(|home| !home.is_empty()) {
            return Self::under(&std::path::absolute(&home).unwrap_or_else(|_| home.into()));
        }
        // Without a home folder there is nothing better than the current one; `doctor` says so.
        let here = PathBuf::from(".aloft");
        let data = dirs::data_dir().map_or_else(|| here.join("data"), |dir| dir.join("aloft"));
        Self {
            config: dirs::config_dir().map_or_else(|| here.join("config"), |dir| dir.join("aloft")),
            logs: data.join("logs"),
            data,
        }
    }

    /// All folders under one.
    pub fn under(home: &Path) -> Self {
        Self {
            config: home.join("config"),
            data: home.join("data"),
            logs: home.join("logs"),
        }
    }

    /// Where the audit log is.
    pub fn audit(&self) -> PathBuf {
        self.data.join("audit")
    }

    /// Where the built-in sandbox keeps its port and what was sent to it.
    pub fn sandbox(&self) -> PathBuf {
        self.data.join("sandbox")
    }
}
