//! What the official SDKs read of an account by the Admin API. Both walk through the same calls.

use app::sandbox::{MetadataField, UploadPreset};
use serde_json::{Value, json};

use crate::clients::{Sdk, output};
use crate::world::{CLOUD, World, picture};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_node_sdk_reads_an_account() {
    readings(Sdk::Node).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_python_sdk_reads_an_account() {
    readings(Sdk::Python).await;
}

async fn readings(sdk: Sdk) {
    let world = World::with(|config| {
        config.signed_presets = vec![UploadPreset::new("web")];
        config.metadata_fields = vec![
            MetadataField {
                external_id: "rights".to_owned(),
                label: "Rights".to_owned(),
                kind: "enum".to_owned(),
                mandatory: true,
                values: vec![("own".to_owned(), "Our own".to_owned())],
            },
            MetadataField {
                external_id: "year".to_owned(),
                label: "Year".to_owned(),
                kind: "integer".to_owned(),
                mandatory: false,
                values: Vec::new(),
            },
        ];
    })
    .await;
    let small = world.file("small.png", &picture());
    let mut command = sdk.script("admin");
    command.env("CLOUDINARY_URL", world.url()).arg(&small);
    let answers = output(command).await.json_lines();
    let answer = |call: &str| -> &Value {
        let found = answers.iter().find(|answer| answer["call"] == call);
        &found.unwrap_or_else(|| panic!("no {call}"))["answer"]
    };
    world.assert_all_verified();

    assert_eq!(answer("tags")["tags"], json!(["sea", "seal"]));
    assert_eq!(answer("tags_next")["tags"], json!(["second é; one"]));
    assert_eq!(answer("tags_next").get("next_cursor"), None);
    assert_eq!(answer("tags_of_video")["tags"], json!([]));

    // As the documentation of `GET /metadata_fields` shows one, member by member; each SDK adds its rate limits beside.
    let rights = json!({
        "type": "enum", "external_id": "rights", "label": "Rights", "mandatory": true, "default_value": null,
        "validation": null, "default_disabled": false, "restrictions": {"readonly_ui": false},
        "datasource": {"values": [{"external_id": "own", "value": "Our own", "state": "active"}]},
        "allow_dynamic_list_values": false
    });
    let fields = answer("metadata_fields")["metadata_fields"].as_array();
    assert_eq!(fields.unwrap()[0], rights);
    assert_eq!(fields.unwrap()[1]["type"], "integer");
    assert_eq!(fields.unwrap()[1].get("datasource"), None);
    for (name, value) in rights.as_object().unwrap() {
        assert_eq!(&answer("metadata_field")[name], value, "{name}");
    }

    let presets = answer("presets");
    assert_eq!(presets["presets"].as_array().unwrap().len(), 1);
    assert!(presets["next_cursor"].is_string(), "{presets}");
    let preset = answer("preset");
    assert_eq!(
        (&preset["name"], &preset["unsigned"]),
        (&json!("web"), &json!(false))
    );
    assert_eq!(answer("root_folders")["folders"][0]["path"], "trips");
    let folders = answer("subfolders");
    assert_eq!(folders["folders"][0]["path"], "trips/spring");
    assert_eq!(folders["folders"][0]["name"], "spring");
    assert_eq!(folders["total_count"], 1);
    assert_eq!(answer("usage")["resources"], 1);
    assert!(answer("usage")["media_limits"]["image_max_size_bytes"].is_u64());
    assert_eq!(answer("config")["cloud_name"], CLOUD);
    assert_eq!(answer("config")["settings"]["folder_mode"], "dynamic");
}
