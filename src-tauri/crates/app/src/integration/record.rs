//! A note of what was made, so that exactly that can be taken away: entries, also where `XDG_DATA_HOME` has changed since,
//! and the folders that were not there before.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{Content, Entry, Place, Step, Surroundings, System, What, linux};
use crate::contract::{Problem, ProblemKind};
use crate::document::{Document, Found};
use crate::{problems, words};

#[derive(Debug, Default, Serialize, Deserialize)]
struct Record {
    /// Files that are entries.
    entries: BTreeSet<PathBuf>,
    /// Folders, and what the desktop itself put into them, that were not there before.
    made: BTreeSet<PathBuf>,
}

/// Notes what will be there, before anything is made.
pub(super) fn before_install(around: &Surroundings, plan: &[Entry]) -> Result<(), Problem> {
    let document = document(around);
    let mut record = read(around);
    for entry in plan {
        let Place::File(path) = &entry.place else {
            continue;
        };
        let missing = |folder: &&Path| folder.symlink_metadata().is_err();
        record.made.extend(
            path.ancestors()
                .skip(1)
                .take_while(missing)
                .map(Path::to_owned),
        );
        record.entries.insert(path.clone());
    }
    if around.system == System::Linux {
        let cache = cache(around);
        if cache.symlink_metadata().is_err() {
            record.made.insert(cache);
        }
    }
    let folder = around.record.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(|error| {
        let words = words::problem::not_made(folder, &error);
        problems::problem(ProblemKind::Disk, words)
    })?;
    document.replace(&record)
}

/// Entries of an earlier installation in other places than those of `steps`.
pub(super) fn elsewhere(around: &Surroundings, steps: &[Step]) -> Vec<Entry> {
    let here: BTreeSet<&Place> = steps.iter().map(|step| &step.place).collect();
    let places = read(around).entries.into_iter().map(Place::File);
    places
        .filter(|place| !here.contains(place) && place.is_there())
        .map(|place| Entry {
            what: What::Launcher,
            place,
            content: Content::Text {
                text: String::new(),
                executable: false,
            },
        })
        .collect()
}

/// Takes the folders away that were made and are empty again, then the note.
pub(super) fn after_remove(around: &Surroundings) {
    let record = read(around);
    let cache = cache(around);
    if record.made.contains(&cache) && !has_launchers(&linux::applications(around)) {
        let _ = std::fs::remove_file(&cache);
    }
    // Deeper ones come later in the order, so from the end.
    for folder in record.made.iter().rev() {
        // Fails where something is in it, and then it has to stay.
        let _ = std::fs::remove_dir(folder);
    }
    let _ = std::fs::remove_file(&around.record);
}

impl Place {
    fn is_there(&self) -> bool {
        matches!(self, Self::File(path) if path.symlink_metadata().is_ok())
    }
}

/// What `update-desktop-database` writes.
fn cache(around: &Surroundings) -> PathBuf {
    linux::applications(around).join("mimeinfo.cache")
}

fn has_launchers(folder: &Path) -> bool {
    let Ok(files) = std::fs::read_dir(folder) else {
        return false;
    };
    files
        .flatten()
        .any(|file| file.path().extension().is_some_and(|end| end == "desktop"))
}

fn document(around: &Surroundings) -> Document<Record> {
    Document::at(around.record.clone())
}

/// A note that cannot be read says nothing.
fn read(around: &Surroundings) -> Record {
    let found = document(around).read();
    found.map(Found::or_nothing).unwrap_or_default()
}
