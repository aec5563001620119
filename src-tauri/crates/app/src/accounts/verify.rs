//! Whether an account's values belong together, asked of the service: by the user, or quietly.

use credentials::{Access, Account, Origin, UnlockDialog, Verification};
use jiff::Timestamp;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::aloft::{Aloft, held};
use crate::contract::{Problem, ProblemKind};

/// How long is waited before a service that could not be reached is asked again; twice as long each time.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
/// The longest such pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(5 * 60);

impl Aloft {
    /// Asks the service whether the values belong together, and keeps the answer. The user asked for
    /// this and is in front of the screen: the keyring may open its dialog, and what stopped the
    /// account before is forgotten when nothing stands in the way any more.
    ///
    /// # Errors
    /// When the service could not be asked: the account stays unverified.
    pub async fn verify(&self, account: &Account) -> Result<Account, Problem> {
        let account = self.ask_service(account, UnlockDialog::Allow).await?;
        let refused = matches!(account.verification, Verification::Rejected { .. });
        if !refused {
            self.try_again(&account).await?;
            if self.0.sends_all.load(Ordering::Relaxed) {
                self.start_sender(&account);
            }
        }
        Ok(account)
    }

    /// Goes on with every account that nobody could ask the service about before.
    pub(crate) fn verify_unverified(&self) -> Result<(), Problem> {
        for account in self.0.book.list()? {
            if is_open(&account) {
                self.verify_in_background(&account);
            }
        }
        Ok(())
    }

    /// The same without a dialog, until the service has answered: for an account that has just been added or changed,
    /// and after a start. One account is asked about by one task, with growing pauses.
    pub(crate) fn verify_in_background(&self, account: &Account) {
        let (weak, id) = (Arc::downgrade(&self.0), account.id.clone());
        let asking = tokio::spawn(async move {
            let mut pause = FIRST_PAUSE;
            loop {
                let Some(aloft) = weak.upgrade().map(Self) else {
                    return;
                };
                // As it is now: the user may have changed or removed it meanwhile.
                let account = aloft.0.book.get(&id).ok().flatten().filter(is_open);
                let Some(account) = account.filter(|_| !aloft.is_closing()) else {
                    return;
                };
                // The result is in the account; a service that cannot be reached leaves it unverified.
                if aloft
                    .ask_service(&account, UnlockDialog::Never)
                    .await
                    .is_ok()
                {
                    return;
                }
                drop(aloft);
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        });
        let key = account.id.as_str().to_owned();
        let before = held(&self.0.verifying).insert(key, asking.abort_handle());
        if let Some(before) = before {
            before.abort();
        }
    }

    async fn ask_service(
        &self,
        account: &Account,
        dialog: UnlockDialog,
    ) -> Result<Account, Problem> {
        if let Access::Unsigned { .. } = account.access {
            // The service has no call that checks a preset without uploading: the first upload does.
            return Ok(account.clone());
        }
        let asked = async {
            let target = self.target(account, dialog).await?;
            Ok::<_, Problem>(self.0.client.ping(&target).await)
        };
        let verification = match self.while_unlocked(asked).await?? {
            Ok(_) => Verification::Verified {
                at: Timestamp::now(),
            },
            Err(error) => {
                let problem = self.problem_of(&error);
                if !is_a_refusal(problem.kind) {
                    return Err(problem);
                }
                Verification::Rejected {
                    reason: problem.message.kept(),
                    at: Timestamp::now(),
                }
            }
        };
        self.set_verification(account, verification)
    }

    pub(crate) fn set_verification(
        &self,
        account: &Account,
        verification: Verification,
    ) -> Result<Account, Problem> {
        if account.origin == Origin::Environment {
            return Ok(Account {
                verification,
                ..account.clone()
            });
        }
        let account = self
            .0
            .book
            .update(&account.id, |account| account.verification = verification)?;
        self.accounts_have_changed();
        Ok(account)
    }
}

/// Whether nobody knows yet what the service says, and it can be asked.
fn is_open(account: &Account) -> bool {
    account.origin == Origin::Saved
        && account.verification == Verification::Unverified
        && matches!(account.access, Access::Signed { .. })
}

/// Whether the service has looked at the account's values and said no to them.
fn is_a_refusal(kind: ProblemKind) -> bool {
    matches!(
        kind,
        ProblemKind::WrongKey
            | ProblemKind::WrongSecret
            | ProblemKind::WrongCloud
            | ProblemKind::WrongRegion
            | ProblemKind::Forbidden
    )
}
