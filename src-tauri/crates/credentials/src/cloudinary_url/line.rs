//! Finds the address in the line it was copied with.

use super::UrlError;
use crate::shape::invisible;

const NAME: &str = "CLOUDINARY_URL";

/// The address without what surrounds it: space, quotes, `export`, `set`, the variable's name.
/// Layers are peeled until none is left, because they come in any order.
pub(super) fn value(text: &str) -> Result<&str, UrlError> {
    let mut rest = trim(text);
    if rest.lines().filter(|line| !trim(line).is_empty()).count() > 1 {
        return Err(UrlError::SeveralLines);
    }
    loop {
        let peeled = trim(unquoted(without_name(without_command(rest))));
        if peeled.len() == rest.len() {
            break;
        }
        rest = peeled;
    }
    if rest.is_empty() {
        Err(UrlError::Empty)
    } else {
        Ok(rest)
    }
}

fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || c.is_control() || invisible(c))
}

fn without_command(text: &str) -> &str {
    for command in ["export", "set", "setx", "$env:"] {
        if let Some(rest) = strip_prefix_ignoring_case(text, command)
            && (command.ends_with(':') || rest.starts_with(char::is_whitespace))
        {
            return trim(rest);
        }
    }
    text
}

fn without_name(text: &str) -> &str {
    let Some(rest) = strip_prefix_ignoring_case(text, NAME) else {
        return text;
    };
    match trim(rest).strip_prefix(['=', ':']) {
        Some(value) => value.trim_end_matches(';'),
        // `setx CLOUDINARY_URL "…"` has no sign between name and value.
        None if rest.starts_with(char::is_whitespace) => rest,
        None => text,
    }
}

fn unquoted(text: &str) -> &str {
    const QUOTES: [(char, char); 6] = [
        ('"', '"'),
        ('\'', '\''),
        ('`', '`'),
        ('“', '”'),
        ('‘', '’'),
        ('«', '»'),
    ];
    let text = trim(text);
    QUOTES
        .iter()
        .find_map(|(open, close)| text.strip_prefix(*open)?.strip_suffix(*close))
        .unwrap_or(text)
}

fn strip_prefix_ignoring_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix)
        .then(|| &text[prefix.len()..])
}
