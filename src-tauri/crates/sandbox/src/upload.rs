//! The upload endpoint (protocol sheet 3 and 4).

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};
use tokio::task::spawn_blocking;
use url::Url;

use crate::answer::{Answer, Refusal, random_hex};
use crate::asset::{Asset, Key};
use crate::auth::{self, Caller};
use crate::chunks::{Chunk, Opening, Progress};
use crate::media::{self, ResourceType};
use crate::naming::{self, FileName};
use crate::offers;
use crate::params::{Params, key_values};
use crate::route::Call;
use crate::server::Server;
use crate::signature;
use crate::spool::{Spool, Spooled};
use crate::store::Stored;

/// What the sandbox takes, keeps in mind, and does not carry out; the answer names them under `sandbox.not_applied`.
const NOT_APPLIED: [&str; 10] = [
    "transformation",
    "eager",
    "format",
    "moderation",
    "eval",
    "on_success",
    "notification_url",
    "responsive_breakpoints",
    "raw_convert",
    "background_removal",
];

/// Stores a file. `wanted` is the resource type in the path; `None` means `auto`.
pub(crate) async fn upload(
    server: &Server,
    mut call: Call,
    wanted: Option<ResourceType>,
) -> Answer {
    let caller = auth::upload(server, &call)?;
    let params = with_preset(server, &call.form.params, &caller)?;
    let (name, content) = content(server, &mut call, &params).await?;
    let Some(chunk) = call.chunk.clone() else {
        return store(
            server, &call, wanted, &params, &name, content, &caller, None,
        )
        .await;
    };

    if server.chunks.is_answered(&chunk.upload_id) && call.effects.refuse_repeated_last_chunk {
        return Err(Refusal::bad_request(
            "This upload is complete, and its last chunk came again",
        ));
    }
    let public_id = early_public_id(server, &chunk, wanted, &params, &name, &content.head)?;
    let opening = Opening {
        params,
        file_name: name,
        public_id,
    };
    let unfinished = |received: u64, public_id: Option<String>| {
        let kind = wanted.map_or("auto", ResourceType::name);
        json!({"done": false, "bytes": received, "kind": "upload", "resource_type": kind, "public_id": public_id})
    };
    if chunk.is_last() && call.effects.done_false_on_last_chunk {
        return Ok(unfinished(content.size, opening.public_id));
    }
    let folder = server.store.incoming().to_owned();
    match server
        .chunks
        .accept(&chunk, content, opening, folder)
        .await?
    {
        Progress::More {
            received,
            public_id,
        } => Ok(unfinished(received, public_id)),
        Progress::Repeat(answer) => Ok(answer),
        Progress::Complete { whole, opening } => {
            let Opening {
                params,
                file_name,
                public_id,
            } = opening;
            let stored = store(
                server, &call, wanted, &params, &file_name, whole, &caller, public_id,
            )
            .await;
            match stored {
                Ok(mut answer) => {
                    if let Value::Object(members) = &mut answer {
                        members.insert("done".to_owned(), json!(true));
                    }
                    server.chunks.answered(&chunk, answer.clone());
                    Ok(answer)
                }
                Err(refusal) => {
                    server.chunks.forget(&chunk);
                    Err(refusal)
                }
            }
        }
    }
}

/// Single values of a preset win over an unsigned request and lose to a signed one; tags, context and metadata are merged.
fn with_preset(server: &Server, sent: &Params, caller: &Caller) -> Result<Params, Refusal> {
    let mut params = sent.clone();
    let (preset, preset_wins) = match caller {
        Caller::Anyone(preset) => (preset.clone(), true),
        Caller::Owner => match sent.text("upload_preset") {
            None => return Ok(params),
            Some(name) => {
                let mut all = server.signed_presets.iter().chain(&server.unsigned_presets);
                let preset = all
                    .find(|preset| preset.name == name)
                    .ok_or_else(|| Refusal::bad_request("Upload preset not found"))?;
                (preset.clone(), false)
            }
        },
    };
    for (name, value) in preset.settings {
        let separator = match name.as_str() {
            "tags" => Some(","),
            "context" | "metadata" => Some("|"),
            _ => None,
        };
        match (sent.text(&name), separator) {
            (Some(own), Some(separator)) => params.add(&name, format!("{value}{separator}{own}")),
            (Some(_), None) if !preset_wins => {}
            (Some(_) | None, _) => params.add(&name, value),
        }
    }
    Ok(params)
}

/// The file itself: a part, a data URI, or one of this sandbox's own links. Nothing is fetched from anywhere else.
async fn content(
    server: &Server,
    call: &mut Call,
    params: &Params,
) -> Result<(String, Spooled), Refusal> {
    if let Some(file) = call.form.file.take() {
        let limit = server.limit();
        if file.content.size > limit {
            let got = file.content.size;
            return Err(Refusal::bad_request(format!(
                "File size too large. Got {got}. Maximum is {limit}. Upgrade your plan to enjoy higher limits https://www.cloudinary.com/pricing/upgrades/file-limit"
            )));
        }
        return Ok((file.name, file.content));
    }
    if call.form.bracketed_file {
        return Err(Refusal::bad_request(
            "Invalid file parameter. Make sure your file parameter does not include '[]'",
        ));
    }
    let Some(text) = params.text("file") else {
        return Err(Refusal::missing("file"));
    };
    if let Some(uri) = text.strip_prefix("data:") {
        let bytes = data_uri(uri)?;
        let mut spool = Spool::new(server.keep(call.chunk.is_some()));
        spool.push(bytes).await.map_err(Refusal::broken)?;
        return Ok((
            String::new(),
            spool.finish().await.map_err(Refusal::broken)?,
        ));
    }
    let url = Url::parse(&text)
        .map_err(|_| Refusal::bad_request(format!("Unsupported source URL: {text}")))?;
    if !matches!(url.scheme(), "http" | "https" | "ftp" | "s3" | "gs") {
        return Err(Refusal::bad_request(format!(
            "Unsupported source URL: {text}"
        )));
    }
    let Some((asset, path)) = server.own_asset(&url) else {
        return Err(Refusal::bad_request(format!(
            "Error in loading {text} - the sandbox fetches nothing but its own links"
        )));
    };
    let name = format!(
        "{}.{}",
        asset.original_filename.clone().unwrap_or_default(),
        asset.format
    );
    let bytes = tokio::fs::read(&path).await.map_err(Refusal::broken)?;
    let mut spool = Spool::new(server.keep(call.chunk.is_some()));
    spool
        .push(Bytes::from(bytes))
        .await
        .map_err(Refusal::broken)?;
    Ok((name, spool.finish().await.map_err(Refusal::broken)?))
}

fn data_uri(uri: &str) -> Result<Bytes, Refusal> {
    let wrong = || Refusal::bad_request("Invalid file parameter: the data URI cannot be decoded");
    let (kind, data) = uri.split_once(',').ok_or_else(wrong)?;
    if kind.ends_with(";base64") {
        let data: String = data.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        STANDARD.decode(data).map(Bytes::from).map_err(|_| wrong())
    } else {
        Ok(Bytes::from(percent_decode_str(data).collect::<Vec<u8>>()))
    }
}

/// The public ID that an answer to a chunk already names, decided from what the first chunk shows.
fn early_public_id(
    server: &Server,
    chunk: &Chunk,
    wanted: Option<ResourceType>,
    params: &Params,
    name: &str,
    head: &[u8],
) -> Result<Option<String>, Refusal> {
    let file = FileName::new(name);
    let head = if chunk.key() == 0 { head } else { &[] };
    let seen = media::detect(head, &file.extension).resource_type;
    Ok(Some(
        naming::place(params, &file, wanted.unwrap_or(seen), server.folder_mode())?.public_id,
    ))
}

#[expect(
    clippy::too_many_arguments,
    reason = "the one place where request, rules and bytes meet"
)]
async fn store(
    server: &Server,
    call: &Call,
    wanted: Option<ResourceType>,
    params: &Params,
    name: &str,
    content: Spooled,
    caller: &Caller,
    public_id: Option<String>,
) -> Answer {
    if content.size == 0 {
        return Err(Refusal::bad_request("Empty file"));
    }
    let delivery_type = params.text("type").unwrap_or_else(|| "upload".to_owned());
    if !matches!(
        delivery_type.as_str(),
        "upload" | "private" | "authenticated"
    ) {
        return Err(Refusal::not_here(format_args!("type {delivery_type}")));
    }
    let file = FileName::new(name);
    let seen = media::detect(&content.head, &file.extension);
    if wanted == Some(ResourceType::Image) && seen.resource_type != ResourceType::Image {
        return Err(Refusal::bad_request("Invalid image file"));
    }
    let resource_type = wanted.unwrap_or(seen.resource_type);
    let allowed = params.list("allowed_formats");
    if !allowed.is_empty() && !allowed.contains(&seen.format) {
        return Err(Refusal::bad_request(format!(
            "{} is not one of the allowed formats: {}",
            seen.format,
            allowed.join(", ")
        )));
    }
    offers::check_metadata(server, params)?;
    let mut place = naming::place(params, &file, resource_type, server.folder_mode())?;
    if let Some(early) = public_id {
        if params.text("display_name").is_none()
            && params.flag("use_filename_as_display_name") != Some(true)
        {
            place.display_name = early.rsplit('/').next().unwrap_or_default().to_owned();
        }
        place.public_id = early;
    }
    let overwrite = match caller {
        Caller::Anyone(_) => false,
        Caller::Owner => params.flag("overwrite").unwrap_or(true),
    };
    let keep_name = params.flag("discard_original_filename") != Some(true);
    let renamed = params
        .text("filename_override")
        .map(|name| FileName::new(&name).stem);
    let original_filename =
        Some(renamed.unwrap_or(file.stem)).filter(|stem| keep_name && !stem.is_empty());
    let size = media::dimensions(&content.head, &seen.format)
        .filter(|_| resource_type == ResourceType::Image);
    let asset = Asset {
        asset_id: random_hex::<16>(),
        public_id: place.public_id,
        resource_type,
        delivery_type,
        version: call.now,
        version_id: random_hex::<16>(),
        format: seen.format,
        bytes: content.size,
        etag: content.md5.clone().unwrap_or_default(),
        width: size.map(|(width, _)| width),
        height: size.map(|(_, height)| height),
        created_at: call.now,
        uploaded_at: call.now,
        order: 0,
        asset_folder: place.asset_folder,
        display_name: place.display_name,
        original_filename,
        tags: params.list("tags"),
        context: params
            .text("context")
            .map(|text| key_values(&text))
            .unwrap_or_default(),
        metadata: params
            .text("metadata")
            .map(|text| key_values(&text))
            .unwrap_or_default(),
        access_control: params
            .text("access_control")
            .and_then(|text| serde_json::from_str(&text).ok()),
        content: None,
    };

    let shelf = Arc::clone(&server.store);
    let stored = spawn_blocking(move || shelf.put(asset, content, overwrite))
        .await
        .map_err(Refusal::broken)?
        .map_err(Refusal::broken)?;
    Ok(Value::Object(answer(server, call, params, stored)))
}

fn answer(server: &Server, call: &Call, params: &Params, stored: Stored) -> Map<String, Value> {
    let (asset, news) = match stored {
        Stored::New(asset) => (asset, None),
        Stored::Overwritten(asset) => (asset, Some("overwritten")),
        Stored::Existing(asset) => (asset, Some("existing")),
    };
    let mut answer = asset.describe(server);
    if let Some(news) = news {
        answer.insert(news.to_owned(), json!(true));
    }
    if let Some(key) = params.text("api_key") {
        // An answer is signed with the secret of the key that asked.
        if let Some(secret) = server.secret_of(&key) {
            let signed = signature::of_answer(&asset.public_id, asset.version, secret);
            answer.insert("signature".to_owned(), json!(signed));
        }
        answer.insert("api_key".to_owned(), json!(key));
    }
    if params.flag("return_delete_token") == Some(true) {
        let token = server.delete_tokens.issue(asset.key(), call.now);
        answer.insert("delete_token".to_owned(), json!(token));
    }
    let not_applied: Vec<&str> = NOT_APPLIED
        .into_iter()
        .filter(|name| params.text(name).is_some())
        .collect();
    if !not_applied.is_empty() {
        answer.insert("sandbox".to_owned(), json!({"not_applied": not_applied}));
    }
    if params.flag("async") == Some(true) {
        let Key {
            resource_type,
            delivery_type,
            public_id,
        } = asset.key();
        let pending = json!({"status": "pending", "resource_type": resource_type, "type": delivery_type, "public_id": public_id, "batch_id": random_hex::<32>()});
        if let Value::Object(pending) = pending {
            return pending;
        }
    }
    answer
}
