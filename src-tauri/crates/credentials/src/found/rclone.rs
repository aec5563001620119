//! Remotes of type `cloudinary` in rclone's configuration.

use secrecy::SecretString;

use super::{Parts, Raw, Reason, Unreadable, variables::plain};
use crate::{ApiHost, shape};

#[derive(Default)]
struct Remote<'a> {
    name: &'a str,
    kind: &'a str,
    cloud_name: &'a str,
    api_key: &'a str,
    upload_prefix: &'a str,
    /// Each secret with its line.
    secrets: Vec<(&'a str, std::ops::Range<usize>)>,
}

/// The secret stands there as it is: rclone obscures passwords, and `api_secret` is none to it.
pub(super) fn accounts(text: &str) -> Result<Parts, Unreadable> {
    let mut parts = Parts::default();
    let mut remote = Remote::default();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let place = at..at + line.len();
        at = place.end;
        let line = line.trim_start_matches('\u{FEFF}').trim();
        if line.starts_with("RCLONE_ENCRYPT_V") {
            return Err(Unreadable::Encrypted);
        }
        if line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = line
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        {
            take(&remote, &mut parts);
            remote = Remote {
                name: name.trim(),
                ..Remote::default()
            };
        } else if let Some((key, value)) = line.split_once(['=', ':']) {
            let value = value.trim();
            match key.trim() {
                "type" => remote.kind = value,
                "cloud_name" => remote.cloud_name = value,
                "api_key" => remote.api_key = value,
                "upload_prefix" => remote.upload_prefix = value,
                "api_secret" => remote.secrets.push((value, place)),
                _ => {}
            }
        }
    }
    take(&remote, &mut parts);
    Ok(parts)
}

fn take(remote: &Remote<'_>, parts: &mut Parts) {
    if remote.kind != "cloudinary" {
        return;
    }
    for (secret, place) in &remote.secrets {
        let host = ApiHost::parse(remote.upload_prefix).map_err(Reason::Host);
        let values = shape::cloud_name(remote.cloud_name)
            .map_err(Reason::CloudName)
            .and_then(|()| shape::api_key(remote.api_key).map_err(Reason::ApiKey))
            .and_then(|()| shape::secret(secret).map_err(Reason::ApiSecret))
            .and(host);
        match values {
            Ok(host) => parts.raws.push(Raw {
                name: remote.name.to_owned(),
                parsed: plain(
                    remote.cloud_name,
                    remote.api_key,
                    SecretString::from(*secret),
                    host,
                ),
                is_public: false,
                at: place.start,
                cut: place.clone(),
            }),
            Err(reason) => {
                parts
                    .passed_over
                    .push((remote.name.to_owned(), place.start, reason));
            }
        }
    }
}
