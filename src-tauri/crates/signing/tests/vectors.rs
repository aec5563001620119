//! Published and recorded signatures, as data in `vectors.json`.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use secrecy::SecretString;
use serde::Deserialize;
use signing::{
    Algorithm, EXCLUDED, Params, Scheme, Version, sign, sign_without_exclusions, string_to_sign,
    string_to_sign_without_exclusions, verify_response,
};

#[derive(Deserialize)]
struct Vector {
    name: String,
    params: serde_json::Map<String, serde_json::Value>,
    secret: String,
    algorithm: Algorithm,
    signature_version: Version,
    to_sign: String,
    signature: String,
}

fn vectors() -> Vec<Vector> {
    let vectors: Vec<Vector> = serde_json::from_str(include_str!("vectors.json")).unwrap();
    assert_eq!(vectors.len(), 72, "the whole file is read");
    vectors
}

impl Vector {
    fn params(&self) -> Params {
        Params::try_from(&self.params).unwrap()
    }

    fn secret(&self) -> SecretString {
        SecretString::from(self.secret.as_str())
    }

    fn scheme(&self) -> Scheme {
        Scheme {
            algorithm: self.algorithm,
            version: self.signature_version,
        }
    }

    /// The SDKs' raw signer excludes nothing; the Media Library login of their tests signs its cloud name.
    fn signs_an_excluded_name(&self) -> bool {
        EXCLUDED
            .iter()
            .any(|name| self.to_sign.starts_with(&format!("{name}=")))
    }
}

#[test]
fn every_vector_of_an_api_call_is_reproduced() {
    let mut seen = 0;
    for vector in vectors().iter().filter(|v| !v.signs_an_excluded_name()) {
        let (params, scheme) = (vector.params(), vector.scheme());
        assert_eq!(
            string_to_sign(&params, scheme.version),
            vector.to_sign,
            "{}",
            vector.name
        );
        assert_eq!(
            sign(&params, &vector.secret(), scheme),
            vector.signature,
            "{}",
            vector.name
        );
        seen += 1;
    }
    assert_eq!(seen, 66);
}

#[test]
fn every_vector_that_signs_its_cloud_name_is_reproduced_without_exclusions() {
    let mut seen = 0;
    for vector in vectors().iter().filter(|v| v.signs_an_excluded_name()) {
        let (params, scheme) = (vector.params(), vector.scheme());
        assert_eq!(
            string_to_sign_without_exclusions(&params, scheme.version),
            vector.to_sign,
            "{}",
            vector.name
        );
        assert_eq!(
            sign_without_exclusions(&params, &vector.secret(), scheme),
            vector.signature,
            "{}",
            vector.name
        );
        assert_ne!(sign(&params, &vector.secret(), scheme), vector.signature);
        seen += 1;
    }
    assert_eq!(seen, 6);
}

#[test]
fn a_name_that_is_never_signed_changes_nothing() {
    for vector in vectors().iter().filter(|v| !v.signs_an_excluded_name()) {
        let mut params = vector.params();
        for name in EXCLUDED {
            params.insert(name, "anything");
        }
        assert_eq!(
            sign(&params, &vector.secret(), vector.scheme()),
            vector.signature,
            "{}",
            vector.name
        );
    }
}

#[test]
fn the_response_vectors_verify_and_nothing_near_them_does() {
    let mut seen = 0;
    for vector in vectors() {
        if !vector.name.contains("response") {
            continue;
        }
        let public_id = vector.params["public_id"].as_str().unwrap();
        let version = vector.params["version"].as_u64().unwrap();
        let check = |id: &str, version, signature: &str| {
            verify_response(id, version, signature, &vector.secret())
        };
        assert!(
            check(public_id, version, &vector.signature),
            "{}",
            vector.name
        );
        assert!(!check(public_id, version + 1, &vector.signature));
        assert!(!check("tests/other.png", version, &vector.signature));
        assert!(!check(public_id, version, &vector.signature[1..]));
        assert!(!check(public_id, version, &vector.signature.to_uppercase()));
        assert!(!check(public_id, version, ""));
        assert!(!check(
            public_id,
            version,
            &"ü".repeat(vector.signature.len() / 2)
        ));
        assert!(!verify_response(
            public_id,
            version,
            &vector.signature,
            &SecretString::from("other")
        ));
        seen += 1;
    }
    assert_eq!(seen, 3);
}

const DEFAULT: Scheme = Scheme {
    algorithm: Algorithm::Sha1,
    version: Version::Two,
};

/// Who sent it, the signature it carried, how it was made, the signed fields.
type Row = (
    &'static str,
    &'static str,
    Scheme,
    &'static [(&'static str, &'static str)],
);

/// Requests recorded from the official clients, all with the secret `mysecret`.
#[test]
fn recorded_requests_of_the_official_clients_carry_our_signatures() {
    let rows: &[Row] = &[
        (
            "npm upload",
            "156a6a5c2dc4387473b408275a6c7eb3532d7e15",
            DEFAULT,
            &[("timestamp", "1795473338")],
        ),
        (
            "npm chunk",
            "2e549717a8aab1e6bcdbb5bcde893d467446044c",
            DEFAULT,
            &[("public_id", "large"), ("timestamp", "1795473339")],
        ),
        (
            "npm destroy",
            "37123d8527ea9c5f50feef7d3d7f22a4c45e7ae2",
            DEFAULT,
            &[
                ("timestamp", "1795473339"),
                ("type", "private"),
                ("invalidate", "true"),
                ("public_id", "t/a"),
            ],
        ),
        (
            "py destroy",
            "30c7d0b764e085ca6c25b3f5ba2185ad83fcf6cb",
            DEFAULT,
            &[
                ("timestamp", "1795473171"),
                ("type", "private"),
                ("invalidate", "1"),
                ("public_id", "t/a"),
            ],
        ),
        (
            "cld upload",
            "4c1addc71a1a6ce55bf4f789a72167b5264af62a",
            DEFAULT,
            &[
                ("public_id", "cli/x"),
                ("timestamp", "1795473212"),
                ("tags", "a,b"),
            ],
        ),
        (
            "rclone upload",
            "3100b57762bbe4bf05203f46cc0705ddeba88b72",
            DEFAULT,
            &[
                ("asset_folder", "dir"),
                ("timestamp", "1795473284"),
                (
                    "filename_override",
                    "ae1b53285be689315032a0ea9a8a6ced376371d2fc5102aeee2c6cbd22457fe7",
                ),
                ("display_name", "small"),
            ],
        ),
        (
            "asset-management upload",
            "c6ba964e23dcc5046aa391b436a2627554c47945d19e74c3cbe4f0fec3b34beb",
            Scheme {
                algorithm: Algorithm::Sha256,
                version: Version::One,
            },
            &[
                ("colors", "false"),
                ("tags", "a,b"),
                ("overwrite", "true"),
                ("public_id", "x&y"),
                ("file", "data:image/png;base64,iVBORw0KGgo="),
                ("timestamp", "1795473417"),
                ("api_key", "mykey"),
            ],
        ),
    ];
    for (name, signature, scheme, pairs) in rows {
        let params: Params = pairs
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).into()))
            .collect();
        assert_eq!(
            sign(&params, &SecretString::from("mysecret"), *scheme),
            *signature,
            "{name}"
        );
    }
}
