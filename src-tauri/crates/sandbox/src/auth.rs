//! Who asks: by `Authorization` header, by signature, or by unsigned preset, in this order (protocol sheet 3.1 and 10.2).

use axum::http::header;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::answer::Refusal;
use crate::clock;
use crate::config::{SignatureModel, UploadPreset};
use crate::params::Params;
use crate::route::Call;
use crate::server::Server;
use crate::signature;
use crate::whitelist::{Endpoint, UNSIGNED};

/// A signature lives this many seconds.
const LIFETIME: i64 = 3_600;
/// Received, never signed, and allowed in an unsigned upload too.
const CONTROL: [&str; 7] = [
    "file",
    "api_key",
    "signature",
    "resource_type",
    "cloud_name",
    "timestamp",
    "unsigned",
];

/// Who uploads.
pub(crate) enum Caller {
    /// Somebody with the secret.
    Owner,
    /// Anybody, under this preset.
    Anyone(UploadPreset),
}

/// The Admin API: key and secret in the header, nothing else.
pub(crate) fn admin(server: &Server, call: &Call) -> Result<(), Refusal> {
    by_header(server, call).unwrap_or_else(|| Err(Refusal::unauthorized("unknown api_key")))
}

/// The Upload API, but for uploads: header or signature.
pub(crate) fn owner(server: &Server, call: &Call, endpoint: Endpoint) -> Result<(), Refusal> {
    by_header(server, call).unwrap_or_else(|| by_signature(server, call, endpoint))
}

/// An upload: header, signature, or an unsigned preset.
pub(crate) fn upload(server: &Server, call: &Call) -> Result<Caller, Refusal> {
    if let Some(by_header) = by_header(server, call) {
        return by_header.map(|()| Caller::Owner);
    }
    let params = &call.form.params;
    if params.text("signature").is_some() || params.text("api_key").is_some() {
        return by_signature(server, call, Endpoint::Upload).map(|()| Caller::Owner);
    }
    let Some(name) = params.text("upload_preset") else {
        return Err(Refusal::bad_request(
            "Upload preset must be specified when using unsigned upload",
        ));
    };
    let Some(preset) = server
        .unsigned_presets
        .iter()
        .find(|preset| preset.name == name)
    else {
        let known = server
            .signed_presets
            .iter()
            .any(|preset| preset.name == name);
        return Err(Refusal::bad_request(if known {
            "Upload preset must be whitelisted for unsigned uploads"
        } else {
            "Upload preset not found"
        }));
    };
    only_unsigned_names(params)?;
    Ok(Caller::Anyone(preset.clone()))
}

fn by_header(server: &Server, call: &Call) -> Option<Result<(), Refusal>> {
    let given = call
        .headers
        .get(header::AUTHORIZATION)?
        .to_str()
        .unwrap_or_default();
    let Some(encoded) = given.strip_prefix("Basic ") else {
        return Some(Err(Refusal::unauthorized(
            "The sandbox knows no OAuth tokens: use the API key and secret",
        )));
    };
    let pair = STANDARD
        .decode(encoded.trim())
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .unwrap_or_default();
    let (key, secret) = pair.split_once(':').unwrap_or((&pair, ""));
    Some(match server.secret_of(key) {
        None => Err(Refusal::unauthorized("unknown api_key")),
        Some(known) if signature::same(secret, known) => Ok(()),
        Some(_) => Err(Refusal::unauthorized("api_secret mismatch")),
    })
}

fn by_signature(server: &Server, call: &Call, endpoint: Endpoint) -> Result<(), Refusal> {
    let params = &call.form.params;
    let need = |name: &str| params.text(name).ok_or_else(|| Refusal::missing(name));
    let (key, timestamp, claimed) = (need("api_key")?, need("timestamp")?, need("signature")?);
    let Some(secret) = server.secret_of(&key) else {
        return Err(Refusal::unauthorized(format!("Unknown API key {key}")));
    };
    let counted = counted(params, endpoint, server.signature_model);
    if !signature::fits(&counted, secret, &claimed) {
        let own = signature::canonical(&counted, true);
        return Err(Refusal::unauthorized(format!(
            "Invalid Signature {claimed}. String to sign - '{own}'."
        )));
    }
    let at: i64 = timestamp
        .parse()
        .map_err(|_| Refusal::bad_request(format!("Invalid timestamp {timestamp}")))?;
    if call.now.saturating_sub(at) > LIFETIME {
        let reported = clock::spoken(at);
        return Err(Refusal::bad_request(format!(
            "Stale request - reported time is {reported} which is more than 1 hour ago"
        )));
    }
    Ok(())
}

/// The received parameters that count as signed.
fn counted(params: &Params, endpoint: Endpoint, model: SignatureModel) -> Vec<(String, String)> {
    params
        .names()
        .filter(|name| !signature::NEVER_SIGNED.contains(name))
        .filter(|name| match model {
            SignatureModel::All => true,
            SignatureModel::Whitelist => endpoint.signed_names().contains(name),
        })
        .filter_map(|name| Some((name.to_owned(), params.text(name)?)))
        .collect()
}

fn only_unsigned_names(params: &Params) -> Result<(), Refusal> {
    let forbidden: Vec<String> = params
        .names()
        .filter(|name| Endpoint::Upload.signed_names().contains(name))
        .filter(|name| !UNSIGNED.contains(name) && !CONTROL.contains(name))
        .map(capitalised)
        .collect();
    if forbidden.is_empty() {
        return Ok(());
    }
    let (names, allowed) = (forbidden.join(", "), UNSIGNED.join(","));
    Err(Refusal::bad_request(format!(
        "{names} parameter is not allowed when using unsigned upload. Only {allowed} upload parameters are allowed."
    )))
}

fn capitalised(name: &str) -> String {
    let mut characters = name.chars();
    characters
        .next()
        .map(|first| first.to_uppercase().chain(characters).collect())
        .unwrap_or_default()
}
