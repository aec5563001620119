//! Tells what a file is, by its first bytes and its extension, and how large a picture is. Reads headers only; decodes nothing.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The service's resource types; audio is `video`, PDF is `image`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ResourceType {
    Image,
    Video,
    Raw,
}

impl ResourceType {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text {
            "image" => Some(Self::Image),
            "video" => Some(Self::Video),
            "raw" => Some(Self::Raw),
            _ => None,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Video => "video",
            Self::Raw => "raw",
        }
    }
}

impl fmt::Display for ResourceType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a file seems to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    pub(crate) resource_type: ResourceType,
    /// The format as the service names it; empty when unknown.
    pub(crate) format: String,
}

/// Judges by the first bytes; the extension decides between formats that begin alike, and alone where no bytes are known to tell.
pub(crate) fn detect(head: &[u8], extension: &str) -> Kind {
    let extension = extension.to_ascii_lowercase();
    let (resource_type, format) = match by_bytes(head, &extension) {
        Some(found) => found,
        None => match extension.as_str() {
            "psd" | "ai" | "eps" | "ico" | "tga" | "djvu" | "jp2" | "jxl" | "wdp" | "jxr"
            | "indd" | "arw" | "cr2" | "cr3" | "dng" => (ResourceType::Image, ""),
            "mpeg" | "mpg" | "ts" | "m2ts" | "mts" | "wmv" | "3gp" | "3g2" | "flv" | "mxf"
            | "aac" | "aiff" | "amr" | "opus" | "m3u8" => (ResourceType::Video, ""),
            _ => (ResourceType::Raw, ""),
        },
    };
    let format = if format.is_empty() {
        extension
    } else {
        format.to_owned()
    };
    Kind {
        resource_type,
        format,
    }
}

fn by_bytes(head: &[u8], extension: &str) -> Option<(ResourceType, &'static str)> {
    use ResourceType::{Image, Video};
    let at = |offset: usize, magic: &[u8]| head.get(offset..offset + magic.len()) == Some(magic);
    Some(match () {
        () if at(0, b"\x89PNG\r\n\x1a\n") => (Image, "png"),
        () if at(0, b"\xff\xd8\xff") => (Image, "jpg"),
        () if at(0, b"GIF87a") || at(0, b"GIF89a") => (Image, "gif"),
        () if at(0, b"RIFF") && at(8, b"WEBP") => (Image, "webp"),
        () if at(0, b"RIFF") && at(8, b"AVI ") => (Video, "avi"),
        () if at(0, b"RIFF") && at(8, b"WAVE") => (Video, "wav"),
        () if at(0, b"BM") && extension == "bmp" => (Image, "bmp"),
        () if at(0, b"II*\0") || at(0, b"MM\0*") => {
            (Image, if extension == "dng" { "dng" } else { "tiff" })
        }
        () if at(0, b"%PDF-") => (Image, "pdf"),
        () if at(0, b"8BPS") => (Image, "psd"),
        () if at(4, b"ftypavif") || at(4, b"ftypavis") => (Image, "avif"),
        () if [&b"ftypheic"[..], b"ftypheix", b"ftypmif1", b"ftypmsf1"]
            .iter()
            .any(|brand| at(4, brand)) =>
        {
            (Image, "heic")
        }
        () if at(4, b"ftypqt") => (Video, "mov"),
        () if at(4, b"ftypM4A") => (Video, "m4a"),
        () if at(4, b"ftyp") => (Video, "mp4"),
        () if at(0, b"\x1a\x45\xdf\xa3") => {
            (Video, if extension == "mkv" { "mkv" } else { "webm" })
        }
        () if at(0, b"OggS") => (Video, if extension == "ogv" { "ogv" } else { "ogg" }),
        () if at(0, b"ID3") => (Video, "mp3"),
        () if matches!(head, [0xff, 0xfb | 0xf3 | 0xf2, ..]) && extension == "mp3" => {
            (Video, "mp3")
        }
        () if at(0, b"fLaC") => (Video, "flac"),
        () if is_svg(head) => (Image, "svg"),
        () => return None,
    })
}

fn is_svg(head: &[u8]) -> bool {
    let start = String::from_utf8_lossy(&head[..head.len().min(1024)]);
    let start = start.trim_start_matches('\u{feff}').trim_start();
    start.starts_with("<svg") || (start.starts_with("<?xml") && start.contains("<svg"))
}

/// Width and height in pixels, where the header is a known one.
pub(crate) fn dimensions(head: &[u8], format: &str) -> Option<(u32, u32)> {
    match format {
        "png" => Some((big32(head, 16)?, big32(head, 20)?)),
        "gif" => Some((little16(head, 6)?, little16(head, 8)?)),
        "jpg" => jpeg(head),
        "webp" => webp(head),
        _ => None,
    }
}

/// Walks the segments to the frame header; `0xC4`, `0xC8` and `0xCC` lie in its range and are none.
fn jpeg(head: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2;
    loop {
        if *head.get(at)? != 0xff {
            return None;
        }
        let marker = *head.get(at + 1)?;
        if marker == 0xff {
            at += 1;
            continue;
        }
        if matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc) {
            return Some((big16(head, at + 7)?, big16(head, at + 5)?));
        }
        at += 2 + big16(head, at + 2)? as usize;
    }
}

fn webp(head: &[u8]) -> Option<(u32, u32)> {
    match head.get(12..16)? {
        b"VP8 " => Some((little16(head, 26)? & 0x3fff, little16(head, 28)? & 0x3fff)),
        b"VP8L" => {
            let bits = little16(head, 21)? | (little16(head, 23)? << 16);
            Some(((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1))
        }
        b"VP8X" => {
            let three =
                |at: usize| Some(little16(head, at)? | (u32::from(*head.get(at + 2)?) << 16));
            Some((three(24)? + 1, three(27)? + 1))
        }
        _ => None,
    }
}

fn big32(head: &[u8], at: usize) -> Option<u32> {
    Some((big16(head, at)? << 16) | big16(head, at + 2)?)
}

fn big16(head: &[u8], at: usize) -> Option<u32> {
    Some((u32::from(*head.get(at)?) << 8) | u32::from(*head.get(at + 1)?))
}

fn little16(head: &[u8], at: usize) -> Option<u32> {
    Some(u32::from(*head.get(at)?) | (u32::from(*head.get(at + 1)?) << 8))
}

/// The content type of a delivered original.
pub(crate) fn content_type(format: &str) -> &'static str {
    match format {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "heic" | "heif" => "image/heic",
        "bmp" => "image/bmp",
        "tif" | "tiff" => "image/tiff",
        "svg" => "image/svg+xml",
        "ico" => "image/x-icon",
        "pdf" => "application/pdf",
        "mp4" => "video/mp4",
        "mov" => "video/quicktime",
        "webm" => "video/webm",
        "mkv" => "video/x-matroska",
        "avi" => "video/x-msvideo",
        "ogv" => "video/ogg",
        "mp3" => "audio/mpeg",
        "m4a" => "audio/mp4",
        "wav" => "audio/wav",
        "ogg" | "opus" => "audio/ogg",
        "flac" => "audio/flac",
        "txt" | "md" | "csv" | "log" => "text/plain; charset=utf-8",
        "json" => "application/json",
        "zip" => "application/zip",
        _ => "application/octet-stream",
    }
}
