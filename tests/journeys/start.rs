//! The first moments: what is handed over before a page listens or an account exists.

use app::contract::{Commands, Event, JobState, Notice, ProblemKind};

use crate::world::{World, open, png};

async fn next_notice(events: &mut app::Events) -> Notice {
    loop {
        if let Event::Notice(notice) = events.next().await.unwrap() {
            return notice;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_named_before_there_is_an_account_wait_for_it() {
    let world = World::new().await;
    let file = world.file("early.png", &png("early"));
    world.aloft.take(vec![file]).await;

    // The page subscribes only now.
    let mut events = world.aloft.events();
    let Notice::Trouble(problem) = next_notice(&mut events).await else {
        panic!("it was not said that the file waits")
    };
    assert_eq!(problem.kind, ProblemKind::NoAccount);
    assert!(
        problem.message.to_string().contains("early.png"),
        "{problem}"
    );
    assert!(
        Commands::snapshot(&world.aloft)
            .await
            .unwrap()
            .batches
            .is_empty()
    );

    world.add_account().await;
    let jobs = world.settled().await;
    assert_eq!(
        (jobs.len(), jobs[0].name.as_str(), jobs[0].state),
        (1, "early.png", JobState::Done)
    );
    let Notice::Added(report) = next_notice(&mut events).await else {
        panic!("it was not said that the file is queued")
    };
    assert_eq!(report.added, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sandbox_takes_what_waited_too() {
    let world = World::new().await;
    world.aloft.take(vec![world.file("a.png", &png("a"))]).await;
    world.aloft.take(vec![world.file("b.png", &png("b"))]).await;
    Commands::try_sandbox(&world.aloft).await.unwrap();
    let jobs = world.settled().await;
    assert_eq!(jobs.len(), 2);
    world.aloft.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn notices_wait_for_the_first_listener_and_are_told_once() {
    let world = World::new().await;
    for number in 0..25 {
        let file = world.file(&format!("{number}.png"), &png("waits"));
        world.aloft.take(vec![file]).await;
    }
    let mut events = world.aloft.events();
    let mut said = Vec::new();
    for _ in 0..20 {
        let Notice::Trouble(problem) = next_notice(&mut events).await else {
            panic!("a trouble")
        };
        said.push(problem.message.to_string());
    }
    assert!(said[0].starts_with("6 files"), "the oldest go: {}", said[0]);
    assert!(said[19].starts_with("25 files"), "{}", said[19]);

    let mut later = world.aloft.events();
    world.aloft.dragging(true);
    assert_eq!(later.next().await, Some(Event::Dragging(true)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuilt_queue_is_said_once() {
    let World {
        home,
        aloft,
        desktop,
        keyring,
        ..
    } = World::new().await;
    assert_eq!(aloft.repair_words(), None);
    aloft.close().await;
    drop(aloft);
    let data = home.path().join("aloft").join("data");
    // The threads of a queue close its file a moment after it was dropped.
    let in_use = std::fs::File::open(data.join("in-use.lock")).unwrap();
    in_use.lock().unwrap();
    std::fs::write(data.join("queue.db"), [0xA5; 8192]).unwrap();
    drop(in_use);

    let aloft = open(home.path(), &desktop, &keyring).await;
    let mut events = aloft.events();
    let Notice::Trouble(problem) = next_notice(&mut events).await else {
        panic!("nobody said that the list was rebuilt")
    };
    assert!(problem.message.to_string().contains("damaged"), "{problem}");
    assert!(
        problem
            .hint
            .to_string()
            .contains(&data.join("damaged-").display().to_string())
    );
    assert_eq!(aloft.repair_words(), Some(problem.to_string()));
    assert!(Commands::snapshot(&aloft).await.unwrap().batches.is_empty());
}
