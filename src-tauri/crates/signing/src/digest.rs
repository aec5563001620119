//! The one construct behind every signature: HASH(message ++ secret), with no separator, and not an HMAC.

use sha1::Sha1;
use sha2::{Digest, Sha256};

use crate::Algorithm;

/// 20 or 32 bytes.
#[derive(Clone, Copy)]
pub(crate) struct Keyed {
    bytes: [u8; 32],
    length: usize,
}

impl AsRef<[u8]> for Keyed {
    fn as_ref(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

/// The hashers wipe their state when dropped, and the secret is never joined to the message in memory of ours.
pub(crate) fn keyed(message: &str, secret: &str, algorithm: Algorithm) -> Keyed {
    match algorithm {
        Algorithm::Sha1 => hash::<Sha1>(message, secret),
        Algorithm::Sha256 => hash::<Sha256>(message, secret),
    }
}

/// Two digits a byte, lower case. (The crate `hex` builds its text character by character, which takes as long as SHA-1;
/// this is arithmetic on all bytes at a time.)
pub(crate) fn hex_digest(digest: &Keyed) -> String {
    let mut text = [0; 64];
    for (pair, byte) in text.chunks_exact_mut(2).zip(digest.bytes) {
        pair[0] = digit(byte >> 4);
        pair[1] = digit(byte & 15);
    }
    // always text: digits are ASCII
    String::from_utf8(text[..2 * digest.length].to_vec()).unwrap_or_default()
}

fn digit(value: u8) -> u8 {
    value + if value < 10 { b'0' } else { b'a' - 10 }
}

fn hash<H: Digest>(message: &str, secret: &str) -> Keyed {
    let mut hasher = H::new();
    hasher.update(message);
    hasher.update(secret);
    let digest = hasher.finalize();
    let mut bytes = [0; 32];
    bytes[..digest.len()].copy_from_slice(&digest);
    Keyed {
        bytes,
        length: digest.len(),
    }
}
