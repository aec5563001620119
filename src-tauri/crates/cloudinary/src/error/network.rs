//! What a failure below HTTP means. `reqwest` says little in types, so its chain of causes is walked for those that do.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use crate::resolver::NameNotResolved;
use crate::{Distrust, Error};

/// Turns an error of the HTTP library into a decision. Its address is taken out first.
pub(crate) fn decided(error: reqwest::Error, host: &str, connect_timeout: Duration) -> Error {
    let error = error.without_url();
    let host = host.to_owned();
    if let Some(cause) = found::<rustls::Error>(&error) {
        let (why, cause) = (distrust(cause), cause.to_string());
        return match why {
            Some(why) => Error::Untrusted { host, why, cause },
            None => Error::Unreachable { host, cause },
        };
    }
    if found::<NameNotResolved>(&error).is_some() {
        return Error::HostNotFound { host };
    }
    if error.is_timeout() {
        return Error::TimedOut {
            host,
            limit: connect_timeout,
        };
    }
    let cause = last_cause(&error);
    if error.is_connect() {
        return Error::Unreachable { host, cause };
    }
    Error::Interrupted { host, cause }
}

/// `None` if the certificate is not what broke it off.
fn distrust(error: &rustls::Error) -> Option<Distrust> {
    use rustls::CertificateError as C;
    if let rustls::Error::InvalidCertificate(certificate) = error {
        let is_clock = matches!(
            certificate,
            C::Expired | C::ExpiredContext { .. } | C::NotValidYet | C::NotValidYetContext { .. }
        );
        let is_name = matches!(
            certificate,
            C::NotValidForName | C::NotValidForNameContext { .. }
        );
        return Some(match (is_clock, is_name) {
            (true, _) => Distrust::Clock,
            (_, true) => Distrust::Name,
            (false, false) => Distrust::Issuer,
        });
    }
    let no_certificate = matches!(
        error,
        rustls::Error::NoCertificatesPresented | rustls::Error::InvalidCertRevocationList(_)
    );
    no_certificate.then_some(Distrust::Issuer)
}

/// The first cause of this type, looking inside `io::Error` too, which hides what it wraps.
fn found<'a, T: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a T> {
    let mut next: Option<&'a (dyn StdError + 'static)> = Some(error);
    while let Some(cause) = next {
        if let Some(hit) = cause.downcast_ref::<T>() {
            return Some(hit);
        }
        next = match cause
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref)
        {
            Some(wrapped) => Some(wrapped),
            None => cause.source(),
        };
    }
    None
}

/// The innermost cause is the system's own word; those around it only say that a request failed.
fn last_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn StdError = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}
