//! WebP: chunks in a RIFF file (RFC 9649). `VP8X` says which of them there are.

use super::{exif, may_bear_place, mentions_place};

/// Bits of the first byte of `VP8X`.
const HAS_EXIF: u8 = 0x08;
const HAS_XMP: u8 = 0x04;

/// What shows the picture, its colours and its motion, and so is kept unread.
const PICTURE: [&[u8; 4]; 6] = [b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"];

pub(super) fn clean(bytes: &[u8]) -> Option<Vec<u8>> {
    let told = u32::from_le_bytes(bytes.get(4..8)?.try_into().ok()?);
    let end = 8_usize.checked_add(usize::try_from(told).ok()?)?;
    let inside = bytes.get(..end)?;
    let mut out = bytes.get(..12)?.to_vec();
    let (mut at, mut flags, mut gone) = (12, None, 0);
    while at < inside.len() {
        let name: &[u8; 4] = inside.get(at..at + 4)?.try_into().ok()?;
        let length = u32::from_le_bytes(inside.get(at + 4..at + 8)?.try_into().ok()?);
        let length = usize::try_from(length).ok()?;
        let data = inside.get(at + 8..(at + 8).checked_add(length)?)?;
        // an odd chunk is followed by a byte that some writers leave out at the end
        let next = (at + 8 + length + length % 2).min(inside.len());
        let whole = &inside[at..next];
        at = next;
        match name {
            b"VP8X" => {
                flags = Some(out.len() + 8).filter(|_| length > 0);
                out.extend_from_slice(whole);
            }
            b"EXIF" => {
                let (head, tiff) = match data.strip_prefix(b"Exif\0\0") {
                    Some(tiff) => (&data[..6], tiff),
                    None => (&data[..0], data),
                };
                match exif::clean(tiff) {
                    None => out.extend_from_slice(whole),
                    Some(tiff) if tiff.is_empty() => gone |= HAS_EXIF,
                    Some(tiff) => write(&mut out, b"EXIF", &[head, &tiff].concat()),
                }
            }
            b"XMP " if mentions_place(data) => gone |= HAS_XMP,
            known if PICTURE.contains(&known) => out.extend_from_slice(whole),
            _ if mentions_place(data) => {}
            _ => out.extend_from_slice(whole),
        }
    }
    if let Some(flags) = flags {
        out[flags] &= !gone;
    }
    let length = u32::try_from(out.len() - 8).ok()?;
    out[4..8].copy_from_slice(&length.to_le_bytes());
    let behind = bytes.get(end..)?;
    if !may_bear_place(behind) {
        out.extend_from_slice(behind);
    }
    Some(out)
}

fn write(out: &mut Vec<u8>, name: &[u8; 4], data: &[u8]) {
    out.extend_from_slice(name);
    let length = u32::try_from(data.len()).unwrap_or(u32::MAX);
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(data);
    if !data.len().is_multiple_of(2) {
        out.push(0);
    }
}
