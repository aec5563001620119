//! The agent in the window: switched on and asked by a page, each in a dialog of the system's.

use std::time::Duration;

use serde_json::{Value, json};

use crate::desk::Desk;
use crate::window::{Window, free_port};

const PAGE: &str = "http://localhost:3000";

/// What a browser sends for a page.
async fn ask(port: u16) -> (u16, Value) {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let now = now.unwrap().as_secs();
    let body = json!({ "paramsToSign": { "timestamp": now, "source": "uw" } });
    let request = reqwest::Client::new()
        .post(format!("http://127.0.0.1:{port}/api/sign"))
        .header("origin", PAGE)
        .json(&body);
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    (status, answer.json().await.unwrap())
}

fn is_there(desk: &Desk, title: &str) -> bool {
    desk.windows().iter().any(|one| one.contains(title))
}

/// Presses one of a dialog's buttons, which stand in a row at its end.
async fn press(desk: &Desk, window: &Window, title: &str, across: f64, picture: &str) {
    desk.until_async(title, || async { is_there(desk, title) })
        .await;
    window.photograph(desk, title, picture);
    let start = std::time::Instant::now();
    // An answer in haste is not taken, and the dialog comes again.
    while is_there(desk, title) {
        assert!(start.elapsed() < crate::desk::PATIENCE, "{title}");
        desk.click_in(title, across, 0.9);
        let closed = async {
            while is_there(desk, title) {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        let _ = tokio::time::timeout(Duration::from_secs(1), closed).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_agent_listens_after_one_dialog_and_a_page_is_let_in_after_others() {
    let mut desk = Desk::start();
    let window = Window::open(&mut desk).await;
    window.try_sandbox().await;
    let port = free_port();
    let on = window.ask("set_agent", json!({ "on": true, "port": port }));
    let switch = press(&desk, &window, "Switch on the agent", 0.25, "agent-on");
    let (view, ()) = tokio::join!(on, switch);
    assert_eq!((&view["on"], &view["port"]), (&json!(true), &json!(port)));

    let title = "A page asks for signatures";
    // The third button: no, and no question for a while.
    let no = async {
        // Keys that were meant for the window before it are not taken for a yes.
        desk.until_async(title, || async { is_there(&desk, title) })
            .await;
        desk.press("Return");
        press(&desk, &window, title, 0.83, "agent-page").await;
    };
    let (refused, ()) = tokio::join!(ask(port), no);
    assert_eq!(refused.0, 403, "{}", refused.1);
    assert_eq!(ask(port).await.0, 403);
    window.ask("forget_client", json!({ "label": PAGE })).await;

    // Longer, and then always.
    let answers = async {
        press(&desk, &window, title, 0.5, "agent-page-again").await;
        let title = "Allow a page for longer";
        press(&desk, &window, title, 0.5, "agent-page-longer").await;
    };
    let (signed, ()) = tokio::join!(ask(port), answers);
    assert_eq!(signed.0, 200, "{}", signed.1);
    assert_eq!(ask(port).await.0, 200);
    window.click("account-menu").await;
    window.click("open-settings").await;
    window.click("settings-programs").await;
    window.find("agent-client").await;

    // Held to a preset, after a dialog that names it.
    window.click("agent-edit").await;
    window.type_into("client-preset", "blog").await;
    let title = "Change what a client may use";
    let agree = press(&desk, &window, title, 0.25, "agent-edit");
    tokio::join!(window.click("client-save"), agree);
    desk.until_async("the preset is in the list", || async {
        window
            .find("agent-client")
            .await
            .text()
            .await
            .unwrap()
            .contains("blog")
    })
    .await;
    let refused = ask(port).await;
    assert_eq!(
        (refused.0, &refused.1["error"]["kind"]),
        (403, &json!("left_out"))
    );
    window.photograph_both(&desk, "agent-settings").await;

    // It is on again after a restart of Aloft, and off for good when it is switched off.
    window.click("agent").await;
    desk.until_async("the agent is off", || async {
        std::net::TcpStream::connect(("127.0.0.1", port)).is_err()
    })
    .await;
    window.close().await;
}
