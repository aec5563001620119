//! `cargo xtask setup`: what is missing is installed, and every command is shown before it runs.

use crate::failure::Result;
use crate::workspace::Workspace;
use crate::{clients, fuzz, node, system, ui};

/// # Errors
/// Something cannot be installed; the words say what.
pub(crate) fn run(workspace: &Workspace, tests: bool) -> Result<()> {
    system::prepare(workspace, tests)?;
    node::prepare(workspace)?;
    ui::packages(workspace)?;
    if tests {
        clients::official(workspace)?;
        clients::tauri_driver(workspace)?;
        fuzz::prepare(workspace)?;
    }
    Ok(())
}
