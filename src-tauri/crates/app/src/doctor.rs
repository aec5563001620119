//! What works here and what does not, in words.

use std::time::Duration;

use serde::Serialize;

use crate::aloft::Aloft;

/// One thing that was looked at.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// A stable name: keyring, tray, display, network, clock, proxy, folders.
    pub what: &'static str,
    /// Whether it works; `null` when it could not be found out.
    pub works: Option<bool>,
    /// What was found, one sentence.
    pub words: String,
}

fn finding(what: &'static str, works: Option<bool>, words: impl Into<String>) -> Finding {
    Finding {
        what,
        works,
        words: words.into(),
    }
}

impl Aloft {
    /// Looks at everything Aloft depends on. Opens no dialog and sends nothing but one request to
    /// the active account's service.
    pub async fn doctor(&self) -> Vec<Finding> {
        let (network, clock) = self.look_at_network().await;
        vec![
            self.look_at_store().await,
            display(),
            tray(),
            network,
            clock,
            proxy(),
            self.look_at_folders(),
        ]
    }

    async fn look_at_store(&self) -> Finding {
        match self.keyring_answers().await {
            Ok(()) => finding("keyring", Some(true), "The system's keyring answers."),
            Err(problem) => finding("keyring", Some(false), problem.to_string()),
        }
    }

    async fn look_at_network(&self) -> (Finding, Finding) {
        let Ok(Some(account)) = self.active_account() else {
            let words = "There is no account yet, so no service was asked.";
            return (
                finding("network", None, words),
                finding("clock", None, words),
            );
        };
        let asked =
            tokio::time::timeout(Duration::from_secs(15), self.service_ahead(&account)).await;
        let host = account.host.url();
        match asked {
            Ok(Ok(ahead)) => {
                let clock = match ahead {
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
                };
                (
                    finding("network", Some(true), format!("{host} answers.")),
                    clock,
                )
            }
            Ok(Err(problem)) => (
                finding("network", Some(false), problem.to_string()),
                finding("clock", None, "The service's time is not known."),
            ),
            Err(_) => (
                finding(
                    "network",
                    Some(false),
                    format!("{host} did not answer in 15 seconds."),
                ),
                finding("clock", None, "The service's time is not known."),
            ),
        }
    }

    fn look_at_folders(&self) -> Finding {
        let folders = self.folders();
        let words = format!(
            "Accounts are in {}, queue and library in {}.",
            folders.config.display(),
            folders.data.display()
        );
        finding("folders", Some(true), words)
    }
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
