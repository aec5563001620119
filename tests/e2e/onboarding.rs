//! The first minute.

use crate::desk::Desk;
use crate::drop::drop_files;
use crate::window::Window;

#[tokio::test(flavor = "multi_thread")]
async fn trying_it_without_an_account_takes_one_click_and_one_drop() {
    let mut desk = Desk::start();
    let window = Window::open(&mut desk).await;
    window.find("paste-url").await;
    window.photograph(&desk, "^Aloft$", "onboarding");
    window.try_sandbox().await;
    let (picture, bytes) = desk.picture("first picture.png");
    drop_files(&desk, &[picture]);
    let row = window.row("first picture.png", "done").await;
    let link = row
        .find(fantoccini::Locator::Css("[data-testid='copy-link']"))
        .await
        .unwrap();
    assert!(link.is_displayed().await.unwrap());
    window.photograph(&desk, "^Aloft$", "list");

    let link = stored_link(&desk);
    let served = reqwest::get(&link).await.unwrap().bytes().await.unwrap();
    assert_eq!(served, bytes);
    window.close().await;
}

/// The link of the one file that the sandbox holds, asked through the terminal program: the same
/// bytes again are answered with the link that is there.
fn stored_link(desk: &Desk) -> String {
    let output = desk
        .aloft()
        .args(["upload", "--account", "sandbox"])
        .arg(desk.home.path().join("pictures/first picture.png"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
