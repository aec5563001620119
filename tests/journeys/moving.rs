//! Accounts that go into a backup and come from one, and secrets that lie about, asked for in the window.

use std::path::{Path, PathBuf};

use app::contract::{
    AccountRefs, Commands, Event, FindAudit, LookAround, LyingAbout, LyingRef, Notice, ProblemKind,
    RestoreAccounts, TrackingView,
};
use app::{Consent, ExposeSecret, Keeping, SecretString, UnlockDialog, Whereabouts};

use crate::world::{KEY, SECRET, World};

const PASSPHRASE: &str = "twelve copper otters under the bridge";

impl World {
    fn agrees(&self, picks: &[&Path]) {
        *self.desktop.says_yes.lock().unwrap() = true;
        *self.desktop.picks.lock().unwrap() = picks.iter().map(|pick| pick.to_path_buf()).collect();
    }

    async fn types(&self, passphrase: &str) -> Result<bool, app::contract::Problem> {
        let passphrase = SecretString::from(passphrase);
        self.aloft.submit_passphrase(passphrase).await
    }

    /// Nothing but these files lies about.
    fn lying(&self, files: Vec<PathBuf>) {
        let around = Whereabouts {
            home: Some(self.home.path().join("nobody")),
            variables: Vec::new(),
            files,
        };
        self.aloft.find_in(around);
    }

    async fn found(&self, pick: bool) -> LyingAbout {
        let asked = LookAround { pick };
        Commands::find_accounts(&self.aloft, asked).await.unwrap()
    }

    async fn log(&self) -> Vec<String> {
        let asked = FindAudit {
            search: String::new(),
            before: None,
        };
        let view = Commands::audit(&self.aloft, asked).await.unwrap();
        view.entries.into_iter().map(|entry| entry.what).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_go_into_a_file_and_are_chosen_from_it_elsewhere() {
    let (here, there) = (World::new().await, World::new().await);
    here.add_account().await;
    let all = AccountRefs { ids: Vec::new() };
    let declined = Commands::export_accounts(&here.aloft, all.clone())
        .await
        .unwrap_err();
    assert_eq!(declined.kind, ProblemKind::Declined);
    here.agrees(&[here.home.path()]);
    Commands::export_accounts(&here.aloft, all).await.unwrap();
    let question = here.desktop.questions.lock().unwrap().last().cloned();
    assert!(question.unwrap().body.contains("Journey"));
    let weak = here.types("password").await.unwrap_err();
    assert_eq!(weak.kind, ProblemKind::BadValue);
    assert!(here.types(PASSPHRASE).await.unwrap(), "the window can go");
    assert_eq!(here.log().await[0], "Account written into a backup");
    let gone = here.types(PASSPHRASE).await.unwrap_err();
    assert_eq!(gone.kind, ProblemKind::Gone, "nobody waits for another one");
    let file = std::fs::read_dir(here.home.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|end| end == "aloft"))
        .unwrap();

    there.agrees(&[&file]);
    Commands::import_backup(&there.aloft).await.unwrap();
    let mut events = there.aloft.events();
    let wrong = there.types("not the passphrase of it").await.unwrap_err();
    assert_eq!(wrong.kind, ProblemKind::BadValue);
    there.types(PASSPHRASE).await.unwrap();
    while !matches!(
        events.next().await.unwrap(),
        Event::Notice(Notice::BackupOpened)
    ) {}
    let view = Commands::opened_backup(&there.aloft).await.unwrap();
    assert_eq!(view.accounts[0].label, "Journey");
    assert!(there.aloft.accounts().unwrap().is_empty());
    let wanted = RestoreAccounts {
        numbers: vec![view.accounts[0].number],
        renew: false,
    };
    let restored = Commands::restore_accounts(&there.aloft, wanted)
        .await
        .unwrap();
    assert_eq!((restored.restored, restored.failed.len()), (1, 0));
    let account = there.aloft.active_account().unwrap().unwrap();
    let item = account.item().unwrap();
    let kept = app::SecretStore::get(&*there.keyring, &item, UnlockDialog::Never);
    assert_eq!(kept.await.unwrap().expose_secret(), SECRET);
    let closed = Commands::opened_backup(&there.aloft).await.unwrap_err();
    assert_eq!(closed.kind, ProblemKind::Gone, "it is let go of");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_in_a_file_is_taken_over_then_removed_there_and_nothing_else_is() {
    let world = World::new().await;
    let before = format!("A=1\nCLOUDINARY_URL={}\n# the end", world.url());
    let file = world.file(".env", before.as_bytes());
    world.lying(Vec::new());
    assert!(world.found(false).await.accounts.is_empty());
    world.agrees(&[&file]);
    let found = world.found(true).await;
    let [lying] = &found.accounts[..] else {
        panic!("{found:?}");
    };
    assert_eq!(lying.api_key, KEY);
    assert_eq!(lying.git, TrackingView::None);
    assert!(!serde_json::to_string(&found).unwrap().contains(SECRET));

    let number = LyingRef {
        number: lying.number,
    };
    let early = Commands::remove_there(&world.aloft, number)
        .await
        .unwrap_err();
    assert_eq!(early.kind, ProblemKind::Gone, "nobody here has it yet");
    let taken = Commands::take_over(&world.aloft, number).await.unwrap();
    assert_eq!(taken.cloud_name, "Journey-Cloud");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), before);
    *world.desktop.says_yes.lock().unwrap() = false;
    let declined = Commands::remove_there(&world.aloft, number)
        .await
        .unwrap_err();
    assert_eq!(declined.kind, ProblemKind::Declined);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), before);
    world.agrees(&[]);
    Commands::remove_there(&world.aloft, number).await.unwrap();
    let question = world.desktop.questions.lock().unwrap().last().cloned();
    assert!(question.unwrap().body.contains(".env:2"));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "A=1\n# the end");
    assert_eq!(
        world.log().await[..2],
        [
            "Secret removed from another program's file",
            "Account imported"
        ]
    );
    let again = Commands::remove_there(&world.aloft, number)
        .await
        .unwrap_err();
    assert_eq!(again.kind, ProblemKind::Gone);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_is_kept_for_the_session_only_stays_in_its_file() {
    let world = World::new().await;
    let url = SecretString::from(world.url());
    world
        .aloft
        .add_url(&url, "Mine", Keeping::SessionOnly, Consent::Given)
        .await
        .unwrap();
    let line = format!("CLOUDINARY_URL={}\n", world.url());
    let file = world.file(".env", line.as_bytes());
    world.lying(vec![file.clone()]);
    let found = world.found(false).await;
    assert_eq!(found.accounts[0].saved_as.as_deref(), Some("Mine"));
    world.agrees(&[]);
    let number = LyingRef { number: 1 };
    let refused = Commands::remove_there(&world.aloft, number)
        .await
        .unwrap_err();
    assert_eq!(refused.kind, ProblemKind::NoStore);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), line);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_cannot_name_a_host_that_gets_the_secret() {
    let world = World::new().await;
    let line = format!("CLOUDINARY_URL={}\n", evil());
    let file = world.file(".env", line.as_bytes());
    world.lying(vec![file]);
    let found = world.found(false).await;
    assert_eq!(
        found.accounts[0].host.as_deref(),
        Some("https://api.evil.example/")
    );
    let refused = Commands::take_over(&world.aloft, LyingRef { number: 1 })
        .await
        .unwrap_err();
    assert_eq!(refused.kind, ProblemKind::Declined);
    assert!(world.aloft.accounts().unwrap().is_empty());
    assert_eq!(world.keyring.puts(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_other_key_of_a_change_is_not_taken_over_and_keeps_its_secret() {
    let world = World::new().await;
    let account = world.add_account().await;
    let (key, second) = (
        "111222333444555",
        SecretString::from("canary-second-Hw4Jq8Zt2Vb6N"),
    );
    let begun = world.aloft.begin_rotation(&account, key, &second);
    let item = begun
        .await
        .unwrap()
        .with_other_key()
        .unwrap()
        .item()
        .unwrap();
    let line = format!(
        "CLOUDINARY_URL={}\n",
        world.url_with(key, "canary-stale-Bv6Nm2Qw9Er4T", "Journey-Cloud")
    );
    world.lying(vec![world.file(".env", line.as_bytes())]);
    world.agrees(&[]);
    assert_eq!(world.found(false).await.accounts.len(), 1);
    let puts = world.keyring.puts();
    let refused = Commands::take_over(&world.aloft, LyingRef { number: 1 }).await;
    assert_eq!(refused.unwrap_err().kind, ProblemKind::BadValue);
    assert_eq!(world.keyring.puts(), puts);
    let kept = app::SecretStore::get(&*world.keyring, &item, UnlockDialog::Never);
    assert_eq!(kept.await.unwrap().expose_secret(), second.expose_secret());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_while_the_user_thinks_takes_the_opened_backup() {
    let (here, there) = (World::new().await, World::new().await);
    let account = here.add_account().await;
    let file = here.home.path().join("kept.aloft");
    let passphrase = SecretString::from(PASSPHRASE);
    // The host is asked about where it is neither Cloudinary's nor this computer's.
    let changes = app::AccountChanges {
        host: Some("https://api.example.com".to_owned()),
        ..app::AccountChanges::default()
    };
    let account = here.aloft.edit_account(&account, changes, Consent::Given);
    let accounts = [account.await.unwrap()];
    let made = here.aloft.export_accounts(&accounts, &file, &passphrase);
    made.await.unwrap();
    there.agrees(&[&file]);
    Commands::import_backup(&there.aloft).await.unwrap();
    there.types(PASSPHRASE).await.unwrap();
    let view = Commands::opened_backup(&there.aloft).await.unwrap();
    let numbers = vec![view.accounts[0].number];
    let asked = there.desktop.questions.lock().unwrap().len();
    let thinking = there.desktop.thinking.lock().await;
    let wanted = RestoreAccounts {
        numbers,
        renew: false,
    };
    let answered = async {
        while there.desktop.questions.lock().unwrap().len() == asked {
            tokio::task::yield_now().await;
        }
        there.aloft.lock().await.unwrap();
        drop(thinking);
    };
    let restoring = Commands::restore_accounts(&there.aloft, wanted);
    let (restored, ()) = tokio::join!(restoring, answered);
    assert_eq!(restored.unwrap().failed[0].kind, ProblemKind::Locked);
    let closed = Commands::opened_backup(&there.aloft).await.unwrap_err();
    assert_eq!(closed.kind, ProblemKind::Gone);
    assert_eq!(there.keyring.puts(), 0);
}

fn evil() -> String {
    format!("cloudinary://{KEY}:{SECRET}@Journey-Cloud?upload_prefix=https://api.evil.example")
}
