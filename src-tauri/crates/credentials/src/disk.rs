//! Files that only their owner reads, that are either the old one or the new one, and that one
//! process changes at a time.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::Path,
};

/// Makes the folder (0700), and keeps others on this computer out of it.
///
/// A folder that is open to others, from an older umask or a copy, is closed; one that is
/// read-only on purpose stays so.
#[cfg(unix)]
pub(crate) fn create_private(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    let mode = fs::metadata(folder)?.permissions().mode();
    if mode & 0o077 != 0 {
        fs::set_permissions(folder, fs::Permissions::from_mode(mode & 0o700))?;
    }
    Ok(())
}

/// Makes the folder; who reads it is up to the profile it is in.
#[cfg(not(unix))]
pub(crate) fn create_private(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

/// Opens for reading and writing, making the file (0600) where there is none.
pub(crate) fn open_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

/// Waits until this process alone has the lock file. The kernel gives it up when the file is
/// dropped or its process dies; the file itself stays, since removing it would let two in.
pub(crate) fn lock(path: &Path) -> io::Result<File> {
    let file = open_private(path)?;
    file.lock()?;
    Ok(file)
}

/// Puts `bytes` in place of what `path` names, as a whole and for its owner alone (0600).
pub(crate) fn replace(path: &Path, bytes: &[u8], names: Names) -> io::Result<()> {
    replace_with(path, bytes, names, |_| Ok(()))
}

/// As [`replace`], with owner, group and permissions of the file that was there. Fails and changes
/// nothing where these cannot be given.
pub(crate) fn replace_like(
    path: &Path,
    bytes: &[u8],
    names: Names,
    like: &fs::Metadata,
) -> io::Result<()> {
    replace_with(path, bytes, names, |file| {
        #[cfg(unix)]
        {
            use std::os::unix::fs::{MetadataExt, fchown};
            let new = file.metadata()?;
            let uid = (new.uid() != like.uid()).then(|| like.uid());
            let gid = (new.gid() != like.gid()).then(|| like.gid());
            if uid.is_some() || gid.is_some() {
                fchown(file, uid, gid)?;
            }
        }
        file.set_permissions(like.permissions())
    })
}

fn replace_with(
    path: &Path,
    bytes: &[u8],
    names: Names,
    finish: impl FnOnce(&File) -> io::Result<()>,
) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new()
        .prefix(names.prefix)
        .suffix(names.suffix)
        .tempfile_in(folder)?;
    file.write_all(bytes)?;
    finish(file.as_file())?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    sync_folder(folder)
}

/// How the temporary files of one kind are called.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Names {
    pub(crate) prefix: &'static str,
    pub(crate) suffix: &'static str,
}

/// Removes temporary files of this kind. Under their lock nobody else writes one, so each is the
/// rest of a crash.
pub(crate) fn sweep(folder: &Path, names: Names) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(names.prefix)
            && name.ends_with(names.suffix)
            && let Err(error) = fs::remove_file(entry.path())
        {
            tracing::debug!(%error, "a left-over temporary file stays");
        }
    }
}

/// Makes a rename itself last through a power loss.
#[cfg(unix)]
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Nothing to do where renames last by themselves.
#[cfg(not(unix))]
pub(crate) fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}
