//! A key changed for another, without a moment in which nothing works.

use app::contract::{
    AccountView, BeginRotation, Commands, KeepingView, Problem, ProblemKind, Rotate, RotationStage,
    RotationWish,
};
use app::{Account, SecretMode, UploadOptions};

use super::{NEW_KEY, text};
use crate::world::{KEY, SECRET, World, png};

pub(crate) const NEW_SECRET: &str = "canary-second-Hw4Jq8Zt2Vb6N";

/// A sandbox that knows a second pair, as a cloud with two keys does.
pub(crate) async fn two_keys() -> (World, Account) {
    let world = World::with(|config| {
        config.more_credentials = vec![app::SandboxCredentials {
            api_key: NEW_KEY.to_owned(),
            api_secret: NEW_SECRET.to_owned(),
        }];
    })
    .await;
    let account = world.add_account().await;
    (world, account)
}

/// The second key beside the first.
async fn begun(world: &World, account: &Account) -> Account {
    let secret = text(NEW_SECRET);
    let begun = world.aloft.begin_rotation(account, NEW_KEY, &secret);
    begun.await.unwrap()
}

fn faults(world: &World, faults: &str) {
    let faults = serde_json::from_str(faults).unwrap();
    world.sandbox.set_faults(faults);
}

async fn rotate(
    world: &World,
    account: &Account,
    wish: RotationWish,
) -> Result<AccountView, Problem> {
    let id = account.id.to_string();
    Commands::rotate(&world.aloft, Rotate { id, wish }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_changed_and_the_old_one_erased_after_the_first_upload() {
    let (world, account) = two_keys().await;
    let begin = BeginRotation {
        id: account.id.to_string(),
        api_key: format!(" {NEW_KEY} "),
    };
    Commands::begin_rotation(&world.aloft, begin).await.unwrap();
    let asked = world.desktop.asked_for_secret.lock().unwrap()[0].clone();
    assert_eq!(
        (asked.mode, asked.api_key.as_str()),
        (SecretMode::SecondKey, NEW_KEY)
    );
    world
        .aloft
        .submit_secret(text(NEW_SECRET), KeepingView::Keyring)
        .await
        .unwrap();
    assert_eq!(world.in_keyring(KEY).await.as_deref(), Some(SECRET));
    assert_eq!(world.in_keyring(NEW_KEY).await.as_deref(), Some(NEW_SECRET));

    let early = rotate(&world, &account, RotationWish::Switch).await;
    assert_eq!(early.unwrap_err().kind, ProblemKind::BadValue);
    let tested = rotate(&world, &account, RotationWish::Test).await.unwrap();
    assert_eq!(tested.rotation.unwrap().stage, RotationStage::Tested);
    let switched = rotate(&world, &account, RotationWish::Switch)
        .await
        .unwrap();
    let rotation = switched.rotation.unwrap();
    assert_eq!(
        (rotation.other_key.as_str(), rotation.stage),
        (KEY, RotationStage::Switched)
    );
    // The old key is kept until something was done with the new one.
    assert_eq!(world.in_keyring(KEY).await.as_deref(), Some(SECRET));

    let account = world.now(&account);
    assert_eq!(account.item().unwrap().api_key, NEW_KEY);
    let file = world.file("a.png", &png("a"));
    let options = UploadOptions::default();
    let jobs = world.upload(&account, vec![file], &options).await;
    assert!(jobs[0].receipt.is_some(), "{:?}", jobs[0].failure);
    world
        .account_where(|account| account.rotation.is_none())
        .await;
    assert_eq!(world.in_keyring(KEY).await, None);
    assert_eq!(world.in_keyring(NEW_KEY).await.as_deref(), Some(NEW_SECRET));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_that_the_service_refuses_changes_nothing() {
    let world = World::new().await;
    let account = world.add_account().await;
    let begun = begun(&world, &account).await;
    let refused = rotate(&world, &begun, RotationWish::Test).await;
    assert_eq!(refused.unwrap_err().kind, ProblemKind::WrongKey);
    let given_up = rotate(&world, &begun, RotationWish::Abandon).await.unwrap();
    assert_eq!(given_up.rotation, None);
    assert_eq!(world.in_keyring(NEW_KEY).await, None);
    assert_eq!(world.in_keyring(KEY).await.as_deref(), Some(SECRET));
    assert_eq!(world.now(&account).item(), account.item());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_whose_signature_is_not_taken_is_not_switched_to() {
    let (world, account) = two_keys().await;
    let begun = begun(&world, &account).await;
    let refused = r#"[{"match": {"path": "/destroy"},
        "do": {"status": {"code": 401, "message": "Invalid Signature 0. String to sign - 'x'."}}}]"#;
    faults(&world, refused);
    let tested = rotate(&world, &begun, RotationWish::Test).await;
    let refused = tested.unwrap_err();
    assert_eq!(refused.kind, ProblemKind::Refused);
    assert!(refused.message.to_string().contains("what it signs"));
    let early = rotate(&world, &begun, RotationWish::Switch).await;
    assert_eq!(early.unwrap_err().kind, ProblemKind::BadValue);
    world.sandbox.set_faults(Vec::new());
    // And with a clock that is wrong by hours it is asked once more.
    let slow = r#"[{"match": {"path": "/destroy"}, "do": {"stale_clock": 7200}}]"#;
    faults(&world, slow);
    let tested = rotate(&world, &begun, RotationWish::Test).await.unwrap();
    assert_eq!(tested.rotation.unwrap().stage, RotationStage::Tested);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_that_may_not_delete_can_be_switched_to() {
    let (world, account) = two_keys().await;
    let begun = begun(&world, &account).await;
    let forbidden = r#"[{"match": {"path": "/destroy"}, "do": {"status": {"code": 403}}}]"#;
    faults(&world, forbidden);
    let tested = rotate(&world, &begun, RotationWish::Test).await.unwrap();
    assert_eq!(tested.rotation.unwrap().stage, RotationStage::Tested);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_old_key_can_be_used_again() {
    let (world, account) = two_keys().await;
    let begun = begun(&world, &account).await;
    for wish in [RotationWish::Test, RotationWish::Switch, RotationWish::Back] {
        rotate(&world, &begun, wish).await.unwrap();
    }
    assert_eq!(world.now(&account).item(), account.item());
    assert_eq!(world.in_keyring(NEW_KEY).await.as_deref(), Some(NEW_SECRET));
    rotate(&world, &begun, RotationWish::Abandon).await.unwrap();
    assert_eq!(world.in_keyring(NEW_KEY).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_lock_closed_the_window_for_is_not_taken_after_it() {
    let (world, account) = two_keys().await;
    let begin = BeginRotation {
        id: account.id.to_string(),
        api_key: NEW_KEY.to_owned(),
    };
    Commands::begin_rotation(&world.aloft, begin).await.unwrap();
    let mut closed = world.desktop.secret_closed.subscribe();
    world.aloft.lock().await.unwrap();
    closed.wait_for(|times| *times > 0).await.unwrap();
    world.aloft.unlock().await.unwrap();
    let late = world
        .aloft
        .submit_secret(text(NEW_SECRET), KeepingView::Keyring);
    assert_eq!(late.await.unwrap_err().kind, ProblemKind::Gone);
    assert_eq!(world.in_keyring(NEW_KEY).await, None);
}
