//! Secrets that lie about on this computer: found, taken over by choice, removed there on request.
//!
//! Nothing that was found is kept between these steps but where it is: each reads the place again, so a list that stays
//! open holds no secret, and what has changed meanwhile is left alone.

mod view;

use std::ffi::OsString;
use std::path::PathBuf;

use credentials::found::{self, Finding, Git, Looked, Reason};
use credentials::{
    Access, Account, AccountId, ApiHost, Keeping, Origin, UnlockDialog, Verification,
};
use jiff::Timestamp;
use secrecy::ExposeSecret;

use crate::accounts::Consent;
use crate::aloft::Aloft;
use crate::audit::Action;
use crate::contract::{Problem, ProblemKind};
use crate::problems;
use crate::words::{Words, problem as p, reason};

pub use credentials::found::{Source as FoundIn, Tracking};
pub(crate) use view::Lying;

/// Where secrets may lie about. It holds the environment, and so perhaps secrets: it has no `Debug`.
#[derive(Clone)]
pub struct Whereabouts {
    /// The user's home folder.
    pub home: Option<PathBuf>,
    /// The environment of this process.
    pub variables: Vec<(OsString, OsString)>,
    /// Files that the user named, read as `.env` files.
    pub files: Vec<PathBuf>,
}

impl Whereabouts {
    /// This user's, and these files.
    pub fn of_this_user(files: Vec<PathBuf>) -> Self {
        Self {
            home: dirs::home_dir(),
            variables: std::env::vars_os().collect(),
            files,
        }
    }

    fn places(&self) -> Vec<(FoundIn, PathBuf)> {
        let variable = |name: &str| {
            let mut all = self.variables.iter();
            let found = all.find(|(one, _)| one.to_str() == Some(name));
            found.map(|(_, value)| value.clone())
        };
        let usual = self.home.as_deref();
        let usual = usual.map(|home| found::usual_places(home, variable));
        let named = self.files.iter().map(|file| (kind_of(file), file.clone()));
        usual.into_iter().flatten().chain(named).collect()
    }
}

/// A file of another program is read as such when it is named, too.
fn kind_of(file: &std::path::Path) -> FoundIn {
    match file.file_name().and_then(|name| name.to_str()) {
        Some("rclone.conf" | ".rclone.conf") => FoundIn::Rclone,
        Some("environments.json") => FoundIn::VsCode,
        Some("config.json" | ".cloudinary-cli-config") => FoundIn::Cld,
        Some(_) | None => FoundIn::DotEnv,
    }
}

/// Where an account's secret lies about. It holds no secret.
#[derive(Clone, Debug)]
pub struct Sighting {
    /// The kind of place.
    pub found_in: FoundIn,
    /// The file; nothing for the environment.
    pub path: Option<PathBuf>,
    /// The line that the secret is on, from 1.
    pub line: Option<usize>,
    /// What it is called there.
    pub name: String,
    /// The account's cloud.
    pub cloud_name: String,
    /// How it is let in.
    pub access: Access,
    /// Where it sends to.
    pub host: ApiHost,
    /// Its variable is one that tools hand to every visitor of a web page.
    pub is_public: bool,
    /// Whether git has the file.
    pub git: Tracking,
    /// The label of the account that is saved with this cloud and key.
    pub saved_as: Option<String>,
}

impl Sighting {
    /// The API key.
    pub fn entrance(&self) -> &str {
        match &self.access {
            Access::Signed { api_key, .. } => api_key,
            Access::Unsigned { upload_preset } => upload_preset,
        }
    }

    fn is_of(&self, finding: &Finding) -> bool {
        (finding.source, &finding.path, &finding.name) == (self.found_in, &self.path, &self.name)
            && (&finding.parsed.cloud_name, &finding.parsed.access)
                == (&self.cloud_name, &self.access)
    }
}

/// Something that looked like an account and cannot be taken over.
#[derive(Clone, Debug)]
pub struct NotTaken {
    /// The file; nothing for the environment.
    pub path: Option<PathBuf>,
    /// The line, from 1.
    pub line: Option<usize>,
    /// What it is called there.
    pub name: String,
    /// Why.
    pub why: Words,
}

/// What a look around found.
#[derive(Clone, Debug, Default)]
pub struct LookedAround {
    /// Accounts, those of the environment first.
    pub sightings: Vec<Sighting>,
    /// What was not taken.
    pub not_taken: Vec<NotTaken>,
    /// Places that could not be read, and why.
    pub troubles: Vec<(PathBuf, Problem)>,
}

impl Aloft {
    /// Looks around. Secrets are read and forgotten again.
    ///
    /// # Errors
    /// When the list of accounts cannot be read; a place that cannot be is in the answer.
    pub async fn find_lying(&self, whereabouts: Whereabouts) -> Result<LookedAround, Problem> {
        let saved = self.0.book.list()?;
        let mut all = LookedAround::default();
        for (path, looked) in aside(move || each_place(&whereabouts)).await? {
            let looked = match looked {
                Ok(looked) => looked,
                Err(problem) => {
                    all.troubles.extend(path.map(|path| (path, problem)));
                    continue;
                }
            };
            let sightings = looked.findings.into_iter();
            all.sightings
                .extend(sightings.map(|finding| sighting(finding, &saved)));
            let not_taken = looked.passed_over.into_iter().map(|one| NotTaken {
                path: path.clone(),
                line: one.line,
                name: one.name,
                why: of_reason(one.reason),
            });
            all.not_taken.extend(not_taken);
        }
        Ok(all)
    }

    /// Takes an account over: its secret goes into its store and is read back from there, then the account is in the
    /// list. One that is here already with the same secret is answered as it is.
    ///
    /// # Errors
    /// When it is not there any more, is here with another secret, its host is declined, or it cannot be kept; nothing
    /// is changed then.
    pub async fn take_over(
        &self,
        whereabouts: Whereabouts,
        sighting: &Sighting,
        keeping: Keeping,
        consent: Consent,
    ) -> Result<Account, Problem> {
        self.refuse_while_locked().await?;
        let finding = again(whereabouts, sighting).await?;
        if let Some(account) = self.saved_from(&finding)? {
            self.is_kept(&account, &finding).await?;
            return Ok(account);
        }
        let label = self.0.book.free_label(&finding.parsed.cloud_name)?;
        let secret = finding.parsed.secret.clone();
        let account = Account {
            id: AccountId::random(),
            label,
            cloud_name: finding.parsed.cloud_name.clone(),
            access: finding.parsed.access.clone(),
            host: finding.parsed.host.clone(),
            verification: Verification::Unverified,
            origin: Origin::Saved,
            keeping,
            created_at: Timestamp::now(),
            delivery: finding.parsed.delivery.clone(),
            rotation: None,
            key_since: None,
        };
        // A lock lets go of it while the user is being asked.
        drop(finding);
        let secret = {
            let account = &account;
            let asked = async move {
                self.agreed_to_host(account, consent).await?;
                Ok::<_, Problem>(secret)
            };
            self.while_unlocked(asked).await??
        };
        let _turn = self.turn().await?;
        self.0.book.would_take(&account)?;
        let taken = async || Ok(self.0.book.add(account.clone())?);
        let account = self.with_secret(&account, secret.as_ref(), taken).await?;
        self.has_come(&account, Action::Imported).await?;
        Ok(account)
    }

    /// Removes a secret from the file that it lies in, once it has been read back from the store of the account here.
    ///
    /// # Errors
    /// When no account here keeps that secret for good, or the file is not as it was; then it stays as it is.
    pub async fn remove_there(
        &self,
        whereabouts: Whereabouts,
        sighting: &Sighting,
    ) -> Result<(), Problem> {
        self.refuse_while_locked().await?;
        let finding = again(whereabouts, sighting).await?;
        let name = sighting.name.clone();
        let Some(account) = self.saved_from(&finding)? else {
            return Err(problems::plain(ProblemKind::Gone, p::found_not_here(name)));
        };
        match account.keeping {
            Keeping::Keyring | Keeping::Vault => {}
            Keeping::SessionOnly | Keeping::Nothing => {
                let words = p::found_session_only(&account.label);
                return Err(problems::plain(ProblemKind::NoStore, words));
            }
        }
        self.is_kept(&account, &finding).await?;
        self.write_down_before(Action::RemovedElsewhere, &account)
            .await?;
        aside(move || found::remove(&finding))
            .await?
            .map_err(|error| problems::of_found(&error))
    }

    fn saved_from(&self, finding: &Finding) -> Result<Option<Account>, Problem> {
        let saved = self.0.book.list()?;
        let parsed = &finding.parsed;
        Ok(same(&saved, &parsed.cloud_name, &parsed.access).cloned())
    }

    /// Reads the secret back from the account's store and compares it.
    async fn is_kept(&self, account: &Account, finding: &Finding) -> Result<(), Problem> {
        let kept = self.0.secrets.get(account, UnlockDialog::Allow).await?;
        let (kept, found) = (kept.as_ref(), finding.parsed.secret.as_ref());
        if kept.map(ExposeSecret::expose_secret) == found.map(ExposeSecret::expose_secret) {
            return Ok(());
        }
        let words = p::found_other_secret(&account.label);
        Err(problems::plain(ProblemKind::BadValue, words))
    }
}

fn same<'a>(saved: &'a [Account], cloud_name: &str, access: &Access) -> Option<&'a Account> {
    let key = |access: &Access| match access {
        Access::Signed { api_key, .. } => Some(api_key.clone()),
        Access::Unsigned { .. } => None,
    };
    saved.iter().find(|account| {
        account.origin == Origin::Saved
            && account.cloud_name == cloud_name
            && key(&account.access) == key(access)
    })
}

type Place = (Option<PathBuf>, Result<Looked, Problem>);

fn each_place(whereabouts: &Whereabouts) -> Vec<Place> {
    let here = found::in_environment(whereabouts.variables.iter().cloned());
    let git = Git::default();
    let look = |(kind, path): (FoundIn, PathBuf)| {
        let looked = found::look(kind, &path, &git);
        let looked = looked.map_err(|error| problems::of_found(&error));
        (Some(path), looked)
    };
    let files = whereabouts.places().into_iter().map(look);
    std::iter::once((None, Ok(here))).chain(files).collect()
}

fn sighting(finding: Finding, saved: &[Account]) -> Sighting {
    let parsed = finding.parsed;
    Sighting {
        saved_as: same(saved, &parsed.cloud_name, &parsed.access)
            .map(|account| account.label.clone()),
        found_in: finding.source,
        path: finding.path,
        line: finding.line,
        name: finding.name,
        cloud_name: parsed.cloud_name,
        access: parsed.access,
        host: parsed.host,
        is_public: finding.is_public,
        git: finding.git,
    }
}

/// Reads the place once more, and answers what is there as it was seen.
async fn again(whereabouts: Whereabouts, sighting: &Sighting) -> Result<Finding, Problem> {
    let seen = sighting.clone();
    let found = aside(move || match &seen.path {
        None => Ok(found::in_environment(whereabouts.variables)),
        Some(path) => found::look(seen.found_in, path, &Git::default()),
    });
    let looked = found.await?.map_err(|error| problems::of_found(&error))?;
    let mut same: Vec<_> = looked
        .findings
        .into_iter()
        .filter(|finding| sighting.is_of(finding))
        .collect();
    let at_line = same
        .iter()
        .position(|finding| finding.line == sighting.line);
    match at_line.or((!same.is_empty()).then_some(0)) {
        Some(at) => Ok(same.swap_remove(at)),
        None => {
            let words = p::found_gone(&sighting.name);
            Err(problems::plain(ProblemKind::Gone, words))
        }
    }
}

async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work).await.map_err(|error| {
        let words = p::found_thread(error.to_string());
        problems::problem(ProblemKind::Internal, words)
    })
}

fn of_reason(why: Reason) -> Words {
    match why {
        Reason::Address(error) => problems::of_url(&error),
        Reason::CloudName(fault) => problems::of_value(reason::cloud_name(), fault),
        Reason::ApiKey(fault) => problems::of_value(reason::api_key(), fault),
        Reason::ApiSecret(fault) => problems::of_value(reason::api_secret(), fault),
        Reason::Host(fault) => problems::of_host(fault),
    }
}
