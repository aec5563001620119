//! The faults in force, put together for one request.

use std::collections::HashMap;
use std::time::Duration;

use axum::http::{HeaderName, HeaderValue, StatusCode, header, request::Parts};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::answer::Refusal;
use crate::chunks::Chunk;
use crate::faults::{Action, RepeatedLastChunk};
use crate::route::Effects;
use crate::server::Server;

/// What the faults in force do to one request.
#[derive(Default)]
pub(crate) struct Plan {
    pub(crate) chunk: Option<Result<Chunk, Refusal>>,
    pub(crate) delay: Duration,
    pub(crate) late: Duration,
    pub(crate) clock_ahead: i64,
    pub(crate) cut_request_after: Option<u64>,
    pub(crate) cut_answer_after: Option<usize>,
    /// Between two bytes of the answer's body.
    pub(crate) drip: Option<Duration>,
    pub(crate) effects: Effects,
    /// Answered instead of what was asked.
    instead: Option<Action>,
    edits: Vec<Action>,
}

impl Plan {
    pub(crate) fn new(server: &Server, parts: &Parts) -> Self {
        let mut plan = Self {
            chunk: Chunk::read(&parts.headers).transpose(),
            ..Self::default()
        };
        let chunk = plan.chunk.as_ref().and_then(|chunk| chunk.as_ref().ok());
        for action in server.faults.strike(&parts.method, parts.uri.path(), chunk) {
            match action {
                Action::Status { .. } | Action::HtmlBody(_) | Action::NotJson(_) => {
                    plan.instead = Some(action)
                }
                Action::DelayMs(ms) => plan.delay += Duration::from_millis(ms),
                Action::LateAnswer(ms) => plan.late += Duration::from_millis(ms),
                Action::CutAfterBytes(count) => plan.cut_request_after = Some(count.max(1)),
                Action::CutAnswerAfterBytes(count) => {
                    plan.cut_answer_after = usize::try_from(count).ok()
                }
                Action::DripAnswer(ms) => plan.drip = Some(Duration::from_millis(ms)),
                Action::StaleClock(seconds) => plan.clock_ahead += seconds,
                Action::DoneFalseOnLastChunk => plan.effects.done_false_on_last_chunk = true,
                Action::RepeatedLastChunk(RepeatedLastChunk::Refuse) => {
                    plan.effects.refuse_repeated_last_chunk = true
                }
                Action::RepeatedLastChunk(RepeatedLastChunk::Repeat) => {
                    plan.effects.refuse_repeated_last_chunk = false
                }
                Action::MissingSecureUrl | Action::Existing | Action::EditAnswer { .. } => {
                    plan.edits.push(action)
                }
            }
        }
        plan
    }

    /// The answer that a fault puts in the place of the real one.
    pub(crate) fn instead(&self) -> Option<Response> {
        match self.instead.as_ref()? {
            Action::Status {
                code,
                message,
                headers,
            } => Some(status(*code, message.clone(), headers)),
            Action::HtmlBody(code) => Some(foreign(
                *code,
                "text/html",
                "<html><head><title>Error</title></head><body><h1>Error</h1></body></html>",
            )),
            Action::NotJson(code) => Some(foreign(
                *code,
                "application/json",
                "upstream connect error or disconnect/reset before headers",
            )),
            Action::DelayMs(_)
            | Action::LateAnswer(_)
            | Action::CutAfterBytes(_)
            | Action::CutAnswerAfterBytes(_)
            | Action::DripAnswer(_)
            | Action::StaleClock(_)
            | Action::DoneFalseOnLastChunk
            | Action::RepeatedLastChunk(_)
            | Action::MissingSecureUrl
            | Action::Existing
            | Action::EditAnswer { .. } => None,
        }
    }

    /// Changes an answer as the faults say.
    pub(crate) fn edit(&self, answer: &mut Value) {
        let Value::Object(members) = answer else {
            return;
        };
        for edit in &self.edits {
            match edit {
                Action::MissingSecureUrl => drop(members.remove("secure_url")),
                Action::Existing => drop(members.insert("existing".to_owned(), json!(true))),
                Action::EditAnswer { set, remove } => {
                    members.extend(set.clone());
                    members.retain(|name, _| !remove.contains(name));
                }
                Action::Status { .. }
                | Action::DelayMs(_)
                | Action::LateAnswer(_)
                | Action::CutAfterBytes(_)
                | Action::CutAnswerAfterBytes(_)
                | Action::DripAnswer(_)
                | Action::HtmlBody(_)
                | Action::NotJson(_)
                | Action::StaleClock(_)
                | Action::DoneFalseOnLastChunk
                | Action::RepeatedLastChunk(_) => {}
            }
        }
    }
}

fn status(code: u16, message: Option<String>, headers: &HashMap<String, String>) -> Response {
    let status = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let message = message.unwrap_or_else(|| match code {
        420 | 429 => "Rate Limit Exceeded. Limit of 500 api operations reached. Try again on 2030-01-01 10:00:00 UTC".to_owned(),
        _ => "General Error".to_owned(),
    });
    let mut response = Refusal::new(status, message).into_response();
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

fn foreign(code: u16, content_type: &'static str, text: &'static str) -> Response {
    let status = StatusCode::from_u16(code).unwrap_or(StatusCode::BAD_GATEWAY);
    (status, [(header::CONTENT_TYPE, content_type)], text).into_response()
}
