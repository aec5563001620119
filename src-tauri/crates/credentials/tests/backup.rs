//! All accounts in one file, and back.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::{path::Path, sync::Arc};

use credentials::{
    Account, AccountBook, EnvelopeError, KdfCost, Keeping, MemoryStore, Origin, STRONG_ENOUGH,
    SecretStore, Secrets, Step, StoreError, UnlockDialog, Verification,
    backup::{
        self, Backup, BackupError, Conflict, Destination, Entry, OnSame, RestoreError, Restored,
        Saved,
    },
    cloudinary_url, strength,
};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};

const NEVER: UnlockDialog = UnlockDialog::Never;
const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn account(label: &str, url: &str, origin: Origin) -> (Account, Option<SecretString>) {
    cloudinary_url::parse(url)
        .unwrap()
        .into_account(label, origin, Keeping::Keyring, NOW)
}

struct Place {
    _folder: tempfile::TempDir,
    book: AccountBook,
    keyring: Arc<MemoryStore>,
    secrets: Secrets,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let keyring = Arc::new(MemoryStore::new());
        Self {
            book: AccountBook::open(folder.path()).unwrap(),
            secrets: Secrets::new(keyring.clone(), Arc::new(MemoryStore::new())),
            keyring,
            _folder: folder,
        }
    }

    async fn add(&self, label: &str, url: &str) -> Account {
        let (account, secret) = account(label, url, Origin::Saved);
        if let Some(secret) = secret {
            self.secrets.put(&account, &secret, NEVER).await.unwrap();
        }
        self.book.add(account).unwrap()
    }

    async fn secret(&self, account: &Account) -> String {
        let secret = self.secrets.get(account, NEVER).await.unwrap().unwrap();
        secret.expose_secret().to_owned()
    }

    async fn restore(&self, backup: &Backup, index: usize, on_same: OnSame) -> Restored {
        self.try_restore(backup, index, on_same).await.unwrap()
    }

    async fn try_restore(
        &self,
        backup: &Backup,
        index: usize,
        on_same: OnSame,
    ) -> Result<Restored, RestoreError> {
        let into = Destination {
            book: &self.book,
            secrets: &self.secrets,
            keeping: Keeping::Keyring,
            dialog: NEVER,
        };
        let ready = backup.prepare(index, on_same, into, NOW).await?;
        ready.carry_out().await
    }

    /// Sealed, written to a file, read and opened again.
    async fn backup(&self, passphrase: &str) -> (Vec<u8>, Backup) {
        let accounts = self.book.list().unwrap();
        let saved = backup::gather(&accounts, &self.secrets, NEVER)
            .await
            .unwrap();
        let bytes = sealed(saved, passphrase).await;
        let opened = backup::open(bytes.clone(), &passphrase.into()).await;
        (bytes, opened.unwrap())
    }
}

async fn sealed(saved: Vec<Saved>, passphrase: &str) -> Vec<u8> {
    backup::seal(saved, &passphrase.into(), KdfCost::for_tests(), NOW)
        .await
        .unwrap()
}

async fn filled() -> Place {
    let place = Place::new();
    place
        .add(
            "Shop",
            "cloudinary://k1:the-shop-secret@shop?upload_prefix=eu",
        )
        .await;
    place
        .add("Blog", "cloudinary://k2:the-blog-secret@blog")
        .await;
    place
        .add("Form", "cloudinary://shop?upload_preset=web")
        .await;
    place
}

#[tokio::test]
async fn everything_comes_back_in_an_empty_place() {
    let (_, backup) = filled().await.backup("a long passphrase").await;
    let place = Place::new();
    let preview = backup.preview(&[]);
    let entry = |index: usize, label: &str, cloud_name: &str, entrance: &str, has_secret| Entry {
        index,
        label: label.to_owned(),
        cloud_name: cloud_name.to_owned(),
        entrance: entrance.to_owned(),
        has_secret,
        conflict: Conflict::New,
    };
    assert_eq!(
        preview,
        [
            entry(0, "Shop", "shop", "k1", true),
            entry(1, "Blog", "blog", "k2", true),
            entry(2, "Form", "shop", "web", false),
        ]
    );
    assert!(!format!("{preview:?} {backup:?}").contains("the-shop-secret"));
    for index in [0, 1, 2] {
        let restored = place.restore(&backup, index, OnSame::Skip).await;
        assert!(matches!(restored, Restored::Added(_)), "{restored:?}");
    }
    let accounts = place.book.list().unwrap();
    assert_eq!(accounts[0].host, credentials::ApiHost::Eu);
    assert_eq!(accounts[0].verification, Verification::Unverified);
    assert_eq!(place.secret(&accounts[0]).await, "the-shop-secret");
    assert_eq!(place.secret(&accounts[1]).await, "the-blog-secret");
    assert_eq!(accounts[2].keeping, Keeping::Nothing);
    assert!(matches!(
        place.try_restore(&backup, 3, OnSame::Skip).await,
        Err(RestoreError::NoSuchEntry)
    ));
}

/// An earlier version took such names; a backup that it made is good for all that.
#[tokio::test]
async fn names_that_are_refused_today_are_mended_in_an_older_backup() {
    let url =
        "cloudinary://k1:the-shop-secret@shop?cname=a%20b&secure_distribution=cdn.example.com";
    let (account, secret) = account("Shop\t\u{1b}[2J", url, Origin::Saved);
    assert!(account.delivery.cname.is_some());
    let bytes = sealed(vec![Saved { account, secret }], "p").await;
    let backup = backup::open(bytes, &"p".into()).await.unwrap();
    let place = Place::new();
    place.restore(&backup, 0, OnSame::Skip).await;
    let restored = place.book.list().unwrap().remove(0);
    assert_eq!(restored.label, "Shop \u{FFFD}[2J");
    assert_eq!(restored.delivery.cname, None);
    let own_host = restored.delivery.secure_distribution.as_deref();
    assert_eq!(own_host, Some("cdn.example.com"));
    assert_eq!(place.secret(&restored).await, "the-shop-secret");
}

#[tokio::test]
async fn what_is_there_already_is_said_and_left_unless_the_user_chose() {
    let (_, backup) = filled().await.backup("p").await;
    let place = Place::new();
    let mine = place.add("My shop", "cloudinary://k1:my-own@shop").await;
    place.add("blog", "cloudinary://k9:other@elsewhere").await;

    let preview = backup.preview(&place.book.list().unwrap());
    assert_eq!(
        preview[0].conflict,
        Conflict::SameEntrance {
            id: mine.id.clone(),
            label: "My shop".to_owned()
        }
    );
    assert_eq!(
        preview[1].conflict,
        Conflict::LabelTaken {
            free: "Blog 2".to_owned()
        }
    );
    assert_eq!(preview[2].conflict, Conflict::New);

    let skipped = place.restore(&backup, 0, OnSame::Skip).await;
    assert_eq!(skipped, Restored::Skipped(mine.clone()));
    assert_eq!(place.secret(&mine).await, "my-own");
    let replaced = place.restore(&backup, 0, OnSame::ReplaceSecret).await;
    assert_eq!(replaced, Restored::SecretReplaced(mine.clone()));
    assert_eq!(place.secret(&mine).await, "the-shop-secret");
    let restored = place.restore(&backup, 1, OnSame::Skip).await;
    let Restored::Added(account) = restored else {
        panic!("{restored:?}");
    };
    assert_eq!(account.label, "Blog 2");
}

/// The backup's key is the old one by now: its secret is not the new one's.
#[tokio::test]
async fn a_backup_renews_no_secret_of_another_key() {
    let (_, backup) = filled().await.backup("p").await;
    let place = Place::new();
    let mine = place.add("Shop", "cloudinary://k1:my-own@shop").await;
    let begin = Step::Begin {
        api_key: "k9".to_owned(),
    };
    for step in [begin, Step::Tested, Step::Switch] {
        place.book.rotate(&mine.id, &step, NOW).unwrap();
    }
    let switched = place.book.get(&mine.id).unwrap().unwrap();
    let new = "the-new-secret".into();
    place.secrets.put(&switched, &new, NEVER).await.unwrap();
    let skipped = place.restore(&backup, 0, OnSame::ReplaceSecret).await;
    assert_eq!(skipped, Restored::Skipped(switched.clone()));
    assert_eq!(place.secret(&switched).await, "the-new-secret");
    assert_eq!(place.secret(&mine).await, "my-own");
}

#[tokio::test]
async fn accounts_of_one_run_stay_out_and_a_missing_secret_stops_it() {
    let place = filled().await;
    let mut accounts = place.book.list().unwrap();
    accounts.push(account("Env", "cloudinary://k3:s3@env", Origin::Environment).0);
    let saved = backup::gather(&accounts, &place.secrets, NEVER)
        .await
        .unwrap();
    assert_eq!(saved.len(), 3);

    place.secrets.delete(&accounts[1], NEVER).await.unwrap();
    match backup::gather(&accounts, &place.secrets, NEVER).await {
        Err(BackupError::Secret { label, source }) => {
            assert_eq!((label.as_str(), source), ("Blog", StoreError::Missing));
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_wrong_passphrase_and_damage_are_told_apart_and_nothing_is_readable() {
    let (bytes, _) = filled().await.backup("right").await;
    // None so short that it stands in the sealed bytes by chance.
    for word in ["the-shop-secret", "Shop", "shop", "api_key"] {
        assert!(
            !bytes
                .windows(word.len())
                .any(|part| part == word.as_bytes())
        );
    }
    let error = async |bytes: Vec<u8>, passphrase: &str| match backup::open(
        bytes,
        &passphrase.into(),
    )
    .await
    {
        Err(BackupError::File(error)) => error,
        other => panic!("{other:?}"),
    };
    let wrong = error(bytes.clone(), "wrong").await;
    assert_eq!(wrong, EnvelopeError::WrongPassphrase);
    for at in (10..bytes.len()).step_by(7) {
        let mut changed = bytes.clone();
        changed[at] ^= 0x10;
        let found = error(changed, "right").await;
        assert!(
            matches!(found, EnvelopeError::Damaged { .. }),
            "{at}: {found}"
        );
    }
    for length in [0, 7, 8, 20, 62, 63, 90, bytes.len() - 1] {
        error(bytes[..length].to_vec(), "right").await;
    }
    // The vault's head with the backup's body is neither.
    let mut vault = bytes.clone();
    vault[..8].copy_from_slice(b"AloftVlt");
    assert_eq!(error(vault, "right").await, EnvelopeError::NotOurs);
    let empty = backup::seal(Vec::new(), &"".into(), KdfCost::for_tests(), NOW).await;
    assert!(matches!(
        empty,
        Err(BackupError::File(EnvelopeError::EmptyPassphrase))
    ));
}

/// Refuses what is put into it, or keeps something else.
struct Faulty {
    keeps: Option<&'static str>,
    inner: MemoryStore,
}

#[async_trait::async_trait]
impl SecretStore for Faulty {
    async fn get(
        &self,
        item: &credentials::Item,
        dialog: UnlockDialog,
    ) -> Result<SecretString, StoreError> {
        self.inner.get(item, dialog).await
    }

    async fn put(
        &self,
        item: &credentials::Item,
        _secret: &SecretString,
        dialog: UnlockDialog,
    ) -> Result<(), StoreError> {
        match self.keeps {
            Some(other) => self.inner.put(item, &other.into(), dialog).await,
            None => Err(StoreError::Locked),
        }
    }

    async fn delete(
        &self,
        item: &credentials::Item,
        dialog: UnlockDialog,
    ) -> Result<(), StoreError> {
        self.inner.delete(item, dialog).await
    }

    fn name(&self) -> credentials::StoreName {
        credentials::StoreName::Keyring
    }
}

#[tokio::test]
async fn what_cannot_be_kept_leaves_nothing_behind() {
    let (_, backup) = filled().await.backup("p").await;
    for keeps in [None, Some("something else")] {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(Faulty {
            keeps,
            inner: MemoryStore::new(),
        });
        let place = Place {
            book: AccountBook::open(folder.path()).unwrap(),
            secrets: Secrets::new(store.clone(), Arc::new(MemoryStore::new())),
            keyring: Arc::new(MemoryStore::new()),
            _folder: folder,
        };
        let error = place
            .try_restore(&backup, 0, OnSame::Skip)
            .await
            .unwrap_err();
        match keeps {
            None => assert!(matches!(error, RestoreError::Store(StoreError::Locked))),
            Some(_) => assert!(matches!(error, RestoreError::NotKept { .. })),
        }
        assert_eq!(place.book.list().unwrap(), []);
        let (shop, _) = account("Shop", "cloudinary://k1:s@shop", Origin::Saved);
        let left = store.get(&shop.item().unwrap(), NEVER).await;
        assert_eq!(left.unwrap_err(), StoreError::Missing);
    }
}

#[tokio::test]
async fn a_book_that_refuses_gives_the_secret_back_as_it_was() {
    let (_, backup) = filled().await.backup("p").await;
    let place = Place::new();
    let (shop, _) = account("Shop", "cloudinary://k1:s@shop", Origin::Saved);
    let item = shop.item().unwrap();
    place
        .keyring
        .put(&item, &"an-orphan".into(), NEVER)
        .await
        .unwrap();
    let folder = place._folder.path().to_owned();
    std::fs::remove_dir_all(&folder).unwrap();
    std::fs::create_dir(&folder).unwrap();
    // The lock's name is a folder now: nothing can be added.
    std::fs::create_dir(folder.join("accounts.lock")).unwrap();
    let error = place
        .try_restore(&backup, 0, OnSame::Skip)
        .await
        .unwrap_err();
    assert!(matches!(error, RestoreError::Book(_)), "{error}");
    let found = place.keyring.get(&item, NEVER).await.unwrap();
    assert_eq!(found.expose_secret(), "an-orphan");
}

#[cfg(unix)]
#[test]
fn the_file_is_for_its_owner_alone_and_its_folder_stays_as_it_is() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).unwrap();
    let path = folder.path().join("accounts.aloft");
    std::fs::write(&path, "before").unwrap();
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).unwrap();
    backup::write_file(&path, b"bytes").unwrap();
    assert_eq!((mode(&path), mode(folder.path())), (0o600, 0o755));
    assert_eq!(backup::read_file(&path).unwrap(), b"bytes");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn strength_is_a_score_with_advice() {
    let judge = |text: &str| strength(&text.into(), &["mycloud"]);
    let weak = judge("password");
    assert_eq!(weak.score, 0);
    assert!(
        weak.warning
            .is_some_and(|warning| warning.code == "ThisIsATop10Password")
    );
    let codes: Vec<_> = weak.suggestions.iter().map(|s| s.code.as_str()).collect();
    assert!(codes.contains(&"AddAnotherWordOrTwo"), "{codes:?}");
    let strong = judge("glacier-otter-velvet-ninety");
    assert!(strong.score >= STRONG_ENOUGH, "{strong:?}");
    assert_eq!(strong.warning, None);
    assert!(judge("mycloud").score < judge("qxvzjkw").score);
    assert_eq!(judge("").score, 0);
}
