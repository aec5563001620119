//! Foreign programs that tests drive: the official clients, pinned by committed lock files, and the WebDriver.

use std::fs;
use std::path::{Path, PathBuf};

use xshell::cmd;

use crate::cargo::cargo;
use crate::failure::{Failure, Result};
use crate::workspace::Workspace;

/// Where the official clients are.
pub(crate) struct Clients {
    /// The Python of a virtual environment with the SDK; `cld` lies beside it.
    pub(crate) python: PathBuf,
    /// A folder whose `node_modules` holds the Node SDK.
    pub(crate) node_sdk: PathBuf,
}

/// Installs the official Node SDK, Python SDK and `cld`, unless they are there as locked.
///
/// # Errors
/// A registry cannot be reached, or a package is not what the lock file says.
pub(crate) fn official(workspace: &Workspace) -> Result<Clients> {
    let clients = Clients {
        python: python(workspace)?,
        node_sdk: node_sdk(workspace)?,
    };
    println!("official clients: as locked");
    Ok(clients)
}

/// Those that are there as locked already.
pub(crate) fn installed(workspace: &Workspace) -> (Option<PathBuf>, Option<PathBuf>) {
    let there = |(lock, folder): (PathBuf, PathBuf), program: PathBuf| {
        let wanted = fs::read_to_string(lock).ok()?;
        stamped(&folder, &wanted).then_some(program)
    };
    let (requirements, environment) = python_places(workspace);
    let program = python_in(&environment);
    let python = there((requirements, environment), program);
    let (from, to) = node_places(workspace);
    let node_sdk = there((from.join(NODE_LOCK), to.clone()), to);
    (python, node_sdk)
}

/// Where the Node SDK is pinned, and where it is installed.
fn node_places(workspace: &Workspace) -> (PathBuf, PathBuf) {
    (
        workspace.root.join("tests/conformance/node"),
        workspace.tools().join("node-sdk"),
    )
}

/// The same for the Python SDK.
fn python_places(workspace: &Workspace) -> (PathBuf, PathBuf) {
    let requirements = "tests/conformance/python/requirements.txt";
    (
        workspace.root.join(requirements),
        workspace.tools().join("python-sdk"),
    )
}

fn python_in(environment: &Path) -> PathBuf {
    if cfg!(windows) {
        environment.join("Scripts").join("python.exe")
    } else {
        environment.join("bin").join("python")
    }
}

const NODE_LOCK: &str = "package-lock.json";

fn node_sdk(workspace: &Workspace) -> Result<PathBuf> {
    let sh = &workspace.sh;
    let (from, to) = node_places(workspace);
    let wanted = read(&from.join(NODE_LOCK))?;
    if !stamped(&to, &wanted) {
        sh.create_dir(&to)?;
        for file in ["package.json", NODE_LOCK] {
            sh.copy_file(from.join(file), &to)?;
        }
        let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
        cmd!(sh, "{npm} --prefix {to} ci --no-audit --no-fund").run()?;
        stamp(workspace, &to, &wanted)?;
    }
    Ok(to)
}

fn python(workspace: &Workspace) -> Result<PathBuf> {
    let sh = &workspace.sh;
    let (requirements, to) = python_places(workspace);
    let python = python_in(&to);
    let wanted = read(&requirements)?;
    if !stamped(&to, &wanted) {
        // `--clear`: a half-made environment of an interrupted run is no base.
        cmd!(sh, "python3 -m venv --clear {to}").run()?;
        cmd!(sh, "{python} -m pip install --quiet --disable-pip-version-check --require-hashes --requirement {requirements}").run()?;
        stamp(workspace, &to, &wanted)?;
    }
    Ok(python)
}

/// The `tauri-driver` that speaks WebDriver to the window, installed into the target folder where PATH has none.
///
/// # Errors
/// It cannot be installed.
pub(crate) fn tauri_driver(workspace: &Workspace) -> Result<PathBuf> {
    if let Some(present) = workspace.which("tauri-driver") {
        return Ok(present);
    }
    let tools = workspace.tools();
    let install = &[
        "install",
        "tauri-driver",
        "--version",
        "^2",
        "--locked",
        "--root",
    ];
    cargo(workspace, install).arg(&tools).run()?;
    workspace.which("tauri-driver").ok_or_else(|| {
        Failure::new(format!(
            "tauri-driver is not in {}/bin: repeat",
            tools.display()
        ))
    })
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|error| Failure::at(path, "read", &error))
}

/// Whether the folder was filled from exactly this lock file.
fn stamped(folder: &Path, wanted: &str) -> bool {
    fs::read_to_string(folder.join(STAMP)).is_ok_and(|old| old == wanted)
}

fn stamp(workspace: &Workspace, folder: &Path, wanted: &str) -> Result<()> {
    Ok(workspace.sh.write_file(folder.join(STAMP), wanted)?)
}

const STAMP: &str = ".aloft-stamp";
