//! Accounts in variables, wherever these were read.

use std::{collections::BTreeMap, ops::Range};

use secrecy::{ExposeSecret, SecretString};

use super::{Parts, Raw, Reason};
use crate::{
    Access, ApiHost, Delivery, SignatureAlgorithm, SignatureVersion,
    cloudinary_url::{self, Parsed},
    shape,
};

/// One variable. The value may be a secret, whatever its name says.
pub(super) struct Assigned {
    pub(super) name: String,
    pub(super) value: SecretString,
    /// Where the value stands.
    pub(super) at: usize,
    /// What goes when the variable is removed.
    pub(super) cut: Range<usize>,
}

/// By these prefixes tools for web pages put a variable into what every visitor gets.
const PUBLIC: [&str; 11] = [
    "NEXT_PUBLIC_",
    "NUXT_PUBLIC_",
    "EXPO_PUBLIC_",
    "REACT_APP_",
    "VUE_APP_",
    "GATSBY_",
    "STORYBOOK_",
    "NG_APP_",
    "PUBLIC_",
    "VITE_",
    "SNOWPACK_PUBLIC_",
];

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Cloud,
    Key,
    Secret,
}

const ENDINGS: [(&str, Part); 9] = [
    ("CLOUD_NAME", Part::Cloud),
    ("CLOUDNAME", Part::Cloud),
    ("API_KEY", Part::Key),
    ("APIKEY", Part::Key),
    ("API_SECRET", Part::Secret),
    ("APISECRET", Part::Secret),
    ("CLOUDINARY_NAME", Part::Cloud),
    // `CLOUDINARY_KEY` and `CLOUDINARY_SECRET`; these words alone are anybody's.
    ("CLOUDINARY_KEY", Part::Key),
    ("CLOUDINARY_SECRET", Part::Secret),
];

/// Addresses by their value, and cloud name, key and secret by names that differ in the last
/// words only. Each secret is one finding.
pub(super) fn accounts(variables: &[Assigned]) -> Parts {
    // Of a variable that is set twice the last counts.
    let mut beside = BTreeMap::new();
    for variable in variables {
        if let Some((stem, part)) = split(&variable.name)
            && part != Part::Secret
        {
            beside.insert((stem, part), variable.value.expose_secret());
        }
    }
    let mut parts = Parts::default();
    for variable in variables {
        let value = variable.value.expose_secret();
        let is_address = starts_with_ignoring_case(value, "cloudinary://");
        if is_address || variable.name.eq_ignore_ascii_case("CLOUDINARY_URL") {
            address(variable, &mut parts);
        } else if let Some((stem, Part::Secret)) = split(&variable.name) {
            triple(variable, &stem, &beside, &mut parts);
        }
    }
    parts
}

fn address(variable: &Assigned, parts: &mut Parts) {
    let value = variable.value.expose_secret();
    match cloudinary_url::parse(value) {
        // An address of an unsigned account holds no secret.
        Ok(parsed) if parsed.secret.is_none() => {}
        Ok(parsed) => parts.raws.push(raw(variable, parsed)),
        Err(error) => {
            parts
                .passed_over
                .push((variable.name.clone(), variable.at, Reason::Address(error)))
        }
    }
}

fn triple(
    secret: &Assigned,
    stem: &str,
    beside: &BTreeMap<(String, Part), &str>,
    parts: &mut Parts,
) {
    let value = |part| {
        beside
            .get(&(stem.to_owned(), part))
            .copied()
            .unwrap_or_default()
    };
    let (cloud_name, api_key) = (value(Part::Cloud), value(Part::Key));
    let fault = shape::cloud_name(cloud_name)
        .map_err(Reason::CloudName)
        .and_then(|()| shape::api_key(api_key).map_err(Reason::ApiKey))
        .and_then(|()| shape::secret(secret.value.expose_secret()).map_err(Reason::ApiSecret));
    match fault {
        Ok(()) => parts.raws.push(raw(
            secret,
            plain(cloud_name, api_key, secret.value.clone(), ApiHost::Default),
        )),
        // Three words that end so may have nothing to do with us.
        Err(reason) if stem.contains("CLOUDINARY") => {
            parts
                .passed_over
                .push((secret.name.clone(), secret.at, reason));
        }
        Err(_) => {}
    }
}

fn raw(variable: &Assigned, parsed: Parsed) -> Raw {
    Raw {
        name: variable.name.clone(),
        parsed,
        is_public: without_public(&variable.name.to_ascii_uppercase()).1,
        at: variable.at,
        cut: variable.cut.clone(),
    }
}

/// An account of three values.
pub(super) fn plain(
    cloud_name: &str,
    api_key: &str,
    secret: SecretString,
    host: ApiHost,
) -> Parsed {
    Parsed {
        cloud_name: cloud_name.to_owned(),
        access: Access::Signed {
            api_key: api_key.to_owned(),
            algorithm: SignatureAlgorithm::default(),
            version: SignatureVersion::default(),
        },
        secret: Some(secret),
        host,
        delivery: Delivery::default(),
        api_proxy: None,
        timeout: None,
        ignored_options: Vec::new(),
    }
}

/// The name without its last words and without a public prefix, in capitals, and what it is.
fn split(name: &str) -> Option<(String, Part)> {
    let name = name.to_ascii_uppercase();
    let (name, _) = without_public(&name);
    ENDINGS.iter().find_map(|(ending, part)| {
        let stem = name.strip_suffix(ending)?;
        // `CLOUDINARY_KEY` belongs to the same stem as `CLOUDINARY_API_KEY`.
        let word = if ending.starts_with("CLOUDINARY") {
            "CLOUDINARY_"
        } else {
            ""
        };
        Some((format!("{stem}{word}"), *part))
    })
}

fn without_public(name: &str) -> (&str, bool) {
    PUBLIC
        .iter()
        .find_map(|prefix| name.strip_prefix(prefix))
        .map_or((name, false), |rest| (rest, true))
}

fn starts_with_ignoring_case(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(prefix))
}
