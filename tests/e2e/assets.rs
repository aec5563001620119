//! What arrived can be taken away again, and that can be undone.

use crate::clip::read_clipboard;
use crate::desk::Desk;
use crate::drop::drop_files;
use crate::window::Window;

#[tokio::test(flavor = "multi_thread")]
async fn an_asset_is_deleted_after_a_yes_and_its_file_is_uploaded_again() {
    let mut desk = Desk::start();
    let window = Window::open(&mut desk).await;
    window.try_sandbox().await;
    let (picture, bytes) = desk.picture("second thoughts.png");
    drop_files(&desk, &[picture]);
    window
        .row("second thoughts.png", "done")
        .await
        .click()
        .await
        .unwrap();
    let link = copied_link(&desk);

    desk.press("shift+Delete");
    desk.until("the question names the asset", |desk| {
        desk.windows()
            .iter()
            .any(|title| title.ends_with("Delete from Cloudinary"))
    });
    window.photograph(&desk, "^Delete from ", "delete-question");
    desk.press("Escape");
    desk.until("the question is gone", |desk| desk.windows().len() == 1);
    assert_eq!(served(&link).await.unwrap(), bytes, "deleted without a yes");

    desk.press("shift+Delete");
    desk.until("the question is asked again", |desk| {
        desk.windows().len() == 2
    });
    desk.let_be_read();
    desk.click_in("Delete from Cloudinary", 0.25, 0.85);
    window
        .css("[data-testid='job-row'][data-deleted='true']")
        .await;
    assert!(served(&link).await.is_none(), "the link still works");
    window.photograph_both(&desk, "deleted").await;

    window.click("toast-action").await;
    window
        .css("[data-testid='job-row'][data-state='done']:not([data-deleted='true'])")
        .await
        .click()
        .await
        .unwrap();
    let again = copied_link(&desk);
    assert_eq!(served(&again).await.unwrap(), bytes);
    window.close().await;
}

fn copied_link(desk: &Desk) -> String {
    desk.press("ctrl+c");
    desk.until("the link is on the clipboard", |desk| {
        read_clipboard(desk).starts_with("http://127.0.0.1")
    });
    read_clipboard(desk)
}

/// What is behind a link; nothing where the service says that there is nothing.
async fn served(link: &str) -> Option<Vec<u8>> {
    let answer = reqwest::get(link).await.unwrap();
    let there = answer.status().is_success();
    let bytes = answer.bytes().await.unwrap();
    there.then(|| bytes.to_vec())
}
