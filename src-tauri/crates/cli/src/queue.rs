//! `aloft queue …`: the queue that window and terminal share. It changes rows; whichever process sends sees that at once.

use std::process::ExitCode;

use app::contract::Problem;
use app::rates::{Limit, Rate, Requests, Timed};
use app::{Account, Aloft, Job, JobId, Limits, RateLimit, State, Verb, problem_of};
use serde_json::json;

use crate::arguments::{LimitArguments, QueueArguments, QueueCommand};
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
        QueueCommand::Limit(limit) => return limits(&aloft, output, account, limit).await,
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

/// Sets what was given, then says what holds.
async fn limits(
    aloft: &Aloft,
    output: &Output,
    account: Option<&Account>,
    given: LimitArguments,
) -> Result<ExitCode, Problem> {
    let LimitArguments {
        rate,
        hours,
        concurrency,
    } = given;
    if rate.is_some() || !hours.is_empty() {
        let limit = RateLimit {
            rate: rate.and_then(|Limit(rate)| rate),
            timetable: hours.into_iter().map(|Timed(hours)| hours).collect(),
        };
        aloft.limit_rate(account, limit).await?;
    }
    if let (Some(account), Some(Requests(most))) = (account, concurrency) {
        aloft.limit_requests(account, most).await?;
    }
    let Limits { rate, concurrency } = aloft.limits(account).await?;
    if output.json {
        output.object(&json!({
            "account": account.map(|account| account.label.as_str()),
            "bytes_per_second": rate.rate,
            "hours": rate.timetable,
            "concurrency": concurrency,
        }));
        return Ok(ExitCode::SUCCESS);
    }
    let whose = account.map_or("Everything", |account| account.label.as_str());
    output.line(&format!("{whose}: {}", shown(rate.rate)));
    for hours in &rate.timetable {
        let (from, to) = (hours.from.strftime("%H:%M"), hours.to.strftime("%H:%M"));
        output.line(&format!("  {from} to {to}: {}", shown(hours.rate)));
    }
    if let Some(most) = concurrency {
        output.line(&format!("  at most {most} requests at a time"));
    }
    Ok(ExitCode::SUCCESS)
}

fn shown(rate: Option<u64>) -> String {
    rate.map_or_else(
        || "no limit".to_owned(),
        |bytes| format!("{}/s", Rate(bytes)),
    )
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
