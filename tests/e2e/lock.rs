//! Locked by the system, and unlocked by a person.

use std::path::PathBuf;

use crate::desk::{Desk, script};
use crate::drop::drop_files;
use crate::keys::focus_by_tab;
use crate::tray;
use crate::window::Window;

/// A logind that does what it is told.
struct Logind {
    noted: PathBuf,
    pid: String,
}

impl Logind {
    fn start(desk: &mut Desk) -> Self {
        desk.start_system_bus();
        let noted = desk.home.path().join("sleep");
        let mut logind = script(desk, "logind.py");
        logind.arg(&noted);
        let first = desk.first_line_of(logind);
        let pid = first.strip_prefix("ready ").unwrap().to_owned();
        Self { noted, pid }
    }

    /// Whoever delays sleep listens already.
    fn is_heard(&self, desk: &Desk) {
        desk.until("Aloft delays sleep", |_| self.noted().contains("held"));
    }

    fn tell(&self, desk: &Desk, signal: &str) {
        let mut kill = desk.command("kill");
        assert!(kill.args([signal, &self.pid]).status().unwrap().success());
    }

    fn noted(&self) -> String {
        std::fs::read_to_string(&self.noted).unwrap_or_default()
    }
}

/// The native question, answered by keyboard alone.
fn answer(desk: &Desk, keys: &[&str]) {
    desk.until("the question is asked", |desk| desk.windows().len() == 2);
    desk.let_be_read();
    for key in keys {
        desk.press(key);
    }
    desk.until("the question is gone", |desk| desk.windows().len() == 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn sleep_locks_waking_does_not_unlock_and_the_keyboard_does() {
    let mut desk = Desk::start();
    let logind = Logind::start(&mut desk);
    let window = Window::open(&mut desk).await;
    window.try_sandbox().await;
    logind.is_heard(&desk);
    logind.tell(&desk, "-USR1");
    window.find("locked-banner").await;
    desk.until("the computer slept", |_| logind.noted().contains("asleep"));
    let noted = logind.noted();
    assert!(noted.starts_with("held\ndelayed\nasleep\n"), "{noted}");

    let (picture, _) = desk.picture("while locked.png");
    drop_files(&desk, &[picture]);
    window.row("while locked.png", "waiting").await;
    window.photograph_both(&desk, "locked").await;

    // The user may think better of it.
    focus_by_tab(&desk, &window, "unlock").await;
    desk.press("Return");
    desk.until("the question is asked", |desk| desk.windows().len() == 2);
    window.photograph(&desk, "^Unlock Aloft", "unlock-question");
    answer(&desk, &["Escape"]);
    window.row("while locked.png", "waiting").await;

    // A second Return was meant for the button, not for the question, which comes again.
    desk.press("Return");
    let question = |desk: &Desk| desk.window_id("^Unlock Aloft");
    desk.until("the question is asked", |desk| question(desk).is_some());
    let first = question(&desk);
    desk.press("Return");
    desk.until("the question is asked again", |desk| {
        question(desk).is_some_and(|id| first.as_ref() != Some(&id))
    });
    answer(&desk, &["Return"]);
    window.row("while locked.png", "done").await;
    window.is_gone(&desk, "locked-banner").await;
    let stored = std::fs::read_dir(desk.aloft_home().join("data/sandbox/assets")).unwrap();
    let is_description = |path: PathBuf| path.extension().is_some_and(|end| end == "json");
    let assets = stored.filter(|entry| is_description(entry.as_ref().unwrap().path()));
    assert_eq!(assets.count(), 1);

    desk.press("ctrl+comma");
    window.find("lock-after").await;
    window.photograph_both(&desk, "lock-settings").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_session_and_a_terminal_lock_and_the_tray_unlocks() {
    let mut desk = Desk::start();
    let logind = Logind::start(&mut desk);
    let window = Window::open(&mut desk).await;
    window.try_sandbox().await;
    let said = |desk: &Desk, label: &str| tray::labels(desk).iter().any(|one| one == label);
    desk.until("the tray can lock", |desk| said(desk, "Lock now"));
    logind.is_heard(&desk);
    logind.tell(&desk, "-USR2");
    window.find("locked-banner").await;
    desk.until("the tray says so", |desk| {
        said(desk, "Locked. Uploads wait.")
    });
    tray::click(&desk, "Unlock…");
    answer(&desk, &["Return"]);
    desk.until("the tray can lock again", |desk| said(desk, "Lock now"));
    window.is_gone(&desk, "locked-banner").await;

    let mut lock = desk.aloft();
    assert!(lock.args(["accounts", "lock"]).status().unwrap().success());
    window.find("locked-banner").await;
    let mut sign = desk.aloft();
    let refused = sign
        .args(["sign", "timestamp=1700000000"])
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(3));
    let mut unlock = desk.aloft();
    let unlocked = unlock.args(["accounts", "unlock"]).status().unwrap();
    assert!(unlocked.success());
    window.is_gone(&desk, "locked-banner").await;
    window.close().await;
}
