//! A widget script that is an attacker: it tries everything it can reach, and gets only refusals.

use sandbox::{Config, WidgetMode};
use serde_json::Value;

use crate::desk::Desk;
use crate::window::Window;

#[tokio::test(flavor = "multi_thread")]
async fn a_hostile_widget_script_gets_nothing() {
    let mut desk = Desk::start();
    // The sandbox of this home is run by the test, so that its widget can be hostile; the program
    // finds it running and uses it.
    let mut config = Config::new(desk.aloft_home().join("data/sandbox"));
    config.widget = WidgetMode::Hostile;
    let sandbox = sandbox::start(config).await.unwrap();

    let window = Window::open(&mut desk).await;
    window.try_sandbox().await;
    window.click("add-menu").await;
    window.click("open-widget").await;
    window.switch_to(&desk, "/widget.html").await;
    let bridge = window.client.current_url().await.unwrap();

    window.css("iframe").await.enter_frame().await.unwrap();
    // A click is a gesture: some doors open only for one.
    window.css("body").await.click().await.unwrap();
    window.css("html[data-hostile-report]").await;
    let report = window
        .css("html")
        .await
        .attr("data-hostile-report")
        .await
        .unwrap()
        .unwrap();
    let report: Value = serde_json::from_str(&report).unwrap();
    let tried = report.as_object().unwrap();
    assert!(
        tried.len() >= 10,
        "the attacker did not try enough: {report}"
    );
    let succeeded: Vec<_> = tried
        .iter()
        .filter(|(_, outcome)| outcome["succeeded"] == Value::Bool(true))
        .collect();
    assert!(succeeded.is_empty(), "{succeeded:?}");
    window.client.enter_parent_frame().await.unwrap();

    assert_eq!(
        window.client.current_url().await.unwrap(),
        bridge,
        "our page was navigated away"
    );
    assert_eq!(
        window.client.windows().await.unwrap().len(),
        2,
        "a window was opened"
    );
    assert_eq!(sandbox.exfiltrated(), Vec::<String>::new());
    window.find("bridge-refusal").await;
    window.photograph("hostile").await;
    window.close().await;
    sandbox.stop().await;
}
