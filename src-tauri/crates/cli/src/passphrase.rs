//! The vault's passphrase: asked for on the terminal without being shown, or read from a file descriptor. It is never an
//! argument and never in the environment, where other programs read it.

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

use app::contract::{Problem, ProblemKind};
use app::words::{Words, problem as p};
use app::{Account, Aloft, ExposeSecret, Keeping, SecretString, VaultState};

use crate::output::Output;
use crate::wording::argument;

const OF_VAULT: &str = "the passphrase of the vault";

/// Says so if nothing is open under the number that was given. To be asked before the program opens anything: what it opens
/// itself gets the next free numbers.
pub(crate) fn refuse_closed(given: Option<u32>) -> Result<(), Problem> {
    match given {
        #[cfg(unix)]
        Some(number) if std::fs::symlink_metadata(format!("/dev/fd/{number}")).is_err() => {
            Err(unreadable(format!("File descriptor {number} is not open.")))
        }
        Some(_) | None => Ok(()),
    }
}

/// Unlocks the vault if this account keeps its secret there; it must be there then.
pub(crate) async fn unlock_for(
    aloft: &Aloft,
    output: &Output,
    account: &Account,
) -> Result<(), Problem> {
    if let Some(problem) = gone(aloft, account) {
        return Err(problem);
    }
    unlock_if_there(aloft, output, account).await
}

/// The same for what can be done to an account whose secret is lost.
pub(crate) async fn unlock_if_there(
    aloft: &Aloft,
    output: &Output,
    account: &Account,
) -> Result<(), Problem> {
    match account.keeping {
        Keeping::Vault => unlock(aloft, output).await,
        Keeping::Keyring | Keeping::SessionOnly | Keeping::Nothing => Ok(()),
    }
}

/// Says so if this account keeps its secret in a vault that is not there.
pub(crate) fn gone(aloft: &Aloft, account: &Account) -> Option<Problem> {
    if account.keeping != Keeping::Vault || aloft.vault_state() != VaultState::Absent {
        return None;
    }
    let (path, label) = (aloft.vault_file(), &account.label);
    let words = format!(
        "The vault file {} is gone, and the secret of “{label}” with it.",
        path.display()
    );
    let hint = format!(
        "Put the file back, or give the secret again: aloft accounts add {} --vault",
        argument(label)
    );
    Some(Problem::new(
        ProblemKind::SecretMissing,
        Words::english(words),
        Words::english(hint),
    ))
}

/// Unlocks the vault if any account keeps its secret there, for commands that are about several.
pub(crate) async fn unlock_for_any(aloft: &Aloft, output: &Output) -> Result<(), Problem> {
    for account in aloft.accounts()? {
        unlock_if_there(aloft, output, &account).await?;
    }
    Ok(())
}

/// Where nobody can be asked it stays locked, and whatever needs it says so.
async fn unlock(aloft: &Aloft, output: &Output) -> Result<(), Problem> {
    if aloft.vault_state() != VaultState::Locked {
        return Ok(());
    }
    match output.passphrase_fd {
        Some(number) => aloft.open_vault(&line_of(number, OF_VAULT)?).await,
        None if can_ask() => aloft.open_vault(&asked("Passphrase of the vault: ")?).await,
        None => Ok(()),
    }
}

/// Makes sure that the vault is there and unlocked.
pub(crate) async fn open_vault(aloft: &Aloft, output: &Output) -> Result<(), Problem> {
    match (aloft.vault_state(), output.passphrase_fd) {
        (VaultState::Open, _) => Ok(()),
        (_, Some(number)) => aloft.open_vault(&line_of(number, OF_VAULT)?).await,
        (VaultState::Locked, None) if can_ask() => unlock(aloft, output).await,
        (VaultState::Absent, None) if can_ask() => aloft.open_vault(&new_one(output)?).await,
        (VaultState::Absent | VaultState::Locked, None) => Err(nobody_to_ask("The vault")),
    }
}

/// Changes the vault's passphrase. From a file descriptor the old one comes first, the new one on the next line.
pub(crate) async fn change(aloft: &Aloft, output: &Output) -> Result<(), Problem> {
    let [old, new] = match output.passphrase_fd {
        Some(number) => lines_of(
            number,
            [
                "the old passphrase of the vault",
                "the new passphrase of the vault",
            ],
        )?,
        None if can_ask() => [asked("Passphrase of the vault: ")?, twice()?],
        None => return Err(nobody_to_ask("The vault")),
    };
    aloft.change_vault_passphrase(&old, &new).await
}

/// A passphrase for a backup that is about to be made.
pub(crate) fn of_new_backup(output: &Output) -> Result<SecretString, Problem> {
    match output.passphrase_fd {
        Some(number) => line_of(number, "the passphrase of the backup"),
        None if can_ask() => {
            output.say("The backup gets a passphrase of its own. It cannot be recovered.");
            twice()
        }
        None => Err(nobody_to_ask("The backup")),
    }
}

/// The passphrase of a backup that is there.
pub(crate) fn of_backup(output: &Output) -> Result<SecretString, Problem> {
    match output.passphrase_fd {
        Some(number) => line_of(number, "the passphrase of the backup"),
        None if can_ask() => asked("Passphrase of the backup: "),
        None => Err(nobody_to_ask("The backup")),
    }
}

fn nobody_to_ask(what: &str) -> Problem {
    let words = format!("{what} needs its passphrase, and there is no terminal to ask on.");
    Problem::new(
        ProblemKind::SecretLocked,
        Words::english(words),
        Words::english("Give it with --passphrase-fd."),
    )
}

fn new_one(output: &Output) -> Result<SecretString, Problem> {
    output.say("A new vault: its passphrase cannot be recovered.");
    twice()
}

fn twice() -> Result<SecretString, Problem> {
    let first = asked("New passphrase: ")?;
    let second = asked("The same again: ")?;
    if first.expose_secret() == second.expose_secret() {
        return Ok(first);
    }
    Err(Problem::new(
        ProblemKind::BadValue,
        p::passphrase_differs(),
        Words::none(),
    ))
}

fn can_ask() -> bool {
    std::io::stderr().is_terminal()
}

fn asked(prompt: &str) -> Result<SecretString, Problem> {
    crate::hidden::line(Some(prompt)).map_err(|error| {
        let words = format!("The passphrase could not be read from the terminal: {error}.");
        unreadable(words)
    })
}

fn line_of(number: u32, what: &str) -> Result<SecretString, Problem> {
    let [line] = lines_of(number, [what])?;
    Ok(line)
}

/// The descriptor that was given, opened by its name. Opened anew, a file would begin with its first line again.
static GIVEN: Mutex<Option<BufReader<File>>> = Mutex::new(None);

/// The next lines, without their ends. Standard input is shared with what is read after it; of another descriptor no byte
/// more than these is taken, so that the next passphrase is there still, also for the next program.
fn lines_of<const COUNT: usize>(
    number: u32,
    what: [&str; COUNT],
) -> Result<[SecretString; COUNT], Problem> {
    let read = match number {
        0 => read_lines(&mut std::io::stdin().lock()),
        _ => lines_of_given(number),
    };
    let lines = read.map_err(|error| {
        let words = format!("The file descriptor {number} could not be read: {error}.");
        unreadable(words)
    })?;
    for (line, what) in lines.iter().zip(what) {
        if line.expose_secret().is_empty() {
            let words =
                format!("The line of file descriptor {number} for {what} is missing or empty.");
            return Err(Problem::new(
                ProblemKind::BadValue,
                Words::english(words),
                Words::english(
                    "Give a line for each passphrase, in the order in which they are needed.",
                ),
            ));
        }
    }
    Ok(lines)
}

fn lines_of_given<const COUNT: usize>(number: u32) -> io::Result<[SecretString; COUNT]> {
    let mut given = GIVEN.lock().unwrap_or_else(PoisonError::into_inner);
    let mut file = match given.take() {
        Some(file) => file,
        None => BufReader::with_capacity(1, File::open(format!("/dev/fd/{number}"))?),
    };
    let lines = read_lines(&mut file);
    *given = Some(file);
    lines
}

/// A command of the user's own gets nothing of what passphrases are read from: a file can be read again from its beginning,
/// and a pipe may hold the next one. It finds nothing there.
pub(crate) fn keep_from(command: &mut Command, output: &Output) -> io::Result<()> {
    match output.passphrase_fd {
        Some(0) => {
            command.stdin(Stdio::null());
            Ok(())
        }
        #[cfg(unix)]
        Some(number @ 3..) => {
            use command_fds::{CommandFdExt, FdMapping};
            let mapping = FdMapping {
                parent_fd: File::open("/dev/null")?.into(),
                child_fd: i32::try_from(number).map_err(io::Error::other)?,
            };
            let mapped = command.fd_mappings(vec![mapping]);
            mapped.map(drop).map_err(io::Error::other)
        }
        // What a command says goes there.
        Some(_) | None => Ok(()),
    }
}

fn read_lines<const COUNT: usize>(from: &mut impl BufRead) -> io::Result<[SecretString; COUNT]> {
    let mut lines = [const { String::new() }; COUNT];
    for line in &mut lines {
        from.read_line(line)?;
    }
    Ok(lines.map(|line| {
        let line = SecretString::from(line);
        SecretString::from(line.expose_secret().trim_end_matches(['\n', '\r']))
    }))
}

fn unreadable(words: String) -> Problem {
    Problem::new(ProblemKind::BadValue, Words::english(words), Words::none())
}
