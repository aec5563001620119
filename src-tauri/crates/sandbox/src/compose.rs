//! Calls that make something new out of stored assets (protocol sheet 2.1): archives, sprites, animations, pages, texts.
//!
//! The sandbox makes none of these things. It says so only after it asked for everything that the service asks for, the
//! signature first, then what the call needs, then whether that is there: who is told "does not do this" would have been served.

use crate::answer::{Answer, Refusal};
use crate::asset::Asset;
use crate::manage::{key, need};
use crate::media::ResourceType;
use crate::route::Call;
use crate::server::Server;

/// What selects the assets of an archive; one is enough.
const SELECTORS: [&str; 6] = [
    "tags",
    "public_ids",
    "prefixes",
    "fully_qualified_public_ids",
    "asset_folders",
    "search_expression",
];

/// An archive, to store (`mode=create`, which is what nothing said means) or to download.
pub(crate) fn archive(server: &Server, call: &Call, wanted: Option<ResourceType>) -> Answer {
    let params = &call.form.params;
    let mode = params.text("mode").unwrap_or_else(|| "create".to_owned());
    if !matches!(mode.as_str(), "create" | "download") {
        return Err(Refusal::bad_request(format!("Invalid mode {mode}")));
    }
    if SELECTORS.iter().all(|name| params.text(name).is_none()) {
        return Err(Refusal::missing("tags, public_ids or prefixes"));
    }
    let (tags, ids) = (params.list("tags"), params.list("public_ids"));
    let (prefixes, folders) = (params.list("prefixes"), params.list("asset_folders"));
    let qualified = params.list("fully_qualified_public_ids");
    let found = any(server, |asset| {
        let full = format!(
            "{}/{}/{}",
            asset.resource_type, asset.delivery_type, asset.public_id
        );
        let selected = asset.tags.iter().any(|tag| tags.contains(tag))
            || ids.contains(&asset.public_id)
            || prefixes.iter().any(|one| asset.public_id.starts_with(one))
            || folders.contains(&asset.asset_folder)
            || qualified.contains(&full);
        selected && wanted.is_none_or(|kind| kind == asset.resource_type)
    });
    if !found && params.text("search_expression").is_none() {
        return Err(Refusal::not_found("assets for the archive"));
    }
    Err(Refusal::not_here("archives"))
}

/// An archive of everything with a tag.
pub(crate) fn tagged_archive(server: &Server, call: &Call, kind: ResourceType) -> Answer {
    let tag = need(&call.form.params, "tag")?;
    if !any(server, |asset| tagged(asset, kind, &tag)) {
        return Err(Refusal::not_found(&tag));
    }
    Err(Refusal::not_here("archives"))
}

/// One file made of everything with a tag, or of links.
pub(crate) fn of_tag(server: &Server, call: &Call, kind: ResourceType, what: &str) -> Answer {
    let params = &call.form.params;
    if params.text("urls").is_none() {
        let tag = need(params, "tag")?;
        if !any(server, |asset| tagged(asset, kind, &tag)) {
            return Err(Refusal::not_found(&tag));
        }
    }
    Err(Refusal::not_here(what))
}

/// The pages of a document, each an image.
pub(crate) fn explode(server: &Server, call: &Call, kind: ResourceType) -> Answer {
    let params = &call.form.params;
    let (public_id, transformation) = (need(params, "public_id")?, need(params, "transformation")?);
    if !transformation.contains("pg_all") {
        return Err(Refusal::bad_request("The transformation has no pg_all"));
    }
    let key = key(params, kind, public_id);
    if server.store.get(&key).is_none() {
        return Err(Refusal::not_found(&key.public_id));
    }
    Err(Refusal::not_here("pages as images"))
}

/// A picture of a text.
pub(crate) fn text(call: &Call) -> Answer {
    need(&call.form.params, "text")?;
    Err(Refusal::not_here("pictures of texts"))
}

fn any(server: &Server, wanted: impl Fn(&Asset) -> bool) -> bool {
    server.store.all().iter().any(|asset| wanted(asset))
}

fn tagged(asset: &Asset, kind: ResourceType, tag: &str) -> bool {
    asset.resource_type == kind && asset.tags.iter().any(|own| own == tag)
}
