//! What happens while nobody looks at the window: the tray uploads the clipboard, and the desktop says how it went.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use app::contract::{ChangeSettings, Commands, Control, ControlTarget, ControlVerb, JobState};
use app::sandbox::{Fault, Match};
use app::tray::{Action, Icon, Item};
use app::{Notification, UploadOptions};

use crate::world::{World, bytes_behind, png, rows};

/// Waits until this many notifications were shown, and answers them.
async fn said(world: &World, count: usize) -> Vec<Notification> {
    let mut said = world.desktop.said.subscribe();
    let said = said.wait_for(|said| said.len() >= count).await.unwrap();
    said.clone()
}

#[tokio::test]
async fn the_clipboard_is_uploaded_and_its_links_come_back_on_it() {
    let world = World::new().await;
    world.add_account().await;
    let files = [
        world.file("b.png", &png("b")),
        world.file("a.png", &png("a")),
    ];
    *world.desktop.files.lock().unwrap() = files.to_vec();
    world.aloft.act(Action::UploadClipboard).await;

    let said = said(&world, 1).await;
    assert_eq!(said.len(), 1, "{said:?}");
    assert_eq!(said[0].title, "2 files uploaded");
    assert_eq!(said[0].body, "The links are on the clipboard.");
    let copied = world.desktop.copied.lock().unwrap().clone();
    let links: Vec<&str> = copied[0].lines().collect();
    assert_eq!((copied.len(), links.len()), (1, 2), "{copied:?}");
    assert_eq!(bytes_behind(links[0]).await, png("b"));
    assert_eq!(bytes_behind(links[1]).await, png("a"));
}

#[tokio::test]
async fn an_empty_clipboard_is_said_where_the_user_looks() {
    let world = World::new().await;
    world.add_account().await;
    world.aloft.act(Action::UploadClipboard).await;
    let said = said(&world, 1).await;
    assert_eq!(said[0].title, "The clipboard was not uploaded");
    assert!(said[0].body.starts_with("There is no file"), "{said:?}");
}

#[tokio::test]
async fn an_address_on_the_clipboard_is_asked_about_once_also_without_an_account() {
    let world = World::new().await;
    *world.desktop.text.lock().unwrap() = Some("https://pictures.example/a.png".to_owned());
    *world.desktop.says_yes.lock().unwrap() = true;
    world.aloft.act(Action::UploadClipboard).await;
    assert_eq!(world.desktop.questions.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn what_of_the_clipboard_was_left_out_is_said_beside_what_is_uploaded() {
    let world = World::new().await;
    world.add_account().await;
    let there = world.file("there.png", &png("there"));
    let gone = there.with_file_name("gone.png");
    *world.desktop.files.lock().unwrap() = vec![there, gone];
    world.aloft.act(Action::UploadClipboard).await;
    let said = said(&world, 2).await;
    let about = |words: &str| said.iter().any(|one| one.body.contains(words));
    assert!(about("gone.png") && about("on the clipboard"), "{said:?}");
}

#[tokio::test]
async fn a_batch_is_announced_once_and_only_to_who_does_not_look() {
    let world = World::new().await;
    let account = world.add_account().await;
    let options = UploadOptions::default();
    world.desktop.in_front.store(true, Ordering::SeqCst);
    let seen = world.file("seen.png", &png("seen"));
    let mut looks = world.desktop.looks.subscribe();
    world.upload(&account, vec![seen], &options).await;
    looks.wait_for(|looks| *looks > 0).await.unwrap();

    world.file("folder/one.png", &png("one"));
    world.file("folder/two.png", &png("two"));
    world.desktop.in_front.store(false, Ordering::SeqCst);
    let folder = world.home.path().join("files/folder");
    world.upload(&account, vec![folder], &options).await;
    let first = said(&world, 1).await;
    assert_eq!(first[0].title, "2 files uploaded", "{first:?}");

    // The next one brings the second notification, so the first batch brought one.
    let last = world.file("last.png", &png("last"));
    world.upload(&account, vec![last], &options).await;
    let second = said(&world, 2).await;
    let second: Vec<_> = second
        .iter()
        .map(|one| (one.title.as_str(), one.body.as_str()))
        .collect();
    assert_eq!(
        second,
        [("2 files uploaded", ""), ("1 file uploaded", "last.png")]
    );
}

#[tokio::test]
async fn switched_off_nothing_is_said_and_links_are_copied_where_that_is_wished() {
    let world = World::new().await;
    let account = world.add_account().await;
    let change = ChangeSettings {
        notifications: Some(false),
        copy_when_done: Some(true),
        ..ChangeSettings::default()
    };
    world.aloft.change_settings(&change).await.unwrap();
    let file = world.file("quiet.png", &png("quiet"));
    let mut copies = world.desktop.copies.subscribe();
    world
        .upload(&account, vec![file], &UploadOptions::default())
        .await;
    copies.wait_for(|count| *count == 1).await.unwrap();
    assert!(world.desktop.said.borrow().is_empty());
}

#[tokio::test]
async fn the_tray_follows_the_queue_and_changes_only_when_it_shows_something_else() {
    let world = World::new().await;
    let account = world.add_account().await;
    let mut menus = world.aloft.tray_menus();
    let idle = menus.next().await.unwrap();
    assert_eq!(idle.icon, Icon::Idle);

    let file = world.file("coast.png", &png("coast"));
    world
        .upload(&account, vec![file], &UploadOptions::default())
        .await;
    let done = rows(&world.aloft).await;
    assert_eq!(done[0].state, JobState::Done);
    let copies = loop {
        let menu = menus.next().await.unwrap();
        let copies = copies_in(&menu.items);
        if !copies.is_empty() {
            break copies;
        }
    };
    let names: Vec<&str> = copies.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["coast.png"]);
    world.aloft.act(copies[0].1.clone()).await;
    let copied = world.desktop.copied.lock().unwrap().clone();
    assert_eq!(copied, [done[0].link.clone().unwrap()]);

    world.aloft.act(Action::PauseAll).await;
    assert_eq!(menus.next().await.unwrap().icon, Icon::Paused);
    let paused = Instant::now();
    world.aloft.act(Action::ResumeAll).await;
    assert_eq!(menus.next().await.unwrap().icon, Icon::Idle);
    // each is drawn anew by some hosts, and a thousand small files are a thousand changes
    assert!(paused.elapsed() > Duration::from_millis(400));
}

#[tokio::test]
async fn links_of_the_clipboards_files_come_back_when_what_failed_was_tried_again() {
    let world = World::new().await;
    world.add_account().await;
    world.sandbox.set_faults(vec![Fault {
        when: Match {
            path: Some("/upload".to_owned()),
            ..Match::default()
        },
        action: app::sandbox::Action::Status {
            code: 400,
            message: Some("Invalid value".to_owned()),
            headers: Default::default(),
        },
    }]);
    *world.desktop.files.lock().unwrap() = vec![world.file("a.png", &png("a"))];
    world.aloft.act(Action::UploadClipboard).await;
    let failed = said(&world, 1).await;
    assert_eq!(failed[0].title, "1 upload failed", "{failed:?}");

    world.sandbox.set_faults(Vec::new());
    let ids = rows(&world.aloft).await.iter().map(|job| job.id).collect();
    let again = Control {
        target: ControlTarget::Jobs { ids },
        verb: ControlVerb::Retry,
    };
    Commands::control(&world.aloft, again).await.unwrap();
    let done = said(&world, 2).await;
    assert_eq!(done[1].title, "1 file uploaded", "{done:?}");
    let copied = world.desktop.copied.lock().unwrap().clone();
    assert_eq!(copied.len(), 1, "{done:?}");
    assert_eq!(bytes_behind(&copied[0]).await, png("a"));
}

fn copies_in(items: &[Item]) -> Vec<(String, Action)> {
    let of = |item: &Item| match item {
        Item::Button { label, action } if matches!(action, Action::CopyLink(_)) => {
            vec![(label.clone(), action.clone())]
        }
        Item::Submenu { items, .. } => copies_in(items),
        Item::Status(_) | Item::Button { .. } | Item::Choice { .. } | Item::Separator => Vec::new(),
    };
    items.iter().flat_map(of).collect()
}
