//! The one construct behind every signature: HASH(message ++ secret), with no separator, and not an HMAC.

use sha1::Sha1;
use sha2::{Digest, Sha256};

use crate::Algorithm;

/// 20 or 32 bytes. The hashers wipe their state when dropped, and the secret is never joined to the message in memory of ours.
pub(crate) fn keyed(message: &str, secret: &str, algorithm: Algorithm) -> Vec<u8> {
    match algorithm {
        Algorithm::Sha1 => hash::<Sha1>(message, secret),
        Algorithm::Sha256 => hash::<Sha256>(message, secret),
    }
}

pub(crate) fn hex_digest(bytes: &[u8]) -> String {
    hex::encode(bytes)
}

fn hash<H: Digest>(message: &str, secret: &str) -> Vec<u8> {
    H::new()
        .chain_update(message.as_bytes())
        .chain_update(secret.as_bytes())
        .finalize()
        .to_vec()
}
