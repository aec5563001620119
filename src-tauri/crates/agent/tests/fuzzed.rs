//! What the fuzz target runs, on stable and with a fixed seed.

use agent::fuzz;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};

fn line() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "Host: 127.0.0.1:4817",
        "Host: LOCALHOST:4817",
        "Host: evil.example:4817",
        "Origin: http://localhost:3000",
        "Origin: null",
        "Origin: http://localhost:3000/",
        "Content-Type: application/json",
        "Content-Type: application/json; charset=utf-8",
        "Content-Type: text/plain",
        "Authorization: Bearer abcd",
        "Authorization: Basic YTpi",
        "Idempotency-Key: a",
        "Idempotency-Key: ",
        "Access-Control-Request-Method: POST",
        "Access-Control-Request-Private-Network: true",
        "Content-Length: 99999999999999999999",
    ]);
    prop_oneof![8 => known.prop_map(str::to_owned), 1 => "[A-Za-z-]{1,12}: [ -~]{0,12}"]
}

proptest! {
    #![proptest_config(Config { cases: 4096, rng_seed: RngSeed::Fixed(8), failure_persistence: None, ..Config::default() })]

    #[test]
    fn the_door_holds_on_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        fuzz::request(&bytes);
    }

    #[test]
    fn the_door_holds_on_what_is_nearly_right(
        method in prop::sample::select(vec!["GET", "HEAD", "POST", "OPTIONS", "PUT"]),
        address in prop::sample::select(vec!["/", "/api/sign", "/upload", "/upload?key=abcd", "/upload?key=%ff", "http://evil.example/api/sign", "/x"]),
        ours in any::<bool>(),
        lines in prop::collection::vec(line(), 0..6),
        body in prop::sample::select(vec!["", "{}", r#"{"paramsToSign":{"timestamp":1}}"#, r#"{"list":["/a.png"]}"#, r#"{"paramsToSign":{},"x":1}"#, "[]"]),
    ) {
        let host = if ours { "Host: localhost:4817\n" } else { "" };
        fuzz::request(format!("{method} {address}\n{host}{}\n\n{body}", lines.join("\n")).as_bytes());
    }
}

#[test]
fn the_seeds_of_the_fuzzer_hold() {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../tests/fuzz/corpus/agent_request"
    );
    let files: Vec<_> = std::fs::read_dir(folder).unwrap().collect();
    assert!(files.len() >= 8, "{}", files.len());
    for file in files {
        fuzz::request(&std::fs::read(file.unwrap().path()).unwrap());
    }
}
