//! The log of what was done with secrets.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::{fs, path::Path, thread};

use credentials::{
    Account, Keeping, Origin,
    audit::{
        Action, AuditError, AuditLog, Broken, Entry, Fault, Outcome, Query, Record, Verified, Who,
        Word,
    },
    cloudinary_url,
};
use jiff::Timestamp;
use proptest::{
    prelude::*,
    test_runner::{Config, RngSeed},
};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn account(label: &str, cloud: &str) -> Account {
    cloudinary_url::parse(&format!("cloudinary://123:the-secret@{cloud}"))
        .unwrap()
        .into_account(
            label,
            Origin::Saved,
            Keeping::Keyring,
            Timestamp::UNIX_EPOCH,
        )
        .0
}

fn signed() -> Entry {
    Entry::new(Action::Signed, Who::Widget).with_names(["public_id", "timestamp"])
}

/// A log with `entries` entries in files of about three.
fn filled(folder: &Path, entries: i64) -> AuditLog {
    let log = AuditLog::in_folder(folder).with_most_bytes(700);
    for second in 0..entries {
        log.append(&signed(), at(second)).unwrap();
    }
    log
}

fn sound(log: &AuditLog) -> u64 {
    match log.verify().unwrap() {
        Verified::Sound { entries, torn } => {
            assert!(!torn);
            entries
        }
        Verified::Broken(broken) => panic!("{broken:?}"),
    }
}

fn broken(log: &AuditLog) -> Broken {
    match log.verify().unwrap() {
        Verified::Broken(broken) => broken,
        Verified::Sound { entries, torn } => panic!("{entries} entries, torn: {torn}"),
    }
}

fn seqs(log: &AuditLog, query: Query) -> Vec<u64> {
    let found = log.search(&query).unwrap();
    found.iter().map(|record| record.seq).collect()
}

#[test]
fn what_is_written_is_read_newest_first_over_all_files() {
    let folder = tempfile::tempdir().unwrap();
    let log = AuditLog::in_folder(folder.path());
    assert_eq!(sound(&log), 0);
    assert!(seqs(&log, Query::default()).is_empty());
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        0,
        "reading makes nothing"
    );

    let log = filled(folder.path(), 10);
    assert!(log.files().unwrap().len() >= 3);
    assert_eq!(sound(&log), 10);
    assert_eq!(
        seqs(&log, Query::default()),
        [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]
    );
    let few = Query {
        limit: 4,
        ..Query::default()
    };
    assert_eq!(seqs(&log, few), [10, 9, 8, 7]);
    let record: Record = log.search(&Query::default()).unwrap().remove(0);
    assert_eq!((record.at, record.entry), (at(9), signed()));
}

#[test]
fn a_search_is_by_text_account_action_and_time() {
    let folder = tempfile::tempdir().unwrap();
    let log = AuditLog::in_folder(folder.path());
    let (shop, blog) = (account("Shop Ümlaut", "shop"), account("Blog", "blog"));
    let refused = Action::Refused {
        reason: Word::new("not_an_upload"),
    };
    let entries = [
        signed().of(&shop),
        Entry::new(refused, Who::agent("https://localhost:3000"))
            .of(&blog)
            .with_names(["from_public_id"])
            .ended(Outcome::Refused),
        Entry::new(Action::Revealed, Who::Window).of(&shop),
        Entry::new(Action::Exported, Who::Terminal { pid: 4711 }),
    ];
    for (entry, second) in entries.iter().zip(0..) {
        log.append(entry, at(second)).unwrap();
    }
    let with = |change: &dyn Fn(&mut Query)| {
        let mut query = Query::default();
        change(&mut query);
        seqs(&log, query)
    };
    assert_eq!(with(&|q| q.account = Some(shop.id.clone())), [3, 1]);
    assert_eq!(with(&|q| q.action = Some("refused".to_owned())), [2]);
    assert_eq!(with(&|q| q.since = Some(at(2))), [4, 3]);
    for (text, found) in [
        ("shop ümlaut", vec![3, 1]),
        ("NOT_AN_UPLOAD", vec![2]),
        ("localhost:3000 refused", vec![2]),
        ("public_id", vec![2, 1]),
        ("4711", vec![4]),
        ("nothing", vec![]),
    ] {
        assert_eq!(with(&|q| q.text = Some(text.to_owned())), found, "{text}");
    }
}

#[test]
fn no_value_gets_in_by_the_way_of_a_name() {
    let folder = tempfile::tempdir().unwrap();
    let log = AuditLog::in_folder(folder.path());
    let names = [
        "public_id",
        "s3cretValue-9",
        "",
        "UPPER",
        "a b",
        &"x".repeat(65),
    ];
    let entry = Entry::new(Action::Signed, Who::agent("web\nsite\u{1b}[2J")).with_names(names);
    log.append(&entry, at(0)).unwrap();
    let text = fs::read_to_string(folder.path().join("audit.jsonl")).unwrap();
    assert_eq!(text.lines().count(), 1);
    assert!(!text.contains("s3cret") && !text.contains("xxxxx") && !text.contains("u001b"));
    let found = log.search(&Query::default()).unwrap().remove(0);
    let words: Vec<&str> = found.entry.names.iter().map(Word::as_str).collect();
    assert_eq!(
        words,
        [
            "public_id",
            "(other)",
            "(other)",
            "(other)",
            "(other)",
            "(other)"
        ]
    );
}

#[cfg(unix)]
#[test]
fn only_its_owner_reads_it() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("audit");
    filled(&inner, 5);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&inner), 0o700);
    for entry in fs::read_dir(&inner).unwrap() {
        assert_eq!(mode(&entry.unwrap().path()), 0o600);
    }
}

/// Changes the lines of all files as if they were one.
fn change(log: &AuditLog, change: impl FnOnce(&mut Vec<String>)) {
    let files = log.files().unwrap();
    let texts: Vec<String> = files
        .iter()
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    let counts: Vec<usize> = texts.iter().map(|text| text.lines().count()).collect();
    let mut lines: Vec<String> = texts.concat().lines().map(str::to_owned).collect();
    change(&mut lines);
    let mut rest = lines.into_iter();
    let last = files.len() - 1;
    for (index, (path, count)) in files.iter().zip(counts).enumerate() {
        let count = if index == last { usize::MAX } else { count };
        let text: String = rest.by_ref().take(count).map(|line| line + "\n").collect();
        fs::write(path, text).unwrap();
    }
}

#[test]
fn every_change_is_found_at_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let case = |name: &str, edit: &dyn Fn(&mut Vec<String>)| {
        let log = filled(&folder.path().join(name), 8);
        change(&log, |lines| edit(lines));
        let broken = broken(&log);
        (broken.fault, broken.seq)
    };
    let edited = case("edited", &|lines| {
        lines[4] = lines[4].replace("widget", "window")
    });
    assert_eq!(edited, (Fault::Edited, 5));
    let no_line = case("no line", &|lines| lines[4] = "{}".to_owned());
    assert_eq!(no_line, (Fault::Edited, 5));
    let removed = case("removed", &|lines| drop(lines.remove(2)));
    assert_eq!(removed, (Fault::OutOfOrder, 3));
    let first = case("first", &|lines| drop(lines.remove(0)));
    assert_eq!(first, (Fault::OutOfOrder, 1));
    let moved = case("moved", &|lines| lines.swap(5, 6));
    assert_eq!(moved, (Fault::OutOfOrder, 6));
    let twice = case("twice", &|lines| lines.insert(3, lines[2].clone()));
    assert_eq!(twice, (Fault::OutOfOrder, 4));
    // A line of another log: right in itself, with the right number.
    let other = filled(&folder.path().join("other"), 3);
    other.append(&signed(), at(99)).unwrap();
    other.append(&signed(), at(99)).unwrap();
    let mut foreign = String::new();
    change(&other, |lines| foreign = lines[4].clone());
    let put_in = case("put in", &|lines| lines[4] = foreign.clone());
    assert_eq!(put_in, (Fault::OutOfOrder, 5));
    let cut = case("cut", &|lines| lines.truncate(6));
    assert_eq!(cut, (Fault::Cut, 7));
    let empty = case("empty", &|lines| lines.clear());
    assert_eq!(empty, (Fault::Cut, 1));
}

#[test]
fn missing_files_and_heads_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let log = filled(&folder.path().join("file"), 8);
    fs::remove_file(&log.files().unwrap()[1]).unwrap();
    assert_eq!(broken(&log).fault, Fault::OutOfOrder);

    let inner = folder.path().join("everything");
    let log = filled(&inner, 8);
    for path in log.files().unwrap() {
        fs::remove_file(path).unwrap();
    }
    fs::remove_file(inner.join("audit.lock")).unwrap();
    assert_eq!(broken(&log).fault, Fault::Cut);
    // What comes next does not hide it.
    log.append(&signed(), at(9)).unwrap();
    assert_eq!(broken(&log).fault, Fault::OutOfOrder);
    let said = log.search(&Query::default()).unwrap();
    assert_eq!(said[1].entry.action, Action::Gap { after: 0 });

    let inner = folder.path().join("head");
    let log = filled(&inner, 8);
    let head = inner.join("audit.head");
    fs::remove_file(&head).unwrap();
    assert_eq!(broken(&log).fault, Fault::NoHead);
    fs::write(&head, "?").unwrap();
    assert_eq!(broken(&log).fault, Fault::Head);
    let other = format!("{{\"seq\":3,\"hash\":\"{}\"}}", "0".repeat(64));
    fs::write(&head, other).unwrap();
    assert_eq!(broken(&log).fault, Fault::Head);
}

#[test]
fn a_head_that_does_not_fit_is_told_of_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    let other = format!("{{\"seq\":3,\"hash\":\"{}\"}}", "0".repeat(64));
    for (name, entries, head) in [
        ("no head", 8, None),
        ("no text", 8, Some("?")),
        ("another line's", 8, Some(other.as_str())),
        ("another log's", 0, Some("?")),
    ] {
        let inner = folder.path().join(name);
        fs::create_dir(&inner).unwrap();
        let log = filled(&inner, entries);
        match head {
            Some(head) => fs::write(inner.join("audit.head"), head).unwrap(),
            None => fs::remove_file(inner.join("audit.head")).unwrap(),
        }
        log.append(&signed(), at(9)).unwrap();
        let after = u64::try_from(entries).unwrap();
        let found = broken(&log);
        assert_eq!((found.fault, found.seq), (Fault::Gap, after + 1), "{name}");
        let said = log.search(&Query::default()).unwrap();
        assert_eq!(said[1].entry.action, Action::Gap { after }, "{name}");
        log.append(&signed(), at(10)).unwrap();
        assert_eq!(broken(&log).seq, found.seq, "{name}");
        assert_eq!(seqs(&log, Query::default()).len(), entries as usize + 3);
    }
}

#[test]
fn a_crash_between_line_and_head_is_no_break() {
    let folder = tempfile::tempdir().unwrap();
    let log = filled(folder.path(), 4);
    let head = fs::read(folder.path().join("audit.head")).unwrap();
    log.append(&signed(), at(5)).unwrap();
    fs::write(folder.path().join("audit.head"), head).unwrap();
    assert_eq!(sound(&log), 5);
    log.append(&signed(), at(6)).unwrap();
    assert_eq!(sound(&log), 6);
}

#[test]
fn a_crash_before_the_first_head_is_no_break() {
    let folder = tempfile::tempdir().unwrap();
    let log = AuditLog::in_folder(folder.path());
    log.append(&signed(), at(0)).unwrap();
    fs::remove_file(folder.path().join("audit.head")).unwrap();
    assert_eq!(sound(&log), 1);
    log.append_all(&[signed(), signed()], at(1)).unwrap();
    assert_eq!(sound(&log), 3);
}

#[test]
fn a_torn_last_line_is_seen_and_repaired() {
    let folder = tempfile::tempdir().unwrap();
    let log = AuditLog::in_folder(folder.path());
    let path = folder.path().join("audit.jsonl");
    log.append(&signed(), at(0)).unwrap();
    let one = fs::read(&path).unwrap();
    let head = fs::read(folder.path().join("audit.head")).unwrap();
    log.append(&signed(), at(1)).unwrap();
    let two = fs::read(&path).unwrap();
    for length in one.len() + 1..two.len() {
        fs::write(&path, &two[..length]).unwrap();
        fs::write(folder.path().join("audit.head"), &head).unwrap();
        let whole = length == two.len() - 1;
        let expected = Verified::Sound {
            entries: if whole { 2 } else { 1 },
            torn: !whole,
        };
        assert_eq!(log.verify().unwrap(), expected, "{length}");
        log.append(&signed(), at(2)).unwrap();
        assert_eq!(sound(&log), 3);
        let said = log.search(&Query::default()).unwrap();
        assert_eq!(said[1].entry.action == Action::Repaired, !whole, "{length}");
    }
}

#[test]
fn lines_longer_than_any_of_ours_and_long_files_are_gone_on_from() {
    let folder = tempfile::tempdir().unwrap();
    let log = AuditLog::in_folder(folder.path());
    let names = vec!["x".repeat(64); 3000];
    let long = signed().with_names(names.iter().map(String::as_str));
    for second in 0..3 {
        log.append(&long, at(second)).unwrap();
        log.append_all(&vec![signed(); 399], at(second)).unwrap();
    }
    let head = fs::read(folder.path().join("audit.head")).unwrap();
    log.append_all(&vec![signed(); 3], at(3)).unwrap();
    assert_eq!(sound(&log), 1203);
    let path = folder.path().join("audit.jsonl");
    let length = fs::metadata(&path).unwrap().len();
    fs::File::options()
        .write(true)
        .open(&path)
        .unwrap()
        .set_len(length - 9)
        .unwrap();
    fs::write(folder.path().join("audit.head"), head).unwrap();
    log.append(&signed(), at(4)).unwrap();
    assert_eq!(sound(&log), 1204, "one torn off, the repair and one more");
}

#[test]
fn lines_of_a_newer_version_are_part_of_the_chain() {
    use sha2::{Digest, Sha256};
    let folder = tempfile::tempdir().unwrap();
    let log = filled(folder.path(), 1);
    let path = folder.path().join("audit.jsonl");
    let mut text = fs::read_to_string(&path).unwrap();
    let line: serde_json::Value = serde_json::from_str(&text).unwrap();
    let body = format!(
        "{{\"seq\":2,\"action\":\"dreamt\",\"prev\":{}}}",
        line["hash"]
    );
    let hash = hex::encode(Sha256::digest(&body));
    text += &format!("{},\"hash\":\"{hash}\"}}\n", &body[..body.len() - 1]);
    fs::write(&path, text).unwrap();
    assert_eq!(sound(&log), 2);
    log.append(&signed(), at(3)).unwrap();
    assert_eq!(sound(&log), 3);
    assert_eq!(seqs(&log, Query::default()), [3, 1]);
}

#[test]
fn nothing_is_appended_to_an_end_that_is_not_ours() {
    let folder = tempfile::tempdir().unwrap();
    let log = filled(folder.path(), 1);
    let path = folder.path().join("audit.jsonl");
    let text = fs::read_to_string(&path)
        .unwrap()
        .replace("widget", "window");
    fs::write(&path, &text).unwrap();
    assert!(matches!(
        log.append(&signed(), at(1)),
        Err(AuditError::BadEnd { .. })
    ));
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
}

#[test]
fn several_processes_make_one_chain() {
    let folder = tempfile::tempdir().unwrap();
    let handles: Vec<_> = (0..4)
        .map(|pid| {
            let log = AuditLog::in_folder(folder.path()).with_most_bytes(2000);
            thread::spawn(move || {
                let entry = Entry::new(Action::Signed, Who::Terminal { pid });
                for second in 0..15 {
                    log.append(&entry, at(second)).unwrap();
                    log.verify().unwrap();
                }
                log.append_all(&vec![entry; 5], at(99)).unwrap();
            })
        })
        .collect();
    for handle in handles {
        handle.join().unwrap();
    }
    assert_eq!(sound(&AuditLog::in_folder(folder.path())), 80);
}

proptest! {
    #![proptest_config(Config { cases: 48, rng_seed: RngSeed::Fixed(7), failure_persistence: None, ..Config::default() })]

    #[test]
    fn no_changed_byte_goes_unseen(place in any::<prop::sample::Index>(), bit in 0..8_u8) {
        let folder = tempfile::tempdir().unwrap();
        let log = filled(folder.path(), 5);
        let files = log.files().unwrap();
        let texts: Vec<Vec<u8>> = files.iter().map(|path| fs::read(path).unwrap()).collect();
        let mut at = place.index(texts.iter().map(Vec::len).sum());
        for (path, mut text) in files.into_iter().zip(texts) {
            if at < text.len() {
                text[at] ^= 1 << bit;
                fs::write(path, text).unwrap();
                break;
            }
            at -= text.len();
        }
        let is_broken = matches!(log.verify().unwrap(), Verified::Broken(_));
        prop_assert!(is_broken);
    }

    #[test]
    fn a_cut_end_is_never_made_good(cut in 1..4_000_usize, batches in prop::collection::vec(1..4_usize, 1..5)) {
        let folder = tempfile::tempdir().unwrap();
        let log = filled(folder.path(), 8);
        let mut left = cut;
        for path in log.files().unwrap().into_iter().rev() {
            let length = fs::metadata(&path).unwrap().len();
            let gone = length.min(left as u64);
            fs::File::options().write(true).open(&path).unwrap().set_len(length - gone).unwrap();
            left -= usize::try_from(gone).unwrap();
            // A file of which nothing is left may be there or not.
            if gone == length && batches.len() > 2 {
                fs::remove_file(&path).unwrap();
            }
        }
        for (count, second) in batches.iter().zip(10..) {
            // An end that is none of ours takes nothing, and stays broken so.
            let _ = log.append_all(&vec![signed(); *count], at(second));
            let is_broken = matches!(log.verify().unwrap(), Verified::Broken(_));
            prop_assert_eq!(is_broken, cut > 1, "cut: {}", cut);
        }
    }
}
