//! The language that Aloft's own windows, menus and dialogs speak. The terminal speaks English.

use std::sync::atomic::{AtomicUsize, Ordering};

/// A language with a catalogue in `ui/messages`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// en, and what is spoken where nothing else fits.
    English,
    /// de
    German,
    /// es
    Spanish,
    /// ja
    Japanese,
    /// ar, written from right to left.
    Arabic,
}

/// One language for the whole program: its windows never disagree. An index into [`Language::ALL`].
static SPOKEN: AtomicUsize = AtomicUsize::new(0);

impl Language {
    /// All, in the order in which the generated words stand.
    pub const ALL: [Self; 5] = [
        Self::English,
        Self::German,
        Self::Spanish,
        Self::Japanese,
        Self::Arabic,
    ];

    /// The ISO 639-1 code: the catalogue's file name and the page's `lang`.
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::Spanish => "es",
            Self::Japanese => "ja",
            Self::Arabic => "ar",
        }
    }

    /// The language of a tag such as `de`, `de-AT` or `ar_EG.UTF-8`, if Aloft speaks it.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_', '.', '@']).next().unwrap_or_default();
        Self::ALL
            .into_iter()
            .find(|language| language.code().eq_ignore_ascii_case(primary))
    }

    /// The first of the system's languages that Aloft speaks, else English.
    pub fn of_system() -> Self {
        sys_locale::get_locales()
            .find_map(|tag| Self::of_tag(&tag))
            .unwrap_or(Self::English)
    }

    /// What is spoken now.
    pub fn spoken() -> Self {
        let index = SPOKEN.load(Ordering::Relaxed);
        Self::ALL.get(index).copied().unwrap_or(Self::English)
    }

    /// Speaks this language from now on.
    pub fn speak(self) {
        SPOKEN.store(self.index(), Ordering::Relaxed);
    }

    /// The CLDR categories of whole numbers, in the order in which a counted sentence's forms stand.
    pub fn categories(self) -> &'static [&'static str] {
        match self {
            Self::English | Self::German => &["one", "other"],
            Self::Spanish => &["one", "many", "other"],
            Self::Japanese => &["other"],
            Self::Arabic => &["zero", "one", "two", "few", "many", "other"],
        }
    }

    /// Which of [`Language::categories`] a number belongs to (Unicode CLDR, plural rules).
    fn category(self, count: u64) -> usize {
        match self {
            Self::English | Self::German => usize::from(count != 1),
            Self::Spanish => match count {
                1 => 0,
                0 => 2,
                _ if count.is_multiple_of(1_000_000) => 1,
                _ => 2,
            },
            Self::Japanese => 0,
            Self::Arabic => match (count, count % 100) {
                (0, _) => 0,
                (1, _) => 1,
                (2, _) => 2,
                (_, 3..=10) => 3,
                (_, 11..) => 4,
                _ => 5,
            },
        }
    }

    fn index(self) -> usize {
        let index = Self::ALL.iter().position(|language| *language == self);
        index.unwrap_or_default()
    }

    /// The form for a number among all languages' forms, filled in as [`Language::say`] does.
    pub(crate) fn say_counted(
        self,
        count: u64,
        forms: [&[&str]; Self::ALL.len()],
        values: &[(&str, &str)],
    ) -> String {
        let forms = forms[self.index()];
        fill(
            forms.get(self.category(count)).copied().unwrap_or_default(),
            values,
        )
    }

    /// The words of this language among all languages', `{name}`s filled in.
    pub(crate) fn say(self, words: [&str; Self::ALL.len()], values: &[(&str, &str)]) -> String {
        fill(words[self.index()], values)
    }
}

/// Puts values into the places of their names. A value that looks like a name stays as it is.
fn fill(words: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(words.len());
    let mut rest = words;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let (name, behind) = after.split_once('}').unwrap_or((after, ""));
        let value = values.iter().find(|(known, _)| *known == name);
        filled.push_str(value.map_or("", |(_, value)| value));
        rest = behind;
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_in_any_system_s_spelling_finds_its_language() {
        for (tag, language) in [
            ("de", Language::German),
            ("de-AT", Language::German),
            ("ES_mx", Language::Spanish),
            ("ja_JP.UTF-8", Language::Japanese),
            ("ar@latin", Language::Arabic),
        ] {
            assert_eq!(Language::of_tag(tag), Some(language), "{tag}");
        }
        for tag in ["", "C", "POSIX", "dez", "fr-FR"] {
            assert_eq!(Language::of_tag(tag), None, "{tag}");
        }
    }

    #[test]
    fn values_take_the_places_of_their_names_and_are_not_read_again() {
        let words = ["{a} of {b}", "{b}: {a}", "", "", ""];
        let values = [("a", "{b}"), ("b", "2")];
        assert_eq!(Language::English.say(words, &values), "{b} of 2");
        assert_eq!(Language::German.say(words, &values), "2: {b}");
    }

    #[test]
    fn a_number_takes_the_form_that_its_language_has_for_it() {
        let form = |language: Language, count| language.categories()[language.category(count)];
        for (count, spanish, arabic) in [
            (0, "other", "zero"),
            (1, "one", "one"),
            (2, "other", "two"),
            (7, "other", "few"),
            (11, "other", "many"),
            (100, "other", "other"),
            (103, "other", "few"),
            (1_000_000, "many", "other"),
        ] {
            assert_eq!(form(Language::Spanish, count), spanish, "{count}");
            assert_eq!(form(Language::Arabic, count), arabic, "{count}");
            assert_eq!(form(Language::Japanese, count), "other");
            let one = if count == 1 { "one" } else { "other" };
            assert_eq!(
                (
                    form(Language::English, count),
                    form(Language::German, count)
                ),
                (one, one)
            );
        }
    }
}
