//! The one thread that talks to the keyring.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc,
};

use tokio::sync::{oneshot, watch};

use super::{Activity, Ask, Backend, State};
use crate::UnlockDialog;

/// Hands an answer to its caller.
pub(super) type Deliver = Box<dyn FnOnce()>;

/// What a call does on the thread.
pub(super) type Work = Box<dyn FnOnce(&mut dyn Backend, &Ask<'_>) -> Deliver + Send>;

/// One call.
pub(super) struct Job {
    pub(super) dialog: UnlockDialog,
    /// Told the job's number when it begins. Closed when the caller has gone.
    pub(super) begun: oneshot::Sender<u64>,
    pub(super) work: Work,
}

/// Starts the thread. It ends when all senders are gone and the call it is in returns; nobody
/// waits for that. If it cannot be started, the sender finds no receiver.
pub(super) fn start<B: Backend + 'static>(
    make: impl FnMut() -> B + Send + 'static,
    state: watch::Sender<State>,
) -> mpsc::Sender<Job> {
    let (sender, jobs) = mpsc::channel();
    let started = std::thread::Builder::new()
        .name("keyring".to_owned())
        .spawn(move || serve(make, &jobs, &state));
    if let Err(error) = started {
        tracing::error!(%error, "the keyring's thread could not be started");
    }
    sender
}

fn serve<B: Backend>(
    mut make: impl FnMut() -> B,
    jobs: &mpsc::Receiver<Job>,
    state: &watch::Sender<State>,
) {
    let mut backend = make();
    for Job {
        dialog,
        begun,
        work,
    } in jobs
    {
        let number = state.borrow().begun + 1;
        // The caller hears its number before it can hear of the state. One that was told "locked"
        // or gave up hears nothing more, and must not have its call made later.
        if begun.send(number).is_err() {
            continue;
        }
        state.send_replace(State {
            begun: number,
            activity: Activity::Working,
        });
        let opening = || state.send_modify(|state| state.activity = Activity::Asking);
        let ask = Ask::new(dialog, &opening);
        let result = catch_unwind(AssertUnwindSafe(|| work(&mut backend, &ask)));
        // Free before the answer is out, or a caller's next call would find its own dialog.
        state.send_modify(|state| state.activity = Activity::Idle);
        match result {
            Ok(deliver) => deliver(),
            Err(_) => {
                tracing::error!("a keyring call panicked; the connection is made anew");
                backend = make();
            }
        }
    }
}
