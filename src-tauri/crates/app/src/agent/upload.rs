//! Uploads for a client: files that it names, below folders that the user chose, or what is on the clipboard. A client that
//! asks again, because it lost patience or its connection, or because everything was locked or paused, gets the answer of the
//! upload that it asked for first.

mod files;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use credentials::Account;
use engine::{FailureKind, Job, State};
use sha2::{Digest, Sha256};
use tokio::sync::watch;

use super::client::Client;
use super::refused::Refused;
use super::{Admitted, Caller, Known, Wanted, faults};
use crate::aloft::{Aloft, held};
use crate::audit::{Action, Entry, Who, Word};
use crate::contract::Problem;
use crate::desktop::Clipboard;
use crate::follow::Seen;
use crate::uploads::{Intake, LookedAt, UploadOptions, problem_of};

/// How long the answer to a request without a key holds for the same request.
const SHORTLY: Duration = Duration::from_secs(60);
/// How long the answer to a key holds, and that something waits for the user.
const KEYED: Duration = Duration::from_secs(24 * 60 * 60);
/// Uploads that are remembered, at most.
const REMEMBERED: usize = 1_000;
/// Uploads under way, at most.
const UNDER_WAY: usize = 16;
/// How long a request waits for its upload, which goes on without it.
const LONGEST_WAIT: Duration = Duration::from_secs(30 * 60);

/// What is said of what the user has stopped, and of all that is not over; the reason follows.
const PAUSED: &str = "The upload is paused. Resume it in Aloft's window.";
const WAITS: &str = "What is left waits in the queue and goes on when this is settled:";

/// Uploads that clients asked for.
#[derive(Default)]
pub(super) struct Uploads(Mutex<BTreeMap<Key, Asked>>);

impl Uploads {
    /// Forgets them all: what waits holds the program that it waits in.
    pub(super) fn forget(&self) {
        held(&self.0).clear();
    }
}

/// What makes two requests the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    /// The key that the client chose.
    Chosen(Asking, String),
    /// What it wants uploaded.
    Content(Asking, [u8; 32]),
}

/// A client and the account that it is held to: one that was allowed anew for another account is another one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Asking {
    client: String,
    account: String,
}

impl Asking {
    fn of(admitted: &Admitted) -> Self {
        Self {
            client: admitted.client.name.clone(),
            account: admitted.account.id.to_string(),
        }
    }
}

/// What whoever waits for an upload waits on.
type Following = watch::Receiver<Option<Ended>>;

struct Asked {
    /// The list as it was sent.
    request: [u8; 32],
    ended: Following,
    /// When it ended, as far as somebody looked.
    since: Option<Instant>,
}

/// How following an upload ended.
#[derive(Clone)]
enum Ended {
    /// The links, in the order asked.
    Arrived(Vec<String>),
    /// It is queued whole, and does not go on without the user.
    Waits { queued: Arc<Queued>, why: String },
    /// Why it did not arrive.
    Failed(String),
}

/// What is queued for a client.
struct Queued {
    account: Account,
    intake: Intake,
    /// How many things were asked for.
    wanted: usize,
}

impl Asked {
    fn is_kept(&mut self, key: &Key, now: Instant) -> bool {
        let time = match (&*self.ended.borrow(), key) {
            (None, _) => return self.ended.has_changed().is_ok(),
            // What failed may be asked for again at once.
            (Some(Ended::Failed(_)), _) => return false,
            (Some(Ended::Arrived(_)), Key::Content(..)) => SHORTLY,
            (Some(Ended::Waits { .. }), _) | (Some(Ended::Arrived(_)), Key::Chosen(..)) => KEYED,
        };
        let since = *self.since.get_or_insert(now);
        now.saturating_duration_since(since) < time
    }
}

/// What is to be uploaded, looked at.
struct Wish {
    things: Things,
    content: [u8; 32],
}

enum Things {
    Files(Vec<LookedAt>),
    /// A picture on the clipboard. It gets a file when it is known that it is not under way already.
    Picture {
        bytes: Vec<u8>,
        extension: &'static str,
    },
}

impl Things {
    fn count(&self) -> usize {
        match self {
            Self::Files(files) => files.len(),
            Self::Picture { .. } => 1,
        }
    }
}

impl Aloft {
    /// Uploads for a client the files of these absolute paths, or what is on the clipboard where there are none; waits
    /// until they arrived, and answers their links in this order. `key` is the client's own name for this request.
    ///
    /// # Errors
    /// Why not. The upload goes on when the caller stops waiting.
    pub async fn upload_for_client(
        &self,
        caller: &Caller,
        list: Vec<PathBuf>,
        key: Option<String>,
    ) -> Result<Vec<String>, Refused> {
        let mut known = Known::said_by(caller);
        let answer = self.upload_for(caller, list, key, &mut known).await;
        match &answer {
            // It was begun, and stands in the log as that.
            Ok(_) | Err(Refused::NotUploaded(_)) => {}
            Err(refused) => {
                let Known { client, account } = &known;
                self.upload_refused(client, account.as_ref(), refused.kind())
                    .await;
            }
        }
        answer
    }

    /// Writes down that a client was refused an upload.
    pub(super) async fn upload_refused(
        &self,
        client: &str,
        account: Option<&Account>,
        kind: &'static str,
    ) {
        tracing::warn!(kind, "nothing uploaded for a client");
        let reason = Word::new(kind);
        let entry = Entry::new(Action::UploadRefused { reason }, Who::agent(client));
        self.note_refusal(match account {
            Some(account) => entry.of(account),
            None => entry,
        })
        .await;
    }

    async fn upload_for(
        &self,
        caller: &Caller,
        list: Vec<PathBuf>,
        key: Option<String>,
        known: &mut Known,
    ) -> Result<Vec<String>, Refused> {
        let admitted = self.admit(caller, Wanted::Upload, known).await?;
        self.take_turn(&admitted.client).await?;
        let request = request_of(&list);
        let key = key.map(|key| Key::Chosen(Asking::of(&admitted), key));
        // A key stands for its request, whatever has become of the files or the clipboard meanwhile.
        let begun = match &key {
            Some(key) => self.begun_as(&mut held(&self.0.agent.uploads.0), key, request)?,
            None => None,
        };
        let mut ended = match begun {
            Some(begun) => begun,
            None => {
                let wish = self.wish(list, &admitted.client).await?;
                let of_content = || Key::Content(Asking::of(&admitted), wish.content);
                let key = key.unwrap_or_else(of_content);
                self.begin_or_join(admitted, wish.things, key, request)?
            }
        };
        let waited = tokio::time::timeout(LONGEST_WAIT, ended.wait_for(Option::is_some)).await;
        match waited {
            Ok(Ok(ended)) => match &*ended {
                Some(Ended::Arrived(links)) => Ok(links.clone()),
                Some(Ended::Waits { why, .. } | Ended::Failed(why)) => {
                    Err(Refused::NotUploaded(why.clone()))
                }
                None => Err(broken_off()),
            },
            Ok(Err(_)) | Err(_) => Err(broken_off()),
        }
    }

    /// Looks at what is asked for.
    async fn wish(&self, list: Vec<PathBuf>, client: &Client) -> Result<Wish, Refused> {
        let own = {
            let folders = self.folders();
            [&folders.config, &folders.data, &folders.logs].map(Clone::clone)
        };
        let roots = client.roots.clone();
        match list.is_empty() {
            true => self.clipboard_wish(own, roots).await,
            false => files::looked_at(list, own, roots).await,
        }
    }

    /// What is on the clipboard: a picture, or files that the client could name too.
    async fn clipboard_wish(
        &self,
        own: [PathBuf; 3],
        roots: Vec<PathBuf>,
    ) -> Result<Wish, Refused> {
        let clipboard = self.0.desktop.read_clipboard().await;
        match clipboard.map_err(Refused::Clipboard)? {
            Clipboard::Files(list) => files::looked_at(list, own, roots).await,
            Clipboard::Image { bytes, extension } => Ok(Wish {
                content: Sha256::digest(&bytes).into(),
                things: Things::Picture { bytes, extension },
            }),
            Clipboard::Text(_) | Clipboard::Empty => Err(Refused::Clipboard(faults::no_picture())),
        }
    }

    /// What was begun under this key, if something was.
    fn begun_as(
        &self,
        asked: &mut BTreeMap<Key, Asked>,
        key: &Key,
        request: [u8; 32],
    ) -> Result<Option<Following>, Refused> {
        let now = Instant::now();
        asked.retain(|key, asked| asked.is_kept(key, now));
        match (asked.get_mut(key), key) {
            (Some(known), Key::Chosen(..)) if known.request != request => Err(Refused::KeyTaken),
            (Some(known), Key::Chosen(..) | Key::Content(..)) => Ok(Some(self.join(known))),
            (None, _) => Ok(None),
        }
    }

    /// The upload under way that this is, or a new one, which goes on whoever waits for it.
    fn begin_or_join(
        &self,
        admitted: Admitted,
        things: Things,
        key: Key,
        request: [u8; 32],
    ) -> Result<Following, Refused> {
        let mut asked = held(&self.0.agent.uploads.0);
        // Another request may have begun it while this one looked.
        if let Some(begun) = self.begun_as(&mut asked, &key, request)? {
            return Ok(begun);
        }
        let under_way = |asked: &&Asked| asked.ended.borrow().is_none();
        let after = Duration::from_secs(5);
        if asked.len() >= REMEMBERED || asked.values().filter(under_way).count() >= UNDER_WAY {
            return Err(Refused::TooMany { after });
        }
        // One use is one upload.
        self.use_client(&admitted.client)?;
        let (end, ended) = watch::channel(None);
        let known = Asked {
            request,
            ended: ended.clone(),
            since: None,
        };
        asked.insert(key, known);
        let aloft = self.clone();
        tokio::spawn(async move {
            let begun = aloft.begin_for_client(admitted, things).await;
            let ending = match begun {
                Ok(queued) => {
                    let (taken, ending) =
                        tokio::join!(queued.intake.run(), aloft.arrived(Arc::clone(&queued)));
                    taken.map_or_else(|problem| Ended::Failed(problem.to_string()), |()| ending)
                }
                Err(problem) => Ended::Failed(problem.to_string()),
            };
            end.send_replace(Some(ending));
        });
        Ok(ended)
    }

    /// What becomes of an upload that was asked for before. One that waited for the user is followed anew.
    fn join(&self, known: &mut Asked) -> Following {
        let waiting = match &*known.ended.borrow() {
            Some(Ended::Waits { queued, .. }) => Some(Arc::clone(queued)),
            Some(Ended::Arrived(_) | Ended::Failed(_)) | None => None,
        };
        if let Some(queued) = waiting {
            let (end, ended) = watch::channel(None);
            (known.ended, known.since) = (ended, None);
            let aloft = self.clone();
            tokio::spawn(async move {
                let ending = match aloft.try_again(&queued.account).await {
                    Ok(()) => aloft.arrived(queued).await,
                    Err(problem) => Ended::Waits {
                        queued,
                        why: problem.to_string(),
                    },
                };
                end.send_replace(Some(ending));
            });
        }
        known.ended.clone()
    }

    /// It is in the log before anything of it is queued: Aloft signs it for the client.
    async fn begin_for_client(
        &self,
        Admitted { client, account }: Admitted,
        things: Things,
    ) -> Result<Arc<Queued>, Problem> {
        let entry = Entry::new(Action::UploadBegun, Who::agent(&client.name)).of(&account);
        self.write_down(vec![entry]).await?;
        let wanted = things.count();
        let options = UploadOptions {
            choices: self.default_choices(&account)?,
            ..UploadOptions::default()
        };
        self.try_again(&account).await?;
        let intake = match things {
            Things::Files(files) => self.begin_upload_of(&account, files, &options)?,
            Things::Picture { bytes, extension } => {
                let file = self.keep_picture(bytes, extension).await?;
                self.begin_upload(&account, vec![file], &options)?
            }
        };
        Ok(Arc::new(Queued {
            account,
            intake,
            wanted,
        }))
    }

    /// Waits until everything rests.
    async fn arrived(&self, queued: Arc<Queued>) -> Ended {
        let mut links = Vec::with_capacity(queued.wanted);
        let mut waiting = 0;
        let mut trouble = None;
        let mut left = None;
        let followed = self.follow(&queued.intake, None, |seen| match seen {
            Seen::Rests(job) | Seen::Waits(job) => match (&job.receipt, job.state) {
                (Some(receipt), State::Done) => links.push(receipt.url.clone()),
                (Some(_) | None, _) => {
                    // What needs the user rests, and is there still when it is asked for again. A file that is not the one
                    // that was looked at any more is looked at anew then.
                    let goes_on = matches!(seen, Seen::Waits(_))
                        || job.state == State::NeedsYou && !has_changed(job);
                    waiting += usize::from(goes_on);
                    let is_paused = job.state == State::Paused;
                    let why = match is_paused {
                        true => Some(PAUSED.to_owned()),
                        false => problem_of(job).map(|problem| problem.to_string()),
                    };
                    // What rests has a reason of its own; what waits may have one that is over.
                    let reason = match matches!(seen, Seen::Waits(_)) && !is_paused {
                        true => &mut left,
                        false => &mut trouble,
                    };
                    *reason = reason.take().or(why);
                }
            },
            Seen::PassedOver(passed) => {
                trouble.get_or_insert(passed.skipped.problem.to_string());
            }
            Seen::Because(_) | Seen::Moved(_) => {}
        });
        if let Err(problem) = followed.await {
            trouble.get_or_insert(problem.to_string());
        }
        let (arrived, wanted) = (links.len(), queued.wanted);
        if arrived == wanted {
            return Ended::Arrived(links);
        }
        if trouble.is_none() {
            let of_account = self.account_trouble(&queued.account).await;
            let of_account = of_account.unwrap_or_else(Some);
            trouble = of_account.map(|problem| problem.to_string()).or(left);
        }
        let why = [
            Some(format!("{arrived} of {wanted} arrived.")),
            (waiting > 0).then(|| WAITS.to_owned()),
            trouble,
        ];
        let why = why.into_iter().flatten().collect::<Vec<_>>().join(" ");
        match arrived + waiting == wanted {
            true => Ended::Waits { queued, why },
            false => Ended::Failed(why),
        }
    }
}

/// The list as it was sent; an empty one is the clipboard.
fn request_of(list: &[PathBuf]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for path in list {
        let name = path.as_os_str().as_encoded_bytes();
        hash.update((name.len() as u64).to_le_bytes());
        hash.update(name);
    }
    hash.finalize().into()
}

fn has_changed(job: &Job) -> bool {
    let failure = job.failure.as_ref();
    failure.is_some_and(|failure| failure.kind == FailureKind::SourceChanged)
}

fn broken_off() -> Refused {
    Refused::NotUploaded("It is not known yet what became of it. Ask again later.".to_owned())
}
