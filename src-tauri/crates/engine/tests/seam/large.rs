//! Files in chunks.

use std::path::PathBuf;

use engine::*;

use crate::support::*;

const MIB: u64 = 1024 * 1024;

fn settings() -> SenderSettings {
    SenderSettings {
        concurrency: 1,
        large_above: 6 * MIB,
        chunk_size: 1,
        ..SenderSettings::default()
    }
}

fn film(world: &World) -> (PathBuf, Vec<u8>) {
    let bytes: Vec<u8> = (0..12 * MIB).map(|n| (n / 4096) as u8).collect();
    (world.file("film.mp4", &bytes), bytes)
}

fn ranges(parts: &[Part]) -> Vec<(u64, u64)> {
    parts
        .iter()
        .map(|part| {
            part.chunk
                .as_ref()
                .map(|chunk| (chunk.first / MIB, (chunk.last + 1) / MIB))
                .unwrap()
        })
        .collect()
}

#[tokio::test]
async fn a_restart_sends_only_the_missing_chunks() {
    let world = World::new();
    let (path, bytes) = film(&world);
    let queue = world.queue();
    let id = add(&queue, of_file(&path)).await;
    world.service.next([Script::Work, Script::HangAfter(MIB)]);
    let sender = world.sender_with(&queue, settings());
    world.service.begun(2).await;
    drop((sender, queue));
    world.service.open(0).await;

    let queue = world.queue();
    assert_eq!(get(&queue, id).await.sent, 5 * MIB);
    let _sender = world.sender_with(&queue, settings());
    let job = until_state(&queue, id, State::Done).await;
    assert_eq!(job.verification, Verification::Verified);
    let parts = world.service.parts();
    // the floor of 5 MiB holds, whatever is set
    assert_eq!(ranges(&parts), [(0, 5), (5, 10), (5, 10), (10, 12)]);
    assert_eq!(
        parts[0].chunk.as_ref().unwrap().upload_id,
        parts[3].chunk.as_ref().unwrap().upload_id
    );
    assert_eq!(world.asset_bytes(), [bytes]);
    assert_eq!(
        world.service.finds(),
        [],
        "no chunk but the last can be doubtful"
    );
}

#[tokio::test]
async fn a_cut_chunk_is_sent_again_with_the_same_range_and_id() {
    let world = World::new();
    let (path, bytes) = film(&world);
    let queue = world.queue();
    let id = add(&queue, of_file(&path)).await;
    world.service.next([Script::CutAfter(MIB)]);
    let _sender = world.sender_with(&queue, settings());
    world.clock.set(
        until(&queue, id, |job| job.next_attempt_at.is_some())
            .await
            .next_attempt_at
            .unwrap(),
    );
    until_state(&queue, id, State::Done).await;
    let parts = world.service.parts();
    assert_eq!(ranges(&parts), [(0, 5), (0, 5), (5, 10), (10, 12)]);
    assert_eq!(parts[0].chunk, parts[1].chunk);
    assert_eq!(world.asset_bytes(), [bytes]);
    assert_eq!(
        world.service.finds(),
        [],
        "no chunk but the last can be doubtful"
    );
}

#[tokio::test]
async fn a_lost_answer_to_the_last_chunk_is_asked_about() {
    let world = World::new();
    let (path, _) = film(&world);
    let queue = world.queue();
    let id = add(&queue, of_file(&path)).await;
    world
        .service
        .next([Script::Work, Script::Work, Script::StoreAndCut]);
    let _sender = world.sender_with(&queue, settings());
    world.clock.set(
        until(&queue, id, |job| job.next_attempt_at.is_some())
            .await
            .next_attempt_at
            .unwrap(),
    );
    assert_eq!(
        until_state(&queue, id, State::Done).await.verification,
        Verification::Verified
    );
    assert_eq!(
        (world.service.parts().len(), world.service.finds().len()),
        (3, 1)
    );
}

#[tokio::test]
async fn an_upload_that_the_service_calls_incomplete_starts_over_once() {
    let world = World::new();
    let (path, bytes) = film(&world);
    let queue = world.queue();
    let id = add(&queue, of_file(&path)).await;
    // it accepts everything and has lost the first chunk at the end
    world
        .service
        .next(vec![Script::Answer(Answer::ChunkAccepted); 3]);
    let _sender = world.sender_with(&queue, settings());
    let job = until_state(&queue, id, State::Done).await;
    assert_eq!(job.verification, Verification::Verified);
    let parts = world.service.parts();
    assert_eq!(
        ranges(&parts),
        [(0, 5), (5, 10), (10, 12), (0, 5), (5, 10), (10, 12)]
    );
    assert_ne!(
        parts[0].chunk.as_ref().unwrap().upload_id,
        parts[3].chunk.as_ref().unwrap().upload_id
    );
    assert_eq!(world.asset_bytes(), [bytes]);

    let again = add(
        &queue,
        NewJob {
            dedupe: false,
            ..of_file(&path)
        },
    )
    .await;
    world
        .service
        .next(vec![Script::Answer(Answer::ChunkAccepted); 6]);
    let job = until_state(&queue, again, State::Failed).await;
    assert_eq!(job.failure.unwrap().kind, FailureKind::Incomplete);
}
