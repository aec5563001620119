//! The terminal's contract, through the real program: exit codes, lines in order, JSON for scripts.

#![expect(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

mod accounts;
#[cfg(unix)]
mod agent;
#[cfg(target_os = "linux")]
mod asked;
mod audit;
mod care;
#[cfg(unix)]
mod cores;
#[cfg(unix)]
mod exec;
#[cfg(target_os = "linux")]
mod hidden;
#[cfg(target_os = "linux")]
mod integrate;
mod location;
#[cfg(unix)]
mod moving;
mod network;
mod rotating;
mod shelf;
#[cfg(unix)]
mod signals;
#[cfg(unix)]
mod watch;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A home of its own and a sandbox of its own.
struct Terminal {
    home: TempDir,
    sandbox: Child,
    url: String,
}

impl Terminal {
    fn open() -> Self {
        Self::with("[]")
    }

    /// With what goes wrong in its sandbox.
    fn with(faults: &str) -> Self {
        let home = TempDir::new().unwrap();
        std::fs::write(home.path().join("faults.json"), faults).unwrap();
        let mut sandbox = aloft(home.path())
            .args(["sandbox", "--port", "0", "--dir"])
            .arg(home.path().join("service"))
            .arg("--faults")
            .arg(home.path().join("faults.json"))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(sandbox.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap();
        let url = ready["cloudinary_url"].as_str().unwrap().to_owned();
        Self { home, sandbox, url }
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.run_as(&self.url, arguments)
    }

    fn run_as(&self, url: &str, arguments: &[&str]) -> Output {
        aloft(self.home.path())
            .env("CLOUDINARY_URL", url)
            .args(arguments)
            .output()
            .unwrap()
    }

    /// How many assets the sandbox holds.
    fn stored(&self) -> usize {
        let Ok(assets) = std::fs::read_dir(self.home.path().join("service/assets")) else {
            return 0;
        };
        let is_description = |name: &Path| name.extension().is_some_and(|end| end == "json");
        assets
            .filter(|entry| is_description(&entry.as_ref().unwrap().path()))
            .count()
    }

    fn file(&self, name: &str) -> PathBuf {
        let path = self.home.path().join(name);
        std::fs::write(&path, format!("the words of {name}")).unwrap();
        path
    }

    /// The same account with another secret, and that secret.
    fn with_wrong_secret(&self) -> (String, String) {
        let (before, after) = self.url.rsplit_once('@').unwrap();
        let (key, secret) = before.rsplit_once(':').unwrap();
        let wrong: String = secret.chars().rev().collect();
        (format!("{key}:{wrong}@{after}"), wrong)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.sandbox.kill();
        let _ = self.sandbox.wait();
    }
}

fn aloft(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aloft"));
    command
        .env("ALOFT_HOME", home.join("aloft"))
        .env_remove("CLOUDINARY_URL")
        .stdin(Stdio::null());
    command
}

fn objects(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn one_object_a_file_in_the_order_given_and_one_failure_leaves_the_rest() {
    let terminal = Terminal::open();
    let (first, last) = (terminal.file("first.txt"), terminal.file("last.txt"));
    let paths = [
        first.to_str().unwrap(),
        "/never/was.txt",
        last.to_str().unwrap(),
    ];
    let output = terminal.run(&[&["upload", "--format", "json"], &paths[..]].concat());
    assert_eq!(output.status.code(), Some(1), "{}", words(&output));
    let objects = objects(&output);
    let column = |name: &str| {
        objects
            .iter()
            .map(|object| object[name].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(column("path"), paths);
    assert_eq!(
        (&column("state")[0], &column("state")[2]),
        (&"done".into(), &"done".into())
    );
    assert_eq!(objects[1]["error"]["kind"], "source_missing");
    assert!(
        objects[0]["secure_url"]
            .as_str()
            .unwrap()
            .starts_with("http://127.0.0.1:")
    );
    assert_eq!(objects[0]["verified"], true);
}

#[test]
fn the_exit_code_says_what_kind_of_trouble_it_is() {
    let terminal = Terminal::open();
    let file = terminal.file("a.txt");
    let file = file.to_str().unwrap();
    assert_eq!(terminal.run(&["upload", file]).status.code(), Some(0));
    assert_eq!(terminal.run(&["upload"]).status.code(), Some(2));
    assert_eq!(
        terminal
            .run_as("cloudinary://123@cloud", &["upload", file])
            .status
            .code(),
        Some(2)
    );
    assert_eq!(
        terminal
            .run(&["upload", "--account", "nobody", file])
            .status
            .code(),
        Some(3)
    );
    let no_account = aloft(terminal.home.path())
        .args(["upload", file])
        .output()
        .unwrap();
    assert_eq!(no_account.status.code(), Some(3));
}

#[test]
fn a_wrong_secret_keeps_the_files_and_the_right_one_sends_them() {
    let terminal = Terminal::open();
    let (wrong, secret) = terminal.with_wrong_secret();
    let file = terminal.file("kept.txt");
    let file = file.to_str().unwrap();
    let refused = terminal.run_as(&wrong, &["upload", "--json", file]);
    assert_eq!(refused.status.code(), Some(3), "{}", words(&refused));
    assert_eq!(objects(&refused)[0]["error"]["kind"], "wrong_secret");
    assert!(!words(&refused).contains(&secret));
    let again = terminal.run(&["upload", file]);
    assert_eq!(again.status.code(), Some(0), "{}", words(&again));
}

#[test]
fn a_signature_is_given_for_an_upload_and_for_more_only_on_purpose() {
    let terminal = Terminal::open();
    let upload = terminal.run(&["sign", "folder=trips", "timestamp=1315060510"]);
    assert_eq!(String::from_utf8_lossy(&upload.stdout).trim().len(), 40);
    let refused = terminal.run(&["sign", "public_id=x", "timestamp=1315060510"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(refused.stdout.is_empty() && words(&refused).contains("--any"));
    assert_eq!(
        terminal
            .run(&["sign", "--any", "public_id=x"])
            .status
            .code(),
        Some(0)
    );
}

#[test]
fn what_the_service_never_signs_is_not_promised_and_said_to_be_left_out() {
    let terminal = Terminal::open();
    let bare = terminal.run(&["sign", "--any", "folder=a"]);
    assert_eq!(words(&bare), "");
    for name in ["file", "signature", "api_key"] {
        let given = format!("{name}=x");
        let refused = terminal.run(&["sign", "folder=a", &given]);
        assert_eq!(refused.status.code(), Some(1));
        let said = words(&refused);
        assert!(
            said.contains("Leave it out") && !said.contains("--any"),
            "{said}"
        );
        let signed = terminal.run(&["sign", "--any", "folder=a", &given]);
        assert_eq!(signed.stdout, bare.stdout);
        let said = words(&signed);
        assert!(said.contains(&format!("“{name}” is left out")), "{said}");
    }
}

#[test]
fn a_script_is_told_how_far_everything_is_and_results_keep_their_order() {
    let terminal = Terminal::open();
    let folder = terminal.home.path().join("many");
    std::fs::create_dir(&folder).unwrap();
    for number in 0..40 {
        let bytes = format!("number {number}");
        std::fs::write(folder.join(format!("{number:02}.txt")), bytes).unwrap();
    }
    std::fs::write(folder.join("07a.txt"), "").unwrap();
    let output = terminal.run(&["upload", "--events", folder.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1), "{}", words(&output));
    let objects = objects(&output);
    let of = |event: &str| -> Vec<&Value> {
        let wanted = objects.iter().filter(|object| object["event"] == event);
        wanted.collect()
    };
    assert_eq!(
        of("result").len() + of("progress").len() + of("end").len(),
        objects.len(),
        "each object says what it is"
    );
    let names: Vec<&str> = of("result")
        .iter()
        .map(|result| result["name"].as_str().unwrap())
        .collect();
    let mut expected: Vec<String> = (0..40).map(|number| format!("{number:02}.txt")).collect();
    expected.insert(8, "07a.txt".to_owned());
    assert_eq!(names, expected);
    assert_eq!(of("result")[8]["state"], "skipped");
    let last = of("progress").last().copied().unwrap();
    assert_eq!(
        (&last["files"], &last["complete"]),
        (&40.into(), &true.into())
    );
    let end = objects.last().unwrap();
    let expected =
        serde_json::json!({ "event": "end", "done": 40, "failed": 0, "waiting": 0, "skipped": 1 });
    assert_eq!(*end, expected);
}
