//! A hostile page in a browser of this computer, and a hostile process on it: each attack, and the refusal it gets.

use std::io::Read;
use std::net::TcpStream;
use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{Desk, PAGE, page, signs};
use crate::widget::wanted;

const JSON: (&str, &str) = ("content-type", "application/json");

/// The page's own name was made to lead here: its browser takes us for its own server, sends no preflight and lets it
/// read everything.
#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_was_made_to_lead_here() {
    let desk = Desk::open().await;
    let port = desk.agent.port();
    let name = format!("evil.example:{port}");
    let origin = format!("http://{name}");
    let body = json!({ "paramsToSign": wanted() }).to_string();
    let headers = [("host", name.as_str()), ("origin", &origin), JSON];
    let refused = desk.send(Method::POST, "/api/sign", &headers, body).await;
    assert_eq!(
        (refused.status, refused.kind()),
        (StatusCode::MISDIRECTED_REQUEST, "other_host")
    );
    let look = desk
        .send(Method::GET, "/", &[("host", name.as_str())], "")
        .await;
    assert_eq!(look.status, StatusCode::MISDIRECTED_REQUEST);
    assert_eq!((desk.asked(), refused.readable_by()), (0, None));
}

/// What a form, `sendBeacon` or `fetch` without CORS can send, without the browser asking first.
#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_sent_here() {
    let desk = Desk::open().await;
    desk.world
        .aloft
        .allow_origin(&page(), signs())
        .await
        .unwrap();
    let body = json!({ "paramsToSign": wanted() }).to_string();
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
    ] {
        for origin in [PAGE, "https://evil.example"] {
            let headers = [("origin", origin), ("content-type", kind)];
            let refused = desk
                .send(Method::POST, "/api/sign", &headers, body.clone())
                .await;
            assert_eq!(refused.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
            assert!(refused.body.get("signature").is_none());
        }
    }
    // The clipboard without a word, as plugins ask for it.
    let refused = desk
        .send(Method::POST, "/upload", &[("origin", PAGE)], "")
        .await;
    assert_eq!(refused.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!((desk.asked(), desk.world.uploads_sent()), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_not_allowed_reads_nothing_not_even_a_refusal() {
    let desk = Desk::open().await;
    let evil = "https://evil.example";
    let preflight = desk.preflight(evil).await;
    assert_eq!(preflight.status, StatusCode::FORBIDDEN);
    let refused = desk.sign_for_page(evil).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    for answer in [preflight, refused] {
        let cors = answer.headers.keys();
        let cors: Vec<_> = cors
            .filter(|name| name.as_str().starts_with("access-control"))
            .collect();
        assert!(cors.is_empty(), "{cors:?}");
    }
    assert_eq!(desk.asked(), 1);

    // An allowed page reads its refusals, so that it can show them.
    desk.world
        .aloft
        .allow_origin(&page(), signs())
        .await
        .unwrap();
    let refused = desk
        .sign_as(("origin", PAGE), &json!({ "public_id": "x" }))
        .await;
    assert_eq!(
        (refused.status, refused.readable_by()),
        (StatusCode::FORBIDDEN, Some(PAGE))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_without_an_origin_and_one_that_makes_one_up() {
    let desk = Desk::open().await;
    let token = desk.token("Shop", signs()).await;
    for (origin, kind) in [
        ("null", "null_origin"),
        ("http://localhost:3000/x", "bad_origin"),
    ] {
        let headers = [("origin", origin), ("authorization", token.as_str()), JSON];
        let body = json!({ "paramsToSign": wanted() }).to_string();
        let refused = desk.send(Method::POST, "/api/sign", &headers, body).await;
        assert_eq!(
            (refused.status, refused.kind()),
            (StatusCode::FORBIDDEN, kind)
        );
    }
    assert_eq!(desk.asked(), 0);
}

/// A process of this computer is no page: without a token it gets nothing, and guessing is slow.
#[tokio::test(flavor = "multi_thread")]
async fn a_process_without_a_token() {
    let desk = Desk::open().await;
    let right = desk.token("Shop", signs()).await;
    let body = json!({ "paramsToSign": wanted() }).to_string();
    let nobody = desk.send(Method::POST, "/api/sign", &[JSON], body).await;
    assert_eq!(
        (nobody.status, nobody.kind()),
        (StatusCode::UNAUTHORIZED, "no_caller")
    );
    assert_eq!(nobody.header("www-authenticate"), Some("Bearer"));

    let mut guesses = Vec::new();
    for number in 0..15 {
        let guess = format!("Bearer aloft_{number:064x}");
        guesses.push(desk.sign_as(("authorization", &guess), &wanted()).await);
    }
    assert_eq!(
        (guesses[0].status, guesses[0].kind()),
        (StatusCode::UNAUTHORIZED, "wrong_token")
    );
    let last = guesses.last().unwrap();
    assert_eq!(last.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(last.header("retry-after"), Some("6"));
    // Guessing holds up nobody who has one.
    let signed = desk.sign_as(("authorization", &right), &wanted()).await;
    assert_eq!(signed.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_asks_faster_than_files_are_uploaded() {
    let desk = Desk::open().await;
    let (quick, other) = (
        desk.token("Quick", signs()).await,
        desk.token("Other", signs()).await,
    );
    let params = wanted();
    let flood = (0..80).map(|_| desk.sign_as(("authorization", &quick), &params));
    let flood = futures_util::future::join_all(flood).await;
    let good = flood
        .iter()
        .filter(|one| one.status == StatusCode::OK)
        .count();
    assert!((20..80).contains(&good), "{good}");
    let slow = flood
        .iter()
        .find(|one| one.status == StatusCode::TOO_MANY_REQUESTS)
        .unwrap();
    assert_eq!(
        (slow.kind(), slow.header("retry-after")),
        ("too_fast", Some("1"))
    );
    let signed = desk.sign_as(("authorization", &other), &params).await;
    assert_eq!(signed.status, StatusCode::OK);
}

/// More connections than the agent holds at a time, of which none says anything: they end, and whoever waits behind them
/// gets an answer.
#[tokio::test(flavor = "multi_thread")]
async fn connections_that_say_nothing() {
    const SILENT: usize = 200;
    let desk = Desk::open().await;
    let token = desk.token("Shop", signs()).await;
    let connect = || TcpStream::connect(("127.0.0.1", desk.agent.port())).unwrap();
    let silent: Vec<TcpStream> = std::iter::repeat_with(connect).take(SILENT).collect();
    let params = wanted();
    let signed = desk.sign_as(("authorization", &token), &params);
    let signed = tokio::time::timeout(Duration::from_secs(15), signed).await;
    assert_eq!(signed.unwrap().status, StatusCode::OK);
    let has_ended = |mut stream: &TcpStream| {
        stream.set_nonblocking(true).unwrap();
        matches!(stream.read(&mut [0]), Ok(0))
    };
    assert!(has_ended(&silent[0]) && !has_ended(&silent[SILENT - 1]));
}

/// One request more than the agent takes at a time, of which none sends what it announced: it hears so at once, and it is in
/// the log.
#[tokio::test(flavor = "multi_thread")]
async fn one_request_too_many_is_told_so_and_written_down() {
    const AT_ONCE: usize = 96;
    let desk = Desk::open().await;
    let port = desk.agent.port();
    let ask = async || {
        let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", port))
            .await
            .unwrap();
        let head = format!(
            "POST /upload HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer x\r\n\
             Content-Type: application/json\r\nContent-Length: 9\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = vec![0; 4096];
        let length = stream.read(&mut answer).await.unwrap();
        String::from_utf8_lossy(&answer[..length]).into_owned()
    };
    let all = (0..=AT_ONCE).map(|_| Box::pin(ask()));
    let (first, _, others) = futures_util::future::select_all(all).await;
    assert_eq!(others.len(), AT_ONCE);
    assert!(first.starts_with("HTTP/1.1 503 "), "{first}");
    let body: Value = serde_json::from_str(first.split_once("\r\n\r\n").unwrap().1).unwrap();
    assert_eq!(body["success"], json!(false), "{first}");
    drop(others);
    desk.noted("upload_refused", "crowded").await;
}

/// Clients of PicGo's door read `success` and `message`, whatever is wrong with what they sent.
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_upload_is_said_as_picgo_says_it() {
    let desk = Desk::open().await;
    let key = ("authorization", "Bearer x");
    let host = ("host", "evil.example");
    let text = ("content-type", "text/plain");
    let by_us = ("idempotency-key", "");
    for (method, headers, status, kind) in [
        (
            Method::POST,
            vec![JSON],
            StatusCode::UNAUTHORIZED,
            "no_caller",
        ),
        (
            Method::POST,
            vec![key, text],
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "not_json",
        ),
        (
            Method::POST,
            vec![key, JSON, host],
            StatusCode::MISDIRECTED_REQUEST,
            "other_host",
        ),
        (
            Method::POST,
            vec![key, JSON, ("origin", "null")],
            StatusCode::FORBIDDEN,
            "null_origin",
        ),
        (
            Method::POST,
            vec![key, JSON, by_us],
            StatusCode::BAD_REQUEST,
            "bad_key",
        ),
        (
            Method::PUT,
            vec![key, JSON],
            StatusCode::METHOD_NOT_ALLOWED,
            "other_method",
        ),
        (
            Method::POST,
            vec![key, JSON],
            StatusCode::BAD_REQUEST,
            "bad_body",
        ),
    ] {
        let answer = desk.send(method, "/upload", &headers, "x").await;
        assert_eq!(answer.status, status, "{kind}");
        let body = answer.body.as_object().unwrap();
        let names: Vec<_> = body.keys().map(String::as_str).collect();
        assert_eq!(names, ["message", "success"], "{kind}");
        assert_eq!(body["success"], json!(false), "{kind}");
        desk.noted("upload_refused", kind).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_large_or_not_what_is_wanted() {
    let desk = Desk::open().await;
    let token = desk.token("Shop", signs()).await;
    let headers = [("authorization", token.as_str()), JSON];
    let large = format!(
        "{{\"paramsToSign\": {{\"a\": \"{}\"}}}}",
        "x".repeat(64 * 1024)
    );
    let refused = desk.send(Method::POST, "/api/sign", &headers, large).await;
    assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
    let more = json!({ "paramsToSign": wanted(), "account": "other" }).to_string();
    let refused = desk.send(Method::POST, "/api/sign", &headers, more).await;
    assert_eq!(
        (refused.status, refused.kind()),
        (StatusCode::BAD_REQUEST, "bad_body")
    );
    let none = desk.send(Method::DELETE, "/api/sign", &headers, "").await;
    assert_eq!(none.header("allow"), Some("POST, OPTIONS"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_looks_is_told_nothing_of_accounts_and_clients() {
    let desk = Desk::open().await;
    desk.token("Shop", signs()).await;
    let look = desk
        .send(Method::GET, "/", &[("origin", "https://evil.example")], "")
        .await;
    assert_eq!(
        (look.status, look.body),
        (StatusCode::OK, json!({ "agent": "aloft" }))
    );
    assert!(look.headers.get("access-control-allow-origin").is_none());
    let head = desk.send(Method::HEAD, "/", &[], "").await;
    assert_eq!(head.status, StatusCode::OK);
}
