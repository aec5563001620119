//! EXIF data: a small TIFF file inside a picture.

use super::mentions_place;

const GPS: u16 = 0x8825;
const EXIF: u16 = 0x8769;
const INTEROPERABILITY: u16 = 0xA005;
/// Not written again: other folders, thumbnails, XMP, IPTC, Photoshop's and makers' own data, and padding.
const LEFT_OUT: [u16; 15] = [
    GPS, 0x014A, 0x0201, 0x0202, 0x0111, 0x0117, 0x0144, 0x0145, 0x02BC, 0x83BB, 0x8649, 0x927C,
    0xC634, 0xEA1C, 0xEA1D,
];
/// Folders in a row that are looked at; a file has two.
const MOST_FOLDERS: usize = 8;

/// The same without GPS; `None` when it can stay as it is. Empty when nothing of it was understood.
pub(super) fn clean(tiff: &[u8]) -> Option<Vec<u8>> {
    let Some(file) = Tiff::of(tiff) else {
        return Some(Vec::new());
    };
    if file.is_free_of_place() {
        return None;
    }
    Some(file.written_anew().unwrap_or_default())
}

struct Tiff<'a> {
    bytes: &'a [u8],
    big_endian: bool,
}

/// One entry of a folder, with its value in the file's byte order.
struct Entry<'a> {
    tag: u16,
    kind: u16,
    count: u32,
    value: &'a [u8],
}

/// A folder that is to be written.
struct Folder<'a> {
    entries: Vec<Entry<'a>>,
    below: Vec<(u16, Folder<'a>)>,
}

impl<'a> Tiff<'a> {
    fn of(bytes: &'a [u8]) -> Option<Self> {
        let big_endian = match bytes.get(..4)? {
            b"II*\0" => false,
            b"MM\0*" => true,
            _ => return None,
        };
        Some(Self { bytes, big_endian })
    }

    fn u16(&self, at: usize) -> Option<u16> {
        let two = self.bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(match self.big_endian {
            true => u16::from_be_bytes(two),
            false => u16::from_le_bytes(two),
        })
    }

    fn u32(&self, at: usize) -> Option<u32> {
        let four = self.bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(match self.big_endian {
            true => u32::from_be_bytes(four),
            false => u32::from_le_bytes(four),
        })
    }

    fn offset(&self, at: usize) -> Option<usize> {
        usize::try_from(self.u32(at)?).ok()
    }

    /// The entries of the folder there, and where the next one is. `None` when it is cut off.
    fn folder(&self, at: usize) -> Option<(Vec<Option<Entry<'a>>>, usize)> {
        let count = usize::from(self.u16(at)?);
        let first = at.checked_add(2)?;
        let entries = (0..count).map(|index| self.entry(first + index * 12));
        let next = self.offset(first + count * 12)?;
        Some((entries.collect(), next))
    }

    fn entry(&self, at: usize) -> Option<Entry<'a>> {
        let (tag, kind, count) = (self.u16(at)?, self.u16(at + 2)?, self.u32(at + 4)?);
        let one: usize = match kind {
            1 | 2 | 6 | 7 => 1,
            3 | 8 => 2,
            4 | 9 | 11 | 13 => 4,
            5 | 10 | 12 => 8,
            _ => return None,
        };
        let length = one.checked_mul(usize::try_from(count).ok()?)?;
        let start = if length <= 4 {
            at + 8
        } else {
            self.offset(at + 8)?
        };
        let value = self.bytes.get(start..start.checked_add(length)?)?;
        Some(Entry {
            tag,
            kind,
            count,
            value,
        })
    }

    /// True only when everything was understood and nothing of it is about a place.
    fn is_free_of_place(&self) -> bool {
        !mentions_place(self.bytes) && self.knows_no_gps().is_some_and(|free| free)
    }

    fn knows_no_gps(&self) -> Option<bool> {
        let mut next = self.offset(4)?;
        let mut ahead = Vec::new();
        for _ in 0..MOST_FOLDERS {
            if next == 0 {
                let Some(below) = ahead.pop() else {
                    return Some(true);
                };
                next = below;
            }
            let (entries, after) = self.folder(next)?;
            for entry in entries {
                let entry = entry?;
                match entry.tag {
                    GPS => return Some(false),
                    EXIF | INTEROPERABILITY => ahead.push(self.pointer(&entry)?),
                    _ => {}
                }
            }
            next = after;
        }
        None
    }

    fn pointer(&self, entry: &Entry<'a>) -> Option<usize> {
        let four = entry.value.try_into().ok()?;
        let at = match self.big_endian {
            true => u32::from_be_bytes(four),
            false => u32::from_le_bytes(four),
        };
        usize::try_from(at).ok().filter(|at| *at > 0)
    }

    /// Only what was understood, and none of what was about a place.
    fn written_anew(&self) -> Option<Vec<u8>> {
        // values may overlap in a file that was made to be large when it is written
        let mut room = self.bytes.len();
        let folder = self.kept(self.offset(4)?, &[EXIF, INTEROPERABILITY], &mut room)?;
        let mut out = self.bytes.get(..4)?.to_vec();
        self.put_u32(&mut out, 8);
        self.write(&folder, &mut out);
        Some(out)
    }

    fn kept(&self, at: usize, pointers: &[u16], room: &mut usize) -> Option<Folder<'a>> {
        let mut folder = Folder {
            entries: Vec::new(),
            below: Vec::new(),
        };
        for entry in self.folder(at)?.0.into_iter().flatten() {
            if let Some((pointer, deeper)) = pointers
                .split_first()
                .filter(|(pointer, _)| entry.tag == **pointer)
            {
                let below = self.pointer(&entry);
                if let Some(below) = below.and_then(|at| self.kept(at, deeper, room)) {
                    folder.below.push((*pointer, below));
                }
                continue;
            }
            let is_pointer = matches!(entry.tag, EXIF | INTEROPERABILITY);
            let fits = entry.value.len() + 12 <= *room;
            if !is_pointer && fits && !LEFT_OUT.contains(&entry.tag) && !mentions_place(entry.value)
            {
                *room -= entry.value.len() + 12;
                folder.entries.push(entry);
            }
        }
        Some(folder)
    }

    fn write(&self, folder: &Folder<'_>, out: &mut Vec<u8>) {
        let start = out.len();
        let count = folder.entries.len() + folder.below.len();
        out.resize(start + 2 + count * 12 + 4, 0);
        self.set_u16(out, start, u16::try_from(count).unwrap_or(u16::MAX));
        let mut tags: Vec<(u16, Result<&Entry<'_>, &Folder<'_>>)> = Vec::with_capacity(count);
        tags.extend(folder.entries.iter().map(|entry| (entry.tag, Ok(entry))));
        tags.extend(folder.below.iter().map(|(tag, below)| (*tag, Err(below))));
        tags.sort_by_key(|(tag, _)| *tag);
        for (index, (tag, what)) in tags.into_iter().enumerate() {
            let at = start + 2 + index * 12;
            self.set_u16(out, at, tag);
            let (kind, count) = what.map_or((4, 1), |entry| (entry.kind, entry.count));
            self.set_u16(out, at + 2, kind);
            self.set_u32(out, at + 4, count);
            if let Ok(entry) = what
                && entry.value.len() <= 4
            {
                out[at + 8..at + 8 + entry.value.len()].copy_from_slice(entry.value);
                continue;
            }
            if !out.len().is_multiple_of(2) {
                out.push(0);
            }
            let place = u32::try_from(out.len()).unwrap_or(0);
            self.set_u32(out, at + 8, place);
            match what {
                Ok(entry) => out.extend_from_slice(entry.value),
                Err(below) => self.write(below, out),
            }
        }
    }

    fn set_u16(&self, out: &mut [u8], at: usize, value: u16) {
        let two = match self.big_endian {
            true => value.to_be_bytes(),
            false => value.to_le_bytes(),
        };
        out[at..at + 2].copy_from_slice(&two);
    }

    fn set_u32(&self, out: &mut [u8], at: usize, value: u32) {
        let four = match self.big_endian {
            true => value.to_be_bytes(),
            false => value.to_le_bytes(),
        };
        out[at..at + 4].copy_from_slice(&four);
    }

    fn put_u32(&self, out: &mut Vec<u8>, value: u32) {
        let at = out.len();
        out.resize(at + 4, 0);
        self.set_u32(out, at, value);
    }
}
