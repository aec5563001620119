//! Which public ID, folder and display name an upload gets (protocol sheet 3.2 to 3.4).

use crate::answer::{Refusal, random_text};
use crate::config::FolderMode;
use crate::media::ResourceType;
use crate::params::Params;

/// A file name cut into its last path segment's stem and extension.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FileName {
    pub(crate) stem: String,
    pub(crate) extension: String,
}

impl FileName {
    /// PyPI sends the whole local path; the service takes the last segment.
    pub(crate) fn new(sent: &str) -> Self {
        let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
        match last.rsplit_once('.') {
            Some((stem, extension)) if !stem.is_empty() => Self {
                stem: stem.to_owned(),
                extension: extension.to_owned(),
            },
            Some(_) | None => Self {
                stem: last.to_owned(),
                extension: String::new(),
            },
        }
    }
}

/// Where an upload goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) public_id: String,
    pub(crate) asset_folder: String,
    pub(crate) display_name: String,
}

/// Decides the place from the parameters and the file's name.
pub(crate) fn place(
    params: &Params,
    file: &FileName,
    resource_type: ResourceType,
    mode: FolderMode,
) -> Result<Place, Refusal> {
    let overriding = params
        .text("filename_override")
        .map(|name| FileName::new(&name));
    let file = overriding.as_ref().unwrap_or(file);
    let folder = clean_folder(params.text("folder"));
    let asset_folder = match mode {
        FolderMode::Dynamic => clean_folder(
            params
                .text("asset_folder")
                .or_else(|| params.text("folder")),
        ),
        FolderMode::Fixed => String::new(),
    };

    let own = match params.text("public_id") {
        Some(public_id) => public_id,
        None => made_up(params, file, resource_type),
    };
    let mut segments: Vec<String> = Vec::new();
    if params.flag("use_asset_folder_as_public_id_prefix") == Some(true) {
        segments.push(asset_folder.clone());
    }
    segments.push(folder);
    segments.push(params.text("public_id_prefix").unwrap_or_default());
    segments.push(own);
    segments.retain(|segment| !segment.is_empty());
    let public_id = segments.join("/");
    check_public_id(&public_id)?;

    let display_name = match params.text("display_name") {
        Some(name) => name,
        None if params.flag("use_filename_as_display_name") == Some(true)
            && !file.stem.is_empty() =>
        {
            file.stem.clone()
        }
        None => public_id.rsplit('/').next().unwrap_or_default().to_owned(),
    };
    if display_name.contains('/') {
        return Err(Refusal::bad_request("Display name cannot contain slashes"));
    }
    let asset_folder = match mode {
        FolderMode::Dynamic => asset_folder,
        FolderMode::Fixed => public_id
            .rsplit_once('/')
            .map(|(folder, _)| folder.to_owned())
            .unwrap_or_default(),
    };
    Ok(Place {
        public_id,
        asset_folder,
        display_name,
    })
}

fn made_up(params: &Params, file: &FileName, resource_type: ResourceType) -> String {
    let stem = match params.flag("use_filename") {
        Some(true) if !file.stem.is_empty() => {
            let stem = without_forbidden(&file.stem);
            // What is neither true nor false may be taken for false by the service: here it is.
            let given = params.text("unique_filename").is_some();
            if given && params.flag("unique_filename") != Some(true) {
                stem
            } else {
                format!("{stem}_{}", random_text(6))
            }
        }
        Some(_) | None => random_text(20),
    };
    // A raw file's extension is a part of its public ID.
    if resource_type == ResourceType::Raw && !file.extension.is_empty() {
        format!("{stem}.{}", without_forbidden(&file.extension))
    } else {
        stem
    }
}

const FORBIDDEN: [char; 8] = ['?', '&', '#', '\\', '%', '<', '>', '+'];

fn without_forbidden(text: &str) -> String {
    text.trim()
        .chars()
        .map(|c| {
            if FORBIDDEN.contains(&c) || c == '/' || c.is_control() {
                '_'
            } else {
                c
            }
        })
        .collect()
}

/// The documented rules for a public ID (protocol sheet 3.3).
pub(crate) fn check_public_id(public_id: &str) -> Result<(), Refusal> {
    let wrong = public_id.chars().count() > 255
        || public_id.is_empty()
        || public_id.trim() != public_id
        || public_id.starts_with('/')
        || public_id.ends_with('/')
        || public_id
            .chars()
            .any(|c| FORBIDDEN.contains(&c) || c.is_control());
    if wrong {
        Err(Refusal::bad_request(format!(
            "public_id ({public_id}) is invalid"
        )))
    } else {
        Ok(())
    }
}

fn clean_folder(folder: Option<String>) -> String {
    folder
        .unwrap_or_default()
        .split('/')
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("/")
}
