//! A folder is watched from the window: asked in a native dialog, and then what is put into it arrives.

use app::contract::{AccountRef, Commands, ProblemKind, WatchRef};

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
    assert!(problem.message.contains("screens"), "{problem}");
}
