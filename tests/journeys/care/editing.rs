//! Accounts edited, removed, and asked about until the service answers.

use app::contract::{Commands, EditAccount, ProblemKind, VerificationView};
use app::{
    Account, AccountChanges, Consent, Keeping, SecretString, SignatureAlgorithm, UploadOptions,
};

use super::{NEW_KEY, reference, text};
use crate::world::{KEY, SECRET, World, open, png};

const OTHER_SECRET: &str = "canary-other-Mn5Xc8Lk3Pq7Z";

fn nothing(account: &Account) -> EditAccount {
    EditAccount {
        id: account.id.to_string(),
        label: None,
        cloud_name: None,
        api_key: None,
        host: None,
        upload_preset: None,
        algorithm: None,
        signature_version: None,
        secure_distribution: None,
        private_cdn: None,
        cname: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_edited_and_its_secret_follows_its_key() {
    let world = World::new().await;
    let account = world.add_account().await;
    let request = EditAccount {
        label: Some("Harbour".to_owned()),
        api_key: Some(NEW_KEY.to_owned()),
        algorithm: Some("sha256".to_owned()),
        cname: Some("media.example.com".to_owned()),
        ..nothing(&account)
    };
    let edited = Commands::edit_account(&world.aloft, request).await.unwrap();
    assert_eq!(edited.label, "Harbour");
    assert_eq!(edited.delivery.cname.as_deref(), Some("media.example.com"));
    assert_eq!(edited.verification, VerificationView::Unverified);
    assert_eq!(world.in_keyring(NEW_KEY).await.as_deref(), Some(SECRET));
    assert_eq!(world.in_keyring(KEY).await, None);

    let account = world.now(&account);
    let changes = AccountChanges {
        api_key: Some(KEY.to_owned()),
        secret: Some(text(SECRET)),
        algorithm: Some(SignatureAlgorithm::Sha1),
        cname: Some(String::new()),
        ..AccountChanges::default()
    };
    let back = world
        .aloft
        .edit_account(&account, changes, Consent::Ask)
        .await;
    let back = back.unwrap();
    assert_eq!(back.delivery.cname, None);
    let file = world.file("a.png", &png("a"));
    let options = UploadOptions::default();
    let jobs = world.upload(&back, vec![file], &options).await;
    assert!(jobs[0].receipt.is_some(), "{:?}", jobs[0].failure);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_that_is_wrong_or_declined_changes_nothing() {
    let world = World::new().await;
    let account = world.add_account().await;
    let host = EditAccount {
        host: Some("https://api.evil.example".to_owned()),
        ..nothing(&account)
    };
    let refused = Commands::edit_account(&world.aloft, host).await;
    assert_eq!(refused.unwrap_err().kind, ProblemKind::Declined);
    for request in [
        EditAccount {
            cloud_name: Some("a b".to_owned()),
            ..nothing(&account)
        },
        EditAccount {
            algorithm: Some("md5".to_owned()),
            ..nothing(&account)
        },
        EditAccount {
            upload_preset: Some("preset".to_owned()),
            ..nothing(&account)
        },
        EditAccount {
            label: Some(" ".to_owned()),
            api_key: Some(NEW_KEY.to_owned()),
            ..nothing(&account)
        },
    ] {
        let refused = Commands::edit_account(&world.aloft, request).await;
        assert_eq!(refused.unwrap_err().kind, ProblemKind::BadValue);
    }
    assert_eq!(world.now(&account).item(), account.item());
    assert_eq!(world.now(&account).host, account.host);
    assert_eq!(world.in_keyring(KEY).await.as_deref(), Some(SECRET));
    assert_eq!(world.in_keyring(NEW_KEY).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_that_is_refused_leaves_every_secret_where_it_is() {
    let world = World::new().await;
    let account = world.add_account().await;
    let other = SecretString::from(world.url_with(NEW_KEY, OTHER_SECRET, "Journey-Cloud"));
    let other = world
        .aloft
        .add_url(&other, "Other", Keeping::Keyring, Consent::Given);
    other.await.unwrap();
    let puts = world.keyring.puts();
    let mut theirs = nothing(&account);
    theirs.api_key = Some(NEW_KEY.to_owned());
    let refused = Commands::edit_account(&world.aloft, theirs).await;
    assert_eq!(refused.unwrap_err().kind, ProblemKind::BadValue);
    let taken = AccountChanges {
        label: Some("Other".to_owned()),
        secret: Some(text("canary-Never-Kept-4Rt7Yu2Ki9")),
        ..AccountChanges::default()
    };
    let refused = world.aloft.edit_account(&account, taken, Consent::Given);
    assert_eq!(refused.await.unwrap_err().kind, ProblemKind::BadValue);
    assert_eq!(world.keyring.puts(), puts);
    assert_eq!(world.in_keyring(KEY).await.as_deref(), Some(SECRET));
    let theirs = world.in_keyring(NEW_KEY).await;
    assert_eq!(theirs.as_deref(), Some(OTHER_SECRET));
}

#[tokio::test(flavor = "multi_thread")]
async fn removal_names_what_it_cancels() {
    let world = World::new().await;
    let account = world.add_account().await;
    let before = world.aloft.waiting_uploads(&account).await.unwrap();
    assert_eq!(before, 0);
    let id = account.id.to_string();
    let target = app::contract::ControlTarget::Account { id };
    let verb = app::contract::ControlVerb::Pause;
    let files = vec![
        world.file("a.png", &png("a")),
        world.file("b.png", &png("b")),
    ];
    world.keyring.lock();
    let options = UploadOptions::default();
    let intake = world.aloft.begin_upload(&account, files, &options).unwrap();
    intake.run().await.unwrap();
    let paused = app::contract::Control { target, verb };
    Commands::control(&world.aloft, paused).await.unwrap();
    let refused = Commands::remove_account(&world.aloft, reference(&account)).await;
    assert_eq!(refused.unwrap_err().kind, ProblemKind::Declined);
    let question = world.desktop.questions.lock().unwrap()[0].clone();
    assert!(question.body.contains("Journey"), "{question:?}");
    assert!(question.body.contains("cancelled: 2"), "{question:?}");
}

/// A port that nothing listens on now.
async fn free_port() -> u16 {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap().port()
}

async fn service_at(world: &World, port: u16) -> app::sandbox::Sandbox {
    let mut config = app::SandboxConfig::new(world.home.path().join("later"));
    config.port = Some(port);
    config.cloud_name = Some("Journey-Cloud".to_owned());
    config.credentials = Some(app::SandboxCredentials {
        api_key: KEY.to_owned(),
        api_secret: SECRET.to_owned(),
    });
    app::sandbox::start(config).await.unwrap()
}

async fn added_offline(world: &World, port: u16) -> Account {
    let url =
        format!("cloudinary://{KEY}:{SECRET}@Journey-Cloud?upload_prefix=http://127.0.0.1:{port}");
    let url = SecretString::from(url);
    let added = world
        .aloft
        .add_url(&url, "Later", Keeping::Keyring, Consent::Ask);
    added.await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_was_added_offline_is_verified_when_the_service_is_there() {
    let world = World::new().await;
    // Asked once, it hangs up; then it goes away, and the service comes in its place.
    let broken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = broken.local_addr().unwrap().port();
    added_offline(&world, port).await;
    drop(broken.accept().await.unwrap());
    drop(broken);
    let _service = service_at(&world, port).await;
    world
        .account_where(|account| account.verification == VerificationView::Verified)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unverified_account_is_asked_about_at_the_next_start() {
    let world = World::new().await;
    let port = free_port().await;
    let account = added_offline(&world, port).await;
    world.aloft.close().await;
    assert_eq!(
        world.now(&account).verification,
        app::Verification::Unverified
    );
    let _service = service_at(&world, port).await;
    let aloft = open(world.home.path(), &world.desktop, &world.keyring).await;
    let mut events = aloft.events();
    loop {
        let snapshot = Commands::snapshot(&aloft).await.unwrap();
        if snapshot.accounts[0].verification == VerificationView::Verified {
            break;
        }
        events.next().await.unwrap();
    }
    aloft.close().await;
}
