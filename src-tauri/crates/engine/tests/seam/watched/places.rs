//! Folders that vanish, processes that share them, accounts that are gone, places that are refused.

use super::*;

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
            privacy: Arc::new(move |_| {
                let there = asked.load(Ordering::Relaxed);
                there.then(Privacy::default)
            }),
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
