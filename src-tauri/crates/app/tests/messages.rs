//! The words for tray, dialogs and window titles come from the page's catalogue; the generated
//! `messages.rs` is committed, and this fails when it drifts.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use serde_json::Value;

const PREFIXES: [&str; 3] = ["tray_", "dialog_", "window_"];

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
        "// Generated from ui/messages/en.json by `cargo xtask generate`. Not edited by hand.\n\n//! The words for tray, dialogs and window titles.\n",
    );
    for (key, value) in catalogue {
        let (true, Some(words)) = (
            PREFIXES.iter().any(|prefix| key.starts_with(prefix)),
            value.as_str(),
        ) else {
            continue;
        };
        let names: Vec<&str> = words
            .split('{')
            .skip(1)
            .filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
            .collect();
        let arguments: Vec<String> = names.iter().map(|name| format!("{name}: &str")).collect();
        let literal = format!("{words:?}");
        let body = if names.is_empty() {
            format!("{literal}.to_owned()")
        } else {
            format!("format!({literal})")
        };
        let _ = write!(
            text,
            "\n/// {words}\npub fn {key}({}) -> String {{\n    {body}\n}}\n",
            arguments.join(", ")
        );
    }
    text
}
