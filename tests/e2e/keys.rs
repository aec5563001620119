//! Without a mouse.

use crate::clip::read_clipboard;
use crate::desk::{Desk, script};
use crate::window::Window;

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_uploaded_and_its_link_copied_by_keyboard_alone() {
    let mut desk = Desk::start();
    let (picture, bytes) = desk.picture("by keyboard.png");
    let window = Window::open(&mut desk).await;
    window.find("try-sandbox").await;
    focus_by_tab(&desk, &window, "try-sandbox").await;
    desk.press("Return");
    window.find("sandbox-chip").await;

    desk.press("ctrl+o");
    desk.until("the file dialog opens", |desk| desk.windows().len() == 2);
    desk.press("Escape");
    desk.until("the dialog is closed", |desk| desk.windows().len() == 1);

    // What a person types into the system's dialog is the system's; a file copied in a file manager comes the same way.
    let mut copy = script(&desk, "clipboard.py");
    copy.arg(picture);
    assert_eq!(desk.first_line_of(copy), "ready");
    desk.press("ctrl+v");
    window.row("by keyboard.png", "done").await;

    focus_by_tab_to_row(&desk, &window).await;
    desk.press("ctrl+c");
    desk.until("the link is on the clipboard", |desk| {
        read_clipboard(desk).starts_with("http://127.0.0.1")
    });
    let link = read_clipboard(&desk);
    let served = reqwest::get(&link).await.unwrap().bytes().await.unwrap();
    assert_eq!(served, bytes);
    window.photograph_both(&desk, "keyboard").await;
    window.close().await;
}

pub(crate) async fn focus_by_tab(desk: &Desk, window: &Window, id: &str) {
    let wanted = format!("[data-testid='{id}']");
    tab_until(desk, window, &wanted).await;
}

async fn focus_by_tab_to_row(desk: &Desk, window: &Window) {
    tab_until(desk, window, "[data-testid='job-row']").await;
}

/// Presses Tab until what has the focus is, or is in, the element wanted; never more than a window can hold.
async fn tab_until(desk: &Desk, window: &Window, css: &str) {
    let script = format!("return document.activeElement?.closest({css:?}) !== null");
    for _ in 0..40 {
        let there = window.client.execute(&script, vec![]).await.unwrap();
        if there.as_bool() == Some(true) {
            return;
        }
        desk.press("Tab");
    }
    panic!("Tab never comes to {css}");
}
