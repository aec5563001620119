//! Starting, holding and stopping a sandbox.

use std::future::IntoFuture;
use std::io;
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::chunks::Chunks;
use crate::clock::Clock;
use crate::config::{Config, Credentials};
use crate::connection::{Counting, Cut};
use crate::error::SandboxError;
use crate::faults::{Fault, FaultBook};
use crate::front;
use crate::home::{Home, Kept, Running, random_credentials};
use crate::journal::{Journal, Recorded};
use crate::manage::DeleteTokens;
use crate::server::Server;
use crate::store::Store;

/// How long a stopping sandbox lets requests finish before it cuts them.
const PATIENCE: Duration = Duration::from_secs(3);

/// A running sandbox. Dropped, it stops at once; [`Sandbox::stop`] lets requests finish.
pub struct Sandbox {
    server: Arc<Server>,
    url: Url,
    frame_origin: Url,
    home: Home,
    finish: CancellationToken,
    cut_all: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
}

/// The cloud name when none is asked for.
const CLOUD_NAME: &str = "sandbox";

/// Starts a sandbox on 127.0.0.1; when this returns, it answers.
///
/// # Errors
/// [`SandboxError::AlreadyRunning`] when the folder is taken, with the address of whoever has it; [`SandboxError::Port`] when a port that was asked
/// for is taken; the others when the folder cannot be used.
pub async fn start(config: Config) -> Result<Sandbox, SandboxError> {
    let cloud_name = config.cloud_name.unwrap_or_else(|| CLOUD_NAME.to_owned());
    usable("the cloud name", &cloud_name)?;
    let home = Home::take(&config.folder).await?;
    let before = home.read()?;
    let mut kept = before.clone();
    let kept_credentials = config.credentials.is_none();
    let credentials = match config.credentials {
        Some(given) => given,
        None => pair_of(&mut kept),
    };
    usable("the API key", &credentials.api_key)?;
    usable("the API secret", &credentials.api_secret)?;
    for other in &config.more_credentials {
        usable("the API key", &other.api_key)?;
        usable("the API secret", &other.api_secret)?;
    }

    let main = listen(config.port, &mut kept.port).await?;
    let frame_port = if config.port == Some(0) {
        Some(0)
    } else {
        None
    };
    let frame = listen(frame_port, &mut kept.widget_port).await?;
    if kept != before {
        home.write(&kept)?;
    }
    let port = port_of(&main)?;
    let store = Store::open(&config.folder, config.discard)?;
    let faults = FaultBook::default();
    faults.set(config.faults);
    let server = Arc::new(Server {
        folder: config.folder,
        port,
        frame_port: port_of(&frame)?,
        cloud_name,
        credentials,
        more_credentials: config.more_credentials,
        latency: config.latency,
        discard: config.discard,
        max_request_bytes: config.max_request_bytes,
        signature_model: config.signature_model,
        widget: config.widget,
        folder_mode: config.folder_mode,
        unsigned_presets: config.unsigned_presets,
        signed_presets: config.signed_presets,
        metadata_fields: config.metadata_fields,
        clock: Clock::new(config.clock_offset_seconds, config.frozen_clock),
        faults,
        journal: Journal::default(),
        store: Arc::new(store),
        chunks: Chunks::default(),
        delete_tokens: DeleteTokens::default(),
        exfiltrated: Mutex::default(),
        accepted: Arc::default(),
    });

    let (finish, cut_all) = (CancellationToken::new(), CancellationToken::new());
    let serve = |listener, router: Router, accepted| {
        let listener = Counting {
            listener,
            accepted,
            cut_all: cut_all.clone(),
        };
        let service = router.into_make_service_with_connect_info::<Cut>();
        let serving =
            axum::serve(listener, service).with_graceful_shutdown(finish.clone().cancelled_owned());
        let at_once = cut_all.clone();
        tokio::spawn(async move {
            tokio::select! {
                outcome = serving.into_future() => if let Err(error) = outcome { tracing::warn!("the sandbox ended: {error}") },
                () = at_once.cancelled() => {}
            }
        })
    };
    let main_router = Router::new()
        .fallback(front::main_port)
        .with_state(Arc::clone(&server));
    let frame_router = Router::new()
        .fallback(front::frame_port)
        .with_state(Arc::clone(&server));
    let tasks = vec![
        serve(main, main_router, Arc::clone(&server.accepted)),
        serve(frame, frame_router, Arc::new(AtomicU64::new(0))),
    ];
    let url = loopback(port);
    let frame_origin = loopback(server.frame_port);
    home.announce(&Running {
        url: url.clone(),
        frame_origin: frame_origin.clone(),
        cloud_name: server.cloud_name.clone(),
        kept_credentials,
    })?;
    Ok(Sandbox {
        url,
        frame_origin,
        server,
        home,
        finish,
        cut_all,
        tasks,
    })
}

impl Sandbox {
    /// `http://127.0.0.1:PORT/`.
    pub fn url(&self) -> Url {
        self.url.clone()
    }

    /// The one cloud name that is served.
    pub fn cloud_name(&self) -> &str {
        &self.server.cloud_name
    }

    /// The one key that is known.
    pub fn api_key(&self) -> &str {
        &self.server.credentials.api_key
    }

    /// Its secret.
    pub fn api_secret(&self) -> &str {
        &self.server.credentials.api_secret
    }

    /// `cloudinary://KEY:SECRET@CLOUD?upload_prefix=http://127.0.0.1:PORT`, as every SDK reads it.
    pub fn cloudinary_url(&self) -> String {
        format!(
            "cloudinary://{}:{}@{}?upload_prefix={}",
            self.api_key(),
            self.api_secret(),
            self.cloud_name(),
            self.server.base_url()
        )
    }

    /// The name of the first unsigned preset; empty if the configuration has none.
    pub fn unsigned_preset(&self) -> &str {
        self.server
            .unsigned_presets
            .first()
            .map_or("", |preset| &preset.name)
    }

    /// The folder everything lies in.
    pub fn folder(&self) -> &Path {
        self.server.folder()
    }

    /// The address of the widget stand-in's loader, on the main port.
    pub fn widget_script_url(&self) -> Url {
        let mut url = self.url();
        url.set_path("/widget/all.js");
        url
    }

    /// The origin of the widget stand-in's frame: the second port.
    pub fn widget_frame_origin(&self) -> Url {
        self.frame_origin.clone()
    }

    /// The latest requests to the main port, oldest first; at most 5 000 are remembered.
    pub fn requests(&self) -> Vec<Recorded> {
        self.server.journal.read()
    }

    /// How many connections the main port has accepted since the start.
    pub fn connections(&self) -> u64 {
        self.server.accepted.load(Ordering::Relaxed)
    }

    /// What the hostile widget got out of its cage, by the ways it names.
    pub fn exfiltrated(&self) -> Vec<String> {
        self.server
            .exfiltrated
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Replaces the faults; all counting starts anew.
    pub fn set_faults(&self, faults: Vec<Fault>) {
        self.server.faults.set(faults);
    }

    /// Stops the clock at this Unix second, or lets it run again.
    pub fn set_frozen_clock(&self, at: Option<i64>) {
        self.server.clock.freeze(at);
    }

    /// Takes no new connections, lets requests finish for at most three seconds, then cuts what is left and frees the folder.
    pub async fn stop(mut self) {
        self.finish.cancel();
        let tasks = std::mem::take(&mut self.tasks);
        let all = async {
            for task in tasks {
                // A task that panicked has ended, too.
                let _ = task.await;
            }
        };
        if tokio::time::timeout(PATIENCE, all).await.is_err() {
            tracing::debug!("requests were still under way when the sandbox stopped");
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.cut_all.cancel();
        self.home.withdraw();
    }
}

fn pair_of(kept: &mut Kept) -> Credentials {
    if let (Some(api_key), Some(api_secret)) = (&kept.api_key, &kept.api_secret) {
        return Credentials {
            api_key: api_key.clone(),
            api_secret: api_secret.clone(),
        };
    }
    let (api_key, api_secret) = random_credentials();
    kept.api_key = Some(api_key.clone());
    kept.api_secret = Some(api_secret.clone());
    Credentials {
        api_key,
        api_secret,
    }
}

/// Binds the port that was asked for, or the kept one, or a free one, which is then kept. A kept port that is taken gives way to a free one.
async fn listen(asked: Option<u16>, kept: &mut Option<u16>) -> Result<TcpListener, SandboxError> {
    if let Some(port) = asked {
        let listener = bind(port).await?;
        if port != 0 {
            *kept = Some(port);
        }
        return Ok(listener);
    }
    if let Some(port) = *kept {
        match bind(port).await {
            Ok(listener) => return Ok(listener),
            Err(error) => {
                tracing::warn!("{error}; another one is taken, and links made before lead nowhere")
            }
        }
    }
    let listener = bind(0).await?;
    *kept = Some(port_of(&listener)?);
    Ok(listener)
}

async fn bind(port: u16) -> Result<TcpListener, SandboxError> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .map_err(|source| SandboxError::Port { port, source })
}

fn port_of(listener: &TcpListener) -> Result<u16, SandboxError> {
    listener
        .local_addr()
        .map(|address| address.port())
        .map_err(|source: io::Error| SandboxError::Port { port: 0, source })
}

#[expect(
    clippy::expect_used,
    reason = "a scheme, four numbers and a port are always an address"
)]
fn loopback(port: u16) -> Url {
    Url::parse(&format!("http://127.0.0.1:{port}")).expect("a loopback address")
}

fn usable(what: &'static str, text: &str) -> Result<(), SandboxError> {
    let good = !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if good {
        Ok(())
    } else {
        Err(SandboxError::Credentials { what })
    }
}
