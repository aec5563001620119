//! Aloft in the file manager: entries in its menus that hand files to `aloft-desktop`, for this user alone.
//!
//! What there is to be is a value, [`Integration::plan`]; [`Integration::install`] and [`Integration::remove`] make it so.
//! Every entry carries a mark. What has none is not ours: it is named and left alone.

mod chosen;
mod disk;
mod linux;
mod login;
mod program;
mod quoting;
mod record;
mod registry;
mod surroundings;
mod view;
mod windows;

use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::contract::{Problem, ProblemKind};
use crate::words;
pub use login::LoginEntry;
pub use surroundings::{Surroundings, System};

/// Stands in each entry. Never changed: by it an older Aloft's entries are known.
const MARK: &str = "Made by Aloft, taken away by: aloft integrate remove";

/// What an entry is to the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// The picture that the others show.
    Icon,
    /// The program in the desktop's list of programs, and in “Open with”.
    Launcher,
    /// A script in the menu of GNOME Files.
    Nautilus,
    /// An action in the menu of KDE's Dolphin.
    Dolphin,
    /// A target in “Send to” of Windows Explorer.
    SendTo,
    /// A command for files in Windows Explorer.
    FileVerb,
    /// A command for folders in Windows Explorer.
    FolderVerb,
}

/// Where an entry is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A file.
    File(PathBuf),
    /// A key of the registry.
    Key(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Key(key) => f.write_str(key),
        }
    }
}

impl Serialize for Place {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What is written there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A text file.
    Text {
        /// All of it.
        text: String,
        /// Whether it may be started.
        executable: bool,
    },
    /// A shortcut of Windows.
    Shortcut {
        /// The program that it starts.
        target: String,
    },
    /// A verb in the registry of Windows.
    Verb {
        /// File and number of its picture.
        icon: String,
        /// The command line; `%1` is the file.
        command: String,
    },
}

/// One thing that is to be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it is.
    pub what: What,
    /// Where it belongs.
    pub place: Place,
    /// What it says.
    pub content: Content,
}

/// How an entry is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Nothing is there.
    Absent,
    /// As planned.
    Installed,
    /// Ours, but it says something else, such as the place that the program had before.
    Outdated,
    /// Something is there that is not ours.
    Foreign,
}

/// An entry that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Seen {
    /// What it is.
    pub what: What,
    /// Where it belongs.
    pub place: Place,
    /// How it is.
    pub standing: Standing,
}

/// What was done to an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It was written.
    Written,
    /// It was there already.
    Kept,
    /// It was taken away.
    Removed,
    /// There was nothing to take away.
    Absent,
    /// Something that is not ours was left alone.
    LeftAlone,
}

/// What became of one entry.
#[derive(Clone, Debug)]
pub struct Step {
    /// What it is.
    pub what: What,
    /// Where it belongs.
    pub place: Place,
    /// What was done, or why it could not be done.
    pub outcome: Result<Change, Problem>,
}

/// How everything is.
#[derive(Clone, Debug)]
pub struct Status {
    /// Every entry of this system, in a fixed order; empty where there is none.
    pub entries: Vec<Seen>,
    /// What is amiss, and what to do; `None` where all is there, or nothing.
    pub problem: Option<Problem>,
}

impl Status {
    /// Whether anything of ours is there.
    pub fn is_installed(&self) -> bool {
        self.entries.iter().any(Seen::is_ours)
    }
}

impl Seen {
    fn is_ours(&self) -> bool {
        matches!(self.standing, Standing::Installed | Standing::Outdated)
    }
}

/// The entries of this user.
#[derive(Clone, Debug)]
pub struct Integration {
    surroundings: Surroundings,
}

impl Integration {
    /// In these surroundings.
    pub fn new(surroundings: Surroundings) -> Self {
        Self { surroundings }
    }

    /// What is to be there. Looks at nothing and changes nothing.
    ///
    /// # Errors
    /// Why there can be no entries: no program that they could start, a program that will not stay where it is, another
    /// user's home, a system without entries of this kind.
    pub fn plan(surroundings: &Surroundings) -> Result<Vec<Entry>, Problem> {
        if surroundings.system == System::MacOs {
            return Err(not_on_macos());
        }
        let program = program::to_start(surroundings)?;
        Ok(entries(surroundings, program))
    }

    /// Writes what is missing or outdated, in a fixed order. What is not ours stays, and its step says so; the others are
    /// written all the same.
    ///
    /// # Errors
    /// As [`Integration::plan`], and when it cannot be noted what will be made; nothing is changed then.
    pub fn install(&self) -> Result<Vec<Step>, Problem> {
        let around = &self.surroundings;
        let plan = Self::plan(around)?;
        record::before_install(around, &plan)?;
        let steps = plan
            .into_iter()
            .map(|entry| {
                let outcome = install(&entry);
                step(entry, outcome)
            })
            .collect();
        disk::tell_the_desktop(around);
        Ok(steps)
    }

    /// Takes away what is ours, also where the program is not found any more, and the folders that were made for it and
    /// are empty.
    ///
    /// # Errors
    /// Only when this home is not the one that may be changed.
    pub fn remove(&self) -> Result<Vec<Step>, Problem> {
        let around = &self.surroundings;
        program::may_change(around)?;
        let mut steps: Vec<Step> = entries(around, "")
            .into_iter()
            .map(|entry| {
                let outcome = remove(&entry);
                step(entry, outcome)
            })
            .collect();
        steps.extend(record::elsewhere(around, &steps).into_iter().map(|entry| {
            let outcome = remove(&entry);
            step(entry, outcome)
        }));
        disk::tell_the_desktop(around);
        if steps.iter().all(|step| step.outcome.is_ok()) {
            record::after_remove(around);
        }
        Ok(steps)
    }

    /// Looks at every entry.
    pub fn status(&self) -> Status {
        let around = &self.surroundings;
        let plan = Self::plan(around);
        let problem = plan.as_ref().err().cloned();
        let plan = plan.unwrap_or_else(|_| entries(around, ""));
        let entries: Vec<Seen> = plan.iter().map(look).collect();
        let installed = entries.iter().any(Seen::is_ours);
        let amiss = installed.then(|| amiss(&entries)).flatten();
        Status {
            problem: problem.or(amiss),
            entries,
        }
    }
}

fn entries(around: &Surroundings, program: &str) -> Vec<Entry> {
    match around.system {
        System::Linux => linux::entries(around, program),
        System::Windows => windows::entries(around, program),
        System::MacOs => Vec::new(),
    }
}

fn look(entry: &Entry) -> Seen {
    Seen {
        what: entry.what,
        place: entry.place.clone(),
        // What cannot be looked at is not to be touched either.
        standing: standing(entry).unwrap_or(Standing::Foreign),
    }
}

fn standing(entry: &Entry) -> std::io::Result<Standing> {
    match (&entry.place, &entry.content) {
        (Place::File(path), content) => disk::standing(path, content),
        (Place::Key(key), content) => registry::standing(key, content),
    }
}

fn install(entry: &Entry) -> Result<Change, Problem> {
    let standing = standing(entry).map_err(|error| not_done(entry, &error))?;
    match (standing, &entry.place) {
        (Standing::Foreign, _) => return Err(left_alone(&entry.place)),
        (Standing::Installed, Place::Key(_)) => return Ok(Change::Kept),
        (Standing::Installed, Place::File(path)) if disk::says(path, &entry.content) => {
            return Ok(Change::Kept);
        }
        (_, Place::File(path)) => disk::write(path, &entry.content, standing != Standing::Absent),
        (_, Place::Key(key)) => registry::write(key, &entry.content),
    }
    .map_err(|error| not_done(entry, &error))?;
    Ok(Change::Written)
}

fn remove(entry: &Entry) -> Result<Change, Problem> {
    let standing = standing(entry).map_err(|error| not_done(entry, &error))?;
    match (standing, &entry.place) {
        (Standing::Absent, _) => return Ok(Change::Absent),
        (Standing::Foreign, _) => return Ok(Change::LeftAlone),
        (Standing::Installed | Standing::Outdated, Place::File(path)) => std::fs::remove_file(path),
        (Standing::Installed | Standing::Outdated, Place::Key(key)) => registry::remove(key),
    }
    .map_err(|error| not_done(entry, &error))?;
    Ok(Change::Removed)
}

fn step(entry: Entry, outcome: Result<Change, Problem>) -> Step {
    Step {
        what: entry.what,
        place: entry.place,
        outcome,
    }
}

fn amiss(entries: &[Seen]) -> Option<Problem> {
    let first = |standing| entries.iter().find(|seen| seen.standing == standing);
    if let Some(seen) = first(Standing::Foreign) {
        return Some(left_alone(&seen.place));
    }
    let seen = first(Standing::Outdated).or_else(|| first(Standing::Absent))?;
    let place = seen.place.to_string();
    let words = match seen.standing {
        Standing::Absent => words::problem::entry_missing(place),
        Standing::Installed | Standing::Outdated | Standing::Foreign => {
            words::problem::entry_outdated(place)
        }
    };
    Some(Problem::new(
        ProblemKind::Gone,
        words,
        words::hint::install_entries_again(),
    ))
}

fn left_alone(place: &Place) -> Problem {
    Problem::new(
        ProblemKind::NameTaken,
        words::problem::entry_foreign(place.to_string()),
        words::hint::move_away(),
    )
}

fn not_done(entry: &Entry, error: &std::io::Error) -> Problem {
    Problem::new(
        ProblemKind::Disk,
        words::problem::entry_not_changed(entry.place.to_string(), error),
        words::hint::check_permissions(),
    )
}

fn not_on_macos() -> Problem {
    Problem::new(
        ProblemKind::NotHere,
        words::problem::no_finder(),
        words::hint::no_finder(),
    )
}

#[cfg(test)]
mod tests;
