//! The secret is nowhere but in the signature and the one header that needs it.

use axum::http::StatusCode;
use cloudinary::{Client, DeliveryType, Destroy, Error, ResourceType};
use serde_json::json;

use crate::server::{KEY, SECRET, Seen, Server, bytes, client, target_at, upload};

fn basic() -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(format!("{KEY}:{SECRET}"))
}

fn assert_clean(what: &str) {
    assert!(!what.contains("CANARY"), "{what}");
    assert!(!what.contains(&basic()), "{what}");
}

fn assert_clean_error(error: &Error) {
    assert_clean(&format!(
        "{error} {error:?} {error:#?} {:?} {:?}",
        error.details(),
        error.said()
    ));
    let mut cause = std::error::Error::source(error);
    while let Some(next) = cause {
        assert_clean(&format!("{next} {next:?}"));
        cause = next.source();
    }
}

async fn every_call(client: &Client, url: &str) -> Vec<Error> {
    let target = target_at(url);
    let destroy = Destroy {
        resource_type: ResourceType::Image,
        delivery_type: DeliveryType::Upload,
        public_id: "a".into(),
        invalidate: true,
        clock_offset_seconds: 0,
    };
    let job = upload(bytes("a", b"a"), json!({}));
    [
        client.upload(&target, job, |_| {}).await.err(),
        client.destroy(&target, destroy).await.err(),
        client.ping(&target).await.err(),
        client.usage(&target).await.err(),
        client.config(&target).await.err(),
        client.upload_presets(&target).await.err(),
        client.folders(&target, Some("a/b")).await.err(),
        client
            .asset(&target, ResourceType::Image, DeliveryType::Upload, "a")
            .await
            .err(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A server, or a proxy, that repeats all it knows in its refusal.
#[tokio::test]
async fn a_refusal_that_repeats_the_secret_is_cleaned() {
    for status in [200, 400, 401, 403, 404, 409, 413, 420, 500, 503] {
        let echo = move |seen: &Seen| {
            let told = format!("{:?} {SECRET} {}", seen.headers, basic());
            let body = json!({"error": {"message": format!("Invalid Signature x. String to sign - '{told}'.")}});
            (
                StatusCode::from_u16(status).unwrap(),
                [("x-request-id", SECRET)],
                body.to_string(),
            )
        };
        let plain = move |_: &Seen| {
            (
                StatusCode::from_u16(status).unwrap(),
                format!("<p>{SECRET} {}", basic()),
            )
        };
        for server in [Server::start(echo).await, Server::start(plain).await] {
            let errors = every_call(&client(), &server.url).await;
            assert!(errors.len() >= 6, "{status}");
            errors.iter().for_each(assert_clean_error);
        }
    }
}

#[tokio::test]
async fn a_network_failure_shows_neither_secret_nor_address() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let errors = every_call(&client(), &url).await;
    assert_eq!(errors.len(), 8);
    for error in &errors {
        assert_clean_error(error);
        assert!(!format!("{error:?}").contains("v1_1"), "{error:?}");
    }
}

#[tokio::test]
async fn no_address_and_no_field_carries_the_secret() {
    let server = Server::start(|_| axum::Json(json!({"public_id": "a", "result": "ok"}))).await;
    let errors = every_call(&client(), &server.url).await;
    assert!(errors.is_empty(), "{errors:?}");
    let seen = server.seen();
    assert_eq!(seen.len(), 8);
    for one in &seen {
        assert_clean(&one.path_and_query);
        assert_clean(&String::from_utf8_lossy(&one.body));
        assert!(!one.path_and_query.contains("signature"));
        let is_admin = one.method == "GET";
        let authorization = one
            .headers
            .get("authorization")
            .map(|value| value.to_str().unwrap());
        assert_eq!(
            authorization,
            is_admin.then(|| format!("Basic {}", basic())).as_deref()
        );
    }
}

#[test]
fn what_is_printed_for_debugging_is_clean() {
    let target = target_at("http://127.0.0.1:1");
    let job = upload(bytes("a.png", b"CANARY in the content"), json!({}));
    assert_clean(&format!(
        "{target:?} {target:#?} {:?} {:?} {job:?}",
        target.auth,
        client()
    ));
    let link = cloudinary::Source::Url("https://example.com/?token=CANARY".parse().unwrap());
    assert_clean(&format!("{link:?}"));
}
