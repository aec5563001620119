//! The words for tray, dialogs, notifications and window titles come from the page's catalogue; the generated
//! `messages.rs` is committed, and this fails when it drifts.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

use app::Language;
use serde_json::Value;

type Catalogue = BTreeMap<String, Value>;

const PREFIXES: [&str; 4] = ["tray_", "dialog_", "notification_", "window_"];
/// What the program says in the course of things; each has a file of its own under `words/`.
const WORDS: [&str; 6] = ["audit", "choice", "entry", "hint", "problem", "reason"];

#[test]
fn messages_rs_is_current() {
    is_current("src/messages.rs", &render(&catalogues()));
}

#[test]
fn the_words_of_problems_hints_and_entries_are_current() {
    let catalogues = catalogues();
    for group in WORDS {
        is_current(
            &format!("src/words/{group}.rs"),
            &render_words(group, &catalogues),
        );
    }
}

/// What a launcher says, by its group and key; the English comment is the package's own description.
const LAUNCHER: [(&str, &str, &str); 4] = [
    ("[Desktop Entry]", "GenericName", "entry_generic_name"),
    ("[Desktop Entry]", "Comment", "entry_comment"),
    ("[Desktop Entry]", "Keywords", "entry_keywords"),
    (
        "[Desktop Action upload-clipboard]",
        "Name",
        "entry_upload_clipboard",
    ),
];

#[test]
fn the_launcher_is_named_in_all_languages() {
    let catalogues = catalogues();
    let file = "../../aloft.desktop";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let found = std::fs::read_to_string(path).unwrap();
    let (mut group, mut wanted) = ("", String::new());
    for line in found.lines().filter(|line| !is_translated(line)) {
        if line.starts_with('[') {
            group = line;
        }
        let said = LAUNCHER
            .iter()
            .find(|(of, key, _)| *of == group && line.starts_with(&format!("{key}=")));
        let Some((_, key, message)) = said else {
            let _ = writeln!(wanted, "{line}");
            continue;
        };
        for (language, catalogue) in Language::ALL.into_iter().zip(&catalogues) {
            let words = catalogue[*message].as_str().unwrap();
            let _ = match language {
                Language::English if line.contains("{{") => writeln!(wanted, "{line}"),
                Language::English => writeln!(wanted, "{key}={words}"),
                Language::German | Language::Spanish | Language::Japanese | Language::Arabic => {
                    writeln!(wanted, "{key}[{}]={words}", language.code())
                }
            };
        }
    }
    is_current(file, &wanted);
}

fn is_translated(line: &str) -> bool {
    let key = line.split('=').next().unwrap_or_default();
    key.ends_with(']') && line.contains('=')
}

#[test]
fn every_word_is_said_somewhere() {
    let said = calls(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."));
    let [english, ..] = catalogues();
    for key in english.keys() {
        let Some((group, name)) = key.split_once('_') else {
            continue;
        };
        let launcher = LAUNCHER.iter().any(|(_, _, message)| message == key);
        if WORDS.contains(&group) && !launcher {
            let short = (group[..1].to_owned(), name.to_owned());
            let long = (group.to_owned(), name.to_owned());
            assert!(
                said.contains(&short) || said.contains(&long),
                "nobody says {key}"
            );
        }
    }
}

/// The last two names of each path: `words::hint::keys` is (`hint`, `keys`).
fn calls(root: &Path) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for (_, text) in files(root) {
        let paths = text.split(|sign: char| !(sign.is_alphanumeric() || "_:".contains(sign)));
        for path in paths {
            let mut names = path.rsplit("::");
            if let (Some(name), Some(module)) = (names.next(), names.next()) {
                found.insert((module.to_owned(), name.to_owned()));
            }
        }
    }
    found
}

/// Words outside the catalogue are the terminal's, which speaks English, and those that only it asks for.
#[test]
fn english_is_written_only_where_the_terminal_speaks() {
    const TERMINAL: [&str; 3] = [
        "crates/cli/",
        "crates/app/src/sign.rs",
        "crates/app/src/words.rs",
    ];
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for (file, text) in files(&root) {
        if TERMINAL.iter().any(|place| file.starts_with(place)) {
            continue;
        }
        let at = text.find("Words::english(");
        assert_eq!(
            at, None,
            "{file}: only the terminal says something in English"
        );
        // A failure of the queue has a reason, and no sentence.
        let sentences = ["permanent", "temporary", "persistent"].iter().any(|kind| {
            let call = format!("Failure::{kind}(");
            let mut calls = text.split(call.as_str()).skip(1);
            calls.any(|call| {
                let call = call.split(')').next().unwrap_or_default();
                call.contains('"') || call.contains("format!")
            })
        });
        assert!(
            !sentences,
            "{file}: a failure has a sentence instead of a reason"
        );
    }
}

/// What the program is made of, without its tests and generated words: places from `src-tauri` on, and texts.
fn files(root: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let crates = std::fs::read_dir(root.join("crates")).unwrap();
    let mut folders: Vec<_> = crates
        .map(|each| each.unwrap().path().join("src"))
        .chain([root.join("src")])
        .collect();
    while let Some(folder) = folders.pop() {
        for each in std::fs::read_dir(folder).into_iter().flatten() {
            let path = each.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let place = path
                .strip_prefix(root)
                .unwrap()
                .to_string_lossy()
                .replace('\\', "/");
            if !place.ends_with(".rs") || place.ends_with("tests.rs") || place.contains("/tests/") {
                continue;
            }
            if WORDS
                .iter()
                .any(|group| place.ends_with(&format!("/words/{group}.rs")))
            {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let shipped = text
                .split("#[cfg(test)]\nmod tests {")
                .next()
                .unwrap_or_default();
            found.push((place, shipped.to_owned()));
        }
    }
    found
}

fn catalogues() -> [Catalogue; Language::ALL.len()] {
    Language::ALL.map(|language| {
        let file = format!("../../../ui/messages/{}.json", language.code());
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        let text = std::fs::read_to_string(path).unwrap();
        // Sorted, whatever features the JSON library was built with.
        serde_json::from_str::<Catalogue>(&text).unwrap()
    })
}

fn is_current(file: &str, wanted: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if std::env::var_os("ALOFT_GENERATE").is_some() {
        std::fs::write(&path, wanted).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == wanted,
        "{file} is out of date: run `cargo xtask generate`"
    );
}

/// One line a message: its key, its function with the names of its values, and the words in all languages.
fn render_words(group: &str, [english, others @ ..]: &[Catalogue; Language::ALL.len()]) -> String {
    let mut text = format!(
        "// Generated from ui/messages by `cargo xtask generate`. Not edited by hand.\n\n//! The messages of the catalogue whose names begin with `{group}_`.\n\n#[rustfmt::skip]\nsuper::messages! {{\n"
    );
    for (key, value) in english {
        let Some(name) = key
            .strip_prefix(group)
            .and_then(|rest| rest.strip_prefix('_'))
        else {
            continue;
        };
        let mut said = vec![value.as_str().unwrap()];
        for (language, catalogue) in Language::ALL.into_iter().skip(1).zip(others) {
            let words = catalogue.get(key).and_then(Value::as_str);
            said.push(words.unwrap_or_else(|| panic!("{key} is missing in {}", language.code())));
        }
        let names = names_in(&said[..1]);
        for words in &said {
            let mut found = names_in(&[words]);
            let mut wanted = names.clone();
            found.sort_unstable();
            wanted.sort_unstable();
            assert_eq!(found, wanted, "{key}: {words}");
        }
        let _ = writeln!(text, "    {key:?} {name}({}) {said:?};", names.join(", "));
    }
    text + "}\n"
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
