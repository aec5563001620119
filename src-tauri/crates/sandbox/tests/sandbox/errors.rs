//! The service's own words for what is wrong (protocol sheet 5).

use sandbox::SandboxError;
use serde_json::json;

use crate::support::{Desk, KEY, PNG, SECRET, config, form, refusal, signed};

#[tokio::test]
async fn authorisation_fails_in_the_services_words() {
    let desk = Desk::with(|config| config.frozen_clock = Some(1_712_845_418)).await;
    let post = |fields: Vec<(String, String)>| {
        desk.client
            .post(desk.url("image/destroy"))
            .form(&fields)
            .send()
    };
    let text = |name: &str, value: &str| (name.to_owned(), value.to_owned());

    let stale = signed(&[("public_id", "a"), ("timestamp", "1712841817")]);
    let said =
        "Stale request - reported time is 2024-04-11 13:23:37 +0000 which is more than 1 hour ago";
    assert_eq!(
        refusal(post(stale).await.unwrap()).await,
        (400, said.to_owned())
    );
    assert_eq!(
        post(signed(&[("public_id", "a"), ("timestamp", "1712841818")]))
            .await
            .unwrap()
            .status(),
        200
    );

    let mut other_key = signed(&[("public_id", "a"), ("timestamp", "1712845418")]);
    other_key.retain(|(name, _)| name != "api_key");
    assert_eq!(
        refusal(post(other_key.clone()).await.unwrap()).await,
        (400, "Missing required parameter - api_key".to_owned())
    );
    other_key.push(text("api_key", "123"));
    assert_eq!(
        refusal(post(other_key).await.unwrap()).await,
        (401, "Unknown API key 123".to_owned())
    );

    let wrong = vec![
        text("public_id", "a&b"),
        text("timestamp", "1712845418"),
        text("api_key", KEY),
        text("signature", "abc"),
    ];
    let said = "Invalid Signature abc. String to sign - 'public_id=a%26b&timestamp=1712845418'.";
    assert_eq!(
        refusal(post(wrong).await.unwrap()).await,
        (401, said.to_owned())
    );

    let no_id = signed(&[("timestamp", "1712845418"), ("type", "upload")]);
    assert_eq!(
        refusal(post(no_id).await.unwrap()).await,
        (400, "Missing required parameter - public_id".to_owned())
    );
}

#[tokio::test]
async fn the_admin_api_says_which_of_the_three_is_wrong() {
    let desk = Desk::new().await;
    let ask = |url: String, key: &'static str, secret: &'static str| {
        desk.client.get(url).basic_auth(key, Some(secret)).send()
    };
    assert_eq!(
        refusal(ask(desk.url("ping"), "other", SECRET).await.unwrap()).await,
        (401, "unknown api_key".to_owned())
    );
    assert_eq!(
        refusal(ask(desk.url("ping"), KEY, "other").await.unwrap()).await,
        (401, "api_secret mismatch".to_owned())
    );
    let elsewhere = format!("{}v1_1/other/ping", desk.sandbox.url());
    assert_eq!(
        refusal(ask(elsewhere, KEY, SECRET).await.unwrap()).await,
        (401, "Invalid cloud_name other".to_owned())
    );
    assert_eq!(
        desk.client
            .get(desk.url("ping"))
            .send()
            .await
            .unwrap()
            .status(),
        401
    );
    assert_eq!(
        desk.client
            .get(desk.url("ping"))
            .bearer_auth("t")
            .send()
            .await
            .unwrap()
            .status(),
        401
    );
}

#[tokio::test]
async fn basic_authorisation_wins_over_a_signature() {
    let desk = Desk::new().await;
    let fields = vec![
        ("signature".to_owned(), "wrong".to_owned()),
        ("api_key".to_owned(), KEY.to_owned()),
    ];
    let request = desk
        .client
        .post(desk.url("image/upload"))
        .basic_auth(KEY, Some(SECRET));
    assert_eq!(
        request
            .multipart(form(&fields, "a.png", PNG))
            .send()
            .await
            .unwrap()
            .status(),
        200
    );
}

#[tokio::test]
async fn uploads_fail_in_the_services_words() {
    let desk = Desk::with(|config| config.max_request_bytes = 1_000).await;
    let said = "File size too large. Got 1001. Maximum is 1000. Upgrade your plan to enjoy higher limits https://www.cloudinary.com/pricing/upgrades/file-limit";
    assert_eq!(
        refusal(desk.upload("raw/upload", "a", &[1; 1_001], &[]).await).await,
        (400, said.to_owned())
    );
    assert_eq!(
        refusal(desk.post("raw/upload", &[]).await).await,
        (400, "Missing required parameter - file".to_owned())
    );
    let slashed = desk
        .upload("raw/upload", "a", b"x", &[("display_name", "a/b")])
        .await;
    assert_eq!(
        refusal(slashed).await,
        (400, "Display name cannot contain slashes".to_owned())
    );
    let bracketed = desk.post("raw/upload", &[("file[]", "data:,x")]).await;
    assert_eq!(bracketed.status(), 400);
    let nowhere = desk.upload("other/upload", "a", b"x", &[]).await;
    assert_eq!(refusal(nowhere).await.0, 400);
    let format = desk
        .upload(
            "auto/upload",
            "a.png",
            PNG,
            &[("allowed_formats", "jpg,gif")],
        )
        .await;
    assert_eq!(refusal(format).await.0, 400);
    let cut = desk
        .client
        .post(desk.url("raw/upload"))
        .header("Content-Type", "multipart/form-data; boundary=b")
        .body("--b\r\nContent-Dis")
        .send();
    assert_eq!(refusal(cut.await.unwrap()).await.0, 400);
    assert_eq!(
        desk.admin_json("resources/raw").await,
        json!({"resources": []})
    );
}

#[tokio::test]
async fn a_sandbox_says_why_it_does_not_start() {
    let desk = Desk::new().await;
    let again = sandbox::start(config(&desk.folder)).await;
    let Err(SandboxError::AlreadyRunning { url, .. }) = again else {
        panic!("the folder was given twice")
    };
    assert_eq!(url, Some(desk.sandbox.url()));

    let other = tempfile::TempDir::new().unwrap();
    let mut taken = config(&other);
    taken.port = desk.sandbox.url().port();
    assert!(matches!(
        sandbox::start(taken).await,
        Err(SandboxError::Port { .. })
    ));
    let mut odd = config(&other);
    odd.cloud_name = Some("a/b".to_owned());
    assert!(matches!(
        sandbox::start(odd).await,
        Err(SandboxError::Credentials { .. })
    ));
    std::fs::write(other.path().join("sandbox.json"), "{").unwrap();
    assert!(matches!(
        sandbox::start(config(&other)).await,
        Err(SandboxError::Unreadable { .. })
    ));
}
