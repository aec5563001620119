//! `cargo xtask fuzz`: the targets of `tests/fuzz` under cargo-fuzz, on the stable toolchain.

use std::path::PathBuf;
use std::process::ExitCode;

use xshell::Cmd;

use crate::cargo::cargo;
use crate::failure::{Failure, Result};
use crate::flags::Fuzz;
use crate::watch::{Finished, watch};
use crate::workspace::Workspace;

/// How long each target runs in `cargo xtask test`.
pub(crate) const SECONDS: u64 = 20;

/// Installs cargo-fuzz into the target folder where PATH has none.
///
/// # Errors
/// It cannot be installed.
pub(crate) fn prepare(workspace: &Workspace) -> Result<()> {
    if workspace.which("cargo-fuzz").is_some() {
        return Ok(());
    }
    let tools = workspace.tools();
    let install = &["install", "cargo-fuzz", "--version", "^0.13", "--locked"];
    cargo(workspace, install).arg("--root").arg(&tools).run()?;
    match workspace.which("cargo-fuzz") {
        Some(_) => Ok(()),
        None => Err(Failure::new(format!(
            "cargo-fuzz is not in {}/bin: repeat",
            tools.display()
        ))),
    }
}

/// `cargo xtask fuzz`: all targets or the named one, one after the other.
///
/// # Errors
/// cargo-fuzz cannot be installed or started, or there is no such target.
pub(crate) fn run(workspace: &Workspace, chosen: &Fuzz) -> Result<ExitCode> {
    prepare(workspace)?;
    let seconds = chosen.seconds.unwrap_or(600);
    let finished = all(workspace, chosen.target.as_deref(), seconds)?;
    Ok(match finished.success {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

/// Every target, or the named one, for so many seconds each, whatever the one before it found.
///
/// # Errors
/// cargo-fuzz cannot be started, or there is no such target.
pub(crate) fn all(workspace: &Workspace, only: Option<&str>, seconds: u64) -> Result<Finished> {
    let mut targets = targets(workspace)?;
    if let Some(only) = only {
        targets.retain(|target| target == only);
        if targets.is_empty() {
            return Err(Failure::new(format!("there is no fuzz target `{only}`")));
        }
    }
    let mut finished = watch(fuzz(workspace, "build"))?;
    if !finished.success {
        return Ok(finished);
    }
    for target in &targets {
        let one = watch(one(workspace, target, seconds)?)?;
        finished.text.push_str(&one.text);
        finished.success &= one.success;
    }
    Ok(finished)
}

/// The committed seeds are read; what the fuzzer adds to them, and what it finds, lies in the target folder.
fn one<'a>(workspace: &'a Workspace, target: &str, seconds: u64) -> Result<Cmd<'a>> {
    let grown = workspace.target.join("fuzz-corpus").join(target);
    let findings = workspace.target.join("fuzz-findings").join(target);
    workspace.sh.create_dir(&grown)?;
    workspace.sh.create_dir(&findings)?;
    let run = fuzz(workspace, "run").arg(target).arg(grown);
    let run = run.arg(folder(workspace).join("corpus").join(target));
    Ok(run
        .arg("--")
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-artifact_prefix={}/", findings.display()))
        .args([
            "-max_len=4096",
            "-timeout=10",
            "-rss_limit_mb=2048",
            "-print_final_stats=1",
        ]))
}

/// Coverage is a stable part of the compiler, sanitizers are not, and no line of ours is unsafe. The variable lets a stable
/// compiler take what cargo-fuzz passes in any case.
fn fuzz<'a>(workspace: &'a Workspace, command: &str) -> Cmd<'a> {
    cargo(workspace, &["fuzz", command])
        .env("RUSTC_BOOTSTRAP", "1")
        .args(["--sanitizer", "none", "--fuzz-dir"])
        .arg(folder(workspace))
        .arg("--target-dir")
        .arg(workspace.target.join("fuzz"))
}

fn folder(workspace: &Workspace) -> PathBuf {
    workspace.root.join("tests/fuzz")
}

fn targets(workspace: &Workspace) -> Result<Vec<String>> {
    let files = workspace.sh.read_dir(folder(workspace).join("targets"))?;
    let names = files.iter().filter_map(|file| file.file_stem());
    Ok(names
        .map(|name| name.to_string_lossy().into_owned())
        .collect())
}
