//! Whether an account's values belong together, asked of the service: by the user, or quietly.

use credentials::{Access, Account, Origin, UnlockDialog, Verification};
use jiff::Timestamp;
use std::sync::atomic::Ordering;

use crate::aloft::Aloft;
use crate::contract::{Problem, ProblemKind};

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

    /// The same without a dialog, for an account that has just been added.
    pub(super) fn verify_in_background(&self, account: &Account) {
        let (aloft, account) = (self.clone(), account.clone());
        tokio::spawn(async move {
            // The result is in the account; an unreachable service leaves it unverified.
            let _ = aloft.ask_service(&account, UnlockDialog::Never).await;
        });
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
