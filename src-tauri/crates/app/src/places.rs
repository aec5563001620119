//! Where things are kept on this computer, and how much room they take.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::aloft::Aloft;
use crate::contract::{PlaceKind, PlaceView, Places, Problem, ProblemKind};
use crate::folders::Folders;
use crate::problems;
use crate::words;

impl Aloft {
    /// Where each kind of thing is kept.
    ///
    /// # Errors
    /// When the disk was not looked at to the end.
    pub async fn places(&self) -> Result<Places, Problem> {
        let folders = self.folders().clone();
        let look = move || PlaceKind::ALL.map(|kind| look_at(&folders, kind));
        let looked = tokio::task::spawn_blocking(look).await;
        let places = looked.map_err(|error| {
            let words = words::problem::places_not_measured(error.to_string());
            problems::plain(ProblemKind::Internal, words)
        })?;
        // What nobody writes is not told of before it is there.
        let optional = [
            PlaceKind::Pasted,
            PlaceKind::Cleaned,
            PlaceKind::Thumbnails,
            PlaceKind::Logs,
        ];
        let kept = |place: &PlaceView| place.bytes.is_some() || !optional.contains(&place.kind);
        Ok(Places {
            places: places.into_iter().filter(kept).collect(),
        })
    }

    /// Shows a place in the file manager.
    ///
    /// # Errors
    /// When nothing is there yet, or there is no file manager.
    pub fn open_place(&self, kind: PlaceKind) -> Result<(), Problem> {
        let place = place_of(self.folders(), kind);
        if !place.exists() {
            let words = words::problem::place_empty(&place);
            return Err(problems::plain(ProblemKind::Gone, words));
        }
        self.0.desktop.reveal(&place)
    }
}

fn place_of(folders: &Folders, kind: PlaceKind) -> PathBuf {
    match kind {
        PlaceKind::Accounts => folders.config.join("accounts.json"),
        PlaceKind::Settings => folders.config.join("settings.json"),
        PlaceKind::Queue => folders.data.join("queue.db"),
        PlaceKind::Sandbox => folders.sandbox(),
        PlaceKind::Pasted => folders.data.join("pasted"),
        PlaceKind::Cleaned => folders.data.join("cleaned"),
        PlaceKind::Thumbnails => folders.data.join("thumbnails"),
        PlaceKind::Logs => folders.logs.clone(),
    }
}

fn look_at(folders: &Folders, kind: PlaceKind) -> PlaceView {
    let place = place_of(folders, kind);
    let mut bytes = size_of(&place);
    if kind == PlaceKind::Queue {
        // What was written last is beside the database until it is folded in.
        let beside = ["queue.db-wal", "queue.db-shm"].map(|name| size_of(&folders.data.join(name)));
        bytes = bytes.map(|bytes| bytes + beside.into_iter().flatten().sum::<u64>());
    }
    PlaceView {
        kind,
        place: place.display().to_string(),
        bytes,
    }
}

/// Bytes of a file, or of all files below a folder; `None` when it is not there. Links are not followed, and what cannot
/// be read counts as nothing.
fn size_of(place: &Path) -> Option<u64> {
    let about = match std::fs::symlink_metadata(place) {
        Ok(about) => about,
        Err(error) if error.kind() == ErrorKind::NotFound => return None,
        Err(_) => return Some(0),
    };
    if !about.is_dir() {
        return Some(about.len());
    }
    let mut bytes = 0;
    let mut open = vec![place.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.metadata() {
                Ok(about) if about.is_dir() => open.push(entry.path()),
                Ok(about) => bytes += about.len(),
                Err(_) => {}
            }
        }
    }
    Some(bytes)
}
