//! Watched folders: real folders, a clock that tests turn, a service in memory.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use engine::*;
use jiff::SignedDuration;

use crate::support::*;

fn settings() -> WatcherSettings {
    WatcherSettings {
        may_queue: Arc::new(|_| true),
        ours: Vec::new(),
    }
}

impl World {
    fn new_watch(&self) -> NewWatch {
        NewWatch {
            account: ACCOUNT.into(),
            cloud_name: "demo".into(),
            path: self.files.path().into(),
            recursive: true,
            options: WatchOptions::default(),
            existing: false,
        }
    }

    async fn watched(&self, queue: &Queue) -> Watch {
        queue.watch(self.new_watch(), Vec::new()).await.unwrap()
    }

    /// Turns the clock until the watcher has found what is wanted.
    async fn found(&self, watcher: &Watcher, id: WatchId, wanted: impl Fn(&Watching) -> bool) {
        let mut watching = watcher.watching();
        let is_so = |all: &BTreeMap<WatchId, Watching>| all.get(&id).is_some_and(&wanted);
        soon(async {
            while !is_so(&watching.borrow_and_update()) {
                self.clock.forward(SignedDuration::from_secs(31));
                watching.changed().await.unwrap();
            }
        })
        .await;
    }

    /// Returns after a look that began after this call.
    async fn looked(&self, watcher: &Watcher, id: WatchId) {
        let looks = |watcher: &Watcher| watcher.watching().borrow().get(&id).map_or(0, |w| w.looks);
        // one may be under way
        let wanted = looks(watcher) + 2;
        self.found(watcher, id, |watching| watching.looks >= wanted)
            .await;
    }

    /// Returns when nothing waits to come to rest.
    async fn settled(&self, watcher: &Watcher, id: WatchId) {
        self.looked(watcher, id).await;
        self.found(watcher, id, |watching| watching.settling == 0)
            .await;
    }
}

async fn jobs(queue: &Queue) -> Vec<Job> {
    queue.jobs(JobFilter::default()).await.unwrap()
}

async fn names(queue: &Queue) -> Vec<String> {
    jobs(queue).await.into_iter().map(|job| job.name).collect()
}

fn folder_of(job: &Job) -> Option<&str> {
    job.params.get("folder").and_then(|folder| folder.as_str())
}

/// Nobody turns the clock before the file was seen: the system's own report brings the first look.
#[tokio::test]
async fn a_file_is_queued_when_it_has_come_to_rest() {
    let world = World::new();
    let queue = world.queue();
    world.file("before.png", b"there before");
    let watch = world.watched(&queue).await;
    let watcher = Watcher::start(queue.clone(), settings());
    let mut watching = watcher.watching();
    let mut seen = async |wanted: usize| {
        let so = |all: &BTreeMap<WatchId, Watching>| {
            all.get(&watch.id).is_some_and(|w| w.settling == wanted)
        };
        soon(watching.wait_for(so)).await.map(drop).unwrap();
    };
    seen(0).await;
    let file = world.file("new.png", b"new");
    seen(1).await;
    assert_eq!(names(&queue).await, [""; 0]);
    world.clock.forward(SignedDuration::from_millis(2900));
    world.file("new.png", b"new and longer");
    world.clock.forward(SignedDuration::from_secs(4));
    world.settled(&watcher, watch.id).await;
    let queued = jobs(&queue).await;
    assert_eq!(queued.len(), 1, "what was there before was not asked for");
    assert_eq!(queued[0].source, Source::File(file));
    assert_eq!(queued[0].watch, Some(watch.id));
    let _sender = world.sender(&queue);
    until_state(&queue, queued[0].id, State::Done).await;
    assert_eq!(world.asset_bytes(), [b"new and longer"]);
}

/// Never still for three seconds: the clock moves by two between two writes.
#[tokio::test]
async fn a_growing_file_is_queued_once_and_whole() {
    let world = World::new();
    let queue = world.queue();
    let watch = world.watched(&queue).await;
    let _sender = world.sender(&queue);
    let watcher = Watcher::start(queue.clone(), settings());
    let mut watching = watcher.watching();
    let mut bytes = Vec::new();
    for piece in 0..6_u8 {
        bytes.extend([piece; 100]);
        let looks = watching.borrow().get(&watch.id).map_or(0, |w| w.looks);
        world.file("film.mp4", &bytes);
        soon(watching.wait_for(|all| all.get(&watch.id).is_some_and(|w| w.looks > looks)))
            .await
            .map(drop)
            .unwrap();
        world.clock.forward(SignedDuration::from_secs(2));
    }
    assert_eq!(names(&queue).await, [""; 0]);
    world.settled(&watcher, watch.id).await;
    let queued = jobs(&queue).await;
    assert_eq!(queued.len(), 1);
    until_state(&queue, queued[0].id, State::Done).await;
    assert_eq!(world.asset_bytes(), [bytes]);
}

#[tokio::test]
async fn what_is_there_is_queued_when_it_was_asked_for_with_its_structure_and_options() {
    let world = World::new();
    let queue = world.queue();
    std::fs::create_dir_all(world.files.path().join("2024/May & June")).unwrap();
    for name in ["a.png", "2024/b.png", "2024/May & June/c.png"] {
        world.file(name, name.as_bytes());
    }
    let new = NewWatch {
        existing: true,
        options: WatchOptions {
            folder: "shots".into(),
            params: params(&[("upload_preset", "small")]),
            ..WatchOptions::default()
        },
        ..world.new_watch()
    };
    let watch = queue.watch(new, Vec::new()).await.unwrap();
    let watcher = Watcher::start(queue.clone(), settings());
    world.settled(&watcher, watch.id).await;
    let queued = jobs(&queue).await;
    let folders: BTreeMap<&str, Option<&str>> = queued
        .iter()
        .map(|job| (job.name.as_str(), folder_of(job)))
        .collect();
    assert_eq!(
        folders,
        BTreeMap::from([
            ("a.png", Some("shots")),
            ("b.png", Some("shots/2024")),
            ("c.png", Some("shots/2024/May _ June")),
        ])
    );
    assert!(
        queued
            .iter()
            .all(|job| job.params["upload_preset"] == "small" && job.params["overwrite"] == false)
    );
    let batches = queue.batches().await.unwrap();
    assert_eq!(batches.len(), 1, "found together, listed together");
}

#[tokio::test]
async fn a_restart_queues_nothing_twice_and_what_came_meanwhile_once() {
    let world = World::new();
    let queue = world.queue();
    let watch = world.watched(&queue).await;
    let watcher = Watcher::start(queue.clone(), settings());
    world.looked(&watcher, watch.id).await;
    world.file("a.png", b"a");
    world.settled(&watcher, watch.id).await;
    drop((watcher, queue));
    world.file("b.png", b"b");

    let queue = world.queue();
    let watcher = Watcher::start(queue.clone(), settings());
    world.settled(&watcher, watch.id).await;
    world.settled(&watcher, watch.id).await;
    assert_eq!(names(&queue).await, ["a.png", "b.png"]);
}

#[tokio::test]
async fn a_renamed_file_is_not_queued_again_and_new_content_is() {
    let world = World::new();
    let queue = world.queue();
    let watch = world.watched(&queue).await;
    let _sender = world.sender(&queue);
    let watcher = Watcher::start(queue.clone(), settings());
    let first = world.file("a.png", b"first");
    world.settled(&watcher, watch.id).await;
    until_state(&queue, jobs(&queue).await[0].id, State::Done).await;
    std::fs::rename(&first, world.files.path().join("b.png")).unwrap();
    world.settled(&watcher, watch.id).await;
    assert_eq!(names(&queue).await, ["a.png"]);

    world.file("b.png", b"other content");
    world.file("a.png", b"another under the old name");
    world.settled(&watcher, watch.id).await;
    assert_eq!(names(&queue).await, ["a.png", "a.png", "b.png"]);
}

#[tokio::test]
async fn a_temporary_name_is_left_alone_until_it_is_the_last() {
    let world = World::new();
    let queue = world.queue();
    // one that is under way already is new when it is through
    let under_way = world.file("film.mp4.part", b"film");
    let watch = world.watched(&queue).await;
    let watcher = Watcher::start(queue.clone(), settings());
    for name in [
        "a.zip.crdownload",
        "~$b.docx",
        "c.txt~",
        "#d.txt#",
        ".e.txt.swp",
    ] {
        world.file(name, b"not yet");
    }
    world.settled(&watcher, watch.id).await;
    assert_eq!(names(&queue).await, [""; 0]);
    std::fs::rename(under_way, world.files.path().join("film.mp4")).unwrap();
    world.settled(&watcher, watch.id).await;
    assert_eq!(names(&queue).await, ["film.mp4"]);
}

async fn held(world: &World, queue: &Queue) -> Sender {
    let all = Selection::Account(ACCOUNT.into());
    queue.control(all, Verb::Pause).await.unwrap();
    world.sender(queue)
}

async fn let_go(queue: &Queue) {
    let all = Selection::Account(ACCOUNT.into());
    queue.control(all, Verb::Resume).await.unwrap();
}

/// Not red: it is nobody's mistake.
#[tokio::test]
async fn what_is_deleted_before_its_upload_is_skipped_with_a_reason_and_queued_when_it_is_back() {
    let world = World::new();
    let queue = world.queue();
    let watch = world.watched(&queue).await;
    let _sender = held(&world, &queue).await;
    let watcher = Watcher::start(queue.clone(), settings());
    let file = world.file("a.png", b"a");
    let elsewhere = tempfile::tempdir().unwrap();
    let aside = elsewhere.path().join("a.png");
    world.settled(&watcher, watch.id).await;
    let id = jobs(&queue).await[0].id;
    // the same file, with the same identity, moved away and back
    std::fs::rename(&file, &aside).unwrap();
    let_go(&queue).await;
    let job = until_state(&queue, id, State::Cancelled).await;
    let failure = job.failure.unwrap();
    assert_eq!(failure.kind, FailureKind::SourceMissing);
    assert!(
        failure
            .message
            .starts_with("a.png was moved or deleted before it was sent, so it was skipped"),
        "{}",
        failure.message
    );
    world.settled(&watcher, watch.id).await;
    std::fs::rename(&aside, &file).unwrap();
    world.settled(&watcher, watch.id).await;
    let again = jobs(&queue).await[1].id;
    until_state(&queue, again, State::Done).await;
    assert_eq!(world.asset_bytes(), [b"a"]);
}

#[tokio::test]
async fn what_changed_before_its_upload_is_sent_once_as_it_is_now() {
    let world = World::new();
    let queue = world.queue();
    let watch = world.watched(&queue).await;
    let _sender = held(&world, &queue).await;
    let watcher = Watcher::start(queue.clone(), settings());
    world.file("a.png", b"half");
    world.settled(&watcher, watch.id).await;
    world.file("a.png", b"whole and longer");
    let_go(&queue).await;
    let first = jobs(&queue).await[0].id;
    let skipped = until_state(&queue, first, State::Cancelled).await;
    assert_eq!(skipped.failure.unwrap().kind, FailureKind::SourceChanged);
    world.settled(&watcher, watch.id).await;
    let queued = jobs(&queue).await;
    assert_eq!(queued.len(), 2);
    until_state(&queue, queued[1].id, State::Done).await;
    assert_eq!(world.asset_bytes(), [b"whole and longer"]);
}

#[tokio::test]
async fn a_job_in_line_goes_with_its_file() {
    let world = World::new();
    let queue = world.queue();
    let watch = world.watched(&queue).await;
    let _sender = held(&world, &queue).await;
    let watcher = Watcher::start(queue.clone(), settings());
    let (a, b) = (world.file("a.png", b"was a"), world.file("b.png", b"was b"));
    world.settled(&watcher, watch.id).await;
    // they change places, and one of them the folder
    std::fs::create_dir(world.files.path().join("sub")).unwrap();
    let c = world.files.path().join("sub/c.png");
    std::fs::rename(&a, &c).unwrap();
    std::fs::rename(&b, &a).unwrap();
    world.settled(&watcher, watch.id).await;
    let_go(&queue).await;
    let queued = jobs(&queue).await;
    assert_eq!(queued.len(), 2);
    for job in &queued {
        until_state(&queue, job.id, State::Done).await;
    }
    assert_eq!(
        (
            &queued[0].source,
            queued[0].name.as_str(),
            folder_of(&queued[0])
        ),
        (&Source::File(c), "c.png", Some("sub"))
    );
    assert_eq!(queued[1].source, Source::File(a));
    assert_eq!(world.service.assets().len(), 2);
}

/// The drive of the folder is pulled out and plugged in again.
#[tokio::test]
async fn a_folder_that_vanished_is_kept_and_goes_on_when_it_is_back() {
    let world = World::new();
    let queue = world.queue();
    let watch = world.watched(&queue).await;
    let _sender = world.sender(&queue);
    let watcher = Watcher::start(queue.clone(), settings());
    world.file("a.png", b"a");
    world.settled(&watcher, watch.id).await;
    until_state(&queue, jobs(&queue).await[0].id, State::Done).await;
    let drawer = tempfile::tempdir().unwrap();
    let unplugged = drawer.path().join("drive");
    std::fs::rename(world.files.path(), &unplugged).unwrap();
    world
        .found(&watcher, watch.id, |watching| {
            watching.folder == FolderState::Missing
        })
        .await;
    assert_eq!(FolderState::of(&watch.path), FolderState::Missing);
    assert_eq!(queue.watches().await.unwrap(), std::slice::from_ref(&watch));
    std::fs::write(unplugged.join("b.png"), b"b").unwrap();
    std::fs::rename(&unplugged, world.files.path()).unwrap();
    world
        .found(&watcher, watch.id, |watching| {
            watching.folder == FolderState::Present
        })
        .await;
    world.settled(&watcher, watch.id).await;
    assert_eq!(names(&queue).await, ["a.png", "b.png"]);
}

/// A drive is mounted over the folder, or the folder is made anew: what is reported of it counts again.
#[cfg(unix)]
#[tokio::test]
async fn another_directory_under_the_same_name_is_listened_to() {
    let world = World::new();
    let queue = world.queue();
    let watch = world.watched(&queue).await;
    let watcher = Watcher::start(queue.clone(), settings());
    let reported = async |name: &str| {
        world.settled(&watcher, watch.id).await;
        let mut watching = watcher.watching();
        let file = world.file(name, b"x");
        let settles = |all: &BTreeMap<WatchId, Watching>| all[&watch.id].settling == 1;
        soon(watching.wait_for(settles)).await.map(drop).unwrap();
        std::fs::remove_file(file).unwrap();
    };
    world.looked(&watcher, watch.id).await;
    let other = tempfile::tempdir().unwrap();
    std::fs::create_dir(other.path().join("drive")).unwrap();
    std::fs::rename(other.path().join("drive"), &watch.path).unwrap();
    // the first may be met in a look that the change of the directory led to
    for name in ["1.png", "2.png"] {
        reported(name).await;
    }

    std::fs::remove_dir(&watch.path).unwrap();
    world
        .found(&watcher, watch.id, |watching| {
            watching.folder == FolderState::Missing
        })
        .await;
    std::fs::create_dir(&watch.path).unwrap();
    world
        .found(&watcher, watch.id, |watching| {
            watching.folder == FolderState::Present
        })
        .await;
    for name in ["3.png", "4.png"] {
        reported(name).await;
    }
}

#[tokio::test]
async fn of_two_processes_one_watches_and_the_other_takes_over() {
    let world = World::new();
    let (one, two) = (world.queue(), world.queue());
    assert!(!one.is_watched());
    let watch = world.watched(&one).await;
    let first = Watcher::start(one.clone(), settings());
    world.looked(&first, watch.id).await;
    assert!(two.is_watched());
    let second = Watcher::start(two.clone(), settings());
    world.file("a.png", b"a");
    world.settled(&first, watch.id).await;
    assert!(second.watching().borrow().is_empty());
    soon(first.stop()).await;
    world.file("b.png", b"b");
    world.settled(&second, watch.id).await;
    assert_eq!(names(&one).await, ["a.png", "b.png"]);
}

/// Should the lock fail, as on some network drives, the transaction still decides.
#[tokio::test]
async fn two_watchers_at_once_queue_a_file_once() {
    let world = World::new();
    let (one, two) = (world.queue(), world.queue());
    let watch = world.watched(&one).await;
    let first = Watcher::start(one.clone(), settings());
    world.looked(&first, watch.id).await;
    std::fs::remove_file(world.folder().join("watcher.lock")).unwrap();
    let second = Watcher::start(two.clone(), settings());
    world.looked(&second, watch.id).await;
    for name in ["a.png", "b.png"] {
        world.file(name, name.as_bytes());
        world.settled(&first, watch.id).await;
        world.settled(&second, watch.id).await;
    }
    assert_eq!(names(&one).await, ["a.png", "b.png"]);
}

#[tokio::test]
async fn a_watch_of_an_account_that_is_gone_queues_nothing_and_stays() {
    let world = World::new();
    let queue = world.queue();
    let watch = world.watched(&queue).await;
    let there = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&there);
    let watcher = Watcher::start(
        queue.clone(),
        WatcherSettings {
            may_queue: Arc::new(move |_| asked.load(Ordering::Relaxed)),
            ours: Vec::new(),
        },
    );
    world.file("a.png", b"a");
    world.looked(&watcher, watch.id).await;
    world.looked(&watcher, watch.id).await;
    assert_eq!(names(&queue).await, [""; 0]);
    there.store(true, Ordering::Relaxed);
    world
        .found(&watcher, watch.id, |watching| watching.settling == 1)
        .await;
    world.settled(&watcher, watch.id).await;
    assert_eq!(names(&queue).await, ["a.png"]);
}

#[tokio::test]
async fn a_watch_that_ended_queues_nothing_more_and_its_jobs_are_like_any_others() {
    let world = World::new();
    let queue = world.queue();
    let watch = world.watched(&queue).await;
    let _sender = held(&world, &queue).await;
    let watcher = Watcher::start(queue.clone(), settings());
    let file = world.file("a.png", b"a");
    world.settled(&watcher, watch.id).await;
    assert_eq!(queue.watches_of(&watch.path).await.unwrap().len(), 1);
    assert!(queue.unwatch(watch.id).await.unwrap());
    assert!(!queue.unwatch(watch.id).await.unwrap());
    let mut watching = watcher.watching();
    soon(watching.wait_for(BTreeMap::is_empty))
        .await
        .map(drop)
        .unwrap();
    std::fs::remove_file(file).unwrap();
    let_go(&queue).await;
    let id = jobs(&queue).await[0].id;
    until_state(&queue, id, State::Failed).await;
}

#[tokio::test]
async fn folders_that_would_be_uploaded_twice_or_without_end_are_refused() {
    let world = World::new();
    let queue = world.queue();
    let path = |name: &str| world.files.path().join(name);
    for name in ["a/b/c", "other", "ours/deep"] {
        std::fs::create_dir_all(path(name)).unwrap();
    }
    let file = world.file("file.txt", b"x");
    let watch = async |path: PathBuf, account: &str, recursive: bool| {
        let new = NewWatch {
            path,
            account: account.into(),
            recursive,
            ..world.new_watch()
        };
        queue
            .watch(new, vec![world.files.path().join("ours")])
            .await
    };
    watch(path("a/b"), ACCOUNT, true).await.unwrap();
    let refused = async |path: PathBuf| watch(path, ACCOUNT, true).await.unwrap_err();
    assert!(matches!(refused(path("a/b")).await, WatchError::Already));
    assert!(matches!(
        refused(path("other/../a/b")).await,
        WatchError::Already
    ));
    assert!(matches!(
        refused(path("a/b/c")).await,
        WatchError::Inside(_)
    ));
    assert!(matches!(refused(path("a")).await, WatchError::Above(_)));
    assert!(matches!(refused(path("gone")).await, WatchError::Missing));
    assert!(matches!(refused(file).await, WatchError::NotAFolder));
    assert!(matches!(refused(path("ours/deep")).await, WatchError::Ours));
    assert!(matches!(refused(world.folder()).await, WatchError::Ours));
    watch(path("a"), ACCOUNT, false).await.unwrap();
    watch(path("a/b"), "acc-00000002", true).await.unwrap();
}

/// Whatever is sent to the sandbox is stored in a folder of ours, and would be sent again.
#[tokio::test]
async fn our_own_files_inside_a_watched_folder_are_never_queued() {
    let world = World::new();
    let queue = world.queue();
    let home = world.folder().parent().unwrap().to_owned();
    let new = NewWatch {
        path: home.clone(),
        existing: true,
        ..world.new_watch()
    };
    std::fs::write(home.join("mine.txt"), b"x").unwrap();
    let watch = queue.watch(new, Vec::new()).await.unwrap();
    let watcher = Watcher::start(queue.clone(), settings());
    world.settled(&watcher, watch.id).await;
    assert_eq!(names(&queue).await, ["mine.txt"]);
}

#[tokio::test]
async fn a_damaged_file_keeps_what_is_watched_and_known() {
    let world = World::new();
    let queue = world.queue();
    let watch = world.watched(&queue).await;
    let watcher = Watcher::start(queue.clone(), settings());
    world.file("a.png", b"a");
    world.settled(&watcher, watch.id).await;
    soon(watcher.stop()).await;
    drop(queue);
    crate::damage::spoil_an_index(&world);
    let queue = world.queue();
    assert!(queue.repair().is_some());
    assert_eq!(queue.watches().await.unwrap(), std::slice::from_ref(&watch));
    let watcher = Watcher::start(queue.clone(), settings());
    world.settled(&watcher, watch.id).await;
    assert_eq!(names(&queue).await, ["a.png"]);
    assert_eq!(jobs(&queue).await[0].watch, Some(watch.id));
}
