//! The library by itself: looking through it, deleting from the service.

use credentials::Account;
use engine::{LibraryAsset, LibraryQuery};

use crate::aloft::Aloft;
use crate::contract::{Problem, ProblemKind};
use crate::problems;
use crate::words;

impl Aloft {
    /// Assets, newest first; `account` and every word of `search` narrow them down.
    ///
    /// # Errors
    /// When the library cannot be read.
    pub async fn assets(
        &self,
        account: Option<&Account>,
        search: Option<String>,
        limit: u32,
    ) -> Result<Vec<LibraryAsset>, Problem> {
        let query = LibraryQuery {
            search,
            account: account.map(|account| account.id.to_string()),
            limit: Some(limit),
            ..LibraryQuery::default()
        };
        Ok(self.0.queue.library(query).await?)
    }

    /// One asset by its number in the library.
    ///
    /// # Errors
    /// [`ProblemKind::Gone`] when there is none of this number.
    pub async fn asset(&self, id: i64) -> Result<LibraryAsset, Problem> {
        let query = LibraryQuery {
            before: id.checked_add(1),
            with_deleted: true,
            limit: Some(1),
            ..LibraryQuery::default()
        };
        let found = self.0.queue.library(query).await?.into_iter().next();
        found
            .filter(|asset| asset.id == id)
            .ok_or_else(|| problems::problem(ProblemKind::Gone, words::problem::no_asset(id)))
    }

    /// Deletes an asset from the service; the library keeps its line. Whoever calls has asked the user, naming the asset.
    /// Answers whether it was still there.
    ///
    /// # Errors
    /// When the account is gone, has no secret, or the service refuses.
    pub async fn delete_asset(&self, asset: &LibraryAsset) -> Result<bool, Problem> {
        self.destroy(asset.key(), &asset.name).await
    }
}
