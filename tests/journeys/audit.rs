//! The audit log: what the window and the widget leave in it, and what becomes of a log that takes no entry.

use std::path::PathBuf;

use app::agent::{Caller, NewClient, WebOrigin};
use app::contract::{
    AccountRef, AuditFormat, AuditView, Commands, FindAudit, ProblemKind, RotationWish, SaveAudit,
};
use app::{
    AccountChanges, Consent, ExposeSecret, Keeping, SecretString, UploadOptions, WidgetLimits,
};
use serde_json::{Value, json};

use crate::care::NEW_KEY;
use crate::care::rotating::{NEW_SECRET, two_keys};
use crate::widget::{params, wanted};
use crate::world::{SECRET, World, png};

impl World {
    fn audit_folder(&self) -> PathBuf {
        self.home.path().join("aloft/data/audit")
    }

    async fn audited(&self, search: &str, before: Option<u64>) -> AuditView {
        let search = search.to_owned();
        let asked = FindAudit { search, before };
        Commands::audit(&self.aloft, asked).await.unwrap()
    }

    async fn last_words(&self) -> String {
        self.audited("", None).await.entries[0].what.clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_widget_is_given_and_refused_is_written_down_without_values() {
    let world = World::new().await;
    world.add_account().await;
    Commands::open_widget(&world.aloft).await.unwrap();
    world.aloft.sign_params(&params(wanted())).await.unwrap();
    assert_eq!(world.last_words().await, "Signature given");
    let nasty = params(json!({ "public_id": "of-the-value", "x": "of-the-value" }));
    world.aloft.sign_params(&nasty).await.unwrap_err();
    let found = world.audited("refused widget PUBLIC_ID", None).await;
    assert_eq!(found.entries.len(), 1, "{found:?}");
    assert_eq!(found.entries[0].account.as_deref(), Some("Journey"));
    assert_eq!(found.entries[0].names, ["public_id", "x"]);
    let log = std::fs::read_to_string(world.audit_folder().join("audit.jsonl")).unwrap();
    assert!(!log.contains("of-the-value"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_that_cannot_be_written_down_is_not_given() {
    let world = World::new().await;
    let account = world.add_account().await;
    Commands::open_widget(&world.aloft).await.unwrap();
    std::fs::remove_dir_all(world.audit_folder()).unwrap();
    std::fs::write(world.audit_folder(), "in its place").unwrap();
    let refused = world
        .aloft
        .sign_params(&params(wanted()))
        .await
        .unwrap_err();
    assert_eq!(refused.kind, ProblemKind::Disk);
    assert!(refused.message.to_string().contains("audit log"));
    // What needs no signature for others goes on, and what was done is said to be missing.
    world.aloft.remove_account(&account).await.unwrap();
    assert!(world.aloft.accounts().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_that_come_and_go_are_in_the_log_and_its_copies() {
    let world = World::new().await;
    let account = world.add_account().await;
    assert_eq!(world.last_words().await, "Account added");
    *world.desktop.says_yes.lock().unwrap() = true;
    let id = account.id.to_string();
    Commands::remove_account(&world.aloft, AccountRef { id })
        .await
        .unwrap();
    assert_eq!(world.last_words().await, "Account and secret removed");

    *world.desktop.picks.lock().unwrap() = vec![world.home.path().to_owned()];
    for (format, end, lines) in [
        (AuditFormat::Csv, "csv", 3),
        (AuditFormat::Json, "jsonl", 2),
    ] {
        let request = SaveAudit { format };
        Commands::save_audit(&world.aloft, request).await.unwrap();
        let copy = std::fs::read_dir(world.home.path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .find(|path| path.extension().is_some_and(|found| found == end))
            .unwrap();
        let text = std::fs::read_to_string(copy).unwrap();
        assert_eq!(text.lines().count(), lines, "{text}");
        let (added, deleted) = (text.find("added"), text.find("removed"));
        assert!(format == AuditFormat::Json || added < deleted, "{text}");
    }
    *world.desktop.picks.lock().unwrap() = Vec::new();
    let request = SaveAudit {
        format: AuditFormat::Csv,
    };
    let declined = Commands::save_audit(&world.aloft, request)
        .await
        .unwrap_err();
    assert_eq!(declined.kind, ProblemKind::Declined);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_log_comes_in_pages_and_a_changed_one_is_said_to_be() {
    let world = World::new().await;
    world.add_account().await;
    world.aloft.limit_widget(WidgetLimits {
        burst: 120,
        ..WidgetLimits::default()
    });
    Commands::open_widget(&world.aloft).await.unwrap();
    for _ in 0..120 {
        world.aloft.sign_params(&params(wanted())).await.unwrap();
    }
    let first = world.audited("", None).await;
    assert_eq!((first.entries.len(), first.more), (100, true));
    let rest = world.audited("", Some(first.entries[99].number)).await;
    assert!(!rest.more);
    assert_eq!(rest.entries[0].number, first.entries[99].number - 1);
    assert_eq!(rest.entries.last().unwrap().number, 1);

    let check = Commands::check_audit(&world.aloft).await.unwrap();
    assert!(check.sound, "{check:?}");
    let log = world.audit_folder().join("audit.jsonl");
    let text = std::fs::read_to_string(&log).unwrap();
    let cut: Vec<_> = text.lines().skip(1).collect();
    std::fs::write(&log, cut.join("\n") + "\n").unwrap();
    let check = Commands::check_audit(&world.aloft).await.unwrap();
    assert!(!check.sound);
    assert!(check.words.contains("line 1 of"), "{check:?}");
}

/// A page or program that is not allowed asks without end, under many names.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_without_end_hides_no_other_one_s_refusal() {
    let world = World::new().await;
    world.add_account().await;
    let origin = |port: usize| WebOrigin::parse(&format!("http://localhost:{port}")).unwrap();
    let signs = NewClient {
        may_sign: true,
        ..NewClient::default()
    };
    let allowed = origin(3_000);
    world.aloft.allow_origin(&allowed, signs).await.unwrap();
    let nasty = params(json!({ "timestamp": 1, "notification_url": "x" }));
    let ask = async |origin: WebOrigin| {
        let caller = Caller::Origin(origin);
        let answer = world.aloft.sign_for_client(&caller, &nasty.params_to_sign);
        answer.await.unwrap_err()
    };
    for _ in 0..100 {
        ask(origin(9_999)).await;
    }
    for number in 0..100 {
        ask(origin(10_000 + number)).await;
    }
    ask(allowed).await;

    let log = std::fs::read_to_string(world.audit_folder().join("audit.jsonl")).unwrap();
    let entries = log.lines().map(|line| serde_json::from_str(line).unwrap());
    let refused = entries.filter(|entry: &Value| entry["action"] == "refused");
    let refused: Vec<(String, String)> = refused
        .map(|entry| {
            ["client", "reason"].map(|name| {
                entry["who"][name]
                    .as_str()
                    .or(entry[name].as_str())
                    .unwrap()
                    .to_owned()
            })
        })
        .map(|[client, reason]| (client, reason))
        .collect();
    let count = |client: &str, reason: &str| {
        let same = |one: &&(String, String)| one.0 == client && one.1 == reason;
        refused.iter().filter(same).count()
    };
    assert_eq!(count("http://localhost:9999", "not_allowed"), 60);
    assert_eq!(count("http://localhost:9999", "and_more"), 1);
    // Seven more are told apart; the others have sixty together.
    assert_eq!(count("", "and_more"), 1);
    assert_eq!(count("http://localhost:3000", "never_signed"), 1);
    assert_eq!(refused.len(), 61 + 7 + 61 + 1);
    let told = world.audited("and_more", None).await;
    assert_eq!(told.entries.len(), 2);
    assert!(told.entries[0].what.starts_with("More refused"), "{told:?}");
}

/// Each thing that is done with a secret, and who may have things signed: one entry each, in this order.
#[tokio::test(flavor = "multi_thread")]
async fn whatever_touches_a_secret_is_in_the_log_and_no_value_is() {
    const PASSPHRASE: &str = "seven lamps drift beyond the quiet harbour";
    let (world, account) = two_keys().await;
    let aloft = &world.aloft;
    let this = || AccountRef {
        id: account.id.to_string(),
    };
    *world.desktop.says_yes.lock().unwrap() = true;

    aloft.lock().await.unwrap();
    aloft.unlock().await.unwrap();
    aloft.cloudinary_url(&account).await.unwrap();
    Commands::reveal_secret(aloft, this()).await.unwrap();
    aloft.revealed().await.unwrap();
    Commands::copy_secret(aloft, this()).await.unwrap();
    let again = AccountChanges {
        secret: Some(SecretString::from(SECRET)),
        ..AccountChanges::default()
    };
    let edited = aloft.edit_account(&account, again, Consent::Given).await;
    let vault = SecretString::from(PASSPHRASE);
    aloft.open_vault(&vault).await.unwrap();
    let kept = aloft.keep_secret(&edited.unwrap(), Keeping::Vault).await;
    let account = kept.unwrap();

    let (passphrase, second) = (
        SecretString::from(PASSPHRASE),
        SecretString::from(NEW_SECRET),
    );
    let file = world.home.path().join("kept.aloft");
    let made = aloft.export_accounts(std::slice::from_ref(&account), &file, &passphrase);
    made.await.unwrap();

    let begun = aloft.begin_rotation(&account, NEW_KEY, &second).await;
    let mut rotated = begun.unwrap();
    for wish in [RotationWish::Test, RotationWish::Switch] {
        rotated = aloft.rotate(&rotated, wish).await.unwrap();
    }
    // The old key goes with the first upload.
    let picture = world.file("a.png", &png("a"));
    let options = UploadOptions::default();
    world.upload(&rotated, vec![picture], &options).await;
    world
        .account_where(|account| account.rotation.is_none())
        .await;

    let page = WebOrigin::parse("http://localhost:3000").unwrap();
    let signs = || NewClient {
        may_sign: true,
        ..NewClient::default()
    };
    aloft.allow_origin(&page, signs()).await.unwrap();
    let (_, token) = aloft.make_token("Shop", signs()).await.unwrap();
    let good = params(wanted());
    let by_page = Caller::Origin(page);
    aloft
        .sign_for_client(&by_page, &good.params_to_sign)
        .await
        .unwrap();
    let nasty = params(json!({ "timestamp": 1, "notification_url": "of-the-value" }));
    let by_token = Caller::Token(token.clone());
    aloft
        .sign_for_client(&by_token, &nasty.params_to_sign)
        .await
        .unwrap_err();
    assert!(aloft.forget_client("Shop").await.unwrap());
    let uploads = NewClient {
        may_upload: true,
        roots: vec![world.home.path().join("files")],
        ..NewClient::default()
    };
    let (_, key) = aloft.make_token("Notes", uploads).await.unwrap();
    let notes = Caller::Token(key);
    for name in ["notes/b.png", "../c.png"] {
        let list = vec![world.file(name, &png(name))];
        let answer = aloft.upload_for_client(&notes, list, None).await;
        assert_eq!(answer.is_ok(), name.starts_with("notes"), "{answer:?}");
    }
    let signed = aloft.sign_for_client(&notes, &good.params_to_sign).await;
    signed.unwrap_err();
    Commands::remove_account(aloft, this()).await.unwrap();

    let log = std::fs::read_to_string(world.audit_folder().join("audit.jsonl")).unwrap();
    let entries: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let told: Vec<String> = entries
        .iter()
        .map(|entry| {
            let more = ["step", "client", "reason"].map(|name| entry[name].as_str());
            let words = [entry["action"].as_str()].into_iter().chain(more).flatten();
            let who = entry["who"]["client"]
                .as_str()
                .or(entry["who"]["kind"].as_str());
            let account = entry["account"]["label"].as_str().unwrap_or("-");
            format!(
                "{account}: {} by {}",
                words.collect::<Vec<_>>().join(" "),
                who.unwrap()
            )
        })
        .collect();
    let expected = [
        "Journey: added by window",
        "-: locked asked by window",
        "-: unlocked by window",
        "Journey: handed by window",
        "Journey: revealed by window",
        "Journey: copied by window",
        "Journey: edited by window",
        "Journey: kept by window",
        "Journey: exported by window",
        "Journey: rotated begun by window",
        "Journey: rotated tested by window",
        "Journey: rotated switched by window",
        "Journey: rotated finished by program",
        "Journey: client_allowed http://localhost:3000 by window",
        "Journey: token_made Shop by window",
        "Journey: signed by http://localhost:3000",
        "Journey: refused never_signed by Shop",
        "-: client_forgotten Shop by window",
        "Journey: token_made Notes by window",
        "Journey: upload_begun by Notes",
        "Journey: upload_refused outside_of_its_folders by Notes",
        "-: refused may_not_sign by Notes",
        "Journey: deleted by window",
    ];
    assert_eq!(told, expected);
    for value in [
        SECRET,
        NEW_SECRET,
        PASSPHRASE,
        token.expose_secret(),
        "of-the-value",
    ] {
        assert!(!log.contains(value), "{value}: {log}");
    }
}
