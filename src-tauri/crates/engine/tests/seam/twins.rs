//! Two jobs for one file, of which the first was given up, held or taken away while nobody knew whether it had arrived.

use engine::*;

use crate::support::*;

fn trouble() -> Failure {
    Failure::temporary(FailureKind::ServiceTrouble, None, "Trouble.")
}

/// The answer was lost, and for as long as a job is tried nobody could be asked. Queued again, the file is not sent again.
#[tokio::test]
async fn what_was_given_up_in_doubt_is_asked_about_before_the_file_is_sent_for_another_job() {
    for verb in [None, Some(Verb::Pause), Some(Verb::Cancel)] {
        let world = World::new();
        let queue = world.queue();
        world.service.next([Script::StoreAndCut]);
        world.service.next_find_fails(trouble());
        let file = world.file("a.png", b"bytes");
        let id = add(&queue, of_file(&file)).await;
        let settings = SenderSettings {
            retry: RetryRules {
                attempts: 2,
                ..RetryRules::default()
            },
            ..SenderSettings::default()
        };
        let _sender = world.sender_with(&queue, settings);
        let cut = until(&queue, id, |job| job.next_attempt_at.is_some()).await;
        match verb {
            Some(verb) => drop(queue.control(Selection::Job(id), verb).await.unwrap()),
            None => {
                world.clock.set(cut.next_attempt_at.unwrap());
                until_state(&queue, id, State::Failed).await;
            }
        }
        let again = add(&queue, of_file(&file)).await;
        if verb.is_some() {
            // here the question that fails is the second job's
            let waiting = until(&queue, again, |job| job.next_attempt_at.is_some()).await;
            world.clock.set(waiting.next_attempt_at.unwrap());
        }
        let again = until_state(&queue, again, State::Done).await;
        assert!(again.reused, "{verb:?}");
        assert_eq!(world.service.parts().len(), 1);
        assert_eq!(world.service.assets().len(), 1);
    }
}

/// Adds a job, waits for its first attempt to fail, and cancels it.
async fn given_up(world: &World, queue: &Queue, script: Script, job: NewJob) -> Job {
    world.service.next([script]);
    let id = add(queue, job).await;
    until(queue, id, |job| job.failure.is_some()).await;
    queue
        .control(Selection::Job(id), Verb::Cancel)
        .await
        .unwrap();
    get(queue, id).await
}

/// What may not be asked, or was asked too early, is sent again under the same name: then it is not stored twice.
#[tokio::test]
async fn a_twin_that_cannot_be_asked_about_lends_its_name() {
    for asked in [
        None,
        Some(Failure::persistent(FailureKind::Forbidden, "No right.")),
        Some(Failure::temporary(
            FailureKind::RateLimited,
            Some(3_600_000),
            "Too much.",
        )),
    ] {
        let world = World::new();
        let queue = world.queue();
        let _sender = world.sender(&queue);
        let file = world.file("a.png", b"bytes");
        let first = given_up(&world, &queue, Script::StoreAndCut, of_file(&file)).await;
        match asked.clone() {
            None => world.service.next_find_is_too_early(),
            Some(failure) => world.service.next_find_fails(failure),
        }
        let second = add(&queue, of_file(&file)).await;
        let second = until_state(&queue, second, State::Done).await;
        assert_eq!(second.public_id, first.public_id, "{asked:?}");
        assert_eq!(second.verification, Verification::Verified, "{asked:?}");
        assert_eq!(world.service.assets().len(), 1, "{asked:?}");

        // and the library answers for the next
        let third = add(&queue, of_file(&file)).await;
        assert!(until_state(&queue, third, State::Done).await.reused);
        assert_eq!(world.service.parts().len(), 2, "{asked:?}");
    }
}

/// A gateway's 502 says nothing about the service behind it.
#[tokio::test]
async fn a_twin_that_met_trouble_after_its_last_byte_may_have_arrived() {
    let world = World::new();
    let queue = world.queue();
    let _sender = world.sender(&queue);
    let file = world.file("a.png", b"bytes");
    let script = Script::StoreAndFail(trouble());
    let first = given_up(&world, &queue, script, of_file(&file)).await;
    let second = add(&queue, of_file(&file)).await;
    assert!(until_state(&queue, second, State::Done).await.reused);
    let first = get(&queue, first.id).await;
    assert_eq!(first.state, State::Cancelled);
    assert!(first.receipt.is_some(), "its link is not lost");
    assert_eq!(world.service.parts().len(), 1);
}

/// Its size and time were not known when it was queued.
#[tokio::test]
async fn a_job_queued_before_its_file_was_there_has_a_twin_too() {
    let world = World::new();
    let queue = world.queue();
    let _sender = world.sender(&queue);
    let file = world.files.path().join("a.png");
    let early = add(&queue, of_file(&file)).await;
    until_state(&queue, early, State::Failed).await;
    std::fs::write(&file, b"bytes").unwrap();
    given_up(&world, &queue, Script::StoreAndCut, of_file(&file)).await;
    queue
        .control(Selection::Job(early), Verb::Retry)
        .await
        .unwrap();
    assert!(until_state(&queue, early, State::Done).await.reused);
    assert_eq!(world.service.assets().len(), 1);
}

/// A name that the user chose may be anybody's.
#[tokio::test]
async fn what_lies_under_a_chosen_name_is_not_taken_for_a_twin() {
    let world = World::new();
    let queue = world.queue();
    let _sender = world.sender(&queue);
    let named = |path: &std::path::Path| NewJob {
        public_id: PublicIdRule::Exact("logo".into()),
        ..of_file(path)
    };
    let others = add(&queue, named(&world.file("others.png", b"other bytes"))).await;
    until_state(&queue, others, State::Done).await;

    world.service.find_links_only();
    let own = world.file("own.png", b"bytes");
    given_up(&world, &queue, Script::CutAfter(5), named(&own)).await;
    let again = add(&queue, named(&own)).await;
    let again = until(&queue, again, |job| {
        job.state.is_terminal() || job.state == State::NeedsYou
    })
    .await;
    assert_eq!(again.failure.unwrap().kind, FailureKind::NameTaken);
}

/// Stored, answered with a 502, and then the drive was unplugged.
async fn stored_and_unplugged(world: &World, queue: &Queue, file: &std::path::Path) -> Job {
    world.service.next([Script::StoreAndFail(trouble())]);
    let id = add(queue, of_file(file)).await;
    let waits = until(queue, id, |job| job.next_attempt_at.is_some()).await;
    std::fs::rename(file, file.with_extension("unplugged")).unwrap();
    world.clock.set(waits.next_attempt_at.unwrap());
    until_state(queue, id, State::Failed).await
}

fn plug_in(file: &std::path::Path) {
    let unplugged = file.with_extension("unplugged");
    let modified = std::fs::metadata(&unplugged).unwrap().modified().unwrap();
    // on a drive that is mounted anew the file may have another number
    std::fs::copy(&unplugged, file).unwrap();
    let copy = std::fs::File::options().write(true).open(file).unwrap();
    copy.set_modified(modified).unwrap();
}

#[tokio::test]
async fn a_file_that_was_away_is_still_the_one_that_may_have_arrived() {
    for retried_meanwhile in [false, true] {
        let world = World::new();
        let queue = world.queue();
        let _sender = world.sender(&queue);
        let file = world.file("a.png", b"bytes");
        let first = stored_and_unplugged(&world, &queue, &file).await;
        if retried_meanwhile {
            queue
                .control(Selection::Job(first.id), Verb::Retry)
                .await
                .unwrap();
            until_state(&queue, first.id, State::Failed).await;
        }
        plug_in(&file);
        let second = add(&queue, of_file(&file)).await;
        assert!(until_state(&queue, second, State::Done).await.reused);
        assert_eq!(world.service.parts().len(), 1);
    }
}

#[tokio::test]
async fn a_file_that_was_away_is_sent_by_one_job_at_a_time() {
    let world = World::new();
    let queue = world.queue();
    let file = world.file("a.png", b"bytes");
    let first = {
        let sender = world.sender(&queue);
        let first = stored_and_unplugged(&world, &queue, &file).await;
        sender.stop().await;
        first
    };
    queue
        .control(Selection::Job(first.id), Verb::Retry)
        .await
        .unwrap();
    plug_in(&file);
    let second = add(&queue, of_file(&file)).await;
    world.service.next([Script::StoreAndHang]);
    let _sender = world.sender_with(&queue, SenderSettings::default());
    until_state(&queue, first.id, State::Finishing).await;
    let other = add(&queue, of_file(&world.file("b.png", b"other bytes"))).await;
    until_state(&queue, other, State::Done).await;
    assert_eq!(get(&queue, second).await.state, State::Waiting);
}

/// An editor that keeps size and time.
#[tokio::test]
async fn other_bytes_under_the_same_size_and_time_are_stored() {
    let world = World::new();
    let queue = world.queue();
    let _sender = world.sender(&queue);
    let file = world.file("a.png", b"bytes");
    let modified = std::fs::metadata(&file).unwrap().modified().unwrap();
    given_up(&world, &queue, Script::StoreAndCut, of_file(&file)).await;
    world.file("a.png", b"BYTES");
    let edited = std::fs::File::options().write(true).open(&file).unwrap();
    edited.set_modified(modified).unwrap();
    let second = add(&queue, of_file(&file)).await;
    let second = until_state(&queue, second, State::Done).await;
    assert_eq!(second.verification, Verification::Verified);
    assert_eq!(world.service.assets().len(), 2);
}

/// Without a secret only the link can be asked, and that says nothing about the bytes behind it.
#[tokio::test]
async fn a_twin_that_is_found_by_its_link_alone_lends_its_name() {
    for (bytes, verification) in [
        (b"bytes", Verification::Verified),
        (
            b"BYTES",
            Verification::NotVerified {
                reason: Doubt::DifferentBytes,
            },
        ),
    ] {
        let world = World::new();
        let queue = world.queue();
        let _sender = world.sender(&queue);
        world.service.find_links_only();
        let file = world.file("a.png", b"bytes");
        let modified = std::fs::metadata(&file).unwrap().modified().unwrap();
        given_up(&world, &queue, Script::StoreAndCut, of_file(&file)).await;
        world.file("a.png", bytes);
        let edited = std::fs::File::options().write(true).open(&file).unwrap();
        edited.set_modified(modified).unwrap();
        let second = add(&queue, of_file(&file)).await;
        let second = until_state(&queue, second, State::Done).await;
        assert!(!second.reused);
        assert_eq!(second.verification, verification);
        assert_eq!(world.service.assets().len(), 1);
    }
}

#[tokio::test]
async fn another_file_in_its_place_is_not_sent_under_its_name() {
    let world = World::new();
    let queue = world.queue();
    let _sender = world.sender(&queue);
    let file = world.file("a.png", b"bytes");
    let first = stored_and_unplugged(&world, &queue, &file).await;
    world.file("a.png", b"other bytes");
    queue
        .control(Selection::Job(first.id), Verb::Retry)
        .await
        .unwrap();
    let asks = until_state(&queue, first.id, State::NeedsYou).await;
    assert_eq!(asks.failure.unwrap().kind, FailureKind::SourceChanged);
    queue
        .control(Selection::Job(first.id), Verb::Retry)
        .await
        .unwrap();
    let sent = until_state(&queue, first.id, State::Done).await;
    assert_eq!(sent.verification, Verification::Verified);
    assert_ne!(sent.public_id, first.public_id);
    assert_eq!(world.service.assets().len(), 2);
}

#[tokio::test]
async fn what_may_have_arrived_is_remembered_when_it_is_cleared_from_the_list() {
    let world = World::new();
    let file = world.file("a.png", b"bytes");
    {
        let queue = world.queue();
        let sender = world.sender(&queue);
        let first = given_up(&world, &queue, Script::StoreAndCut, of_file(&file)).await;
        queue
            .control(Selection::Job(first.id), Verb::Remove)
            .await
            .unwrap();
        sender.stop().await;
    }
    world.clock.forward(jiff::SignedDuration::from_hours(48));
    let queue = world.queue();
    let _sender = world.sender(&queue);
    let second = add(&queue, of_file(&file)).await;
    assert!(until_state(&queue, second, State::Done).await.reused);
    assert_eq!(world.service.parts().len(), 1);
}
