//! The program that entries start: found, and fit to be started later.

use std::path::{Path, PathBuf};

use super::{Surroundings, System};
use crate::contract::{Problem, ProblemKind};
use crate::words::{self, Words};

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
            words::problem::program_not_found(),
            words::hint::install_window(),
        ));
    };
    let in_image = |mount: &PathBuf| program.starts_with(mount);
    if around.app_image.as_ref().is_some_and(in_image) {
        return Err(refused(
            words::problem::program_in_image(program),
            words::hint::package_or_unpack(),
        ));
    }
    if is_temporary(around, program) {
        return Err(refused(
            words::problem::program_temporary(program),
            words::hint::folder_that_stays(),
        ));
    }
    let text = program.to_str().filter(|text| fits(around.system, text));
    text.ok_or_else(|| {
        refused(
            words::problem::program_name(program),
            words::hint::simple_folder(),
        )
    })
}

/// # Errors
/// When an administrator would write into another user's home.
pub(super) fn may_change(around: &Surroundings) -> Result<(), Problem> {
    if around.borrowed {
        return Err(refused(
            words::problem::borrowed_rights(),
            words::hint::without_sudo(),
        ));
    }
    Ok(())
}

fn refused(message: Words, hint: Words) -> Problem {
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
