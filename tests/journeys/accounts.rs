//! Accounts: pasted, filled in, tried out, offline, wrong.

use app::contract::{
    AccountRef, BeginAccount, Commands, JobState, KeepingView, OriginView, ProblemKind,
    VerificationView,
};
use app::{Consent, ExposeSecret, Keeping, SecretString};

use crate::world::{KEY, SECRET, World, bytes_behind, png, rows};

#[tokio::test(flavor = "multi_thread")]
async fn a_pasted_line_becomes_a_verified_account() {
    let world = World::new().await;
    *world.desktop.text.lock().unwrap() =
        Some(format!("export CLOUDINARY_URL=\"{}\"\n", world.url()));
    let added = Commands::paste_account(&world.aloft).await.unwrap();
    assert_eq!(
        (added.label.as_str(), added.cloud_name.as_str()),
        ("Journey-Cloud", "Journey-Cloud")
    );
    let verified = world
        .account_where(|account| account.verification == VerificationView::Verified)
        .await;
    assert_eq!(verified.id, added.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pasted_line_that_is_wrong_names_the_part() {
    let world = World::new().await;
    for (text, word) in [
        (format!("cloudinary://{KEY}@cloud"), "secret"),
        (format!("https://{KEY}:{SECRET}@cloud"), "cloudinary://"),
        (format!("cloudinary://{KEY}:{SECRET}@"), "cloud name"),
    ] {
        *world.desktop.text.lock().unwrap() = Some(text);
        let problem = Commands::paste_account(&world.aloft).await.unwrap_err();
        assert_eq!(problem.kind, ProblemKind::BadUrl);
        assert!(
            problem.message.to_string().to_lowercase().contains(word),
            "{}",
            problem.message
        );
        assert!(!problem.to_string().contains(SECRET));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filled_in_account_asks_for_its_secret_in_a_window_of_its_own() {
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
        (asked.label.as_str(), asked.api_key.as_str()),
        ("Photos", KEY)
    );
    world
        .aloft
        .submit_secret(SecretString::from(SECRET), KeepingView::Keyring)
        .await
        .unwrap();
    world
        .account_where(|account| account.verification == VerificationView::Verified)
        .await;

    let item = world.aloft.account(Some("Photos")).unwrap().item().unwrap();
    assert_eq!(item.user(), format!("Journey-Cloud:{KEY}"));
    let kept = app::SecretStore::get(&*world.keyring, &item, app::UnlockDialog::Never)
        .await
        .unwrap();
    assert_eq!(kept.expose_secret(), SECRET);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_cannot_name_a_host_that_gets_the_secret() {
    let world = World::new().await;
    let filled = BeginAccount {
        label: String::new(),
        cloud_name: "Journey-Cloud".to_owned(),
        api_key: KEY.to_owned(),
        host: "https://api.evil.example".to_owned(),
    };
    let refused = Commands::begin_account(&world.aloft, filled)
        .await
        .unwrap_err();
    assert_eq!(refused.kind, ProblemKind::Declined);
    assert!(
        world.desktop.questions.lock().unwrap()[0]
            .body
            .contains("api.evil.example")
    );
    assert!(world.desktop.asked_for_secret.lock().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn each_wrong_value_is_named() {
    let world = World::new().await;
    for (key, secret, cloud, word) in [
        (
            KEY,
            "not-the-secret-not-the-secret",
            "Journey-Cloud",
            "secret",
        ),
        ("111111111111111", SECRET, "Journey-Cloud", "API key"),
        (KEY, SECRET, "some-other-cloud", "cloud name"),
    ] {
        let url = SecretString::from(world.url_with(key, secret, cloud));
        let account = world
            .aloft
            .add_url(&url, word, Keeping::Keyring, Consent::Ask)
            .await
            .unwrap();
        let verified = world.aloft.verify(&account).await.unwrap();
        let app::Verification::Rejected { reason, .. } = verified.verification else {
            panic!("{word}: {:?}", verified.verification);
        };
        let reason = app::words::of_rejection(&reason).to_string();
        assert!(reason.contains(word), "{word}: {reason}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_added_offline_is_unverified_and_keeps_its_uploads() {
    let world = World::new().await;
    let offline = "cloudinary://847362519283746:canary-Zk3v9Qp7sXw2Lr8tBn5m@Journey-Cloud?upload_prefix=http://127.0.0.1:1";
    let account = world
        .aloft
        .add_url(
            &SecretString::from(offline),
            "Offline",
            Keeping::Keyring,
            Consent::Ask,
        )
        .await
        .unwrap();
    assert_eq!(
        world.aloft.verify(&account).await.unwrap_err().kind,
        ProblemKind::Unreachable
    );
    let view = world
        .account_where(|account| account.label == "Offline")
        .await;
    assert_eq!(view.verification, VerificationView::Unverified);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_secret_pauses_the_account_and_loses_no_file() {
    let world = World::new().await;
    let url =
        SecretString::from(world.url_with(KEY, "wrong-wrong-wrong-wrong-wro", "Journey-Cloud"));
    let account = world
        .aloft
        .add_url(&url, "Wrong", Keeping::Keyring, Consent::Ask)
        .await
        .unwrap();
    world
        .aloft
        .take(vec![
            world.file("a.png", &png("a")),
            world.file("b.png", &png("b")),
        ])
        .await;
    let stopped = world
        .account_where(|account| account.problem.is_some())
        .await;
    assert_eq!(stopped.problem.unwrap().kind, ProblemKind::WrongSecret);
    let jobs = rows(&world.aloft).await;
    assert!(
        jobs.iter()
            .all(|job| !matches!(job.state, JobState::Failed | JobState::Done)),
        "{jobs:?}"
    );

    // The right secret for the same key: the account is renewed, and everything arrives.
    let renewed = world.add_account().await;
    assert_eq!(renewed.id, account.id);
    let jobs = world.settled().await;
    assert_eq!(jobs.len(), 2);
    assert!(
        jobs.iter().all(|job| job.state == JobState::Done),
        "{jobs:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn trying_it_without_an_account_works_at_once() {
    let world = World::new().await;
    let account = Commands::try_sandbox(&world.aloft).await.unwrap();
    assert_eq!(account.origin, OriginView::Sandbox);
    let picture = png("trial");
    world.aloft.take(vec![world.file("t.png", &picture)]).await;
    let jobs = world.settled().await;
    assert_eq!(
        bytes_behind(jobs[0].link.as_deref().unwrap()).await,
        picture
    );
    world.aloft.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn links_of_the_sandbox_work_again_after_a_restart() {
    let world = World::new().await;
    Commands::try_sandbox(&world.aloft).await.unwrap();
    let picture = png("kept");
    world.aloft.take(vec![world.file("k.png", &picture)]).await;
    let link = world.settled().await[0].link.clone().unwrap();
    world.aloft.close().await;
    assert!(reqwest::get(&link).await.is_err(), "the sandbox still runs");

    let restarted = crate::world::open(world.home.path(), &world.desktop, &world.keyring).await;
    let answers = async {
        while reqwest::get(&link).await.is_err() {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), answers)
        .await
        .expect("nobody asked for the sandbox, so nobody started it");
    assert_eq!(bytes_behind(&link).await, picture);
    restarted.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn removing_an_account_asks_and_takes_the_secret_with_it() {
    let world = World::new().await;
    let account = world.add_account().await;
    let request = AccountRef {
        id: account.id.to_string(),
    };
    let kept = Commands::remove_account(&world.aloft, request.clone())
        .await
        .unwrap_err();
    assert_eq!(kept.kind, ProblemKind::Declined);
    assert!(
        world.desktop.questions.lock().unwrap()[0]
            .body
            .contains("Journey")
    );

    world
        .sandbox
        .set_faults(serde_json::from_str(r#"[{"do": {"status": {"code": 503}}}]"#).unwrap());
    world
        .aloft
        .take(vec![world.file("unsent.png", &png("unsent"))])
        .await;
    *world.desktop.says_yes.lock().unwrap() = true;
    Commands::remove_account(&world.aloft, request)
        .await
        .unwrap();
    assert!(world.aloft.accounts().unwrap().is_empty());
    assert_eq!(world.settled().await[0].state, JobState::Cancelled);
    let gone = app::SecretStore::get(
        &*world.keyring,
        &account.item().unwrap(),
        app::UnlockDialog::Never,
    )
    .await;
    assert!(gone.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_account_leaves_no_secret_where_it_was_kept_before() {
    let world = World::new().await;
    let account = world.add_account().await;
    let url = SecretString::from(world.url());
    world
        .aloft
        .add_url(&url, "", Keeping::SessionOnly, Consent::Ask)
        .await
        .unwrap();
    let account = world.aloft.account(Some(account.id.as_str())).unwrap();
    assert_eq!(account.keeping, Keeping::SessionOnly);
    world.aloft.remove_account(&account).await.unwrap();
    let gone = app::SecretStore::get(
        &*world.keyring,
        &account.item().unwrap(),
        app::UnlockDialog::Never,
    )
    .await;
    assert!(gone.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_goes_whole_though_its_defaults_are_damaged() {
    let world = World::new().await;
    let account = world.add_account().await;
    world
        .sandbox
        .set_faults(serde_json::from_str(r#"[{"do": {"status": {"code": 503}}}]"#).unwrap());
    world
        .aloft
        .take(vec![world.file("unsent.png", &png("unsent"))])
        .await;
    let defaults = world.home.path().join("aloft/config/defaults.json");
    std::fs::write(&defaults, "{").unwrap();
    world.aloft.remove_account(&account).await.unwrap();
    assert!(world.aloft.accounts().unwrap().is_empty());
    assert_eq!(world.settled().await[0].state, JobState::Cancelled);
    assert!(defaults.exists(), "what is kept for others stays");
}

#[tokio::test]
async fn a_quick_second_secret_window_takes_the_place_of_the_first() {
    let world = World::new().await;
    let filled = |label: &str| BeginAccount {
        label: label.to_owned(),
        cloud_name: "Journey-Cloud".to_owned(),
        api_key: KEY.to_owned(),
        host: world.sandbox.url().to_string(),
    };
    let twice = tokio::join!(
        Commands::begin_account(&world.aloft, filled("First")),
        Commands::begin_account(&world.aloft, filled("Second"))
    );
    assert!(twice.0.is_ok() && twice.1.is_ok(), "{twice:?}");
    world
        .aloft
        .submit_secret(SecretString::from(SECRET), KeepingView::Keyring)
        .await
        .unwrap();
    // Whichever came second is the one that the user sees and types for.
    let asked = world.desktop.asked_for_secret.lock().unwrap().clone();
    assert_eq!(asked.len(), 2);
    assert_eq!(world.aloft.accounts().unwrap()[0].label, asked[1].label);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_secret_is_in_no_file() {
    let world = World::new().await;
    world.add_account().await;
    world.aloft.take(vec![world.file("x.png", &png("x"))]).await;
    world.settled().await;
    world.aloft.close().await;
    let mut looked = 0;
    let mut folders = vec![world.home.path().join("aloft")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            looked += 1;
            let found = bytes
                .windows(SECRET.len())
                .any(|window| window == SECRET.as_bytes());
            assert!(!found, "{} holds the secret", path.display());
        }
    }
    assert!(looked >= 2);
}
