//! What a person reads of the agent: in its window, in a terminal.

use std::io;
use std::path::Path;

use crate::contract::{Problem, ProblemKind};
use crate::words::{Words, hint, problem};

pub(crate) fn no_secret(account: &str) -> Problem {
    Problem::new(
        ProblemKind::NotSigned,
        problem::sign_no_key(account),
        hint::account_with_key(),
    )
}

pub(crate) fn sandbox_ends() -> Problem {
    Problem::new(
        ProblemKind::NotHere,
        problem::agent_sandbox_ends(),
        hint::agent_sandbox(),
    )
}

pub(super) fn account_gone(client: &str) -> Problem {
    Problem::new(
        ProblemKind::UnknownAccount,
        problem::agent_account_gone(client),
        hint::agent_allow_again(),
    )
}

pub(super) fn no_folder(folder: &Path, error: &io::Error) -> Problem {
    Problem::new(
        ProblemKind::BadValue,
        problem::agent_no_folder(folder, error),
        hint::name_a_folder(),
    )
}

pub(super) fn not_a_folder(folder: &Path) -> Problem {
    Problem::new(
        ProblemKind::BadValue,
        problem::agent_not_a_folder(folder),
        hint::name_a_folder(),
    )
}

pub(super) fn bad_name() -> Problem {
    Problem::new(
        ProblemKind::BadValue,
        problem::agent_bad_name(),
        hint::agent_name(),
    )
}

pub(super) fn bad_preset() -> Problem {
    Problem::new(
        ProblemKind::BadValue,
        problem::agent_bad_preset(),
        Words::none(),
    )
}

/// It only uploads.
pub(super) fn pins_no_uploads() -> Problem {
    Problem::new(
        ProblemKind::BadValue,
        problem::agent_pins_no_uploads(),
        Words::none(),
    )
}

pub(super) fn name_taken(name: &str) -> Problem {
    Problem::new(
        ProblemKind::BadValue,
        problem::agent_name_taken(name),
        hint::agent_other_name(),
    )
}

/// There is no client of this name.
pub fn client_gone(name: &str) -> Problem {
    Problem::new(
        ProblemKind::Gone,
        problem::agent_client_gone(name),
        hint::agent_clients(),
    )
}

pub(super) fn listens_already() -> Problem {
    Problem::new(
        ProblemKind::NotHere,
        problem::agent_listens_already(),
        hint::agent_one(),
    )
}

/// The agent's port cannot be had.
pub fn port_taken(port: u16, error: &io::Error) -> Problem {
    Problem::new(
        ProblemKind::NotHere,
        problem::agent_port(port.to_string(), error),
        hint::agent_port(),
    )
}

pub(super) fn not_locked(path: &Path, error: &io::Error) -> Problem {
    Problem::new(
        ProblemKind::Disk,
        problem::file_not_locked(path, error),
        hint::folder_yours(),
    )
}

pub(super) fn damaged(path: &Path, reason: &str) -> Problem {
    Problem::new(
        ProblemKind::Disk,
        problem::agent_damaged(path, reason),
        hint::agent_damaged(),
    )
}

pub(super) fn newer() -> Problem {
    Problem::new(ProblemKind::Disk, problem::agent_newer(), Words::none())
}

/// A page that came is not asked about.
pub(super) fn no_more_questions(origin: &str) -> Problem {
    Problem::new(
        ProblemKind::NotSigned,
        problem::agent_no_more_questions(origin),
        hint::agent_allow_by_hand(origin),
    )
}

pub(super) fn no_picture() -> Problem {
    Problem::new(
        ProblemKind::ClipboardEmpty,
        problem::agent_no_picture(),
        hint::clipboard_empty(),
    )
}
