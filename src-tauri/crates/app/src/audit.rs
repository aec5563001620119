//! The audit log in use: who writes into it and when, and how it is looked at.
//!
//! What hands something out (a signature, a secret) is written down first, and is not handed out when that fails. What
//! has been done already (an account removed, Aloft locked) is not undone for it: that it is missing from the log is
//! said then.

mod because;
mod said;
mod view;

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use credentials::Account;
use credentials::audit::{AuditError, AuditLog, Query, Record, Verified};
use jiff::Timestamp;

use crate::aloft::{Aloft, held};
use crate::contract::Problem;
use crate::folders::Folders;
use crate::problems;

pub use credentials::audit::{Action, Entry, Outcome, Who, Word};
pub use said::{Checked, Told, since};

/// How many names of parameters one entry holds: a hostile page cannot make a line of any length.
const MOST_NAMES: usize = 64;

/// How many refusals of one asker are written down in a minute: it must neither fill the disk with them nor use up what
/// another one has. Whatever is given is written down, however much it is.
const MOST_REFUSALS: u32 = 60;
/// How many that the user did not allow are told apart in a minute; the others share one count. A program can call itself
/// anything.
const MOST_STRANGERS: usize = 8;
const MINUTE: Duration = Duration::from_secs(60);
/// The reason that the first refusal beyond these stands with.
const AND_MORE: &str = "and_more";

/// How many refusals of whom were written down lately; of no name, those of all the others.
#[derive(Debug, Default)]
pub(crate) struct Refusals(BTreeMap<Option<String>, Counted>);

#[derive(Debug)]
struct Counted {
    since: Instant,
    written: u32,
    is_known: bool,
}

/// What is written down of a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kept {
    /// All of it.
    Whole,
    /// That there are more of this asker.
    More,
    /// That there are more of the others.
    MoreOfOthers,
    /// Nothing.
    Nothing,
}

impl Refusals {
    fn admit(&mut self, asker: String, is_known: impl FnOnce() -> bool, now: Instant) -> Kept {
        self.0.retain(|_, one| now - one.since < MINUTE);
        let asker = Some(asker);
        let before = self.0.get(&asker).map(|one| one.is_known);
        let is_known = before.unwrap_or_else(is_known);
        let told_apart = self
            .0
            .iter()
            .filter(|(name, one)| name.is_some() && !one.is_known);
        let has_own = before.is_some() || is_known || told_apart.count() < MOST_STRANGERS;
        let asker = asker.filter(|_| has_own);
        let counted = self.0.entry(asker.clone()).or_insert(Counted {
            since: now,
            written: 0,
            is_known,
        });
        counted.written = counted.written.saturating_add(1);
        match (counted.written.cmp(&(MOST_REFUSALS + 1)), asker) {
            (Ordering::Less, _) => Kept::Whole,
            (Ordering::Equal, Some(_)) => Kept::More,
            (Ordering::Equal, None) => Kept::MoreOfOthers,
            (Ordering::Greater, _) => Kept::Nothing,
        }
    }
}

/// What stands for all further refusals of this minute.
fn and_more(entry: &Entry, who: Who) -> Entry {
    let reason = Word::new(AND_MORE);
    let of_upload = matches!(entry.action, Action::UploadRefused { .. });
    let action = match of_upload {
        true => Action::UploadRefused { reason },
        false => Action::Refused { reason },
    };
    Entry::new(action, who)
}

/// The log of one user. Cheap to clone; nothing is kept in memory.
#[derive(Clone, Debug)]
pub struct Audit(Arc<AuditLog>);

impl Audit {
    /// The log in these folders. Nothing is made before the first entry.
    pub fn in_folders(folders: &Folders) -> Self {
        Self(Arc::new(AuditLog::in_folder(&folders.audit())))
    }

    /// The newest entries that fit, newest first. Words are looked for in what the log says and in what is shown of it
    /// in the language spoken.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn find(&self, wanted: Wanted) -> Result<Vec<Told>, Problem> {
        let found = self.blocking(move |log| {
            let query = Query {
                since: wanted.since,
                limit: wanted.limit,
                ..Query::default()
            };
            log.search_with(&query, |record| wanted.fits(record))
        });
        Ok(found.await?.into_iter().map(Told::new).collect())
    }

    /// Checks the whole chain.
    ///
    /// # Errors
    /// When the log cannot be read. A broken chain is no error.
    pub async fn check(&self) -> Result<Checked, Problem> {
        let verified = self.blocking(AuditLog::verify).await?;
        Ok(match verified {
            Verified::Sound { entries, torn } => Checked::Sound { entries, torn },
            Verified::Broken(broken) => Checked::Broken(broken),
        })
    }

    async fn append(&self, entries: Vec<Entry>) -> Result<(), Problem> {
        let now = Timestamp::now();
        self.blocking(move |log| log.append_all(&entries, now))
            .await
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&AuditLog) -> Result<T, AuditError> + Send + 'static,
    ) -> Result<T, Problem> {
        let log = Arc::clone(&self.0);
        match tokio::task::spawn_blocking(move || work(&log)).await {
            Ok(done) => done.map_err(|error| problems::of_audit(&error)),
            Err(error) => Err(problems::of_audit_thread(&error.to_string())),
        }
    }
}

/// Which entries are wanted. All that is given must fit.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Words that stand in the entry; case does not count.
    pub words: String,
    /// Only from this moment on.
    pub since: Option<Timestamp>,
    /// Only those before the entry of this number.
    pub before: Option<u64>,
    /// No more than these.
    pub limit: usize,
}

impl Wanted {
    fn fits(&self, record: &Record) -> bool {
        if self.before.is_some_and(|before| record.seq >= before) {
            return false;
        }
        let mut words = self.words.split_whitespace().peekable();
        if words.peek().is_none() {
            return true;
        }
        let text = Told::new(record.clone()).searched().to_lowercase();
        words.all(|word| text.contains(&word.to_lowercase()))
    }
}

impl Aloft {
    /// The log of this user.
    pub fn audit(&self) -> Audit {
        Audit::in_folders(self.folders())
    }

    /// Who asks for what this process does by itself: its window, or the user in a terminal.
    pub(crate) fn asker(&self) -> Who {
        if self.0.desktop.has_windows() {
            Who::Window
        } else {
            Who::Terminal {
                pid: std::process::id(),
            }
        }
    }

    /// Writes down what is about to be handed out. It must not be, when this fails.
    ///
    /// # Errors
    /// When the log cannot be written.
    pub(crate) async fn write_down(&self, entries: Vec<Entry>) -> Result<(), Problem> {
        self.audit().append(entries).await
    }

    /// The same for one account, asked for by this process's user.
    ///
    /// # Errors
    /// As [`Aloft::write_down`].
    pub(crate) async fn write_down_before(
        &self,
        action: Action,
        account: &Account,
    ) -> Result<(), Problem> {
        let entry = Entry::new(action, self.asker()).of(account);
        self.write_down(vec![entry]).await
    }

    /// Writes down what was done. It stays done when that fails; the user is told that the log lacks it.
    pub(crate) async fn write_down_after(&self, action: Action, account: Option<&Account>) {
        let entry = Entry::new(action, self.asker());
        self.note(match account {
            Some(account) => entry.of(account),
            None => entry,
        })
        .await;
    }

    /// Writes down a refusal, of which only so many a minute are; the first one beyond them says that there are more.
    pub(crate) async fn note_refusal(&self, entry: Entry) {
        let who = entry.who.clone();
        let asker = match &who {
            Who::Agent { client } => format!("agent {}", client.as_str()),
            Who::Widget => "widget".to_owned(),
            Who::Window | Who::Terminal { .. } | Who::Program => "user".to_owned(),
        };
        let kept = held(&self.0.refusals).admit(asker, || self.is_known(&who), Instant::now());
        let entry = match kept {
            Kept::Whole => entry,
            Kept::More => and_more(&entry, who),
            Kept::MoreOfOthers => and_more(&entry, Who::agent("")),
            Kept::Nothing => return,
        };
        self.note(entry.ended(Outcome::Refused)).await;
    }

    /// Whether it is us, or a client that the user allowed, or calls itself one.
    fn is_known(&self, who: &Who) -> bool {
        match who {
            Who::Agent { .. } => {
                let clients = self.clients().unwrap_or_default();
                let mut allowed = clients.iter().filter(|client| !client.denied);
                allowed.any(|client| Who::agent(&client.name) == *who)
            }
            Who::Widget | Who::Window | Who::Terminal { .. } | Who::Program => true,
        }
    }

    /// As [`Aloft::write_down_after`], for any entry: what a client of the agent did.
    pub(crate) async fn note(&self, entry: Entry) {
        if let Err(problem) = self.write_down(vec![entry]).await {
            // A terminal shows what is logged as an error; a window gets the notice.
            tracing::error!("the audit log lacks an entry: {problem}");
            self.notify_trouble(problem);
        }
    }
}

/// The names of an entry: no more than it holds, however many were asked for.
pub(crate) fn names<'a>(names: impl Iterator<Item = &'a str>) -> impl Iterator<Item = &'a str> {
    names.take(MOST_NAMES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_asker_has_so_many_refusals_a_minute_and_then_one_that_says_there_are_more() {
        let mut refusals = Refusals::default();
        let now = Instant::now();
        let mut admit =
            |name: &str, is_known: bool, at| refusals.admit(name.to_owned(), || is_known, at);
        assert!((0..MOST_REFUSALS).all(|_| admit("page", false, now) == Kept::Whole));
        assert_eq!(admit("page", false, now + MINUTE / 2), Kept::More);
        assert_eq!(admit("page", false, now + MINUTE / 2), Kept::Nothing);
        // Whoever calls itself anything uses up what such callers have together, and nobody else's.
        let more = MOST_STRANGERS - 1 + MOST_REFUSALS as usize;
        assert!((0..more).all(|number| admit(&number.to_string(), false, now) == Kept::Whole));
        assert_eq!(admit("another", false, now), Kept::MoreOfOthers);
        assert_eq!(admit("one more", false, now), Kept::Nothing);
        assert_eq!(admit("client", true, now), Kept::Whole);
        assert_eq!(admit("page", false, now + MINUTE), Kept::Whole);
    }
}
