use std::net::{Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use crate::{Error, Target};

/// `{host}/v1_1/{cloud name}/{segments…}`, each segment percent-encoded.
pub(crate) fn api<'a>(
    target: &Target,
    segments: impl IntoIterator<Item = &'a str>,
) -> Result<Url, Error> {
    check(&target.host)?;
    if !is_usable_segment(&target.cloud_name) || target.cloud_name.contains(['/', '\\']) {
        return Err(Error::CloudNameUnusable);
    }
    let mut url = target.host.clone();
    url.set_query(None);
    url.set_fragment(None);
    {
        let mut path = url.path_segments_mut().map_err(|()| Error::HostUnusable)?;
        path.pop_if_empty().push("v1_1").push(&target.cloud_name);
        for segment in segments {
            // `..` would be resolved, by us or on the way, and name something else.
            if !is_usable_segment(segment) {
                return Err(Error::NameUnusable);
            }
            path.push(segment);
        }
    }
    Ok(url)
}

/// Whether this address may be called at all: `https`, or `http` to this computer, and no user name or password in it.
pub(crate) fn check(url: &Url) -> Result<(), Error> {
    if !url.has_host() || !url.username().is_empty() || url.password().is_some() {
        return Err(Error::HostUnusable);
    }
    match url.scheme() {
        "https" => Ok(()),
        "http" if is_loopback(url) => Ok(()),
        "http" => Err(Error::InsecureHost {
            host: host_of(url).to_owned(),
        }),
        _ => Err(Error::HostUnusable),
    }
}

/// Whether the host is this computer: 127.0.0.0/8, `::1` or `localhost`.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => Ipv4Addr::is_loopback(&address),
        Some(Host::Ipv6(address)) => Ipv6Addr::is_loopback(&address),
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        None => false,
    }
}

pub(crate) fn host_of(url: &Url) -> &str {
    url.host_str().unwrap_or_default()
}

fn is_usable_segment(segment: &str) -> bool {
    !segment.is_empty()
        && segment != "."
        && segment != ".."
        && !segment.chars().any(char::is_control)
}
