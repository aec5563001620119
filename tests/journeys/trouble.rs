//! An account that was stopped goes on when the user says so.

use app::contract::{AccountRef, Commands, JobState, ProblemKind, VerificationView};

use crate::world::{World, open, png};

fn named(id: &str) -> AccountRef {
    AccountRef { id: id.to_owned() }
}

/// A file of an account whose keyring was locked, and the account's id.
async fn stopped(world: &World, name: &str) -> String {
    world.keyring.lock();
    world.aloft.take(vec![world.file(name, &png(name))]).await;
    let account = world
        .account_where(|account| account.problem.is_some())
        .await;
    assert_eq!(account.problem.unwrap().kind, ProblemKind::SecretLocked);
    account.id
}

/// Added without a background check that would come in between.
async fn verified(world: &World) {
    world.add_account().await;
    world
        .account_where(|account| account.verification == VerificationView::Verified)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn checking_again_opens_the_keyring_and_sends_what_waited() {
    let world = World::new().await;
    verified(&world).await;
    let id = stopped(&world, "a.png").await;

    let checked = Commands::verify_account(&world.aloft, named(&id))
        .await
        .unwrap();
    assert_eq!(checked.problem, None);
    assert_eq!(world.settled().await[0].state, JobState::Done);
}

#[tokio::test(flavor = "multi_thread")]
async fn checking_again_helps_after_a_restart_too() {
    let mut world = World::new().await;
    verified(&world).await;
    let id = stopped(&world, "a.png").await;
    world.aloft.close().await;
    world.aloft = open(world.home.path(), &world.desktop, &world.keyring).await;

    Commands::verify_account(&world.aloft, named(&id))
        .await
        .unwrap();
    assert_eq!(world.settled().await[0].state, JobState::Done);
}

#[tokio::test(flavor = "multi_thread")]
async fn adding_a_file_is_asking_to_try_again() {
    let world = World::new().await;
    verified(&world).await;
    stopped(&world, "a.png").await;
    world.keyring.unlock();

    world.aloft.take(vec![world.file("b.png", &png("b"))]).await;
    let jobs = world.settled().await;
    assert_eq!(jobs.len(), 2);
    assert!(jobs.iter().all(|job| job.state == JobState::Done));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_blames_a_locked_keyring_and_not_the_network() {
    let world = World::new().await;
    verified(&world).await;
    let look = async || {
        let findings = world.aloft.doctor().await;
        ["keyring", "network", "folders"].map(|what| {
            let found = findings.iter().find(|finding| finding.what == what);
            found
                .map(|finding| (finding.works, finding.needed))
                .unwrap()
        })
    };
    let well = (Some(true), true);
    assert_eq!(look().await, [well, well, well]);
    world.keyring.lock();
    assert_eq!(look().await, [(Some(false), true), (None, true), well]);
}
