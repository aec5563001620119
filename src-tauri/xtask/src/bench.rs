//! `cargo xtask bench`: builds the programs, installs the clients and hands their paths to `tests/bench/bench.py`.

use xshell::Cmd;

use crate::cargo::cargo;
use crate::failure::{Failure, Result};
use crate::workspace::Workspace;
use crate::{clients, node, system, ui};

const PAGE: &str = "tests/bench/RESULTS.md";

/// # Errors
/// A build, an installation or a run fails; never that something is slow.
pub(crate) fn run(workspace: &Workspace, is_smoke: bool, only: Option<&str>) -> Result<()> {
    let build = if is_smoke { DEVELOPMENT } else { RELEASE };
    system::prepare(workspace, true)?;
    clients::tauri_driver(workspace)?;
    node::prepare(workspace)?;
    ui::packages(workspace)?;
    ui::script(workspace, "build").run()?;
    // In one go, so that all have one set of features and nothing is compiled twice; and only what is measured, since the
    // tests would take many minutes in release.
    cargo(workspace, &["build", "--workspace"])
        .args(build.flag)
        .args(["--bin", "aloft", "--bin", "aloft-desktop"])
        .args(["--example", "sign-rate", "--example", "blank"])
        .run()?;
    if !is_smoke {
        clients::official(workspace)?;
    }
    let mut bench = script(workspace, &build)?;
    if is_smoke {
        bench = bench.arg("--smoke");
    }
    bench = match only {
        Some(work) => bench.args(["--only", work]),
        None => bench,
    };
    bench = if is_smoke {
        bench
    } else {
        bench.arg("--write").arg(workspace.root.join(PAGE))
    };
    Ok(bench.run()?)
}

/// The smoke version, on programs that are built already.
///
/// # Errors
/// There is no Python.
pub(crate) fn smoke(workspace: &Workspace) -> Result<Cmd<'_>> {
    Ok(script(workspace, &DEVELOPMENT)?.arg("--smoke"))
}

struct Build {
    profile: &'static str,
    flag: Option<&'static str>,
    words: &'static str,
}

const DEVELOPMENT: Build = Build {
    profile: "debug",
    flag: None,
    words: "development",
};

const RELEASE: Build = Build {
    profile: "release",
    flag: Some("--release"),
    words: "release",
};

fn script<'a>(workspace: &'a Workspace, build: &Build) -> Result<Cmd<'a>> {
    let (python, node_sdk) = clients::installed(workspace);
    let interpreter = workspace
        .which("python3")
        .ok_or_else(|| Failure::new("python3 is missing: install it, then repeat"))?;
    let places = [
        (
            "ALOFT_CLI",
            Some(workspace.program_of(build.profile, "aloft")),
        ),
        (
            "ALOFT_SIGN_RATE",
            Some(workspace.program_of(build.profile, "examples/sign-rate")),
        ),
        (
            "ALOFT_DESKTOP",
            Some(workspace.program_of(build.profile, "aloft-desktop")),
        ),
        (
            "ALOFT_BLANK",
            Some(workspace.program_of(build.profile, "examples/blank")),
        ),
        ("ALOFT_DRIVER", workspace.which("tauri-driver")),
        ("ALOFT_CURL", workspace.which("curl")),
        ("ALOFT_NODE", workspace.which("node")),
        ("ALOFT_NODE_SDK", node_sdk),
        ("ALOFT_PYTHON", python),
    ];
    let mut cmd = workspace
        .sh
        .cmd(interpreter)
        .arg(workspace.root.join("tests/bench/bench.py"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .args(["--build", build.words])
        .arg("--scratch")
        .arg(workspace.target.join("tmp"));
    for (name, path) in places {
        cmd = match path {
            Some(path) => cmd.env(name, path),
            None => cmd.env_remove(name),
        };
    }
    Ok(cmd)
}
