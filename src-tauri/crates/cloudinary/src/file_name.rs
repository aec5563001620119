use std::ffi::OsStr;

/// A file name keeps this many bytes, as much as common file systems allow.
const MAX_BYTES: usize = 255;
/// A longer "extension" is a part of the name that happens to follow a dot.
const MAX_EXTENSION_BYTES: usize = 32;

/// The name that is told to the service for a file: no path, no control character, at most 255 bytes of UTF-8.
///
/// What is not valid Unicode becomes U+FFFD. Everything up to the last `/` or `\` goes, on every system, so that no
/// local path is told. Control characters, CR and LF among them, become `_`. A name that is too long loses its middle:
/// the extension stays. If nothing is left, the name is `file`.
#[must_use]
pub fn clean_file_name(name: &OsStr) -> String {
    let text = name.to_string_lossy();
    let last = text.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last
        .chars()
        .map(|c| if c.is_control() { '_' } else { c })
        .collect();
    let clean = shortened(&clean);
    match clean.as_str() {
        "" | "." | ".." => "file".to_owned(),
        _ => clean,
    }
}

fn shortened(name: &str) -> String {
    if name.len() <= MAX_BYTES {
        return name.to_owned();
    }
    let extension = name
        .rfind('.')
        .map(|dot| &name[dot..])
        .filter(|extension| extension.len() <= MAX_EXTENSION_BYTES)
        .unwrap_or_default();
    let stem = &name[..name.len() - extension.len()];
    let mut room = MAX_BYTES - extension.len();
    while !stem.is_char_boundary(room) {
        room -= 1;
    }
    format!("{}{extension}", &stem[..room])
}
