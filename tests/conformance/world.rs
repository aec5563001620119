//! A sandbox, files to send, and questions to it that no client under test has a part in.

use std::path::PathBuf;

use app::sandbox::{Recorded, Sandbox, start};
use app::{SandboxConfig, SandboxCredentials};
use serde_json::Value;
use tempfile::TempDir;

/// The pair that this sandbox knows.
pub(crate) const KEY: &str = "571938264057193";
pub(crate) const SECRET: &str = "canary-Qb7Lw2Xk9Tz4Rn6Vc3Jm";
pub(crate) const CLOUD: &str = "conformance";

/// The size of the chunks that clients are told to send, in bytes: 5.3 MiB.
pub(crate) const CHUNK: usize = 5_557_453;

pub(crate) struct World {
    pub(crate) home: TempDir,
    pub(crate) sandbox: Sandbox,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// With a sandbox that is set up by `adjust`.
    pub(crate) async fn with(adjust: impl FnOnce(&mut SandboxConfig)) -> Self {
        let home = TempDir::new().unwrap();
        let mut config = SandboxConfig::new(home.path().join("service"));
        config.port = Some(0);
        config.cloud_name = Some(CLOUD.to_owned());
        config.credentials = Some(SandboxCredentials {
            api_key: KEY.to_owned(),
            api_secret: SECRET.to_owned(),
        });
        adjust(&mut config);
        let sandbox = start(config).await.unwrap();
        Self { home, sandbox }
    }

    /// The address with a query option added, such as `&signature_algorithm=sha256`.
    pub(crate) fn url_with(&self, secret: &str, options: &str) -> String {
        let host = self.sandbox.url();
        format!(
            "cloudinary://{KEY}:{secret}@{CLOUD}?upload_prefix={}{options}",
            host.as_str().trim_end_matches('/')
        )
    }

    pub(crate) fn url(&self) -> String {
        self.url_with(SECRET, "")
    }

    pub(crate) fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.home.path().join("files").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// The bytes behind a link of this sandbox.
    pub(crate) async fn bytes_of(&self, link: &str) -> Vec<u8> {
        let answer = reqwest::get(link).await.unwrap();
        assert_eq!(answer.status(), 200, "{link}");
        answer.bytes().await.unwrap().to_vec()
    }

    /// One asset as the Admin API tells it; `None` when there is none.
    pub(crate) async fn asset(&self, resource_type: &str, public_id: &str) -> Option<Value> {
        let mut url = self.sandbox.url();
        url.path_segments_mut()
            .unwrap()
            .extend(["v1_1", CLOUD, "resources", resource_type, "upload"])
            .extend(public_id.split('/'));
        let answer = reqwest::Client::new()
            .get(url)
            .basic_auth(KEY, Some(SECRET))
            .send()
            .await
            .unwrap();
        match answer.status().as_u16() {
            404 => None,
            200 => Some(serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()),
            status => panic!("{status} for {public_id}"),
        }
    }

    /// The POST requests with a signature that reached paths ending so, in order.
    pub(crate) fn signed(&self, ending: &str) -> Vec<Recorded> {
        self.sandbox
            .requests()
            .into_iter()
            .filter(|request| request.method == "POST" && request.path.ends_with(ending))
            .filter(|request| request.field("signature").is_some())
            .collect()
    }

    /// Every request since the start was answered 200: each signature that came verified.
    pub(crate) fn assert_all_verified(&self) {
        let requests = self.sandbox.requests();
        assert!(!requests.is_empty());
        for request in requests {
            assert_eq!(request.status, 200, "{request:?}");
        }
    }
}

/// A picture of one pixel.
pub(crate) fn picture() -> Vec<u8> {
    b"\x89PNG\x0d\x0a\x1a\x0a\x00\x00\x00\x0dIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde\x00\x00\x00\x0cIDATx\x9cc\xe0\xce\x8e\x05\x00\x01X\x00\xd4\x07t\x17\xb7\x00\x00\x00\x00IEND\xaeB`\x82"
        .to_vec()
}

/// Bytes that differ at every place and from run to run do not: `length` of them.
pub(crate) fn noise(length: usize) -> Vec<u8> {
    let mut random = Random::new(length as u64);
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        bytes.extend_from_slice(&random.next().to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}

/// Numbers that look random and are the same in every run (xorshift64*), so that a failure can be repeated.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed ^ 0x9E37_79B9_7F4A_7C15)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// A number below `limit`.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).unwrap()
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}
