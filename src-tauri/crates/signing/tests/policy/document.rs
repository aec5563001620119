//! The policy as `.github/SECURITY.md` shows it is the policy that is in force.

use std::path::Path;

use signing::policy::RULES;

const BEGIN: &str =
    "<!-- The table is made of signing/src/policy/table.rs by `cargo xtask generate`. -->\n";
const END: &str = "<!-- End of the table. -->";

#[test]
fn the_table_in_security_md_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../.github/SECURITY.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once(BEGIN).unwrap();
    let (found, after) = rest.split_once(END).unwrap();
    let wanted = table();
    if std::env::var_os("ALOFT_GENERATE").is_some() {
        std::fs::write(&path, format!("{before}{BEGIN}{wanted}{END}{after}")).unwrap();
        return;
    }
    assert!(
        found == wanted,
        "SECURITY.md is out of date: run `cargo xtask generate`"
    );
}

fn table() -> String {
    let cell = |words: &str| words.replace('|', "\\|");
    let lines: Vec<String> = RULES
        .iter()
        .map(|rule| {
            let (words, reason) = (cell(rule.kind.words()), cell(rule.reason));
            format!("| `{}` | {words} | {reason} |", rule.name)
        })
        .collect();
    format!(
        "\n| name | rule | reason |\n|---|---|---|\n{}\n| any other name | never | What is not in the table is refused. |\n\n",
        lines.join("\n")
    )
}
