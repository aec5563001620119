//! What needs no server: file names, parameters as text, links.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::ffi::OsStr;

use cloudinary::{
    Coordinates, Crop, DeliveryHost, DeliveryType, Error, Link, LinkSignature, Pairs, Rendition,
    ResourceType, UploadParams, clean_file_name, delivery_url,
};
use proptest::prelude::*;
use secrecy::SecretString;
use serde_json::json;
use signing::delivery::Length;
use signing::{Algorithm, Params, Scheme, Version, sign, string_to_sign};

fn clean(name: &str) -> String {
    clean_file_name(OsStr::new(name))
}

#[test]
fn a_file_name_loses_its_path_and_what_could_end_a_header() {
    for (name, expected) in [
        ("/home/u/a.png", "a.png"),
        ("C:\\Users\\u\\a.png", "a.png"),
        ("a\r\nContent-Type: x.png", "a__Content-Type: x.png"),
        ("a\0\u{7f}\u{85}b", "a___b"),
        ("N ä\"m'e;.PNG", "N ä\"m'e;.PNG"),
        ("写真.heic", "写真.heic"),
        ("e\u{301}.png", "e\u{301}.png"),
        (" .hidden ", " .hidden "),
        ("", "file"),
        ("..", "file"),
        ("a/", "file"),
    ] {
        assert_eq!(clean(name), expected, "{name:?}");
    }
}

#[test]
fn a_long_file_name_keeps_its_extension_and_whole_characters() {
    let name = clean(&format!("{}.jpeg", "写".repeat(200)));
    assert_eq!(name.len(), 254);
    assert!(name.ends_with("写.jpeg"));
    assert_eq!(clean(&"x".repeat(300)).len(), 255);
    assert_eq!(clean(&format!("a.{}", "x".repeat(300))).len(), 255);
    assert_eq!(clean(&"x".repeat(255)), "x".repeat(255));
}

#[cfg(unix)]
#[test]
fn what_is_not_unicode_is_replaced() {
    use std::os::unix::ffi::OsStrExt;
    assert_eq!(
        clean_file_name(OsStr::from_bytes(b"a\xff.png")),
        "a\u{fffd}.png"
    );
}

proptest! {
    #[test]
    fn a_clean_name_is_safe_and_stays_as_it_is(name in "\\PC{0,300}|[a-z/\\\\.\r\n\t\"]{0,300}") {
        let once = clean(&name);
        prop_assert!(!once.is_empty() && once.len() <= 255);
        prop_assert!(!once.contains(['/', '\\']) && !once.chars().any(char::is_control));
        prop_assert_eq!(clean(&once), once);
    }

    #[test]
    fn reading_parameters_never_panics(name in "[a-z_]{1,12}", text in any::<String>(), number in any::<f64>()) {
        for value in [json!(text), json!(number), json!([text, number]), json!({&text: number})] {
            if let Ok(params) = serde_json::from_value::<UploadParams>(json!({&name: value, "tags": value, "eager": value, "overwrite": value})) {
                let _ = params.to_params();
            }
        }
    }
}

fn text_of(params: &Params, name: &str) -> String {
    params
        .get(name)
        .and_then(signing::field_text)
        .unwrap_or_default()
}

fn written(json: serde_json::Value) -> Params {
    serde_json::from_value::<UploadParams>(json)
        .unwrap()
        .to_params()
}

/// Recorded from the official Node client, with the secret `mysecret`.
#[test]
fn parameters_are_written_as_the_official_client_writes_them() {
    let mut params = written(json!({
        "allowed_formats": ["png", "jpg"], "asset_folder": "fold/er", "display_name": "Näme",
        "eager": ["c_scale,w_100", "e_sepia/jpg"], "notification_url": "https://e.com/cb?a=1&b=2", "overwrite": false,
        "public_id": "t/a b&c=d", "responsive_breakpoints": [{"create_derived": false, "max_images": 3}],
        "return_delete_token": true, "transformation": "c_limit,w_50", "use_filename": 1,
        "access_control": "[{\"access_type\":\"token\"},{\"access_type\":\"anonymous\",\"start\":\"2017-12-15T12:00Z\"}]",
        "auto_tagging": 0.6, "context": {"alt": "a=b|c", "caption": "ünï"},
        "metadata": "f1=v\\=1|f2=[\"a\",\"b\"]|f3=7",
        "custom_coordinates": [9, 10, 11, 12], "face_coordinates": [[1, 2, 3, 4], [5, 6, 7, 8]],
        "headers": "X-Robots-Tag:noindex", "tags": "x,y,z,ü", "regions": {"top": [[1, 2], [3, 4]]}
    }));
    params.insert("timestamp", 1_795_473_338);
    let secret = SecretString::from("mysecret");
    let signature = sign(&params, &secret, Scheme::default());
    assert_eq!(
        signature,
        "e76027f6073388e124c23db277edf76336b46e28",
        "{}",
        string_to_sign(&params, Version::Two)
    );
}

#[test]
fn each_kind_of_parameter_is_read_kindly_and_written_once() {
    for (json, name, expected) in [
        (json!({"overwrite": "false"}), "overwrite", "0"),
        (json!({"overwrite": "1"}), "overwrite", "1"),
        (json!({"type": "private"}), "type", "private"),
        (json!({"delivery_type": "private"}), "type", "private"),
        (json!({"async": true}), "async", "1"),
        (json!({"tags": ["a", 7]}), "tags", "a,7"),
        (json!({"tags": ""}), "tags", ""),
        (json!({"tags": null}), "tags", ""),
        (json!({"context": "k=v"}), "context", "k=v"),
        (
            json!({"metadata": {"a": 7, "b": ["x", "y=z"], "c": null, "d": true}}),
            "metadata",
            "a=7|b=[\"x\",\"y\\=z\"]|d=true",
        ),
        (
            json!({"transformation": ["w_1", "e_sepia"]}),
            "transformation",
            "w_1/e_sepia",
        ),
        (json!({"eager": "w_1|w_2/jpg"}), "eager", "w_1|w_2/jpg"),
        (
            json!({"custom_coordinates": "1,2,3,4"}),
            "custom_coordinates",
            "1,2,3,4",
        ),
        (
            json!({"access_control": [{"access_type": "token"}]}),
            "access_control",
            "[{\"access_type\":\"token\"}]",
        ),
        (
            json!({"auto_transcription": true}),
            "auto_transcription",
            "1",
        ),
        (
            json!({"auto_transcription": {"translate": ["fr"]}}),
            "auto_transcription",
            "{\"translate\":[\"fr\"]}",
        ),
        (json!({"auto_tagging": "0.5"}), "auto_tagging", "0.5"),
        (
            json!({"headers": {"Link": "<x>", "X-Robots-Tag": "noindex"}}),
            "headers",
            "Link: <x>\nX-Robots-Tag: noindex",
        ),
        (json!({"new_thing": ["a", true]}), "new_thing", "a,true"),
        (json!({"public_id": 7}), "public_id", "7"),
    ] {
        assert_eq!(text_of(&written(json.clone()), name), expected, "{json}");
    }
}

#[test]
fn a_parameter_of_the_wrong_kind_is_named() {
    for json in [
        json!({"overwrite": "maybe"}),
        json!({"public_id": ["a"]}),
        json!({"tags": {"a": 1}}),
        json!({"custom_coordinates": [1, 2]}),
        json!({"auto_tagging": "NaN"}),
        json!({"new_thing": {"a": 1}}),
    ] {
        let name = json.as_object().unwrap().keys().next().unwrap().clone();
        let error = UploadParams::try_from(json.as_object().unwrap().clone()).unwrap_err();
        assert!(
            matches!(&error, Error::ParameterMalformed { name: found } if *found == name),
            "{error:?}"
        );
    }
}

#[test]
fn parameters_survive_being_kept_as_json() {
    let params = UploadParams {
        public_id: Some("a".into()),
        overwrite: Some(false),
        is_async: Some(true),
        delivery_type: Some("private".into()),
        tags: Some(vec!["x".into()]),
        context: Some(Pairs::Map([("k".to_owned(), json!("v"))].into())),
        face_coordinates: Some(Coordinates::Rectangles(vec![[1, 2, 3, 4]])),
        extra: [("new_thing".to_owned(), 1.into())].into(),
        ..UploadParams::default()
    };
    let kept = serde_json::to_value(&params).unwrap();
    assert_eq!(
        serde_json::from_value::<UploadParams>(kept).unwrap(),
        params
    );
    assert!(UploadParams::default().to_params().is_empty());
}

fn link<'a>(host: &'a DeliveryHost, public_id: &'a str) -> Link<'a> {
    Link {
        host,
        cloud_name: "test123",
        resource_type: ResourceType::Image,
        delivery_type: DeliveryType::Upload,
        transformation: "",
        version: None,
        public_id,
        format: None,
        signature: None,
    }
}

#[test]
fn links_are_built_from_their_parts() {
    let shared = DeliveryHost::default();
    let base = "https://res.cloudinary.com/test123/image/upload";
    let plain = link(&shared, "sample");
    assert_eq!(delivery_url(&plain), format!("{base}/sample"));
    let full = Link {
        format: Some("jpg"),
        version: Some(1234),
        transformation: "f_auto,q_auto",
        ..plain.clone()
    };
    assert_eq!(
        delivery_url(&full),
        format!("{base}/f_auto,q_auto/v1234/sample.jpg")
    );
    assert_eq!(
        delivery_url(&link(&shared, "folder/a b")),
        format!("{base}/v1/folder/a%20b")
    );
    assert_eq!(
        delivery_url(&link(&shared, "a(b)!ö?#")),
        format!("{base}/a%28b%29%21%C3%B6%3F%23")
    );
    let raw = Link {
        resource_type: ResourceType::Raw,
        delivery_type: DeliveryType::Private,
        version: Some(2),
        ..link(&shared, "doc.pdf")
    };
    assert_eq!(
        delivery_url(&raw),
        "https://res.cloudinary.com/test123/raw/private/v2/doc.pdf"
    );
}

#[test]
fn links_are_signed_over_what_stands_in_them() {
    let shared = DeliveryHost::default();
    let secret = SecretString::from("b");
    let signed = |id, transformation, algorithm, length| {
        delivery_url(&Link {
            transformation,
            signature: Some(LinkSignature {
                secret: &secret,
                algorithm,
                length,
            }),
            ..link(&shared, id)
        })
    };
    let base = "https://res.cloudinary.com/test123/image/upload";
    assert_eq!(
        signed("sample.jpg", "", Algorithm::Sha1, Length::Short),
        format!("{base}/s--v2fTPYTu--/sample.jpg")
    );
    assert_eq!(
        signed(
            "image.jpg",
            "c_crop,h_20,w_10",
            Algorithm::Sha256,
            Length::Short
        ),
        format!("{base}/s--w7DXgwn5--/c_crop,h_20,w_10/image.jpg")
    );
    assert_eq!(
        signed("folder/a b", "", Algorithm::Sha1, Length::Short),
        format!("{base}/s--6GPZDhos--/v1/folder/a%20b")
    );
    assert_eq!(
        signed("földer/写", "", Algorithm::Sha1, Length::Short),
        format!("{base}/s--Wm8xwDI4--/v1/f%C3%B6lder/%E5%86%99")
    );
    assert_eq!(
        signed("folder/a(b)!", "", Algorithm::Sha1, Length::Short),
        format!("{base}/s--5_f0GxNP--/v1/folder/a%28b%29%21")
    );
    assert_eq!(
        signed("sample.jpg", "", Algorithm::Sha1, Length::Long),
        format!("{base}/s--2hbrSMPOjj5BJ4xV7SgFbRDevFaQNUFf--/sample.jpg")
    );
}

#[test]
fn accounts_with_their_own_host() {
    for (distribution, private_cdn, cname, expected) in [
        (
            None,
            false,
            None,
            "https://res.cloudinary.com/test123/image/upload/a",
        ),
        (
            None,
            true,
            None,
            "https://test123-res.cloudinary.com/image/upload/a",
        ),
        (
            Some("assets.example.com"),
            true,
            None,
            "https://assets.example.com/image/upload/a",
        ),
        (
            Some("assets.example.com"),
            false,
            Some("other"),
            "https://assets.example.com/test123/image/upload/a",
        ),
        (
            None,
            true,
            Some("c.example.com/"),
            "https://c.example.com/image/upload/a",
        ),
    ] {
        let host = DeliveryHost::from_options(distribution, private_cdn, cname);
        assert_eq!(delivery_url(&link(&host, "a")), expected);
    }
}

#[test]
fn a_rendition_says_only_what_means_something() {
    let of = |width, height, crop, optimised| Rendition {
        width,
        height,
        crop,
        optimised,
    };
    let stored = (4000, 3000);
    for (rendition, image, video, size) in [
        (of(None, None, None, false), "", "", stored),
        (of(None, None, Some(Crop::Pad), false), "", "", stored),
        (of(Some(0), None, None, false), "", "", stored),
        (
            of(None, None, None, true),
            "f_auto,q_auto",
            "f_auto:video,q_auto",
            stored,
        ),
        (
            of(Some(800), None, None, true),
            "c_limit,w_800/f_auto,q_auto",
            "c_limit,w_800/f_auto:video,q_auto",
            (800, 600),
        ),
        (
            of(Some(8000), None, Some(Crop::Thumb), false),
            "c_limit,w_8000",
            "c_limit,w_8000",
            stored,
        ),
        (
            of(None, Some(6000), Some(Crop::Fit), false),
            "c_fit,h_6000",
            "c_fit,h_6000",
            (8000, 6000),
        ),
        (
            of(Some(300), Some(200), None, false),
            "c_fill,g_auto,h_200,w_300",
            "c_fill,h_200,w_300",
            (300, 200),
        ),
        (
            of(Some(300), Some(300), Some(Crop::Limit), false),
            "c_limit,h_300,w_300",
            "c_limit,h_300,w_300",
            (300, 225),
        ),
        (
            of(Some(64), Some(64), Some(Crop::Pad), false),
            "c_pad,h_64,w_64",
            "c_pad,h_64,w_64",
            (64, 64),
        ),
    ] {
        assert_eq!(rendition.transformation(ResourceType::Image), image);
        assert_eq!(rendition.transformation(ResourceType::Video), video);
        assert_eq!(rendition.transformation(ResourceType::Raw), "");
        assert_eq!(rendition.size_of(stored), size, "{image}");
    }
}
