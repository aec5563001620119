//! The program's parts put together once, and shared by everything that runs.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use credentials::backup::Backup;
use credentials::{
    Account, AccountBook, AccountId, KdfCost, Keyring, KeyringLimits, MemoryStore, Origin,
    SecretStore, Secrets, Vault,
};
use engine::{BatchId, Queue, Sender, SenderSettings, Watcher};
use tokio::sync::{broadcast, watch};
use tokio::task::AbortHandle;

use crate::agent::{ClientBook, Desk};
use crate::audit::Refusals;
use crate::carrier::Carrier;
use crate::choices::{Defaults, Known};
use crate::contract::{Event, Problem, ProblemKind};
use crate::desktop::Desktop;
use crate::finding::Lying;
use crate::folders::Folders;
use crate::holding::Holding;
use crate::integration::Surroundings;
use crate::list::Looked;
use crate::lock::Idle;
use crate::plan::Plans;
use crate::problems;
use crate::revealing::OnClipboard;
use crate::secrets::SecretPrompt;
use crate::settings::{Prepared, SettingsBook};
use crate::trial::Trial;
use crate::widget::Opening;

/// How long the end may take.
const LONGEST_END: Duration = Duration::from_secs(5);

/// What a front end brings along.
pub struct Options {
    /// Where everything is kept.
    pub folders: Folders,
    /// The desktop, or [`crate::NoDesktop`].
    pub desktop: Arc<dyn Desktop>,
    /// Where secrets are kept; `None` is the system's keyring.
    pub keyring: Option<Arc<dyn SecretStore>>,
}

/// The program. Cloning is cheap and shares everything.
#[derive(Clone)]
pub struct Aloft(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) folders: Folders,
    pub(crate) desktop: Arc<dyn Desktop>,
    pub(crate) book: AccountBook,
    pub(crate) settings: SettingsBook,
    /// What uploads for each account begin with.
    pub(crate) defaults: Defaults,
    pub(crate) keyring: Arc<dyn SecretStore>,
    pub(crate) secrets: Secrets,
    /// Secrets that are kept nowhere else; `secrets` has it too.
    pub(crate) session: Arc<MemoryStore>,
    /// The file of secrets, where the user chose it; `secrets` has it too.
    pub(crate) vault: Vault,
    /// What is on the clipboard of a secret.
    pub(crate) on_clipboard: Mutex<OnClipboard>,
    pub(crate) queue: Queue,
    pub(crate) client: cloudinary::Client,
    pub(crate) trial: Trial,
    /// What accounts' plans take.
    pub(crate) plans: Plans,
    /// Which accounts the service is being asked about in the background.
    pub(crate) verifying: Mutex<BTreeMap<String, AbortHandle>>,
    /// The account of `CLOUDINARY_URL`, for this run only.
    pub(crate) environment: Mutex<Option<Account>>,
    /// Where entries in the file manager's menus are made, when not as this process has it.
    pub(crate) surroundings: Mutex<Option<Surroundings>>,
    pub(crate) senders: Mutex<BTreeMap<String, Sender>>,
    /// Where this process watches folders, or waits to.
    pub(crate) watcher: Mutex<Option<Watcher>>,
    pub(crate) events: broadcast::Sender<Event>,
    /// Notices that nobody heard, for the next who listens.
    pub(crate) unheard: Mutex<VecDeque<Event>>,
    /// What is known of the things that were handed over and wait.
    pub(crate) holding: Holding,
    /// What the service told lately of what there is to choose from.
    pub(crate) known: Known,
    /// What the page looks at.
    pub(crate) looked: tokio::sync::Mutex<Looked>,
    /// Bumped when accounts change; the queue has its own.
    pub(crate) accounts_changed: watch::Sender<u64>,
    /// How many commands look for things and queue them right now.
    pub(crate) taking: watch::Sender<usize>,
    /// Batches whose links go to the clipboard when they rest.
    pub(crate) copied_when_done: Mutex<BTreeSet<BatchId>>,
    pub(crate) prompt: Mutex<SecretPrompt>,
    pub(crate) widget: Mutex<Opening>,
    /// Who may ask the agent for what.
    pub(crate) clients: ClientBook,
    pub(crate) agent: Desk,
    /// The backup that the window chooses from. It holds secrets.
    pub(crate) opened_backup: Mutex<Option<Arc<Backup>>>,
    /// Where the window was told that secrets lie about.
    pub(crate) lying: Mutex<Lying>,
    /// How many refused signatures were written into the audit log lately.
    pub(crate) refusals: Mutex<Refusals>,
    /// Held while a small window opens: one that opens meanwhile waits, and then takes its place.
    pub(crate) opening_widget: tokio::sync::Mutex<()>,
    pub(crate) opening_secret: tokio::sync::Mutex<()>,
    /// Seconds by which the service's clock is ahead of this computer's.
    pub(crate) clock_offset: AtomicI64,
    /// When Aloft was used last, in a process with windows.
    pub(crate) idle: Mutex<Option<Idle>>,
    /// Whether this process sends whatever is queued, and not only what it queued itself.
    pub(crate) sends_all: AtomicBool,
    /// Set once: no sender starts any more.
    closing: AtomicBool,
}

impl Aloft {
    /// Opens accounts and queue, and goes on with what is unfinished.
    ///
    /// # Errors
    /// When a folder or file cannot be used; the words name it.
    pub async fn open(options: Options) -> Result<Self, Problem> {
        let settings = SettingsBook::open(&options.folders.config);
        Self::open_prepared(options, Prepared(settings)).await
    }

    /// As [`Aloft::open`], for a front end that has read the settings already.
    ///
    /// # Errors
    /// As [`Aloft::open`].
    pub async fn open_prepared(options: Options, prepared: Prepared) -> Result<Self, Problem> {
        let aloft = Self::assemble(options, prepared.0)?;
        aloft.0.sends_all.store(true, Ordering::Relaxed);
        aloft.heed_lock();
        aloft.forward_events();
        aloft.announce().await?;
        aloft.resume_unfinished().await?;
        aloft.begin_holding().await;
        aloft.start_watching();
        let looking = aloft.clone();
        tokio::spawn(async move {
            looking.look_at_keyring().await;
            looking.finish_rotations().await;
        });
        aloft.wake_sandbox()?;
        aloft.verify_unverified()?;
        aloft.learn_active_plan();
        for problem in [aloft.repaired(), aloft.0.settings.trouble()] {
            problem
                .into_iter()
                .for_each(|one| aloft.notify_trouble(one));
        }
        Ok(aloft)
    }

    /// Links into the sandbox work while Aloft runs, so whoever has a sandbox account gets its server.
    fn wake_sandbox(&self) -> Result<(), Problem> {
        let accounts = self.accounts()?;
        if accounts
            .iter()
            .any(|account| account.origin == Origin::Sandbox)
        {
            let aloft = self.clone();
            tokio::spawn(async move {
                if let Err(problem) = aloft.0.trial.address().await {
                    tracing::warn!("the sandbox did not start: {problem}");
                }
            });
        }
        Ok(())
    }

    /// Opens accounts and queue but sends nothing: for commands that only look or only change
    /// accounts.
    ///
    /// # Errors
    /// As [`Aloft::open`].
    pub async fn open_quietly(options: Options) -> Result<Self, Problem> {
        let settings = SettingsBook::open(&options.folders.config);
        let aloft = Self::assemble(options, settings)?;
        aloft.heed_lock();
        aloft.forward_events();
        Ok(aloft)
    }

    fn assemble(options: Options, settings: SettingsBook) -> Result<Self, Problem> {
        let Options {
            folders,
            desktop,
            keyring,
        } = options;
        let keyring = keyring.unwrap_or_else(|| Arc::new(Keyring::new(KeyringLimits::default())));
        let client = cloudinary::Client::new(cloudinary::Options::default()).map_err(|error| {
            problems::problem(ProblemKind::Internal, problems::of_service(&error))
        })?;
        let session = Arc::new(MemoryStore::new());
        let vault = Vault::in_folder(&folders.config, KdfCost::default());
        let inner = Inner {
            book: AccountBook::open(&folders.config)?,
            settings,
            defaults: Defaults::in_folder(&folders.config),
            clients: ClientBook::in_folder(&folders.config),
            holding: Holding::default(),
            queue: Queue::open(&folders.data)?,
            trial: Trial::new(folders.sandbox()),
            plans: Plans::open(&folders.data),
            secrets: Secrets::new(Arc::clone(&keyring), Arc::clone(&session))
                .with_vault(Arc::new(vault.clone())),
            session,
            vault,
            on_clipboard: Mutex::default(),
            folders,
            desktop,
            keyring,
            client,
            verifying: Mutex::default(),
            environment: Mutex::default(),
            surroundings: Mutex::default(),
            senders: Mutex::default(),
            watcher: Mutex::default(),
            events: broadcast::channel(64).0,
            unheard: Mutex::default(),
            known: Known::default(),
            looked: tokio::sync::Mutex::default(),
            accounts_changed: watch::Sender::new(0),
            taking: watch::Sender::new(0),
            copied_when_done: Mutex::default(),
            prompt: Mutex::default(),
            widget: Mutex::default(),
            agent: Desk::default(),
            opened_backup: Mutex::default(),
            lying: Mutex::default(),
            refusals: Mutex::default(),
            opening_widget: tokio::sync::Mutex::default(),
            opening_secret: tokio::sync::Mutex::default(),
            clock_offset: AtomicI64::new(0),
            idle: Mutex::default(),
            sends_all: AtomicBool::new(false),
            closing: AtomicBool::new(false),
        };
        Ok(Self(Arc::new(inner)))
    }

    /// Starts sending for every account that has something left to send. The account of another
    /// run's environment is left alone: only a process that holds it may send for it.
    pub(crate) async fn resume_unfinished(&self) -> Result<(), Problem> {
        for state in self.0.queue.accounts().await? {
            let open = state
                .counts
                .iter()
                .any(|(state, count)| !state.is_terminal() && *count > 0);
            if open && let Some(account) = self.account_by_id(&state.account)? {
                self.start_sender(&account);
            }
        }
        Ok(())
    }

    /// Makes sure that this process sends for `account`, or waits to.
    pub(crate) fn start_sender(&self, account: &Account) {
        if self.is_closing() {
            return;
        }
        self.learn_plan(account);
        let id = account.id.as_str().to_owned();
        held(&self.0.senders).entry(id.clone()).or_insert_with(|| {
            let carrier = Carrier::new(Arc::downgrade(&self.0), account.id.clone());
            Sender::start(
                self.0.queue.clone(),
                id,
                Arc::new(carrier),
                SenderSettings::default(),
            )
        });
    }

    /// Whether this process sends whatever is queued, and not only what it queued itself.
    pub(crate) fn sends_all(&self) -> bool {
        self.0.sends_all.load(Ordering::Relaxed)
    }

    pub(crate) fn is_closing(&self) -> bool {
        self.0.closing.load(Ordering::Relaxed)
    }

    /// An account by its id: saved, sandbox, or this run's environment.
    pub(crate) fn account_by_id(&self, id: &str) -> Result<Option<Account>, Problem> {
        let environment = held(&self.0.environment).clone();
        if let Some(account) = environment.filter(|account| account.id.as_str() == id) {
            return Ok(Some(account));
        }
        let Ok(id) = AccountId::try_from(id.to_owned()) else {
            return Ok(None);
        };
        Ok(self.0.book.get(&id)?)
    }

    pub(crate) fn accounts_have_changed(&self) {
        self.0
            .accounts_changed
            .send_modify(|revision| *revision += 1);
    }

    /// The service's time as far as it is known, in Unix seconds.
    pub(crate) fn service_now(&self) -> i64 {
        jiff::Timestamp::now().as_second() + self.0.clock_offset.load(Ordering::Relaxed)
    }

    /// Where everything is kept.
    pub fn folders(&self) -> &Folders {
        &self.0.folders
    }

    /// Ends cleanly: what is in flight goes back to the queue, the sandbox stops. A disk that takes
    /// no writing must not hold up the end: the next start repairs what was not put back.
    pub async fn close(&self) {
        self.0.closing.store(true, Ordering::Relaxed);
        self.take_back_copied().await;
        self.0.agent.close();
        let watcher = held(&self.0.watcher).take();
        let senders = std::mem::take(&mut *held(&self.0.senders));
        let stopping = senders.into_values().map(Sender::stop);
        let stopped = async {
            if let Some(watcher) = watcher {
                watcher.stop().await;
            }
            futures_util::future::join_all(stopping).await
        };
        if tokio::time::timeout(LONGEST_END, stopped).await.is_err() {
            tracing::warn!("watcher and senders did not end in time");
        }
        self.0.trial.stop().await;
    }
}

/// A poisoned lock is still a lock: the values behind these are replaced whole, never half.
pub(crate) fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
