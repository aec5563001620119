//! The page: its packages, and its scripts.

use std::fs;

use xshell::{Cmd, cmd};

use crate::failure::{Failure, Result};
use crate::node;
use crate::workspace::Workspace;

/// Installs the packages that `ui/package-lock.json` names, unless they are there already.
///
/// # Errors
/// The lock file is missing, or `npm ci` fails.
pub(crate) fn packages(workspace: &Workspace) -> Result<()> {
    let lock = workspace.ui().join("package-lock.json");
    let wanted = fs::read_to_string(&lock).map_err(|error| Failure::at(&lock, "read", &error))?;
    // Native packages are chosen by the Node that installs them, so its version belongs to the stamp.
    let stamp = format!("{}\n{wanted}", node::version(workspace).unwrap_or_default());
    let stamp_file = workspace.ui().join("node_modules").join(".aloft-stamp");
    if fs::read_to_string(&stamp_file).is_ok_and(|old| old == stamp) {
        println!("ui packages: as locked");
        return Ok(());
    }
    npm(workspace, &["ci", "--no-audit", "--no-fund"]).run()?;
    workspace.sh.write_file(&stamp_file, stamp)?;
    Ok(())
}

/// A script of `ui/package.json`.
pub(crate) fn script<'a>(workspace: &'a Workspace, name: &str) -> Cmd<'a> {
    npm(workspace, &["run", name])
}

fn npm<'a>(workspace: &'a Workspace, arguments: &[&str]) -> Cmd<'a> {
    let ui = workspace.ui();
    // Windows has npm as a batch file, which needs its full name.
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    cmd!(workspace.sh, "{npm} --prefix {ui}").args(arguments)
}
