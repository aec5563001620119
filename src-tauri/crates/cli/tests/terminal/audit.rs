//! The audit log in a terminal: what is in it, and what becomes of a changed one.

use std::path::PathBuf;
use std::process::Output;

use serde_json::Value;

use crate::{Terminal, aloft, objects, words};

impl Terminal {
    fn audit(&self, arguments: &[&str]) -> Output {
        let mut command = aloft(self.home.path());
        command.args(["--json", "audit"]).args(arguments);
        command.output().unwrap()
    }

    fn log(&self) -> PathBuf {
        self.home.path().join("aloft/data/audit/audit.jsonl")
    }
}

fn actions(output: &Output) -> Vec<Value> {
    let entries = objects(output).into_iter();
    entries.map(|entry| entry["action"].clone()).collect()
}

#[test]
fn what_is_signed_stands_in_the_log_with_names_and_without_values() {
    let terminal = Terminal::open();
    let none = terminal.audit(&[]);
    assert_eq!((none.status.code(), objects(&none).len()), (Some(0), 0));
    assert_eq!(words(&none), "There is no entry in the log yet.\n");

    let by_policy = terminal.run(&["sign", "folder=of-the-value", "timestamp=1315060510"]);
    assert_eq!(by_policy.status.code(), Some(0), "{}", words(&by_policy));
    let refused = terminal.run(&["sign", "to_public_id=of-the-value"]);
    assert_ne!(refused.status.code(), Some(0));
    let any = terminal.run(&["sign", "--any", "to_public_id=of-the-value"]);
    assert_eq!(any.status.code(), Some(0), "{}", words(&any));

    let all = terminal.audit(&[]);
    assert_eq!(actions(&all), ["signed_any", "refused", "signed"]);
    let entries = objects(&all);
    assert_eq!(entries[0]["names"], serde_json::json!(["to_public_id"]));
    assert_eq!(entries[1]["outcome"], "refused");
    assert_eq!(entries[2]["who"]["kind"], "terminal");
    let log = std::fs::read_to_string(terminal.log()).unwrap();
    assert!(!log.contains("of-the-value"), "{log}");

    assert_eq!(actions(&terminal.audit(&["--limit", "1"])), ["signed_any"]);
    assert!(actions(&terminal.audit(&["--limit", "0"])).is_empty());
    let nothing = terminal.audit(&["--search", "nothing-of-this-kind"]);
    assert_eq!(words(&nothing), "No entry of the log fits.\n");
    let told = terminal.audit(&["--search", "a parameter that is not signed"]);
    assert_eq!(actions(&told), ["refused"]);
    let found = terminal.audit(&["--search", "Folder signature"]);
    assert_eq!(actions(&found), ["signed"], "words of both kinds, any case");
    assert_eq!(
        actions(&terminal.audit(&["--since", "2100-01-01"])).len(),
        0
    );
    assert_eq!(
        actions(&terminal.audit(&["--since", "2020-01-01"])).len(),
        3
    );
    let nonsense = terminal.audit(&["--since", "yesterday"]);
    assert_eq!(nonsense.status.code(), Some(2));
}

/// What is short in the log is a sentence for a person, and what kept the secret away is named.
#[test]
fn why_something_was_refused_is_said_in_words() {
    let terminal = Terminal::open();
    terminal.add_unsigned("Photos", "sandbox");
    let refused = terminal.run(&["sign", "--account", "Photos", "folder=a"]);
    assert_ne!(refused.status.code(), Some(0));
    let entry = &objects(&terminal.audit(&["--limit", "1"]))[0];
    assert_eq!(entry["reason"], "not_signed");
    let mut list = aloft(terminal.home.path());
    let rows = list.args(["audit", "--limit", "1"]).output().unwrap();
    let row = String::from_utf8(rows.stdout).unwrap();
    let fields: Vec<_> = row.split('\t').collect();
    assert_eq!(fields[2], "Signature refused: the account has no secret");
}

#[test]
fn a_changed_log_is_found_and_its_place_named() {
    let terminal = Terminal::open();
    for folder in ["folder=a", "folder=b", "folder=c"] {
        terminal.run(&["sign", folder]);
    }
    let sound = terminal.audit(&["--verify"]);
    assert_eq!(sound.status.code(), Some(0), "{}", words(&sound));
    assert_eq!(objects(&sound)[0]["entries"], 3);

    let log = std::fs::read_to_string(terminal.log()).unwrap();
    let changed: Vec<_> = log
        .lines()
        .enumerate()
        .map(|(at, line)| match at {
            1 => line.replace("signed", "copied"),
            _ => line.to_owned(),
        })
        .collect();
    std::fs::write(terminal.log(), changed.join("\n") + "\n").unwrap();
    let broken = terminal.audit(&["--verify"]);
    assert_eq!(broken.status.code(), Some(1));
    let said = &objects(&broken)[0];
    assert_eq!(
        (&said["fault"], &said["line"]),
        (&"edited".into(), &2.into())
    );
    assert!(words(&broken).contains("line 2"), "{}", words(&broken));
}

#[test]
fn nothing_is_signed_that_cannot_be_written_down() {
    let terminal = Terminal::open();
    // A file where the log's folder belongs.
    std::fs::create_dir_all(terminal.home.path().join("aloft/data")).unwrap();
    std::fs::write(terminal.home.path().join("aloft/data/audit"), "").unwrap();
    let signed = terminal.run(&["sign", "folder=a"]);
    assert_eq!(signed.status.code(), Some(1), "{}", words(&signed));
    assert!(signed.stdout.is_empty());
    assert!(words(&signed).contains("audit log"), "{}", words(&signed));
}
