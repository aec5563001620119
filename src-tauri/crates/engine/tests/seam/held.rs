//! What was handed over and waits: queued once, let go of and brought back, and the pictures that exist for it alone.

use std::path::Path;
use std::time::{Duration, SystemTime};

use engine::*;
use jiff::SignedDuration;

use crate::support::*;

pub(crate) fn thing(path: &Path) -> NewHeld {
    NewHeld {
        account: Some(ACCOUNT.into()),
        source: path.into(),
        origin: HeldOrigin::Given,
    }
}

async fn held(queue: &Queue) -> Vec<HeldId> {
    let held = queue.held().await.unwrap();
    held.iter().map(|held| held.id).collect()
}

/// As if it had been pasted long ago.
fn age(path: &Path) {
    let file = std::fs::File::options().write(true).open(path).unwrap();
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    file.set_modified(long_ago).unwrap();
}

#[tokio::test]
async fn what_is_held_is_queued_once_and_all_of_it_or_nothing() {
    let world = World::new();
    let (window, other) = (world.queue(), world.queue());
    let paths = ["one.png", "two.png"].map(|name| world.file(name, name.as_bytes()));
    let things = vec![
        thing(&paths[0]),
        NewHeld {
            account: None,
            origin: HeldOrigin::Clipboard,
            ..thing(&paths[1])
        },
    ];
    let ids = window.hold(things.clone()).await.unwrap();
    let there = other.held().await.unwrap();
    let whats: Vec<&NewHeld> = there.iter().map(|held| &held.what).collect();
    assert_eq!(whats, [&things[0], &things[1]]);

    let jobs = || batch(paths.iter().map(|path| of_file(path)).collect());
    other.let_go(vec![ids[1]]).await.unwrap();
    let gone = window.queue_held(jobs(), ids.clone()).await;
    assert!(matches!(gone, Err(QueueError::NoSuchHeld)), "{gone:?}");
    assert_eq!(held(&window).await, [ids[0]]);
    assert_eq!(window.jobs(JobFilter::default()).await.unwrap(), []);

    let one = batch(vec![of_file(&paths[0])]);
    let added = window.queue_held(one.clone(), vec![ids[0]]).await.unwrap();
    assert_eq!(added.unwrap().jobs.len(), 1);
    let again = other.queue_held(one, vec![ids[0]]).await;
    assert!(matches!(again, Err(QueueError::NoSuchHeld)), "{again:?}");
    assert_eq!(other.jobs(JobFilter::default()).await.unwrap().len(), 1);

    let empty = window.hold(vec![thing(world.home())]).await.unwrap();
    assert_eq!(window.queue_held(batch(vec![]), empty).await.unwrap(), None);
    assert_eq!(held(&window).await, []);
    assert_eq!(window.batches().await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_let_go_of_comes_back_for_a_day_with_its_picture() {
    let world = World::new();
    let queue = world.queue();
    let picture = queue.keep("a.png", b"picture".to_vec()).await.unwrap();
    age(&picture);
    let ids = queue
        .hold(vec![thing(&picture), thing(world.home())])
        .await
        .unwrap();
    let first = queue.let_go(vec![ids[0]]).await.unwrap();
    let second = queue.let_go(ids.clone()).await.unwrap();
    assert_eq!((&first.held[..], &second.held[..]), (&ids[..1], &ids[1..]));
    assert_ne!(first.undo, second.undo);
    assert_eq!(queue.let_go(ids.clone()).await.unwrap(), LetGo::default());

    world.clock.forward(SignedDuration::from_hours(23));
    queue.sweep_kept().await.unwrap();
    assert!(picture.exists());
    let undo = first.undo.unwrap();
    assert_eq!(queue.hold_again(undo).await.unwrap(), 1);
    assert_eq!(queue.hold_again(undo).await.unwrap(), 0);
    assert_eq!(held(&queue).await, [ids[0]]);
    world.clock.forward(SignedDuration::from_hours(100));
    queue.sweep_kept().await.unwrap();
    assert!(picture.exists(), "it is held again");

    let undo = queue.let_go(vec![ids[0]]).await.unwrap().undo.unwrap();
    world.clock.forward(SignedDuration::from_hours(25));
    queue.sweep_kept().await.unwrap();
    assert!(!picture.exists());
    assert_eq!(queue.hold_again(undo).await.unwrap(), 0);
}

#[tokio::test]
async fn a_picture_stays_while_another_job_or_something_held_has_it() {
    let world = World::new();
    let queue = world.queue();
    let sent_twice = queue.keep("a.png", b"twice".to_vec()).await.unwrap();
    let held_too = queue.keep("b.png", b"held too".to_vec()).await.unwrap();
    let later = add(&queue, of_file(&sent_twice)).await;
    queue
        .control(Selection::Job(later), Verb::Pause)
        .await
        .unwrap();
    let ids = queue.hold(vec![thing(&held_too)]).await.unwrap();
    let sender = world.sender(&queue);
    for path in [&sent_twice, &held_too] {
        let first = add(&queue, of_file(path)).await;
        until_state(&queue, first, State::Done).await;
    }
    // what is done is let go of after it is said; a sender that has ended has done it
    sender.stop().await;
    assert!(sent_twice.exists() && held_too.exists());

    let sender = world.sender(&queue);
    queue
        .control(Selection::Job(later), Verb::Resume)
        .await
        .unwrap();
    until_state(&queue, later, State::Done).await;
    let second = queue.queue_held(batch(vec![of_file(&held_too)]), ids);
    let second = second.await.unwrap().unwrap().jobs[0];
    until_state(&queue, second, State::Done).await;
    sender.stop().await;
    assert!(!sent_twice.exists() && !held_too.exists());
}

#[tokio::test]
async fn a_picture_that_nobody_knows_is_named_and_goes_after_a_day() {
    let world = World::new();
    let queue = world.queue();
    let old = queue.keep("old.png", b"old".to_vec()).await.unwrap();
    age(&old);
    let new = queue.keep("new.png", b"new".to_vec()).await.unwrap();
    let known = queue.keep("known.png", b"known".to_vec()).await.unwrap();
    queue.hold(vec![thing(&known)]).await.unwrap();
    assert_eq!(queue.unclaimed().await.unwrap(), [new.clone(), old.clone()]);
    queue.sweep_kept().await.unwrap();
    assert_eq!(queue.unclaimed().await.unwrap(), [new]);
}

#[tokio::test]
async fn a_picture_whose_row_was_removed_goes_after_a_day_without_a_new_start() {
    let world = World::new();
    let queue = world.queue();
    let picture = queue.keep("a.png", b"picture".to_vec()).await.unwrap();
    age(&picture);
    add(&queue, of_file(&picture)).await;
    for verb in [Verb::Cancel, Verb::Remove] {
        queue.control(Selection::All, verb).await.unwrap();
    }
    world.clock.forward(SignedDuration::from_hours(23));
    queue.sweep_kept().await.unwrap();
    assert!(picture.exists());
    world.clock.forward(SignedDuration::from_hours(2));
    queue.sweep_kept().await.unwrap();
    assert!(!picture.exists());
}

#[tokio::test]
async fn a_file_of_an_earlier_version_is_taken_over_once() {
    let world = World::new();
    let queue = world.queue();
    let things = vec![thing(world.home())];
    assert!(queue.take_over("old.json", things.clone()).await.unwrap());
    assert!(!queue.take_over("old.json", things.clone()).await.unwrap());
    assert!(queue.take_over("other.json", vec![]).await.unwrap());
    assert_eq!(held(&queue).await.len(), 1);
}
