//! What was added for an account that asks each time: it waits until the user said how, and survives a quit.

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
use crate::uploads::address_of;

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
}

#[derive(Default)]
struct Held {
    items: Vec<PathBuf>,
    bytes: Option<u64>,
}

impl Holding {
    pub(crate) fn in_folder(data: &Path) -> Self {
        Self {
            file: data.join(NAME),
            now: Mutex::default(),
        }
    }

    /// Paths that are not UTF-8 are kept too.
    fn keep(&self, items: &[PathBuf]) -> io::Result<()> {
        if items.is_empty() {
            return match fs::remove_file(&self.file) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                Ok(()) | Err(_) => Ok(()),
            };
        }
        let items: Vec<OsString> = items.iter().map(|item| item.clone().into()).collect();
        let folder = self.file.parent().unwrap_or(Path::new("."));
        let mut file = tempfile::Builder::new()
            .prefix(".held-")
            .suffix(".tmp")
            .tempfile_in(folder)?;
        file.write_all(&serde_json::to_vec(&items)?)?;
        file.as_file().sync_all()?;
        file.persist(&self.file).map_err(|error| error.error)?;
        Ok(())
    }

    fn kept(&self) -> io::Result<Vec<PathBuf>> {
        let bytes = match fs::read(&self.file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            other => other?,
        };
        let items: Vec<OsString> = serde_json::from_slice(&bytes)?;
        Ok(items.into_iter().map(PathBuf::from).collect())
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
            let all: Vec<PathBuf> = now.items.iter().cloned().chain(items).collect();
            self.0.holding.keep(&all).map_err(not_kept)?;
            now.items.clone_from(&all);
            now.bytes = None;
            all
        };
        let bytes = size_of(all.clone()).await;
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

    /// What an earlier run held.
    pub(crate) fn hold_again(&self) {
        match self.0.holding.kept() {
            Ok(items) => held(&self.0.holding.now).items = items,
            Err(error) => self.notify_trouble(not_kept(error)),
        }
    }

    pub(crate) fn held_view(&self) -> Option<HeldView> {
        let now = held(&self.0.holding.now);
        (!now.items.is_empty()).then(|| view(&now))
    }

    /// Queues what is held. What cannot be queued stays held.
    pub(crate) async fn add_held(
        &self,
        account: &Account,
        choices: Option<Choices>,
    ) -> Result<AddReport, Problem> {
        let items = held(&self.0.holding.now).items.clone();
        if items.is_empty() {
            return Err(problems::problem(
                ProblemKind::Gone,
                "Nothing waits to be uploaded any more.",
            ));
        }
        let choices = match choices {
            Some(choices) => choices,
            None => self.default_choices(account)?,
        };
        let report = self.add_with(items.clone(), Some(choices)).await?;
        self.release(&items);
        Ok(report)
    }

    /// Lets go of everything that is held.
    pub(crate) fn let_go(&self) -> Result<HeldView, Problem> {
        let gone = self.held_view().unwrap_or_default();
        let items = held(&self.0.holding.now).items.clone();
        self.release(&items);
        Ok(gone)
    }

    /// Takes these from what is held; what came meanwhile stays.
    fn release(&self, items: &[PathBuf]) {
        let mut now = held(&self.0.holding.now);
        let gone = items.len().min(now.items.len());
        let left = now.items.split_off(gone);
        now.items = left;
        now.bytes = None;
        if let Err(error) = self.0.holding.keep(&now.items) {
            tracing::warn!("what was held is kept on disk: {error}");
        }
        drop(now);
        self.accounts_have_changed();
    }
}

fn view(held: &Held) -> HeldView {
    let name = |item: &PathBuf| match address_of(item) {
        Some(address) => address.chars().take(120).collect(),
        None => item
            .file_name()
            .unwrap_or(item.as_os_str())
            .to_string_lossy()
            .replace(char::is_control, " "),
    };
    HeldView {
        count: held.items.len() as u64,
        bytes: held.bytes,
        names: held.items.iter().take(NAMES).map(name).collect(),
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
    let words = format!("What waits to be uploaded could not be kept on this disk: {error}.");
    problems::problem(ProblemKind::Disk, words)
}
