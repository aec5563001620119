//! Restarts, and several processes on one folder.

use engine::*;

use crate::support::*;

#[tokio::test]
async fn a_restart_in_the_middle_asks_and_sends_what_did_not_arrive() {
    let world = World::new();
    let queue = world.queue();
    world.service.next([Script::HangAfter(2)]);
    let id = add(&queue, of_file(&world.file("a.png", b"bytes"))).await;
    let sender = world.sender(&queue);
    world.service.begun(1).await;
    drop((sender, queue));
    world.service.open(0).await;

    let queue = world.queue();
    let left = get(&queue, id).await;
    assert_eq!(left.state, State::Uploading, "as the dead process left it");
    let _sender = world.sender(&queue);
    let job = until_state(&queue, id, State::Done).await;
    assert_eq!(
        job.public_id, left.public_id,
        "the ID was chosen before the first byte"
    );
    assert_eq!(world.service.finds().len(), 1);
    assert_eq!(
        (world.service.parts().len(), world.asset_bytes()),
        (2, vec![b"bytes".to_vec()])
    );
}

#[tokio::test]
async fn a_restart_after_the_last_byte_finds_the_asset_and_sends_nothing() {
    let world = World::new();
    let queue = world.queue();
    world.service.next([Script::StoreAndHang]);
    let id = add(&queue, of_file(&world.file("a.png", b"bytes"))).await;
    let sender = world.sender(&queue);
    world.service.begun(1).await;
    until_state(&queue, id, State::Finishing).await;
    drop((sender, queue));
    world.service.open(0).await;

    let queue = world.queue();
    let _sender = world.sender(&queue);
    let job = until_state(&queue, id, State::Done).await;
    assert_eq!(job.verification, Verification::Verified);
    assert_eq!(world.service.parts().len(), 1);
}

#[tokio::test]
async fn a_file_that_vanished_after_it_arrived_is_still_found() {
    let world = World::new();
    let queue = world.queue();
    world.service.next([Script::StoreAndHang]);
    let file = world.file("a.png", b"bytes");
    let id = add(&queue, of_file(&file)).await;
    let sender = world.sender(&queue);
    until_state(&queue, id, State::Finishing).await;
    drop(sender);
    world.service.open(0).await;
    std::fs::remove_file(file).unwrap();
    let _sender = world.sender(&queue);
    let job = until_state(&queue, id, State::Done).await;
    assert_eq!(
        job.verification,
        Verification::NotVerified {
            reason: Doubt::ChangedWhileSending
        }
    );
}

#[tokio::test]
async fn stopping_puts_jobs_back_and_lets_the_next_one_send() {
    let world = World::new();
    let queue = world.queue();
    world.service.next([Script::HangAfter(2)]);
    let id = add(&queue, of_file(&world.file("a.png", b"bytes"))).await;
    let sender = world.sender(&queue);
    world.service.begun(1).await;
    soon(sender.stop()).await;
    assert_eq!(get(&queue, id).await.state, State::Waiting);
    world.service.open(0).await;
    let _sender = world.sender(&queue);
    until_state(&queue, id, State::Done).await;
    assert_eq!(
        world.service.finds(),
        [],
        "not everything was handed over, so there is nothing to ask"
    );
}

#[tokio::test]
async fn the_lock_outlives_the_last_order_of_a_dropped_sender() {
    let world = World::new();
    let queue = world.queue();
    let id = add(&queue, of_file(&world.file("a.png", b"bytes"))).await;
    // while somebody else writes, the sender's first order waits
    let writing = rusqlite::Connection::open(world.folder().join("queue.db")).unwrap();
    writing.execute_batch("BEGIN IMMEDIATE").unwrap();
    let sender = world.sender(&queue);
    let mut holding = sender.holding();
    soon(holding.wait_for(|holding| *holding)).await.unwrap();
    drop(sender);
    soon(async { while holding.changed().await.is_ok() {} }).await;
    let lock = std::fs::File::open(world.folder().join(format!("senders/{ACCOUNT}.lock"))).unwrap();
    assert!(
        lock.try_lock().is_err(),
        "the order is still to come, and the next holder must not miss it"
    );
    writing.execute_batch("COMMIT").unwrap();
    let other = world.queue();
    let _sender = world.sender(&other);
    until_state(&other, id, State::Done).await;
}

#[tokio::test]
async fn one_of_two_processes_sends_and_the_other_inserts_watches_and_takes_over() {
    let world = World::new();
    let (one, two) = (world.queue(), world.queue());
    let first = world.sender(&one);
    let mut holding = first.holding();
    soon(holding.wait_for(|holding| *holding)).await.unwrap();
    let second = world.sender(&two);

    let files: Vec<_> = (0..20)
        .map(|n| of_file(&world.file(&format!("{n}.png"), format!("bytes {n}").as_bytes())))
        .collect();
    let jobs = two.add(batch(files)).await.unwrap().jobs;
    for id in &jobs {
        until_state(&two, *id, State::Done).await;
    }
    assert!(first.is_holder() && !second.is_holder());
    assert_eq!(world.service.parts().len(), 20);

    soon(first.stop()).await;
    let mut holding = second.holding();
    soon(holding.wait_for(|holding| *holding)).await.unwrap();
    let last = add(&one, of_file(&world.file("last.png", b"last"))).await;
    until_state(&one, last, State::Done).await;
    assert_eq!(world.service.assets().len(), 21);
}

#[tokio::test]
async fn a_verb_from_another_process_reaches_the_sender() {
    let world = World::new();
    let (sending, watching) = (world.queue(), world.queue());
    world.service.next([Script::HangAfter(2)]);
    let id = add(&watching, of_file(&world.file("a.png", b"bytes"))).await;
    let _sender = world.sender(&sending);
    world.service.begun(1).await;
    watching
        .control(Selection::Job(id), Verb::Pause)
        .await
        .unwrap();
    world.service.open(0).await;
    assert_eq!(get(&watching, id).await.state, State::Paused);
    watching
        .control(Selection::Job(id), Verb::Resume)
        .await
        .unwrap();
    until_state(&watching, id, State::Done).await;
}

#[tokio::test]
async fn another_accounts_sender_is_not_in_the_way() {
    let world = World::new();
    let queue = world.queue();
    let _first = world.sender(&queue);
    let odd = "../odd account";
    let _other = Sender::start(
        queue.clone(),
        odd.into(),
        world.service.clone(),
        SenderSettings::default(),
    );
    let file = world.file("a.png", b"bytes");
    let theirs = queue
        .add(NewBatch {
            account: odd.into(),
            ..batch(vec![of_file(&file)])
        })
        .await
        .unwrap()
        .jobs[0];
    until_state(&queue, theirs, State::Done).await;
    let locks = std::fs::read_dir(world.folder().join("senders"))
        .unwrap()
        .count();
    assert_eq!(locks, 2, "both locks are inside the folder");
}

#[test]
fn a_newer_file_is_refused_and_left_alone() {
    let world = World::new();
    drop(world.queue());
    let path = world.folder().join("queue.db");
    let file = rusqlite::Connection::open(&path).unwrap();
    file.pragma_update(None, "user_version", 99).unwrap();
    let error = Queue::open(&world.folder()).unwrap_err();
    assert!(
        matches!(error, QueueError::Newer { found: 99, .. }),
        "{error}"
    );
    assert_eq!(
        file.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0))
            .unwrap(),
        99
    );
}
