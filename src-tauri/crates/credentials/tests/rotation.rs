//! Changing an API key while everything goes on.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::{fs, sync::Arc};

use credentials::{
    Access, Account, AccountBook, BookError, Keeping, MemoryStore, Origin, RotationError,
    SecretStore, Secrets, Stage, Step, StoreError, UnlockDialog, Verification, cloudinary_url,
};
use jiff::Timestamp;
use proptest::{
    prelude::*,
    test_runner::{Config, RngSeed},
};
use secrecy::ExposeSecret;

const NEVER: UnlockDialog = UnlockDialog::Never;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn account(url: &str) -> Account {
    cloudinary_url::parse(url)
        .unwrap()
        .into_account(url, Origin::Saved, Keeping::Keyring, at(0))
        .0
}

fn signed() -> Account {
    account("cloudinary://old:s1@shop")
}

fn key(account: &Account) -> &str {
    match &account.access {
        Access::Signed { api_key, .. } => api_key,
        Access::Unsigned { .. } => panic!("it is signed"),
    }
}

fn begin(api_key: &str) -> Step {
    Step::Begin {
        api_key: api_key.to_owned(),
    }
}

fn succeeded(api_key: &str) -> Step {
    Step::Succeeded {
        api_key: api_key.to_owned(),
    }
}

#[tokio::test]
async fn the_whole_way_with_book_and_keyring() {
    let folder = tempfile::tempdir().unwrap();
    let book = AccountBook::open(folder.path()).unwrap();
    let keyring = Arc::new(MemoryStore::new());
    let secrets = Secrets::new(keyring.clone(), Arc::new(MemoryStore::new()));
    let shop = book.add(signed()).unwrap();
    secrets.put(&shop, &"the-old".into(), NEVER).await.unwrap();
    assert_eq!(shop.key_in_use_since(), at(0));

    let shop = book.rotate(&shop.id, &begin("new"), at(10)).unwrap();
    let other = shop.with_other_key().unwrap();
    assert_eq!((key(&shop), key(&other)), ("old", "new"));
    secrets.put(&other, &"the-new".into(), NEVER).await.unwrap();
    assert_eq!(shop.to_erase(), None);
    assert!(matches!(
        book.rotate(&shop.id, &Step::Switch, at(11)),
        Err(BookError::Rotation(RotationError::OutOfOrder(_)))
    ));

    book.rotate(&shop.id, &Step::Tested, at(12)).unwrap();
    let shop = book.rotate(&shop.id, &Step::Switch, at(13)).unwrap();
    assert_eq!(key(&shop), "new");
    assert_eq!(shop.key_in_use_since(), at(13));
    assert_eq!(shop.verification, Verification::Verified { at: at(12) });
    let secret = secrets.get(&shop, NEVER).await.unwrap().unwrap();
    assert_eq!(secret.expose_secret(), "the-new");

    // Work that was begun with the old key proves nothing.
    let shop = book.rotate(&shop.id, &succeeded("old"), at(14)).unwrap();
    assert_eq!(shop.to_erase(), None);
    let shop = book.rotate(&shop.id, &succeeded("new"), at(15)).unwrap();
    let old = shop.with_other_key().unwrap();
    assert_eq!(shop.to_erase(), old.item());
    // A crash here loses nothing: the next start reads the same.
    let shop = AccountBook::open(folder.path())
        .unwrap()
        .get(&shop.id)
        .unwrap()
        .unwrap();
    assert_eq!(shop.to_erase(), old.item());
    secrets.delete(&old, NEVER).await.unwrap();
    let shop = book.rotate(&shop.id, &Step::Erased, at(16)).unwrap();
    assert_eq!((shop.rotation.clone(), key(&shop)), (None, "new"));
    assert_eq!(
        AccountBook::open(folder.path())
            .unwrap()
            .get(&shop.id)
            .unwrap()
            .unwrap(),
        shop
    );
    assert_eq!(
        keyring.get(&old.item().unwrap(), NEVER).await.unwrap_err(),
        StoreError::Missing
    );
    book.rotate(&shop.id, &begin("newer"), at(17)).unwrap();
}

#[test]
fn a_new_key_that_does_not_do_is_gone_back_from() {
    let mut shop = signed();
    for step in [begin("new"), Step::Tested, Step::Switch, Step::Back] {
        shop.rotate(&step, at(5)).unwrap();
    }
    assert_eq!((key(&shop), shop.key_in_use_since()), ("old", at(0)));
    assert_eq!(shop.verification, Verification::Unverified);
    assert!(
        shop.rotate(&Step::Switch, at(6)).is_err(),
        "it is tested again first"
    );
    shop.rotate(&Step::Abandon, at(7)).unwrap();
    let new = shop.with_other_key().unwrap();
    assert_eq!((key(&new), shop.to_erase()), ("new", new.item()));
    assert!(shop.rotate(&Step::Tested, at(8)).is_err());
    shop.rotate(&Step::Erased, at(9)).unwrap();
    assert_eq!((shop.rotation.clone(), key(&shop)), (None, "old"));
}

#[test]
fn what_cannot_be_begun() {
    let mut shop = signed();
    assert_eq!(
        shop.rotate(&begin("old"), at(1)),
        Err(RotationError::SameKey)
    );
    assert!(matches!(
        shop.rotate(&begin("a b"), at(1)),
        Err(RotationError::Shape(_))
    ));
    assert_eq!(
        shop.rotate(&Step::Tested, at(1)),
        Err(RotationError::NotBegun)
    );
    assert_eq!(shop.rotate(&succeeded("old"), at(1)), Ok(()));
    assert_eq!(shop, signed_like(&shop));
    shop.rotate(&begin("new"), at(1)).unwrap();
    assert_eq!(
        shop.rotate(&begin("newer"), at(1)),
        Err(RotationError::UnderWay)
    );
    let mut unsigned = account("cloudinary://shop?upload_preset=web");
    assert_eq!(
        unsigned.rotate(&begin("new"), at(1)),
        Err(RotationError::Unsigned)
    );
}

fn signed_like(account: &Account) -> Account {
    Account {
        id: account.id.clone(),
        ..signed()
    }
}

#[tokio::test]
async fn both_keys_belong_to_the_account() {
    let folder = tempfile::tempdir().unwrap();
    let book = AccountBook::open(folder.path()).unwrap();
    let shop = book.add(signed()).unwrap();
    let second = book.add(account("cloudinary://second:s@shop")).unwrap();
    assert!(matches!(
        book.rotate(&shop.id, &begin("second"), at(1)),
        Err(BookError::AlreadySaved { .. })
    ));
    book.remove(&second.id).unwrap();
    let shop = book.rotate(&shop.id, &begin("second"), at(1)).unwrap();
    assert!(matches!(
        book.add(account("cloudinary://second:s@shop")),
        Err(BookError::AlreadySaved { .. })
    ));

    let keyring = Arc::new(MemoryStore::new());
    let secrets = Secrets::new(keyring.clone(), Arc::new(MemoryStore::new()));
    let other = shop.with_other_key().unwrap();
    for account in [&shop, &other] {
        secrets.put(account, &"s".into(), NEVER).await.unwrap();
    }
    secrets.forget(&shop, NEVER).await.unwrap();
    for account in [&shop, &other] {
        assert!(keyring.get(&account.item().unwrap(), NEVER).await.is_err());
    }
}

#[test]
fn files_of_older_versions_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let book = AccountBook::open(folder.path()).unwrap();
    let shop = book.add(signed()).unwrap();
    let path = folder.path().join("accounts.json");
    let mut json: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    let entry = json["accounts"][0].as_object_mut().unwrap();
    assert!(entry.remove("key_since").is_some() && entry.remove("rotation").is_some());
    fs::write(&path, json.to_string()).unwrap();
    assert_eq!(book.get(&shop.id).unwrap(), Some(shop));
}

fn steps() -> impl Strategy<Value = Step> {
    prop_oneof![
        "[ab]".prop_map(|api_key| Step::Begin { api_key }),
        Just(Step::Tested),
        Just(Step::Switch),
        Just(Step::Back),
        "[ab]|old".prop_map(|api_key| Step::Succeeded { api_key }),
        Just(Step::Abandon),
        Just(Step::Erased),
    ]
}

proptest! {
    #![proptest_config(Config { cases: 512, rng_seed: RngSeed::Fixed(8), failure_persistence: None, ..Config::default() })]

    #[test]
    fn no_order_of_steps_loses_the_key_in_use(steps in prop::collection::vec(steps(), 0..40)) {
        let mut account = signed();
        for (step, second) in steps.into_iter().zip(1..) {
            let before = account.clone();
            let result = account.rotate(&step, at(second));
            if result.is_err() {
                prop_assert_eq!(&account, &before);
            }
            let moved = key(&account) != key(&before);
            prop_assert_eq!(moved, result.is_ok() && matches!(step, Step::Switch | Step::Back));
            if let Some(erased) = account.to_erase() {
                prop_assert_ne!(Some(erased), account.item());
                let stage = &account.rotation.as_ref().unwrap().stage;
                let may_go = matches!(stage, Stage::Proven { .. } | Stage::Abandoned);
                prop_assert!(may_go);
            }
            // A key leaves the account only after it was to be erased.
            for item in before.items() {
                let stays = account.items().contains(&item);
                prop_assert!(stays || before.to_erase() == Some(item));
            }
            let text = serde_json::to_string(&account).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Account>(&text).unwrap(), &account);
        }
    }
}
