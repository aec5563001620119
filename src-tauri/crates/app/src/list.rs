//! Queue and library as one list: rows by number, and which rows there are.

use std::collections::{BTreeMap, HashMap};

use engine::{
    Group, Heading, Job, JobFilter, JobId, LibraryAsset, Origin, ResourceType, Scope, Search,
    Source, State,
};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::de::Error;

use crate::aloft::Aloft;
use crate::contract::{
    Event, Facets, Find, FindScope, Found, FoundGroup, GroupKey, JobOrigin, JobState, JobView,
    Problem, ProblemKind, Progress, RowRefs, Rows, Run, Standing,
};
use crate::language::Language;
use crate::problems;
use crate::state::checked;
use crate::words::{self, Words};

/// So many rows are looked at together; a window shows fewer.
const MOST_ROWS: usize = 200;
/// So many folders and tags are offered.
const MOST_FACETS: usize = 200;
/// Nobody types more to find something.
const LONGEST_QUERY: usize = 1000;

/// What the page looks at, and what it was told of it.
#[derive(Default)]
pub(crate) struct Looked {
    /// `None` until the page says what it looks at.
    pub(crate) ids: Option<Vec<i64>>,
    told: HashMap<i64, JobView>,
    /// In which language.
    spoken: Option<Language>,
}

/// A job, or a library entry that no job stands for.
pub(crate) enum Entry {
    Job(Box<Job>),
    Asset(Box<LibraryAsset>),
}

impl Entry {
    pub(crate) fn name(&self) -> &str {
        match self {
            Entry::Job(job) => &job.name,
            Entry::Asset(asset) => &asset.name,
        }
    }
}

impl Aloft {
    /// The rows asked for, as far as they exist; their changes are told from now on.
    pub(crate) async fn look_at(&self, request: RowRefs) -> Result<Rows, Problem> {
        if request.ids.len() > MOST_ROWS {
            let error = serde_json::Error::custom(format!("more than {MOST_ROWS} rows"));
            return Err(Problem::contract("look_at", &error));
        }
        // held while reading, so that what is told last is what was read last
        let mut looked = self.0.looked.lock().await;
        let rows = self.rows(&request.ids).await?;
        looked.told = rows.iter().map(|row| (row.id, row.clone())).collect();
        looked.ids = Some(request.ids);
        Ok(Rows { rows })
    }

    /// Sends the rows looked at that are no longer as they were told, or only how far they are.
    pub(crate) async fn tell_rows(&self) -> Result<(), Problem> {
        let mut looked = self.0.looked.lock().await;
        let Looked { ids, told, spoken } = &mut *looked;
        // in another language each row is another one
        let now = Language::spoken();
        if spoken.replace(now).is_some_and(|before| before != now) {
            told.clear();
        }
        let Some(ids) = ids.as_deref().filter(|ids| !ids.is_empty()) else {
            return Ok(());
        };
        let mut rows = self.rows(ids).await?;
        let live = self.0.queue.progress();
        let mut moved = Vec::new();
        rows.retain(|row| match told.insert(row.id, row.clone()) {
            Some(before) if is_only_further(&before, row) => {
                // the bytes that this process sends are told at every beat anyway
                if before.sent != row.sent && !live.contains_key(&JobId::new(row.id)) {
                    moved.push(progress(row));
                }
                false
            }
            Some(_) | None => true,
        });
        if !moved.is_empty() {
            let _ = self.0.events.send(Event::Progress(moved));
        }
        if !rows.is_empty() {
            let _ = self.0.events.send(Event::Rows(rows));
        }
        Ok(())
    }

    /// Rows by number, in the order asked; those that are not in the list are left out.
    async fn rows(&self, ids: &[i64]) -> Result<Vec<JobView>, Problem> {
        let entries = self.entries(ids).await?;
        let live = self.0.queue.progress();
        // only warnings need them: the rows are told without
        let accounts = self.accounts().unwrap_or_default();
        let rows = ids.iter().filter_map(|id| match entries.get(id)? {
            Entry::Job(job) => Some(self.job_view(job, live.get(&job.id), &accounts)),
            Entry::Asset(asset) => Some(asset_view(asset)),
        });
        Ok(rows.collect())
    }

    /// What is behind rows, by number.
    pub(crate) async fn entries(&self, ids: &[i64]) -> Result<BTreeMap<i64, Entry>, Problem> {
        let (jobs, assets): (Vec<i64>, Vec<i64>) = ids.iter().partition(|id| **id > 0);
        let mut entries = BTreeMap::new();
        // without numbers the filter would mean every job
        if !jobs.is_empty() {
            let filter = JobFilter {
                ids: jobs.into_iter().map(JobId::new).collect(),
                ..JobFilter::default()
            };
            let jobs = self.0.queue.jobs(filter).await?;
            entries.extend(
                jobs.into_iter()
                    .map(|job| (job.id.get(), Entry::Job(Box::new(job)))),
            );
        }
        let assets: Vec<i64> = assets
            .into_iter()
            .filter_map(|id| id.checked_neg())
            .collect();
        if !assets.is_empty() {
            let assets = self.0.queue.assets(assets).await?;
            let present = assets
                .into_iter()
                .filter(|asset| asset.deleted_at.is_none());
            entries.extend(present.map(|asset| (-asset.id, Entry::Asset(Box::new(asset)))));
        }
        Ok(entries)
    }

    /// What is behind one row; also a job that was just removed.
    pub(crate) async fn entry(&self, id: i64) -> Result<Entry, Problem> {
        if id > 0 {
            return Ok(Entry::Job(Box::new(self.job(id).await?)));
        }
        let found = self.entries(&[id]).await?.remove(&id);
        found.ok_or_else(|| {
            problems::problem(ProblemKind::Gone, words::problem::row_not_in_library())
        })
    }

    /// Which rows there are.
    pub(crate) async fn find(&self, request: Find) -> Result<Found, Problem> {
        let groups = self.0.queue.find(search(request)?).await?;
        let groups: Vec<FoundGroup> = groups.into_iter().map(group_view).collect();
        let runs = groups.iter().flat_map(|group| &group.runs);
        Ok(Found {
            count: runs.map(|run| u64::from(run.count)).sum(),
            groups,
        })
    }

    /// What can be filtered by.
    pub(crate) async fn facets(&self) -> Result<Facets, Problem> {
        let facets = self.0.queue.facets(MOST_FACETS).await?;
        Ok(Facets {
            folders: facets.folders,
            tags: facets.tags,
        })
    }
}

impl From<engine::Run> for Run {
    fn from(run: engine::Run) -> Self {
        Self {
            first: run.first,
            count: run.count,
        }
    }
}

fn group_view(group: Group) -> FoundGroup {
    FoundGroup {
        group: match group.heading {
            Heading::Batch(id) => GroupKey::Batch { id: id.get() },
            Heading::Month(year, month) => GroupKey::Month {
                month: format!("{year:04}-{month:02}"),
            },
        },
        runs: group.runs.into_iter().map(Run::from).collect(),
    }
}

fn search(request: Find) -> Result<Search, Problem> {
    let bad = |words: Words| problems::problem(ProblemKind::BadValue, words);
    if request.query.len() > LONGEST_QUERY {
        return Err(bad(words::problem::query_too_long()));
    }
    let zone = TimeZone::system();
    let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
    let kind = match filled(request.kind).as_deref() {
        None => None,
        Some("image") => Some(ResourceType::Image),
        Some("video") => Some(ResourceType::Video),
        Some("raw") => Some(ResourceType::Raw),
        Some(other) => return Err(bad(words::problem::no_type(other))),
    };
    let time = |text: Option<String>, end: Edge| {
        let text = filled(text);
        let moment =
            |text: &str| moment(text, end, &zone).ok_or_else(|| bad(words::problem::no_date(text)));
        text.as_deref().map(moment).transpose()
    };
    Ok(Search {
        scope: match request.scope {
            FindScope::Queue => Scope::Queue,
            FindScope::Library => Scope::Library,
        },
        words: request.query,
        account: filled(request.account),
        folder: filled(
            request
                .folder
                .map(|folder| folder.trim_matches('/').to_owned()),
        ),
        tag: filled(request.tag),
        kind,
        states: request.standing.map(states).unwrap_or_default(),
        since: time(request.since, Edge::First)?,
        before: time(request.until, Edge::Last)?,
        zone,
    })
}

#[derive(Clone, Copy, PartialEq)]
enum Edge {
    First,
    Last,
}

/// The beginning of a day, or of the one after it where the day is the last; a moment is itself, or the one after it.
fn moment(text: &str, edge: Edge, zone: &TimeZone) -> Option<Timestamp> {
    if let Ok(moment) = text.parse::<Timestamp>() {
        let after = jiff::SignedDuration::from_millis(i64::from(edge == Edge::Last));
        return moment.checked_add(after).ok();
    }
    // a parser of dates would take `2026-11-01T25` for a day as well
    let day: Date = text.parse().ok().filter(|_| text.len() == 10)?;
    let day = match edge {
        Edge::First => day,
        Edge::Last => day.tomorrow().ok()?,
    };
    zone.to_timestamp(day.at(0, 0, 0, 0)).ok()
}

fn states(standing: Standing) -> Vec<State> {
    match standing {
        Standing::Open => vec![
            State::Waiting,
            State::Preparing,
            State::Uploading,
            State::Finishing,
            State::Paused,
            State::WaitingForNetwork,
        ],
        Standing::NeedsYou => vec![State::NeedsYou],
        Standing::Failed => vec![State::Failed],
        Standing::Done => vec![State::Done],
    }
}

/// Whether nothing but bytes is new: progress has an event of its own.
fn is_only_further(before: &JobView, row: &JobView) -> bool {
    let before = JobView {
        sent: row.sent,
        ..before.clone()
    };
    before == *row
}

fn progress(row: &JobView) -> Progress {
    Progress {
        id: row.id,
        sent: row.sent,
        total: row.total,
    }
}

fn asset_view(asset: &LibraryAsset) -> JobView {
    let receipt = &asset.receipt;
    let (verified, verified_reason) = checked(&asset.verification);
    let bytes = receipt.bytes.unwrap_or_default();
    JobView {
        id: -asset.id,
        batch: 0,
        account: asset.account.clone(),
        name: asset.name.clone(),
        origin: match (asset.origin, &asset.local_path) {
            (Origin::Widget, _) => JobOrigin::Widget,
            (Origin::Queue, Some(_)) => JobOrigin::File,
            (Origin::Queue, None) => JobOrigin::Url,
        },
        size: receipt.bytes,
        state: JobState::Done,
        sent: bytes,
        total: bytes,
        problem: None,
        warning: None,
        next_attempt_at: None,
        link: asset.deleted_at.is_none().then(|| receipt.url.clone()),
        verified,
        verified_reason,
        reused: false,
        resource_type: Some(receipt.resource_type.as_str().to_owned()),
        public_id: Some(receipt.public_id.clone()),
        width: receipt.width.map(u64::from),
        height: receipt.height.map(u64::from),
        folder: asset.folder.clone(),
        tags: asset.tags.clone(),
        at: asset.uploaded_at.to_string(),
        deleted: asset.deleted_at.is_some(),
        // What is undone is an upload, and that is a job's.
        undo_until: None,
        stripped: None,
        location_kept: false,
    }
}

/// The local file behind a row, where one is known.
pub(crate) fn local_file(entry: &Entry) -> Option<&std::path::Path> {
    match entry {
        Entry::Job(job) => match &job.source {
            Source::File(path) => Some(path),
            Source::Url(_) | Source::Widget(_) => None,
        },
        Entry::Asset(asset) => asset.local_path.as_deref(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_day_is_included_and_a_moment_is_meant_as_it_stands() {
        let zone = TimeZone::fixed(jiff::tz::offset(2));
        let first = moment("2026-11-01", Edge::First, &zone).unwrap();
        assert_eq!(first.to_string(), "2026-10-31T22:00:00Z");
        let last = moment("2026-11-30", Edge::Last, &zone).unwrap();
        assert_eq!(last.to_string(), "2026-11-30T22:00:00Z");
        let exact = moment("2026-11-30T10:00:00+01:00", Edge::First, &zone).unwrap();
        assert_eq!(exact.to_string(), "2026-11-30T09:00:00Z");
        for nonsense in ["", "yesterday", "2026-13-01", "2026-11-01T"] {
            assert_eq!(moment(nonsense, Edge::First, &zone), None, "{nonsense}");
        }
    }
}
