//! A folder is watched from the window: asked in a native dialog, and then what is put into it arrives.

use app::contract::{
    AccountRef, Choices, Commands, DeliveryChoice, JobState, ProblemKind, SetChoices, WatchRef,
};

use crate::world::{World, png};

impl World {
    fn picks(&self, folder: &str) -> std::path::PathBuf {
        let folder = self.home.path().join(folder);
        std::fs::create_dir_all(&folder).unwrap();
        *self.desktop.picks.lock().unwrap() = vec![folder.clone()];
        folder
    }

    fn answers(&self, yes: bool) {
        *self.desktop.says_yes.lock().unwrap() = yes;
    }
}

#[tokio::test]
async fn a_page_can_ask_and_the_native_dialog_that_names_folder_and_account_decides() {
    let world = World::new().await;
    let account = world.add_account().await;
    let id = || AccountRef {
        id: account.id.to_string(),
    };
    let none = Commands::watch_folder(&world.aloft, id()).await.unwrap();
    assert_eq!(none.watches, [], "the folder dialog was dismissed");
    assert!(world.desktop.questions.lock().unwrap().is_empty());

    let folder = world.picks("screens");
    let declined = Commands::watch_folder(&world.aloft, id())
        .await
        .unwrap_err();
    assert_eq!(declined.kind, ProblemKind::Declined);
    let asked = world.desktop.questions.lock().unwrap()[0].body.clone();
    assert!(asked.contains(folder.to_str().unwrap()) && asked.contains("Journey"));
    assert_eq!(Commands::watches(&world.aloft).await.unwrap().watches, []);

    world.answers(true);
    std::fs::write(folder.join("before.png"), png("before")).unwrap();
    let watches = Commands::watch_folder(&world.aloft, id()).await.unwrap();
    assert_eq!(watches.watches.len(), 1);
    std::fs::write(folder.join("shot.png"), png("shot")).unwrap();
    let jobs = world.settled().await;
    assert_eq!(jobs.len(), 1);
    assert_eq!((jobs[0].name.as_str(), world.stored()), ("shot.png", 1));

    let unwatched = WatchRef {
        id: watches.watches[0].id,
    };
    let left = Commands::unwatch(&world.aloft, unwatched).await.unwrap();
    assert_eq!(left.watches, []);
    let gone = Commands::unwatch(&world.aloft, unwatched)
        .await
        .unwrap_err();
    assert_eq!(gone.kind, ProblemKind::Gone);
}

#[tokio::test]
async fn what_the_account_says_of_privacy_holds_for_watches_that_were_there_before() {
    let world = World::new().await;
    let account = world.add_account().await;
    let id = account.id.to_string();
    let folder = world.picks("camera");
    world.answers(true);
    let of_account = AccountRef { id: id.clone() };
    Commands::watch_folder(&world.aloft, of_account)
        .await
        .unwrap();
    let kept = SetChoices {
        account: id,
        choices: Choices {
            folder: "elsewhere".to_owned(),
            delivery_type: DeliveryChoice::Private,
            strip_location: true,
            ..Choices::default()
        },
        ask_each_time: false,
    };
    Commands::set_choices(&world.aloft, kept).await.unwrap();
    std::fs::write(folder.join("shot.png"), png("shot")).unwrap();
    std::fs::write(folder.join("film.mp4"), b"\0\0\0\x18ftypmp42 and the rest").unwrap();
    let jobs = world.settled().await;
    let named = |name: &str| jobs.iter().find(|job| job.name == name).unwrap();
    assert_eq!(named("film.mp4").state, JobState::NeedsYou);
    let shot = named("shot.png");
    let sent = world
        .aloft
        .jobs(Some(&account), &[], None, 10)
        .await
        .unwrap();
    let url = &sent
        .iter()
        .find_map(|job| job.receipt.as_ref())
        .unwrap()
        .url;
    assert!(
        url.contains("/image/private/") && !url.contains("elsewhere"),
        "{url}"
    );
    assert_eq!(shot.state, JobState::Done);

    // what was meant cannot be read: nothing goes out until the user knows
    let defaults = world.home.path().join("aloft/config/defaults.json");
    std::fs::write(&defaults, "{").unwrap();
    let watches = Commands::watches(&world.aloft).await.unwrap().watches;
    let problem = watches[0].problem.clone().unwrap();
    assert_eq!(problem.kind, ProblemKind::Disk);
    assert!(defaults.exists());
}

#[tokio::test]
async fn a_watch_without_its_account_stays_and_says_so() {
    let world = World::new().await;
    let account = world.add_account().await;
    let id = AccountRef {
        id: account.id.to_string(),
    };
    world.picks("screens");
    world.answers(true);
    Commands::watch_folder(&world.aloft, id).await.unwrap();
    world.aloft.remove_account(&account).await.unwrap();
    let watches = Commands::watches(&world.aloft).await.unwrap().watches;
    let problem = watches[0].problem.clone().unwrap();
    assert_eq!(problem.kind, ProblemKind::UnknownAccount);
    assert!(problem.message.to_string().contains("screens"), "{problem}");
}
