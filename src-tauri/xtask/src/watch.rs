//! Runs a command whose output a person sees at once and xtask reads afterwards.

use std::io::{self, IsTerminal, Read, Write};
use std::process::{Command, Stdio};
use std::thread;

use xshell::Cmd;

use crate::failure::{Failure, Result};

/// What a command left behind.
pub(crate) struct Finished {
    pub(crate) success: bool,
    /// stdout, then stderr, without colours.
    pub(crate) text: String,
}

/// # Errors
/// The program cannot be started. A program that fails is not an error here: look at `success`.
pub(crate) fn watch(cmd: Cmd<'_>) -> Result<Finished> {
    println!("$ {cmd}");
    let shown = cmd.to_string();
    let mut command = Command::from(cmd);
    if io::stdout().is_terminal() {
        command
            .env("CARGO_TERM_COLOR", "always")
            .env("FORCE_COLOR", "1");
    }
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| Failure::new(format!("`{shown}` cannot be started: {error}")))?;

    let errors = child
        .stderr
        .take()
        .map(|from| thread::spawn(move || copy(from, io::stderr())));
    let mut seen = child
        .stdout
        .take()
        .map(|from| copy(from, io::stdout()))
        .unwrap_or_default();
    seen.extend(
        errors
            .and_then(|reader| reader.join().ok())
            .unwrap_or_default(),
    );

    let status = child
        .wait()
        .map_err(|error| Failure::new(format!("`{shown}` was lost: {error}")))?;
    Ok(Finished {
        success: status.success(),
        text: without_colours(&String::from_utf8_lossy(&seen)),
    })
}

fn copy(mut from: impl Read, mut to: impl Write) -> Vec<u8> {
    let mut seen = Vec::new();
    let mut block = [0; 8192];
    while let Ok(length) = from.read(&mut block) {
        if length == 0 {
            break;
        }
        let bytes = block.get(..length).unwrap_or_default();
        seen.extend_from_slice(bytes);
        // A closed terminal must not stop the command from being read to its end.
        let _ = to.write_all(bytes).and_then(|()| to.flush());
    }
    seen
}

/// Removes the ANSI sequences `ESC [ … letter`.
fn without_colours(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, sequence)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        rest = sequence
            .find(|c: char| c.is_ascii_alphabetic())
            .map_or("", |end| sequence.get(end + 1..).unwrap_or(""));
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    #[test]
    fn colours_are_removed_and_words_stay() {
        assert_eq!(
            super::without_colours("\u{1b}[1;32m12 passed\u{1b}[0m, é"),
            "12 passed, é"
        );
        assert_eq!(super::without_colours("cut \u{1b}[3"), "cut ");
    }
}
