//! The words for tray, dialogs, notifications and window titles come from the page's catalogue; the generated
//! `messages.rs` is committed, and this fails when it drifts.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use app::Language;
use serde_json::Value;

type Catalogue = BTreeMap<String, Value>;

const PREFIXES: [&str; 4] = ["tray_", "dialog_", "notification_", "window_"];

#[test]
fn messages_rs_is_current() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let catalogues = Language::ALL.map(|language| {
        let file = format!("../../../ui/messages/{}.json", language.code());
        let text = std::fs::read_to_string(here.join(file)).unwrap();
        // Sorted, whatever features the JSON library was built with.
        serde_json::from_str::<Catalogue>(&text).unwrap()
    });
    let wanted = render(&catalogues);
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

fn render([english, others @ ..]: &[Catalogue; Language::ALL.len()]) -> String {
    let mut text = String::from(
        "// Generated from ui/messages by `cargo xtask generate`. Not edited by hand.\n\n//! The words for tray, dialogs, notifications and window titles, in the language that is spoken.\n\nuse crate::language::Language;\n",
    );
    for (key, value) in english {
        if !PREFIXES.iter().any(|prefix| key.starts_with(prefix)) {
            continue;
        }
        let mut said = vec![forms(Language::English, key, value)];
        for (language, catalogue) in Language::ALL.into_iter().skip(1).zip(others) {
            let value = catalogue.get(key).unwrap_or(&Value::Null);
            said.push(forms(language, key, value));
        }
        let counts = value.is_array();
        let names = names_in(&said[0]);
        let others: Vec<&str> = names
            .iter()
            .copied()
            .filter(|name| !counts || *name != "count")
            .collect();
        for words in said.iter().flatten() {
            let found = names_in(&[words]);
            assert!(
                found.iter().all(|name| names.contains(name)),
                "{key}: {words}"
            );
            assert!(
                others.iter().all(|name| found.contains(name)),
                "{key}: {words}"
            );
        }
        let mut parameters: Vec<String> =
            others.iter().map(|name| format!("{name}: &str")).collect();
        let mut values: Vec<String> = others
            .iter()
            .map(|name| format!("({name:?}, {name})"))
            .collect();
        let call = if counts {
            parameters.insert(0, "count: u64".to_owned());
            values.push("(\"count\", &count.to_string())".to_owned());
            let forms: Vec<String> = said.iter().map(|forms| format!("&{forms:?}")).collect();
            format!(
                "say_counted(count, [{}], &[{}])",
                forms.join(", "),
                values.join(", ")
            )
        } else {
            let words: Vec<String> = said.iter().map(|forms| format!("{:?}", forms[0])).collect();
            format!("say([{}], &[{}])", words.join(", "), values.join(", "))
        };
        let _ = write!(
            text,
            "\n/// {}\n#[rustfmt::skip]\npub fn {key}({}) -> String {{\n    Language::spoken().{call}\n}}\n",
            said[0].join(" / "),
            parameters.join(", "),
        );
    }
    text
}

/// The one form of plain words, or a form for each of the language's categories of numbers.
fn forms<'a>(language: Language, key: &str, value: &'a Value) -> Vec<&'a str> {
    if let Some(words) = value.as_str() {
        return vec![words];
    }
    let form = |category: &&str| value[0]["match"][format!("countPlural={category}")].as_str();
    let forms: Option<Vec<&str>> = language.categories().iter().map(form).collect();
    forms.unwrap_or_else(|| panic!("{key} is missing in {}", language.code()))
}

/// The `{name}`s of some words, each once, in the order in which they stand.
fn names_in<'a>(forms: &[&'a str]) -> Vec<&'a str> {
    let mut found: Vec<&str> = Vec::new();
    for rest in forms.iter().flat_map(|words| words.split('{').skip(1)) {
        let name = rest.split_once('}').map_or(rest, |(name, _)| name);
        if !found.contains(&name) {
            found.push(name);
        }
    }
    found
}
