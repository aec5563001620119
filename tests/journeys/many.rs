//! Many files at once: the first are on their way before the last is found, results keep their order, nothing is lost
//! when it breaks off.

use std::path::PathBuf;

use app::contract::{Choices, PublicIdChoice};
use app::{Seen, State, UploadOptions};

use crate::world::World;

/// A folder of so many files, all different, in subfolders of a hundred.
fn folder(world: &World, count: usize) -> PathBuf {
    for number in 0..count {
        let name = format!("many/{:03}/{number:05}.txt", number / 100);
        world.file(&name, format!("number {number}").as_bytes());
    }
    world.home.path().join("files/many")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_files_are_queued_while_the_rest_is_still_looked_for() {
    let world = World::new().await;
    let account = world.add_account().await;
    let folder = folder(&world, 3000);
    let intake = world
        .aloft
        .begin_upload(&account, vec![folder], &UploadOptions::default())
        .unwrap();
    let mut taken = intake.taken();
    let mut run = std::pin::pin!(intake.run());
    let early = tokio::select! {
        biased;
        _ = &mut run => panic!("everything was queued before anything was told"),
        early = taken.wait_for(|taken| taken.added > 0) => *early.unwrap(),
    };
    assert!(early.added < 3000 && !early.complete, "{early:?}");
    let queued = world.aloft.jobs(Some(&account), &[], None, 5000).await;
    let queued = queued.unwrap().len() as u64;
    assert!((early.added..3000).contains(&queued), "{queued}");

    run.await.unwrap();
    let queued = world.aloft.jobs(Some(&account), &[], None, 5000).await;
    let names: Vec<String> = queued.unwrap().into_iter().map(|job| job.name).collect();
    let expected: Vec<String> = (0..3000).map(|number| format!("{number:05}.txt")).collect();
    assert_eq!(names, expected);
    assert!(intake.taken().borrow().complete);
}

#[tokio::test(flavor = "multi_thread")]
async fn results_come_in_the_order_given_with_what_was_passed_over_in_its_place() {
    let world = World::new().await;
    let account = world.add_account().await;
    let folder = folder(&world, 300);
    // empty files are passed over, one before all others and one behind a page of them
    world.file("many/000/0.txt", b"");
    world.file("many/001/00150a.txt", b"");
    let intake = world
        .aloft
        .begin_upload(&account, vec![folder], &UploadOptions::default())
        .unwrap();
    let mut told = Vec::new();
    let follow = world.aloft.follow(&intake, None, |seen| match seen {
        Seen::Rests(job) => {
            assert_eq!(job.state, State::Done, "{:?}", job.failure);
            told.push(job.name.clone());
        }
        Seen::PassedOver(passed) => told.push(passed.skipped.name.clone()),
        Seen::Waits(_) | Seen::Because(_) | Seen::Moved(_) => panic!("{seen:?}"),
    });
    let (taken, tally) = tokio::join!(intake.run(), follow);
    taken.unwrap();
    let tally = tally.unwrap();
    assert_eq!(
        (tally.of(State::Done), tally.jobs(), tally.skipped),
        (300, 300, 2)
    );
    let mut expected: Vec<String> = (0..300).map(|number| format!("{number:05}.txt")).collect();
    expected.insert(151, "00150a.txt".into());
    expected.insert(0, "0.txt".into());
    assert_eq!(told, expected);
    assert_eq!(world.stored(), 300);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_public_id_for_a_folder_queues_nothing() {
    let world = World::new().await;
    let account = world.add_account().await;
    let folder = folder(&world, 2);
    let options = UploadOptions {
        choices: Choices {
            public_id: PublicIdChoice::Exact { id: "one".into() },
            ..Choices::default()
        },
        ..UploadOptions::default()
    };
    let refused = world.aloft.upload(&account, vec![folder], &options).await;
    assert!(refused.unwrap_err().message.contains("2 files"));
    let queued = world.aloft.jobs(Some(&account), &[], None, 5).await;
    assert!(queued.unwrap().is_empty());
}
