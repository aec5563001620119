use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use reqwest::header::{DATE, HeaderMap};
use secrecy::{ExposeSecret, SecretString};

/// How much of an answer's text is kept.
const MAX_CHARACTERS: usize = 2_000;
/// How much of it a message shows.
const SHOWN_CHARACTERS: usize = 200;

/// What the service answered when it refused.
///
/// `Display` gives the first 200 characters of the message, or the status if there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The HTTP status.
    pub status: u16,
    /// The message, or the beginning of a body that is not JSON: one line, at most 2,000 characters, secret removed.
    pub message: String,
    /// The service's own number of the request, for its support.
    pub request_id: Option<String>,
    /// The server's clock.
    pub date: Option<Timestamp>,
}

impl Said {
    pub(crate) fn new(
        status: u16,
        headers: &HeaderMap,
        message: &str,
        asked: &super::classify::Asked<'_>,
    ) -> Self {
        let cleaned = |text: &str| redacted(text, asked.api_key, asked.secret);
        Self {
            status,
            message: cleaned(message),
            request_id: headers
                .get("x-request-id")
                .and_then(|value| value.to_str().ok())
                .map(cleaned),
            date: http_date(headers, DATE.as_str()),
        }
    }
}

impl Said {
    /// What is known without reading the body.
    pub(crate) fn of_status(status: u16, headers: &HeaderMap) -> Self {
        Self::new(status, headers, "", &super::classify::Asked::anonymous(""))
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.message.is_empty() {
            return write!(f, "HTTP {}", self.status);
        }
        let mut characters = self.message.chars();
        for character in characters.by_ref().take(SHOWN_CHARACTERS) {
            write!(f, "{character}")?;
        }
        if characters.next().is_some() {
            f.write_str("…")?;
        }
        Ok(())
    }
}

/// A header in the format of HTTP dates, such as `Tue, 24 Nov 2026 11:00:00 GMT`.
pub(crate) fn http_date(headers: &HeaderMap, name: &str) -> Option<Timestamp> {
    let text = headers.get(name)?.to_str().ok()?;
    Some(rfc2822::parse(text).ok()?.timestamp())
}

/// One line without the secret, in case whoever answered repeats what it was sent.
pub(crate) fn redacted(text: &str, api_key: &str, secret: Option<&SecretString>) -> String {
    // Cut after, never before: half a secret at the edge would not be recognised.
    let text = without_secret(text, api_key, secret);
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(MAX_CHARACTERS)
        .collect::<String>()
        .trim()
        .to_owned()
}

/// The text without the secret, plain or as the head of a request carries it.
pub(crate) fn without_secret(text: &str, api_key: &str, secret: Option<&SecretString>) -> String {
    let mut text = text.to_owned();
    if let Some(secret) = secret
        .map(ExposeSecret::expose_secret)
        .filter(|s| !s.is_empty())
    {
        let basic = STANDARD.encode(format!("{api_key}:{secret}"));
        text = text
            .replace(&basic, "[redacted]")
            .replace(secret, "[redacted]");
    }
    text
}
