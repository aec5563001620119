//! The file on disk: read as a whole, replaced as a whole, kept as it was where this version does not know it.

use std::path::Path;

use serde_json::{Map, Value};

use crate::contract::{Problem, ProblemKind};
use crate::document::{Document, Found};
use crate::words;

/// `settings.json` in its folder, which exists.
pub(super) struct SettingsFile(Document<Map<String, Value>>);

impl SettingsFile {
    pub(super) fn in_folder(folder: &Path) -> Self {
        Self(Document::at(folder.join("settings.json")))
    }

    /// What the file holds; nothing where there is none. A damaged file is set aside, and the problem says where.
    pub(super) fn read(&self) -> Result<Map<String, Value>, Problem> {
        match self.0.read()? {
            Found::Sound(root) => Ok(root),
            Found::Nothing => Ok(Map::new()),
            Found::Damaged(_) => {
                // Another process may have been the first to see the damage: look again, alone.
                let _lock = self.0.lock()?;
                match self.0.read()? {
                    Found::Sound(root) => Ok(root),
                    Found::Nothing => Ok(Map::new()),
                    Found::Damaged(reason) => Err(self.set_aside(&reason)?),
                }
            }
        }
    }

    /// Reads, changes and replaces the file while no other process can. Without a difference nothing is written.
    pub(super) fn change(
        &self,
        change: impl FnOnce(&mut Map<String, Value>),
    ) -> Result<(), Problem> {
        let _lock = self.0.lock()?;
        let mut root = match self.0.read()? {
            Found::Sound(root) => root,
            Found::Nothing => Map::new(),
            Found::Damaged(reason) => {
                let problem = self.set_aside(&reason)?;
                tracing::warn!("{problem}");
                Map::new()
            }
        };
        let before = root.clone();
        change(&mut root);
        if root == before {
            return Ok(());
        }
        self.0.replace(&root)
    }

    /// Only under the lock.
    fn set_aside(&self, reason: &str) -> Result<Problem, Problem> {
        self.0.set_aside(|copy| {
            Problem::new(
                ProblemKind::Disk,
                words::problem::settings_damaged(copy, reason),
                words::hint::settings_usual(),
            )
        })
    }
}
