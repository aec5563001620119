//! Which handler answers which call of the API, all under `/v1_1/{cloud}`. What is not in this list the sandbox does not do, and says so.

use axum::http::{HeaderMap, Method};
use percent_encoding::percent_decode_str;

use crate::answer::{Answer, Refusal, Reply};
use crate::auth;
use crate::chunks::Chunk;
use crate::form::Form;
use crate::media::ResourceType;
use crate::server::Server;
use crate::whitelist::Endpoint;
use crate::{compose, download, folders, library, manage, offers, search, upload};

/// A call of the API, read to its end.
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) headers: HeaderMap,
    /// What follows `/v1_1/`, decoded and cut at every `/`, the cloud name first.
    pub(crate) segments: Vec<String>,
    pub(crate) form: Form,
    pub(crate) chunk: Option<Chunk>,
    /// Unix seconds by the sandbox's clock.
    pub(crate) now: i64,
    pub(crate) effects: Effects,
}

/// Faults that a handler itself has to bring about.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Effects {
    pub(crate) done_false_on_last_chunk: bool,
    pub(crate) refuse_repeated_last_chunk: bool,
}

/// What follows `/v1_1/` in a path; `%2F` counts as a slash, and a slash at the end as none (the Node SDK sends one, rclone the other).
pub(crate) fn segments(path: &str) -> Option<Vec<String>> {
    let decoded = percent_decode_str(path).decode_utf8().ok()?;
    let rest = decoded.strip_prefix("/v1_1/")?;
    Some(
        rest.split('/')
            .filter(|segment| !segment.is_empty())
            .map(str::to_owned)
            .collect(),
    )
}

/// Answers a call.
pub(crate) async fn answer(server: &Server, call: Call) -> Result<Reply, Refusal> {
    let segments = call.segments.clone();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let Some((cloud, rest)) = segments.split_first() else {
        return Err(Refusal::unauthorized("Invalid cloud_name"));
    };
    if *cloud != server.cloud_name() {
        return Err(Refusal::unauthorized(format!("Invalid cloud_name {cloud}")));
    }
    if let Some(signed) = signed_get(server, &call, rest) {
        return signed;
    }
    let answer = match call.method.as_str() {
        "POST" => post(server, call, rest).await,
        "GET" => get(server, &call, rest),
        "DELETE" => delete(server, &call, rest),
        _ => Err(unknown(&call.method, rest)),
    };
    answer.map(Reply::Json)
}

/// The calls that a link can make: signed like the Upload API's, in the query.
fn signed_get(server: &Server, call: &Call, path: &[&str]) -> Option<Result<Reply, Refusal>> {
    if call.method != Method::GET {
        return None;
    }
    let owner = |endpoint| auth::owner(server, call, endpoint);
    match *path {
        ["download_backup"] => {
            Some(owner(Endpoint::DownloadBackup).and_then(|()| download::backup(server, call)))
        }
        [kind, "download"] => Some(
            owner(Endpoint::Download)
                .and_then(|()| download::original(server, call, resource_type(kind)?)),
        ),
        [kind, "download_tag.zip"] => Some(owner(Endpoint::DownloadTag).and_then(|()| {
            compose::tagged_archive(server, call, resource_type(kind)?).map(Reply::Json)
        })),
        [kind, "generate_archive"] => Some(
            owner(Endpoint::Archive)
                .and_then(|()| compose::archive(server, call, any_type(kind)?).map(Reply::Json)),
        ),
        _ => None,
    }
}

async fn post(server: &Server, call: Call, path: &[&str]) -> Answer {
    match *path {
        ["upload"] => upload::upload(server, call, None).await,
        ["auto", "upload" | "upload_chunked"] => upload::upload(server, call, None).await,
        [kind, "upload" | "upload_chunked"] => {
            upload::upload(server, call, Some(resource_type(kind)?)).await
        }
        ["delete_by_token"] => manage::delete_by_token(server, &call),
        ["asset", "destroy"] => {
            auth::owner(server, &call, Endpoint::AssetDestroy)?;
            manage::destroy_by_id(server, &call)
        }
        ["resources", "search"] => {
            auth::admin(server, &call)?;
            search::assets(server, &call)
        }
        ["folders", "search"] => {
            auth::admin(server, &call)?;
            search::folders(server, &call)
        }
        ["folders", ref folder @ ..] if !folder.is_empty() => {
            auth::admin(server, &call)?;
            folders::create(server, &folder.join("/"))
        }
        [kind, "destroy"] => {
            auth::owner(server, &call, Endpoint::Destroy)?;
            manage::destroy(server, &call, resource_type(kind)?)
        }
        [kind, "rename"] => {
            auth::owner(server, &call, Endpoint::Rename)?;
            manage::rename(server, &call, resource_type(kind)?)
        }
        [kind, "explicit"] => {
            auth::owner(server, &call, Endpoint::Explicit)?;
            manage::explicit(server, &call, resource_type(kind)?)
        }
        [kind, "tags"] => {
            auth::owner(server, &call, Endpoint::Tags)?;
            manage::tags(server, &call, resource_type(kind)?)
        }
        [kind, "context"] => {
            auth::owner(server, &call, Endpoint::Context)?;
            manage::context(server, &call, resource_type(kind)?)
        }
        [kind, "metadata"] => {
            auth::owner(server, &call, Endpoint::Metadata)?;
            manage::metadata(server, &call, resource_type(kind)?)
        }
        [kind, "explode"] => {
            auth::owner(server, &call, Endpoint::Explode)?;
            compose::explode(server, &call, resource_type(kind)?)
        }
        [kind, "generate_archive"] => {
            auth::owner(server, &call, Endpoint::Archive)?;
            compose::archive(server, &call, any_type(kind)?)
        }
        [kind, "sprite"] => {
            auth::owner(server, &call, Endpoint::Sprite)?;
            compose::of_tag(server, &call, resource_type(kind)?, "sprites")
        }
        [kind, "multi"] => {
            auth::owner(server, &call, Endpoint::Multi)?;
            compose::of_tag(server, &call, resource_type(kind)?, "animations")
        }
        ["image", "text"] => {
            auth::owner(server, &call, Endpoint::Text)?;
            compose::text(&call)
        }
        _ => Err(unknown(&call.method, path)),
    }
}

fn get(server: &Server, call: &Call, path: &[&str]) -> Answer {
    auth::admin(server, call)?;
    match *path {
        ["ping"] => Ok(serde_json::json!({"status": "ok"})),
        ["usage"] | ["usage", _] => library::usage(server, call),
        ["config"] => library::config(server, call),
        ["upload_presets"] => library::presets(server, call),
        ["upload_presets", name] => library::preset(server, name),
        ["tags", kind] => offers::tags(server, call, resource_type(kind)?),
        ["metadata_fields"] => Ok(offers::metadata_fields(server)),
        ["metadata_fields", id] => offers::metadata_field(server, id),
        ["resources"] => Ok(serde_json::json!({"resource_types": ["image", "raw", "video"]})),
        ["resources", "by_asset_folder"] => library::by_asset_folder(server, call),
        ["resources", "by_asset_ids"] => library::by_asset_ids(server, call),
        ["resources", "search"] => search::assets(server, call),
        ["resources", kind] if ResourceType::parse(kind).is_some() => {
            library::list(server, call, resource_type(kind)?, None)
        }
        ["resources", asset_id] => library::by_id(server, asset_id),
        ["resources", kind, delivery] => {
            library::list(server, call, resource_type(kind)?, Some(delivery))
        }
        ["resources", kind, delivery, ref id @ ..] => {
            library::one(server, resource_type(kind)?, delivery, &id.join("/"))
        }
        ["folders"] => folders::list(server, call, ""),
        ["folders", ref folder @ ..] => folders::list(server, call, &folder.join("/")),
        _ => Err(unknown(&call.method, path)),
    }
}

fn delete(server: &Server, call: &Call, path: &[&str]) -> Answer {
    auth::admin(server, call)?;
    match *path {
        ["resources", kind, delivery] => {
            library::delete(server, call, resource_type(kind)?, delivery)
        }
        ["folders", ref folder @ ..] if !folder.is_empty() => {
            folders::delete(server, &folder.join("/"))
        }
        _ => Err(unknown(&call.method, path)),
    }
}

fn resource_type(name: &str) -> Result<ResourceType, Refusal> {
    ResourceType::parse(name)
        .ok_or_else(|| Refusal::bad_request(format!("Invalid resource_type {name}")))
}

/// `None` stands for all of them.
fn any_type(name: &str) -> Result<Option<ResourceType>, Refusal> {
    match name {
        "all" | "auto" => Ok(None),
        _ => resource_type(name).map(Some),
    }
}

fn unknown(method: &Method, path: &[&str]) -> Refusal {
    Refusal::new(
        axum::http::StatusCode::NOT_FOUND,
        format!("The sandbox has no {method} /{}", path.join("/")),
    )
}
