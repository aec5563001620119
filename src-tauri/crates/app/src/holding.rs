//! What was added for an account that asks each time: it waits until the user said how, and survives a quit.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use credentials::Account;

use crate::Aloft;
use crate::aloft::held;
use crate::contract::{AddReport, Choices, HeldView, Problem, ProblemKind};
use crate::problems;
use crate::settings::sync_folder;
use crate::uploads::address_of;
use crate::words;

const NAME: &str = "held.json";
/// How many names a page shows.
const NAMES: usize = 3;
/// More things than these are not looked at for their size, and none for longer than this.
const MOST_LOOKED_AT: usize = 500;
const LONGEST_LOOK: Duration = Duration::from_millis(500);

/// What is held, in memory and in a file of the data folder.
pub(crate) struct Holding {
    file: PathBuf,
    now: Mutex<Held>,
    /// Had while things are queued or let go of: a second click finds what the first has left.
    deciding: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Held {
    items: Vec<Item>,
    /// The number of the latest item.
    latest: u64,
    bytes: Option<u64>,
}

/// One thing as it was handed over once; the same path may be held twice.
#[derive(Clone, PartialEq)]
struct Item {
    number: u64,
    path: PathBuf,
}

impl Held {
    fn with(&self, paths: Vec<PathBuf>) -> Vec<Item> {
        let numbers = self.latest + 1..;
        let fresh = numbers
            .zip(paths)
            .map(|(number, path)| Item { number, path });
        self.items.iter().cloned().chain(fresh).collect()
    }

    fn set(&mut self, items: Vec<Item>) {
        let latest = items.last().map_or(0, |item| item.number);
        self.latest = self.latest.max(latest);
        self.items = items;
        self.bytes = None;
    }
}

impl Holding {
    pub(crate) fn in_folder(data: &Path) -> Self {
        Self {
            file: data.join(NAME),
            now: Mutex::default(),
            deciding: tokio::sync::Mutex::default(),
        }
    }

    /// Paths that are not UTF-8 are kept too.
    fn keep(&self, items: &[Item]) -> io::Result<()> {
        if items.is_empty() {
            return match fs::remove_file(&self.file) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                Ok(()) | Err(_) => Ok(()),
            };
        }
        let items: Vec<OsString> = items.iter().map(|item| item.path.clone().into()).collect();
        let folder = self.file.parent().unwrap_or(Path::new("."));
        let mut file = tempfile::Builder::new()
            .prefix(".held-")
            .suffix(".tmp")
            .tempfile_in(folder)?;
        file.write_all(&serde_json::to_vec(&items)?)?;
        file.as_file().sync_all()?;
        file.persist(&self.file).map_err(|error| error.error)?;
        sync_folder(folder)
    }

    fn kept(&self) -> io::Result<Vec<PathBuf>> {
        let bytes = match fs::read(&self.file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            other => other?,
        };
        let items: Vec<OsString> = serde_json::from_slice(&bytes)?;
        Ok(items.into_iter().map(PathBuf::from).collect())
    }

    /// Moves a file that cannot be read to the first free name, so that nothing that is held later takes its place.
    fn set_aside(&self, reason: &io::Error) -> Problem {
        let copy = (1_u32..)
            .map(|number| self.aside(number))
            .find(|copy| !copy.exists())
            .unwrap_or_else(|| self.aside(0));
        if let Err(error) = fs::rename(&self.file, &copy) {
            return not_kept(error);
        }
        Problem::new(
            ProblemKind::Disk,
            words::problem::held_damaged(&copy, reason),
            words::hint::add_waiting_again(),
        )
    }

    fn aside(&self, number: u32) -> PathBuf {
        self.file
            .with_file_name(format!("held.damaged-{number}.json"))
    }
}

impl Aloft {
    /// Whether things that are added for an account wait until the user said how.
    pub(crate) fn asks_each_time(&self, account: &Account) -> Result<bool, Problem> {
        Ok(self.0.defaults.of(account.id.as_str())?.ask_each_time)
    }

    /// Holds things besides those that are held already, and shows the window that asks.
    pub(crate) async fn hold(&self, items: Vec<PathBuf>) -> Result<(), Problem> {
        let all = {
            let mut now = held(&self.0.holding.now);
            let all = now.with(items);
            self.0.holding.keep(&all).map_err(not_kept)?;
            now.set(all.clone());
            all
        };
        let bytes = size_of(paths_of(&all)).await;
        {
            let mut now = held(&self.0.holding.now);
            if now.items == all {
                now.bytes = bytes;
            }
        }
        self.accounts_have_changed();
        self.0.desktop.show_main_window();
        Ok(())
    }

    /// What an earlier run held. What was pasted and nobody wants any more goes.
    pub(crate) async fn hold_again(&self) {
        let paths = match self.0.holding.kept() {
            Ok(paths) => paths,
            Err(error) => return self.notify_trouble(self.0.holding.set_aside(&error)),
        };
        {
            let mut now = held(&self.0.holding.now);
            let items = now.with(paths.clone());
            now.set(items);
        }
        if self.0.holding.aside(1).exists() {
            // it may name pictures that exist nowhere else
            return;
        }
        let swept = self.0.queue.sweep_kept(paths.into_iter().collect());
        if let Err(error) = swept.await {
            tracing::warn!(%error, "what was pasted and is not wanted was not removed");
        }
    }

    pub(crate) fn held_view(&self) -> Option<HeldView> {
        let now = held(&self.0.holding.now);
        (!now.items.is_empty()).then(|| view(&now.items, now.bytes))
    }

    /// Queues what is held now. What cannot be queued stays held.
    ///
    /// A batch has no name before it is queued, so there is none to note beforehand: whoever is killed after that and before
    /// the release finds things queued and held. Nothing is lost, the user is asked again, and what was the same upload
    /// before is answered with its link then.
    pub(crate) async fn add_held(
        &self,
        account: &Account,
        choices: Option<Choices>,
    ) -> Result<AddReport, Problem> {
        let meant = held(&self.0.holding.now).items.clone();
        let _deciding = self.0.holding.deciding.lock().await;
        let items = self.still_held(&meant);
        if items.is_empty() {
            return Err(problems::problem(
                ProblemKind::Gone,
                words::problem::held_none(),
            ));
        }
        let choices = match choices {
            Some(choices) => choices,
            None => self.default_choices(account)?,
        };
        let report = self
            .add_with(account, paths_of(&items), Some(choices))
            .await?;
        self.release(&items);
        Ok(report)
    }

    /// Lets go of everything that is held now, but for what is queued meanwhile.
    pub(crate) async fn let_go(&self) -> HeldView {
        let (meant, bytes) = {
            let now = held(&self.0.holding.now);
            (now.items.clone(), now.bytes)
        };
        let _deciding = self.0.holding.deciding.lock().await;
        let items = self.still_held(&meant);
        if items.is_empty() {
            return HeldView::default();
        }
        let bytes = bytes.filter(|_| items.len() == meant.len());
        self.release(&items);
        view(&items, bytes)
    }

    fn still_held(&self, meant: &[Item]) -> Vec<Item> {
        let now = held(&self.0.holding.now);
        let meant = numbers_of(meant);
        let still = now.items.iter();
        still
            .filter(|item| meant.contains(&item.number))
            .cloned()
            .collect()
    }

    /// Takes these from what is held; what came meanwhile stays.
    fn release(&self, items: &[Item]) {
        let gone = numbers_of(items);
        let mut now = held(&self.0.holding.now);
        let mut left = now.items.clone();
        left.retain(|item| !gone.contains(&item.number));
        now.set(left);
        if let Err(error) = self.0.holding.keep(&now.items) {
            tracing::warn!("what was held is kept on disk: {error}");
        }
        drop(now);
        self.accounts_have_changed();
    }
}

fn numbers_of(items: &[Item]) -> BTreeSet<u64> {
    items.iter().map(|item| item.number).collect()
}

fn paths_of(items: &[Item]) -> Vec<PathBuf> {
    items.iter().map(|item| item.path.clone()).collect()
}

fn view(items: &[Item], bytes: Option<u64>) -> HeldView {
    let name = |Item { path, .. }: &Item| match address_of(path) {
        Some(address) => address.chars().take(120).collect(),
        None => path
            .file_name()
            .unwrap_or(path.as_os_str())
            .to_string_lossy()
            .replace(char::is_control, " "),
    };
    HeldView {
        count: items.len() as u64,
        bytes,
        names: items.iter().take(NAMES).map(name).collect(),
    }
}

/// Bytes of files; `None` where there are folders or addresses among them, or where looking takes long.
async fn size_of(items: Vec<PathBuf>) -> Option<u64> {
    if items.len() > MOST_LOOKED_AT {
        return None;
    }
    let look = tokio::task::spawn_blocking(move || {
        let sizes = items.iter().map(|item| {
            let metadata = fs::metadata(item).ok()?;
            metadata.is_file().then_some(metadata.len())
        });
        sizes.sum::<Option<u64>>()
    });
    tokio::time::timeout(LONGEST_LOOK, look)
        .await
        .ok()?
        .ok()
        .flatten()
}

fn not_kept(error: io::Error) -> Problem {
    problems::problem(ProblemKind::Disk, words::problem::held_not_kept(&error))
}
