//! What every journey starts from: an empty home, a sandbox, and a desktop that does as it is told.

mod desktop;
mod keyring;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use app::contract::{AccountView, Commands, JobState, JobView, RowRefs, UnsignedAccount};
use app::sandbox::{Sandbox, start};
use app::{
    Account, Aloft, Consent, Desktop, Folders, Job, Keeping, Options, SandboxConfig,
    SandboxCredentials, SecretStore, SecretString, Seen, UploadOptions,
};
use tempfile::TempDir;

pub(crate) use desktop::ScriptedDesktop;
pub(crate) use keyring::ScriptedKeyring;

/// The pair that the journeys' sandbox knows.
pub(crate) const KEY: &str = "847362519283746";
pub(crate) const SECRET: &str = "canary-Zk3v9Qp7sXw2Lr8tBn5m";

pub(crate) struct World {
    pub(crate) home: TempDir,
    pub(crate) sandbox: Sandbox,
    pub(crate) desktop: Arc<ScriptedDesktop>,
    pub(crate) keyring: Arc<ScriptedKeyring>,
    pub(crate) aloft: Aloft,
}

impl World {
    /// An account without a secret, for the sandbox's own preset.
    pub(crate) async fn add_unsigned_account(&self) {
        let request = UnsignedAccount {
            label: String::new(),
            cloud_name: "Journey-Cloud".to_owned(),
            upload_preset: self.sandbox.unsigned_preset().to_owned(),
            host: self.sandbox.url().to_string(),
        };
        Commands::add_unsigned_account(&self.aloft, request)
            .await
            .unwrap();
    }

    /// Returns when the background has read what the plan takes, and asks no more: for faults that count requests.
    pub(crate) async fn plan_known(&self) {
        while !self.home.path().join("aloft/data/plans.json").exists() {
            tokio::task::yield_now().await;
        }
    }

    /// Upload requests that the sandbox got.
    pub(crate) fn uploads_sent(&self) -> usize {
        let requests = self.sandbox.requests();
        let uploads = requests.iter().filter(|one| one.path.ends_with("/upload"));
        uploads.count()
    }

    /// Assets that the sandbox holds.
    pub(crate) fn stored(&self) -> usize {
        let assets = std::fs::read_dir(self.sandbox.folder().join("assets")).unwrap();
        let names = assets.map(|entry| entry.unwrap().path());
        names
            .filter(|name| name.extension().is_some_and(|end| end == "json"))
            .count()
    }

    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// A world whose sandbox is set up by `adjust`.
    pub(crate) async fn with(adjust: impl FnOnce(&mut SandboxConfig)) -> Self {
        let home = TempDir::new().unwrap();
        let mut config = SandboxConfig::new(home.path().join("service"));
        config.port = Some(0);
        config.cloud_name = Some("Journey-Cloud".to_owned());
        config.credentials = Some(SandboxCredentials {
            api_key: KEY.to_owned(),
            api_secret: SECRET.to_owned(),
        });
        adjust(&mut config);
        let sandbox = start(config).await.unwrap();
        let desktop = Arc::new(ScriptedDesktop::default());
        let keyring = Arc::new(ScriptedKeyring::default());
        let aloft = open(home.path(), &desktop, &keyring).await;
        Self {
            home,
            sandbox,
            desktop,
            keyring,
            aloft,
        }
    }

    /// The address that adds the right account.
    pub(crate) fn url(&self) -> String {
        self.url_with(KEY, SECRET, "Journey-Cloud")
    }

    pub(crate) fn url_with(&self, key: &str, secret: &str, cloud: &str) -> String {
        let host = self.sandbox.url();
        let host = host.as_str().trim_end_matches('/');
        format!("cloudinary://{key}:{secret}@{cloud}?upload_prefix={host}")
    }

    pub(crate) async fn add_account(&self) -> Account {
        self.aloft
            .add_url(
                &SecretString::from(self.url()),
                "Journey",
                Keeping::Keyring,
                Consent::Ask,
            )
            .await
            .unwrap()
    }

    /// Uploads and waits; answers the jobs in the order in which they are told.
    pub(crate) async fn upload(
        &self,
        account: &Account,
        items: Vec<PathBuf>,
        options: &UploadOptions,
    ) -> Vec<Job> {
        let intake = self.aloft.begin_upload(account, items, options).unwrap();
        let mut jobs = Vec::new();
        let follow = self.aloft.follow(&intake, None, |seen| {
            if let Seen::Rests(job) | Seen::Waits(job) = seen {
                jobs.push(job.clone());
            }
        });
        let (taken, followed) = tokio::join!(intake.run(), follow);
        taken.unwrap();
        followed.unwrap();
        jobs
    }

    pub(crate) fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.home.path().join("files").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// Waits until every row rests, by events and not by time, and answers the rows.
    pub(crate) async fn settled(&self) -> Vec<JobView> {
        let mut events = self.aloft.events();
        loop {
            let jobs = rows(&self.aloft).await;
            if !jobs.is_empty() && jobs.iter().all(|job| rests(job.state)) {
                return jobs;
            }
            events.next().await.unwrap();
        }
    }

    /// Waits until an account looks as `wanted` says.
    pub(crate) async fn account_where(&self, wanted: impl Fn(&AccountView) -> bool) -> AccountView {
        let mut events = self.aloft.events();
        loop {
            let snapshot = Commands::snapshot(&self.aloft).await.unwrap();
            if let Some(account) = snapshot
                .accounts
                .into_iter()
                .find(|account| wanted(account))
            {
                return account;
            }
            events.next().await.unwrap();
        }
    }
}

pub(crate) async fn open(
    home: &Path,
    desktop: &Arc<ScriptedDesktop>,
    keyring: &Arc<impl SecretStore + 'static>,
) -> Aloft {
    Aloft::open(Options {
        folders: Folders::under(&home.join("aloft")),
        desktop: Arc::clone(desktop) as Arc<dyn Desktop>,
        keyring: Some(Arc::clone(keyring) as Arc<_>),
    })
    .await
    .unwrap()
}

/// Every row of the queue in list order; from then on their changes are told.
pub(crate) async fn rows(aloft: &Aloft) -> Vec<JobView> {
    let batches = Commands::snapshot(aloft).await.unwrap().batches;
    let runs = batches.iter().flat_map(|batch| &batch.runs);
    let ids = runs.flat_map(|run| run.first..run.first + i64::from(run.count));
    let ids = ids.collect();
    let rows = Commands::look_at(aloft, RowRefs { ids }).await;
    rows.unwrap().rows
}

fn rests(state: JobState) -> bool {
    matches!(
        state,
        JobState::Done
            | JobState::Failed
            | JobState::Cancelled
            | JobState::NeedsYou
            | JobState::Paused
    )
}

/// What a link serves.
pub(crate) async fn bytes_behind(link: &str) -> Vec<u8> {
    let answer = reqwest::get(link).await.unwrap();
    assert!(
        answer.status().is_success(),
        "{link} answered {}",
        answer.status()
    );
    answer.bytes().await.unwrap().to_vec()
}

/// The smallest picture there is, with a tail that makes each one different.
pub(crate) fn png(tail: &str) -> Vec<u8> {
    const DOT: [u8; 67] = [
        0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0,
        0, 1, 0, 0, 0, 1, 8, 6, 0, 0, 0, 0x1f, 0x15, 0xc4, 0x89, 0, 0, 0, 10, b'I', b'D', b'A',
        b'T', 0x78, 0x9c, 0x63, 0, 1, 0, 0, 5, 0, 1, 0x0d, 0x0a, 0x2d, 0xb4, 0, 0, 0, 0, b'I',
        b'E', b'N', b'D', 0xae, 0x42, 0x60, 0x82,
    ];
    [&DOT[..], tail.as_bytes()].concat()
}
