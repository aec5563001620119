//! What the Upload API does to an asset that is there (protocol sheet 6): destroy, rename, explicit, tags, context, metadata.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

use crate::answer::{Answer, Refusal, random_hex};
use crate::asset::{Asset, Key};
use crate::config::FolderMode;
use crate::media::ResourceType;
use crate::naming;
use crate::params::{Params, key_values};
use crate::route::Call;
use crate::server::Server;
use crate::store::MoveError;

/// The most assets one call may change.
const MOST: usize = 1_000;
/// A delete token is good for this many seconds.
const TOKEN_LIFETIME: i64 = 600;

/// Tokens that allow whoever holds them to delete one asset for ten minutes.
#[derive(Default)]
pub(crate) struct DeleteTokens(Mutex<HashMap<String, (Key, i64)>>);

impl DeleteTokens {
    pub(crate) fn issue(&self, key: Key, now: i64) -> String {
        let token = random_hex::<32>();
        let mut tokens = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tokens.retain(|_, (_, at)| now - *at <= TOKEN_LIFETIME);
        tokens.insert(token.clone(), (key, now));
        token
    }

    fn redeem(&self, token: &str, now: i64) -> Option<Key> {
        let (key, at) = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(token)?;
        (now - at <= TOKEN_LIFETIME).then_some(key)
    }
}

pub(crate) fn destroy(server: &Server, call: &Call, resource_type: ResourceType) -> Answer {
    let key = key(
        &call.form.params,
        resource_type,
        need(&call.form.params, "public_id")?,
    );
    removed(server, &key)
}

pub(crate) fn destroy_by_id(server: &Server, call: &Call) -> Answer {
    let asset_id = need(&call.form.params, "asset_id")?;
    match server.store.by_id(&asset_id) {
        Some(asset) => removed(server, &asset.key()),
        None => Ok(json!({"result": "not found"})),
    }
}

pub(crate) fn delete_by_token(server: &Server, call: &Call) -> Answer {
    let token = need(&call.form.params, "token")?;
    match server.delete_tokens.redeem(&token, call.now) {
        Some(key) => removed(server, &key),
        None => Err(Refusal::bad_request(
            "Invalid token, or more than 10 minutes old",
        )),
    }
}

fn removed(server: &Server, key: &Key) -> Answer {
    let was_there = server.store.remove(key).map_err(Refusal::broken)?;
    Ok(json!({"result": if was_there { "ok" } else { "not found" }}))
}

pub(crate) fn rename(server: &Server, call: &Call, resource_type: ResourceType) -> Answer {
    let params = &call.form.params;
    let (from_id, to_id) = (
        need(params, "from_public_id")?,
        need(params, "to_public_id")?,
    );
    naming::check_public_id(&to_id)?;
    let from = key(params, resource_type, from_id);
    let mut to = Key {
        public_id: to_id,
        ..from.clone()
    };
    if let Some(delivery_type) = params.text("to_type") {
        to.delivery_type = known_type(delivery_type)?;
    }
    let mode = server.folder_mode();
    let outcome = server.store.rename(
        &from,
        &to,
        params.flag("overwrite").unwrap_or(false),
        |asset| {
            if mode == FolderMode::Fixed {
                asset.asset_folder = asset
                    .public_id
                    .rsplit_once('/')
                    .map(|(folder, _)| folder.to_owned())
                    .unwrap_or_default();
            }
            describe_anew(asset, params);
        },
    );
    match outcome {
        Ok(asset) => Ok(Value::Object(asset.describe(server))),
        Err(MoveError::NotFound) => Err(Refusal::not_found(&from.public_id)),
        Err(MoveError::Taken) => Err(Refusal::bad_request(format!(
            "to_public_id {} already exists",
            to.public_id
        ))),
        Err(MoveError::Disk(error)) => Err(Refusal::broken(error)),
    }
}

pub(crate) fn explicit(server: &Server, call: &Call, resource_type: ResourceType) -> Answer {
    let params = &call.form.params;
    let key = key(params, resource_type, need(params, "public_id")?);
    if params
        .text("display_name")
        .is_some_and(|name| name.contains('/'))
    {
        return Err(Refusal::bad_request("Display name cannot contain slashes"));
    }
    let changed = server
        .store
        .update(&key, |asset| describe_anew(asset, params))
        .map_err(Refusal::broken)?;
    let asset = changed.ok_or_else(|| Refusal::not_found(&key.public_id))?;
    Ok(Value::Object(asset.describe(server)))
}

/// Replaces what the parameters name, and leaves the rest.
fn describe_anew(asset: &mut Asset, params: &Params) {
    if params.text("tags").is_some() {
        asset.tags = params.list("tags");
    }
    if let Some(text) = params.text("context") {
        asset.context = key_values(&text);
    }
    if let Some(text) = params.text("metadata") {
        asset.metadata.extend(key_values(&text));
    }
    if let Some(name) = params.text("display_name") {
        asset.display_name = name;
    }
    if let Some(folder) = params.text("asset_folder") {
        asset.asset_folder = folder;
    }
    if let Some(control) = params
        .text("access_control")
        .and_then(|text| serde_json::from_str(&text).ok())
    {
        asset.access_control = Some(control);
    }
}

pub(crate) fn tags(server: &Server, call: &Call, resource_type: ResourceType) -> Answer {
    let params = &call.form.params;
    let command = need(params, "command")?;
    let tags = params.list("tag");
    if tags.is_empty() && command != "remove_all" {
        return Err(Refusal::missing("tag"));
    }
    if command == "set_exclusive" {
        let named = named(params)?;
        for asset in server.store.all() {
            let elsewhere = asset.resource_type == resource_type
                && !named.contains(&asset.public_id)
                && tags.iter().any(|tag| asset.tags.contains(tag));
            if elsewhere {
                server
                    .store
                    .update(&asset.key(), |asset| {
                        asset.tags.retain(|tag| !tags.contains(tag))
                    })
                    .map_err(Refusal::broken)?;
            }
        }
    }
    let add = |asset: &mut Asset| {
        for tag in &tags {
            if !asset.tags.contains(tag) {
                asset.tags.push(tag.clone());
            }
        }
    };
    match command.as_str() {
        "add" | "set_exclusive" => each(server, params, resource_type, add),
        "remove" => each(server, params, resource_type, |asset| {
            asset.tags.retain(|tag| !tags.contains(tag))
        }),
        "replace" => each(server, params, resource_type, |asset| {
            asset.tags.clone_from(&tags)
        }),
        "remove_all" => each(server, params, resource_type, |asset| asset.tags.clear()),
        other => Err(Refusal::bad_request(format!("Invalid command {other}"))),
    }
}

pub(crate) fn context(server: &Server, call: &Call, resource_type: ResourceType) -> Answer {
    let params = &call.form.params;
    match need(params, "command")?.as_str() {
        "add" => {
            let pairs = key_values(&need(params, "context")?);
            each(server, params, resource_type, |asset| {
                asset.context.extend(pairs.clone())
            })
        }
        "remove_all" => each(server, params, resource_type, |asset| asset.context.clear()),
        other => Err(Refusal::bad_request(format!("Invalid command {other}"))),
    }
}

pub(crate) fn metadata(server: &Server, call: &Call, resource_type: ResourceType) -> Answer {
    let params = &call.form.params;
    let pairs = key_values(&need(params, "metadata")?);
    each(server, params, resource_type, |asset| {
        asset.metadata.extend(pairs.clone())
    })
}

/// Changes every asset that `public_ids` names and answers with those that were there.
fn each(
    server: &Server,
    params: &Params,
    resource_type: ResourceType,
    change: impl Fn(&mut Asset),
) -> Answer {
    let mut changed = Vec::new();
    for public_id in named(params)? {
        let key = key(params, resource_type, public_id);
        if server
            .store
            .update(&key, &change)
            .map_err(Refusal::broken)?
            .is_some()
        {
            changed.push(key.public_id);
        }
    }
    Ok(json!({"public_ids": changed}))
}

fn named(params: &Params) -> Result<Vec<String>, Refusal> {
    let named = params.list("public_ids");
    if named.is_empty() {
        return Err(Refusal::missing("public_ids"));
    }
    if named.len() > MOST {
        return Err(Refusal::bad_request(format!(
            "No more than {MOST} public_ids are allowed"
        )));
    }
    Ok(named)
}

pub(crate) fn key(params: &Params, resource_type: ResourceType, public_id: String) -> Key {
    let delivery_type = params.text("type").unwrap_or_else(|| "upload".to_owned());
    Key {
        resource_type,
        delivery_type,
        public_id,
    }
}

fn known_type(delivery_type: String) -> Result<String, Refusal> {
    if matches!(
        delivery_type.as_str(),
        "upload" | "private" | "authenticated"
    ) {
        Ok(delivery_type)
    } else {
        Err(Refusal::not_here(format_args!("type {delivery_type}")))
    }
}

pub(crate) fn need(params: &Params, name: &str) -> Result<String, Refusal> {
    params.text(name).ok_or_else(|| Refusal::missing(name))
}
