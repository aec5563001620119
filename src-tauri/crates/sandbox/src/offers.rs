//! What an account offers to choose from: tags, and fields of structured metadata. Their shapes are those of the Admin API's
//! documentation (`cloudinary.com/documentation/admin_api#get_tags`, `…/metadata_api#get_metadata_fields`), their paths and
//! parameters those of the official SDKs (`api.tags`, `api.list_metadata_fields`); the refusal's words are in the protocol
//! sheet, section 5. The documentation names no order of the tags, and no words for a field that is not there.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::answer::{Answer, Refusal};
use crate::config::MetadataField;
use crate::library::{page, with_cursor};
use crate::media::ResourceType;
use crate::params::{Params, key_values};
use crate::route::Call;
use crate::server::Server;

/// The tags of all assets of one type, in order.
pub(crate) fn tags(server: &Server, call: &Call, resource_type: ResourceType) -> Answer {
    let params = &call.form.params;
    let prefix = params.text("prefix").unwrap_or_default();
    let assets = server.store.all();
    let of_type = assets
        .iter()
        .filter(|asset| asset.resource_type == resource_type);
    let tags: BTreeSet<&String> = of_type
        .flat_map(|asset| &asset.tags)
        .filter(|tag| tag.starts_with(&prefix))
        .collect();
    let tags: Vec<&String> = tags.into_iter().collect();
    let (tags, next) = page(params, &tags)?;
    Ok(with_cursor(json!({"tags": tags}), next))
}

pub(crate) fn metadata_fields(server: &Server) -> Value {
    let fields: Vec<Value> = server.metadata_fields.iter().map(entry).collect();
    json!({"metadata_fields": fields})
}

/// One field, for `GET /metadata_fields/:external_id`.
pub(crate) fn metadata_field(server: &Server, external_id: &str) -> Answer {
    let fields = &server.metadata_fields;
    let found = fields.iter().find(|field| field.external_id == external_id);
    found.map(entry).ok_or_else(|| {
        Refusal::new(
            axum::http::StatusCode::NOT_FOUND,
            format!("External ID - {external_id} doesn't exist"),
        )
    })
}

/// A field as the documentation shows it. Only one with a list has a `datasource`, and no field here has a default value.
fn entry(field: &MetadataField) -> Value {
    let mut entry = json!({
        "type": field.kind, "external_id": field.external_id, "label": field.label, "mandatory": field.mandatory,
        "default_value": null, "validation": null, "default_disabled": false, "restrictions": {"readonly_ui": false},
        "allow_dynamic_list_values": false
    });
    if matches!(field.kind.as_str(), "enum" | "set") {
        let value = |(id, text): &(String, String)| json!({"external_id": id, "value": text, "state": "active"});
        let values: Vec<Value> = field.values.iter().map(value).collect();
        entry["datasource"] = json!({"values": values});
    }
    entry
}

/// A wrong field fails the whole upload.
pub(crate) fn check_metadata(server: &Server, params: &Params) -> Result<(), Refusal> {
    let Some(text) = params.text("metadata") else {
        return Ok(());
    };
    let known = &server.metadata_fields;
    if known.is_empty() {
        return Ok(());
    }
    let names = key_values(&text).into_keys();
    let unknown: Vec<String> = names
        .filter(|name| known.iter().all(|field| field.external_id != *name))
        .collect();
    if unknown.is_empty() {
        return Ok(());
    }
    Err(Refusal::bad_request(format!(
        "Metadata External IDs do not exist: {}",
        json!(unknown)
    )))
}
