//! From an answer to a decision, by status and the lower-case beginning of the message: the texts drift, their beginnings rarely do.
//! Statuses of the 4xx family drift even more, so among them a known text wins.

use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use secrecy::SecretString;

use super::said::{http_date, without_secret};
use crate::{Error, Said};

/// What has to be known of the request to understand the answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) host: &'a str,
    pub(crate) api_key: &'a str,
    pub(crate) secret: Option<&'a SecretString>,
    /// Whether the account has nothing but an upload preset.
    pub(crate) unsigned: bool,
    /// The text that we signed.
    pub(crate) signed_text: Option<&'a str>,
    /// What the file is called in messages.
    pub(crate) file_name: &'a str,
}

impl<'a> Asked<'a> {
    /// A request that nobody in particular made.
    pub(crate) fn anonymous(host: &'a str) -> Self {
        Self {
            host,
            api_key: "",
            secret: None,
            unsigned: false,
            signed_text: None,
            file_name: "The file",
        }
    }
}

/// What a refusal means. `status` is not 2xx, or the body is not the service's.
pub(crate) fn refusal(status: u16, headers: &HeaderMap, body: &[u8], asked: &Asked<'_>) -> Error {
    if status == StatusCode::NETWORK_AUTHENTICATION_REQUIRED.as_u16() {
        return Error::Portal {
            host: asked.host.to_owned(),
        };
    }
    if (300..400).contains(&status) {
        return Error::Redirected {
            host: asked.host.to_owned(),
            status,
        };
    }
    // What is read out of the words goes into errors too.
    let words =
        message_of(headers, body).map(|words| without_secret(&words, asked.api_key, asked.secret));
    let is_json = serde_json::from_slice::<serde::de::IgnoredAny>(body).is_ok();
    let text = words
        .clone()
        .unwrap_or_else(|| String::from_utf8_lossy(body).into_owned());
    let said = Box::new(Said::new(status, headers, &text, asked));
    match words {
        Some(words) => by_words(status, headers, &words, said, asked),
        None => by_status(status, headers, said, is_json),
    }
}

fn by_words(
    status: u16,
    headers: &HeaderMap,
    words: &str,
    said: Box<Said>,
    asked: &Asked<'_>,
) -> Error {
    let lower = words.trim().to_lowercase();
    let begins = |beginnings: &[&str]| beginnings.iter().any(|b| lower.starts_with(b));
    if status >= 500 {
        return by_status(status, headers, said, true);
    }
    if lower.contains("active subscription") || is_add_on_limit(&lower) {
        return Error::AddOnRefused(said);
    }
    if begins(&["invalid signature"]) {
        return signature_refused(words, said, asked);
    }
    if begins(&["stale request"]) {
        return Error::StaleRequest(said);
    }
    if begins(&[
        "unknown api key",
        "unknown api_key",
        "invalid api_key",
        "invalid api key",
    ]) {
        return Error::WrongKey(said);
    }
    if begins(&["api_secret mismatch"]) {
        return Error::WrongSecret(said);
    }
    if begins(&[
        "cloud_name mismatch",
        "invalid cloud_name",
        "unknown cloud_name",
    ]) {
        return Error::WrongCloud(said);
    }
    if begins(&["cloud "]) && lower.contains("belongs to") {
        return Error::WrongRegion {
            host: region_host(&lower),
            said,
        };
    }
    if begins(&["upload preset "]) {
        return Error::PresetRefused {
            account_wide: asked.unsigned,
            said,
        };
    }
    if begins(&["file size too large"]) {
        return Error::TooLarge {
            got: number_after(&lower, "got "),
            max: number_after(&lower, "maximum is "),
            said,
        };
    }
    if begins(&["invalid image file"]) {
        return Error::NotAnImage(said);
    }
    if begins(&["empty file"]) {
        return Error::SourceEmpty {
            name: asked.file_name.to_owned(),
        };
    }
    if begins(&["error in loading"]) {
        return Error::LinkFailed {
            may_heal: !lower.contains("html response"),
            said,
        };
    }
    if begins(&[
        "resource not found - http",
        "resource not found - ftp",
        "resource not found - s3",
        "resource not found - gs",
    ]) {
        return Error::LinkFailed {
            may_heal: false,
            said,
        };
    }
    if begins(&["resource not found", "can't find folder"]) {
        return Error::NotFound(said);
    }
    if lower.contains("already exists") {
        return Error::NameTaken(said);
    }
    match status {
        400 => Error::Refused(said),
        401 => Error::Unauthorised(said),
        _ => by_status(status, headers, said, true),
    }
}

/// When the words say nothing, or there are none.
///
/// `is_ours` tells the service's own answer from the page of a proxy in between, which may use any status.
fn by_status(status: u16, headers: &HeaderMap, said: Box<Said>, is_ours: bool) -> Error {
    match status {
        407 => Error::ProxyRefused(said),
        408 | 423 | 499 | 500.. => Error::ServiceTrouble {
            after: retry_after(headers, said.date),
            said,
        },
        413 => Error::TooLarge {
            got: None,
            max: None,
            said,
        },
        420 | 429 => Error::RateLimited {
            after: retry_after(headers, said.date).or_else(|| limit_reset(headers, &said)),
            said,
        },
        401 => Error::Unauthorised(said),
        403 if is_ours => Error::Forbidden(said),
        404 | 410 if is_ours => Error::NotFound(said),
        409 if is_ours => Error::NameTaken(said),
        400..500 if is_ours => Error::Refused(said),
        _ => Error::NotJson(said),
    }
}

/// `Invalid Signature <hex>. String to sign - '<text>'.` If the server's text is ours, the secret is wrong; otherwise
/// it read the parameters differently, and the secret may well be right.
fn signature_refused(words: &str, said: Box<Said>, asked: &Asked<'_>) -> Error {
    let quoted = words
        .split_once("String to sign - '")
        .and_then(|(_, rest)| rest.rsplit_once('\''))
        .map(|(text, _)| text);
    // Either version may be echoed.
    let plain = |text: &str| text.replace("%26", "&");
    match (quoted, asked.signed_text) {
        (Some(theirs), Some(ours)) if plain(theirs) != plain(ours) => {
            Error::SignatureMismatch(said)
        }
        (Some(_) | None, Some(_) | None) => Error::WrongSecret(said),
    }
}

/// The message inside the body, or in the header that repeats it; `None` if neither is the service's.
fn message_of(headers: &HeaderMap, body: &[u8]) -> Option<String> {
    let from_body = serde_json::from_slice::<serde_json::Value>(body)
        .ok()
        .and_then(|json| {
            let error = json.get("error")?;
            let text = error.get("message").unwrap_or(error);
            Some(text.as_str()?.to_owned())
        });
    from_body.or_else(|| {
        let value = headers.get("x-cld-error")?;
        Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
    })
}

/// `Limit of 50 Rekognition AI Moderation operations reached`, unlike `Limit of 500 api operations reached`.
fn is_add_on_limit(lower: &str) -> bool {
    lower
        .split_once("limit of ")
        .and_then(|(_, rest)| rest.split_once(" operations reached"))
        .is_some_and(|(what, _)| !what.ends_with(" api"))
}

/// How long the service asks to wait, in seconds or until a date.
fn retry_after(headers: &HeaderMap, date: Option<Timestamp>) -> Option<Duration> {
    let seconds = headers
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.trim().parse::<u64>().ok());
    seconds
        .map(Duration::from_secs)
        .or_else(|| Some(left(http_date(headers, RETRY_AFTER.as_str())?, date)))
}

/// How long until the rate limit is over: the date in the message, or that of the limit. Good answers and answers of
/// trouble may carry the latter too, and mean nothing by it.
fn limit_reset(headers: &HeaderMap, said: &Said) -> Option<Duration> {
    let until = date_in(&said.message).or_else(|| http_date(headers, "x-featureratelimit-reset"));
    Some(left(until?, said.date))
}

/// Their clock against their clock: ours may be wrong.
fn left(until: Timestamp, date: Option<Timestamp>) -> Duration {
    let now = date.unwrap_or_else(Timestamp::now);
    Duration::try_from(until.duration_since(now)).unwrap_or(Duration::ZERO)
}

/// The first `2026-09-08 10:00:00` in a text, which the service means in UTC.
fn date_in(text: &str) -> Option<Timestamp> {
    const LENGTH: usize = "2026-09-08 10:00:00".len();
    text.char_indices()
        .filter_map(|(start, _)| text.get(start..start + LENGTH))
        .filter(|piece| piece.starts_with(|c: char| c.is_ascii_digit()))
        .find_map(|piece| piece.parse::<DateTime>().ok())
        .and_then(|date| TimeZone::UTC.to_timestamp(date).ok())
}

/// `… please access via api-eu.cloudinary.com`: the first word that is an API host. A region is a few letters, so that
/// nothing else that a refusal repeats, in whatever case, can pass for one.
fn region_host(lower: &str) -> Option<String> {
    lower
        .split_whitespace()
        .map(|word| {
            word.trim_start_matches("https://")
                .trim_end_matches(['.', ',', '/'])
        })
        .find(|word| is_api_host(word))
        .map(str::to_owned)
}

fn is_api_host(word: &str) -> bool {
    let name = word.strip_suffix(".cloudinary.com");
    let region = name.and_then(|name| name.strip_prefix("api-"));
    name == Some("api")
        || region.is_some_and(|region| {
            (2..=4).contains(&region.len()) && region.bytes().all(|b| b.is_ascii_lowercase())
        })
}

fn number_after(text: &str, beginning: &str) -> Option<u64> {
    let (_, rest) = text.split_once(beginning)?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}
