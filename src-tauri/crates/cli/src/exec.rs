//! `aloft exec`: a command with `CLOUDINARY_URL` in its environment, and in nobody else's. Where the system can, this
//! process becomes the command: its signals, its terminal and its exit code are the command's by nature.
//!
//! No other variable says who the account is: the clients for Python and Ruby take no notice of the address where there is a
//! cloud name, and would use the account that somebody's profile sets.

use std::ffi::OsString;
use std::io::{Error, ErrorKind};
use std::process::{Command, ExitCode};

use app::ExposeSecret;
use app::contract::{Problem, ProblemKind};
use app::words::Words;

use crate::arguments::ExecArguments;
use crate::output::Output;

/// What official clients and the scripts around them take for the account, its keys or its addresses. How this computer
/// reaches the service (`CLOUDINARY_API_PROXY`) is not the account's, and stays.
const OTHER_ACCOUNT: [&str; 16] = [
    "CLOUDINARY_ACCOUNT_ID",
    "CLOUDINARY_ACCOUNT_URL",
    "CLOUDINARY_API_KEY",
    "CLOUDINARY_API_SECRET",
    "CLOUDINARY_AUTH_TOKEN",
    "CLOUDINARY_CLOUD_NAME",
    "CLOUDINARY_CNAME",
    "CLOUDINARY_OAUTH_TOKEN",
    "CLOUDINARY_PRIVATE_CDN",
    "CLOUDINARY_PROVISIONING_API_KEY",
    "CLOUDINARY_PROVISIONING_API_SECRET",
    "CLOUDINARY_SECURE_CNAME",
    "CLOUDINARY_SECURE_DISTRIBUTION",
    "CLOUDINARY_SIGNATURE_ALGORITHM",
    "CLOUDINARY_SIGNATURE_VERSION",
    "CLOUDINARY_UPLOAD_PREFIX",
];

pub(crate) async fn run(arguments: ExecArguments, output: &Output) -> Result<ExitCode, Problem> {
    let aloft = crate::open(output).await?;
    let account = crate::account(&aloft, arguments.account.as_deref(), output).await?;
    let url = aloft.cloudinary_url(&account).await?;
    aloft.close().await;
    let mut words = arguments.command.into_iter();
    let name = words.next().unwrap_or_default();
    let mut command = Command::new(&name);
    command.args(words);
    for name in OTHER_ACCOUNT {
        command.env_remove(name);
    }
    command.env("CLOUDINARY_URL", url.expose_secret());
    drop(url);
    let kept = crate::passphrase::keep_from(&mut command, output);
    Ok(match kept.and_then(|()| become_or_wait(command)) {
        Ok(code) => code,
        Err(error) => not_started(&name, &error, output),
    })
}

#[cfg(unix)]
fn become_or_wait(mut command: Command) -> Result<ExitCode, Error> {
    use std::os::unix::process::CommandExt;
    // What it leaves behind when it crashes is for whoever started it to say.
    app::core_files::give_back();
    // It comes back only when it did not work.
    let error = command.exec();
    app::core_files::refuse();
    Err(error)
}

#[cfg(not(unix))]
fn become_or_wait(mut command: Command) -> Result<ExitCode, Error> {
    // Ctrl-C goes to both; only the command decides what it means.
    tokio::spawn(async { while tokio::signal::ctrl_c().await.is_ok() {} });
    let status = command.spawn()?.wait()?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

/// With the codes that shells use for it.
fn not_started(name: &OsString, error: &Error, output: &Output) -> ExitCode {
    let words = format!("{} could not be started: {error}.", name.to_string_lossy());
    output.complain(&Problem::new(
        ProblemKind::NotHere,
        Words::english(words),
        Words::none(),
    ));
    match error.kind() == ErrorKind::NotFound {
        true => ExitCode::from(127),
        false => ExitCode::from(126),
    }
}
