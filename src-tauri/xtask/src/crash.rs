//! The crash suite: `aloft` dies at every named place, and in rounds of chaos.

use std::path::Path;
use std::process::ExitCode;

use xshell::Cmd;

use crate::cargo::{Runner, cargo};
use crate::failure::Result;
use crate::flags::Chaos;
use crate::programs;
use crate::watch::{Finished, watch};
use crate::workspace::Workspace;

const SUITE: &str = "crash";
const CHAOS: &str = "chaos_leaves_every_file_there_exactly_once";

/// Everything, with few rounds of chaos; `crashing` is `aloft` with crash points.
///
/// # Errors
/// `aloft` was not built.
pub(crate) fn suite(workspace: &Workspace, crashing: &Path) -> Result<Finished> {
    // the queue's own deaths need the engine with crash points
    let deaths = watch(tests(
        workspace,
        &["--test", "deaths", "--features", programs::CRASH_POINTS],
    ))?;
    let all = tests(workspace, &["--test", SUITE])
        .env("ALOFT_CLI", programs::cli(workspace)?)
        .env("ALOFT_CLI_CRASHING", crashing);
    let all = watch(all)?;
    Ok(Finished {
        success: deaths.success && all.success,
        text: format!("{}\n{}", deaths.text, all.text),
    })
}

/// `cargo xtask chaos`: builds `aloft` and plays as many rounds as asked.
///
/// # Errors
/// The build fails, or a program cannot be started.
pub(crate) fn chaos(workspace: &Workspace, chaos: &Chaos) -> Result<ExitCode> {
    cargo(workspace, &["build", "--package", "cli"]).run()?;
    // a copy, because a build during a long run would replace the program
    let program = programs::keep_aside(workspace, "chaos")?;
    let rounds = [
        ("ALOFT_CHAOS_ROUNDS", chaos.rounds.unwrap_or(20)),
        ("ALOFT_CHAOS_SEED", chaos.seed.unwrap_or(1)),
        ("ALOFT_CHAOS_OUTAGE", chaos.outage.unwrap_or(30)),
    ];
    // not by nextest: each round is to be seen as soon as it is over
    let mut cmd = cargo(
        workspace,
        &[
            "test",
            "--package",
            "acceptance",
            "--test",
            SUITE,
            "--",
            "--nocapture",
            CHAOS,
        ],
    );
    for (name, value) in rounds {
        cmd = cmd.env(name, value.to_string());
    }
    let played = watch(cmd.env("ALOFT_CLI", program))?;
    Ok(if played.success {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Tests whose words are shown when they pass, too: they say seeds, and what could not be tried.
fn tests<'a>(workspace: &'a Workspace, which: &[&str]) -> Cmd<'a> {
    let (runner, shown): (&[&str], &[&str]) = match Runner::find(workspace) {
        Runner::Nextest => (&["nextest", "run"], &["--success-output", "final"]),
        Runner::Plain => (&["test"], &["--", "--nocapture"]),
    };
    cargo(workspace, runner)
        .args(["--workspace", "--no-fail-fast"])
        .args(which)
        .args(shown)
}
