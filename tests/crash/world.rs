//! One world: a home of its own, a sandbox of its own, files, and `aloft` processes over them.

use std::ffi::OsString;
use std::fs::File;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use app::contract::{Commands, JobState, JobView, RowRefs};
use app::{Aloft, Folders, MemoryStore, NoDesktop, Options};
use rusqlite::Connection;
use sandbox::{Config, Fault, Sandbox};
use serde_json::Value;
use tempfile::TempDir;

/// An upload that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(300);

pub(crate) struct World {
    pub(crate) home: TempDir,
    sandbox: Option<Sandbox>,
    faults: Vec<Fault>,
    latency: Duration,
    files: Vec<(PathBuf, Vec<u8>)>,
    /// Location data is taken out of everything.
    strips: bool,
    url: String,
}

impl World {
    pub(crate) async fn new(faults: Vec<Fault>) -> Self {
        Self::far_away(faults, Duration::ZERO).await
    }

    /// One whose service takes so long for each answer.
    pub(crate) async fn far_away(faults: Vec<Fault>, latency: Duration) -> Self {
        let mut world = Self {
            home: TempDir::new().unwrap(),
            sandbox: None,
            faults,
            latency,
            files: Vec::new(),
            strips: false,
            url: String::new(),
        };
        world.serve().await;
        world
    }

    /// Starts the sandbox: the first time on a free port, then on the same.
    pub(crate) async fn serve(&mut self) {
        let mut config = Config::new(self.home.path().join("service"));
        config.faults.clone_from(&self.faults);
        config.latency = self.latency;
        let sandbox = sandbox::start(config).await.unwrap();
        let url = sandbox.cloudinary_url();
        assert!(
            self.url.is_empty() || self.url == url,
            "the sandbox came back elsewhere"
        );
        self.url = url;
        self.sandbox = Some(sandbox);
    }

    /// The service is gone, in the middle of whatever it does.
    pub(crate) fn vanish(&mut self) {
        self.sandbox = None;
    }

    pub(crate) fn file(&mut self, name: &str, bytes: Vec<u8>) {
        let path = self.home.path().join("files").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &bytes).unwrap();
        self.files.push((path, bytes));
    }

    /// One that arrives with other bytes: without its location data.
    pub(crate) fn file_with_place(&mut self, name: &str, bytes: &[u8], cleaned: Vec<u8>) {
        self.strips = true;
        self.file(name, cleaned);
        std::fs::write(self.home.path().join("files").join(name), bytes).unwrap();
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.home.path().join("aloft")
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// From now on these go wrong, counted anew.
    pub(crate) fn set_faults(&mut self, faults: Vec<Fault>) {
        self.faults.clone_from(&faults);
        if let Some(sandbox) = &self.sandbox {
            sandbox.set_faults(faults);
        }
    }

    /// `aloft upload` of all files and folders, begun.
    pub(crate) fn upload(&self, program: &Path, environment: &[(&str, &str)]) -> Running {
        let mut given: Vec<PathBuf> = std::fs::read_dir(self.home.path().join("files"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        given.sort();
        let mut arguments = vec!["upload".into(), "--format".into(), "json".into()];
        if self.strips {
            arguments.push("--strip-location".into());
        }
        arguments.extend(given.into_iter().map(PathBuf::into_os_string));
        self.start(program, environment, arguments)
    }

    /// Any other command of `aloft`, begun.
    pub(crate) fn command(
        &self,
        program: &Path,
        environment: &[(&str, &str)],
        arguments: &[String],
    ) -> Running {
        let arguments = arguments.iter().map(OsString::from).collect();
        self.start(program, environment, arguments)
    }

    fn start(
        &self,
        program: &Path,
        environment: &[(&str, &str)],
        arguments: Vec<OsString>,
    ) -> Running {
        let log = self.home.path().join("log");
        let log = File::options().create(true).append(true).open(log).unwrap();
        let mut command = Command::new(program);
        command
            .env("ALOFT_HOME", self.data())
            .env(
                "ALOFT_LOG",
                std::env::var("ALOFT_LOG").unwrap_or("warn".to_owned()),
            )
            .env("CLOUDINARY_URL", &self.url)
            .envs(environment.iter().copied())
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log);
        Running(command.spawn().unwrap())
    }

    /// The queue's file, opened beside whoever works with it.
    pub(crate) fn database(&self) -> Connection {
        let path = Folders::under(&self.data()).data.join("queue.db");
        let connection = Connection::open(path).unwrap();
        connection.busy_timeout(PATIENCE).unwrap();
        connection
    }

    /// The jobs that the queue has accepted so far, whoever did it: none of them may be gone later.
    pub(crate) fn accepted(&self) -> Vec<i64> {
        let path = Folders::under(&self.data()).data.join("queue.db");
        if !path.exists() {
            return Vec::new();
        }
        let connection = self.database();
        let is_made = connection.table_exists(None, "jobs").unwrap();
        if !is_made {
            return Vec::new();
        }
        let mut ids = connection.prepare("SELECT id FROM jobs").unwrap();
        let ids = ids.query_map([], |row| row.get(0)).unwrap();
        ids.map(Result::unwrap).collect()
    }

    /// Whether all of these are still known: that every file arrives in the end could also be the work of the last
    /// process, which is given them all again.
    pub(crate) fn knows(&self, accepted: &[i64]) -> Result<(), String> {
        let known = self.accepted();
        match accepted.iter().find(|id| !known.contains(id)) {
            Some(id) => Err(format!("job {id} was accepted and is gone from the queue")),
            None => Ok(()),
        }
    }

    /// What the programs said so far.
    pub(crate) fn log(&self) -> String {
        let log = std::fs::read(self.home.path().join("log")).unwrap_or_default();
        String::from_utf8_lossy(&log).into_owned()
    }

    /// Every file is there exactly once with its bytes, and the queue has nothing left to do.
    pub(crate) async fn check(&self) -> Result<(), String> {
        self.check_but_for(JobState::Done).await
    }

    /// The same, where jobs in one more state are as they must be.
    pub(crate) async fn check_but_for(&self, fine: JobState) -> Result<(), String> {
        let mut missing: Vec<(&Path, &[u8])> = self
            .files
            .iter()
            .map(|(path, bytes)| (path.as_path(), bytes.as_slice()))
            .collect();
        for (id, bytes) in self.assets().await {
            match missing.iter().position(|(_, wanted)| *wanted == bytes) {
                Some(found) => drop(missing.swap_remove(found)),
                None => return Err(format!("{id} is there twice, or with other bytes")),
            }
        }
        if let Some((path, _)) = missing.first() {
            return Err(format!("{} did not arrive", path.display()));
        }
        let options = Options {
            folders: Folders::under(&self.data()),
            desktop: Arc::new(NoDesktop),
            keyring: Some(Arc::new(MemoryStore::new())),
        };
        let aloft = Aloft::open_quietly(options).await.unwrap();
        let batches = aloft.snapshot_now().await.unwrap().batches;
        let runs = batches.iter().flat_map(|batch| &batch.runs);
        let ids = runs.flat_map(|run| run.first..run.first + i64::from(run.count));
        let ids: Vec<i64> = ids.collect();
        let mut jobs = Vec::new();
        for ids in ids.chunks(200) {
            let ids = ids.to_vec();
            let rows = Commands::look_at(&aloft, RowRefs { ids }).await;
            jobs.extend(rows.unwrap().rows);
        }
        let is_left = |job: &&JobView| job.state != JobState::Done && job.state != fine;
        match jobs.iter().find(is_left) {
            Some(job) => Err(format!("{} is left in the queue: {job:?}", job.name)),
            None => Ok(()),
        }
    }

    /// Everything that is in the sandbox: public ID and bytes.
    async fn assets(&self) -> Vec<(String, Vec<u8>)> {
        let sandbox = self.sandbox.as_ref().unwrap();
        // without the faults: they are for `aloft`
        sandbox.set_faults(Vec::new());
        let client = reqwest::Client::new();
        let mut assets = Vec::new();
        for kind in ["image", "video", "raw"] {
            let url = format!(
                "{}v1_1/{}/resources/{kind}?max_results=500",
                sandbox.url(),
                sandbox.cloud_name()
            );
            let answer = client
                .get(url)
                .basic_auth(sandbox.api_key(), Some(sandbox.api_secret()))
                .send()
                .await
                .unwrap();
            let listed: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
            for asset in listed["resources"].as_array().unwrap() {
                let link = asset["secure_url"].as_str().unwrap();
                let bytes = client
                    .get(link)
                    .send()
                    .await
                    .unwrap()
                    .bytes()
                    .await
                    .unwrap();
                assets.push((asset["public_id"].to_string(), bytes.to_vec()));
            }
        }
        assets
    }
}

/// An `aloft` process; killed with the test.
pub(crate) struct Running(Child);

impl Running {
    pub(crate) fn kill(&mut self) {
        // it may have ended by itself just before
        let _ = self.0.kill();
        self.0.wait().unwrap();
    }

    /// Sends a signal that a child of std knows no call for.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.0.id().to_string();
        Command::new("kill")
            .args(["-s", name, &id])
            .stderr(Stdio::null())
            .status()
            .unwrap();
    }

    /// How it ended; `None` when it hangs.
    pub(crate) async fn ended(&mut self) -> Option<ExitStatus> {
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            if let Some(status) = self.0.try_wait().unwrap() {
                return Some(status);
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        None
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The whole is well: it ended, and every file arrived.
pub(crate) fn expect_success(ended: Option<ExitStatus>) -> Result<(), String> {
    match ended {
        Some(status) if status.success() => Ok(()),
        Some(status) => Err(format!("it ended with {status}")),
        None => Err("it hangs".to_owned()),
    }
}

pub(crate) fn aborted(status: ExitStatus) -> bool {
    const SIGABRT: i32 = 6;
    status.signal() == Some(SIGABRT)
}
