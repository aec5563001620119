//! What `aloft` really sends, signed again by the official SDKs.

use std::process::Command;

use app::sandbox::Recorded;
use serde_json::{Map, Value, json};

use crate::clients::{Sdk, aloft, output, through};
use crate::world::{KEY, SECRET, World, noise, picture};

/// What the service never counts as signed (protocol sheet 1.1).
const UNSIGNED: [&str; 5] = [
    "api_key",
    "cloud_name",
    "file",
    "resource_type",
    "signature",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_aloft_sends_carries_the_signature_that_an_sdk_would_make() {
    for (options, algorithm, version) in [
        ("", "sha1", 2),
        ("&signature_algorithm=sha256", "sha256", 2),
        ("&signature_version=1", "sha1", 1),
    ] {
        let world = World::new().await;
        let large_bytes = noise(21_000_000);
        let small = world.file("smäll & ünï.png", &picture());
        let large = world.file("large.bin", &large_bytes);

        let mut command = upload(&world, options);
        command
            .args(["--tags", "a&b,ü", "--folder", "holi day/ü"])
            .arg(&small)
            .arg(&large);
        let lines = output(command).await.json_lines();
        assert_eq!(lines.len(), 2, "{lines:?}");

        let sent = world.signed("/upload");
        assert!(
            sent.len() >= 3,
            "one small file and chunks of a large one: {sent:?}"
        );
        let cases: Vec<String> = sent
            .iter()
            .map(|request| {
                assert_eq!(request.status, 200, "{request:?}");
                assert_eq!(request.field("api_key"), Some(KEY));
                json!({"params": signed_fields(request), "secret": SECRET, "algorithm": algorithm, "version": version}).to_string()
            })
            .collect();
        for sdk in Sdk::ALL {
            for ((request, case), theirs) in sent
                .iter()
                .zip(&cases)
                .zip(through(sdk.script("sign"), &cases))
            {
                assert_eq!(
                    request.field("signature"),
                    Some(theirs.as_str()),
                    "{sdk:?} on {case}"
                );
            }
        }
        for (line, bytes) in lines.iter().zip([picture(), large_bytes]) {
            let link = line["url"]
                .as_str()
                .unwrap_or_else(|| panic!("no url in {line}"));
            assert!(
                world.bytes_of(link).await == bytes,
                "{link} serves other bytes"
            );
        }
    }
}

/// `aloft upload` with an account from the environment, nothing kept.
fn upload(world: &World, options: &str) -> Command {
    let mut command = aloft(&world.home.path().join("aloft"));
    command
        .env("CLOUDINARY_URL", world.url_with(SECRET, options))
        .args(["upload", "--format", "json"]);
    command
}

/// The fields that were signed: `name[]` repeated is one list called `name`.
fn signed_fields(request: &Recorded) -> Map<String, Value> {
    let mut params = Map::new();
    for (name, value) in &request.fields {
        if UNSIGNED.contains(&name.as_str()) {
            continue;
        }
        if let Some(list) = name.strip_suffix("[]") {
            let values = params.entry(list).or_insert_with(|| json!([]));
            values.as_array_mut().unwrap().push(json!(value));
        } else {
            assert_eq!(
                params.insert(name.clone(), json!(value)),
                None,
                "{name} came twice"
            );
        }
    }
    params
}
