//! From the drop to the link.

use engine::*;
use serde_json::json;

use crate::support::*;

#[tokio::test]
async fn files_arrive_verified_and_are_in_the_library() {
    let world = World::new();
    let queue = world.queue();
    let picture = world.file("Gr\u{fc}n & blau.jpg", b"\xFF\xD8\xFF picture");
    let text = world.file("notes.docx", b"PK\x03\x04 text");
    let mut tagged = of_file(&picture);
    tagged.params = params(&[("tags", "a, b"), ("folder", "trips")]);
    let added = queue
        .add(batch(vec![tagged, of_file(&text)]))
        .await
        .unwrap();
    let _sender = world.sender(&queue);

    let first = until_state(&queue, added.jobs[0], State::Done).await;
    let second = until_state(&queue, added.jobs[1], State::Done).await;
    assert_eq!(first.verification, Verification::Verified);
    assert_eq!((first.sent, first.total), (11, 11));
    assert_eq!(first.resource_type, Some(ResourceType::Image));
    assert_eq!(second.resource_type, Some(ResourceType::Raw));
    let id = first.public_id.unwrap();
    assert!(
        id.starts_with("Gr\u{fc}n _ blau_") && id.len() == "Gr\u{fc}n _ blau_".len() + 6,
        "{id}"
    );
    let id = second.public_id.unwrap();
    assert!(id.starts_with("notes_") && id.ends_with(".docx"), "{id}");

    let parts = world.service.parts();
    assert_eq!(parts.len(), 2);
    assert_eq!(parts[0].params.get("overwrite"), Some(&json!(false)));
    let library = queue.library(LibraryQuery::default()).await.unwrap();
    assert_eq!(library.len(), 2);
    assert_eq!(
        (library[1].folder.as_str(), library[1].tags.as_slice()),
        ("trips", &["a".to_owned(), "b".to_owned()][..])
    );
    assert_eq!(library[1].local_path.as_ref(), Some(&picture));
    assert_eq!(
        queue.batches().await.unwrap()[0].counts,
        [(State::Done, 2)].into()
    );
}

#[tokio::test]
async fn what_is_added_is_on_disk_before_the_caller_hears_of_it() {
    let world = World::new();
    let id = add(&world.queue(), of_file(&world.file("a.txt", b"a"))).await;
    let other = world.queue();
    assert_eq!(get(&other, id).await.state, State::Waiting);
    let more = other
        .append(
            get(&other, id).await.batch,
            vec![of_file(&world.file("b.txt", b"b"))],
        )
        .await
        .unwrap();
    assert_eq!(
        other
            .jobs(JobFilter {
                after: Some(id),
                ..JobFilter::default()
            })
            .await
            .unwrap()[0]
            .id,
        more[0]
    );
}

#[tokio::test]
async fn a_link_is_fetched_by_the_service_and_its_etag_says_nothing() {
    let world = World::new();
    let queue = world.queue();
    let id = add(
        &queue,
        NewJob::new(Source::Url("https://example.com/clip.mp4?x=1".into())),
    )
    .await;
    let _sender = world.sender(&queue);
    let job = until_state(&queue, id, State::Done).await;
    assert_eq!(job.resource_type, Some(ResourceType::Video));
    assert_eq!(
        job.verification,
        Verification::Incomparable {
            why: Incomparable::FetchedByService
        }
    );
}

#[tokio::test]
async fn live_progress_never_goes_back_and_a_database_change_is_told_at_once() {
    let world = World::new();
    let queue = world.queue();
    world
        .service
        .next([Script::CutAfter(9), Script::HangAfter(4)]);
    let mut changes = queue.changes();
    changes.mark_unchanged();
    let id = add(&queue, of_file(&world.file("a.txt", b"0123456789"))).await;
    soon(changes.changed()).await.unwrap();
    let sender = world.sender(&queue);
    let due = until(&queue, id, |job| job.next_attempt_at.is_some())
        .await
        .next_attempt_at
        .unwrap();
    assert_eq!(queue.progress()[&id], Progress { sent: 9, total: 10 });
    world.clock.set(due);
    world.service.begun(2).await;
    assert_eq!(queue.progress()[&id], Progress { sent: 9, total: 10 });
    sender.stop().await;
    let _sender = world.sender(&queue);
    until_state(&queue, id, State::Done).await;
}

#[tokio::test]
async fn the_library_is_searched_recorded_marked_and_forgotten() {
    let world = World::new();
    let queue = world.queue();
    let asset = |name: &str, signature_verified| NewAsset {
        account: ACCOUNT.into(),
        cloud_name: "demo".into(),
        receipt: Receipt {
            signature_verified,
            ..receipt(
                &Asset {
                    public_id: format!("x/{name}"),
                    bytes: vec![1],
                    resource_type: ResourceType::Image,
                    version: 1,
                },
                false,
            )
        },
        name: name.into(),
        folder: "x".into(),
        tags: vec!["red".into()],
        origin: Origin::Widget,
    };
    queue
        .record(asset("100%_sure.png", Some(true)))
        .await
        .unwrap();
    queue.record(asset("other.png", None)).await.unwrap();
    queue.record(asset("other.png", None)).await.unwrap();
    let search = |text: &str| {
        let query = LibraryQuery {
            search: Some(text.into()),
            ..LibraryQuery::default()
        };
        async {
            queue
                .library(query)
                .await
                .unwrap()
                .into_iter()
                .map(|asset| asset.name)
                .collect::<Vec<_>>()
        }
    };
    assert_eq!(search("").await, ["other.png", "100%_sure.png"]);
    assert_eq!(search("0%_s RED").await, ["100%_sure.png"]);
    assert_eq!(search("0_s").await, Vec::<String>::new());
    let all = queue.library(LibraryQuery::default()).await.unwrap();
    assert_eq!(
        all[0].verification,
        Verification::NotVerified {
            reason: Doubt::ReportedOnly
        }
    );
    assert_eq!(
        all[1].verification,
        Verification::Incomparable {
            why: Incomparable::SentByWidget
        }
    );
    assert!(queue.mark_deleted(all[0].key()).await.unwrap());
    assert_eq!(search("").await, ["100%_sure.png"]);
    assert!(queue.forget(all[1].key()).await.unwrap());
    assert!(!queue.forget(all[1].key()).await.unwrap());
    assert_eq!(
        queue
            .library(LibraryQuery {
                with_deleted: true,
                ..LibraryQuery::default()
            })
            .await
            .unwrap()
            .len(),
        1
    );
}
