//! The audit log: what the window and the widget leave in it, and what becomes of a log that takes no entry.

use std::path::PathBuf;

use app::WidgetLimits;
use app::contract::{
    AccountRef, AuditFormat, AuditView, Commands, FindAudit, ProblemKind, SaveAudit,
};
use serde_json::json;

use crate::widget::{params, wanted};
use crate::world::World;

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
