//! `aloft agent allow|token|clients|forget`: who may ask the agent for what. A running agent sees it at once.

use std::process::ExitCode;

use app::agent::{Client, Lasting, NewClient, Proof, WebOrigin, client_gone};
use app::contract::{Problem, ProblemKind};
use app::words::Words;
use app::{Aloft, ExposeSecret};
use serde_json::{Value, json};

use crate::arguments::{AgentCommand, ClientMay, LastingName};
use crate::output::Output;

pub(crate) async fn run(command: AgentCommand, output: &Output) -> Result<ExitCode, Problem> {
    let aloft = crate::open(output).await?;
    crate::environment(&aloft).await?;
    match command {
        AgentCommand::Allow {
            origin,
            may,
            lasting,
        } => {
            let lasting = match lasting {
                LastingName::Once => Lasting::Once,
                LastingName::Hour => Lasting::Hour,
                LastingName::Always => Lasting::Always,
            };
            let origin = WebOrigin::parse(origin.trim_end_matches('/'));
            let origin = origin.ok_or_else(no_origin)?;
            let client = aloft
                .allow_origin(&origin, new_client(may, lasting))
                .await?;
            show(&aloft, output, &client)?;
        }
        AgentCommand::Token { name, may } => {
            let new = new_client(may, Lasting::Always);
            let (client, token) = aloft.make_token(&name, new).await?;
            output.say("aloft: This is the only time that the token is shown.");
            if output.json {
                let mut object = object(&aloft, &client)?;
                object["token"] = json!(token.expose_secret());
                output.object(&object);
            } else {
                output.line(token.expose_secret());
            }
        }
        AgentCommand::Clients => {
            let clients = aloft.clients()?;
            for client in &clients {
                show(&aloft, output, client)?;
            }
            if clients.is_empty() {
                output.say("No page and no program is allowed yet. Allow one: aloft agent allow ORIGIN, or: aloft agent token NAME");
            }
        }
        AgentCommand::Forget { name } => {
            if !aloft.forget_client(&name).await? {
                return Err(client_gone(&name));
            }
            match output.json {
                true => output.object(&json!({ "forgotten": name })),
                false => output.say(&format!("“{name}” is forgotten.")),
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Who may upload may sign only when that is said too.
fn new_client(may: ClientMay, lasting: Lasting) -> NewClient {
    NewClient {
        account: may.account,
        may_sign: may.sign || !may.upload,
        may_upload: may.upload,
        roots: may.roots.iter().map(|root| crate::absolute(root)).collect(),
        preset: may.preset,
        folder: may.folder,
        lasting,
    }
}

fn show(aloft: &Aloft, output: &Output, client: &Client) -> Result<(), Problem> {
    let object = object(aloft, client)?;
    if output.json {
        output.object(&object);
        return Ok(());
    }
    let text = |name: &str| object[name].as_str().unwrap_or_default().to_owned();
    let may = match (client.denied, client.may_sign, client.may_upload) {
        (true, _, _) => "denied",
        (_, true, true) => "sign, upload",
        (_, true, false) => "sign",
        (_, false, true) => "upload",
        (_, false, false) => "nothing",
    };
    let until = match (client.once, client.until) {
        (true, Some(until)) => format!("once, until {until:.0}"),
        (true, None) => "once".to_owned(),
        (false, Some(until)) => format!("until {until:.0}"),
        (false, None) => "always".to_owned(),
    };
    let roots = client.roots.iter().map(|root| root.display().to_string());
    let roots = roots.collect::<Vec<_>>().join(", ");
    let pinned = [("preset", &client.preset), ("folder", &client.folder)];
    let pinned = pinned
        .into_iter()
        .filter_map(|(what, text)| Some(format!("{what} “{}”", text.as_ref()?)));
    let pinned = pinned.collect::<Vec<_>>().join(", ");
    let (name, account) = (&client.name, text("account"));
    output.line(&format!(
        "{name}\t{account}\t{may}\t{until}\t{roots}\t{pinned}"
    ));
    Ok(())
}

fn object(aloft: &Aloft, client: &Client) -> Result<Value, Problem> {
    let accounts = aloft.accounts()?;
    let own = |account: &&app::Account| account.id.as_str() == client.account;
    let label = accounts.iter().find(own).map(|account| &account.label);
    let by = match client.proof {
        Proof::Origin => "origin",
        Proof::Token { .. } => "token",
    };
    Ok(json!({
        "name": client.name,
        "by": by,
        "account": label,
        "sign": client.may_sign,
        "upload": client.may_upload,
        "roots": client.roots,
        "preset": client.preset,
        "folder": client.folder,
        "once": client.once,
        "until": client.until,
        "denied": client.denied,
    }))
}

fn no_origin() -> Problem {
    Problem::new(
        ProblemKind::BadValue,
        Words::english("That is not an origin."),
        Words::english(
            "Write it as browsers do, such as http://localhost:3000 or https://example.com.",
        ),
    )
}
