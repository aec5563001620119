//! `aloft agent`: one JSON line when it listens, then it stays until it is told to stop. Who is not known yet is asked about
//! on the terminal, if there is one.

use std::io::{BufRead, IsTerminal};
use std::process::ExitCode;
use std::sync::Arc;

use app::Choice;
use app::contract::{Problem, ProblemKind};
use app::words::Words;
use serde_json::json;

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

/// Asks on the terminal; without one it says how to allow what asked.
fn ask(choice: &Choice) -> Result<Option<usize>, Problem> {
    let output = Output::new(false, None);
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        let subject = &choice.subject;
        output.say(&format!(
            "aloft: {subject} is not allowed. Allow it: aloft agent allow {subject}"
        ));
        return Err(Problem::new(
            ProblemKind::NotHere,
            Words::english("Nobody can be asked."),
            Words::none(),
        ));
    }
    let [first, second] = &choice.answers;
    output.say(&format!(
        "{}\n  1  {first}\n  2  {second}\n  3  {}\nNumber and Enter:",
        choice.body, choice.refuse
    ));
    let mut line = String::new();
    let read = std::io::stdin().lock().read_line(&mut line);
    Ok(match (read, line.trim()) {
        (Ok(_), "1") => Some(0),
        (Ok(_), "2") => Some(1),
        (Ok(_) | Err(_), _) => None,
    })
}
