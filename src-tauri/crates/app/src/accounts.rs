//! Accounts: added, chosen, verified and removed, with or without a network.

mod edit;
mod host;
mod keeping;
mod verify;

use std::sync::PoisonError;

use credentials::{
    Access, Account, AccountId, ApiHost, Delivery, Keeping, Origin, UnlockDialog, Verification,
    cloudinary_url, shape, shape::Fault,
};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};

use crate::aloft::{Aloft, held};
use crate::audit::Action;
use crate::contract::{AccountView, Problem, ProblemKind, UnsignedAccount};
use crate::desktop::{Clipboard, Question};
use crate::words::{self, Words, reason};
use crate::{messages, problems, state, trial};

pub use edit::AccountChanges;
pub use host::Consent;

/// What was filled in for a new account, its secret apart.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// What the user reads in lists; empty means the cloud name.
    pub label: String,
    /// The cloud name.
    pub cloud_name: String,
    /// How it may upload.
    pub access: Access,
    /// `default`, `eu`, `ap` or an address.
    pub host: String,
}

impl From<UnsignedAccount> for NewAccount {
    fn from(filled: UnsignedAccount) -> Self {
        Self {
            label: filled.label,
            cloud_name: filled.cloud_name,
            access: Access::Unsigned {
                upload_preset: filled.upload_preset,
            },
            host: filled.host,
        }
    }
}

/// One of the accounts that were read.
pub(crate) fn with_id<'a>(accounts: &'a [Account], id: &str) -> Option<&'a Account> {
    accounts.iter().find(|account| account.id.as_str() == id)
}

impl Aloft {
    /// All accounts: the environment's first, then the saved ones.
    ///
    /// # Errors
    /// When the account file cannot be read.
    pub fn accounts(&self) -> Result<Vec<Account>, Problem> {
        let mut accounts: Vec<_> = held(&self.0.environment).iter().cloned().collect();
        accounts.extend(self.0.book.list()?);
        Ok(accounts)
    }

    /// The account that new uploads go to.
    ///
    /// # Errors
    /// When the account file cannot be read.
    pub fn active_account(&self) -> Result<Option<Account>, Problem> {
        let environment = held(&self.0.environment).clone();
        match environment {
            Some(account) => Ok(Some(account)),
            None => Ok(self.0.book.active()?),
        }
    }

    /// The account with this label, id or cloud name; without a name the active one.
    ///
    /// # Errors
    /// When there is none, or more than one fits.
    pub fn account(&self, name: Option<&str>) -> Result<Account, Problem> {
        match name {
            Some(name) => Ok(self.0.book.find(name)?),
            None => self.active_account()?.ok_or_else(|| {
                problems::problem(ProblemKind::NoAccount, words::problem::no_account())
            }),
        }
    }

    /// Makes an account of a `CLOUDINARY_URL`, for this run only.
    ///
    /// # Errors
    /// Names the part of the address that is wrong.
    pub async fn use_environment(&self, url: &SecretString) -> Result<Account, Problem> {
        self.refuse_while_locked().await?;
        let parsed = parse_url(url)?;
        let (account, secret) = parsed.into_account(
            "environment",
            Origin::Environment,
            Keeping::SessionOnly,
            Timestamp::now(),
        );
        if let Some(secret) = secret {
            self.0
                .secrets
                .put(&account, &secret, UnlockDialog::Allow)
                .await?;
        }
        *self
            .0
            .environment
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(account.clone());
        Ok(account)
    }

    /// Adds the account that a `CLOUDINARY_URL` describes. `label` empty means the cloud name.
    ///
    /// # Errors
    /// Names the part of the address that is wrong, says why the secret could not be kept, or that
    /// its host was declined; nothing is added or changed then.
    pub async fn add_url(
        &self,
        url: &SecretString,
        label: &str,
        keeping: Keeping,
        consent: Consent,
    ) -> Result<Account, Problem> {
        self.refuse_while_locked().await?;
        let parsed = parse_url(url)?;
        let label = if label.trim().is_empty() {
            parsed.cloud_name.clone()
        } else {
            label.trim().to_owned()
        };
        let label = self.0.book.free_label(&label)?;
        let (account, secret) =
            parsed.into_account(&label, Origin::Saved, keeping, Timestamp::now());
        self.keep(account, secret, consent).await
    }

    /// Adds an account from what was filled in and its secret.
    ///
    /// # Errors
    /// Names the value that is wrong, or says why the secret could not be kept.
    pub async fn add_account(
        &self,
        new: &NewAccount,
        secret: Option<SecretString>,
        keeping: Keeping,
        consent: Consent,
    ) -> Result<Account, Problem> {
        let account = self.shaped(new, keeping)?;
        if let Some(secret) = &secret {
            self.refuse_while_locked().await?;
            shape::secret(secret.expose_secret())
                .map_err(|fault| bad_value(reason::api_secret(), fault))?;
        }
        self.keep(account, secret, consent).await
    }

    /// Checks the shape of what was filled in, offline.
    pub(crate) fn shaped(&self, new: &NewAccount, keeping: Keeping) -> Result<Account, Problem> {
        let cloud_name = new.cloud_name.trim();
        shape::cloud_name(cloud_name).map_err(|fault| bad_value(reason::cloud_name(), fault))?;
        let (access, keeping) = match &new.access {
            Access::Signed {
                api_key,
                algorithm,
                version,
            } => {
                let api_key = api_key.trim();
                shape::api_key(api_key).map_err(|fault| bad_value(reason::api_key(), fault))?;
                let access = Access::Signed {
                    api_key: api_key.to_owned(),
                    algorithm: *algorithm,
                    version: *version,
                };
                (access, keeping)
            }
            Access::Unsigned { upload_preset } => {
                let upload_preset = upload_preset.trim().to_owned();
                if upload_preset.is_empty() {
                    return Err(bad_value(reason::upload_preset(), Fault::Missing));
                }
                (Access::Unsigned { upload_preset }, Keeping::Nothing)
            }
        };
        let host = ApiHost::parse(&new.host)
            .map_err(|fault| problems::problem(ProblemKind::BadValue, problems::of_host(fault)))?;
        let label = if new.label.trim().is_empty() {
            cloud_name
        } else {
            new.label.trim()
        };
        Ok(Account {
            id: AccountId::random(),
            label: self.0.book.free_label(label)?,
            cloud_name: cloud_name.to_owned(),
            access,
            host,
            verification: Verification::Unverified,
            origin: Origin::Saved,
            keeping,
            created_at: Timestamp::now(),
            key_since: None,
            rotation: None,
            delivery: Delivery::default(),
        })
    }

    /// Makes an account the one that new uploads go to.
    ///
    /// # Errors
    /// When it is not in the list.
    pub fn use_account(&self, account: &Account) -> Result<(), Problem> {
        self.0.book.set_active(&account.id)?;
        self.accounts_have_changed();
        Ok(())
    }

    /// Changes an account's label.
    ///
    /// # Errors
    /// When the label is empty or taken.
    pub fn rename_account(&self, account: &Account, label: &str) -> Result<Account, Problem> {
        let account = self.0.book.rename(&account.id, label)?;
        self.accounts_have_changed();
        Ok(account)
    }

    /// Removes an account and its secret; what still waited is cancelled. What it uploaded stays in
    /// the library.
    ///
    /// # Errors
    /// When the keyring will not give up the item; the account stays then.
    pub async fn remove_account(&self, account: &Account) -> Result<(), Problem> {
        let turn = self.0.book.turn().await?;
        let account = &self.still(account)?;
        self.0.secrets.forget(account, UnlockDialog::Allow).await?;
        self.0.book.remove(&account.id)?;
        drop(turn);
        self.write_down_after(Action::Deleted, Some(account)).await;
        let sender = held(&self.0.senders).remove(account.id.as_str());
        if let Some(sender) = sender {
            sender.stop().await;
        }
        // Nobody can send for it any more: what waited says so, instead of waiting for ever.
        let selection = engine::Selection::Account(account.id.to_string());
        self.0
            .queue
            .control(selection, engine::Verb::Cancel)
            .await?;
        // The account is gone by now: what is left of it here harms nobody.
        if let Err(problem) = self.0.defaults.forget(account.id.as_str()) {
            tracing::warn!("upload defaults of a removed account are left: {problem}");
        }
        self.accounts_have_changed();
        Ok(())
    }

    /// How many uploads still wait for an account, or are on their way: those that its removal cancels.
    ///
    /// # Errors
    /// When the queue cannot be read.
    pub async fn waiting_uploads(&self, account: &Account) -> Result<u64, Problem> {
        let state = self.account_state(account).await?;
        let counts = state.into_iter().flat_map(|state| state.counts);
        Ok(counts
            .filter(|(state, _)| !state.is_terminal())
            .map(|(_, count)| count)
            .sum())
    }

    /// The guarded way: a native dialog names the account and what is cancelled first.
    pub(crate) async fn remove_account_asking(&self, id: &str) -> Result<(), Problem> {
        let account = self.required(id)?;
        let question = Question {
            title: messages::dialog_remove_account_title(),
            body: match self.waiting_uploads(&account).await? {
                0 => messages::dialog_remove_account_body(&account.label),
                count => {
                    messages::dialog_remove_account_waiting(&account.label, &count.to_string())
                }
            },
            yes: messages::dialog_remove_account_yes(),
        };
        if !self.0.desktop.confirm(question).await {
            return Err(problems::problem(
                ProblemKind::Declined,
                words::problem::account_kept(&account.label),
            ));
        }
        self.remove_account(&account).await
    }

    /// Reads a `CLOUDINARY_URL` from the clipboard and adds it. Without a keyring the user decides
    /// whether the secret lives for this session only; it is never kept in plain text.
    pub(crate) async fn paste_account(&self) -> Result<Account, Problem> {
        self.refuse_while_locked().await?;
        let Clipboard::Text(url) = self.0.desktop.read_clipboard().await? else {
            return Err(problems::problem(
                ProblemKind::ClipboardEmpty,
                words::problem::no_url_on_clipboard(),
            ));
        };
        // A lock lets go of it while the user is being asked.
        let asked = async move {
            let (account, _) = parse_url(&url)?.into_account(
                "",
                Origin::Saved,
                Keeping::Keyring,
                Timestamp::now(),
            );
            self.agreed_to_host(&account, Consent::Ask).await?;
            Ok::<_, Problem>(url)
        };
        let url = self.while_unlocked(asked).await??;
        let kept = self.add_url(&url, "", Keeping::Keyring, Consent::Given);
        match kept.await {
            Err(problem) if is_about_the_store(problem.kind) => {
                let question = Question {
                    title: messages::dialog_session_only_title(),
                    body: messages::dialog_session_only_body(&problem.message.to_string()),
                    yes: messages::dialog_session_only_yes(),
                };
                let asked = async move {
                    match self.0.desktop.confirm(question).await {
                        true => Ok(url),
                        false => Err(problem),
                    }
                };
                let url = self.while_unlocked(asked).await??;
                self.add_url(&url, "", Keeping::SessionOnly, Consent::Given)
                    .await
            }
            outcome => outcome,
        }
    }

    /// Starts the sandbox and adds its account.
    ///
    /// # Errors
    /// When the sandbox cannot be started.
    pub async fn try_sandbox(&self) -> Result<Account, Problem> {
        let address = self.0.trial.address().await?;
        let wanted = trial::account(&address);
        let account = match self.0.book.get(&wanted.id)? {
            None => self.0.book.add(wanted)?,
            Some(_) => self.0.book.update(&wanted.id, |account| {
                account.access = wanted.access.clone();
                account.host = wanted.host.clone();
                account.verification = wanted.verification.clone();
            })?,
        };
        self.use_account(&account)?;
        Ok(account)
    }

    pub(crate) fn required(&self, id: &str) -> Result<Account, Problem> {
        self.account_by_id(id)?.ok_or_else(|| {
            problems::problem(ProblemKind::UnknownAccount, words::problem::account_gone())
        })
    }

    pub(crate) async fn view(&self, account: &Account) -> Result<AccountView, Problem> {
        let states = self.0.queue.accounts().await?;
        let state = states
            .iter()
            .find(|state| state.account == account.id.as_str());
        Ok(state::account_view(account, state))
    }
}

/// Whether the secret could not be kept because of the keyring, and not because of the account.
pub(crate) fn is_about_the_store(kind: ProblemKind) -> bool {
    matches!(
        kind,
        ProblemKind::NoStore
            | ProblemKind::SecretLocked
            | ProblemKind::SecretDenied
            | ProblemKind::SecretTimedOut
    )
}

pub(crate) fn parse_url(url: &SecretString) -> Result<cloudinary_url::Parsed, Problem> {
    cloudinary_url::parse(url.expose_secret())
        .map_err(|error| problems::problem(ProblemKind::BadUrl, problems::of_url(&error)))
}

fn bad_value(what: Words, fault: Fault) -> Problem {
    problems::problem(ProblemKind::BadValue, problems::of_value(what, fault))
}
