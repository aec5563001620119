//! `aloft upload`: one line for each file, in the order given, as soon as it and all before it rest.

use std::collections::BTreeSet;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use app::contract::{LinkFormat, Problem, ProblemKind, Skipped};
use app::links::format_link;
use app::{BatchLimits, Checked, Job, Outcome, ResourceType, State, UploadOptions};
use serde_json::{Value, json};

use crate::arguments::{Format, Rate, UploadArguments};
use crate::interrupts::Interrupts;
use crate::output::{Output, error};
use crate::progress::Bar;

pub(crate) async fn run(arguments: UploadArguments, output: &Output) -> Result<ExitCode, Problem> {
    let interrupts = Interrupts::listen();
    let aloft = crate::open(output).await?;
    let account = crate::account(&aloft, arguments.account.as_deref()).await?;
    let format = if output.json {
        Format::Json
    } else {
        arguments.format
    };
    let options = UploadOptions {
        folder: arguments.folder,
        public_id: arguments.public_id,
        tags: arguments.tags,
        preset: arguments.preset,
        resource_type: arguments.resource_type.map(ResourceType::from),
        overwrite: arguments.overwrite,
        dedupe: !arguments.no_dedupe,
        limits: BatchLimits {
            concurrency: arguments.concurrency.map(NonZero::get),
            rate: arguments.limit_rate.map(|Rate(bytes)| bytes),
        },
    };
    aloft.try_again(&account).await?;
    let given = arguments.paths.iter().map(|path| absolute(path)).collect();
    let adding = aloft.upload(&account, given, &options);
    let outcome = tokio::select! {
        outcome = adding => outcome?,
        () = interrupts.pressed(1) => {
            output.say("aloft: Interrupted while the files were being added. `aloft queue list` shows which are; upload again to add the rest.");
            return Ok(ExitCode::from(130));
        }
    };
    let bar = Bar::new(outcome.uploads.len());
    let mut printed = 0;
    let mut said = Said::default();
    let waiting = aloft.wait(&outcome.uploads, |jobs| {
        bar.show(jobs);
        printed = print_rested(&bar, output, format, &outcome, jobs, printed);
        bar.aside(|| said.say(output, jobs));
    });
    let jobs = tokio::select! {
        jobs = waiting => Some(jobs?),
        () = interrupts.pressed(1) => None,
    };
    bar.end();
    let Some(jobs) = jobs else {
        output.say("aloft: Interrupted. What was not sent stays in the queue; open Aloft or upload again to go on.");
        // The queue is on disk at every moment: whoever cannot wait for a clean end loses nothing by it.
        tokio::select! {
            () = aloft.close() => {}
            () = interrupts.pressed(2) => {}
        }
        return Ok(ExitCode::from(130));
    };
    aloft.close().await;
    // What did not come to rest has its line as well.
    for (at, upload) in outcome.uploads.iter().enumerate().skip(printed) {
        print_skipped(output, format, &outcome, at);
        if let Some(job) = jobs.iter().find(|job| job.id == upload.job) {
            print(output, format, &upload.path, job);
        }
    }
    print_skipped(output, format, &outcome, outcome.uploads.len());
    let waiting = jobs.iter().filter(|job| !job.state.is_terminal()).count();
    if waiting > 0
        && let Some(trouble) = aloft.account_trouble(&account).await?
    {
        return Err(stopped(waiting, trouble));
    }
    let failed = jobs.iter().filter(|job| job.state != State::Done).count() + outcome.skipped.len();
    if failed > 0 {
        let all = outcome.uploads.len() + outcome.skipped.len();
        output.say(&format!("aloft: {failed} of {all} did not arrive."));
        return Ok(ExitCode::from(1));
    }
    Ok(ExitCode::SUCCESS)
}

/// Something concerns the whole account: the files wait in the queue.
fn stopped(waiting: usize, trouble: Problem) -> Problem {
    let words = format!(
        "{} Uploads waiting in the queue: {waiting}.",
        trouble.message
    );
    Problem {
        message: words,
        ..trouble
    }
}

/// Prints the results that are next in order and at rest; answers how many are printed in all.
fn print_rested(
    bar: &Bar,
    output: &Output,
    format: Format,
    outcome: &Outcome,
    jobs: &[Job],
    printed: usize,
) -> usize {
    let mut next = printed;
    while let Some(upload) = outcome.uploads.get(next) {
        // jobs are in the order in which they were added, which is the order given
        let Ok(at) = jobs.binary_search_by_key(&upload.job, |job| job.id) else {
            break;
        };
        let job = &jobs[at];
        if !job.state.is_terminal() && job.state != State::NeedsYou {
            break;
        }
        bar.aside(|| {
            print_skipped(output, format, outcome, next);
            print(output, format, &upload.path, job);
        });
        next += 1;
    }
    next
}

/// The lines of what was passed over between this upload and the one before it.
fn print_skipped(output: &Output, format: Format, outcome: &Outcome, at: usize) {
    for passed in outcome.skipped.iter().filter(|passed| passed.after == at) {
        let Skipped { name, problem } = &passed.skipped;
        output.say(&format!("aloft: {}: {problem}", passed.path.display()));
        if format == Format::Json {
            output.object(&json!({
                "path": passed.path.to_string_lossy(),
                "name": name,
                "state": "skipped",
                "error": error(problem),
            }));
        } else {
            output.line("");
        }
    }
}

/// Why nothing moves, each reason once: silence would look like a program that hangs.
#[derive(Default)]
struct Said(BTreeSet<String>);

impl Said {
    fn say(&mut self, output: &Output, jobs: &[Job]) {
        let waits = |job: &&Job| matches!(job.state, State::Waiting | State::WaitingForNetwork);
        let waiting = jobs.iter().filter(waits);
        for problem in waiting.filter_map(app::problem_of) {
            if self.0.len() < 20 && self.0.insert(problem.message.clone()) {
                output.say(&format!(
                    "aloft: {} It is tried again by itself; Ctrl-C keeps it in the queue.",
                    problem.message
                ));
            }
        }
    }
}

fn print(output: &Output, format: Format, path: &Path, job: &Job) {
    if format == Format::Json {
        output.object(&object(path, job));
    }
    match (&job.receipt, job.state) {
        (Some(receipt), State::Done) => {
            let image = receipt.resource_type == ResourceType::Image;
            let form = match format {
                Format::Url => Some(LinkFormat::Url),
                Format::Markdown => Some(LinkFormat::Markdown),
                Format::Html => Some(LinkFormat::Html),
                Format::Json => None,
            };
            if let Some(form) = form {
                output.line(&format_link(form, &receipt.url, &job.name, image));
            }
            if let Checked::NotVerified { reason } = &job.verification {
                output.say(&format!("aloft: {}: {}", path.display(), reason.words()));
            }
        }
        _ => {
            let problem = app::problem_of(job).unwrap_or_else(|| unsent(job));
            output.say(&format!("aloft: {}: {problem}", path.display()));
            if format != Format::Json {
                // One line for each file, so that line N belongs to file N.
                output.line("");
            }
        }
    }
}

fn unsent(job: &Job) -> Problem {
    let words = if job.state.is_terminal() {
        format!("“{}” was cancelled.", job.name)
    } else {
        format!("“{}” waits in the queue.", job.name)
    };
    Problem::new(ProblemKind::Declined, words, "")
}

/// One file's result; the names are stable.
fn object(path: &Path, job: &Job) -> Value {
    let mut object = json!({
        "path": path.to_string_lossy(),
        "name": job.name,
        "state": job.state.as_str(),
        "bytes": job.size,
        "reused": job.reused,
    });
    if let Some(receipt) = &job.receipt {
        object["public_id"] = json!(receipt.public_id);
        object["asset_id"] = json!(receipt.asset_id);
        object["version"] = json!(receipt.version);
        object["resource_type"] = json!(receipt.resource_type);
        object["type"] = json!(receipt.delivery_type);
        object["format"] = json!(receipt.format);
        object["etag"] = json!(receipt.etag);
        object["existing"] = json!(receipt.existing);
        object["url"] = json!(receipt.url);
        object["secure_url"] = json!(receipt.url);
        object["verified"] = json!(app::is_verified(&job.verification));
    }
    if let Some(problem) = app::problem_of(job) {
        object["error"] = error(&problem);
    }
    object
}

/// An http address stays as it is; a path belongs to this folder.
fn absolute(path: &Path) -> PathBuf {
    let text = path.to_string_lossy();
    if text.starts_with("http://") || text.starts_with("https://") {
        return path.to_owned();
    }
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
