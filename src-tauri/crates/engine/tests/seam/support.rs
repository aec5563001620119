//! A service in memory that can be told to fail, a clock that stands still, and waiting for a state.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use engine::*;
use jiff::{SignedDuration, Timestamp};
use md5::{Digest, Md5};
use serde_json::Map;
use tempfile::TempDir;
use tokio::sync::watch;

pub(crate) const ACCOUNT: &str = "acc-00000001";

/// What one request comes to, instead of working.
#[derive(Clone, Debug)]
pub(crate) enum Script {
    /// It works.
    Work,
    /// Nothing is stored.
    Fail(Failure),
    /// So many bytes move, then the connection is cut.
    CutAfter(u64),
    /// So many bytes move, and then nothing more, until the caller gives up.
    HangAfter(u64),
    /// Everything is stored, and the answer never comes.
    StoreAndHang,
    /// Everything is stored, and the answer is lost.
    StoreAndCut,
    /// Everything is stored, and the answer says something else.
    StoreAndFail(Failure),
    /// The service answers this.
    Answer(Answer),
}

#[derive(Clone, Debug)]
pub(crate) struct Asset {
    pub(crate) public_id: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) resource_type: ResourceType,
    pub(crate) version: u64,
}

#[derive(Default)]
struct Inside {
    script: VecDeque<Script>,
    find_script: VecDeque<Option<Failure>>,
    finds_links_only: bool,
    link_script: VecDeque<Result<bool, Failure>>,
    assets: BTreeMap<String, Asset>,
    chunks: HashMap<String, BTreeMap<u64, Vec<u8>>>,
    parts: Vec<(Timestamp, Part)>,
    finds: Vec<Wanted>,
    versions: u64,
}

/// The service.
pub(crate) struct Service {
    inside: Mutex<Inside>,
    clock: Arc<ManualClock>,
    /// Requests begun.
    begun: watch::Sender<usize>,
    /// Requests that are open now.
    open: watch::Sender<usize>,
}

impl Service {
    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap()
    }

    pub(crate) fn next(&self, script: impl IntoIterator<Item = Script>) {
        self.inside().script.extend(script);
    }

    pub(crate) fn next_find_fails(&self, failure: Failure) {
        self.inside().find_script.push_back(Some(failure));
    }

    /// The service is still at work on it.
    pub(crate) fn next_find_is_too_early(&self) {
        self.inside().find_script.push_back(None);
    }

    /// As for an account without a secret: that something is there is all that can be found out.
    pub(crate) fn find_links_only(&self) {
        self.inside().finds_links_only = true;
    }

    pub(crate) fn next_link(&self, answer: Result<bool, Failure>) {
        self.inside().link_script.push_back(answer);
    }

    pub(crate) fn put(&self, public_id: &str, bytes: &[u8]) {
        let asset = Asset {
            public_id: public_id.into(),
            bytes: bytes.into(),
            resource_type: ResourceType::Image,
            version: 1,
        };
        self.inside().assets.insert(public_id.into(), asset);
    }

    pub(crate) fn parts(&self) -> Vec<Part> {
        self.inside()
            .parts
            .iter()
            .map(|(_, part)| part.clone())
            .collect()
    }

    pub(crate) fn sent_at(&self) -> Vec<Timestamp> {
        self.inside().parts.iter().map(|(at, _)| *at).collect()
    }

    pub(crate) fn finds(&self) -> Vec<Wanted> {
        self.inside().finds.clone()
    }

    pub(crate) fn assets(&self) -> Vec<Asset> {
        self.inside().assets.values().cloned().collect()
    }

    /// Returns when so many requests were begun in all.
    pub(crate) async fn begun(&self, count: usize) {
        let mut begun = self.begun.subscribe();
        soon(async { begun.wait_for(|begun| *begun >= count).await.map(drop) })
            .await
            .unwrap();
    }

    /// Returns when exactly so many requests are open.
    pub(crate) async fn open(&self, count: usize) {
        let mut open = self.open.subscribe();
        soon(async { open.wait_for(|open| *open == count).await.map(drop) })
            .await
            .unwrap();
    }
}

/// Counts an open request; dropped with it, also when the caller gives up.
struct Open<'a>(&'a watch::Sender<usize>);

impl<'a> Open<'a> {
    fn new(count: &'a watch::Sender<usize>) -> Open<'a> {
        count.send_modify(|count| *count += 1);
        Open(count)
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

#[async_trait]
impl Transport for Service {
    async fn send(&self, part: Part, flow: Arc<dyn Flow>) -> Result<Answer, Failure> {
        let script = {
            let mut inside = self.inside();
            let now = self.clock.now();
            inside.parts.push((now, part.clone()));
            inside.script.pop_front()
        };
        let _open = Open::new(&self.open);
        let bytes = read(&part)?;
        flow.pass(bytes.len() as u64).await;
        match script {
            Some(Script::Fail(failure)) => {
                self.begun.send_modify(|begun| *begun += 1);
                return Err(failure);
            }
            Some(Script::CutAfter(moved)) => {
                flow.moved(moved);
                self.begun.send_modify(|begun| *begun += 1);
                return Err(cut());
            }
            Some(Script::HangAfter(moved)) => {
                flow.moved(moved);
                self.begun.send_modify(|begun| *begun += 1);
                return std::future::pending().await;
            }
            Some(Script::Answer(answer)) => {
                flow.moved(bytes.len() as u64);
                self.begun.send_modify(|begun| *begun += 1);
                return Ok(answer);
            }
            Some(
                Script::Work | Script::StoreAndHang | Script::StoreAndCut | Script::StoreAndFail(_),
            )
            | None => {}
        }
        for moved in [bytes.len() / 2, bytes.len()] {
            flow.moved(moved as u64);
        }
        let answer = store(&mut self.inside(), &part, bytes);
        self.begun.send_modify(|begun| *begun += 1);
        match script {
            Some(Script::StoreAndHang) => std::future::pending().await,
            Some(Script::StoreAndCut) => Err(cut()),
            Some(Script::StoreAndFail(failure)) => Err(failure),
            _ => Ok(answer),
        }
    }

    async fn find(&self, what: &Wanted) -> Result<Option<Receipt>, Failure> {
        let mut inside = self.inside();
        inside.finds.push(what.clone());
        if let Some(said) = inside.find_script.pop_front() {
            return said.map_or(Ok(None), Err);
        }
        let found = inside
            .assets
            .get(&what.public_id)
            .map(|asset| receipt(asset, false));
        Ok(found.map(|found| Receipt {
            etag: found.etag.filter(|_| !inside.finds_links_only),
            ..found
        }))
    }

    async fn link_answers(&self, _url: &str) -> Result<bool, Failure> {
        self.inside().link_script.pop_front().unwrap_or(Ok(true))
    }
}

fn read(part: &Part) -> Result<Vec<u8>, Failure> {
    match &part.source {
        PartSource::File {
            path,
            identity,
            first,
            length,
        } => {
            assert_eq!(
                FileIdentity::of(&std::fs::metadata(path).unwrap()),
                *identity
            );
            let bytes = std::fs::read(path).unwrap();
            Ok(bytes[*first as usize..(*first + *length) as usize].to_vec())
        }
        PartSource::Url(url) => Ok(url.clone().into_bytes()),
    }
}

fn store(inside: &mut Inside, part: &Part, bytes: Vec<u8>) -> Answer {
    let bytes = match &part.chunk {
        None => bytes,
        Some(chunk) => {
            let pieces = inside.chunks.entry(chunk.upload_id.clone()).or_default();
            pieces.insert(chunk.first, bytes);
            let whole: Vec<u8> = pieces.values().flatten().copied().collect();
            if whole.len() as u64 != chunk.total || chunk.last + 1 != chunk.total {
                return Answer::ChunkAccepted;
            }
            whole
        }
    };
    inside.versions += 1;
    let name = part
        .public_id
        .clone()
        .unwrap_or_else(|| format!("chosen-by-service-{}", inside.versions));
    let folder = part
        .params
        .get("folder")
        .and_then(|folder| folder.as_str())
        .map(|folder| format!("{folder}/"));
    let public_id = format!("{}{name}", folder.unwrap_or_default());
    if let Some(asset) = inside.assets.get(&public_id) {
        return Answer::Stored(receipt(asset, true));
    }
    let asset = Asset {
        public_id: public_id.clone(),
        bytes,
        resource_type: part.resource_type,
        version: inside.versions,
    };
    let answer = Answer::Stored(receipt(&asset, false));
    inside.assets.insert(public_id, asset);
    answer
}

pub(crate) fn receipt(asset: &Asset, existing: bool) -> Receipt {
    Receipt {
        public_id: asset.public_id.clone(),
        asset_id: None,
        version: asset.version,
        resource_type: asset.resource_type,
        delivery_type: "upload".into(),
        format: None,
        bytes: Some(asset.bytes.len() as u64),
        width: None,
        height: None,
        etag: Some(hex::encode(Md5::digest(&asset.bytes))),
        url: format!("https://res.example/demo/{}", asset.public_id),
        existing,
        signature_verified: Some(true),
        created_at: None,
        transformed: false,
    }
}

pub(crate) fn cut() -> Failure {
    Failure::temporary(FailureKind::Unreachable, None, "The connection was cut.")
}

/// A clock that stands still until a test turns it.
pub(crate) struct ManualClock(watch::Sender<Timestamp>);

impl ManualClock {
    pub(crate) fn set(&self, to: Timestamp) {
        self.0.send_replace(to);
    }

    pub(crate) fn forward(&self, by: SignedDuration) {
        self.0.send_modify(|now| *now += by);
    }
}

#[async_trait]
impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.0.borrow()
    }

    async fn sleep_until(&self, at: Timestamp) {
        let mut clock = self.0.subscribe();
        clock.wait_for(|now| *now >= at).await.unwrap();
    }
}

/// Dice that fall the same way in every run.
#[derive(Default)]
struct Dice(AtomicU64);

impl Chance for Dice {
    fn fraction(&self) -> f64 {
        let roll = self.0.fetch_add(1, Ordering::Relaxed);
        (roll.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// A folder with a queue, a folder with files, a service and a clock.
pub(crate) struct World {
    home: TempDir,
    pub(crate) files: TempDir,
    pub(crate) service: Arc<Service>,
    pub(crate) clock: Arc<ManualClock>,
    dice: Arc<Dice>,
}

impl World {
    pub(crate) fn new() -> World {
        let clock = Arc::new(ManualClock(watch::Sender::new(
            "2026-01-02T03:04:05Z".parse().unwrap(),
        )));
        let service = Service {
            inside: Mutex::default(),
            clock: Arc::clone(&clock),
            begun: watch::Sender::new(0),
            open: watch::Sender::new(0),
        };
        let folder = || tempfile::tempdir().unwrap();
        World {
            home: folder(),
            files: folder(),
            service: Arc::new(service),
            clock,
            dice: Arc::default(),
        }
    }

    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.home.path().join("data")
    }

    /// One more handle on the same folder, as another process would have it.
    pub(crate) fn queue(&self) -> Queue {
        let (clock, chance) = (self.clock.clone(), self.dice.clone());
        Queue::open_within(&self.folder(), Surroundings { clock, chance }).unwrap()
    }

    pub(crate) fn sender(&self, queue: &Queue) -> Sender {
        self.sender_with(
            queue,
            SenderSettings {
                concurrency: 1,
                ..SenderSettings::default()
            },
        )
    }

    pub(crate) fn sender_with(&self, queue: &Queue, settings: SenderSettings) -> Sender {
        Sender::start(
            queue.clone(),
            ACCOUNT.into(),
            self.service.clone(),
            settings,
        )
    }

    pub(crate) fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.files.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    pub(crate) fn asset_bytes(&self) -> Vec<Vec<u8>> {
        self.service
            .assets()
            .into_iter()
            .map(|asset| asset.bytes)
            .collect()
    }
}

pub(crate) fn of_file(path: &Path) -> NewJob {
    NewJob::new(Source::File(path.into()))
}

pub(crate) fn batch(jobs: Vec<NewJob>) -> NewBatch {
    NewBatch {
        account: ACCOUNT.into(),
        cloud_name: "demo".into(),
        label: "test".into(),
        jobs,
        limits: BatchLimits::default(),
    }
}

pub(crate) fn params(pairs: &[(&str, &str)]) -> Map<String, serde_json::Value> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).into()))
        .collect()
}

/// Adds one job and returns its number.
pub(crate) async fn add(queue: &Queue, job: NewJob) -> JobId {
    queue.add(batch(vec![job])).await.unwrap().jobs[0]
}

pub(crate) async fn get(queue: &Queue, id: JobId) -> Job {
    queue.job(id).await.unwrap().unwrap()
}

/// Waits until a job is as wanted; fails after a generous time.
pub(crate) async fn until(queue: &Queue, id: JobId, wanted: impl Fn(&Job) -> bool) -> Job {
    let mut changes = queue.changes();
    let mut last = None;
    let waiting = async {
        loop {
            changes.mark_unchanged();
            let job = get(queue, id).await;
            if wanted(&job) {
                return job;
            }
            last = Some(job);
            changes.changed().await.unwrap();
        }
    };
    match tokio::time::timeout(Duration::from_secs(30), waiting).await {
        Ok(job) => job,
        Err(_) => panic!("the job never became as wanted: {last:#?}"),
    }
}

pub(crate) async fn until_state(queue: &Queue, id: JobId, state: State) -> Job {
    until(queue, id, |job| job.state == state).await
}

pub(crate) async fn soon<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(30), work)
        .await
        .expect("too slow")
}
