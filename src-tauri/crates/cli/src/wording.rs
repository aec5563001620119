//! What a window says of some troubles, in a terminal's words: there are other ways out of them here.

use app::contract::Problem;
use app::words::{Words, problem as p};

/// The trouble, with a way out that a terminal has.
pub(crate) fn in_terminal(problem: Problem) -> Problem {
    if problem.message == p::vault_locked() {
        return said(
            problem,
            "The vault is locked, and there is no terminal to ask for its passphrase.",
            "Give its passphrase with --passphrase-fd N.",
        );
    }
    without_keyring(problem, ": aloft accounts add NAME --vault")
}

/// The same where it is known how the vault comes in place of a keyring. No secret outlives a run in memory here.
pub(crate) fn without_keyring(problem: Problem, vault: &str) -> Problem {
    let hint = format!("For this run only, set CLOUDINARY_URL; for a vault file{vault}");
    keyring_missing(problem, &hint)
}

/// The same where the secret is somewhere already.
pub(crate) fn keyring_missing(problem: Problem, hint: &str) -> Problem {
    let message = if problem.message == p::no_store() {
        "No keyring answers on this system. Start one (GNOME Keyring, KWallet, KeePassXC)."
    } else if problem.message == p::no_collection() {
        "The system's keyring has no default collection to keep the secret in. Create one in the system's password program."
    } else {
        return problem;
    };
    said(problem, message, hint)
}

/// A label as it is typed.
pub(crate) fn argument(label: &str) -> String {
    let plain = |sign: char| sign.is_alphanumeric() || "-_.".contains(sign);
    match label.chars().all(plain) {
        true => label.to_owned(),
        false => format!("'{}'", label.replace('\'', "'\\''")),
    }
}

fn said(problem: Problem, message: &str, hint: &str) -> Problem {
    Problem {
        message: Words::english(message),
        hint: Words::english(hint),
        ..problem
    }
}

#[cfg(test)]
mod tests {
    use app::contract::ProblemKind;

    use super::*;

    #[test]
    fn a_keyring_that_is_not_there_leaves_no_session_to_keep_a_secret_in() {
        for message in [p::no_store(), p::no_collection()] {
            let problem = Problem::new(ProblemKind::NoStore, message, Words::none());
            let named = without_keyring(problem.clone(), ": aloft accounts add Work --vault");
            for said in [in_terminal(problem), in_terminal(named)] {
                let said = said.to_string();
                assert!(!said.contains("session"), "{said}");
                assert!(
                    said.contains("For this run only, set CLOUDINARY_URL"),
                    "{said}"
                );
            }
        }
    }

    #[test]
    fn a_label_is_typed_as_a_shell_takes_it() {
        assert_eq!(argument("Work"), "Work");
        assert_eq!(argument("My cat's"), r"'My cat'\''s'");
    }
}
