//! What was done with secrets, by whom and when; never with which values.
//!
//! Each line of `audit.jsonl` is a JSON object that ends with the SHA-256 of all before it, and
//! begins with a number and the hash of the line before. So a line that was edited, taken out, put
//! in or moved is found by [`AuditLog::verify`]. `audit.head` keeps number and hash of the last
//! line: with it a cut end is found too. Where the two do not fit, the next entry stands behind one that
//! says so, since the chain goes on from what is there: a cut is found for ever.
//!
//! What that proves: that nobody changed the log who did not also write the head. What it does not:
//! whoever may write both files can make a new log that verifies. There is no key, because a key on
//! this computer would be in the same hands.
//!
//! A full file is renamed to `audit-<number of its last line>.jsonl`, and the chain goes on in a new
//! one. Nothing is ever deleted here. Several processes append, one at a time under `audit.lock`.
//! All calls block on the disk; in async code they belong on a blocking thread.

mod chain;
mod entry;
mod search;

use std::{
    fs::{self, File},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use jiff::Timestamp;

use crate::disk::{self, Names};
pub use chain::{Broken, Fault, Verified};
use chain::{Head, Line};
pub use entry::{AccountName, Action, ClientName, Entry, Outcome, Record, Who, Word};
pub use search::Query;

const CURRENT: &str = "audit.jsonl";
const HEAD: &str = "audit.head";
const LOCK: &str = "audit.lock";
const TEMPORARY: Names = Names {
    prefix: ".audit-",
    suffix: ".tmp",
};

/// Why the log could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// A file could not be read or written.
    #[error("The audit log {path} could not be {action}. {source}. Check that the folder belongs to you and the disk is not full.", path = path.display())]
    Disk {
        /// `read`, `written`, `locked`, `prepared`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The last line is complete and no line of ours, so there is nothing to go on from.
    #[error(
        "The end of the audit log {path} is not what Aloft wrote. Move the file away to begin a new one; keep it if you want to know what happened.",
        path = path.display()
    )]
    BadEnd {
        /// The file.
        path: PathBuf,
    },
}

/// The log of one folder. Cheap to clone; nothing is kept in memory.
#[derive(Clone, Debug)]
pub struct AuditLog {
    folder: PathBuf,
    most_bytes: u64,
}

impl AuditLog {
    /// How large a file becomes before a new one is begun: 4 MiB, about ten thousand lines.
    pub const MOST_BYTES: u64 = 4 * 1024 * 1024;

    /// The log in `folder`. Nothing is made before the first entry.
    pub fn in_folder(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            most_bytes: Self::MOST_BYTES,
        }
    }

    /// The same with another size of its files.
    #[must_use]
    pub fn with_most_bytes(self, most_bytes: u64) -> Self {
        Self { most_bytes, ..self }
    }

    /// Appends one entry and waits until it is on the disk.
    ///
    /// # Errors
    /// [`AuditError`]; then the entry may be in the log or not.
    pub fn append(&self, entry: &Entry, at: Timestamp) -> Result<(), AuditError> {
        self.append_all(std::slice::from_ref(entry), at)
    }

    /// Appends entries of one moment, with one wait for the disk.
    ///
    /// # Errors
    /// [`AuditError`]; then some of them may be in the log, from the first on.
    pub fn append_all(&self, entries: &[Entry], at: Timestamp) -> Result<(), AuditError> {
        if entries.is_empty() {
            return Ok(());
        }
        disk::create_private(&self.folder).map_err(failed("prepared", &self.folder))?;
        let lock = self.folder.join(LOCK);
        let _lock = disk::lock(&lock).map_err(failed("locked", &lock))?;
        disk::sweep(&self.folder, TEMPORARY);
        let path = self.folder.join(CURRENT);
        let mut file = disk::open_private(&path).map_err(failed("written", &path))?;
        let (mut last, repaired) = self.end_of(&path, &mut file)?;
        let head = self.head()?;
        let is_new = last.is_none() && head.is_none();
        let gap = match self.fits(head.as_ref(), last.as_ref())? {
            true => None,
            false => Some(Entry::gap(last.as_ref().map_or(0, |last| last.seq))),
        };
        // If all lines are gone, the chain goes on from the head, so that they are missed at once.
        last = last.or(head.filter(|head| head.seq > 0));
        if let (Some(last), Ok(metadata)) = (&last, file.metadata())
            && metadata.len() >= self.most_bytes
        {
            let full = self.folder.join(format!("audit-{:012}.jsonl", last.seq));
            fs::rename(&path, &full).map_err(failed("written", &full))?;
            file = disk::open_private(&path).map_err(failed("written", &path))?;
        }
        let repair = repaired.then(Entry::repair);
        let own = gap.iter().chain(&repair);
        let all: Vec<&Entry> = own.chain(entries).collect();
        // The first line gets its head before there is a second: several lines without one are a fault.
        let (first, others) = all.split_at(usize::from(is_new));
        for entries in [first, others] {
            last = self.put(&path, &mut file, last, entries, at)?;
        }
        Ok(())
    }

    /// Writes lines and then the head. Answers the last line.
    fn put(
        &self,
        path: &Path,
        file: &mut File,
        mut last: Option<Head>,
        entries: &[&Entry],
        at: Timestamp,
    ) -> Result<Option<Head>, AuditError> {
        let mut text = String::new();
        for entry in entries {
            let line = Line::after(last.as_ref(), entry, at);
            text.push_str(&line.text);
            text.push('\n');
            last = Some(line.head);
        }
        if text.is_empty() {
            return Ok(last);
        }
        let written = file
            .seek(SeekFrom::End(0))
            .and_then(|_| file.write_all(text.as_bytes()))
            .and_then(|()| file.sync_data());
        written.map_err(failed("written", path))?;
        // After the lines are on the disk: a head is never ahead of them.
        if let Some(last) = &last {
            let path = self.folder.join(HEAD);
            disk::replace(&path, last.to_text().as_bytes(), TEMPORARY)
                .map_err(failed("written", &path))?;
        }
        Ok(last)
    }

    /// Checks the whole chain, from the first line of the oldest file to the kept head.
    ///
    /// # Errors
    /// [`AuditError::Disk`]. A broken chain is no error but a [`Verified::Broken`].
    pub fn verify(&self) -> Result<Verified, AuditError> {
        let Some(_lock) = self.shared()? else {
            return Ok(Verified::Sound {
                entries: 0,
                torn: false,
            });
        };
        let head = self.head()?;
        let mut check = chain::Check::new(head);
        for path in self.files()? {
            let text = read(&path)?;
            if let Some(broken) = check.file(&path, &text) {
                return Ok(Verified::Broken(broken));
            }
        }
        Ok(check.end())
    }

    /// The newest entries that fit, newest first, [`Query::limit`] at most. Lines that cannot be
    /// read are left out; [`AuditLog::verify`] names them.
    ///
    /// # Errors
    /// [`AuditError::Disk`].
    pub fn search(&self, query: &Query) -> Result<Vec<Record>, AuditError> {
        self.search_with(query, |_| true)
    }

    /// The same, of those that fit another rule too.
    ///
    /// # Errors
    /// [`AuditError::Disk`].
    pub fn search_with(
        &self,
        query: &Query,
        rule: impl Fn(&Record) -> bool,
    ) -> Result<Vec<Record>, AuditError> {
        let mut found = Vec::new();
        let Some(_lock) = self.shared()?.filter(|_| query.limit > 0) else {
            return Ok(found);
        };
        for path in self.files()?.iter().rev() {
            let text = read(path)?;
            let text = String::from_utf8_lossy(&text);
            for line in text.lines().rev() {
                let Ok(record) = serde_json::from_str::<Record>(line) else {
                    continue;
                };
                if query.fits(&record) && rule(&record) {
                    found.push(record);
                    if found.len() >= query.limit {
                        return Ok(found);
                    }
                }
            }
        }
        Ok(found)
    }

    /// The files, oldest first; the current one is last.
    ///
    /// # Errors
    /// [`AuditError::Disk`].
    pub fn files(&self) -> Result<Vec<PathBuf>, AuditError> {
        let mut files = Vec::new();
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failed("read", &self.folder)(error)),
        };
        for entry in entries {
            let entry = entry.map_err(failed("read", &self.folder))?;
            let name = entry.file_name();
            let number = name
                .to_str()
                .and_then(|name| name.strip_prefix("audit-")?.strip_suffix(".jsonl"))
                .and_then(|number| number.parse::<u64>().ok());
            if let Some(number) = number {
                files.push((number, entry.path()));
            }
        }
        files.sort();
        let current = self.folder.join(CURRENT);
        let current = current.exists().then_some(current);
        Ok(files
            .into_iter()
            .map(|(_, path)| path)
            .chain(current)
            .collect())
    }

    /// Keeps others from appending while it is read. Nothing where there is no log.
    fn shared(&self) -> Result<Option<File>, AuditError> {
        let path = self.folder.join(LOCK);
        match File::open(&path).and_then(|file| file.lock_shared().map(|()| file)) {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                // Somebody who took the lock away as well would have the log pass for a new one.
                if self.files()?.is_empty() && self.head()?.is_none() {
                    return Ok(None);
                }
                disk::lock(&path).map(Some).map_err(failed("locked", &path))
            }
            Err(error) => Err(failed("locked", &path)(error)),
        }
    }

    fn head(&self) -> Result<Option<Head>, AuditError> {
        let path = self.folder.join(HEAD);
        match fs::read(&path) {
            Ok(text) => Ok(Some(Head::read(&text))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed("read", &path)(error)),
        }
    }

    /// Whether the kept head can be that of a log that ends so. A crash leaves it behind the lines, and keeps it from
    /// being made after the first; it never leaves it ahead of them.
    fn fits(&self, head: Option<&Head>, last: Option<&Head>) -> Result<bool, AuditError> {
        Ok(match (head, last) {
            (None, None) => true,
            (None, Some(last)) => last.seq == 1,
            (Some(_), None) => false,
            (Some(head), Some(last)) => head == last || head.seq < last.seq && self.holds(head)?,
        })
    }

    /// Whether there is a line with this head.
    fn holds(&self, head: &Head) -> Result<bool, AuditError> {
        for path in self.files()?.iter().rev() {
            let text = read(path)?;
            let mut lines = text.split(|byte| *byte == b'\n').rev();
            let own =
                lines.find_map(|line| Line::read(line).filter(|line| line.head.seq <= head.seq));
            if let Some(line) = own {
                return Ok(line.head == *head);
            }
        }
        Ok(false)
    }

    /// The last line, and whether a torn one behind it was taken off. Only under the lock.
    fn end_of(&self, path: &Path, file: &mut File) -> Result<(Option<Head>, bool), AuditError> {
        let (start, mut bytes) = tail(file).map_err(failed("read", path))?;
        let complete = bytes
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |at| at + 1);
        let mut repaired = false;
        if complete < bytes.len() {
            if Line::read(&bytes[complete..]).is_some() {
                // Only the line break is missing.
                bytes.push(b'\n');
                let written = file
                    .seek(SeekFrom::End(0))
                    .and_then(|_| file.write_all(b"\n"));
                written.map_err(failed("written", path))?;
            } else {
                bytes.truncate(complete);
                file.set_len(start + complete as u64)
                    .map_err(failed("written", path))?;
                repaired = true;
            }
        }
        let last = bytes[..bytes.len().saturating_sub(1)]
            .rsplit(|byte| *byte == b'\n')
            .next()
            .filter(|line| !line.is_empty());
        if let Some(line) = last {
            let bad_end = || AuditError::BadEnd {
                path: path.to_owned(),
            };
            let line = Line::read(line).ok_or_else(bad_end)?;
            return Ok((Some(line.head), repaired));
        }
        // A new file goes on from the one before.
        let before = self.files()?.into_iter().rfind(|file| file != path);
        let Some(before) = before else {
            return Ok((None, repaired));
        };
        let text = read(&before)?;
        let line = text
            .strip_suffix(b"\n")
            .and_then(|text| text.rsplit(|byte| *byte == b'\n').next())
            .and_then(Line::read);
        let line = line.ok_or(AuditError::BadEnd { path: before })?;
        Ok((Some(line.head), repaired))
    }
}

/// The end of the file and where it begins: enough for two lines, or all of it where the lines are
/// longer than any of ours.
fn tail(file: &mut File) -> io::Result<(u64, Vec<u8>)> {
    const ENOUGH: u64 = 64 * 1024;
    let length = file.metadata()?.len();
    let mut start = length.saturating_sub(ENOUGH);
    loop {
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(start))?;
        file.read_to_end(&mut bytes)?;
        let ends = bytes.iter().filter(|byte| **byte == b'\n').take(2).count();
        if start == 0 || ends == 2 {
            return Ok((start, bytes));
        }
        start = 0;
    }
}

fn read(path: &Path) -> Result<Vec<u8>, AuditError> {
    fs::read(path).map_err(failed("read", path))
}

fn failed(action: &'static str, path: &Path) -> impl Fn(io::Error) -> AuditError {
    let path = path.to_owned();
    move |source| AuditError::Disk {
        action,
        path: path.clone(),
        source,
    }
}
