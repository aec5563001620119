//! Accounts that go into a backup and come from one, and secrets that lie about, in a terminal. Secrets are kept in vaults:
//! a test has no keyring of its own.

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use serde_json::json;
use tempfile::TempDir;

use crate::{aloft, objects, words};

const KEY: &str = "847362519283746";
const SECRET: &str = "canary-Zk3v9Qp7sXw2Lr8tBn5m";
const VAULT: &str = "seven hollow kites above the quarry";
const BACKUP: &str = "twelve copper otters under the bridge";

/// A user with a home, whose programs have nothing to do with this computer's.
struct User {
    home: TempDir,
}

impl User {
    fn new() -> Self {
        let home = TempDir::new().unwrap();
        Self { home }
    }

    /// `aloft --json --passphrase-fd 0 …` with these lines on standard input.
    fn run(&self, arguments: &[&str], lines: &[&str]) -> Output {
        self.run_in(&[], arguments, lines)
    }

    /// The same with these in its environment.
    fn run_in(&self, with: &[(&str, &str)], arguments: &[&str], lines: &[&str]) -> Output {
        let mut child = aloft(self.home.path())
            .envs(with.iter().copied())
            .env("HOME", self.home.path())
            .env_remove("XDG_CONFIG_HOME")
            .env_remove("RCLONE_CONFIG")
            .env_remove("CLOUDINARY_HOME")
            .args(["--json", "--passphrase-fd", "0"])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        for line in lines {
            // A program that wants no more has closed it.
            let _ = writeln!(stdin, "{line}");
        }
        drop(stdin);
        child.wait_with_output().unwrap()
    }

    fn add(&self, label: &str, cloud: &str) {
        let url = format!("cloudinary://{KEY}:{SECRET}@{cloud}?upload_prefix=http://127.0.0.1:9");
        let added = self.run(&["accounts", "add", label, "--vault"], &[VAULT, &url]);
        assert_eq!(added.status.code(), Some(0), "{}", words(&added));
    }

    fn labels(&self) -> Vec<String> {
        let list = objects(&self.run(&["accounts", "list"], &[]));
        let label = |account: &serde_json::Value| account["label"].as_str().unwrap().to_owned();
        list.iter().map(label).collect()
    }

    fn signature(&self, label: &str) -> String {
        let arguments = ["sign", "--account", label, "folder=a", "timestamp=1"];
        let signed = self.run(&arguments, &[VAULT]);
        assert_eq!(signed.status.code(), Some(0), "{}", words(&signed));
        objects(&signed)[0]["signature"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.home.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    fn actions(&self) -> Vec<String> {
        let entries = objects(&self.run(&["audit"], &[]));
        let action = |entry: &serde_json::Value| entry["action"].as_str().unwrap().to_owned();
        entries.iter().map(action).collect()
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// The vault's passphrase on the first line, the backup's on the second.
#[test]
fn a_file_gives_one_line_after_the_other() {
    let user = User::new();
    user.add("Photos", "first");
    let lines = user.file("lines", &format!("{VAULT}\n{BACKUP}\n"));
    let backup = user.home.path().join("accounts.aloft");
    let line = "exec \"$0\" --passphrase-fd 7 accounts export --to \"$1\" 7<\"$2\"";
    let exported = std::process::Command::new("sh")
        .args(["-c", line, env!("CARGO_BIN_EXE_aloft")])
        .args([&backup, &lines])
        .env("ALOFT_HOME", user.home.path().join("aloft"))
        .env_remove("CLOUDINARY_URL")
        .output()
        .unwrap();
    assert_eq!(exported.status.code(), Some(0), "{}", words(&exported));
    let list = ["accounts", "import", text(&backup), "--list"];
    let opened = user.run(&list, &[BACKUP]);
    assert_eq!(opened.status.code(), Some(0), "{}", words(&opened));
}

#[test]
fn accounts_go_into_one_file_and_come_back_on_another_computer() {
    let (here, there) = (User::new(), User::new());
    here.add("Photos", "first");
    here.add("Films", "second");
    let file = here.home.path().join("accounts.aloft");
    let export = ["accounts", "export", "--to", text(&file)];

    let weak = here.run(&export, &[VAULT, "password"]);
    assert_eq!(weak.status.code(), Some(2), "{}", words(&weak));
    assert!(!file.exists());
    let exported = here.run(&export, &[VAULT, BACKUP]);
    assert_eq!(exported.status.code(), Some(0), "{}", words(&exported));
    assert_eq!(
        objects(&exported)[0]["accounts"],
        json!(["Photos", "Films"])
    );
    let bytes = std::fs::read(&file).unwrap();
    let held = |what: &str| {
        bytes
            .windows(what.len())
            .any(|part| part == what.as_bytes())
    };
    assert!(!held(SECRET) && !held("Photos"));
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(here.actions()[..2], ["exported", "exported"]);
    let again = here.run(&export, &[VAULT, BACKUP]);
    assert_eq!(again.status.code(), Some(2), "a file that is there stays");

    let import = |more: &[&str], lines: &[&str]| {
        there.run(
            &[&["accounts", "import", text(&file)], more].concat(),
            lines,
        )
    };
    let wrong = import(&["--all"], &["not the passphrase of it"]);
    assert_eq!(wrong.status.code(), Some(2), "{}", words(&wrong));
    let nobody = import(&[], &[BACKUP]);
    assert_eq!(nobody.status.code(), Some(2), "nobody chose");
    let listed = import(&["--list"], &[BACKUP]);
    let listed = objects(&listed);
    assert_eq!((listed.len(), &listed[0]["conflict"]), (2, &json!("new")));
    assert!(there.labels().is_empty());

    let one = import(&["Films", "--vault"], &[VAULT, BACKUP]);
    assert_eq!(one.status.code(), Some(0), "{}", words(&one));
    assert_eq!(there.labels(), ["Films"]);
    let rest = import(&["--all", "--vault"], &[VAULT, BACKUP]);
    assert!(
        words(&rest).contains("“Films” is here already"),
        "{}",
        words(&rest)
    );
    assert_eq!(there.labels(), ["Films", "Photos"]);
    assert_eq!(there.signature("Photos"), here.signature("Photos"));
    assert_eq!(there.actions()[1..], ["imported", "imported"]);
    let outcomes = |output: &Output| -> Vec<serde_json::Value> {
        let outcome = |object: &serde_json::Value| object["outcome"].clone();
        objects(output).iter().map(outcome).collect()
    };
    assert_eq!(outcomes(&rest), ["added", "left"]);
    let nothing = import(&["--all", "--vault"], &[VAULT, BACKUP]);
    assert_eq!(outcomes(&nothing), ["left", "left"]);
    let replace = ["--all", "--vault", "--replace-secrets"];
    let replaced = import(&replace, &[VAULT, BACKUP]);
    assert_eq!(outcomes(&replaced), ["secret_replaced", "secret_replaced"]);
}

/// An account without a secret is offered none.
#[test]
fn one_that_is_here_and_has_no_secret_is_left_without_advice() {
    let user = User::new();
    let values = ["--cloud-name", "third", "--preset", "open"];
    let add = ["accounts", "add-unsigned", "Open"];
    let added = user.run(&[&add[..], &values].concat(), &[]);
    assert_eq!(added.status.code(), Some(0), "{}", words(&added));
    let file = user.home.path().join("accounts.aloft");
    let exported = user.run(&["accounts", "export", "--to", text(&file)], &[BACKUP]);
    assert_eq!(exported.status.code(), Some(0), "{}", words(&exported));
    let again = user.run(&["accounts", "import", text(&file), "--all"], &[BACKUP]);
    assert_eq!(again.status.code(), Some(0), "{}", words(&again));
    let said = words(&again);
    assert!(
        said.contains("left as it is") && !said.contains("--replace-secrets"),
        "{said}"
    );
}

#[test]
fn secrets_that_lie_about_are_found_taken_over_and_removed_by_choice() {
    let user = User::new();
    let other = "another-secret-4Yt7Kd2Hb9Xc";
    let env =
        format!("# keep\nA=1\nCLOUDINARY_URL=cloudinary://{KEY}:{SECRET}@from-env\n\nB='2'\n");
    let env = user.file("project/.env", &env);
    let cld = format!("{{\"work\": \"cloudinary://{KEY}:{other}@from-cld\"}}");
    let cld = user.file(".cloudinary-cli/config.json", &cld);
    let rclone = format!(
        "[c]\ntype = cloudinary\ncloud_name = from-rclone\napi_key = {KEY}\napi_secret = {other}\n"
    );
    user.file(".config/rclone/rclone.conf", &rclone);
    let find = |more: &[&str], lines: &[&str]| {
        user.run(&[&["accounts", "find", text(&env)], more].concat(), lines)
    };

    let found = find(&[], &[]);
    assert_eq!(found.status.code(), Some(0), "{}", words(&found));
    let rows = objects(&found);
    let clouds: Vec<_> = rows.iter().map(|row| &row["cloud_name"]).collect();
    assert_eq!(clouds, ["from-cld", "from-rclone", "from-env"]);
    assert_eq!(rows[2]["line"], 3);
    for shown in [&found.stdout, &found.stderr] {
        let shown = String::from_utf8_lossy(shown);
        assert!(!shown.contains(SECRET) && !shown.contains(other), "{shown}");
    }
    assert!(user.labels().is_empty());

    let taken = find(&["--import", "3", "--remove", "--vault"], &[VAULT]);
    assert_eq!(taken.status.code(), Some(0), "{}", words(&taken));
    assert_eq!(user.labels(), ["from-env"]);
    let left = std::fs::read_to_string(&env).unwrap();
    assert_eq!(left, "# keep\nA=1\n\nB='2'\n");
    assert_eq!(user.actions()[..2], ["removed_elsewhere", "imported"]);

    let kept = find(&["--import", "1", "--vault"], &[VAULT]);
    assert_eq!(kept.status.code(), Some(0), "{}", words(&kept));
    assert!(std::fs::read_to_string(&cld).unwrap().contains(other));
    let saved = objects(&find(&[], &[]));
    assert_eq!(saved[0]["saved_as"], "from-cld");
    assert_eq!(find(&["--import", "9"], &[]).status.code(), Some(2));
    let gone = user.run(&["accounts", "find", "/never/was/.env"], &[]);
    assert_eq!(gone.status.code(), Some(1));
}

#[test]
fn of_the_environment_it_is_said_that_the_secret_stays_there() {
    let user = User::new();
    let url = format!("cloudinary://{KEY}:{SECRET}@from-env?upload_prefix=http://127.0.0.1:9");
    let find = |more: &[&str]| {
        let find = ["accounts", "find", "--import", "all", "--vault"];
        user.run_in(
            &[("CLOUDINARY_URL", &url)],
            &[&find, more].concat(),
            &[VAULT],
        )
    };
    let taken = find(&["--remove"]);
    assert_eq!(taken.status.code(), Some(1), "{}", words(&taken));
    let said = words(&taken);
    assert!(
        said.contains("The secret is still in CLOUDINARY_URL"),
        "{said}"
    );
    let rows = objects(&taken);
    assert_eq!(rows.last().unwrap()["error"]["kind"], "not_here");
    assert_eq!(user.labels(), ["from-env"]);
    let kept = find(&[]);
    assert_eq!(kept.status.code(), Some(0), "{}", words(&kept));
}

#[test]
fn another_secret_for_the_same_key_is_not_taken_and_not_removed() {
    let user = User::new();
    user.add("Mine", "from-env");
    let line = format!("CLOUDINARY_URL=cloudinary://{KEY}:another-secret-4Yt7Kd@from-env\n");
    let env = user.file(".env", &line);
    let find = [
        "accounts",
        "find",
        text(&env),
        "--import",
        "all",
        "--remove",
    ];
    let refused = user.run(&find, &[VAULT]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        words(&refused).contains("another secret"),
        "{}",
        words(&refused)
    );
    assert_eq!(std::fs::read_to_string(&env).unwrap(), line);
}
