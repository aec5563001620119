//! Files of the queue's own, beside its database: copies without location data that are sent in the place of a user's
//! file (`cleaned/<job>`), and what was handed over as bytes alone, such as a pasted picture (`pasted/<name>`).
//!
//! A copy lives as long as its job may still be sent; it is made anew where it is missing, always with the same bytes.
//! What was pasted exists nowhere else, so it lives until all its jobs are done, or gone for good, and nothing waits with it.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rusqlite::Connection;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::crash;
use crate::error::QueueError;
use crate::failure::{Failure, FailureKind, Reason};
use crate::identity::FileIdentity;
use crate::job::{Cleaned, Job, JobId, State};
use crate::kind::{self, ResourceType};
use crate::location::{self, Unclean};
use crate::store;

const CLEANED: &str = "cleaned";
const PASTED: &str = "pasted";
/// A pasted file that nobody knows may be about to be held or queued.
const UNCLAIMED: Duration = Duration::from_secs(24 * 3600);

/// File and copy are in memory while they are cleaned: a few at a time, in this process.
static CLEANING: Semaphore = Semaphore::const_new(2);

/// The right to [`clean`], as long as it is held; `None` where nothing is to be cleaned.
pub(crate) async fn turn(job: &Job) -> Option<SemaphorePermit<'static>> {
    if !job.strip_location || job.course.location_agreed {
        return None;
    }
    CLEANING.acquire().await.ok()
}

/// Where a job's copy lies, or would.
pub(crate) fn copy_of(folder: &Path, job: JobId) -> PathBuf {
    folder.join(CLEANED).join(job.to_string())
}

/// Takes the location data out of a job's file, if that is wanted: the copy is on the disk when this returns. Blocks.
pub(crate) fn clean(
    folder: &Path,
    job: &Job,
    path: &Path,
    identity: FileIdentity,
    guess: ResourceType,
) -> Result<Option<Cleaned>, Failure> {
    if !job.strip_location || job.course.location_agreed {
        return Ok(None);
    }
    let copy = copy_of(folder, job.id);
    let known = job.cleaned.filter(|_| job.identity == Some(identity));
    if let Some(known) = known
        && known
            .copy
            .is_none_or(|there| identity_of(&copy) == Some(there))
    {
        return Ok(Some(known));
    }
    let unread = |error: io::Error| {
        let reason = Reason::Unreadable {
            name: job.name.clone(),
            fault: (&error).into(),
        };
        Failure::permanent(FailureKind::SourceUnreadable, reason)
    };
    let mut head = Vec::new();
    let mut file = File::open(path).map_err(unread)?;
    let mut first = Read::by_ref(&mut file).take(kind::HEAD as u64);
    first.read_to_end(&mut head).map_err(unread)?;
    let untouched = Cleaned {
        removed: 0,
        copy: None,
    };
    if !location::is_cleanable(&head) {
        return match guess == ResourceType::Raw && holds_no_picture(&head) {
            true => Ok(Some(untouched)),
            false => Err(stays(job, Unclean::Format)),
        };
    }
    if identity.size > location::LARGEST {
        return Err(stays(job, Unclean::Damaged));
    }
    let mut bytes = head;
    file.read_to_end(&mut bytes).map_err(unread)?;
    if identity_of(path) != Some(identity) || bytes.len() as u64 != identity.size {
        let name = job.name.clone();
        let reason = Reason::ChangedWhileRead { name };
        return Err(Failure::permanent(FailureKind::SourceChanged, reason));
    }
    let cleaned = location::without_location(&bytes).map_err(|why| stays(job, why))?;
    let std::borrow::Cow::Owned(cleaned) = cleaned else {
        return Ok(Some(untouched));
    };
    let written = write_copy(&copy, &cleaned);
    let there = written.map_err(|error| {
        let reason = Reason::CopyNotWritten {
            name: job.name.clone(),
            fault: (&error).into(),
        };
        Failure::temporary(FailureKind::Disk, None, reason)
    })?;
    Ok(Some(Cleaned {
        removed: (bytes.len() as u64).saturating_sub(cleaned.len() as u64),
        copy: Some(there),
    }))
}

/// The copy gets its name only when it is whole.
fn write_copy(copy: &Path, bytes: &[u8]) -> io::Result<FileIdentity> {
    create_folder(copy.parent().unwrap_or(copy))?;
    let fresh = copy.with_extension("new");
    let mut file = File::create(&fresh)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    crash::point("copy.cleaned.before");
    fs::rename(&fresh, copy)?;
    crash::point("copy.cleaned.after");
    Ok(FileIdentity::of(&fs::metadata(copy)?))
}

fn identity_of(path: &Path) -> Option<FileIdentity> {
    let metadata = fs::metadata(path).ok()?;
    Some(FileIdentity::of(&metadata))
}

/// Whether a file with these first bytes is nothing or text. Whatever else it may be, an archive, a document, a camera's
/// raw file, can hold photos; so can text in RTF.
fn holds_no_picture(head: &[u8]) -> bool {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        // the last sign is cut in two
        Err(error) if head.len() == kind::HEAD && error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    let binary = |sign: char| sign.is_ascii_control() && !"\t\n\r\x0c\x1b".contains(sign);
    !text.contains(binary) && !text.trim_start_matches('\u{feff}').starts_with("{\\rtf")
}

fn stays(job: &Job, why: Unclean) -> Failure {
    let name = job.name.clone();
    let reason = match why {
        Unclean::Format => Reason::LocationOfKind { name },
        Unclean::Damaged => Reason::LocationOfDamaged { name },
    };
    Failure::permanent(FailureKind::LocationKept, reason)
}

/// The failure of a link: the service fetches it itself.
pub(crate) fn link_stays(job: &Job) -> Option<Failure> {
    let asks = job.strip_location && !job.course.location_agreed;
    asks.then(|| {
        let name = job.name.clone();
        Failure::permanent(FailureKind::LocationKept, Reason::LocationOfLink { name })
    })
}

/// Writes what was handed over as bytes to a file that has this name, or one like it. It is on the disk when this
/// returns. Blocks.
pub(crate) fn keep(folder: &Path, name: &str, bytes: &[u8]) -> Result<PathBuf, QueueError> {
    let pasted = folder.join(PASTED);
    let failed = |error: io::Error| {
        let is_full = [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded];
        if is_full.contains(&error.kind()) {
            return QueueError::DiskFull;
        }
        QueueError::folder(&pasted, &error)
    };
    create_folder(&pasted).map_err(failed)?;
    let (mut file, path) = new_file(&pasted, name).map_err(failed)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if let Err(error) = written {
        drop(fs::remove_file(&path));
        return Err(failed(error));
    }
    // the name too; where a folder cannot be synced, the system does it by itself
    drop(File::open(&pasted).and_then(|folder| folder.sync_all()));
    Ok(path)
}

fn new_file(folder: &Path, name: &str) -> io::Result<(File, PathBuf)> {
    let (stem, end) = name.rsplit_once('.').unwrap_or((name, ""));
    let mut number = 1_u32;
    loop {
        let path = folder.join(match number {
            1 => name.to_owned(),
            _ => format!("{stem} ({number}).{end}"),
        });
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => return Ok((file, path)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && number < 1000 => {
                number += 1;
            }
            Err(error) => return Err(error),
        }
    }
}

/// A job is out of hand for good: its copy goes. Blocks.
pub(crate) fn let_go(folder: &Path, id: JobId) {
    let copy = copy_of(folder, id);
    remove(&copy.with_extension("new"));
    remove(&copy);
}

/// What was pasted, if that is what this job sends.
pub(crate) fn pasted<'a>(folder: &Path, job: &'a Job) -> Option<&'a Path> {
    let crate::job::Source::File(path) = &job.source else {
        return None;
    };
    (path.parent() == Some(&folder.join(PASTED))).then_some(path)
}

/// Removes what was pasted when it is stored for sure, and nobody else still needs it. Blocks.
pub(crate) fn let_go_of_pasted(connection: &Connection, path: &Path) -> Result<(), QueueError> {
    let jobs = store::jobs::of_file(connection, path)?;
    let is_stored = !jobs.is_empty() && jobs.iter().all(is_stored);
    if is_stored && !store::held::names(connection, path)? {
        remove(path);
    }
    Ok(())
}

/// Whether a job's bytes are in the account, as far as anybody can tell: where that is in doubt, what was pasted may be
/// the only copy.
fn is_stored(job: &Job) -> bool {
    job.state == State::Done && job.verification.is_undoubted()
}

/// Removes what no job needs any more. Blocks; what cannot be removed now is tried again next time.
pub(crate) fn sweep(folder: &Path, connection: &Connection) -> Result<(), QueueError> {
    let mut copies = BTreeSet::new();
    for path in files_in(&folder.join(CLEANED)) {
        let stem = path.file_stem().and_then(|stem| stem.to_str());
        copies.extend(stem.and_then(|stem| stem.parse().ok()).map(JobId::new));
    }
    for id in copies {
        let job = store::jobs::one(connection, id)?;
        if job.is_none_or(|job| job.removed_at.is_some() || job.state.is_terminal()) {
            let_go(folder, id);
        }
    }
    for path in files_in(&folder.join(PASTED)) {
        let_go_of_pasted(connection, &path)?;
    }
    Ok(())
}

/// What was pasted and neither a job nor anything held knows. Blocks.
pub(crate) fn unclaimed(
    folder: &Path,
    connection: &Connection,
) -> Result<Vec<PathBuf>, QueueError> {
    let mut unclaimed = Vec::new();
    for path in files_in(&folder.join(PASTED)) {
        let is_known = store::held::names(connection, &path)?
            || !store::jobs::of_file(connection, &path)?.is_empty();
        if !is_known {
            unclaimed.push(path);
        }
    }
    unclaimed.sort();
    Ok(unclaimed)
}

/// Removes what was pasted long ago and nobody knows. Blocks.
pub(crate) fn sweep_unclaimed(folder: &Path, connection: &Connection) -> Result<(), QueueError> {
    unclaimed(folder, connection)?
        .iter()
        .filter(|path| is_old(path))
        .for_each(|path| remove(path));
    Ok(())
}

fn is_old(path: &Path) -> bool {
    let changed = fs::metadata(path).and_then(|metadata| metadata.modified());
    changed.is_ok_and(|at| {
        SystemTime::now()
            .duration_since(at)
            .is_ok_and(|age| age > UNCLAIMED)
    })
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}

fn remove(path: &Path) {
    if let Err(error) = fs::remove_file(path)
        && error.kind() != io::ErrorKind::NotFound
    {
        tracing::warn!(%error, "a file that is no longer needed was not removed");
    }
}

#[cfg(unix)]
fn create_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
}

#[cfg(not(unix))]
fn create_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_text_and_nothing_are_known_to_hold_no_picture() {
        let mut cut = "é".repeat(kind::HEAD / 2 + 1).into_bytes();
        cut.insert(0, b'x');
        cut.truncate(kind::HEAD);
        let mut tar = b"photo.jpg".to_vec();
        tar.resize(257, 0);
        tar.extend(b"ustar\x0000");
        for clean in [&b""[..], b"a,b\r\n1,2\n", "\u{feff}größer".as_bytes(), &cut] {
            assert!(holds_no_picture(clean), "{clean:?}");
        }
        for unknown in [
            &tar[..],
            b"\xFD7zXZ\0",
            b"\x28\xB5\x2F\xFD",
            b"BZh91AY&SY\x8e",
            b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
            b"PK\x03\x04",
            b"FUJIFILMCCD-RAW \0",
            b"{\\rtf1{\\pict\\jpegblip ffd8",
            b"cut \xC3",
        ] {
            assert!(!holds_no_picture(unknown), "{unknown:?}");
        }
    }
}
