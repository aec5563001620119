//! Where is searched: files, memory, arguments and environments, what pages are told, the session bus.

use std::collections::BTreeSet;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use super::needle::Needle;
use crate::desk::Desk;
use crate::processes::{Process, processes};
use crate::widget::walk;
use crate::window::Window;

/// Every file below the folder, links and sockets left out; says how many were read.
pub(crate) fn files(needle: &Needle, folder: &Path) -> (usize, Vec<String>) {
    let is_file = |path: &PathBuf| path.symlink_metadata().is_ok_and(|about| about.is_file());
    let all: Vec<PathBuf> = walk(folder).into_iter().filter(is_file).collect();
    let found = all.iter().filter_map(|path| {
        // One that goes away meanwhile is nowhere.
        let shape = needle.found_in(&std::fs::read(path).unwrap_or_default())?;
        Some(format!("{}: {shape}", path.display()))
    });
    let found = found.collect();
    (all.len(), found)
}

/// The shape in which a process's memory holds the text, and how many bytes were read of it.
pub(crate) fn memory(process: &Process, needle: &Needle) -> (u64, Option<&'static str>) {
    let open = |name: &str| std::fs::File::open(format!("/proc/{}/{name}", process.id));
    let (Ok(memory), Ok(pages)) = (open("mem"), open("pagemap")) else {
        return (0, None);
    };
    let maps = process.about("maps").unwrap_or_default();
    let parts = maps.lines().filter_map(readable);
    let mut block = vec![0; BLOCK];
    let mut read = 0;
    for (begin, end) in parts.flat_map(|part| touched(&pages, part)) {
        let mut at = begin;
        while at < end {
            let wanted = usize::try_from(end - at).unwrap_or(BLOCK).min(BLOCK);
            let Ok(got @ 1..) = memory.read_at(&mut block[..wanted], at) else {
                // A page that was taken away meanwhile.
                at += PAGE;
                continue;
            };
            if let Some(shape) = needle.found_in(&block[..got]) {
                return (read, Some(shape));
            }
            read += got as u64;
            at += got as u64;
            if at < end {
                at -= needle.longest().min(got / 2) as u64;
            }
        }
    }
    (read, None)
}

const BLOCK: usize = 4 * 1024 * 1024;
const PAGE: u64 = 4096;

/// Of a part of a memory, the pieces that are there or swapped out; most of what a web engine reserves never is.
fn touched(pages: &std::fs::File, (begin, end): (u64, u64)) -> Vec<(u64, u64)> {
    const ENTRY: u64 = 8;
    let count = usize::try_from((end - begin) / PAGE * ENTRY).unwrap_or_default();
    let mut entries = vec![0; count];
    let got = pages.read_at(&mut entries, begin / PAGE * ENTRY);
    entries.truncate(got.unwrap_or_default());
    let mut pieces: Vec<(u64, u64)> = Vec::new();
    let mut at = begin;
    for entry in entries.chunks_exact(8) {
        // The two highest bits: present, swapped.
        if entry[7] & 0b1100_0000 != 0 {
            match pieces.last_mut() {
                Some((_, last)) if *last == at => *last += PAGE,
                Some(_) | None => pieces.push((at, at + PAGE)),
            }
        }
        at += PAGE;
    }
    pieces
}

/// Begin and end of a line of `maps` that says `r`.
fn readable(line: &str) -> Option<(u64, u64)> {
    let mut words = line.split_whitespace();
    let (begin, end) = words.next()?.split_once('-')?;
    let may_read = words.next()?.starts_with('r');
    let number = |text| u64::from_str_radix(text, 16).ok();
    (may_read && !line.contains("[v")).then_some((number(begin)?, number(end)?))
}

/// Looks at arguments and environment of every process of Aloft, again and again until it is stopped.
pub(crate) struct Watch {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Seen>,
}

/// What was looked at, and what was found.
#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) looked_at: BTreeSet<u32>,
    pub(crate) found: BTreeSet<(u32, String)>,
}

impl Watch {
    pub(crate) fn start(needle: Arc<Needle>) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            let mut seen = Seen::default();
            while !stopped.load(Ordering::Relaxed) {
                for process in processes() {
                    let environment = std::fs::read(format!("/proc/{}/environ", process.id));
                    let environment = environment.unwrap_or_default();
                    seen.looked_at.insert(process.id);
                    for (what, bytes) in [("argv", &process.line), ("environ", &environment)] {
                        if let Some(shape) = needle.found_in(bytes) {
                            let place = format!("{what} of {}: {shape}", process.program.display());
                            seen.found.insert((process.id, place));
                        }
                    }
                }
                std::thread::sleep(Duration::from_millis(20));
            }
            seen
        });
        Self { stop, thread }
    }

    pub(crate) fn stop(self) -> Seen {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().unwrap()
    }
}

/// Keeps, in the page that is looked at now, every answer of the program and every message of its channels from here on.
pub(crate) async fn record(window: &Window) {
    window.client.execute(RECORD, vec![]).await.unwrap();
}

/// What was recorded in this page.
pub(crate) async fn recorded(window: &Window) -> String {
    let script = "return window.recorded.join('\\n')";
    let text = window.client.execute(script, vec![]).await.unwrap();
    text.as_str().unwrap().to_owned()
}

/// All that the program says to a page goes through these callbacks.
const RECORD: &str = r"
    const recorded = (window.recorded = [])
    const callbacks = window.__TAURI_INTERNALS__.callbacks
    const set = callbacks.set.bind(callbacks)
    const kept = (callback) => (said) => {
        recorded.push(JSON.stringify(said) ?? '')
        return callback(said)
    }
    Object.defineProperty(callbacks, 'set', { value: (id, callback) => set(id, kept(callback)) })
    for (const [id, callback] of [...callbacks]) set(id, kept(callback))
";

/// Everything that goes over the session bus, byte by byte, into a file outside of the desktop.
pub(crate) struct Bus(tempfile::TempDir);

impl Bus {
    pub(crate) fn watch(desk: &mut Desk) -> Self {
        let folder = tempfile::TempDir::new().unwrap();
        let mut monitor = desk.command("sh");
        monitor.args(["-c", "exec dbus-monitor --session --binary > \"$0\""]);
        monitor.arg(folder.path().join("bus"));
        desk.stay(monitor);
        let bus = Self(folder);
        desk.until("the bus is watched", |desk| {
            say_on_bus(desk, "is anybody there");
            bus.holds(b"is anybody there")
        });
        bus
    }

    pub(crate) fn messages(&self) -> Vec<u8> {
        std::fs::read(self.0.path().join("bus")).unwrap_or_default()
    }

    pub(crate) fn holds(&self, text: &[u8]) -> bool {
        memchr::memmem::find(&self.messages(), text).is_some()
    }
}

/// Sends a signal with this text to whoever listens.
pub(crate) fn say_on_bus(desk: &Desk, text: &str) {
    let mut emit: Command = desk.command("gdbus");
    emit.args(["emit", "--session", "--object-path", "/canary"]);
    emit.args(["--signal", "test.canary.Said", text]);
    assert!(emit.status().unwrap().success());
}
