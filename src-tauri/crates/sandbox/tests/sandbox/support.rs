//! A sandbox in a temporary folder and a plain HTTP client; signatures are made here with the few lines the service documents.

use std::collections::BTreeMap;

use md5::{Digest, Md5};
use reqwest::multipart::{Form, Part};
use reqwest::{Client, Response};
use sandbox::{Config, Credentials, Sandbox};
use serde_json::Value;
use sha1::Sha1;
use tempfile::TempDir;

pub(crate) const KEY: &str = "mykey";
pub(crate) const SECRET: &str = "mysecret";
pub(crate) const CLOUD: &str = "democloud";
/// A one-pixel picture.
pub(crate) const PNG: &[u8] =
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x03\0\0\0\x02\x08\x06\0\0\0rest";

pub(crate) struct Desk {
    pub(crate) sandbox: Sandbox,
    pub(crate) client: Client,
    pub(crate) folder: TempDir,
}

pub(crate) fn config(folder: &TempDir) -> Config {
    let mut config = Config::new(folder.path());
    config.port = Some(0);
    config.cloud_name = Some(CLOUD.to_owned());
    config.credentials = Some(Credentials {
        api_key: KEY.to_owned(),
        api_secret: SECRET.to_owned(),
    });
    config
}

impl Desk {
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = TempDir::new().unwrap();
        let mut config = config(&folder);
        change(&mut config);
        let sandbox = sandbox::start(config).await.unwrap();
        Self {
            sandbox,
            client: Client::builder().no_proxy().build().unwrap(),
            folder,
        }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}v1_1/{CLOUD}/{path}", self.sandbox.url())
    }

    pub(crate) async fn admin(&self, path: &str) -> Response {
        self.client
            .get(self.url(path))
            .basic_auth(KEY, Some(SECRET))
            .send()
            .await
            .unwrap()
    }

    pub(crate) async fn admin_json(&self, path: &str) -> Value {
        self.admin(path).await.json().await.unwrap()
    }

    /// Signed fields, urlencoded.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        self.client
            .post(self.url(path))
            .form(&signed(fields))
            .send()
            .await
            .unwrap()
    }

    /// A signed multipart upload.
    pub(crate) async fn upload(
        &self,
        path: &str,
        name: &str,
        bytes: &[u8],
        fields: &[(&str, &str)],
    ) -> Response {
        self.client
            .post(self.url(path))
            .multipart(form(&signed(fields), name, bytes))
            .send()
            .await
            .unwrap()
    }

    pub(crate) async fn uploaded(
        &self,
        path: &str,
        name: &str,
        bytes: &[u8],
        fields: &[(&str, &str)],
    ) -> Value {
        let response = self.upload(path, name, bytes, fields).await;
        assert_eq!(response.status(), 200);
        response.json().await.unwrap()
    }

    /// One chunk under `id`, with the given `Content-Range`.
    pub(crate) async fn chunk(&self, id: &str, range: &str, bytes: &[u8]) -> Response {
        let request = self
            .client
            .post(self.url("raw/upload"))
            .header("Content-Range", range)
            .header("X-Unique-Upload-Id", id);
        request
            .multipart(form(&signed(&[("public_id", "big.bin")]), "big.bin", bytes))
            .send()
            .await
            .unwrap()
    }
}

pub(crate) fn form(fields: &[(String, String)], name: &str, bytes: &[u8]) -> Form {
    let form = fields.iter().fold(Form::new(), |form, (name, value)| {
        form.text(name.clone(), value.clone())
    });
    form.part(
        "file",
        Part::bytes(bytes.to_vec()).file_name(name.to_owned()),
    )
}

/// The fields with timestamp, key and a version 2 SHA-1 signature.
pub(crate) fn signed(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    let now = jiff::Timestamp::now().as_second().to_string();
    let mut all: Vec<(String, String)> = fields
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    if !fields.iter().any(|(name, _)| *name == "timestamp") {
        all.push(("timestamp".to_owned(), now));
    }
    let mut counted: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, value) in all
        .iter()
        .filter(|(name, value)| !name.starts_with("file[") && name != "file" && !value.is_empty())
    {
        counted
            .entry(name.trim_end_matches("[]"))
            .or_default()
            .push(value);
    }
    let pairs: Vec<String> = counted
        .iter()
        .map(|(name, values)| format!("{name}={}", values.join(",")).replace('&', "%26"))
        .collect();
    let signature = hex::encode(Sha1::digest(format!("{}{SECRET}", pairs.join("&"))));
    all.push(("signature".to_owned(), signature));
    all.push(("api_key".to_owned(), KEY.to_owned()));
    all
}

pub(crate) fn md5_of(bytes: &[u8]) -> String {
    hex::encode(Md5::digest(bytes))
}

/// The error text, checked to be the same in body and header.
pub(crate) async fn refusal(response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    let header = response
        .headers()
        .get("x-cld-error")
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    assert!(response.headers().contains_key("x-request-id"));
    let body: Value = response.json().await.unwrap();
    let message = body["error"]["message"].as_str().unwrap().to_owned();
    assert_eq!(header.as_deref(), Some(message.as_str()));
    (status, message)
}
