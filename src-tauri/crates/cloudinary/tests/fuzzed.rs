//! What the fuzz target runs, on stable and with a fixed seed.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use cloudinary::fuzz;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};

/// Words of the service, and the secret among them.
fn words() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[ -~é\n]{0,16}",
        prop::sample::select(vec![
            fuzz::SECRET,
            "Invalid Signature ",
            "String to sign - '",
            "'.",
            "timestamp=1795473338",
            "Stale request",
            "unknown api_key",
            "api_secret mismatch",
            "please access via api-",
            "access via api.",
            ".cloudinary.com",
            "Rate Limit Exceeded. Limit of 500 api operations reached. Try again on 2026-11-24 12:00:00 UTC",
            "Limit of 50 Rekognition operations reached",
            "File size too large. Got ",
            "Maximum is ",
            "99999999999999999999999",
            "already exists",
            "Resource not found - ",
            "2026-99-99 99:99:99",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

fn body() -> impl Strategy<Value = String> {
    let json = |text: &str| serde_json::Value::from(text).to_string();
    let member = prop_oneof![
        prop::sample::select(vec![
            r#""done":false"#,
            r#""status":"pending""#,
            r#""public_id":"a""#,
            r#""version":"1795473338""#,
            r#""version":-1"#,
            r#""bytes":1e400"#,
            r#""existing":true"#,
            r#""tags":["a",1]"#,
            r#""settings":{"folder_mode":"fixed"}"#,
            r#""media_limits":{"raw_max_size_bytes":"9"}"#,
            r#""external_id":"a","datasource":{"values":[{"external_id":"b","state":"active"}]}"#,
            r#""name":"a","path":"b""#,
            r#""result":"ok""#,
            r#""signature":"00""#,
            r#""credits":{"usage":1.5}"#,
        ])
        .prop_map(str::to_owned),
        words().prop_map(move |words| format!(r#""etag":{}"#, json(&words))),
    ];
    prop_oneof![
        prop::collection::vec(member, 0..8).prop_map(|all| format!("{{{}}}", all.join(","))),
        words().prop_map(move |words| format!(r#"{{"error":{{"message":{}}}}}"#, json(&words))),
        words(),
    ]
}

proptest! {
    #![proptest_config(Config { cases: 4096, rng_seed: RngSeed::Fixed(8), failure_persistence: None, ..Config::default() })]

    #[test]
    fn the_readers_hold_on_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        fuzz::service_answer(&bytes);
    }

    #[test]
    fn the_readers_hold_on_what_is_nearly_an_answer(
        status in prop_oneof![Just(200), Just(400), Just(401), Just(403), Just(404), Just(420), Just(503), 100..1000_u16],
        header in prop_oneof!["Retry-After: [0-9A-Za-z ]{0,24}", "X-Cld-Error: [ -~]{0,40}", Just(format!("X-Request-Id: {}", fuzz::SECRET))],
        body in body(),
    ) {
        fuzz::service_answer(format!("{status}\n{header}\n\n{body}").as_bytes());
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
    let seeds = seeds("service_answer");
    assert!(seeds.len() >= 8, "{}", seeds.len());
    for seed in seeds {
        fuzz::service_answer(&seed);
    }
}
