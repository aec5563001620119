//! Accounts with their secrets into one file under a passphrase, and back.

mod view;

use std::path::Path;

use credentials::backup::{self, Backup, BackupError, Entry as Kept, OnSame, Restored};
use credentials::{Account, KdfCost, Keeping, Origin, UnlockDialog, backup::Destination};
use jiff::Timestamp;
use secrecy::SecretString;

use crate::accounts::Consent;
use crate::aloft::Aloft;
use crate::audit::{Action, Entry};
use crate::contract::{Problem, ProblemKind};
use crate::problems;
use crate::words::problem as p;

pub(crate) use view::BackupWish;

/// How accounts come back.
#[derive(Clone, Copy, Debug)]
pub struct Restoring {
    /// What becomes of an account that is here already.
    pub on_same: OnSame,
    /// Where the secrets of new accounts go.
    pub keeping: Keeping,
    /// Whether hosts of somebody's own were agreed to.
    pub consent: Consent,
}

impl Aloft {
    /// The saved accounts of these names, all when there are none.
    ///
    /// # Errors
    /// When a name fits no account or one that is not saved, or when there is no saved account at all.
    pub fn exportable(&self, names: &[String]) -> Result<Vec<Account>, Problem> {
        let mut chosen = Vec::new();
        for name in names {
            let account = self.account(Some(name))?;
            if account.origin != Origin::Saved {
                let words = p::backup_not_saved(&account.label);
                return Err(problems::plain(ProblemKind::BadValue, words));
            }
            if chosen.iter().all(|one: &Account| one.id != account.id) {
                chosen.push(account);
            }
        }
        if names.is_empty() {
            chosen = self.0.book.list()?;
            chosen.retain(|account| account.origin == Origin::Saved);
        }
        if chosen.is_empty() {
            let words = p::backup_no_account();
            return Err(problems::problem(ProblemKind::NoAccount, words));
        }
        Ok(chosen)
    }

    /// Writes the accounts and their secrets into a file that this passphrase opens, over what is there, and opens it
    /// again to be sure. Each account is in the audit log before the file is written.
    ///
    /// # Errors
    /// When the passphrase is too weak, a secret cannot be had, or log or file cannot be written.
    pub async fn export_accounts(
        &self,
        accounts: &[Account],
        to: &Path,
        passphrase: &SecretString,
    ) -> Result<(), Problem> {
        self.refuse_weak(passphrase)?;
        let gathered = backup::gather(accounts, &self.0.secrets, UnlockDialog::Allow);
        let saved = self
            .while_unlocked(gathered)
            .await?
            .map_err(|error| problems::of_backup(to, error))?;
        let entry = |account| Entry::new(Action::Exported, self.asker()).of(account);
        self.write_down(accounts.iter().map(entry).collect())
            .await?;
        let sealed = backup::seal(saved, passphrase, KdfCost::default(), Timestamp::now()).await;
        let bytes = sealed.map_err(|error| problems::of_backup(to, error))?;
        let path = to.to_owned();
        let written = blocking(move || backup::write_file(&path, &bytes)).await;
        written.map_err(|error| problems::of_backup(to, error))?;
        let again = self.open_backup(to, passphrase).await?;
        if again.preview(&[]).len() == accounts.len() {
            return Ok(());
        }
        let words = p::backup_not_whole(to);
        Err(problems::problem(ProblemKind::Disk, words))
    }

    /// Opens a backup.
    ///
    /// # Errors
    /// When it cannot be read, is none, or has another passphrase.
    pub async fn open_backup(
        &self,
        file: &Path,
        passphrase: &SecretString,
    ) -> Result<Backup, Problem> {
        let path = file.to_owned();
        let opened = async {
            let bytes = blocking(move || backup::read_file(&path)).await?;
            backup::open(bytes, passphrase).await
        };
        let opened = self.while_unlocked(opened).await?;
        opened.map_err(|error| problems::of_backup(file, error))
    }

    /// What is in a backup, beside what is here. No secrets.
    ///
    /// # Errors
    /// When the list of accounts cannot be read.
    pub fn preview_backup(&self, backup: &Backup) -> Result<Vec<Kept>, Problem> {
        Ok(backup.preview(&self.0.book.list()?))
    }

    /// Brings one account of a backup back. Its secret is read back from its store before the account is in the list.
    ///
    /// # Errors
    /// When its host is declined, or its secret or the list cannot be kept; everything is as it was then.
    pub async fn restore(
        &self,
        backup: &Backup,
        index: usize,
        how: Restoring,
    ) -> Result<Restored, Problem> {
        if let Some(account) = backup.account(index) {
            self.agreed_to_host(account, how.consent).await?;
        }
        let into = Destination {
            book: &self.0.book,
            secrets: &self.0.secrets,
            keeping: how.keeping,
            dialog: UnlockDialog::Allow,
        };
        let turn = self.turn().await?;
        let ready = backup.prepare(index, how.on_same, into, Timestamp::now());
        let ready = self.while_unlocked(ready).await?;
        // Goes to its end from here on, locked or not, as every change of a secret does.
        let restored = ready.map_err(problems::of_restore)?.carry_out().await;
        drop(turn);
        let restored = restored.map_err(problems::of_restore)?;
        match &restored {
            Restored::Added(account) => self.has_come(account, Action::Imported).await?,
            Restored::SecretReplaced(account) => {
                self.write_down_after(Action::Imported, Some(account)).await;
                self.goes_on(account).await?;
                self.accounts_have_changed();
            }
            Restored::Skipped(_) => {}
        }
        Ok(restored)
    }

    /// An account came from elsewhere: it is written down, looked at, and used where no other is.
    pub(crate) async fn has_come(&self, account: &Account, action: Action) -> Result<(), Problem> {
        if self.0.book.active()?.is_none() {
            self.0.book.set_active(&account.id)?;
        }
        self.write_down_after(action, Some(account)).await;
        self.accounts_have_changed();
        self.verify_in_background(account);
        Ok(())
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, BackupError> + Send + 'static,
) -> Result<T, BackupError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => Err(BackupError::Disk {
            action: "read",
            source: std::io::Error::other(error),
        }),
    }
}
