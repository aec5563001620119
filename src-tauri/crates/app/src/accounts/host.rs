//! Where an account's secret and files go is the user's word, not a page's.

use credentials::{Account, ApiHost};

use crate::aloft::Aloft;
use crate::contract::{Problem, ProblemKind};
use crate::desktop::Question;
use crate::words;
use crate::{messages, problems};

/// Whether the user has agreed to an account's API host already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consent {
    /// Not yet: a host of somebody's own is named in a native dialog first.
    Ask,
    /// Whoever typed the address in a terminal, or answered the dialog, has agreed to its host.
    Given,
}

impl Aloft {
    /// Asks before anything goes to a host that is neither Cloudinary's nor this computer's, and
    /// that this account does not have already. Nothing may be kept or sent before.
    pub(crate) async fn agreed_to_host(
        &self,
        account: &Account,
        consent: Consent,
    ) -> Result<(), Problem> {
        let own = matches!(&account.host, ApiHost::Custom(_)) && !account.host.is_loopback();
        if consent == Consent::Given || !own || self.has_this_host(account)? {
            return Ok(());
        }
        let host = account.host.url().to_string();
        let question = Question {
            title: messages::dialog_api_host_title(),
            body: messages::dialog_api_host_body(&account.label, &host),
            yes: messages::dialog_api_host_yes(),
        };
        if self.0.desktop.confirm(question).await {
            return Ok(());
        }
        let words = words::problem::host_declined(host);
        Err(problems::problem(ProblemKind::Declined, words))
    }

    fn has_this_host(&self, account: &Account) -> Result<bool, Problem> {
        Ok(self.0.book.list()?.iter().any(|saved| {
            saved.cloud_name == account.cloud_name
                && saved.item() == account.item()
                && saved.host == account.host
        }))
    }
}
