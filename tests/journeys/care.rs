//! What becomes of secrets that are there: shown, copied, kept elsewhere, changed.

mod editing;
pub(crate) mod rotating;

use std::time::Duration;

use app::contract::{
    AccountRef, BeginAccount, Commands, FindAudit, KeepSecret, KeepingView, ProblemKind, VaultView,
};
use app::{
    Account, ExposeSecret, Keeping, SecretItem, SecretMode, SecretStore, SecretString, StoreError,
    UnlockDialog, UploadOptions, VaultState,
};

use crate::world::{KEY, SECRET, World, open, png};

const PASSPHRASE: &str = "seven lamps drift beyond the quiet harbour";
pub(crate) const NEW_KEY: &str = "111222333444555";

fn text(text: &str) -> SecretString {
    SecretString::from(text)
}

impl World {
    /// What the keyring has under this key of the cloud that journeys add.
    pub(crate) async fn in_keyring(&self, api_key: &str) -> Option<String> {
        let item = SecretItem {
            cloud_name: "Journey-Cloud".to_owned(),
            api_key: api_key.to_owned(),
        };
        match self.keyring.get(&item, UnlockDialog::Never).await {
            Ok(secret) => Some(secret.expose_secret().to_owned()),
            Err(StoreError::Missing) => None,
            Err(error) => panic!("{error}"),
        }
    }

    fn now(&self, account: &Account) -> Account {
        self.aloft.account(Some(account.id.as_str())).unwrap()
    }
}

fn reference(account: &Account) -> AccountRef {
    AccountRef {
        id: account.id.to_string(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_keyring_a_secret_is_kept_in_a_vault_that_each_start_unlocks() {
    let world = World::new().await;
    let filled = BeginAccount {
        label: "Photos".to_owned(),
        cloud_name: "Journey-Cloud".to_owned(),
        api_key: KEY.to_owned(),
        host: world.sandbox.url().to_string(),
    };
    Commands::begin_account(&world.aloft, filled).await.unwrap();
    let asked = world.desktop.asked_for_secret.lock().unwrap()[0].clone();
    assert_eq!(
        (asked.mode, asked.vault),
        (SecretMode::Type, VaultState::Absent)
    );
    let weak = world.aloft.submit_passphrase(text("harbour1")).await;
    assert_eq!(weak.unwrap_err().kind, ProblemKind::BadValue);
    assert_eq!(world.aloft.vault_state(), VaultState::Absent);
    let over = world.aloft.submit_passphrase(text(PASSPHRASE)).await;
    assert!(!over.unwrap(), "the window still waits for the secret");
    world
        .aloft
        .submit_secret(text(SECRET), KeepingView::Vault)
        .await
        .unwrap();
    let account = world.aloft.account(Some("Photos")).unwrap();
    assert_eq!(account.keeping, Keeping::Vault);
    assert_eq!(world.keyring.puts(), 0);
    let file = world.home.path().join("aloft/config/secrets.vault");
    let bytes = std::fs::read(&file).unwrap();
    assert!(
        !bytes
            .windows(SECRET.len())
            .any(|part| part == SECRET.as_bytes())
    );

    // Another start has no key: uploads wait for the passphrase, and go on with it.
    world.aloft.close().await;
    let aloft = open(world.home.path(), &world.desktop, &world.keyring).await;
    assert_eq!(aloft.vault_state(), VaultState::Locked);
    let file = world.file("a.png", &png("a"));
    let intake = aloft
        .begin_upload(&account, vec![file], &UploadOptions::default())
        .unwrap();
    intake.run().await.unwrap();
    let mut events = aloft.events();
    loop {
        let snapshot = Commands::snapshot(&aloft).await.unwrap();
        let problem = snapshot.accounts[0].problem.clone();
        if problem.is_some_and(|problem| problem.kind == ProblemKind::SecretLocked) {
            assert_eq!(snapshot.store.vault, VaultView::Locked);
            break;
        }
        events.next().await.unwrap();
    }
    Commands::unlock_vault(&aloft).await.unwrap();
    let asked = world.desktop.asked_for_secret.lock().unwrap()[1].clone();
    assert_eq!(
        (asked.mode, asked.vault),
        (SecretMode::Passphrase, VaultState::Locked)
    );
    let wrong = aloft.submit_passphrase(text("not the one")).await;
    assert_eq!(wrong.unwrap_err().kind, ProblemKind::SecretDenied);
    assert!(aloft.submit_passphrase(text(PASSPHRASE)).await.unwrap());
    let again = aloft.submit_passphrase(text(PASSPHRASE)).await;
    assert_eq!(again.unwrap_err().kind, ProblemKind::Gone);
    loop {
        let totals = Commands::snapshot(&aloft).await.unwrap().totals;
        if totals.done == 1 {
            break;
        }
        events.next().await.unwrap();
    }
    aloft.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_vault_gets_another_passphrase_from_who_knows_the_one_it_has() {
    const OTHER: &str = "eleven copper otters under a slow bridge";
    let world = World::new().await;
    let account = world.add_account().await;
    world.aloft.open_vault(&text(PASSPHRASE)).await.unwrap();
    let kept = world.aloft.keep_secret(&account, Keeping::Vault).await;
    let account = kept.unwrap();
    let other_start = open(world.home.path(), &world.desktop, &world.keyring).await;
    other_start.open_vault(&text(PASSPHRASE)).await.unwrap();

    let uncalled = world
        .aloft
        .submit_new_passphrase(text(PASSPHRASE), text(OTHER));
    assert_eq!(uncalled.await.unwrap_err().kind, ProblemKind::Gone);
    Commands::change_passphrase(&world.aloft).await.unwrap();
    let asked = world.desktop.asked_for_secret.lock().unwrap()[0].clone();
    assert_eq!(asked.mode, SecretMode::ChangePassphrase);
    for (old, new, kind) in [
        ("not the one", OTHER, ProblemKind::SecretDenied),
        (PASSPHRASE, "harbour1", ProblemKind::BadValue),
    ] {
        let refused = world.aloft.submit_new_passphrase(text(old), text(new));
        assert_eq!(refused.await.unwrap_err().kind, kind);
        let opens = other_start.open_vault(&text(PASSPHRASE)).await;
        opens.unwrap();
    }
    let changed = world
        .aloft
        .submit_new_passphrase(text(PASSPHRASE), text(OTHER));
    changed.await.unwrap();
    assert_eq!(world.aloft.vault_state(), VaultState::Open);
    world.aloft.cloudinary_url(&account).await.unwrap();
    let asked = FindAudit {
        search: "passphrase".to_owned(),
        before: None,
    };
    let log = Commands::audit(&world.aloft, asked).await.unwrap();
    assert_eq!(log.entries[0].what, "Vault's passphrase changed");

    // Whoever opened it before is locked out until the new one is typed.
    let locked_out = other_start.cloudinary_url(&account).await;
    assert_eq!(locked_out.unwrap_err().kind, ProblemKind::SecretLocked);
    let old = other_start.open_vault(&text(PASSPHRASE)).await;
    assert_eq!(old.unwrap_err().kind, ProblemKind::SecretDenied);
    other_start.open_vault(&text(OTHER)).await.unwrap();
    other_start.cloudinary_url(&account).await.unwrap();
    other_start.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_moves_between_keyring_and_vault_and_is_never_in_neither() {
    let world = World::new().await;
    let account = world.add_account().await;
    let wanted = KeepSecret {
        id: account.id.to_string(),
        keeping: KeepingView::Vault,
    };
    let kept = Commands::keep_secret(&world.aloft, wanted).await.unwrap();
    assert!(
        !kept.done,
        "there is no vault yet: its passphrase is asked for"
    );
    assert_eq!(world.in_keyring(KEY).await.as_deref(), Some(SECRET));
    assert!(
        world
            .aloft
            .submit_passphrase(text(PASSPHRASE))
            .await
            .unwrap()
    );
    let account = world.now(&account);
    assert_eq!(account.keeping, Keeping::Vault);
    assert_eq!(world.in_keyring(KEY).await, None);
    let file = world.file("a.png", &png("a"));
    let options = UploadOptions::default();
    let jobs = world.upload(&account, vec![file], &options).await;
    assert!(jobs[0].receipt.is_some(), "{:?}", jobs[0].failure);

    let back = world.aloft.keep_secret(&account, Keeping::Keyring).await;
    assert_eq!(back.unwrap().keeping, Keeping::Keyring);
    assert_eq!(world.in_keyring(KEY).await.as_deref(), Some(SECRET));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_cannot_be_read_stays_where_it_is() {
    let world = World::new().await;
    let account = world.add_account().await;
    let item = account.item().unwrap();
    world
        .keyring
        .delete(&item, UnlockDialog::Never)
        .await
        .unwrap();
    world.aloft.open_vault(&text(PASSPHRASE)).await.unwrap();
    let refused = world.aloft.keep_secret(&account, Keeping::Vault).await;
    assert_eq!(refused.unwrap_err().kind, ProblemKind::SecretMissing);
    assert_eq!(world.now(&account).keeping, Keeping::Keyring);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_shown_after_a_question_and_once() {
    let world = World::new().await;
    let account = world.add_account().await;
    let refused = Commands::reveal_secret(&world.aloft, reference(&account)).await;
    assert_eq!(refused.unwrap_err().kind, ProblemKind::Declined);
    assert!(world.desktop.asked_for_secret.lock().unwrap().is_empty());
    let nobody = world.aloft.revealed().await;
    assert_eq!(nobody.unwrap_err().kind, ProblemKind::Gone);

    *world.desktop.says_yes.lock().unwrap() = true;
    Commands::reveal_secret(&world.aloft, reference(&account))
        .await
        .unwrap();
    let question = world.desktop.questions.lock().unwrap()[1].clone();
    assert!(question.body.contains("Journey"), "{question:?}");
    let asked = world.desktop.asked_for_secret.lock().unwrap()[0].clone();
    assert_eq!(asked.mode, SecretMode::Reveal);
    // A window that shows a secret takes none.
    let typed = world
        .aloft
        .submit_secret(text(SECRET), KeepingView::Keyring)
        .await;
    assert_eq!(typed.unwrap_err().kind, ProblemKind::Gone);
    let shown = world.aloft.revealed().await.unwrap();
    assert_eq!(shown.expose_secret(), SECRET);
    let again = world.aloft.revealed().await;
    assert_eq!(again.unwrap_err().kind, ProblemKind::Gone);
}

#[tokio::test]
async fn a_shown_secret_is_gone_after_ten_seconds() {
    let world = World::new().await;
    let account = world.add_account().await;
    *world.desktop.says_yes.lock().unwrap() = true;
    Commands::reveal_secret(&world.aloft, reference(&account))
        .await
        .unwrap();
    world.aloft.revealed().await.unwrap();
    let mut closed = world.desktop.secret_closed.subscribe();
    let passed = time_until(closed.wait_for(|times| *times == 1)).await;
    assert_eq!(passed.as_secs_f32().round(), 10.0, "{passed:?}");
}

/// How much time passes until then. The clock runs on by itself to the next thing that waits for it.
pub(crate) async fn time_until<T, E: std::fmt::Debug>(
    seen: impl Future<Output = Result<T, E>>,
) -> Duration {
    tokio::time::pause();
    let start = tokio::time::Instant::now();
    seen.await.unwrap();
    start.elapsed()
}

async fn copied() -> World {
    let world = World::new().await;
    let account = world.add_account().await;
    let refused = Commands::copy_secret(&world.aloft, reference(&account)).await;
    assert_eq!(refused.unwrap_err().kind, ProblemKind::Declined);
    assert_eq!(*world.desktop.text.lock().unwrap(), None);
    *world.desktop.says_yes.lock().unwrap() = true;
    Commands::copy_secret(&world.aloft, reference(&account))
        .await
        .unwrap();
    assert_eq!(world.desktop.text.lock().unwrap().as_deref(), Some(SECRET));
    world
}

#[tokio::test]
async fn a_copied_secret_leaves_the_clipboard_after_half_a_minute() {
    let world = copied().await;
    let mut copies = world.desktop.copies.subscribe();
    let passed = time_until(copies.wait_for(|times| *times == 1)).await;
    assert_eq!(passed.as_secs_f32().round(), 30.0, "{passed:?}");
    assert_eq!(*world.desktop.text.lock().unwrap(), None);
}

#[tokio::test]
async fn what_was_copied_after_a_secret_stays() {
    let world = copied().await;
    *world.desktop.text.lock().unwrap() = Some("something else".to_owned());
    let mut copies = world.desktop.copies.subscribe();
    time_until(copies.wait_for(|times| *times == 1)).await;
    let left = world.desktop.text.lock().unwrap().clone();
    assert_eq!(left.as_deref(), Some("something else"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copied_secret_does_not_outlive_the_program() {
    let world = copied().await;
    world.aloft.close().await;
    assert_eq!(*world.desktop.text.lock().unwrap(), None);
}

#[tokio::test]
async fn a_clipboard_that_did_not_let_itself_be_cleared_is_tried_again() {
    let world = copied().await;
    let trouble = world.aloft.account(Some("nobody")).unwrap_err();
    *world.desktop.refuses.lock().unwrap() = Some(trouble);
    // The lock still waits for its answer when the half minute is over.
    let answers = world.desktop.clipboard_answers.lock().await;
    world.aloft.lock().await.unwrap();
    tokio::time::pause();
    tokio::time::sleep(Duration::from_secs(31)).await;
    drop(answers);
    // Paused, time goes on when nothing else is left to do: both have heard their answer.
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(world.desktop.text.lock().unwrap().as_deref(), Some(SECRET));
    *world.desktop.refuses.lock().unwrap() = None;
    tokio::time::sleep(Duration::from_secs(31)).await;
    assert_eq!(*world.desktop.text.lock().unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_shuts_the_vault_and_takes_a_copied_secret_back() {
    let world = copied().await;
    let account = world.aloft.accounts().unwrap().remove(0);
    world.aloft.open_vault(&text(PASSPHRASE)).await.unwrap();
    let kept = world.aloft.keep_secret(&account, Keeping::Vault).await;
    kept.unwrap();
    let mut copies = world.desktop.copies.subscribe();
    world.aloft.lock().await.unwrap();
    // By the lock, and not by the half minute that ends every copy.
    let by_the_lock = Duration::from_secs(15);
    let taken_back = copies.wait_for(|times| *times == 1);
    let in_time = tokio::time::timeout(by_the_lock, taken_back).await;
    in_time.expect("a lock takes it back").unwrap();
    assert_eq!(*world.desktop.text.lock().unwrap(), None);
    assert_eq!(world.aloft.vault_state(), VaultState::Locked);
    let refused = [
        world.aloft.open_vault(&text(PASSPHRASE)).await,
        Commands::reveal_secret(&world.aloft, reference(&account))
            .await
            .map(drop),
        Commands::copy_secret(&world.aloft, reference(&account))
            .await
            .map(drop),
    ];
    for refused in refused {
        assert_eq!(refused.unwrap_err().kind, ProblemKind::Locked);
    }
    // Unlocking asks for the passphrase of what was shut.
    Commands::unlock(&world.aloft).await.unwrap();
    let asked = world.desktop.asked_for_secret.lock().unwrap()[0].clone();
    assert_eq!(asked.mode, SecretMode::Passphrase);
    assert!(
        world
            .aloft
            .submit_passphrase(text(PASSPHRASE))
            .await
            .unwrap()
    );
}
