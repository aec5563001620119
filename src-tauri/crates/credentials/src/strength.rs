//! How long a passphrase would stand.

use secrecy::{ExposeSecret, SecretString};
use zxcvbn::{Score, feedback::Feedback};

/// What zxcvbn thinks of a passphrase. It holds nothing of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Strength {
    /// From 0, guessed at once, to 4, good for a file that may be copied and tried for years.
    pub score: u8,
    /// How many guesses it takes, as a power of ten.
    pub guesses_log10: f64,
    /// What makes it weak; nothing for a strong one.
    pub warning: Option<Advice>,
    /// What would make it better.
    pub suggestions: Vec<Advice>,
}

/// One sentence of advice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// A name that stays, for a catalogue of translations, such as `AddAnotherWordOrTwo`.
    pub code: String,
    /// The sentence in English.
    pub text: String,
}

/// The least score for a file that leaves this computer.
pub const STRONG_ENOUGH: u8 = 3;

/// Judges a passphrase. `known` are words that an attacker would try first: cloud names, labels,
/// the user's name. Only the first 100 characters count. Some milliseconds of work.
///
/// zxcvbn takes copies of the passphrase that are not wiped; they are freed when this returns.
#[must_use]
pub fn strength(passphrase: &SecretString, known: &[&str]) -> Strength {
    let judged = zxcvbn::zxcvbn(passphrase.expose_secret(), known);
    let score = match judged.score() {
        Score::One => 1,
        Score::Two => 2,
        Score::Three => 3,
        Score::Four => 4,
        // The enum is open; what it does not name today is not to be trusted.
        Score::Zero | _ => 0,
    };
    let feedback = judged.feedback();
    Strength {
        score,
        guesses_log10: judged.guesses_log10(),
        warning: feedback.and_then(Feedback::warning).map(advice),
        suggestions: feedback
            .map(|feedback| feedback.suggestions().iter().map(advice).collect())
            .unwrap_or_default(),
    }
}

/// The names are those of zxcvbn's variants; a test holds some of them.
fn advice(of: impl std::fmt::Debug + std::fmt::Display) -> Advice {
    Advice {
        code: format!("{of:?}"),
        text: of.to_string(),
    }
}
