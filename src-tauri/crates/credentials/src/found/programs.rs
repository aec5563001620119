//! Accounts in the JSON files of `cld` and of the VS Code extension.

use secrecy::SecretString;

use super::{
    Parts, Raw, Reason, Unreadable,
    json::{self, Node},
    variables::plain,
};
use crate::{ApiHost, cloudinary_url, shape};

/// Names with an address each; `__default__` names one of them. Where the default is removed, its
/// name stays: what was not found is not touched.
pub(super) fn cld(text: &str) -> Result<Parts, Unreadable> {
    let root = json::read(text).ok_or(Unreadable::Form("JSON"))?;
    let mut parts = Parts::default();
    for (index, member) in root.members().iter().enumerate() {
        let Some(address) = member.value.text(text) else {
            continue;
        };
        if member.name == "__default__" {
            continue;
        }
        let at = member.value.at.start;
        match cloudinary_url::parse(&address) {
            Ok(parsed) if parsed.secret.is_none() => {}
            Ok(parsed) => parts.raws.push(Raw {
                name: member.name.clone(),
                parsed,
                is_public: false,
                at,
                cut: root.cut(index),
            }),
            Err(error) => parts
                .passed_over
                .push((member.name.clone(), at, Reason::Address(error))),
        }
    }
    Ok(parts)
}

/// Clouds with `apiKey`, `apiSecret` and `uploadPreset` each. The example that the extension writes
/// on its first start is passed over.
pub(super) fn vs_code(text: &str) -> Result<Parts, Unreadable> {
    let root = json::read(text).ok_or(Unreadable::Form("JSON"))?;
    let mut parts = Parts::default();
    for cloud in root.members() {
        let members = cloud.value.members();
        let value = |name: &str| {
            let member = members.iter().rev().find(|member| member.name == name)?;
            member.value.text(text)
        };
        let api_key = value("apiKey").unwrap_or_default();
        for (index, member) in members.iter().enumerate() {
            let Some(secret) = member
                .value
                .text(text)
                .filter(|_| member.name == "apiSecret")
            else {
                continue;
            };
            add(
                cloud,
                member.value.at.start,
                &api_key,
                secret,
                index,
                &mut parts,
            );
        }
    }
    Ok(parts)
}

fn add(
    cloud: &json::Member,
    at: usize,
    api_key: &str,
    secret: String,
    index: usize,
    parts: &mut Parts,
) {
    let secret = SecretString::from(secret);
    let fault = shape::cloud_name(&cloud.name)
        .map_err(Reason::CloudName)
        .and_then(|()| shape::api_key(api_key).map_err(Reason::ApiKey))
        .and_then(|()| {
            let secret = secrecy::ExposeSecret::expose_secret(&secret);
            shape::secret(secret).map_err(Reason::ApiSecret)
        });
    let node: &Node = &cloud.value;
    match fault {
        Ok(()) => parts.raws.push(Raw {
            name: cloud.name.clone(),
            parsed: plain(&cloud.name, api_key, secret, ApiHost::Default),
            is_public: false,
            at,
            cut: node.cut(index),
        }),
        Err(reason) => parts.passed_over.push((cloud.name.clone(), at, reason)),
    }
}
