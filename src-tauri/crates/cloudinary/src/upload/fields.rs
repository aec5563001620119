use jiff::Timestamp;
use signing::{Params, field_text, sign, string_to_sign};

use crate::{Auth, Error, Target, UNSIGNED_NAMES, UploadParams};

/// Names that only the client itself sets.
const RESERVED: [&str; 6] = [
    "api_key",
    "cloud_name",
    "file",
    "resource_type",
    "signature",
    "timestamp",
];

/// The text fields of one request, in the order in which they are written.
#[derive(Debug)]
pub(crate) struct Fields {
    pub(crate) pairs: Vec<(String, String)>,
    /// The text under the signature, to be compared with what the service says it signed.
    pub(crate) signed_text: Option<String>,
}

impl Fields {
    /// Signs the parameters, or checks that they may go unsigned.
    pub(crate) fn prepare(
        target: &Target,
        params: &UploadParams,
        clock_offset_seconds: i64,
    ) -> Result<Self, Error> {
        let params = params.to_params();
        for (name, _) in &params {
            if RESERVED.contains(&name) {
                return Err(Error::ParameterReserved {
                    name: name.to_owned(),
                });
            }
            if !is_field_name(name) {
                return Err(Error::ParameterUnusable {
                    name: name.escape_default().take(64).collect(),
                });
            }
        }
        match &target.auth {
            Auth::Signed { .. } => Ok(Self::signed(target, params, clock_offset_seconds)),
            Auth::Unsigned { upload_preset } => Self::unsigned(params, upload_preset),
        }
    }

    /// The parameters in byte order of their names, then `api_key` and `signature`.
    pub(crate) fn signed(target: &Target, mut params: Params, clock_offset_seconds: i64) -> Self {
        let Auth::Signed {
            api_key,
            secret,
            scheme,
        } = &target.auth
        else {
            return Self {
                pairs: texts(&params),
                signed_text: None,
            };
        };
        let now = Timestamp::now().as_second();
        params.insert("timestamp", now.saturating_add(clock_offset_seconds));
        let signature = sign(&params, secret, *scheme);
        let mut pairs = texts(&params);
        pairs.push(("api_key".to_owned(), api_key.clone()));
        pairs.push(("signature".to_owned(), signature));
        Self {
            pairs,
            signed_text: Some(string_to_sign(&params, scheme.version)),
        }
    }

    fn unsigned(mut params: Params, upload_preset: &str) -> Result<Self, Error> {
        let names: Vec<String> = params
            .iter()
            .filter(|(name, value)| !UNSIGNED_NAMES.contains(name) && field_text(value).is_some())
            .map(|(name, _)| name.to_owned())
            .collect();
        if !names.is_empty() {
            return Err(Error::ParameterNotAllowed { names });
        }
        // The account's preset is its right to upload at all.
        params.insert("upload_preset", upload_preset);
        Ok(Self {
            pairs: texts(&params),
            signed_text: None,
        })
    }
}

/// The same text that is signed.
fn texts(params: &Params) -> Vec<(String, String)> {
    params
        .iter()
        .filter_map(|(name, value)| Some((name.to_owned(), field_text(value)?)))
        .collect()
}

/// Nothing that could end the quoted name in a header.
fn is_field_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 128
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"_-.[]".contains(&b))
}
