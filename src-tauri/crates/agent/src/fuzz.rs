//! What is fuzzed: a request as anybody on this computer may send it. It must not panic, and what is let through must be what the
//! door promises. The fuzz target and the property tests call the same function.

use std::str::FromStr;

use app::ExposeSecret;
use app::agent::Caller;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};

use crate::{Asked, read};

/// Where the fuzzed agent listens.
pub const PORT: u16 = 4817;

/// A request as text: method and address, headers one a line, an empty line, the body.
///
/// ```text
/// POST /api/sign
/// Host: 127.0.0.1:4817
/// Origin: http://localhost:3000
/// Content-Type: application/json
///
/// {"paramsToSign": {}}
/// ```
pub fn request(bytes: &[u8]) {
    let end = bytes.windows(2).position(|pair| pair == b"\n\n");
    let (head, body) = match end {
        Some(end) => (&bytes[..end], &bytes[end + 2..]),
        None => (bytes, &b""[..]),
    };
    let mut lines = head.split(|byte| *byte == b'\n');
    let first = lines.next().and_then(|line| std::str::from_utf8(line).ok());
    let Some((method, address)) = first.and_then(|line| line.split_once(' ')) else {
        return;
    };
    let (Ok(method), Ok(uri)) = (Method::from_str(method), Uri::from_str(address)) else {
        return;
    };
    let mut headers = HeaderMap::new();
    for line in lines {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else {
            continue;
        };
        let name = HeaderName::from_bytes(&line[..colon]);
        let value = HeaderValue::from_bytes(line[colon + 1..].trim_ascii());
        if let (Ok(name), Ok(value)) = (name, value) {
            headers.append(name, value);
        }
    }
    match read(&method, &uri, &headers, body, PORT) {
        Ok(asked) => is_let_through(&asked, &method, &headers),
        Err(turned) => {
            let status = turned.status();
            assert!(status.is_client_error() || status.is_server_error());
            assert!(!turned.to_string().is_empty() && !turned.kind().is_empty());
        }
    }
}

fn is_let_through(asked: &Asked, method: &Method, headers: &HeaderMap) {
    let one = |name: &str| {
        let mut all = headers.get_all(name).iter();
        let value = all.next().and_then(|value| value.to_str().ok());
        value.filter(|_| all.next().is_none())
    };
    let host = one("host").unwrap_or_default().to_ascii_lowercase();
    let is_ours = host == format!("127.0.0.1:{PORT}") || host == format!("localhost:{PORT}");
    assert!(is_ours, "let in as {host:?}");
    let json = one("content-type").is_some_and(|kind| {
        let kind = kind.to_ascii_lowercase();
        kind.trim().starts_with("application/json")
    });
    let caller = match asked {
        Asked::Look => {
            assert!([Method::GET, Method::HEAD].contains(method));
            return;
        }
        Asked::Preflight { caller, .. } => {
            assert!(*method == Method::OPTIONS && one("origin").is_some());
            caller
        }
        Asked::Sign { caller, .. } => {
            assert!(*method == Method::POST && json, "a form could have sent it");
            caller
        }
        Asked::Upload { caller, .. } => {
            let is_token = matches!(caller, Caller::Token(_));
            assert!(*method == Method::POST && (json || is_token));
            caller
        }
    };
    match caller {
        Caller::Origin(origin) => {
            assert_eq!(one("origin"), Some(origin.as_str()));
            assert_ne!(origin.as_str(), "null");
        }
        Caller::Token(token) => {
            assert!(!token.expose_secret().is_empty());
        }
    }
}
