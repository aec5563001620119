//! Secrets in a terminal without a keyring: a vault file, its passphrase from a file descriptor, and accounts changed.

use std::io::Write;
use std::process::{Output, Stdio};

use serde_json::Value;

use crate::{Terminal, aloft, objects, words};

pub(crate) const PASSPHRASE: &str = "seven lamps drift beyond the quiet harbour";

impl Terminal {
    /// Without a keyring; what is given comes on standard input.
    fn typing(&self, given: &str, arguments: &[&str]) -> Output {
        let mut child = aloft(self.home.path())
            .env("DBUS_SESSION_BUS_ADDRESS", "disabled:")
            .arg("--json")
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // One that wants nothing may have ended already.
        let _ = child.stdin.take().unwrap().write_all(given.as_bytes());
        child.wait_with_output().unwrap()
    }

    pub(crate) fn with_passphrase(
        &self,
        passphrase: &str,
        given: &str,
        arguments: &[&str],
    ) -> Output {
        let both = format!("{passphrase}\n{given}\n");
        self.typing(&both, &[&["--passphrase-fd", "0"], arguments].concat())
    }

    pub(crate) fn in_vault(&self, name: &str) -> Value {
        let arguments = ["accounts", "add", name, "--vault"];
        let added = self.with_passphrase(PASSPHRASE, &self.url, &arguments);
        assert_eq!(added.status.code(), Some(0), "{}", words(&added));
        objects(&added)[0].clone()
    }
}

#[cfg(target_os = "linux")]
#[test]
fn without_a_keyring_the_vault_is_offered_and_nothing_is_kept() {
    let terminal = Terminal::open();
    let refused = terminal.typing(&terminal.url, &["accounts", "add", "Photos"]);
    assert_eq!(refused.status.code(), Some(3), "{}", words(&refused));
    assert_eq!(objects(&refused)[0]["error"]["kind"], "no_store");
    let said = words(&refused);
    let ways = "For this run only, set CLOUDINARY_URL; for a vault file: aloft accounts add Photos --vault";
    assert!(said.contains(ways) && !said.contains("session"), "{said}");
    let list = terminal.typing("", &["accounts", "list"]);
    assert_eq!(objects(&list).len(), 0);
    terminal.in_vault("Photos");
    let keep = ["accounts", "keep", "Photos", "--in", "keyring"];
    let stays = terminal.with_passphrase(PASSPHRASE, "", &keep);
    assert_eq!(stays.status.code(), Some(3), "{}", words(&stays));
    let said = words(&stays);
    assert!(
        said.contains("The secret stays where it is") && !said.contains("session"),
        "{said}"
    );
}

#[test]
fn a_vault_holds_the_secret_and_opens_with_its_passphrase_alone() {
    let terminal = Terminal::open();
    let weak = terminal.with_passphrase(
        "harbour1",
        &terminal.url,
        &["accounts", "add", "Photos", "--vault"],
    );
    assert_eq!(weak.status.code(), Some(2), "{}", words(&weak));
    let added = terminal.in_vault("Photos");
    assert_eq!(added["store"], "vault");
    assert_eq!(added["verification"], "verified");

    let file = terminal.file("a.txt");
    let upload = ["upload", file.to_str().unwrap()];
    let waits = words(&terminal.typing("", &upload));
    assert!(!waits.contains("by itself"), "{waits}");
    for command in [&upload[..], &["sign", "folder=a"], &["accounts", "verify"]] {
        let nobody = terminal.typing("", command);
        assert_eq!(nobody.status.code(), Some(3), "{}", words(&nobody));
        let said = words(&nobody);
        assert!(said.contains("The vault is locked"), "{said}");
        assert!(said.contains("--passphrase-fd N"), "{said}");
        assert!(!said.contains("Unlock it"), "{said}");
    }
    let unlock = terminal.with_passphrase(PASSPHRASE, "", &["accounts", "unlock"]);
    let said = words(&unlock);
    assert!(said.contains("by each command for itself"), "{said}");
    let wrong = terminal.with_passphrase("another one", "", &upload);
    assert_eq!(wrong.status.code(), Some(3), "{}", words(&wrong));
    assert_eq!(terminal.stored(), 0);
    let right = terminal.with_passphrase(PASSPHRASE, "", &upload);
    assert_eq!(right.status.code(), Some(0), "{}", words(&right));
    assert_eq!(terminal.stored(), 1);
}

impl Terminal {
    fn vault_file(&self) -> std::path::PathBuf {
        let config = self.home.path().join("aloft/config");
        let files = std::fs::read_dir(config).unwrap();
        let mut paths = files.map(|file| file.unwrap().path());
        paths
            .find(|path| path.to_string_lossy().contains("vault"))
            .unwrap()
    }

    /// One of the doctor's findings, and its exit code.
    fn finding(&self, what: &str, passphrase: Option<&str>) -> (Value, Option<i32>) {
        let looked = match passphrase {
            Some(passphrase) => self.with_passphrase(passphrase, "", &["doctor"]),
            None => self.typing("", &["doctor"]),
        };
        let found = objects(&looked)
            .into_iter()
            .find(|found| found["what"] == what);
        (found.unwrap(), looked.status.code())
    }
}

#[test]
fn a_vault_file_that_is_gone_or_no_vault_is_said_to_be_so() {
    let terminal = Terminal::open();
    terminal.in_vault("Photos");
    let file = terminal.vault_file();
    assert_eq!(terminal.finding("store", None).0["works"], true);
    let (network, code) = terminal.finding("network", None);
    assert_eq!((&network["works"], code), (&Value::Null, Some(0)));
    let (network, code) = terminal.finding("network", Some(PASSPHRASE));
    assert_eq!((&network["works"], code), (&true.into(), Some(0)));
    assert_eq!(terminal.finding("network", Some("another one")).1, Some(3));

    let whole = std::fs::read(&file).unwrap();
    std::fs::write(&file, "junk").unwrap();
    let (store, code) = terminal.finding("store", None);
    assert_eq!((&store["works"], code), (&false.into(), Some(1)), "{store}");

    std::fs::remove_file(&file).unwrap();
    let (store, code) = terminal.finding("store", None);
    assert_eq!((&store["works"], code), (&false.into(), Some(1)), "{store}");
    assert!(
        store["words"]
            .as_str()
            .unwrap()
            .contains(file.to_str().unwrap())
    );
    let upload = terminal.file("a.txt");
    for command in [
        &["sign", "folder=a"][..],
        &["upload", upload.to_str().unwrap()],
    ] {
        let refused = terminal.with_passphrase(PASSPHRASE, "", command);
        assert_eq!(refused.status.code(), Some(3));
        let gone = format!("The vault file {} is gone", file.display());
        assert!(words(&refused).contains(&gone), "{}", words(&refused));
    }
    std::fs::write(&file, whole).unwrap();
    let signed = terminal.with_passphrase(PASSPHRASE, "", &["sign", "folder=a"]);
    assert_eq!(signed.status.code(), Some(0), "{}", words(&signed));
}

#[test]
fn the_passphrase_of_the_vault_is_changed() {
    const OTHER: &str = "eleven copper otters under a slow bridge";
    let terminal = Terminal::open();
    let none = terminal.with_passphrase(PASSPHRASE, OTHER, &["accounts", "passphrase"]);
    assert_eq!(none.status.code(), Some(3), "{}", words(&none));
    terminal.in_vault("Photos");
    let change = |old, new| terminal.with_passphrase(old, new, &["accounts", "passphrase"]);
    assert_eq!(change("another one", OTHER).status.code(), Some(3));
    assert_eq!(change(PASSPHRASE, "harbour1").status.code(), Some(2));
    let changed = change(PASSPHRASE, OTHER);
    assert_eq!(changed.status.code(), Some(0), "{}", words(&changed));
    assert_eq!(objects(&changed)[0]["passphrase_changed"], true);
    let verify = ["accounts", "verify", "Photos"];
    let old = terminal.with_passphrase(PASSPHRASE, "", &verify);
    assert_eq!(old.status.code(), Some(3), "{}", words(&old));
    let new = terminal.with_passphrase(OTHER, "", &verify);
    assert_eq!(new.status.code(), Some(0), "{}", words(&new));
    let log = terminal.typing("", &["audit"]);
    assert_eq!(objects(&log)[0]["action"], "passphrase_changed");
}

#[cfg(unix)]
#[test]
fn the_passphrase_comes_from_any_descriptor() {
    let terminal = Terminal::open();
    terminal.in_vault("Photos");
    let passphrase = terminal.home.path().join("passphrase");
    std::fs::write(&passphrase, format!("{PASSPHRASE}\n")).unwrap();
    let run = |from: &str| {
        let line = format!(
            "exec {} --passphrase-fd 7 accounts verify Photos 7<{from}",
            env!("CARGO_BIN_EXE_aloft")
        );
        std::process::Command::new("sh")
            .args(["-c", &line])
            .env("ALOFT_HOME", terminal.home.path().join("aloft"))
            .env_remove("CLOUDINARY_URL")
            .stdin(Stdio::null())
            .output()
            .unwrap()
    };
    let right = run(passphrase.to_str().unwrap());
    assert_eq!(right.status.code(), Some(0), "{}", words(&right));
    let empty = run("/dev/null");
    assert_eq!(empty.status.code(), Some(2), "{}", words(&empty));
    let said = words(&empty);
    assert!(
        said.contains("for the passphrase of the vault is missing or empty"),
        "{said}"
    );
    for number in ["7", "9", "12", "4000000000"] {
        let arguments = ["--passphrase-fd", number, "accounts", "verify", "Photos"];
        let closed = terminal.typing("", &arguments);
        assert_eq!(
            closed.status.code(),
            Some(2),
            "{number}: {}",
            words(&closed)
        );
        let said = words(&closed);
        assert!(
            said.contains(&format!("File descriptor {number} is not open.")),
            "{said}"
        );
    }
}

#[test]
fn a_line_that_is_not_given_is_named() {
    let terminal = Terminal::open();
    terminal.in_vault("Photos");
    let refused = |given: &str, arguments: &[&str]| {
        let refused = terminal.typing(given, &[&["--passphrase-fd", "0"], arguments].concat());
        assert_eq!(refused.status.code(), Some(2), "{}", words(&refused));
        words(&refused)
    };
    let change = ["accounts", "passphrase"];
    let one = format!("{PASSPHRASE}\n");
    for (given, named) in [("", "the old"), ("\nx\n", "the old"), (&*one, "the new")] {
        let said = refused(given, &change);
        assert!(
            said.contains(&format!("for {named} passphrase of the vault is missing")),
            "{said}"
        );
    }
    let to = terminal.home.path().join("backup.aloft");
    let said = refused(&one, &["accounts", "export", "--to", to.to_str().unwrap()]);
    assert!(
        said.contains("for the passphrase of the backup is missing"),
        "{said}"
    );
}

/// Neither from its beginning, nor what is left of it.
#[cfg(unix)]
#[test]
fn a_command_gets_nothing_of_what_the_passphrase_came_from() {
    let terminal = Terminal::open();
    terminal.in_vault("Photos");
    let passphrase = terminal.home.path().join("passphrase");
    std::fs::write(&passphrase, format!("{PASSPHRASE}\nthe next one\n")).unwrap();
    let file = format!("<{}", passphrase.display());
    let pipe = format!("<<end\n{PASSPHRASE}\nthe next one\nend\n");
    for (number, from) in [(7, &file), (7, &pipe), (0, &file), (0, &pipe)] {
        let line = format!(
            "\"$0\" --passphrase-fd {number} exec --account Photos -- \
             sh -c 'cat <&{number}; cat /dev/fd/{number}; echo it ran' {number}{from}"
        );
        let ran = std::process::Command::new("sh")
            .args(["-c", &line, env!("CARGO_BIN_EXE_aloft")])
            .env("ALOFT_HOME", terminal.home.path().join("aloft"))
            .env_remove("CLOUDINARY_URL")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert_eq!(ran.status.code(), Some(0), "{}", words(&ran));
        assert_eq!(String::from_utf8(ran.stdout).unwrap(), "it ran\n", "{line}");
    }
}

#[test]
fn an_account_is_edited_offline_and_named_values_alone_change() {
    let terminal = Terminal::open();
    let before = terminal.in_vault("Photos");
    let edit = ["accounts", "edit", "Photos", "--label", "Films"];
    let edited = terminal.with_passphrase(PASSPHRASE, "", &edit);
    assert_eq!(edited.status.code(), Some(0), "{}", words(&edited));
    let after = &objects(&edited)[0];
    assert_eq!(after["label"], "Films");
    for name in ["id", "cloud_name", "api_key", "host", "verification"] {
        assert_eq!(after[name], before[name], "{name}");
    }
    let wrong = terminal.with_passphrase(
        PASSPHRASE,
        "",
        &["accounts", "edit", "Films", "--cloud-name", "a b"],
    );
    assert_eq!(wrong.status.code(), Some(2), "{}", words(&wrong));
    let other = terminal.with_passphrase(
        PASSPHRASE,
        "",
        &["accounts", "edit", "Films", "--host", "http://127.0.0.1:1"],
    );
    assert_eq!(other.status.code(), Some(0), "{}", words(&other));
    assert_eq!(objects(&other)[0]["verification"], "unverified");
}

#[test]
fn a_new_key_that_is_refused_leaves_the_old_one_in_use() {
    let terminal = Terminal::open();
    let before = terminal.in_vault("Photos");
    let rotated = terminal.with_passphrase(
        PASSPHRASE,
        "111222333444555:canary-second-Hw4Jq8Zt2Vb6N",
        &["accounts", "rotate", "Photos"],
    );
    assert_eq!(rotated.status.code(), Some(3), "{}", words(&rotated));
    assert_eq!(objects(&rotated)[0]["error"]["kind"], "wrong_key");
    let list = terminal.typing("", &["accounts", "list"]);
    let after = &objects(&list)[0];
    assert_eq!(after["api_key"], before["api_key"]);
    assert_eq!(after["rotation"], Value::Null);
    let early = terminal.with_passphrase(
        PASSPHRASE,
        "",
        &["accounts", "rotate", "Photos", "--switch"],
    );
    assert_eq!(early.status.code(), Some(2), "{}", words(&early));
    for given in [&*terminal.url, "cloudinary://1:2@elsewhere"] {
        let wrong = terminal.with_passphrase(PASSPHRASE, given, &["accounts", "rotate", "Photos"]);
        assert_eq!(wrong.status.code(), Some(2), "{}", words(&wrong));
    }
}

/// Added again by mistake, or with values that the service turns away: what worked goes on working.
#[test]
fn what_is_added_again_keeps_its_secret_and_what_is_rejected_takes_no_uploads() {
    let terminal = Terminal::open();
    terminal.in_vault("Photos");
    let add = ["accounts", "add", "Other", "--vault"];
    let again = terminal.with_passphrase(PASSPHRASE, &terminal.url, &add);
    assert_eq!(again.status.code(), Some(0), "{}", words(&again));
    assert!(words(&again).contains("here already as “Photos”"));

    let (scheme, rest) = terminal.url.split_once("://").unwrap();
    let (keys, place) = rest.split_once('@').unwrap();
    let (key, _) = keys.split_once(':').unwrap();
    let mistyped = format!("{scheme}://{key}:canary-mistyped-secret-Lq8Vn3@{place}");
    let refused = terminal.with_passphrase(PASSPHRASE, &mistyped, &add);
    assert_eq!(refused.status.code(), Some(1), "{}", words(&refused));
    let said = words(&refused);
    assert!(
        said.contains("It was left as it is") && said.contains("--secret"),
        "{said}"
    );

    let unknown = format!("{scheme}://999999999999999:canary-unknown-key-Bx2Ws9@{place}");
    let rejected = terminal.with_passphrase(PASSPHRASE, &unknown, &add);
    assert_eq!(rejected.status.code(), Some(3), "{}", words(&rejected));
    assert!(words(&rejected).contains("Uploads still go to “Photos”"));
    let file = terminal.file("a.txt");
    let sent = terminal.with_passphrase(PASSPHRASE, "", &["upload", file.to_str().unwrap()]);
    assert_eq!(sent.status.code(), Some(0), "{}", words(&sent));
}
