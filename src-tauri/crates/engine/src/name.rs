//! Names: for people, for the request, and the public ID that is made of a file name.
//!
//! Source of the public-ID rules: the service's parameter table (`public_id`): at most 255 characters,
//! none of `? & # \ % < > +`, no space or slash at either end. Unicode is kept as it is, never normalised:
//! the signature covers the bytes.

use std::ffi::OsStr;
use std::path::Path;

use serde_json::{Map, Value};

use crate::job::Source;
use crate::kind::ResourceType;

/// The longest public ID and the longest file name of a request, in bytes.
pub(crate) const LONGEST: usize = 255;
/// A longer "extension" is a part of the name.
const LONGEST_EXTENSION: usize = 32;
/// Random characters of a public ID.
pub(crate) const RANDOM: usize = 6;

/// A file name that is safe in a request: no control characters, no separators, at most 255 bytes,
/// the extension kept. Bytes that are not UTF-8 become U+FFFD.
pub fn clean_name(name: &OsStr) -> String {
    let (stem, extension) = split(name);
    let unsafe_here = |c: char| c.is_control() || matches!(c, '/' | '\\');
    let replace = |text: &str| text.replace(unsafe_here, "_");
    let suffix = extension
        .map(|extension| format!(".{}", replace(&extension)))
        .unwrap_or_default();
    let stem = replace(&stem);
    let stem = if stem.trim().is_empty() {
        "file"
    } else {
        stem.as_str()
    };
    format!("{}{suffix}", cut(stem, LONGEST - suffix.len()))
}

/// The name that people see: lossy, control characters as spaces.
pub(crate) fn display(source: &Source) -> String {
    let plain = |text: &str| text.replace(char::is_control, " ");
    match source {
        Source::File(path) => plain(
            &path
                .file_name()
                .unwrap_or(path.as_os_str())
                .to_string_lossy(),
        ),
        Source::Url(url) => plain(url_name(url)),
        Source::Widget(name) => plain(name),
    }
}

/// The file name of a source, as the name for the request is made of it.
pub(crate) fn file_name(source: &Source) -> String {
    match source {
        Source::File(path) => clean_name(path.file_name().unwrap_or(path.as_os_str())),
        Source::Url(url) => clean_name(OsStr::new(url_name(url))),
        Source::Widget(name) => clean_name(OsStr::new(name)),
    }
}

/// The name without its extension, and that, as a public ID may have them; the name is never empty.
pub(crate) fn cleaned(source: &Source) -> (String, Option<String>) {
    let name = file_name(source);
    let (stem, extension) = split(OsStr::new(&name));
    let stem = allowed(&stem).trim().to_owned();
    let stem = if stem.is_empty() {
        "file".to_owned()
    } else {
        stem
    };
    (stem, extension.map(|extension| allowed(&extension)))
}

/// File name, `_`, random part, and for raw the extension; short enough for the folder that goes in front of it.
pub(crate) fn public_id(
    source: &Source,
    kind: ResourceType,
    random: &str,
    params: &Map<String, Value>,
) -> String {
    let (stem, extension) = cleaned(source);
    let suffix = match (kind, extension) {
        (ResourceType::Raw, Some(extension)) => format!("_{random}.{extension}"),
        (ResourceType::Image | ResourceType::Video | ResourceType::Raw | ResourceType::Auto, _) => {
            format!("_{random}")
        }
    };
    let room = LONGEST.saturating_sub(prefix(params).len() + suffix.len());
    format!("{}{suffix}", cut(&stem, room))
}

/// The longest folder, in bytes: the name of the file needs room after it.
pub const LONGEST_FOLDER: usize = 190;

/// A folder of the service made of folders on disk: cleaned as file names are, what is empty left out.
pub(crate) fn folder<'a>(parts: impl Iterator<Item = &'a OsStr>) -> String {
    let parts: Vec<String> = parts
        .map(|part| allowed(&part.to_string_lossy()).trim().to_owned())
        .filter(|part| !part.is_empty())
        .collect();
    join_folders("", &parts.join("/"))
}

/// `below` inside `folder`, as deep as the service has room for: files of deeper levels come together in the last that
/// fits, each under its own public ID.
pub fn join_folders(folder: &str, below: &str) -> String {
    let mut joined = folder.trim_matches('/').to_owned();
    for part in below.split('/').filter(|part| !part.is_empty()) {
        if joined.len() + 1 + part.len() > LONGEST_FOLDER {
            break;
        }
        if !joined.is_empty() {
            joined.push('/');
        }
        joined.push_str(part);
    }
    joined
}

/// Why the service would refuse a folder that a person wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FolderFault {
    /// A character that no public ID may have.
    #[error("a folder may not have the character {0:?} in its name")]
    Character(char),
    /// Blanks around a part of it.
    #[error("no part of a folder may begin or end with a blank")]
    Blank,
    /// No room for a file's name.
    #[error("the folder is longer than {LONGEST_FOLDER} bytes")]
    TooLong,
}

/// Looks at a folder that a person wrote, levels separated by slashes.
pub fn check_folder(folder: &str) -> Result<(), FolderFault> {
    let is_refused = |c: char| c != '/' && allowed(c.encode_utf8(&mut [0; 4])) != c.to_string();
    if let Some(character) = folder.chars().find(|c| is_refused(*c)) {
        return Err(FolderFault::Character(character));
    }
    if folder.split('/').any(|part| part != part.trim()) {
        return Err(FolderFault::Blank);
    }
    if folder.len() > LONGEST_FOLDER {
        return Err(FolderFault::TooLong);
    }
    Ok(())
}

/// What the parameters put in front of a public ID, with the slash; empty for nothing.
pub(crate) fn prefix(params: &Map<String, Value>) -> String {
    let text = |name: &str| {
        params
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .trim_matches('/')
    };
    let is_on = |name: &str| match params.get(name) {
        Some(Value::Bool(on)) => *on,
        Some(Value::String(text)) => matches!(text.as_str(), "1" | "true"),
        Some(Value::Number(number)) => number.as_i64() == Some(1),
        Some(Value::Null | Value::Array(_) | Value::Object(_)) | None => false,
    };
    let asset_folder = if is_on("use_asset_folder_as_public_id_prefix") {
        text("asset_folder")
    } else {
        ""
    };
    let parts = [asset_folder, text("folder"), text("public_id_prefix")];
    parts
        .into_iter()
        .filter(|part| !part.is_empty())
        .map(|part| format!("{part}/"))
        .collect()
}

fn url_name(url: &str) -> &str {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    path.rsplit('/')
        .find(|segment| !segment.is_empty())
        .unwrap_or("link")
}

/// Without what no public ID may have; a slash counts as such.
pub(crate) fn allowed(text: &str) -> String {
    let refused = |c: char| {
        c.is_control() || matches!(c, '?' | '&' | '#' | '\\' | '%' | '<' | '>' | '+' | '/')
    };
    text.replace(refused, "_")
}

fn split(name: &OsStr) -> (String, Option<String>) {
    let path = Path::new(name);
    let whole = || name.to_string_lossy().into_owned();
    match (path.file_stem(), path.extension()) {
        // a name with a separator in it is one name here, not a path
        (Some(stem), Some(extension))
            if (1..=LONGEST_EXTENSION).contains(&extension.len()) && !whole().contains('/') =>
        {
            (
                stem.to_string_lossy().into_owned(),
                Some(extension.to_string_lossy().trim().to_owned()),
            )
        }
        (_, _) => (whole(), None),
    }
}

/// As much of the beginning as fits, in whole characters.
pub(crate) fn cut(text: &str, room: usize) -> &str {
    let end = (0..=room.min(text.len()))
        .rev()
        .find(|end| text.is_char_boundary(*end))
        .unwrap_or(0);
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn id(name: &str, kind: ResourceType) -> String {
        public_id(&Source::File(name.into()), kind, "abc123", &Map::new())
    }

    #[test]
    fn a_folder_is_made_of_what_the_service_allows() {
        let parts = |names: &[&str]| folder(names.iter().map(OsStr::new));
        assert_eq!(parts(&["R&D", "C++", " 100% ", "Q#1"]), "R_D/C__/100_/Q_1");
        assert_eq!(parts(&["", " ", "Fotos größer"]), "Fotos größer");
        let deep = vec!["a folder with a long name"; 40];
        assert!(parts(&deep).len() <= LONGEST_FOLDER);
        let both = join_folders(&"a".repeat(150), &format!("{0}/{0}", "b".repeat(30)));
        assert_eq!(both, format!("{}/{}", "a".repeat(150), "b".repeat(30)));
    }

    #[test]
    fn a_folder_that_the_service_refuses_is_refused_here() {
        assert_eq!(check_folder("a b/größer/c-d"), Ok(()));
        for (text, fault) in [
            ("a&b", FolderFault::Character('&')),
            ("a/100%", FolderFault::Character('%')),
            ("a/ b", FolderFault::Blank),
        ] {
            assert_eq!(check_folder(text), Err(fault), "{text}");
        }
        assert_eq!(check_folder(&"x".repeat(191)), Err(FolderFault::TooLong));
    }

    #[test]
    fn the_extension_stays_only_in_raw() {
        assert_eq!(id("report.docx", ResourceType::Raw), "report_abc123.docx");
        assert_eq!(id("photo.jpg", ResourceType::Image), "photo_abc123");
    }

    #[test]
    fn refused_characters_are_replaced_and_unicode_stays() {
        assert_eq!(
            id(" a?b&c#d%e<f>g+h .jpg", ResourceType::Image),
            "a_b_c_d_e_f_g_h_abc123"
        );
        assert_eq!(
            id("Stra\u{df}e \u{1F30A}.png", ResourceType::Image),
            "Stra\u{df}e \u{1F30A}_abc123"
        );
        // decomposed stays decomposed
        assert_eq!(id("e\u{301}.png", ResourceType::Image), "e\u{301}_abc123");
        assert_eq!(id("a\r\nb.png", ResourceType::Image), "a__b_abc123");
        assert_eq!(id("???.png", ResourceType::Image), "____abc123");
    }

    #[test]
    fn it_fits_with_its_folder() {
        let mut params = Map::new();
        params.insert("folder".into(), json!("/a/b/"));
        let long = format!("{}.pdf", "\u{e9}".repeat(200));
        let id = public_id(
            &Source::Url(format!("https://x/{long}")),
            ResourceType::Raw,
            "abc123",
            &params,
        );
        assert!(id.ends_with("_abc123.pdf"));
        assert!(prefix(&params).len() + id.len() <= 255);
        assert_eq!(prefix(&params), "a/b/");
    }

    #[test]
    fn file_names_are_safe_in_a_header() {
        assert_eq!(
            clean_name(OsStr::new("a\r\nX-Evil: 1.png")),
            "a__X-Evil: 1.png"
        );
        let long = clean_name(OsStr::new(&format!("{}.png", "x".repeat(10_000))));
        assert_eq!(long.len(), 255);
        assert!(long.ends_with(".png"));
        assert_eq!(clean_name(OsStr::new("")), "file");
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_not_utf8_become_readable() {
        use std::os::unix::ffi::OsStrExt;
        assert_eq!(
            clean_name(OsStr::from_bytes(b"caf\xe9.png")),
            "caf\u{fffd}.png"
        );
    }
}
