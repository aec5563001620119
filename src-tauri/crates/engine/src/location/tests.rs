//! What another reader finds in the pictures that were cleaned, and what another decoder sees.

use std::io::Cursor;

use proptest::prelude::*;

use super::*;

const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0<x exif:GPSLatitude=\"48,8.0N\"/>";
const HARMLESS_XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0<x dc:creator=\"Ada\"/>";
const PLACE: &[u8] = b"\x1C\x02\x5A\0\x06Munich";

/// EXIF data as a camera writes it: orientation, maker, date, the maker's notes, and where it was.
fn exif_data(big_endian: bool, gps: bool) -> Vec<u8> {
    let u16 = |value: u16| match big_endian {
        true => value.to_be_bytes(),
        false => value.to_le_bytes(),
    };
    let u32 = |value: u32| match big_endian {
        true => value.to_be_bytes(),
        false => value.to_le_bytes(),
    };
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        [&u16(tag)[..], &u16(kind), &u32(count), &value].concat()
    };
    let short = |value: u16| [u16(value)[0], u16(value)[1], 0, 0];
    let folder = |entries: &[Vec<u8>]| {
        let count = u16(u16::try_from(entries.len()).unwrap());
        [&count[..], &entries.concat(), &[0; 4]].concat()
    };
    // the first folder is at 8, the EXIF part at 100, GPS at 200, values from 300 on
    let mut first = vec![
        entry(0x010F, 2, 8, u32(300)),
        entry(0x0112, 3, 1, short(6)),
        entry(0x8769, 4, 1, u32(100)),
    ];
    if gps {
        first.push(entry(0x8825, 4, 1, u32(200)));
    }
    let inner = [
        entry(0x9003, 2, 20, u32(310)),
        entry(0x927C, 7, 16, u32(340)),
    ];
    let place = [
        entry(1, 2, 2, *b"N\0\0\0"),
        entry(2, 5, 3, u32(360)),
        entry(3, 2, 2, *b"E\0\0\0"),
        entry(4, 5, 3, u32(384)),
    ];
    let mut tiff = vec![0; 420];
    let mut put = |at: usize, bytes: &[u8]| tiff[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, if big_endian { b"MM\0*" } else { b"II*\0" });
    put(4, &u32(8));
    put(8, &folder(&first));
    put(100, &folder(&inner));
    put(300, b"Lighten\0");
    put(310, b"2026:11:26 15:04:05\0");
    put(340, b"Notes of a maker");
    if gps {
        put(200, &folder(&place));
        for (index, value) in [48_u32, 1, 8, 1, 0, 1, 11, 1, 34, 1, 0, 1]
            .iter()
            .enumerate()
        {
            put(360 + index * 4, &u32(*value));
        }
    }
    tiff
}

fn picture(format: image::ImageFormat, seed: u8) -> Vec<u8> {
    let pixels = image::RgbImage::from_fn(24, 16, |x, y| {
        image::Rgb([seed.wrapping_add(x as u8 * 9), y as u8 * 15, seed ^ x as u8])
    });
    let mut file = Cursor::new(Vec::new());
    pixels.write_to(&mut file, format).unwrap();
    file.into_inner()
}

fn segment(marker: u8, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len() + 2).unwrap().to_be_bytes();
    [&[0xFF, marker][..], &length, payload].concat()
}

fn jpeg_with(exif: &[u8], parts: &[Vec<u8>], seed: u8) -> Vec<u8> {
    let plain = picture(image::ImageFormat::Jpeg, seed);
    let exif = segment(0xE1, &[b"Exif\0\0", exif].concat());
    [&plain[..2], &exif, &parts.concat(), &plain[2..]].concat()
}

fn png_with(exif: &[u8], parts: &[(&[u8; 4], &[u8])], seed: u8) -> Vec<u8> {
    let plain = picture(image::ImageFormat::Png, seed);
    let chunk = |name: &[u8; 4], data: &[u8]| {
        let body = [&name[..], data].concat();
        let length = u32::try_from(data.len()).unwrap().to_be_bytes();
        [&length[..], &body, &crc(&body).to_be_bytes()].concat()
    };
    let more: Vec<u8> = parts
        .iter()
        .flat_map(|(name, data)| chunk(name, data))
        .collect();
    // behind IHDR
    [&plain[..33], &chunk(b"eXIf", exif), &more, &plain[33..]].concat()
}

fn webp_with(exif: &[u8], xmp: &[u8], seed: u8) -> Vec<u8> {
    let plain = picture(image::ImageFormat::WebP, seed);
    let chunk = |name: &[u8; 4], data: &[u8]| {
        let length = u32::try_from(data.len()).unwrap().to_le_bytes();
        let pad = vec![0; data.len() % 2];
        [&name[..], &length, data, &pad].concat()
    };
    let canvas = [0x0C, 0, 0, 0, 23, 0, 0, 15, 0, 0];
    let body = [
        &b"WEBP"[..],
        &chunk(b"VP8X", &canvas),
        &plain[12..],
        &chunk(b"EXIF", exif),
        &chunk(b"XMP ", xmp),
    ]
    .concat();
    let length = u32::try_from(body.len()).unwrap().to_le_bytes();
    [&b"RIFF"[..], &length, &body].concat()
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg())
        })
    })
}

fn pixels(bytes: &[u8]) -> Vec<u8> {
    image::load_from_memory(bytes).unwrap().to_rgb8().into_raw()
}

/// What the independent reader finds: whether there is GPS, the orientation, the maker.
fn read(bytes: &[u8]) -> (bool, Option<u32>, bool) {
    let Ok(found) = ::exif::Reader::new().read_from_container(&mut Cursor::new(bytes)) else {
        return (false, None, false);
    };
    let gps = found
        .fields()
        .any(|field| field.tag.context() == ::exif::Context::Gps);
    let orientation = found
        .get_field(::exif::Tag::Orientation, ::exif::In::PRIMARY)
        .and_then(|field| field.value.get_uint(0));
    let maker = found
        .get_field(::exif::Tag::Make, ::exif::In::PRIMARY)
        .is_some();
    (gps, orientation, maker)
}

/// The same with everything in it, in each of the three formats.
fn all_formats(exif: &[u8], seed: u8) -> [Vec<u8>; 3] {
    let jpeg = [
        segment(0xE1, XMP),
        segment(0xED, PLACE),
        segment(0xFE, b"Location: here"),
    ];
    let xmp = [&b"XML:com.adobe.xmp\0\0\0\0\0"[..], XMP].concat();
    let png: [(&[u8; 4], &[u8]); 3] = [
        (b"iTXt", &xmp),
        (b"tEXt", b"Raw profile type exif\0 1234"),
        (b"tEXt", b"Comment\0GPS 48 11"),
    ];
    [
        jpeg_with(exif, &jpeg, seed),
        png_with(exif, &png, seed),
        webp_with(exif, XMP, seed),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn nothing_of_the_place_is_left_and_every_pixel_is(big_endian: bool, seed: u8) {
        for picture in all_formats(&exif_data(big_endian, true), seed) {
            prop_assert_eq!(read(&picture), (true, Some(6), true));
            let cleaned = without_location(&picture).unwrap().into_owned();
            prop_assert_eq!(read(&cleaned), (false, Some(6), true));
            prop_assert_eq!(pixels(&cleaned), pixels(&picture));
            prop_assert!(cleaned.len() < picture.len());
            prop_assert!(!mentions_place(&cleaned) && !holds(&cleaned, b"Munich"));
            prop_assert!(!holds(&cleaned, b"Notes of a maker"));
            prop_assert!(matches!(without_location(&cleaned), Ok(Cow::Borrowed(_))));
        }
    }

    #[test]
    fn a_picture_without_a_place_stays_as_it_is(big_endian: bool, seed: u8) {
        let exif = exif_data(big_endian, false);
        let name = segment(0xE1, HARMLESS_XMP);
        for picture in [
            jpeg_with(&exif, &[name], seed),
            png_with(&exif, &[(b"tEXt", b"Author\0Ada")], seed),
            webp_with(&exif, HARMLESS_XMP, seed),
        ] {
            prop_assert!(matches!(without_location(&picture), Ok(Cow::Borrowed(_))));
        }
    }

    #[test]
    fn what_is_cut_off_or_made_up_never_panics_and_leaves_no_place(
        which in 0..3_usize,
        cut in 0..1200_usize,
        flips in proptest::collection::vec((0..1200_usize, any::<u8>()), 0..12),
        big_endian: bool,
    ) {
        let mut picture = all_formats(&exif_data(big_endian, true), 7).swap_remove_from(which);
        for (at, value) in flips {
            if let Some(byte) = picture.get_mut(at) {
                *byte = value;
            }
        }
        picture.truncate(picture.len().saturating_sub(cut));
        if let Ok(cleaned) = without_location(&picture) {
            prop_assert!(!read(&cleaned).0, "{:?}", picture);
            let again = without_location(&cleaned);
            prop_assert!(again.is_ok_and(|again| !read(&again).0));
        }
    }
}

trait SwapRemove {
    fn swap_remove_from(self, at: usize) -> Vec<u8>;
}

impl SwapRemove for [Vec<u8>; 3] {
    fn swap_remove_from(self, at: usize) -> Vec<u8> {
        self.into_iter().nth(at).unwrap_or_default()
    }
}

#[test]
fn another_picture_behind_the_first_goes_with_its_place() {
    let inner = jpeg_with(&exif_data(true, true), &[], 1);
    let index = segment(0xE2, b"MPF\0 where the others are");
    let outer = jpeg_with(&exif_data(true, false), &[index], 2);
    let both = [&outer[..], &inner].concat();
    let cleaned = without_location(&both).unwrap();
    assert_eq!(pixels(&cleaned), pixels(&outer));
    assert!(!holds(&cleaned, b"MPF\0") && cleaned.len() < outer.len());
    let padded = [&outer[..], &[0; 40]].concat();
    assert!(matches!(without_location(&padded), Ok(Cow::Borrowed(_))));
}

#[test]
fn a_word_that_is_cut_between_two_segments_is_still_found() {
    let head = [&b"http://ns.adobe.com/xmp/extension/\0"[..], &[b'0'; 40]].concat();
    let part = |text: &[u8]| segment(0xE1, &[&head[..], text].concat());
    let parts = [part(b"<x exif:GPSLat"), part(b"itude='1'/>")];
    let cleaned = without_location(&jpeg_with(&exif_data(false, false), &parts, 3))
        .unwrap()
        .into_owned();
    assert!(!holds(&cleaned, b"itude"));
}

#[test]
fn what_is_neither_of_the_three_is_not_touched() {
    for other in [&b"GIF89a"[..], b"II*\0", b"", b"\0\0\0\x18ftypheic"] {
        assert_eq!(without_location(other), Err(Unclean::Format));
    }
    assert_eq!(without_location(b"\xFF\xD8\xFF"), Err(Unclean::Damaged));
}
