//! The Upload Widget in the real window: our bridge, the foreign frame, the stand-in's own frame
//! in it, a file input, and a signature made here.

use fantoccini::Locator;
use sandbox::{Config, WidgetMode};

use crate::desk::Desk;
use crate::window::Window;

#[tokio::test(flavor = "multi_thread")]
async fn a_file_chosen_in_the_widget_is_signed_here_and_lands_in_the_list() {
    let mut desk = Desk::start();
    let window = Window::open(&mut desk).await;
    window.try_sandbox().await;
    window.open_widget(&desk).await;

    let (picture, bytes) = desk.picture("chosen in the widget.png");
    window.css("iframe").await.enter_frame().await.unwrap();
    window
        .css("iframe[data-test='uw-iframe']")
        .await
        .enter_frame()
        .await
        .unwrap();
    let input = window.css("[data-test='uw-file']").await;
    input.send_keys(&picture.to_string_lossy()).await.unwrap();
    window.client.enter_parent_frame().await.unwrap();
    window.client.enter_parent_frame().await.unwrap();

    window.switch_to(&desk, "/").await;
    let row = window
        .css("[data-testid='job-row'][data-state='done']")
        .await;
    let name = row.attr("data-name").await.unwrap().unwrap();
    assert!(name.starts_with("chosen in the widget"), "{name}");
    let stored = desk.aloft_home().join("data/sandbox/assets");
    let found = walk(&stored)
        .into_iter()
        .any(|file| std::fs::read(file).unwrap() == bytes);
    assert!(found, "the sandbox does not hold the bytes");
    window
        .client
        .execute("window.scrollTo(0, 0)", vec![])
        .await
        .unwrap();
    window.photograph(&desk, "^Aloft$", "widget-in-list");
    assert!(
        window
            .client
            .find_all(Locator::Css("[data-testid='job-row']"))
            .await
            .unwrap()
            .len()
            == 1
    );
    // Opened again while it is open: the old window goes, a new one comes.
    window.open_widget(&desk).await;
    window.css("iframe").await;
    assert_eq!(window.client.windows().await.unwrap().len(), 2);
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_that_is_refused_or_never_comes_is_said_and_the_native_way_offered() {
    for mode in [WidgetMode::Missing, WidgetMode::Silent] {
        let mut desk = Desk::start();
        let mut config = Config::new(desk.aloft_home().join("data/sandbox"));
        config.widget = mode;
        let sandbox = sandbox::start(config).await.unwrap();
        let window = Window::open(&mut desk).await;
        window.try_sandbox().await;
        window.open_widget(&desk).await;

        let said = window.find("bridge-unavailable").await;
        let words = said.text().await.unwrap();
        assert!(words.contains("could not be loaded"), "{mode:?}: {words}");
        window.photograph(&desk, "^Upload widget", "widget-unavailable");
        window.find("native-way").await;
        // The window goes with the click, and a driver that clicked in it would miss its own answer.
        desk.click_in("Upload widget", 0.887, 0.046);
        desk.until("the file dialog takes the widget's place", |desk| {
            let windows = desk.windows();
            windows.len() == 2 && !windows.iter().any(|title| title.contains("Upload widget"))
        });
        window.close().await;
        sandbox.stop().await;
    }
}

pub(crate) fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)
            .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path)
            } else {
                files.push(path)
            }
        }
    }
    files
}
