//! `aloft agent`: one JSON line when it listens, then it stays until it is told to stop. Who is not known yet is asked about
//! on the terminal, if this process has one to itself.

mod terminal;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use app::Choice;
use app::contract::{Problem, ProblemKind};
use app::words::Words;
use serde_json::json;

use self::terminal::Answer;
use crate::arguments::AgentArguments;
use crate::clients;
use crate::output::Output;
use crate::stop::Stop;

pub(crate) async fn run(arguments: AgentArguments, output: &Output) -> Result<ExitCode, Problem> {
    match arguments.command {
        Some(command) => clients::run(command, output).await,
        None => stay(arguments.port, output).await,
    }
}

async fn stay(port: Option<u16>, output: &Output) -> Result<ExitCode, Problem> {
    // Listen for the end before saying that it began: a caller may end it at once.
    let mut told_to_stop = Stop::listen()?;
    let aloft = crate::open(output).await?;
    aloft.ask_by(Arc::new(ask));
    crate::environment(&aloft).await?;
    crate::passphrase::unlock_for_any(&aloft, output).await?;
    let agent = agent::start(&aloft, port).await?;
    let url = format!("http://127.0.0.1:{}", agent.port());
    output.object(&json!({
        "url": url,
        "sign": format!("{url}/api/sign"),
        "upload": format!("{url}/upload"),
    }));
    output.say("aloft: The agent listens. Pages are asked about when they come; programs need a token: aloft agent token NAME");
    told_to_stop.wait().await;
    agent.stop().await;
    aloft.close().await;
    Ok(ExitCode::SUCCESS)
}

/// Asks on the terminal; where nobody is at one it says how to allow what asked.
fn ask(choice: &Choice) -> Result<Option<usize>, Problem> {
    let output = Output::new(false, None);
    if !terminal::is_attended() {
        let subject = &choice.subject;
        output.say(&format!(
            "aloft: {subject} is not allowed. Allow it: aloft agent allow {subject}"
        ));
        return Err(unanswered("Nobody can be asked."));
    }
    let [first, second] = &choice.answers;
    let question = format!(
        "{}\n  1  {first}\n  2  {second}\n  3  {}\nNumber and Enter; Enter alone decides nothing:",
        choice.body, choice.refuse
    );
    loop {
        terminal::forget_typed();
        output.say(&question);
        let asked = Instant::now();
        let line = terminal::line();
        match Answer::of(line.as_deref(), asked.elapsed()) {
            Answer::Chosen(number) => return Ok(Some(number)),
            Answer::Refused => return Ok(None),
            Answer::PutAway => return Err(unanswered("Nobody answered.")),
            Answer::Again => {}
        }
    }
}

/// Not a no: it may be asked again before long.
fn unanswered(words: &str) -> Problem {
    Problem::new(ProblemKind::NotHere, Words::english(words), Words::none())
}
