//! The attacker: holds a signature and the text that it covers, knows the service, and changes whatever is not covered.

use futures_util::{StreamExt, stream};
use reqwest::multipart::{Form, Part};
use reqwest::{Client, Method};
use serde_json::Value;
use url::Url;

use crate::service::{KEY, PICTURE, Service, Victim};

pub(crate) type Fields = Vec<(String, String)>;

/// A call, and what it needs to reach the victim.
pub(crate) struct Door {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) needs: Fields,
    /// Tried in every shape, or in the plain ones only: the type in the path is never signed, so one of them is enough for the rest.
    thoroughly: bool,
}

impl Door {
    pub(crate) fn is_upload(&self) -> bool {
        self.path.ends_with("upload")
    }
}

/// Something that a signature must not do, and did.
#[derive(Debug)]
pub(crate) struct Break {
    /// Read by whoever looks at a failure.
    #[expect(dead_code, reason = "shown when a test fails")]
    pub(crate) what: String,
    pub(crate) path: String,
}

/// Every other call of the service, on each type, and uploads onto what is there.
#[rustfmt::skip]
pub(crate) fn doors(victim: &Victim) -> Vec<Door> {
    let mut doors = Vec::new();
    let mut open = |method: &Method, path: String, needs: &[(&str, &str)]| {
        let thoroughly = !(path.starts_with("video/") || path.starts_with("raw/"));
        let needs = needs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        doors.push(Door { method: method.clone(), path, needs, thoroughly });
    };
    let (post, get) = (Method::POST, Method::GET);
    let id: (&str, &str) = ("public_id", "victim");
    let ids: (&str, &str) = ("public_ids[]", "victim");
    for kind in ["image", "video", "raw"] {
        let at = |call: &str| format!("{kind}/{call}");
        open(&post, at("rename"), &[("from_public_id", "victim"), ("to_public_id", "stolen")]);
        open(&post, at("explicit"), &[id, ("type", "upload"), ("tags", "owned")]);
        open(&post, at("explode"), &[id, ("transformation", "pg_all")]);
        open(&post, at("tags"), &[("command", "add"), ids, ("tag", "owned")]);
        open(&post, at("context"), &[("command", "add"), ids, ("context", "alt=owned")]);
        open(&post, at("metadata"), &[("metadata", "colour=owned"), ids]);
        open(&get, at("download"), &[id]);
        open(&get, at("download"), &[id, ("type", "private")]);
        open(&get, at("download_tag.zip"), &[("tag", "everything")]);
        open(&post, at("generate_archive"), &[("tags", "everything")]);
        open(&post, at("sprite"), &[("tag", "everything")]);
        open(&post, at("multi"), &[("tag", "everything")]);
        open(&post, at("upload"), &[id, ("overwrite", "1")]);
        open(&post, at("upload"), &[("folder", "victim"), ("use_filename", "1"), ("unique_filename", "0"), ("filename_override", "victim")]);
        open(&post, at("destroy"), &[id]);
    }
    open(&post, "upload".to_owned(), &[id]);
    open(&post, "auto/upload".to_owned(), &[id, ("type", "private")]);
    open(&get, "all/generate_archive".to_owned(), &[("mode", "download"), ("prefixes[]", "vic")]);
    open(&post, "all/generate_archive".to_owned(), &[("mode", "download"), ids]);
    open(&post, "image/generate_archive".to_owned(), &[("asset_folders", "incoming")]);
    open(&post, "image/text".to_owned(), &[("text", "owned"), id]);
    open(&get, "download_backup".to_owned(), &[("asset_id", &victim.asset_id), ("version_id", &victim.version_id)]);
    open(&post, "delete_by_token".to_owned(), &[("token", "0000000000000000000000000000000000000000000000000000000000000000")]);
    open(&post, "asset/destroy".to_owned(), &[("asset_id", &victim.asset_id)]);
    doors
}

/// Tries a signature at every door in every shape. `signed` is the text that it covers.
pub(crate) async fn replay(
    service: &Service,
    doors: &[Door],
    signed: &str,
    signature: &str,
) -> Vec<Break> {
    let attempts: Vec<(&Door, Fields, Fields)> = doors
        .iter()
        .flat_map(|door| {
            shapes(signed, door)
                .into_iter()
                .map(move |(address, body)| (door, address, body))
        })
        .collect();
    stream::iter(attempts)
        .map(|(door, address, body)| knock(service, door, address, body, signature))
        .buffer_unordered(8)
        .filter_map(std::future::ready)
        .collect()
        .await
}

/// What may be sent for one signature: fields for the address, and fields for the body.
///
/// Where the service counts only what a call knows, anything unknown may come along and be left out; where it counts all that
/// it got, the text must come out the same, but its pieces may be taken for other fields than they were.
fn shapes(signed: &str, door: &Door) -> Vec<(Fields, Fields)> {
    let needs = &door.needs;
    let pieces: Vec<&str> = signed.split('&').collect();
    let plain = read(&pieces);
    let time = |fields: &Fields| -> Fields {
        let is_time = |field: &&(String, String)| field.0 == "timestamp";
        fields.iter().filter(is_time).cloned().collect()
    };
    let with = |fields: &Fields, more: &Fields| [fields.as_slice(), more].concat();
    let controls: Fields = [
        ("resource_type", "raw"),
        ("cloud_name", "x"),
        ("unsigned", "1"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();

    let mut bodies = vec![
        plain.clone(),
        with(&plain, needs),
        with(&time(&plain), needs),
    ];
    let mut all = Vec::new();
    if door.thoroughly {
        bodies.push(with(needs, &plain));
        bodies.push(with(&with(&plain, needs), &controls));
        for merged in merges(&pieces) {
            bodies.push(with(&merged, needs));
            bodies.push(merged);
        }
        for (position, (name, value)) in needs.iter().enumerate() {
            bodies.push(with(&plain, &vec![(name.clone(), value.clone())]));
            // What is signed, hidden behind the need in version 1, and the need as a list of one.
            let mut swallowing = with(&time(&plain), needs);
            let at = swallowing.len() - needs.len() + position;
            swallowing[at].1 = format!("{value}&{signed}");
            bodies.push(swallowing);
            let list = format!("{}[]", name.trim_end_matches("[]"));
            bodies.push(with(&plain, &vec![(list, value.clone())]));
        }
        let unescaped = signed.replace("%26", "&");
        let parts: Vec<&str> = unescaped.split('&').collect();
        bodies.push(read(&parts));
        bodies.push(with(&read(&parts), needs));
        all.push((needs.clone(), plain.clone()));
        all.push((plain, needs.clone()));
    }
    all.extend(bodies.into_iter().map(|body| (Vec::new(), body)));
    all
}

/// Pieces as fields: up to the first `=` is the name.
fn read(pieces: &[&str]) -> Fields {
    let split = |piece: &&str| {
        let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
        (name.to_owned(), value.to_owned())
    };
    pieces.iter().map(split).collect()
}

/// Neighbours taken for one field, as version 1 allows: each two, and all that follow the first.
fn merges(pieces: &[&str]) -> Vec<Fields> {
    let end = pieces.len();
    let pairs = (1..end).map(|second| (second - 1, second + 1));
    let ranges = pairs.chain((end > 2).then_some((0, end)));
    ranges
        .map(|(first, after)| {
            let merged = pieces[first..after].join("&");
            let mut parts = pieces[..first].to_vec();
            parts.push(&merged);
            parts.extend(&pieces[after..]);
            read(&parts)
        })
        .collect()
}

/// One attempt; `None` when the door stayed shut.
async fn knock(
    service: &Service,
    door: &Door,
    mut address: Fields,
    mut body: Fields,
    signature: &str,
) -> Option<Break> {
    body.push(("api_key".to_owned(), KEY.to_owned()));
    body.push(("signature".to_owned(), signature.to_owned()));
    if door.method == Method::GET {
        address.append(&mut body);
    }
    let sent = format!("{} {}: {address:?} {body:?}", door.method, door.path);
    let (status, answer) = send(&service.client, service, door, &address, &body).await;
    let opened = if door.is_upload() {
        // Another upload: cannot be helped. That it leaves what is there alone is looked at here and in the store.
        answer.contains("\"overwritten\"") || answer.contains("\"existing\"")
    } else {
        !is_shut(status, &answer)
    };
    opened.then(|| Break {
        what: format!("{sent} -> {status} {answer}"),
        path: door.path.clone(),
    })
}

pub(crate) async fn send(
    client: &Client,
    service: &Service,
    door: &Door,
    address: &Fields,
    body: &Fields,
) -> (u16, String) {
    let mut url = Url::parse(&service.url(&door.path)).unwrap();
    if !address.is_empty() {
        url.query_pairs_mut().extend_pairs(address);
    }
    let mut request = client.request(door.method.clone(), url);
    if door.is_upload() {
        // Under the victim's name: what makes public IDs out of file names would lead there.
        let file = Part::bytes(PICTURE).file_name("victim.png");
        let text =
            |form: Form, (name, value): &(String, String)| form.text(name.clone(), value.clone());
        request = request.multipart(body.iter().fold(Form::new(), text).part("file", file));
    } else if door.method == Method::POST {
        request = request.form(body);
    }
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let bytes = response.bytes().await.unwrap();
    (status, String::from_utf8_lossy(&bytes).into_owned())
}

/// The refusals that mean that nobody got in. Any other answer, a "not found" included, means that the call was carried out.
pub(crate) fn is_shut(status: u16, answer: &str) -> bool {
    let body: Value = serde_json::from_str(answer).unwrap_or_default();
    let said = body["error"]["message"].as_str().unwrap_or_default();
    match status {
        401 => said.starts_with("Invalid Signature"),
        400 => [
            "Missing required parameter",
            "Invalid timestamp",
            "Invalid token",
        ]
        .iter()
        .any(|beginning| said.starts_with(beginning)),
        _ => false,
    }
}
