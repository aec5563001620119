//! What a window says of some troubles, in a terminal's words: there are other ways out of them here.

use app::contract::Problem;
use app::words::{Words, problem as p};

/// The trouble, with a way out that a terminal has.
pub(crate) fn in_terminal(problem: Problem) -> Problem {
    let (message, hint) = if problem.message == p::vault_locked() {
        (
            "The vault is locked, and there is no terminal to ask for its passphrase.",
            "Give its passphrase with --passphrase-fd N.",
        )
    } else {
        return problem;
    };
    Problem {
        message: Words::english(message),
        hint: Words::english(hint),
        ..problem
    }
}
