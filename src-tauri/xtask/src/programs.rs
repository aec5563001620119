//! Aloft's two programs.

use std::path::PathBuf;

use xshell::Cmd;

use crate::cargo::cargo;
use crate::failure::{Failure, Result};
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
