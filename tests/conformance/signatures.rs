//! Aloft's arithmetic against the official SDKs' own, on parameters nobody chose.

use app::SecretString;
use app::signing::{Algorithm, Params, Scheme, Version, sign};
use serde_json::{Map, Value, json};

use crate::clients::{Sdk, through};
use crate::world::Random;

/// How many sets are tried.
const CASES: usize = 2_000;

/// Names that uploads know. On others the SDKs sort in different orders (protocol sheet 1.3).
const NAMES: &[&str] = &[
    "access_control",
    "access_mode",
    "allowed_formats",
    "asset_folder",
    "async",
    "auto_tagging",
    "backup",
    "callback",
    "context",
    "custom_coordinates",
    "display_name",
    "eager",
    "eager_async",
    "face_coordinates",
    "filename_override",
    "folder",
    "format",
    "from_public_id",
    "headers",
    "invalidate",
    "metadata",
    "moderation",
    "notification_url",
    "overwrite",
    "public_id",
    "public_ids",
    "responsive_breakpoints",
    "return_delete_token",
    "source",
    "tags",
    "timestamp",
    "to_public_id",
    "transformation",
    "type",
    "unique_filename",
    "upload_preset",
    "use_filename",
];

/// Pieces of values: what is escaped somewhere, what looks like another parameter, what is not ASCII.
const PIECES: &[&str] = &[
    "a",
    "Z",
    "9",
    " ",
    "&",
    "=",
    "%26",
    "%",
    "+",
    ",",
    "|",
    "/",
    "\\",
    "\"",
    "'",
    "\n",
    "\r\n",
    "\t",
    "\u{0}",
    "&tags=x",
    "ü",
    "u\u{308}",
    "写真",
    "🦀",
    "{\"a\":1}",
    "https://example.com/cb?a=1&b=2",
];

/// A case as one line of JSON, for the scripts.
struct Case {
    params: Map<String, Value>,
    secret: String,
    scheme: Scheme,
}

impl Case {
    fn line(&self) -> String {
        json!({
            "params": self.params,
            "secret": self.secret,
            "algorithm": self.scheme.algorithm.to_string(),
            "version": self.scheme.version,
        })
        .to_string()
    }

    fn signed_by_us(&self) -> String {
        let params = Params::try_from(&self.params).unwrap();
        sign(
            &params,
            &SecretString::from(self.secret.clone()),
            self.scheme,
        )
    }
}

#[test]
fn the_sdks_make_the_same_signatures() {
    for sdk in Sdk::ALL {
        let mut random = Random::new(20_261_124);
        let cases: Vec<Case> = std::iter::repeat_with(|| random_case(&mut random))
            .filter(|case| {
                case.params
                    .values()
                    .all(|value| disagreement(sdk, value).is_none())
            })
            .take(CASES)
            .collect();
        let lines: Vec<String> = cases.iter().map(Case::line).collect();
        let theirs = through(sdk.script("sign"), &lines);
        for ((case, line), theirs) in cases.iter().zip(&lines).zip(&theirs) {
            assert_eq!(&case.signed_by_us(), theirs, "{sdk:?} on {line}");
        }
    }
}

/// Where an SDK and Aloft differ: what, and why Aloft does as it does. Nothing else is left out above.
fn disagreement(sdk: Sdk, value: &Value) -> Option<&'static str> {
    const EXACT: u64 = 1 << 53;
    match (sdk, value) {
        (Sdk::Node, Value::Number(number))
            if number
                .as_i64()
                .is_some_and(|number| number.unsigned_abs() > EXACT) =>
        {
            Some(
                "JavaScript's numbers lose digits beyond 2^53; Aloft signs the digits that are sent",
            )
        }
        (Sdk::Python, Value::Bool(false)) => {
            Some("Python drops what is false; Aloft sends and signs `false`, as npm does")
        }
        (Sdk::Python, Value::Number(number)) if number.as_f64() == Some(0.0) => {
            Some("Python drops zero; Aloft sends and signs `0`, as npm does")
        }
        (Sdk::Python, Value::Number(number)) if number.is_f64() => {
            Some("Python writes 1.0 and 1e-07; Aloft writes 1 and 1e-7, as npm does")
        }
        (Sdk::Python, Value::Array(values)) if values.iter().any(|value| !value.is_string()) => {
            Some("Python joins only text; Aloft joins numbers and nulls as npm does")
        }
        (Sdk::Python, Value::Array(values)) if values.len() == 1 && values[0] == "" => Some(
            "Python signs the empty value of a list with one empty text; Aloft and npm drop it",
        ),
        _ => None,
    }
}

/// The table above is not an excuse: each row is shown to be true, so that a new SDK version which agrees is noticed.
#[test]
fn the_known_disagreements_are_real() {
    let rows = [
        (Sdk::Node, json!(9_007_199_254_740_993_i64)),
        (Sdk::Python, json!(false)),
        (Sdk::Python, json!(0)),
        (Sdk::Python, json!(1.0)),
        (Sdk::Python, json!(1e-7)),
        (Sdk::Python, json!(["a", 1])),
        (Sdk::Python, json!(["a", null])),
        (Sdk::Python, json!([""])),
    ];
    for (sdk, value) in rows {
        assert!(disagreement(sdk, &value).is_some(), "{sdk:?}: {value}");
        let case = Case {
            params: Map::from_iter([
                ("folder".to_owned(), json!("a")),
                ("tags".to_owned(), value.clone()),
            ]),
            secret: "abcd".to_owned(),
            scheme: Scheme::default(),
        };
        for other in Sdk::ALL {
            let theirs = through(other.script("sign"), &[case.line()]).remove(0);
            let agrees = theirs == case.signed_by_us();
            assert_eq!(agrees, other != sdk, "{other:?} on {value}");
        }
    }
}

fn random_case(random: &mut Random) -> Case {
    let mut params = Map::new();
    for _ in 0..random.below(12) {
        params.insert((*random.pick(NAMES)).to_owned(), random_value(random));
    }
    let scheme = Scheme {
        algorithm: *random.pick(&[Algorithm::Sha1, Algorithm::Sha256]),
        version: *random.pick(&[Version::One, Version::Two]),
    };
    Case {
        params,
        secret: format!("s{}", random.next()),
        scheme,
    }
}

fn random_value(random: &mut Random) -> Value {
    match random.below(12) {
        0 => Value::Null,
        1 => json!(""),
        2 => json!([]),
        3 => json!(random.below(2) == 0),
        4 => json!(i64::try_from(random.next() >> 11).unwrap() - (1 << 51)),
        5 => json!(*random.pick(&[0.0, 1.0, 0.6, -12.5, 1e-7, 1e21, 1e20, 123_456.789])),
        6 | 7 => (0..random.below(4))
            .map(|_| Value::from(random_text(random)))
            .collect(),
        8 => (0..random.below(3)).map(|_| random_value(random)).collect(),
        _ => json!(random_text(random)),
    }
}

fn random_text(random: &mut Random) -> String {
    (0..random.below(6)).map(|_| *random.pick(PIECES)).collect()
}
