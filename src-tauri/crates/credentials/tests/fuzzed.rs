//! What the fuzz targets run, on stable and with a fixed seed.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use credentials::fuzz;
use proptest::{
    prelude::*,
    test_runner::{Config, RngSeed},
};

/// Text that is nearly what is read.
fn nearly() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        "[ -~\n\t\r]{0,12}",
        prop::sample::select(vec![
            "CLOUDINARY_URL=",
            "CLOUDINARY_API_SECRET=",
            "CLOUDINARY_API_KEY=",
            "CLOUDINARY_CLOUD_NAME=",
            "cloudinary://",
            "key:secret@cloud",
            "export ",
            "\"",
            "'",
            "`",
            "#",
            "\\",
            "=",
            ":",
            "@",
            "?",
            "&upload_preset=a",
            "oauth_token=",
            "{",
            "}",
            "[",
            "]",
            ",",
            "\"apiSecret\"",
            "\"apiKey\"",
            "api_secret = s\n",
            "type = cloudinary\n",
            "cloud_name = c\n",
            "api_key = k\n",
            "[r]\n",
            "\u{FEFF}",
            "é",
            "\r\n",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat().into_bytes())
}

/// Bytes that begin as a vault file does.
fn nearly_vault() -> impl Strategy<Value = Vec<u8>> {
    use sha2::{Digest, Sha256};
    (
        prop::collection::vec(any::<u8>(), 32),
        prop::collection::vec((0..60_u32, any::<bool>()), 0..6),
    )
        .prop_map(|(noise, parts)| {
            let mut bytes =
                b"AloftVlt\x01\x00\x01\x08\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00".to_vec();
            bytes.extend(noise);
            let sum = Sha256::digest(&bytes);
            bytes.extend(&sum[..8]);
            bytes.extend(u32::try_from(parts.len() / 2).unwrap().to_le_bytes());
            for (length, is_short) in parts {
                bytes.extend(length.to_le_bytes());
                bytes.extend(vec![
                    7;
                    length as usize - usize::from(is_short && length > 0)
                ]);
            }
            bytes
        })
}

proptest! {
    #![proptest_config(Config { cases: 512, rng_seed: RngSeed::Fixed(8), failure_persistence: None, ..Config::default() })]

    #[test]
    fn the_fuzzed_readers_hold_on_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        fuzz::vault_file(&bytes);
        fuzz::cloudinary_url(&bytes);
        fuzz::found(&bytes);
    }

    #[test]
    fn the_fuzzed_readers_hold_on_what_is_nearly_right(text in nearly(), vault in nearly_vault()) {
        fuzz::cloudinary_url(&text);
        fuzz::found(&text);
        fuzz::vault_file(&vault);
    }
}

/// The seeds that the fuzzer begins with.
fn seeds(target: &str) -> Vec<Vec<u8>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/fuzz/corpus/");
    let files = std::fs::read_dir(format!("{folder}{target}")).unwrap();
    files
        .map(|file| std::fs::read(file.unwrap().path()).unwrap())
        .collect()
}

#[test]
fn the_seeds_of_the_fuzzer_hold() {
    type Target = (&'static str, fn(&[u8]));
    let targets: [Target; 3] = [
        ("cloudinary_url", fuzz::cloudinary_url),
        ("found_files", fuzz::found),
        ("vault_file", fuzz::vault_file),
    ];
    for (target, run) in targets {
        let seeds = seeds(target);
        assert!(seeds.len() >= 5, "{target}: {}", seeds.len());
        for seed in seeds {
            run(&seed);
        }
    }
}
