//! A page that is asked about on a terminal: what is typed there counts only as an answer to the question.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use serde_json::Value;

use crate::agent::{ask, sign_body};
use crate::{Terminal, aloft, objects};

/// The question's last line.
const ASKED: &str = "decides nothing:";
/// Longer than anything is taken for typed without reading, on a busy computer too.
const THOUGHT: Duration = Duration::from_secs(2);

/// Whatever is waited for comes sooner, or never.
const LIMIT: Timespec = Timespec {
    tv_sec: 30,
    tv_nsec: 0,
};

/// A terminal of its own, and an agent at it.
struct Screen {
    keys: File,
    child: Child,
    agent: u64,
    port: u16,
    /// What was shown and not yet looked at.
    shown: String,
}

impl Drop for Screen {
    fn drop(&mut self) {
        let agent = self.agent.to_string();
        let _ = Command::new("kill").args(["-KILL", &agent]).status();
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Screen {
    /// The script starts the agent as "$@", and prints its number.
    fn with(terminal: &Terminal, script: &str) -> Self {
        let keys = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&keys).unwrap();
        unlockpt(&keys).unwrap();
        let name = ptsname(&keys, Vec::new()).unwrap().into_string().unwrap();
        let screen = || File::options().read(true).write(true).open(&name).unwrap();
        let of = aloft(terminal.home.path());
        let mut command = Command::new("setsid");
        command
            .args([
                "--ctty",
                "sh",
                "-c",
                script,
                "sh",
                env!("CARGO_BIN_EXE_aloft"),
            ])
            .args(["agent", "--port", "0"])
            .env("CLOUDINARY_URL", &terminal.url);
        for (name, value) in of.get_envs() {
            if let Some(value) = value {
                command.env(name, value);
            }
        }
        command.env("CLOUDINARY_URL", &terminal.url);
        command
            .stdin(screen())
            .stderr(screen())
            .stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (mut agent, mut port) = (None, None);
        for line in lines.take(2) {
            let said: Value = serde_json::from_str(&line.unwrap()).unwrap();
            match said["url"].as_str() {
                Some(url) => port = Some(url.rsplit_once(':').unwrap().1.parse().unwrap()),
                None => agent = said.as_u64(),
            }
        }
        Self {
            keys: keys.into(),
            child,
            agent: agent.unwrap(),
            port: port.unwrap(),
            shown: String::new(),
        }
    }

    fn in_front(terminal: &Terminal) -> Self {
        Self::with(terminal, "echo $$; exec \"$@\"")
    }

    fn types(&mut self, text: &str) {
        self.keys.write_all(text.as_bytes()).unwrap();
    }

    /// What is shown up to this.
    fn until(&mut self, words: &str) -> String {
        loop {
            if let Some(place) = self.shown.find(words) {
                let rest = self.shown.split_off(place + words.len());
                return std::mem::replace(&mut self.shown, rest);
            }
            let mut more = [PollFd::new(&self.keys, PollFlags::IN)];
            let came = poll(&mut more, Some(&LIMIT)).unwrap();
            assert!(came > 0, "“{words}” does not come: {}", self.shown);
            let mut bytes = [0; 1024];
            let length = self.keys.read(&mut bytes).unwrap();
            self.shown += &String::from_utf8_lossy(&bytes[..length]);
        }
    }

    /// A page asks, and gets its answer on a thread of its own.
    fn page(&self) -> thread::JoinHandle<String> {
        let port = self.port;
        let page = "Origin: http://localhost:3000\r\n";
        thread::spawn(move || ask(port, page, &sign_body()))
    }
}

impl Terminal {
    fn clients(&self) -> Vec<Value> {
        objects(&self.run(&["--json", "agent", "clients"]))
    }
}

#[test]
fn what_was_typed_before_the_question_is_no_answer_and_enter_is_no_no() {
    let terminal = Terminal::open();
    let mut screen = Screen::in_front(&terminal);
    screen.until("aloft agent token NAME");
    screen.types("1\n1\n3\n");
    // The terminal shows what it took.
    screen.until("3");
    let page = screen.page();
    screen.until(ASKED);
    thread::sleep(THOUGHT);
    screen.types("\n");
    assert!(page.join().unwrap().starts_with("HTTP/1.1 403"));
    screen.types("end");
    assert!(!screen.until("end").contains(ASKED), "asked twice");
    assert_eq!(terminal.clients(), Vec::<Value>::new());
}

#[test]
fn a_number_after_the_question_was_there_is_its_answer() {
    let terminal = Terminal::open();
    let mut screen = Screen::in_front(&terminal);
    let page = screen.page();
    screen.until(ASKED);
    thread::sleep(THOUGHT);
    screen.types("1\n");
    assert!(page.join().unwrap().starts_with("HTTP/1.1 200"));
    let page = screen.page();
    screen.until(ASKED);
    thread::sleep(THOUGHT);
    screen.types("3\n");
    assert!(page.join().unwrap().starts_with("HTTP/1.1 403"));
    assert_eq!(terminal.clients()[0]["denied"], true);
}

/// Reading the terminal of another job, it would be stopped, and with it everything that it signs.
#[test]
fn in_the_background_nobody_is_asked_and_it_goes_on() {
    let terminal = Terminal::open();
    let mut screen = Screen::with(&terminal, "set -m; \"$@\" & echo $!; wait");
    for _ in 0..2 {
        assert!(screen.page().join().unwrap().starts_with("HTTP/1.1 403"));
    }
    let told = screen.until("aloft agent allow http://localhost:3000");
    assert!(!told.contains(ASKED), "{told}");
}
