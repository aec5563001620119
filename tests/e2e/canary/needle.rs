//! The shapes in which a text may lie somewhere.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use memchr::memmem::Finder;

/// A text that is searched for, in halves: a place that holds more than half of it in one piece holds it.
pub(crate) struct Needle {
    shapes: Vec<(&'static str, Finder<'static>)>,
}

impl Needle {
    pub(crate) fn new(text: &str) -> Self {
        let (first, second) = text.as_bytes().split_at(text.len() / 2);
        assert!(second.len() >= 12, "too short to be found by chance alone");
        let shapes = shapes_of(first).into_iter().chain(shapes_of(second));
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
        ("UTF-32", text.iter().flat_map(|b| [*b, 0, 0, 0]).collect()),
        ("hexadecimal", each(|b| format!("{b:02x}")).into_bytes()),
        ("hexadecimal", each(|b| format!("{b:02X}")).into_bytes()),
        ("numbers", each(|b| format!("{b},")).into_bytes()),
        ("percent", each(|b| format!("%{b:02x}")).into_bytes()),
        ("percent", each(|b| format!("%{b:02X}")).into_bytes()),
        ("percent", each(percent).into_bytes()),
    ];
    // What comes before decides where the groups of three begin; the digits at the edges depend on it, and are left out.
    for before in 0..3 {
        let mut padded = vec![0; before];
        padded.extend_from_slice(text);
        let whole = padded.len() / 3 * 3;
        let digits = STANDARD.encode(&padded[..whole]).into_bytes();
        let beginning = [0, 2, 3][before];
        shapes.push(("base64", digits[beginning..].to_vec()));
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

    #[test]
    fn every_shape_is_found_and_another_text_is_not() {
        let needle = Needle::new(TEXT);
        let utf16: Vec<u8> = TEXT.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(needle.found_in(&utf16), Some("UTF-16"));
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
        let shown = format!("{:?}", TEXT.as_bytes()).replace(' ', "");
        assert_eq!(needle.found_in(shown.as_bytes()), Some("numbers"));
        assert_eq!(
            needle.found_in(&TEXT.as_bytes()[1..]),
            Some("plain"),
            "one half"
        );
        let other = TEXT.to_lowercase();
        assert_eq!(needle.found_in(other.as_bytes()), None);
    }
}
