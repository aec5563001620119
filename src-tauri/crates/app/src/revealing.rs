//! A secret shown, or put on the clipboard: each time the user is asked in a native dialog that names the account, and
//! each time for a moment only.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use credentials::{Account, UnlockDialog};
use secrecy::{ExposeSecret, SecretString};

use crate::aloft::{Aloft, held};
use crate::audit::Action;
use crate::contract::{Problem, ProblemKind};
use crate::desktop::{Question, SecretAsked, SecretMode};
use crate::secrets::Pending;
use crate::words::problem as p;
use crate::{messages, problems};

/// How long a secret is shown.
pub const SHOWN_FOR: Duration = Duration::from_secs(10);
/// How long a secret stays on the clipboard.
const COPIED_FOR: Duration = Duration::from_secs(30);

/// What was put on the clipboard, as something that tells whether it is still there without being it.
#[derive(Clone, Default)]
pub(crate) struct OnClipboard(Option<Mark>);

#[derive(Clone)]
struct Mark {
    state: RandomState,
    hash: u64,
}

impl OnClipboard {
    fn of(secret: &SecretString) -> Self {
        let state = RandomState::new();
        let hash = state.hash_one(secret.expose_secret());
        Self(Some(Mark { state, hash }))
    }

    fn hash(&self) -> Option<u64> {
        self.0.as_ref().map(|mark| mark.hash)
    }
}

impl Aloft {
    /// Guarded: a native dialog names the account, then the secret window shows its secret.
    pub(crate) async fn reveal_asking(&self, id: &str) -> Result<(), Problem> {
        self.refuse_while_locked().await?;
        let account = self.with_a_secret(id)?;
        let question = Question {
            title: messages::dialog_reveal_title(),
            body: messages::dialog_reveal_body(&account.label),
            yes: messages::dialog_reveal_yes(),
        };
        self.agreed(question, &account).await?;
        let asked = SecretAsked::of(&account, SecretMode::Reveal);
        let pending = Pending::Reveal(account.id.clone());
        self.open_prompt(asked, pending).await
    }

    /// The secret that the secret window was opened to show; given once. The window is closed after [`SHOWN_FOR`],
    /// whatever its page does.
    ///
    /// # Errors
    /// When the window was not opened for that, or the secret cannot be had.
    pub async fn revealed(&self) -> Result<SecretString, Problem> {
        let (opening, id) = {
            let mut prompt = held(&self.0.prompt);
            let opening = prompt.opening;
            match prompt.pending.take() {
                Some(Pending::Reveal(id)) => (opening, id),
                other => {
                    prompt.pending = other;
                    return Err(no_longer());
                }
            }
        };
        let account = self.required(id.as_str())?;
        let secret = self.secret(&account, UnlockDialog::Allow).await?;
        self.write_down_before(Action::Revealed, &account).await?;
        tracing::info!(account = account.id.as_str(), "secret revealed");
        let aloft = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(SHOWN_FOR).await;
            if aloft.secret_opening() == opening {
                aloft.0.desktop.close_secret_window();
            }
        });
        Ok(secret)
    }

    /// Guarded: a native dialog names the account, then its secret is on the clipboard, marked as sensitive, for
    /// [`COPIED_FOR`] or until Aloft quits; what is copied meanwhile stays.
    pub(crate) async fn copy_secret_asking(&self, id: &str) -> Result<(), Problem> {
        self.refuse_while_locked().await?;
        let account = self.with_a_secret(id)?;
        let question = Question {
            title: messages::dialog_copy_secret_title(),
            body: messages::dialog_copy_secret_body(&account.label),
            yes: messages::dialog_copy_secret_yes(),
        };
        self.agreed(question, &account).await?;
        self.while_unlocked(self.copied(&account)).await?
    }

    async fn copied(&self, account: &Account) -> Result<(), Problem> {
        let secret = self.secret(account, UnlockDialog::Allow).await?;
        self.write_down_before(Action::Copied, account).await?;
        self.copy_for_a_moment(secret).await?;
        tracing::info!(account = account.id.as_str(), "secret copied");
        Ok(())
    }

    /// Puts a secret, or a token, on the clipboard, marked as sensitive, for [`COPIED_FOR`].
    pub(crate) async fn copy_for_a_moment(&self, secret: SecretString) -> Result<(), Problem> {
        let mark = OnClipboard::of(&secret);
        // Noted and timed before it is there: it may get there although this ends meanwhile, or hears no answer.
        *held(&self.0.on_clipboard) = mark.clone();
        let aloft = self.clone();
        tokio::spawn(async move { aloft.take_back_in_time(&mark).await });
        self.0.desktop.copy_secret(secret).await
    }

    /// Tries until it is done, or something newer was copied: the clipboard may not answer.
    async fn take_back_in_time(&self, mark: &OnClipboard) {
        let is_there = || held(&self.0.on_clipboard).hash() == mark.hash();
        loop {
            tokio::time::sleep(COPIED_FOR).await;
            if !is_there() {
                return;
            }
            self.take_back_copied().await;
        }
    }

    /// Clears the clipboard if a secret is on it that was put there from here. It stays noted until that is done, for
    /// whoever tries next or at the same time.
    pub(crate) async fn take_back_copied(&self) {
        let copied = held(&self.0.on_clipboard).clone();
        let Some(Mark { state, hash }) = copied.0 else {
            return;
        };
        let is_it = move |text: &str| state.hash_one(text) == hash;
        match self.0.desktop.clear_copied(Box::new(is_it)).await {
            Ok(()) => {
                let mut now = held(&self.0.on_clipboard);
                if now.hash() == Some(hash) {
                    *now = OnClipboard::default();
                }
            }
            Err(problem) => tracing::warn!("the clipboard was not cleared: {problem}"),
        }
    }

    async fn agreed(&self, question: Question, account: &Account) -> Result<(), Problem> {
        if self.0.desktop.confirm(question).await {
            return Ok(());
        }
        let words = p::secret_kept_hidden(&account.label);
        Err(problems::problem(ProblemKind::Declined, words))
    }

    fn with_a_secret(&self, id: &str) -> Result<Account, Problem> {
        let account = self.required(id)?;
        if account.item().is_some() {
            return Ok(account);
        }
        let words = p::no_secret(&account.label);
        Err(problems::problem(ProblemKind::NotSigned, words))
    }
}

fn no_longer() -> Problem {
    problems::problem(ProblemKind::Gone, p::secret_not_asked_for())
}
