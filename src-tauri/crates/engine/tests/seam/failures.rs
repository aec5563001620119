//! Retries, the network, and what stops an account.

use engine::*;
use jiff::SignedDuration;

use crate::support::*;

fn trouble(after_ms: Option<u64>) -> Script {
    Script::Fail(Failure::temporary(
        FailureKind::ServiceTrouble,
        after_ms,
        "The service has trouble.",
    ))
}

#[tokio::test]
async fn retries_follow_the_schedule_and_the_services_wish() {
    let world = World::new();
    let queue = world.queue();
    world
        .service
        .next([trouble(None), trouble(Some(30_000)), trouble(None)]);
    let id = add(&queue, of_file(&world.file("a.png", b"bytes"))).await;
    let _sender = world.sender(&queue);
    let mut dues = Vec::new();
    for longest in [1, 30, 4] {
        let now = world.clock.now();
        let job = until(&queue, id, |job| {
            job.next_attempt_at.is_some_and(|due| due > now)
        })
        .await;
        assert_eq!(
            (job.state, job.failure.unwrap().kind),
            (State::Waiting, FailureKind::ServiceTrouble)
        );
        let due = job.next_attempt_at.unwrap();
        assert!(
            due - now <= SignedDuration::from_secs(longest),
            "{due} - {now}"
        );
        dues.push(due);
        world.clock.set(due);
    }
    let job = until_state(&queue, id, State::Done).await;
    assert_eq!((job.attempts, job.failure), (4, None));
    let sent = world.service.sent_at();
    assert!(
        sent[1..].iter().zip(&dues).all(|(sent, due)| sent >= due),
        "{sent:?} {dues:?}"
    );
    assert!(sent[2].duration_since(sent[1]) >= SignedDuration::from_secs(30));
}

#[tokio::test]
async fn a_retry_survives_a_restart_with_its_time() {
    let world = World::new();
    let queue = world.queue();
    world.service.next([trouble(Some(60_000))]);
    let id = add(&queue, of_file(&world.file("a.png", b"bytes"))).await;
    let sender = world.sender(&queue);
    let before = until(&queue, id, |job| job.next_attempt_at.is_some()).await;
    soon(sender.stop()).await;
    drop(queue);
    let queue = world.queue();
    assert_eq!(get(&queue, id).await, before);
    let _sender = world.sender(&queue);
    world.clock.set(before.next_attempt_at.unwrap());
    until_state(&queue, id, State::Done).await;
}

#[tokio::test]
async fn trouble_without_end_fails_the_file_and_only_the_file() {
    let world = World::new();
    let queue = world.queue();
    let retry = RetryRules {
        attempts: 3,
        ..RetryRules::default()
    };
    world
        .service
        .next([trouble(None), trouble(None), trouble(None)]);
    let bad = add(&queue, of_file(&world.file("a.png", b"a"))).await;
    let _sender = world.sender_with(
        &queue,
        SenderSettings {
            concurrency: 1,
            retry,
            ..SenderSettings::default()
        },
    );
    loop {
        let now = world.clock.now();
        let job = until(&queue, bad, |job| {
            job.state == State::Failed || job.next_attempt_at.is_some_and(|due| due > now)
        })
        .await;
        match job.next_attempt_at {
            Some(due) => world.clock.set(due),
            None => break,
        }
    }
    let failed = get(&queue, bad).await;
    let reason = failed.failure.unwrap().reason;
    assert!(
        matches!(reason, Reason::GivenUpAfterAttempts { attempts: 3, .. }),
        "{reason:?}"
    );
    let good = add(&queue, of_file(&world.file("b.png", b"b"))).await;
    until_state(&queue, good, State::Done).await;
    queue
        .control(Selection::Job(bad), Verb::Retry)
        .await
        .unwrap();
    until_state(&queue, bad, State::Done).await;
}

#[tokio::test]
async fn without_a_network_one_job_looks_and_all_go_on_together() {
    let world = World::new();
    let queue = world.queue();
    let gone = || Script::Fail(cut());
    world.service.next([gone(), gone()]);
    let files = (0..5)
        .map(|n| of_file(&world.file(&format!("{n}.png"), &[1, n])))
        .collect();
    let jobs = queue.add(batch(files)).await.unwrap().jobs;
    let _sender = world.sender(&queue);
    for _ in 0..2 {
        let now = world.clock.now();
        let job = until(&queue, jobs[0], |job| {
            job.next_attempt_at.is_some_and(|due| due > now)
        })
        .await;
        assert_eq!(job.state, State::WaitingForNetwork);
        assert_eq!(
            get(&queue, jobs[4]).await.attempts,
            0,
            "nobody else is sent into the void"
        );
        world.clock.set(job.next_attempt_at.unwrap());
    }
    for id in jobs {
        until_state(&queue, id, State::Done).await;
    }
    assert_eq!(world.service.parts().len(), 7);
}

#[tokio::test]
async fn a_wrong_key_stops_the_account_until_a_person_resumes() {
    let world = World::new();
    let queue = world.queue();
    let wrong = Failure::persistent(FailureKind::WrongKey, "The API key is unknown.");
    world.service.next([Script::Fail(wrong.clone())]);
    let files = (0..3)
        .map(|n| of_file(&world.file(&format!("{n}.png"), &[1, n])))
        .collect();
    let jobs = queue.add(batch(files)).await.unwrap().jobs;
    let sender = world.sender(&queue);
    let job = until(&queue, jobs[0], |job| job.failure.is_some()).await;
    assert_eq!(job.state, State::Waiting, "it is not the file's fault");
    soon(sender.stop()).await;
    assert_eq!(world.service.parts().len(), 1);

    drop(queue);
    let queue = world.queue();
    assert_eq!(
        queue.accounts().await.unwrap()[0].failure,
        Some(wrong),
        "and a restart knows it"
    );
    let _sender = world.sender(&queue);
    queue
        .control(Selection::Account(ACCOUNT.into()), Verb::Resume)
        .await
        .unwrap();
    for id in jobs {
        until_state(&queue, id, State::Done).await;
    }
    assert_eq!(queue.accounts().await.unwrap()[0].failure, None);
}

#[tokio::test]
async fn a_rate_limit_with_a_time_holds_the_whole_account() {
    let world = World::new();
    let queue = world.queue();
    let limit = Failure::temporary(
        FailureKind::RateLimited,
        Some(600_000),
        "Too many requests.",
    );
    world.service.next([Script::Fail(limit)]);
    let files = (0..3)
        .map(|n| of_file(&world.file(&format!("{n}.png"), &[1, n])))
        .collect();
    let jobs = queue.add(batch(files)).await.unwrap().jobs;
    let _sender = world.sender(&queue);
    until(&queue, jobs[0], |job| job.next_attempt_at.is_some()).await;
    let until_then = queue.accounts().await.unwrap()[0].hold_until.unwrap();
    assert_eq!(get(&queue, jobs[2]).await.attempts, 0);
    world.clock.set(until_then);
    for id in &jobs[1..] {
        until_state(&queue, *id, State::Done).await;
    }
    // the one that was told comes a little later, apart from the others
    let due = get(&queue, jobs[0]).await.next_attempt_at.unwrap();
    assert!(due.duration_since(until_then) <= SignedDuration::from_secs(30));
    world.clock.set(due);
    until_state(&queue, jobs[0], State::Done).await;
    assert!(
        world.service.sent_at()[1..]
            .iter()
            .all(|at| *at >= until_then)
    );
}

#[tokio::test]
async fn a_permanent_failure_fails_at_once() {
    let world = World::new();
    let queue = world.queue();
    world.service.next([Script::Fail(Failure::permanent(
        FailureKind::TooLarge,
        "Too large for the plan.",
    ))]);
    let id = add(&queue, of_file(&world.file("a.png", b"bytes"))).await;
    let _sender = world.sender(&queue);
    let job = until_state(&queue, id, State::Failed).await;
    assert_eq!(
        (job.attempts, job.failure.unwrap().kind),
        (1, FailureKind::TooLarge)
    );
}

#[tokio::test]
async fn a_guessed_image_that_is_none_is_sent_as_raw() {
    let world = World::new();
    let queue = world.queue();
    world.service.next([Script::Fail(Failure::permanent(
        FailureKind::NotAnImage,
        "Invalid image file",
    ))]);
    let id = add(&queue, of_file(&world.file("a.jpg", b"no image"))).await;
    let _sender = world.sender(&queue);
    let job = until_state(&queue, id, State::Done).await;
    assert_eq!(job.resource_type, Some(ResourceType::Raw));
    assert!(job.public_id.unwrap().ends_with(".jpg"));
}
