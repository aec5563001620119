//! The asset that an answer brings, or why it brings none.

use cloudinary::{Chunk, Error, ErrorKind, UploadAnswer};
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::answers::outcome;
use crate::server::{SECRET, Server};

async fn answered(answer: Value, chunk: Option<Chunk>) -> Result<UploadAnswer, Error> {
    let server = Server::start(move |_| axum::Json(answer.clone())).await;
    outcome(&server.target(), chunk).await
}

fn chunk(first: u64, last: u64, total: u64) -> Option<Chunk> {
    Some(Chunk {
        upload_id: "u".into(),
        first,
        last,
        total,
    })
}

#[tokio::test]
async fn done_false_on_the_last_part_is_a_failure() {
    let unfinished = json!({"done": false, "bytes": 5, "kind": "upload"});
    assert!(matches!(
        answered(unfinished.clone(), chunk(0, 4, 5)).await,
        Err(Error::Incomplete)
    ));
    assert!(matches!(
        answered(unfinished.clone(), None).await,
        Err(Error::Incomplete)
    ));
    let accepted = answered(unfinished, chunk(0, 4, 9)).await.unwrap();
    assert_eq!(
        accepted,
        UploadAnswer::ChunkAccepted {
            bytes: Some(5),
            public_id: None
        }
    );
}

#[tokio::test]
async fn the_last_part_brings_the_asset() {
    let stored = json!({"done": true, "public_id": "a", "version": 3});
    let Ok(UploadAnswer::Stored(asset)) = answered(stored, chunk(5, 9, 10)).await else {
        panic!()
    };
    assert_eq!(asset.version, 3);
}

#[tokio::test]
async fn an_asset_is_read_with_all_that_is_strange_about_it() {
    let answer = json!({
        "public_id": "cat", "version": "1719304891", "signature": "s", "width": null, "height": "tall", "bytes": 120253,
        "type": "upload", "existing": true, "overwritten": "yes", "tags": ["a", 1, "b"], "bit_rate": "128",
        "eager": [{"status": "processing"}], "context": {"custom": {"alt": "x"}}
    });
    let Ok(UploadAnswer::Stored(asset)) = answered(answer, None).await else {
        panic!()
    };
    assert_eq!(
        (asset.public_id.as_str(), asset.version),
        ("cat", 1_719_304_891)
    );
    assert!(asset.existing && !asset.overwritten);
    assert_eq!(
        (asset.width, asset.height, asset.bytes),
        (None, None, Some(120_253))
    );
    assert_eq!(
        (asset.secure_url.as_deref(), asset.etag.as_deref()),
        (None, None)
    );
    assert_eq!(asset.tags, ["a", "b"]);
    assert_eq!(asset.extra["height"], "tall");
    assert_eq!(asset.extra["eager"][0]["status"], "processing");
    let read: cloudinary::Asset =
        serde_json::from_value(serde_json::to_value(&*asset).unwrap()).unwrap();
    assert_eq!(read, *asset);
}

#[tokio::test]
async fn an_asset_proves_that_the_service_described_it() {
    let asset = cloudinary::Asset {
        public_id: "tests/logo.png".into(),
        version: 1,
        signature: Some("08d3107a5b2ad82e7d82c0b972218fbf20b5b1e0".into()),
        ..Default::default()
    };
    assert_eq!(
        asset.is_genuine(&SecretString::from("X7qLTrsES31MzxxkxPPA-pAGGfU")),
        Some(true)
    );
    assert_eq!(asset.is_genuine(&SecretString::from(SECRET)), Some(false));
    let unsigned = cloudinary::Asset {
        signature: None,
        ..asset
    };
    assert_eq!(unsigned.is_genuine(&SecretString::from(SECRET)), None);
}

#[tokio::test]
async fn an_answer_that_comes_later_is_pending() {
    let pending =
        json!({"status": "pending", "resource_type": "image", "type": "upload", "batch_id": "b1"});
    assert_eq!(
        answered(pending, None).await.unwrap(),
        UploadAnswer::Pending {
            public_id: None,
            batch_id: Some("b1".into())
        }
    );
}

#[tokio::test]
async fn a_success_without_an_asset_is_not_believed() {
    for answer in [
        json!({}),
        json!({"hello": "world"}),
        json!({"public_id": 7}),
        json!([]),
        json!("ok"),
    ] {
        assert!(
            matches!(answered(answer.clone(), None).await, Err(Error::NotJson(_))),
            "{answer}"
        );
    }
    let error = answered(json!({"error": {"message": "Invalid image file"}}), None)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotAnImage);
}
