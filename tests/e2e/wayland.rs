//! The program under Wayland: with a compositor that shows the clipboard to the window with the focus alone (weston, as GNOME does)
//! and with one that shows it to every program (sway, as KDE does).

use std::os::unix::fs::MetadataExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::Locator;
use fantoccini::elements::Element;
use serde_json::{Value, json};

use crate::desk::Desk;
use crate::window::Window;

/// The program gives an owner three seconds; the rest is what a busy machine may add.
const ANSWERED: Duration = Duration::from_secs(6);

/// A screen in a window, with the keyboard and the mouse of the X server around it.
fn weston(desk: &Desk, name: &str) -> Command {
    let mut weston = desk.on_screen("weston");
    weston.args(["--no-config", "--backend=x11-backend.so", "--use-pixman"]);
    weston.args(["--width=1200", "--height=720", "--idle-time=0"]);
    weston.arg(format!("--socket={name}"));
    weston
}

/// A screen that nobody sees, with no keyboard.
fn sway(desk: &Desk, _: &str) -> Command {
    let config = desk.file("sway", b"xwayland disable\n");
    let is_root = std::fs::metadata(desk.home.path()).unwrap().uid() == 0;
    // It does not start for root, who is somebody else in a namespace.
    let mut sway = match is_root {
        true => {
            let mut somebody = desk.on_screen("unshare");
            somebody.args(["--user", "--map-user=1000", "--map-group=1000", "sway"]);
            somebody
        }
        false => desk.on_screen("sway"),
    };
    sway.env_remove("DISPLAY")
        .env("WLR_BACKENDS", "headless")
        .env("WLR_RENDERER", "pixman")
        .env("WLR_LIBINPUT_NO_DEVICES", "1");
    sway.arg("--config").arg(config);
    sway
}

/// Another program that owns the clipboard until it is dropped.
struct Owner(Child);

impl Owner {
    fn of(desk: &Desk, kind: &str, bytes: &[u8]) -> Self {
        let mut copy = desk.command("wl-copy");
        copy.args(["--foreground", "--type", kind]);
        let mut child = copy.stdin(Stdio::piped()).spawn().unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), bytes).unwrap();
        Self(child)
    }

    /// Where every program is shown the clipboard, any of them can say who owns it.
    fn seen_by_all(desk: &Desk, kind: &str, bytes: &[u8]) -> Self {
        let owner = Self::of(desk, kind, bytes);
        desk.until("the other program owns the clipboard", |desk| {
            let mut list = desk.command("wl-paste");
            let kinds = list.arg("--list-types").output().unwrap();
            String::from_utf8_lossy(&kinds.stdout).contains(kind)
        });
        owner
    }

    /// Where it is shown to the focus alone, the other program takes the focus until it is the owner. The compositor tells Aloft
    /// what there is when it gives the focus back. `kind` is one that nobody offered before.
    fn seen_by_the_focus(desk: &Desk, kind: &str, bytes: &[u8]) -> Self {
        let before = desk.read_log().len();
        let owner = Self::of(desk, kind, bytes);
        let offered = format!(".offer(\"{kind}\")");
        desk.until("Aloft is told what there is", |desk| {
            let log = desk.read_log();
            let told = log[before..].split_once(&offered);
            told.is_some_and(|(_, then)| then.contains(".selection("))
        });
        owner
    }

    /// Stopped, as a program that hangs: it stays the owner and gives nothing.
    fn hang(&self, desk: &Desk) {
        let mut stop = desk.command("kill");
        let stopped = stop.args(["-STOP", &self.0.id().to_string()]).status();
        assert!(stopped.unwrap().success());
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What the program answers the page, its refusals too, and whether that was in time.
async fn answer(window: &Window, name: &str, request: Value) -> String {
    let script = "const [name, request, done] = arguments; const said = (answer) => done(JSON.stringify(answer)); \
                  window.__TAURI_INTERNALS__.invoke('rpc', { name, request }).then(said, said)";
    let start = Instant::now();
    let asked = vec![json!(name), request];
    let answer = window.client.execute_async(script, asked).await.unwrap();
    assert!(start.elapsed() < ANSWERED, "{name}: {:?}", start.elapsed());
    answer.as_str().unwrap_or_default().to_owned()
}

async fn focus(window: &Window, desk: &Desk) {
    desk.until_async("the window has the focus", async || {
        let script = "return document.hasFocus()";
        window.client.execute(script, vec![]).await.unwrap() == json!(true)
    })
    .await;
}

async fn done(window: &Window) -> Element {
    let css = "[data-testid='job-row'][data-state='done']";
    window.css(css).await
}

/// Another program reads the link of an upload.
fn link_is_copied(desk: &Desk) {
    desk.until("the link is on the clipboard", |desk| {
        // An owner that hangs would hold this up as well.
        let mut paste = desk.command("timeout");
        let paste = paste.args(["5", "wl-paste"]).output().unwrap();
        String::from_utf8_lossy(&paste.stdout).starts_with("http://127.0.0.1")
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn what_wayland_cannot_do_is_said_and_the_clipboard_of_the_focus_is_enough() {
    let mut desk = Desk::start();
    desk.shown_by_wayland(weston);
    let window = Window::open(&mut desk).await;
    window.find("paste-url").await;
    assert_eq!(desk.windows().len(), 1, "the program has a window of X");

    // Nobody owns the clipboard.
    focus(&window, &desk).await;
    let empty = answer(&window, "paste_account", Value::Null).await;
    assert!(empty.contains("no CLOUDINARY_URL"), "{empty}");

    window.try_sandbox().await;
    desk.until_async("it is known what Wayland cannot do", async || {
        let here = window.ask("snapshot", Value::Null).await["here"].take();
        let why = |what| here[what].as_str().unwrap_or_default();
        ["shortcut", "dropWindow"]
            .iter()
            .all(|what| why(*what).contains("Wayland"))
    })
    .await;
    let keys = json!({ "shortcut": "Ctrl+Alt+U" });
    for (name, request) in [
        ("change_settings", keys),
        ("toggle_drop_window", Value::Null),
    ] {
        let refused = answer(&window, name, request).await;
        assert!(refused.contains("Under Wayland"), "{name}: {refused}");
    }

    let (_, bytes) = desk.picture("screenshot.png");
    let owner = Owner::seen_by_the_focus(&desk, "image/png", &bytes);
    focus(&window, &desk).await;
    desk.press("ctrl+v");
    let row = done(&window).await;
    let name = row.attr("data-name").await.unwrap().unwrap();
    assert!(name.starts_with("Pasted image"), "{name}");
    window.photograph_screen(&desk, "wayland");

    row.click().await.unwrap();
    desk.press("ctrl+c");
    link_is_copied(&desk);
    drop(owner);

    let owner = Owner::seen_by_the_focus(&desk, "image/jpeg", b"never given");
    owner.hang(&desk);
    let words = answer(&window, "add", json!({ "from": "clipboard" })).await;
    assert!(words.contains("did not answer in 3 seconds"), "{words}");
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_that_never_answers_costs_three_seconds_and_nothing_after() {
    let mut desk = Desk::start();
    desk.shown_by_wayland(sway);
    let window = Window::open(&mut desk).await;
    window.find("paste-url").await;
    let empty = answer(&window, "paste_account", Value::Null).await;
    assert!(empty.contains("no CLOUDINARY_URL"), "{empty}");
    window.try_sandbox().await;
    let (_, bytes) = desk.picture("screenshot.png");
    let giving = Owner::seen_by_all(&desk, "image/png", &bytes);
    window.ask("add", json!({ "from": "clipboard" })).await;
    let row = done(&window).await;
    drop(giving);

    let owner = Owner::seen_by_all(&desk, "text/plain", b"never given");
    owner.hang(&desk);
    let words = answer(&window, "add", json!({ "from": "clipboard" })).await;
    assert!(words.contains("did not answer in 3 seconds"), "{words}");
    // Who hangs holds nothing up: what is copied next is there at once, and read again.
    let copy = Locator::Css("[data-testid='copy-link']");
    row.find(copy).await.unwrap().click().await.unwrap();
    link_is_copied(&desk);
    window.close().await;
}
