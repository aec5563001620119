//! The shapes in which a text may lie somewhere.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use memchr::memmem::Finder;

/// Texts that are searched for, in halves: a place that holds more than half of one in one piece holds it.
pub(crate) struct Needle {
    shapes: Vec<(&'static str, Finder<'static>)>,
}

impl Needle {
    pub(crate) fn new(texts: &[&str]) -> Self {
        let halves = texts.iter().flat_map(|text| {
            let (first, second) = text.as_bytes().split_at(text.len() / 2);
            assert!(first.len() >= 12, "too short not to be found by chance");
            [first, second]
        });
        let shapes = halves.flat_map(shapes_of);
        let shapes = shapes.map(|(name, bytes)| (name, Finder::new(&bytes).into_owned()));
        Self {
            shapes: shapes.collect(),
        }
    }

    /// The shape in which it is there.
    pub(crate) fn found_in(&self, bytes: &[u8]) -> Option<&'static str> {
        let found = |(_, finder): &&(&str, Finder<'_>)| finder.find(bytes).is_some();
        self.shapes.iter().find(found).map(|(name, _)| *name)
    }

    /// So many bytes of one block are looked at again with the next.
    pub(crate) fn longest(&self) -> usize {
        let lengths = self.shapes.iter().map(|(_, finder)| finder.needle().len());
        lengths.max().unwrap_or_default()
    }
}

fn shapes_of(text: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let each = |shape: fn(u8) -> String| text.iter().map(|b| shape(*b)).collect::<String>();
    let mut shapes = vec![
        ("plain", text.to_vec()),
        ("UTF-16", text.iter().flat_map(|b| [*b, 0]).collect()),
        ("UTF-16", text.iter().flat_map(|b| [0, *b]).collect()),
        ("UTF-32", text.iter().flat_map(|b| [*b, 0, 0, 0]).collect()),
        ("hexadecimal", each(|b| format!("{b:02x}")).into_bytes()),
        ("hexadecimal", each(|b| format!("{b:02X}")).into_bytes()),
        ("numbers", each(|b| format!("{b},")).into_bytes()),
        ("numbers", each(|b| format!("{b}, ")).into_bytes()),
        ("percent", each(|b| format!("%{b:02x}")).into_bytes()),
        ("percent", each(|b| format!("%{b:02X}")).into_bytes()),
        ("percent", each(percent).into_bytes()),
        ("JSON", each(|b| format!("\\u{b:04x}")).into_bytes()),
    ];
    // What comes before decides where the groups of three begin; the digits at the edges depend on it, and are left out.
    for before in 0..3 {
        let mut padded = vec![0; before];
        padded.extend_from_slice(text);
        let whole = padded.len() / 3 * 3;
        let beginning = [0, 2, 3][before];
        for alphabet in [STANDARD, URL_SAFE] {
            let digits = alphabet.encode(&padded[..whole]).into_bytes();
            shapes.push(("base64", digits[beginning..].to_vec()));
        }
    }
    if text.contains(&b' ') {
        let form = each(percent).replace("%20", "+");
        shapes.push(("form", form.into_bytes()));
    }
    shapes
}

/// As the strictest encoders do.
fn percent(byte: u8) -> String {
    match byte.is_ascii_alphanumeric() {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "canary-Rt5w8Kq2mX9c_Vb4Pn7Z";
    const WORDS: &str = "nine canaries hum above the cold forge";

    #[test]
    fn every_shape_is_found_and_another_text_is_not() {
        let needle = Needle::new(&[WORDS, TEXT]);
        for bytes in [u16::to_le_bytes, u16::to_be_bytes] {
            let utf16: Vec<u8> = TEXT.encode_utf16().flat_map(bytes).collect();
            assert_eq!(needle.found_in(&utf16), Some("UTF-16"));
        }
        let utf32: Vec<u8> = TEXT
            .chars()
            .flat_map(|c| u32::from(c).to_le_bytes())
            .collect();
        assert_eq!(needle.found_in(&utf32), Some("UTF-32"));
        for hexadecimal in [hex::encode(TEXT), hex::encode_upper(TEXT)] {
            assert_eq!(needle.found_in(hexadecimal.as_bytes()), Some("hexadecimal"));
        }
        let escaped: String = TEXT
            .chars()
            .map(|c| format!("\\u{:04x}", u32::from(c)))
            .collect();
        assert_eq!(needle.found_in(escaped.as_bytes()), Some("JSON"));
        let form = WORDS.replace(' ', "+");
        assert_eq!(needle.found_in(form.as_bytes()), Some("form"));
        // Bytes that the two alphabets write differently.
        let unlike = "canary???>>>~~~???>>>~~~???";
        let safe = URL_SAFE.encode(unlike);
        assert!(safe.contains('_') && safe.contains('-'));
        let found = Needle::new(&[unlike]).found_in(safe.as_bytes());
        assert_eq!(found, Some("base64"));
        for before in ["", "k", "ke", "key", "847362519283746:"] {
            let coded = STANDARD.encode(format!("{before}{TEXT}"));
            assert_eq!(
                needle.found_in(coded.as_bytes()),
                Some("base64"),
                "{before}"
            );
        }
        let strict = TEXT.replace('-', "%2D").replace('_', "%5F");
        assert_eq!(
            needle.found_in(&strict.as_bytes()[..strict.len() - 2]),
            Some("percent")
        );
        // As Rust prints bytes, and as JSON does.
        let shown = format!("{:?}", TEXT.as_bytes());
        for numbers in [shown.clone(), shown.replace(' ', "")] {
            assert_eq!(needle.found_in(numbers.as_bytes()), Some("numbers"));
        }
        for each in [|b: u8| format!("%{b:02x}"), |b: u8| format!("%{b:02X}")] {
            let coded: String = TEXT.bytes().map(each).collect();
            assert_eq!(needle.found_in(coded.as_bytes()), Some("percent"));
        }
        assert_eq!(
            needle.found_in(&TEXT.as_bytes()[1..]),
            Some("plain"),
            "one half"
        );
        let other = TEXT.to_lowercase();
        assert_eq!(needle.found_in(other.as_bytes()), None);
    }
}
