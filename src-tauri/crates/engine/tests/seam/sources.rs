//! Files that are missing, changed, empty or oddly named.

use std::path::PathBuf;

use engine::*;

use crate::support::*;

async fn refused(world: &World, path: PathBuf) -> Failure {
    let queue = world.queue();
    let id = add(&queue, of_file(&path)).await;
    let _sender = world.sender(&queue);
    let job = until_state(&queue, id, State::Failed).await;
    assert_eq!(world.service.parts(), []);
    job.failure.unwrap()
}

#[tokio::test]
async fn what_cannot_be_sent_fails_with_its_name_and_what_to_do() {
    let world = World::new();
    let failure = refused(&world, world.files.path().join("gone.jpg")).await;
    assert_eq!(failure.kind, FailureKind::SourceMissing);
    let name = "gone.jpg".to_owned();
    assert_eq!(failure.reason, Reason::Missing { name });
    let failure = refused(&world, world.file("empty.jpg", b"")).await;
    assert_eq!(failure.kind, FailureKind::SourceEmpty);
    let failure = refused(&world, world.files.path().to_owned()).await;
    assert_eq!(failure.kind, FailureKind::SourceIsFolder);
    let failure = refused(&world, world.files.path().join("x".repeat(10_000))).await;
    assert_eq!(failure.kind, FailureKind::NameUnrepresentable);
    let name = "x".repeat(120);
    assert_eq!(
        failure.reason,
        Reason::BadName { name },
        "an endless name is cut"
    );
}

#[tokio::test]
async fn a_missing_file_that_comes_back_is_sent_after_a_retry() {
    let world = World::new();
    let queue = world.queue();
    let id = add(&queue, of_file(&world.files.path().join("late.png"))).await;
    let _sender = world.sender(&queue);
    until_state(&queue, id, State::Failed).await;
    world.file("late.png", b"bytes");
    queue
        .control(Selection::Job(id), Verb::Retry)
        .await
        .unwrap();
    assert_eq!(until_state(&queue, id, State::Done).await.total, 5);
}

#[tokio::test]
async fn a_file_that_changed_since_it_was_queued_is_asked_about() {
    let world = World::new();
    let queue = world.queue();
    let id = add(&queue, of_file(&world.file("a.png", b"bytes"))).await;
    world.file("a.png", b"other bytes");
    let _sender = world.sender(&queue);
    let job = until_state(&queue, id, State::NeedsYou).await;
    assert_eq!(job.failure.unwrap().kind, FailureKind::SourceChanged);
    assert_eq!(world.service.parts(), []);
    queue
        .control(Selection::Job(id), Verb::Retry)
        .await
        .unwrap();
    until_state(&queue, id, State::Done).await;
    assert_eq!(world.asset_bytes(), [b"other bytes"]);
}

/// The MD5 is known where the library held a file of that size, so that it was read before the first attempt.
async fn touched_between_two_attempts(bytes: &[u8], state: State) -> (World, Job) {
    let world = World::new();
    let queue = world.queue();
    let _sender = world.sender(&queue);
    let earlier = add(&queue, of_file(&world.file("earlier.png", b"EARLY"))).await;
    until_state(&queue, earlier, State::Done).await;
    let trouble = Failure::temporary(FailureKind::ServiceTrouble, None, "Trouble.");
    world.service.next([Script::Fail(trouble)]);
    let path = world.file("a.png", b"bytes");
    let id = add(&queue, of_file(&path)).await;
    let waiting = until(&queue, id, |job| job.next_attempt_at.is_some()).await;
    // a new inode and another time
    std::fs::remove_file(&path).unwrap();
    world.file("a.png", bytes);
    let long_ago = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000);
    let file = std::fs::File::options().write(true).open(&path).unwrap();
    file.set_modified(long_ago).unwrap();
    world.clock.set(waiting.next_attempt_at.unwrap());
    let job = until_state(&queue, id, state).await;
    (world, job)
}

#[tokio::test]
async fn a_file_that_was_only_touched_goes_on() {
    let (world, job) = touched_between_two_attempts(b"bytes", State::Done).await;
    assert_eq!(job.verification, Verification::Verified);
    assert!(world.asset_bytes().contains(&b"bytes".to_vec()));
}

#[tokio::test]
async fn a_file_of_the_same_size_with_other_bytes_is_asked_about() {
    let (world, job) = touched_between_two_attempts(b"BYTES", State::NeedsYou).await;
    assert_eq!(job.failure.unwrap().kind, FailureKind::SourceChanged);
    assert_eq!(world.asset_bytes(), [b"EARLY"]);
}

#[tokio::test]
async fn a_file_that_changes_under_the_transport_is_asked_about_too() {
    let world = World::new();
    let queue = world.queue();
    world.service.next([Script::Fail(Failure::permanent(
        FailureKind::SourceChanged,
        "a.png was changed.",
    ))]);
    let id = add(&queue, of_file(&world.file("a.png", b"bytes"))).await;
    let _sender = world.sender(&queue);
    until_state(&queue, id, State::NeedsYou).await;
}

#[cfg(unix)]
#[tokio::test]
async fn odd_names_arrive() {
    use std::os::unix::ffi::OsStrExt;
    let world = World::new();
    let queue = world.queue();
    let _sender = world.sender(&queue);
    let not_utf8 = world
        .files
        .path()
        .join(std::ffi::OsStr::from_bytes(b"caf\xe9.png"));
    std::fs::write(&not_utf8, b"latin").unwrap();
    let with_break = world.file("a\r\nX-Evil: 1.png", b"break");
    for (path, name) in [
        (not_utf8, "caf\u{fffd}.png"),
        (with_break, "a  X-Evil: 1.png"),
    ] {
        let id = add(&queue, of_file(&path)).await;
        let job = until_state(&queue, id, State::Done).await;
        assert_eq!(job.name, name);
        assert_eq!(
            job.source,
            Source::File(path),
            "the path is kept byte by byte"
        );
    }
    for part in world.service.parts() {
        assert!(
            !part.file_name.chars().any(char::is_control)
                && !part.public_id.unwrap().chars().any(char::is_control)
        );
    }
}

#[tokio::test]
async fn a_link_with_an_endless_name_gets_an_id_that_fits() {
    let world = World::new();
    let queue = world.queue();
    let _sender = world.sender(&queue);
    let id = add(
        &queue,
        NewJob::new(Source::Url(format!(
            "https://example.com/{}.jpg",
            "x".repeat(10_000)
        ))),
    )
    .await;
    let job = until_state(&queue, id, State::Done).await;
    assert_eq!(job.public_id.unwrap().len(), 255);
    assert_eq!(world.service.parts()[0].file_name.len(), 255);
}
