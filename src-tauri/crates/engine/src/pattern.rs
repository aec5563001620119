//! Public IDs by a rule that the user words, such as `{date}/{name}-{random}`.

use std::ffi::OsStr;

use serde_json::{Map, Value};

use crate::job::{PublicIdRule, Source};
use crate::kind::ResourceType;
use crate::name;

/// What a rule may name: the file's name without its extension, the day, random characters, the number in the upload.
/// Day and number are filled in by whoever queues; name and random part when the job is prepared.
pub const PLACEHOLDERS: [&str; 4] = ["name", "date", "random", "counter"];

const NAME: &str = "{name}";
const RANDOM: &str = "{random}";

/// Why the service would refuse a public ID, or a rule cannot make one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PublicIdFault {
    /// Nothing is written.
    #[error("it is empty")]
    Empty,
    /// A word in braces that stands for nothing.
    #[error(
        "nothing is called {{{0}}} here; there are {{name}}, {{date}}, {{random}} and {{counter}}"
    )]
    Unknown(String),
    /// A brace without its other half.
    #[error("a brace has no other half")]
    Brace,
    /// A character that no public ID may have.
    #[error("a public ID may not have the character {0:?}")]
    Character(char),
    /// A slash at an end, or two in a row.
    #[error("a slash may only stand between two names")]
    Slash,
    /// Blanks around a part of it.
    #[error("no part of it may begin or end with a blank")]
    Blank,
    /// Nothing in it differs from file to file.
    #[error("every file would get the same public ID; add {{name}}, {{random}} or {{counter}}")]
    Same,
    /// No room for what it stands for.
    #[error("it is longer than {0} bytes")]
    TooLong(usize),
}

/// Looks at a rule that a person wrote.
///
/// # Errors
/// What is wrong with it.
pub fn check_pattern(pattern: &str) -> Result<(), PublicIdFault> {
    const LONGEST_PATTERN: usize = 150;
    let (mut plain, mut words, mut rest) = (String::new(), Vec::new(), pattern);
    while let Some((before, after)) = rest.split_once('{') {
        let (word, after) = after.split_once('}').ok_or(PublicIdFault::Brace)?;
        if !PLACEHOLDERS.contains(&word) {
            return Err(PublicIdFault::Unknown(word.to_owned()));
        }
        words.push(word);
        plain.push_str(before);
        // stands for something that is neither empty nor blank
        plain.push('x');
        rest = after;
    }
    plain.push_str(rest);
    if plain.contains('}') {
        return Err(PublicIdFault::Brace);
    }
    check_public_id(&plain)?;
    if words.iter().all(|word| *word == "date") {
        return Err(PublicIdFault::Same);
    }
    if pattern.len() > LONGEST_PATTERN {
        return Err(PublicIdFault::TooLong(LONGEST_PATTERN));
    }
    Ok(())
}

/// Looks at a public ID that a person wrote.
///
/// # Errors
/// What is wrong with it.
pub fn check_public_id(id: &str) -> Result<(), PublicIdFault> {
    if id.is_empty() {
        return Err(PublicIdFault::Empty);
    }
    let is_refused =
        |c: char| c != '/' && name::allowed(c.encode_utf8(&mut [0; 4])) != c.to_string();
    if let Some(character) = id.chars().find(|c| is_refused(*c)) {
        return Err(PublicIdFault::Character(character));
    }
    if id.split('/').any(str::is_empty) {
        return Err(PublicIdFault::Slash);
    }
    if id.split('/').any(|part| part != part.trim()) {
        return Err(PublicIdFault::Blank);
    }
    if id.len() > name::LONGEST {
        return Err(PublicIdFault::TooLong(name::LONGEST));
    }
    Ok(())
}

impl PublicIdRule {
    /// Whether what comes of it has random characters of ours: nobody else has that name, and no other job.
    pub fn is_random(&self) -> bool {
        match self {
            PublicIdRule::NameAndRandom => true,
            PublicIdRule::Pattern(pattern) => pattern.contains(RANDOM),
            PublicIdRule::Exact(_) | PublicIdRule::Service => false,
        }
    }

    /// The public ID that a file gets, with what the parameters put in front of it; `None` where the service chooses.
    /// `file_name` is no path; `random` is what stands for the random part.
    pub fn example(
        &self,
        file_name: &str,
        kind: ResourceType,
        random: &str,
        params: &Map<String, Value>,
    ) -> Option<String> {
        let source = Source::File(name::clean_name(OsStr::new(file_name)).into());
        let id = self.public_id(&source, kind, random, params)?;
        Some(format!("{}{id}", name::prefix(params)))
    }

    pub(crate) fn public_id(
        &self,
        source: &Source,
        kind: ResourceType,
        random: &str,
        params: &Map<String, Value>,
    ) -> Option<String> {
        match self {
            PublicIdRule::Exact(id) => Some(id.clone()),
            PublicIdRule::NameAndRandom | PublicIdRule::Pattern(_)
                if kind == ResourceType::Auto =>
            {
                None
            }
            PublicIdRule::NameAndRandom => Some(name::public_id(source, kind, random, params)),
            PublicIdRule::Pattern(pattern) => Some(filled(pattern, source, kind, random, params)),
            PublicIdRule::Service => None,
        }
    }
}

/// The name is cut so that all of it fits behind the folder.
fn filled(
    pattern: &str,
    source: &Source,
    kind: ResourceType,
    random: &str,
    params: &Map<String, Value>,
) -> String {
    let (stem, extension) = name::cleaned(source);
    let ending = match (kind, extension) {
        (ResourceType::Raw, Some(extension)) => format!(".{extension}"),
        (ResourceType::Image | ResourceType::Video | ResourceType::Raw | ResourceType::Auto, _) => {
            String::new()
        }
    };
    let pattern = pattern.replace(RANDOM, random);
    let names = pattern.matches(NAME).count();
    let others = pattern.len() - names * NAME.len() + ending.len();
    let room = name::LONGEST.saturating_sub(name::prefix(params).len() + others);
    let stem = name::cut(&stem, room / names.max(1));
    // a cut may end in a blank
    format!("{}{ending}", pattern.replace(NAME, stem.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn made(pattern: &str, name: &str, kind: ResourceType) -> String {
        let rule = PublicIdRule::Pattern(pattern.to_owned());
        rule.example(name, kind, "abc123", &Map::new()).unwrap()
    }

    #[test]
    fn a_rule_is_filled_with_the_name_and_the_random_part() {
        let image = ResourceType::Image;
        assert_eq!(made("{name}", "Stra\u{df}e 1.jpg", image), "Stra\u{df}e 1");
        assert_eq!(
            made("2026/{name}-{random}", "a?b.jpg", image),
            "2026/a_b-abc123"
        );
        assert_eq!(
            made("{name}", "report.docx", ResourceType::Raw),
            "report.docx"
        );
        assert_eq!(
            made("{name}_{name}", &format!("{}.jpg", "n".repeat(240)), image).len(),
            255
        );
    }

    #[test]
    fn the_folder_has_room() {
        let mut params = Map::new();
        params.insert("folder".into(), json!("a/b"));
        let rule = PublicIdRule::Pattern("{name}-{random}".into());
        let long = format!("{}.jpg", "\u{e9}".repeat(120));
        let id = rule.example(&long, ResourceType::Image, "abc123", &params);
        let id = id.unwrap();
        assert!(id.starts_with("a/b/\u{e9}") && id.ends_with("-abc123") && id.len() <= 255);
    }

    #[test]
    fn what_no_rule_may_say_is_named() {
        for (pattern, fault) in [
            ("", PublicIdFault::Empty),
            ("{nam}", PublicIdFault::Unknown("nam".into())),
            ("{name", PublicIdFault::Brace),
            ("name}{name}", PublicIdFault::Brace),
            ("{name}&x", PublicIdFault::Character('&')),
            ("/{name}", PublicIdFault::Slash),
            ("a//{name}", PublicIdFault::Slash),
            ("a/ {name}", PublicIdFault::Blank),
            ("logo", PublicIdFault::Same),
            ("logo-{date}", PublicIdFault::Same),
        ] {
            assert_eq!(check_pattern(pattern), Err(fault), "{pattern}");
        }
        assert_eq!(check_pattern("{date}/{name}-{random}"), Ok(()));
        assert_eq!(check_public_id("shop/logo"), Ok(()));
        assert_eq!(
            check_public_id(&"x".repeat(256)),
            Err(PublicIdFault::TooLong(255))
        );
    }
}
