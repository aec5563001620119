//! What was added for an account that asks each time: it waits in the queue's file until the user said how, each thing for
//! the account for which it was added, whichever is active by then.

mod earlier;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;

use credentials::Account;
use engine::{Held, HeldId, HeldOrigin, NewHeld};

use crate::accounts;
use crate::aloft::{Aloft, held};
use crate::contract::{AddReport, Choices, HeldView, Problem, ProblemKind, PutBack};
use crate::problems;
use crate::uploads::{UploadOptions, address_of};
use crate::words;

/// How many names a page shows.
const NAMES: usize = 3;
/// More things than these are not looked at for their size, and none for longer than this.
const MOST_LOOKED_AT: usize = 500;
const LONGEST_LOOK: Duration = Duration::from_millis(500);
/// How often what nobody wants any more is looked for.
const SWEPT_EVERY: Duration = Duration::from_secs(3600);

/// What this process knows of the things that are held.
#[derive(Default)]
pub(crate) struct Holding {
    /// Bytes, as far as they were looked at; `None` for folders and addresses.
    sizes: Mutex<BTreeMap<HeldId, Option<u64>>>,
    /// Had while things are queued or let go of: a second click finds what the first has left.
    deciding: tokio::sync::Mutex<()>,
    /// Had while what waited for an account is queued, or held for it.
    pub(crate) serving: tokio::sync::Mutex<()>,
}

/// Things that wait for the same word.
struct Group {
    account: Account,
    items: Vec<Held>,
}

impl Aloft {
    /// Whether things that are added for an account wait until the user said how.
    pub(crate) fn asks_each_time(&self, account: &Account) -> Result<bool, Problem> {
        Ok(self.0.defaults.of(account.id.as_str())?.ask_each_time)
    }

    /// Holds things besides those that are held already, and shows the window that asks.
    pub(crate) async fn hold(
        &self,
        account: &Account,
        items: Vec<PathBuf>,
        origin: HeldOrigin,
    ) -> Result<(), Problem> {
        let thing = |source| NewHeld {
            account: Some(account.id.to_string()),
            source,
            origin,
        };
        let things = items.into_iter().map(thing).collect();
        self.0.queue.hold(things).await?;
        self.ask_about_held().await;
        Ok(())
    }

    /// Shows the window that asks, with the size of what is held.
    pub(crate) async fn ask_about_held(&self) {
        self.measure_held().await;
        self.0.desktop.show_main_window();
    }

    /// Goes on with what an earlier run held. What was pasted and nobody wants any more goes, now and every hour.
    pub(crate) async fn begin_holding(&self) {
        if let Some(problem) = self.take_over_held().await {
            self.notify_trouble(problem);
        }
        self.sweep_pasted().await;
        let weak = std::sync::Arc::downgrade(&self.0);
        tokio::spawn(async move {
            if let Some(inner) = weak.upgrade() {
                let aloft = Self(inner);
                aloft.measure_held().await;
                aloft.serve_waiting().await;
            }
            loop {
                tokio::time::sleep(SWEPT_EVERY).await;
                let Some(inner) = weak.upgrade() else {
                    return;
                };
                Self(inner).sweep_pasted().await;
            }
        });
    }

    async fn sweep_pasted(&self) {
        if let Err(error) = self.0.queue.sweep_kept().await {
            tracing::warn!(%error, "what was pasted and is not wanted was not removed");
        }
    }

    /// What the user is asked about next.
    ///
    /// # Errors
    /// When accounts or queue cannot be read.
    pub(crate) async fn held_view(&self) -> Result<Option<HeldView>, Problem> {
        let group = self.held_for(None).await?;
        Ok(group.map(|group| self.held_group_view(&group)))
    }

    /// Queues what is held now for this account; without one, what the user is asked about. What cannot be queued stays held.
    pub(crate) async fn add_held(
        &self,
        account: Option<&str>,
        choices: Option<Choices>,
    ) -> Result<AddReport, Problem> {
        let meant = self.held_for(account).await?;
        let _deciding = self.0.holding.deciding.lock().await;
        let nothing = || {
            let words = words::problem::held_none();
            problems::problem(ProblemKind::Gone, words)
        };
        let Group { account, items } = self.still_held(meant).await?.ok_or_else(nothing)?;
        let choices = match choices {
            Some(choices) => choices,
            None => self.default_choices(&account)?,
        };
        self.queue_held(&account, &items, choices).await
    }

    /// Queues held things in their place.
    pub(crate) async fn queue_held(
        &self,
        account: &Account,
        items: &[Held],
        choices: Choices,
    ) -> Result<AddReport, Problem> {
        self.try_again(account).await?;
        let options = UploadOptions {
            choices,
            ..UploadOptions::default()
        };
        let report = self.upload_held(account, items, &options).await?.report();
        let is_from_clipboard = |item: &Held| item.what.origin == HeldOrigin::Clipboard;
        if let Some(batch) = report.batch
            && items.iter().all(is_from_clipboard)
        {
            self.copy_when_done(batch);
        }
        Ok(report)
    }

    /// Lets go of what is held for this account now, but for what is queued meanwhile.
    pub(crate) async fn let_go_of_held(&self, account: &str) -> Result<PutBack, Problem> {
        let meant = self.held_for(Some(account)).await?;
        let _deciding = self.0.holding.deciding.lock().await;
        let Some(mut group) = self.still_held(meant).await? else {
            return Ok(PutBack::default());
        };
        let gone = self.0.queue.let_go(ids_of(&group.items)).await?;
        group.items.retain(|item| gone.held.contains(&item.id));
        Ok(PutBack {
            held: self.held_group_view(&group),
            undo: gone.undo,
        })
    }

    /// Holds again what was let go of, and asks about it.
    pub(crate) async fn take_back_held(&self, undo: i64) -> Result<(), Problem> {
        if self.0.queue.hold_again(undo).await? == 0 {
            let words = words::problem::held_not_back();
            return Err(problems::problem(ProblemKind::Gone, words));
        }
        self.measure_held().await;
        Ok(())
    }

    /// What waits for a word about this account; without one, what has waited longest. What was held for an account that is
    /// gone is asked about for the active one.
    async fn held_for(&self, account: Option<&str>) -> Result<Option<Group>, Problem> {
        let items = self.0.queue.held().await?;
        if items.is_empty() {
            return Ok(None);
        }
        let (accounts, active) = (self.accounts()?, self.active_account()?);
        let whose = |item: &Held| {
            let id = item.what.account.as_deref()?;
            accounts::with_id(&accounts, id).or(active.as_ref())
        };
        let wanted = match account {
            Some(id) => accounts::with_id(&accounts, id),
            None => items.iter().find_map(whose),
        };
        let Some(wanted) = wanted else {
            return Ok(None);
        };
        let is_its = |item: &&Held| whose(item).is_some_and(|account| account.id == wanted.id);
        let items: Vec<Held> = items.iter().filter(is_its).cloned().collect();
        Ok((!items.is_empty()).then(|| Group {
            account: wanted.clone(),
            items,
        }))
    }

    /// Without what was queued or let go of since; what came since is not meant.
    async fn still_held(&self, meant: Option<Group>) -> Result<Option<Group>, Problem> {
        let Some(mut group) = meant else {
            return Ok(None);
        };
        let now = ids_of(&self.0.queue.held().await?);
        group
            .items
            .retain(|item| now.binary_search(&item.id).is_ok());
        Ok((!group.items.is_empty()).then_some(group))
    }

    /// Looks at the sizes of what was not looked at yet, and tells the page.
    async fn measure_held(&self) {
        let items = match self.0.queue.held().await {
            Ok(items) => items,
            Err(error) => return tracing::warn!(%error, "the size of what waits is not known"),
        };
        let mut sizes = held(&self.0.holding.sizes).clone();
        sizes.retain(|id, _| items.iter().any(|item| item.id == *id));
        let new = items.iter().filter(|item| !sizes.contains_key(&item.id));
        let new: Vec<Held> = new.cloned().collect();
        if new.len() <= MOST_LOOKED_AT {
            sizes.extend(sizes_of(new).await);
        }
        *held(&self.0.holding.sizes) = sizes;
        self.accounts_have_changed();
    }

    fn held_group_view(&self, group: &Group) -> HeldView {
        let sizes = held(&self.0.holding.sizes);
        let bytes = group
            .items
            .iter()
            .map(|item| sizes.get(&item.id).copied().flatten());
        HeldView {
            account: group.account.id.to_string(),
            count: group.items.len() as u64,
            bytes: bytes.sum(),
            names: group.items.iter().take(NAMES).map(name_of).collect(),
        }
    }
}

pub(crate) fn ids_of(items: &[Held]) -> Vec<HeldId> {
    items.iter().map(|item| item.id).collect()
}

fn name_of(item: &Held) -> String {
    let path = &item.what.source;
    match address_of(path) {
        Some(address) => address.chars().take(120).collect(),
        None => path
            .file_name()
            .unwrap_or(path.as_os_str())
            .to_string_lossy()
            .replace(char::is_control, " "),
    }
}

/// Bytes of files; `None` for folders and addresses, and nothing at all where looking takes long.
async fn sizes_of(items: Vec<Held>) -> BTreeMap<HeldId, Option<u64>> {
    let look = tokio::task::spawn_blocking(move || {
        let size = |item: &Held| {
            let metadata = fs::metadata(&item.what.source).ok()?;
            metadata.is_file().then_some(metadata.len())
        };
        items.iter().map(|item| (item.id, size(item))).collect()
    });
    let looked = tokio::time::timeout(LONGEST_LOOK, look).await;
    looked.ok().and_then(Result::ok).unwrap_or_default()
}
