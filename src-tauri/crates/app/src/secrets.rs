//! The secret window's other half: what it was opened for, and what becomes of what is typed there. What its page may do
//! is decided here: a page that asks for anything else is told that nobody waits for it.

use credentials::{Access, AccountId, Keeping, StoreError};
use secrecy::SecretString;

use crate::accounts::{Consent, NewAccount};
use crate::aloft::{Aloft, held};
use crate::backup::BackupWish;
use crate::contract::{BeginAccount, KeepingView, Notice, Problem, ProblemKind};
use crate::desktop::{SecretAsked, SecretMode};
use crate::problems;
use crate::vault::VaultState;
use crate::words;

/// What the secret window is open for.
#[derive(Clone, Debug)]
pub(crate) enum Pending {
    /// The secret of a new account.
    Add(NewAccount),
    /// The secret of a second key.
    SecondKey { account: AccountId, api_key: String },
    /// Showing a secret, once.
    Reveal(AccountId),
    /// A backup's passphrase.
    Backup(BackupWish),
    /// The vault's passphrase, and the account whose secret goes there then.
    Passphrase { keep: Option<AccountId> },
    /// The vault's passphrase, and a new one for it.
    ChangePassphrase,
}

/// What the secret window is open for, and what is known of the keyring.
#[derive(Default)]
pub(crate) struct SecretPrompt {
    /// Counts openings, so that a window that closes late does not end its successor.
    pub(crate) opening: u64,
    pub(crate) pending: Option<Pending>,
    /// What the keyring said last; `None` before it was asked.
    pub(crate) keyring: Option<Result<(), Problem>>,
}

impl Aloft {
    /// Checks what was filled in, then asks for the secret in a window of its own.
    pub(crate) async fn begin_account(&self, filled: BeginAccount) -> Result<(), Problem> {
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
        let asked = SecretAsked::of(&shaped, SecretMode::Type);
        self.open_prompt(asked, Pending::Add(new)).await
    }

    /// Opens the secret window; one that was open is gone by then, and what it was open for with it.
    pub(crate) async fn open_prompt(
        &self,
        asked: SecretAsked,
        pending: Pending,
    ) -> Result<(), Problem> {
        let asked = SecretAsked {
            vault: self.vault_state(),
            ..asked
        };
        let _alone = self.0.opening_secret.lock().await;
        self.refuse_while_locked().await?;
        let opening = {
            let mut prompt = held(&self.0.prompt);
            prompt.opening += 1;
            prompt.pending = Some(pending);
            prompt.opening
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
        let new = match pending {
            Some(Pending::Add(new)) => new,
            Some(Pending::SecondKey { account, api_key }) => {
                self.second_key_typed(&account, &api_key, &secret).await?;
                self.secret_closed(opening);
                return Ok(());
            }
            Some(
                Pending::Reveal(_)
                | Pending::Passphrase { .. }
                | Pending::ChangePassphrase
                | Pending::Backup(_),
            )
            | None => return Err(nobody_waits()),
        };
        let keeping = keeping_of(keeping);
        // The host was agreed to before the window opened.
        let account = self
            .add_account(&new, Some(secret), keeping, Consent::Given)
            .await?;
        self.secret_closed(opening);
        self.notify(Notice::AccountAdded(account.id.to_string()));
        Ok(())
    }

    /// The vault's passphrase as it was typed: a new one where there is no vault. Answers whether the window has nothing
    /// left to do; where it waits for a secret too, that may be kept in the vault now.
    ///
    /// # Errors
    /// When it is too weak or wrong, the vault cannot be used, or nobody waits for it.
    pub async fn submit_passphrase(&self, passphrase: SecretString) -> Result<bool, Problem> {
        let (opening, pending) = {
            let prompt = held(&self.0.prompt);
            (prompt.opening, prompt.pending.clone())
        };
        match pending {
            Some(Pending::Add(_)) => {
                self.open_vault(&passphrase).await?;
                Ok(false)
            }
            Some(Pending::Passphrase { keep }) => {
                self.open_vault(&passphrase).await?;
                if let Some(id) = keep {
                    let account = self.required(id.as_str())?;
                    self.keep_secret(&account, Keeping::Vault).await?;
                }
                self.secret_closed(opening);
                Ok(true)
            }
            Some(Pending::Backup(wish)) => {
                self.backup_passphrase(wish, &passphrase).await?;
                self.secret_closed(opening);
                Ok(true)
            }
            Some(Pending::SecondKey { .. } | Pending::Reveal(_) | Pending::ChangePassphrase)
            | None => Err(nobody_waits()),
        }
    }

    /// The vault's passphrase and the new one for it, as they were typed. On success the window can go.
    ///
    /// # Errors
    /// Those of [`Aloft::change_vault_passphrase`]; also when nobody waits for it.
    pub async fn submit_new_passphrase(
        &self,
        old: SecretString,
        new: SecretString,
    ) -> Result<(), Problem> {
        let opening = {
            let prompt = held(&self.0.prompt);
            let Some(Pending::ChangePassphrase) = prompt.pending else {
                return Err(nobody_waits());
            };
            prompt.opening
        };
        self.change_vault_passphrase(&old, &new).await?;
        self.secret_closed(opening);
        self.notify(Notice::PassphraseChanged);
        Ok(())
    }

    /// Asks for the vault's passphrase and a new one in the secret window.
    pub(crate) async fn change_passphrase_asking(&self) -> Result<(), Problem> {
        let asked = SecretAsked::of_vault(SecretMode::ChangePassphrase);
        self.open_prompt(asked, Pending::ChangePassphrase).await
    }

    /// Asks for the vault's passphrase in the secret window.
    pub(crate) async fn unlock_vault_asking(&self) -> Result<(), Problem> {
        let asked = SecretAsked::of_vault(SecretMode::Passphrase);
        let pending = Pending::Passphrase { keep: None };
        self.open_prompt(asked, pending).await
    }

    /// Keeps an account's secret elsewhere; where that is a vault that is not open, its passphrase is asked for first.
    /// Answers whether it is done already.
    pub(crate) async fn keep_secret_asking(
        &self,
        id: &str,
        keeping: KeepingView,
    ) -> Result<bool, Problem> {
        let account = self.required(id)?;
        let to = keeping_of(keeping);
        if to == Keeping::Vault && self.vault_state() != VaultState::Open {
            let pending = Pending::Passphrase {
                keep: Some(account.id),
            };
            let asked = SecretAsked::of_vault(SecretMode::Passphrase);
            self.open_prompt(asked, pending).await?;
            return Ok(false);
        }
        self.keep_secret(&account, to).await?;
        Ok(true)
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
        let found = match self.0.keyring.look().await {
            // The first secret makes one: a dialog asks for its password.
            Ok(()) | Err(StoreError::NoCollection) => Ok(()),
            Err(error) => Err(error.into()),
        };
        held(&self.0.prompt).keyring = Some(found);
        self.accounts_have_changed();
    }
}

fn keeping_of(keeping: KeepingView) -> Keeping {
    match keeping {
        KeepingView::Keyring | KeepingView::Nothing => Keeping::Keyring,
        KeepingView::Session => Keeping::SessionOnly,
        KeepingView::Vault => Keeping::Vault,
    }
}

fn nobody_waits() -> Problem {
    problems::problem(ProblemKind::Gone, words::problem::no_secret_awaited())
}
