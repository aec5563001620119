//! Signed downloads, and the calls that would make something new of stored assets.

use serde_json::Value;

use crate::support::{Desk, PNG, refusal, signed};

async fn get(desk: &Desk, path: &str, fields: &[(&str, &str)]) -> reqwest::Response {
    let mut url = url::Url::parse(&desk.url(path)).unwrap();
    url.query_pairs_mut().extend_pairs(signed(fields));
    desk.client.get(url).send().await.unwrap()
}

async fn private_picture(desk: &Desk) -> Value {
    let fields = [
        ("public_id", "a"),
        ("type", "private"),
        ("tags", "everything"),
    ];
    desk.uploaded("image/upload", "a.png", PNG, &fields).await
}

#[tokio::test]
async fn a_signed_link_downloads_a_private_original_until_it_expires() {
    let desk = Desk::new().await;
    private_picture(&desk).await;
    let fields = [("public_id", "a"), ("type", "private"), ("format", "png")];
    let answer = get(&desk, "image/download", &fields).await;
    assert_eq!(answer.headers()["content-disposition"], "inline");
    assert_eq!(answer.bytes().await.unwrap(), PNG);
    let attached = [fields.as_slice(), &[("attachment", "true")]].concat();
    let answer = get(&desk, "image/download", &attached).await;
    assert_eq!(answer.headers()["content-disposition"], "attachment");

    for (more, status) in [
        (("expires_at", "1000"), 401),
        (("expires_at", "soon"), 400),
        (("transformation", "w_1"), 400),
        (("type", "upload"), 404),
        (("format", "webp"), 400),
    ] {
        let mut fields: Vec<_> = fields
            .iter()
            .filter(|one| one.0 != more.0)
            .copied()
            .collect();
        fields.push(more);
        let answer = get(&desk, "image/download", &fields).await;
        assert_eq!(answer.status(), status, "{more:?}");
    }
    let url = desk.url("image/download?public_id=a&type=private");
    assert_eq!(desk.client.get(url).send().await.unwrap().status(), 400);
}

#[tokio::test]
async fn a_backup_is_the_version_that_is_stored() {
    let desk = Desk::new().await;
    let asset = private_picture(&desk).await;
    let (id, version) = (
        asset["asset_id"].as_str().unwrap(),
        asset["version_id"].as_str().unwrap(),
    );
    let fields = [("asset_id", id), ("version_id", version)];
    let answer = get(&desk, "download_backup", &fields).await;
    assert_eq!(answer.bytes().await.unwrap(), PNG);
    let other = [("asset_id", id), ("version_id", "0")];
    assert_eq!(get(&desk, "download_backup", &other).await.status(), 404);
}

#[tokio::test]
async fn what_the_sandbox_does_not_make_it_says_only_after_it_asked_for_everything() {
    let desk = Desk::new().await;
    private_picture(&desk).await;
    let tag = ("tag", "everything");
    let pages = ("transformation", "pg_all");
    for (path, good, missing, nothing_there) in [
        (
            "image/generate_archive",
            vec![("tags", "everything")],
            vec![("mode", "download")],
            vec![("tags", "x")],
        ),
        (
            "all/generate_archive",
            vec![("prefixes[]", "a")],
            vec![],
            vec![("prefixes[]", "b")],
        ),
        ("image/sprite", vec![tag], vec![], vec![("tag", "x")]),
        ("image/multi", vec![tag], vec![], vec![("tag", "x")]),
        (
            "image/explode",
            vec![("public_id", "a"), ("type", "private"), pages],
            vec![("public_id", "a")],
            vec![("public_id", "a"), pages],
        ),
    ] {
        let (status, words) = refusal(desk.post(path, &good).await).await;
        assert_eq!(status, 400, "{path}");
        assert!(
            words.starts_with("The sandbox does not do this"),
            "{path}: {words}"
        );
        let (status, words) = refusal(desk.post(path, &missing).await).await;
        assert_eq!(status, 400, "{path}");
        assert!(
            words.starts_with("Missing required parameter"),
            "{path}: {words}"
        );
        let (status, _) = refusal(desk.post(path, &nothing_there).await).await;
        assert_eq!(status, 404, "{path}");
        let unsigned = desk
            .client
            .post(desk.url(path))
            .form(&good)
            .send()
            .await
            .unwrap();
        assert_eq!(unsigned.status(), 400, "{path}");
    }
    let (status, words) = refusal(desk.post("image/text", &[("text", "x")]).await).await;
    assert!(
        status == 400 && words.contains("does not do this"),
        "{words}"
    );
    let (status, words) = refusal(get(&desk, "image/download_tag.zip", &[tag]).await).await;
    assert!(
        status == 400 && words.contains("does not do this"),
        "{words}"
    );
}
