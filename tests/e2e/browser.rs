//! A picture dragged out of a real browser.

use std::path::Path;

use fantoccini::Locator;

use crate::desk::Desk;
use crate::window::Window;

const PAGE: &str = "<!doctype html><title>Loading</title><body style='margin:0'>\
     <img src='coast.png' width='300' height='300' onload='requestAnimationFrame(() => \
     requestAnimationFrame(() => document.title = \"Holiday pictures\"))'>";

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_out_of_a_browser_is_asked_about_before_its_address_is_sent() {
    let mut desk = Desk::start();
    let window = Window::open(&mut desk).await;
    window.try_sandbox().await;
    let (picture, _) = desk.picture("coast.png");
    let folder = picture.parent().unwrap().to_owned();
    std::fs::write(folder.join("page.html"), PAGE).unwrap();
    let address = serve(&mut desk, &folder);
    open(&mut desk, &format!("{address}page.html"));
    desk.until("the browser shows the page", |desk| {
        desk.windows()
            .iter()
            .any(|title| title.ends_with("Holiday pictures"))
    });
    drag(&desk, &window).await;
    let rows = async || {
        let rows = Locator::Css("[data-testid='job-row']");
        window.client.find_all(rows).await.unwrap().len()
    };
    desk.until("the question is asked", |desk| desk.windows().len() == 3);
    assert_eq!(rows().await, 0, "queued before the answer");
    window.photograph_screen(&desk, "browser");
    desk.click_in("Upload from an address", 0.75, 0.88);
    desk.until("the question is gone", |desk| desk.windows().len() == 2);

    drag(&desk, &window).await;
    desk.until("the question is asked", |desk| desk.windows().len() == 3);
    desk.let_be_read();
    desk.click_in("Upload from an address", 0.25, 0.88);
    let row = "[data-testid='job-row'][data-name='coast.png']";
    let status = format!("{row} [data-testid='job-status']");
    // The sandbox fetches nothing from elsewhere and says what it was asked for.
    desk.until_async("the address was sent", async || {
        let said = window.css(&status).await.html(true).await;
        let said = said.unwrap_or_default();
        said.contains(&format!("{address}coast.png"))
    })
    .await;
    window.photograph_screen(&desk, "browser-sent");
    assert_eq!(rows().await, 1, "the refused drop was queued as well");
    window.close().await;
}

/// Serves a folder on this computer and answers the address.
fn serve(desk: &mut Desk, folder: &Path) -> String {
    let mut server = desk.command("/usr/bin/python3");
    server.args(["-u", "-m", "http.server", "0", "--bind", "127.0.0.1"]);
    server.arg("--directory").arg(folder);
    let said = desk.first_line_of(server);
    let (_, address) = said.split_once('(').unwrap();
    address.split_once(')').unwrap().0.to_owned()
}

/// A window of a browser that has never been used, with nothing but the page.
fn open(desk: &mut Desk, address: &str) {
    let mut browser = desk.command("chromium");
    browser.args([
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--no-default-browser-check",
        "--password-store=basic",
        "--ozone-platform=x11",
        "--window-position=0,0",
        "--window-size=500,500",
    ]);
    let profile = desk.home.path().join("browser");
    browser.arg(format!("--user-data-dir={}", profile.display()));
    browser.arg(format!("--app={address}"));
    desk.stay(browser);
}

/// Drags what is in the browser's window to the middle of ours.
async fn drag(desk: &Desk, window: &Window) {
    let mouse = |words: &str| {
        let mut mouse = desk.on_screen("xdotool");
        assert!(mouse.args(words.split(' ')).status().unwrap().success());
    };
    for (title, place) in [
        ("Holiday pictures", "0,0,0,500,500"),
        ("Aloft", "0,640,40,560,560"),
    ] {
        let mut place_it = desk.on_screen("wmctrl");
        place_it.args(["-F", "-r", title, "-e", place]);
        assert!(place_it.status().unwrap().success(), "{title}");
    }
    mouse("mousemove 150 150 mousedown 1");
    // A browser starts a drag after some motion, and a target wants to be entered: moved on until our window says so.
    let mut across = 150;
    desk.until_async("the window is dragged over", async || {
        across = if across < 900 {
            across + 40
        } else {
            across - 15
        };
        mouse(&format!("mousemove {across} 300"));
        let overlay = Locator::Css(".over[aria-hidden='true']");
        !window.client.find_all(overlay).await.unwrap().is_empty()
    })
    .await;
    mouse("mouseup 1");
}
