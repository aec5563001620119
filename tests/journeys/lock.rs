//! Locked: nobody is asked for a secret, what is dropped waits, and unlocking sends it once.

use std::sync::Arc;
use std::time::Duration;

use app::contract::{
    BeginAccount, ChangeSettings, Commands, JobState, KeepingView, ProblemKind, VerificationView,
};
use app::signing::Params;
use app::{
    Aloft, Away, Clock, Consent, Folders, Keeping, NoDesktop, Options, SecretString, SignRequest,
};
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use crate::world::{KEY, SECRET, World, open, png, rows};

/// Added without a background check that would come in between.
async fn verified(world: &World) {
    world.add_account().await;
    world
        .account_where(|account| account.verification == VerificationView::Verified)
        .await;
    world.plan_known().await;
}

/// A terminal beside the window, over the same folder.
async fn terminal(world: &World) -> Aloft {
    Aloft::open_quietly(Options {
        folders: Folders::under(&world.home.path().join("aloft")),
        desktop: Arc::new(NoDesktop),
        keyring: Some(Arc::clone(&world.keyring) as Arc<_>),
    })
    .await
    .unwrap()
}

/// Fails after a generous time.
async fn soon<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(60), work)
        .await
        .unwrap()
}

/// Returns when this process has heard of it.
async fn hears(aloft: &Aloft, locked: bool) {
    let mut state = aloft.lock_state();
    soon(async { state.wait_for(|state| *state == locked).await.map(drop) })
        .await
        .unwrap();
}

fn sign_request() -> SignRequest {
    let mut params = Params::new();
    params.insert("timestamp", "1700000000");
    SignRequest {
        params,
        algorithm: None,
        version: None,
        any: false,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_dropped_while_locked_waits_and_arrives_once() {
    let world = World::new().await;
    verified(&world).await;
    Commands::lock(&world.aloft).await.unwrap();
    assert!(Commands::snapshot(&world.aloft).await.unwrap().locked);
    let gets = world.keyring.gets();

    world.aloft.take(vec![world.file("a.png", &png("a"))]).await;
    assert_eq!(rows(&world.aloft).await[0].state, JobState::Waiting);
    let account = world.aloft.account(None).unwrap();
    let told = world.aloft.account_trouble(&account).await.unwrap();
    assert_eq!(told.unwrap().kind, ProblemKind::Locked);
    let refused = world.aloft.sign(&account, &sign_request()).await;
    assert_eq!(refused.unwrap_err().kind, ProblemKind::Locked);
    let refused = world.aloft.verify(&account).await.unwrap_err();
    assert_eq!(refused.kind, ProblemKind::Locked);
    assert_eq!(world.keyring.gets(), gets, "no store was asked");
    assert_eq!((world.uploads_sent(), world.stored()), (0, 0));

    // A page may ask, and the user decides.
    let kept = Commands::unlock(&world.aloft).await.unwrap_err();
    assert_eq!(kept.kind, ProblemKind::Declined);
    assert!(world.aloft.is_locked().await.unwrap());
    *world.desktop.says_yes.lock().unwrap() = true;
    Commands::unlock(&world.aloft).await.unwrap();
    let jobs = world.settled().await;
    assert_eq!((jobs.len(), jobs[0].state), (1, JobState::Done));
    assert_eq!((world.uploads_sent(), world.stored()), (1, 1));
    world.aloft.sign(&account, &sign_request()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_locks_and_unlocks_the_window_beside_it() {
    let world = World::new().await;
    verified(&world).await;
    let terminal = terminal(&world).await;
    terminal.lock().await.unwrap();
    // At once, though nobody has told the window yet.
    let account = world.aloft.account(None).unwrap();
    let refused = world.aloft.sign(&account, &sign_request()).await;
    assert_eq!(refused.unwrap_err().kind, ProblemKind::Locked);
    hears(&world.aloft, true).await;
    world.aloft.take(vec![world.file("a.png", &png("a"))]).await;
    assert_eq!(rows(&world.aloft).await[0].state, JobState::Waiting);
    terminal.unlock().await.unwrap();
    assert_eq!(world.settled().await[0].state, JobState::Done);
    assert_eq!(world.stored(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_under_way_ends_at_the_lock_and_its_secret_with_it() {
    let latency = Duration::from_secs(600);
    let world = World::with(|config| config.latency = latency).await;
    let account = world.add_account().await;
    // the check that comes with adding, and this one
    let (aloft, asked) = (world.aloft.clone(), account.clone());
    let checking = tokio::spawn(async move { aloft.verify(&asked).await });
    while world.keyring.gets() < 2 {
        tokio::task::yield_now().await;
    }
    world.aloft.lock().await.unwrap();
    let refused = soon(checking).await.unwrap().unwrap_err();
    assert_eq!(refused.kind, ProblemKind::Locked);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_does_not_unlock() {
    let mut world = World::new().await;
    verified(&world).await;
    let change = ChangeSettings {
        lock_at_quit: Some(true),
        ..ChangeSettings::default()
    };
    world.aloft.change_settings(&change).await.unwrap();
    world.aloft.close().await;
    assert!(!world.aloft.is_locked().await.unwrap(), "a terminal ended");
    world.aloft = open(world.home.path(), &world.desktop, &world.keyring).await;
    world.aloft.quit().await;
    world.aloft = open(world.home.path(), &world.desktop, &world.keyring).await;
    assert!(world.aloft.is_locked().await.unwrap());
    world.aloft.unlock().await.unwrap();
    world.aloft.take(vec![world.file("a.png", &png("a"))]).await;
    assert_eq!(world.settled().await[0].state, JobState::Done);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keyring_that_stays_shut_keeps_aloft_locked() {
    let world = World::new().await;
    verified(&world).await;
    world.aloft.lock().await.unwrap();
    world.keyring.lock();
    world.keyring.dismiss_dialogs(true);
    let refused = world.aloft.unlock().await.unwrap_err();
    assert_eq!(refused.kind, ProblemKind::SecretLocked);
    assert!(world.aloft.is_locked().await.unwrap());
    world.keyring.dismiss_dialogs(false);
    world.aloft.unlock().await.unwrap();
    assert!(!world.aloft.is_locked().await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_of_this_session_are_forgotten_and_that_is_said_before() {
    let world = World::new().await;
    let url = SecretString::from(world.url());
    let kept = world
        .aloft
        .add_url(&url, "Passing", Keeping::SessionOnly, Consent::Given);
    let account = kept.await.unwrap();
    world.aloft.sign(&account, &sign_request()).await.unwrap();
    let declined = Commands::lock(&world.aloft).await.unwrap_err();
    assert_eq!(declined.kind, ProblemKind::Declined);
    let question = world.desktop.questions.lock().unwrap()[0].clone();
    assert!(question.body.contains("Passing"), "{}", question.body);
    assert!(!world.aloft.is_locked().await.unwrap());
    world.aloft.sign(&account, &sign_request()).await.unwrap();

    *world.desktop.says_yes.lock().unwrap() = true;
    Commands::lock(&world.aloft).await.unwrap();
    world.aloft.unlock().await.unwrap();
    let missing = world.aloft.sign(&account, &sign_request()).await;
    assert_eq!(missing.unwrap_err().kind, ProblemKind::SecretMissing);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_comes_in_while_locked_and_the_secret_window_closes() {
    let world = World::new().await;
    let filled = || BeginAccount {
        label: "Photos".to_owned(),
        cloud_name: "Journey-Cloud".to_owned(),
        api_key: KEY.to_owned(),
        host: world.sandbox.url().to_string(),
    };
    Commands::begin_account(&world.aloft, filled())
        .await
        .unwrap();
    world.aloft.lock().await.unwrap();
    assert!(world.desktop.secret_closes() > 0);
    let late = world
        .aloft
        .submit_secret(SecretString::from(SECRET), KeepingView::Keyring);
    assert_eq!(late.await.unwrap_err().kind, ProblemKind::Locked);
    let again = Commands::begin_account(&world.aloft, filled()).await;
    assert_eq!(again.unwrap_err().kind, ProblemKind::Locked);
    *world.desktop.text.lock().unwrap() = Some(world.url());
    let pasted = Commands::paste_account(&world.aloft).await;
    assert_eq!(pasted.unwrap_err().kind, ProblemKind::Locked);
    assert_eq!(world.keyring.puts(), 0);
    // what has no secret works as ever
    world.add_unsigned_account().await;
    let account = world.aloft.account(None).unwrap();
    world.aloft.rename_account(&account, "Renamed").unwrap();
    world.aloft.remove_account(&account).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn going_away_locks_where_that_is_wanted() {
    let world = World::new().await;
    let wanted = |lock_when_away| ChangeSettings {
        lock_when_away: Some(lock_when_away),
        ..ChangeSettings::default()
    };
    world.aloft.change_settings(&wanted(false)).await.unwrap();
    world.aloft.lock_when_away(Away::Sleeps).await.unwrap();
    assert!(!world.aloft.is_locked().await.unwrap());
    world.aloft.change_settings(&wanted(true)).await.unwrap();
    world
        .aloft
        .lock_when_away(Away::ScreenLocked)
        .await
        .unwrap();
    assert!(world.aloft.is_locked().await.unwrap());
}

/// A clock that stands still until a test turns it, and tells until when it is waited for.
struct HandClock {
    now: watch::Sender<Timestamp>,
    waits_for: watch::Sender<Timestamp>,
}

impl HandClock {
    fn new() -> Arc<Self> {
        let now = Timestamp::UNIX_EPOCH;
        Arc::new(Self {
            now: watch::Sender::new(now),
            waits_for: watch::Sender::new(now),
        })
    }

    /// So long after its beginning.
    async fn waited_for(&self, minutes: i64) {
        let at = Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes);
        let mut waits = self.waits_for.subscribe();
        soon(async { waits.wait_for(|until| *until == at).await.map(drop) })
            .await
            .unwrap();
    }

    fn set(&self, minutes: i64) {
        let at = Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes);
        self.now.send_replace(at);
    }
}

#[async_trait]
impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        *self.now.borrow()
    }
    async fn sleep_until(&self, at: Timestamp) {
        self.waits_for.send_replace(at);
        let mut now = self.now.subscribe();
        now.wait_for(|now| *now >= at).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_computer_that_nobody_uses_is_locked_and_one_look_in_between_is_enough() {
    let world = World::new().await;
    let clock = HandClock::new();
    *world.desktop.idle.lock().unwrap() = Some(Duration::ZERO);
    world.aloft.lock_when_idle(clock.clone());
    clock.waited_for(15).await;
    // used until five minutes ago
    *world.desktop.idle.lock().unwrap() = Some(Duration::from_secs(5 * 60));
    clock.set(15);
    clock.waited_for(25).await;
    assert!(!world.aloft.is_locked().await.unwrap());
    *world.desktop.idle.lock().unwrap() = Some(Duration::from_secs(15 * 60));
    clock.set(25);
    hears(&world.aloft, true).await;

    // somebody is there again, and the time counts anew
    *world.desktop.idle.lock().unwrap() = Some(Duration::ZERO);
    world.aloft.unlock().await.unwrap();
    clock.waited_for(40).await;
    let never = ChangeSettings {
        lock_after: Some(0),
        ..ChangeSettings::default()
    };
    let view = Commands::change_settings(&world.aloft, never)
        .await
        .unwrap();
    assert_eq!(view.lock_after, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_system_says_nothing_the_use_of_alofts_windows_counts() {
    let world = World::new().await;
    let clock = HandClock::new();
    world.aloft.lock_when_idle(clock.clone());
    clock.waited_for(15).await;
    clock.set(10);
    Commands::used(&world.aloft).await.unwrap();
    clock.set(15);
    clock.waited_for(25).await;
    assert!(!world.aloft.is_locked().await.unwrap());
    clock.set(25);
    hears(&world.aloft, true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_says_which_store_is_in_use_and_whether_aloft_is_locked() {
    let world = World::new().await;
    verified(&world).await;
    let lock = async || {
        let findings = world.aloft.doctor().await;
        let of = |what| findings.iter().find(|finding| finding.what == what);
        let (lock, keyring) = (of("lock").unwrap(), of("keyring").unwrap());
        let store = &of("store").unwrap().words;
        assert!(store.contains("system's keyring"), "{store}");
        assert_eq!((lock.works, keyring.works), (Some(true), Some(true)));
        lock.words.clone()
    };
    let words = lock().await;
    assert!(words.contains("not locked"), "{words}");
    world.aloft.lock().await.unwrap();
    let words = lock().await;
    assert!(words.contains("Aloft is locked"), "{words}");
}
