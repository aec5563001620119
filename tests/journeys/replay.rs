//! A signature that the widget may have, tried at every other door of the service.

use app::contract::{Commands, SignParams};
use app::sandbox::SignatureModel;
use app::signing::Params;
use app::{SignRequest, SignedText};
use reqwest::multipart::Form;
use serde_json::{Map, Value, json};

use crate::world::{KEY, SECRET, World, png};

type Fields = Vec<(String, String)>;

/// Each other call, and what it needs to harm the asset `victim`.
const CALLS: [(&str, &[(&str, &str)]); 7] = [
    ("image/destroy", &[("public_id", "victim")]),
    ("asset/destroy", &[("asset_id", "ASSET-ID")]),
    (
        "image/rename",
        &[("from_public_id", "victim"), ("to_public_id", "stolen")],
    ),
    (
        "image/explicit",
        &[
            ("public_id", "victim"),
            ("type", "upload"),
            ("tags", "owned"),
        ],
    ),
    (
        "image/tags",
        &[
            ("public_ids[]", "victim"),
            ("command", "add"),
            ("tag", "owned"),
        ],
    ),
    (
        "image/context",
        &[
            ("public_ids[]", "victim"),
            ("command", "add"),
            ("context", "alt=owned"),
        ],
    ),
    (
        "image/metadata",
        &[("public_ids[]", "victim"), ("metadata", "colour=owned")],
    ),
];

/// What the policy approves for a window that was opened without a folder: alone, and with all that may be added.
fn approved_sets() -> Vec<Map<String, Value>> {
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_secs();
    [
        json!({}),
        json!({ "use_filename": true, "unique_filename": true }),
        json!({ "custom_coordinates": "0,0,10,10", "face_coordinates": "1,2,3,4|5,6,7,8" }),
        json!({ "use_filename": "1", "unique_filename": "1", "custom_coordinates": "0,0,10,10", "context": "" }),
    ]
    .into_iter()
    .map(|more| {
        let mut set = more.as_object().unwrap().clone();
        set.insert("source".to_owned(), json!("uw"));
        set.insert("timestamp".to_owned(), json!(now));
        set
    })
    .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approved_signature_opens_no_other_endpoint() {
    let client = reqwest::Client::new();
    for model in [SignatureModel::Whitelist, SignatureModel::All] {
        let world = World::with(|config| config.signature_model = model).await;
        let account = world.add_account().await;
        let victim = put(&world, &account).await;
        let id = victim["asset_id"].as_str().unwrap();
        Commands::open_widget(&world.aloft).await.unwrap();
        let before = everything(&world).await;

        for set in approved_sets() {
            let request = SignParams {
                params_to_sign: set.clone(),
            };
            let signature = world.aloft.sign_params(&request).await.unwrap().signature;
            let signed: Fields = set
                .iter()
                .map(|(name, value)| (name.clone(), text(value)))
                .collect();
            for (call, needs) in CALLS {
                let needs = fields(needs, id);
                for replay in replays(&signed, &needs) {
                    let status = post(&world, &client, call, &[], &replay, &signature).await;
                    assert!(status >= 400, "{model:?} {call}: {replay:?}: {status}");
                }
                let status = post(&world, &client, call, &needs, &signed, &signature).await;
                assert!(status >= 400, "{model:?} {call}, in the address: {status}");
            }
        }
        assert_eq!(everything(&world).await, before, "{model:?}");

        // The same calls, signed with the secret by hand, do what they say: the replays were well formed.
        for call in ["image/tags", "image/destroy"] {
            let (_, needs) = CALLS.iter().find(|(name, _)| *name == call).unwrap();
            let mut needs = fields(needs, id);
            needs.push((
                "timestamp".to_owned(),
                text(&approved_sets()[0]["timestamp"]),
            ));
            let signature = by_hand(&world, &account, &needs).await.signature;
            assert_eq!(
                post(&world, &client, call, &[], &needs, &signature).await,
                200,
                "{call}"
            );
        }
        assert_ne!(everything(&world).await, before, "{model:?}");
    }
}

/// The shapes in which a signed set could be passed off as what the call needs.
fn replays(signed: &Fields, needs: &Fields) -> Vec<Fields> {
    let timestamp: Fields = signed
        .iter()
        .filter(|(name, _)| name == "timestamp")
        .cloned()
        .collect();
    // In version 1 a value with & signs like two parameters: the needs hidden in it, and it hidden in them.
    let hidden = needs
        .iter()
        .map(|(name, value)| format!("{}={value}", name.trim_end_matches("[]")))
        .collect::<Vec<_>>()
        .join("&");
    let rest = signed
        .iter()
        .filter(|(name, _)| name != "timestamp")
        .map(|(name, value)| format!("{name}={value}"))
        .collect::<Vec<_>>()
        .join("&");
    let with = |base: &Fields, more: &[(String, String)]| [base.as_slice(), more].concat();
    let mut all = vec![
        signed.clone(),
        with(signed, needs),
        with(needs, signed),
        with(&timestamp, needs),
        with(&timestamp, &[("source".to_owned(), format!("uw&{hidden}"))]),
    ];
    for (name, value) in needs {
        all.push(with(signed, &[(name.clone(), value.clone())]));
        // The need's value takes the signed names in.
        let mut swallowing = with(&timestamp, needs);
        for field in &mut swallowing {
            if field.0 == *name {
                field.1 = format!("{value}&{rest}");
            }
        }
        all.push(swallowing);
    }
    all
}

fn fields(pairs: &[(&str, &str)], asset_id: &str) -> Fields {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.replace("ASSET-ID", asset_id)))
        .collect()
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// Sends what is in `query` in the address and the rest as a form.
async fn post(
    world: &World,
    client: &reqwest::Client,
    call: &str,
    query: &[(String, String)],
    body: &[(String, String)],
    signature: &str,
) -> u16 {
    let mut url = world
        .sandbox
        .url()
        .join(&format!("/v1_1/Journey-Cloud/{call}"))
        .unwrap();
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    let mut form = Form::new()
        .text("api_key", KEY)
        .text("signature", signature.to_owned());
    for (name, value) in body {
        form = form.text(name.clone(), value.clone());
    }
    let sent = client.post(url).multipart(form).send();
    sent.await.unwrap().status().as_u16()
}

async fn by_hand(world: &World, account: &app::Account, fields: &[(String, String)]) -> SignedText {
    let mut params = Params::new();
    for (name, value) in fields {
        match name.strip_suffix("[]") {
            Some(name) => params.insert(name, vec![value.as_str()]),
            None => params.insert(name.as_str(), value.as_str()),
        };
    }
    let request = SignRequest {
        params,
        algorithm: None,
        version: None,
        any: true,
    };
    world.aloft.sign(account, &request).await.unwrap()
}

/// Uploads the asset that is to be harmed, with a file of its own, and answers what the service says of it.
async fn put(world: &World, account: &app::Account) -> Value {
    let options = app::UploadOptions {
        choices: app::contract::Choices {
            public_id: app::contract::PublicIdChoice::Exact {
                id: "victim".to_owned(),
            },
            ..app::contract::Choices::default()
        },
        ..app::UploadOptions::default()
    };
    let file = world.file("victim.png", &png("victim"));
    world.upload(account, vec![file], &options).await;
    admin(world, "resources/image/upload/victim").await
}

/// All that the service holds, as the account's owner sees it.
async fn everything(world: &World) -> Vec<Value> {
    let mut all = Vec::new();
    for kind in ["image", "video", "raw"] {
        let list = admin(
            world,
            &format!("resources/{kind}?tags=true&context=true&metadata=true&max_results=500"),
        )
        .await;
        all.push(list["resources"].clone());
    }
    all
}

async fn admin(world: &World, path: &str) -> Value {
    let url = world
        .sandbox
        .url()
        .join(&format!("/v1_1/Journey-Cloud/{path}"))
        .unwrap();
    let asked = reqwest::Client::new()
        .get(url)
        .basic_auth(KEY, Some(SECRET));
    asked.send().await.unwrap().json().await.unwrap()
}
