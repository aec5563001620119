//! How much of the line uploads may take, for an account and for everything together.

mod page;

use credentials::Account;
use engine::RateLimit;

use crate::aloft::Aloft;
use crate::contract::Problem;

/// What holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// The bandwidth.
    pub rate: RateLimit,
    /// Requests at a time; `None` leaves it to Aloft, and is what holds for everything together.
    pub concurrency: Option<u32>,
}

impl Aloft {
    /// The limits of an account, or of everything together.
    ///
    /// # Errors
    /// When the queue cannot be read.
    pub async fn limits(&self, account: Option<&Account>) -> Result<Limits, Problem> {
        let Some(account) = account else {
            return Ok(Limits {
                rate: self.0.queue.rate().await?,
                concurrency: None,
            });
        };
        let state = self.account_state(account).await?;
        Ok(state.map_or_else(Limits::default, |state| Limits {
            rate: state.rate,
            concurrency: state.concurrency,
        }))
    }

    /// Sets the bandwidth, whichever process sends.
    ///
    /// # Errors
    /// When the queue cannot be written.
    pub async fn limit_rate(
        &self,
        account: Option<&Account>,
        rate: RateLimit,
    ) -> Result<(), Problem> {
        let account = account.map(|account| account.id.as_str());
        Ok(self.0.queue.set_rate(account, rate).await?)
    }

    /// Sets the most requests at a time for an account; `None` leaves it to Aloft.
    ///
    /// # Errors
    /// When the queue cannot be written.
    pub async fn limit_requests(
        &self,
        account: &Account,
        most: Option<u32>,
    ) -> Result<(), Problem> {
        Ok(self
            .0
            .queue
            .set_concurrency(account.id.as_str(), most)
            .await?)
    }
}
