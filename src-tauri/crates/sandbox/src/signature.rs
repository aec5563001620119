//! The service's signature arithmetic in the sandbox's own few lines (protocol sheet 1.1 and 7): never shared with the client under test.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha1::{Digest, Sha1};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// Never part of a signature, whatever the endpoint.
pub(crate) const NEVER_SIGNED: [&str; 5] = [
    "file",
    "cloud_name",
    "resource_type",
    "api_key",
    "signature",
];

/// The string to sign: sorted `name=value` pairs; with `escape` every `&` inside a pair is `%26` (version 2).
pub(crate) fn canonical(pairs: &[(String, String)], escape: bool) -> String {
    let mut sorted: Vec<&(String, String)> = pairs
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .collect();
    sorted.sort();
    let texts: Vec<String> = sorted
        .into_iter()
        .map(|(name, value)| {
            let pair = format!("{name}={value}");
            if escape {
                pair.replace('&', "%26")
            } else {
                pair
            }
        })
        .collect();
    texts.join("&")
}

/// Whether `claimed` fits; neither version nor algorithm is on the wire: the length tells the algorithm, and both versions are tried.
pub(crate) fn fits(pairs: &[(String, String)], secret: &str, claimed: &str) -> bool {
    [true, false].into_iter().any(|escape| {
        let text = canonical(pairs, escape);
        let expected = match claimed.len() {
            40 => sha1_hex(&text, secret),
            64 => hex::encode(
                Sha256::new()
                    .chain_update(text.as_bytes())
                    .chain_update(secret.as_bytes())
                    .finalize(),
            ),
            _ => return false,
        };
        same(&expected, claimed)
    })
}

/// The signature of an answer: always version 1.
pub(crate) fn of_answer(public_id: &str, version: i64, secret: &str) -> String {
    sha1_hex(&format!("public_id={public_id}&version={version}"), secret)
}

/// The eight characters of a delivery link's `s--…--`. `signed` is `[transformation/]id[.ext]`, percent-encoded as in the link.
pub(crate) fn of_delivery(signed: &str, secret: &str) -> String {
    let digest = Sha1::new()
        .chain_update(signed.as_bytes())
        .chain_update(secret.as_bytes())
        .finalize();
    URL_SAFE_NO_PAD.encode(digest).chars().take(8).collect()
}

/// Whether a delivery link's signature fits: SHA-1 or SHA-256 with eight characters, or SHA-256 with 32.
pub(crate) fn fits_delivery(signed: &str, secret: &str, claimed: &str) -> bool {
    let long = URL_SAFE_NO_PAD.encode(
        Sha256::new()
            .chain_update(signed.as_bytes())
            .chain_update(secret.as_bytes())
            .finalize(),
    );
    match claimed.len() {
        8 => same(&of_delivery(signed, secret), claimed) || same(&long[..8], claimed),
        32 => same(&long[..32], claimed),
        _ => false,
    }
}

/// Compares without telling by its duration where the difference is.
pub(crate) fn same(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

fn sha1_hex(text: &str, secret: &str) -> String {
    hex::encode(
        Sha1::new()
            .chain_update(text.as_bytes())
            .chain_update(secret.as_bytes())
            .finalize(),
    )
}
