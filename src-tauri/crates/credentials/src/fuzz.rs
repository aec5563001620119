//! What is fuzzed: each takes any bytes, and must neither panic nor take memory or time beyond
//! what the bytes are. The fuzz targets and the property tests call the same functions.

use std::path::Path;

use secrecy::{ExposeSecret, SecretString};

use crate::{
    cloudinary_url,
    found::{self, Source},
    vault::file::VaultFile,
};

/// The reader of vault files, up to where the passphrase is needed. What is read is written again
/// as it was.
pub fn vault_file(bytes: &[u8]) {
    if let Ok(file) = VaultFile::parse(bytes) {
        assert_eq!(file.to_bytes(), bytes, "a vault file has one form");
    }
}

/// The reader of `CLOUDINARY_URL`. What is said about a bad one, and what is printed of a good
/// one, does not hold the secret.
pub fn cloudinary_url(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Ok(parsed) = cloudinary_url::parse(text)
        && let Some(secret) = &parsed.secret
    {
        let secret = secret.expose_secret();
        assert!(text.contains(secret), "the secret is taken as it is");
        // A short one may stand in the words around it.
        let stands_elsewhere = text.matches(secret).count() > 1 || secret.len() < 16;
        assert!(stands_elsewhere || !format!("{parsed:?}").contains(secret));
    }
}

/// The readers of other programs' files. What is found lies within the text, and its removal
/// leaves text.
pub fn found(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    for source in [Source::DotEnv, Source::Cld, Source::Rclone, Source::VsCode] {
        let secret = SecretString::from(text);
        if let Ok(parts) = found::parse(source, &secret, Path::new("")) {
            for cut in parts.cuts() {
                assert!(cut.start < cut.end, "{source}: something goes");
                let before = text.get(..cut.start);
                assert!(
                    before.is_some() && text.get(cut.end..).is_some(),
                    "{source}"
                );
            }
        }
    }
}
