//! The library in the database.

use std::collections::{BTreeSet, HashSet};

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, ToSql, named_params, params, params_from_iter};
use serde_json::{Map, Value, json};

use super::rows;
use crate::crash;
use crate::error::QueueError;
use crate::job::{Job, JobId, Source};
use crate::kind::ResourceType;
use crate::library::{AssetKey, LibraryAsset, LibraryQuery, NewAsset, Origin};
use crate::receipt::{Doubt, Incomparable, Receipt, Verification};

/// A link that answered less than so long ago is believed.
const LINK_BELIEVED: SignedDuration = SignedDuration::from_hours(24);

/// The row of an [`AssetKey`].
const KEY: &str = "account = ? AND resource_type = ? AND delivery_type = ? AND public_id = ?";

fn named(key: &AssetKey) -> [&str; 4] {
    [
        &key.account,
        key.resource_type.as_str(),
        &key.delivery_type,
        &key.public_id,
    ]
}

/// An upload that may answer for another job.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Earlier {
    pub(crate) id: i64,
    pub(crate) receipt: Receipt,
    /// How far it was checked.
    pub(crate) verification: Verification,
    /// The link answered less than a day ago.
    pub(crate) believed: bool,
}

/// Writes the asset of a job; a newer version of the same asset takes the place of the older.
pub(super) fn shelve(connection: &Connection, job: &Job, now: Timestamp) -> Result<(), QueueError> {
    let Some(receipt) = &job.receipt else {
        return Ok(());
    };
    let asset = NewAsset {
        account: job.account.clone(),
        cloud_name: job.cloud_name.clone(),
        receipt: receipt.clone(),
        name: job.name.clone(),
        folder: folder(&job.params),
        tags: tags(&job.params),
        origin: Origin::Queue,
    };
    let local = Local {
        job: Some(job.id),
        source: match &job.source {
            Source::File(path) => Some(rows::path_bytes(path)),
            Source::Url(_) | Source::Widget(_) => None,
        },
        size: job.size,
        md5: job.md5.clone(),
        fingerprint: may_answer(job).then(|| fingerprint(job)),
    };
    insert(connection, &asset, &job.verification, &local, now)?;
    Ok(())
}

/// Whether what became of a job is the answer for another one with the same bytes.
pub(crate) fn may_answer(job: &Job) -> bool {
    // A service that gives no checksum still has this file, under a name that is only ours: sending it again would not
    // verify it, and would make a second one.
    let is_stored = match job.verification {
        Verification::Verified | Verification::Incomparable { .. } => true,
        Verification::NotVerified {
            reason: Doubt::NoEtag,
        } => job.public_id_rule.is_random(),
        Verification::NotVerified { .. } | Verification::Pending => false,
    };
    is_stored && job.md5.is_some()
}

/// Writes an asset that something else stored, and its row in the list.
pub(crate) fn record(
    connection: &Connection,
    asset: &NewAsset,
    now: Timestamp,
) -> Result<i64, QueueError> {
    crash::holds(|| "recorded".to_owned());
    let verification = match asset.receipt.signature_verified {
        Some(true) => Verification::Incomparable {
            why: Incomparable::SentByWidget,
        },
        Some(false) => Verification::NotVerified {
            reason: Doubt::WrongSignature,
        },
        None => Verification::NotVerified {
            reason: Doubt::ReportedOnly,
        },
    };
    let job = super::jobs::insert_done(connection, asset, &verification, now)?;
    let local = Local {
        job: Some(job),
        ..Local::default()
    };
    insert(connection, asset, &verification, &local, now)
}

/// An upload of the same bytes with the same effective parameters, newest first.
pub(crate) fn earlier(
    connection: &Connection,
    job: &Job,
    md5: &str,
    now: Timestamp,
) -> Result<Option<Earlier>, QueueError> {
    let found = connection
        .prepare_cached(
            "SELECT id, receipt, verification, link_checked_at FROM library WHERE account = ? AND size = ? AND md5 = ? AND fingerprint = ? \
             AND deleted_at IS NULL ORDER BY id DESC LIMIT 1",
        )?
        .query_row(params![job.account, job.size.map(u64::cast_signed), md5, fingerprint(job)], |row| {
            Ok((row.get(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?, row.get(3)?))
        })
        .optional()?;
    let Some((id, receipt, verification, checked_at)) = found else {
        return Ok(None);
    };
    let believed =
        rows::time(Some(checked_at)).is_some_and(|at| now.duration_since(at) < LINK_BELIEVED);
    Ok(Some(Earlier {
        id,
        receipt: serde_json::from_str(&receipt)?,
        verification: serde_json::from_str(&verification)?,
        believed,
    }))
}

/// Whether it is worth hashing a file before it is sent.
pub(crate) fn has_size(
    connection: &Connection,
    account: &str,
    size: u64,
) -> Result<bool, QueueError> {
    let mut statement = connection.prepare_cached(
        "SELECT 1 FROM library WHERE account = ? AND size = ? AND fingerprint IS NOT NULL AND deleted_at IS NULL LIMIT 1",
    )?;
    Ok(statement.exists(params![account, size.cast_signed()])?)
}

/// The link of an asset answered.
pub(crate) fn link_answered(
    connection: &Connection,
    id: i64,
    now: Timestamp,
) -> Result<(), QueueError> {
    crash::holds(|| "link-answered".to_owned());
    connection.execute(
        "UPDATE library SET link_checked_at = ? WHERE id = ?",
        params![now.as_millisecond(), id],
    )?;
    Ok(())
}

/// The link of an asset may answer no more: it is asked before it is the answer for another job.
pub(crate) fn doubt_link(connection: &Connection, key: &AssetKey) -> Result<(), QueueError> {
    crash::holds(|| "link-doubted".to_owned());
    let sql = format!("UPDATE library SET link_checked_at = 0 WHERE {KEY}");
    connection.execute(&sql, named(key))?;
    Ok(())
}

pub(crate) fn list(
    connection: &Connection,
    query: &LibraryQuery,
) -> Result<Vec<LibraryAsset>, QueueError> {
    let mut clauses = vec!["1".to_owned()];
    let mut values: Vec<Box<dyn ToSql>> = Vec::new();
    if !query.with_deleted {
        clauses.push("deleted_at IS NULL".into());
    }
    if let Some(account) = &query.account {
        clauses.push("account = ?".into());
        values.push(Box::new(account.clone()));
    }
    if let Some(kind) = query.resource_type {
        clauses.push("resource_type = ?".into());
        values.push(Box::new(kind.as_str()));
    }
    if let Some(before) = query.before {
        clauses.push("id < ?".into());
        values.push(Box::new(before));
    }
    for word in query
        .search
        .as_deref()
        .unwrap_or_default()
        .split_whitespace()
    {
        clauses.push(r"(name || char(10) || public_id || char(10) || folder || char(10) || tags) LIKE ? ESCAPE '\'".into());
        values.push(Box::new(like(word)));
    }
    let limit = query.limit.unwrap_or(100);
    let sql = format!(
        "SELECT * FROM library WHERE {} ORDER BY id DESC LIMIT {limit}",
        clauses.join(" AND ")
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut found = statement.query(params_from_iter(values))?;
    let mut assets = Vec::new();
    while let Some(row) = found.next()? {
        assets.push(asset(row)?);
    }
    Ok(assets)
}

/// These assets, also deleted ones.
pub(crate) fn some(connection: &Connection, ids: &[i64]) -> Result<Vec<LibraryAsset>, QueueError> {
    let mut statement = connection
        .prepare_cached("SELECT * FROM library WHERE id IN (SELECT value FROM json_each(?))")?;
    let mut found = statement.query([serde_json::to_string(ids)?])?;
    let mut assets = Vec::new();
    while let Some(row) = found.next()? {
        assets.push(asset(row)?);
    }
    Ok(assets)
}

/// One asset, also a deleted one.
pub(crate) fn one(
    connection: &Connection,
    key: &AssetKey,
) -> Result<Option<LibraryAsset>, QueueError> {
    let mut statement = connection.prepare_cached(&format!("SELECT * FROM library WHERE {KEY}"))?;
    let found = statement
        .query_row(named(key), |row| Ok(asset(row)))
        .optional()?;
    found.transpose()
}

/// Those of these assets that were the answer for another job of the same bytes.
pub(crate) fn answered_others(
    connection: &Connection,
    keys: &HashSet<AssetKey>,
) -> Result<HashSet<AssetKey>, QueueError> {
    let accounts: BTreeSet<&str> = keys.iter().map(|key| key.account.as_str()).collect();
    let ids: BTreeSet<&str> = keys.iter().map(|key| key.public_id.as_str()).collect();
    let mut statement = connection.prepare_cached(
        "SELECT account, receipt FROM jobs WHERE reused AND removed_at IS NULL \
         AND account IN (SELECT value FROM json_each(?)) \
         AND json_extract(receipt, '$.public_id') IN (SELECT value FROM json_each(?))",
    )?;
    let lists = [
        serde_json::to_string(&accounts)?,
        serde_json::to_string(&ids)?,
    ];
    let mut found = statement.query(lists)?;
    let mut others = HashSet::new();
    while let Some(row) = found.next()? {
        let receipt: Receipt = serde_json::from_str(&row.get::<_, String>(1)?)?;
        others.insert(AssetKey::of(&row.get::<_, String>(0)?, &receipt));
    }
    others.retain(|key| keys.contains(key));
    Ok(others)
}

/// When an asset was deleted from the service, if it was.
pub(super) fn deleted_at(
    connection: &Connection,
    key: &AssetKey,
) -> Result<Option<Timestamp>, QueueError> {
    let mut statement =
        connection.prepare_cached(&format!("SELECT deleted_at FROM library WHERE {KEY}"))?;
    let found = statement
        .query_row(named(key), |row| row.get::<_, Option<i64>>(0))
        .optional()?;
    Ok(rows::time(found.flatten()))
}

/// Returns whether the asset was there.
pub(crate) fn mark_deleted(
    connection: &Connection,
    key: &AssetKey,
    at: Option<Timestamp>,
) -> Result<bool, QueueError> {
    crash::holds(|| "deleted".to_owned());
    let at = at.map(Timestamp::as_millisecond);
    let sql = "UPDATE library SET deleted_at = ? WHERE account = ? AND resource_type = ? AND delivery_type = ? AND public_id = ?";
    let changed = connection.execute(
        sql,
        params![
            at,
            key.account,
            key.resource_type.as_str(),
            key.delivery_type,
            key.public_id
        ],
    )?;
    Ok(changed > 0)
}

/// Returns whether the asset was there.
pub(crate) fn forget(connection: &Connection, key: &AssetKey) -> Result<bool, QueueError> {
    crash::holds(|| "forgotten".to_owned());
    let sql = "DELETE FROM library WHERE account = ? AND resource_type = ? AND delivery_type = ? AND public_id = ?";
    let changed = connection.execute(
        sql,
        params![
            key.account,
            key.resource_type.as_str(),
            key.delivery_type,
            key.public_id
        ],
    )?;
    Ok(changed > 0)
}

/// What is known of the local side of an asset.
#[derive(Default)]
struct Local {
    job: Option<JobId>,
    source: Option<Vec<u8>>,
    size: Option<u64>,
    md5: Option<String>,
    fingerprint: Option<String>,
}

fn insert(
    connection: &Connection,
    asset: &NewAsset,
    verification: &Verification,
    local: &Local,
    now: Timestamp,
) -> Result<i64, QueueError> {
    // a replaced row gets a new number, so that the newest is on top
    let key = AssetKey {
        account: asset.account.clone(),
        resource_type: asset.receipt.resource_type,
        delivery_type: asset.receipt.delivery_type.clone(),
        public_id: asset.receipt.public_id.clone(),
    };
    forget(connection, &key)?;
    let id = connection
        .prepare_cached(
            "INSERT INTO library (account, cloud_name, resource_type, delivery_type, public_id, receipt, name, folder, tags, \
             origin, verification, job, source, size, md5, fingerprint, uploaded_at, link_checked_at) VALUES (:account, \
             :cloud_name, :resource_type, :delivery_type, :public_id, :receipt, :name, :folder, :tags, :origin, \
             :verification, :job, :source, :size, :md5, :fingerprint, :now, :now)",
        )?
        .insert(named_params! {
            ":account": key.account,
            ":cloud_name": asset.cloud_name,
            ":resource_type": key.resource_type.as_str(),
            ":delivery_type": key.delivery_type,
            ":public_id": key.public_id,
            ":receipt": serde_json::to_string(&asset.receipt)?,
            ":name": asset.name,
            ":folder": asset.folder,
            ":tags": serde_json::to_string(&asset.tags)?,
            ":origin": serde_json::to_string(&asset.origin)?,
            ":verification": serde_json::to_string(verification)?,
            ":job": local.job.map(JobId::get),
            ":source": local.source,
            ":size": local.size.map(u64::cast_signed),
            ":md5": local.md5,
            ":fingerprint": local.fingerprint,
            ":now": now.as_millisecond(),
        })?;
    Ok(id)
}

/// Rows that are not an asset.
pub(super) fn unreadable(connection: &Connection) -> Result<Vec<i64>, QueueError> {
    let mut statement = connection.prepare("SELECT * FROM library")?;
    let mut found = statement.query([])?;
    let mut unreadable = Vec::new();
    while let Some(row) = found.next()? {
        if asset(row).is_err() {
            unreadable.push(row.get("id")?);
        }
    }
    Ok(unreadable)
}

fn asset(row: &Row<'_>) -> Result<LibraryAsset, QueueError> {
    let json = |column: &str| row.get::<_, String>(column);
    Ok(LibraryAsset {
        id: row.get("id")?,
        account: row.get("account")?,
        cloud_name: row.get("cloud_name")?,
        receipt: serde_json::from_str(&json("receipt")?)?,
        name: row.get("name")?,
        folder: row.get("folder")?,
        tags: serde_json::from_str(&json("tags")?)?,
        origin: serde_json::from_str(&json("origin")?)?,
        verification: serde_json::from_str(&json("verification")?)?,
        job: row.get::<_, Option<i64>>("job")?.map(JobId::new),
        local_path: row
            .get::<_, Option<Vec<u8>>>("source")?
            .map(rows::path_from),
        uploaded_at: rows::time(row.get("uploaded_at")?).unwrap_or_default(),
        deleted_at: rows::time(row.get("deleted_at")?),
    })
}

/// Everything besides the bytes that makes two uploads the same one. Names sorted: the order in which a front end
/// wrote the parameters does not matter.
fn fingerprint(job: &Job) -> String {
    let rule = serde_json::to_value(&job.public_id_rule).unwrap_or_default();
    let kind = job.requested_type.map(ResourceType::as_str);
    json!([kind, rule, sorted(&Value::Object(job.params.clone()))]).to_string()
}

fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut pairs: Vec<_> = map.iter().collect();
            pairs.sort_unstable_by_key(|(name, _)| name.as_str());
            Value::Array(
                pairs
                    .into_iter()
                    .map(|(name, value)| json!([name, sorted(value)]))
                    .collect(),
            )
        }
        Value::Array(list) => Value::Array(list.iter().map(sorted).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

pub(crate) fn folder(params: &Map<String, Value>) -> String {
    ["asset_folder", "folder"]
        .iter()
        .find_map(|name| params.get(*name)?.as_str())
        .unwrap_or_default()
        .to_owned()
}

pub(crate) fn tags(params: &Map<String, Value>) -> Vec<String> {
    let words = |text: &str| {
        text.split(',')
            .map(str::trim)
            .filter(|tag| !tag.is_empty())
            .map(str::to_owned)
            .collect()
    };
    match params.get("tags") {
        Some(Value::String(text)) => words(text),
        Some(Value::Array(list)) => list
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_)) | None => {
            Vec::new()
        }
    }
}

/// The pattern for a text anywhere in another.
pub(super) fn like(word: &str) -> String {
    let mut pattern = String::from("%");
    for c in word.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}
