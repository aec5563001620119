//! What works here and what does not, in words.

mod mounts;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use credentials::{Account, EnvelopeError, Keeping, StoreError, VaultError};
use secrecy::SecretString;
use serde::Serialize;

use crate::accounts::is_about_the_store;
use crate::aloft::Aloft;
use crate::contract::{IntegrationView, Problem, ProblemKind};
use crate::vault::VaultState;
use crate::words;

/// One thing that was looked at.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// A stable name: keyring, store, lock, tray, display, network, clock, proxy, folders, menus, locks.
    pub what: &'static str,
    /// Whether it works; `null` when it could not be found out.
    pub works: Option<bool>,
    /// Whether uploads cannot do without it here.
    pub needed: bool,
    /// What was found, one sentence.
    pub words: String,
}

fn finding(what: &'static str, works: Option<bool>, words: impl Into<String>) -> Finding {
    Finding {
        what,
        works,
        needed: matches!(what, "network" | "folders"),
        words: words.into(),
    }
}

impl Aloft {
    /// Looks at everything Aloft depends on. Opens no dialog and sends nothing but one request to
    /// the active account's service.
    pub async fn doctor(&self) -> Vec<Finding> {
        let account = self.active_account().ok().flatten();
        let asked = self.ask_for_time(account.as_ref()).await;
        let secret = match &asked {
            // That Aloft is locked says nothing of the store.
            Some(Err(problem)) if problem.kind == ProblemKind::Locked => None,
            Some(Err(problem)) if is_about_a_secret(problem.kind) => Some(problem.clone()),
            Some(_) | None => None,
        };
        let (network, clock) = match (account.as_ref(), asked) {
            (Some(account), Some(asked)) => network_and_clock(account, asked),
            (None, _) | (_, None) => self.nobody_to_ask(),
        };
        let mut findings = vec![
            self.look_at_store(account.as_ref(), secret.as_ref()).await,
            self.look_at_vault(account.as_ref(), secret).await,
            self.look_at_lock().await,
            display(),
            tray(),
            network,
            clock,
            proxy(),
            self.look_at_folders().await,
            menus(self.integration_view().await),
        ];
        findings.extend(mounts::network_file_system_of(&self.folders().data).map(locks));
        findings
    }

    /// The file of secrets, whether it is there or not.
    pub fn vault_file(&self) -> PathBuf {
        self.0.vault.path()
    }

    async fn look_at_store(&self, active: Option<&Account>, secret: Option<&Problem>) -> Finding {
        let kept_there = |account: &Account| account.keeping == Keeping::Keyring;
        // What is wrong with a secret of this session says nothing of the keyring.
        let secret = secret.filter(|_| active.is_some_and(kept_there));
        let needed = self
            .accounts()
            .is_ok_and(|accounts| accounts.iter().any(kept_there));
        keyring(self.0.keyring.look().await, secret.cloned(), needed)
    }

    /// Whether Aloft is locked. That is no fault.
    async fn look_at_lock(&self) -> Finding {
        match self.is_locked().await {
            Ok(true) => {
                let words =
                    "Aloft is locked, and uploads wait; “aloft accounts unlock” lets them go on.";
                finding("lock", Some(true), words)
            }
            Ok(false) => finding("lock", Some(true), "Aloft is not locked."),
            Err(problem) => finding("lock", None, problem.to_string()),
        }
    }

    /// Which store the active account uses. That it is a locked vault is no fault: each process unlocks it by itself.
    async fn look_at_vault(&self, active: Option<&Account>, secret: Option<Problem>) -> Finding {
        let vault = match self.vault_state() {
            VaultState::Absent => "There is no vault file.",
            VaultState::Locked | VaultState::Open => "There is a vault file.",
        };
        let kept_there = active.filter(|account| account.keeping == Keeping::Vault);
        if let Some(account) = kept_there
            && let Some(words) = self.why_not_from_vault(account, secret).await
        {
            return Finding {
                needed: true,
                ..finding("store", Some(false), words)
            };
        }
        let store = active.and_then(|account| self.0.secrets.store_of(account));
        let words = match store {
            Some(store) => format!("The active account keeps its secret in {store}. {vault}"),
            None => format!("No account is active that has a secret. {vault}"),
        };
        finding("store", Some(true), words)
    }

    /// Why the vault cannot give this account's secret, also to who knows its passphrase.
    async fn why_not_from_vault(
        &self,
        account: &Account,
        secret: Option<Problem>,
    ) -> Option<String> {
        let label = &account.label;
        match self.vault_state() {
            VaultState::Absent => Some(format!(
                "The secret of “{label}” is kept in the vault file {}, which is gone.",
                self.vault_file().display()
            )),
            // What is read before any passphrase counts is the file itself.
            VaultState::Locked => match self.0.vault.unlock(&SecretString::from("")).await {
                Ok(())
                | Err(
                    VaultError::Locked
                    | VaultError::File(
                        EnvelopeError::WrongPassphrase | EnvelopeError::EmptyPassphrase,
                    ),
                ) => None,
                Err(error) => Some(Problem::from(StoreError::from(error)).to_string()),
            },
            VaultState::Open => secret.map(|problem| problem.to_string()),
        }
    }

    fn nobody_to_ask(&self) -> (Finding, Finding) {
        let words = match self.accounts() {
            Ok(accounts) if accounts.is_empty() => {
                "There is no account yet, so no service was asked."
            }
            Ok(_) | Err(_) => "No account is active, so no service was asked.",
        };
        let unknown = |what| finding(what, None, words);
        (unknown("network"), unknown("clock"))
    }

    /// Asks the active account's service for its time; `None` without an account.
    async fn ask_for_time(
        &self,
        account: Option<&Account>,
    ) -> Option<Result<Option<i64>, Problem>> {
        let account = account?;
        let asked = tokio::time::timeout(Duration::from_secs(15), self.service_ahead(account));
        Some(asked.await.unwrap_or_else(|_| {
            let words = words::problem::timed_out(&account.host.url(), 15_u32);
            Err(crate::problems::plain(ProblemKind::TimedOut, words))
        }))
    }

    async fn look_at_folders(&self) -> Finding {
        let folders = self.folders().clone();
        let looked = tokio::task::spawn_blocking(move || look_at(&folders.config, &folders.data));
        looked
            .await
            .unwrap_or_else(|_| finding("folders", None, "The folders could not be looked at."))
    }
}

fn is_about_a_secret(kind: ProblemKind) -> bool {
    is_about_the_store(kind) || matches!(kind, ProblemKind::SecretMissing | ProblemKind::Locked)
}

/// The keyring as a whole, then the active account's secret in it: a locked keyring may answer for
/// an item that it does not have.
fn keyring(looked: Result<(), StoreError>, secret: Option<Problem>, needed: bool) -> Finding {
    let broken = |problem: Problem| finding("keyring", Some(false), problem.to_string());
    let found = match (looked, secret) {
        (Ok(()), None) => finding("keyring", Some(true), "The system's keyring answers."),
        (Err(StoreError::NoCollection), None) => {
            let words = "The system's keyring answers, but has no place for secrets yet. The first secret makes one, where a dialog can ask for its password.";
            finding("keyring", None, words)
        }
        (Ok(()) | Err(StoreError::NoCollection), Some(problem)) => broken(problem),
        (Err(StoreError::NoStore { .. }), _) => finding(
            "keyring",
            Some(false),
            "No keyring answers on this system. Start one (GNOME Keyring, KWallet, KeePassXC), or keep secrets in a vault file.",
        ),
        (Err(error), _) => broken(error.into()),
    };
    Finding { needed, ..found }
}

fn network_and_clock(account: &Account, asked: Result<Option<i64>, Problem>) -> (Finding, Finding) {
    let unknown = finding("clock", None, "The service's time is not known.");
    match asked {
        Ok(ahead) => {
            let words = format!("{} answers.", account.host.url());
            (finding("network", Some(true), words), clock(ahead))
        }
        Err(problem) if is_about_a_secret(problem.kind) => {
            let words = format!(
                "No service was asked, because the secret of “{}” cannot be had.",
                account.label
            );
            (finding("network", None, words), unknown)
        }
        Err(problem) => (
            finding("network", Some(false), problem.to_string()),
            unknown,
        ),
    }
}

fn clock(ahead: Option<i64>) -> Finding {
    match ahead {
        None => finding("clock", None, "The service did not say its time."),
        Some(ahead) if ahead.abs() < 300 => finding(
            "clock",
            Some(true),
            "This computer's clock agrees with the service's.",
        ),
        Some(ahead) => {
            let words = format!(
                "This computer's clock is off by {} seconds; Aloft corrects its signatures by that.",
                ahead.abs()
            );
            finding("clock", Some(false), words)
        }
    }
}

fn look_at(config: &Path, data: &Path) -> Finding {
    for folder in [config, data] {
        if let Err(error) = write_in(folder) {
            let words = format!("{} cannot be written to: {error}.", folder.display());
            return finding("folders", Some(false), words);
        }
    }
    let words = format!(
        "Accounts are in {}, queue and library in {}.",
        config.display(),
        data.display()
    );
    finding("folders", Some(true), words)
}

/// Writes a file and takes it away again: rights alone do not tell of a full disk.
fn write_in(folder: &Path) -> std::io::Result<()> {
    let path = folder.join(format!("doctor-{}.tmp", std::process::id()));
    let written = std::fs::File::create(&path).and_then(|mut file| {
        file.write_all(&[0; 4096])?;
        file.sync_all()
    });
    let removed = std::fs::remove_file(&path);
    written.and(removed)
}

/// Whether Aloft is in the file manager's menus is the user's choice; wrong is only what is there and broken.
fn menus(view: Result<IntegrationView, Problem>) -> Finding {
    match view {
        Ok(IntegrationView {
            installed: true,
            problem,
            ..
        }) => {
            let words = problem.as_ref().map(Problem::to_string);
            finding(
                "menus",
                Some(problem.is_none()),
                words.unwrap_or_else(|| "Aloft is in the file manager's menus.".to_owned()),
            )
        }
        Ok(IntegrationView {
            problem: Some(problem),
            ..
        })
        | Err(problem) => finding("menus", None, problem.to_string()),
        Ok(IntegrationView { problem: None, .. }) => finding(
            "menus",
            Some(true),
            "Aloft is not in the file manager's menus; “aloft integrate install” puts it there.",
        ),
    }
}

fn locks(kind: String) -> Finding {
    let words = format!(
        "Queue and library are on a network file system ({kind}), where file locks may not hold: use Aloft on one computer at a time, or move its folder with ALOFT_HOME."
    );
    finding("locks", None, words)
}

fn display() -> Finding {
    if !cfg!(target_os = "linux") {
        return finding("display", Some(true), "The system has a desktop.");
    }
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if set("WAYLAND_DISPLAY") {
        finding("display", Some(true), "Wayland.")
    } else if set("DISPLAY") {
        finding("display", Some(true), "X11.")
    } else {
        finding(
            "display",
            Some(false),
            "No display: the window cannot open here, the terminal can.",
        )
    }
}

fn tray() -> Finding {
    if cfg!(target_os = "linux") && std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_none() {
        return finding(
            "tray",
            Some(false),
            "No session bus, so no tray. Everything is in the window too.",
        );
    }
    finding(
        "tray",
        None,
        "Shown where the desktop has a tray. Everything is in the window too.",
    )
}

fn proxy() -> Finding {
    const NAMES: [&str; 6] = [
        "HTTPS_PROXY",
        "https_proxy",
        "HTTP_PROXY",
        "http_proxy",
        "ALL_PROXY",
        "all_proxy",
    ];
    let set: Vec<&str> = NAMES
        .into_iter()
        .filter(|name| std::env::var_os(name).is_some())
        .collect();
    if set.is_empty() {
        finding("proxy", Some(true), "No proxy is set in the environment.")
    } else {
        finding(
            "proxy",
            Some(true),
            format!("A proxy is set by {}.", set.join(", ")),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problems;

    fn locked() -> Problem {
        problems::problem(ProblemKind::SecretLocked, words::problem::secret_locked())
    }

    #[test]
    fn a_keyring_counts_when_a_secret_is_kept_there() {
        let missing = || StoreError::NoStore {
            detail: String::new(),
        };
        for needed in [true, false] {
            let found = keyring(Err(missing()), None, needed);
            assert_eq!((found.works, found.needed), (Some(false), needed));
        }
        let found = keyring(Err(StoreError::NoCollection), None, false);
        assert_eq!(found.works, None, "{}", found.words);
        assert_eq!(keyring(Ok(()), None, true).works, Some(true));
        let found = keyring(Ok(()), Some(locked()), true);
        assert_eq!(found.works, Some(false));
        assert!(found.words.contains("locked"), "{}", found.words);
    }

    #[test]
    fn a_folder_that_cannot_be_written_to_is_named() {
        let home = std::env::temp_dir().join(format!("aloft-doctor-{}", std::process::id()));
        std::fs::create_dir_all(&home).unwrap();
        assert_eq!(look_at(&home, &home).works, Some(true));
        assert_eq!(std::fs::read_dir(&home).unwrap().count(), 0, "left clean");
        let absent = home.join("absent");
        let found = look_at(&home, &absent);
        std::fs::remove_dir(&home).unwrap();
        assert_eq!((found.works, found.needed), (Some(false), true));
        assert!(found.words.contains("absent"), "{}", found.words);
    }
}
