//! The lock. While Aloft is locked no process of it asks a store for a secret, none holds one, and uploads wait.
//!
//! It keeps out whoever sits down at a computer that was left alone, and nobody else: another program of the same user
//! may unlock too, and may ask the keyring itself.

mod idle;

use credentials::{Account, Keeping, StoreErrorKind, UnlockDialog};
use tokio::sync::watch;

use crate::aloft::{Aloft, held};
use crate::audit::{Action, Word};
use crate::contract::{Problem, ProblemKind};
use crate::desktop::Question;
use crate::vault::VaultState;
use crate::{messages, problems, words};

pub(crate) use idle::Idle;
pub use idle::WallClock;

/// What locked Aloft without being asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Away {
    /// The screen was locked.
    ScreenLocked,
    /// The computer is about to sleep.
    Sleeps,
}

impl Aloft {
    /// Whether Aloft is locked, also when another process did it a moment ago.
    ///
    /// # Errors
    /// When the queue cannot be read.
    pub async fn is_locked(&self) -> Result<bool, Problem> {
        Ok(self.0.queue.lock_now().await?.locked)
    }

    /// Follows [`Aloft::is_locked`].
    pub fn lock_state(&self) -> watch::Receiver<bool> {
        self.0.queue.lock_state()
    }

    /// The same as far as this process has heard, for what is shown.
    pub(crate) fn is_known_locked(&self) -> bool {
        *self.lock_state().borrow()
    }

    /// Locks every process of Aloft, until somebody unlocks it: a restart does not. When this returns, this process holds
    /// no secret any more but in requests that end now.
    ///
    /// # Errors
    /// When the queue cannot be written; what this process holds is let go of all the same.
    pub async fn lock(&self) -> Result<(), Problem> {
        self.lock_because("asked").await
    }

    /// The same for a reason that stands in the audit log. A log that cannot be written keeps nothing open.
    pub(crate) async fn lock_because(&self, reason: &str) -> Result<(), Problem> {
        let before = self.0.queue.lock_now().await;
        let locked = self.0.queue.lock().await;
        self.let_go_of_secrets();
        locked?;
        if before.is_ok_and(|lock| !lock.locked) {
            let reason = Word::new(reason);
            self.write_down_after(Action::Locked { reason }, None).await;
        }
        Ok(())
    }

    /// The same for a person in a window: what would be lost by it is named first.
    pub(crate) async fn lock_asking(&self) -> Result<(), Problem> {
        let lost = self.kept_for_session()?;
        if !lost.is_empty() {
            let labels: Vec<_> = lost.into_iter().map(|account| account.label).collect();
            let question = Question {
                title: messages::dialog_lock_title(),
                body: messages::dialog_lock_body(&labels.join(", ")),
                yes: messages::dialog_lock_yes(),
            };
            if !self.0.desktop.confirm(question).await {
                let words = words::problem::not_locked();
                return Err(problems::problem(ProblemKind::Declined, words));
            }
        }
        self.lock().await
    }

    /// The user is away, as the system says: locks where the settings want that. Nothing of the kind ever unlocks.
    ///
    /// # Errors
    /// As [`Aloft::lock`].
    pub async fn lock_when_away(&self, away: Away) -> Result<(), Problem> {
        if !self.settings().lock_when_away {
            return Ok(());
        }
        tracing::info!(?away, "locking");
        let reason = match away {
            Away::ScreenLocked => "screen",
            Away::Sleeps => "sleep",
        };
        self.lock_because(reason).await
    }

    /// The end of a program with windows: as [`Aloft::close`], locked first where the settings want that.
    pub async fn quit(&self) {
        if self.settings().lock_at_quit
            && let Err(problem) = self.lock_because("quit").await
        {
            tracing::warn!("Aloft could not be locked: {problem}");
        }
        self.close().await;
    }

    /// Lets every process go on. The keyring's own lock is respected: it may ask for its password, and what it refuses or
    /// does not answer in time leaves Aloft locked.
    ///
    /// # Errors
    /// Why a store stays shut, or that Aloft was locked again meanwhile.
    pub async fn unlock(&self) -> Result<(), Problem> {
        let lock = self.0.queue.lock_now().await?;
        if !lock.locked {
            return Ok(());
        }
        self.open_stores().await?;
        if !self.0.queue.unlock(lock.times).await? && self.is_locked().await? {
            let words = words::problem::locked_again();
            return Err(problems::problem(ProblemKind::Locked, words));
        }
        self.write_down_after(Action::Unlocked, None).await;
        self.used();
        Ok(())
    }

    /// The guarded way: a page may ask, and a native dialog decides.
    pub(crate) async fn unlock_asking(&self) -> Result<(), Problem> {
        if !self.is_locked().await? {
            return Ok(());
        }
        let question = Question {
            title: messages::dialog_unlock_title(),
            body: messages::dialog_unlock_body(),
            yes: messages::dialog_unlock_yes(),
        };
        if !self.0.desktop.confirm(question).await {
            let words = words::problem::stays_locked();
            return Err(problems::problem(ProblemKind::Declined, words));
        }
        self.unlock().await?;
        let kept_there = |account: &Account| account.keeping == Keeping::Vault;
        if self.vault_state() == VaultState::Locked && self.0.book.list()?.iter().any(kept_there) {
            self.unlock_vault_asking().await?;
        }
        Ok(())
    }

    /// Runs what holds a secret. It is dropped at the moment of a lock, and all it holds with it: every secret in this
    /// process lives within such a call, in the stores, or is being put into one, which goes to its end.
    ///
    /// # Errors
    /// That Aloft is, or has just been, locked.
    pub(crate) async fn while_unlocked<T>(
        &self,
        work: impl Future<Output = T>,
    ) -> Result<T, Problem> {
        self.refuse_while_locked().await?;
        let mut state = self.lock_state();
        tokio::select! {
            biased;
            _ = state.wait_for(|locked| *locked) => Err(locked()),
            done = work => Ok(done),
        }
    }

    /// For what brings a secret in, before it is read.
    pub(crate) async fn refuse_while_locked(&self) -> Result<(), Problem> {
        match self.is_locked().await? {
            true => Err(locked()),
            false => Ok(()),
        }
    }

    /// Lets go of what this process holds, at once if Aloft is locked, and whenever another process locks it.
    pub(crate) fn heed_lock(&self) {
        let weak = std::sync::Arc::downgrade(&self.0);
        let mut state = self.lock_state();
        tokio::spawn(async move {
            loop {
                let locked = *state.borrow_and_update();
                let Some(aloft) = weak.upgrade().map(Self) else {
                    return;
                };
                if locked {
                    aloft.let_go_of_secrets();
                }
                drop(aloft);
                if state.changed().await.is_err() {
                    return;
                }
            }
        });
    }

    fn let_go_of_secrets(&self) {
        self.0.session.clear();
        self.0.vault.lock();
        self.forget_prompt();
        self.forget_backup();
        self.0.desktop.close_secret_window();
        let aloft = self.clone();
        tokio::spawn(async move { aloft.take_back_copied().await });
    }

    /// Accounts whose secret is in this process's memory and nowhere else.
    fn kept_for_session(&self) -> Result<Vec<Account>, Problem> {
        if self.0.session.is_empty() {
            return Ok(Vec::new());
        }
        let mut accounts = self.0.book.list()?;
        accounts.retain(|account| {
            account.keeping == Keeping::SessionOnly && account.origin == credentials::Origin::Saved
        });
        Ok(accounts)
    }

    /// Has the stores open themselves. One item stands for the whole keyring: its own lock opens with the first.
    /// The vault is opened after this, by [`Aloft::unlock_asking`]: its passphrase is typed in the secret window.
    async fn open_stores(&self) -> Result<(), Problem> {
        let mut accounts = self.0.book.list()?;
        accounts.retain(|account| account.keeping == Keeping::Keyring);
        let active = self.0.book.active()?.map(|account| account.id);
        let first = accounts
            .iter()
            .find(|account| active.as_ref() == Some(&account.id))
            .or(accounts.first());
        let Some(account) = first else {
            return Ok(());
        };
        let Err(error) = self.0.secrets.get(account, UnlockDialog::Allow).await else {
            return Ok(());
        };
        match error.kind() {
            StoreErrorKind::Locked | StoreErrorKind::Denied | StoreErrorKind::TimedOut => {
                Err(error.into())
            }
            // trouble of that account, which its next upload tells: it must not keep all others shut
            StoreErrorKind::Missing
            | StoreErrorKind::NoStore
            | StoreErrorKind::NoCollection
            | StoreErrorKind::Ambiguous
            | StoreErrorKind::Unreadable
            | StoreErrorKind::Broken => Ok(()),
        }
    }

    /// The user did something in a window of Aloft's, or with its tray.
    pub fn used(&self) {
        if let Some(idle) = held(&self.0.idle).as_mut() {
            idle.used();
        }
    }
}

/// What is asked for while Aloft is locked.
pub(crate) fn locked() -> Problem {
    problems::problem(ProblemKind::Locked, words::problem::locked())
}
