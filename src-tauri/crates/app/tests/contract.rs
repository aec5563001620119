//! The generated contract is committed; this fails when it drifts, or when a page could name a file.

use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn contract_ts_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../ui/src/backend/contract.ts");
    let wanted = app::contract::typescript();
    if std::env::var_os("ALOFT_GENERATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &wanted).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == wanted,
        "contract.ts is out of date: run `cargo xtask generate`"
    );
}

/// Everything that a page can say. A new field is a decision: it stands here, and it names no place on this computer.
const REQUEST_FIELDS: &[&str] = &[
    "account",
    "algorithm",
    "apiKey",
    "appearance",
    "askEachTime",
    "before",
    "choices",
    "cloudName",
    "cname",
    "concurrency",
    "context",
    "copyWhenDone",
    "crop",
    "deliveryType",
    "dropWindow",
    "eager",
    "field",
    "folder",
    "form",
    "format",
    "from",
    "height",
    "host",
    "hours",
    "id",
    "ids",
    "info",
    "keepRunning",
    "keeping",
    "kept",
    "key",
    "kind",
    "label",
    "language",
    "lockAfter",
    "lockAtQuit",
    "lockWhenAway",
    "metadata",
    "moderation",
    "names",
    "notifications",
    "number",
    "numbers",
    "old",
    "on",
    "optimised",
    "overwrite",
    "paramsToSign",
    "passphrase",
    "pick",
    "port",
    "privateCdn",
    "publicId",
    "query",
    "rate",
    "remember",
    "renew",
    "resourceType",
    "rule",
    "scope",
    "search",
    "secret",
    "secureDistribution",
    "several",
    "shortcut",
    "signatureVersion",
    "since",
    "standing",
    "startAtLogin",
    "stripLocation",
    "tag",
    "tags",
    "target",
    "text",
    "to",
    "transformation",
    "typed",
    "undo",
    "until",
    "uploadPreset",
    "uploads",
    "value",
    "values",
    "verb",
    "what",
    "width",
    "wish",
];

/// Their words sound like a place on this computer, and mean one in the account, or a kind of asset.
const OF_THE_ACCOUNT: [&str; 2] = ["folder", "resourceType"];

#[test]
fn no_request_names_a_file() {
    let contract = without_comments(&app::contract::typescript());
    let mut fields = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut open: Vec<String> = contract
        .split("request: ")
        .skip(1)
        .map(|rest| rest.split("; answer").next().unwrap().to_owned())
        .collect();
    assert!(open.len() >= 20, "{open:?}");
    while let Some(text) = open.pop() {
        fields.extend(field_names(&text));
        for name in words(&text) {
            let declared = format!("export type {name} = ");
            if let Some((_, rest)) = contract.split_once(&declared)
                && seen.insert(name.to_owned())
            {
                open.push(rest.split("export ").next().unwrap().to_owned());
            }
        }
    }
    assert!(seen.contains("ControlTarget"), "{seen:?}");
    for field in fields
        .iter()
        .filter(|field| !OF_THE_ACCOUNT.contains(&field.as_str()))
    {
        let low = field.to_lowercase();
        for word in ["path", "file", "folder", "dir", "place", "source"] {
            assert!(!low.contains(word), "a page could name a file: {field}");
        }
    }
    assert_eq!(Vec::from_iter(&fields), REQUEST_FIELDS);
}

/// The names before a colon, quoted or not.
fn field_names(text: &str) -> Vec<String> {
    text.match_indices(':')
        .map(|(at, _)| {
            let before = text[..at].trim_end_matches(['?', '"']);
            let from = before
                .rfind(|c: char| !c.is_alphanumeric() && c != '_')
                .map_or(0, |at| at + 1);
            before[from..].to_owned()
        })
        .collect()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.starts_with(char::is_uppercase))
}

fn without_comments(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, comment)) = rest.split_once("/*") {
        plain.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    plain.push_str(rest);
    plain
}
