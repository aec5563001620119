//! What the fuzz target runs, on stable and with a fixed seed.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};
use signing::fuzz;

/// A pair of a JSON object that an honest widget sends, or something near it.
fn pair() -> impl Strategy<Value = String> {
    let now = fuzz::NOW;
    let honest = prop::sample::select(vec![
        r#""source":"uw""#.to_owned(),
        format!(r#""timestamp":{now}"#),
        format!(r#""timestamp":"{}""#, now - 300),
        r#""upload_preset":"web""#.to_owned(),
        r#""folder":"incoming""#.to_owned(),
        r#""asset_folder":"incoming""#.to_owned(),
        r#""metadata":"a=b""#.to_owned(),
        r#""use_filename":true"#.to_owned(),
        r#""unique_filename":"1""#.to_owned(),
        r#""use_filename_as_display_name":false"#.to_owned(),
        r#""custom_coordinates":"1,2,3,4""#.to_owned(),
        r#""face_coordinates":"1,2,3,4|5,6,7,8""#.to_owned(),
    ]);
    let hostile = prop::sample::select(vec![
        r#""public_id":"a""#,
        r#""context":"alt=A day&public_id=x""#,
        r#""folder":"incoming%26public_id=x""#,
        r#""unique_filename":false"#,
        r#""tags":["a","b"]"#,
        r#""timestamp":1e300"#,
        r#""eager":{"a":1}"#,
        r#""source":" uw""#,
        r#""folder":"""#,
        r#""delete_all":true"#,
    ]);
    prop_oneof![
        8 => honest,
        1 => hostile.prop_map(str::to_owned),
        1 => ("[a-z_&=]{0,12}", "[ -!#-\\[\\]-~]{0,12}").prop_map(|(name, text)| format!("\"{name}\":\"{text}\"")),
    ]
}

proptest! {
    #![proptest_config(Config { cases: 2048, rng_seed: RngSeed::Fixed(8), failure_persistence: None, ..Config::default() })]

    #[test]
    fn the_policy_holds_on_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        fuzz::params_to_sign(&bytes);
    }

    #[test]
    fn the_policy_holds_on_what_is_nearly_right(pairs in prop::collection::vec(pair(), 0..14)) {
        let object = format!("{{{}}}", pairs.join(","));
        fuzz::params_to_sign(object.as_bytes());
        let complete = format!(r#"{{{},"source":"uw","timestamp":{}}}"#, pairs.join(","), fuzz::NOW);
        fuzz::params_to_sign(complete.replace("{,", "{").as_bytes());
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
    let seeds = seeds("params_to_sign");
    assert!(seeds.len() >= 8, "{}", seeds.len());
    for seed in seeds {
        fuzz::params_to_sign(&seed);
    }
}
