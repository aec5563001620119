//! Aloft's two programs.

use std::path::PathBuf;

use xshell::Cmd;

use crate::cargo::cargo;
use crate::failure::{Failure, Result};
use crate::watch::{Finished, watch};
use crate::workspace::Workspace;

/// Builds what `cargo xtask run` starts.
///
/// # Errors
/// The build fails.
pub(crate) fn build(workspace: &Workspace) -> Result<()> {
    cargo(
        workspace,
        &["build", "--package", "aloft-desktop", "--package", "cli"],
    )
    .run()?;
    Ok(())
}

/// Builds every program and every test in one go, with one set of features, so that later steps only run.
pub(crate) fn build_all(workspace: &Workspace) -> Cmd<'_> {
    cargo(workspace, &["build", "--workspace", "--all-targets"])
}

/// The feature of `aloft` with which it dies at a named place.
pub(crate) const CRASH_POINTS: &str = "cli/crash-points";

/// Builds `aloft` twice: with crash points, which is kept aside, and without, which is what lies in the usual place then.
///
/// The set of packages and of dependencies is that of [`build_all`], so that only the crates with crash points are
/// compiled anew, and neither needs the window.
///
/// # Errors
/// The first build fails, or a program cannot be started or copied. How the second one went is in what is returned.
pub(crate) fn crashing(workspace: &Workspace) -> Result<(Finished, PathBuf)> {
    let build = ["build", "--workspace", "--bin", "aloft"];
    let with_points = cargo(workspace, &build)
        .args(["--test", "deaths"])
        .args(["--features", CRASH_POINTS]);
    if !watch(with_points)?.success {
        return Err(Failure::new(
            "`aloft` with crash points cannot be built, see above",
        ));
    }
    let kept = keep_aside(workspace, "crash")?;
    let without = cargo(workspace, &build).args(["--test", "crash"]);
    Ok((watch(without)?, kept))
}

/// Copies `aloft` into a folder of its own below the target folder, where no later build replaces it.
///
/// # Errors
/// It was not built, or cannot be copied.
pub(crate) fn keep_aside(workspace: &Workspace, folder: &str) -> Result<PathBuf> {
    let folder = workspace.target.join(folder);
    let kept = folder.join(format!("aloft{}", std::env::consts::EXE_SUFFIX));
    workspace.sh.create_dir(&folder)?;
    workspace.sh.copy_file(cli(workspace)?, &kept)?;
    Ok(kept)
}

/// Where the window is.
///
/// # Errors
/// It was not built.
pub(crate) fn desktop(workspace: &Workspace) -> Result<PathBuf> {
    built(workspace, "aloft-desktop")
}

/// Where `aloft` is.
///
/// # Errors
/// It was not built.
pub(crate) fn cli(workspace: &Workspace) -> Result<PathBuf> {
    built(workspace, "aloft")
}

fn built(workspace: &Workspace, name: &str) -> Result<PathBuf> {
    let path = workspace.program(name);
    if path.is_file() {
        Ok(path)
    } else {
        Err(Failure::new(format!(
            "{} was not built: mend the build first, then repeat",
            path.display()
        )))
    }
}
