//! Delivers originals (protocol sheet 7): `/{cloud}/{resource type}/{type}/[s--…--/][transformation/][v123/]{public ID}[.ext]`.
//! Nothing is transformed: what only chooses format or quality gets the original, any other transformation is refused.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use percent_encoding::percent_decode_str;
use tokio_util::io::ReaderStream;

use crate::answer::Refusal;
use crate::asset::{Asset, Key};
use crate::media::{self, ResourceType};
use crate::server::Server;
use crate::signature;

/// How a link wants its asset delivered.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Manner {
    pub(crate) attachment: bool,
}

/// Answers GET and HEAD of a link.
pub(crate) async fn deliver(server: &Server, method: &Method, path: &str) -> Response {
    if !matches!(*method, Method::GET | Method::HEAD) {
        return Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "Links answer GET and HEAD")
            .into_response();
    }
    match find(server, path) {
        Ok((asset, manner)) => send(server, method, &asset, manner).await,
        Err(refusal) => refusal.into_response(),
    }
}

/// The asset behind a path, if the path may have it.
pub(crate) fn find(server: &Server, path: &str) -> Result<(Arc<Asset>, Manner), Refusal> {
    let nothing = || Refusal::not_found(path.trim_start_matches('/'));
    let mut segments: Vec<&str> = path
        .split('/')
        .filter(|segment| !segment.is_empty())
        .collect();
    if segments.len() < 4 || decoded(segments[0]) != server.cloud_name() {
        return Err(nothing());
    }
    let resource_type = ResourceType::parse(segments[1]).ok_or_else(nothing)?;
    let delivery_type = segments[2].to_owned();
    segments.drain(..3);
    let claimed = segments[0]
        .strip_prefix("s--")
        .and_then(|rest| rest.strip_suffix("--"));
    if claimed.is_some() {
        segments.remove(0);
    }

    // The longest reading of the ID wins: what stands before it is transformations, then a version.
    for before in 0..segments.len() {
        let (components, rest) = segments.split_at(before);
        let id = if rest.len() > 1 && is_version(rest[0]) {
            &rest[1..]
        } else {
            rest
        };
        for id in [rest, id] {
            let sent = id.join("/");
            let Some(asset) = by_link_name(server, resource_type, &delivery_type, &decoded(&sent))?
            else {
                continue;
            };
            let manner = manner(components)?;
            if delivery_type != "upload" {
                let signed = if components.is_empty() {
                    sent
                } else {
                    format!("{}/{sent}", components.join("/"))
                };
                if !claimed.is_some_and(|claimed| {
                    signature::fits_delivery(&signed, server.api_secret(), claimed)
                }) {
                    return Err(Refusal::unauthorized("deny or ACL failure"));
                }
            }
            return Ok((asset, manner));
        }
    }
    let named = segments
        .iter()
        .skip_while(|segment| is_transformation(segment) || is_version(segment))
        .copied()
        .collect::<Vec<_>>()
        .join("/");
    Err(Refusal::not_found(&decoded(&named)))
}

fn by_link_name(
    server: &Server,
    resource_type: ResourceType,
    delivery_type: &str,
    name: &str,
) -> Result<Option<Arc<Asset>>, Refusal> {
    let get = |public_id: &str| {
        server.store.get(&Key {
            resource_type,
            delivery_type: delivery_type.to_owned(),
            public_id: public_id.to_owned(),
        })
    };
    if let Some(asset) = get(name) {
        return Ok(Some(asset));
    }
    if resource_type == ResourceType::Raw {
        return Ok(None);
    }
    let Some((stem, extension)) = name.rsplit_once('.') else {
        return Ok(None);
    };
    let Some(asset) = get(stem) else {
        return Ok(None);
    };
    let same = extension.eq_ignore_ascii_case(&asset.format)
        || (asset.format == "jpg" && extension.eq_ignore_ascii_case("jpeg"));
    if same {
        Ok(Some(asset))
    } else {
        Err(Refusal::not_here(format_args!(
            "{stem} as {extension}; it delivers originals, and this one is {}",
            asset.format
        )))
    }
}

/// Accepts what leaves the original as it is.
fn manner(components: &[&str]) -> Result<Manner, Refusal> {
    let mut manner = Manner::default();
    for part in components.iter().flat_map(|component| component.split(',')) {
        if part == "fl_attachment" || part.starts_with("fl_attachment:") {
            manner.attachment = true;
        } else if !["f_auto", "q_auto"].contains(&part)
            && !part.starts_with("f_auto:")
            && !part.starts_with("q_auto:")
        {
            return Err(Refusal::not_here(format_args!(
                "the transformation {part}; it delivers originals"
            )));
        }
    }
    Ok(manner)
}

/// Sends the original.
pub(crate) async fn send(
    server: &Server,
    method: &Method,
    asset: &Asset,
    manner: Manner,
) -> Response {
    let body = if *method == Method::HEAD {
        Body::empty()
    } else {
        let Some(path) = server.store.content(asset) else {
            return Refusal::new(
                StatusCode::GONE,
                "The sandbox was told to throw the bytes away",
            )
            .into_response();
        };
        match tokio::fs::File::open(&path).await {
            Ok(file) => Body::from_stream(ReaderStream::with_capacity(file, 64 << 10)),
            Err(error) => return Refusal::broken(error).into_response(),
        }
    };
    let disposition = if manner.attachment {
        "attachment"
    } else {
        "inline"
    };
    let extension = if asset.format.is_empty() {
        asset
            .public_id
            .rsplit_once('.')
            .map_or("", |(_, extension)| extension)
    } else {
        &asset.format
    };
    (
        [
            (header::CONTENT_TYPE, media::content_type(extension).to_owned()),
            (header::CONTENT_LENGTH, asset.bytes.to_string()),
            (header::ETAG, format!("\"{}\"", asset.etag)),
            (header::CONTENT_DISPOSITION, disposition.to_owned()),
            (header::CACHE_CONTROL, "no-cache".to_owned()),
            // What was uploaded must not act as a page of this origin.
            (header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'".to_owned()),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        ],
        body,
    )
        .into_response()
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

fn is_version(segment: &str) -> bool {
    segment.strip_prefix('v').is_some_and(|digits| {
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// `c_fill,w_100`, `f_auto`, `fl_attachment:name`: every part is a short word, `_`, a value.
fn is_transformation(segment: &str) -> bool {
    segment.split(',').all(|part| {
        part.split_once('_').is_some_and(|(name, value)| {
            (1..=3).contains(&name.len())
                && name.bytes().all(|byte| byte.is_ascii_lowercase())
                && !value.is_empty()
        })
    })
}
