//! The official SDKs upload, rename, tag and destroy. Both walk through the same scenario.

use serde_json::{Value, json};

use crate::clients::{Sdk, output};
use crate::world::{CHUNK, World, noise, picture};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_node_sdk_does_its_work() {
    scenario(Sdk::Node).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_python_sdk_does_its_work() {
    scenario(Sdk::Python).await;
}

/// That all is answered 200 proves something only if a wrong signature is not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_sdk_with_the_wrong_secret_is_refused_in_the_services_words() {
    for sdk in Sdk::ALL {
        let world = World::new().await;
        let small = world.file("small.png", &picture());
        let mut command = sdk.script("scenario");
        command
            .env("CLOUDINARY_URL", world.url_with("not-the-secret", ""))
            .arg(&small)
            .arg(&small);
        let printed = output(command).await;
        assert!(!printed.success, "{sdk:?}: {}", printed.out);
        assert!(
            printed.errors.contains("Invalid Signature"),
            "{sdk:?}: {}",
            printed.errors
        );
        assert_eq!(world.sandbox.requests()[0].status, 401);
        assert_eq!(world.asset("image", "official/small é, one=1").await, None);
    }
}

async fn scenario(sdk: Sdk) {
    let world = World::new().await;
    let small_bytes = picture();
    let large_bytes = noise(12_000_000);
    let small = world.file("smäll & ünï.png", &small_bytes);
    let large = world.file("large.bin", &large_bytes);

    let mut command = sdk.script("scenario");
    command
        .env("CLOUDINARY_URL", world.url())
        .arg(&small)
        .arg(&large);
    let answers = output(command).await.json_lines();
    let answer = |call: &str| -> &Value {
        &answers
            .iter()
            .find(|answer| answer["call"] == call)
            .unwrap_or_else(|| panic!("no {call}"))["answer"]
    };
    world.assert_all_verified();

    // What was uploaded is what lies there, under the parameters that were sent.
    let uploaded = answer("upload");
    assert_eq!(uploaded["public_id"], "official/small é, one=1");
    assert_eq!(uploaded["resource_type"], "image");
    assert_eq!(uploaded["bytes"], small_bytes.len());
    assert_eq!(
        (&uploaded["width"], &uploaded["height"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(uploaded["tags"], json!(["first", "sec&ond"]));
    assert_eq!(
        uploaded["context"]["custom"],
        json!({"alt": "a=b|c", "caption": "ünï"})
    );
    assert_eq!(
        answer("upload_again")["existing"],
        true,
        "overwrite was off"
    );
    assert_eq!(answer("upload_again")["version"], uploaded["version"]);

    // Three chunks became one asset.
    let chunks: Vec<String> = world
        .signed("/raw/upload")
        .iter()
        .map(|request| {
            request
                .header("content-range")
                .unwrap_or_default()
                .to_owned()
        })
        .collect();
    assert_eq!(chunks.len(), 3, "{chunks:?}");
    assert!(
        chunks[0].starts_with(&format!("bytes 0-{}/", CHUNK - 1)),
        "{chunks:?}"
    );
    assert_eq!(chunks[2], format!("bytes {}-11999999/12000000", 2 * CHUNK));
    let large = answer("upload_large");
    assert_eq!(large["bytes"], large_bytes.len());
    assert_eq!(large["public_id"], "official/large.bin");
    assert!(
        world.bytes_of(large["url"].as_str().unwrap()).await == large_bytes,
        "the bytes differ"
    );

    // Renamed: gone under the old name, whole under the new one, with the tags as they are now.
    assert_eq!(answer("rename")["public_id"], "official/renamed");
    assert_eq!(world.asset("image", "official/small é, one=1").await, None);
    let renamed = world
        .asset("image", "official/renamed")
        .await
        .expect("it has a new name");
    assert_eq!(renamed["asset_id"], uploaded["asset_id"]);
    assert_eq!(renamed["tags"], json!(["sec&ond", "third"]));
    assert!(
        world.bytes_of(renamed["url"].as_str().unwrap()).await == small_bytes,
        "the bytes differ"
    );

    // Destroyed: gone, and said so the second time.
    assert_eq!(answer("destroy")["result"], "ok");
    assert_eq!(answer("destroy_again")["result"], "not found");
    assert_eq!(world.asset("image", "official/doomed").await, None);
}
