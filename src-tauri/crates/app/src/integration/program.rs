//! The program that entries start: found, and fit to be started later.

use std::path::{Path, PathBuf};

use super::{Surroundings, System};
use crate::contract::{Problem, ProblemKind};

/// `aloft-desktop` beside the running program, else on the PATH.
pub(super) fn find() -> Option<PathBuf> {
    let name = format!("aloft-desktop{}", std::env::consts::EXE_SUFFIX);
    let beside = std::env::current_exe()
        .ok()
        .and_then(|path| path.parent().map(Path::to_owned));
    let path = std::env::var_os("PATH").unwrap_or_default();
    beside
        .into_iter()
        .chain(std::env::split_paths(&path))
        // A relative folder means another one in each process.
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(&name))
        .find(|file| can_be_started(file))
}

/// The program's path as text, when it is one that entries can name.
pub(super) fn to_start(around: &Surroundings) -> Result<&str, Problem> {
    may_change(around)?;
    let Some(program) = &around.program else {
        return Err(refused(
            "The program aloft-desktop was not found beside aloft or on the PATH, so there is nothing that entries could start.",
            "Install Aloft's window first.",
        ));
    };
    let shown = program.display();
    let in_image = |mount: &PathBuf| program.starts_with(mount);
    if around.app_image.as_ref().is_some_and(in_image) {
        return Err(refused(
            format!(
                "“{shown}” is in an AppImage and is gone when that ends, so no entry can start it."
            ),
            "Install Aloft from a package, or unpack it to a folder that stays.",
        ));
    }
    if is_temporary(around, program) {
        return Err(refused(
            format!("“{shown}” is in a temporary folder, so no entry can rely on it."),
            "Put Aloft in a folder that stays, then install again.",
        ));
    }
    let text = program.to_str().filter(|text| fits(around.system, text));
    text.ok_or_else(|| {
        refused(
            format!("The name “{shown}” cannot be written in an entry."),
            "Put Aloft in a folder with a simple name, then install again.",
        )
    })
}

/// # Errors
/// When an administrator would write into another user's home.
pub(super) fn may_change(around: &Surroundings) -> Result<(), Problem> {
    if around.borrowed {
        return Err(refused(
            "The file manager's entries belong to one user, and this runs with an administrator's rights in that user's place.",
            "Run it again as that user, without sudo.",
        ));
    }
    Ok(())
}

fn refused(message: impl Into<String>, hint: &str) -> Problem {
    Problem::new(ProblemKind::NotHere, message, hint)
}

/// Where the home itself lies in a temporary folder, what is in that folder stays as long as the home.
fn is_temporary(around: &Surroundings, program: &Path) -> bool {
    around
        .temporary
        .iter()
        .any(|folder| program.starts_with(folder) && !around.home.starts_with(folder))
}

/// In a command of the registry `%` begins a place holder, and there is no way to write the sign itself.
fn fits(system: System, program: &str) -> bool {
    system != System::Windows || !program.contains(['%', '"'])
}

#[cfg(unix)]
fn can_be_started(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(file)
        .is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn can_be_started(file: &Path) -> bool {
    file.is_file()
}
