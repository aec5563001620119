//! `cargo xtask run`: from a fresh clone to an open window.

use xshell::cmd;

use crate::failure::Result;
use crate::workspace::Workspace;
use crate::{headless, programs, setup, ui};

/// # Errors
/// A step failed; the words say which and what to do.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    println!("=== set up");
    setup::run(workspace, false)?;
    println!("\n=== build the page");
    ui::script(workspace, "build").run()?;
    println!("\n=== build the programs (the first time takes some minutes)");
    programs::build(workspace)?;

    if has_display(workspace) {
        println!("\n=== open the window");
        let desktop = programs::desktop(workspace)?;
        cmd!(workspace.sh, "{desktop}").run()?;
        return Ok(());
    }
    println!(
        "\n=== no display here (DISPLAY and WAYLAND_DISPLAY are not set): the main job without a window"
    );
    headless::main_job(workspace)
}

fn has_display(workspace: &Workspace) -> bool {
    let set = |name| {
        workspace
            .sh
            .var_os(name)
            .is_some_and(|value| !value.is_empty())
    };
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}
