//! `aloft queue …`: the queue that window and terminal share. It changes rows; whichever process sends sees that at once.

use std::process::ExitCode;

use app::contract::Problem;
use app::{Account, Aloft, Job, JobId, State, Verb, problem_of};
use serde_json::json;

use crate::arguments::{QueueArguments, QueueCommand};
use crate::output::{Output, error};

/// Jobs that are read at a time.
const PAGE: u32 = 500;

pub(crate) async fn run(arguments: QueueArguments, output: &Output) -> Result<ExitCode, Problem> {
    let aloft = crate::open(output).await?;
    let name = arguments.account.as_deref();
    let account = name.map(|name| aloft.account(Some(name))).transpose()?;
    let account = account.as_ref();
    let (verb, ids, done) = match arguments.command {
        QueueCommand::List { all } => return list(&aloft, output, account, all).await,
        QueueCommand::Clear => {
            let cleared = aloft.clear_finished(account).await?;
            told(output, "cleared", cleared);
            return Ok(ExitCode::SUCCESS);
        }
        QueueCommand::Pause { ids } => (Verb::Pause, ids, "paused"),
        QueueCommand::Resume { ids } => (Verb::Resume, ids, "resumed"),
        QueueCommand::Retry { ids } => (Verb::Retry, ids, "to be tried again"),
        QueueCommand::Cancel { ids } => (Verb::Cancel, ids, "cancelled"),
    };
    let changed = aloft.control(account, &ids, verb).await?;
    told(output, done, changed);
    Ok(ExitCode::SUCCESS)
}

fn told(output: &Output, done: &str, count: usize) {
    if output.json {
        output.object(&json!({ "changed": count }));
    }
    output.say(&format!("Uploads {done}: {count}."));
}

async fn list(
    aloft: &Aloft,
    output: &Output,
    account: Option<&Account>,
    all: bool,
) -> Result<ExitCode, Problem> {
    let states: Vec<State> = State::ALL
        .into_iter()
        .filter(|state| all || *state != State::Done)
        .collect();
    let mut after: Option<JobId> = None;
    loop {
        let page = aloft.jobs(account, &states, after, PAGE).await?;
        for job in &page {
            show(output, job);
        }
        let Some(last) = page.last() else {
            break;
        };
        after = Some(last.id);
    }
    if after.is_none() && !output.json {
        output.say("Nothing is in the queue.");
    }
    Ok(ExitCode::SUCCESS)
}

fn show(output: &Output, job: &Job) {
    let problem = problem_of(job);
    if output.json {
        let mut object = json!({
            "id": job.id,
            "batch": job.batch,
            "state": job.state.as_str(),
            "name": job.name,
            "bytes": job.size,
            "sent": job.sent,
            "attempts": job.attempts,
        });
        if let Some(receipt) = &job.receipt {
            object["url"] = json!(receipt.url);
        }
        if let Some(problem) = &problem {
            object["error"] = error(problem);
        }
        output.object(&object);
        return;
    }
    let state = job.state.as_str().replace('_', " ");
    let why = problem.map_or_else(String::new, |problem| format!("  {}", problem.message));
    output.line(&format!(
        "{:>6}  {state:<19}  {}{why}",
        job.id.get(),
        job.name
    ));
}
