//! The tray, through its own protocol.

use crate::desk::{Desk, script};
use crate::window::Window;

fn labels(desk: &Desk) -> Vec<String> {
    let output = script(desk, "tray.py").output().unwrap();
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(str::to_owned)
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tray_opens_the_file_dialog_and_quits() {
    let mut desk = Desk::start();
    let window = Window::open(&mut desk).await;
    window.try_sandbox().await;
    desk.until("the tray has its menu", |desk| labels(desk).len() >= 5);
    let labels = labels(&desk);
    assert!(
        labels.iter().any(|label| label == "Open window"),
        "{labels:?}"
    );

    assert!(
        script(&desk, "tray.py")
            .arg("Upload files…")
            .status()
            .unwrap()
            .success()
    );
    desk.until("the file dialog opens", |desk| desk.windows().len() == 2);
    desk.press("Escape");
    desk.until("the file dialog closes", |desk| desk.windows().len() == 1);

    assert!(
        script(&desk, "tray.py")
            .arg("Quit")
            .status()
            .unwrap()
            .success()
    );
    desk.until("the window is gone", |desk| desk.windows().is_empty());
    window.close().await;
}
