//! What the service may say against an upload, and what that means.

use std::time::Duration;

use axum::http::StatusCode;
use axum::response::IntoResponse;
use cloudinary::Decision::{Permanent, Persistent, Temporary};
use cloudinary::{Chunk, Decision, Error, ErrorKind, Target, UploadAnswer};
use serde_json::json;

use crate::server::{Seen, Server, bytes, client, fields, upload};

const SOON: Decision = Temporary { after: None };
const RATE_LIMIT: &str = "Rate Limit Exceeded. Limit of 500 api operations reached. Try again on 2026-11-24 11:30:00 UTC";

type Headers = &'static [(&'static str, &'static str)];

pub(crate) async fn outcome(target: &Target, chunk: Option<Chunk>) -> Result<UploadAnswer, Error> {
    let mut job = upload(bytes("cat.png", b"12345"), json!({"public_id": "a&b"}));
    job.chunk = chunk;
    client().upload(target, job, |_| {}).await
}

async fn refused(status: u16, headers: Headers, body: String) -> Error {
    let server = Server::start(move |_| {
        let mut response = (StatusCode::from_u16(status).unwrap(), body.clone()).into_response();
        for (name, value) in headers {
            response.headers_mut().insert(*name, value.parse().unwrap());
        }
        response
    })
    .await;
    outcome(&server.target(), None).await.unwrap_err()
}

fn error_body(message: &str) -> String {
    json!({"error": {"message": message}}).to_string()
}

#[tokio::test]
async fn every_known_refusal_becomes_its_decision() {
    let rows: &[(u16, &str, ErrorKind, Decision)] = &[
        (
            401,
            "Invalid Signature 0123. String to sign - 'nonsense'.",
            ErrorKind::SignatureMismatch,
            Permanent,
        ),
        (
            401,
            "Invalid Signature 0123.",
            ErrorKind::WrongSecret,
            Persistent,
        ),
        (
            400,
            "Stale request - reported time is 2024-04-11 13:23:38 +0000 which is more than 1 hour ago",
            ErrorKind::StaleRequest,
            SOON,
        ),
        (
            400,
            "Missing required parameter - public_id",
            ErrorKind::Refused,
            Permanent,
        ),
        (401, "Unknown API key 123", ErrorKind::WrongKey, Persistent),
        (401, "unknown api_key", ErrorKind::WrongKey, Persistent),
        (401, "Invalid api_key 123", ErrorKind::WrongKey, Persistent),
        (
            401,
            "api_secret mismatch",
            ErrorKind::WrongSecret,
            Persistent,
        ),
        (
            401,
            "cloud_name mismatch",
            ErrorKind::WrongCloud,
            Persistent,
        ),
        (
            401,
            "Invalid cloud_name nope",
            ErrorKind::WrongCloud,
            Persistent,
        ),
        (
            404,
            "Invalid cloud_name nope",
            ErrorKind::WrongCloud,
            Persistent,
        ),
        (
            401,
            "This account is disabled",
            ErrorKind::Unauthorised,
            Persistent,
        ),
        (
            400,
            "Cloud c belongs to eu geo, please access via api-eu.cloudinary.com",
            ErrorKind::WrongRegion,
            Persistent,
        ),
        (
            400,
            "Upload preset must be specified when using unsigned upload",
            ErrorKind::PresetRefused,
            Permanent,
        ),
        (
            400,
            "Upload preset must be whitelisted for unsigned uploads",
            ErrorKind::PresetRefused,
            Permanent,
        ),
        (
            400,
            "Upload preset not found",
            ErrorKind::PresetRefused,
            Permanent,
        ),
        (
            400,
            "Eval parameter is not allowed when using unsigned upload. Only upload_preset,callback upload parameters are allowed.",
            ErrorKind::Refused,
            Permanent,
        ),
        (
            400,
            "File size too large. Got 11059999. Maximum is 10485760. Upgrade your plan to enjoy higher limits",
            ErrorKind::TooLarge,
            Permanent,
        ),
        (
            413,
            "File size too large. Got 1. Maximum is 2.",
            ErrorKind::TooLarge,
            Permanent,
        ),
        (400, "Invalid image file", ErrorKind::NotAnImage, Permanent),
        (400, "Empty file", ErrorKind::SourceEmpty, Permanent),
        (
            400,
            "Unsupported source URL: x",
            ErrorKind::Refused,
            Permanent,
        ),
        (400, "Raw convert is invalid", ErrorKind::Refused, Permanent),
        (
            400,
            "Metadata External IDs do not exist: [\"x\"]",
            ErrorKind::Refused,
            Permanent,
        ),
        (
            400,
            "Display name cannot contain slashes",
            ErrorKind::Refused,
            Permanent,
        ),
        (
            400,
            "All parts except EOF-chunk must be larger than 5mb",
            ErrorKind::Refused,
            Permanent,
        ),
        (
            400,
            "Error in loading https://e.com - ERR_DNS_FAIL 0",
            ErrorKind::LinkFailed,
            SOON,
        ),
        (
            400,
            "Error in loading https://e.com - HTML response",
            ErrorKind::LinkFailed,
            Permanent,
        ),
        (
            404,
            "Resource not found - https://e.com/a.png",
            ErrorKind::LinkFailed,
            Permanent,
        ),
        (
            404,
            "Resource not found - cat",
            ErrorKind::NotFound,
            Permanent,
        ),
        (
            404,
            "Can't find folder with path p",
            ErrorKind::NotFound,
            Permanent,
        ),
        (
            400,
            "to_public_id cat already exists",
            ErrorKind::NameTaken,
            Permanent,
        ),
        (
            409,
            "external id x already exists",
            ErrorKind::NameTaken,
            Permanent,
        ),
        (409, "conflict", ErrorKind::NameTaken, Permanent),
        (403, "Forbidden", ErrorKind::Forbidden, Persistent),
        (
            420,
            "Rate Limit Exceeded. Limit of 50 Rekognition AI Moderation operations reached.",
            ErrorKind::AddOnRefused,
            Permanent,
        ),
        (
            420,
            "You don't have an active subscription for OCR",
            ErrorKind::AddOnRefused,
            Permanent,
        ),
        (420, "Rate Limit Exceeded", ErrorKind::RateLimited, SOON),
        (429, "Too many requests", ErrorKind::RateLimited, SOON),
        (423, "Processing", ErrorKind::ServiceTrouble, SOON),
        (408, "Timeout", ErrorKind::ServiceTrouble, SOON),
        (500, "General Error", ErrorKind::ServiceTrouble, SOON),
        (502, "x", ErrorKind::ServiceTrouble, SOON),
        (503, "Invalid Signature", ErrorKind::ServiceTrouble, SOON),
        (504, "x", ErrorKind::ServiceTrouble, SOON),
        (509, "x", ErrorKind::ServiceTrouble, SOON),
        (418, "A wholly new text", ErrorKind::Refused, Permanent),
        (400, "A wholly new text", ErrorKind::Refused, Permanent),
    ];
    for (status, message, kind, decision) in rows {
        let error = refused(*status, &[], error_body(message)).await;
        assert_eq!(
            (error.kind(), error.decision()),
            (*kind, *decision),
            "{status} {message}: {error:?}"
        );
        let text = error.to_string();
        assert!(
            text.starts_with(|c: char| c.is_uppercase() || c.is_ascii_lowercase())
                && text.len() < 400,
            "{text}"
        );
        assert_eq!(
            serde_json::to_value(error.kind()).unwrap(),
            error.kind().as_str()
        );
        // The texts drift: case must not matter, nor what follows.
        let drifted = refused(*status, &[], error_body(&message.to_lowercase())).await;
        if !message.contains("String to sign") {
            assert_eq!(drifted.kind(), *kind, "{message}");
        }
    }
}

#[tokio::test]
async fn a_body_that_is_not_json_goes_by_its_status() {
    for (status, kind, decision) in [
        (200, ErrorKind::NotJson, SOON),
        (400, ErrorKind::NotJson, SOON),
        (403, ErrorKind::NotJson, SOON),
        (404, ErrorKind::NotJson, SOON),
        (401, ErrorKind::Unauthorised, Persistent),
        (407, ErrorKind::ProxyRefused, Persistent),
        (413, ErrorKind::TooLarge, Permanent),
        (420, ErrorKind::RateLimited, SOON),
        (429, ErrorKind::RateLimited, SOON),
        (500, ErrorKind::ServiceTrouble, SOON),
        (502, ErrorKind::ServiceTrouble, SOON),
        (504, ErrorKind::ServiceTrouble, SOON),
    ] {
        for body in ["<html><h1>Hello\r\n</h1>", "", "{\"error\":", "\u{0}\u{1}"] {
            let error = refused(status, &[], body.to_owned()).await;
            assert_eq!(
                (error.kind(), error.decision()),
                (kind, decision),
                "{status} {body:?}: {error:?}"
            );
            assert!(!error.details().unwrap_or_default().contains('\n'));
        }
    }
}

#[tokio::test]
async fn the_message_is_found_in_the_header_too() {
    let error = refused(400, &[("x-cld-error", "Invalid image file")], String::new()).await;
    assert_eq!(error.kind(), ErrorKind::NotAnImage);
    let error = refused(400, &[], json!({"error": "Invalid image file"}).to_string()).await;
    assert_eq!(error.kind(), ErrorKind::NotAnImage);
}

#[tokio::test]
async fn the_service_says_how_long_to_wait() {
    let rows: [(u16, Headers, &str, Option<u64>); 9] = [
        (429, &[("retry-after", "17")], "x", Some(17)),
        (503, &[("retry-after", "3")], "x", Some(3)),
        (
            429,
            &[
                ("date", "Tue, 24 Nov 2026 11:00:00 GMT"),
                ("retry-after", "Tue, 24 Nov 2026 11:00:09 GMT"),
            ],
            "x",
            Some(9),
        ),
        (
            420,
            &[("date", "Tue, 24 Nov 2026 11:00:00 GMT")],
            RATE_LIMIT,
            Some(1800),
        ),
        (
            420,
            &[("date", "Tue, 24 Nov 2026 12:00:00 GMT")],
            RATE_LIMIT,
            Some(0),
        ),
        (
            420,
            &[
                ("date", "Tue, 24 Nov 2026 11:00:00 GMT"),
                ("x-featureratelimit-reset", "Tue, 24 Nov 2026 12:00:00 GMT"),
            ],
            "x",
            Some(3600),
        ),
        // the limit is not what this trouble is about
        (
            503,
            &[
                ("date", "Tue, 24 Nov 2026 11:00:00 GMT"),
                ("x-featureratelimit-reset", "Tue, 24 Nov 2026 12:00:00 GMT"),
            ],
            "x",
            None,
        ),
        (429, &[("retry-after", "soon")], "x", None),
        (
            420,
            &[("retry-after", "-5")],
            "wait until 2026-99-99 10:00:00",
            None,
        ),
    ];
    for (status, headers, message, seconds) in rows {
        let error = refused(status, headers, error_body(message)).await;
        assert_eq!(
            error.decision(),
            Temporary {
                after: seconds.map(Duration::from_secs)
            },
            "{headers:?} {message}"
        );
    }
}

#[tokio::test]
async fn a_stale_request_brings_the_servers_clock() {
    let stale = error_body(
        "Stale request - reported time is 2024-04-11 13:23:38 +0000 which is more than 1 hour ago",
    );
    let error = refused(400, &[("date", "Tue, 24 Nov 2026 11:00:00 GMT")], stale).await;
    assert_eq!(
        error.server_date(),
        Some("2026-11-24T11:00:00Z".parse().unwrap())
    );
}

#[tokio::test]
async fn an_invalid_signature_over_our_own_text_means_the_secret() {
    let server = Server::start(|seen: &Seen| {
        let stamp = &fields(seen)["timestamp"];
        let message =
            format!("Invalid Signature x. String to sign - 'public_id=a%26b&timestamp={stamp}'.");
        (StatusCode::UNAUTHORIZED, error_body(&message))
    })
    .await;
    let error = outcome(&server.target(), None).await.unwrap_err();
    assert!(matches!(error, Error::WrongSecret(_)), "{error:?}");
    assert!(error.details().unwrap().contains("public_id=a%26b"));
    assert!(!error.to_string().contains("public_id"), "{error}");
}

#[tokio::test]
async fn details_are_bounded() {
    let long = format!(
        "Invalid Signature x. String to sign - '{}'.",
        "ü".repeat(100_000)
    );
    for body in [error_body(&long), "<".repeat(1_000_000)] {
        let error = refused(401, &[], body).await;
        assert_eq!(error.details().unwrap().chars().count(), 2_000);
        assert!(error.to_string().chars().count() < 300);
    }
}

#[tokio::test]
async fn a_preset_that_is_refused_stops_an_unsigned_account_as_a_whole() {
    let server = Server::start(|_| {
        (
            StatusCode::BAD_REQUEST,
            error_body("Upload preset not found"),
        )
    })
    .await;
    let error = outcome(&server.unsigned_target(), None).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.decision()),
        (ErrorKind::PresetRefused, Persistent)
    );
}

#[tokio::test]
async fn numbers_and_hosts_are_taken_out_of_the_words() {
    let large = refused(
        400,
        &[],
        error_body("File size too large. Got 11059999. Maximum is 10485760. Upgrade"),
    )
    .await;
    assert!(
        matches!(
            large,
            Error::TooLarge {
                got: Some(11_059_999),
                max: Some(10_485_760),
                ..
            }
        ),
        "{large:?}"
    );
    let region = refused(
        400,
        &[],
        error_body("Cloud c belongs to eu geo, please access via api-eu.cloudinary.com."),
    )
    .await;
    assert!(
        region.to_string().contains("https://api-eu.cloudinary.com"),
        "{region}"
    );
    let evil = refused(
        400,
        &[],
        error_body("Cloud c belongs to eu geo, please access via evil.example.com"),
    )
    .await;
    assert!(
        matches!(evil, Error::WrongRegion { host: None, .. }),
        "{evil:?}"
    );
}
