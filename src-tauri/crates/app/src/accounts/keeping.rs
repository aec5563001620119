//! A secret and its account, kept together: in turns, and both or neither.

use credentials::{Account, BookError, Turn, UnlockDialog, Verification};
use secrecy::{ExposeSecret, SecretString};

use super::Consent;
use crate::aloft::Aloft;
use crate::audit::Action;
use crate::contract::{Problem, ProblemKind};
use crate::desktop::Question;
use crate::{messages, problems, words};

impl Aloft {
    /// The host is agreed to, then the secret is kept, then the account: an account in the list
    /// always has its secret. An account of the same cloud name and key is there already when its
    /// secret is entered again: it is renewed, and what waited for it goes on.
    pub(super) async fn keep(
        &self,
        account: Account,
        secret: Option<SecretString>,
        consent: Consent,
    ) -> Result<Account, Problem> {
        let secret = match secret {
            Some(secret) => {
                // A lock lets go of it while the user is being asked.
                let account = &account;
                let asked = async move {
                    self.agreed_to_host(account, consent).await?;
                    self.agreed_to_replace(account, &secret).await?;
                    Ok::<_, Problem>(secret)
                };
                Some(self.while_unlocked(asked).await??)
            }
            None => {
                self.agreed_to_host(&account, consent).await?;
                None
            }
        };
        if self.saved_with_item_of(&account)?.is_none() {
            self.0.book.would_take(&account)?;
        }
        let turn = match &secret {
            Some(_) => Some(self.turn().await?),
            None => None,
        };
        let taken = async || match self.saved_with_item_of(&account)? {
            Some(saved) => Ok(self.renewed(&saved, &account)?),
            None => Ok(self.0.book.add(account.clone())?),
        };
        let entered = account.id.clone();
        let account = self.with_secret(&account, secret.as_ref(), taken).await?;
        drop(turn);
        let action = match account.id == entered {
            true => Action::Added,
            false => Action::Edited,
        };
        if action == Action::Edited {
            self.0.queue.forgive(account.id.as_str()).await?;
            self.start_sender(&account);
        }
        self.0.book.set_active(&account.id)?;
        self.accounts_have_changed();
        self.write_down_after(action, Some(&account)).await;
        self.verify_in_background(&account);
        Ok(account)
    }

    /// A secret that worked does not make room for another one without a word: the other one may be mistyped, or another
    /// key's. One that is gone, or was rejected, does.
    async fn agreed_to_replace(
        &self,
        entered: &Account,
        secret: &SecretString,
    ) -> Result<(), Problem> {
        let Some(saved) = self.saved_with_item_of(entered)? else {
            return Ok(());
        };
        if !matches!(saved.verification, Verification::Verified { .. }) {
            return Ok(());
        }
        let there = self.0.secrets.get(&saved, UnlockDialog::Allow).await;
        let Ok(Some(there)) = there else {
            return Ok(());
        };
        if there.expose_secret() == secret.expose_secret() {
            return Ok(());
        }
        drop(there);
        let question = Question {
            title: messages::dialog_replace_secret_title(),
            body: messages::dialog_replace_secret_body(&saved.label),
            yes: messages::dialog_replace_secret_yes(),
        };
        if self.0.desktop.confirm(question).await {
            return Ok(());
        }
        let words = words::problem::secret_stays(&saved.label);
        Err(problems::problem(ProblemKind::Declined, words))
    }

    fn saved_with_item_of(&self, entered: &Account) -> Result<Option<Account>, Problem> {
        let saved = self.0.book.list()?.into_iter();
        Ok(saved
            .filter(|saved| saved.item().is_some())
            .find(|saved| saved.item() == entered.item()))
    }

    /// The right to change secrets together with the list, for whoever holds a secret while waiting for it: a lock lets go
    /// of both.
    pub(crate) async fn turn(&self) -> Result<Turn, Problem> {
        Ok(self.while_unlocked(self.0.book.turn()).await??)
    }

    /// The account as it is now, in a turn. What a user decided about an account that looks otherwise by now is not done.
    pub(crate) fn still(&self, account: &Account) -> Result<Account, Problem> {
        let now = self.required(account.id.as_str())?;
        let same = (&now.cloud_name, &now.access, &now.host, now.keeping)
            == (
                &account.cloud_name,
                &account.access,
                &account.host,
                account.keeping,
            )
            && now.rotation == account.rotation;
        if same {
            return Ok(now);
        }
        let words = words::problem::account_changed_meanwhile(&account.label);
        Err(problems::problem(ProblemKind::Gone, words))
    }

    /// Puts a secret into the account's store and reads it back, then has the account taken. Whatever fails, the store is
    /// as it was. Only in a [turn](Aloft::turn). It goes to its end once it is begun: a lock that broke it off would leave a
    /// secret that no account names.
    pub(crate) async fn with_secret(
        &self,
        account: &Account,
        secret: Option<&SecretString>,
        taken: impl AsyncFnOnce() -> Result<Account, Problem>,
    ) -> Result<Account, Problem> {
        let Some(secret) = secret else {
            return taken().await;
        };
        let secrets = &self.0.secrets;
        let before = secrets.before(account, UnlockDialog::Allow);
        let before = self.while_unlocked(before).await??;
        let kept = secrets.keep(account, secret, UnlockDialog::Allow).await;
        let taken = match kept {
            Ok(true) => taken().await,
            Ok(false) => {
                let words = words::problem::secret_not_kept(&account.label);
                Err(problems::plain(ProblemKind::SecretDenied, words))
            }
            Err(error) => Err(error.into()),
        };
        if taken.is_err() {
            // The store is open, or nothing can be done there: nobody is asked again.
            secrets
                .put_back(account, &before, UnlockDialog::Never)
                .await;
        }
        taken
    }

    fn renewed(&self, saved: &Account, entered: &Account) -> Result<Account, BookError> {
        self.0.book.update(&saved.id, |account| {
            account.access = entered.access.clone();
            account.host = entered.host.clone();
            account.keeping = entered.keeping;
            account.verification = Verification::Unverified;
        })
    }
}
