//! Which store an account's secret is in.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::sync::Arc;

use credentials::{
    Account, Keeping, MemoryStore, Origin, SecretStore, Secrets, StoreError, StoreName,
    UnlockDialog, cloudinary_url,
};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};

const NEVER: UnlockDialog = UnlockDialog::Never;

fn account(url: &str, origin: Origin, keeping: Keeping) -> Account {
    let parsed = cloudinary_url::parse(url).unwrap();
    parsed
        .into_account("Any", origin, keeping, Timestamp::UNIX_EPOCH)
        .0
}

fn secrets() -> (Arc<MemoryStore>, Arc<MemoryStore>, Secrets) {
    let (keyring, session) = (Arc::new(MemoryStore::new()), Arc::new(MemoryStore::new()));
    let secrets = Secrets::new(keyring.clone(), session.clone());
    (keyring, session, secrets)
}

async fn holds(store: &MemoryStore, account: &Account) -> bool {
    store.get(&account.item().unwrap(), NEVER).await.is_ok()
}

#[tokio::test]
async fn a_secret_goes_only_where_its_account_says() {
    let (keyring, session, secrets) = secrets();
    let saved = account("cloudinary://k1:s1@saved", Origin::Saved, Keeping::Keyring);
    let passing = account(
        "cloudinary://k1:s1@passing",
        Origin::Saved,
        Keeping::SessionOnly,
    );
    let sandbox = account(
        "cloudinary://k1:s1@sandbox",
        Origin::Sandbox,
        Keeping::Keyring,
    );
    for account in [&saved, &passing, &sandbox] {
        assert_eq!(
            secrets.get(account, NEVER).await.unwrap_err(),
            StoreError::Missing
        );
        secrets
            .put(account, &SecretString::from("the-secret"), NEVER)
            .await
            .unwrap();
        let found = secrets.get(account, NEVER).await.unwrap().unwrap();
        assert_eq!(found.expose_secret(), "the-secret");
    }
    assert!(holds(&keyring, &saved).await && !holds(&session, &saved).await);
    assert!(!holds(&keyring, &passing).await && holds(&session, &passing).await);
    assert!(!holds(&keyring, &sandbox).await && holds(&session, &sandbox).await);
    assert_eq!(secrets.store_of(&passing), Some(StoreName::Session));
    assert!(!format!("{secrets:?} {keyring:?}").contains("the-secret"));

    secrets.delete(&saved, NEVER).await.unwrap();
    secrets.delete(&saved, NEVER).await.unwrap();
    assert_eq!(
        secrets.get(&saved, NEVER).await.unwrap_err(),
        StoreError::Missing
    );
}

#[tokio::test]
async fn an_unsigned_account_has_none() {
    let (_, _, secrets) = secrets();
    let unsigned = account(
        "cloudinary://demo?upload_preset=web",
        Origin::Saved,
        Keeping::Keyring,
    );
    secrets
        .put(&unsigned, &SecretString::from("the-secret"), NEVER)
        .await
        .unwrap();
    assert!(secrets.get(&unsigned, NEVER).await.unwrap().is_none());
    assert_eq!(secrets.store_of(&unsigned), None);
    secrets.delete(&unsigned, NEVER).await.unwrap();
}

#[tokio::test]
async fn a_signed_account_that_keeps_nothing_is_missing_its_secret() {
    let (_, _, secrets) = secrets();
    let mut odd = account("cloudinary://k1:s1@demo", Origin::Saved, Keeping::Keyring);
    odd.keeping = Keeping::Nothing;
    assert_eq!(
        secrets.get(&odd, NEVER).await.unwrap_err(),
        StoreError::Missing
    );
}
