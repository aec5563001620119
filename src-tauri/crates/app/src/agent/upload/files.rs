//! Which files a client may name: real pictures, films and sounds below the folders that the user chose.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use engine::{FileIdentity, ResourceType};
use sha2::{Digest, Sha256};

use super::{Things, Wish};
use crate::agent::refused::{Fault, Refused};
use crate::uploads::LookedAt;

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

/// The file itself, all links resolved. Whoever named it may change what its path leads to meanwhile, so what counts is the
/// file that is open: it is looked at, and only as that it is queued.
fn allowed(path: &Path, own: &[PathBuf; 3], roots: &[PathBuf]) -> Result<LookedAt, Fault> {
    if !path.is_absolute() {
        return Err(Fault::Relative);
    }
    // One answer for what is not there and for what is elsewhere: otherwise it tells which files exist.
    let path = path.canonicalize().map_err(|_| Fault::Outside)?;
    if !roots.iter().any(|root| path.starts_with(root)) {
        return Err(Fault::Outside);
    }
    if own.iter().any(|folder| path.starts_with(folder)) {
        return Err(Fault::Own);
    }
    let file = opened(&path).map_err(|_| Fault::Outside)?;
    let about = file.metadata().map_err(|_| Fault::Outside)?;
    if !about.is_file() {
        return Err(Fault::NotAFile);
    }
    let identity = FileIdentity::of(&about);
    let mut head = Vec::new();
    file.take(HEAD)
        .read_to_end(&mut head)
        .map_err(|_| Fault::Outside)?;
    let file = LookedAt { path, identity };
    is_media(&head).then_some(file).ok_or(Fault::NotMedia)
}

/// Opens the file at a path without links. Through one that somebody puts into it now, nothing is opened.
#[cfg(unix)]
fn opened(path: &Path) -> io::Result<File> {
    use rustix::fs::{CWD, Mode, OFlags, openat};
    use std::path::Component;
    #[cfg(target_os = "linux")]
    const PASS: OFlags = OFlags::PATH;
    #[cfg(not(target_os = "linux"))]
    const PASS: OFlags = OFlags::RDONLY;
    let own = OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let folder = own | OFlags::DIRECTORY | PASS;
    // Opening a pipe must not wait for whoever writes into it.
    let last = own | OFlags::RDONLY | OFlags::NONBLOCK;
    let mut at = openat(CWD, "/", folder, Mode::empty())?;
    let mut names = path.components().peekable();
    while let Some(name) = names.next() {
        if let Component::Normal(name) = name {
            let flags = if names.peek().is_some() { folder } else { last };
            at = openat(&at, name, flags, Mode::empty())?;
        }
    }
    Ok(File::from(at))
}

#[cfg(not(unix))]
fn opened(path: &Path) -> io::Result<File> {
    File::open(path)
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

fn identity(file: &LookedAt) -> Vec<u8> {
    let FileIdentity {
        size,
        modified_ns,
        inode,
    } = file.identity;
    let numbers = format!("\0{size}:{modified_ns}:{inode}\0");
    [file.path.as_os_str().as_encoded_bytes(), numbers.as_bytes()].concat()
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    /// A link that came into a path after its links were resolved.
    #[test]
    fn no_link_is_followed() {
        let home = tempfile::tempdir().unwrap();
        let home = home.path().canonicalize().unwrap();
        std::fs::create_dir(home.join("real")).unwrap();
        std::fs::write(home.join("real/a.png"), "a").unwrap();
        symlink(home.join("real"), home.join("folder")).unwrap();
        symlink(home.join("real/a.png"), home.join("a.png")).unwrap();
        assert_eq!(
            opened(&home.join("real/a.png"))
                .unwrap()
                .metadata()
                .unwrap()
                .len(),
            1
        );
        for path in ["folder/a.png", "a.png"] {
            opened(&home.join(path)).unwrap_err();
        }
    }
}
