//! Starts foreign programs and reads what they print.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use acceptance::given_path;
use serde_json::Value;

/// A client library, seen through two scripts: what it does, and how it signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sdk {
    Node,
    Python,
}

impl Sdk {
    pub(crate) const ALL: [Self; 2] = [Self::Node, Self::Python];

    /// `scenario` or `sign` in this SDK's language.
    pub(crate) fn script(self, name: &str) -> Command {
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance");
        let (program, script) = match self {
            Self::Node => (
                given_path("ALOFT_NODE"),
                here.join("node").join(format!("{name}.cjs")),
            ),
            Self::Python => (
                given_path("ALOFT_PYTHON"),
                here.join("python").join(format!("{name}.py")),
            ),
        };
        let mut command = clean(&program);
        if self == Self::Node {
            command.env("ALOFT_NODE_SDK", given_path("ALOFT_NODE_SDK"));
        }
        command.arg(script);
        command
    }
}

/// `cld`, which lies beside the Python that it belongs to.
pub(crate) fn cld(home: &Path) -> Command {
    let cld = given_path("ALOFT_PYTHON").with_file_name("cld");
    assert!(
        cld.exists(),
        "{} is not there: run `cargo xtask test --only conformance`",
        cld.display()
    );
    let mut command = clean(&cld);
    // It keeps settings of its own, and must not find a person's.
    command.env("HOME", home).env("CLOUDINARY_HOME", home);
    command
}

/// The program under test in a terminal.
pub(crate) fn aloft(home: &Path) -> Command {
    let mut command = clean(&given_path("ALOFT_CLI"));
    command.env("ALOFT_HOME", home);
    command
}

/// A program without the settings and proxies of whoever runs the tests; UTF-8 whatever the machine's locale.
fn clean(program: &PathBuf) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        let lower = name.to_string_lossy().to_ascii_lowercase();
        if lower.starts_with("cloudinary") || lower.ends_with("_proxy") {
            command.env_remove(&name);
        }
    }
    command
        .env("PYTHONUTF8", "1")
        .env("PYTHONDONTWRITEBYTECODE", "1");
    command
}

/// What a program printed, off the test's own threads, since the sandbox lives there.
pub(crate) async fn output(mut command: Command) -> Printed {
    tokio::task::spawn_blocking(move || {
        let output = command
            .stdin(Stdio::null())
            .output()
            .unwrap_or_else(|error| panic!("{command:?}: {error}"));
        Printed {
            success: output.status.success(),
            out: String::from_utf8(output.stdout).unwrap(),
            errors: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    })
    .await
    .unwrap()
}

pub(crate) struct Printed {
    pub(crate) success: bool,
    pub(crate) out: String,
    pub(crate) errors: String,
}

impl Printed {
    /// The lines of a program that must have succeeded, as JSON.
    pub(crate) fn json_lines(&self) -> Vec<Value> {
        self.assert_success();
        self.out
            .lines()
            .map(|line| {
                serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
            })
            .collect()
    }

    pub(crate) fn assert_success(&self) {
        assert!(self.success, "failed:\n{}\n{}", self.out, self.errors);
    }
}

/// Sends lines to a program and reads as many back.
pub(crate) fn through(mut command: Command, lines: &[String]) -> Vec<String> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let text = lines.join("\n") + "\n";
    let writer = thread::spawn(move || input.write_all(text.as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success());
    let answers: Vec<String> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect();
    assert_eq!(answers.len(), lines.len(), "one answer a line");
    answers
}
