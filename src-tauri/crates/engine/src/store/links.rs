//! Which of many rows have a link.

use rusqlite::Connection;

use super::rows;
use crate::error::QueueError;
use crate::kind::ResourceType;
use crate::list::Linked;

/// What is asked of each row is found in its receipt, as text, by SQLite: to build a hundred thousand jobs takes seconds.
const LINKS: &str = "WITH chosen AS MATERIALIZED (SELECT min(key) AS key, value AS id FROM json_each(?) GROUP BY value) \
     SELECT chosen.key, chosen.id, jobs.receipt ->> '$.resource_type', jobs.receipt ->> '$.format', EXISTS ( \
        SELECT 1 FROM library WHERE library.account = jobs.account AND library.deleted_at IS NOT NULL \
        AND library.resource_type = jobs.receipt ->> '$.resource_type' \
        AND library.delivery_type = jobs.receipt ->> '$.delivery_type' \
        AND library.public_id = jobs.receipt ->> '$.public_id') \
     FROM chosen JOIN jobs ON jobs.id = chosen.id WHERE jobs.removed_at IS NULL AND jobs.receipt IS NOT NULL \
     UNION ALL \
     SELECT chosen.key, chosen.id, library.resource_type, library.receipt ->> '$.format', library.deleted_at IS NOT NULL \
     FROM chosen JOIN library ON library.id = -chosen.id \
     ORDER BY 1";

/// What of these rows has a link, each once and in the order given; the numbers of the first `most`.
pub(crate) fn linked(
    connection: &Connection,
    ids: &[i64],
    most: usize,
) -> Result<Linked, QueueError> {
    let mut linked = Linked::default();
    let mut statement = connection.prepare_cached(LINKS)?;
    let mut found = statement.query([serde_json::to_string(ids)?])?;
    while let Some(row) = found.next()? {
        let id = row.get(1)?;
        if row.get(4)? {
            linked.deleted += 1;
            continue;
        }
        let Some(kind) = rows::kind_of(row.get(2)?) else {
            continue;
        };
        if linked.first.len() < most {
            linked.first.push(id);
        }
        if kind == ResourceType::Image && linked.picture.is_none() {
            linked.picture = Some(id);
        }
        let format: Option<String> = row.get(3)?;
        *linked.kinds.entry((kind, format)).or_default() += 1;
    }
    Ok(linked)
}
