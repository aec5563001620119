//! The list of accounts on disk.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::{fs, path::Path, thread};

use credentials::{
    Access, Account, AccountBook, AccountId, ApiHost, BookError, Keeping, Origin,
    SignatureAlgorithm, SignatureVersion, Verification, cloudinary_url,
};
use jiff::Timestamp;
use serde_json::{Value, json};

fn account(label: &str, cloud_name: &str, api_key: &str) -> Account {
    let parsed =
        cloudinary_url::parse(&format!("cloudinary://{api_key}:s3cretvalue@{cloud_name}")).unwrap();
    parsed
        .into_account(
            label,
            Origin::Saved,
            Keeping::Keyring,
            Timestamp::UNIX_EPOCH,
        )
        .0
}

fn unsigned(label: &str, cloud_name: &str, preset: &str) -> Account {
    let parsed =
        cloudinary_url::parse(&format!("cloudinary://{cloud_name}?upload_preset={preset}"))
            .unwrap();
    parsed
        .into_account(
            label,
            Origin::Saved,
            Keeping::Nothing,
            Timestamp::UNIX_EPOCH,
        )
        .0
}

fn book(folder: &Path) -> AccountBook {
    AccountBook::open(folder).unwrap()
}

fn json_of(folder: &Path) -> Value {
    serde_json::from_slice(&fs::read(folder.join("accounts.json")).unwrap()).unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn what_is_saved_is_read_again_by_another_handle() {
    let folder = tempfile::tempdir().unwrap();
    let one = book(folder.path());
    assert_eq!(one.list().unwrap(), []);
    assert_eq!(one.active().unwrap(), None);

    let mut shop = account("Shop", "shop", "111");
    shop.host = ApiHost::Eu;
    shop.access = Access::Signed {
        api_key: "111".to_owned(),
        algorithm: SignatureAlgorithm::Sha256,
        version: SignatureVersion::One,
    };
    let web = unsigned("Web", "shop", "form");
    one.add(shop.clone()).unwrap();
    one.add(web.clone()).unwrap();

    let other = book(folder.path());
    assert_eq!(other.list().unwrap(), [shop.clone(), web.clone()]);
    assert_eq!(
        other.active().unwrap(),
        Some(shop.clone()),
        "the first one becomes active"
    );
    assert_eq!(other.get(&web.id).unwrap(), Some(web.clone()));
    assert_eq!(other.get(&AccountId::sandbox()).unwrap(), None);

    other.set_active(&web.id).unwrap();
    let at = Timestamp::from_second(1_700_000_000).unwrap();
    other
        .update(&shop.id, |account| {
            account.verification = Verification::Verified { at }
        })
        .unwrap();
    assert_eq!(one.active().unwrap().unwrap().id, web.id);
    assert_eq!(
        one.get(&shop.id).unwrap().unwrap().verification,
        Verification::Verified { at }
    );
}

#[test]
fn the_file_is_readable_and_holds_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let shop = book(folder.path())
        .add(account("Shop", "shop", "111"))
        .unwrap();
    let text = fs::read_to_string(folder.path().join("accounts.json")).unwrap();
    assert!(!text.contains("s3cretvalue"));
    assert!(text.lines().count() > 10, "indented");
    let json = json_of(folder.path());
    assert_eq!(json["format"], 1);
    assert_eq!(json["active"], shop.id.as_str());
    assert_eq!(json["accounts"][0]["cloud_name"], "shop");
    assert_eq!(
        json["accounts"][0]["access"],
        json!({"kind": "signed", "api_key": "111", "algorithm": "sha1", "version": 2})
    );
    assert_eq!(json["accounts"][0]["host"], "default");
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_look_inside() {
    use std::os::unix::fs::PermissionsExt;
    let root = tempfile::tempdir().unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;

    let new = root.path().join("a/new");
    book(&new).add(account("Shop", "shop", "111")).unwrap();
    assert_eq!(mode(&new), 0o700);
    assert_eq!(mode(&root.path().join("a")), 0o700);
    assert_eq!(mode(&new.join("accounts.json")), 0o600);
    assert_eq!(mode(&new.join("accounts.lock")), 0o600);

    let open = root.path().join("open");
    fs::create_dir(&open).unwrap();
    fs::set_permissions(&open, fs::Permissions::from_mode(0o755)).unwrap();
    book(&open);
    assert_eq!(mode(&open), 0o700, "an open folder is closed");
}

#[test]
fn an_account_is_found_by_what_people_call_it() {
    let folder = tempfile::tempdir().unwrap();
    let book = book(folder.path());
    let shop = book.add(account("Shop", "shop-cloud", "111")).unwrap();
    let blog = book.add(account("Blog", "media", "222")).unwrap();
    let archive = book.add(account("Archive", "media", "333")).unwrap();
    // A label wins over the cloud name of another account.
    let tricky = book.add(account("shop-cloud", "elsewhere", "444")).unwrap();

    assert_eq!(book.find("Shop").unwrap().id, shop.id);
    assert_eq!(book.find(" shop ").unwrap().id, shop.id);
    assert_eq!(book.find(archive.id.as_str()).unwrap().id, archive.id);
    assert_eq!(book.find("shop-cloud").unwrap().id, tricky.id);
    assert_eq!(book.find("ELSEWHERE").unwrap().id, tricky.id);
    let error = book.find("media").unwrap_err();
    assert_eq!(
        error.to_string(),
        "More than one account fits media: Blog, Archive. Name one by its label."
    );
    let error = book.find("nobody").unwrap_err();
    assert_eq!(
        error.to_string(),
        "There is no account named nobody. Known accounts: Shop, Blog, Archive, shop-cloud."
    );
    assert_eq!(book.find("blog").unwrap().id, blog.id);
}

#[test]
fn two_accounts_never_share_a_name_or_a_keyring_item() {
    let folder = tempfile::tempdir().unwrap();
    let book = book(folder.path());
    let shop = book.add(account("Shop", "shop", "111")).unwrap();
    let blog = book.add(account("Blog", "blog", "222")).unwrap();

    let mut same_id = account("Third", "third", "333");
    same_id.id = shop.id.clone();
    assert!(matches!(book.add(same_id), Err(BookError::IdTaken { .. })));
    assert!(
        matches!(book.add(account("SHOP", "x", "9")), Err(BookError::LabelTaken { label }) if label == "Shop")
    );
    let mut same_item = account("Third", "shop", "111");
    same_item.host = ApiHost::Eu;
    assert!(
        matches!(book.add(same_item), Err(BookError::AlreadySaved { label }) if label == "Shop")
    );
    assert!(matches!(
        book.rename(&blog.id, "shop"),
        Err(BookError::LabelTaken { .. })
    ));
    book.rename(&blog.id, " BLOG ").unwrap();
    assert_eq!(book.get(&blog.id).unwrap().unwrap().label, "BLOG");

    assert_eq!(book.free_label("shop").unwrap(), "shop 2");
    assert_eq!(book.free_label("New").unwrap(), "New");
    assert_eq!(book.list().unwrap().len(), 2);
}

#[test]
fn values_that_cannot_be_right_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let book = book(folder.path());
    let with = |change: fn(&mut Account)| {
        let mut account = account("Shop", "shop", "111");
        change(&mut account);
        account
    };
    for bad in [
        with(|account| account.cloud_name = "<cloud_name>".to_owned()),
        with(|account| account.label = "  ".to_owned()),
        with(|account| account.host = ApiHost::Custom("http://example.com".parse().unwrap())),
        with(|account| {
            account.access = Access::Unsigned {
                upload_preset: String::new(),
            }
        }),
    ] {
        assert!(matches!(book.add(bad), Err(BookError::Invalid { .. })));
    }
    let environment = with(|account| account.origin = Origin::Environment);
    assert!(matches!(
        book.add(environment),
        Err(BookError::FromEnvironment)
    ));
    assert_eq!(
        names(folder.path()),
        ["accounts.lock"],
        "nothing was written"
    );
}

#[test]
fn update_cannot_change_who_an_account_is() {
    let folder = tempfile::tempdir().unwrap();
    let book = book(folder.path());
    let shop = book.add(account("Shop", "shop", "111")).unwrap();
    let updated = book
        .update(&shop.id, |account| {
            account.id = AccountId::sandbox();
            account.created_at = Timestamp::MAX;
            account.host = ApiHost::Ap;
        })
        .unwrap();
    assert_eq!(
        (updated.id, updated.created_at),
        (shop.id.clone(), shop.created_at)
    );
    assert_eq!(book.get(&shop.id).unwrap().unwrap().host, ApiHost::Ap);
    let missing = AccountId::try_from("acc-00000000").unwrap();
    assert!(matches!(
        book.update(&missing, |_| ()),
        Err(BookError::NotFound { .. })
    ));
    assert!(matches!(
        book.set_active(&missing),
        Err(BookError::NotFound { .. })
    ));
}

#[test]
fn removing_the_active_account_never_picks_one_of_several() {
    let folder = tempfile::tempdir().unwrap();
    let book = book(folder.path());
    let [a, b, c] = ["a", "b", "c"].map(|name| book.add(account(name, name, "111")).unwrap());
    let removed = book.remove(&a.id).unwrap();
    assert_eq!(removed, a);
    assert_eq!(book.active().unwrap(), None);
    book.set_active(&b.id).unwrap();
    book.remove(&b.id).unwrap();
    assert_eq!(book.active().unwrap(), Some(c.clone()), "the only one left");
    assert!(matches!(
        book.remove(&b.id),
        Err(BookError::NotFound { .. })
    ));
    book.remove(&c.id).unwrap();
    assert_eq!(book.active().unwrap(), None);
    book.add(removed).unwrap();
    assert_eq!(book.active().unwrap(), Some(a));
}

#[test]
fn what_a_newer_version_wrote_stays() {
    let folder = tempfile::tempdir().unwrap();
    let first = book(folder.path())
        .add(account("Shop", "shop", "111"))
        .unwrap();
    let mut json = json_of(folder.path());
    json["theme"] = json!("dark");
    json["accounts"][0]["color"] = json!("red");
    json["accounts"][0]["access"]["rotation"] = json!({"days": 90});
    json["accounts"][0]["delivery"]["edge"] = json!(true);
    let from_future =
        json!({"id": "acc-99999999", "label": "Future", "access": {"kind": "passkey"}});
    json["accounts"]
        .as_array_mut()
        .unwrap()
        .push(from_future.clone());
    fs::write(folder.path().join("accounts.json"), json.to_string()).unwrap();

    let book = book(folder.path());
    assert_eq!(book.list().unwrap(), std::slice::from_ref(&first));
    let unreadable = book.unreadable().unwrap();
    assert_eq!(unreadable.len(), 1);
    assert_eq!(unreadable[0].name.as_deref(), Some("Future"));

    book.rename(&first.id, "Store").unwrap();
    book.add(account("Blog", "blog", "222")).unwrap();
    let json = json_of(folder.path());
    assert_eq!(json["theme"], "dark");
    assert_eq!(json["accounts"][0]["label"], "Store");
    assert_eq!(json["accounts"][0]["color"], "red");
    assert_eq!(json["accounts"][0]["access"]["rotation"]["days"], 90);
    assert_eq!(json["accounts"][0]["delivery"]["edge"], true);
    assert_eq!(json["accounts"][1], from_future);
    assert_eq!(json["accounts"][2]["label"], "Blog");

    // Of another kind of access nothing may stay.
    book.update(&first.id, |account| {
        account.access = Access::Unsigned {
            upload_preset: "web".to_owned(),
        }
    })
    .unwrap();
    assert_eq!(
        json_of(folder.path())["accounts"][0]["access"],
        json!({"kind": "unsigned", "upload_preset": "web"})
    );
}

#[test]
fn a_newer_format_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let book = book(folder.path());
    let text = r#"{"format": 2, "people": []}"#;
    fs::write(folder.path().join("accounts.json"), text).unwrap();
    assert!(matches!(
        AccountBook::open(folder.path()),
        Err(BookError::NewerFormat { found: 2, known: 1 })
    ));
    assert!(matches!(
        book.add(account("Shop", "shop", "111")),
        Err(BookError::NewerFormat { .. })
    ));
    assert_eq!(
        fs::read_to_string(folder.path().join("accounts.json")).unwrap(),
        text
    );
}

#[test]
fn a_damaged_file_is_set_aside_complete() {
    for damaged in [
        "{\"format\": 1, \"accou",
        "",
        "[]",
        "{}",
        r#"{"format": 1, "accounts": 7}"#,
        "\u{0}\u{0}\u{0}",
    ] {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("accounts.json"), damaged).unwrap();
        let opened = book(folder.path());
        let report = opened.damaged().unwrap();
        assert_eq!(fs::read_to_string(&report.copy).unwrap(), damaged);
        assert_eq!(report.copy.file_name().unwrap(), "accounts.damaged-1.json");
        assert!(
            report.to_string().contains("accounts.damaged-1.json"),
            "{report}"
        );
        assert_eq!(opened.list().unwrap(), []);
        opened.add(account("Shop", "shop", "111")).unwrap();
        assert!(book(folder.path()).damaged().is_none());

        // Damaged again, while the book is open: said once, then it goes on.
        fs::write(folder.path().join("accounts.json"), "again").unwrap();
        let error = opened.add(account("Blog", "blog", "222")).unwrap_err();
        let BookError::Damaged(report) = error else {
            panic!("{error}")
        };
        assert_eq!(report.copy.file_name().unwrap(), "accounts.damaged-2.json");
        opened.add(account("Blog", "blog", "222")).unwrap();
        assert_eq!(
            fs::read_to_string(folder.path().join("accounts.damaged-1.json")).unwrap(),
            damaged
        );
    }
}

#[test]
fn a_crash_while_writing_leaves_the_old_list() {
    let folder = tempfile::tempdir().unwrap();
    let book = book(folder.path());
    let shop = book.add(account("Shop", "shop", "111")).unwrap();
    // What a crash between "temporary file" and "rename" leaves.
    fs::write(
        folder.path().join(".accounts-x1Y2z3.tmp"),
        "{\"format\": 1, \"acc",
    )
    .unwrap();
    assert_eq!(book.list().unwrap(), [shop]);
    book.add(account("Blog", "blog", "222")).unwrap();
    assert_eq!(
        names(folder.path()),
        ["accounts.json", "accounts.lock"],
        "the next writer sweeps"
    );
}

#[test]
fn a_failed_change_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let book = book(folder.path());
    let shop = book.add(account("Shop", "shop", "111")).unwrap();
    let before = fs::read(folder.path().join("accounts.json")).unwrap();
    book.update(&shop.id, |account| account.cloud_name.clear())
        .unwrap_err();
    assert_eq!(
        fs::read(folder.path().join("accounts.json")).unwrap(),
        before
    );
}

#[test]
fn handles_that_edit_at_once_lose_nothing() {
    const THREADS: usize = 4;
    const EACH: usize = 12;
    let folder = tempfile::tempdir().unwrap();
    let shared = book(folder.path())
        .add(account("Shared", "shared", "0"))
        .unwrap();
    thread::scope(|scope| {
        for number in 0..THREADS {
            let (path, shared) = (folder.path(), &shared);
            scope.spawn(move || {
                let book = book(path);
                for step in 0..EACH {
                    let name = format!("t{number}-{step}");
                    book.add(account(&name, &name, "111")).unwrap();
                    // Reading needs no lock and never sees half a file.
                    assert!(
                        book.list()
                            .unwrap()
                            .iter()
                            .any(|account| account.label == name)
                    );
                    // Each thread counts in one field that all of them change.
                    book.update(&shared.id, |account| {
                        let cname = account.delivery.cname.take().unwrap_or_default();
                        account.delivery.cname = Some(cname + "x");
                    })
                    .unwrap();
                }
            });
        }
    });
    let book = book(folder.path());
    assert!(book.damaged().is_none());
    assert_eq!(book.list().unwrap().len(), 1 + THREADS * EACH);
    assert_eq!(
        book.get(&shared.id)
            .unwrap()
            .unwrap()
            .delivery
            .cname
            .unwrap()
            .len(),
        THREADS * EACH
    );
    assert_eq!(names(folder.path()), ["accounts.json", "accounts.lock"]);
}

#[cfg(unix)]
#[test]
fn an_unreadable_file_is_an_error_not_an_empty_list() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("accounts.json")).unwrap();
    let error = AccountBook::open(folder.path()).unwrap_err();
    assert!(
        matches!(error, BookError::Disk { action: "read", .. }),
        "{error}"
    );
}

/// Somebody else's turn may not end: a dialog of the keyring that nobody sees, a process that was stopped.
#[tokio::test]
async fn a_turn_is_not_waited_for_without_end() {
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = (book(folder.path()), book(folder.path()));
    let turn = one.turn().await.unwrap();
    tokio::time::pause();
    let refused = other.turn().await.unwrap_err();
    assert!(matches!(refused, BookError::Busy), "{refused}");
    tokio::time::resume();
    drop(turn);
    other.turn().await.unwrap();
}
