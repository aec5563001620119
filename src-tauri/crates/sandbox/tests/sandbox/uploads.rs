//! What an upload answers, and where it lies.

use std::collections::BTreeMap;

use sandbox::{FolderMode, UploadPreset};
use serde_json::{Value, json};
use sha1::{Digest, Sha1};

use crate::support::{Desk, PNG, SECRET, form, md5_of, refusal, signed};

#[tokio::test]
async fn a_picture_is_described_in_full() {
    let desk = Desk::new().await;
    let fields = [
        ("public_id", "t/a"),
        ("tags", "x,y"),
        ("context", r"alt=a\=b\|c|k=v"),
        ("asset_folder", "fold/er"),
        ("display_name", "Näme"),
    ];
    let asset = desk
        .uploaded("image/upload", "holiday.png", PNG, &fields)
        .await;
    assert_eq!(asset["asset_id"].as_str().unwrap().len(), 32);
    assert_eq!(
        (&asset["width"], &asset["height"], &asset["format"]),
        (&json!(3), &json!(2), &json!("png"))
    );
    assert_eq!(
        (&asset["bytes"], &asset["etag"]),
        (&json!(PNG.len()), &json!(md5_of(PNG)))
    );
    assert_eq!(
        (&asset["asset_folder"], &asset["display_name"]),
        (&json!("fold/er"), &json!("Näme"))
    );
    assert_eq!(asset["original_filename"], "holiday");
    assert_eq!(asset["tags"], json!(["x", "y"]));
    assert_eq!(
        asset["context"],
        json!({"custom": {"alt": "a=b|c", "k": "v"}})
    );
    assert_eq!(asset["url"], asset["secure_url"]);
    assert!(asset.get("existing").is_none() && asset.get("overwritten").is_none());
    let version = asset["version"].as_i64().unwrap();
    let expected = hex::encode(Sha1::digest(format!(
        "public_id=t/a&version={version}{SECRET}"
    )));
    assert_eq!(asset["signature"], expected);
}

#[tokio::test]
async fn an_id_that_is_taken_is_overwritten_or_answered() {
    let desk = Desk::new().await;
    let first = desk
        .uploaded("auto/upload", "a.txt", b"one", &[("public_id", "a.txt")])
        .await;
    let kept = desk
        .uploaded(
            "auto/upload",
            "a.txt",
            b"two",
            &[("public_id", "a.txt"), ("overwrite", "false")],
        )
        .await;
    assert_eq!(
        (&kept["existing"], &kept["etag"], &kept["version"]),
        (&json!(true), &first["etag"], &first["version"])
    );
    let second = desk
        .uploaded("auto/upload", "a.txt", b"two", &[("public_id", "a.txt")])
        .await;
    assert_eq!(
        (&second["overwritten"], &second["etag"], &second["asset_id"]),
        (&json!(true), &json!(md5_of(b"two")), &first["asset_id"])
    );
    assert_ne!(second["version"], first["version"]);
    let got = desk
        .client
        .get(second["url"].as_str().unwrap())
        .send()
        .await
        .unwrap();
    assert_eq!(got.bytes().await.unwrap(), &b"two"[..]);
}

#[tokio::test]
async fn names_follow_the_rules() {
    let desk = Desk::new().await;
    let id = |asset: &Value| asset["public_id"].as_str().unwrap().to_owned();
    let random = id(&desk.uploaded("auto/upload", "x.docx", b"PK", &[]).await);
    assert!(random.ends_with(".docx") && random.len() == 25, "{random}");
    let unique = id(&desk
        .uploaded(
            "auto/upload",
            "/home/u/x.png",
            PNG,
            &[("use_filename", "1")],
        )
        .await);
    assert!(unique.starts_with("x_") && unique.len() == 8, "{unique}");
    let plain = id(&desk
        .uploaded(
            "auto/upload",
            "x.docx",
            b"PK",
            &[("use_filename", "true"), ("unique_filename", "false")],
        )
        .await);
    assert_eq!(plain, "x.docx");
    let foldered = desk
        .uploaded(
            "auto/upload",
            "x.png",
            PNG,
            &[("folder", "f/g"), ("public_id", "y")],
        )
        .await;
    assert_eq!(
        (id(&foldered).as_str(), &foldered["asset_folder"]),
        ("f/g/y", &json!("f/g"))
    );
    for bad in [
        "a?b",
        "a&b",
        "a#b",
        "a%b",
        "a<b",
        "a+b",
        " a",
        "a ",
        "/a",
        "a/",
        &"x".repeat(256),
    ] {
        let response = desk
            .upload("auto/upload", "x.png", PNG, &[("public_id", bad)])
            .await;
        assert_eq!(refusal(response).await.0, 400, "{bad}");
    }
}

#[tokio::test]
async fn in_fixed_mode_the_folder_is_in_the_id() {
    let desk = Desk::with(|config| config.folder_mode = FolderMode::Fixed).await;
    let fields = [
        ("folder", "remote/dir"),
        ("use_filename", "1"),
        ("unique_filename", "0"),
    ];
    let asset = desk.uploaded("auto/upload", "p.png", PNG, &fields).await;
    assert_eq!(
        (&asset["public_id"], &asset["folder"]),
        (&json!("remote/dir/p"), &json!("remote/dir"))
    );
    assert!(asset.get("asset_folder").is_none());
    assert_eq!(
        desk.admin_json("config?settings=true").await["settings"]["folder_mode"],
        "fixed"
    );
}

#[tokio::test]
async fn types_are_told_by_the_bytes() {
    let desk = Desk::new().await;
    let kind = |asset: Value| (asset["resource_type"].clone(), asset["format"].clone());
    assert_eq!(
        kind(desk.uploaded("auto/upload", "noname", PNG, &[]).await),
        (json!("image"), json!("png"))
    );
    assert_eq!(
        kind(
            desk.uploaded("auto/upload", "a.pdf", b"%PDF-1.7", &[])
                .await
        ),
        (json!("image"), json!("pdf"))
    );
    assert_eq!(
        kind(
            desk.uploaded("auto/upload", "a.mp4", b"\0\0\0\x20ftypisom", &[])
                .await
        ),
        (json!("video"), json!("mp4"))
    );
    assert_eq!(
        kind(desk.uploaded("auto/upload", "a.txt", b"hello", &[]).await),
        (json!("raw"), Value::Null)
    );
    let not_one = desk.upload("image/upload", "a.png", b"hello", &[]).await;
    assert_eq!(
        refusal(not_one).await,
        (400, "Invalid image file".to_owned())
    );
    let empty = desk.upload("raw/upload", "a.txt", b"", &[]).await;
    assert_eq!(refusal(empty).await, (400, "Empty file".to_owned()));
}

#[tokio::test]
async fn sizes_are_read_from_the_header() {
    let desk = Desk::new().await;
    let jpeg = b"\xff\xd8\xff\xe0\0\x04xx\xff\xc4\0\x03x\xff\xc2\0\x0b\x08\x01\x02\x03\x04";
    let gif = b"GIF89a\x05\0\x06\0";
    let webp = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x1f\x03\0\x57\x02\0";
    for (name, bytes, size) in [
        ("a.jpg", &jpeg[..], (772, 258)),
        ("a.gif", gif, (5, 6)),
        ("a.webp", webp, (800, 600)),
    ] {
        let asset = desk.uploaded("auto/upload", name, bytes, &[]).await;
        assert_eq!(
            (asset["width"].as_i64(), asset["height"].as_i64()),
            (Some(size.0), Some(size.1)),
            "{name}"
        );
    }
}

#[tokio::test]
async fn text_sources_are_data_uris_and_own_links_only() {
    let desk = Desk::new().await;
    let data: Value = desk
        .post(
            "auto/upload",
            &[
                ("file", "data:text/plain;base64,aGVsbG8="),
                ("public_id", "d"),
            ],
        )
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(data["etag"], md5_of(b"hello"));
    let copy: Value = desk
        .post(
            "auto/upload",
            &[("file", data["url"].as_str().unwrap()), ("public_id", "e")],
        )
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(copy["etag"], md5_of(b"hello"));
    let before = desk.sandbox.connections();
    for foreign in [
        "https://example.com/x.png",
        "http://127.0.0.1:1/x.png",
        "s3://bucket/x",
    ] {
        let (status, message) = refusal(desk.post("auto/upload", &[("file", foreign)]).await).await;
        assert_eq!(status, 400);
        assert!(
            message.starts_with(&format!("Error in loading {foreign}")),
            "{message}"
        );
    }
    let (_, message) = refusal(desk.post("auto/upload", &[("file", "nonsense")]).await).await;
    assert_eq!(message, "Unsupported source URL: nonsense");
    assert_eq!(desk.sandbox.connections(), before);
}

#[tokio::test]
async fn unsigned_uploads_need_an_open_preset_and_few_names() {
    let desk = Desk::with(|config| {
        config.unsigned_presets = vec![UploadPreset {
            name: "open".to_owned(),
            settings: BTreeMap::from([
                ("folder".to_owned(), "inbox".to_owned()),
                ("tags".to_owned(), "new".to_owned()),
            ]),
        }];
        config.signed_presets = vec![UploadPreset::new("closed")];
    })
    .await;
    assert_eq!(desk.sandbox.unsigned_preset(), "open");
    let send = |fields: &[(&str, &str)]| {
        let fields: Vec<(String, String)> = fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        desk.client
            .post(desk.url("auto/upload"))
            .multipart(form(&fields, "a.png", PNG))
            .send()
    };
    let asset: Value = send(&[
        ("upload_preset", "open"),
        ("tags", "mine"),
        ("public_id", "a"),
        ("folder", "else"),
    ])
    .await
    .unwrap()
    .json()
    .await
    .unwrap();
    assert_eq!(
        (&asset["public_id"], &asset["tags"]),
        (&json!("inbox/a"), &json!(["new", "mine"]))
    );
    let again: Value = send(&[
        ("upload_preset", "open"),
        ("public_id", "a"),
        ("timestamp", "1"),
        ("unsigned", "true"),
    ])
    .await
    .unwrap()
    .json()
    .await
    .unwrap();
    assert_eq!(again["existing"], true);

    let text = |response| async move { refusal(response).await };
    assert_eq!(
        text(send(&[]).await.unwrap()).await,
        (
            400,
            "Upload preset must be specified when using unsigned upload".to_owned()
        )
    );
    assert_eq!(
        text(send(&[("upload_preset", "none")]).await.unwrap()).await,
        (400, "Upload preset not found".to_owned())
    );
    let closed = send(&[("upload_preset", "closed")]).await.unwrap();
    assert_eq!(
        text(closed).await,
        (
            400,
            "Upload preset must be whitelisted for unsigned uploads".to_owned()
        )
    );
    let (status, message) = text(
        send(&[("upload_preset", "open"), ("overwrite", "1")])
            .await
            .unwrap(),
    )
    .await;
    assert_eq!(status, 400);
    assert!(message.starts_with("Overwrite parameter is not allowed when using unsigned upload. Only upload_preset,callback,public_id,"), "{message}");
}

#[tokio::test]
async fn in_a_signed_upload_the_request_wins_over_the_preset() {
    let desk = Desk::with(|config| {
        let settings = BTreeMap::from([
            ("asset_folder".to_owned(), "inbox".to_owned()),
            ("display_name".to_owned(), "theirs".to_owned()),
        ]);
        config.signed_presets = vec![UploadPreset {
            name: "closed".to_owned(),
            settings,
        }];
    })
    .await;
    let asset = desk
        .uploaded(
            "auto/upload",
            "a.png",
            PNG,
            &[("upload_preset", "closed"), ("display_name", "mine")],
        )
        .await;
    assert_eq!(
        (&asset["asset_folder"], &asset["display_name"]),
        (&json!("inbox"), &json!("mine"))
    );
}

#[tokio::test]
async fn what_is_not_carried_out_is_named() {
    let desk = Desk::new().await;
    let asset = desk
        .uploaded(
            "auto/upload",
            "a.png",
            PNG,
            &[("eager", "w_1"), ("transformation", "w_2")],
        )
        .await;
    assert_eq!(
        asset["sandbox"]["not_applied"],
        json!(["transformation", "eager"])
    );
    let pending = desk
        .uploaded("auto/upload", "a.png", PNG, &[("async", "1")])
        .await;
    assert_eq!(pending["status"], "pending");
}

#[tokio::test]
async fn parts_that_the_live_parser_overlooks_are_overlooked() {
    let desk = Desk::new().await;
    let mut body = String::new();
    for (name, value) in signed(&[]) {
        body.push_str(&format!(
            "--b\r\nContent-Disposition: form-data; name={name}\r\n\r\n{value}\r\n"
        ));
    }
    body.push_str("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nhello\r\n--b--");
    let request = desk
        .client
        .post(desk.url("auto/upload"))
        .header("Content-Type", "multipart/form-data; boundary=b");
    let response = request.body(body.clone()).send().await.unwrap();
    assert_eq!(
        refusal(response).await.1,
        "Upload preset must be specified when using unsigned upload"
    );
    // The same with quoted names, and still without a line end after the last boundary, is an upload.
    let quoted = regex_quote(&body);
    let request = desk
        .client
        .post(desk.url("auto/upload"))
        .header("Content-Type", "multipart/form-data; boundary=b");
    assert_eq!(request.body(quoted).send().await.unwrap().status(), 200);
}

fn regex_quote(body: &str) -> String {
    body.split("\r\n")
        .map(
            |line| match line.strip_prefix("Content-Disposition: form-data; name=") {
                Some(name) if !name.starts_with('"') => {
                    format!("Content-Disposition: form-data; name=\"{name}\"")
                }
                Some(_) | None => line.to_owned(),
            },
        )
        .collect::<Vec<_>>()
        .join("\r\n")
}

#[tokio::test]
async fn file_names_may_be_latin_1() {
    let desk = Desk::new().await;
    let mut body = Vec::new();
    for (name, value) in signed(&[("use_filename", "1"), ("unique_filename", "0")]) {
        body.extend_from_slice(
            format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
                .as_bytes(),
        );
    }
    body.extend_from_slice(b"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\xfcn.txt\"\r\n\r\nhello\r\n--b--\r\n");
    let request = desk
        .client
        .post(desk.url("auto/upload"))
        .header("Content-Type", "multipart/form-data; boundary=b");
    let asset: Value = request
        .body(body)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(asset["public_id"], "ün.txt");
}
