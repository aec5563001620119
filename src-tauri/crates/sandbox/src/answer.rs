//! What a handler answers: JSON, or a refusal in the service's own words.

use std::sync::Arc;

use axum::Json;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::asset::Asset;

/// A refusal: status and text; the text is sent in the body and as `X-Cld-Error` (protocol sheet 5).
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) message: String,
}

/// What a handler gives back.
pub(crate) type Answer = Result<Value, Refusal>;

/// What a call is answered with.
pub(crate) enum Reply {
    /// What almost every call answers.
    Json(Value),
    /// A stored original.
    Original { asset: Arc<Asset>, attachment: bool },
}

impl From<Value> for Reply {
    fn from(value: Value) -> Self {
        Self::Json(value)
    }
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
        }
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    pub(crate) fn unauthorized(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, message)
    }

    pub(crate) fn missing(parameter: &str) -> Self {
        Self::bad_request(format!("Missing required parameter - {parameter}"))
    }

    pub(crate) fn not_found(public_id: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            format!("Resource not found - {public_id}"),
        )
    }

    /// Something the service may know and the sandbox does not; said openly instead of guessed.
    pub(crate) fn not_here(what: impl std::fmt::Display) -> Self {
        Self::bad_request(format!("The sandbox does not do this: {what}"))
    }

    /// The sandbox's own disk or a bug.
    pub(crate) fn broken(what: impl std::fmt::Display) -> Self {
        tracing::warn!("sandbox trouble: {what}");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "General Error")
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = (
            self.status,
            Json(json!({"error": {"message": self.message}})),
        )
            .into_response();
        if let Some(value) = header_text(&self.message) {
            response.headers_mut().insert("x-cld-error", value);
        }
        response
    }
}

/// Header values hold no control characters and no line ends; the rest goes as UTF-8 bytes.
fn header_text(message: &str) -> Option<HeaderValue> {
    let clean: String = message
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    HeaderValue::from_bytes(clean.as_bytes()).ok()
}

/// `count` random bytes as lower-case hex, twice as many characters.
pub(crate) fn random_hex<const N: usize>() -> String {
    hex::encode(rand::random::<[u8; N]>())
}

/// A random text of lower-case letters and digits.
pub(crate) fn random_text(length: usize) -> String {
    const ALPHABET: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    (0..length)
        .map(|_| char::from(ALPHABET[usize::from(rand::random::<u16>()) % ALPHABET.len()]))
        .collect()
}
