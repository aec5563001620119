//! `cargo xtask test`: every check and every test, each step with its time, whatever fails before it.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr;

use xshell::Cmd;

use crate::cargo::{Runner, cargo};
use crate::failure::{Failure, Result};
use crate::report::{Report, Shows};
use crate::watch::{Finished, watch};
use crate::workspace::Workspace;
use crate::{bench, clients, crash, fuzz, lint, node, programs, system, ui, words};

/// A part of the suite that can be chosen with `--only`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Lint,
    Ui,
    Unit,
    Conformance,
    Crash,
    Fuzz,
    Bench,
    E2e,
}

const PARTS: &[(&str, Part)] = &[
    ("lint", Part::Lint),
    ("ui", Part::Ui),
    ("unit", Part::Unit),
    ("conformance", Part::Conformance),
    ("crash", Part::Crash),
    ("fuzz", Part::Fuzz),
    ("bench", Part::Bench),
    ("e2e", Part::E2e),
];

/// What was chosen; nothing chosen is everything.
#[derive(Clone, Debug, Default)]
pub(crate) struct Selection(Vec<Part>);

impl Selection {
    pub(crate) fn lint() -> Self {
        Self(vec![Part::Lint])
    }

    fn has(&self, parts: &[Part]) -> bool {
        self.0.is_empty() || parts.iter().any(|part| self.0.contains(part))
    }
}

impl FromStr for Selection {
    type Err = Failure;

    fn from_str(text: &str) -> Result<Self> {
        let part = |name: &str| {
            PARTS
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, part)| *part)
        };
        text.split(',')
            .map(|name| {
                part(name.trim()).ok_or_else(|| {
                    let known: Vec<&str> = PARTS.iter().map(|(known, _)| *known).collect();
                    Failure::new(format!(
                        "`{name}` is not a step; the steps are {}",
                        known.join(", ")
                    ))
                })
            })
            .collect::<Result<Vec<_>>>()
            .map(Self)
    }
}

/// # Errors
/// None so far: what fails is in the report, and the exit code says so.
pub(crate) fn run(workspace: &Workspace, only: &Selection) -> Result<ExitCode> {
    let mut report = Report::default();
    let tools = set_up(workspace, only, &mut report);

    if only.has(&[Part::Lint]) {
        let again = "cargo xtask lint";
        report.step("format", "cargo fmt --all --check", Shows::Success, || {
            watch(lint::format(workspace))
        });
        report.step("words", again, Shows::Success, || words::check(workspace));
    }
    if only.has(&[Part::Ui]) {
        report.step(
            "page: check",
            "npm --prefix ui run check",
            Shows::Success,
            || watch(ui::script(workspace, "check")),
        );
    }
    // The window embeds the built page, so whatever compiles the workspace needs it.
    report.step(
        "page: build",
        "npm --prefix ui run build",
        Shows::Success,
        || watch(ui::script(workspace, "build")),
    );
    if only.has(&[Part::Ui]) {
        report.step(
            "page: tests",
            "cargo xtask test --only ui",
            Shows::Tests,
            || watch(ui::script(workspace, "test")),
        );
    }
    if only.has(&[Part::Lint]) {
        report.step("clippy", "cargo xtask lint", Shows::Success, || {
            watch(lint::clippy(workspace))
        });
    }
    if only.has(&[Part::Unit, Part::Conformance, Part::Bench, Part::E2e]) {
        let again = "cargo build --workspace --all-targets";
        report.step("build", again, Shows::Success, || {
            watch(programs::build_all(workspace))
        });
    }
    if only.has(&[Part::Unit]) {
        report.step(
            "unit, journeys",
            "cargo xtask test --only unit",
            Shows::Tests,
            || unit(workspace),
        );
    }
    if only.has(&[Part::Conformance]) {
        let again = "cargo xtask test --only conformance";
        report.step("conformance", again, Shows::Tests, || {
            watch(tools.hand_over(workspace, acceptance(workspace, "conformance"))?)
        });
    }
    if only.has(&[Part::Crash]) {
        let again = "cargo xtask test --only crash";
        let mut crashing = None;
        report.step("crash: build", again, Shows::Success, || {
            let (finished, program) = programs::crashing(workspace)?;
            crashing = Some(program);
            Ok(finished)
        });
        report.step("crash", again, Shows::Tests, || {
            let crashing = crashing.ok_or_else(|| {
                Failure::new("`aloft` with crash points was not built: mend its build first")
            })?;
            crash::suite(workspace, &crashing)
        });
    }
    if only.has(&[Part::Fuzz]) {
        let again = "cargo xtask test --only fuzz";
        report.step("fuzz", again, Shows::Success, || {
            fuzz::all(workspace, None, fuzz::SECONDS)
        });
    }
    if only.has(&[Part::Bench]) {
        let again = "cargo xtask bench --smoke";
        report.step("bench smoke", again, Shows::Success, || {
            watch(bench::smoke(workspace)?)
        });
    }
    if only.has(&[Part::E2e]) {
        let again = "cargo xtask test --only e2e";
        report.step("e2e", again, Shows::Tests, || {
            watch(tools.hand_over(workspace, acceptance(workspace, "e2e"))?)
        });
    }
    Ok(report.close())
}

/// Foreign programs that tests are told about by environment; a test that misses one fails.
#[derive(Default)]
struct Tools {
    node: Option<PathBuf>,
    python: Option<PathBuf>,
    node_sdk: Option<PathBuf>,
    tauri_driver: Option<PathBuf>,
}

impl Tools {
    fn hand_over<'a>(&self, workspace: &Workspace, mut cmd: Cmd<'a>) -> Result<Cmd<'a>> {
        cmd = cmd
            .env("ALOFT_CLI", programs::cli(workspace)?)
            .env("ALOFT_DESKTOP", programs::desktop(workspace)?);
        let tools = [
            ("ALOFT_NODE", &self.node),
            ("ALOFT_NODE_SDK", &self.node_sdk),
            ("ALOFT_PYTHON", &self.python),
            ("ALOFT_DRIVER", &self.tauri_driver),
        ];
        for (name, path) in tools {
            if let Some(path) = path {
                cmd = cmd.env(name, path);
            }
        }
        Ok(cmd)
    }
}

fn set_up(workspace: &Workspace, only: &Selection, report: &mut Report) -> Tools {
    let again = "cargo xtask setup --tests";
    let testing = only.has(&[
        Part::Ui,
        Part::Unit,
        Part::Conformance,
        Part::Crash,
        Part::Fuzz,
        Part::Bench,
        Part::E2e,
    ]);
    report.prepare("system", again, || system::prepare(workspace, testing));
    let node = report.prepare("node", again, || node::prepare(workspace));
    report.prepare("page packages", again, || ui::packages(workspace));

    let mut tools = Tools {
        node,
        ..Tools::default()
    };
    if only.has(&[Part::Conformance]) {
        let clients = report.prepare("official clients", again, || clients::official(workspace));
        (tools.python, tools.node_sdk) = clients
            .map(|clients| (clients.python, clients.node_sdk))
            .unzip();
    }
    if only.has(&[Part::Fuzz]) {
        report.prepare("cargo-fuzz", again, || fuzz::prepare(workspace));
    }
    if only.has(&[Part::Bench, Part::E2e]) {
        tools.tauri_driver =
            report.prepare("tauri-driver", again, || clients::tauri_driver(workspace));
    }
    tools
}

/// Every test but those that need foreign programs. Generated files that drifted fail here.
fn unit(workspace: &Workspace) -> Result<Finished> {
    match Runner::find(workspace) {
        Runner::Nextest => {
            let all_but = "not (package(acceptance) & binary(/^(conformance|crash|e2e)$/))";
            watch(cargo(
                workspace,
                &[
                    "nextest",
                    "run",
                    "--workspace",
                    "--no-fail-fast",
                    "--filterset",
                    all_but,
                ],
            ))
        }
        Runner::Plain => {
            // Naming the targets keeps the set of packages, and with it the set of features: nothing is compiled again.
            let mut all = cargo(
                workspace,
                &["test", "--workspace", "--no-fail-fast", "--lib", "--bins"],
            );
            for name in integration_tests(workspace)? {
                all = all.args(["--test", &name]);
            }
            watch(all)
        }
    }
}

/// The names of the test programs that need nothing foreign, as cargo derives them from the folders.
fn integration_tests(workspace: &Workspace) -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::from(["arrows".to_owned(), "journeys".to_owned()]);
    let shell = workspace.root.join("src-tauri");
    let mut packages = workspace.sh.read_dir(shell.join("crates"))?;
    packages.push(shell);
    for tests in packages
        .iter()
        .map(|package| package.join("tests"))
        .filter(|tests| tests.is_dir())
    {
        for entry in workspace.sh.read_dir(tests)? {
            let is_test = entry.extension().is_some_and(|extension| extension == "rs")
                || entry.join("main.rs").is_file();
            if let (true, Some(stem)) = (is_test, entry.file_stem()) {
                names.insert(stem.to_string_lossy().into_owned());
            }
        }
    }
    Ok(names)
}

/// One test program of the package `acceptance`; one test at a time, since they share a display and a session.
fn acceptance<'a>(workspace: &'a Workspace, name: &str) -> Cmd<'a> {
    match Runner::find(workspace) {
        Runner::Nextest => cargo(
            workspace,
            &[
                "nextest",
                "run",
                "--workspace",
                "--no-fail-fast",
                "--test-threads",
                "1",
                "--test",
                name,
            ],
        ),
        Runner::Plain => cargo(
            workspace,
            &[
                "test",
                "--workspace",
                "--no-fail-fast",
                "--test",
                name,
                "--",
                "--test-threads",
                "1",
            ],
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::{Part, Selection};

    #[test]
    fn a_selection_is_read_and_what_is_unknown_is_named() {
        let some: Selection = "unit, ui".parse().unwrap();
        assert!(some.has(&[Part::Ui]) && some.has(&[Part::Unit]) && !some.has(&[Part::E2e]));
        assert!(Selection::default().has(&[Part::E2e]));
        let words = "unit,all".parse::<Selection>().unwrap_err().to_string();
        assert!(
            words.contains("`all`") && words.contains("conformance"),
            "{words}"
        );
    }
}
