//! What goes where: results on standard output, words for people on standard error; and where a passphrase comes from.

use std::io::{self, Write};

use app::contract::Problem;
use serde::Serialize;

use crate::wording::in_terminal;

/// The two streams and the form asked for.
pub(crate) struct Output {
    /// Whether results are JSON objects, one a line.
    pub(crate) json: bool,
    /// The file descriptor that the vault's passphrase is read from, instead of the terminal.
    pub(crate) passphrase_fd: Option<u32>,
}

impl Output {
    pub(crate) fn new(json: bool, passphrase_fd: Option<u32>) -> Self {
        Self {
            json,
            passphrase_fd,
        }
    }

    /// One result line. A reader that closed the pipe has seen enough.
    pub(crate) fn line(&self, text: &str) {
        let _ = writeln!(io::stdout().lock(), "{text}");
    }

    /// One result as a JSON object on a line of its own.
    pub(crate) fn object(&self, value: &impl Serialize) {
        if let Ok(text) = serde_json::to_string(value) {
            self.line(&text);
        }
    }

    /// A word to the person.
    pub(crate) fn say(&self, text: &str) {
        let _ = writeln!(io::stderr().lock(), "{text}");
    }

    /// What went wrong: words for the person, and for a script an object with a stable `kind`.
    pub(crate) fn complain(&self, problem: &Problem) {
        let problem = &in_terminal(problem.clone());
        self.say(&format!("aloft: {problem}"));
        if self.json {
            self.object(&serde_json::json!({ "error": error(problem) }));
        }
    }
}

/// The stable form of a problem in JSON.
pub(crate) fn error(problem: &Problem) -> serde_json::Value {
    let problem = in_terminal(problem.clone());
    serde_json::json!({
        "kind": problem.kind.as_str(),
        "message": problem.message,
        "hint": problem.hint,
    })
}
