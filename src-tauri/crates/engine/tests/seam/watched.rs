//! Watched folders: real folders, a clock that tests turn, a service in memory.

mod line;
mod places;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use engine::*;
use jiff::SignedDuration;

use crate::support::*;

fn settings() -> WatcherSettings {
    WatcherSettings {
        privacy: Arc::new(|_| Some(Privacy::default())),
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

async fn held(world: &World, queue: &Queue) -> Sender {
    let all = Selection::Account(ACCOUNT.into());
    queue.control(all, Verb::Pause).await.unwrap();
    world.sender(queue)
}

async fn let_go(queue: &Queue) {
    let all = Selection::Account(ACCOUNT.into());
    queue.control(all, Verb::Resume).await.unwrap();
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
