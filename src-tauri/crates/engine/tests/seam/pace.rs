//! Several requests at a time: who gets them, and how many bytes they may carry.

use engine::*;
use jiff::SignedDuration;

use crate::support::*;

const MIB: u64 = 1024 * 1024;

fn settings(concurrency: usize) -> SenderSettings {
    SenderSettings {
        concurrency,
        large_above: 6 * MIB,
        chunk_size: 5 * MIB,
        ..SenderSettings::default()
    }
}

fn first_bytes(parts: &[Part]) -> Vec<u64> {
    parts
        .iter()
        .map(|part| part.chunk.as_ref().map_or(0, |chunk| chunk.first / MIB))
        .collect()
}

#[tokio::test]
async fn chunks_fly_together_between_the_first_and_the_last() {
    let world = World::new();
    let film = world.file("film.mp4", &vec![7; 27 * MIB as usize]);
    let queue = world.queue();
    let id = add(&queue, of_file(&film)).await;
    world.service.next([Script::HangAfter(0)]);
    let sender = world.sender_with(&queue, settings(8));
    world.service.begun(1).await;
    assert_eq!(world.service.parts().len(), 1, "nothing beside the first");
    sender.stop().await;

    // the first is answered, the four between hang
    world.service.next([Script::Work]);
    world.service.next(vec![Script::HangAfter(MIB); 4]);
    let sender = world.sender_with(&queue, settings(8));
    world.service.open(4).await;
    assert_eq!(
        first_bytes(&world.service.parts()),
        [0, 0, 5, 10, 15, 20],
        "the last waits for the others"
    );
    assert_eq!(get(&queue, id).await.sent, 5 * MIB);
    let live = queue.progress()[&id];
    assert_eq!((live.sent, live.total), (9 * MIB, 27 * MIB));
    sender.stop().await;

    let _sender = world.sender_with(&queue, settings(8));
    let job = until_state(&queue, id, State::Done).await;
    assert_eq!(job.verification, Verification::Verified);
    let parts = world.service.parts();
    assert_eq!(first_bytes(&parts[6..]), [5, 10, 15, 20, 25]);
    assert_eq!(
        world.service.finds().len(),
        0,
        "only the last can be doubtful"
    );
}

#[tokio::test]
async fn a_chunk_that_fails_does_not_throw_the_others_away() {
    let world = World::new();
    let film = world.file("film.mp4", &vec![7; 27 * MIB as usize]);
    let queue = world.queue();
    let id = add(&queue, of_file(&film)).await;
    world.service.next([
        Script::Work,
        Script::Fail(Failure::temporary(
            FailureKind::ServiceTrouble,
            None,
            "Trouble.",
        )),
    ]);
    let _sender = world.sender_with(&queue, settings(6));
    let job = until(&queue, id, |job| job.next_attempt_at.is_some()).await;
    assert_eq!(job.sent, 20 * MIB, "three of four arrived beside it");
    world.clock.set(job.next_attempt_at.unwrap());
    until_state(&queue, id, State::Done).await;
    assert_eq!(
        first_bytes(&world.service.parts()),
        [0, 5, 10, 15, 20, 5, 25].map(|first| first),
    );
}

#[tokio::test]
async fn a_batch_does_not_wait_for_an_earlier_one() {
    let world = World::new();
    let queue = world.queue();
    let files = |name: &str, count: u8| -> Vec<NewJob> {
        let file = |n| of_file(&world.file(&format!("{name}{n}.png"), &[n; 10]));
        (0..count).map(file).collect()
    };
    let first = queue.add(batch(files("first", 20))).await.unwrap();
    let second = queue.add(batch(files("second", 2))).await.unwrap();
    world.service.next(vec![Script::HangAfter(0); 4]);
    let _sender = world.sender_with(&queue, settings(4));
    world.service.open(4).await;
    let mut batches: Vec<JobId> = world.service.parts().iter().map(|part| part.job).collect();
    batches.sort();
    assert_eq!(
        batches,
        [first.jobs[0], first.jobs[1], second.jobs[0], second.jobs[1]]
    );
}

#[tokio::test]
async fn small_files_do_not_stand_behind_large_ones() {
    let world = World::new();
    let queue = world.queue();
    let large = |n: u8| of_file(&world.file(&format!("{n}.mp4"), &vec![n; 7 * MIB as usize]));
    let mut jobs: Vec<NewJob> = (0..6).map(large).collect();
    jobs.push(of_file(&world.file("small.png", b"small")));
    let added = queue.add(batch(jobs)).await.unwrap();
    world.service.next(vec![Script::HangAfter(0); 4]);
    let _sender = world.sender_with(&queue, settings(4));
    world.service.open(4).await;
    let parts = world.service.parts();
    assert!(parts.iter().any(|part| part.job == added.jobs[6]));
    assert_eq!(parts.iter().filter(|part| part.chunk.is_some()).count(), 3);
}

#[tokio::test]
async fn large_files_leave_a_place_for_a_small_one_that_comes_later() {
    let world = World::new();
    let queue = world.queue();
    let large = |n: u8| of_file(&world.file(&format!("{n}.mp4"), &vec![n; 7 * MIB as usize]));
    queue.add(batch((0..6).map(large).collect())).await.unwrap();
    world.service.next(vec![Script::HangAfter(0); 3]);
    let _sender = world.sender_with(&queue, settings(4));
    world.service.open(3).await;
    let late = add(&queue, of_file(&world.file("late.png", b"late"))).await;
    until_state(&queue, late, State::Done).await;
    assert_eq!(world.service.parts().len(), 4);
}

#[tokio::test]
async fn a_batch_keeps_to_its_own_number_of_requests() {
    let world = World::new();
    let queue = world.queue();
    let file = |n: u8| of_file(&world.file(&format!("{n}.png"), &[n; 10]));
    let mut limited = batch((0..5).map(file).collect());
    limited.limits.concurrency = Some(2);
    queue.add(limited).await.unwrap();
    world.service.next(vec![Script::HangAfter(0); 5]);
    let _sender = world.sender_with(&queue, settings(8));
    world.service.open(2).await;
    let other = add(&queue, of_file(&world.file("other.png", b"other"))).await;
    world.service.open(3).await;
    assert!(world.service.parts().iter().any(|part| part.job == other));
    assert_eq!(world.service.parts().len(), 3);
}

#[tokio::test]
async fn bytes_wait_for_the_bandwidth_of_batch_account_and_all() {
    for scope in 0..3 {
        let world = World::new();
        let queue = world.queue();
        let mut limited = batch(vec![
            of_file(&world.file("a.png", &[1; 1000])),
            of_file(&world.file("b.png", &[2; 1000])),
        ]);
        let limit = RateLimit::always(100);
        match scope {
            0 => limited.limits.rate = Some(100),
            1 => queue.set_rate(Some(ACCOUNT), limit).await.unwrap(),
            _ => queue.set_rate(None, limit).await.unwrap(),
        }
        let added = queue.add(limited).await.unwrap();
        let _sender = world.sender_with(&queue, settings(1));
        until_state(&queue, added.jobs[0], State::Done).await;
        world.service.open(1).await;
        world.clock.forward(SignedDuration::from_millis(9_900));
        assert_eq!(get(&queue, added.jobs[1]).await.state, State::Uploading);
        world.clock.forward(SignedDuration::from_millis(100));
        until_state(&queue, added.jobs[1], State::Done).await;
    }
}

/// A file that fills the line gives places back as its chunks land.
#[tokio::test]
async fn small_files_find_room_beside_a_large_one_that_has_spread() {
    let world = World::new();
    let queue = world.queue();
    // a chunk passes each second
    let rate = RateLimit::always(5 * MIB);
    queue.set_rate(Some(ACCOUNT), rate).await.unwrap();
    let film = of_file(&world.file("film.mp4", &vec![7; 62 * MIB as usize]));
    let film = add(&queue, film).await;
    let _sender = world.sender_with(&queue, settings(8));
    // one of its own and six more: one place of eight stays free
    world.service.open(7).await;
    let small = |n: u8| of_file(&world.file(&format!("{n}.png"), &[n; 10]));
    let added = queue.add(batch((0..4).map(small).collect())).await.unwrap();
    world.service.open(8).await;
    let parts = world.service.parts();
    assert_eq!(parts[8].job, added.jobs[0]);

    // one chunk lands: its place and those it need not have any more go to the other small ones
    world.clock.forward(SignedDuration::from_secs(1));
    world.service.open(10).await;
    let parts = world.service.parts();
    let mut later: Vec<JobId> = parts[9..].iter().map(|part| part.job).collect();
    later.sort();
    assert_eq!(later, added.jobs[1..]);

    // and what has landed counts, though no further chunk of the film begins
    world.clock.forward(SignedDuration::from_secs(1));
    world.service.open(9).await;
    until(&queue, film, |job| job.sent == 15 * MIB).await;
    assert_eq!(queue.progress()[&film].sent, 15 * MIB);
}

#[tokio::test]
async fn the_requests_of_all_files_of_a_batch_count_against_its_number() {
    let world = World::new();
    let queue = world.queue();
    let film = |n: u8| of_file(&world.file(&format!("{n}.mp4"), &vec![n; 27 * MIB as usize]));
    let mut limited = batch((0..3).map(film).collect());
    limited.limits.concurrency = Some(3);
    queue.add(limited).await.unwrap();
    world.service.next(vec![Script::Work; 3]);
    world.service.next(vec![Script::HangAfter(0); 9]);
    let _sender = world.sender_with(&queue, settings(8));
    world.service.begun(6).await;
    world.service.open(3).await;
    let other = add(&queue, of_file(&world.file("other.png", b"other"))).await;
    world.service.open(4).await;
    let parts = world.service.parts();
    assert_eq!((parts.len(), parts[6].job), (7, other));
}

#[tokio::test]
async fn batches_whose_time_has_not_come_hide_no_other() {
    let world = World::new();
    let queue = world.queue();
    let trouble = || Failure::temporary(FailureKind::ServiceTrouble, Some(60_000), "Later.");
    world.service.next((0..70).map(|_| Script::Fail(trouble())));
    let sender = world.sender_with(&queue, settings(1));
    for n in 0..70_u8 {
        let id = add(&queue, of_file(&world.file(&format!("{n}.png"), &[n; 10]))).await;
        until(&queue, id, |job| job.next_attempt_at.is_some()).await;
    }
    let due = add(&queue, of_file(&world.file("due.png", b"due"))).await;
    until_state(&queue, due, State::Done).await;
    sender.stop().await;
}

/// What is held and let go at once is still in the sender's hands, and is not sent beside itself.
#[tokio::test]
async fn a_job_that_was_held_for_a_moment_is_sent_once() {
    let world = World::new();
    let queue = world.queue();
    let id = add(&queue, of_file(&world.file("a.png", b"bytes"))).await;
    world.service.next([Script::HangAfter(1)]);
    let _sender = world.sender_with(&queue, settings(8));
    world.service.begun(1).await;
    let (held, let_go) = tokio::join!(
        queue.control(Selection::Job(id), Verb::Pause),
        queue.control(Selection::Job(id), Verb::Resume),
    );
    assert_eq!((held.unwrap(), let_go.unwrap()), (1, 1));
    until_state(&queue, id, State::Done).await;
    assert_eq!(world.service.parts().len(), 2);
    assert_eq!(world.service.assets().len(), 1);
}
