//! Signed links to originals, whatever their delivery type (protocol sheet 2.1 and 7).

use std::sync::Arc;

use crate::answer::{Refusal, Reply};
use crate::asset::Asset;
use crate::manage::{key, need};
use crate::media::ResourceType;
use crate::route::Call;
use crate::server::Server;

/// The original under a public ID. `format` may only say what it has already: nothing is converted.
pub(crate) fn original(
    server: &Server,
    call: &Call,
    resource_type: ResourceType,
) -> Result<Reply, Refusal> {
    let params = &call.form.params;
    let key = key(params, resource_type, need(params, "public_id")?);
    not_over(call)?;
    let asset = server
        .store
        .get(&key)
        .ok_or_else(|| Refusal::not_found(&key.public_id))?;
    if params.text("transformation").is_some() {
        return Err(Refusal::not_here("transformations of a download"));
    }
    if let Some(format) = params.text("format")
        && !format.eq_ignore_ascii_case(&asset.format)
    {
        return Err(Refusal::not_here(format_args!(
            "a download as {format}; it delivers originals"
        )));
    }
    Ok(reply(call, asset))
}

/// A version of an asset. The sandbox keeps the newest version alone.
pub(crate) fn backup(server: &Server, call: &Call) -> Result<Reply, Refusal> {
    let params = &call.form.params;
    let (asset_id, version_id) = (need(params, "asset_id")?, need(params, "version_id")?);
    let asset = server
        .store
        .by_id(&asset_id)
        .filter(|asset| asset.version_id == version_id)
        .ok_or_else(|| Refusal::not_found(&asset_id))?;
    Ok(reply(call, asset))
}

fn reply(call: &Call, asset: Arc<Asset>) -> Reply {
    let attachment = call.form.params.flag("attachment").unwrap_or(false);
    Reply::Original { asset, attachment }
}

/// A link may say itself until when it is good.
fn not_over(call: &Call) -> Result<(), Refusal> {
    match call.form.params.text("expires_at") {
        None => Ok(()),
        Some(text) => match text.parse::<i64>() {
            Ok(at) if call.now <= at => Ok(()),
            Ok(_) => Err(Refusal::unauthorized("The download link has expired")),
            Err(_) => Err(Refusal::bad_request(format!("Invalid expires_at {text}"))),
        },
    }
}
