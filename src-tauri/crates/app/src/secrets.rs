//! The secret window's other half: which account is being added, and what becomes of the secret.

use credentials::{Access, Item, Keeping, StoreError, UnlockDialog};
use secrecy::SecretString;

use crate::accounts::{Consent, NewAccount};
use crate::aloft::{Aloft, held};
use crate::contract::{BeginAccount, KeepingView, Notice, Problem, ProblemKind};
use crate::desktop::SecretAsked;
use crate::problems;
use crate::words;

/// The account that the secret window is open for, and what is known of the keyring.
#[derive(Default)]
pub(crate) struct SecretPrompt {
    /// Counts openings, so that a window that closes late does not end its successor.
    opening: u64,
    pending: Option<NewAccount>,
    /// What the keyring said last; `None` before it was asked.
    pub(crate) keyring: Option<Result<(), Problem>>,
}

impl Aloft {
    /// Checks what was filled in, then asks for the secret in a window of its own.
    pub(crate) async fn begin_account(&self, filled: BeginAccount) -> Result<(), Problem> {
        self.refuse_while_locked().await?;
        let new = NewAccount {
            label: filled.label,
            cloud_name: filled.cloud_name,
            access: Access::Signed {
                api_key: filled.api_key,
                algorithm: Default::default(),
                version: Default::default(),
            },
            host: filled.host,
        };
        let shaped = self.shaped(&new, Keeping::Keyring)?;
        self.agreed_to_host(&shaped, Consent::Ask).await?;
        let Access::Signed { api_key, .. } = shaped.access else {
            return Err(problems::problem(
                ProblemKind::Internal,
                words::problem::unsigned_no_secret(),
            ));
        };
        let _alone = self.0.opening_secret.lock().await;
        let opening = {
            let mut prompt = held(&self.0.prompt);
            prompt.opening += 1;
            prompt.pending = Some(new);
            prompt.opening
        };
        let asked = SecretAsked {
            label: shaped.label,
            cloud_name: shaped.cloud_name,
            api_key,
        };
        let opened = self.0.desktop.open_secret_window(asked).await;
        if opened.is_err() {
            self.secret_closed(opening);
        }
        opened
    }

    /// The secret as it was typed. On success the window can go.
    ///
    /// # Errors
    /// When it has the wrong shape or cannot be kept; the window stays and says so.
    pub async fn submit_secret(
        &self,
        secret: SecretString,
        keeping: KeepingView,
    ) -> Result<(), Problem> {
        self.refuse_while_locked().await?;
        let (opening, pending) = {
            let prompt = held(&self.0.prompt);
            (prompt.opening, prompt.pending.clone())
        };
        let Some(new) = pending else {
            return Err(problems::problem(
                ProblemKind::Gone,
                words::problem::no_secret_awaited(),
            ));
        };
        let keeping = match keeping {
            KeepingView::Keyring | KeepingView::Nothing => Keeping::Keyring,
            KeepingView::Session => Keeping::SessionOnly,
            KeepingView::Vault => Keeping::Vault,
        };
        // The host was agreed to before the window opened.
        let account = self
            .add_account(&new, Some(secret), keeping, Consent::Given)
            .await?;
        self.secret_closed(opening);
        self.notify(Notice::AccountAdded(account.id.to_string()));
        Ok(())
    }

    /// Which opening of the secret window is current.
    pub fn secret_opening(&self) -> u64 {
        held(&self.0.prompt).opening
    }

    /// The secret window closed; `opening` is what [`Aloft::secret_opening`] said when it opened.
    pub fn secret_closed(&self, opening: u64) {
        let mut prompt = held(&self.0.prompt);
        if prompt.opening == opening {
            prompt.pending = None;
        }
    }

    /// Whatever the secret window is open for is not wanted any more.
    pub(crate) fn forget_prompt(&self) {
        held(&self.0.prompt).pending = None;
    }

    /// Asks the keyring whether it is there, without opening its dialog.
    pub(crate) async fn look_at_keyring(&self) {
        let found = self.keyring_answers().await;
        held(&self.0.prompt).keyring = Some(found);
        self.accounts_have_changed();
    }

    /// Whether the keyring answers: asking for an item that cannot be there must say just that.
    pub(crate) async fn keyring_answers(&self) -> Result<(), Problem> {
        let nobody = Item {
            cloud_name: "aloft".to_owned(),
            api_key: "doctor".to_owned(),
        };
        match self.0.keyring.get(&nobody, UnlockDialog::Never).await {
            Ok(_) | Err(StoreError::Missing) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}
