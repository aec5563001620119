//! The signature inside a delivery URL, the `s--…--` segment.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};

use crate::Algorithm;
use crate::digest::keyed;

/// How many characters of the digest the URL carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Length {
    /// 8 characters.
    #[default]
    Short,
    /// 32 characters, always of SHA-256.
    Long,
}

/// The characters between `s--` and `--`.
///
/// `transformation` is the path between type and version, without slashes at its ends; empty for none.
/// `encoded_public_id_with_ext` is the ID as it stands in the URL, percent-encoded once, with `.ext` if the URL has one.
/// Host, type, version and URL suffix are not covered.
#[must_use]
pub fn signature(
    transformation: &str,
    encoded_public_id_with_ext: &str,
    secret: &SecretString,
    algorithm: Algorithm,
    length: Length,
) -> String {
    let separator = if transformation.is_empty() { "" } else { "/" };
    let message = format!("{transformation}{separator}{encoded_public_id_with_ext}");
    let (algorithm, characters) = match length {
        Length::Short => (algorithm, 8),
        Length::Long => (Algorithm::Sha256, 32),
    };
    let mut text = URL_SAFE_NO_PAD.encode(keyed(&message, secret.expose_secret(), algorithm));
    text.truncate(characters);
    text
}
