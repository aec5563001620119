//! Secrets on their way into a store: who else adds them, what a lock does meanwhile, and a store that keeps something else.

use std::time::Duration;

use app::contract::{Commands, LookAround, LyingRef, ProblemKind, RestoreAccounts};
use app::{
    Account, AccountChanges, Clipboard, Consent, ExposeSecret, Keeping, SecretString, Whereabouts,
};

use crate::world::{KEY, SECRET, World, open};

const PASSPHRASE: &str = "nine paper boats beneath the old mill";

impl World {
    fn address(&self) -> SecretString {
        SecretString::from(self.url())
    }

    fn other_address(&self) -> SecretString {
        SecretString::from(self.url_with(KEY, "canary-older-Xk3Vw8Rt5Yp1L", "Journey-Cloud"))
    }

    /// A secret stands before the keyring, and the keyring has it not yet.
    async fn one_at_the_door(&self) {
        let mut standing = self.keyring.before_door.subscribe();
        standing.wait_for(|count| *count > 0).await.unwrap();
    }

    async fn forget_who_stood_there(&self) {
        self.keyring.before_door.send_replace(0);
    }
}

/// Two terminals, or a terminal and the window: the one that comes second must not take away what the first one kept.
#[tokio::test(flavor = "multi_thread")]
async fn two_who_add_the_same_account_leave_it_with_its_secret() {
    let world = World::new().await;
    let other = open(world.home.path(), &world.desktop, &world.keyring).await;
    let (address, same) = (world.address(), world.address());
    let door = world.keyring.door.lock().await;
    let first = world
        .aloft
        .add_url(&address, "First", Keeping::Keyring, Consent::Given);
    let second = async {
        world.one_at_the_door().await;
        let second = other.add_url(&same, "Second", Keeping::Keyring, Consent::Given);
        tokio::pin!(second);
        // It waits for the first one, however long it is given; in the other order both would go on at once.
        let early = tokio::time::timeout(Duration::from_millis(300), &mut second).await;
        assert!(early.is_err(), "it did not wait: {early:?}");
        assert_eq!(*world.keyring.before_door.borrow(), 1);
        drop(door);
        second.await
    };
    let (first, second) = tokio::join!(first, second);
    assert_eq!(first.unwrap().id, second.unwrap().id);
    let accounts = world.aloft.accounts().unwrap();
    assert_eq!(accounts.len(), 1, "{accounts:?}");
    assert_eq!(world.in_keyring(KEY).await.as_deref(), Some(SECRET));
}

/// Whatever the answer: where there is an account there is its secret, and where there is none there is none.
#[tokio::test(flavor = "multi_thread")]
async fn a_lock_while_a_secret_is_being_kept_leaves_no_half_of_it() {
    let world = World::new().await;
    let address = world.address();
    let door = world.keyring.door.lock().await;
    let adding = world
        .aloft
        .add_url(&address, "Journey", Keeping::Keyring, Consent::Given);
    let locking = async {
        world.one_at_the_door().await;
        world.aloft.lock().await.unwrap();
        drop(door);
    };
    let (added, ()) = tokio::join!(adding, locking);
    let account = added.unwrap();
    assert_eq!(world.aloft.accounts().unwrap().len(), 1);
    assert_eq!(world.in_keyring(KEY).await.as_deref(), Some(SECRET));

    // A secret of a backup takes the place of the one that is there, or does not.
    world.aloft.unlock().await.unwrap();
    let file = world.home.path().join("kept.aloft");
    let passphrase = SecretString::from(PASSPHRASE);
    let made = world
        .aloft
        .export_accounts(std::slice::from_ref(&account), &file, &passphrase);
    made.await.unwrap();
    let renewed = AccountChanges {
        secret: Some(SecretString::from("canary-newer-Qz7Ls2Dn9Fh4C")),
        ..AccountChanges::default()
    };
    let edited = world.aloft.edit_account(&account, renewed, Consent::Given);
    edited.await.unwrap();
    *world.desktop.says_yes.lock().unwrap() = true;
    *world.desktop.picks.lock().unwrap() = vec![file];
    Commands::import_backup(&world.aloft).await.unwrap();
    world.aloft.submit_passphrase(passphrase).await.unwrap();
    world.forget_who_stood_there().await;
    let door = world.keyring.door.lock().await;
    let wanted = RestoreAccounts {
        numbers: vec![0],
        renew: true,
    };
    let restoring = Commands::restore_accounts(&world.aloft, wanted);
    let locking = async {
        world.one_at_the_door().await;
        world.aloft.lock().await.unwrap();
        drop(door);
    };
    let (restored, ()) = tokio::join!(restoring, locking);
    let restored = restored.unwrap();
    assert_eq!((restored.restored, restored.failed.len()), (1, 0));
    assert_eq!(world.in_keyring(KEY).await.as_deref(), Some(SECRET));
}

/// Two windows, two terminals: what one of them read before its turn may be another account by now.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_decided_about_an_account_that_looks_otherwise_by_now_is_not_done() {
    let world = World::new().await;
    let before = world.add_account().await;
    let other_key = AccountChanges {
        api_key: Some("111222333444555".to_owned()),
        ..AccountChanges::default()
    };
    let edited = world.aloft.edit_account(&before, other_key, Consent::Given);
    let now = edited.await.unwrap();
    world
        .aloft
        .open_vault(&SecretString::from(PASSPHRASE))
        .await
        .unwrap();
    let secret = AccountChanges {
        secret: Some(SecretString::from("canary-newer-Qz7Ls2Dn9Fh4C")),
        ..AccountChanges::default()
    };
    let second = SecretString::from("canary-second-Hw4Jq8Zt2Vb6N");
    let refused = [
        world.aloft.remove_account(&before).await.err(),
        world.aloft.keep_secret(&before, Keeping::Vault).await.err(),
        world
            .aloft
            .edit_account(&before, secret, Consent::Given)
            .await
            .err(),
        world
            .aloft
            .begin_rotation(&before, "999888777666555", &second)
            .await
            .err(),
    ];
    for refused in refused {
        assert_eq!(refused.unwrap().kind, ProblemKind::Gone);
    }
    assert_eq!(world.aloft.accounts().unwrap().len(), 1);
    let url = world.aloft.cloudinary_url(&now).await.unwrap();
    assert!(url.expose_secret().contains(SECRET));
}

/// Mistyped, or of another key: what worked stays until the user says so.
#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_worked_is_not_replaced_without_a_word() {
    let world = World::new().await;
    let account = world.add_account().await;
    world.aloft.verify(&account).await.unwrap();
    let other = world.other_address();
    let again = async |address: &SecretString| {
        let added = world
            .aloft
            .add_url(address, "Other", Keeping::Keyring, Consent::Given);
        added.await
    };
    let refused = again(&other).await.unwrap_err();
    assert_eq!(refused.kind, ProblemKind::Declined);
    assert_eq!(world.in_keyring(KEY).await.as_deref(), Some(SECRET));
    assert_eq!(again(&world.address()).await.unwrap().id, account.id);
    assert_eq!(world.desktop.questions.lock().unwrap().len(), 1);

    *world.desktop.says_yes.lock().unwrap() = true;
    world.aloft.verify(&account).await.unwrap();
    assert_eq!(again(&other).await.unwrap().id, account.id);
    assert_ne!(world.in_keyring(KEY).await.as_deref(), Some(SECRET));
}

/// Another process may have a dialog of the keyring open in its turn.
#[tokio::test(flavor = "multi_thread")]
async fn a_lock_waits_for_nobody_s_turn() {
    let world = World::new().await;
    let address = world.address();
    let turn = world.home.path().join("aloft/config/changes.lock");
    let turn = std::fs::File::create(turn).unwrap();
    turn.lock().unwrap();
    let adding = world
        .aloft
        .add_url(&address, "Journey", Keeping::Keyring, Consent::Given);
    tokio::pin!(adding);
    let early = tokio::time::timeout(Duration::from_millis(300), &mut adding).await;
    assert!(early.is_err(), "it did not wait: {early:?}");
    world.aloft.lock().await.unwrap();
    assert_eq!(adding.await.unwrap_err().kind, ProblemKind::Locked);
    assert_eq!(
        (world.keyring.puts(), world.in_keyring(KEY).await),
        (0, None)
    );
    drop(turn);
}

/// The question about a host may stand open for as long as nobody is there; a lock does not wait for its answer.
#[tokio::test(flavor = "multi_thread")]
async fn a_lock_takes_a_pasted_secret_while_the_user_is_being_asked() {
    let world = World::new().await;
    let url =
        format!("cloudinary://{KEY}:{SECRET}@Journey-Cloud?upload_prefix=https://api.example.com");
    *world.desktop.clipboard.lock().unwrap() = Some(Clipboard::Text(url.into()));
    *world.desktop.says_yes.lock().unwrap() = true;
    let thinking = world.desktop.thinking.lock().await;
    let pasting = Commands::paste_account(&world.aloft);
    let locking = async {
        while world.desktop.questions.lock().unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
        world.aloft.lock().await.unwrap();
    };
    let (pasted, ()) = tokio::join!(pasting, locking);
    drop(thinking);
    assert_eq!(pasted.unwrap_err().kind, ProblemKind::Locked);
    assert_eq!(
        (world.keyring.puts(), world.in_keyring(KEY).await),
        (0, None)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keyring_that_keeps_something_else_is_not_believed() {
    let world = World::new().await;
    world.keyring.garbles(true);
    let address = world.address();
    let refused = world
        .aloft
        .add_url(&address, "Journey", Keeping::Keyring, Consent::Given)
        .await
        .unwrap_err();
    assert_eq!(refused.kind, ProblemKind::SecretDenied, "{refused}");
    assert!(world.aloft.accounts().unwrap().is_empty());
    assert_eq!(world.in_keyring(KEY).await, None);

    // A secret that moves stays where it was until the other place gave it back.
    let passphrase = SecretString::from(PASSPHRASE);
    world.aloft.open_vault(&passphrase).await.unwrap();
    let added = world
        .aloft
        .add_url(&address, "Journey", Keeping::Vault, Consent::Given);
    let account = added.await.unwrap();
    let refused = world.aloft.keep_secret(&account, Keeping::Keyring).await;
    assert_eq!(refused.unwrap_err().kind, ProblemKind::SecretDenied);
    let now = world.aloft.account(Some("Journey")).unwrap();
    assert_eq!(now.keeping, Keeping::Vault);
    assert_eq!(secret_of(&world, &now).await, SECRET);
    world.keyring.garbles(false);
    let moved = world.aloft.keep_secret(&now, Keeping::Keyring).await;
    assert_eq!(secret_of(&world, &moved.unwrap()).await, SECRET);
}

/// What another program did to the keyring since the account was taken over is found out before its file is changed.
#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_not_removed_from_its_file_when_the_store_has_another_one_by_now() {
    let world = World::new().await;
    world.add_account().await;
    let line = format!("CLOUDINARY_URL={}\n", world.url());
    let file = world.file(".env", line.as_bytes());
    world.aloft.find_in(Whereabouts {
        home: None,
        variables: Vec::new(),
        files: vec![file.clone()],
    });
    let asked = LookAround { pick: false };
    Commands::find_accounts(&world.aloft, asked).await.unwrap();
    *world.desktop.says_yes.lock().unwrap() = true;
    let other = world.other_address();
    let renewed = world
        .aloft
        .add_url(&other, "Journey", Keeping::Keyring, Consent::Given);
    renewed.await.unwrap();
    let number = LyingRef { number: 1 };
    let refused = Commands::remove_there(&world.aloft, number).await;
    assert_eq!(refused.unwrap_err().kind, ProblemKind::BadValue);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), line);
    let address = world.address();
    let again = world
        .aloft
        .add_url(&address, "Journey", Keeping::Keyring, Consent::Given);
    again.await.unwrap();
    Commands::remove_there(&world.aloft, number).await.unwrap();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "");
}

async fn secret_of(world: &World, account: &Account) -> String {
    let url = world.aloft.cloudinary_url(account).await.unwrap();
    let url = url.expose_secret();
    let (_, rest) = url.split_once(KEY).unwrap();
    rest[1..].split('@').next().unwrap().to_owned()
}
