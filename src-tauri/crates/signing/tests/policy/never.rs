//! The names that are never signed, each beside the attack that it would serve.

use signing::Params;
use signing::policy::{RULES, RuleKind, review_names};

use crate::with;

/// What somebody would do, and the names that it takes. Where the table has a beginning and `*`, one is invented.
const ATTACKS: &[(&str, &[&str])] = &[
    (
        "deleting an asset through its ID",
        &[
            "public_id",
            "public_ids",
            "asset_id",
            "asset_ids",
            "token",
            "delete_token",
            "delete_invented",
            "version_id",
            "return_delete_token",
        ],
    ),
    (
        "archiving every asset of a tag",
        &[
            "tags",
            "mode",
            "prefixes",
            "fully_qualified_public_ids",
            "search_expression",
            "asset_folders",
            "target_format",
            "target_public_id",
            "target_invented",
            "expires_at",
            "attachment",
            "transformations",
            "allow_missing",
            "keep_derived",
        ],
    ),
    (
        "renaming or retagging assets",
        &[
            "from_public_id",
            "to_public_id",
            "to_type",
            "command",
            "tag",
            "urls",
            "text",
            "username",
            "version",
            "clear_invalid",
        ],
    ),
    (
        "overwriting, purging or publishing assets",
        &[
            "overwrite",
            "invalidate",
            "backup",
            "type",
            "access_control",
            "access_mode",
        ],
    ),
    (
        "sending answers or files elsewhere",
        &[
            "notification_url",
            "eager_notification_url",
            "callback",
            "proxy",
            "batch_id",
        ],
    ),
    ("running code on the upload", &["eval", "on_success"]),
    (
        "spending the account's money",
        &[
            "eager",
            "eager_async",
            "eager_invented",
            "transformation",
            "responsive_breakpoints",
            "raw_convert",
            "format",
            "moderation",
            "ocr",
            "categorization",
            "detection",
            "auto_tagging",
            "auto_transcription",
            "auto_invented",
            "background_removal",
            "visual_search",
            "similarity_search",
        ],
    ),
    (
        "lifting limits or choosing names",
        &[
            "allowed_formats",
            "headers",
            "filename_override",
            "public_id_prefix",
            "use_asset_folder_as_public_id_prefix",
            "display_name",
            "discard_original_filename",
            "async",
            "manifest_json",
            "manifest_transformation",
            "manifest_invented",
            "quality_override",
        ],
    ),
    (
        "passing what is left out of every signature",
        &[
            "api_key",
            "cloud_name",
            "file",
            "resource_type",
            "signature",
        ],
    ),
];

fn names() -> impl Iterator<Item = &'static str> {
    ATTACKS.iter().flat_map(|(_, names)| names.iter().copied())
}

fn by_hand(name: &str) -> Params {
    let mut params = Params::new();
    params.insert("folder", "trips");
    params.insert("timestamp", 1_315_060_510);
    params.insert(name, "x");
    params
}

#[test]
fn no_attack_gets_a_signature_whatever_the_value() {
    for (attack, names) in ATTACKS {
        for name in *names {
            let refusal = with(name, "x").unwrap_err();
            assert_eq!(refusal.kind(), "never_signed", "{attack}: {name}");
            assert_eq!(refusal.name(), Some(*name));
            let empty = with(name, "").unwrap_err();
            assert_eq!(empty.kind(), "never_signed", "{attack}: {name}, empty");
            let list = with(name, vec!["x"]).unwrap_err();
            assert_eq!(list.kind(), "never_signed", "{attack}: {name}, list");
        }
    }
}

#[test]
fn every_name_that_is_never_signed_stands_beside_an_attack() {
    for rule in RULES {
        if !matches!(rule.kind, RuleKind::Never) {
            continue;
        }
        let is_tried = match rule.name.strip_suffix('*') {
            // One that Aloft has never heard of, so that the beginning alone stops it.
            Some(beginning) => {
                let invented = format!("{}_invented", beginning.trim_end_matches('_'));
                names().any(|name| name == invented)
            }
            None => names().any(|name| name == rule.name),
        };
        assert!(is_tried, "no attack tries {}", rule.name);
    }
}

#[test]
fn a_person_who_signs_by_hand_is_refused_the_same_names() {
    for name in names() {
        let refusal = review_names(&by_hand(name)).unwrap_err();
        assert_eq!(refusal.kind(), "never_signed", "{name}");
        assert_eq!(refusal.name(), Some(name));
    }
    for name in ["frobnicate", "Public_ID", "folder&public_id", ""] {
        let refusal = review_names(&by_hand(name)).unwrap_err();
        assert_eq!(refusal.kind(), "unknown", "{name:?}");
    }
}

#[test]
fn a_person_who_signs_by_hand_chooses_the_values() {
    for rule in RULES {
        let allowed = !matches!(rule.kind, RuleKind::Never);
        assert_eq!(
            review_names(&by_hand(rule.name)).is_ok(),
            allowed,
            "{}",
            rule.name
        );
    }
}
