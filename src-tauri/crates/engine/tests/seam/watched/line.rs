//! Jobs of watched folders between their file's coming to rest and its upload.

use super::*;

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
    let name = "a.png".to_owned();
    assert_eq!(failure.reason, Reason::WatchedLeft { name });
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
