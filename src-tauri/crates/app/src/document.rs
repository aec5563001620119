//! A small JSON file: read as a whole, replaced as a whole, and set aside whole where it is damaged.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::contract::{Problem, ProblemKind};
use crate::words::{Words, hint, problem};

/// One such file, in a folder that exists. Nothing of it is kept in memory.
pub(crate) struct Document<T> {
    /// `<folder>/<name>.json`.
    path: PathBuf,
    holds: PhantomData<fn() -> T>,
}

/// What was found in a file.
#[derive(Debug, PartialEq)]
pub(crate) enum Found<T> {
    /// There is no file.
    Nothing,
    /// This.
    Sound(T),
    /// Something else, and why it is not understood.
    Damaged(String),
}

impl<T: Default> Found<T> {
    /// For what is only a convenience: what is missing or damaged says nothing.
    pub(crate) fn or_nothing(self) -> T {
        match self {
            Self::Sound(value) => value,
            Self::Nothing | Self::Damaged(_) => T::default(),
        }
    }
}

impl<T: Serialize + DeserializeOwned> Document<T> {
    /// `path` ends with `.json`.
    pub(crate) fn at(path: PathBuf) -> Self {
        Self {
            path,
            holds: PhantomData,
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// What the file holds now.
    ///
    /// # Errors
    /// When the system does not let it be read; a damaged file is none.
    pub(crate) fn read(&self) -> Result<Found<T>, Problem> {
        let bytes = match fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Nothing),
            Err(error) => return Err(self.trouble(problem::file_not_read, &error)),
        };
        Ok(match serde_json::from_slice(&bytes) {
            Ok(value) => Found::Sound(value),
            Err(error) => Found::Damaged(error.to_string()),
        })
    }

    /// Puts this in the place of what the file holds, readable for this user alone. Whoever reads meanwhile, or after a death
    /// or a power cut, finds all of the old or all of the new.
    ///
    /// # Errors
    /// When it cannot be written; the file is as it was then.
    pub(crate) fn replace(&self, value: &T) -> Result<(), Problem> {
        let write = || -> io::Result<()> {
            let (prefix, folder) = (format!(".{}-", self.name()), self.folder());
            let mut file = tempfile::Builder::new()
                .prefix(&prefix)
                .suffix(".tmp")
                .tempfile_in(folder)?;
            let mut text = serde_json::to_vec_pretty(value)?;
            text.push(b'\n');
            file.write_all(&text)?;
            file.as_file().sync_all()?;
            file.persist(&self.path).map_err(|error| error.error)?;
            sync_folder(folder)
        };
        write().map_err(|error| self.trouble(problem::not_written, &error))
    }

    /// Moves a damaged file to the first free name `<name>.damaged-1.json`, `-2` and so on, so that not one byte of it is lost.
    /// Where several processes use the file, only under the lock. Answers what is `said` of the new place.
    ///
    /// # Errors
    /// When it cannot be moved; it lies where it was then.
    pub(crate) fn set_aside(
        &self,
        said: impl FnOnce(&Path) -> Problem,
    ) -> Result<Problem, Problem> {
        let copy = (1_u32..)
            .map(|number| self.aside(number))
            .find(|copy| !copy.exists())
            .unwrap_or_else(|| self.aside(0));
        fs::rename(&self.path, &copy)
            .map_err(|error| self.trouble(problem::file_not_set_aside, &error))?;
        tracing::warn!(copy = %copy.display(), "a damaged file is set aside");
        Ok(said(&copy))
    }

    /// Where the damaged file of this number is set aside.
    pub(crate) fn aside(&self, number: u32) -> PathBuf {
        let name = format!("{}.damaged-{number}.json", self.name());
        self.path.with_file_name(name)
    }

    /// Waits until no other process has it. The kernel releases it when this is dropped, or its process dies.
    ///
    /// # Errors
    /// When the system does not give it.
    pub(crate) fn lock(&self) -> Result<File, Problem> {
        let lock = || -> io::Result<File> {
            let mut options = OpenOptions::new();
            options.read(true).write(true).create(true).truncate(false);
            let file = options.open(self.path.with_extension("lock"))?;
            file.lock()?;
            Ok(file)
        };
        lock().map_err(|error| self.trouble(problem::file_not_locked, &error))
    }

    fn name(&self) -> String {
        let name = self.path.file_stem().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }

    fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new("."))
    }

    fn trouble<'a>(
        &'a self,
        words: impl FnOnce(&'a Path, &'a io::Error) -> Words,
        error: &'a io::Error,
    ) -> Problem {
        let words = words(&self.path, error);
        Problem::new(ProblemKind::Disk, words, hint::folder_yours())
    }
}

/// Makes a rename last through a power cut.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use tempfile::TempDir;

    use super::*;

    type Numbers = BTreeMap<String, u32>;

    fn document(folder: &TempDir) -> Document<Numbers> {
        Document::at(folder.path().join("numbers.json"))
    }

    fn one(number: u32) -> Numbers {
        [("one".to_owned(), number)].into()
    }

    fn names(folder: &TempDir) -> Vec<String> {
        let entries = std::fs::read_dir(folder.path()).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    fn said(copy: &Path) -> Problem {
        Problem::new(
            ProblemKind::Disk,
            Words::english(copy.display().to_string()),
            Words::none(),
        )
    }

    #[test]
    fn what_is_written_is_read_and_nothing_else_is_left() {
        let folder = TempDir::new().unwrap();
        let document = document(&folder);
        assert_eq!(document.read().unwrap(), Found::Nothing);
        document.replace(&one(1)).unwrap();
        document.replace(&one(2)).unwrap();
        assert_eq!(document.read().unwrap(), Found::Sound(one(2)));
        assert_eq!(names(&folder), ["numbers.json"]);
        let text = std::fs::read_to_string(document.path()).unwrap();
        assert_eq!(text, "{\n  \"one\": 2\n}\n");
    }

    #[cfg(unix)]
    #[test]
    fn only_its_user_may_read_it_whatever_was_there() {
        use std::os::unix::fs::PermissionsExt;
        let folder = TempDir::new().unwrap();
        let document = document(&folder);
        std::fs::write(document.path(), "{}").unwrap();
        std::fs::set_permissions(document.path(), PermissionsExt::from_mode(0o644)).unwrap();
        document.replace(&one(1)).unwrap();
        let mode = std::fs::metadata(document.path()).unwrap().permissions();
        assert_eq!(mode.mode() & 0o777, 0o600);
    }

    #[test]
    fn a_damaged_file_is_set_aside_whole_beside_those_before_it() {
        let folder = TempDir::new().unwrap();
        let document = document(&folder);
        for number in 1..3 {
            let text = format!("{{\"one\": {number}");
            std::fs::write(document.path(), &text).unwrap();
            let found = document.read().unwrap();
            assert!(matches!(found, Found::Damaged(_)), "{found:?}");
            assert_eq!(found.or_nothing(), Numbers::new());
            let problem = document.set_aside(said).unwrap();
            let copy = folder.path().join(format!("numbers.damaged-{number}.json"));
            assert_eq!(problem.message.to_string(), copy.display().to_string());
            assert_eq!(document.aside(number), copy);
            assert_eq!(std::fs::read_to_string(copy).unwrap(), text);
            assert_eq!(document.read().unwrap(), Found::Nothing);
        }
        let gone = document.set_aside(said).unwrap_err();
        let words = format!("“{}” is damaged", document.path().display());
        assert!(gone.message.to_string().starts_with(&words), "{gone}");
    }

    #[test]
    fn what_cannot_be_written_leaves_the_file_as_it_was() {
        let folder = TempDir::new().unwrap();
        let document: Document<BTreeMap<u8, f64>> =
            Document::at(folder.path().join("gone/numbers.json"));
        let refused = document.replace(&BTreeMap::new()).unwrap_err();
        assert_eq!(refused.kind, ProblemKind::Disk);
        assert!(refused.message.to_string().contains("could not be written"));

        // a folder in its place can be neither read nor replaced
        let document = self::document(&folder);
        std::fs::create_dir(document.path()).unwrap();
        let unread = document.read().unwrap_err();
        assert!(
            unread.message.to_string().contains("could not be read"),
            "{unread}"
        );
        assert!(document.replace(&one(1)).is_err());
        assert_eq!(names(&folder), ["numbers.json"]);
    }

    #[test]
    fn one_at_a_time_has_the_lock() {
        let folder = TempDir::new().unwrap();
        let document = document(&folder);
        let lock = document.lock().unwrap();
        let other = File::open(folder.path().join("numbers.lock")).unwrap();
        assert!(other.try_lock().is_err());
        drop(lock);
        assert!(other.try_lock().is_ok());
    }
}
