//! What goes wrong on purpose.

use std::time::{Duration, Instant};

use sandbox::{Fault, load_faults};
use serde_json::{Value, json};

use crate::support::{Desk, PNG, md5_of, refusal};

fn faults(value: Value) -> Vec<Fault> {
    serde_json::from_value(value).unwrap()
}

#[tokio::test]
async fn a_status_strikes_as_often_as_it_is_told() {
    let desk = Desk::new().await;
    desk.sandbox.set_faults(faults(json!([
        {"match": {"method": "POST", "path": "/raw/upload", "every": 2, "times": 2}, "do": {"status": {"code": 503, "headers": {"Retry-After": "7"}}}},
        {"match": {"path": "/ping", "nth": 1}, "do": {"status": {"code": 420}}}
    ])));
    let mut statuses = Vec::new();
    for _ in 0..7 {
        let response = desk.upload("raw/upload", "a", b"x", &[]).await;
        if response.status() == 503 {
            assert_eq!(response.headers()["retry-after"], "7");
        }
        statuses.push(response.status().as_u16());
    }
    assert_eq!(statuses, [200, 503, 200, 503, 200, 200, 200]);
    assert_eq!(
        desk.admin_json("resources/raw").await["resources"]
            .as_array()
            .unwrap()
            .len(),
        5
    );
    let (status, message) = refusal(desk.admin("ping").await).await;
    assert_eq!(status, 420);
    assert!(
        message
            .starts_with("Rate Limit Exceeded. Limit of 500 api operations reached. Try again on "),
        "{message}"
    );
    assert_eq!(desk.admin("ping").await.status(), 200);
}

#[tokio::test]
async fn chance_is_the_same_for_the_same_seed() {
    let desk = Desk::new().await;
    let run = async || {
        desk.sandbox.set_faults(faults(
            json!([{"match": {"probability": 0.3, "seed": 7}, "do": {"status": {"code": 500}}}]),
        ));
        let mut struck = Vec::new();
        for index in 0..60 {
            if desk.admin("ping").await.status() == 500 {
                struck.push(index);
            }
        }
        struck
    };
    let first = run().await;
    assert!((8..32).contains(&first.len()), "{first:?}");
    assert_eq!(first, run().await);
}

#[tokio::test]
async fn a_cut_request_stores_nothing_and_a_cut_answer_does() {
    let desk = Desk::new().await;
    desk.sandbox.set_faults(faults(json!([
        {"match": {"path": "/upload", "nth": 1}, "do": {"cut_after_bytes": 100_000}},
        {"match": {"path": "/upload", "nth": 2}, "do": {"cut_answer_after_bytes": 0}},
        {"match": {"path": "/upload", "nth": 3}, "do": {"cut_answer_after_bytes": 20}}
    ])));
    let send = || {
        let fields = crate::support::signed(&[]);
        desk.client
            .post(desk.url("raw/upload"))
            .multipart(crate::support::form(&fields, "a", &vec![7; 3_000_000]))
            .send()
    };
    let stored = async || {
        desk.admin_json("resources/raw").await["resources"]
            .as_array()
            .unwrap()
            .len()
    };
    assert!(send().await.is_err());
    assert_eq!(stored().await, 0);
    assert!(send().await.is_err());
    assert_eq!(stored().await, 1);
    let answer = send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(answer.bytes().await.is_err());
    assert_eq!(stored().await, 2);
    let uploads: Vec<u16> = desk
        .sandbox
        .requests()
        .iter()
        .filter(|request| request.method == "POST")
        .map(|request| request.status)
        .collect();
    assert_eq!(uploads, [0, 0, 200]);
    assert_eq!(
        std::fs::read_dir(desk.folder.path().join("incoming"))
            .unwrap()
            .count(),
        0
    );
}

#[tokio::test]
async fn proxies_answer_in_their_own_way() {
    let desk = Desk::new().await;
    desk.sandbox.set_faults(faults(json!([
        {"match": {"nth": 1}, "do": {"html_body": 413}},
        {"match": {"nth": 2}, "do": {"not_json": 502}}
    ])));
    let html = desk.upload("raw/upload", "a", b"x", &[]).await;
    assert_eq!(
        (
            html.status().as_u16(),
            html.headers()["content-type"].to_str().unwrap()
        ),
        (413, "text/html")
    );
    let text = desk.upload("raw/upload", "a", b"x", &[]).await;
    assert_eq!(text.status(), 502);
    assert!(text.json::<Value>().await.is_err());
}

#[tokio::test]
async fn a_clock_that_is_ahead_shows_in_the_date() {
    let desk = Desk::new().await;
    desk.sandbox.set_faults(faults(
        json!([{"match": {"times": 1}, "do": {"stale_clock": 7200}}]),
    ));
    let stale = desk.post("image/destroy", &[("public_id", "a")]).await;
    let date = jiff::fmt::rfc2822::parse(stale.headers()["date"].to_str().unwrap())
        .unwrap()
        .timestamp()
        .as_second();
    let ahead = date - jiff::Timestamp::now().as_second();
    assert!((7195..=7200).contains(&ahead), "{ahead}");
    let (status, message) = refusal(stale).await;
    assert_eq!(status, 400);
    assert!(
        message.starts_with("Stale request - reported time is "),
        "{message}"
    );
    assert_eq!(
        desk.post("image/destroy", &[("public_id", "a")])
            .await
            .status(),
        200
    );
}

#[tokio::test]
async fn answers_come_late_or_changed() {
    let desk = Desk::new().await;
    desk.sandbox.set_faults(faults(json!([
        {"match": {"nth": 1}, "do": {"late_answer": 150}},
        {"match": {"nth": 1}, "do": {"delay_ms": 150}},
        {"match": {"nth": 2}, "do": "missing_secure_url"},
        {"match": {"nth": 3}, "do": "existing"},
        {"match": {"nth": 4}, "do": {"edit_answer": {"set": {"etag": "other"}, "remove": ["signature"]}}}
    ])));
    let before = Instant::now();
    desk.uploaded("raw/upload", "a", b"x", &[]).await;
    assert!(before.elapsed() >= Duration::from_millis(300));
    assert!(
        desk.uploaded("raw/upload", "a", b"x", &[])
            .await
            .get("secure_url")
            .is_none()
    );
    assert_eq!(
        desk.uploaded("raw/upload", "a", b"x", &[]).await["existing"],
        true
    );
    let edited = desk.uploaded("raw/upload", "a", b"x", &[]).await;
    assert_eq!(
        (&edited["etag"], edited.get("signature")),
        (&json!("other"), None)
    );
}

#[tokio::test]
async fn answers_come_byte_by_byte() {
    let desk = Desk::new().await;
    desk.sandbox.set_faults(faults(json!([
        {"match": {"nth": 1}, "do": {"drip_answer": 2}},
    ])));
    let before = Instant::now();
    let asset = desk.uploaded("raw/upload", "a", b"x", &[]).await;
    let length = u32::try_from(asset.to_string().len()).unwrap();
    assert!(before.elapsed() >= Duration::from_millis(2) * length);
    assert_eq!(asset["bytes"], 1, "it is the answer all the same");
}

#[tokio::test]
async fn chunks_can_be_singled_out() {
    const FLOOR: usize = 5_242_880;
    let desk = Desk::new().await;
    desk.sandbox.set_faults(faults(json!([
        {"match": {"chunk": 1, "times": 1}, "do": {"status": {"code": 500}}},
        {"match": {"last_chunk": true, "times": 1}, "do": "done_false_on_last_chunk"},
        {"match": {"last_chunk": true, "nth": 3}, "do": {"repeated_last_chunk": "refuse"}}
    ])));
    let file = vec![9; 2 * FLOOR + 10];
    let total = file.len();
    let send = async |index: usize| {
        let (first, end) = (index * FLOOR, ((index + 1) * FLOOR).min(total));
        desk.chunk(
            "u",
            &format!("bytes {first}-{}/{total}", end - 1),
            &file[first..end],
        )
        .await
    };
    assert_eq!(send(0).await.status(), 200);
    assert_eq!(
        refusal(send(1).await).await,
        (500, "General Error".to_owned())
    );
    assert_eq!(send(1).await.status(), 200);
    let last: Value = send(2).await.json().await.unwrap();
    assert_eq!(last["done"], false);
    let last: Value = send(2).await.json().await.unwrap();
    assert_eq!(
        (&last["done"], &last["etag"]),
        (&json!(true), &json!(md5_of(&file)))
    );
    assert_eq!(refusal(send(2).await).await.0, 400);
    assert_eq!(send(2).await.json::<Value>().await.unwrap(), last);
}

#[tokio::test]
async fn links_can_fail_too() {
    let desk = Desk::new().await;
    let asset = desk
        .uploaded("image/upload", "a.png", PNG, &[("public_id", "a")])
        .await;
    desk.sandbox.set_faults(faults(
        json!([{"match": {"method": "HEAD", "path": "/a.png"}, "do": {"status": {"code": 404}}}]),
    ));
    assert_eq!(
        desk.client
            .head(asset["url"].as_str().unwrap())
            .send()
            .await
            .unwrap()
            .status(),
        404
    );
    assert_eq!(
        desk.client
            .get(asset["url"].as_str().unwrap())
            .send()
            .await
            .unwrap()
            .status(),
        200
    );
}

#[test]
fn a_fault_file_says_where_it_is_wrong() {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("faults.json");
    std::fs::write(&path, r#"[{"match": {"every": 10}, "do": {"status": {"code": 503, "message": "General Error"}}}, {"do": {"delay_ms": 5}}]"#).unwrap();
    assert_eq!(load_faults(&path).unwrap().len(), 2);
    for wrong in [
        r#"[{"do": {"stutter": 1}}]"#,
        r#"[{"match": {"nht": 1}, "do": "existing"}]"#,
        "{}",
    ] {
        std::fs::write(&path, wrong).unwrap();
        let message = load_faults(&path).unwrap_err().to_string();
        assert!(
            message.contains("faults.json cannot be understood") && message.contains("line 1"),
            "{message}"
        );
    }
    assert!(load_faults(folder.path().join("none.json")).is_err());
}
