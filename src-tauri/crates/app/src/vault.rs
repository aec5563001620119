//! The vault in use: made or unlocked by a passphrase, and a secret's way from one store to another.

use credentials::{
    Account, Keeping, Origin, STRONG_ENOUGH, StoreError, Strength, UnlockDialog, strength,
};
use secrecy::SecretString;

use crate::aloft::Aloft;
use crate::audit::Action;
use crate::contract::{Problem, ProblemKind};
use crate::problems;
use crate::words::problem as p;

/// How the file of secrets is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VaultState {
    /// There is none.
    Absent,
    /// It is there; its passphrase was not given to this process yet.
    Locked,
    /// This process has its key.
    Open,
}

impl VaultState {
    /// The stable text form: `absent`, `locked`, `open`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Locked => "locked",
            Self::Open => "open",
        }
    }
}

impl Aloft {
    /// How the file of secrets is, for this process: each unlocks it by itself.
    pub fn vault_state(&self) -> VaultState {
        let vault = &self.0.vault;
        match (vault.exists(), vault.is_unlocked()) {
            (false, _) => VaultState::Absent,
            (true, false) => VaultState::Locked,
            (true, true) => VaultState::Open,
        }
    }

    /// Makes the vault with this passphrase, or unlocks the one that is there. Uploads that waited for it go on.
    ///
    /// # Errors
    /// When a new passphrase is too weak, an old one is wrong, or the file cannot be used.
    pub async fn open_vault(&self, passphrase: &SecretString) -> Result<(), Problem> {
        self.refuse_while_locked().await?;
        if self.0.vault.exists() {
            self.0.vault.unlock(passphrase).await.map_err(of_vault)?;
        } else {
            self.refuse_weak(passphrase)?;
            self.0.vault.create(passphrase).await.map_err(of_vault)?;
        }
        self.vault_is_open().await;
        Ok(())
    }

    /// Seals the vault under a new passphrase. Other processes are locked out of it until they are told the new one.
    /// A lock stops it before the file is written, and not after.
    ///
    /// # Errors
    /// When there is no vault, the old passphrase is wrong, the new one is too weak, Aloft is locked, or the file cannot be
    /// used; it opens with the old one then.
    pub async fn change_vault_passphrase(
        &self,
        old: &SecretString,
        new: &SecretString,
    ) -> Result<(), Problem> {
        self.refuse_while_locked().await?;
        self.refuse_weak(new)?;
        let changed = self.0.vault.change_passphrase(old, new).await;
        changed.map_err(of_vault)?;
        self.write_down_after(Action::PassphraseChanged, None).await;
        self.vault_is_open().await;
        Ok(())
    }

    /// What waited for the vault goes on. It is open whatever becomes of that: nobody may think that its passphrase is not
    /// the one that was just given.
    async fn vault_is_open(&self) {
        let waiting = async {
            for account in self.0.book.list()? {
                if account.keeping == Keeping::Vault {
                    self.goes_on(&account).await?;
                }
            }
            Ok(())
        };
        if let Err(problem) = waiting.await {
            self.notify_trouble(problem);
        }
        self.accounts_have_changed();
    }

    /// How long a passphrase would stand. Names of accounts are no good ones.
    pub fn passphrase_strength(&self, passphrase: &SecretString) -> Strength {
        let accounts = self.0.book.list().unwrap_or_default();
        let known: Vec<&str> = accounts
            .iter()
            .flat_map(|account| [account.label.as_str(), account.cloud_name.as_str()])
            .collect();
        strength(passphrase, &known)
    }

    pub(crate) fn refuse_weak(&self, passphrase: &SecretString) -> Result<(), Problem> {
        if self.passphrase_strength(passphrase).score >= STRONG_ENOUGH {
            return Ok(());
        }
        let words = p::passphrase_weak();
        Err(problems::problem(ProblemKind::BadValue, words))
    }

    /// Keeps an account's secret elsewhere from now on. It is read back from there before it leaves the place where it
    /// was: whatever fails, one of the two has it and the account says which.
    ///
    /// # Errors
    /// When either store cannot be used; the account is as it was then.
    pub async fn keep_secret(&self, account: &Account, to: Keeping) -> Result<Account, Problem> {
        if account.origin != Origin::Saved || account.item().is_none() {
            let words = p::secret_not_movable(&account.label);
            return Err(problems::problem(ProblemKind::BadValue, words));
        }
        if account.keeping == to {
            return Ok(account.clone());
        }
        let turn = self.turn().await?;
        let account = &self.still(account)?;
        let (here, there) = (each_key(account), each_key(&kept_in(account, to)));
        for (from, to) in here.iter().zip(&there) {
            self.while_unlocked(self.copy_and_compare(from, to))
                .await??;
        }
        let saved = self
            .0
            .book
            .update(&account.id, |account| account.keeping = to)?;
        for from in &here {
            // What is left there is erased with the account, and harms nobody: it is as well kept as before.
            if let Err(error) = self.0.secrets.delete(from, UnlockDialog::Allow).await {
                tracing::warn!("a secret stays where it was kept before: {error}");
            }
        }
        drop(turn);
        self.write_down_after(Action::Kept, Some(&saved)).await;
        self.goes_on(&saved).await?;
        self.accounts_have_changed();
        Ok(saved)
    }

    async fn copy_and_compare(&self, from: &Account, to: &Account) -> Result<(), Problem> {
        let secrets = &self.0.secrets;
        let missing = || Problem::from(StoreError::Missing);
        let secret = secrets.get(from, UnlockDialog::Allow).await?;
        let secret = secret.ok_or_else(missing)?;
        match secrets.keep(to, &secret, UnlockDialog::Allow).await? {
            true => Ok(()),
            false => {
                let words = p::secret_not_kept(&to.label);
                Err(problems::plain(ProblemKind::SecretDenied, words))
            }
        }
    }

    /// What waited for an account's secret is tried again.
    pub(crate) async fn goes_on(&self, account: &Account) -> Result<(), Problem> {
        self.try_again(account).await?;
        if self.sends_all() {
            self.start_sender(account);
        }
        Ok(())
    }
}

fn of_vault(error: credentials::VaultError) -> Problem {
    StoreError::from(error).into()
}

fn kept_in(account: &Account, keeping: Keeping) -> Account {
    Account {
        keeping,
        ..account.clone()
    }
}

/// The account with each of its keys, the one in use first.
fn each_key(account: &Account) -> Vec<Account> {
    let other = account.with_other_key();
    std::iter::once(account.clone()).chain(other).collect()
}
