//! Searching queue and library.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rusqlite::{Connection, Row, ToSql, params_from_iter};
use serde_json::{Map, Value};

use super::library;
use super::list::{self, Known};
use crate::error::QueueError;
use crate::job::{BatchId, State};
use crate::list::{Facets, Group, Heading, Listed, Run, Scope, Search};

/// The folder that a job's parameters name, as [`library::folder`] reads it.
const FOLDER: &str =
    "coalesce(json_extract(params, '$.asset_folder'), json_extract(params, '$.folder'), '')";
/// Tags are a list, or one text with commas.
const TAGS: &str = "json_extract(params, '$.tags')";

pub(crate) fn find(
    connection: &Connection,
    known: &mut Known,
    search: &Search,
) -> Result<Vec<Group>, QueueError> {
    match search.scope {
        Scope::Queue => in_queue(connection, search),
        Scope::Library => {
            let visible = Visible::of(&list::all(connection, known, &BTreeMap::new())?);
            in_library(connection, search, &visible)
        }
    }
}

/// The jobs that are in the list.
struct Visible(Vec<Run>);

impl Visible {
    fn of(listed: &[Listed]) -> Visible {
        let runs = listed.iter().flat_map(|listed| listed.runs.iter().copied());
        let mut runs: Vec<Run> = runs.collect();
        runs.sort_unstable_by_key(|run| run.first);
        Visible(runs)
    }

    fn contains(&self, job: i64) -> bool {
        let behind = self.0.partition_point(|run| run.first <= job);
        let run = behind.checked_sub(1).and_then(|at| self.0.get(at));
        run.is_some_and(|run| job < run.first + i64::from(run.count))
    }
}

fn in_queue(connection: &Connection, search: &Search) -> Result<Vec<Group>, QueueError> {
    let mut filter = Filter::new("jobs.removed_at IS NULL");
    filter.common(search, "jobs", "created_at", FOLDER);
    if let Some(kind) = search.kind {
        let kind = filter.value(kind.as_str());
        filter.clause(format!("coalesce(resource_type, requested_type) = {kind}"));
    }
    if !search.states.is_empty() {
        let states: Vec<&str> = search.states.iter().map(|state| state.as_str()).collect();
        filter.clause(format!("state IN ('{}')", states.join("', '")));
    }
    if let Some(tag) = &search.tag {
        // JSON is read only where the text of the parameters holds the tag at all
        let (plain, inside) = (filter.value(tag.clone()), filter.value(quoted(tag)));
        filter.clause(format!("instr(params, {inside}) > 0"));
        // a list is JSON still when it is taken out
        filter.clause(format!(
            "(instr({TAGS}, '\"' || {inside} || '\"') > 0 \
              OR instr(',' || replace({TAGS}, ', ', ',') || ',', ',' || {plain} || ',') > 0)"
        ));
    }
    for word in search.words.split_whitespace() {
        // most rows are decided by the short columns; JSON is read only where its text holds the word
        filter.any_case(word, |plain, quoted| {
            let (name, id) = (holds("name", plain), holds("public_id", plain));
            let params = holds("params", quoted);
            let in_params = format!("{FOLDER} || char(10) || coalesce({TAGS}, '')");
            let in_params = [plain, quoted].map(|way| holds(&format!("({in_params})"), way));
            let in_params = in_params.join(" OR ");
            let receipt = holds("receipt", quoted);
            let stored = holds("json_extract(receipt, '$.public_id')", plain);
            format!("{name} OR {id} OR ({params} AND ({in_params})) OR ({receipt} AND {stored})")
        });
    }
    let sql = format!(
        "SELECT batch, id FROM jobs WHERE {} ORDER BY batch DESC, id",
        filter.clauses.join(" AND ")
    );
    let mut groups: Vec<Group> = Vec::new();
    filter.each(connection, &sql, |row| {
        let heading = Heading::Batch(BatchId::new(row.get(0)?));
        push(&mut groups, heading, row.get(1)?);
        Ok(())
    })?;
    Ok(groups)
}

fn in_library(
    connection: &Connection,
    search: &Search,
    visible: &Visible,
) -> Result<Vec<Group>, QueueError> {
    if !search.states.is_empty() && !search.states.contains(&State::Done) {
        return Ok(Vec::new());
    }
    let mut filter = Filter::new("library.deleted_at IS NULL");
    filter.common(search, "library", "uploaded_at", "library.folder");
    if let Some(kind) = search.kind {
        let kind = filter.value(kind.as_str());
        filter.clause(format!("library.resource_type = {kind}"));
    }
    if let Some(tag) = &search.tag {
        let element = filter.value(format!("\"{}\"", quoted(tag)));
        filter.clause(format!("instr(library.tags, {element}) > 0"));
    }
    for word in search.words.split_whitespace() {
        filter.any_case(word, |plain, quoted| {
            let columns = ["library.name", "library.public_id", "library.folder"];
            let plain = columns.map(|column| holds(column, plain)).join(" OR ");
            format!("{plain} OR {}", holds("library.tags", quoted))
        });
    }
    let sql = format!(
        "SELECT id, job, uploaded_at FROM library WHERE {} ORDER BY id DESC",
        filter.clauses.join(" AND ")
    );
    let mut groups: Vec<Group> = Vec::new();
    let mut month = Month::default();
    filter.each(connection, &sql, |row| {
        let (entry, job): (i64, Option<i64>) = (row.get(0)?, row.get(1)?);
        let heading = month.of(row.get(2)?, &search.zone);
        let job = job.filter(|job| visible.contains(*job));
        push(&mut groups, heading, job.unwrap_or(-entry));
        Ok(())
    })?;
    Ok(in_order(groups))
}

/// Entries come by number, which is the order of time unless the clock was changed: then a month comes twice.
fn in_order(mut groups: Vec<Group>) -> Vec<Group> {
    groups.sort_by_key(|group| std::cmp::Reverse(group.heading));
    groups.dedup_by(|next, group| {
        let same = next.heading == group.heading;
        if same {
            group.runs.append(&mut next.runs);
        }
        same
    });
    groups
}

/// Folders and tags of what is in the library and of what is not there yet, most used first.
pub(crate) fn facets(connection: &Connection, most: usize) -> Result<Facets, QueueError> {
    let mut folders = BTreeMap::new();
    let mut tags = BTreeMap::new();
    let of_library = "SELECT folder, tags, count(*) FROM library WHERE deleted_at IS NULL AND (folder <> '' OR tags <> '[]') \
                      GROUP BY folder, tags";
    let mut statement = connection.prepare_cached(of_library)?;
    let mut found = statement.query([])?;
    while let Some(row) = found.next()? {
        let count: u64 = row.get::<_, i64>(2)?.cast_unsigned();
        *folders.entry(row.get(0)?).or_default() += count;
        for tag in serde_json::from_str::<Vec<String>>(&row.get::<_, String>(1)?)? {
            *tags.entry(tag).or_default() += count;
        }
    }
    let of_queue = "SELECT params, count(*) FROM jobs WHERE removed_at IS NULL AND receipt IS NULL GROUP BY params";
    let mut statement = connection.prepare_cached(of_queue)?;
    let mut found = statement.query([])?;
    while let Some(row) = found.next()? {
        let params: Map<String, Value> = serde_json::from_str(&row.get::<_, String>(0)?)?;
        let count: u64 = row.get::<_, i64>(1)?.cast_unsigned();
        *folders.entry(library::folder(&params)).or_default() += count;
        for tag in library::tags(&params) {
            *tags.entry(tag).or_default() += count;
        }
    }
    Ok(Facets {
        folders: most_used(folders, most),
        tags: most_used(tags, most),
    })
}

fn most_used(counts: BTreeMap<String, u64>, most: usize) -> Vec<String> {
    let mut counts: Vec<(String, u64)> = counts
        .into_iter()
        .filter(|(name, _)| !name.is_empty())
        .collect();
    // stable: the same count in the order of the alphabet
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts.truncate(most);
    counts.into_iter().map(|(name, _)| name).collect()
}

fn push(groups: &mut Vec<Group>, heading: Heading, id: i64) {
    match groups.last_mut() {
        Some(group) if group.heading == heading => Run::push(&mut group.runs, id),
        Some(_) | None => {
            let runs = vec![Run {
                first: id,
                count: 1,
            }];
            groups.push(Group { heading, runs });
        }
    }
}

/// The month of one row after the other; rows of the same month need no calendar.
#[derive(Default)]
struct Month {
    /// From, until before, in milliseconds.
    known: Option<(i64, i64, Heading)>,
}

impl Month {
    fn of(&mut self, milliseconds: i64, zone: &TimeZone) -> Heading {
        if let Some((from, until, heading)) = self.known
            && (from..until).contains(&milliseconds)
        {
            return heading;
        }
        let at = Timestamp::from_millisecond(milliseconds).unwrap_or_default();
        let date = zone.to_datetime(at).date();
        let heading = Heading::Month(date.year(), date.month());
        let start = |date: jiff::civil::Date| {
            let start = zone.to_timestamp(date.at(0, 0, 0, 0)).ok()?;
            Some(start.as_millisecond())
        };
        let first = date.first_of_month();
        let next = date.last_of_month().tomorrow().ok();
        self.known = start(first)
            .zip(next.and_then(start))
            .map(|(from, until)| (from, until, heading));
        heading
    }
}

/// Clauses and the values for their marks.
struct Filter {
    clauses: Vec<String>,
    values: Vec<Box<dyn ToSql>>,
}

impl Filter {
    fn new(clause: &str) -> Filter {
        Filter {
            clauses: vec![clause.to_owned()],
            values: Vec::new(),
        }
    }

    fn clause(&mut self, clause: String) {
        self.clauses.push(clause);
    }

    /// The mark for a value; it may stand in several places.
    fn value(&mut self, value: impl ToSql + 'static) -> String {
        self.values.push(Box::new(value));
        format!("?{}", self.values.len())
    }

    fn common(&mut self, search: &Search, table: &str, time: &str, folder: &str) {
        if let Some(account) = &search.account {
            let account = self.value(account.clone());
            self.clause(format!("{table}.account = {account}"));
        }
        if let Some(since) = search.since {
            let since = self.value(since.as_millisecond());
            self.clause(format!("{table}.{time} >= {since}"));
        }
        if let Some(before) = search.before {
            let before = self.value(before.as_millisecond());
            self.clause(format!("{table}.{time} < {before}"));
        }
        if let Some(named) = &search.folder {
            let mut below = library::like(&format!("{named}/"));
            below.remove(0);
            let (here, below) = (self.value(named.clone()), self.value(below));
            self.clause(format!("({folder} = {here} OR {})", holds(folder, &below)));
        }
    }

    /// A clause for each way in which a word may be written: `LIKE` knows the two cases of ASCII only.
    fn any_case(&mut self, word: &str, clause: impl Fn(&str, &str) -> String) {
        let mut ways = vec![word.to_owned()];
        if !word.is_ascii() {
            let (lower, upper) = (word.to_lowercase(), word.to_uppercase());
            let mut letters = lower.chars();
            let title: String = letters.next().map_or_else(String::new, |first| {
                first.to_uppercase().chain(letters).collect()
            });
            ways.extend([lower, upper, title]);
            ways.sort_unstable();
            ways.dedup();
        }
        let ways: Vec<String> = ways
            .iter()
            .map(|way| {
                let plain = self.value(library::like(way));
                let quoted = self.value(library::like(&quoted(way)));
                clause(&plain, &quoted)
            })
            .collect();
        self.clause(format!("({})", ways.join(" OR ")));
    }

    fn each(
        &self,
        connection: &Connection,
        sql: &str,
        mut take: impl FnMut(&Row<'_>) -> Result<(), QueueError>,
    ) -> Result<(), QueueError> {
        let mut statement = connection.prepare_cached(sql)?;
        let mut found = statement.query(params_from_iter(self.values.iter()))?;
        while let Some(row) = found.next()? {
            take(row)?;
        }
        Ok(())
    }
}

/// The clause for a pattern of [`library::like`].
fn holds(column: &str, pattern: &str) -> String {
    format!("{column} LIKE {pattern} ESCAPE '\\'")
}

/// A text as it stands inside JSON.
fn quoted(text: &str) -> String {
    let quoted = Value::from(text).to_string();
    quoted
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or_default()
        .to_owned()
}
