//! The agent: signatures and uploads for other programs of this computer, as an ssh-agent holds a key for them.
//!
//! Who asks is a *client*, an origin or whoever holds a token, and each was allowed by the user, with the account that it
//! may use and the policy that it is held to. How a request reaches this file is the business of the crate `agent`;
//! whether it gets anything is decided here and below.

mod approval;
mod client;
mod door;
mod faults;
mod file;
mod refused;
mod upload;

use std::collections::BTreeMap;
use std::fs::{File, TryLockError};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use credentials::{Access, Account, UnlockDialog};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use signing::Params;
use signing::policy;

use crate::aloft::{Aloft, held};
use crate::audit::{Action, Entry, Outcome};
use crate::contract::Problem;
use crate::sign::{Asker, scheme};
use crate::widget::{Allowance, WidgetLimits};

use approval::Approvals;
pub use approval::Asking;
pub use client::{Client, Lasting, NewClient, Proof, WebOrigin};
pub use faults::{client_gone, port_taken};
pub(crate) use faults::{no_secret, sandbox_ends};
pub(crate) use file::ClientBook;
pub use refused::{Fault, Refused, Unsigned};
use upload::Uploads;

/// Where the agent listens when nothing else was chosen: below the ports that systems give to outgoing connections.
pub const PORT: u16 = 25_638;
/// How many requests of one client may come at once, how far apart they are from then on, and how long one waits.
const BURST: u32 = 20;
const APART: Duration = Duration::from_millis(200);
const PATIENCE: Duration = Duration::from_secs(2);
/// The same for tokens that nobody has.
const WRONG_BURST: u32 = 10;
const WRONG_APART: Duration = Duration::from_secs(6);
/// Clients that requests are counted of, at most: they are those that were allowed.
const COUNTED: usize = 1_000;

/// Who asks, as the request says it.
#[derive(Clone, Debug)]
pub enum Caller {
    /// A page in a browser.
    Origin(WebOrigin),
    /// Whoever holds this token.
    Token(SecretString),
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A signature.
    Signature,
    /// An upload.
    Upload,
}

/// What the agent remembers while the program runs.
pub(crate) struct Desk {
    approvals: Approvals,
    uploads: Uploads,
    /// Held while the window's agent is switched: one switch waits for the other.
    switching: tokio::sync::Mutex<()>,
    /// Requests of each client, by its name.
    counted: Mutex<BTreeMap<String, Allowance>>,
    wrong_tokens: Mutex<Allowance>,
}

impl Default for Desk {
    fn default() -> Self {
        Self {
            approvals: Approvals::default(),
            uploads: Uploads::default(),
            switching: tokio::sync::Mutex::default(),
            counted: Mutex::default(),
            wrong_tokens: Mutex::new(bucket(WRONG_BURST, WRONG_APART, Duration::ZERO)),
        }
    }
}

impl Desk {
    /// The program ends.
    pub(crate) fn close(&self) {
        self.uploads.forget();
    }
}

fn bucket(burst: u32, apart: Duration, patience: Duration) -> Allowance {
    let limits = WidgetLimits {
        most: u32::MAX,
        idle: Duration::MAX,
        longest: Duration::MAX,
        burst,
        apart,
        patience,
    };
    Allowance::new(limits, Instant::now())
}

/// A client that may have what it asked for, and the account it is held to.
struct Admitted {
    client: Client,
    account: Account,
}

/// Who asks, as far as it is known, for the log.
struct Known {
    /// Empty where nothing is known.
    client: String,
    account: Option<Account>,
}

impl Known {
    /// Before anything is looked up: an origin says who it is, a token does not.
    fn said_by(caller: &Caller) -> Self {
        let client = match caller {
            Caller::Origin(origin) => origin.to_string(),
            Caller::Token(_) => String::new(),
        };
        let account = None;
        Self { client, account }
    }
}

/// Held by the one process of a data folder whose agent listens; released by the kernel when it dies.
#[derive(Debug)]
pub struct Listening(#[expect(dead_code, reason = "holding it is its use")] File);

impl Aloft {
    /// Signs the parameters of one upload for a client, under the policy that the client is held to.
    ///
    /// # Errors
    /// Why not; nothing was signed then.
    pub async fn sign_for_client(
        &self,
        caller: &Caller,
        wanted: &Map<String, Value>,
    ) -> Result<String, Refused> {
        let mut known = Known::said_by(caller);
        let answer = self.sign_for(caller, wanted, &mut known).await;
        let names = wanted.keys().map(String::as_str);
        let refused = answer.as_ref().err().map(Refused::kind);
        let Known { client, account } = &known;
        let written = self.signature_asked(Asker::Agent(client), account.as_ref(), names, refused);
        written.await.map_err(Refused::Account)?;
        answer
    }

    /// A request that was turned away at the door, before it was known what it wants exactly. Whoever it said it was,
    /// is written down as that.
    pub fn turned_away(&self, caller: Option<&Caller>, wanted: Wanted, kind: &'static str) {
        let aloft = self.clone();
        let known = caller.map(Known::said_by);
        let client = known.map_or_else(String::new, |known| known.client);
        tokio::spawn(async move {
            match wanted {
                Wanted::Signature => {
                    let asker = Asker::Agent(&client);
                    let names = std::iter::empty();
                    // What is refused is refused, whatever becomes of the log.
                    let _ = aloft.signature_asked(asker, None, names, Some(kind)).await;
                }
                Wanted::Upload => aloft.upload_refused(&client, None, kind).await,
            }
        });
    }

    async fn sign_for(
        &self,
        caller: &Caller,
        wanted: &Map<String, Value>,
        known: &mut Known,
    ) -> Result<String, Refused> {
        let admitted = self.admit(caller, Wanted::Signature, known).await?;
        let Admitted { client, account } = admitted;
        self.take_turn(&client).await?;
        let params = Params::try_from(wanted).map_err(Refused::Unreadable)?;
        let approved = policy::review(&params, &client.opened(), self.service_now())
            .map_err(|refusal| Refused::Policy(Unsigned::of(&client, refusal)))?;
        let Access::Signed {
            algorithm, version, ..
        } = account.access
        else {
            return Err(Refused::Account(faults::no_secret(&account.label)));
        };
        // A page or a plugin that asks must not open the keyring's dialog.
        let secret = self.secret(&account, UnlockDialog::Never).await;
        let secret = secret.map_err(Refused::Account)?;
        // It may have been forgotten, or used up, while this waited.
        self.use_client(&client)?;
        Ok(signing::sign(
            &approved,
            &secret,
            scheme(algorithm, version),
        ))
    }

    /// Whether this caller may ask at all; a browser wants to know before it sends a page's request. An origin that is
    /// not known yet and wants a signature makes the user's question.
    ///
    /// # Errors
    /// Why not.
    pub async fn may_ask(&self, caller: &Caller, wanted: Wanted) -> Result<(), Refused> {
        let mut known = Known::said_by(caller);
        self.admit(caller, wanted, &mut known).await.map(drop)
    }

    /// Whether answers to this caller may be read by a page of its origin.
    pub fn is_allowed(&self, caller: &Caller) -> bool {
        let known = match caller {
            Caller::Origin(origin) => self.client_of_origin(origin),
            Caller::Token(token) => self.client_of_token(token),
        };
        known.is_ok_and(|client| client.is_some_and(|client| !client.denied))
    }

    async fn admit(
        &self,
        caller: &Caller,
        wanted: Wanted,
        known: &mut Known,
    ) -> Result<Admitted, Refused> {
        let client = match caller {
            Caller::Token(token) => match self.client_of_token(token)? {
                Some(client) => client,
                None => return Err(self.wrong_token()),
            },
            Caller::Origin(origin) => match self.client_of_origin(origin)? {
                Some(client) => client,
                None if wanted == Wanted::Signature => self.ask_about(origin).await?,
                None => return Err(Refused::NotAllowed(origin.to_string())),
            },
        };
        known.client.clone_from(&client.name);
        if client.denied {
            return Err(Refused::NotAllowed(client.name));
        }
        match wanted {
            Wanted::Signature if !client.may_sign => return Err(Refused::MayNotSign(client.name)),
            Wanted::Upload if !client.may_upload => return Err(Refused::MayNotUpload(client.name)),
            Wanted::Signature | Wanted::Upload => {}
        }
        let account = self.account_by_id(&client.account);
        let account = account.map_err(Refused::Account)?;
        let account =
            account.ok_or_else(|| Refused::Account(faults::account_gone(&client.name)))?;
        known.account = Some(account.clone());
        Ok(Admitted { client, account })
    }

    fn client_of_origin(&self, origin: &WebOrigin) -> Result<Option<Client>, Refused> {
        let clients = self.good_clients()?.into_iter();
        let mut of_origin = clients.filter(|client| client.proof == Proof::Origin);
        Ok(of_origin.find(|client| client.name == origin.as_str()))
    }

    fn client_of_token(&self, token: &SecretString) -> Result<Option<Client>, Refused> {
        let digest = client::digest(token.expose_secret());
        let mut found = None;
        // Every token is compared, and each in the same time, whatever is wrong about it.
        for client in self.good_clients()? {
            if client.has_token(&digest) {
                found = Some(client);
            }
        }
        Ok(found)
    }

    fn good_clients(&self) -> Result<Vec<Client>, Refused> {
        let now = Timestamp::now();
        let mut clients = self.0.clients.clients().map_err(Refused::Account)?;
        clients.retain(|client| client.is_good(now));
        Ok(clients)
    }

    fn wrong_token(&self) -> Refused {
        match held(&self.0.agent.wrong_tokens).turn(Instant::now()) {
            Ok(_) => Refused::WrongToken,
            Err(_) => Refused::TooManyWrong { after: WRONG_APART },
        }
    }

    async fn take_turn(&self, client: &Client) -> Result<(), Refused> {
        let turn = {
            let mut counted = held(&self.0.agent.counted);
            if counted.len() >= COUNTED {
                counted.clear();
            }
            let bucket = || bucket(BURST, APART, PATIENCE);
            let own = counted.entry(client.name.clone()).or_insert_with(bucket);
            own.turn(Instant::now())
        };
        let after = Duration::from_secs(1);
        let wait = turn.map_err(|_| Refused::TooFast { after })?;
        tokio::time::sleep(wait).await;
        Ok(())
    }

    /// Takes one use of a client that has only one, and sees that it is still a client.
    fn use_client(&self, client: &Client) -> Result<(), Refused> {
        let used = self.0.clients.take_use(client).map_err(Refused::Account)?;
        used.then_some(())
            .ok_or_else(|| Refused::NotAllowed(client.name.clone()))
    }

    /// All clients, those whose time is over left out, in the order in which they were allowed.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn clients(&self) -> Result<Vec<Client>, Problem> {
        let now = Timestamp::now();
        let mut clients = self.0.clients.clients()?;
        clients.retain(|client| client.is_good(now));
        Ok(clients)
    }

    /// Allows an origin. One that is known, denied or not, is held to what is said now.
    ///
    /// # Errors
    /// When the account cannot do what is allowed, a folder cannot be used, or a file cannot be written.
    pub async fn allow_origin(
        &self,
        origin: &WebOrigin,
        new: NewClient,
    ) -> Result<Client, Problem> {
        let account = self.account_of_new(&new)?;
        let client = client::shaped(
            origin.to_string(),
            Proof::Origin,
            account.id.to_string(),
            new,
        )?;
        let name = origin.as_str().into();
        self.write_down_before(Action::ClientAllowed { client: name }, &account)
            .await?;
        self.0.clients.put(client.clone())?;
        Ok(client)
    }

    /// Makes a token for a client of this name. The token is nowhere but in the answer.
    ///
    /// # Errors
    /// As [`Aloft::allow_origin`]; also when the name is empty or taken.
    pub async fn make_token(
        &self,
        name: &str,
        new: NewClient,
    ) -> Result<(Client, SecretString), Problem> {
        let name = client::usable_name(name)?;
        let token = client::random_token();
        let proof = Proof::Token {
            sha256: hex::encode(client::digest(token.expose_secret())),
        };
        let account = self.account_of_new(&new)?;
        let client = client::shaped(name.to_owned(), proof, account.id.to_string(), new)?;
        self.0.clients.add(client.clone())?;
        let made = Action::TokenMade {
            client: name.into(),
        };
        if let Err(problem) = self.write_down_before(made, &account).await {
            // Nobody has the token yet.
            self.0.clients.forget(name)?;
            return Err(problem);
        }
        Ok((client, token))
    }

    /// Holds a client to another account, upload preset or folder from now on. Answers whether it was still the one that
    /// was looked at; where it was not, a second entry of the log takes the first one back.
    async fn hold_client(
        &self,
        before: &Client,
        after: Client,
        account: &Account,
    ) -> Result<bool, Problem> {
        let client = after.name.as_str().into();
        let entry = Entry::new(Action::ClientAllowed { client }, self.asker()).of(account);
        self.write_down(vec![entry.clone()]).await?;
        let held = self.0.clients.replace(before, after);
        match &held {
            Ok(true) => {}
            Ok(false) => self.note(entry.ended(Outcome::Refused)).await,
            Err(_) => self.note(entry.ended(Outcome::Failed)).await,
        }
        held
    }

    /// Forgets a client; what it asks for from now on is refused, or the user is asked anew. Answers whether it was there.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub async fn forget_client(&self, name: &str) -> Result<bool, Problem> {
        let was_there = self.0.clients.forget(name)?;
        if was_there {
            let client = name.into();
            self.write_down_after(Action::ClientForgotten { client }, None)
                .await;
        }
        Ok(was_there)
    }

    /// The account of a new client, which can do what the client may ask for.
    fn account_of_new(&self, new: &NewClient) -> Result<Account, Problem> {
        let account = self.account(new.account.as_deref())?;
        can_sign(&account, new.may_sign)?;
        Ok(account)
    }

    /// Where the agent listens, or would.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn agent_port(&self) -> Result<u16, Problem> {
        Ok(self.0.clients.door()?.port.unwrap_or(PORT))
    }

    /// Makes this process the one whose agent listens. The caller says so before it opens the port.
    ///
    /// # Errors
    /// When another process is it.
    pub fn listening(&self) -> Result<Listening, Problem> {
        let path = self.0.folders.data.join("agent.lock");
        let open = File::options().create(true).append(true).open(&path);
        let file = open.map_err(|error| faults::not_locked(&path, &error))?;
        match file.try_lock() {
            Ok(()) => Ok(Listening(file)),
            Err(TryLockError::WouldBlock) => Err(faults::listens_already()),
            Err(TryLockError::Error(error)) => Err(faults::not_locked(&path, &error)),
        }
    }
}

/// Whether an account can do what is asked of it.
fn can_sign(account: &Account, wanted: bool) -> Result<(), Problem> {
    match &account.access {
        Access::Unsigned { .. } if wanted => Err(faults::no_secret(&account.label)),
        Access::Unsigned { .. } | Access::Signed { .. } => Ok(()),
    }
}
