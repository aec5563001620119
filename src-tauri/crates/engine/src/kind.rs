//! Image, video or raw, decided from the extension and the first bytes.
//!
//! Source of the split: image formats (with PDF, SVG, PSD, HEIC, AVIF) are `image`, video and audio are `video`,
//! all else is `raw`. A wrong guess of `image` is corrected by the service's refusal, see `step`.

mod sound;

use std::ffi::OsStr;
use std::fmt;
use std::path::Path;

use serde::{Deserialize, Serialize};

/// The service's resource type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResourceType {
    /// Images, PDF, SVG, PSD.
    Image,
    /// Video and audio.
    Video,
    /// Everything else, stored as it is.
    Raw,
    /// The service decides; only on request, and then without a public ID of ours.
    Auto,
}

impl ResourceType {
    /// As in the service's addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            ResourceType::Image => "image",
            ResourceType::Video => "video",
            ResourceType::Raw => "raw",
            ResourceType::Auto => "auto",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<ResourceType> {
        [
            ResourceType::Image,
            ResourceType::Video,
            ResourceType::Raw,
            ResourceType::Auto,
        ]
        .into_iter()
        .find(|kind| kind.as_str() == text)
    }
}

impl fmt::Display for ResourceType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How many first bytes [`guess`] can use.
pub(crate) const HEAD: usize = 1024;

/// Image, video or raw. Bytes win over the extension where they clearly identify; `head` may be empty.
pub fn guess(name: &OsStr, head: &[u8]) -> ResourceType {
    let extension = Path::new(name)
        .extension()
        .map(|e| e.to_string_lossy().to_ascii_lowercase())
        .unwrap_or_default();
    by_bytes(head).unwrap_or_else(|| by_extension(&extension, head))
}

/// The guess for a link, of which only the path is known. Without a telling extension: image.
pub(crate) fn guess_link(url: &str) -> ResourceType {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let last = path.rsplit('/').next().unwrap_or_default();
    match last.rsplit_once('.') {
        Some((_, extension)) if is_known(extension) => {
            by_extension(&extension.to_ascii_lowercase(), &[])
        }
        Some(_) | None => ResourceType::Image,
    }
}

const IMAGES: &[&str] = &[
    "ai", "arw", "avif", "bmp", "bw", "cr2", "cr3", "djvu", "dng", "eps", "eps3", "ept", "flif",
    "gif", "hdp", "heic", "heif", "ico", "indd", "j2k", "jfif", "jp2", "jpe", "jpeg", "jpg", "jpx",
    "jxl", "jxr", "pdf", "png", "ps", "psd", "svg", "tga", "tif", "tiff", "wdp", "webp",
];

const VIDEOS: &[&str] = &[
    "3g2", "3gp", "aac", "aif", "aiff", "amr", "asf", "avi", "flac", "flv", "m2ts", "m4a", "m4v",
    "mkv", "mov", "mp3", "mp4", "mpeg", "mpg", "mts", "mxf", "oga", "ogg", "ogv", "opus", "ts",
    "wav", "weba", "webm", "wma", "wmv",
];

const RAWS: &[&str] = &[
    "7z", "csv", "doc", "docx", "gz", "json", "ppt", "pptx", "rar", "rtf", "txt", "xls", "xlsx",
    "xml", "zip",
];

fn is_known(extension: &str) -> bool {
    let extension = extension.to_ascii_lowercase();
    [IMAGES, VIDEOS, RAWS]
        .iter()
        .any(|table| table.contains(&extension.as_str()))
}

fn by_extension(extension: &str, head: &[u8]) -> ResourceType {
    if IMAGES.contains(&extension) {
        return ResourceType::Image;
    }
    // `.ts` and `.mts` are also TypeScript; a transport stream repeats its sync byte every 188 bytes
    if matches!(extension, "ts" | "mts") && !head.is_empty() && !is_transport_stream(head) {
        return ResourceType::Raw;
    }
    if VIDEOS.contains(&extension) {
        ResourceType::Video
    } else {
        ResourceType::Raw
    }
}

fn is_transport_stream(head: &[u8]) -> bool {
    [0, 4].iter().any(|start| {
        let step = 188 + start;
        head.get(*start) == Some(&0x47) && head.get(start + step) == Some(&0x47)
    })
}

/// Without the name's word: three packets in a row, which text does not hold by chance.
fn is_clear_transport_stream(head: &[u8]) -> bool {
    [0, 4].into_iter().any(|start| {
        let syncs = (0..3).map(|packet| head.get(start + packet * (188 + start)));
        syncs.into_iter().all(|byte| byte == Some(&0x47))
    })
}

/// Two letters begin many a text: what follows must be the head of a bitmap.
fn is_bitmap(head: &[u8]) -> bool {
    const HEADS: [u8; 7] = [12, 40, 52, 56, 64, 108, 124];
    let reserved = head.get(6..10) == Some(&[0; 4]);
    let inner = head.get(14..18);
    let inner = inner.is_some_and(|size| HEADS.contains(&size[0]) && size[1..] == [0; 3]);
    head.starts_with(b"BM") && reserved && inner
}

/// One picture or more, the first of which lies behind the list of them.
fn is_icon(head: &[u8]) -> bool {
    let number = |place: std::ops::Range<usize>| {
        let bytes = head.get(place).unwrap_or_default();
        bytes
            .iter()
            .rev()
            .fold(0, |sum, byte| sum << 8 | usize::from(*byte))
    };
    let (count, size, offset) = (number(4..6), number(14..18), number(18..22));
    head.starts_with(b"\0\0\x01\0") && count > 0 && size > 0 && offset >= 6 + 16 * count
}

fn by_bytes(head: &[u8]) -> Option<ResourceType> {
    const IMAGE_SIGNATURES: &[&[u8]] = &[
        b"\xFF\xD8\xFF",
        b"\x89PNG\r\n\x1A\n",
        b"GIF87a",
        b"GIF89a",
        b"II*\0",
        b"MM\0*",
        b"8BPS",
        b"%PDF-",
        b"%!PS-Adobe",
        b"\0\0\0\x0CJXL \r\n",
        b"\0\0\0\x0CjP  \r\n",
        b"AT&TFORM",
    ];
    const VIDEO_SIGNATURES: &[&[u8]] = &[
        b"\x1A\x45\xDF\xA3",
        b"OggS",
        b"FLV\x01",
        b"fLaC",
        b"ID3",
        b"\x30\x26\xB2\x75\x8E\x66\xCF\x11",
        b"\0\0\x01\xBA",
        b"\0\0\x01\xB3",
        b"#!AMR",
    ];
    const RAW_SIGNATURES: &[&[u8]] = &[
        b"PK\x03\x04",
        b"7z\xBC\xAF\x27\x1C",
        b"Rar!\x1A\x07",
        b"\x7FELF",
        b"{\\rtf",
    ];

    let starts = |signatures: &[&[u8]]| {
        signatures
            .iter()
            .any(|signature| head.starts_with(signature))
    };
    if starts(IMAGE_SIGNATURES) || is_svg(head) || is_bitmap(head) || is_icon(head) {
        return Some(ResourceType::Image);
    }
    if starts(VIDEO_SIGNATURES) || sound::is_frame(head) || is_clear_transport_stream(head) {
        return Some(ResourceType::Video);
    }
    if starts(RAW_SIGNATURES) {
        return Some(ResourceType::Raw);
    }
    match (head.get(..4), head.get(4..8), head.get(8..12)) {
        (Some(b"RIFF"), _, Some(b"WEBP")) => Some(ResourceType::Image),
        (Some(b"RIFF"), _, Some(b"AVI " | b"WAVE"))
        | (Some(b"FORM"), _, Some(b"AIFF" | b"AIFC")) => Some(ResourceType::Video),
        (_, Some(b"ftyp"), Some(brand)) => Some(by_brand(brand)),
        (_, _, _) => None,
    }
}

/// ISO base media files: the major brand tells still pictures from films.
fn by_brand(brand: &[u8]) -> ResourceType {
    const STILL: &[&[u8; 4]] = &[
        b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis",
        b"crx ",
    ];
    if STILL.iter().any(|still| still.as_slice() == brand) {
        ResourceType::Image
    } else {
        ResourceType::Video
    }
}

fn is_svg(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(&head[..head.len().min(HEAD)]).to_lowercase();
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let opens_xml =
        text.starts_with("<?xml") || text.starts_with("<!doctype svg") || text.starts_with("<!--");
    text.starts_with("<svg") || (opens_xml && text.contains("<svg") && !text.contains("<html"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(name: &str, head: &[u8]) -> ResourceType {
        guess(OsStr::new(name), head)
    }

    #[test]
    fn extension_decides_where_bytes_are_silent() {
        assert_eq!(kind("a.JPG", b""), ResourceType::Image);
        assert_eq!(kind("a.pdf", b""), ResourceType::Image);
        assert_eq!(kind("a.mp3", b"\xFF\xFB\x90"), ResourceType::Video);
        assert_eq!(kind("a.docx", b""), ResourceType::Raw);
        assert_eq!(kind("no extension", b"hello"), ResourceType::Raw);
    }

    #[test]
    fn clear_bytes_win_over_the_extension() {
        assert_eq!(kind("a.txt", b"\x89PNG\r\n\x1A\n...."), ResourceType::Image);
        assert_eq!(kind("a.jpg", b"\0\0\0\x18ftypmp42"), ResourceType::Video);
        assert_eq!(kind("a.mp4", b"\0\0\0\x18ftypavif"), ResourceType::Image);
        assert_eq!(kind("a.png", b"PK\x03\x04"), ResourceType::Raw);
        assert_eq!(
            kind("a.xml", b"<?xml version='1.0'?>\n<svg xmlns=''>"),
            ResourceType::Image
        );
        assert_eq!(
            kind("a.xml", b"<?xml version='1.0'?>\n<note/>"),
            ResourceType::Raw
        );
    }

    #[test]
    fn typescript_is_no_film() {
        let mut stream = vec![0_u8; 400];
        stream[0] = 0x47;
        stream[188] = 0x47;
        assert_eq!(kind("a.ts", &stream), ResourceType::Video);
        assert_eq!(kind("a.ts", b"export const a = 1;"), ResourceType::Raw);
    }

    /// Where a name is no witness, these are told by their bytes too.
    #[test]
    fn pictures_films_and_sounds_are_known_without_a_name() {
        let bitmap = [&b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0"[..], &[0; 40]].concat();
        let icon = b"\0\0\x01\0\x01\0\x10\x10\0\0\x01\0\x20\0\x68\x04\0\0\x16\0\0\0";
        assert_eq!(kind("", &bitmap), ResourceType::Image);
        assert_eq!(kind("", icon), ResourceType::Image);
        // 128 kbit/s at 44.1 kHz: 417 bytes; 64 kbit/s at 22.05 kHz: 208; AAC of 300 bytes; 320 kbit/s: further than is seen
        let frame = |start: [u8; 6], length: usize| {
            let mut frames = vec![0; 1024];
            frames[..6].copy_from_slice(&start);
            if let Some(place) = frames.get_mut(length..length + 6) {
                place.copy_from_slice(&start);
            }
            frames
        };
        let mut stream = vec![0; 1024];
        for packet in 0..3 {
            stream[packet * 188] = 0x47;
        }
        for sound_or_film in [
            frame([0xFF, 0xFB, 0x90, 0, 0, 0], 417),
            frame([0xFF, 0xF3, 0x80, 0, 0, 0], 208),
            frame([0xFF, 0xF1, 0x50, 0x80, 0x25, 0x9F], 300),
            frame([0xFF, 0xFB, 0xE0, 0, 0, 0], 1044),
            stream,
            b"\0\0\x01\xB3\x14\0\xF0".to_vec(),
        ] {
            assert_eq!(kind("", &sound_or_film), ResourceType::Video);
        }
        for text in [
            b"BM is a company, and this is a letter about it.".to_vec(),
            b"G is a letter".repeat(80),
            // UTF-16, and a frame after which none comes
            b"\xFF\xFEp\0a\0s\0s\0".repeat(100),
            frame([0xFF, 0xFB, 0x90, 0, 0, 0], 400),
            b"\0\0\x01\0\0\0\0\0\0\0".repeat(8),
        ] {
            assert_eq!(kind("", &text), ResourceType::Raw);
        }
    }

    #[test]
    fn links_without_a_telling_extension_are_taken_for_images() {
        assert_eq!(
            guess_link("https://example.com/a.mp4?x=1"),
            ResourceType::Video
        );
        assert_eq!(guess_link("https://example.com/a/b"), ResourceType::Image);
        assert_eq!(
            guess_link("https://example.com/photo.php"),
            ResourceType::Image
        );
        assert_eq!(guess_link("https://example.com/a.zip"), ResourceType::Raw);
    }
}
