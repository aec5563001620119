//! JPEG: segments, each with a marker; between them the compressed picture.

use std::ops::Range;

use super::{exif, may_bear_place, mentions_place, names_place};

const APP0: u8 = 0xE0;
const APP1: u8 = 0xE1;
const APP2: u8 = 0xE2;
const APP14: u8 = 0xEE;
const COMMENT: u8 = 0xFE;
const START_OF_SCAN: u8 = 0xDA;
const END: u8 = 0xD9;

const EXIF: &[u8] = b"Exif\0\0";
const XMP_MORE: &[u8] = b"http://ns.adobe.com/xmp/extension/\0";
/// Before the text of a further XMP segment: the name, a checksum of 32 letters, length and place.
const XMP_MORE_HEAD: usize = 75;

/// From one marker to the next.
struct Segment {
    marker: u8,
    whole: Range<usize>,
    /// What follows marker and length; the compressed picture does not belong to it.
    payload: Range<usize>,
}

pub(super) fn clean(bytes: &[u8]) -> Option<Vec<u8>> {
    let (segments, end) = segments(bytes)?;
    let behind = bytes.get(end..)?;
    let drops_behind = may_bear_place(behind);
    let drops_xmp = mentions_place(&xmp(bytes, &segments));
    let mut out = Vec::with_capacity(bytes.len());
    out.extend_from_slice(bytes.get(..2)?);
    for segment in &segments {
        let whole = bytes.get(segment.whole.clone())?;
        let payload = bytes.get(segment.payload.clone())?;
        match segment.marker {
            APP1 if payload.starts_with(EXIF) => match exif::clean(&payload[EXIF.len()..]) {
                None => out.extend_from_slice(whole),
                Some(tiff) => write_exif(&mut out, &tiff),
            },
            APP1 if drops_xmp => {}
            // it says where the pictures behind this one are
            APP2 if payload.starts_with(b"MPF\0") && drops_behind => {}
            APP2 if payload.starts_with(b"ICC_PROFILE\0") => out.extend_from_slice(whole),
            APP0 | APP14 => out.extend_from_slice(whole),
            APP2..APP14 | 0xEF | COMMENT if mentions_place(payload) || names_place(payload) => {}
            _ => out.extend_from_slice(whole),
        }
    }
    if !drops_behind {
        out.extend_from_slice(behind);
    }
    Some(out)
}

fn write_exif(out: &mut Vec<u8>, tiff: &[u8]) {
    // never longer than it was, so it fits; if it did not, it would be left out
    let length = u16::try_from(2 + EXIF.len() + tiff.len());
    if let (false, Ok(length)) = (tiff.is_empty(), length) {
        out.extend_from_slice(&[0xFF, APP1]);
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(EXIF);
        out.extend_from_slice(tiff);
    }
}

/// All XMP of the file in one text: a word may be cut between two segments.
fn xmp(bytes: &[u8], segments: &[Segment]) -> Vec<u8> {
    let mut text = Vec::new();
    for segment in segments.iter().filter(|segment| segment.marker == APP1) {
        let payload = &bytes[segment.payload.clone()];
        if payload.starts_with(XMP_MORE) {
            text.extend_from_slice(payload.get(XMP_MORE_HEAD..).unwrap_or_default());
        } else if !payload.starts_with(EXIF) {
            text.extend_from_slice(payload);
        }
    }
    text
}

/// The segments behind the first marker, and where the picture ends. A picture that is cut off ends with the file.
fn segments(bytes: &[u8]) -> Option<(Vec<Segment>, usize)> {
    let mut segments = Vec::new();
    let mut at = 2;
    loop {
        let start = at;
        if *bytes.get(at)? != 0xFF {
            return None;
        }
        while bytes.get(at + 1)? == &0xFF {
            at += 1;
        }
        let marker = *bytes.get(at + 1)?;
        at += 2;
        let mut payload = at..at;
        match marker {
            0 => return None,
            END | 0x01 | 0xD0..=0xD8 => {}
            _ => {
                let length = u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?);
                let end = at + usize::from(length);
                payload = at + 2..end;
                if length < 2 || end > bytes.len() {
                    return None;
                }
                at = end;
            }
        }
        if marker == START_OF_SCAN {
            at = end_of_scan(bytes, at);
        }
        segments.push(Segment {
            marker,
            whole: start..at,
            payload,
        });
        if marker == END || at == bytes.len() {
            return Some((segments, at));
        }
    }
}

/// Inside the compressed picture 0xFF is followed by a zero or by a restart marker.
fn end_of_scan(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while at < bytes.len() {
        let is_marker = bytes[at] == 0xFF
            && bytes
                .get(at + 1)
                .is_some_and(|next| !matches!(next, 0 | 0xD0..=0xD7 | 0xFF));
        if is_marker {
            return at;
        }
        at += 1;
    }
    at
}
