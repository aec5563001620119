use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;

use crate::Algorithm;
use crate::digest::{hex_digest, keyed};

/// Whether an answer of the service carries the signature that only a holder of the secret can make.
///
/// It covers `public_id` and `version` alone, always written in version 1: no escaping, even of `&`. That is
/// unambiguous here because the version is a number and comes last. The algorithm is told by the length of the
/// signature; any other length, or an upper-case digit, is a no. The comparison takes the same time wherever the difference is.
#[must_use]
pub fn verify_response(
    public_id: &str,
    version: u64,
    signature: &str,
    secret: &SecretString,
) -> bool {
    let algorithm = match signature.len() {
        40 => Algorithm::Sha1,
        64 => Algorithm::Sha256,
        _ => return false,
    };
    let message = format!("public_id={public_id}&version={version}");
    let expected = hex_digest(&keyed(&message, secret.expose_secret(), algorithm));
    expected.as_bytes().ct_eq(signature.as_bytes()).into()
}
