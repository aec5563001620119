//! Finds a small word that stands twice in a row in what people read: documents, comments and messages.

use std::fs;
use std::path::Path;

use xshell::cmd;

use crate::failure::Result;
use crate::watch::Finished;
use crate::workspace::Workspace;

/// Words that no sentence here needs twice in a row.
const WORDS: &[&str] = &[
    "a", "an", "and", "are", "as", "at", "by", "for", "from", "in", "is", "it", "of", "on", "or",
    "the", "this", "to", "with",
];

/// # Errors
/// git cannot list the files.
pub(crate) fn check(workspace: &Workspace) -> Result<Finished> {
    let sh = &workspace.sh;
    let files = cmd!(sh, "git ls-files --cached --others --exclude-standard")
        .quiet()
        .read()?;
    let found: Vec<String> = files
        .lines()
        .flat_map(|file| in_file(&workspace.root, file))
        .collect();
    for place in &found {
        println!("{place}");
    }
    Ok(Finished {
        success: found.is_empty(),
        text: String::new(),
    })
}

/// The words of one text, shown as `file:line: word word`.
fn in_file(root: &Path, file: &str) -> Vec<String> {
    let comments_only = match Path::new(file)
        .extension()
        .and_then(|extension| extension.to_str())
    {
        Some("md" | "json" | "toml") => false,
        Some("rs" | "ts" | "svelte" | "css" | "py" | "mjs" | "cjs") => true,
        _ => return Vec::new(),
    };
    // A file that git knows and the disk does not has just been removed.
    let Ok(text) = fs::read_to_string(root.join(file)) else {
        return Vec::new();
    };
    text.lines()
        .enumerate()
        .filter(|(_, line)| !comments_only || is_comment(line))
        .filter_map(|(number, line)| {
            doubled(line).map(|word| format!("{file}:{}: `{word} {word}`", number + 1))
        })
        .collect()
}

fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    ["//", "/*", "* ", "#", "<!--"]
        .iter()
        .any(|start| line.starts_with(start))
}

fn doubled(line: &str) -> Option<String> {
    let words: Vec<String> = line.split(' ').map(str::to_lowercase).collect();
    words
        .windows(2)
        .find(|pair| {
            pair.first() == pair.last() && pair.iter().all(|word| WORDS.contains(&word.as_str()))
        })
        .and_then(|pair| pair.first().cloned())
}

#[cfg(test)]
mod tests {
    use super::doubled;

    #[test]
    fn a_small_word_twice_is_found_and_other_repetition_is_not() {
        assert_eq!(doubled("Read The the list").as_deref(), Some("the"));
        assert_eq!(doubled("one, one, a, a list; that that is"), None);
    }
}
