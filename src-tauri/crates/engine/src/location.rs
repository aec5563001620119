//! Location data is taken out of pictures without touching a pixel: containers are walked, what is kept is copied byte for
//! byte. Colour profile and orientation stay.
//!
//! Where EXIF data holds a GPS part, it is written anew from what was understood of it, without GPS, without the maker's
//! own notes (nobody can read them, and some cameras write the place there) and without the thumbnail; camera, date,
//! exposure and copyright stay. XMP, IPTC, comments and unknown parts that speak of a place go as a whole, and so does what
//! hangs behind the picture when it looks like another picture or film.
//!
//! The containers are walked here and not by a crate: `img-parts` panics on a truncated JPEG.

mod exif;
mod jpeg;
mod png;
mod webp;

use std::borrow::Cow;

/// Larger files are not read into memory for this.
pub(crate) const LARGEST: u64 = 512 * 1024 * 1024;

/// Why a file cannot be cleaned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unclean {
    /// Neither JPEG, PNG nor WebP.
    Format,
    /// Its parts do not fit together, so nobody knows what is in it.
    Damaged,
}

/// The file without location data; borrowed when it has none.
pub(crate) fn without_location(bytes: &[u8]) -> Result<Cow<'_, [u8]>, Unclean> {
    let cleaned = match format(bytes).ok_or(Unclean::Format)? {
        Format::Jpeg => jpeg::clean(bytes),
        Format::Png => png::clean(bytes),
        Format::WebP => webp::clean(bytes),
    };
    let cleaned = cleaned.ok_or(Unclean::Damaged)?;
    Ok(match cleaned == bytes {
        true => Cow::Borrowed(bytes),
        false => Cow::Owned(cleaned),
    })
}

/// Whether a file that begins like this is one of those that can be cleaned.
pub(crate) fn is_cleanable(head: &[u8]) -> bool {
    format(head).is_some()
}

enum Format {
    Jpeg,
    Png,
    WebP,
}

fn format(bytes: &[u8]) -> Option<Format> {
    if bytes.starts_with(b"\xFF\xD8\xFF") {
        return Some(Format::Jpeg);
    }
    if bytes.starts_with(png::SIGNATURE) {
        return Some(Format::Png);
    }
    let is_webp = bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP");
    is_webp.then_some(Format::WebP)
}

/// Whether a text, or a part of unknown make, speaks of a place.
fn mentions_place(bytes: &[u8]) -> bool {
    const WORDS: &[&[u8]] = &[
        b"gps",
        b"latitude",
        b"longitude",
        b"location",
        b"geo:",
        b"geotag",
        b"countrycode",
        b"photoshop:city",
        b"photoshop:state",
        b"photoshop:country",
    ];
    // without the zeros of UTF-16
    let text: Vec<u8> = bytes
        .iter()
        .filter(|byte| **byte != 0)
        .map(u8::to_ascii_lowercase)
        .collect();
    WORDS.iter().any(|word| holds(&text, word))
}

/// Whether IPTC data names a place: city, part of it, state, country, or what the content is about.
fn names_place(bytes: &[u8]) -> bool {
    const DATASETS: [u8; 7] = [26, 27, 90, 92, 95, 100, 101];
    bytes
        .windows(3)
        .any(|three| three[..2] == [0x1C, 2] && DATASETS.contains(&three[2]))
}

/// Whether what hangs behind a picture may be another one, or a film.
fn may_bear_place(behind: &[u8]) -> bool {
    [&b"Exif\0\0"[..], b"ftyp", b"http://ns.adobe.com/"]
        .iter()
        .any(|mark| holds(behind, mark))
        || mentions_place(behind)
}

fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    let Some(first) = wanted.first() else {
        return true;
    };
    bytes
        .iter()
        .enumerate()
        .any(|(at, byte)| byte == first && bytes[at..].starts_with(wanted))
}

#[cfg(test)]
mod tests;
