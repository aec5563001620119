//! Uploads in chunks: any order, again, unknown totals, the floor, parts by number.

use serde_json::Value;

use crate::support::{Desk, form, md5_of, refusal, signed};

const FLOOR: usize = 5_242_880;

fn bytes(length: usize) -> Vec<u8> {
    (0..length)
        .map(|index| u8::try_from(index * 31 % 251).unwrap())
        .collect()
}

async fn json(response: reqwest::Response) -> Value {
    assert_eq!(response.status(), 200);
    response.json().await.unwrap()
}

#[tokio::test]
async fn totals_may_stay_unknown_until_the_last_chunk() {
    let desk = Desk::new().await;
    let file = bytes(2 * FLOOR + 100);
    let first = json(
        desk.chunk("u", &format!("bytes 0-{}/-1", FLOOR - 1), &file[..FLOOR])
            .await,
    )
    .await;
    assert_eq!(
        (&first["done"], &first["bytes"], &first["public_id"]),
        (
            &Value::from(false),
            &Value::from(FLOOR),
            &Value::from("big.bin")
        )
    );
    let range = format!("bytes {FLOOR}-{}/-1", 2 * FLOOR - 1);
    assert_eq!(
        json(desk.chunk("u", &range, &file[FLOOR..2 * FLOOR]).await).await["done"],
        false
    );
    let range = format!("bytes {}-{}/{}", 2 * FLOOR, file.len() - 1, file.len());
    let last = json(desk.chunk("u", &range, &file[2 * FLOOR..]).await).await;
    assert_eq!(last["done"], true);
    assert_eq!(last["etag"], md5_of(&file));
    assert_eq!(last["bytes"], file.len());
    let link = last["secure_url"].as_str().unwrap();
    assert_eq!(
        desk.client
            .get(link)
            .send()
            .await
            .unwrap()
            .bytes()
            .await
            .unwrap(),
        file
    );
}

#[tokio::test]
async fn order_does_not_matter_and_a_chunk_may_come_again() {
    let desk = Desk::new().await;
    let file = bytes(3 * FLOOR + 7);
    let total = file.len();
    let part = |index: usize| {
        let (first, end) = (index * FLOOR, ((index + 1) * FLOOR).min(total));
        (
            format!("bytes {first}-{}/{total}", end - 1),
            file[first..end].to_vec(),
        )
    };
    for index in [3, 1, 1, 0, 0] {
        let (range, bytes) = part(index);
        assert_eq!(
            json(desk.chunk("u", &range, &bytes).await).await["done"],
            false,
            "{index}"
        );
    }
    let (range, bytes) = part(2);
    let whole = json(desk.chunk("u", &range, &bytes).await).await;
    assert_eq!(whole["etag"], md5_of(&file));
    // Whoever lost the answer asks again and gets the same one.
    assert_eq!(json(desk.chunk("u", &range, &bytes).await).await, whole);
    assert_eq!(
        desk.admin_json("resources/raw").await["resources"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn a_chunk_that_comes_again_with_other_bytes_replaces_the_first() {
    let desk = Desk::new().await;
    let file = bytes(FLOOR + 3);
    let range = format!("bytes 0-{}/{}", FLOOR - 1, file.len());
    json(desk.chunk("u", &range, &vec![0; FLOOR]).await).await;
    json(desk.chunk("u", &range, &file[..FLOOR]).await).await;
    let whole = json(
        desk.chunk(
            "u",
            &format!("bytes {FLOOR}-{}/{}", file.len() - 1, file.len()),
            &file[FLOOR..],
        )
        .await,
    )
    .await;
    assert_eq!(whole["etag"], md5_of(&file));
}

#[tokio::test]
async fn all_chunks_at_once_make_one_asset() {
    let desk = Desk::new().await;
    let file = bytes(6 * FLOOR);
    let total = file.len();
    let requests = (0..6).map(|index| {
        let first = index * FLOOR;
        let range = format!("bytes {first}-{}/{total}", first + FLOOR - 1);
        let (desk, part) = (&desk, &file[first..first + FLOOR]);
        async move { json(desk.chunk("u", &range, part).await).await }
    });
    let answers = futures_util::future::join_all(requests).await;
    let done: Vec<&Value> = answers
        .iter()
        .filter(|answer| answer["done"] == true)
        .collect();
    assert_eq!(done.len(), 1);
    assert_eq!(done[0]["etag"], md5_of(&file));
}

#[tokio::test]
async fn the_last_chunk_of_an_incomplete_upload_makes_no_asset() {
    let desk = Desk::new().await;
    let answer = json(
        desk.chunk(
            "u",
            &format!("bytes {FLOOR}-{}/{}", FLOOR + 9, FLOOR + 10),
            &bytes(10),
        )
        .await,
    )
    .await;
    assert_eq!(answer["done"], false);
    assert!(answer.get("secure_url").is_none());
    assert!(
        desk.admin_json("resources/raw").await["resources"]
            .as_array()
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn every_chunk_but_the_last_has_a_floor() {
    let desk = Desk::new().await;
    let small = desk
        .chunk("u", &format!("bytes 0-{}/-1", FLOOR - 2), &bytes(FLOOR - 1))
        .await;
    assert_eq!(
        refusal(small).await,
        (
            400,
            "All parts except EOF-chunk must be larger than 5mb".to_owned()
        )
    );
    let only = json(desk.chunk("v", "bytes 0-68/69", &bytes(69)).await).await;
    assert_eq!(only["bytes"], 69);
}

#[tokio::test]
async fn contradictions_are_refused() {
    let desk = Desk::new().await;
    let chunk = bytes(FLOOR);
    let (status, message) = refusal(
        desk.chunk("u", &format!("bytes 0-{FLOOR}/-1"), &chunk)
            .await,
    )
    .await;
    assert_eq!(
        (status, message),
        (
            400,
            format!(
                "Content-Range names {} bytes, the part has {FLOOR}",
                FLOOR + 1
            )
        )
    );
    json(
        desk.chunk("u", &format!("bytes 0-{}/99999999", FLOOR - 1), &chunk)
            .await,
    )
    .await;
    let (status, _) = refusal(
        desk.chunk(
            "u",
            &format!("bytes {FLOOR}-{}/88888888", 2 * FLOOR - 1),
            &chunk,
        )
        .await,
    )
    .await;
    assert_eq!(status, 400);
    let (status, _) = refusal(
        desk.chunk(
            "u",
            &format!("bytes {}-{}/-1", FLOOR - 5, 2 * FLOOR - 6),
            &chunk,
        )
        .await,
    )
    .await;
    assert_eq!(status, 400);
    for range in [
        "bytes",
        "bytes 5-4/9",
        "bytes 0-9/9",
        "bytes a-b/c",
        "items 0-1/2",
    ] {
        assert_eq!(
            refusal(desk.chunk("w", range, &bytes(2)).await).await.0,
            400,
            "{range}"
        );
    }
    assert_eq!(
        refusal(desk.chunk("w", "bytes 0--1/0", &[]).await).await,
        (400, "Empty file".to_owned())
    );
    let nameless = desk
        .client
        .post(desk.url("raw/upload"))
        .header("Content-Range", "bytes 0-1/2");
    let nameless = nameless
        .multipart(form(&signed(&[]), "x", b"xx"))
        .send()
        .await
        .unwrap();
    assert_eq!(
        refusal(nameless).await,
        (
            400,
            "Missing required parameter - X-Unique-Upload-Id".to_owned()
        )
    );
}

#[tokio::test]
async fn parts_by_number_complete_in_any_order() {
    let desk = Desk::new().await;
    let file = bytes(2 * FLOOR + 50);
    let send = |number: usize, of: Option<&'static str>, part: Vec<u8>| {
        let mut request = desk
            .client
            .post(desk.url("raw/upload_chunked"))
            .header("X-Unique-Upload-Id", "p")
            .header("X-Upload-Part-Number", number);
        if let Some(of) = of {
            request = request.header("X-Upload-Total-Parts", of);
        }
        request
            .multipart(form(&signed(&[]), "big.bin", &part))
            .send()
    };
    assert_eq!(
        json(
            send(2, None, file[FLOOR..2 * FLOOR].to_vec())
                .await
                .unwrap()
        )
        .await["done"],
        false
    );
    assert_eq!(
        json(
            send(3, Some("3"), file[2 * FLOOR..].to_vec())
                .await
                .unwrap()
        )
        .await["done"],
        false
    );
    let whole = json(send(1, Some("3"), file[..FLOOR].to_vec()).await.unwrap()).await;
    assert_eq!(whole["etag"], md5_of(&file));
}

#[tokio::test]
async fn a_chunk_without_a_valid_signature_changes_nothing() {
    let desk = Desk::new().await;
    let file = bytes(FLOOR + 3);
    let range = format!("bytes 0-{}/{}", FLOOR - 1, file.len());
    json(desk.chunk("u", &range, &file[..FLOOR]).await).await;
    let mut fields = signed(&[("public_id", "big.bin")]);
    fields.retain(|(name, _)| name != "signature");
    fields.push(("signature".to_owned(), "0".repeat(40)));
    let forged = desk
        .client
        .post(desk.url("raw/upload"))
        .header("Content-Range", &range)
        .header("X-Unique-Upload-Id", "u");
    assert_eq!(
        forged
            .multipart(form(&fields, "big.bin", &vec![0; FLOOR]))
            .send()
            .await
            .unwrap()
            .status(),
        401
    );
    let whole = json(
        desk.chunk(
            "u",
            &format!("bytes {FLOOR}-{}/{}", file.len() - 1, file.len()),
            &file[FLOOR..],
        )
        .await,
    )
    .await;
    assert_eq!(whole["etag"], md5_of(&file));
}

#[tokio::test]
async fn discarded_chunks_still_give_the_hash_of_the_whole() {
    let desk = Desk::with(|config| config.discard = true).await;
    let file = bytes(3 * FLOOR);
    let total = file.len();
    for index in [0, 2, 1] {
        let first = index * FLOOR;
        let answer = json(
            desk.chunk(
                "u",
                &format!("bytes {first}-{}/{total}", first + FLOOR - 1),
                &file[first..first + FLOOR],
            )
            .await,
        )
        .await;
        if index == 1 {
            assert_eq!(answer["etag"], md5_of(&file));
            let head = desk
                .client
                .head(answer["secure_url"].as_str().unwrap())
                .send()
                .await
                .unwrap();
            assert_eq!(
                (
                    head.status().as_u16(),
                    head.headers()["content-length"].to_str().unwrap()
                ),
                (200, total.to_string().as_str())
            );
            assert_eq!(
                desk.client
                    .get(answer["secure_url"].as_str().unwrap())
                    .send()
                    .await
                    .unwrap()
                    .status(),
                410
            );
        }
    }
    assert_eq!(
        std::fs::read_dir(desk.folder.path().join("assets"))
            .unwrap()
            .count(),
        0
    );
    assert_eq!(
        std::fs::read_dir(desk.folder.path().join("incoming"))
            .unwrap()
            .count(),
        0
    );
}
