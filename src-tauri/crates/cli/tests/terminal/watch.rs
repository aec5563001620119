//! Watched folders through the real program: `aloft watch run` in one process, files that come and go, and the sandbox.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::Value;

use crate::{Terminal, aloft, objects, words};

/// `aloft --json watch run`, and what it says.
struct Run {
    child: Child,
    lines: Receiver<Value>,
    seen: Vec<Value>,
}

impl Run {
    /// The next line of this kind about a file of this name, or one that was met on the way to another.
    fn hears(&mut self, event: &str, name: &str) -> Value {
        loop {
            let is_it = |line: &Value| line["event"] == event && line["name"] == name;
            if let Some(at) = self.seen.iter().position(is_it) {
                return self.seen.remove(at);
            }
            match self.lines.recv_timeout(Duration::from_secs(30)) {
                Ok(line) => self.seen.push(line),
                Err(_) => panic!("no {event} of {name} among {:?}", self.seen),
            }
        }
    }

    fn begins(&mut self) {
        let first = self.lines.recv_timeout(Duration::from_secs(30)).unwrap();
        assert_eq!(first["event"], "watching", "{first}");
    }

    fn told_to_stop(mut self, signal: &str) -> Vec<Value> {
        let mut kill = Command::new("kill");
        let sent = kill.args([signal, &self.child.id().to_string()]).status();
        assert!(sent.unwrap().success());
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
        self.seen.extend(self.lines.iter());
        std::mem::take(&mut self.seen)
    }

    fn killed(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Terminal {
    fn watched(&self) -> PathBuf {
        let folder = self.home.path().join("watched");
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn watches(&self, more: &[&str]) -> PathBuf {
        let folder = self.watched();
        let path = folder.to_str().unwrap().to_owned();
        let added = self.run(&[&["watch", "add", &path], more].concat());
        assert_eq!(added.status.code(), Some(0), "{}", words(&added));
        folder
    }

    fn watch_run(&self) -> Run {
        let mut command = aloft(self.home.path());
        command
            .env("CLOUDINARY_URL", &self.url)
            .args(["--json", "watch", "run"]);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let (said, lines) = channel();
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                let _ = said.send(serde_json::from_str(&line).unwrap());
            }
        });
        let mut run = Run {
            child,
            lines,
            seen: Vec::new(),
        };
        run.begins();
        run
    }

    /// Public IDs and sizes of what the sandbox holds.
    fn assets(&self) -> BTreeMap<String, u64> {
        let library = self.run(&["--json", "library", "list"]);
        let entry = |one: &Value| {
            let id = one["public_id"].as_str().unwrap().to_owned();
            (id, one["bytes"].as_u64().unwrap_or_default())
        };
        objects(&library).iter().map(entry).collect()
    }
}

fn put(folder: &Path, name: &str, bytes: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, bytes).unwrap();
    path
}

#[test]
fn what_is_put_into_a_watched_folder_arrives_once() {
    let terminal = Terminal::open();
    put(&terminal.watched(), "before.txt", "there before");
    let folder = terminal.watches(&["--folder", "shots", "--tags", "a,b"]);
    let mut run = terminal.watch_run();
    put(&folder, "new.txt", "new");
    put(&folder, "deep/down.txt", "down");
    let queued = run.hears("queued", "new.txt");
    assert_eq!(queued["path"], folder.join("new.txt").to_str().unwrap());
    let done = run.hears("done", "new.txt");
    assert_eq!(done["verified"], true);
    assert!(done["public_id"].as_str().unwrap().starts_with("shots/new"));
    let deep = run.hears("done", "down.txt");
    assert!(
        deep["public_id"]
            .as_str()
            .unwrap()
            .starts_with("shots/deep/down"),
        "{deep}"
    );

    // a browser's download: nothing under the first name, once under the last
    let early = put(&folder, "film.txt.crdownload", "film");
    put(&folder, "marker.txt", "marker");
    run.hears("done", "marker.txt");
    std::fs::rename(early, folder.join("film.txt")).unwrap();
    run.hears("done", "film.txt");
    let rest = run.told_to_stop("-INT");
    let left: Vec<_> = rest
        .iter()
        .filter(|line| line["event"] != "queued")
        .collect();
    assert!(left.is_empty(), "{left:?}");
    assert_eq!(terminal.stored(), 4, "{:?}", terminal.assets());
}

#[test]
fn a_file_that_grows_arrives_once_and_whole() {
    let terminal = Terminal::open();
    let folder = terminal.watches(&[]);
    let mut run = terminal.watch_run();
    let mut film = std::fs::File::create(folder.join("film.txt")).unwrap();
    // it grows until the watcher must have seen it more than once
    let mut written = 0_u64;
    for round in 0..4 {
        for _ in 0..20 {
            film.write_all(&[b'x'; 1000]).unwrap();
            written += 1000;
        }
        let marker = format!("marker-{round}.txt");
        let begun = std::time::Instant::now();
        put(&folder, &marker, &marker);
        // what rests beside it is sent meanwhile
        while begun.elapsed() < Duration::from_millis(900) {
            film.write_all(b"y").unwrap();
            written += 1;
            std::thread::yield_now();
        }
    }
    drop(film);
    let done = run.hears("done", "film.txt");
    assert_eq!(done["bytes"], written);
    run.hears("done", "marker-3.txt");
    let rest = run.told_to_stop("-TERM");
    let again = rest.iter().filter(|line| line["name"] == "film.txt");
    assert_eq!(again.filter(|line| line["event"] != "queued").count(), 0);
    assert_eq!(terminal.stored(), 5);
}

/// Every answer comes late enough for a run to be caught waiting.
const SLOW: &str = r#"[{"match": {"path": "/upload"}, "do": {"late_answer": 700}}]"#;

#[test]
fn a_killed_run_leaves_nothing_out_and_the_next_sends_nothing_twice() {
    let terminal = Terminal::with(SLOW);
    let folder = terminal.watches(&[]);
    let mut run = terminal.watch_run();
    for number in 0..6 {
        put(&folder, &format!("{number}.txt"), &format!("file {number}"));
    }
    run.hears("queued", "5.txt");
    run.killed();
    put(&folder, "meanwhile.txt", "meanwhile");
    let mut run = terminal.watch_run();
    for number in 0..6 {
        run.hears("done", &format!("{number}.txt"));
    }
    run.hears("done", "meanwhile.txt");
    run.told_to_stop("-INT");
    // and once more: everything is known
    let mut run = terminal.watch_run();
    put(&folder, "last.txt", "last");
    run.hears("done", "last.txt");
    let rest = run.told_to_stop("-INT");
    let names: Vec<_> = rest.iter().map(|line| &line["name"]).collect();
    assert!(names.iter().all(|name| *name == "last.txt"), "{names:?}");
    assert_eq!(terminal.stored(), 8, "{:?}", terminal.assets());
}

#[test]
fn watches_are_listed_refused_and_removed_with_words() {
    let terminal = Terminal::open();
    let folder = terminal.watches(&["--existing", "--preset", "small"]);
    let path = folder.to_str().unwrap();
    put(&folder, "inside/a.txt", "a");
    let refused = |path: &str, code: i32, why: &str| {
        let output = terminal.run(&["watch", "add", path]);
        assert_eq!(
            output.status.code(),
            Some(code),
            "{path}: {}",
            words(&output)
        );
        assert!(words(&output).contains(why), "{}", words(&output));
    };
    refused(path, 2, "already");
    refused(&format!("{path}/inside"), 2, "holds this folder");
    refused(
        terminal.home.path().to_str().unwrap(),
        2,
        "this folder holds",
    );
    refused(&format!("{path}/gone"), 1, "not there");
    refused(&format!("{path}/inside/a.txt"), 2, "not a folder");
    let own = terminal.home.path().join("aloft/data");
    refused(own.to_str().unwrap(), 2, "its own files");

    let listed = objects(&terminal.run(&["--json", "watch", "list"]));
    assert_eq!(listed.len(), 1);
    assert_eq!(
        (&listed[0]["path"], &listed[0]["state"]),
        (&path.into(), &"watched".into())
    );
    assert_eq!(listed[0]["parameters"]["upload_preset"], "small");
    // without CLOUDINARY_URL its account is not there
    let elsewhere = aloft(terminal.home.path())
        .args(["--json", "watch", "list"])
        .output()
        .unwrap();
    assert_eq!(objects(&elsewhere)[0]["state"], "no_account");
    let why = objects(&elsewhere)[0]["error"]["message"].clone();
    assert!(why.as_str().unwrap().contains("CLOUDINARY_URL"), "{why}");

    let aside = terminal.home.path().join("aside");
    std::fs::rename(&folder, &aside).unwrap();
    let output = terminal.run(&["watch", "list"]);
    assert!(
        words(&output).contains("is not there now"),
        "{}",
        words(&output)
    );
    assert!(
        words(&output).contains("aloft watch run"),
        "{}",
        words(&output)
    );
    let removed = terminal.run(&["watch", "remove", path]);
    assert_eq!(removed.status.code(), Some(0), "{}", words(&removed));
    let again = terminal.run(&["watch", "remove", path]);
    assert_eq!(again.status.code(), Some(1), "{}", words(&again));
    assert!(objects(&terminal.run(&["--json", "watch", "list"])).is_empty());
}

#[test]
fn a_watch_that_was_added_or_removed_elsewhere_counts_at_once() {
    let terminal = Terminal::open();
    let folder = terminal.watches(&[]);
    let mut run = terminal.watch_run();
    let other = terminal.home.path().join("other");
    put(&other, "was there.txt", "was there");
    let path = other.to_str().unwrap();
    let added = terminal.run(&["watch", "add", "--existing", path]);
    assert_eq!(added.status.code(), Some(0), "{}", words(&added));
    run.hears("done", "was there.txt");
    let removed = terminal.run(&["watch", "remove", path]);
    assert_eq!(removed.status.code(), Some(0), "{}", words(&removed));
    put(&other, "unwatched.txt", "unwatched");
    put(&folder, "watched.txt", "watched");
    run.hears("done", "watched.txt");
    let rest = run.told_to_stop("-INT");
    assert!(rest.iter().all(|line| line["name"] != "unwatched.txt"));
    assert_eq!(terminal.stored(), 2);
}
