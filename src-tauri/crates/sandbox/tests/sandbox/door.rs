//! Who is let in: host names, origins, connections.

use crate::support::{CLOUD, Desk, KEY, PNG, SECRET, refusal};

#[tokio::test]
async fn only_this_computers_own_names_are_answered() {
    let desk = Desk::new().await;
    let port = desk.sandbox.url().port().unwrap();
    let ask = |host: String| {
        desk.client
            .get(desk.url("ping"))
            .header("Host", host)
            .basic_auth(KEY, Some(SECRET))
            .send()
    };
    for good in [
        format!("127.0.0.1:{port}"),
        format!("localhost:{port}"),
        format!("LOCALHOST:{port}"),
    ] {
        assert_eq!(ask(good).await.unwrap().status(), 200);
    }
    for bad in [
        "evil.example".to_owned(),
        format!("evil.example:{port}"),
        "127.0.0.1".to_owned(),
        "localhost:1".to_owned(),
        format!("127.0.0.1.evil.example:{port}"),
    ] {
        assert_eq!(refusal(ask(bad).await.unwrap()).await.0, 421);
    }
    let asset = desk.uploaded("auto/upload", "a.png", PNG, &[]).await;
    let link = asset["url"].as_str().unwrap();
    assert_eq!(
        desk.client
            .get(link)
            .header("Host", "evil.example")
            .send()
            .await
            .unwrap()
            .status(),
        421
    );
    let mut frame = desk.sandbox.widget_frame_origin();
    frame.set_path("/widget/frame.html");
    assert_eq!(
        desk.client
            .get(frame.clone())
            .header("Host", "evil.example")
            .send()
            .await
            .unwrap()
            .status(),
        421
    );
    assert_eq!(desk.client.get(frame).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn no_web_page_but_the_widget_may_call() {
    let desk = Desk::new().await;
    let frame = desk
        .sandbox
        .widget_frame_origin()
        .as_str()
        .trim_end_matches('/')
        .to_owned();
    let preflight = |origin: &str| {
        desk.client
            .request(reqwest::Method::OPTIONS, desk.url("auto/upload"))
            .header("Origin", origin)
            .send()
    };
    let allowed = preflight(&frame).await.unwrap();
    assert_eq!(allowed.status(), 204);
    assert_eq!(
        allowed.headers()["access-control-allow-origin"]
            .to_str()
            .unwrap(),
        frame
    );
    assert!(
        allowed.headers()["access-control-allow-headers"]
            .to_str()
            .unwrap()
            .contains("content-range")
    );
    for origin in ["https://evil.example", "null", "http://127.0.0.1:1"] {
        let refused = preflight(origin).await.unwrap();
        assert_eq!(refused.status(), 403, "{origin}");
        assert!(
            !refused
                .headers()
                .contains_key("access-control-allow-origin")
        );
        let form = [
            ("upload_preset", desk.sandbox.unsigned_preset()),
            ("file", "data:,x"),
        ];
        let posted = desk
            .client
            .post(desk.url("auto/upload"))
            .header("Origin", origin)
            .form(&form)
            .send()
            .await
            .unwrap();
        assert_eq!(posted.status(), 403);
    }
    let form = [
        ("upload_preset", desk.sandbox.unsigned_preset()),
        ("file", "data:,x"),
    ];
    let posted = desk
        .client
        .post(desk.url("auto/upload"))
        .header("Origin", &frame)
        .form(&form)
        .send()
        .await
        .unwrap();
    assert_eq!(
        (
            posted.status().as_u16(),
            posted.headers()["access-control-allow-origin"]
                .to_str()
                .unwrap()
        ),
        (200, frame.as_str())
    );
}

#[tokio::test]
async fn one_connection_serves_many_requests() {
    let desk = Desk::new().await;
    for index in 0..20 {
        desk.uploaded("auto/upload", "a.png", PNG, &[]).await;
        // Refusals do not cost the connection either.
        let status = desk
            .client
            .post(desk.url("auto/upload"))
            .body("x".repeat(50_000))
            .send()
            .await
            .unwrap()
            .bytes()
            .await;
        assert!(status.is_ok(), "{index}");
        desk.admin_json("ping").await;
    }
    assert_eq!(desk.sandbox.connections(), 1);
}

#[tokio::test]
async fn encoded_slashes_and_slashes_at_the_end_do_not_matter() {
    let desk = Desk::new().await;
    for path in [
        "ping/",
        "resources%2Fimage%2Fupload",
        "folders/",
        "config/?settings=true",
    ] {
        assert_eq!(desk.admin(path).await.status(), 200, "{path}");
    }
    let (status, message) = refusal(desk.admin("nothing/like/this").await).await;
    assert_eq!(
        (status, message.as_str()),
        (404, "The sandbox has no GET /nothing/like/this")
    );
}

#[tokio::test]
async fn everything_asked_is_recorded_but_no_secret() {
    let desk = Desk::new().await;
    desk.admin_json("config?settings=true").await;
    desk.uploaded("auto/upload", "a.png", PNG, &[("tags", "x")])
        .await;
    let requests = desk.sandbox.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(
        (
            requests[0].method.as_str(),
            requests[0].status,
            requests[0].header("authorization")
        ),
        ("GET", 200, Some("Basic"))
    );
    assert_eq!(
        requests[0].path,
        format!("/v1_1/{CLOUD}/config?settings=true")
    );
    assert_eq!(
        (requests[1].field("tags"), requests[1].field("api_key")),
        (Some("x"), Some(KEY))
    );
    let file = &requests[1].files[0];
    assert_eq!(
        (file.name.as_str(), file.size, file.md5.clone()),
        ("a.png", PNG.len() as u64, Some(crate::support::md5_of(PNG)))
    );
    assert!(!format!("{requests:?}").contains(SECRET));
}

#[tokio::test]
async fn stopping_lets_a_request_finish_and_frees_the_port() {
    let desk = Desk::with(|config| config.latency = std::time::Duration::from_millis(200)).await;
    let (url, port) = (desk.url("ping"), desk.sandbox.url().port().unwrap());
    let client = desk.client.clone();
    let request =
        tokio::spawn(async move { client.get(url).basic_auth(KEY, Some(SECRET)).send().await });
    while desk.sandbox.connections() == 0 {
        tokio::task::yield_now().await;
    }
    desk.sandbox.stop().await;
    assert_eq!(request.await.unwrap().unwrap().status(), 200);
    std::net::TcpListener::bind(("127.0.0.1", port)).unwrap();
}

/// Every other address of this computer, the loopback network's included, is closed.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn only_127_0_0_1_is_listened_on() {
    use std::net::TcpStream;

    let desk = Desk::new().await;
    let ports = [desk.sandbox.url(), desk.sandbox.widget_frame_origin()];
    for port in ports.map(|url| url.port().unwrap()) {
        assert!(TcpStream::connect(("127.0.0.1", port)).is_ok());
        for other in ["127.0.0.2", "127.255.255.254", "::1"] {
            let refused = TcpStream::connect((other, port)).map(drop).unwrap_err();
            assert!(
                matches!(
                    refused.kind(),
                    std::io::ErrorKind::ConnectionRefused | std::io::ErrorKind::AddrNotAvailable
                ),
                "{other}:{port}: {refused}"
            );
        }
    }
}

#[tokio::test]
async fn nobody_is_fetched_from_and_nobody_is_called() {
    let desk = Desk::new().await;
    let elsewhere = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    elsewhere.set_nonblocking(true).unwrap();
    let address = format!("http://{}/x.png", elsewhere.local_addr().unwrap());

    let fetched = desk.post("image/upload", &[("file", &address)]).await;
    let (status, message) = refusal(fetched).await;
    assert_eq!(status, 400, "{message}");
    let notified = [
        ("notification_url", address.as_str()),
        ("eager", "w_10"),
        ("eager_notification_url", &address),
        ("public_id", "told"),
    ];
    desk.uploaded("image/upload", "a.png", PNG, &notified).await;
    let destroyed = [("public_id", "told"), ("notification_url", &address)];
    assert_eq!(desk.post("image/destroy", &destroyed).await.status(), 200);
    // What were sent late would be sent before the sandbox has stopped.
    desk.sandbox.stop().await;
    let called = elsewhere.accept().map(|(_, from)| from);
    assert!(called.is_err(), "a connection from {called:?}");
}
