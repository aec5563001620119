//! Cargo, run from inside `cargo run`.

use xshell::Cmd;

use crate::workspace::Workspace;

/// What `cargo run` tells its child about the package xtask. Build scripts that watch these names
/// would run again each time a person changes between `cargo` and `cargo xtask`.
const OWN_PACKAGE: &[&str] = &[
    "CARGO",
    "CARGO_MANIFEST_DIR",
    "CARGO_MANIFEST_PATH",
    "CARGO_PKG_AUTHORS",
    "CARGO_PKG_DESCRIPTION",
    "CARGO_PKG_HOMEPAGE",
    "CARGO_PKG_LICENSE",
    "CARGO_PKG_LICENSE_FILE",
    "CARGO_PKG_NAME",
    "CARGO_PKG_README",
    "CARGO_PKG_REPOSITORY",
    "CARGO_PKG_RUST_VERSION",
    "CARGO_PKG_VERSION",
    "CARGO_PKG_VERSION_MAJOR",
    "CARGO_PKG_VERSION_MINOR",
    "CARGO_PKG_VERSION_PATCH",
    "CARGO_PKG_VERSION_PRE",
];

/// `cargo <arguments>`; with `CI` in the environment the lock file must already be right. cargo-fuzz has no such flag.
pub(crate) fn cargo<'a>(workspace: &'a Workspace, arguments: &[&str]) -> Cmd<'a> {
    let (command, rest) = arguments.split_at(subcommand_length(arguments));
    let builds = !matches!(arguments.first(), Some(&("fmt" | "install" | "fuzz")));
    let locked = builds && workspace.sh.var_os("CI").is_some();
    let mut cmd = workspace.sh.cmd("cargo").args(command);
    if locked {
        cmd = cmd.arg("--locked");
    }
    for name in OWN_PACKAGE {
        cmd = cmd.env_remove(name);
    }
    // The tests make accounts of their own.
    cmd.env_remove("CLOUDINARY_URL").args(rest)
}

/// The tests of the workspace, by cargo-nextest where it is present.
pub(crate) enum Runner {
    Nextest,
    Plain,
}

impl Runner {
    pub(crate) fn find(workspace: &Workspace) -> Self {
        if workspace.which("cargo-nextest").is_some() {
            Self::Nextest
        } else {
            Self::Plain
        }
    }
}

fn subcommand_length(arguments: &[&str]) -> usize {
    if arguments.first() == Some(&"nextest") {
        2
    } else {
        1
    }
}
