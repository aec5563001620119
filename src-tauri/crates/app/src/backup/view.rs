//! The same in the window: files are picked in the system's dialogs, passphrases are typed in the secret window.

use std::path::PathBuf;
use std::sync::{Arc, Weak};

use credentials::backup::{Backup, Conflict, Entry as Kept, OnSame, Restored};
use credentials::{Account, AccountId};
use secrecy::SecretString;

use super::Restoring;
use crate::accounts::Consent;
use crate::aloft::{Aloft, held};
use crate::contract::{
    BackupAccount, BackupView, Notice, Problem, ProblemKind, RestoreAccounts, RestoredView,
};
use crate::desktop::{Question, SecretAsked, SecretMode};
use crate::secrets::Pending;
use crate::words::problem as p;
use crate::{messages, problems};

/// What the passphrase of a backup is typed for.
#[derive(Clone, Debug)]
pub(crate) enum BackupWish {
    /// These accounts go into that file.
    Make {
        accounts: Vec<AccountId>,
        to: PathBuf,
    },
    /// That file is opened.
    Open { file: PathBuf },
}

impl Aloft {
    /// Guarded: a native dialog names the accounts, another asks where to; then the secret window asks for a passphrase.
    pub(crate) async fn export_asking(&self, ids: &[String]) -> Result<(), Problem> {
        let names: Vec<String> = ids.to_vec();
        let accounts = self.exportable(&names)?;
        let labels: Vec<_> = accounts.iter().map(|one| one.label.as_str()).collect();
        let question = Question {
            title: messages::dialog_export_title(),
            body: messages::dialog_export_body(&labels.join(", ")),
            yes: messages::dialog_export_yes(),
        };
        if !self.0.desktop.confirm(question).await {
            return Err(nothing_written());
        }
        let today = jiff::ZonedDateTime::now().strftime("%Y-%m-%d").to_string();
        let name = messages::dialog_export_name(&today);
        let Some(to) = self.0.desktop.pick_save(&name).await else {
            return Err(nothing_written());
        };
        let accounts = accounts.into_iter().map(|account| account.id).collect();
        let wish = BackupWish::Make { accounts, to };
        self.ask_for_passphrase(SecretMode::NewBackup, wish).await
    }

    /// A native dialog asks for the file, then the secret window for its passphrase.
    pub(crate) async fn import_asking(&self) -> Result<(), Problem> {
        let Some(file) = self.0.desktop.pick_files().await.into_iter().next() else {
            let words = p::nothing_imported();
            return Err(problems::problem(ProblemKind::Declined, words));
        };
        self.ask_for_passphrase(SecretMode::OpenBackup, BackupWish::Open { file })
            .await
    }

    async fn ask_for_passphrase(&self, mode: SecretMode, wish: BackupWish) -> Result<(), Problem> {
        let asked = SecretAsked::of_vault(mode);
        self.open_prompt(asked, Pending::Backup(wish)).await
    }

    /// The passphrase as it was typed in the secret window.
    pub(crate) async fn backup_passphrase(
        &self,
        wish: BackupWish,
        passphrase: &SecretString,
    ) -> Result<(), Problem> {
        match wish {
            BackupWish::Make { accounts, to } => {
                let accounts = accounts.iter().map(|id| self.required(id.as_str()));
                let accounts = accounts.collect::<Result<Vec<Account>, _>>()?;
                self.export_accounts(&accounts, &to, passphrase).await?;
                self.notify(Notice::Exported(accounts.len() as u64));
            }
            BackupWish::Open { file } => {
                let backup = self.open_backup(&file, passphrase).await?;
                *held(&self.0.opened_backup) = Some(Arc::new(backup));
                // A lock lets go of what it finds: one that came just before has not found it.
                if self.is_known_locked() {
                    self.forget_backup();
                }
                self.notify(Notice::BackupOpened);
            }
        }
        Ok(())
    }

    pub(crate) fn opened_backup(&self) -> Result<BackupView, Problem> {
        let backup = held(&self.0.opened_backup).clone();
        let backup = backup.ok_or_else(no_backup)?;
        let entries = self.preview_backup(&backup)?;
        Ok(BackupView {
            made_at: backup.made_at.as_millisecond(),
            accounts: entries.into_iter().map(account).collect(),
        })
    }

    /// Brings accounts back, and lets go of the backup unless one of them could not be.
    pub(crate) async fn restore_chosen(
        &self,
        wanted: RestoreAccounts,
    ) -> Result<RestoredView, Problem> {
        // It stays where a lock finds it, and goes with that, also while the user is being asked something.
        let backup = held(&self.0.opened_backup).as_ref().map(Arc::downgrade);
        let backup = backup.ok_or_else(no_backup)?;
        let how = Restoring {
            on_same: match wanted.renew {
                true => OnSame::ReplaceSecret,
                false => OnSame::Skip,
            },
            keeping: self.usual_keeping(),
            consent: Consent::Given,
        };
        let mut view = RestoredView {
            restored: 0,
            skipped: 0,
            failed: Vec::new(),
        };
        for number in wanted.numbers {
            match self.restore_one(&backup, number, how).await {
                Ok(Restored::Added(_) | Restored::SecretReplaced(_)) => view.restored += 1,
                Ok(Restored::Skipped(_)) => view.skipped += 1,
                Err(problem) => view.failed.push(problem),
            }
        }
        if view.failed.is_empty() {
            held(&self.0.opened_backup)
                .take_if(|opened| std::ptr::eq(Arc::as_ptr(opened), backup.as_ptr()));
        }
        Ok(view)
    }

    async fn restore_one(
        &self,
        backup: &Weak<Backup>,
        number: usize,
        how: Restoring,
    ) -> Result<Restored, Problem> {
        let opened = || backup.upgrade().ok_or_else(no_backup);
        let account = opened()?.account(number).cloned();
        if let Some(account) = account {
            self.agreed_to_host(&account, Consent::Ask).await?;
        }
        self.refuse_while_locked().await?;
        let backup = opened()?;
        self.restore(&backup, number, how).await
    }

    /// Lets go of the secrets of an opened backup: its preview was closed, or Aloft is locked.
    pub(crate) fn forget_backup(&self) {
        *held(&self.0.opened_backup) = None;
    }
}

fn account(entry: Kept) -> BackupAccount {
    let (here, renamed) = match entry.conflict {
        Conflict::New => (None, None),
        Conflict::SameEntrance { label, .. } => (Some(label), None),
        Conflict::LabelTaken { free } => (None, Some(free)),
    };
    BackupAccount {
        number: entry.index,
        label: entry.label,
        cloud_name: entry.cloud_name,
        entrance: entry.entrance,
        here,
        renamed,
    }
}

fn nothing_written() -> Problem {
    problems::problem(ProblemKind::Declined, p::nothing_written())
}

fn no_backup() -> Problem {
    problems::plain(ProblemKind::Gone, p::backup_closed())
}
