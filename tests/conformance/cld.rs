//! `cld`, the official program for a terminal.

use std::process::Command;

use serde_json::{Value, json};

use crate::clients::{cld, output};
use crate::world::{CHUNK, World, noise, picture};

fn cld_for(world: &World, arguments: &[&str]) -> Command {
    let mut command = cld(world.home.path());
    command.env("CLOUDINARY_URL", world.url()).args(arguments);
    command
}

/// Runs `cld` and returns its JSON answer.
async fn answer(world: &World, arguments: &[&str]) -> Value {
    let printed = output(cld_for(world, arguments)).await;
    printed.assert_success();
    serde_json::from_str(&printed.out)
        .unwrap_or_else(|error| panic!("{error}: {}\n{}", printed.out, printed.errors))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cld_uploads_renames_tags_and_destroys() {
    let world = World::new().await;
    let large_bytes = noise(12_000_000);
    let small = world.file("small.png", &picture());
    let large = world.file("large.bin", &large_bytes);
    let (small, large) = (small.to_str().unwrap(), large.to_str().unwrap());

    let uploaded = answer(
        &world,
        &[
            "uploader",
            "upload",
            small,
            "public_id=cli/small",
            "tags=a,b",
        ],
    )
    .await;
    assert_eq!(uploaded["public_id"], "cli/small");
    assert_eq!(uploaded["tags"], json!(["a", "b"]));

    let chunk_size = format!("chunk_size={CHUNK}");
    let arguments = [
        "uploader",
        "upload_large",
        large,
        "resource_type=raw",
        "public_id=cli/large.bin",
        &chunk_size,
    ];
    let stored = answer(&world, &arguments).await;
    assert_eq!(world.signed("/raw/upload").len(), 3);
    assert!(
        world.bytes_of(stored["url"].as_str().unwrap()).await == large_bytes,
        "the bytes differ"
    );

    answer(&world, &["uploader", "rename", "cli/small", "cli/renamed"]).await;
    answer(&world, &["uploader", "add_tag", "c", "cli/renamed"]).await;
    assert_eq!(world.asset("image", "cli/small").await, None);
    let renamed = world
        .asset("image", "cli/renamed")
        .await
        .expect("it has a new name");
    assert_eq!(renamed["tags"], json!(["a", "b", "c"]));
    assert!(
        world.bytes_of(renamed["url"].as_str().unwrap()).await == picture(),
        "the bytes differ"
    );

    assert_eq!(
        answer(&world, &["uploader", "destroy", "cli/renamed"]).await["result"],
        "ok"
    );
    assert_eq!(world.asset("image", "cli/renamed").await, None);
    assert_eq!(answer(&world, &["admin", "ping"]).await["status"], "ok");
    for request in world.sandbox.requests() {
        // The only question about something that is gone is ours.
        assert!(
            request.status == 200 || request.method == "GET" && request.status == 404,
            "{request:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cld_uploads_a_folder_with_a_file_in_chunks() {
    let world = World::new().await;
    // More than 20 MB is what `cld` sends in chunks by itself.
    let large_bytes = noise(21_000_000);
    world.file("holiday/one.png", &picture());
    world.file("holiday/deep/two.png", &picture());
    world.file("holiday/deep/large.bin", &large_bytes);

    let folder = world.home.path().join("files/holiday");
    let printed = output(cld_for(
        &world,
        &["upload_dir", folder.to_str().unwrap(), "-f", "remote/place"],
    ))
    .await;
    printed.assert_success();
    world.assert_all_verified();

    let mut folders = Vec::new();
    for request in world.signed("/auto/upload") {
        folders.push(request.field("asset_folder").unwrap_or_default().to_owned());
    }
    folders.sort();
    folders.dedup();
    assert_eq!(
        folders,
        ["remote/place/holiday", "remote/place/holiday/deep"]
    );
    let stored = stored(&world).await;
    assert_eq!(stored.len(), 3, "{stored:?}");
    let large = stored
        .iter()
        .find(|asset| asset["bytes"] == large_bytes.len())
        .expect("the large one");
    assert_eq!(large["asset_folder"], "remote/place/holiday/deep");
    assert!(
        world.bytes_of(large["url"].as_str().unwrap()).await == large_bytes,
        "the bytes differ"
    );
}

/// Every asset, images and others.
async fn stored(world: &World) -> Vec<Value> {
    let mut all = Vec::new();
    for resource_type in ["image", "raw", "video"] {
        let arguments = [
            "admin",
            "resources",
            &format!("resource_type={resource_type}"),
            "type=upload",
        ];
        let listed = answer(world, &arguments).await;
        all.extend(listed["resources"].as_array().unwrap().iter().cloned());
    }
    all
}
