//! Aloft in the file manager's menus, switched on and off in the window.

use std::path::Path;

use app::contract::{Commands, IntegrationView, ProblemKind, SetIntegration};
use app::integration::{Surroundings, System, What};

use crate::world::World;

fn around(home: &Path) -> Surroundings {
    Surroundings {
        system: System::Linux,
        home: home.to_owned(),
        data: home.join("share"),
        program: Some(home.join("aloft-desktop")),
        temporary: Vec::new(),
        app_image: None,
        borrowed: false,
        chosen: Default::default(),
        record: home.join("integration.json"),
    }
}

async fn switched(world: &World, on: bool) -> IntegrationView {
    let wanted = SetIntegration { on };
    let answer = Commands::set_integration(&world.aloft, wanted).await;
    let view = answer.unwrap();
    assert_eq!(view.installed, on);
    view
}

async fn menus(world: &World) -> (Option<bool>, String) {
    let findings = world.aloft.doctor().await;
    let found = findings.into_iter().find(|finding| finding.what == "menus");
    let found = found.unwrap();
    assert!(!found.needed);
    (found.works, found.words)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_entries_are_switched_on_and_off_and_the_doctor_knows() {
    let world = World::new().await;
    let home = tempfile::TempDir::new().unwrap();
    world.aloft.integrate_in(around(home.path()));
    let before = Commands::integration(&world.aloft).await.unwrap();
    assert!(!before.installed && before.entries.is_empty() && before.problem.is_none());
    assert!(menus(&world).await.1.contains("aloft integrate install"));

    let view = switched(&world, true).await;
    let whats: Vec<What> = view.entries.iter().map(|entry| entry.what).collect();
    assert_eq!(
        whats,
        [What::Icon, What::Launcher, What::Nautilus, What::Dolphin]
    );
    assert!(
        view.entries
            .iter()
            .all(|entry| Path::new(&entry.place).is_file())
    );
    assert_eq!(menus(&world).await.0, Some(true));

    std::fs::write(&view.entries[2].place, "somebody else's").unwrap();
    let view = Commands::integration(&world.aloft).await.unwrap();
    assert_eq!(view.entries.len(), 3);
    let problem = view.problem.unwrap();
    assert!(
        problem.message.to_string().contains("Upload with Aloft"),
        "{problem}"
    );
    assert_eq!(menus(&world).await.0, Some(false));

    switched(&world, false).await;
    let left = std::fs::read_dir(home.path().join("share/nautilus/scripts")).unwrap();
    assert_eq!(left.count(), 1, "what is not ours stays");
    assert!(!home.path().join("share/applications").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn where_there_can_be_none_the_window_is_told_why() {
    let world = World::new().await;
    let home = tempfile::TempDir::new().unwrap();
    let mut around = around(home.path());
    around.program = None;
    world.aloft.integrate_in(around);
    let view = Commands::integration(&world.aloft).await.unwrap();
    let why = view.problem.unwrap();
    assert_eq!((view.installed, why.kind), (false, ProblemKind::NotHere));
    let wanted = SetIntegration { on: true };
    let refused = Commands::set_integration(&world.aloft, wanted).await;
    assert_eq!(refused.unwrap_err(), why);
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 0);
}
