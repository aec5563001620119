//! A real drag and drop between two programs, and what Aloft makes of it.

use std::path::PathBuf;
use std::process::Command;

use fantoccini::Locator;

use crate::desk::{Desk, script};
use crate::window::Window;

/// Drags files from another program and drops them on Aloft's window, as a person would with a
/// mouse.
pub(crate) fn drop_files(desk: &Desk, files: &[PathBuf]) {
    let output = script(desk, "drag.py").args(files).output().unwrap();
    assert!(
        output.status.success(),
        "drag.py: {}{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
        desk.read_log()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn two_files_are_dropped_and_arrive_once_each() {
    let mut desk = Desk::start();
    let window = Window::open(&mut desk).await;
    window.try_sandbox().await;
    let (plain, _) = desk.picture("coast at dawn.png");
    let (odd, _) = desk.picture("Sommer am größten See – żółć.png");
    drop_files(&desk, &[plain, odd]);
    window.row("coast at dawn.png", "done").await;
    window.row("Sommer am größten See – żółć.png", "done").await;
    let rows = window
        .client
        .find_all(Locator::Css("[data-testid='job-row']"))
        .await
        .unwrap();
    assert_eq!(rows.len(), 2);
    window.photograph(&desk, "^Aloft$", "dropped");
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_drop_window_takes_files_and_its_page_can_call_nothing() {
    let mut desk = Desk::start();
    let window = Window::open(&mut desk).await;
    window.try_sandbox().await;
    let call = async |command: &str| {
        let script = "const [command, done] = arguments; window.__TAURI_INTERNALS__.invoke('rpc', { name: command, \
                      request: null }).then(() => done('done'), (error) => done(String(error)))";
        let answer = window.client.execute_async(script, vec![command.into()]);
        answer.await.unwrap().as_str().unwrap().to_owned()
    };
    assert_eq!(call("toggle_drop_window").await, "done");
    desk.until("the drop window opens", |desk| desk.windows().len() == 2);

    let (picture, _) = desk.picture("onto the small window.png");
    let mut drag = script(&desk, "drag.py");
    let dragged = drag.arg("--drop-window").arg(picture).status().unwrap();
    assert!(dragged.success(), "{}", desk.read_log());
    window.row("onto the small window.png", "done").await;
    window.photograph(&desk, "^Drop files", "drop-window");

    window.switch_to(&desk, "/drop.html").await;
    let refused = call("snapshot").await;
    assert!(refused.contains("not allowed"), "{refused}");
    window.css("button.close").await.click().await.unwrap();
    desk.until("the drop window is closed", |desk| {
        desk.windows().len() == 1
    });
    window.switch_to(&desk, "/").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_address_is_sent_only_after_a_yes() {
    let mut desk = Desk::start();
    let window = Window::open(&mut desk).await;
    window.try_sandbox().await;
    let address = "https://pictures.example/coast.png";
    let rows = async || {
        let rows = Locator::Css("[data-testid='job-row']");
        window.client.find_all(rows).await.unwrap().len()
    };

    drop_files(&desk, &[PathBuf::from(address)]);
    desk.until("the question is asked", |desk| desk.windows().len() == 2);
    assert_eq!(rows().await, 0, "queued before the answer");
    desk.press("Escape");
    desk.until("the question is gone", |desk| desk.windows().len() == 1);

    drop_files(&desk, &[PathBuf::from(address)]);
    desk.until("the question is asked", |desk| desk.windows().len() == 2);
    window.photograph(&desk, "^Upload from ", "question");
    desk.let_be_read();
    desk.click_in("Upload from an address", 0.25, 0.88);
    window
        .css("[data-testid='job-row'][data-name='coast.png']")
        .await;
    assert_eq!(rows().await, 1, "the refused drop was queued as well");
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_named_at_a_second_start_go_to_the_running_window() {
    let mut desk = Desk::start();
    let window = Window::open(&mut desk).await;
    window.try_sandbox().await;
    let (picture, _) = desk.picture("from the file manager.png");
    let mut second: Command = desk.command(acceptance::given_path("ALOFT_DESKTOP"));
    let ended = second.arg(picture).status().unwrap();
    assert!(ended.success());
    window.row("from the file manager.png", "done").await;
    window.close().await;
}
