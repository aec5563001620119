//! Entries that are files.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;
use std::process::{Command, Output};
use std::sync::mpsc;
use std::time::Duration;

use super::{Content, MARK, Standing, Surroundings, System, linux, windows};

/// What other programs of the desktop may take.
const LONGEST_RUN: Duration = Duration::from_secs(10);

/// How the file at `path` is. A link is not ours, whatever it leads to.
pub(super) fn standing(path: &Path, content: &Content) -> io::Result<Standing> {
    let metadata = match path.symlink_metadata() {
        Ok(metadata) => metadata,
        // A file where a folder should be is somebody else's, and in the way.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Standing::Absent),
        Err(error) => return Err(error),
    };
    if !metadata.is_file() {
        return Ok(Standing::Foreign);
    }
    let bytes = fs::read(path)?;
    if !windows::holds(&bytes, MARK) {
        return Ok(Standing::Foreign);
    }
    let as_planned = match content {
        Content::Text { text, executable } => {
            same(&bytes, text) && (!executable || is_executable(&metadata))
        }
        Content::Shortcut { target } => windows::holds(&bytes, target),
        Content::Verb { .. } => false,
    };
    Ok(if as_planned {
        Standing::Installed
    } else {
        Standing::Outdated
    })
}

/// Which types have a chosen program changes all the time; the entry is not outdated by that.
fn same(bytes: &[u8], text: &str) -> bool {
    let without_types = |text: &str| -> Vec<String> {
        text.lines()
            .filter(|line| {
                !line.starts_with("MimeType=image/") && !line.starts_with("MimeType=video/")
            })
            .map(str::to_owned)
            .collect()
    };
    without_types(&String::from_utf8_lossy(bytes)) == without_types(text)
}

/// Whether the file says all that is planned, the types included.
pub(super) fn says(path: &Path, content: &Content) -> bool {
    match content {
        Content::Text { text, .. } => fs::read(path).is_ok_and(|bytes| bytes == text.as_bytes()),
        Content::Shortcut { .. } | Content::Verb { .. } => true,
    }
}

/// Writes the file; `again` allows for one that is ours to be replaced.
pub(super) fn write(path: &Path, content: &Content, again: bool) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    match content {
        Content::Text { text, executable } => write_text(path, text, *executable, again),
        Content::Shortcut { target } => make_shortcut(path, target),
        Content::Verb { .. } => Err(io::Error::other("a verb is no file")),
    }
}

/// Never over anything that came there meanwhile.
fn write_text(path: &Path, text: &str, executable: bool, again: bool) -> io::Result<()> {
    if again {
        fs::remove_file(path)?;
    }
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| set_executable(&file, executable));
    if written.is_err() {
        let _ = fs::remove_file(path);
    }
    written
}

#[cfg(unix)]
fn set_executable(file: &File, executable: bool) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = if executable { 0o755 } else { 0o644 };
    file.set_permissions(fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_executable(_: &File, _: bool) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn is_executable(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o100 != 0
}

#[cfg(not(unix))]
fn is_executable(_: &fs::Metadata) -> bool {
    true
}

fn make_shortcut(path: &Path, target: &str) -> io::Result<()> {
    let mut command = Command::new("powershell");
    command
        .args(["-NoProfile", "-NonInteractive", "-Command"])
        .arg(windows::MAKE_SHORTCUT)
        .env("ALOFT_LINK", path)
        .env("ALOFT_TARGET", target)
        .env("ALOFT_MARK", MARK);
    succeeded(run(command)?)
}

/// Lets the desktop read its launchers again. It does so by itself sooner or later, so nothing depends on this.
pub(super) fn tell_the_desktop(around: &Surroundings) {
    let folder = linux::applications(around);
    if around.system == System::Linux && folder.is_dir() {
        let mut command = Command::new("update-desktop-database");
        command.arg(folder);
        if let Err(error) = run(command) {
            tracing::debug!("update-desktop-database: {error}");
        }
    }
}

/// The command's output, within a time limit.
pub(super) fn run(mut command: Command) -> io::Result<Output> {
    without_window(&mut command);
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || sender.send(command.output()));
    receiver
        .recv_timeout(LONGEST_RUN)
        .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

/// What a failed command says of itself.
pub(super) fn succeeded(output: Output) -> io::Result<()> {
    if output.status.success() {
        return Ok(());
    }
    let words = String::from_utf8_lossy(&output.stderr);
    Err(io::Error::other(words.trim().to_owned()))
}

#[cfg(windows)]
fn without_window(command: &mut Command) {
    use std::os::windows::process::CommandExt;
    const CREATE_NO_WINDOW: u32 = 0x0800_0000;
    command.creation_flags(CREATE_NO_WINDOW);
}

#[cfg(not(windows))]
fn without_window(_: &mut Command) {}
