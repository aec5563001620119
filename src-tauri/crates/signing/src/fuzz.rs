//! What is fuzzed: it takes any bytes and must not panic, and what it approves must be what the policy promises. The fuzz
//! target and the property tests call the same function.

use secrecy::SecretString;

use crate::policy::{self, Opened, RULES, RuleKind, WINDOW_SECONDS};
use crate::{Algorithm, Params, Scheme, Value, Version, field_text, sign, string_to_sign};

/// The clock of the fuzzed policy, in Unix seconds.
pub const NOW: i64 = 1_795_473_338;

/// Parameters to sign: a JSON object as a page sends it.
pub fn params_to_sign(bytes: &[u8]) {
    let Ok(map) = serde_json::from_slice(bytes) else {
        return;
    };
    let Ok(params) = Params::try_from(&map) else {
        return;
    };
    signs(&params);
    for opened in windows() {
        if let Ok(approved) = policy::review(&params, &opened, NOW) {
            keeps_its_promise(&approved, &opened);
            let again = policy::review(&approved, &opened, NOW);
            assert_eq!(again.as_ref(), Ok(&approved), "what is approved stays so");
        }
    }
}

/// The windows in which it is asked: with nothing chosen, with a preset, and with all the rest.
fn windows() -> [Opened; 3] {
    let text = |text: &str| Some(text.to_owned());
    [
        Opened::default(),
        Opened {
            upload_preset: text("web"),
            folder: text("incoming"),
            use_filename: Some(true),
            unique_filename: Some(false),
            ..Opened::default()
        },
        Opened {
            asset_folder: text("incoming"),
            context: text("alt=A day&public_id=x"),
            metadata: text("a=b"),
            use_filename: Some(true),
            unique_filename: Some(true),
            use_filename_as_display_name: Some(false),
            ..Opened::default()
        },
    ]
}

/// Any parameters can be signed, and the signature is hexadecimal of its length.
fn signs(params: &Params) {
    let secret = SecretString::from("fuzzed");
    for version in [Version::One, Version::Two] {
        for (algorithm, digits) in [(Algorithm::Sha1, 40), (Algorithm::Sha256, 64)] {
            let scheme = Scheme { algorithm, version };
            let signature = sign(params, &secret, scheme);
            assert_eq!(signature.len(), digits, "{scheme:?}");
            assert!(signature.bytes().all(|b| b.is_ascii_hexdigit()));
        }
    }
}

fn keeps_its_promise(approved: &Params, opened: &Opened) {
    let mut pairs = Vec::new();
    for (name, value) in approved {
        let rule = RULES.iter().find(|rule| rule.name == name);
        let signable = rule.is_some_and(|rule| !matches!(rule.kind, RuleKind::Never));
        assert!(signable, "{name} was approved");
        let text = field_text(value).unwrap_or_default();
        let harmless = !text.contains('&') && !text.contains("%26") && !text.contains('\n');
        assert!(!text.is_empty() && harmless, "{name}={text:?}");
        pairs.push(format!("{name}={text}"));
    }
    assert_eq!(approved.get("source"), Some(&Value::Text("uw".to_owned())));
    let stamp = approved.get("timestamp").and_then(field_text);
    let stamp = stamp.and_then(|text| text.parse::<i64>().ok());
    assert!(stamp.is_some_and(|stamp| stamp.abs_diff(NOW) <= WINDOW_SECONDS.unsigned_abs()));
    // Both readings of the service see these pairs, and no other.
    for version in [Version::One, Version::Two] {
        let text = string_to_sign(approved, version);
        assert_eq!(text.split('&').collect::<Vec<_>>(), pairs, "{version:?}");
    }
    // A name that the window was opened with is not left out.
    for (name, expected) in [
        ("upload_preset", &opened.upload_preset),
        ("folder", &opened.folder),
        ("asset_folder", &opened.asset_folder),
    ] {
        let found = approved.get(name).and_then(field_text);
        assert_eq!(&found, expected, "{name}");
    }
    // A file's name alone never chooses an ID that may be taken.
    let unique = approved.get("unique_filename").and_then(field_text);
    assert!(!matches!(unique.as_deref(), Some("0" | "false")));
}
