//! What can be said about a value without asking anybody: the same offline checks for a pasted
//! `CLOUDINARY_URL`, a filled-in form and a hand-edited file.
//!
//! The checks are lenient on purpose. The service does not publish a grammar, so only what can
//! never be right is refused: nothing at all, a placeholder, and characters that no such value
//! can carry.

use url::Url;

/// What is wrong with a value. It never holds the value itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Nothing is there.
    #[error("is missing")]
    Missing,
    /// A stand-in from a manual or a masked value such as `<your_api_secret>` or `**********`.
    #[error("is a placeholder, not a real value")]
    Placeholder,
    /// A whole `CLOUDINARY_URL` in the place of one of its values.
    #[error("is a whole CLOUDINARY_URL, not one value")]
    WholeUrl,
    /// A character that such a value cannot hold.
    #[error("holds a character that cannot be part of it")]
    Character,
}

/// Checks a cloud name: ASCII letters, digits, `-`, `_` and `.`, beginning with a letter or digit.
///
/// # Errors
/// The first [`Fault`] found.
pub fn cloud_name(text: &str) -> Result<(), Fault> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    present(text)?;
    // A name such as `..` would walk up in the path of a request.
    if text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.chars().all(allowed) {
        Ok(())
    } else {
        Err(Fault::Character)
    }
}

/// Checks an API key: no spaces, no control characters, no `:` (it ends the key in a
/// `CLOUDINARY_URL` and in HTTP basic authentication).
///
/// # Errors
/// The first [`Fault`] found.
pub fn api_key(text: &str) -> Result<(), Fault> {
    present(text)?;
    if text.chars().any(|c| c == ':' || unprintable(c)) {
        Err(Fault::Character)
    } else {
        Ok(())
    }
}

/// Checks an API secret: no spaces, no control characters, and not the address that holds one.
///
/// # Errors
/// The first [`Fault`] found.
pub fn secret(text: &str) -> Result<(), Fault> {
    present(text)?;
    if text.contains("cloudinary://") {
        return Err(Fault::WholeUrl);
    }
    if text.chars().any(unprintable) {
        Err(Fault::Character)
    } else {
        Ok(())
    }
}

/// Checks the name of an upload preset: no control characters, no space at either end.
///
/// # Errors
/// The first [`Fault`] found.
pub fn upload_preset(text: &str) -> Result<(), Fault> {
    present(text)?;
    if text.trim() != text || text.chars().any(|c| c.is_control() || invisible(c)) {
        Err(Fault::Character)
    } else {
        Ok(())
    }
}

/// Checks a label: something to see, on one line, and nothing that a terminal would act on.
///
/// # Errors
/// The first [`Fault`] found.
pub fn label(text: &str) -> Result<(), Fault> {
    if text.trim().is_empty() {
        Err(Fault::Missing)
    } else if text.chars().any(breaks_a_line) {
        Err(Fault::Character)
    } else {
        Ok(())
    }
}

/// A label as an earlier version or a hand may have written it, without what [`label`] refuses.
pub(crate) fn on_one_line(text: &str) -> String {
    let shown = |c: char| match c {
        _ if !breaks_a_line(c) => c,
        _ if c.is_whitespace() => ' ',
        _ => '\u{FFFD}',
    };
    text.chars().map(shown).collect()
}

fn breaks_a_line(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Checks the name of a host, which may have a port: no scheme, no user, no path.
///
/// # Errors
/// The first [`Fault`] found.
pub fn host_name(text: &str) -> Result<(), Fault> {
    // A lone slash at the end is how people copy addresses.
    let name = text.strip_suffix('/').unwrap_or(text);
    if name.is_empty() {
        return Err(Fault::Missing);
    }
    let more = |c: char| unprintable(c) || matches!(c, '/' | '\\' | '@' | '?' | '#' | '%');
    match Url::parse(&format!("https://{name}")) {
        Ok(_) if !name.contains(more) => Ok(()),
        Ok(_) | Err(_) => Err(Fault::Character),
    }
}

/// Characters that come along when text is copied from a page and that nobody sees.
pub(crate) fn invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}' | '\u{FEFF}')
}

fn unprintable(c: char) -> bool {
    c.is_whitespace() || c.is_control() || invisible(c)
}

fn present(text: &str) -> Result<(), Fault> {
    if text.is_empty() {
        Err(Fault::Missing)
    } else if is_placeholder(text) {
        Err(Fault::Placeholder)
    } else {
        Ok(())
    }
}

fn is_placeholder(text: &str) -> bool {
    const WORDS: [&str; 13] = [
        "apikey",
        "yourapikey",
        "myapikey",
        "yourkey",
        "apisecret",
        "yourapisecret",
        "myapisecret",
        "yoursecret",
        "cloudname",
        "yourcloudname",
        "mycloudname",
        "yourcloud",
        "yourpreset",
    ];
    let bracketed = [("<", ">"), ("[", "]"), ("{", "}"), ("${", "}"), ("%", "%")]
        .iter()
        .any(|(open, close)| text.len() > 1 && text.starts_with(open) && text.ends_with(close));
    let masked = text.chars().count() >= 3
        && text
            .chars()
            .all(|c| matches!(c, '*' | '•' | '●' | '·' | '.' | '…' | 'x' | 'X'));
    let variable = text.strip_prefix('$').is_some_and(|name| {
        !name.is_empty()
            && name
                .chars()
                .all(|c| c.is_ascii_uppercase() || matches!(c, '_' | '0'..='9'))
    });
    let letters: String = text
        .chars()
        .filter(char::is_ascii_alphabetic)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    let word = WORDS.contains(&letters.as_str())
        && text
            .chars()
            .all(|c| c.is_ascii_alphabetic() || matches!(c, '_' | '-'));
    bracketed || masked || variable || word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_values_pass() {
        for name in ["demo", "Demo-Cloud_2", "my.cloud", "xxl", "d"] {
            assert_eq!(cloud_name(name), Ok(()), "{name}");
        }
        assert_eq!(api_key("123456789012345"), Ok(()));
        assert_eq!(api_key("mykey"), Ok(()));
        assert_eq!(secret("a-Bc_d9eFgHiJkLmNoPqRsTuVw"), Ok(()));
        assert_eq!(secret("p%40ss@word:/"), Ok(()));
        assert_eq!(upload_preset("web uploads"), Ok(()));
    }

    #[test]
    fn a_whole_address_is_no_secret() {
        for text in [
            "cloudinary://k:s@demo",
            "CLOUDINARY_URL=cloudinary://k:s@demo",
        ] {
            assert_eq!(secret(text), Err(Fault::WholeUrl), "{text}");
        }
    }

    #[test]
    fn placeholders_are_recognised() {
        for text in [
            "<your_api_secret>",
            "**********",
            "••••••••",
            "xxxxxxxx",
            "API_SECRET",
            "your_api_secret",
            "your-api-secret",
            "${SECRET}",
            "$CLOUDINARY_SECRET",
            "{{secret}}",
            "[secret]",
        ] {
            assert_eq!(secret(text), Err(Fault::Placeholder), "{text}");
        }
        assert_eq!(cloud_name("<cloud_name>"), Err(Fault::Placeholder));
        assert_eq!(cloud_name("CLOUD_NAME"), Err(Fault::Placeholder));
        assert_eq!(api_key("<your_api_key>"), Err(Fault::Placeholder));
    }

    #[test]
    fn a_label_is_one_line() {
        for text in ["Shop", "Ümlaut 2", "写真 📷", "معرض\u{200F} 1"] {
            assert_eq!(label(text), Ok(()), "{text}");
            assert_eq!(on_one_line(text), text);
        }
        for (text, read) in [
            ("a\tb", "a b"),
            ("a\nb", "a b"),
            ("a\u{1b}[2Jb", "a\u{FFFD}[2Jb"),
            ("a\u{7f}\u{9b}b", "a\u{FFFD}\u{FFFD}b"),
            ("a\u{2028}b", "a b"),
        ] {
            assert_eq!(label(text), Err(Fault::Character), "{text:?}");
            assert_eq!(on_one_line(text), read);
            assert_eq!(label(read), Ok(()));
        }
        assert_eq!(label(" \t"), Err(Fault::Missing));
    }

    #[test]
    fn a_host_name_is_no_address() {
        for text in [
            "media.example.com",
            "media.example.com/",
            "localhost:3000",
            "127.0.0.1",
            "[::1]:80",
            "bücher.example",
        ] {
            assert_eq!(host_name(text), Ok(()), "{text}");
        }
        for text in [
            "http://x y",
            "https://media.example.com",
            "a b/c",
            "a b",
            "media.example.com/x",
            "u@media.example.com",
            "media.example.com?x",
            "a:b",
            "a\u{1b}b",
        ] {
            assert_eq!(host_name(text), Err(Fault::Character), "{text}");
        }
        assert_eq!(host_name("/"), Err(Fault::Missing));
    }

    #[test]
    fn impossible_characters_are_refused() {
        for name in ["a b", "..", ".hidden", "cloud:80", "über", "a/b", "a%20b"] {
            assert_eq!(cloud_name(name), Err(Fault::Character), "{name}");
        }
        assert_eq!(api_key("12 34"), Err(Fault::Character));
        assert_eq!(api_key("12:34"), Err(Fault::Character));
        assert_eq!(secret("ab\u{200B}cd"), Err(Fault::Character));
        assert_eq!(secret("ab\ncd"), Err(Fault::Character));
        assert_eq!(upload_preset(" padded"), Err(Fault::Character));
        assert_eq!(secret(""), Err(Fault::Missing));
    }
}
