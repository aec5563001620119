//! The tray, through its own protocol.

use std::path::PathBuf;
use std::process::Command;

use acceptance::given_path;
use serde_json::Value;

use crate::desk::{Desk, script};
use crate::window::Window;

pub(crate) fn labels(desk: &Desk) -> Vec<String> {
    let output = script(desk, "tray.py").output().unwrap();
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(str::to_owned)
        .collect()
}

pub(crate) fn click(desk: &Desk, label: &str) {
    let mut click = script(desk, "tray.py");
    assert!(click.arg(label).status().unwrap().success(), "{label}");
}

/// A tray host, and somebody who shows notifications and writes them down.
struct Session {
    said: PathBuf,
    pid: String,
}

impl Session {
    fn start(desk: &mut Desk) -> Self {
        let said = desk.home.path().join("notifications");
        let mut services = script(desk, "session.py");
        services.arg(&said);
        let first = desk.first_line_of(services);
        let pid = first.strip_prefix("ready ").unwrap().to_owned();
        Self { said, pid }
    }

    fn notifications(&self) -> Vec<Value> {
        let said = std::fs::read_to_string(&self.said).unwrap_or_default();
        said.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    fn signal(&self, desk: &Desk, name: &str) {
        let mut kill: Command = desk.command("kill");
        assert!(kill.args([name, &self.pid]).status().unwrap().success());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tray_opens_the_file_dialog_and_quits() {
    let mut desk = Desk::start();
    let window = Window::open(&mut desk).await;
    window.try_sandbox().await;
    desk.until("the tray has its menu", |desk| labels(desk).len() >= 5);
    let labels = labels(&desk);
    for label in [
        "Open window",
        "Upload clipboard",
        "Recent > Nothing uploaded yet",
    ] {
        assert!(labels.iter().any(|one| one == label), "{labels:?}");
    }

    click(&desk, "Upload files…");
    desk.until("the file dialog opens", |desk| desk.windows().len() == 2);
    desk.press("Escape");
    desk.until("the file dialog closes", |desk| desk.windows().len() == 1);

    click(&desk, "Quit");
    desk.until("the window is gone", |desk| desk.windows().is_empty());
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clipboard_is_uploaded_while_the_window_is_put_away() {
    let mut desk = Desk::start();
    let session = Session::start(&mut desk);
    let config = desk.aloft_home().join("config");
    std::fs::create_dir_all(&config).unwrap();
    std::fs::write(config.join("settings.json"), r#"{"keep_running": true}"#).unwrap();
    let window = Window::open(&mut desk).await;
    window.try_sandbox().await;
    desk.until("the tray knows the account", |desk| {
        labels(desk)
            .iter()
            .any(|label| label.starts_with("Account > ✓ "))
    });
    let mut close = desk.command("wmctrl");
    assert!(close.args(["-c", "Aloft"]).status().unwrap().success());
    desk.until("the window is put away", |desk| desk.windows().is_empty());

    let (picture, bytes) = desk.picture("from the clipboard.png");
    let mut copy = script(&desk, "clipboard.py");
    copy.arg(picture);
    assert_eq!(desk.first_line_of(copy), "ready");
    click(&desk, "Upload clipboard");
    let mut link = String::new();
    desk.until("the link is on the clipboard", |desk| {
        let read = script(desk, "clipboard.py").output().unwrap();
        link = String::from_utf8_lossy(&read.stdout).trim().to_owned();
        link.starts_with("http")
    });
    let answer = reqwest::get(&link).await.unwrap();
    assert_eq!(answer.bytes().await.unwrap(), bytes);

    desk.until("a notification says so", |_| {
        !session.notifications().is_empty()
    });
    desk.until("it is under “Recent”", |desk| {
        labels(desk).contains(&"Recent > from the clipboard.png".to_owned())
    });
    let said = session.notifications();
    assert_eq!(said.len(), 1, "{said:?}");
    assert_eq!(said[0]["title"], "1 file uploaded");
    assert_eq!(
        said[0]["body"],
        "from the clipboard.png\nThe link is on the clipboard."
    );
    assert!(desk.windows().is_empty());

    session.signal(&desk, "-USR1");
    desk.until("a click on it shows the window", |desk| {
        desk.windows().len() == 1
    });
    window.row("from the clipboard.png", "done").await;
    click(&desk, "Quit");
    desk.until("the window is gone", |desk| desk.windows().is_empty());
    window.close().await;
}

#[test]
fn a_hidden_start_shows_its_window_when_no_tray_is_left_to_come_back_by() {
    let mut desk = Desk::start();
    let session = Session::start(&mut desk);
    let mut hidden = desk.command(given_path("ALOFT_DESKTOP"));
    hidden.arg("--hidden");
    desk.stay(hidden);
    desk.until("the tray has its menu", |desk| labels(desk).len() >= 5);
    let mut again = desk.command(given_path("ALOFT_DESKTOP"));
    assert!(again.arg("--hidden").status().unwrap().success());
    assert!(desk.windows().is_empty(), "{:?}", desk.windows());

    session.signal(&desk, "-TERM");
    desk.until("the window is shown", |desk| desk.windows().len() == 1);
    // Now that it cannot come back by a tray, closing it ends the program.
    let mut close = desk.command("wmctrl");
    assert!(close.args(["-c", "Aloft"]).status().unwrap().success());
    desk.until("the program has ended", |desk| labels(desk).is_empty());
}
