//! Links: originals only, and signed where the type asks for it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::support::{Desk, PNG, SECRET, refusal};

#[tokio::test]
async fn a_link_gives_the_original() {
    let desk = Desk::new().await;
    let asset = desk
        .uploaded("image/upload", "ü x.png", PNG, &[("public_id", "f/ü x")])
        .await;
    let link = asset["secure_url"].as_str().unwrap();
    assert!(link.ends_with("/f/%C3%BC%20x.png"), "{link}");
    let got = desk.client.get(link).send().await.unwrap();
    assert_eq!(
        (
            got.status().as_u16(),
            got.headers()["content-type"].to_str().unwrap()
        ),
        (200, "image/png")
    );
    assert_eq!(got.bytes().await.unwrap(), PNG);
    let head = desk.client.head(link).send().await.unwrap();
    assert_eq!(
        head.headers()["content-length"].to_str().unwrap(),
        PNG.len().to_string()
    );
    assert_eq!(head.bytes().await.unwrap().len(), 0);
}

#[tokio::test]
async fn only_transformations_that_change_nothing_are_taken() {
    let desk = Desk::new().await;
    desk.uploaded("image/upload", "x.png", PNG, &[("public_id", "a/w_b")])
        .await;
    let base = format!("{}democloud/image/upload", desk.sandbox.url());
    let get = |path: &str| desk.client.get(format!("{base}/{path}")).send();
    for path in [
        "a/w_b",
        "a/w_b.png",
        "v1/a/w_b.png",
        "f_auto,q_auto/a/w_b.png",
        "f_auto/q_auto:good/v12/a/w_b",
        "f_auto/fl_attachment/a/w_b",
    ] {
        assert_eq!(get(path).await.unwrap().status(), 200, "{path}");
    }
    assert_eq!(
        get("fl_attachment/a/w_b").await.unwrap().headers()["content-disposition"],
        "attachment"
    );
    for path in [
        "c_fill,w_100/a/w_b.png",
        "t_named/a/w_b",
        "f_auto/w_1/a/w_b",
        "a/w_b.jpg",
    ] {
        let (status, message) = refusal(get(path).await.unwrap()).await;
        assert_eq!(status, 400, "{path}");
        assert!(
            message.starts_with("The sandbox does not do this: "),
            "{message}"
        );
    }
    assert_eq!(
        refusal(get("v1/c_fill/nothing.png").await.unwrap()).await,
        (404, "Resource not found - nothing.png".to_owned())
    );
}

#[tokio::test]
async fn private_and_authenticated_links_need_their_signature() {
    let desk = Desk::new().await;
    for delivery in ["private", "authenticated"] {
        let asset = desk
            .uploaded(
                "image/upload",
                "x.png",
                PNG,
                &[("public_id", "s/x y"), ("type", delivery)],
            )
            .await;
        let link = asset["secure_url"].as_str().unwrap();
        assert_eq!(
            desk.client.get(link).send().await.unwrap().status(),
            200,
            "{link}"
        );
        let (before, rest) = link.split_once("/s--").unwrap();
        let (_, rest) = rest.split_once("--/").unwrap();
        let get = |path: String| desk.client.get(format!("{before}/{path}")).send();
        assert_eq!(get(rest.to_owned()).await.unwrap().status(), 401);
        assert_eq!(
            get(format!("s--AAAAAAAA--/{rest}")).await.unwrap().status(),
            401
        );

        let digest = URL_SAFE_NO_PAD.encode(Sha256::digest(format!("f_auto/s/x%20y.png{SECRET}")));
        for length in [8, 32] {
            assert_eq!(
                get(format!("s--{}--/f_auto/v1/s/x%20y.png", &digest[..length]))
                    .await
                    .unwrap()
                    .status(),
                200
            );
            assert_eq!(
                get(format!("s--{}--/q_auto/v1/s/x%20y.png", &digest[..length]))
                    .await
                    .unwrap()
                    .status(),
                401
            );
        }
    }
}

#[tokio::test]
async fn an_uploaded_page_cannot_act_as_one() {
    let desk = Desk::new().await;
    let asset = desk
        .uploaded("raw/upload", "x.html", b"<script>1</script>", &[])
        .await;
    let got = desk
        .client
        .get(asset["url"].as_str().unwrap())
        .send()
        .await
        .unwrap();
    assert_eq!(got.headers()["content-type"], "application/octet-stream");
    assert!(
        got.headers()["content-security-policy"]
            .to_str()
            .unwrap()
            .starts_with("sandbox; default-src 'none'")
    );
}
