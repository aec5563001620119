//! “Try it without an account”: the built-in sandbox. Whichever process sends for it starts it;
//! its port is kept in its folder, so its links work again whenever Aloft runs.

use std::path::PathBuf;

use credentials::{Access, Account, ApiHost, Delivery, Keeping, Origin, Verification};
use jiff::Timestamp;
use sandbox::{Config, Neighbour, Sandbox, SandboxError};
use secrecy::SecretString;
use tokio::sync::Mutex;
use url::Url;

use crate::contract::{Problem, ProblemKind};
use crate::problems;
use crate::words;

/// The label of the sandbox's account.
const LABEL: &str = "Sandbox";

/// The sandbox as this process sees it: not needed yet, run here, or run by another process.
pub(crate) struct Trial {
    folder: PathBuf,
    running: Mutex<Option<Sandbox>>,
}

/// Where the sandbox is and how to speak to it.
pub(crate) struct Address {
    pub(crate) host: Url,
    pub(crate) cloud_name: String,
    pub(crate) api_key: String,
    pub(crate) secret: SecretString,
    /// Where the widget's script comes from, and the origin of its frame.
    pub(crate) widget: (Url, Url),
}

impl Trial {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            running: Mutex::new(None),
        }
    }

    /// The running sandbox, started here unless another process has it.
    pub(crate) async fn address(&self) -> Result<Address, Problem> {
        let mut running = self.running.lock().await;
        if running.is_none() {
            match sandbox::start(Config::new(&self.folder)).await {
                Ok(started) => *running = Some(started),
                Err(SandboxError::AlreadyRunning { url, .. }) => return self.elsewhere(url),
                Err(error) => {
                    let words = words::problem::sandbox_not_started(error.to_string());
                    return Err(problems::problem(ProblemKind::Unreachable, words));
                }
            }
        }
        match running.as_ref() {
            Some(sandbox) => Ok(Address {
                host: sandbox.url(),
                cloud_name: sandbox.cloud_name().to_owned(),
                api_key: sandbox.api_key().to_owned(),
                secret: SecretString::from(sandbox.api_secret()),
                widget: (sandbox.widget_script_url(), sandbox.widget_frame_origin()),
            }),
            None => Err(problems::problem(
                ProblemKind::Internal,
                words::problem::sandbox_gone(),
            )),
        }
    }

    /// Another Aloft process runs it; its folder says how to speak to it.
    fn elsewhere(&self, url: Option<Url>) -> Result<Address, Problem> {
        let unknown = || {
            problems::problem(
                ProblemKind::Unreachable,
                words::problem::sandbox_elsewhere(),
            )
        };
        let url = url.ok_or_else(unknown)?;
        let neighbour = Neighbour::read(&self.folder, &url)
            .map_err(|error| {
                let words = words::problem::sandbox_not_started(error.to_string());
                problems::problem(ProblemKind::Disk, words)
            })?
            .ok_or_else(unknown)?;
        Ok(Address {
            host: url,
            cloud_name: neighbour.cloud_name,
            api_key: neighbour.api_key,
            secret: SecretString::from(neighbour.api_secret),
            widget: (neighbour.widget_script_url, neighbour.widget_frame_origin),
        })
    }

    /// Whether it ends with this process.
    pub(crate) async fn runs_here(&self) -> bool {
        self.running.lock().await.is_some()
    }

    pub(crate) async fn stop(&self) {
        if let Some(sandbox) = self.running.lock().await.take() {
            sandbox.stop().await;
        }
    }
}

/// The account that stands for the sandbox in the account book.
pub(crate) fn account(address: &Address) -> Account {
    Account {
        id: credentials::AccountId::sandbox(),
        label: LABEL.to_owned(),
        cloud_name: address.cloud_name.clone(),
        access: Access::Signed {
            api_key: address.api_key.clone(),
            algorithm: credentials::SignatureAlgorithm::default(),
            version: credentials::SignatureVersion::default(),
        },
        host: ApiHost::Custom(address.host.clone()),
        verification: Verification::Verified {
            at: Timestamp::now(),
        },
        origin: Origin::Sandbox,
        keeping: Keeping::SessionOnly,
        created_at: Timestamp::now(),
        key_since: None,
        rotation: None,
        delivery: Delivery::default(),
    }
}
