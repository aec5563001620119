//! The queue and the library as one list.

use std::sync::{Arc, PoisonError};

use tokio::sync::watch;

use super::Queue;
use crate::error::QueueError;
use crate::library::LibraryAsset;
use crate::list::{Facets, Group, Linked, Listed, Search};
use crate::store;

impl Queue {
    /// Batches that have jobs, newest first, each with its jobs' numbers. Bytes that this process has on their way count
    /// as sent.
    pub async fn listed(&self) -> Result<Vec<Listed>, QueueError> {
        let (known, live) = (Arc::clone(&self.0.known), self.progress());
        let listed = move |c: &rusqlite::Connection| {
            let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
            store::list::all(c, &mut known, &live)
        };
        self.0.reader.run(listed).await
    }

    /// Changes of the database only, not of moving bytes.
    pub fn stored_changes(&self) -> watch::Receiver<u64> {
        self.0.bell.stored.subscribe()
    }

    /// What a search finds. In the library, what came of a job that is still in the queue bears that job's number.
    pub async fn find(&self, search: Search) -> Result<Vec<Group>, QueueError> {
        let known = Arc::clone(&self.0.known);
        let found = move |c: &rusqlite::Connection| {
            let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
            store::find::find(c, &mut known, &search)
        };
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

    /// What of these rows has a link, each once, and the first `most` of them in the order given. Reads no row whole.
    pub async fn linked(&self, ids: Vec<i64>, most: usize) -> Result<Linked, QueueError> {
        let linked = move |c: &rusqlite::Connection| store::links::linked(c, &ids, most);
        self.0.reader.run(linked).await
    }
}
