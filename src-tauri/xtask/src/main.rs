//! `cargo xtask`: everything a developer does with this repository besides editing it.
//!
//! It installs what is missing, builds, runs and tests. It must not know what Aloft does: it starts programs,
//! passes them paths by environment and reads what they print. It has two small dependencies, so that the first
//! `cargo xtask` compiles in seconds.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this program talks to a person in a terminal"
)]

mod bench;
mod cargo;
mod clients;
mod counts;
mod crash;
mod failure;
mod flags;
mod fuzz;
mod generate;
mod headless;
mod http;
mod json;
mod lint;
mod node;
mod programs;
mod report;
mod run;
mod setup;
mod system;
mod test;
mod ui;
mod watch;
mod words;
mod workspace;

use std::process::ExitCode;

use failure::Result;
use flags::{Xtask, XtaskCmd};
use workspace::Workspace;

fn main() -> ExitCode {
    let flags = Xtask::from_env_or_exit();
    match dispatch(flags) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("\nerror: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(flags: Xtask) -> Result<ExitCode> {
    let workspace = Workspace::find()?;
    match flags.subcommand {
        XtaskCmd::Setup(setup) => setup::run(&workspace, setup.tests).map(|()| ExitCode::SUCCESS),
        XtaskCmd::Run(_) => run::run(&workspace).map(|()| ExitCode::SUCCESS),
        XtaskCmd::Test(test) => test::run(&workspace, &test.only.unwrap_or_default()),
        XtaskCmd::Chaos(chaos) => crash::chaos(&workspace, &chaos),
        XtaskCmd::Fuzz(chosen) => fuzz::run(&workspace, &chosen),
        XtaskCmd::Bench(chosen) => {
            bench::run(&workspace, chosen.smoke, chosen.only.as_deref()).map(|()| ExitCode::SUCCESS)
        }
        XtaskCmd::Lint(_) => test::run(&workspace, &test::Selection::lint()),
        XtaskCmd::Generate(_) => generate::run(&workspace).map(|()| ExitCode::SUCCESS),
    }
}
