//! Accounts in a terminal, without a keyring: accounts with a preset have no secret.

use serde_json::Value;

use crate::{Terminal, aloft, objects, words};

impl Terminal {
    /// `aloft accounts …`, without an account of the environment.
    fn accounts(&self, arguments: &[&str]) -> std::process::Output {
        let mut command = aloft(self.home.path());
        command.args(["--json", "accounts"]).args(arguments);
        command.output().unwrap()
    }

    pub(crate) fn add_unsigned(&self, label: &str, cloud_name: &str) {
        let (_, host) = self.url.split_once("upload_prefix=").unwrap();
        let added = self.accounts(&[
            "add-unsigned",
            label,
            "--cloud-name",
            cloud_name,
            "--preset",
            "sandbox-unsigned",
            "--host",
            host,
        ]);
        assert_eq!(added.status.code(), Some(0), "{}", words(&added));
    }

    /// Label and whether it is the active one, in the order of the list.
    fn listed(&self) -> Vec<(String, bool)> {
        let list = self.accounts(&["list"]);
        assert_eq!(list.status.code(), Some(0), "{}", words(&list));
        let row = |account: &Value| {
            let label = account["label"].as_str().unwrap().to_owned();
            (label, account["active"].as_bool().unwrap())
        };
        objects(&list).iter().map(row).collect()
    }
}

#[test]
fn accounts_are_listed_chosen_renamed_and_removed() {
    let terminal = Terminal::open();
    let row = |label: &str, active| (label.to_owned(), active);
    assert!(terminal.listed().is_empty());
    terminal.add_unsigned("Photos", "sandbox");
    terminal.add_unsigned("Films", "another");
    assert_eq!(
        terminal.listed(),
        [row("Photos", false), row("Films", true)]
    );

    let chosen = terminal.accounts(&["use", "Photos"]);
    assert_eq!(objects(&chosen)[0]["active"], true);
    assert_eq!(
        terminal.listed(),
        [row("Photos", true), row("Films", false)]
    );

    let renamed = terminal.accounts(&["rename", "Films", "Cinema"]);
    assert_eq!(objects(&renamed)[0]["label"], "Cinema");
    let taken = terminal.accounts(&["rename", "Cinema", "Photos"]);
    assert_ne!(taken.status.code(), Some(0));
    assert_eq!(
        terminal.listed(),
        [row("Photos", true), row("Cinema", false)]
    );

    let removed = terminal.accounts(&["remove", "Photos"]);
    assert_eq!(removed.status.code(), Some(0), "{}", words(&removed));
    let told = &objects(&removed)[0];
    assert_eq!(
        (&told["label"], &told["removed"]),
        (&"Photos".into(), &true.into())
    );
    let said = words(&removed);
    assert!(
        said.starts_with("Removed “Photos”. "),
        "it had no secret: {said}"
    );
    assert_eq!(terminal.listed().len(), 1);
    for command in ["use", "remove", "verify"] {
        let gone = terminal.accounts(&[command, "Photos"]);
        assert_eq!(gone.status.code(), Some(3), "{command}: {}", words(&gone));
    }
}

/// Nothing that a list could break at, and nothing that a typing error makes of a region or of a host.
#[test]
fn what_an_account_cannot_be_called_or_reached_by_is_refused() {
    let terminal = Terminal::open();
    terminal.add_unsigned("Photos", "sandbox");
    let add = [
        "add-unsigned",
        "a\tb",
        "--cloud-name",
        "other",
        "--preset",
        "x",
    ];
    for (arguments, said) in [
        (&add[..], "The label holds"),
        (&["rename", "Photos", "a\nb"], "The label holds"),
        (
            &["edit", "Photos", "--label", "a\u{1b}[2Jb"],
            "The label holds",
        ),
        (
            &["edit", "Photos", "--host", "bla"],
            "default, eu, ap or an address",
        ),
        (
            &["edit", "Photos", "--cname", "http://x y"],
            "for plain links",
        ),
        (
            &["edit", "Photos", "--secure-distribution", "a b/c"],
            "host for links",
        ),
    ] {
        let refused = terminal.accounts(arguments);
        assert_eq!(refused.status.code(), Some(2), "{arguments:?}");
        let words = words(&refused);
        assert!(words.contains(said), "{arguments:?} {words}");
    }
    assert_eq!(terminal.listed(), [("Photos".to_owned(), true)]);
}

#[test]
fn where_none_is_active_the_others_are_named() {
    let terminal = Terminal::open();
    terminal.add_unsigned("Photos", "sandbox");
    terminal.add_unsigned("Sounds", "one-more");
    terminal.add_unsigned("Films", "another");
    let removed = terminal.accounts(&["remove", "Films"]);
    assert_eq!(removed.status.code(), Some(0), "{}", words(&removed));
    let file = terminal.file("a.txt");
    let commands = [
        &["upload", file.to_str().unwrap()][..],
        &["sign", "timestamp=1700000000"],
        &["accounts", "verify"],
        &["exec", "--", "true"],
        &["agent", "token", "builder"],
    ];
    for command in commands {
        let mut run = aloft(terminal.home.path());
        let refused = run.args(command).output().unwrap();
        assert_eq!(refused.status.code(), Some(3), "{command:?}");
        let said = words(&refused);
        assert!(
            said.contains("No account is active. There are: Photos, Sounds."),
            "{said}"
        );
        assert!(said.contains("aloft accounts use NAME"), "{said}");
    }
    let doctor = aloft(terminal.home.path()).arg("doctor").output().unwrap();
    let said = String::from_utf8(doctor.stdout).unwrap();
    assert!(
        said.contains("No account is active, so no service was asked."),
        "{said}"
    );
    assert!(!said.contains("no account yet"), "{said}");
}

#[test]
fn an_account_that_is_named_wins_over_the_environment() {
    let terminal = Terminal::open();
    terminal.add_unsigned("Named", "sandbox");
    let (wrong, _) = terminal.with_wrong_secret();
    let file = terminal.file("a.txt");
    let file = file.to_str().unwrap();
    let named = terminal.run_as(&wrong, &["upload", "--account", "Named", file]);
    assert_eq!(named.status.code(), Some(0), "{}", words(&named));
    assert_eq!(terminal.stored(), 1);
    let other = terminal.file("b.txt");
    let environment = terminal.run_as(&wrong, &["upload", other.to_str().unwrap()]);
    assert_eq!(
        environment.status.code(),
        Some(3),
        "the environment comes next"
    );
}

#[test]
fn links_are_printed_in_the_form_asked_for() {
    let terminal = Terminal::open();
    let file = terminal.file("a.txt");
    let printed = |format: &str| {
        let output = terminal.run(&["upload", "--format", format, file.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(0), "{}", words(&output));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    let link = printed("url");
    assert!(link.starts_with("http://127.0.0.1:"), "{link}");
    assert_eq!(printed("markdown"), format!("[a.txt]({link})"));
    assert_eq!(printed("html"), format!("<a href=\"{link}\">a.txt</a>"));
}

#[test]
fn what_is_locked_keeps_uploads_waiting_until_it_is_unlocked() {
    let terminal = Terminal::open();
    terminal.add_unsigned("Named", "sandbox");
    let file = terminal.file("a.txt");
    let upload = || {
        let mut command = aloft(terminal.home.path());
        command.arg("upload").arg(&file).output().unwrap()
    };
    let locked = terminal.accounts(&["lock"]);
    assert_eq!(objects(&locked)[0]["locked"], true);
    let waits = upload();
    assert_eq!(waits.status.code(), Some(3), "{}", words(&waits));
    assert!(words(&waits).contains("Aloft is locked"));
    // a secret of the environment is not taken either
    let refused = terminal.run(&["sign", "timestamp=1700000000"]);
    assert_eq!(refused.status.code(), Some(3), "{}", words(&refused));
    assert!(refused.stdout.is_empty());
    let doctor = terminal.run(&["doctor"]);
    let said = String::from_utf8(doctor.stdout).unwrap();
    assert!(said.contains("Aloft is locked"), "{said}");
    assert_eq!(terminal.stored(), 0);

    let unlocked = terminal.accounts(&["unlock"]);
    assert_eq!(unlocked.status.code(), Some(0), "{}", words(&unlocked));
    assert_eq!(objects(&unlocked)[0]["locked"], false);
    let arrived = upload();
    assert_eq!(arrived.status.code(), Some(0), "{}", words(&arrived));
    assert_eq!(terminal.stored(), 1, "what waited and this are one file");
}
