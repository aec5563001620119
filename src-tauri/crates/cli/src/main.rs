//! `aloft`: uploads, watched folders, queue, library, accounts, signatures, the agent, the sandbox, the file manager's
//! entries and the doctor in a terminal.
//!
//! A front end over `app`: it parses arguments and prints. It must not know the queue's tables, the
//! service's protocol or the keyring.

mod accounts;
mod agents;
mod arguments;
mod audit;
mod clients;
mod doctor;
mod exec;
mod hidden;
mod integrate;
mod interrupts;
mod library;
mod output;
mod passphrase;
mod progress;
mod queue;
mod results;
mod sandbox;
mod sign;
mod speed;
mod stop;
mod upload;
mod watch;
mod wording;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use app::contract::{Problem, ProblemKind};
use app::words::Words;
use app::{Account, Aloft, Folders, NoDesktop, Options, SecretString};
use clap::Parser;

use crate::arguments::{Arguments, Command};
use crate::output::Output;

fn main() -> ExitCode {
    app::core_files::refuse();
    let arguments = Arguments::parse();
    let output = Output::new(
        arguments.json || arguments.command.wants_json(),
        arguments.passphrase_fd,
    );
    if let Err(problem) = passphrase::refuse_closed(arguments.passphrase_fd) {
        output.complain(&problem);
        return ExitCode::from(exit_code(problem.kind));
    }
    log_to_stderr();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            output.complain(&Problem::new(
                ProblemKind::Internal,
                Words::english(format!("Aloft could not start: {error}.")),
                Words::none(),
            ));
            return ExitCode::FAILURE;
        }
    };
    let code = runtime.block_on(run(arguments.command, &output));
    // A thread that still waits for the keyring or for another process's lock must not hold us up.
    runtime.shutdown_background();
    code
}

async fn run(command: Command, output: &Output) -> ExitCode {
    let outcome = match command {
        Command::Upload(arguments) => upload::run(arguments, output).await,
        Command::Accounts(arguments) => accounts::run(arguments.command, output).await,
        Command::Queue(arguments) => queue::run(arguments, output).await,
        Command::Library(arguments) => library::run(arguments, output).await,
        Command::Watch(arguments) => watch::run(arguments.command, output).await,
        Command::Sign(arguments) => sign::run(arguments, output).await,
        Command::Agent(arguments) => agents::run(arguments, output).await,
        Command::Exec(arguments) => exec::run(arguments, output).await,
        Command::Sandbox(arguments) => sandbox::run(arguments, output).await,
        Command::Integrate(arguments) => integrate::run(arguments.command, output),
        Command::Audit(arguments) => audit::run(arguments, output).await,
        Command::Doctor => doctor::run(output).await,
    };
    match outcome {
        Ok(code) => code,
        Err(problem) => {
            let problem = naming_the_others(problem, output).await;
            output.complain(&problem);
            ExitCode::from(exit_code(problem.kind))
        }
    }
}

/// That no account is active is not that there is none.
async fn naming_the_others(problem: Problem, output: &Output) -> Problem {
    if problem.message != app::words::problem::no_account() {
        return problem;
    }
    let known = match open(output).await {
        Ok(aloft) => aloft.accounts().unwrap_or_default(),
        Err(_) => Vec::new(),
    };
    let labels: Vec<_> = known.iter().map(|known| known.label.as_str()).collect();
    if labels.is_empty() {
        return problem;
    }
    let known = format!("No account is active. There are: {}.", labels.join(", "));
    Problem {
        message: Words::english(known),
        hint: Words::english("Choose one: aloft accounts use NAME"),
        ..problem
    }
}

/// The stable exit codes: 2 usage, 3 account or keyring, 1 everything else.
fn exit_code(kind: ProblemKind) -> u8 {
    use ProblemKind as K;
    let usage = matches!(kind, K::BadValue | K::BadUrl | K::NotAPath);
    let account_or_keyring = matches!(
        kind,
        K::NoAccount
            | K::UnknownAccount
            | K::WrongKey
            | K::WrongSecret
            | K::WrongCloud
            | K::WrongRegion
            | K::SecretMissing
            | K::SecretLocked
            | K::SecretDenied
            | K::SecretTimedOut
            | K::Locked
            | K::NoStore
    );
    match (usage, account_or_keyring) {
        (true, _) => 2,
        (_, true) => 3,
        (false, false) => 1,
    }
}

/// Opens the program for a command that sends only for its own account.
async fn open(output: &Output) -> Result<Aloft, Problem> {
    let aloft = Aloft::open_quietly(Options {
        folders: Folders::of_this_user(),
        desktop: Arc::new(NoDesktop),
        keyring: None,
    })
    .await?;
    say_repaired(&aloft, output);
    Ok(aloft)
}

/// What became of a damaged queue is said by whichever command met it.
fn say_repaired(aloft: &Aloft, output: &Output) {
    if let Some(words) = aloft.repair_words() {
        output.say(&format!("aloft: {words}"));
    }
}

/// The account meant: `--account`, else `CLOUDINARY_URL` for this one run, else the active one.
async fn account(aloft: &Aloft, name: Option<&str>, output: &Output) -> Result<Account, Problem> {
    if name.is_none()
        && let Some(account) = environment(aloft).await?
    {
        return Ok(account);
    }
    let account = aloft.account(name)?;
    passphrase::unlock_for(aloft, output, &account).await?;
    Ok(account)
}

/// A path that means the same in every process.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// The account of `CLOUDINARY_URL`, for this one run.
async fn environment(aloft: &Aloft) -> Result<Option<Account>, Problem> {
    match std::env::var("CLOUDINARY_URL") {
        Ok(url) if !url.trim().is_empty() => {
            let url = SecretString::from(url);
            Ok(Some(aloft.use_environment(&url).await?))
        }
        Ok(_) | Err(_) => Ok(None),
    }
}

fn log_to_stderr() {
    use tracing_subscriber::{EnvFilter, fmt};
    let filter = EnvFilter::try_from_env("ALOFT_LOG").unwrap_or_else(|_| EnvFilter::new("error"));
    let _ = fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init();
}
