//! Taking names out of words.

use std::path::{Component, Path};

use credentials::{Access, Account};
use engine::{Job, Source};
use serde_json::Value;

/// What stands for something that looks like a name.
const GONE: &str = "…";
/// A shorter name would take ordinary words apart; it goes where it stands in quotation marks.
const SHORTEST: usize = 3;
/// Letters and digits in one piece beyond this are a key, an ID or a signature.
const LONGEST: usize = 19;
/// Digits in one piece beyond this are an API key.
const MOST_DIGITS: usize = 9;

/// The names that must not be told, and what stands for each; the longest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Names(Vec<(String, String)>);

impl Names {
    pub(super) fn of(accounts: &[Account]) -> Self {
        let mut names = Self::default();
        for (index, account) in accounts.iter().enumerate() {
            let number = index + 1;
            let key = match &account.access {
                Access::Signed { api_key, .. } => api_key,
                Access::Unsigned { upload_preset } => upload_preset,
            };
            names.add(&account.label, format!("account {number}"));
            names.add(&account.cloud_name, format!("cloud {number}"));
            names.add(key, format!("key {number}"));
            names.add(account.id.as_str(), format!("account {number}"));
        }
        if let Some(home) = std::env::home_dir() {
            names.add_path(&home, "home");
        }
        names
    }

    pub(super) fn add(&mut self, name: &str, instead: String) {
        let name = name.trim();
        if name.chars().count() >= SHORTEST && !self.0.iter().any(|(known, _)| known == name) {
            self.0.push((name.to_owned(), instead));
            self.0
                .sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        }
    }

    /// A path as a whole, and the name of each folder in it.
    pub(super) fn add_path(&mut self, path: &Path, instead: &str) {
        self.add(&path.to_string_lossy(), format!("<{instead}>"));
        for part in path.components() {
            if let Component::Normal(part) = part {
                self.add(&part.to_string_lossy(), format!("<{instead}>"));
            }
        }
    }

    /// With the names of one job.
    pub(super) fn and_of_job(&self, job: &Job) -> Self {
        let mut names = self.clone();
        names.add(&job.name, "<file>".to_owned());
        names.add(&job.cloud_name, "<cloud>".to_owned());
        match &job.source {
            Source::File(path) => names.add_path(path, "file"),
            Source::Url(address) => names.add(address, "<address>".to_owned()),
            Source::Widget(name) => names.add(name, "<file>".to_owned()),
        }
        let stem = Path::new(&job.name).file_stem().unwrap_or_default();
        names.add(&stem.to_string_lossy(), "<file>".to_owned());
        for id in [job.full_public_id(), job.public_id.clone()] {
            names.add(id.as_deref().unwrap_or_default(), "<public ID>".to_owned());
        }
        for value in job.params.values() {
            names.add_values(value);
        }
        names
    }

    fn add_values(&mut self, value: &Value) {
        match value {
            Value::String(text) => self.add(text, "<parameter>".to_owned()),
            Value::Array(values) => values.iter().for_each(|value| self.add_values(value)),
            Value::Object(values) => values.values().for_each(|value| self.add_values(value)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// The words without any name: those that are known, and whatever looks like one.
    pub(super) fn without(&self, words: &str) -> String {
        let mut text = words.to_owned();
        for (name, instead) in &self.0 {
            text = text.replace(name, instead);
        }
        let text = without_quoted(&text);
        let pieces: Vec<String> = text.split(' ').map(without_keys).collect();
        pieces.join(" ")
    }
}

/// What stands in quotation marks is somebody's.
fn without_quoted(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['“', '"']) {
        let (before, from) = rest.split_at(at);
        let close = if from.starts_with('“') { '”' } else { '"' };
        let inside = from.trim_start_matches(['“', '"']);
        plain.push_str(before);
        plain.push_str("“…”");
        // Without an end everything is inside.
        rest = inside.split_once(close).map_or("", |(_, after)| after);
    }
    plain.push_str(rest);
    plain
}

/// A path, an address or a key is not told.
fn without_keys(piece: &str) -> String {
    let digits = longest(piece, |letter| letter.is_ascii_digit());
    let letters = longest(piece, |letter| {
        letter.is_alphanumeric() || "-_".contains(letter)
    });
    let names_a_place = piece.contains(['/', '\\', '@']);
    if names_a_place || digits > MOST_DIGITS || letters > LONGEST {
        let end = piece
            .chars()
            .last()
            .filter(|letter| ".,:;)".contains(*letter));
        let end = end.map(String::from).unwrap_or_default();
        return format!("{GONE}{end}");
    }
    piece.to_owned()
}

/// The longest run of such letters.
fn longest(text: &str, is: impl Fn(char) -> bool) -> usize {
    let runs = text.split(|letter| !is(letter));
    runs.map(|run| run.chars().count())
        .max()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_what_happened_and_lose_to_whom() {
        let mut names = Names::default();
        names.add("Harbour studio", "account 1".to_owned());
        names.add_path(Path::new("/home/ada/Wedding pictures"), "folder");
        for (words, wanted) in [
            (
                "The secret of “Harbour studio” cannot be had.",
                "The secret of “…” cannot be had.",
            ),
            ("Harbour studio was refused.", "account 1 was refused."),
            (
                "Accounts are in /home/eve/.config/aloft, queue in C:\\Users\\eve.",
                "Accounts are in …, queue in ….",
            ),
            (
                "Unknown API key 491672593812345, see https://x.example/y?key=1.",
                "Unknown API key …, see ….",
            ),
            (
                "Wedding pictures: signature 6a2b6c1d4e5f60718293a4b5c6d7e8f901234567 is wrong",
                "<folder>: signature … is wrong",
            ),
            ("An open \"quote and more", "An open “…”"),
            (
                "The service did not answer in 30 seconds.",
                "The service did not answer in 30 seconds.",
            ),
        ] {
            assert_eq!(names.without(words), wanted);
        }
    }
}
