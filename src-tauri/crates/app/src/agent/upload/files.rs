//! Which files a client may name: real pictures, films and sounds below the folders that the user chose.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use engine::ResourceType;
use sha2::{Digest, Sha256};

use super::{Things, Wish};
use crate::agent::refused::{Fault, Refused};

/// First bytes that are looked at.
const HEAD: u64 = 1024;
/// Documents that the service shows as pictures. What a person keeps in them is not for a page to have.
const DOCUMENTS: [&[u8]; 2] = [b"%PDF-", b"%!PS"];

/// The files that these paths lead to, and what tells this list from others: a file that changed is another one.
pub(super) async fn looked_at(
    list: Vec<PathBuf>,
    own: [PathBuf; 3],
    roots: Vec<PathBuf>,
) -> Result<Wish, Refused> {
    let looking = tokio::task::spawn_blocking(move || look(list, &own, &roots));
    looking.await.unwrap_or_else(|_| Err(super::broken_off()))
}

fn look(list: Vec<PathBuf>, own: &[PathBuf; 3], roots: &[PathBuf]) -> Result<Wish, Refused> {
    let own = own.each_ref().map(|folder| real(folder));
    let mut content = Sha256::new();
    let mut files = Vec::with_capacity(list.len());
    for path in list {
        let file = allowed(&path, &own, roots).map_err(|fault| Refused::Path { path, fault })?;
        content.update(identity(&file));
        files.push(file);
    }
    Ok(Wish {
        things: Things::Files(files),
        content: content.finalize().into(),
    })
}

/// The file itself, all links resolved: what is queued is what was looked at.
fn allowed(path: &Path, own: &[PathBuf; 3], roots: &[PathBuf]) -> Result<PathBuf, Fault> {
    if !path.is_absolute() {
        return Err(Fault::Relative);
    }
    // One answer for what is not there and for what is elsewhere: otherwise it tells which files exist.
    let file = path.canonicalize().map_err(|_| Fault::Outside)?;
    if !roots.iter().any(|root| file.starts_with(root)) {
        return Err(Fault::Outside);
    }
    if own.iter().any(|folder| file.starts_with(folder)) {
        return Err(Fault::Own);
    }
    // Opening a pipe would wait for whoever writes into it.
    let about = fs::metadata(&file).map_err(|_| Fault::Outside)?;
    if !about.is_file() {
        return Err(Fault::NotAFile);
    }
    let mut head = Vec::new();
    let opened = File::open(&file).map_err(|_| Fault::Outside)?;
    opened
        .take(HEAD)
        .read_to_end(&mut head)
        .map_err(|_| Fault::Outside)?;
    is_media(&head).then_some(file).ok_or(Fault::NotMedia)
}

/// By its bytes alone: a name says what somebody wants it to be.
fn is_media(head: &[u8]) -> bool {
    let is_document = DOCUMENTS.iter().any(|mark| head.starts_with(mark));
    let kind = engine::guess("".as_ref(), head);
    !is_document && matches!(kind, ResourceType::Image | ResourceType::Video)
}

fn real(folder: &Path) -> PathBuf {
    folder.canonicalize().unwrap_or_else(|_| folder.to_owned())
}

fn identity(file: &Path) -> Vec<u8> {
    let about = fs::metadata(file).ok();
    let changed = about.as_ref().and_then(|about| about.modified().ok());
    let changed = changed.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let text = format!(
        "{}\0{}\0{}\0",
        file.as_os_str().to_string_lossy(),
        about.map_or(0, |about| about.len()),
        changed.map_or(0, |time| time.as_nanos()),
    );
    text.into_bytes()
}
