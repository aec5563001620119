//! One death before and after each commit that no command of the terminal makes, and then a look at what is left.
//! What the terminal does is `tests/crash` of the workspace; only `cargo xtask test` builds either with crash points.
//!
//! The process that dies is this test again, told by its environment what to do.

#![cfg(all(feature = "crash-points", unix))]
#![expect(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

use std::fs::OpenOptions;
use std::io::{Seek, SeekFrom, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, ExitStatus};

use engine::*;
use tempfile::TempDir;

const POINTS: &str = include_str!("../src/crash/points.txt");
const ACCOUNT: &str = "acc-00000001";
const FOLDER: &str = "ALOFT_DEATHS_FOLDER";
const WORK: &str = "ALOFT_DEATHS_WORK";
const JOBS: usize = 2_000;

#[tokio::test]
async fn a_death_at_any_commit_of_the_queue_leaves_all_of_it_or_nothing() {
    if let (Ok(folder), Ok(work)) = (std::env::var(FOLDER), std::env::var(WORK)) {
        return do_work(Path::new(&folder), &work).await;
    }
    let listed = POINTS.lines().skip_while(|line| *line != "[queue]").skip(1);
    let listed: Vec<&str> = listed.filter(|line| !line.is_empty()).collect();
    assert!(listed.len() > 10, "the list was not read: {listed:?}");
    for point in listed {
        let (work, when) = point
            .strip_prefix("commit.")
            .and_then(|rest| rest.rsplit_once('.'))
            .unwrap();
        let folder = TempDir::new().unwrap();
        if work == "repair" {
            let filled = child(folder.path(), "fill", None);
            assert!(filled.success(), "{filled}");
            spoil(folder.path());
        }
        // recording forgets what has the same key, so the second passage is the one that is meant
        let second = format!("{point}:2");
        let at = if work == "forgotten" { &second } else { point };
        let ended = child(folder.path(), work, Some(at));
        assert_eq!(
            ended.signal(),
            Some(6),
            "it did not die at {point}: {ended}"
        );
        look(folder.path(), work, when == "after").await;
        println!("{point}  ok");
    }
}

fn child(folder: &Path, work: &str, crash_at: Option<&str>) -> ExitStatus {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.env(FOLDER, folder).env(WORK, work);
    if let Some(point) = crash_at {
        command.env("ALOFT_CRASH_AT", point);
    }
    command.output().unwrap().status
}

/// Ends somewhere in the middle, or the test fails.
async fn do_work(folder: &Path, work: &str) {
    let queue = Queue::open(folder).unwrap();
    let jobs = if work == "fill" { JOBS } else { 1 };
    match work {
        "fill" | "concurrency" | "rate" | "control.Restore" => {
            let job = |n| NewJob::new(Source::Url(format!("https://pictures.example/{n}.png")));
            let batch = NewBatch {
                account: ACCOUNT.into(),
                cloud_name: "demo".into(),
                label: String::new(),
                jobs: (0..jobs).map(job).collect(),
                limits: BatchLimits::default(),
            };
            queue.add(batch).await.unwrap();
        }
        _ => {}
    }
    match work {
        "concurrency" => queue.set_concurrency(ACCOUNT, Some(3)).await.unwrap(),
        "rate" => queue.set_rate(Some(ACCOUNT), rate()).await.unwrap(),
        "locked" => drop(queue.lock().await.unwrap()),
        "unlocked" => {
            queue.lock().await.unwrap();
            queue.unlock(1).await.unwrap();
        }
        "recorded" => drop(queue.record(asset()).await.unwrap()),
        "forgotten" => {
            queue.record(asset()).await.unwrap();
            queue.forget(key()).await.unwrap();
        }
        "control.Restore" => {
            for verb in [Verb::Remove, Verb::Restore] {
                queue.control(Selection::All, verb).await.unwrap();
            }
        }
        "held" | "held-queued" | "held-given" | "held-let-go" | "held-again" | "held-purged" => {
            let held = queue.hold(vec![thing()]).await.unwrap();
            do_with_held(&queue, held, work).await;
        }
        "held-taken-over" => assert!(queue.take_over("old.json", vec![thing()]).await.unwrap()),
        // opening was the work
        "fill" | "repair" => {}
        other => panic!("nobody knows how to do {other}: say it here and in `look`"),
    }
}

async fn do_with_held(queue: &Queue, held: Vec<HeldId>, work: &str) {
    match work {
        "held-queued" => drop(queue.queue_held(one_job(), held).await.unwrap()),
        "held-given" => queue.give_held(held, ACCOUNT).await.unwrap(),
        "held-let-go" => drop(queue.let_go(held).await.unwrap()),
        "held-again" => {
            let undo = queue.let_go(held).await.unwrap().undo.unwrap();
            assert_eq!(queue.hold_again(undo).await.unwrap(), 1);
        }
        "held-purged" => queue.sweep_kept().await.unwrap(),
        // holding was the work
        _ => {}
    }
}

/// Opens what a dead process left: all of its last work is there, or nothing of it, and it can be done again.
async fn look(folder: &Path, work: &str, is_done: bool) {
    let queue = Queue::open(folder).unwrap();
    let jobs = queue.jobs(JobFilter::default()).await.unwrap();
    let held = queue.held().await.unwrap();
    let account = queue.accounts().await.unwrap().into_iter().next();
    let assets = queue.library(LibraryQuery::default()).await.unwrap();
    match work {
        "repair" => {
            // whichever of the two repairs it was, everything that can be read is there, and what was damaged too
            let repair = queue.repair().unwrap();
            assert!(repair.aside.join("queue.db").is_file());
            let kept = jobs.len();
            assert!(kept > JOBS / 2 && kept < JOBS, "{kept} of {JOBS}");
            drop(queue);
            let again = Queue::open(folder).unwrap();
            assert_eq!(again.repair(), None);
            assert_eq!(again.jobs(JobFilter::default()).await.unwrap().len(), kept);
        }
        "concurrency" => {
            assert_eq!(account.unwrap().concurrency, is_done.then_some(3));
            queue.set_concurrency(ACCOUNT, Some(3)).await.unwrap();
        }
        "rate" => {
            let found = account.unwrap().rate;
            let wanted = if is_done {
                rate()
            } else {
                RateLimit::default()
            };
            assert_eq!(found, wanted);
            queue.set_rate(Some(ACCOUNT), rate()).await.unwrap();
        }
        "locked" => {
            assert_eq!(queue.lock_now().await.unwrap().locked, is_done);
            assert_eq!(queue.lock().await.unwrap(), !is_done);
        }
        "unlocked" => {
            assert_eq!(queue.lock_now().await.unwrap().locked, !is_done);
            assert_eq!(queue.unlock(1).await.unwrap(), !is_done);
        }
        "recorded" => {
            let count = usize::from(is_done);
            assert_eq!((assets.len(), jobs.len()), (count, count));
            queue.record(asset()).await.unwrap();
            let assets = queue.library(LibraryQuery::default()).await.unwrap();
            assert_eq!(assets.len(), 1, "told twice, it is one asset");
        }
        "forgotten" => {
            assert_eq!(assets.len(), usize::from(!is_done));
            assert_eq!(queue.forget(key()).await.unwrap(), !is_done);
        }
        "control.Restore" => {
            assert_eq!(jobs.len(), usize::from(is_done));
            queue.control(Selection::All, Verb::Restore).await.unwrap();
            assert_eq!(queue.jobs(JobFilter::default()).await.unwrap().len(), 1);
        }
        "held" => assert_eq!(held.len(), usize::from(is_done)),
        // what is held is queued or still held: never both, never neither
        "held-queued" => {
            assert_eq!(
                (jobs.len(), held.len()),
                if is_done { (1, 0) } else { (0, 1) }
            );
            let ids = held.iter().map(|held| held.id).collect::<Vec<_>>();
            if !is_done {
                queue.queue_held(one_job(), ids).await.unwrap();
            }
            assert_eq!(queue.jobs(JobFilter::default()).await.unwrap().len(), 1);
        }
        "held-given" => {
            let given = is_done.then(|| ACCOUNT.to_owned());
            assert_eq!(held[0].what.account, given);
        }
        "held-let-go" => assert_eq!(held.len(), usize::from(!is_done)),
        "held-again" => assert_eq!(held.len(), usize::from(is_done)),
        "held-purged" => assert_eq!(held.len(), 1),
        "held-taken-over" => {
            assert_eq!(held.len(), usize::from(is_done));
            let again = queue.take_over("old.json", vec![thing()]).await.unwrap();
            assert_eq!(again, !is_done);
            assert_eq!(queue.held().await.unwrap().len(), 1);
        }
        other => panic!("nobody knows how to look at {other}"),
    }
}

/// Overwrites pages in the middle of the file.
fn spoil(folder: &Path) {
    let path = folder.join("queue.db");
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .unwrap();
    drop(connection);
    let mut file = OpenOptions::new().write(true).open(path).unwrap();
    let size = file.metadata().unwrap().len();
    file.seek(SeekFrom::Start(size * 2 / 5 / 4096 * 4096))
        .unwrap();
    file.write_all(&[0xA5; 3 * 4096]).unwrap();
}

fn thing() -> NewHeld {
    NewHeld {
        account: None,
        source: "/home/x/a.png".into(),
        origin: HeldOrigin::Given,
    }
}

fn one_job() -> NewBatch {
    NewBatch {
        account: ACCOUNT.into(),
        cloud_name: "demo".into(),
        label: String::new(),
        jobs: vec![NewJob::new(Source::File("/home/x/a.png".into()))],
        limits: BatchLimits::default(),
    }
}

fn rate() -> RateLimit {
    RateLimit {
        rate: Some(500_000),
        timetable: Vec::new(),
    }
}

fn key() -> AssetKey {
    AssetKey {
        account: ACCOUNT.into(),
        resource_type: ResourceType::Image,
        delivery_type: "upload".into(),
        public_id: "from the widget".into(),
    }
}

fn asset() -> NewAsset {
    NewAsset {
        account: ACCOUNT.into(),
        cloud_name: "demo".into(),
        receipt: Receipt {
            public_id: key().public_id,
            asset_id: None,
            version: 1,
            resource_type: ResourceType::Image,
            delivery_type: "upload".into(),
            format: None,
            bytes: Some(1),
            width: None,
            height: None,
            etag: None,
            url: "https://res.example/demo/from the widget".into(),
            existing: false,
            signature_verified: Some(true),
            created_at: None,
            transformed: false,
        },
        name: "a.png".into(),
        folder: String::new(),
        tags: Vec::new(),
        origin: Origin::Widget,
    }
}
