//! An account that asks each time: what is added waits until the user said how, and nothing is lost meanwhile.

use app::contract::{
    Add, AddFrom, Choices, Commands, Event, HeldView, JobState, Notice, ProblemKind, SetChoices,
};

use app::Clipboard;

use crate::world::{World, open, png};

async fn asking() -> World {
    let world = World::new().await;
    let account = world.add_account().await;
    let request = SetChoices {
        account: account.id.to_string(),
        choices: Choices {
            tags: vec!["kept".to_owned()],
            ..Choices::default()
        },
        ask_each_time: true,
    };
    Commands::set_choices(&world.aloft, request).await.unwrap();
    world
}

async fn held(world: &World) -> Option<HeldView> {
    let snapshot = Commands::snapshot(&world.aloft).await.unwrap();
    assert!(snapshot.batches.is_empty());
    snapshot.held
}

fn add(from: AddFrom, choices: Option<Choices>) -> Add {
    Add {
        from,
        account: None,
        choices,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_added_waits_survives_a_quit_and_goes_as_the_user_said() {
    let mut world = asking().await;
    let (one, two) = (png("one"), png("number two"));
    let bytes = (one.len() + two.len()) as u64;
    world.aloft.take(vec![world.file("one.png", &one)]).await;
    *world.desktop.picks.lock().unwrap() = vec![world.file("two.png", &two)];
    let picked = Commands::add(&world.aloft, add(AddFrom::FileDialog, None)).await;
    assert_eq!(picked.unwrap().added, 0);
    let both = HeldView {
        count: 2,
        bytes: Some(bytes),
        names: vec!["one.png".to_owned(), "two.png".to_owned()],
    };
    assert_eq!(held(&world).await, Some(both));

    // a name that is no text is kept through a quit, too
    #[cfg(unix)]
    let odd: std::ffi::OsString =
        std::os::unix::ffi::OsStringExt::from_vec(b"caf\xe9.png".to_vec());
    #[cfg(not(unix))]
    let odd = std::ffi::OsString::from("caf\u{e9}.png");
    let odd = world.home.path().join("files").join(odd);
    std::fs::write(&odd, png("odd")).unwrap();
    world.aloft.take(vec![odd]).await;
    world.aloft.close().await;
    world.aloft = open(world.home.path(), &world.desktop, &world.keyring).await;
    assert_eq!(held(&world).await.unwrap().count, 3);

    // what would be refused stays held
    let wrong = Choices {
        folder: "a&b".to_owned(),
        ..Choices::default()
    };
    let refused = Commands::add(&world.aloft, add(AddFrom::Held, Some(wrong))).await;
    assert_eq!(refused.unwrap_err().kind, ProblemKind::BadValue);
    assert_eq!(held(&world).await.unwrap().count, 3);

    let said = Choices {
        folder: "asked".to_owned(),
        ..Choices::default()
    };
    let report = Commands::add(&world.aloft, add(AddFrom::Held, Some(said))).await;
    assert_eq!(report.unwrap().added, 3);
    let jobs = world.settled().await;
    assert!(jobs.iter().all(|job| job.state == JobState::Done
        && job.public_id.as_deref().unwrap().starts_with("asked/")));
    assert_eq!(world.stored(), 3);
    let snapshot = Commands::snapshot(&world.aloft).await.unwrap();
    assert_eq!(snapshot.held, None);
    let gone = Commands::add(&world.aloft, add(AddFrom::Held, None)).await;
    assert_eq!(gone.unwrap_err().kind, ProblemKind::Gone);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_put_back_is_named_and_not_there_after_a_quit() {
    let mut world = asking().await;
    let folder = world.home.path().join("files/trip");
    world.file("trip/a.png", &png("a"));
    world.aloft.take(vec![folder]).await;
    assert_eq!(held(&world).await.unwrap().bytes, None);
    let gone = Commands::drop_held(&world.aloft).await.unwrap();
    assert_eq!((gone.count, gone.names), (1, vec!["trip".to_owned()]));
    assert_eq!(held(&world).await, None);
    world.aloft.close().await;
    world.aloft = open(world.home.path(), &world.desktop, &world.keyring).await;
    assert_eq!(held(&world).await, None);
    assert_eq!(world.uploads_sent(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_held_picture_that_exists_nowhere_else_outlives_a_long_quit() {
    let mut world = asking().await;
    *world.desktop.clipboard.lock().unwrap() = Some(Clipboard::Image {
        bytes: png("a screenshot"),
        extension: "png",
    });
    let pasted = Commands::add(&world.aloft, add(AddFrom::Clipboard, None)).await;
    assert_eq!(pasted.unwrap().added, 0);
    world.aloft.close().await;
    let folder = world.home.path().join("aloft/data/pasted");
    let unwanted = folder.join("unwanted.png");
    std::fs::write(&unwanted, png("unwanted")).unwrap();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let file = std::fs::File::options()
            .write(true)
            .open(entry.unwrap().path());
        let long_ago = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
        file.unwrap().set_modified(long_ago).unwrap();
    }
    world.aloft = open(world.home.path(), &world.desktop, &world.keyring).await;
    assert!(!unwanted.exists());
    let report = Commands::add(&world.aloft, add(AddFrom::Held, None)).await;
    assert_eq!(report.unwrap().added, 1);
    assert_eq!(world.settled().await[0].state, JobState::Done);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_clicks_queue_it_once_and_what_comes_meanwhile_stays() {
    let world = asking().await;
    world
        .aloft
        .take(vec![world.file("one.png", &png("one"))])
        .await;
    *world.desktop.picks.lock().unwrap() = vec![world.file("two.png", &png("two"))];
    let (first, second, let_go, dropped) = tokio::join!(
        Commands::add(&world.aloft, add(AddFrom::Held, None)),
        Commands::add(&world.aloft, add(AddFrom::Held, None)),
        Commands::drop_held(&world.aloft),
        Commands::add(&world.aloft, add(AddFrom::FileDialog, None)),
    );
    assert_eq!(first.unwrap().added, 1);
    assert_eq!(second.unwrap_err().kind, ProblemKind::Gone);
    assert_eq!(let_go.unwrap().count, 0, "it is queued");
    assert_eq!(dropped.unwrap().added, 0);
    assert_eq!(world.settled().await.len(), 1);
    let snapshot = Commands::snapshot(&world.aloft).await.unwrap();
    assert_eq!(snapshot.held.unwrap().names, ["two.png"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_list_of_what_waits_is_set_aside_whole_and_said() {
    let mut world = asking().await;
    world.aloft.close().await;
    let data = world.home.path().join("aloft/data");
    std::fs::write(data.join("held.json"), "[{\"Unix\":[47").unwrap();
    world.aloft = open(world.home.path(), &world.desktop, &world.keyring).await;
    let mut events = world.aloft.events();
    loop {
        if let Event::Notice(Notice::Trouble(problem)) = events.next().await.unwrap() {
            assert!(
                problem.message.to_string().contains("held.damaged-1.json"),
                "{problem}"
            );
            break;
        }
    }
    world
        .aloft
        .take(vec![world.file("one.png", &png("one"))])
        .await;
    assert_eq!(held(&world).await.unwrap().count, 1);
    let aside = std::fs::read(data.join("held.damaged-1.json")).unwrap();
    assert_eq!(aside, b"[{\"Unix\":[47");
}
