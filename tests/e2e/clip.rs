//! The clipboard between Aloft and other programs.

use fantoccini::Locator;

use crate::desk::{Desk, script};
use crate::drop::drop_files;
use crate::widget::walk;
use crate::window::Window;

/// What another program finds on the clipboard.
pub(crate) fn read_clipboard(desk: &Desk) -> String {
    let output = script(desk, "clipboard.py").output().unwrap();
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_on_the_clipboard_is_pasted_as_the_bytes_it_is() {
    let mut desk = Desk::start();
    let window = Window::open(&mut desk).await;
    window.try_sandbox().await;
    let (picture, bytes) = desk.picture("screenshot.png");
    let mut owner = script(&desk, "clipboard.py");
    owner.arg("--picture").arg(picture);
    assert_eq!(desk.first_line_of(owner), "ready");

    desk.press("ctrl+v");
    let row = window
        .css("[data-testid='job-row'][data-state='done']")
        .await;
    let name = row.attr("data-name").await.unwrap().unwrap();
    assert!(
        name.starts_with("Pasted image") && name.ends_with(".png"),
        "{name}"
    );
    let stored = walk(&desk.aloft_home().join("data/sandbox/assets"));
    assert!(
        stored
            .iter()
            .any(|file| std::fs::read(file).unwrap() == bytes),
        "the picture was changed on its way"
    );
    window.photograph_both(&desk, "pasted").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_selection_is_copied_as_markdown_in_the_order_of_the_list() {
    let mut desk = Desk::start();
    let window = Window::open(&mut desk).await;
    window.try_sandbox().await;
    let names = ["one.png", "two.png", "three.png"];
    let files: Vec<_> = names.iter().map(|name| desk.picture(name).0).collect();
    drop_files(&desk, &files);
    for name in names {
        window.row(name, "done").await;
    }
    let shown = window
        .client
        .find_all(Locator::Css("[data-testid='job-row']"))
        .await
        .unwrap();
    let mut order = Vec::new();
    for row in &shown {
        order.push(row.attr("data-name").await.unwrap().unwrap());
    }
    shown.first().unwrap().click().await.unwrap();
    desk.press("ctrl+a");
    desk.press("ctrl+shift+c");
    desk.until("three lines are on the clipboard", |desk| {
        read_clipboard(desk).lines().count() == 3
    });
    let copied = read_clipboard(&desk);
    for (line, name) in copied.lines().zip(&order) {
        assert!(
            line.starts_with(&format!("![{name}](http://127.0.0.1")),
            "{line}"
        );
    }
    window.photograph_both(&desk, "copied").await;
    window.close().await;
}
