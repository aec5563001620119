//! The Admin API, destroy, and links.

use axum::http::StatusCode;
use axum::response::IntoResponse;
use cloudinary::{DeliveryType, Destroy, Destroyed, Error, Folder, FolderMode, ResourceType};
use serde_json::json;

use crate::server::{SECRET, Seen, Server, client, expected_signature};

#[tokio::test]
async fn ping_tells_the_servers_clock() {
    let server = Server::start(|_| {
        (
            [("date", "Tue, 24 Nov 2026 11:00:00 GMT")],
            axum::Json(json!({"status": "ok"})),
        )
    })
    .await;
    let pong = client().ping(&server.target()).await.unwrap();
    assert_eq!(
        pong.server_date,
        Some("2026-11-24T11:00:00Z".parse().unwrap())
    );
    let seen = server.only_request();
    assert_eq!(
        (seen.method.as_str(), seen.path_and_query.as_str()),
        ("GET", "/v1_1/democloud/ping")
    );
}

#[tokio::test]
async fn usage_and_config_are_read_and_tolerate_what_is_missing() {
    let server = Server::start(|seen: &Seen| match seen.path_and_query.as_str() {
        "/v1_1/democloud/usage" => axum::Json(json!({
            "plan": "Free", "credits": {"usage": 1.5, "limit": 25, "used_percent": 6},
            "storage": "unknown", "media_limits": {"image_max_size_bytes": 10485760, "raw_max_size_bytes": null}, "requests": 7
        })),
        "/v1_1/democloud/config?settings=true" => axum::Json(json!({"cloud_name": "democloud", "settings": {"folder_mode": "dynamic"}})),
        other => panic!("{other}"),
    })
    .await;
    let usage = client().usage(&server.target()).await.unwrap();
    assert_eq!(usage.plan.as_deref(), Some("Free"));
    assert_eq!(usage.credits.limit, Some(25.0));
    assert_eq!(usage.storage.usage, None);
    assert_eq!(usage.media_limits.image_max_size_bytes, Some(10_485_760));
    assert_eq!(usage.media_limits.video_max_size_bytes, None);
    assert_eq!(usage.extra["requests"], 7);
    let config = client().config(&server.target()).await.unwrap();
    assert_eq!(config.folder_mode, Some(FolderMode::Dynamic));
    assert_eq!(config.created_at, None);
}

#[tokio::test]
async fn lists_are_read_to_their_last_page() {
    let server = Server::start(|seen: &Seen| match seen.path_and_query.as_str() {
        "/v1_1/democloud/upload_presets?max_results=100" => axum::Json(json!({
            "presets": [{"name": "a", "unsigned": true, "settings": {"folder": "x"}}, {"no": "name"}], "next_cursor": "c/1"
        })),
        "/v1_1/democloud/upload_presets?max_results=100&next_cursor=c%2F1" => {
            axum::Json(json!({"presets": [{"name": "b"}], "next_cursor": null}))
        }
        other => panic!("{other}"),
    })
    .await;
    let presets = client().upload_presets(&server.target()).await.unwrap();
    let names: Vec<_> = presets
        .iter()
        .map(|preset| (preset.name.as_str(), preset.unsigned))
        .collect();
    assert_eq!(names, [("a", true), ("b", false)]);
}

#[tokio::test]
async fn a_list_without_end_is_cut() {
    let server =
        Server::start(|_| axum::Json(json!({"presets": [{"name": "a"}], "next_cursor": "again"})))
            .await;
    let presets = client().upload_presets(&server.target()).await.unwrap();
    assert_eq!((presets.len(), server.hits()), (20, 20));
}

#[tokio::test]
async fn folders_by_path() {
    let server = Server::start(|seen: &Seen| match seen.path_and_query.as_str() {
        "/v1_1/democloud/folders/a%20b/c?max_results=500" => {
            axum::Json(json!({"folders": [{"name": "d", "path": "a b/c/d"}]})).into_response()
        }
        "/v1_1/democloud/folders?max_results=500" => {
            axum::Json(json!({"folders": []})).into_response()
        }
        _ => (
            StatusCode::NOT_FOUND,
            axum::Json(json!({"error": {"message": "Can't find folder with path x"}})),
        )
            .into_response(),
    })
    .await;
    let folders = client()
        .folders(&server.target(), Some("/a b/c/"))
        .await
        .unwrap();
    assert_eq!(
        folders,
        [Folder {
            name: "d".into(),
            path: "a b/c/d".into(),
            external_id: None
        }]
    );
    assert!(
        client()
            .folders(&server.target(), None)
            .await
            .unwrap()
            .is_empty()
    );
    assert!(
        client()
            .folders(&server.target(), Some("x"))
            .await
            .unwrap()
            .is_empty()
    );
    let error = client()
        .folders(&server.target(), Some("a/../b"))
        .await
        .unwrap_err();
    assert!(matches!(error, Error::NameUnusable), "{error:?}");
}

#[tokio::test]
async fn one_asset_or_none() {
    let server = Server::start(|seen: &Seen| match seen.path_and_query.as_str() {
        "/v1_1/democloud/resources/raw/private/f%C3%B6lder/a%20b.zip" => axum::Json(
            json!({"public_id": "földer/a b.zip", "version": 7, "type": "private", "etag": "e"}),
        )
        .into_response(),
        "/v1_1/democloud/resources/image/upload/broken" => {
            axum::Json(json!({"nothing": 1})).into_response()
        }
        _ => (
            StatusCode::NOT_FOUND,
            axum::Json(json!({"error": {"message": "Resource not found - x"}})),
        )
            .into_response(),
    })
    .await;
    let (client, target) = (client(), server.target());
    let raw = client
        .asset(
            &target,
            ResourceType::Raw,
            DeliveryType::Private,
            "földer/a b.zip",
        )
        .await;
    let raw = raw.unwrap().unwrap();
    assert_eq!((raw.version, raw.etag.as_deref()), (7, Some("e")));
    let image =
        |id: &'static str| client.asset(&target, ResourceType::Image, DeliveryType::Upload, id);
    assert_eq!(image("x").await.unwrap(), None);
    assert!(matches!(image("broken").await, Err(Error::NotJson(_))));
    assert!(matches!(image("a/../b").await, Err(Error::NameUnusable)));
    let auto = client
        .asset(&target, ResourceType::Auto, DeliveryType::Upload, "x")
        .await;
    assert!(matches!(auto, Err(Error::NeedsResourceType)));
}

fn destroy() -> Destroy {
    Destroy {
        resource_type: ResourceType::Video,
        delivery_type: DeliveryType::Private,
        public_id: "t/a b&c".into(),
        invalidate: true,
        clock_offset_seconds: 0,
    }
}

#[tokio::test]
async fn destroy_is_signed_and_understands_both_answers() {
    for (result, expected) in [
        ("ok", Destroyed::Gone),
        ("not found", Destroyed::WasNotThere),
    ] {
        let server = Server::start(move |_| axum::Json(json!({"result": result}))).await;
        assert_eq!(
            client().destroy(&server.target(), destroy()).await.unwrap(),
            expected
        );
        let seen = server.only_request();
        assert_eq!(seen.path_and_query, "/v1_1/democloud/video/destroy");
        assert_eq!(
            seen.headers["content-type"],
            "application/x-www-form-urlencoded"
        );
        let fields = url::form_urlencoded::parse(&seen.body)
            .into_owned()
            .collect();
        assert_eq!(
            fields_named(&fields, &["invalidate", "public_id", "type"]),
            ["1", "t/a b&c", "private"]
        );
        assert_eq!(fields["signature"], expected_signature(&fields));
        assert_eq!(fields.len(), 6);
        assert!(!String::from_utf8_lossy(&seen.body).contains(SECRET));
    }
}

fn fields_named<'a>(
    fields: &'a std::collections::BTreeMap<String, String>,
    names: &[&str],
) -> Vec<&'a str> {
    names.iter().map(|name| fields[*name].as_str()).collect()
}

#[tokio::test]
async fn destroy_needs_a_key_and_a_type() {
    let server = Server::accepting().await;
    let auto = Destroy {
        resource_type: ResourceType::Auto,
        ..destroy()
    };
    assert!(matches!(
        client().destroy(&server.target(), auto).await,
        Err(Error::NeedsResourceType)
    ));
    assert!(matches!(
        client().destroy(&server.unsigned_target(), destroy()).await,
        Err(Error::NeedsKey)
    ));
    assert_eq!(server.hits(), 0);
}

#[tokio::test]
async fn a_link_answers_or_does_not() {
    let server = Server::start(|seen: &Seen| {
        assert_eq!(seen.method, "HEAD");
        assert!(!seen.headers.contains_key("authorization"));
        StatusCode::from_u16(seen.path_and_query[1..].parse().unwrap()).unwrap()
    })
    .await;
    for (status, expected) in [
        (200, Some(true)),
        (204, Some(true)),
        (401, Some(false)),
        (403, Some(false)),
        (404, Some(false)),
        (410, Some(false)),
        (302, Some(false)),
        (429, None),
        (500, None),
        (503, None),
    ] {
        let answer = client()
            .head(&format!("{}/{status}", server.url).parse().unwrap())
            .await;
        assert_eq!(answer.ok(), expected, "{status}");
    }
}

#[tokio::test]
async fn a_field_wants_a_value_only_where_the_service_fills_none_in() {
    let field = |id: &str, default: serde_json::Value, disabled: bool| {
        json!({
            "type": "enum", "external_id": id, "label": "", "mandatory": true, "default_value": default, "validation": null,
            "default_disabled": disabled, "restrictions": {"readonly_ui": false}, "allow_dynamic_list_values": false,
            "datasource": {"values": [
                {"external_id": "own", "value": "Our own", "state": "active"},
                {"external_id": "old", "value": "Retired", "state": "inactive"}
            ]}
        })
    };
    let server = Server::start(move |seen: &Seen| {
        assert_eq!(seen.path_and_query, "/v1_1/democloud/metadata_fields");
        axum::Json(json!({"metadata_fields": [
            field("bare", json!(null), false), field("filled", json!("own"), false), field("off", json!(null), true)
        ]}))
    })
    .await;
    let fields = client().metadata_fields(&server.target()).await.unwrap();
    let wants: Vec<_> = fields
        .iter()
        .map(|field| (field.label.as_str(), field.mandatory))
        .collect();
    assert_eq!(wants, [("bare", true), ("filled", false), ("off", false)]);
    let values = fields[0].values.iter();
    let values: Vec<_> = values.map(|value| value.external_id.as_str()).collect();
    assert_eq!(values, ["own"]);
}
