//! Checks without tests: formatting, clippy, words.

use xshell::Cmd;

use crate::cargo::cargo;
use crate::workspace::Workspace;

pub(crate) fn format(workspace: &Workspace) -> Cmd<'_> {
    cargo(workspace, &["fmt", "--all", "--check"])
}

pub(crate) fn clippy(workspace: &Workspace) -> Cmd<'_> {
    cargo(
        workspace,
        &[
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "--deny",
            "warnings",
        ],
    )
}
