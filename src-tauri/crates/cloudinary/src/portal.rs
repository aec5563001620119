//! Captive portals: networks that answer in everybody's place until the user has signed in.
//!
//! Over TLS such a network is only a certificate that does not fit. Whether it is one shows when the same host is asked
//! without encryption: a portal answers with its own page, or sends the browser there. The question carries nothing but
//! the host's name.

use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION};
use url::Url;

use crate::Client;
use crate::address::host_of;

/// A portal is near, or it is none.
const LONGEST: Duration = Duration::from_secs(5);

impl Client {
    /// Whether something in this network answers in place of the host of `url`, which is `https`.
    pub(crate) async fn is_behind_portal(&self, url: &Url) -> bool {
        let Some(plain) = plain(url, self.options().portal_port) else {
            return false;
        };
        let Ok(http) = self.http(&plain) else {
            return false;
        };
        let asked = http.get(plain.clone()).timeout(LONGEST).send().await;
        asked.is_ok_and(|answer| {
            let is_page = answer.status().is_success() && is_html(answer.headers());
            is_page || leads_elsewhere(answer.status(), answer.headers(), host_of(&plain))
        })
    }
}

/// Whether this answer, to a request for `host`, is a portal's: "network authentication required", or the way to another
/// host.
fn leads_elsewhere(status: StatusCode, headers: &HeaderMap, host: &str) -> bool {
    if status == StatusCode::NETWORK_AUTHENTICATION_REQUIRED {
        return true;
    }
    let to = headers
        .get(LOCATION)
        .and_then(|to| Url::parse(to.to_str().ok()?).ok());
    status.is_redirection() && to.is_some_and(|to| to.host_str() != Some(host))
}

fn is_html(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.to_ascii_lowercase().starts_with("text/html"))
}

/// The host alone: no path, no query, nothing of the account.
fn plain(url: &Url, port: u16) -> Option<Url> {
    if url.scheme() != "https" {
        return None;
    }
    let mut plain = Url::parse(&format!("http://{}/", url.host_str()?)).ok()?;
    plain.set_port(Some(port)).ok()?;
    Some(plain)
}
