//! The file that a passphrase protects.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::{fs, path::Path, sync::Arc};

use credentials::{
    Account, EnvelopeError, Item, KdfCost, Keeping, MemoryStore, Origin, SecretStore, Secrets,
    StoreError, StoreErrorKind, StoreName, UnlockDialog, Vault, VaultError, cloudinary_url,
};
use jiff::Timestamp;
use proptest::{
    prelude::*,
    test_runner::{Config, RngSeed},
};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

const NEVER: UnlockDialog = UnlockDialog::Never;

fn item(name: &str) -> Item {
    Item {
        cloud_name: name.to_owned(),
        api_key: "123456789012345".to_owned(),
    }
}

fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

fn vault(folder: &Path) -> Vault {
    Vault::in_folder(folder, KdfCost::for_tests())
}

async fn read(vault: &Vault, name: &str) -> Result<String, StoreError> {
    let found = vault.get(&item(name), NEVER).await?;
    Ok(found.expose_secret().to_owned())
}

async fn keep(vault: &Vault, name: &str, text: &str) {
    vault.put(&item(name), &secret(text), NEVER).await.unwrap();
}

/// A vault with two secrets, and its passphrase.
async fn filled(folder: &Path) -> (Vault, SecretString) {
    let (vault, passphrase) = (vault(folder), secret("correct horse"));
    vault.create(&passphrase).await.unwrap();
    keep(&vault, "shop", "the-shop-secret").await;
    keep(&vault, "blog", "the-blog-secret").await;
    (vault, passphrase)
}

#[tokio::test]
async fn what_is_kept_is_read_again_after_a_restart_and_only_with_the_passphrase() {
    let folder = tempfile::tempdir().unwrap();
    let (_, passphrase) = filled(folder.path()).await;

    let later = vault(folder.path());
    assert!(later.exists() && !later.is_unlocked());
    assert_eq!(
        read(&later, "shop").await,
        Err(StoreError::Vault(VaultError::Locked))
    );
    assert_eq!(
        later.unlock(&secret("correct hors")).await,
        Err(VaultError::File(EnvelopeError::WrongPassphrase))
    );
    assert!(!later.is_unlocked());
    later.unlock(&passphrase).await.unwrap();
    assert_eq!(read(&later, "shop").await.unwrap(), "the-shop-secret");
    assert_eq!(read(&later, "blog").await.unwrap(), "the-blog-secret");
    assert_eq!(read(&later, "other").await, Err(StoreError::Missing));
    assert_eq!(
        later.items().await.unwrap(),
        [item("shop"), item("blog")],
        "in the order they were put in"
    );

    keep(&later, "shop", "a-newer-one").await;
    assert_eq!(read(&later, "shop").await.unwrap(), "a-newer-one");
    assert_eq!(later.items().await.unwrap().len(), 2);
    later.delete(&item("shop"), NEVER).await.unwrap();
    assert_eq!(
        later.delete(&item("shop"), NEVER).await,
        Err(StoreError::Missing)
    );
    assert_eq!(read(&later, "blog").await.unwrap(), "the-blog-secret");
    assert_eq!(later.name(), StoreName::Vault);
}

#[tokio::test]
async fn nothing_readable_is_on_the_disk_or_in_what_is_printed() {
    let folder = tempfile::tempdir().unwrap();
    let (vault, _) = filled(folder.path()).await;
    let mut files = 0;
    for entry in fs::read_dir(folder.path()).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        for word in ["the-shop-secret", "shop", "12345", "correct"] {
            let found = bytes
                .windows(word.len())
                .any(|part| part == word.as_bytes());
            assert!(!found, "{word}");
        }
        files += 1;
    }
    assert_eq!(files, 2, "the vault and its lock, no temporary file");
    assert!(!format!("{vault:?}").contains("secret\""));
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_owner_reads_it() {
    use std::os::unix::fs::PermissionsExt;
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("config");
    filled(&folder).await;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    for entry in fs::read_dir(&folder).unwrap() {
        assert_eq!(mode(&entry.unwrap().path()), 0o600);
    }
}

#[tokio::test]
async fn a_lock_takes_effect_at_once_and_for_clones_too() {
    let folder = tempfile::tempdir().unwrap();
    let (vault, passphrase) = filled(folder.path()).await;
    let clone = vault.clone();
    vault.lock();
    assert!(!clone.is_unlocked());
    assert_eq!(
        read(&clone, "shop").await.unwrap_err().kind(),
        StoreErrorKind::Locked
    );
    let refused = clone.put(&item("shop"), &secret("x"), NEVER).await;
    assert_eq!(refused, Err(StoreError::Vault(VaultError::Locked)));
    vault.unlock(&passphrase).await.unwrap();
    assert_eq!(read(&clone, "shop").await.unwrap(), "the-shop-secret");
}

#[test]
fn a_lock_wins_over_an_unlocking_that_was_begun_before() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .max_blocking_threads(1)
        .build()
        .unwrap();
    runtime.block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let (vault, passphrase) = filled(folder.path()).await;
        vault.lock();
        // The only thread for such work is taken until the lock is done.
        let (go, wait) = std::sync::mpsc::channel::<()>();
        let busy = tokio::task::spawn_blocking(move || wait.recv());
        let mut unlocking = Box::pin(vault.unlock(&passphrase));
        let begun = std::future::poll_fn(|context| {
            std::task::Poll::Ready(unlocking.as_mut().poll(context).is_pending())
        });
        assert!(begun.await);
        vault.lock();
        go.send(()).unwrap();
        assert_eq!(unlocking.await, Err(VaultError::Locked));
        assert!(!vault.is_unlocked());
        busy.await.unwrap().unwrap();
    });
}

#[tokio::test]
async fn a_new_vault_never_takes_the_place_of_an_old_one() {
    let folder = tempfile::tempdir().unwrap();
    let (_, passphrase) = filled(folder.path()).await;
    let other = vault(folder.path());
    assert_eq!(
        other.create(&secret("another")).await,
        Err(VaultError::AlreadyThere)
    );
    other.unlock(&passphrase).await.unwrap();
    assert_eq!(read(&other, "shop").await.unwrap(), "the-shop-secret");

    let nowhere = tempfile::tempdir().unwrap();
    let none = vault(nowhere.path());
    assert_eq!(none.unlock(&passphrase).await, Err(VaultError::NotThere));
    assert_eq!(
        none.create(&secret("")).await,
        Err(VaultError::File(EnvelopeError::EmptyPassphrase))
    );
    assert!(!none.exists(), "nothing is made by itself");
}

#[tokio::test]
async fn a_changed_passphrase_locks_out_the_old_one_and_other_processes() {
    let folder = tempfile::tempdir().unwrap();
    let (one, old) = filled(folder.path()).await;
    let other = vault(folder.path());
    other.unlock(&old).await.unwrap();

    let new = secret("a better one");
    assert_eq!(
        one.change_passphrase(&secret("wrong"), &new).await,
        Err(VaultError::File(EnvelopeError::WrongPassphrase))
    );
    one.change_passphrase(&old, &new).await.unwrap();
    assert_eq!(read(&one, "shop").await.unwrap(), "the-shop-secret");
    assert_eq!(read(&one, "blog").await.unwrap(), "the-blog-secret");

    let refused = other.put(&item("more"), &secret("x"), NEVER).await;
    assert_eq!(
        refused,
        Err(StoreError::Vault(VaultError::PassphraseChanged))
    );
    assert!(!other.is_unlocked());
    assert_eq!(
        other.unlock(&old).await,
        Err(VaultError::File(EnvelopeError::WrongPassphrase))
    );
    other.unlock(&new).await.unwrap();
    assert_eq!(read(&other, "blog").await.unwrap(), "the-blog-secret");
}

/// A change that is said to have failed would have its new passphrase thrown away.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_answer_to_a_change_says_which_passphrase_opens_whoever_reads_or_locks_meanwhile() {
    let folder = tempfile::tempdir().unwrap();
    let (vault, mut passphrase) = filled(folder.path()).await;
    let (mut changed, mut refused) = (0, 0);
    for round in 0..200_u32 {
        vault.unlock(&passphrase).await.unwrap();
        let new = secret(&format!("passphrase {round}"));
        let locks = round % 2 == 1;
        let reader = async {
            for _ in 0..40 {
                let _ = read(&vault, "shop").await;
            }
        };
        let locker = async {
            for _ in 0..(round * 7) % 50 {
                let _ = vault.exists();
                tokio::task::yield_now().await;
            }
            if locks {
                vault.lock();
            }
        };
        let (answer, (), ()) =
            tokio::join!(vault.change_passphrase(&passphrase, &new), reader, locker);
        match answer {
            Ok(()) => {
                changed += 1;
                assert!(locks || vault.is_unlocked(), "{round}");
                passphrase = new;
            }
            Err(error) => {
                refused += 1;
                assert!(locks && error == VaultError::Locked, "{round}: {error}");
            }
        }
        let later = self::vault(folder.path());
        later.unlock(&passphrase).await.unwrap();
        assert_eq!(read(&later, "blog").await.unwrap(), "the-blog-secret");
    }
    // Every round without a lock, and of the others those that it came too late for.
    assert!(changed >= 100 && refused > 0, "{changed} {refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_lose_none_of_each_others_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let (one, passphrase) = filled(folder.path()).await;
    let other = vault(folder.path());
    other.unlock(&passphrase).await.unwrap();
    let writers = (0..24).map(|number| {
        let vault = if number % 2 == 0 { &one } else { &other }.clone();
        tokio::spawn(async move { keep(&vault, &format!("cloud{number}"), "s").await })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    assert_eq!(one.items().await.unwrap().len(), 26);
}

#[tokio::test]
async fn damage_is_told_apart_from_a_wrong_passphrase() {
    let folder = tempfile::tempdir().unwrap();
    let (vault, passphrase) = filled(folder.path()).await;
    let sound = fs::read(vault.path()).unwrap();
    vault.lock();
    for at in 0..sound.len() {
        let mut bytes = sound.clone();
        bytes[at] ^= 1;
        fs::write(vault.path(), &bytes).unwrap();
        let VaultError::File(error) = vault.unlock(&passphrase).await.unwrap_err() else {
            panic!("byte {at}");
        };
        match error {
            EnvelopeError::NotOurs => assert!(at < 8, "{at}"),
            EnvelopeError::NewerFormat { .. } => assert!(at == 8 || at == 9, "{at}"),
            EnvelopeError::Damaged { .. } => assert!(at >= 8, "{at}"),
            EnvelopeError::WrongPassphrase
            | EnvelopeError::EmptyPassphrase
            | EnvelopeError::TooCostly { .. }
            | EnvelopeError::System { .. } => panic!("byte {at}: {error}"),
        }
        assert!(!vault.is_unlocked());
    }
    for length in 0..sound.len() {
        fs::write(vault.path(), &sound[..length]).unwrap();
        assert!(vault.unlock(&passphrase).await.is_err(), "{length}");
    }
    fs::write(vault.path(), [&sound[..], b"x"].concat()).unwrap();
    assert!(vault.unlock(&passphrase).await.is_err());
    fs::write(vault.path(), &sound).unwrap();
    vault.unlock(&passphrase).await.unwrap();
}

#[tokio::test]
async fn damage_that_comes_while_it_is_unlocked_is_seen_and_never_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let (vault, _) = filled(folder.path()).await;
    let mut bytes = fs::read(vault.path()).unwrap();
    // Within the first record: the record that is asked for is another.
    bytes[90] ^= 1;
    fs::write(vault.path(), &bytes).unwrap();
    assert_eq!(
        read(&vault, "blog").await.unwrap_err().kind(),
        StoreErrorKind::Broken
    );
    assert!(vault.put(&item("new"), &secret("x"), NEVER).await.is_err());
    assert_eq!(fs::read(vault.path()).unwrap(), bytes);
}

#[tokio::test]
async fn an_older_secret_cannot_be_put_back_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let (vault, _) = filled(folder.path()).await;
    let older = fs::read(vault.path()).unwrap();
    keep(&vault, "shop", "the-next-secret").await;
    let mut bytes = fs::read(vault.path()).unwrap();
    assert_eq!(bytes.len(), older.len());
    // The first record: two parts with their lengths, behind head and count.
    let part = |at: usize| at + 4 + usize::from(older[at]) + 256 * usize::from(older[at + 1]);
    let record = 67..part(part(67));
    bytes[record.clone()].copy_from_slice(&older[record]);
    fs::write(vault.path(), &bytes).unwrap();
    assert_eq!(
        read(&vault, "shop").await.unwrap_err().kind(),
        StoreErrorKind::Broken
    );
}

/// A sound head that asks for what it likes.
fn asking_for(bytes: &[u8], memory_kib: u32, passes: u32, lanes: u32) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for (at, number) in [(11, memory_kib), (15, passes), (19, lanes)] {
        bytes[at..at + 4].copy_from_slice(&number.to_le_bytes());
    }
    let sum = Sha256::digest(&bytes[..55]);
    bytes[55..63].copy_from_slice(&sum[..8]);
    bytes
}

#[tokio::test]
async fn a_hostile_file_gets_neither_memory_nor_time() {
    let folder = tempfile::tempdir().unwrap();
    let (vault, passphrase) = filled(folder.path()).await;
    let sound = fs::read(vault.path()).unwrap();
    assert_eq!(asking_for(&sound, 8, 1, 1), sound, "the offsets are right");
    for (memory_kib, passes, lanes) in [
        (100 * 1024 * 1024, 1, 1),
        (u32::MAX, u32::MAX, 1),
        (8, u32::MAX, 1),
        (1024 * 1024, 100, 1),
        (1024 * 1024, 1, 0x00FF_FFFF),
    ] {
        fs::write(vault.path(), asking_for(&sound, memory_kib, passes, lanes)).unwrap();
        assert_eq!(
            vault.unlock(&passphrase).await,
            Err(VaultError::File(EnvelopeError::TooCostly {
                memory_kib,
                passes,
                lanes
            }))
        );
    }
    for (memory_kib, passes, lanes) in [(0, 1, 1), (8, 0, 1), (8, 1, 0), (8, 1, 4)] {
        fs::write(vault.path(), asking_for(&sound, memory_kib, passes, lanes)).unwrap();
        let error = vault.unlock(&passphrase).await.unwrap_err();
        assert!(
            matches!(error, VaultError::File(EnvelopeError::Damaged { .. })),
            "{error}"
        );
    }
    // A count of records and a length that nothing stands behind.
    for at in [63, 67] {
        let mut bytes = sound.clone();
        bytes[at..at + 4].copy_from_slice(&u32::MAX.to_le_bytes());
        fs::write(vault.path(), &bytes).unwrap();
        assert!(vault.unlock(&passphrase).await.is_err());
    }
}

#[tokio::test]
async fn the_default_cost_works_and_is_written_down() {
    let folder = tempfile::tempdir().unwrap();
    let costly = Vault::in_folder(folder.path(), KdfCost::default());
    costly.create(&secret("passphrase")).await.unwrap();
    let bytes = fs::read(costly.path()).unwrap();
    assert_eq!(bytes[11..15], (64 * 1024_u32).to_le_bytes());
    // What a file costs is said by the file, not by who opens it.
    let other = vault(folder.path());
    other.unlock(&secret("passphrase")).await.unwrap();
    keep(&other, "shop", "kept").await;
    assert_eq!(read(&costly, "shop").await.unwrap(), "kept");
}

fn account(keeping: Keeping) -> Account {
    cloudinary_url::parse("cloudinary://k1:s1@shop")
        .unwrap()
        .into_account("Shop", Origin::Saved, keeping, Timestamp::UNIX_EPOCH)
        .0
}

#[tokio::test]
async fn an_account_uses_the_vault_only_if_it_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let (vault, _) = filled(folder.path()).await;
    let (keyring, session) = (Arc::new(MemoryStore::new()), Arc::new(MemoryStore::new()));
    let without = Secrets::new(keyring.clone(), session.clone());
    let with = without.clone().with_vault(Arc::new(vault.clone()));
    let (in_vault, in_keyring) = (account(Keeping::Vault), account(Keeping::Keyring));
    let item = in_vault.item().unwrap();

    let refused = without.put(&in_vault, &secret("s"), NEVER).await;
    assert_eq!(refused, Err(StoreError::Vault(VaultError::NotThere)));
    assert_eq!(without.store_of(&in_vault), None);

    with.put(&in_vault, &secret("in-the-vault"), NEVER)
        .await
        .unwrap();
    assert_eq!(with.store_of(&in_vault), Some(StoreName::Vault));
    assert!(keyring.get(&item, NEVER).await.is_err());
    assert!(session.get(&item, NEVER).await.is_err());
    assert_eq!(
        with.get(&in_keyring, NEVER).await.unwrap_err(),
        StoreError::Missing,
        "never a fallback"
    );

    vault.lock();
    assert_eq!(
        with.forget(&in_vault, NEVER).await.unwrap_err().kind(),
        StoreErrorKind::Locked,
        "its secret would stay"
    );
    with.forget(&in_keyring, NEVER).await.unwrap();
}

proptest! {
    #![proptest_config(Config { cases: 32, rng_seed: RngSeed::Fixed(5), ..Config::default() })]

    #[test]
    fn a_vault_is_a_map(changes in proptest::collection::vec((0..5_u8, proptest::option::of(".{0,40}")), 0..24)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let folder = tempfile::tempdir().unwrap();
            let vault = vault(folder.path());
            vault.create(&secret("p")).await.unwrap();
            let mut model = std::collections::BTreeMap::new();
            for (name, text) in changes {
                let item = item(&format!("cloud{name}"));
                match text {
                    Some(text) => {
                        vault.put(&item, &secret(&text), NEVER).await.unwrap();
                        model.insert(name, text);
                    }
                    None => {
                        let gone = vault.delete(&item, NEVER).await.is_ok();
                        assert_eq!(gone, model.remove(&name).is_some());
                    }
                }
            }
            vault.lock();
            vault.unlock(&secret("p")).await.unwrap();
            for name in 0..5 {
                let found = read(&vault, &format!("cloud{name}")).await.ok();
                assert_eq!(found.as_ref(), model.get(&name));
            }
        });
    }
}

/// No passphrase opens a file that is gone: nobody is asked for one, and what was kept in it can be removed.
#[tokio::test]
async fn a_vault_that_is_gone_is_said_to_be_and_holds_up_no_removal() {
    let folder = tempfile::tempdir().unwrap();
    let (vault, _) = filled(folder.path()).await;
    fs::remove_file(vault.path()).unwrap();
    let later = self::vault(folder.path());
    for gone in [&vault, &later] {
        let refused = read(gone, "shop").await.unwrap_err();
        assert_eq!(refused, StoreError::Vault(VaultError::NotThere));
        let secrets = Secrets::new(Arc::new(MemoryStore::new()), Arc::new(MemoryStore::new()));
        let secrets = secrets.with_vault(Arc::new(gone.clone()));
        let account = account(Keeping::Vault);
        secrets.forget(&account, NEVER).await.unwrap();
    }
}
