//! What every journey starts from: an empty home, a sandbox, and a desktop that does as it is told.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use app::contract::{
    AccountView, Commands, HereView, JobState, JobView, Problem, ProblemKind, RowRefs,
    UnsignedAccount,
};
use app::sandbox::{Sandbox, start};
use app::words::Words;
use app::{
    Account, Aloft, Appearance, Choice, Clipboard, Consent, Desktop, Folders, Job, Keeping,
    MemoryStore, Notification, Options, Question, SandboxConfig, SandboxCredentials, SecretAsked,
    SecretItem, SecretStore, SecretString, Seen, StoreError, StoreName, UnlockDialog,
    UploadOptions,
};
use async_trait::async_trait;
use tempfile::TempDir;
use tokio::sync::watch;

/// The pair that the journeys' sandbox knows.
pub(crate) const KEY: &str = "847362519283746";
pub(crate) const SECRET: &str = "canary-Zk3v9Qp7sXw2Lr8tBn5m";

/// A desktop that answers from a script and remembers what it was asked.
#[derive(Default)]
pub(crate) struct ScriptedDesktop {
    pub(crate) picks: Mutex<Vec<PathBuf>>,
    pub(crate) text: Mutex<Option<String>>,
    /// Handed over once, before any text.
    pub(crate) clipboard: Mutex<Option<Clipboard>>,
    pub(crate) says_yes: Mutex<bool>,
    pub(crate) questions: Mutex<Vec<Question>>,
    /// What is chosen, in turn; refused when nothing is left.
    pub(crate) choices: Mutex<VecDeque<usize>>,
    pub(crate) choices_asked: watch::Sender<Vec<Choice>>,
    /// Held while nobody answers.
    pub(crate) thinking: tokio::sync::Mutex<()>,
    /// Where it let the agent listen.
    pub(crate) agent_port: Mutex<Option<u16>>,
    pub(crate) copied: Mutex<Vec<String>>,
    pub(crate) revealed: Mutex<Vec<PathBuf>>,
    pub(crate) asked_for_secret: Mutex<Vec<SecretAsked>>,
    pub(crate) files: Mutex<Vec<PathBuf>>,
    /// How often the secret window was closed by the program.
    pub(crate) secret_closed: watch::Sender<usize>,
    /// How often something was copied, or a copied secret looked for.
    pub(crate) copies: watch::Sender<usize>,
    pub(crate) said: watch::Sender<Vec<Notification>>,
    /// How often it was asked whether the user looks.
    pub(crate) looks: watch::Sender<usize>,
    pub(crate) in_front: AtomicBool,
    pub(crate) at_login: AtomicBool,
    pub(crate) drop_window: AtomicBool,
    pub(crate) shortcut: Mutex<Option<String>>,
    pub(crate) appearance: Mutex<Appearance>,
    pub(crate) here: Mutex<HereView>,
    /// What it answers to a wish of the settings, when it does not fulfil it.
    pub(crate) refuses: Mutex<Option<Problem>>,
    /// What it answers to a wish for keys, when another program has them.
    pub(crate) keys_taken: Mutex<Option<Problem>>,
    /// How long the computer was not used, where it tells.
    pub(crate) idle: Mutex<Option<Duration>>,
    secret_closes: AtomicUsize,
    small_window: tokio::sync::Mutex<()>,
}

impl ScriptedDesktop {
    /// How often the secret window was to be closed.
    pub(crate) fn secret_closes(&self) -> usize {
        self.secret_closes.load(Ordering::SeqCst)
    }

    fn permits(&self) -> Result<(), Problem> {
        self.refuses.lock().unwrap().clone().map_or(Ok(()), Err)
    }

    /// As on a real desktop: a window takes a moment to open, and its name is taken meanwhile.
    async fn open_small_window(&self) -> Result<(), Problem> {
        let taken = || {
            Problem::new(
                ProblemKind::Internal,
                Words::english("The window is there already."),
                Words::none(),
            )
        };
        let _name = self.small_window.try_lock().map_err(|_| taken())?;
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
        Ok(())
    }
}

#[async_trait]
impl Desktop for ScriptedDesktop {
    async fn pick_files(&self) -> Vec<PathBuf> {
        self.picks.lock().unwrap().clone()
    }
    async fn pick_folder(&self) -> Option<PathBuf> {
        self.picks.lock().unwrap().first().cloned()
    }
    async fn confirm(&self, question: Question) -> bool {
        self.questions.lock().unwrap().push(question);
        *self.says_yes.lock().unwrap()
    }
    async fn choose(&self, choice: Choice) -> Result<Option<usize>, Problem> {
        self.choices_asked.send_modify(|asked| asked.push(choice));
        let _answered = self.thinking.lock().await;
        self.permits()?;
        Ok(self.choices.lock().unwrap().pop_front())
    }
    async fn set_agent(&self, port: Option<u16>) -> Result<(), Problem> {
        self.permits()?;
        *self.agent_port.lock().unwrap() = port;
        Ok(())
    }
    async fn read_clipboard(&self) -> Result<Clipboard, Problem> {
        let files = self.files.lock().unwrap().clone();
        if !files.is_empty() {
            return Ok(Clipboard::Files(files));
        }
        if let Some(held) = self.clipboard.lock().unwrap().take() {
            return Ok(held);
        }
        let text = self.text.lock().unwrap().clone();
        Ok(text.map_or(Clipboard::Empty, |text| {
            Clipboard::Text(SecretString::from(text))
        }))
    }
    async fn write_clipboard(&self, text: String) -> Result<(), Problem> {
        self.copied.lock().unwrap().push(text);
        self.copies.send_modify(|copies| *copies += 1);
        Ok(())
    }
    async fn copy_secret(&self, secret: SecretString) -> Result<(), Problem> {
        *self.text.lock().unwrap() = Some(app::ExposeSecret::expose_secret(&secret).to_owned());
        Ok(())
    }
    async fn clear_copied(&self, is_it: app::IsIt) -> Result<(), Problem> {
        let mut text = self.text.lock().unwrap();
        if text.as_deref().is_some_and(is_it) {
            *text = None;
        }
        drop(text);
        self.copies.send_modify(|copies| *copies += 1);
        Ok(())
    }
    async fn open_secret_window(&self, asked: SecretAsked) -> Result<(), Problem> {
        self.asked_for_secret.lock().unwrap().push(asked);
        self.open_small_window().await
    }
    fn close_secret_window(&self) {
        self.secret_closes.fetch_add(1, Ordering::SeqCst);
        self.secret_closed.send_modify(|times| *times += 1);
    }
    async fn idle(&self) -> Option<Duration> {
        *self.idle.lock().unwrap()
    }
    async fn open_widget_window(&self) -> Result<(), Problem> {
        self.open_small_window().await
    }
    fn show_main_window(&self) {}
    fn open_address(&self, _: &str) -> Result<(), Problem> {
        Ok(())
    }
    fn reveal(&self, file: &Path) -> Result<(), Problem> {
        self.revealed.lock().unwrap().push(file.to_owned());
        Ok(())
    }
    fn open_folder(&self, _: &Path) -> Result<(), Problem> {
        Ok(())
    }
    async fn pick_save(&self, name: &str) -> Option<PathBuf> {
        let folder = self.picks.lock().unwrap().first().cloned();
        folder.map(|folder| folder.join(name))
    }
    fn notify(&self, notification: Notification) {
        self.said.send_modify(|said| said.push(notification));
    }
    fn is_in_front(&self) -> bool {
        self.looks.send_modify(|looks| *looks += 1);
        self.in_front.load(Ordering::SeqCst)
    }
    async fn here(&self) -> HereView {
        self.here.lock().unwrap().clone()
    }
    fn set_appearance(&self, appearance: Appearance) -> Result<(), Problem> {
        self.permits()?;
        *self.appearance.lock().unwrap() = appearance;
        Ok(())
    }
    async fn starts_at_login(&self) -> Result<bool, Problem> {
        Ok(self.at_login.load(Ordering::SeqCst))
    }
    async fn set_start_at_login(&self, on: bool) -> Result<(), Problem> {
        self.permits()?;
        self.at_login.store(on, Ordering::SeqCst);
        Ok(())
    }
    async fn set_shortcut(&self, keys: Option<String>) -> Result<(), Problem> {
        self.permits()?;
        self.keys_taken
            .lock()
            .unwrap()
            .clone()
            .map_or(Ok(()), Err)?;
        *self.shortcut.lock().unwrap() = keys;
        Ok(())
    }
    async fn show_drop_window(&self, show: bool) -> Result<(), Problem> {
        self.permits()?;
        self.drop_window.store(show, Ordering::SeqCst);
        Ok(())
    }
    fn has_drop_window(&self) -> bool {
        self.drop_window.load(Ordering::SeqCst)
    }
    fn set_progress(&self, _: Option<f64>, _: u64) {}
}

/// A keyring that can be locked; its user opens it when its dialog is shown.
#[derive(Default)]
pub(crate) struct ScriptedKeyring {
    secrets: MemoryStore,
    locked: AtomicBool,
    dismissed: AtomicBool,
    puts: AtomicUsize,
    gets: AtomicUsize,
}

impl ScriptedKeyring {
    pub(crate) fn lock(&self) {
        self.locked.store(true, Ordering::SeqCst);
    }

    pub(crate) fn unlock(&self) {
        self.locked.store(false, Ordering::SeqCst);
    }

    /// Its user closes the dialog instead, from now on or no longer.
    pub(crate) fn dismiss_dialogs(&self, dismiss: bool) {
        self.dismissed.store(dismiss, Ordering::SeqCst);
    }

    /// How often a secret was written.
    pub(crate) fn puts(&self) -> usize {
        self.puts.load(Ordering::SeqCst)
    }

    /// How often a secret was asked for.
    pub(crate) fn gets(&self) -> usize {
        self.gets.load(Ordering::SeqCst)
    }

    fn enter(&self, dialog: UnlockDialog) -> Result<(), StoreError> {
        if dialog == UnlockDialog::Allow && !self.dismissed.load(Ordering::SeqCst) {
            self.unlock();
        }
        match self.locked.load(Ordering::SeqCst) {
            true => Err(StoreError::Locked),
            false => Ok(()),
        }
    }
}

#[async_trait]
impl SecretStore for ScriptedKeyring {
    async fn get(
        &self,
        item: &SecretItem,
        dialog: UnlockDialog,
    ) -> Result<SecretString, StoreError> {
        self.gets.fetch_add(1, Ordering::SeqCst);
        self.enter(dialog)?;
        self.secrets.get(item, dialog).await
    }
    async fn put(
        &self,
        item: &SecretItem,
        secret: &SecretString,
        dialog: UnlockDialog,
    ) -> Result<(), StoreError> {
        self.enter(dialog)?;
        self.puts.fetch_add(1, Ordering::SeqCst);
        self.secrets.put(item, secret, dialog).await
    }
    async fn delete(&self, item: &SecretItem, dialog: UnlockDialog) -> Result<(), StoreError> {
        self.enter(dialog)?;
        self.secrets.delete(item, dialog).await
    }
    fn name(&self) -> StoreName {
        StoreName::Keyring
    }
}

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
