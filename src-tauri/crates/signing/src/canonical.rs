use secrecy::{ExposeSecret, SecretString};

use crate::digest::{self, hex_digest};
use crate::value::write_text;
use crate::{Params, Scheme, Version};

/// Bytes that hold the text of most calls.
const USUAL: usize = 256;

/// The names that the service leaves out of the signature of an API call
/// (documented: `file`, `cloud_name`, `resource_type`, `api_key`; and `signature` itself).
pub const EXCLUDED: [&str; 5] = [
    "api_key",
    "cloud_name",
    "file",
    "resource_type",
    "signature",
];

/// The text that is hashed for an API call, as every official SDK builds it, without the [`EXCLUDED`] names.
///
/// Pairs `name=value` in byte order of the name, joined by `&`; text is raw UTF-8, neither escaped nor normalised.
/// Under [`Version::Two`] each `&` inside a pair, name included, is written `%26`. What that buys: every piece
/// between two `&` is exactly one parameter that was passed in, so a value never yields another pair.
/// What it does not buy: `a&b` and the literal `a%26b` have one text, and `=` is not escaped, so name `a` with
/// value `b=c` equals name `a=b` with value `c`.
#[must_use]
pub fn string_to_sign(params: &Params, version: Version) -> String {
    joined(params, version, |name| !EXCLUDED.contains(&name))
}

/// The same text with every name in it.
///
/// Not for API calls: the Media Library login link signs its `cloud_name`. (Source: the official SDKs' tests.)
#[must_use]
pub fn string_to_sign_without_exclusions(params: &Params, version: Version) -> String {
    joined(params, version, |_| true)
}

/// Signs an API call: hexadecimal, lower case, 40 digits for SHA-1 and 64 for SHA-256.
#[must_use]
pub fn sign(params: &Params, secret: &SecretString, scheme: Scheme) -> String {
    hashed(&string_to_sign(params, scheme.version), secret, scheme)
}

/// Signs every name given; see [`string_to_sign_without_exclusions`].
#[must_use]
pub fn sign_without_exclusions(params: &Params, secret: &SecretString, scheme: Scheme) -> String {
    hashed(
        &string_to_sign_without_exclusions(params, scheme.version),
        secret,
        scheme,
    )
}

fn joined(params: &Params, version: Version, is_signed: impl Fn(&str) -> bool) -> String {
    let (plain, pairs) = written(params, &is_signed, |_, _| {});
    // hardly any text holds an `&` of its own, and to count them is quicker than to look into each pair
    if version == Version::One || ampersands(&plain) < pairs.max(1) {
        return plain;
    }
    let escape = |text: &mut String, pair: usize| {
        let escaped = text[pair..].replace('&', "%26");
        text.truncate(pair);
        text.push_str(&escaped);
    };
    written(params, &is_signed, escape).0
}

/// All pairs in one text, and how many they are; `finish` gets the text and where the pair begins that was just written.
fn written(
    params: &Params,
    is_signed: impl Fn(&str) -> bool,
    finish: impl Fn(&mut String, usize),
) -> (String, usize) {
    let mut text = String::with_capacity(USUAL);
    let mut pairs = 0;
    for (name, value) in params.iter().filter(|(name, _)| is_signed(name)) {
        let before = text.len();
        if pairs > 0 {
            text.push('&');
        }
        let pair = text.len();
        text.push_str(name);
        text.push('=');
        let bare = text.len();
        write_text(&mut text, value);
        if text.len() == bare {
            text.truncate(before);
            continue;
        }
        finish(&mut text, pair);
        pairs += 1;
    }
    (text, pairs)
}

/// In a byte for each stretch, so that the compiler counts many at a time.
fn ampersands(text: &str) -> usize {
    text.as_bytes()
        .chunks(usize::from(u8::MAX))
        .map(|stretch| {
            stretch
                .iter()
                .fold(0, |count, byte| count + u8::from(*byte == b'&'))
        })
        .map(usize::from)
        .sum()
}

fn hashed(text: &str, secret: &SecretString, scheme: Scheme) -> String {
    hex_digest(&digest::keyed(
        text,
        secret.expose_secret(),
        scheme.algorithm,
    ))
}
