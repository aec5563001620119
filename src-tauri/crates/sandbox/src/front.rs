//! The front door: whose host name, which faults, which clock; then the handler; then the headers and the record.

mod plan;
mod scissors;

use std::sync::Arc;

use axum::Json;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use serde_json::Value;

use crate::answer::{Refusal, Reply, random_hex};
use crate::clock;
use crate::connection::Cut;
use crate::delivery::{self, Manner};
use crate::form::Form;
use crate::front::plan::Plan;
use crate::front::scissors::{Metered, cut_short, drip};
use crate::journal::{Recorded, RecordedFile, shortened};
use crate::route::{self, Call};
use crate::server::Server;
use crate::widget;

/// Answers everything on the main port. A request is carried out to its end even when whoever sent it is gone.
pub(crate) async fn main_port(
    State(server): State<Arc<Server>>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    request: Request,
) -> Response {
    match tokio::spawn(carry_out(server, cut, request)).await {
        Ok(response) => response,
        Err(error) => Refusal::broken(error).into_response(),
    }
}

async fn carry_out(server: Arc<Server>, cut: Cut, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let mut record = Recorded {
        method: parts.method.to_string(),
        path: parts
            .uri
            .path_and_query()
            .map(ToString::to_string)
            .unwrap_or_default(),
        headers: recorded_headers(&parts.headers),
        fields: Vec::new(),
        files: Vec::new(),
        status: 0,
    };
    let plan = Plan::new(&server, &parts);
    tokio::time::sleep(plan.delay).await;
    let now = server.clock.now() + plan.clock_ahead;

    let mut body = Metered {
        inner: body.into_data_stream(),
        left: plan.cut_request_after,
        cut: cut.clone(),
    };
    let mut response = if let Err(refusal) = own_host(&parts, server.port) {
        refusal.into_response()
    } else if parts.uri.path().starts_with("/v1_1") {
        api(&server, &parts, &mut body, &plan, now, &mut record).await
    } else {
        drain(&mut body).await;
        if parts.uri.path().starts_with("/widget/") {
            widget::main_port(&server, &parts).await
        } else if let Some(instead) = plan.instead() {
            instead
        } else {
            delivery::deliver(&server, &parts.method, parts.uri.path()).await
        }
    };
    tokio::time::sleep(plan.late + server.latency).await;

    dress(&mut response, now);
    let was_cut = body.left == Some(0) || plan.cut_answer_after == Some(0);
    record.status = if was_cut {
        0
    } else {
        response.status().as_u16()
    };
    server.journal.write(record);
    match plan.cut_answer_after {
        Some(0) => cut.cut(),
        Some(count) => return cut_short(response, count).await,
        None => {}
    }
    if let Some(pause) = plan.drip {
        return drip(response, pause).await;
    }
    response
}

/// Answers everything on the widget frame's port.
pub(crate) async fn frame_port(State(server): State<Arc<Server>>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let mut response = match own_host(&parts, server.frame_port) {
        Ok(()) => widget::frame_port(&server, &parts),
        Err(refusal) => refusal.into_response(),
    };
    dress(&mut response, server.clock.now());
    response
}

async fn api(
    server: &Server,
    parts: &Parts,
    body: &mut Metered,
    plan: &Plan,
    now: i64,
    record: &mut Recorded,
) -> Response {
    let origin = parts
        .headers
        .get(header::ORIGIN)
        .map(|origin| origin.to_str().unwrap_or_default());
    let frame = server.frame_origin();
    let from_frame = origin == Some(frame.as_str());
    // A browser names the page's origin: no page but the widget's frame may call.
    if !from_frame && origin.is_some_and(|origin| origin != server.base_url()) {
        drain(body).await;
        return Refusal::new(
            StatusCode::FORBIDDEN,
            "The sandbox answers no web page but its own widget",
        )
        .into_response();
    }
    let mut response = if parts.method == Method::OPTIONS && from_frame {
        drain(body).await;
        StatusCode::NO_CONTENT.into_response()
    } else {
        match call(server, parts, body, plan, now, record).await {
            Ok(Reply::Json(mut answer)) => {
                plan.edit(&mut answer);
                Json(answer).into_response()
            }
            Ok(Reply::Original { asset, attachment }) => {
                delivery::send(server, &parts.method, &asset, Manner { attachment }).await
            }
            Err(refusal) => refusal.into_response(),
        }
    };
    if parts.method != Method::OPTIONS
        && let Some(instead) = plan.instead()
    {
        response = instead;
    }
    if from_frame {
        widget::allow_frame(&frame, response.headers_mut());
    }
    response
}

async fn call(
    server: &Server,
    parts: &Parts,
    body: &mut Metered,
    plan: &Plan,
    now: i64,
    record: &mut Recorded,
) -> Result<Reply, Refusal> {
    let chunk = match &plan.chunk {
        None => Ok(None),
        Some(Ok(chunk)) => Ok(Some(chunk.clone())),
        Some(Err(refusal)) => Err(Refusal::new(refusal.status, refusal.message.clone())),
    };
    let keep = server.keep(matches!(chunk, Ok(Some(_))));
    let form = Form::read(
        parts.uri.query().unwrap_or_default(),
        &parts.headers,
        body,
        keep,
        server.limit(),
    )
    .await;
    let form = match form {
        Ok(form) => form,
        Err(refusal) => {
            drain(body).await;
            return Err(refusal);
        }
    };
    record.fields = form
        .fields
        .iter()
        .map(|(name, value)| (name.clone(), shortened(value.clone())))
        .collect();
    record.files = form
        .file
        .iter()
        .map(|file| RecordedFile {
            name: file.name.clone(),
            size: file.content.size,
            md5: file.content.md5.clone(),
        })
        .collect();
    if plan.instead().is_some() {
        return Ok(Value::Null.into());
    }
    let Some(segments) = route::segments(parts.uri.path()) else {
        return Err(Refusal::bad_request("The path is no valid UTF-8"));
    };
    let (method, headers, effects) = (parts.method.clone(), parts.headers.clone(), plan.effects);
    route::answer(
        server,
        Call {
            method,
            headers,
            segments,
            form,
            chunk: chunk?,
            now,
            effects,
        },
    )
    .await
}

/// Refuses names that only look like this computer: a page on a foreign name that resolves to 127.0.0.1 must not get in.
fn own_host(parts: &Parts, port: u16) -> Result<(), Refusal> {
    let named = parts
        .headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .or_else(|| parts.uri.authority().map(|authority| authority.as_str()));
    let own = named.is_some_and(|named| {
        named == format!("127.0.0.1:{port}")
            || named.eq_ignore_ascii_case(&format!("localhost:{port}"))
    });
    if own {
        return Ok(());
    }
    let named = named.unwrap_or("nothing");
    Err(Refusal::new(
        StatusCode::MISDIRECTED_REQUEST,
        format!("The sandbox answers to 127.0.0.1:{port} and localhost:{port}, not to {named}"),
    ))
}

fn recorded_headers(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |name: &HeaderName, value: &HeaderValue| {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        if *name == header::AUTHORIZATION {
            value.split(' ').next().unwrap_or_default().to_owned()
        } else {
            value
        }
    };
    headers
        .iter()
        .map(|(name, value)| (name.to_string(), text(name, value)))
        .collect()
}

fn dress(response: &mut Response, now: i64) {
    let headers = response.headers_mut();
    if let Ok(date) = HeaderValue::from_str(&clock::http_date(now)) {
        headers.insert(header::DATE, date);
    }
    if let Ok(id) = HeaderValue::from_str(&random_hex::<16>()) {
        headers.insert("x-request-id", id);
    }
}

/// Reads what is left, so that the connection stays usable.
async fn drain(body: &mut Metered) {
    while let Some(Ok(_)) = body.next().await {}
}
