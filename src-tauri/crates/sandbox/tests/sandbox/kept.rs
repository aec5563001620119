//! What is still there after a restart.

use sandbox::{Config, Neighbour};
use serde_json::{Value, json};

use crate::support::{PNG, config, form, md5_of};

#[tokio::test]
async fn assets_tags_and_folders_survive_a_restart() {
    let folder = tempfile::TempDir::new().unwrap();
    let desk = |folder: &tempfile::TempDir| {
        let config = Config {
            port: None,
            ..config(folder)
        };
        async move {
            let sandbox = sandbox::start(config).await.unwrap();
            let client = reqwest::Client::builder().no_proxy().build().unwrap();
            (sandbox, client)
        }
    };
    let (sandbox, client) = desk(&folder).await;
    let url = sandbox.url();
    let fields =
        crate::support::signed(&[("public_id", "a"), ("tags", "x"), ("asset_folder", "f")]);
    let request = client
        .post(format!("{url}v1_1/democloud/image/upload"))
        .multipart(form(&fields, "a.png", PNG));
    let asset: Value = request.send().await.unwrap().json().await.unwrap();
    client
        .post(format!("{url}v1_1/democloud/folders/made"))
        .basic_auth("mykey", Some("mysecret"))
        .send()
        .await
        .unwrap();
    sandbox.stop().await;

    // What a crash may leave behind.
    std::fs::write(folder.path().join("assets/orphan.1"), "x").unwrap();
    std::fs::write(folder.path().join("incoming/half"), "x").unwrap();

    let (sandbox, client) = desk(&folder).await;
    assert_eq!(sandbox.url(), url);
    let got = client
        .get(asset["url"].as_str().unwrap())
        .send()
        .await
        .unwrap();
    assert_eq!(md5_of(&got.bytes().await.unwrap()), md5_of(PNG));
    let admin = |path: &str| {
        client
            .get(format!("{url}v1_1/democloud/{path}"))
            .basic_auth("mykey", Some("mysecret"))
            .send()
    };
    let again: Value = admin("resources/image/upload/a")
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(
        (&again["tags"], &again["asset_id"], &again["version"]),
        (&json!(["x"]), &asset["asset_id"], &asset["version"])
    );
    let folders: Value = admin("folders").await.unwrap().json().await.unwrap();
    let paths: Vec<&str> = folders["folders"]
        .as_array()
        .unwrap()
        .iter()
        .map(|folder| folder["path"].as_str().unwrap())
        .collect();
    assert_eq!(paths, ["f", "made"]);
    assert!(!folder.path().join("assets/orphan.1").exists());
    assert!(!folder.path().join("incoming/half").exists());
    sandbox.stop().await;
}

#[tokio::test]
async fn random_credentials_and_the_port_are_kept() {
    let folder = tempfile::TempDir::new().unwrap();
    let first = sandbox::start(Config::new(folder.path())).await.unwrap();
    let url = first.cloudinary_url();
    assert_eq!(
        (
            first.api_key().len(),
            first.api_secret().len(),
            first.cloud_name()
        ),
        (15, 27, "sandbox")
    );
    assert_eq!(
        url,
        format!(
            "cloudinary://{}:{}@sandbox?upload_prefix={}",
            first.api_key(),
            first.api_secret(),
            first.url().as_str().trim_end_matches('/')
        )
    );
    let frame = first.widget_frame_origin();
    first.stop().await;
    let second = sandbox::start(Config::new(folder.path())).await.unwrap();
    assert_eq!(
        (second.cloudinary_url(), second.widget_frame_origin()),
        (url.clone(), frame)
    );
    // Dropping it frees the folder as well.
    drop(second);
    let third = sandbox::start(Config {
        port: Some(0),
        ..Config::new(folder.path())
    })
    .await
    .unwrap();
    let port = third.url().port();
    third.stop().await;
    let fourth = sandbox::start(Config::new(folder.path())).await.unwrap();
    assert_ne!(fourth.url().port(), port);
    assert_eq!(fourth.cloudinary_url(), url);
    fourth.stop().await;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(folder.path().join("sandbox.json"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[tokio::test]
async fn given_credentials_are_not_written_down() {
    let folder = tempfile::TempDir::new().unwrap();
    let sandbox = sandbox::start(Config {
        port: None,
        ..config(&folder)
    })
    .await
    .unwrap();
    sandbox.stop().await;
    assert!(
        !std::fs::read_to_string(folder.path().join("sandbox.json"))
            .unwrap()
            .contains("mysecret")
    );
    assert!(!format!("{:?}", config(&folder)).contains("mysecret"));
}

#[tokio::test]
async fn a_neighbour_learns_the_kept_pair_and_no_other() {
    let folder = tempfile::TempDir::new().unwrap();
    let own = sandbox::start(Config {
        cloud_name: Some("mine".to_owned()),
        port: Some(0),
        ..Config::new(folder.path())
    })
    .await
    .unwrap();
    let told = Neighbour::read(folder.path(), &own.url()).unwrap().unwrap();
    assert_eq!(
        (
            told.api_key.as_str(),
            told.api_secret.as_str(),
            told.cloud_name.as_str()
        ),
        (own.api_key(), own.api_secret(), "mine")
    );
    assert_eq!(
        (told.widget_script_url, told.widget_frame_origin),
        (own.widget_script_url(), own.widget_frame_origin())
    );
    own.stop().await;
    // The folder still keeps a pair, but this one answers to another.
    let given = sandbox::start(config(&folder)).await.unwrap();
    assert!(
        Neighbour::read(folder.path(), &given.url())
            .unwrap()
            .is_none()
    );
    given.stop().await;
}
