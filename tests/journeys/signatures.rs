//! How much one opening of the widget window signs, and how: each end of it is a refusal with words.

use std::time::Duration;

use app::WidgetLimits;
use app::contract::{Commands, Problem, ProblemKind, SignParams, Signed};
use app::{Consent, Keeping, SecretString};
use serde_json::{Value, json};

use crate::widget::{params, upload, wanted};
use crate::world::World;

const LONG: Duration = Duration::from_secs(60 * 60);

/// A window that is opened under these limits.
async fn opened(limits: WidgetLimits) -> World {
    let world = World::new().await;
    world.add_account().await;
    world.aloft.limit_widget(limits);
    Commands::open_widget(&world.aloft).await.unwrap();
    world
}

async fn sign(world: &World) -> Result<Signed, Problem> {
    world.aloft.sign_params(&params(wanted())).await
}

async fn refusal(world: &World, words: &str) {
    let refused = sign(world).await.unwrap_err();
    assert_eq!(refused.kind, ProblemKind::NotSigned);
    assert!(refused.message.to_string().contains(words), "{refused:?}");
    assert!(!refused.hint.is_empty(), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_opening_gives_so_many_signatures_and_the_next_one_as_many_again() {
    let limits = WidgetLimits {
        most: 2,
        ..WidgetLimits::default()
    };
    let world = opened(limits).await;
    // What is refused by the policy is not counted.
    let nasty = params(json!({ "public_id": "x" }));
    world.aloft.sign_params(&nasty).await.unwrap_err();
    sign(&world).await.unwrap();
    sign(&world).await.unwrap();
    refusal(&world, "given all the signatures").await;
    Commands::open_widget(&world.aloft).await.unwrap();
    sign(&world).await.unwrap();
}

/// Two files of one pick are sent in the same second with the same parameters.
#[tokio::test(flavor = "multi_thread")]
async fn the_same_parameters_again_have_the_same_signature_and_count_again() {
    let limits = WidgetLimits {
        most: 2,
        ..WidgetLimits::default()
    };
    let world = opened(limits).await;
    let request = params(wanted());
    let first = world.aloft.sign_params(&request).await.unwrap();
    let second = world.aloft.sign_params(&request).await.unwrap();
    assert_eq!(first.signature, second.signature);
    world.aloft.sign_params(&request).await.unwrap_err();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_opening_that_rests_too_long_or_lasts_too_long_signs_no_more() {
    let idle = WidgetLimits {
        idle: Duration::ZERO,
        ..WidgetLimits::default()
    };
    refusal(&opened(idle).await, "not been used").await;
    let over = WidgetLimits {
        longest: Duration::ZERO,
        ..WidgetLimits::default()
    };
    refusal(&opened(over).await, "as long as one opening").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_that_asks_too_fast_is_refused_whatever_it_asks_for() {
    let limits = WidgetLimits {
        burst: 3,
        apart: LONG,
        patience: LONG / 2,
        ..WidgetLimits::default()
    };
    let world = opened(limits).await;
    let nasty: [(Value, &str); 2] = [
        (json!({ "public_id": "x" }), "never gives"),
        (json!({ "context": { "a": "b" } }), "context"),
    ];
    for (request, words) in nasty {
        let refused = world.aloft.sign_params(&params(request)).await.unwrap_err();
        assert!(refused.message.to_string().contains(words), "{refused:?}");
    }
    sign(&world).await.unwrap();
    refusal(&world, "faster than").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_in_a_hurry_waits_for_its_turn() {
    let limits = WidgetLimits {
        burst: 1,
        apart: Duration::from_millis(50),
        ..WidgetLimits::default()
    };
    let world = opened(limits).await;
    let began = std::time::Instant::now();
    for _ in 0..4 {
        sign(&world).await.unwrap();
    }
    assert!(began.elapsed() >= Duration::from_millis(100));
}

#[tokio::test]
async fn a_request_that_waits_gets_nothing_when_its_window_closes() {
    let limits = WidgetLimits {
        burst: 1,
        apart: Duration::from_millis(300),
        ..WidgetLimits::default()
    };
    let world = opened(limits).await;
    sign(&world).await.unwrap();
    let close = async { world.aloft.widget_closed(world.aloft.widget_opening()) };
    let (waited, ()) = tokio::join!(sign(&world), close);
    let refused = waited.unwrap_err();
    assert!(
        refused.message.to_string().contains("No widget window"),
        "{refused:?}"
    );

    // Nor does it get anything of a window that was opened since.
    Commands::open_widget(&world.aloft).await.unwrap();
    sign(&world).await.unwrap();
    let (waited, again) = tokio::join!(sign(&world), Commands::open_widget(&world.aloft));
    again.unwrap();
    let refused = waited.unwrap_err();
    assert!(
        refused.message.to_string().contains("No widget window"),
        "{refused:?}"
    );
    sign(&world).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_signs_with_sha_256_does_so_for_the_widget() {
    let world = World::new().await;
    let url = format!("{}&signature_algorithm=sha256", world.url());
    let secret = SecretString::from(url);
    let added = world
        .aloft
        .add_url(&secret, "Journey", Keeping::Keyring, Consent::Ask);
    added.await.unwrap();
    Commands::open_widget(&world.aloft).await.unwrap();
    let wanted = wanted();
    let request: SignParams = params(wanted.clone());
    let signed = world.aloft.sign_params(&request).await.unwrap();
    assert_eq!(signed.signature.len(), 64);
    upload(&world, &wanted, &signed.signature).await;
}
