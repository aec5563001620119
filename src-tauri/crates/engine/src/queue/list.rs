//! The queue and the library as one list.

use super::Queue;
use crate::error::QueueError;
use crate::library::LibraryAsset;
use crate::list::{Facets, Group, Listed, Search};
use crate::store;

impl Queue {
    /// Batches that have jobs, newest first, each with its jobs' numbers.
    pub async fn listed(&self) -> Result<Vec<Listed>, QueueError> {
        self.0.reader.run(store::list::all).await
    }

    /// What a search finds. In the library, what came of a job that is still in the queue bears that job's number.
    pub async fn find(&self, search: Search) -> Result<Vec<Group>, QueueError> {
        let found = move |c: &rusqlite::Connection| store::find::find(c, &search);
        self.0.reader.run(found).await
    }

    /// Folders and tags, at most `most` of each.
    pub async fn facets(&self, most: usize) -> Result<Facets, QueueError> {
        let facets = move |c: &rusqlite::Connection| store::find::facets(c, most);
        self.0.reader.run(facets).await
    }

    /// Assets by number, in no particular order; also those that were deleted from the service.
    pub async fn assets(&self, ids: Vec<i64>) -> Result<Vec<LibraryAsset>, QueueError> {
        self.0
            .reader
            .run(move |c| store::library::some(c, &ids))
            .await
    }
}
