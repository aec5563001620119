//! A secret goes to a host only after the user has agreed to it.

use app::contract::{Commands, ProblemKind, UnsignedAccount};
use app::{Account, Consent, ExposeSecret, Keeping, SecretString, UnlockDialog};

use crate::world::{KEY, SECRET, World};

const STRANGE: &str = "https://api.elsewhere.invalid";

fn strange(secret: &str) -> String {
    format!("cloudinary://{KEY}:{secret}@Journey-Cloud?upload_prefix={STRANGE}")
}

async fn paste(world: &World, url: String) -> ProblemKind {
    *world.desktop.text.lock().unwrap() = Some(url);
    Commands::paste_account(&world.aloft)
        .await
        .unwrap_err()
        .kind
}

async fn kept(world: &World, account: &Account) -> String {
    let item = account.item().unwrap();
    let secret = app::SecretStore::get(&*world.keyring, &item, UnlockDialog::Never).await;
    secret.unwrap().expose_secret().to_owned()
}

fn asked(world: &World) -> usize {
    let questions = world.desktop.questions.lock().unwrap();
    for question in questions.iter() {
        assert!(question.body.contains("api.elsewhere.invalid"));
    }
    questions.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_to_another_host_leaves_account_and_secret_as_they_were() {
    let world = World::new().await;
    let account = world.add_account().await;
    let other = strange("another-secret-of-27-signs0");
    assert_eq!(paste(&world, other).await, ProblemKind::Declined);
    assert_eq!(asked(&world), 1);
    assert_eq!(kept(&world, &account).await, SECRET);
    assert_eq!(
        world.aloft.accounts().unwrap()[0].host,
        account.host,
        "the host is the old one"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn no_to_the_host_of_a_new_account_adds_nothing() {
    let world = World::new().await;
    assert_eq!(paste(&world, strange(SECRET)).await, ProblemKind::Declined);
    let unsigned = UnsignedAccount {
        label: String::new(),
        cloud_name: "Journey-Cloud".to_owned(),
        upload_preset: "open".to_owned(),
        host: STRANGE.to_owned(),
    };
    let refused = Commands::add_unsigned_account(&world.aloft, unsigned)
        .await
        .unwrap_err();
    assert_eq!(refused.kind, ProblemKind::Declined);
    assert_eq!(asked(&world), 2);
    assert!(world.aloft.accounts().unwrap().is_empty());
    assert_eq!(world.keyring.puts(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_was_agreed_to_is_not_asked_for_again() {
    let world = World::new().await;
    *world.desktop.says_yes.lock().unwrap() = true;
    *world.desktop.text.lock().unwrap() = Some(strange(SECRET));
    for _ in 0..2 {
        Commands::paste_account(&world.aloft).await.unwrap();
    }
    assert_eq!(asked(&world), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_typed_the_address_in_a_terminal_has_agreed() {
    let world = World::new().await;
    world.add_account().await;
    let url = SecretString::from(strange("another-secret-of-27-signs0"));
    let account = world
        .aloft
        .add_url(&url, "Journey", Keeping::Keyring, Consent::Given)
        .await
        .unwrap();
    assert_eq!(account.host.url().as_str(), format!("{STRANGE}/"));
    assert_eq!(kept(&world, &account).await, "another-secret-of-27-signs0");
    assert_eq!(asked(&world), 0);
}
