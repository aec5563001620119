//! The keyring's thread with a keyring that does what the test says.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    time::Duration,
};

use credentials::{
    Activity, Ask, Backend, Item, Keyring, KeyringLimits, SecretStore, StoreError, StoreErrorKind,
    StoreName, UnlockDialog,
};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::{pause, resume};

const LIMITS: KeyringLimits = KeyringLimits {
    reply: Duration::from_secs(30),
    dialog: Duration::from_secs(300),
};

/// What the fake does in its next call; without one it answers from its map.
enum Script {
    Fail(StoreError),
    Panic,
    /// Blocks until the test lets go, as a keyring does that nobody answers.
    Hang(Gate),
    /// Opens a dialog and blocks until the test lets go, then answers.
    Dialog(Gate),
}

/// Two ends: the fake says that it has arrived, the test lets it go by dropping its end.
struct Gate {
    arrived: tokio::sync::oneshot::Sender<()>,
    release: mpsc::Receiver<()>,
}

struct Held {
    arrived: tokio::sync::oneshot::Receiver<()>,
    release: mpsc::Sender<()>,
}

fn gate() -> (Gate, Held) {
    let (arrived, has_arrived) = tokio::sync::oneshot::channel();
    let (release, released) = mpsc::channel();
    (
        Gate {
            arrived,
            release: released,
        },
        Held {
            arrived: has_arrived,
            release,
        },
    )
}

impl Gate {
    fn wait(self) {
        let _ = self.arrived.send(());
        let _ = self.release.recv();
    }
}

#[derive(Clone, Default)]
struct World {
    secrets: Arc<Mutex<HashMap<String, String>>>,
    script: Arc<Mutex<Vec<Script>>>,
    calls: Arc<AtomicUsize>,
    made: Arc<AtomicUsize>,
}

impl World {
    fn keyring(&self) -> Keyring {
        let world = self.clone();
        let make = move || {
            world.made.fetch_add(1, Ordering::SeqCst);
            world.clone()
        };
        Keyring::with_backend(make, LIMITS)
    }

    fn next(&self, script: Script) {
        self.script.lock().unwrap().push(script);
    }

    fn act(&self, ask: &Ask<'_>) -> Result<(), StoreError> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        let script = self.script.lock().unwrap().pop();
        match script {
            None => Ok(()),
            Some(Script::Fail(error)) => Err(error),
            Some(Script::Panic) => panic!("as scripted"),
            Some(Script::Hang(gate)) => {
                gate.wait();
                Ok(())
            }
            Some(Script::Dialog(gate)) => {
                ask.open_dialog()?;
                gate.wait();
                Ok(())
            }
        }
    }
}

impl Backend for World {
    fn get(&mut self, item: &Item, ask: &Ask<'_>) -> Result<SecretString, StoreError> {
        self.act(ask)?;
        let secrets = self.secrets.lock().unwrap();
        secrets
            .get(&item.user())
            .map(|secret| SecretString::from(secret.as_str()))
            .ok_or(StoreError::Missing)
    }

    fn put(&mut self, item: &Item, secret: &SecretString, ask: &Ask<'_>) -> Result<(), StoreError> {
        self.act(ask)?;
        self.secrets
            .lock()
            .unwrap()
            .insert(item.user(), secret.expose_secret().to_owned());
        Ok(())
    }

    fn delete(&mut self, item: &Item, ask: &Ask<'_>) -> Result<(), StoreError> {
        self.act(ask)?;
        self.secrets
            .lock()
            .unwrap()
            .remove(&item.user())
            .map(drop)
            .ok_or(StoreError::Missing)
    }
}

fn item() -> Item {
    Item {
        cloud_name: "demo".to_owned(),
        api_key: "123".to_owned(),
    }
}

async fn get(keyring: &Keyring) -> Result<SecretString, StoreError> {
    keyring.get(&item(), UnlockDialog::Never).await
}

async fn ask(keyring: &Keyring) -> Result<SecretString, StoreError> {
    keyring.get(&item(), UnlockDialog::Allow).await
}

/// Waits until the keyring is in the call. From then on the clock jumps to the next time limit as
/// soon as nothing else can happen.
async fn stop_the_clock_after(arrived: tokio::sync::oneshot::Receiver<()>) {
    arrived.await.unwrap();
    pause();
}

fn stored() -> World {
    let world = World::default();
    world
        .secrets
        .lock()
        .unwrap()
        .insert("demo:123".to_owned(), "the-secret".to_owned());
    world
}

#[tokio::test]
async fn a_secret_goes_in_and_comes_out() {
    let world = World::default();
    let keyring = world.keyring();
    assert_eq!(keyring.name(), StoreName::Keyring);
    assert_eq!(get(&keyring).await.unwrap_err(), StoreError::Missing);
    let never = UnlockDialog::Never;
    keyring
        .put(&item(), &SecretString::from("the-secret"), never)
        .await
        .unwrap();
    assert_eq!(get(&keyring).await.unwrap().expose_secret(), "the-secret");
    assert_eq!(
        world.secrets.lock().unwrap()["demo:123"],
        "the-secret",
        "user is <cloud name>:<API key>"
    );
    keyring.delete(&item(), never).await.unwrap();
    assert_eq!(
        keyring.delete(&item(), never).await,
        Err(StoreError::Missing)
    );
    assert_eq!(world.made.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn failures_arrive_as_they_are() {
    let world = stored();
    let keyring = world.keyring();
    for error in [
        StoreError::Locked,
        StoreError::Denied,
        StoreError::NoCollection,
        StoreError::Unreadable,
        StoreError::NoStore {
            detail: "no bus".to_owned(),
        },
        StoreError::Ambiguous {
            user: "demo:123".to_owned(),
        },
        StoreError::Broken {
            detail: "it fell over".to_owned(),
        },
    ] {
        world.next(Script::Fail(error.clone()));
        assert_eq!(get(&keyring).await.unwrap_err(), error);
    }
    assert!(get(&keyring).await.is_ok(), "a failure does not stick");
}

#[tokio::test]
async fn a_call_that_hangs_is_given_up_and_others_are_answered_at_once() {
    let world = stored();
    let keyring = world.keyring();
    let (gate, held) = gate();
    world.next(Script::Hang(gate));

    let (answer, ()) = tokio::join!(get(&keyring), stop_the_clock_after(held.arrived));
    assert_eq!(
        answer.unwrap_err(),
        StoreError::TimedOut {
            after: LIMITS.reply
        }
    );
    assert_eq!(keyring.activity(), Activity::Stuck);
    let before = tokio::time::Instant::now();
    assert_eq!(get(&keyring).await.unwrap_err(), StoreError::Locked);
    assert_eq!(ask(&keyring).await.unwrap_err(), StoreError::Locked);
    assert_eq!(before.elapsed(), Duration::ZERO, "at once");
    resume();

    drop(held.release);
    keyring.idle().await;
    assert_eq!(get(&keyring).await.unwrap().expose_secret(), "the-secret");
    assert_eq!(
        world.calls.load(Ordering::SeqCst),
        2,
        "what was answered locked was never called"
    );
}

#[tokio::test]
async fn nobody_waits_behind_a_dialog() {
    let world = stored();
    let keyring = Arc::new(world.keyring());
    let (gate, held) = gate();
    world.next(Script::Dialog(gate));
    let asking = tokio::spawn({
        let keyring = keyring.clone();
        async move { ask(&keyring).await }
    });
    held.arrived.await.unwrap();

    assert_eq!(keyring.activity(), Activity::Asking);
    assert_eq!(get(&keyring).await.unwrap_err(), StoreError::Locked);
    assert_eq!(
        ask(&keyring).await.unwrap_err(),
        StoreError::Locked,
        "and no second dialog opens"
    );

    drop(held.release);
    assert_eq!(asking.await.unwrap().unwrap().expose_secret(), "the-secret");
    // The one who had the dialog is free to go on at once.
    assert!(get(&keyring).await.is_ok());
    assert_eq!(world.calls.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_call_already_queued_does_not_wait_for_a_dialog_either() {
    let world = stored();
    let keyring = Arc::new(world.keyring());
    // The first call blocks without a dialog, so that the second one queues behind it; then the
    // first one, let go, opens a dialog in its turn.
    let (first_gate, first) = gate();
    let (dialog_gate, dialog) = gate();
    world.next(Script::Dialog(dialog_gate));
    world.next(Script::Hang(first_gate));
    let spawn = |how: UnlockDialog| {
        let keyring = keyring.clone();
        tokio::spawn(async move { keyring.get(&item(), how).await })
    };
    let one = spawn(UnlockDialog::Never);
    first.arrived.await.unwrap();
    let two = spawn(UnlockDialog::Allow);
    tokio::task::yield_now().await;
    let three = spawn(UnlockDialog::Never);
    tokio::task::yield_now().await;

    drop(first.release);
    assert!(one.await.unwrap().is_ok());
    dialog.arrived.await.unwrap();
    assert_eq!(three.await.unwrap().unwrap_err(), StoreError::Locked);
    drop(dialog.release);
    assert!(two.await.unwrap().is_ok());
    keyring.idle().await;
    assert!(get(&keyring).await.is_ok());
    assert_eq!(
        world.calls.load(Ordering::SeqCst),
        3,
        "the third call was never made"
    );
}

#[tokio::test]
async fn work_in_the_background_opens_no_dialog() {
    let world = stored();
    let keyring = world.keyring();
    let (gate, held) = gate();
    world.next(Script::Dialog(gate));
    assert_eq!(get(&keyring).await.unwrap_err(), StoreError::Locked);
    assert!(held.arrived.await.is_err(), "the dialog never opened");
    assert!(get(&keyring).await.is_ok());
}

#[tokio::test]
async fn a_person_gets_more_time_than_a_keyring() {
    let world = stored();
    let keyring = world.keyring();
    let (gate, held) = gate();
    world.next(Script::Dialog(gate));
    let before = tokio::time::Instant::now();
    let (answer, ()) = tokio::join!(ask(&keyring), stop_the_clock_after(held.arrived));
    assert!(before.elapsed() >= LIMITS.dialog, "{:?}", before.elapsed());
    assert_eq!(
        answer.unwrap_err(),
        StoreError::TimedOut {
            after: LIMITS.dialog
        }
    );
    assert_eq!(keyring.activity(), Activity::Stuck);
    resume();
    drop(held.release);
    keyring.idle().await;
    assert!(get(&keyring).await.is_ok());
}

#[tokio::test]
async fn a_caller_that_went_away_does_not_hide_a_call_that_hangs() {
    let world = stored();
    let keyring = Arc::new(world.keyring());
    let (gate, held) = gate();
    world.next(Script::Hang(gate));
    let gone = tokio::spawn({
        let keyring = keyring.clone();
        async move { get(&keyring).await }
    });
    held.arrived.await.unwrap();
    gone.abort();
    assert!(gone.await.unwrap_err().is_cancelled());

    pause();
    assert_eq!(
        get(&keyring).await.unwrap_err().kind(),
        StoreErrorKind::TimedOut
    );
    assert_eq!(get(&keyring).await.unwrap_err(), StoreError::Locked);
    resume();
    drop(held.release);
    keyring.idle().await;
    assert!(get(&keyring).await.is_ok());
    assert_eq!(
        world.calls.load(Ordering::SeqCst),
        2,
        "the one that waited in vain was not made later"
    );
}

#[tokio::test]
async fn a_panic_in_the_keyring_is_an_error_and_the_next_call_works() {
    let world = stored();
    let keyring = world.keyring();
    world.next(Script::Panic);
    assert_eq!(
        get(&keyring).await.unwrap_err().kind(),
        StoreErrorKind::Broken
    );
    assert!(get(&keyring).await.is_ok());
    assert_eq!(
        world.made.load(Ordering::SeqCst),
        2,
        "over a new connection"
    );
}

#[tokio::test]
async fn the_end_of_the_program_waits_for_no_dialog() {
    let world = stored();
    let keyring = world.keyring();
    let (gate, held) = gate();
    world.next(Script::Hang(gate));
    let (answer, ()) = tokio::join!(get(&keyring), stop_the_clock_after(held.arrived));
    answer.unwrap_err();
    drop(keyring); // would block here if the thread were joined
    drop(held.release);
}

#[test]
fn a_calm_default() {
    let limits = KeyringLimits::default();
    assert_eq!(limits.reply, Duration::from_secs(3));
    assert!(limits.dialog > limits.reply);
}

#[test]
fn every_error_says_what_to_do() {
    let user = "demo:123".to_owned();
    let detail = "it fell over".to_owned();
    for error in [
        StoreError::Missing,
        StoreError::Locked,
        StoreError::Denied,
        StoreError::TimedOut {
            after: Duration::from_secs(3),
        },
        StoreError::NoStore {
            detail: detail.clone(),
        },
        StoreError::NoCollection,
        StoreError::Ambiguous { user },
        StoreError::Unreadable,
        StoreError::Broken { detail },
    ] {
        let words = error.to_string();
        assert!(
            words.ends_with('.') && words.matches(['.', ';', ':']).count() >= 2,
            "{words}"
        );
        assert!(!words.contains(['!', '{']), "{words}");
    }
    let words = StoreError::TimedOut {
        after: Duration::from_secs(3),
    }
    .to_string();
    assert!(words.contains("within 3 s"), "{words}");
}
