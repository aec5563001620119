//! Folders: those that were made, and those that assets lie in, with everything above them.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::answer::{Answer, Refusal};
use crate::library::page_by;
use crate::route::Call;
use crate::server::Server;

/// Every folder's path, none of them empty.
pub(crate) fn all(server: &Server) -> BTreeSet<String> {
    let mut paths = server.store.made_folders();
    paths.extend(
        server
            .store
            .all()
            .iter()
            .map(|asset| asset.asset_folder.clone()),
    );
    let above: Vec<String> = paths
        .iter()
        .flat_map(|path| {
            path.match_indices('/')
                .map(|(end, _)| path[..end].to_owned())
        })
        .collect();
    paths.extend(above);
    paths.remove("");
    paths
}

pub(crate) fn list(server: &Server, call: &Call, parent: &str) -> Answer {
    let paths = all(server);
    if !parent.is_empty() && !paths.contains(parent) {
        return Err(unknown(parent));
    }
    let start = if parent.is_empty() {
        String::new()
    } else {
        format!("{parent}/")
    };
    let inside: Vec<Value> = paths
        .iter()
        .filter(|path| {
            path.strip_prefix(&start)
                .is_some_and(|name| !name.contains('/'))
        })
        .map(|path| entry(path))
        .collect();
    let (entries, next) = page_by(&call.form.params, &inside, 10)?;
    Ok(json!({"folders": entries, "next_cursor": next, "total_count": inside.len()}))
}

pub(crate) fn create(server: &Server, path: &str) -> Answer {
    server
        .store
        .change_folders(|folders| folders.extend([path.to_owned()]))
        .map_err(Refusal::broken)?;
    let name = path.rsplit('/').next().unwrap_or_default();
    Ok(json!({"success": true, "path": path, "name": name}))
}

pub(crate) fn delete(server: &Server, path: &str) -> Answer {
    if !all(server).contains(path) {
        return Err(unknown(path));
    }
    let inside = format!("{path}/");
    let is_in = |folder: &str| folder == path || folder.starts_with(&inside);
    if server
        .store
        .all()
        .iter()
        .any(|asset| is_in(&asset.asset_folder))
    {
        return Err(Refusal::bad_request("Folder is not empty"));
    }
    let mut deleted = Vec::new();
    server
        .store
        .change_folders(|folders| {
            deleted = folders
                .iter()
                .filter(|folder| is_in(folder))
                .cloned()
                .collect();
            folders.retain(|folder| !is_in(folder));
        })
        .map_err(Refusal::broken)?;
    Ok(json!({"deleted": deleted}))
}

/// A folder as listings show it.
pub(crate) fn entry(path: &str) -> Value {
    let name = path.rsplit('/').next().unwrap_or_default();
    let digest = fast_md5::digest(path.as_bytes());
    json!({"name": name, "path": path, "external_id": hex::encode(digest)})
}

fn unknown(path: &str) -> Refusal {
    Refusal::new(
        StatusCode::NOT_FOUND,
        format!("Can't find folder with path {path}"),
    )
}
