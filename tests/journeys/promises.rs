//! What SECURITY.md promises, tried by somebody who does not keep to the rules.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use app::contract::{
    Commands, JobOrigin, JobState, KeepingView, ProblemKind, Verified, WidgetReport,
};
use app::sandbox::Fault;
use app::{SecretItem, SecretStore, SecretString, StoreError, StoreName, UnlockDialog};
use async_trait::async_trait;
use serde_json::{Map, Value, json};

use crate::world::{SECRET, World, bytes_behind, open, png};

/// An answer whose signature is missing or another's proves nothing, whatever else it says.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_nobody_signed_is_done_but_not_verified() {
    let world = World::new().await;
    world.add_account().await;
    for (name, fault) in [
        ("unsigned.png", json!({ "remove": ["signature"] })),
        (
            "forged.png",
            json!({ "set": { "signature": "0".repeat(40) } }),
        ),
        ("foreign.png", json!({ "set": { "version": 1 } })),
    ] {
        let fault =
            json!([{ "match": { "path": "/upload", "nth": 1 }, "do": { "edit_answer": fault } }]);
        let faults: Vec<Fault> = serde_json::from_value(fault).unwrap();
        world.sandbox.set_faults(faults);
        world.aloft.take(vec![world.file(name, &png(name))]).await;
        let jobs = world.settled().await;
        let job = jobs.iter().find(|job| job.name == name).unwrap();
        assert_eq!(
            (job.state, job.verified),
            (JobState::Done, Some(Verified::No)),
            "{name}"
        );
        let words = job.verified_reason.clone().unwrap();
        assert!(words.to_string().contains("not signed"), "{name}: {words}");
        assert!(job.link.is_some());
    }
}

/// What is looked up after a lost answer was asked for with the secret, and carries no signature.
#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_was_looked_up_needs_no_signature() {
    let world = World::new().await;
    world.add_account().await;
    let fault = json!([{ "match": { "path": "/upload", "nth": 1 }, "do": { "cut_answer_after_bytes": 0 } }]);
    world
        .sandbox
        .set_faults(serde_json::from_value(fault).unwrap());
    let picture = png("lost answer");
    world
        .aloft
        .take(vec![world.file("lost.png", &picture)])
        .await;
    let jobs = world.settled().await;
    assert_eq!(
        (jobs[0].state, jobs[0].verified),
        (JobState::Done, Some(Verified::Yes))
    );
    assert_eq!(
        bytes_behind(jobs[0].link.as_deref().unwrap()).await,
        picture
    );
}

/// A system without a keyring.
struct NoKeyring;

fn nothing_there() -> StoreError {
    StoreError::NoStore {
        detail: "no keyring in this test".to_owned(),
    }
}

#[async_trait]
impl SecretStore for NoKeyring {
    async fn get(&self, _: &SecretItem, _: UnlockDialog) -> Result<SecretString, StoreError> {
        Err(nothing_there())
    }
    async fn put(
        &self,
        _: &SecretItem,
        _: &SecretString,
        _: UnlockDialog,
    ) -> Result<(), StoreError> {
        Err(nothing_there())
    }
    async fn delete(&self, _: &SecretItem, _: UnlockDialog) -> Result<(), StoreError> {
        Err(nothing_there())
    }
    fn name(&self) -> StoreName {
        StoreName::Keyring
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_keyring_the_user_decides_and_nothing_is_written() {
    let mut world = World::new().await;
    world.aloft.close().await;
    let keyring = Arc::new(NoKeyring);
    world.aloft = open(world.home.path(), &world.desktop, &keyring).await;
    *world.desktop.text.lock().unwrap() = Some(world.url());

    let refused = Commands::paste_account(&world.aloft).await.unwrap_err();
    assert_eq!(refused.kind, ProblemKind::NoStore);
    assert!(world.aloft.accounts().unwrap().is_empty());
    let asked = world.desktop.questions.lock().unwrap().len();
    assert_eq!(asked, 1, "the user was asked once");

    *world.desktop.says_yes.lock().unwrap() = true;
    let added = Commands::paste_account(&world.aloft).await.unwrap();
    assert_eq!(added.keeping, KeepingView::Session);
    let picture = png("for this session");
    world.aloft.take(vec![world.file("s.png", &picture)]).await;
    let jobs = world.settled().await;
    assert_eq!(
        jobs[0].verified,
        Some(Verified::Yes),
        "{:?}",
        jobs[0].problem
    );
    assert_eq!(holding_the_secret(world.home.path()), Vec::<PathBuf>::new());

    // The session ends: the account is there, its secret is not, and what is dropped waits for it.
    world.aloft.close().await;
    world.aloft = open(world.home.path(), &world.desktop, &keyring).await;
    assert_eq!(world.aloft.accounts().unwrap().len(), 1);
    world
        .aloft
        .take(vec![world.file("later.png", &png("later"))])
        .await;
    world
        .account_where(|account| account.problem.is_some())
        .await;
    assert_eq!(world.uploads_sent(), 1);
    world.aloft.close().await;
    assert_eq!(holding_the_secret(world.home.path()), Vec::<PathBuf>::new());
}

/// The files that hold the secret. The service's own folder is not Aloft's.
fn holding_the_secret(home: &Path) -> Vec<PathBuf> {
    let mut holding = Vec::new();
    let mut folders = vec![home.join("aloft"), home.join("files")];
    let mut looked_at = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            looked_at += 1;
            let bytes = std::fs::read(&path).unwrap();
            let found = |text: &str| {
                bytes
                    .windows(text.len())
                    .any(|part| part == text.as_bytes())
            };
            if found(SECRET) {
                holding.push(path);
            }
        }
    }
    assert!(looked_at >= 3, "only {looked_at} files were searched");
    holding
}

/// The signature covers public ID and version, nothing else of a report: the link is built here.
#[tokio::test(flavor = "multi_thread")]
async fn a_genuine_report_with_a_foreign_link_is_recorded_under_ours() {
    let world = World::new().await;
    let account = world.add_account().await;
    let picture = png("linked");
    let file = world.file("linked.png", &picture);
    let options = app::UploadOptions::default();
    let jobs = world.upload(&account, vec![file], &options).await;
    let stored = jobs[0].receipt.clone().unwrap();

    Commands::open_widget(&world.aloft).await.unwrap();
    let mut info = report_of(&stored.public_id, stored.version);
    let signed = by_hand(&world, &account, &stored).await;
    info.insert("signature".to_owned(), json!(signed));
    world
        .aloft
        .widget_report(WidgetReport::Success { info })
        .await
        .unwrap();
    let jobs = world.settled().await;
    let reported = jobs
        .iter()
        .find(|job| job.origin == JobOrigin::Widget)
        .unwrap();
    let link = reported.link.clone().unwrap();
    assert!(
        link.starts_with(world.sandbox.url().as_str()) && !link.contains("evil"),
        "{link}"
    );
    assert_eq!(reported.verified, Some(Verified::Yes));
    assert_eq!(bytes_behind(&link).await, picture);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_nobody_signed_is_reported_and_not_verified() {
    let world = World::new().await;
    world.add_unsigned_account().await;
    Commands::open_widget(&world.aloft).await.unwrap();
    let info = report_of("anything", 1);
    world
        .aloft
        .widget_report(WidgetReport::Success { info })
        .await
        .unwrap();
    let jobs = world.settled().await;
    assert_eq!(
        (jobs[0].state, jobs[0].verified),
        (JobState::Done, Some(Verified::Reported))
    );
    assert!(
        jobs[0]
            .verified_reason
            .clone()
            .unwrap()
            .to_string()
            .contains("cannot be verified")
    );
    assert!(!jobs[0].link.clone().unwrap().contains("evil"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_widgets_frame_gets_cloudinarys_hosts_or_the_sandboxs_never_both() {
    let world = World::new().await;
    let hosts = || {
        let hosts = world.aloft.frame_hosts().unwrap();
        [hosts.scripts, hosts.frames].concat()
    };
    assert_eq!(world.aloft.frame_hosts(), None);
    world.add_account().await;
    Commands::open_widget(&world.aloft).await.unwrap();
    for host in hosts() {
        assert!(
            host.starts_with("https://") && host.ends_with("widget.cloudinary.com"),
            "{host}"
        );
    }
    Commands::try_sandbox(&world.aloft).await.unwrap();
    Commands::open_widget(&world.aloft).await.unwrap();
    for host in hosts() {
        assert!(host.starts_with("http://127.0.0.1:"), "{host}");
    }
    world.aloft.widget_closed(world.aloft.widget_opening());
    assert_eq!(world.aloft.frame_hosts(), None);
}

/// What a widget says of an upload, with every link somebody else's.
fn report_of(public_id: &str, version: u64) -> Map<String, Value> {
    let evil = "https://evil.example/x.png";
    let report = json!({
        "public_id": public_id, "version": version, "resource_type": "image", "type": "upload", "format": "png",
        "original_filename": "reported", "secure_url": evil, "url": evil, "thumbnail_url": evil,
    });
    report.as_object().unwrap().clone()
}

/// The service's signature on an answer: version 1, over public ID and version.
async fn by_hand(world: &World, account: &app::Account, stored: &app::Receipt) -> String {
    let mut params = app::signing::Params::new();
    params.insert("public_id", stored.public_id.as_str());
    params.insert("version", i64::try_from(stored.version).unwrap());
    let request = app::SignRequest {
        params,
        algorithm: Some(app::signing::Algorithm::Sha1),
        version: Some(app::signing::Version::One),
        any: true,
    };
    world.aloft.sign(account, &request).await.unwrap().signature
}
