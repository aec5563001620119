//! The Admin API's readings (protocol sheet 6): usage, settings, presets, listings; and its bulk delete.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::answer::{Answer, Refusal};
use crate::asset::{Asset, Key};
use crate::clock;
use crate::config::UploadPreset;
use crate::media::ResourceType;
use crate::params::Params;
use crate::route::Call;
use crate::server::Server;

/// The most entries one page holds.
const PAGE: usize = 500;
/// The plan's limit as `usage` tells it, in bytes; nothing but the disk enforces it. One request's limit is another thing.
const LARGEST: u64 = 20_000_000_000;

pub(crate) fn usage(server: &Server, call: &Call) -> Answer {
    let all = server.store.all();
    let bytes: u64 = all.iter().map(|asset| asset.bytes).sum();
    let day: String = clock::iso(call.now).chars().take(10).collect();
    Ok(json!({
        "plan": "Sandbox", "last_updated": day, "date_requested": clock::iso(call.now),
        "transformations": {"usage": 0, "credits_usage": 0.0}, "objects": {"usage": all.len()}, "bandwidth": {"usage": 0, "credits_usage": 0.0},
        "storage": {"usage": bytes, "credits_usage": 0.0}, "credits": {"usage": 0.0}, "requests": 0, "resources": all.len(), "derived_resources": 0,
        "media_limits": {
            "image_max_size_bytes": LARGEST, "video_max_size_bytes": LARGEST, "raw_max_size_bytes": LARGEST,
            "image_max_px": 50_000_000, "asset_max_total_px": 200_000_000
        }
    }))
}

pub(crate) fn config(server: &Server, call: &Call) -> Answer {
    let mut answer =
        json!({"cloud_name": server.cloud_name(), "created_at": "2024-01-01T00:00:00Z"});
    if call.form.params.flag("settings") == Some(true) {
        answer["settings"] = json!({"folder_mode": server.folder_mode().name()});
    }
    Ok(answer)
}

pub(crate) fn presets(server: &Server, call: &Call) -> Answer {
    let unsigned = server
        .unsigned_presets
        .iter()
        .map(|preset| preset_entry(preset, true));
    let all: Vec<Value> = unsigned
        .chain(
            server
                .signed_presets
                .iter()
                .map(|preset| preset_entry(preset, false)),
        )
        .collect();
    let (entries, next) = page(&call.form.params, &all)?;
    Ok(with_cursor(json!({"presets": entries}), next))
}

pub(crate) fn preset(server: &Server, name: &str) -> Answer {
    let find = |presets: &[UploadPreset], unsigned| {
        presets
            .iter()
            .find(|preset| preset.name == name)
            .map(|preset| preset_entry(preset, unsigned))
    };
    find(&server.unsigned_presets, true)
        .or_else(|| find(&server.signed_presets, false))
        .ok_or_else(|| {
            Refusal::new(
                axum::http::StatusCode::NOT_FOUND,
                format!("Can't find upload preset named {name}"),
            )
        })
}

fn preset_entry(preset: &UploadPreset, unsigned: bool) -> Value {
    json!({"name": preset.name, "unsigned": unsigned, "settings": preset.settings})
}

pub(crate) fn list(
    server: &Server,
    call: &Call,
    resource_type: ResourceType,
    delivery: Option<&str>,
) -> Answer {
    let params = &call.form.params;
    let prefix = params.text("prefix").unwrap_or_default();
    let wanted = params.list("public_ids");
    let mut found: Vec<Arc<Asset>> = server.store.all();
    found.retain(|asset| {
        asset.resource_type == resource_type
            && delivery.is_none_or(|delivery| asset.delivery_type == delivery)
            && asset.public_id.starts_with(&prefix)
            && (wanted.is_empty() || wanted.contains(&asset.public_id))
    });
    // The service lists the newest first unless asked otherwise.
    if matches!(params.text("direction").as_deref(), Some("asc" | "1")) {
        found.reverse();
    }
    listing(server, params, &found)
}

pub(crate) fn by_asset_folder(server: &Server, call: &Call) -> Answer {
    let folder = call.form.params.text("asset_folder").unwrap_or_default();
    let folder = folder.trim_matches('/');
    let mut found = server.store.all();
    found.retain(|asset| asset.asset_folder == folder);
    listing(server, &call.form.params, &found)
}

pub(crate) fn by_asset_ids(server: &Server, call: &Call) -> Answer {
    let found: Vec<_> = call
        .form
        .params
        .list("asset_ids")
        .iter()
        .filter_map(|id| server.store.by_id(id))
        .collect();
    listing(server, &call.form.params, &found)
}

pub(crate) fn by_id(server: &Server, asset_id: &str) -> Answer {
    let asset = server
        .store
        .by_id(asset_id)
        .ok_or_else(|| Refusal::not_found(asset_id))?;
    Ok(asset.list_entry(server))
}

pub(crate) fn one(
    server: &Server,
    resource_type: ResourceType,
    delivery: &str,
    public_id: &str,
) -> Answer {
    let key = Key {
        resource_type,
        delivery_type: delivery.to_owned(),
        public_id: public_id.to_owned(),
    };
    let asset = server
        .store
        .get(&key)
        .ok_or_else(|| Refusal::not_found(public_id))?;
    Ok(asset.list_entry(server))
}

pub(crate) fn delete(
    server: &Server,
    call: &Call,
    resource_type: ResourceType,
    delivery: &str,
) -> Answer {
    let named = call.form.params.list("public_ids");
    if named.is_empty() {
        return Err(Refusal::missing("public_ids"));
    }
    if named.len() > 100 {
        return Err(Refusal::bad_request(
            "No more than 100 public_ids are allowed",
        ));
    }
    let mut deleted = Map::new();
    for public_id in named {
        let key = Key {
            resource_type,
            delivery_type: delivery.to_owned(),
            public_id,
        };
        let was_there = server.store.remove(&key).map_err(Refusal::broken)?;
        deleted.insert(
            key.public_id,
            json!(if was_there { "deleted" } else { "not_found" }),
        );
    }
    Ok(json!({"deleted": deleted, "partial": false}))
}

fn listing(server: &Server, params: &Params, found: &[Arc<Asset>]) -> Answer {
    let (assets, next) = page(params, found)?;
    let entries: Vec<Value> = assets
        .iter()
        .map(|asset| asset.list_entry(server))
        .collect();
    Ok(with_cursor(json!({"resources": entries}), next))
}

/// One page of `all`, by `max_results` and `next_cursor`, and the cursor of the next one.
pub(crate) fn page<T: Clone>(
    params: &Params,
    all: &[T],
) -> Result<(Vec<T>, Option<String>), Refusal> {
    page_by(params, all, 10)
}

/// As [`page`], with the call's own usual page length.
pub(crate) fn page_by<T: Clone>(
    params: &Params,
    all: &[T],
    usual: usize,
) -> Result<(Vec<T>, Option<String>), Refusal> {
    let wrong = |name: &str, value: &str| {
        Refusal::bad_request(format!("Invalid value {value} for parameter {name}"))
    };
    let size = match params.text("max_results") {
        None => usual,
        Some(text) => text
            .parse()
            .ok()
            .filter(|size| (1..=PAGE).contains(size))
            .ok_or_else(|| wrong("max_results", &text))?,
    };
    let start: usize = match params.text("next_cursor") {
        None => 0,
        Some(text) => text
            .strip_prefix("after-")
            .and_then(|rest| rest.parse().ok())
            .ok_or_else(|| wrong("next_cursor", &text))?,
    };
    let end = start.saturating_add(size).min(all.len());
    let entries = all.get(start..end).unwrap_or_default().to_vec();
    Ok((entries, (end < all.len()).then(|| format!("after-{end}"))))
}

pub(crate) fn with_cursor(mut answer: Value, next: Option<String>) -> Value {
    if let Some(next) = next {
        answer["next_cursor"] = json!(next);
    }
    answer
}
