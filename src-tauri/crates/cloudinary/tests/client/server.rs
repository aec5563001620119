//! The scripted server and the few lines with which a test reads what arrived.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use cloudinary::{Auth, Client, Options, ResourceType, Source, Target, Upload, UploadParams};
use secrecy::SecretString;
use serde_json::{Value, json};
use sha1::{Digest, Sha1};

pub(crate) const SECRET: &str = "CANARY-secret-of-the-account";
pub(crate) const KEY: &str = "123456789012345";

/// One request as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) path_and_query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    pub(crate) connection: std::net::SocketAddr,
}

#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    hits: Arc<AtomicUsize>,
}

impl Server {
    /// Answers every request, read in full, with what the script says.
    pub(crate) async fn start<R: IntoResponse>(
        script: impl Fn(&Seen) -> R + Clone + Send + Sync + 'static,
    ) -> Self {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&seen);
        let mut server = Self::raw(move |connection, request| {
            let (script, log) = (script.clone(), Arc::clone(&log));
            async move {
                let (parts, body) = request.into_parts();
                let Ok(body) = to_bytes(body, usize::MAX).await else {
                    return axum::http::StatusCode::BAD_REQUEST.into_response();
                };
                let one = Seen {
                    method: parts.method.to_string(),
                    path_and_query: parts.uri.to_string(),
                    headers: parts.headers,
                    body: body.to_vec(),
                    connection,
                };
                log.lock().unwrap().push(one.clone());
                script(&one).into_response()
            }
        })
        .await;
        server.seen = seen;
        server
    }

    /// Hands over the request with its body unread.
    pub(crate) async fn raw<F>(
        script: impl Fn(std::net::SocketAddr, Request) -> F + Clone + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Response> + Send + 'static,
    {
        let hits = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&hits);
        let app = axum::Router::new().fallback(
            move |ConnectInfo(from): ConnectInfo<std::net::SocketAddr>, request: Request<Body>| {
                counter.fetch_add(1, Ordering::SeqCst);
                script(from, request)
            },
        );
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let service = app.into_make_service_with_connect_info::<std::net::SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        Self {
            url,
            seen: Arc::default(),
            hits,
        }
    }

    /// The good answer to an upload, whatever was sent.
    pub(crate) async fn accepting() -> Self {
        Self::start(|_| axum::Json(asset_json())).await
    }

    pub(crate) fn hits(&self) -> usize {
        self.hits.load(Ordering::SeqCst)
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    pub(crate) fn only_request(&self) -> Seen {
        let seen = self.seen();
        assert_eq!(seen.len(), 1, "exactly one request");
        seen[0].clone()
    }

    pub(crate) fn target(&self) -> Target {
        target_at(&self.url)
    }

    pub(crate) fn unsigned_target(&self) -> Target {
        Target {
            auth: Auth::Unsigned {
                upload_preset: "open".into(),
            },
            ..self.target()
        }
    }
}

pub(crate) fn target_at(url: &str) -> Target {
    Target {
        host: url.parse().unwrap(),
        cloud_name: "democloud".into(),
        auth: Auth::Signed {
            api_key: KEY.into(),
            secret: SecretString::from(SECRET),
            scheme: signing::Scheme::default(),
        },
    }
}

/// One for all tests: building it reads the system's certificates.
pub(crate) fn client() -> Client {
    static CLIENT: OnceLock<Client> = OnceLock::new();
    CLIENT
        .get_or_init(|| Client::new(Options::default()).unwrap())
        .clone()
}

pub(crate) fn upload(source: Source, params: Value) -> Upload {
    Upload {
        source,
        file_name: None,
        resource_type: ResourceType::Image,
        params: serde_json::from_value::<UploadParams>(params).unwrap(),
        chunk: None,
        clock_offset_seconds: 0,
    }
}

pub(crate) fn bytes(name: &str, content: &[u8]) -> Source {
    Source::Bytes {
        name: name.into(),
        bytes: content.to_vec().into(),
    }
}

pub(crate) fn file(path: &std::path::Path) -> Source {
    Source::File {
        path: path.into(),
        identity: None,
        range: None,
    }
}

pub(crate) fn asset_json() -> Value {
    json!({"public_id": "a", "version": 1, "asset_id": "0".repeat(32), "resource_type": "image", "type": "upload"})
}

/// A part of a multipart body: its header lines and its content.
pub(crate) type Part = (String, Vec<u8>);

/// Cuts a body at its boundary, byte for byte; any deviation from the grammar fails.
pub(crate) fn parts(seen: &Seen) -> Vec<Part> {
    let kind = seen.headers["content-type"].to_str().unwrap();
    let boundary = kind.strip_prefix("multipart/form-data; boundary=").unwrap();
    let open = format!("--{boundary}\r\n");
    let between = format!("\r\n--{boundary}\r\n");
    let close = format!("\r\n--{boundary}--\r\n");
    let mut rest = seen
        .body
        .strip_prefix(open.as_bytes())
        .expect("opening boundary");
    rest = rest
        .strip_suffix(close.as_bytes())
        .expect("closing boundary");
    let mut parts = Vec::new();
    loop {
        let end = find(rest, between.as_bytes());
        let part = &rest[..end.unwrap_or(rest.len())];
        let head = find(part, b"\r\n\r\n").expect("headers end");
        let lines = String::from_utf8(part[..head].to_vec()).unwrap();
        parts.push((lines, part[head + 4..].to_vec()));
        match end {
            Some(end) => rest = &rest[end + between.len()..],
            None => return parts,
        }
    }
}

pub(crate) fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack
        .windows(needle.len())
        .position(|window| window == needle)
}

/// The text fields by name.
pub(crate) fn fields(seen: &Seen) -> BTreeMap<String, String> {
    parts(seen)
        .into_iter()
        .filter(|(head, _)| !head.contains("filename"))
        .map(|(head, value)| {
            let name = head
                .strip_prefix("Content-Disposition: form-data; name=\"")
                .unwrap();
            let name = name.strip_suffix('"').unwrap();
            (name.to_owned(), String::from_utf8(value).unwrap())
        })
        .collect()
}

/// Version 2, SHA-1, in a few lines of its own.
pub(crate) fn expected_signature(fields: &BTreeMap<String, String>) -> String {
    let text: Vec<String> = fields
        .iter()
        .filter(|(name, _)| !["api_key", "signature", "file"].contains(&name.as_str()))
        .map(|(name, value)| format!("{name}={value}").replace('&', "%26"))
        .collect();
    hex::encode(Sha1::digest(text.join("&") + SECRET))
}
