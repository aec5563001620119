//! What is left when a run is ended from outside.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::{Terminal, aloft, objects, words};

/// Every answer comes late enough for a run to be caught waiting.
const SLOW: &str = r#"[{"match": {"path": "/upload"}, "do": {"late_answer": 700}}]"#;

fn send(signal: &str, child: &Child) {
    let mut kill = Command::new("kill");
    let sent = kill.args([signal, &child.id().to_string()]).status();
    assert!(sent.unwrap().success());
}

impl Terminal {
    fn start(&self, arguments: &[&str]) -> Child {
        let mut command = aloft(self.home.path());
        command.env("CLOUDINARY_URL", &self.url).args(arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    }

    /// Looks until it is so: another program tells nobody.
    fn until(&self, what: &str, is_so: impl Fn() -> bool) {
        let start = Instant::now();
        while !is_so() {
            assert!(start.elapsed() < Duration::from_secs(30), "{what}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

#[test]
fn an_interrupted_run_says_130_and_the_queue_keeps_the_rest() {
    let terminal = Terminal::with(SLOW);
    let paths: Vec<String> = (0..24)
        .map(|number| terminal.file(&format!("{number}.txt")))
        .map(|path| path.to_str().unwrap().to_owned())
        .collect();
    // So few at a time that the first answer cannot come when all of them are there.
    let mut arguments = vec!["upload", "--concurrency", "4"];
    arguments.extend(paths.iter().map(String::as_str));
    let mut run = terminal.start(&arguments);
    let mut line = String::new();
    BufReader::new(run.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    assert!(line.starts_with("http"), "{line}");
    send("-INT", &run);
    let output = run.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", words(&output));
    assert!(words(&output).contains("stays in the queue"));
    let before = terminal.stored();
    assert!(before < paths.len(), "nothing was left to keep");

    // The next run names another file only; the queue knows the others, and they come first.
    let last = terminal.file("last.txt");
    let next = terminal.run(&["upload", last.to_str().unwrap()]);
    assert_eq!(next.status.code(), Some(0), "{}", words(&next));
    assert!(terminal.stored() > before + 1, "the queue kept nothing");
    let again = terminal.run(&arguments);
    assert_eq!(again.status.code(), Some(0), "{}", words(&again));
    assert_eq!(terminal.stored(), paths.len() + 1);
}

/// Pressed while the files are still looked for.
#[test]
#[cfg(target_os = "linux")]
fn an_interruption_counts_from_the_first_moment() {
    let terminal = Terminal::with(SLOW);
    let folder = terminal.home.path().join("many");
    std::fs::create_dir(&folder).unwrap();
    for number in 0..20_000 {
        std::fs::write(folder.join(format!("{number}.txt")), "x").unwrap();
    }
    let run = terminal.start(&["upload", folder.to_str().unwrap()]);
    let status = format!("/proc/{}/status", run.id());
    terminal.until("the program listens", || {
        let status = std::fs::read_to_string(&status).unwrap();
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
        let caught = u64::from_str_radix(caught.unwrap().trim(), 16).unwrap();
        caught & (1 << (2 - 1)) != 0
    });
    send("-INT", &run);
    let output = run.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", words(&output));
    assert!(words(&output).contains("Interrupted"), "{}", words(&output));
}

#[test]
fn what_a_killed_run_sent_is_there_exactly_once() {
    let terminal = Terminal::with(SLOW);
    let file = terminal.file("once.txt");
    let arguments = ["upload", file.to_str().unwrap()];
    let mut run = terminal.start(&arguments);
    terminal.until("the sandbox has stored it", || terminal.stored() == 1);
    run.kill().unwrap();
    let killed = run.wait_with_output().unwrap();
    assert!(killed.stdout.is_empty() && killed.status.code().is_none());

    // The next run finds out what became of it while it sends a file of its own.
    let other = terminal.file("other.txt");
    let next = terminal.run(&["upload", other.to_str().unwrap()]);
    assert_eq!(next.status.code(), Some(0), "{}", words(&next));
    assert_eq!(terminal.stored(), 2);
    let again = terminal.run(&arguments);
    assert_eq!(again.status.code(), Some(0), "{}", words(&again));
    let link = String::from_utf8(again.stdout).unwrap();
    assert!(link.starts_with("http://127.0.0.1:"), "{link}");
    assert_eq!(terminal.stored(), 2);
}

/// Whoever holds an account's lock sends for it, also while it is only held up itself: another run waits and sends nothing.
#[test]
fn a_run_that_is_stopped_keeps_its_account_and_goes_on_where_it_was() {
    let terminal = Terminal::with(SLOW);
    let (first, second) = (terminal.file("first.txt"), terminal.file("second.txt"));
    let stopped = terminal.start(&["upload", first.to_str().unwrap()]);
    terminal.until("the sandbox has stored it", || terminal.stored() == 1);
    send("-STOP", &stopped);

    let waiting = terminal.start(&["upload", second.to_str().unwrap()]);
    terminal.until("the second file is in the queue", || {
        let listed = objects(&terminal.run(&["--json", "queue", "list"]));
        listed.iter().any(|job| job["name"] == "second.txt")
    });
    let third = terminal.file("third.txt");
    let third = terminal.start(&["upload", third.to_str().unwrap()]);
    terminal.until("the third file is in the queue", || {
        objects(&terminal.run(&["--json", "queue", "list"])).len() == 3
    });
    assert_eq!(terminal.stored(), 1, "nobody else sends for the account");

    send("-CONT", &stopped);
    for run in [stopped, waiting, third] {
        let output = run.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", words(&output));
    }
    assert_eq!(terminal.stored(), 3);
}

/// Whoever cannot wait for a clean end loses nothing by it.
#[test]
fn a_second_interruption_ends_at_once_and_the_file_arrives_once() {
    let terminal = Terminal::with(
        r#"[{"match": {"path": "/upload", "nth": 1}, "do": {"late_answer": 60000}}]"#,
    );
    let file = terminal.file("slow.txt");
    let mut run = terminal.start(&["upload", file.to_str().unwrap()]);
    terminal.until("the sandbox has stored it", || terminal.stored() == 1);
    send("-INT", &run);
    let mut said = BufReader::new(run.stderr.take().unwrap());
    let mut line = String::new();
    said.read_line(&mut line).unwrap();
    assert!(line.contains("Interrupted"), "{line}");
    send("-INT", &run);
    let ended = run.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(130));
    let again = terminal.run(&["upload", file.to_str().unwrap()]);
    assert_eq!(again.status.code(), Some(0), "{}", words(&again));
    assert_eq!(terminal.stored(), 1);
}

#[test]
fn a_sandbox_that_is_told_to_end_ends_well() {
    for signal in ["-TERM", "-INT"] {
        let mut terminal = Terminal::open();
        send(signal, &terminal.sandbox);
        let status = terminal.sandbox.wait().unwrap();
        assert_eq!(status.code(), Some(0), "{signal}");
    }
}
