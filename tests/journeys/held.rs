//! An account that asks each time: what is added waits until the user said how, and nothing is lost meanwhile.

use std::path::Path;

use app::contract::{
    AccountRef, Add, AddFrom, Choices, Commands, Event, HeldView, JobState, Notice, ProblemKind,
    PutBack, PutBackRef, SetChoices,
};
use app::tray::Action;
use app::{Aloft, Clipboard, Folders, NoDesktop, Options};

use crate::world::{World, open, png};

async fn asking() -> World {
    let world = World::new().await;
    let account = world.add_account().await;
    ask(&world.aloft, account.id.as_str()).await;
    world
}

async fn ask(aloft: &Aloft, account: &str) {
    let request = SetChoices {
        account: account.to_owned(),
        choices: Choices {
            tags: vec!["kept".to_owned()],
            ..Choices::default()
        },
        ask_each_time: true,
    };
    Commands::set_choices(aloft, request).await.unwrap();
}

/// The account that is used now.
async fn active(world: &World) -> AccountRef {
    let snapshot = Commands::snapshot(&world.aloft).await.unwrap();
    AccountRef {
        id: snapshot.active.unwrap(),
    }
}

async fn put_back(world: &World) -> PutBack {
    let account = active(world).await;
    Commands::drop_held(&world.aloft, account).await.unwrap()
}

async fn again(world: &mut World) {
    world.aloft.close().await;
    world.aloft = open(world.home.path(), &world.desktop, &world.keyring).await;
}

/// The words of the next trouble that is told.
async fn trouble(world: &World) -> String {
    let mut events = world.aloft.events();
    loop {
        if let Event::Notice(Notice::Trouble(problem)) = events.next().await.unwrap() {
            return problem.message.to_string();
        }
    }
}

/// As if everything in this folder were from long ago.
fn age(folder: &Path) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let file = std::fs::File::options()
            .write(true)
            .open(entry.unwrap().path());
        let long_ago = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
        file.unwrap().set_modified(long_ago).unwrap();
    }
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
        account: active(&world).await.id,
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
    again(&mut world).await;
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
async fn what_is_put_back_is_named_and_comes_back_even_after_a_quit() {
    let mut world = asking().await;
    let folder = world.home.path().join("files/trip");
    world.file("trip/a.png", &png("a"));
    world.aloft.take(vec![folder]).await;
    let before = held(&world).await.unwrap();
    assert_eq!(before.bytes, None);
    let gone = put_back(&world).await;
    assert_eq!(gone.held, before);
    assert_eq!(gone.held.names, ["trip"]);
    assert_eq!(held(&world).await, None);
    assert_eq!(put_back(&world).await, PutBack::default());
    again(&mut world).await;
    assert_eq!(held(&world).await, None);

    let undo = PutBackRef {
        undo: gone.undo.unwrap(),
    };
    Commands::hold_again(&world.aloft, undo).await.unwrap();
    assert_eq!(held(&world).await, Some(before));
    let twice = Commands::hold_again(&world.aloft, undo).await;
    assert_eq!(twice.unwrap_err().kind, ProblemKind::Gone);
    assert_eq!(world.uploads_sent(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_held_goes_to_the_account_it_was_added_for_whichever_is_used_by_then() {
    let mut world = asking().await;
    let first = active(&world).await;
    world
        .aloft
        .take(vec![world.file("first.png", &png("first"))])
        .await;
    world.add_unsigned_account().await;
    let second = active(&world).await;
    assert_ne!(first.id, second.id);
    ask(&world.aloft, &second.id).await;
    world
        .aloft
        .take(vec![world.file("second.png", &png("second"))])
        .await;
    again(&mut world).await;

    // one account after the other is asked about, the one whose things wait longest first
    let asked = held(&world).await.unwrap();
    assert_eq!(
        (&asked.account, &asked.names[..]),
        (&first.id, &["first.png".to_owned()][..])
    );
    let of_second = Add {
        account: Some(second.id.clone()),
        ..add(AddFrom::Held, None)
    };
    let report = Commands::add(&world.aloft, of_second.clone()).await;
    assert_eq!(report.unwrap().added, 1);
    let twice = Commands::add(&world.aloft, of_second).await;
    assert_eq!(twice.unwrap_err().kind, ProblemKind::Gone);
    let report = Commands::add(&world.aloft, add(AddFrom::Held, None)).await;
    assert_eq!(report.unwrap().added, 1);
    let went = world.settled().await.into_iter();
    let mut went: Vec<_> = went.map(|job| (job.name, job.account)).collect();
    went.sort();
    let wanted = [("first.png", &first.id), ("second.png", &second.id)];
    let wanted = wanted.map(|(name, account)| (name.to_owned(), account.clone()));
    assert_eq!(went, wanted);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_held_for_an_account_that_is_gone_is_asked_about_for_the_one_in_use() {
    let world = asking().await;
    world
        .aloft
        .take(vec![world.file("one.png", &png("one"))])
        .await;
    *world.desktop.says_yes.lock().unwrap() = true;
    let first = active(&world).await;
    Commands::remove_account(&world.aloft, first).await.unwrap();
    assert_eq!(held(&world).await, None);
    world.add_unsigned_account().await;
    let asked = held(&world).await.unwrap();
    assert_eq!(asked.account, active(&world).await.id);
    assert_eq!(world.uploads_sent(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_added_without_an_account_survives_a_quit_and_goes_to_the_first() {
    let mut world = World::new().await;
    world
        .aloft
        .take(vec![world.file("one.png", &png("one"))])
        .await;
    assert!(trouble(&world).await.contains("“one.png” waits"));
    assert_eq!(held(&world).await, None, "nobody can be asked yet");
    again(&mut world).await;
    assert!(trouble(&world).await.contains("“one.png” waits"));
    world.add_account().await;
    let jobs = world.settled().await;
    assert_eq!((jobs.len(), jobs[0].state), (1, JobState::Done));
    again(&mut world).await;
    assert_eq!((world.settled().await.len(), world.stored()), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_an_account_is_asked_about_when_that_account_asks() {
    let mut world = World::new().await;
    world
        .aloft
        .take(vec![world.file("one.png", &png("one"))])
        .await;
    world.aloft.close().await;
    let keyring: std::sync::Arc<dyn app::SecretStore> = world.keyring.clone();
    let terminal = Aloft::open_quietly(Options {
        folders: Folders::under(&world.home.path().join("aloft")),
        desktop: std::sync::Arc::new(NoDesktop),
        keyring: Some(keyring),
    });
    // a terminal adds accounts, and leaves what was given to the window
    let window = std::mem::replace(&mut world.aloft, terminal.await.unwrap());
    drop(window);
    let account = world.add_account().await;
    ask(&world.aloft, account.id.as_str()).await;
    world.aloft.close().await;
    world.aloft = open(world.home.path(), &world.desktop, &world.keyring).await;
    let mut events = world.aloft.events();
    let asked = loop {
        match held(&world).await {
            Some(held) => break held,
            None => drop(events.next().await.unwrap()),
        }
    };
    assert_eq!((asked.account, asked.count), (account.id.to_string(), 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_from_the_clipboard_answers_with_its_link_there_when_it_was_held() {
    let world = asking().await;
    *world.desktop.files.lock().unwrap() = vec![world.file("a.png", &png("a"))];
    world.aloft.act(Action::UploadClipboard).await;
    assert_eq!(held(&world).await.unwrap().names, ["a.png"]);
    let mut copies = world.desktop.copies.subscribe();
    let report = Commands::add(&world.aloft, add(AddFrom::Held, None)).await;
    assert_eq!(report.unwrap().added, 1);
    copies.wait_for(|copies| *copies > 0).await.unwrap();
    let copied = world.desktop.copied.lock().unwrap().clone();
    let link = world.settled().await[0].link.clone();
    assert_eq!(copied, [link.unwrap()]);
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
    age(&folder);
    world.aloft = open(world.home.path(), &world.desktop, &world.keyring).await;
    assert!(!unwanted.exists());

    let gone = put_back(&world).await;
    again(&mut world).await;
    let undo = PutBackRef {
        undo: gone.undo.unwrap(),
    };
    Commands::hold_again(&world.aloft, undo).await.unwrap();
    let report = Commands::add(&world.aloft, add(AddFrom::Held, None)).await;
    assert_eq!(report.unwrap().added, 1);
    assert_eq!(world.settled().await[0].state, JobState::Done);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_clicks_queue_it_once_and_nothing_is_lost() {
    let world = asking().await;
    world
        .aloft
        .take(vec![world.file("one.png", &png("one"))])
        .await;
    *world.desktop.picks.lock().unwrap() = vec![world.file("two.png", &png("two"))];
    let (first, second, dropped) = tokio::join!(
        Commands::add(&world.aloft, add(AddFrom::Held, None)),
        Commands::add(&world.aloft, add(AddFrom::Held, None)),
        Commands::add(&world.aloft, add(AddFrom::FileDialog, None)),
    );
    assert_eq!(dropped.unwrap().added, 0);
    let outcomes = [first, second];
    let queued = outcomes.iter().flatten().map(|report| report.added);
    let queued: u64 = queued.sum();
    let refused = outcomes.iter().filter_map(|outcome| outcome.as_ref().err());
    assert!(
        refused
            .into_iter()
            .all(|problem| problem.kind == ProblemKind::Gone)
    );
    let jobs = world.settled().await;
    assert_eq!(jobs.len() as u64, queued);
    let snapshot = Commands::snapshot(&world.aloft).await.unwrap();
    let left = snapshot.held.map_or(0, |held| held.count);
    assert_eq!(queued + left, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn upload_and_put_back_at_once_do_one_of_both() {
    let world = asking().await;
    world
        .aloft
        .take(vec![world.file("one.png", &png("one"))])
        .await;
    let (queued, gone) = tokio::join!(
        Commands::add(&world.aloft, add(AddFrom::Held, None)),
        put_back(&world),
    );
    let queued = queued.map_or(0, |report| report.added);
    assert_eq!(queued + gone.held.count, 1);
    assert_eq!(gone.undo.is_some(), queued == 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_an_earlier_version_is_taken_over_once() {
    let mut world = asking().await;
    world.aloft.close().await;
    let file = world.home.path().join("aloft/data/held.json");
    let path = world.file("one.png", &png("one"));
    let paths = [path.clone().into_os_string(), path.into_os_string()];
    let text = serde_json::to_vec(&paths).unwrap();
    std::fs::write(&file, &text).unwrap();
    again(&mut world).await;
    let asked = held(&world).await.unwrap();
    assert_eq!((asked.account, asked.count), (active(&world).await.id, 2));
    assert!(!file.exists());

    // killed before the file was gone
    put_back(&world).await;
    std::fs::write(&file, &text).unwrap();
    again(&mut world).await;
    assert_eq!(held(&world).await, None);
    assert!(!file.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_list_of_what_waits_is_set_aside_whole_and_said() {
    let mut world = asking().await;
    world.aloft.close().await;
    let data = world.home.path().join("aloft/data");
    // it may have named a picture that exists nowhere else
    let pasted = data.join("pasted");
    std::fs::create_dir_all(&pasted).unwrap();
    std::fs::write(pasted.join("screenshot.png"), png("a screenshot")).unwrap();
    age(&pasted);
    std::fs::write(data.join("held.json"), "[{\"Unix\":[47").unwrap();
    world.aloft = open(world.home.path(), &world.desktop, &world.keyring).await;
    assert!(trouble(&world).await.contains("held.damaged-1.json"));
    assert_eq!(held(&world).await.unwrap().names, ["screenshot.png"]);
    world
        .aloft
        .take(vec![world.file("one.png", &png("one"))])
        .await;
    assert_eq!(held(&world).await.unwrap().count, 2);
    let aside = std::fs::read(data.join("held.damaged-1.json")).unwrap();
    assert_eq!(aside, b"[{\"Unix\":[47");
}
