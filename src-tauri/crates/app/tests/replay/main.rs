//! The proof behind "signatures on purpose": whatever the policy lets `sign_params` sign is good for uploads of new assets,
//! and for nothing else, whichever of the two ways the service counts what is signed.
//!
//! Many requests are made up ([`sets`]), from what the widget asks to what an attacker would; the policy judges them; what it
//! approves is signed and tried at every other call of the sandbox ([`attack`]), which checks signatures with code of its own.
//! A refusal before the call counts as shut, anything else as a break, and what was stored before must be there byte for byte.
//!
//! That this can fail is shown by [`a_policy_that_is_too_kind_is_found`], which tries sets that a weaker policy would approve,
//! and was seen by weakening the real one. `public_id` or `tags` admitted: `destroy`, `explicit`, `download` or
//! `generate_archive` open where the service counts everything. `source` no longer required, on top of that: assets are
//! deleted and downloaded where it counts what it knows as well. `source` not required and nothing else: no call opens, because no name that is left is enough
//! for any other call; it is the second lock on the same door, and [`what_is_approved_has_one_reading`] holds it shut.
//! `use_filename` together with a preset: a file's name replaces what is stored, which is how that rule came to be.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod attack;
mod service;
mod sets;

use app::sandbox::SignatureModel;
use proptest::prelude::*;
use reqwest::Method;
use secrecy::SecretString;
use signing::{Algorithm, Params, Scheme, Version, field_text, sign, string_to_sign};

use crate::attack::{Door, doors, is_shut, replay, send};
use crate::service::{KEY, SECRET, Service};
use crate::sets::{KNOWN, approved, asked};

const MODELS: [SignatureModel; 2] = [SignatureModel::Whitelist, SignatureModel::All];
/// How many requests are made up, and how many of the approved ones are tried at the doors at most.
const REQUESTS: usize = 6_000;
const TRIED: usize = 8;

fn now() -> i64 {
    let now = std::time::SystemTime::now();
    let since = now.duration_since(std::time::UNIX_EPOCH).unwrap();
    i64::try_from(since.as_secs()).unwrap()
}

fn secret() -> SecretString {
    SecretString::from(SECRET)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_policy_signs_opens_no_other_call_and_touches_nothing_that_was_there() {
    let now = now();
    let sets = approved(now, REQUESTS, TRIED);
    assert!(sets.len() > 6, "too few were approved: {sets:?}");
    for model in MODELS {
        let service = Service::start(model).await;
        let doors = doors(&service.put_victims().await);
        let before = service.files();
        for (number, set) in sets.iter().enumerate() {
            let scheme = Scheme {
                algorithm: [Algorithm::Sha1, Algorithm::Sha256][number % 2],
                version: [Version::Two, Version::One][number / 2 % 2],
            };
            let (signed, signature) = (
                string_to_sign(set, scheme.version),
                sign(set, &secret(), scheme),
            );
            let broken = replay(&service, &doors, &signed, &signature).await;
            assert!(broken.is_empty(), "{model:?} {signed}: {broken:#?}");
        }
        let after = service.files();
        for (path, bytes) in &before {
            assert_eq!(after.get(path), Some(bytes), "{model:?} {}", path.display());
        }
        // The signatures were good: they did what they are for.
        assert!(
            after.len() > before.len(),
            "{model:?}: no upload went through"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4_000) })]

    /// No name of another call, the name that only uploads know, and a text that reads one way in both versions.
    #[test]
    fn what_is_approved_has_one_reading(request in asked(1_795_473_338)) {
        let Some(approved) = request.review(1_795_473_338) else {
            return Ok(());
        };
        let text = string_to_sign(&approved, Version::One);
        prop_assert_eq!(&text, &string_to_sign(&approved, Version::Two));
        prop_assert!(!text.contains("%26"), "{}", text);
        let read: Vec<&str> = text.split('&').map(|piece| piece.split('=').next().unwrap()).collect();
        let names: Vec<&str> = approved.iter().map(|(name, _)| name).collect();
        prop_assert_eq!(&read, &names, "{}", text);
        let source = approved.get("source").and_then(field_text);
        prop_assert_eq!(source.as_deref(), Some("uw"));
        prop_assert!(approved.contains("timestamp"));
        for needed in ["public_id", "public_ids", "asset_id", "from_public_id", "tags", "tag", "text", "urls", "token"] {
            prop_assert!(!approved.contains(needed), "{}", text);
        }
    }
}

#[test]
fn enough_is_approved_and_enough_refused() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let strategy = asked(1_795_473_338);
    let (mut approved, mut names) = (0, std::collections::BTreeSet::new());
    for _ in 0..2_000 {
        let request = proptest::strategy::Strategy::new_tree(&strategy, &mut runner).unwrap();
        let request = proptest::strategy::ValueTree::current(&request);
        approved += usize::from(request.review(1_795_473_338).is_some());
        names.extend(request.params.iter().map(|(name, _)| name.to_owned()));
    }
    assert!((200..1_800).contains(&approved), "{approved} of 2000");
    for name in KNOWN {
        assert!(names.contains(*name), "{name} was never asked for");
    }
}

/// Each call does what it says for whoever signs for it: a door that is shut to everybody would prove nothing.
#[tokio::test(flavor = "multi_thread")]
async fn every_door_opens_to_its_owner() {
    for model in MODELS {
        let service = Service::start(model).await;
        let count = doors(&service.put_victims().await).len();
        for number in 0..count {
            let victim = service.put_victims().await;
            let door = &doors(&victim)[number];
            if door.path == "delete_by_token" {
                // It has no signature; nobody guesses a token.
                continue;
            }
            let (status, answer) = by_owner(&service, door).await;
            assert!(
                !is_shut(status, &answer) && status != 404,
                "{model:?} {}: {status} {answer}",
                door.path
            );
        }
    }
}

async fn by_owner(service: &Service, door: &Door) -> (u16, String) {
    let mut params = Params::new();
    params.insert("timestamp", now());
    for (name, value) in &door.needs {
        params.insert(name.trim_end_matches("[]"), value.as_str());
    }
    let mut fields = door.needs.clone();
    fields.push(("timestamp".to_owned(), now_of(&params)));
    fields.push((
        "signature".to_owned(),
        sign(&params, &secret(), Scheme::default()),
    ));
    fields.push(("api_key".to_owned(), KEY.to_owned()));
    let (address, body) = match door.method {
        Method::GET => (fields, Vec::new()),
        _ => (Vec::new(), fields),
    };
    send(&service.client, service, door, &address, &body).await
}

fn now_of(params: &Params) -> String {
    params.get("timestamp").and_then(field_text).unwrap()
}

/// What a policy would approve that let one thing more through.
#[tokio::test(flavor = "multi_thread")]
async fn a_policy_that_is_too_kind_is_found() {
    let [whitelist, all] = MODELS;
    let source = ("source", "uw");
    let id = ("public_id", "victim");
    let tags = ("tags", "everything");
    let two = Version::Two;

    // `public_id`: the service that counts everything lets it through, and `source` makes no difference to it.
    let found = attacked(&[id, source], two, all).await;
    for call in [
        "image/destroy",
        "raw/explicit",
        "video/download",
        "image/upload",
    ] {
        assert!(found.opened(call), "{call}: {:?}", found.paths);
    }
    assert!(found.touched);
    // The one that counts what each call knows deletes only where `source` is not required.
    assert!(!attacked(&[id, source], two, whitelist).await.deleted);
    assert!(attacked(&[id], two, whitelist).await.deleted);

    // Tags, which an archive takes for what it is to hold.
    assert!(
        attacked(&[tags, source], two, all)
            .await
            .opened("image/generate_archive")
    );
    assert!(
        attacked(&[tags], two, whitelist)
            .await
            .opened("image/generate_archive")
    );

    // An `&` in a value, in the version that does not escape it.
    let hidden = [("context", "a=1&public_id=victim"), source];
    assert!(
        attacked(&hidden, Version::One, all)
            .await
            .opened("image/destroy")
    );

    // A file's name as the public ID: asked for, or brought about by a neighbour in the text.
    for (unique, more) in [("0", source), ("1", ("upload_preset", "web"))] {
        let named = [
            ("use_filename", "1"),
            ("unique_filename", unique),
            source,
            more,
        ];
        let found = attacked(&named, two, whitelist).await;
        assert!(
            found.opened("image/upload") && found.touched,
            "{:?}",
            found.paths
        );
    }
}

struct Found {
    paths: Vec<String>,
    /// Whether something that was stored is not as it was.
    touched: bool,
    /// Whether something that was stored is gone.
    deleted: bool,
}

impl Found {
    fn opened(&self, path: &str) -> bool {
        self.paths.iter().any(|one| one == path)
    }
}

/// Signs without asking the policy, and tries every door.
async fn attacked(pairs: &[(&str, &str)], version: Version, model: SignatureModel) -> Found {
    let service = Service::start(model).await;
    let doors = doors(&service.put_victims().await);
    let before = service.files();
    let mut params = Params::new();
    params.insert("timestamp", now());
    for (name, value) in pairs {
        params.insert(*name, *value);
    }
    let scheme = Scheme {
        version,
        ..Scheme::default()
    };
    let signature = sign(&params, &secret(), scheme);
    let broken = replay(
        &service,
        &doors,
        &string_to_sign(&params, version),
        &signature,
    )
    .await;
    let after = service.files();
    Found {
        paths: broken.into_iter().map(|one| one.path).collect(),
        deleted: before.keys().any(|path| {
            path.extension().is_some_and(|end| end == "json") && !after.contains_key(path)
        }),
        touched: before
            .iter()
            .any(|(path, bytes)| after.get(path) != Some(bytes)),
    }
}
