//! What is typed on a terminal and not shown, and the terminal afterwards.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command};
use std::thread;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, tcgetattr};

use crate::{Terminal, aloft};

/// Somebody's terminal.
pub(crate) struct Typing {
    keys: File,
    screen: File,
}

impl Typing {
    pub(crate) fn new() -> Self {
        let keys = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&keys).unwrap();
        unlockpt(&keys).unwrap();
        let name = ptsname(&keys, Vec::new()).unwrap().into_string().unwrap();
        let screen = File::options().read(true).write(true).open(name).unwrap();
        let keys = keys.into();
        Self { keys, screen }
    }

    pub(crate) fn start(&self, home: &Path, arguments: &[&str]) -> Child {
        let screen = || self.screen.try_clone().unwrap();
        let mut command = Command::new("setsid");
        for (name, value) in aloft(home).get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command
            .env("DBUS_SESSION_BUS_ADDRESS", "disabled:")
            .args(["--ctty", env!("CARGO_BIN_EXE_aloft")])
            .args(arguments)
            .stdin(screen())
            .stdout(screen())
            .stderr(screen());
        command.spawn().unwrap()
    }

    fn shows_what_is_typed(&self) -> bool {
        let modes = tcgetattr(&self.screen).unwrap().local_modes;
        modes.contains(LocalModes::ECHO)
    }

    pub(crate) fn until(&mut self, words: &str) -> String {
        let mut shown = String::new();
        while !shown.contains(words) {
            let mut bytes = [0; 1024];
            let length = self.keys.read(&mut bytes).unwrap();
            shown += &String::from_utf8_lossy(&bytes[..length]);
        }
        shown
    }

    pub(crate) fn until_hidden(&self) {
        while self.shows_what_is_typed() {
            thread::yield_now();
        }
    }

    pub(crate) fn types(&mut self, text: &str) {
        self.keys.write_all(text.as_bytes()).unwrap();
    }
}

#[test]
fn who_ends_it_at_a_hidden_prompt_sees_again_what_is_typed() {
    let terminal = Terminal::open();
    let home = terminal.home.path();
    let backup = terminal.file("backup.aloft");
    let import = ["accounts", "import", backup.to_str().unwrap()];
    let cases = [
        (&["accounts", "add", "Photos"][..], "It is not shown."),
        (&import[..], "Passphrase of the backup:"),
        (
            &["accounts", "add", "Photos", "--vault"][..],
            "New passphrase:",
        ),
    ];
    for (arguments, prompt) in cases {
        let mut typing = Typing::new();
        let mut child = typing.start(home, arguments);
        typing.until(prompt);
        typing.until_hidden();
        typing.types("half a secret\u{3}");
        assert_eq!(child.wait().unwrap().code(), Some(130), "{arguments:?}");
        assert!(typing.shows_what_is_typed(), "{arguments:?}");
    }
}

#[test]
fn who_is_told_to_end_at_the_second_prompt_gives_it_back_too() {
    let terminal = Terminal::open();
    let mut typing = Typing::new();
    let mut child = typing.start(
        terminal.home.path(),
        &["accounts", "add", "Photos", "--vault"],
    );
    typing.until("New passphrase:");
    typing.until_hidden();
    typing.types("seven lamps drift beyond the quiet harbour\n");
    typing.until("The same again:");
    typing.until_hidden();
    let id = child.id().to_string();
    let told = Command::new("kill").args(["-TERM", &id]).status().unwrap();
    assert!(told.success());
    assert_eq!(child.wait().unwrap().code(), Some(143));
    assert!(typing.shows_what_is_typed());
}
