//! A sandbox with assets that were there before.

use std::collections::BTreeMap;
use std::path::PathBuf;

use app::sandbox::{self, Config, Credentials, Sandbox, SignatureModel, UploadPreset};
use reqwest::Client;
use reqwest::multipart::{Form, Part};
use serde_json::Value;
use tempfile::TempDir;

pub(crate) const KEY: &str = "847362519283746";
pub(crate) const SECRET: &str = "not-a-secret-of-anybody";
/// The beginning of a picture is all that the sandbox looks at.
pub(crate) const PICTURE: &[u8] =
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x03\0\0\0\x02\x08\x06\0\0\0rest";
const CLOUD: &str = "replayed";

pub(crate) struct Service {
    sandbox: Sandbox,
    pub(crate) client: Client,
    _home: TempDir,
}

/// The picture that everybody is after.
pub(crate) struct Victim {
    pub(crate) asset_id: String,
    pub(crate) version_id: String,
}

impl Service {
    pub(crate) async fn start(model: SignatureModel) -> Self {
        let home = TempDir::new().unwrap();
        let mut config = Config::new(home.path().join("service"));
        config.port = Some(0);
        config.cloud_name = Some(CLOUD.to_owned());
        config.credentials = Some(Credentials {
            api_key: KEY.to_owned(),
            api_secret: SECRET.to_owned(),
        });
        config.signature_model = model;
        config.signed_presets = vec![UploadPreset::new("web")];
        Self {
            sandbox: sandbox::start(config).await.unwrap(),
            client: Client::builder().no_proxy().build().unwrap(),
            _home: home,
        }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}v1_1/{CLOUD}/{path}", self.sandbox.url())
    }

    /// Puts `victim` there, as image, video and raw, public and private, and `victim/victim`, where a folder could lead.
    pub(crate) async fn put_victims(&self) -> Victim {
        let mut pictures = Vec::new();
        for kind in ["image", "video", "raw"] {
            for (id, delivery) in [
                ("victim", "private"),
                ("victim/victim", "upload"),
                ("incoming/victim", "upload"),
                ("victim", "upload"),
            ] {
                pictures.push(self.put(kind, id, delivery).await);
            }
        }
        // The last image is the public one.
        let picture = &pictures[3];
        let text = |name: &str| picture[name].as_str().unwrap().to_owned();
        Victim {
            asset_id: text("asset_id"),
            version_id: text("version_id"),
        }
    }

    async fn put(&self, kind: &str, id: &str, delivery: &str) -> Value {
        let fields = [
            ("public_id", id),
            ("type", delivery),
            ("asset_folder", "incoming"),
            ("tags", "everything"),
            ("context", "alt=old"),
            ("metadata", "colour=old"),
        ];
        let text =
            |form: Form, (name, value): (&str, &str)| form.text(name.to_owned(), value.to_owned());
        let form = fields.into_iter().fold(Form::new(), text);
        let request = self
            .client
            .post(self.url(&format!("{kind}/upload")))
            .basic_auth(KEY, Some(SECRET))
            .multipart(form.part("file", Part::bytes(PICTURE).file_name("old.png")));
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200, "{kind} {id}");
        response.json().await.unwrap()
    }

    /// All that is stored: descriptions and bytes.
    pub(crate) fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        std::fs::read_dir(self.sandbox.folder().join("assets"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| (path.clone(), std::fs::read(path).unwrap()))
            .collect()
    }
}
