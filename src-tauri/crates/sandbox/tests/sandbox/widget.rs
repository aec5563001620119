//! The widget stand-ins, as far as they can be asked without a browser.

use sandbox::WidgetMode;

use crate::support::Desk;

async fn text(desk: &Desk, url: url::Url) -> String {
    let response = desk.client.get(url).send().await.unwrap();
    assert_eq!(response.status(), 200);
    response.text().await.unwrap()
}

#[tokio::test]
async fn loader_and_frame_come_from_two_origins_and_know_each_other() {
    let desk = Desk::with(|config| config.widget = WidgetMode::ArrayRequest).await;
    let (script, frame) = (
        desk.sandbox.widget_script_url(),
        desk.sandbox.widget_frame_origin(),
    );
    assert_ne!(script.origin(), frame.origin());
    let loader = text(&desk, script).await;
    let origin = frame.as_str().trim_end_matches('/');
    assert!(
        loader.contains(&format!("\"frame\":\"{origin}\""))
            && loader.contains("\"mode\":\"array-request\"")
    );
    assert!(!loader.contains("__SETUP__"));
    // The loader stands under `connect-src 'none'`.
    assert!(!loader.contains("fetch(") && !loader.contains("XMLHttpRequest"));
    let page = text(&desk, frame.join("/widget/frame.html").unwrap()).await;
    assert!(page.contains("data-test=\"uw-file\"") && page.contains("data-test=\"uw-status\""));
    assert!(
        !text(&desk, frame.join("/widget/frame.js").unwrap())
            .await
            .contains("__SETUP__")
    );
    // The frame's port serves nothing else.
    let api = desk
        .client
        .get(frame.join("/v1_1/democloud/ping").unwrap())
        .send()
        .await
        .unwrap();
    assert_eq!(api.status(), 404);
}

#[tokio::test]
async fn what_gets_out_is_counted() {
    let desk = Desk::with(|config| config.widget = WidgetMode::Hostile).await;
    let script = desk.sandbox.widget_script_url();
    assert!(text(&desk, script.clone()).await.contains("hostileReport"));
    assert!(desk.sandbox.exfiltrated().is_empty());
    text(&desk, script.join("/widget/exfiltrated?how=image").unwrap()).await;
    desk.client
        .post(script.join("/widget/exfiltrated?how=form").unwrap())
        .body("x=1")
        .send()
        .await
        .unwrap();
    assert_eq!(desk.sandbox.exfiltrated(), ["image", "form"]);
}
