//! Requests that official clients were recorded to send (protocol sheet 9, appendix A): their signatures must fit, and only theirs.

use sandbox::SignatureModel;
use serde_json::json;

use crate::support::{Desk, PNG, form, refusal};

/// Path, fields as sent, and what is signed of them is in `signature`.
type Sent = (
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static str,
);

const UPLOADS: &[Sent] = &[
    (
        "auto/upload",
        &[("timestamp", "1795473338")],
        "156a6a5c2dc4387473b408275a6c7eb3532d7e15",
    ),
    (
        "video/upload",
        &[("public_id", "large"), ("timestamp", "1795473339")],
        "2e549717a8aab1e6bcdbb5bcde893d467446044c",
    ),
    (
        "auto/upload",
        &[("timestamp", "1795473171")],
        "fb1917069e52f86614492274f0a1b2838e79b397",
    ),
    (
        "video/upload",
        &[("public_id", "stubpid"), ("timestamp", "1795473171")],
        "8621a75472081cffda6b4f1f1fb0d6f18714d564",
    ),
    (
        "auto/upload",
        &[
            ("public_id", "cli/x"),
            ("timestamp", "1795473212"),
            ("tags", "a,b"),
        ],
        "4c1addc71a1a6ce55bf4f789a72167b5264af62a",
    ),
    (
        "auto/upload",
        &[
            ("asset_folder", "dir"),
            ("timestamp", "1795473284"),
            (
                "filename_override",
                "ae1b53285be689315032a0ea9a8a6ced376371d2fc5102aeee2c6cbd22457fe7",
            ),
            ("display_name", "small"),
        ],
        "3100b57762bbe4bf05203f46cc0705ddeba88b72",
    ),
];

const OTHERS: &[Sent] = &[
    (
        "video/destroy",
        &[
            ("timestamp", "1795473339"),
            ("type", "private"),
            ("invalidate", "true"),
            ("public_id", "t/a"),
        ],
        "37123d8527ea9c5f50feef7d3d7f22a4c45e7ae2",
    ),
    (
        "video/destroy",
        &[
            ("timestamp", "1795473171"),
            ("type", "private"),
            ("invalidate", "1"),
            ("public_id", "t/a"),
        ],
        "30c7d0b764e085ca6c25b3f5ba2185ad83fcf6cb",
    ),
    (
        "image/destroy",
        &[("timestamp", "1795473216"), ("public_id", "cli/x")],
        "9610ccbcaa64918790bc0a579d1bd1d7e20aa90c",
    ),
    (
        "image/destroy",
        &[
            ("public_id", "stubpid"),
            ("timestamp", "1795473284"),
            ("type", "upload"),
        ],
        "2b32f00508ea9eec78d220617566cfb0093073ca",
    ),
    (
        "image/rename",
        &[
            ("timestamp", "1795473339"),
            ("from_public_id", "a"),
            ("to_public_id", "b"),
            ("overwrite", "true"),
        ],
        "45c1b6481e626fce9044960deddb2cef5c36363e",
    ),
    (
        "image/rename",
        &[
            ("timestamp", "1795473171"),
            ("from_public_id", "a"),
            ("to_public_id", "b"),
            ("overwrite", "1"),
        ],
        "08fb2ca5e2adb1661ce177af70d27c6923245cc3",
    ),
    (
        "image/tags",
        &[
            ("timestamp", "1795473339"),
            ("public_ids[]", "p1"),
            ("public_ids[]", "p2"),
            ("command", "add"),
            ("tag", "t1,t2"),
        ],
        "9f04114b4f137e05d884fbc0f62ed836e3ad413f",
    ),
];

/// PyPI sends `notification_url` to `/tags` and leaves it out of the signature.
const PYTHON_TAGS: Sent = (
    "image/tags",
    &[
        ("timestamp", "1795473171"),
        ("tag", "t1,t2"),
        ("public_ids[]", "p1"),
        ("public_ids[]", "p2"),
        ("command", "add"),
        ("notification_url", "https://e.com/n"),
    ],
    "05357f31ff25d47384afc32df156aca314cd5a0c",
);

/// The full-parameter upload of the Node SDK; one value holds `&`, so only version 2 fits.
const NODE_FULL: &[(&str, &str)] = &[
    ("allowed_formats", "png,jpg"),
    ("asset_folder", "fold/er"),
    ("display_name", "Näme"),
    ("eager", "c_scale,w_100|e_sepia/jpg"),
    ("notification_url", "https://e.com/cb?a=1&b=2"),
    ("overwrite", "0"),
    ("public_id", "t/a b&c=d"),
    (
        "responsive_breakpoints",
        r#"[{"create_derived":false,"max_images":3}]"#,
    ),
    ("return_delete_token", "1"),
    ("timestamp", "1795473338"),
    ("transformation", "c_limit,w_50"),
    ("use_filename", "1"),
    (
        "access_control",
        r#"[{"access_type":"token"},{"access_type":"anonymous","start":"2017-12-15T12:00Z"}]"#,
    ),
    ("auto_tagging", "0.6"),
    ("context", r"alt=a\=b\|c|caption=ünï"),
    ("metadata", r#"f1=v\=1|f2=["a","b"]|f3=7"#),
    ("custom_coordinates", "9,10,11,12"),
    ("face_coordinates", "1,2,3,4|5,6,7,8"),
    ("headers", "X-Robots-Tag:noindex"),
    ("tags", "x,y,z,ü"),
    ("regions", r#"{"top":[[1,2],[3,4]]}"#),
];
const NODE_FULL_SIGNATURE: &str = "e76027f6073388e124c23db277edf76336b46e28";

fn fields(sent: &[(&str, &str)], signature: &str) -> Vec<(String, String)> {
    let text = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    sent.iter()
        .copied()
        .chain([("signature", signature), ("api_key", "mykey")])
        .map(text)
        .collect()
}

fn tampered(signature: &str) -> String {
    let last = if signature.ends_with('0') { "1" } else { "0" };
    format!("{}{last}", &signature[..signature.len() - 1])
}

async fn frozen() -> Desk {
    Desk::with(|config| config.frozen_clock = Some(1_795_473_400)).await
}

#[tokio::test]
async fn recorded_uploads_are_stored_and_tampered_ones_are_not() {
    let desk = frozen().await;
    for (path, sent, signature) in UPLOADS {
        let good = desk
            .client
            .post(desk.url(path))
            .multipart(form(&fields(sent, signature), "small.png", PNG))
            .send()
            .await
            .unwrap();
        assert_eq!(good.status(), 200, "{sent:?}");
        let bad = desk
            .client
            .post(desk.url(path))
            .multipart(form(&fields(sent, &tampered(signature)), "small.png", PNG))
            .send()
            .await
            .unwrap();
        let (status, message) = refusal(bad).await;
        assert_eq!(status, 401);
        assert!(
            message.starts_with(&format!(
                "Invalid Signature {}. String to sign - '",
                tampered(signature)
            )),
            "{message}"
        );
        assert!(message.ends_with("'."), "{message}");
    }
}

#[tokio::test]
async fn recorded_calls_pass_and_tampered_ones_do_not() {
    let desk = frozen().await;
    for (path, sent, signature) in OTHERS.iter().chain([&PYTHON_TAGS]) {
        let good = desk
            .client
            .post(desk.url(path))
            .form(&fields(sent, signature))
            .send()
            .await
            .unwrap();
        assert_ne!(good.status(), 401, "{path} {sent:?}");
        let bad = desk
            .client
            .post(desk.url(path))
            .form(&fields(sent, &tampered(signature)))
            .send()
            .await
            .unwrap();
        assert_eq!(bad.status(), 401, "{path} {sent:?}");
    }
}

#[tokio::test]
async fn a_body_without_content_type_is_read_as_a_form() {
    let desk = frozen().await;
    let body = "api_key=mykey&public_id=stubpid&signature=2b32f00508ea9eec78d220617566cfb0093073ca&timestamp=1795473284&type=upload";
    let answer: serde_json::Value = desk
        .client
        .post(desk.url("image/destroy"))
        .body(body)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(answer, json!({"result": "not found"}));
}

#[tokio::test]
async fn the_full_upload_of_the_node_client_fits_version_two() {
    let desk = frozen().await;
    let send = |sent: Vec<(String, String)>| {
        desk.client
            .post(desk.url("auto/upload"))
            .multipart(form(&sent, "small.png", PNG))
            .send()
    };
    // The signature fits; what is refused afterwards is the `&` in the public ID.
    let (status, message) =
        refusal(send(fields(NODE_FULL, NODE_FULL_SIGNATURE)).await.unwrap()).await;
    assert_eq!(
        (status, message.as_str()),
        (400, "public_id (t/a b&c=d) is invalid")
    );

    let changed: Vec<(&str, &str)> = NODE_FULL
        .iter()
        .map(|(name, value)| {
            if *name == "overwrite" {
                (*name, "1")
            } else {
                (*name, *value)
            }
        })
        .collect();
    let (status, _) = refusal(send(fields(&changed, NODE_FULL_SIGNATURE)).await.unwrap()).await;
    assert_eq!(status, 401);
}

#[tokio::test]
async fn a_schema_client_signs_json_with_sha_256_and_version_one() {
    let desk = frozen().await;
    let mut body = json!({
        "colors": false, "tags": "a,b", "overwrite": true, "public_id": "x&y", "file": "data:image/png;base64,iVBORw0KGgo=",
        "signature": "c6ba964e23dcc5046aa391b436a2627554c47945d19e74c3cbe4f0fec3b34beb", "timestamp": 1_795_473_417, "api_key": "mykey"
    });
    let send =
        |body: serde_json::Value| desk.client.post(desk.url("auto/upload")).json(&body).send();
    let (status, message) = refusal(send(body.clone()).await.unwrap()).await;
    assert_eq!(
        (status, message.as_str()),
        (400, "public_id (x&y) is invalid")
    );
    body["overwrite"] = json!(false);
    assert_eq!(send(body).await.unwrap().status(), 401);
}

#[tokio::test]
async fn under_the_other_model_every_field_counts() {
    let desk = Desk::with(|config| {
        config.frozen_clock = Some(1_795_473_400);
        config.signature_model = SignatureModel::All;
    })
    .await;
    let (path, sent, signature) = PYTHON_TAGS;
    let response = desk
        .client
        .post(desk.url(path))
        .form(&fields(sent, signature))
        .send()
        .await
        .unwrap();
    let (status, message) = refusal(response).await;
    assert_eq!(status, 401);
    assert!(
        message.contains("notification_url=https://e.com/n"),
        "{message}"
    );

    // An upload's signature with an upload-only name does not fit destroy under the first model, and does under this one.
    let mut sent = crate::support::signed(&[
        ("public_id", "a"),
        ("unique_filename", "0"),
        ("timestamp", "1795473400"),
    ]);
    let response = desk
        .client
        .post(desk.url("image/destroy"))
        .form(&sent)
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    sent.push(("surplus".to_owned(), "1".to_owned()));
    assert_eq!(
        desk.client
            .post(desk.url("image/destroy"))
            .form(&sent)
            .send()
            .await
            .unwrap()
            .status(),
        401
    );
}

#[tokio::test]
async fn unknown_fields_are_ignored_under_the_usual_model() {
    let desk = Desk::new().await;
    let mut sent = crate::support::signed(&[("public_id", "a")]);
    sent.push(("max_bytes".to_owned(), "1".to_owned()));
    assert_eq!(
        desk.client
            .post(desk.url("image/destroy"))
            .form(&sent)
            .send()
            .await
            .unwrap()
            .status(),
        200
    );
    sent = crate::support::signed(&[("public_id", "a"), ("overwrite", "0")]);
    assert_eq!(
        desk.client
            .post(desk.url("image/destroy"))
            .form(&sent)
            .send()
            .await
            .unwrap()
            .status(),
        401
    );
}
