//! `aloft sandbox`: one JSON line when it is ready, then it stays until it is told to stop.

use std::io::Read;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use app::contract::{Problem, ProblemKind};
use app::sandbox::SandboxError;
use app::words::Words;
use app::{Folders, SandboxConfig, SandboxCredentials};
use serde_json::json;

use crate::arguments::SandboxArguments;
use crate::output::Output;
use crate::stop::Stop;

pub(crate) async fn run(arguments: SandboxArguments, output: &Output) -> Result<ExitCode, Problem> {
    let folder = arguments
        .dir
        .unwrap_or_else(|| Folders::of_this_user().sandbox());
    let mut config = SandboxConfig::new(folder);
    config.port = arguments.port;
    config.cloud_name = arguments.cloud;
    config.latency = Duration::from_millis(arguments.latency);
    config.discard = arguments.discard;
    config.credentials = arguments
        .credentials
        .as_deref()
        .map(credentials)
        .transpose()?;
    if let Some(file) = &arguments.faults {
        config.faults = app::sandbox::load_faults(file).map_err(|error| not_started(&error))?;
    }
    // Listen for the end before saying that it began: a caller may end it at once.
    let mut told_to_stop = Stop::listen()?;
    let sandbox = app::sandbox::start(config)
        .await
        .map_err(|error| not_started(&error))?;
    output.object(&json!({
        "url": sandbox.url().as_str().trim_end_matches('/'),
        "cloudinary_url": sandbox.cloudinary_url(),
        "dir": sandbox.folder(),
    }));
    told_to_stop.wait().await;
    sandbox.stop().await;
    Ok(ExitCode::SUCCESS)
}

fn credentials(place: &Path) -> Result<SandboxCredentials, Problem> {
    let mut text = String::new();
    let read = if place == Path::new("-") {
        std::io::stdin().lock().read_to_string(&mut text)
    } else {
        std::fs::File::open(place).and_then(|mut file| file.read_to_string(&mut text))
    };
    read.map_err(|error| {
        bad_credentials(&format!("{} cannot be read: {error}.", place.display()))
    })?;
    let line = text.lines().next().unwrap_or_default().trim();
    let (api_key, api_secret) = line
        .split_once(':')
        .filter(|(key, secret)| !key.is_empty() && !secret.is_empty())
        .ok_or_else(|| bad_credentials("The credentials are not one line KEY:SECRET."))?;
    Ok(SandboxCredentials {
        api_key: api_key.to_owned(),
        api_secret: api_secret.to_owned(),
    })
}

fn bad_credentials(words: &str) -> Problem {
    Problem::new(
        ProblemKind::BadValue,
        Words::english(words),
        Words::english("Write the API key, a colon and the secret on the first line."),
    )
}

fn not_started(error: &SandboxError) -> Problem {
    Problem::new(
        ProblemKind::NotHere,
        Words::english(format!("The sandbox did not start: {error}")),
        Words::none(),
    )
}
