//! Locked: nobody sends, nothing is lost, and nothing is sent twice.

use engine::*;

use crate::support::*;

/// Returns when this handle has heard of it.
async fn hears(queue: &Queue, locked: bool) {
    let mut state = queue.lock_state();
    soon(state.wait_for(|state| *state == locked))
        .await
        .unwrap();
}

#[tokio::test]
async fn locking_ends_the_request_in_flight_and_unlocking_sends_it_and_what_came_meanwhile() {
    let world = World::new();
    let queue = world.queue();
    world.service.next([Script::HangAfter(2)]);
    let first = add(&queue, of_file(&world.file("a.png", b"first"))).await;
    let _sender = world.sender(&queue);
    world.service.begun(1).await;

    assert!(queue.lock().await.unwrap());
    assert!(*queue.lock_state().borrow(), "known before it is answered");
    assert!(!queue.lock().await.unwrap(), "it was locked already");
    world.service.open(0).await;
    let waiting = until_state(&queue, first, State::Waiting).await;
    assert_eq!(waiting.failure, None);
    let later = add(&queue, of_file(&world.file("b.png", b"later"))).await;
    assert!(queue.rests_now(ACCOUNT).await.unwrap());
    // a person may want it: that does not unlock
    queue.control(Selection::All, Verb::Resume).await.unwrap();
    assert_eq!(get(&queue, later).await.state, State::Waiting);
    assert_eq!(world.service.parts().len(), 1);

    assert!(!queue.unlock(1).await.unwrap(), "locked again since");
    assert!(queue.unlock(2).await.unwrap());
    for id in [first, later] {
        until_state(&queue, id, State::Done).await;
    }
    assert!(!queue.rests_now(ACCOUNT).await.unwrap());
    assert_eq!(world.service.parts().len(), 3);
    assert_eq!(world.service.assets().len(), 2);
}

#[tokio::test]
async fn what_arrived_before_the_lock_is_found_and_not_sent_again() {
    let world = World::new();
    let queue = world.queue();
    world.service.next([Script::StoreAndHang]);
    let id = add(&queue, of_file(&world.file("a.png", b"bytes"))).await;
    let _sender = world.sender(&queue);
    until_state(&queue, id, State::Finishing).await;
    queue.lock().await.unwrap();
    world.service.open(0).await;
    until_state(&queue, id, State::Waiting).await;
    queue.unlock(1).await.unwrap();
    let job = until_state(&queue, id, State::Done).await;
    assert_eq!(job.verification, Verification::Verified);
    assert_eq!(
        (world.service.parts().len(), world.service.finds().len()),
        (1, 1)
    );
}

#[tokio::test]
async fn a_lock_of_another_process_holds_and_outlives_them_all() {
    let world = World::new();
    let queue = world.queue();
    world.service.next([Script::HangAfter(2)]);
    let id = add(&queue, of_file(&world.file("a.png", b"bytes"))).await;
    let sender = world.sender(&queue);
    world.service.begun(1).await;
    let other = world.queue();
    other.lock().await.unwrap();
    hears(&queue, true).await;
    world.service.open(0).await;
    // killed in the middle: nobody puts anything back
    drop((sender, queue, other));

    let queue = world.queue();
    assert!(queue.lock_now().await.unwrap().locked);
    hears(&queue, true).await;
    let sender = world.sender(&queue);
    soon(sender.holding().wait_for(|holding| *holding))
        .await
        .unwrap();
    until_state(&queue, id, State::Waiting).await;
    let other = world.queue();
    other.unlock(1).await.unwrap();
    until_state(&queue, id, State::Done).await;
    assert_eq!(world.service.parts().len(), 2);
    assert_eq!(world.asset_bytes(), [b"bytes"]);
}

#[tokio::test]
async fn a_transport_that_hears_of_the_lock_first_costs_a_file_nothing() {
    let world = World::new();
    let queue = world.queue();
    let locked = Failure::persistent(FailureKind::Locked, "Aloft is locked.");
    world.service.next([Script::StoreAndFail(locked.clone())]);
    world.service.next_find_fails(locked);
    let id = add(&queue, of_file(&world.file("a.png", b"bytes"))).await;
    let _sender = world.sender(&queue);
    let job = until_state(&queue, id, State::Done).await;
    assert_eq!(job.verification, Verification::Verified);
    assert_eq!(queue.accounts().await.unwrap()[0].failure, None);
    assert_eq!(
        (world.service.parts().len(), world.service.finds().len()),
        (1, 2)
    );
}

#[tokio::test]
async fn a_repaired_file_is_still_locked() {
    let world = World::new();
    let queue = world.queue();
    add(&queue, of_file(&world.file("a.png", b"bytes"))).await;
    queue.lock().await.unwrap();
    drop(queue);
    crate::damage::spoil_an_index(&world);
    let queue = world.queue();
    assert!(queue.repair().is_some());
    assert!(queue.lock_now().await.unwrap().locked);
}
