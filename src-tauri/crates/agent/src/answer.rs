//! What goes back: a status, JSON, and for pages that are allowed the headers that let them read it.

use app::Aloft;
use app::agent::{Caller, Refused, Wanted, WebOrigin};
use app::contract::ProblemKind;
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};

use crate::request::Turned;

const PRIVATE_NETWORK: HeaderName = HeaderName::from_static("access-control-allow-private-network");
/// How long a browser need not ask again, in seconds. Each request is held against the list of clients all the same.
const PREFLIGHT_HOLDS: &str = "600";

/// One answer.
#[derive(Debug)]
pub(crate) struct Answer {
    status: StatusCode,
    body: Value,
    headers: Vec<(HeaderName, HeaderValue)>,
    /// Consumed its client's only use: its page may read it all the same.
    served: bool,
}

impl Answer {
    fn new(status: StatusCode, body: Value) -> Self {
        Self {
            status,
            body,
            headers: Vec::new(),
            served: false,
        }
    }

    fn with(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((name, value));
        }
        self
    }

    /// That something is here, and nothing more.
    pub(crate) fn look() -> Self {
        Self::new(StatusCode::OK, json!({ "agent": "aloft" }))
    }

    pub(crate) fn signature(signature: &str) -> Self {
        Self {
            served: true,
            ..Self::new(StatusCode::OK, json!({ "signature": signature }))
        }
    }

    pub(crate) fn links(links: &[String]) -> Self {
        Self {
            served: true,
            ..Self::new(StatusCode::OK, json!({ "success": true, "result": links }))
        }
    }

    pub(crate) fn preflight(private_network: bool) -> Self {
        let answer = Self {
            served: true,
            ..Self::new(StatusCode::NO_CONTENT, Value::Null)
        };
        let answer = answer
            .with(header::ACCESS_CONTROL_ALLOW_METHODS, "POST")
            .with(
                header::ACCESS_CONTROL_ALLOW_HEADERS,
                "authorization, content-type, idempotency-key",
            )
            .with(header::ACCESS_CONTROL_MAX_AGE, PREFLIGHT_HOLDS);
        match private_network {
            true => answer.with(PRIVATE_NETWORK, "true"),
            false => answer,
        }
    }

    /// A request that is none, for what it seemed to want.
    pub(crate) fn turned(turned: Turned, wanted: Option<Wanted>) -> Self {
        let wanted = wanted.unwrap_or(Wanted::Signature);
        let body = said(wanted, turned.kind(), &turned.to_string());
        let answer = Self::new(turned.status(), body);
        match turned {
            Turned::NoCaller => answer.with(header::WWW_AUTHENTICATE, "Bearer"),
            Turned::OtherMethod(allowed) => answer.with(header::ALLOW, allowed),
            Turned::Crowded => answer.with(header::RETRY_AFTER, "1"),
            Turned::OtherHost
            | Turned::NullOrigin
            | Turned::BadOrigin
            | Turned::NoSuchPath
            | Turned::NotJson
            | Turned::TooLarge
            | Turned::TooSlow
            | Turned::BadBody
            | Turned::BadKey => answer,
        }
    }

    pub(crate) fn refused(refused: &Refused, wanted: Wanted) -> Self {
        let body = said(wanted, refused.kind(), &refused.to_string());
        let answer = Self::new(status(refused, wanted), body);
        let answer = match after(refused) {
            // In whole seconds, and never 0.
            Some(after) => answer.with(header::RETRY_AFTER, &after.as_secs().max(1).to_string()),
            None => answer,
        };
        match refused {
            Refused::WrongToken => answer.with(header::WWW_AUTHENTICATE, "Bearer"),
            Refused::TooManyWrong { .. }
            | Refused::NotAllowed(_)
            | Refused::NoAnswer(_)
            | Refused::Busy { .. }
            | Refused::MayNotSign(_)
            | Refused::MayNotUpload(_)
            | Refused::TooFast { .. }
            | Refused::Policy(_)
            | Refused::Unreadable(_)
            | Refused::Account(_)
            | Refused::Path { .. }
            | Refused::Clipboard(_)
            | Refused::KeyTaken
            | Refused::TooMany { .. }
            | Refused::NotUploaded(_) => answer,
        }
    }

    /// Whether a page of the caller's may read this.
    pub(crate) fn was_let_in(&self, aloft: &Aloft, caller: &Caller) -> bool {
        self.served || aloft.is_allowed(caller)
    }

    pub(crate) fn readable_by(self, origin: &WebOrigin) -> Self {
        self.with(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.as_str())
    }
}

fn said(wanted: Wanted, kind: &str, message: &str) -> Value {
    match wanted {
        Wanted::Signature => json!({ "error": { "kind": kind, "message": message } }),
        Wanted::Upload => json!({ "success": false, "message": message }),
    }
}

fn after(refused: &Refused) -> Option<std::time::Duration> {
    match refused {
        Refused::TooManyWrong { after }
        | Refused::Busy { after }
        | Refused::TooFast { after }
        | Refused::TooMany { after } => Some(*after),
        Refused::WrongToken
        | Refused::NotAllowed(_)
        | Refused::NoAnswer(_)
        | Refused::MayNotSign(_)
        | Refused::MayNotUpload(_)
        | Refused::Policy(_)
        | Refused::Unreadable(_)
        | Refused::Account(_)
        | Refused::Path { .. }
        | Refused::Clipboard(_)
        | Refused::KeyTaken
        | Refused::NotUploaded(_) => None,
    }
}

/// What a client of PicGo's door reads of an upload that did not work is in the body, and the status is 200: with another
/// one these plugins do not look at the body.
fn status(refused: &Refused, wanted: Wanted) -> StatusCode {
    match refused {
        Refused::WrongToken => StatusCode::UNAUTHORIZED,
        Refused::TooManyWrong { .. } | Refused::TooFast { .. } => StatusCode::TOO_MANY_REQUESTS,
        Refused::NotAllowed(_)
        | Refused::NoAnswer(_)
        | Refused::MayNotSign(_)
        | Refused::MayNotUpload(_)
        | Refused::Policy(_) => StatusCode::FORBIDDEN,
        Refused::Busy { .. } | Refused::TooMany { .. } => StatusCode::SERVICE_UNAVAILABLE,
        Refused::Unreadable(_) => StatusCode::BAD_REQUEST,
        Refused::KeyTaken => StatusCode::UNPROCESSABLE_ENTITY,
        Refused::Account(_) if wanted == Wanted::Upload => StatusCode::OK,
        Refused::Account(problem) if problem.kind == ProblemKind::NotSigned => {
            StatusCode::FORBIDDEN
        }
        Refused::Account(_) => StatusCode::SERVICE_UNAVAILABLE,
        Refused::Path { .. } | Refused::Clipboard(_) | Refused::NotUploaded(_) => StatusCode::OK,
    }
}

impl From<Answer> for Response {
    fn from(answer: Answer) -> Self {
        let body = match answer.body.is_null() {
            true => Body::empty(),
            false => Body::from(answer.body.to_string()),
        };
        let mut response = Self::new(body);
        *response.status_mut() = answer.status;
        let headers = response.headers_mut();
        let always = [
            (header::CACHE_CONTROL, "no-store"),
            (header::VARY, "Origin"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ];
        for (name, value) in always {
            headers.insert(name, HeaderValue::from_static(value));
        }
        if !answer.body.is_null() {
            let json = HeaderValue::from_static("application/json");
            headers.insert(header::CONTENT_TYPE, json);
        }
        headers.extend(answer.headers);
        response
    }
}
