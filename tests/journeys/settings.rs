//! Settings: kept over a restart, damaged, refused.

use std::sync::atomic::Ordering;

use app::contract::{
    ChangeSettings, Choices, Commands, Event, HereView, HoursView, LimitView, Notice, PlaceKind,
    PlaceRef, Problem, ProblemKind,
};
use app::words::Words;
use app::{Appearance, Settings, UploadOptions};

use crate::world::{KEY, SECRET, World, open, png};

#[tokio::test(flavor = "multi_thread")]
async fn what_was_chosen_is_told_at_once_and_holds_after_a_restart() {
    let world = World::new().await;
    assert_eq!(world.aloft.settings(), Settings::default());
    let config = world.aloft.folders().config.clone();
    std::fs::write(
        config.join("settings.json"),
        "{\"from_a_newer_version\": [1, 2]}\n",
    )
    .unwrap();
    let mut told = world.aloft.settings_changes();
    let mut events = world.aloft.events();
    let change = ChangeSettings {
        notifications: Some(false),
        copy_when_done: Some(true),
        language: Some("en".to_owned()),
        ..ChangeSettings::default()
    };
    let view = Commands::change_settings(&world.aloft, change)
        .await
        .unwrap();
    assert!(!view.notifications && view.copy_when_done && !view.keep_running);
    told.changed().await.unwrap();
    assert!(told.borrow_and_update().copy_when_done);
    // What the keyring said may come first.
    loop {
        if let Event::Snapshot(snapshot) = events.next().await.unwrap()
            && snapshot.settings == view
        {
            break;
        }
    }

    let chosen = world.aloft.settings();
    world.aloft.close().await;
    let again = open(world.home.path(), &world.desktop, &world.keyring).await;
    assert_eq!(again.settings(), chosen);
    assert_eq!(chosen.language.as_deref(), Some("en"));
    let text = std::fs::read_to_string(config.join("settings.json")).unwrap();
    assert!(text.contains("from_a_newer_version"), "{text}");
    assert!(
        !text.contains("keep_running"),
        "only what was chosen: {text}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_file_is_set_aside_whole_and_said() {
    let world = World::new().await;
    let config = world.aloft.folders().config.clone();
    world.aloft.close().await;
    let torn = "{\"notifications\": fal";
    std::fs::write(config.join("settings.json"), torn).unwrap();
    let again = open(world.home.path(), &world.desktop, &world.keyring).await;
    assert_eq!(again.settings(), Settings::default());
    let Some(Event::Notice(Notice::Trouble(problem))) = again.events().next().await else {
        panic!("the damage was not said");
    };
    assert_eq!(problem.kind, ProblemKind::Disk);
    assert!(
        problem
            .message
            .to_string()
            .contains("settings.damaged-1.json"),
        "{problem}"
    );
    let aside = config.join("settings.damaged-1.json");
    assert_eq!(std::fs::read_to_string(aside).unwrap(), torn);
    let change = ChangeSettings {
        notifications: Some(false),
        ..ChangeSettings::default()
    };
    again.change_settings(&change).await.unwrap();
    assert!(config.join("settings.json").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_written_stays_as_it_was() {
    let world = World::new().await;
    // A folder stands where the file belongs: it can neither be read nor replaced.
    let place = world.aloft.folders().config.join("settings.json");
    std::fs::create_dir_all(place.join("in the way")).unwrap();
    let change = ChangeSettings {
        keep_running: Some(true),
        appearance: Some(Appearance::Dark),
        ..ChangeSettings::default()
    };
    let problem = world.aloft.change_settings(&change).await.unwrap_err();
    assert_eq!(problem.kind, ProblemKind::Disk);
    assert_eq!(world.aloft.settings(), Settings::default());
    world.aloft.close().await;
    // It is no reason not to start either.
    let again = open(world.home.path(), &world.desktop, &world.keyring).await;
    assert_eq!(again.settings(), Settings::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_are_written_as_people_write_them_and_are_the_queues() {
    let world = World::new().await;
    let account = world.add_account().await;
    let everything = LimitView {
        rate: " 1.5 mb".to_owned(),
        hours: vec![HoursView {
            from: "22:00".to_owned(),
            to: "06:00".to_owned(),
            rate: String::new(),
        }],
        ..LimitView::default()
    };
    Commands::set_limits(&world.aloft, everything)
        .await
        .unwrap();
    let of_account = LimitView {
        id: Some(account.id.to_string()),
        concurrency: Some(3),
        ..LimitView::default()
    };
    let view = Commands::set_limits(&world.aloft, of_account.clone())
        .await
        .unwrap();
    assert_eq!(view.limits[0].rate, "1.5 MB");
    assert_eq!(view.limits[0].hours[0].from, "22:00");
    assert_eq!(view.limits[1], of_account);
    let held = world.aloft.limits(None).await.unwrap();
    assert_eq!(held.rate.rate, Some(1_500_000));
    assert_eq!(held.rate.timetable[0].rate, None);
    let held = world.aloft.limits(Some(&account)).await.unwrap();
    assert_eq!((held.rate.rate, held.concurrency), (None, Some(3)));

    let hours = |from: &str| {
        vec![HoursView {
            from: from.to_owned(),
            to: "06:00".to_owned(),
            rate: "1 MB".to_owned(),
        }]
    };
    for wrong in [
        LimitView {
            rate: "fast".to_owned(),
            ..LimitView::default()
        },
        LimitView {
            hours: hours("noon"),
            ..LimitView::default()
        },
        LimitView {
            concurrency: Some(0),
            ..of_account
        },
    ] {
        let problem = Commands::set_limits(&world.aloft, wrong).await.unwrap_err();
        assert_eq!(problem.kind, ProblemKind::BadValue, "{problem}");
    }
    assert_eq!(Commands::limits(&world.aloft).await.unwrap(), view);
}

#[tokio::test(flavor = "multi_thread")]
async fn places_are_shown_with_their_size_and_opened_by_kind() {
    let world = World::new().await;
    world.add_account().await;
    let places = Commands::places(&world.aloft).await.unwrap().places;
    let of = |kind| places.iter().find(|place| place.kind == kind).unwrap();
    let accounts = of(PlaceKind::Accounts);
    let written = std::fs::metadata(&accounts.place).unwrap().len();
    assert_eq!(accounts.bytes, Some(written));
    assert!(of(PlaceKind::Queue).bytes.unwrap() > 0);
    assert_eq!(of(PlaceKind::Settings).bytes, None);
    let open = |kind| Commands::open_place(&world.aloft, PlaceRef { kind });
    open(PlaceKind::Accounts).await.unwrap();
    let revealed = world.desktop.revealed.lock().unwrap().clone();
    assert_eq!(revealed, [std::path::PathBuf::from(&accounts.place)]);
    let problem = open(PlaceKind::Settings).await.unwrap_err();
    assert_eq!(problem.kind, ProblemKind::Gone);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_desktop_refuses_stays_as_it_was() {
    let world = World::new().await;
    let problem = Problem::new(
        ProblemKind::NotHere,
        Words::english("Another program has these keys."),
        Words::none(),
    );
    *world.desktop.refuses.lock().unwrap() = Some(problem.clone());
    let wishes = [
        ChangeSettings {
            appearance: Some(Appearance::Dark),
            ..ChangeSettings::default()
        },
        ChangeSettings {
            shortcut: Some("Ctrl+Shift+U".to_owned()),
            ..ChangeSettings::default()
        },
        ChangeSettings {
            drop_window: Some(true),
            ..ChangeSettings::default()
        },
        ChangeSettings {
            start_at_login: Some(true),
            ..ChangeSettings::default()
        },
    ];
    for wish in &wishes {
        let refused = world.aloft.change_settings(wish).await.unwrap_err();
        assert_eq!(refused, problem, "{wish:?}");
    }
    *world.desktop.refuses.lock().unwrap() = None;
    let reason = app::words::reason::no_tray();
    *world.desktop.here.lock().unwrap() = HereView {
        tray: Some(reason.clone()),
        ..HereView::default()
    };
    let keep = ChangeSettings {
        keep_running: Some(true),
        ..ChangeSettings::default()
    };
    let refused = world.aloft.change_settings(&keep).await.unwrap_err();
    assert_eq!(
        (refused.kind, refused.message),
        (ProblemKind::NotHere, reason)
    );
    assert_eq!(world.aloft.settings(), Settings::default());
    let snapshot = Commands::snapshot(&world.aloft).await.unwrap();
    assert!(snapshot.here.tray.is_some() && !snapshot.here.starts_at_login);

    for wish in &wishes {
        world.aloft.change_settings(wish).await.unwrap();
    }
    assert_eq!(*world.desktop.appearance.lock().unwrap(), Appearance::Dark);
    assert!(world.desktop.at_login.load(Ordering::SeqCst));
    let snapshot = Commands::snapshot(&world.aloft).await.unwrap();
    assert!(snapshot.here.starts_at_login && snapshot.settings.drop_window);

    // The next start makes the desktop so again.
    world.aloft.close().await;
    *world.desktop.appearance.lock().unwrap() = Appearance::System;
    *world.desktop.shortcut.lock().unwrap() = None;
    world.desktop.drop_window.store(false, Ordering::SeqCst);
    let again = open(world.home.path(), &world.desktop, &world.keyring).await;
    again.apply_settings().await;
    assert_eq!(*world.desktop.appearance.lock().unwrap(), Appearance::Dark);
    assert_eq!(
        world.desktop.shortcut.lock().unwrap().as_deref(),
        Some("Ctrl+Shift+U")
    );
    assert!(world.desktop.drop_window.load(Ordering::SeqCst));

    // Keys that another program has by now are told of, and keep nothing else from being as it was left.
    again.close().await;
    world.desktop.drop_window.store(false, Ordering::SeqCst);
    *world.desktop.keys_taken.lock().unwrap() = Some(problem.clone());
    let third = open(world.home.path(), &world.desktop, &world.keyring).await;
    let mut events = third.events();
    third.apply_settings().await;
    assert!(world.desktop.drop_window.load(Ordering::SeqCst));
    let told = Notice::Trouble(problem);
    while events.next().await.unwrap() != Event::Notice(told.clone()) {}
}

#[tokio::test(flavor = "multi_thread")]
async fn diagnostics_tell_what_happened_and_no_name_and_no_secret() {
    let world = World::new().await;
    let account = world.add_account().await;
    world
        .aloft
        .rename_account(&account, "Zebrafish studio")
        .unwrap();
    let account = world.aloft.account(None).unwrap();
    let options = UploadOptions {
        choices: Choices {
            folder: "Quokka collection".to_owned(),
            tags: vec!["axolotl-tag".to_owned()],
            ..Choices::default()
        },
        ..UploadOptions::default()
    };
    let gone = world.file("Pangolin wedding/narwhal-0815.png", &png("n"));
    let empty = world.file("Pangolin wedding/okapi.png", b"");
    let good = world.file("Pangolin wedding/capybara.png", &png("c"));
    std::fs::remove_file(&gone).unwrap();
    world
        .upload(&account, vec![gone, empty, good], &options)
        .await;

    let folder = world.home.path().join("saved");
    std::fs::create_dir_all(&folder).unwrap();
    *world.desktop.picks.lock().unwrap() = vec![folder.clone()];
    Commands::export_diagnostics(&world.aloft).await.unwrap();
    let saved = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap();
    let text = std::fs::read_to_string(saved.path()).unwrap();
    for told in [
        env!("CARGO_PKG_VERSION"),
        "keyring",
        "source_empty",
        "\"done\": 1",
        "signed",
        "keep_running",
    ] {
        assert!(text.contains(told), "{told} is not in {text}");
    }
    let small = text.to_lowercase();
    let user = std::env::home_dir().unwrap();
    for name in [
        SECRET,
        KEY,
        "Journey-Cloud",
        "Zebrafish",
        "Quokka",
        "axolotl",
        "Pangolin",
        "narwhal",
        "okapi",
        "capybara",
        &world.home.path().to_string_lossy(),
        account.id.as_str(),
        &format!("{}/", user.display()),
    ] {
        assert!(!small.contains(&name.to_lowercase()), "{name} is in {text}");
    }

    world.desktop.picks.lock().unwrap().clear();
    let dismissed = Commands::export_diagnostics(&world.aloft)
        .await
        .unwrap_err();
    assert_eq!(dismissed.kind, ProblemKind::Declined);
}
