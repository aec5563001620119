//! The user's own text with placeholders.

use super::Subject;
use crate::words::{Words, problem};

/// What can stand between braces.
const NAMES: [&str; 7] = [
    "url",
    "name",
    "alt",
    "public_id",
    "width",
    "height",
    "format",
];

/// Why a template cannot be filled in.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Empty,
    Open,
    Unknown { name: String },
}

impl Fault {
    pub(super) fn words(&self) -> Words {
        match self {
            Self::Empty => problem::template_empty(),
            Self::Open => problem::template_open("{", "}", "{{"),
            Self::Unknown { name } => {
                let known = format!("{{{}}}", NAMES.join("}, {"));
                problem::template_unknown(format!("{{{name}}}"), known)
            }
        }
    }
}

/// The text with everything filled in; what is not known of an asset is left empty.
pub(super) fn filled(
    template: &str,
    subject: Subject<'_>,
    address: &str,
    size: Option<(u32, u32)>,
) -> Result<String, Fault> {
    if template.trim().is_empty() {
        return Err(Fault::Empty);
    }
    let mut text = String::with_capacity(template.len() + address.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        if let Some(after) = after.strip_prefix('{') {
            text.push('{');
            rest = after;
            continue;
        }
        let (name, after) = after.split_once('}').ok_or(Fault::Open)?;
        match name {
            "url" => text.push_str(address),
            "name" => text.push_str(subject.name),
            "alt" => text.push_str(subject.alt),
            "public_id" => text.push_str(&subject.receipt.public_id),
            "width" => push_number(&mut text, size.map(|(width, _)| width)),
            "height" => push_number(&mut text, size.map(|(_, height)| height)),
            "format" => text.push_str(format_of(subject)),
            unknown => {
                let name = unknown.chars().take(40).collect();
                return Err(Fault::Unknown { name });
            }
        }
        rest = after;
    }
    text.push_str(rest);
    Ok(text)
}

fn push_number(text: &mut String, number: Option<u32>) {
    if let Some(number) = number {
        text.push_str(&number.to_string());
    }
}

/// A raw file keeps its format in its ID.
fn format_of(subject: Subject<'_>) -> &str {
    let id = &subject.receipt.public_id;
    let of_id = || id.rsplit_once('.').map_or("", |(_, format)| format);
    subject.receipt.format.as_deref().unwrap_or_else(of_id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::links::tests::receipt;

    fn fill(template: &str) -> Result<String, Fault> {
        let receipt = receipt("image", "a/b", Some("jpg"), Some((4000, 3000)));
        let subject = Subject {
            name: "{url}.jpg",
            alt: "A boat",
            receipt: &receipt,
        };
        filled(template, subject, "https://x.example/1", Some((800, 600)))
    }

    #[test]
    fn what_is_known_is_filled_in_once() {
        assert_eq!(
            fill("{{{url}} {name}|{alt}|{public_id} {width}x{height} {format} } {{x}"),
            Ok("{https://x.example/1} {url}.jpg|A boat|a/b 800x600 jpg } {x}".to_owned())
        );
    }

    #[test]
    fn what_cannot_be_filled_in_is_said() {
        assert_eq!(fill(" \n"), Err(Fault::Empty));
        assert_eq!(fill("see {url"), Err(Fault::Open));
        let fault = fill("{Url}").unwrap_err();
        assert_eq!(
            fault.words().to_string(),
            "The template asks for {Url}, which is not known; known are {url}, {name}, {alt}, {public_id}, {width}, {height}, {format}."
        );
    }
}
