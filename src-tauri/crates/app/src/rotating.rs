//! Changing an account's API key: the new one is kept beside the old one, tested, used, and the old one erased after the
//! first upload with the new one. The order of the steps is `credentials::Rotation`'s.

use std::sync::atomic::Ordering;

use cloudinary::Target;
use credentials::{Access, Account, RotationError, Step, Turn, UnlockDialog, shape};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};

use crate::accounts::{parse_url, with_id};
use crate::aloft::Aloft;
use crate::audit::{Action, Entry, Who, Word};
use crate::contract::{BeginRotation, Problem, ProblemKind, RotationWish};
use crate::desktop::{SecretAsked, SecretMode};
use crate::problems;
use crate::secrets::Pending;
use crate::words::{problem as p, reason};

/// Where a cloud's keys are made and disabled.
const CONSOLE_KEYS: &str = "https://console.cloudinary.com/settings/api-keys";

impl Aloft {
    /// Checks the new key, then asks for its secret in the secret window.
    pub(crate) async fn begin_rotation_asking(&self, asked: BeginRotation) -> Result<(), Problem> {
        let account = self.required(&asked.id)?;
        let api_key = asked.api_key.trim().to_owned();
        may_begin(&account, &api_key)?;
        let shown = SecretAsked {
            api_key: api_key.clone(),
            ..SecretAsked::of(&account, SecretMode::SecondKey)
        };
        let pending = Pending::SecondKey {
            account: account.id,
            api_key,
        };
        self.open_prompt(shown, pending).await
    }

    /// Keeps a second key beside the one in use, in the same store.
    ///
    /// # Errors
    /// When key or secret have the wrong shape, a change is under way, or the store cannot be used; nothing is changed
    /// then.
    pub async fn begin_rotation(
        &self,
        account: &Account,
        api_key: &str,
        secret: &SecretString,
    ) -> Result<Account, Problem> {
        shape::secret(secret.expose_secret()).map_err(|fault| {
            let words = problems::of_value(reason::api_secret(), fault);
            problems::problem(ProblemKind::BadValue, words)
        })?;
        self.refuse_while_locked().await?;
        let api_key = api_key.trim().to_owned();
        let turn = self.turn().await?;
        let account = &self.still(account)?;
        let begun = self.step(account, &Step::Begin { api_key })?;
        let Some(other) = begun.with_other_key() else {
            return Ok(begun);
        };
        let kept = match self
            .0
            .secrets
            .keep(&other, secret, UnlockDialog::Allow)
            .await
        {
            Ok(true) => Ok(()),
            Ok(false) => {
                let words = p::secret_not_kept(&account.label);
                Err(problems::plain(ProblemKind::SecretDenied, words))
            }
            Err(error) => Err(Problem::from(error)),
        };
        if let Err(problem) = kept {
            let given_up = self.step(&begun, &Step::Abandon)?;
            // It may be there all the same: an answer that came too late says nothing.
            let _ = self
                .erase_in_turn(&given_up, UnlockDialog::Never, &turn)
                .await;
            return Err(problem);
        }
        drop(turn);
        tracing::info!(account = account.id.as_str(), "second key added");
        self.key_changed("begun", &begun, self.asker()).await;
        Ok(begun)
    }

    pub(crate) fn open_console_keys(&self) -> Result<(), Problem> {
        self.0.desktop.open_address(CONSOLE_KEYS)
    }

    /// The new key and its secret in what was pasted: a `CLOUDINARY_URL` of the same cloud, or `KEY:SECRET`.
    ///
    /// # Errors
    /// Names the part that is wrong.
    pub fn second_key_of(
        &self,
        account: &Account,
        text: &SecretString,
    ) -> Result<(String, SecretString), Problem> {
        let given = text.expose_secret().trim();
        if let Some((api_key, secret)) = given.split_once(':')
            && !given.contains("://")
        {
            return Ok((api_key.to_owned(), SecretString::from(secret)));
        }
        let parsed = parse_url(text)?;
        let wrong = |words| problems::problem(ProblemKind::BadUrl, words);
        if parsed.cloud_name != account.cloud_name {
            return Err(wrong(p::other_cloud(&parsed.cloud_name, &account.label)));
        }
        match (parsed.access, parsed.secret) {
            (Access::Signed { api_key, .. }, Some(secret)) => Ok((api_key, secret)),
            (Access::Signed { .. } | Access::Unsigned { .. }, _) => {
                Err(wrong(p::no_secret(&account.label)))
            }
        }
    }

    /// Makes the step that the user wants.
    ///
    /// # Errors
    /// When it does not come next, the service refuses the new key, or a store cannot be used.
    pub async fn rotate(&self, account: &Account, wish: RotationWish) -> Result<Account, Problem> {
        let step = match wish {
            RotationWish::Test => "tested",
            RotationWish::Switch => "switched",
            RotationWish::Back => "back",
            RotationWish::Abandon => "abandoned",
        };
        let rotated = match wish {
            RotationWish::Test => self.test_other_key(account).await?,
            RotationWish::Switch => {
                let switched = self.step(account, &Step::Switch)?;
                self.goes_on(&switched).await?;
                switched
            }
            RotationWish::Back => {
                let back = self.step(account, &Step::Back)?;
                self.goes_on(&back).await?;
                back
            }
            RotationWish::Abandon => {
                let given_up = self.step(account, &Step::Abandon)?;
                self.erase_old_key(&given_up, UnlockDialog::Allow).await?
            }
        };
        self.key_changed(step, &rotated, self.asker()).await;
        self.accounts_have_changed();
        Ok(rotated)
    }

    async fn key_changed(&self, step: &str, account: &Account, who: Who) {
        let step = Word::new(step);
        let entry = Entry::new(Action::Rotated { step }, who);
        self.note(entry.of(account)).await;
    }

    /// Asks the service whether the new key is good: whether its secret belongs to it, and whether what it signs is taken.
    /// Neither changes anything.
    async fn test_other_key(&self, account: &Account) -> Result<Account, Problem> {
        let Some(other) = account.with_other_key() else {
            return Err(RotationError::NotBegun.into());
        };
        let asked = async {
            let target = self.target(&other, UnlockDialog::Allow).await?;
            let pong = self.0.client.ping(&target).await;
            pong.map_err(|error| self.problem_of(&error))?;
            let signed = self.test_signature(&target).await;
            if let Err(cloudinary::Error::SignatureMismatch(_)) = signed {
                let words = p::second_key_signs_wrong();
                return Err(problems::plain(ProblemKind::Refused, words));
            }
            signed.map_err(|error| self.problem_of(&error))
        };
        self.while_unlocked(asked).await??;
        self.step(account, &Step::Tested)
    }

    async fn test_signature(&self, target: &Target) -> Result<(), cloudinary::Error> {
        let ahead = || self.0.clock_offset.load(Ordering::Relaxed);
        match self.0.client.test_signature(target, ahead()).await {
            Err(error) if self.learns_the_clock(&error) => {
                self.0.client.test_signature(target, ahead()).await
            }
            tested => tested,
        }
    }

    /// An upload arrived that was sent with this account as it was then. After the first one with a new key the old
    /// key's secret is erased.
    pub(crate) async fn key_worked(&self, sent_with: &Account) {
        let Access::Signed { api_key, .. } = &sent_with.access else {
            return;
        };
        if sent_with.rotation.is_none() {
            return;
        }
        let api_key = api_key.clone();
        let proven = self.step(sent_with, &Step::Succeeded { api_key });
        let done = match proven {
            Ok(account) => self.erase_old_key(&account, UnlockDialog::Never).await,
            Err(problem) => Err(problem),
        };
        // The upload is done whatever becomes of the old key; it is erased at the next start.
        if let Err(problem) = done {
            tracing::warn!("an old key is still kept: {problem}");
        }
    }

    /// Erases what a crash or a locked store left to be erased.
    pub(crate) async fn finish_rotations(&self) {
        for account in self.0.book.list().unwrap_or_default() {
            if account.to_erase().is_some()
                && let Err(problem) = self.erase_old_key(&account, UnlockDialog::Never).await
            {
                tracing::info!("an old key is still kept: {problem}");
            }
        }
    }

    async fn erase_old_key(
        &self,
        account: &Account,
        dialog: UnlockDialog,
    ) -> Result<Account, Problem> {
        let turn = self.0.book.turn().await?;
        // Another process may have erased it, or moved both keys to another store.
        let account = self.required(account.id.as_str())?;
        self.erase_in_turn(&account, dialog, &turn).await
    }

    async fn erase_in_turn(
        &self,
        account: &Account,
        dialog: UnlockDialog,
        _turn: &Turn,
    ) -> Result<Account, Problem> {
        let (Some(_), Some(other)) = (account.to_erase(), account.with_other_key()) else {
            return Ok(account.clone());
        };
        self.0.secrets.delete(&other, dialog).await?;
        let rotated = self.step(account, &Step::Erased)?;
        tracing::info!(account = account.id.as_str(), "key changed");
        // Nobody asks for this: it follows from the first upload, or from giving up.
        self.key_changed("finished", &rotated, Who::Program).await;
        Ok(rotated)
    }

    fn step(&self, account: &Account, step: &Step) -> Result<Account, Problem> {
        let rotated = self.0.book.rotate(&account.id, step, Timestamp::now())?;
        self.accounts_have_changed();
        Ok(rotated)
    }

    /// The secret of the second key, as it was typed.
    pub(crate) async fn second_key_typed(
        &self,
        id: &credentials::AccountId,
        api_key: &str,
        secret: &SecretString,
    ) -> Result<(), Problem> {
        let account = with_id(&self.0.book.list()?, id.as_str()).cloned();
        let account = account.ok_or_else(|| {
            let words = p::account_gone();
            problems::problem(ProblemKind::UnknownAccount, words)
        })?;
        self.begin_rotation(&account, api_key, secret).await?;
        Ok(())
    }
}

/// Whether a change to this key may begin, without beginning it.
fn may_begin(account: &Account, api_key: &str) -> Result<(), Problem> {
    let step = Step::Begin {
        api_key: api_key.to_owned(),
    };
    Ok(account.clone().rotate(&step, Timestamp::now())?)
}
