//! Which of many rows have a link.

use std::collections::HashSet;

use rusqlite::Connection;

use super::rows;
use crate::error::QueueError;
use crate::kind::ResourceType;
use crate::list::Linked;

/// What is asked of each row is found in its receipt, as text, by SQLite: to build a hundred thousand jobs takes seconds.
const LINKS: &str = "WITH chosen AS (SELECT key, value AS id FROM json_each(?)), \
     stored AS ( \
        SELECT chosen.key, chosen.id, jobs.account, jobs.receipt FROM chosen JOIN jobs ON jobs.id = chosen.id \
        WHERE jobs.removed_at IS NULL AND jobs.receipt IS NOT NULL \
        UNION ALL \
        SELECT chosen.key, chosen.id, library.account, library.receipt FROM chosen JOIN library ON library.id = -chosen.id) \
     SELECT stored.id, stored.receipt ->> '$.resource_type', stored.receipt ->> '$.format', library.deleted_at IS NOT NULL \
     FROM stored LEFT JOIN library ON library.account = stored.account \
     AND library.resource_type = stored.receipt ->> '$.resource_type' \
     AND library.delivery_type = stored.receipt ->> '$.delivery_type' \
     AND library.public_id = stored.receipt ->> '$.public_id' \
     ORDER BY stored.key";

/// What of these rows has a link, each once and in the order given; the numbers of the first `most`.
pub(crate) fn linked(
    connection: &Connection,
    ids: &[i64],
    most: usize,
) -> Result<Linked, QueueError> {
    let mut linked = Linked::default();
    let mut seen = HashSet::new();
    let mut statement = connection.prepare_cached(LINKS)?;
    let mut found = statement.query([serde_json::to_string(ids)?])?;
    while let Some(row) = found.next()? {
        let id = row.get(0)?;
        if !seen.insert(id) {
            continue;
        }
        if row.get(3)? {
            linked.deleted += 1;
            continue;
        }
        let Some(kind) = rows::kind_of(row.get(1)?) else {
            continue;
        };
        if linked.first.len() < most {
            linked.first.push(id);
        }
        if kind == ResourceType::Image && linked.picture.is_none() {
            linked.picture = Some(id);
        }
        let format: Option<String> = row.get(2)?;
        *linked.kinds.entry((kind, format)).or_default() += 1;
    }
    Ok(linked)
}
