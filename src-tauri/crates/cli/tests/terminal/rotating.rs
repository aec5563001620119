//! Where an account's secret is, and a change of its key, as a terminal shows them.

use std::io::{BufRead, BufReader};
use std::process::{Output, Stdio};

use crate::care::PASSPHRASE;
use crate::{Terminal, aloft, objects, words};

const NEW: &str = "777777777777777:canary-second-Hw4Jq8Zt2Vb6N";

impl Terminal {
    /// The service takes another key from now on, and no other.
    fn takes(&mut self, key_and_secret: &str) {
        let _ = self.sandbox.kill();
        let _ = self.sandbox.wait();
        let credentials = self.home.path().join("credentials");
        std::fs::write(&credentials, format!("{key_and_secret}\n")).unwrap();
        let (_, port) = self.url.rsplit_once(':').unwrap();
        self.sandbox = aloft(self.home.path())
            .args(["sandbox", "--port", port.trim_end_matches('/'), "--dir"])
            .arg(self.home.path().join("service"))
            .arg("--credentials")
            .arg(&credentials)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let said = self.sandbox.stdout.take().unwrap();
        BufReader::new(said).read_line(&mut line).unwrap();
    }

    fn rotate(&self, given: &str, step: &[&str]) -> Output {
        let rotate = ["accounts", "rotate", "Work"];
        self.with_passphrase(PASSPHRASE, given, &[&rotate, step].concat())
    }

    /// `aloft accounts list` for a person: its lines, and what is said beside them.
    fn rows(&self) -> (String, String) {
        let mut list = aloft(self.home.path());
        let list = list.args(["accounts", "list"]).output().unwrap();
        let said = words(&list);
        (String::from_utf8(list.stdout).unwrap(), said)
    }
}

#[test]
fn a_change_of_key_names_the_steps_that_it_can_take() {
    let mut terminal = Terminal::open();
    terminal.in_vault("Work");
    let (row, said) = terminal.rows();
    assert!(row.ends_with("\tin the vault\n"), "{row}");
    assert_eq!(said, "");
    terminal.takes(NEW);
    let switched = terminal.rotate(NEW, &[]);
    assert_eq!(switched.status.code(), Some(0), "{}", words(&switched));
    let old = objects(&switched)[0]["rotation"]["other_key"].clone();
    let old = old.as_str().unwrap();
    let (row, _) = terminal.rows();
    assert!(row.contains(&format!("\told key {old} kept")), "{row}");

    for (given, step) in [
        ("888888:x", &[][..]),
        ("", &["--abandon"]),
        ("", &["--test"]),
    ] {
        let refused = terminal.rotate(given, step);
        assert_eq!(
            refused.status.code(),
            Some(2),
            "{step:?}: {}",
            words(&refused)
        );
        let said = words(&refused);
        let stands = format!("The new key is in use, and the old key {old} is kept.");
        assert!(said.contains(&stands), "{step:?}: {said}");
        assert!(said.contains("aloft accounts rotate Work --back"), "{said}");
        assert!(
            said.contains("The first upload with the new key ends"),
            "{said}"
        );
    }
    let back = terminal.rotate("", &["--back"]);
    assert_eq!(back.status.code(), Some(0), "{}", words(&back));
    let (row, _) = terminal.rows();
    assert!(row.contains("\tnew key 777777777777777 added"), "{row}");
    let early = terminal.rotate("", &["--switch"]);
    let said = words(&early);
    assert!(said.contains("--test, or give it up: --abandon"), "{said}");
    let tested = terminal.rotate("", &["--test"]);
    assert_eq!(tested.status.code(), Some(0), "{}", words(&tested));
    let said = words(&terminal.rotate("", &["--back"]));
    assert!(
        said.contains("--switch, or give it up: --abandon"),
        "{said}"
    );
}

#[test]
fn the_list_says_once_that_aloft_is_locked() {
    let terminal = Terminal::open();
    terminal.in_vault("Work");
    let mut lock = aloft(terminal.home.path());
    assert!(lock.args(["accounts", "lock"]).status().unwrap().success());
    let (row, said) = terminal.rows();
    assert!(row.contains("Work"), "{row}");
    assert_eq!(
        said,
        "Aloft is locked, and uploads wait until: aloft accounts unlock\n"
    );
}
