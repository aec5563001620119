//! `held.json`, in which earlier versions kept what is held: read once, taken over by the queue, and removed.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use engine::{HeldOrigin, NewHeld};

use crate::aloft::Aloft;
use crate::contract::{Problem, ProblemKind};
use crate::problems;

const NAME: &str = "held.json";

impl Aloft {
    /// Takes over what the file names. One that is damaged is set aside; the pictures it may have named exist nowhere else,
    /// so every one that nobody knows is held. Answers what the user has to know.
    pub(super) async fn take_over_held(&self) -> Option<Problem> {
        let file = self.0.folders.data.join(NAME);
        let (paths, said) = match read(&file) {
            Ok(Some(paths)) => (paths, None),
            Ok(None) if !aside(&file, 1).exists() => return None,
            Ok(None) => (self.unclaimed().await, None),
            Err(reason) => match set_aside(&file, &reason) {
                Ok(problem) => (self.unclaimed().await, Some(problem)),
                Err(problem) => return Some(problem),
            },
        };
        // nobody wrote down for which account: the sheet says to which it goes
        let account = self.active_account().ok().flatten();
        let account = account.map(|account| account.id.to_string());
        let thing = |source| NewHeld {
            account: Some(account.clone().unwrap_or_default()),
            source,
            origin: HeldOrigin::Given,
        };
        let things = paths.into_iter().map(thing).collect();
        match self.0.queue.take_over(NAME, things).await {
            // from now on the queue has them, so the file can go; otherwise it is found again, and not taken over twice
            Ok(_) => remove(&file),
            Err(error) => return Some(said.unwrap_or_else(|| error.into())),
        }
        said
    }

    async fn unclaimed(&self) -> Vec<PathBuf> {
        self.0.queue.unclaimed().await.unwrap_or_default()
    }
}

fn read(file: &Path) -> io::Result<Option<Vec<PathBuf>>> {
    let bytes = match fs::read(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        other => other?,
    };
    let items: Vec<OsString> = serde_json::from_slice(&bytes)?;
    Ok(Some(items.into_iter().map(PathBuf::from).collect()))
}

fn aside(file: &Path, number: u32) -> PathBuf {
    file.with_file_name(format!("held.damaged-{number}.json"))
}

/// Moves the file to the first free name.
fn set_aside(file: &Path, reason: &io::Error) -> Result<Problem, Problem> {
    let copy = (1_u32..)
        .map(|number| aside(file, number))
        .find(|copy| !copy.exists())
        .unwrap_or_else(|| aside(file, 0));
    fs::rename(file, &copy).map_err(|error| {
        let words = format!("What waits to be uploaded could not be kept on this disk: {error}.");
        problems::problem(ProblemKind::Disk, words)
    })?;
    Ok(Problem::new(
        ProblemKind::Disk,
        format!(
            "The list of what waits to be uploaded was damaged and has been set aside as {}: {reason}.",
            copy.display()
        ),
        "Add what was waiting again. The files themselves are untouched.",
    ))
}

fn remove(file: &Path) {
    if let Err(error) = fs::remove_file(file)
        && error.kind() != io::ErrorKind::NotFound
    {
        tracing::warn!(%error, "a list that the queue has taken over was not removed");
    }
}
