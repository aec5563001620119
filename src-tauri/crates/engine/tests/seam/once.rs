//! Nothing is sent twice: doubtful attempts, upload once, names that are taken.

use engine::*;
use jiff::SignedDuration;

use crate::support::*;

#[tokio::test]
async fn a_lost_answer_is_asked_about_and_not_sent_again() {
    let world = World::new();
    let queue = world.queue();
    world.service.next([Script::StoreAndCut]);
    let mut job = of_file(&world.file("a.png", b"bytes"));
    job.params = params(&[("folder", "x")]);
    let id = add(&queue, job).await;
    let _sender = world.sender(&queue);
    world.clock.set(
        until(&queue, id, |job| job.next_attempt_at.is_some())
            .await
            .next_attempt_at
            .unwrap(),
    );
    let job = until_state(&queue, id, State::Done).await;
    assert_eq!(job.verification, Verification::Verified);
    assert_eq!(world.service.parts().len(), 1);
    assert_eq!(
        world.service.finds()[0].public_id,
        format!("x/{}", job.public_id.unwrap())
    );
    assert_eq!(
        queue.library(LibraryQuery::default()).await.unwrap().len(),
        1
    );
}

/// Without a secret only the link can be asked: nothing is verified, and still nothing is sent twice.
#[tokio::test]
async fn what_was_found_by_its_link_answers_for_the_next_upload_of_the_file() {
    let world = World::new();
    let queue = world.queue();
    world.service.next([Script::StoreAndCut]);
    world.service.find_links_only();
    let file = world.file("a.png", b"bytes");
    let id = add(&queue, of_file(&file)).await;
    let _sender = world.sender(&queue);
    let cut = until(&queue, id, |job| job.next_attempt_at.is_some()).await;
    world.clock.set(cut.next_attempt_at.unwrap());
    let found = until_state(&queue, id, State::Done).await;
    let unverified = Verification::NotVerified {
        reason: Doubt::NoEtag,
    };
    assert_eq!(found.verification, unverified);

    let again = add(&queue, of_file(&file)).await;
    let again = until_state(&queue, again, State::Done).await;
    assert!(again.reused);
    assert_eq!(again.verification, unverified, "no surer than it was");
    assert_eq!(world.service.parts().len(), 1);
}

#[tokio::test]
async fn where_asking_is_forbidden_the_same_id_is_sent_again_and_existing_is_our_success() {
    let world = World::new();
    let queue = world.queue();
    world.service.next([Script::StoreAndCut]);
    world.service.next_find_fails(Failure::persistent(
        FailureKind::Forbidden,
        "No right to look.",
    ));
    let id = add(&queue, of_file(&world.file("a.png", b"bytes"))).await;
    let _sender = world.sender(&queue);
    world.clock.set(
        until(&queue, id, |job| job.next_attempt_at.is_some())
            .await
            .next_attempt_at
            .unwrap(),
    );
    let job = until_state(&queue, id, State::Done).await;
    assert!(job.receipt.unwrap().existing);
    assert_eq!(job.verification, Verification::Verified);
    assert_eq!(
        (world.service.parts().len(), world.service.assets().len()),
        (2, 1)
    );
}

#[tokio::test]
async fn the_same_upload_is_answered_from_the_library() {
    let world = World::new();
    let queue = world.queue();
    let _sender = world.sender(&queue);
    let first = add(&queue, of_file(&world.file("a.png", b"bytes"))).await;
    let first = until_state(&queue, first, State::Done).await;

    let same = add(&queue, of_file(&world.file("other name.png", b"bytes"))).await;
    let same = until_state(&queue, same, State::Done).await;
    assert!(same.reused);
    assert_eq!((same.receipt, same.sent), (first.receipt.clone(), 5));

    let mut elsewhere = of_file(&world.file("b.png", b"bytes"));
    elsewhere.params = params(&[("folder", "x")]);
    let elsewhere = add(&queue, elsewhere).await;
    assert!(
        !until_state(&queue, elsewhere, State::Done).await.reused,
        "another folder is another upload"
    );
    let mut asked = of_file(&world.file("c.png", b"bytes"));
    asked.dedupe = false;
    let asked = add(&queue, asked).await;
    assert!(
        !until_state(&queue, asked, State::Done).await.reused,
        "switched off"
    );
    let other_bytes = add(&queue, of_file(&world.file("d.png", b"BYTES"))).await;
    assert!(
        !until_state(&queue, other_bytes, State::Done).await.reused,
        "same size, other bytes"
    );
    assert_eq!(world.service.parts().len(), 4);
}

#[tokio::test]
async fn an_old_link_is_asked_first_offline_waits_and_a_dead_one_is_sent_again() {
    let world = World::new();
    let queue = world.queue();
    let _sender = world.sender(&queue);
    let file = world.file("a.png", b"bytes");
    let first = add(&queue, of_file(&file)).await;
    until_state(&queue, first, State::Done).await;

    world.clock.forward(SignedDuration::from_hours(25));
    world.service.next_link(Err(cut()));
    let offline = add(&queue, of_file(&file)).await;
    let waiting = until_state(&queue, offline, State::WaitingForNetwork).await;
    world.service.next_link(Ok(true));
    world.clock.set(waiting.next_attempt_at.unwrap());
    assert!(until_state(&queue, offline, State::Done).await.reused);

    world.clock.forward(SignedDuration::from_hours(25));
    world.service.next_link(Ok(false));
    let dead = add(&queue, of_file(&file)).await;
    assert!(!until_state(&queue, dead, State::Done).await.reused);
    assert_eq!(world.service.parts().len(), 2);
}

#[tokio::test]
async fn a_taken_name_needs_the_user() {
    let world = World::new();
    let queue = world.queue();
    let _sender = world.sender(&queue);
    world.service.put("logo", b"somebody else's");
    let exact = |bytes: &[u8]| NewJob {
        public_id: PublicIdRule::Exact("logo".into()),
        ..of_file(&world.file("a.png", bytes))
    };
    let id = add(&queue, exact(b"mine")).await;
    let job = until_state(&queue, id, State::NeedsYou).await;
    assert_eq!(job.failure.unwrap().kind, FailureKind::NameTaken);
    assert_eq!(
        queue.library(LibraryQuery::default()).await.unwrap(),
        Vec::new()
    );
    let id = add(&queue, exact(b"somebody else's")).await;
    let job = until_state(&queue, id, State::Done).await;
    assert_eq!(
        job.verification,
        Verification::Verified,
        "the same bytes are there already"
    );
}

#[tokio::test]
async fn other_bytes_at_the_service_are_done_and_not_verified() {
    let world = World::new();
    let queue = world.queue();
    let asset = Asset {
        public_id: "a".into(),
        bytes: b"damaged".to_vec(),
        resource_type: ResourceType::Image,
        version: 1,
    };
    world
        .service
        .next([Script::Answer(Answer::Stored(receipt(&asset, false)))]);
    let id = add(&queue, of_file(&world.file("a.png", b"bytes"))).await;
    let _sender = world.sender(&queue);
    let job = until_state(&queue, id, State::Done).await;
    assert_eq!(
        job.verification,
        Verification::NotVerified {
            reason: Doubt::DifferentBytes
        }
    );
    assert_eq!(
        queue.library(LibraryQuery::default()).await.unwrap().len(),
        1,
        "the link is not lost"
    );
    // and it is no answer for the same file
    let again = add(&queue, of_file(&world.file("a.png", b"bytes"))).await;
    assert!(!until_state(&queue, again, State::Done).await.reused);
}

#[tokio::test]
async fn the_same_file_queued_twice_is_sent_once_whichever_is_next() {
    let world = World::new();
    let queue = world.queue();
    let file = world.file("a.png", b"bytes");
    world.service.next([Script::Fail(Failure::temporary(
        FailureKind::ServiceTrouble,
        None,
        "Try again.",
    ))]);
    let elder = add(&queue, of_file(&file)).await;
    let _sender = world.sender_with(&queue, SenderSettings::default());
    let waiting = until(&queue, elder, |job| job.next_attempt_at.is_some()).await;
    // while the elder waits for its next attempt, the younger could go at once
    let younger = add(&queue, of_file(&file)).await;
    let other = add(&queue, of_file(&world.file("b.png", b"other"))).await;
    until_state(&queue, other, State::Done).await;
    assert_eq!(get(&queue, younger).await.state, State::Waiting);

    world.clock.set(waiting.next_attempt_at.unwrap());
    let elder = until_state(&queue, elder, State::Done).await;
    let younger = until_state(&queue, younger, State::Done).await;
    assert!(younger.reused);
    assert_eq!(younger.receipt, elder.receipt);
    assert_eq!(world.service.assets().len(), 2);
}

#[tokio::test]
async fn a_paused_job_holds_up_no_other_for_the_same_file() {
    let world = World::new();
    let queue = world.queue();
    let file = world.file("a.png", b"bytes");
    let elder = add(&queue, of_file(&file)).await;
    queue
        .control(Selection::Job(elder), Verb::Pause)
        .await
        .unwrap();
    let younger = add(&queue, of_file(&file)).await;
    world.service.next([Script::HangAfter(1)]);
    let sender = world.sender_with(&queue, SenderSettings::default());
    world.service.open(1).await;
    // let go now, it waits for the younger, which is under way
    queue
        .control(Selection::Job(elder), Verb::Resume)
        .await
        .unwrap();
    let other = add(&queue, of_file(&world.file("b.png", b"other"))).await;
    until_state(&queue, other, State::Done).await;
    assert_eq!(get(&queue, elder).await.state, State::Waiting);
    sender.stop().await;

    let _sender = world.sender_with(&queue, SenderSettings::default());
    until_state(&queue, younger, State::Done).await;
    until_state(&queue, elder, State::Done).await;
    assert_eq!(world.service.assets().len(), 2);
}
