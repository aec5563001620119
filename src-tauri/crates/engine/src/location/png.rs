//! PNG: chunks, each with its length, a name of four letters and a checksum.

use super::{exif, may_bear_place, mentions_place};

pub(super) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1A\n";

/// What shows the picture, its colours and its motion, and so is kept unread.
const PICTURE: [&[u8; 4]; 20] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB",
    b"bKGD", b"hIST", b"pHYs", b"sPLT", b"acTL", b"fcTL", b"fdAT", b"cICP", b"mDCV", b"cLLI",
];

pub(super) fn clean(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(bytes.len());
    out.extend_from_slice(bytes.get(..SIGNATURE.len())?);
    let mut at = SIGNATURE.len();
    loop {
        let length = u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?);
        let name: &[u8; 4] = bytes.get(at + 4..at + 8)?.try_into().ok()?;
        let end = (at + 8).checked_add(usize::try_from(length).ok()?)?;
        let Some(whole) = bytes.get(at..end.checked_add(4)?) else {
            // a picture that is cut off is still sent as it is
            let rest = bytes.get(at..)?;
            return (name == b"IDAT").then(|| [&out[..], rest].concat());
        };
        let data = bytes.get(at + 8..end)?;
        at = end + 4;
        match name {
            b"eXIf" => match exif::clean(data) {
                None => out.extend_from_slice(whole),
                Some(tiff) if tiff.is_empty() => {}
                Some(tiff) => write(&mut out, b"eXIf", &tiff),
            },
            b"IEND" => {
                out.extend_from_slice(whole);
                let behind = bytes.get(at..)?;
                if !may_bear_place(behind) {
                    out.extend_from_slice(behind);
                }
                return Some(out);
            }
            known if PICTURE.contains(&known) => out.extend_from_slice(whole),
            // nobody reads what is packed, so nobody knows what it says
            b"zTXt" => {}
            b"iTXt" if is_packed(data) => {}
            b"tEXt" | b"iTXt" if data.starts_with(b"Raw profile type") => {}
            _ if mentions_place(data) => {}
            _ => out.extend_from_slice(whole),
        }
    }
}

/// The byte behind the keyword says so.
fn is_packed(text: &[u8]) -> bool {
    let keyword = text.iter().position(|byte| *byte == 0);
    keyword.and_then(|end| text.get(end + 1)) != Some(&0)
}

fn write(out: &mut Vec<u8>, name: &[u8; 4], data: &[u8]) {
    let length = u32::try_from(data.len()).unwrap_or(u32::MAX);
    out.extend_from_slice(&length.to_be_bytes());
    let start = out.len();
    out.extend_from_slice(name);
    out.extend_from_slice(data);
    let checksum = crc32(&out[start..]);
    out.extend_from_slice(&checksum.to_be_bytes());
}

/// The checksum of a chunk (PNG specification, annex D); a few kilobytes are no work.
fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            let is_odd = crc & 1 == 1;
            crc = (crc >> 1) ^ if is_odd { 0xEDB8_8320 } else { 0 };
        }
    }
    !crc
}
