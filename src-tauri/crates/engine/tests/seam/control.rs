//! What a person does to the queue.

use engine::*;
use jiff::SignedDuration;

use crate::support::*;

#[tokio::test]
async fn cancel_ends_the_request_in_flight_and_retry_sends_again() {
    let world = World::new();
    let queue = world.queue();
    world.service.next([Script::HangAfter(2)]);
    let id = add(&queue, of_file(&world.file("a.png", b"bytes"))).await;
    let _sender = world.sender(&queue);
    world.service.begun(1).await;
    assert_eq!(
        queue
            .control(Selection::Job(id), Verb::Cancel)
            .await
            .unwrap(),
        1
    );
    world.service.open(0).await;
    assert_eq!(get(&queue, id).await.state, State::Cancelled);
    assert_eq!(
        queue
            .control(Selection::Job(id), Verb::Resume)
            .await
            .unwrap(),
        0,
        "only retry leaves a terminal state"
    );
    queue
        .control(Selection::Job(id), Verb::Retry)
        .await
        .unwrap();
    until_state(&queue, id, State::Done).await;
}

#[tokio::test]
async fn pausing_everything_holds_what_is_added_later_too() {
    let world = World::new();
    let queue = world.queue();
    let _sender = world.sender(&queue);
    queue.control(Selection::All, Verb::Pause).await.unwrap();
    let later = add(&queue, of_file(&world.file("a.png", b"bytes"))).await;
    let account = &queue.accounts().await.unwrap()[0];
    assert!(account.paused);
    assert_eq!(account.counts, [(State::Waiting, 1)].into());
    assert_eq!(world.service.parts(), []);
    queue.control(Selection::All, Verb::Resume).await.unwrap();
    until_state(&queue, later, State::Done).await;
}

#[tokio::test]
async fn resuming_one_row_after_pausing_everything_sends_that_row() {
    let world = World::new();
    let queue = world.queue();
    let [a, b] = [("a.png", b"a"), ("b.png", b"b")].map(|(name, bytes)| world.file(name, bytes));
    let (wanted, held) = (
        add(&queue, of_file(&a)).await,
        add(&queue, of_file(&b)).await,
    );
    queue.control(Selection::All, Verb::Pause).await.unwrap();
    let _sender = world.sender(&queue);
    queue
        .control(Selection::Job(wanted), Verb::Resume)
        .await
        .unwrap();
    until_state(&queue, wanted, State::Done).await;
    assert_eq!(get(&queue, held).await.state, State::Paused);
    assert!(!queue.accounts().await.unwrap()[0].paused);
    // Nothing is left paused but that row: an account that comes later is not paused either.
    let other = NewBatch {
        account: "another".to_owned(),
        ..batch(vec![of_file(&a)])
    };
    queue.add(other).await.unwrap();
    assert!(
        queue
            .accounts()
            .await
            .unwrap()
            .iter()
            .all(|account| !account.paused)
    );
}

#[tokio::test]
async fn resuming_what_is_finished_leaves_the_account_paused() {
    let world = World::new();
    let queue = world.queue();
    let id = add(&queue, of_file(&world.file("a.png", b"a"))).await;
    let _sender = world.sender(&queue);
    until_state(&queue, id, State::Done).await;
    queue.control(Selection::All, Verb::Pause).await.unwrap();
    queue
        .control(Selection::Job(id), Verb::Resume)
        .await
        .unwrap();
    assert!(queue.accounts().await.unwrap()[0].paused);
}

#[tokio::test]
async fn a_batch_is_paused_and_resumed_without_touching_another() {
    let world = World::new();
    let queue = world.queue();
    let held = queue
        .add(batch(vec![of_file(&world.file("a.png", b"a"))]))
        .await
        .unwrap();
    assert_eq!(
        queue
            .control(Selection::Jobs(vec![]), Verb::Cancel)
            .await
            .unwrap(),
        0
    );
    assert_eq!(
        queue
            .control(Selection::Batch(held.batch), Verb::Pause)
            .await
            .unwrap(),
        1
    );
    let free = add(&queue, of_file(&world.file("b.png", b"b"))).await;
    let _sender = world.sender(&queue);
    until_state(&queue, free, State::Done).await;
    assert_eq!(get(&queue, held.jobs[0]).await.state, State::Paused);
    queue
        .control(Selection::Jobs(held.jobs.clone()), Verb::Resume)
        .await
        .unwrap();
    until_state(&queue, held.jobs[0], State::Done).await;
}

#[tokio::test]
async fn remove_can_be_undone_for_a_day() {
    let world = World::new();
    let queue = world.queue();
    let id = add(&queue, of_file(&world.file("a.png", b"bytes"))).await;
    queue
        .control(Selection::Job(id), Verb::Remove)
        .await
        .unwrap();
    assert_eq!(queue.jobs(JobFilter::default()).await.unwrap(), []);
    assert_eq!(queue.batches().await.unwrap(), []);
    queue.control(Selection::All, Verb::Restore).await.unwrap();
    assert_eq!(queue.jobs(JobFilter::default()).await.unwrap().len(), 1);

    queue
        .control(Selection::Job(id), Verb::Remove)
        .await
        .unwrap();
    world.clock.forward(SignedDuration::from_hours(23));
    assert!(world.queue().job(id).await.unwrap().is_some());
    world.clock.forward(SignedDuration::from_hours(2));
    assert!(world.queue().job(id).await.unwrap().is_none());
}

#[tokio::test]
async fn removing_a_job_in_flight_ends_its_request_and_restoring_sends_it() {
    let world = World::new();
    let queue = world.queue();
    world.service.next([Script::HangAfter(2)]);
    let id = add(&queue, of_file(&world.file("a.png", b"bytes"))).await;
    let _sender = world.sender(&queue);
    world.service.begun(1).await;
    queue
        .control(Selection::Job(id), Verb::Remove)
        .await
        .unwrap();
    world.service.open(0).await;
    queue
        .control(Selection::Job(id), Verb::Restore)
        .await
        .unwrap();
    until_state(&queue, id, State::Done).await;
}

#[tokio::test]
async fn concurrency_is_the_senders_setting_unless_the_account_has_its_own() {
    let world = World::new();
    let queue = world.queue();
    world.service.next(vec![Script::HangAfter(1); 6]);
    let files = (0..6)
        .map(|n| of_file(&world.file(&format!("{n}.png"), &[1, n])))
        .collect();
    queue.add(batch(files)).await.unwrap();
    let _sender = world.sender_with(
        &queue,
        SenderSettings {
            concurrency: 2,
            ..SenderSettings::default()
        },
    );
    world.service.open(2).await;
    queue.set_concurrency(ACCOUNT, Some(4)).await.unwrap();
    world.service.open(4).await;
    assert_eq!(queue.accounts().await.unwrap()[0].concurrency, Some(4));
}
