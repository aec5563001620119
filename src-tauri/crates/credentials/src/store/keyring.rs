//! The operating system's keyring, reached through one plain thread.
//!
//! Keyring calls block, some for as long as a dialog is open, and on Linux they panic inside an
//! async task once any crate of the program switches `zbus/tokio` on. So one thread of ours makes
//! them all, one after the other. Here is its other side: callers wait with a time limit, and
//! nobody waits behind a dialog.

mod backend;
#[cfg(any(target_os = "macos", target_os = "windows"))]
mod native;
#[cfg(all(
    unix,
    not(any(target_os = "macos", target_os = "ios", target_os = "android"))
))]
mod secret_service;
mod thread;

use std::{sync::mpsc, time::Duration};

use async_trait::async_trait;
use secrecy::SecretString;
use tokio::{
    sync::{oneshot, watch},
    time::{Instant, sleep_until},
};

use super::{Item, SecretStore, StoreError, StoreName, UnlockDialog};
pub use backend::{Ask, Backend};
use thread::{Deliver, Job};

/// What the keyring's thread is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activity {
    /// Nothing.
    Idle,
    /// A call, within its time limit.
    Working,
    /// A call that waits for the user in an unlock dialog.
    Asking,
    /// A call that outlived its time limit. Most likely a dialog nobody told us of.
    Stuck,
}

/// How long callers wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyringLimits {
    /// For an answer.
    pub reply: Duration,
    /// For an answer, from the moment an unlock dialog opened for this call.
    pub dialog: Duration,
}

impl Default for KeyringLimits {
    /// 3 s, and 2 min for a person to type a password.
    fn default() -> Self {
        Self {
            reply: Duration::from_secs(3),
            dialog: Duration::from_secs(120),
        }
    }
}

/// The [`SecretStore`] of the operating system: Keychain, Credential Manager, or whatever answers
/// to the Secret Service.
///
/// While a call sits in a dialog, or is past its time limit, every other call is answered
/// [`StoreError::Locked`] at once. Dropping it joins nothing, so a dialog cannot hold up the end of
/// the program.
#[derive(Debug)]
pub struct Keyring {
    jobs: mpsc::Sender<Job>,
    state: watch::Sender<State>,
    limits: KeyringLimits,
}

/// What the thread does, and for which job: the number counts jobs that were begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct State {
    begun: u64,
    activity: Activity,
}

impl Keyring {
    /// The keyring of this system. Nothing is asked of it before the first call.
    pub fn new(limits: KeyringLimits) -> Self {
        Self::with_backend(backend::of_this_system, limits)
    }

    /// Over another backend, for tests. `make` runs on the keyring's thread, again after a panic.
    pub fn with_backend<B: Backend + 'static>(
        make: impl FnMut() -> B + Send + 'static,
        limits: KeyringLimits,
    ) -> Self {
        let state = watch::Sender::new(State {
            begun: 0,
            activity: Activity::Idle,
        });
        let jobs = thread::start(make, state.clone());
        Self {
            jobs,
            state,
            limits,
        }
    }

    /// What the thread is doing right now.
    pub fn activity(&self) -> Activity {
        self.state.borrow().activity
    }

    /// Waits until the thread is free, for example for the user to answer a dialog: the moment to
    /// try again what was answered [`StoreError::Locked`].
    pub async fn idle(&self) {
        let is_idle = |state: &State| state.activity == Activity::Idle;
        // The sender is in `self`, so the channel cannot be closed.
        let _ = self.state.subscribe().wait_for(is_idle).await;
    }

    async fn call<T: Send + 'static>(
        &self,
        dialog: UnlockDialog,
        work: impl FnOnce(&mut dyn Backend, &Ask<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let mut states = self.state.subscribe();
        let before = *states.borrow_and_update();
        if matches!(before.activity, Activity::Asking | Activity::Stuck) {
            return Err(StoreError::Locked);
        }
        let (begun, mut begins) = oneshot::channel();
        let (reply, mut answer) = oneshot::channel();
        let job = Job {
            dialog,
            begun,
            work: Box::new(move |backend, ask| -> Deliver {
                let result = work(backend, ask);
                Box::new(move || drop(reply.send(result)))
            }),
        };
        self.jobs.send(job).map_err(|_| gone())?;

        // The number of our job, once the thread has begun it.
        let mut ours = None;
        let mut limit = self.limits.reply;
        let mut deadline = Instant::now() + limit;
        loop {
            tokio::select! {
                biased;
                result = &mut answer => {
                    return result.unwrap_or_else(|_| Err(gone()));
                }
                number = &mut begins, if ours.is_none() => {
                    ours = Some(number.map_err(|_| gone())?);
                }
                changed = states.changed() => {
                    changed.map_err(|_| gone())?;
                    let state = *states.borrow_and_update();
                    if ours.is_none() {
                        ours = begins.try_recv().ok();
                    }
                    let is_ours = ours == Some(state.begun);
                    match state.activity {
                        Activity::Asking if is_ours => {
                            limit = self.limits.dialog;
                            deadline = Instant::now() + limit;
                        }
                        Activity::Asking | Activity::Stuck if !is_ours => {
                            return Err(StoreError::Locked);
                        }
                        Activity::Idle | Activity::Working | Activity::Asking | Activity::Stuck => {}
                    }
                }
                () = sleep_until(deadline) => {
                    // Either our call is the one that hangs, or one that was running when we came
                    // and whose caller has gone.
                    self.state.send_if_modified(|state| {
                        let hangs = ours == Some(state.begun) || before == *state;
                        let stuck = hangs && state.activity != Activity::Idle;
                        if stuck {
                            state.activity = Activity::Stuck;
                        }
                        stuck
                    });
                    return Err(StoreError::TimedOut { after: limit });
                }
            }
        }
    }
}

/// The thread has ended or dropped the call: it could not be started, or a call panicked.
fn gone() -> StoreError {
    StoreError::Broken {
        detail: "the keyring's thread ended during the call".to_owned(),
    }
}

#[async_trait]
impl SecretStore for Keyring {
    async fn get(&self, item: &Item, dialog: UnlockDialog) -> Result<SecretString, StoreError> {
        let item = item.clone();
        self.call(dialog, move |backend, ask| backend.get(&item, ask))
            .await
    }

    async fn put(
        &self,
        item: &Item,
        secret: &SecretString,
        dialog: UnlockDialog,
    ) -> Result<(), StoreError> {
        let (item, secret) = (item.clone(), secret.clone());
        self.call(dialog, move |backend, ask| backend.put(&item, &secret, ask))
            .await
    }

    async fn delete(&self, item: &Item, dialog: UnlockDialog) -> Result<(), StoreError> {
        let item = item.clone();
        self.call(dialog, move |backend, ask| backend.delete(&item, ask))
            .await
    }

    async fn look(&self) -> Result<(), StoreError> {
        self.call(UnlockDialog::Never, |backend, ask| backend.look(ask))
            .await
    }

    fn name(&self) -> StoreName {
        StoreName::Keyring
    }
}
