//! Aloft's processes and the web engine's, as the kernel shows them.
//!
//! They are found by their descent: the environment of a process that leaves no image of its memory is shown to nobody but root.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use acceptance::given_path;

use crate::desk::Desk;

/// The processes that run on this desktop as Aloft's own: its two programs, and the web engine's.
pub(crate) fn processes() -> Vec<Process> {
    let parents = parents();
    let us = std::process::id();
    let own = [given_path("ALOFT_CLI"), given_path("ALOFT_DESKTOP")];
    let mut found = Vec::new();
    for id in parents.keys().copied() {
        let Ok(line) = std::fs::read(format!("/proc/{id}/cmdline")) else {
            continue;
        };
        let program = line.split(|byte| *byte == 0).next().unwrap_or_default();
        let program = PathBuf::from(String::from_utf8_lossy(program).into_owned());
        let name = program.file_name().unwrap_or_default().to_string_lossy();
        let is_webs = name.starts_with("WebKit") && name.ends_with("Process");
        if (is_webs || own.contains(&program)) && descends(id, us, &parents) {
            found.push(Process { id, program, line });
        }
    }
    found
}

pub(crate) struct Process {
    pub(crate) id: u32,
    pub(crate) program: PathBuf,
    /// Its arguments, a zero byte behind each.
    pub(crate) line: Vec<u8>,
}

impl Process {
    pub(crate) fn is(&self, name: &str) -> bool {
        self.program.ends_with(name)
    }

    /// One of its entries in `/proc`; `None` when it has ended.
    pub(crate) fn about(&self, name: &str) -> Option<String> {
        std::fs::read_to_string(format!("/proc/{}/{name}", self.id)).ok()
    }
}

fn parents() -> BTreeMap<u32, u32> {
    let mut parents = BTreeMap::new();
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let Some(id) = entry.file_name().to_str().and_then(|n| n.parse().ok()) else {
            continue;
        };
        let stat = std::fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        // The name in parentheses may hold anything.
        let after = stat.rsplit_once(") ").map_or("", |(_, after)| after);
        let parent = after.split_whitespace().nth(1).and_then(|n| n.parse().ok());
        parents.insert(id, parent.unwrap_or(0));
    }
    parents
}

fn descends(mut id: u32, from: u32, parents: &BTreeMap<u32, u32>) -> bool {
    while let Some(parent) = parents.get(&id) {
        if *parent == from {
            return true;
        }
        id = *parent;
    }
    false
}

/// Kills the window's program as the kernel does when memory runs out, and waits until it is dead.
pub(crate) fn kill(desk: &Desk) {
    let all = processes();
    let ours = all.iter().find(|process| process.is("aloft-desktop"));
    let id = ours
        .unwrap_or_else(|| panic!("the program does not run"))
        .id;
    let mut kill = Command::new("kill");
    assert!(
        kill.args(["-KILL", &id.to_string()])
            .status()
            .unwrap()
            .success()
    );
    // One that its parent has not buried yet has no arguments any more.
    desk.until("it is dead", |_| {
        processes().iter().all(|process| process.id != id)
    });
}
