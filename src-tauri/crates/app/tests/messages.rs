//! The words for tray, dialogs, notifications and window titles come from the page's catalogue; the generated
//! `messages.rs` is committed, and this fails when it drifts.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use serde_json::Value;

const PREFIXES: [&str; 4] = ["tray_", "dialog_", "notification_", "window_"];

#[test]
fn messages_rs_is_current() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let catalogue = std::fs::read_to_string(here.join("../../../ui/messages/en.json")).unwrap();
    // Sorted, whatever features the JSON library was built with.
    let catalogue: BTreeMap<String, Value> = serde_json::from_str(&catalogue).unwrap();
    let wanted = render(&catalogue);
    let path = here.join("src/messages.rs");
    if std::env::var_os("ALOFT_GENERATE").is_some() {
        std::fs::write(&path, &wanted).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == wanted,
        "messages.rs is out of date: run `cargo xtask generate`"
    );
}

fn render(catalogue: &BTreeMap<String, Value>) -> String {
    let mut text = String::from(
        "// Generated from ui/messages/en.json by `cargo xtask generate`. Not edited by hand.\n\n//! The words for tray, dialogs, notifications and window titles.\n",
    );
    for (key, value) in catalogue {
        if !PREFIXES.iter().any(|prefix| key.starts_with(prefix)) {
            continue;
        }
        let forms = forms(value);
        let counts = forms.len() > 1;
        let mut arguments = Vec::from_iter(counts.then(|| "count: u64".to_owned()));
        for name in forms.iter().flat_map(|words| names(words)) {
            let argument = format!("{name}: &str");
            let known = (counts && name == "count") || arguments.contains(&argument);
            if !known {
                arguments.push(argument);
            }
        }
        let body = match forms.as_slice() {
            [words] => expression(words),
            [one, other] => format!(
                "if count == 1 {{\n        {}\n    }} else {{\n        {}\n    }}",
                expression(one),
                expression(other)
            ),
            _ => panic!("{key}: {value}"),
        };
        let _ = write!(
            text,
            "\n/// {}\npub fn {key}({}) -> String {{\n    {body}\n}}\n",
            forms.join(" / "),
            arguments.join(", ")
        );
    }
    text
}

/// The one form of plain words, or the forms for one and for other counts.
fn forms(value: &Value) -> Vec<&str> {
    let of_count = |count: &str| value[0]["match"][format!("countPlural={count}")].as_str();
    match value.as_str() {
        Some(words) => vec![words],
        None => ["one", "other"].into_iter().filter_map(of_count).collect(),
    }
}

fn names(words: &str) -> Vec<&str> {
    words
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
        .collect()
}

fn expression(words: &str) -> String {
    if names(words).is_empty() {
        format!("{words:?}.to_owned()")
    } else {
        format!("format!({words:?})")
    }
}
