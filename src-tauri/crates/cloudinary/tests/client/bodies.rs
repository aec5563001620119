//! What an upload puts on the wire.

use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use cloudinary::{Chunk, Error, ErrorKind, Source, UploadAnswer};
use serde_json::json;

use crate::server::{
    KEY, Server, asset_json, bytes, client, expected_signature, fields, file, parts, upload,
};

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(since.as_secs()).unwrap()
}

#[tokio::test]
async fn the_body_is_exact_in_every_byte() {
    let server = Server::accepting().await;
    let params = json!({"public_id": "t/a b&c=d", "tags": ["x", "ü"], "overwrite": false});
    let source = bytes("/home/u/N \"ä\"\r\nme.png", b"\x89PNG\r\n--x\r\n");
    client()
        .upload(&server.target(), upload(source, params), |_| {})
        .await
        .unwrap();

    let seen = server.only_request();
    assert_eq!(
        (seen.method.as_str(), seen.path_and_query.as_str()),
        ("POST", "/v1_1/democloud/image/upload")
    );
    let kind = seen.headers["content-type"].to_str().unwrap();
    let boundary = kind.strip_prefix("multipart/form-data; boundary=").unwrap();
    let sent = fields(&seen);
    let text = |name: &str| {
        format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{}\r\n",
            sent[name]
        )
    };
    let mut expected = [
        "overwrite",
        "public_id",
        "tags",
        "timestamp",
        "api_key",
        "signature",
    ]
    .map(text)
    .concat();
    expected += &format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"N \\\"ä\\\"__me.png\"\r\nContent-Type: application/octet-stream\r\n\r\n"
    );
    let mut expected = expected.into_bytes();
    expected.extend_from_slice(b"\x89PNG\r\n--x\r\n");
    expected.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    assert_eq!(
        String::from_utf8_lossy(&seen.body),
        String::from_utf8_lossy(&expected)
    );
    assert_eq!(seen.body, expected);

    assert_eq!(
        seen.headers["content-length"],
        expected.len().to_string().as_str()
    );
    assert!(!seen.headers.contains_key("transfer-encoding"));
    assert!(!seen.headers.contains_key("authorization"));
    assert_eq!(sent["overwrite"], "0");
    assert_eq!(sent["tags"], "x,ü");
    assert_eq!(sent["api_key"], KEY);
    assert_eq!(sent["signature"], expected_signature(&sent));
}

#[tokio::test]
async fn every_boundary_is_another() {
    let server = Server::accepting().await;
    for _ in 0..2 {
        client()
            .upload(
                &server.target(),
                upload(bytes("a", b"a"), json!({})),
                |_| {},
            )
            .await
            .unwrap();
    }
    let seen = server.seen();
    assert_ne!(
        seen[0].headers["content-type"],
        seen[1].headers["content-type"]
    );
}

#[tokio::test]
async fn it_is_signed_at_the_time_of_sending_with_the_servers_clock() {
    let server = Server::accepting().await;
    let mut job = upload(bytes("a", b"a"), json!({}));
    job.clock_offset_seconds = -7200;
    let before = now();
    client()
        .upload(&server.target(), job, |_| {})
        .await
        .unwrap();
    let sent = fields(&server.only_request());
    let stamp: i64 = sent["timestamp"].parse().unwrap();
    assert!((before - 7200..=now() - 7200).contains(&stamp));
    assert_eq!(sent["signature"], expected_signature(&sent));
}

#[tokio::test]
async fn a_large_file_arrives_whole_and_its_progress_only_grows() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.bin");
    let content: Vec<u8> = (0..3_000_001u32)
        .flat_map(u32::to_le_bytes)
        .take(5_000_001)
        .collect();
    std::fs::write(&path, &content).unwrap();
    let server = Server::accepting().await;
    let heard = Arc::new(Mutex::new(Vec::new()));
    let ear = Arc::clone(&heard);
    let answer = client()
        .upload(
            &server.target(),
            upload(file(&path), json!({})),
            move |sent| ear.lock().unwrap().push(sent),
        )
        .await
        .unwrap();
    assert!(matches!(answer, UploadAnswer::Stored(_)));
    let (head, arrived) = parts(&server.only_request()).pop().unwrap();
    assert!(
        head.starts_with(
            "Content-Disposition: form-data; name=\"file\"; filename=\"large.bin\"\r\n"
        )
    );
    assert!(arrived == content);
    let heard = heard.lock().unwrap();
    assert!(heard.len() > 10, "in blocks: {}", heard.len());
    assert!(heard.windows(2).all(|pair| pair[0] < pair[1]));
    assert_eq!(heard.last(), Some(&5_000_001));
}

#[tokio::test]
async fn a_chunk_sends_its_range_and_says_which() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("v.mp4");
    std::fs::write(&path, b"0123456789").unwrap();
    let server =
        Server::start(|_| axum::Json(json!({"done": false, "bytes": 4, "public_id": "v"}))).await;
    let mut job = upload(
        Source::File {
            path,
            identity: None,
            range: Some(4..8),
        },
        json!({}),
    );
    job.chunk = Some(Chunk {
        upload_id: "up-1".into(),
        first: 4,
        last: 7,
        total: 10,
    });
    let answer = client()
        .upload(&server.target(), job.clone(), |_| {})
        .await
        .unwrap();
    assert_eq!(
        answer,
        UploadAnswer::ChunkAccepted {
            bytes: Some(4),
            public_id: Some("v".into())
        }
    );
    let seen = server.only_request();
    assert_eq!(seen.headers["x-unique-upload-id"], "up-1");
    assert_eq!(seen.headers["content-range"], "bytes 4-7/10");
    assert_eq!(parts(&seen).pop().unwrap().1, b"4567");

    job.chunk = Some(Chunk {
        upload_id: "up-1".into(),
        first: 4,
        last: 8,
        total: 10,
    });
    let error = client()
        .upload(&server.target(), job.clone(), |_| {})
        .await
        .unwrap_err();
    assert!(matches!(error, Error::ChunkMismatch), "{error:?}");
    job.chunk = Some(Chunk {
        upload_id: "up\r\nX-Evil: 1".into(),
        first: 4,
        last: 7,
        total: 10,
    });
    let error = client()
        .upload(&server.target(), job, |_| {})
        .await
        .unwrap_err();
    assert!(matches!(error, Error::ChunkMismatch), "{error:?}");
    assert_eq!(server.hits(), 1);
}

#[tokio::test]
async fn a_link_goes_as_text_and_only_of_kinds_that_the_service_fetches() {
    let server = Server::accepting().await;
    let link = "https://example.com/a.png?x=1&y=2";
    let job = upload(
        Source::Url(link.parse().unwrap()),
        json!({"public_id": "p"}),
    );
    client()
        .upload(&server.target(), job, |_| panic!("no bytes of ours"))
        .await
        .unwrap();
    let seen = server.only_request();
    let (head, value) = parts(&seen).pop().unwrap();
    assert_eq!(head, "Content-Disposition: form-data; name=\"file\"");
    assert_eq!(value, link.as_bytes());
    let sent = fields(&seen);
    assert_eq!(sent["signature"], expected_signature(&sent));

    let job = upload(
        Source::Url("file:///etc/passwd".parse().unwrap()),
        json!({}),
    );
    let error = client()
        .upload(&server.target(), job, |_| {})
        .await
        .unwrap_err();
    assert!(matches!(error, Error::LinkUnsupported { .. }), "{error:?}");
    assert_eq!(server.hits(), 1);
}

#[tokio::test]
async fn an_unsigned_upload_sends_its_preset_and_no_key() {
    let server = Server::accepting().await;
    let job = upload(
        bytes("a", b"a"),
        json!({"folder": "f", "tags": "a,b", "upload_preset": "another"}),
    );
    client()
        .upload(&server.unsigned_target(), job, |_| {})
        .await
        .unwrap();
    let sent = fields(&server.only_request());
    let sent: Vec<(&str, &str)> = sent.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    assert_eq!(
        sent,
        [("folder", "f"), ("tags", "a,b"), ("upload_preset", "open")]
    );
}

#[tokio::test]
async fn an_unsigned_upload_with_more_than_that_is_not_sent() {
    let server = Server::accepting().await;
    let job = upload(
        bytes("a", b"a"),
        json!({"folder": "f", "overwrite": true, "eval": "x", "whatever": 1}),
    );
    let error = client()
        .upload(&server.unsigned_target(), job, |_| {})
        .await
        .unwrap_err();
    let Error::ParameterNotAllowed { names } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(names, &["eval", "overwrite", "whatever"]);
    assert_eq!(server.hits(), 0);
}

#[tokio::test]
async fn names_that_are_ours_or_could_end_their_quotes_are_not_sent() {
    let server = Server::accepting().await;
    for name in [
        "api_key",
        "signature",
        "timestamp",
        "file",
        "cloud_name",
        "resource_type",
        "a\"; filename=\"x",
        "a\r\nb",
        "ü",
        "",
    ] {
        let job = upload(bytes("a", b"a"), json!({name: "1"}));
        let error = client()
            .upload(&server.target(), job, |_| {})
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsendable, "{name:?}");
        assert!(!error.to_string().contains('\r'));
    }
    assert_eq!(server.hits(), 0);
}

#[tokio::test]
async fn a_source_that_cannot_be_sent_is_not_sent() {
    let server = Server::accepting().await;
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.txt");
    std::fs::write(&empty, b"").unwrap();
    let missing = folder.path().join("gone.txt");
    for (source, kind) in [
        (file(folder.path()), ErrorKind::SourceIsFolder),
        (file(&empty), ErrorKind::SourceEmpty),
        (bytes("e", b""), ErrorKind::SourceEmpty),
        (file(&missing), ErrorKind::SourceMissing),
        (file(&empty.join("below")), ErrorKind::SourceMissing),
    ] {
        let error = client()
            .upload(&server.target(), upload(source, json!({})), |_| {})
            .await
            .unwrap_err();
        assert_eq!(error.kind(), kind);
        assert!(
            !error.to_string().contains(folder.path().to_str().unwrap()),
            "no path: {error}"
        );
    }
    assert_eq!(server.hits(), 0);
}

#[tokio::test]
async fn a_cloud_name_cannot_lead_to_another_address() {
    let server = Server::accepting().await;
    for name in ["", ".", "..", "a/b", "a\\b", "a\nb"] {
        let mut target = server.target();
        target.cloud_name = name.into();
        let error = client()
            .upload(&target, upload(bytes("a", b"a"), json!({})), |_| {})
            .await
            .unwrap_err();
        assert!(
            matches!(error, Error::CloudNameUnusable),
            "{name:?}: {error:?}"
        );
    }
    assert_eq!(server.hits(), 0);
}

#[tokio::test]
async fn many_uploads_use_few_connections() {
    let server = Server::start(|_| axum::Json(asset_json())).await;
    let client = client();
    for _ in 0..10 {
        let wave = (0..8).map(|_| {
            let (client, target) = (client.clone(), server.target());
            tokio::spawn(async move {
                client
                    .upload(
                        &target,
                        upload(bytes("a", &[7; 300_000]), json!({})),
                        |_| {},
                    )
                    .await
            })
        });
        for one in wave.collect::<Vec<_>>() {
            one.await.unwrap().unwrap();
        }
    }
    let connections: std::collections::BTreeSet<_> =
        server.seen().iter().map(|seen| seen.connection).collect();
    assert_eq!(server.hits(), 80);
    assert!(connections.len() <= 8, "{} connections", connections.len());
}
