//! Name resolution that fails with a type of ours, so that "no such host" is told from "host does not answer".

use std::io;
use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// The host's name has no address, or nobody could be asked.
#[derive(Debug, thiserror::Error)]
#[error("the host's name could not be resolved")]
pub(crate) struct NameNotResolved(#[source] io::Error);

pub(crate) struct SystemResolver;

impl Resolve for SystemResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            // `localhost` is trusted with plain http, so it must not lead anywhere else.
            let is_local = name.as_str().eq_ignore_ascii_case("localhost");
            let found = tokio::net::lookup_host((name.as_str(), 0))
                .await
                .map_err(NameNotResolved)?;
            let addresses: Vec<SocketAddr> = found
                .filter(|address| !is_local || address.ip().is_loopback())
                .collect();
            if addresses.is_empty() {
                return Err(NameNotResolved(io::ErrorKind::NotFound.into()).into());
            }
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::SystemResolver;
    use crate::Error;
    use crate::error::network::decided;

    /// A label of 64 characters is no name at all, so no name server is asked.
    #[tokio::test]
    async fn a_name_without_an_address_is_told_from_a_host_that_does_not_answer() {
        let client = reqwest::Client::builder()
            .no_proxy()
            .dns_resolver(SystemResolver)
            .build()
            .unwrap();
        let url = format!("http://{}.invalid/v1_1", "a".repeat(64));
        let failed = client.get(url).send().await.unwrap_err();
        let error = decided(failed, "the host", Duration::from_secs(1));
        assert!(matches!(error, Error::HostNotFound { .. }), "{error:?}");
    }
}
