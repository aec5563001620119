use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use reqwest::header::HeaderValue;
use url::Url;

use crate::Error;
use crate::address::is_loopback;
use crate::resolver::SystemResolver;

/// How a client behaves on the wire.
#[derive(Debug, Clone)]
pub struct Options {
    /// Value of the `User-Agent` header.
    pub user_agent: String,
    /// How long opening a connection may take, TLS included.
    pub connect_timeout: Duration,
    /// How long a request may go without a byte either way; less than a KiB of an answer counts as none.
    pub stall_timeout: Duration,
    /// How long the service may think after the last byte of an upload, before its answer begins. It stores and
    /// transforms then, so this is longer.
    pub answer_timeout: Duration,
    /// How many idle connections are kept for each host.
    pub idle_connections: usize,
    /// How long an idle connection is kept.
    pub idle_timeout: Duration,
    /// The largest answer that is read, in bytes.
    pub answer_limit: usize,
    /// Where a host whose certificate is not trusted is asked, without encryption, whether a captive portal answers in
    /// its place.
    pub portal_port: u16,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            user_agent: concat!("Aloft/", env!("CARGO_PKG_VERSION")).to_owned(),
            connect_timeout: Duration::from_secs(15),
            stall_timeout: Duration::from_secs(60),
            answer_timeout: Duration::from_secs(300),
            idle_connections: 64,
            idle_timeout: Duration::from_secs(60),
            answer_limit: 4 * 1024 * 1024,
            portal_port: 80,
        }
    }
}

/// The client. Cheap to clone; clones share their connections.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

/// Built when first needed: reading the system's certificates takes longer than opening a window should wait.
struct Inner {
    options: Options,
    /// Through the system's proxy, if it has one.
    remote: OnceLock<reqwest::Client>,
    /// Never through a proxy: this computer cannot be reached through one.
    loopback: OnceLock<reqwest::Client>,
    /// The same without certificates.
    plain: OnceLock<reqwest::Client>,
    /// Held while one is built.
    building: Mutex<()>,
}

impl Client {
    /// A client that speaks HTTP/1.1, follows no redirect and lets the operating system judge certificates.
    ///
    /// # Errors
    /// [`Error::ClientNotBuilt`] if the user agent cannot be the text of a header. A system without a trust store
    /// shows at the first call.
    pub fn new(options: Options) -> Result<Self, Error> {
        if let Err(error) = HeaderValue::from_str(&options.user_agent) {
            return Err(Error::ClientNotBuilt {
                cause: error.to_string(),
            });
        }
        Ok(Self {
            inner: Arc::new(Inner {
                options,
                remote: OnceLock::new(),
                loopback: OnceLock::new(),
                plain: OnceLock::new(),
                building: Mutex::new(()),
            }),
        })
    }

    /// The options it was built with.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.inner.options
    }

    pub(crate) fn http(&self, url: &Url) -> Result<&reqwest::Client, Error> {
        let Inner {
            options,
            remote,
            loopback,
            plain,
            building,
        } = &*self.inner;
        match (is_loopback(url), url.scheme()) {
            // reading the system's certificates takes longer than sending a small file
            (true, "http") => kept(plain, building, || {
                base(options).no_proxy().tls_certs_only([])
            }),
            (true, _) => kept(loopback, building, || base(options).no_proxy()),
            (false, _) => kept(remote, building, || base(options)),
        }
    }
}

/// The first requests come together: one of them builds, the others wait for that.
fn kept<'a>(
    slot: &'a OnceLock<reqwest::Client>,
    building: &Mutex<()>,
    builder: impl FnOnce() -> reqwest::ClientBuilder,
) -> Result<&'a reqwest::Client, Error> {
    if let Some(client) = slot.get() {
        return Ok(client);
    }
    let _alone = building.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(client) = slot.get() {
        return Ok(client);
    }
    let client = builder().build().map_err(|error| Error::ClientNotBuilt {
        cause: error.without_url().to_string(),
    })?;
    Ok(slot.get_or_init(|| client))
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("options", &self.inner.options)
            .finish_non_exhaustive()
    }
}

fn base(options: &Options) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent(&options.user_agent)
        .http1_only()
        // A redirect would carry the signature, or the file, to an address that nobody chose.
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .retry(reqwest::retry::never())
        .dns_resolver(SystemResolver)
        .connect_timeout(options.connect_timeout)
        .tcp_keepalive(Duration::from_secs(30))
        .pool_max_idle_per_host(options.idle_connections)
        .pool_idle_timeout(options.idle_timeout)
}
