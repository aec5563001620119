//! `aloft accounts export`, `import` and `find`: accounts that go to other computers and come from other places.

use std::io::{BufRead, IsTerminal, Write, stderr, stdin};
use std::path::Path;
use std::process::ExitCode;

use app::contract::{Problem, ProblemKind};
use app::words::Words;
use app::{
    Account, Aloft, ApiHost, BackupEntry, Conflict, Consent, FoundIn, Keeping, LookedAround,
    OnSame, Restored, Restoring, Sighting, Tracking, Whereabouts,
};
use serde_json::{Value, json};

use crate::arguments::{ExportArguments, FindArguments, ImportArguments};
use crate::output::Output;
use crate::passphrase;
use crate::wording::without_keyring;

/// Who names a file in a terminal has chosen what is in it, hosts included.
const CONSENT: Consent = Consent::Given;

pub(super) async fn export(
    aloft: &Aloft,
    output: &Output,
    arguments: ExportArguments,
) -> Result<ExitCode, Problem> {
    let to = crate::absolute(&arguments.to);
    if to.exists() && !arguments.overwrite {
        return Err(bad(
            format!("{} is there already.", to.display()),
            "Name another file, or say --overwrite.",
        ));
    }
    let accounts = aloft.exportable(&arguments.names)?;
    for account in &accounts {
        passphrase::unlock_for(aloft, output, account).await?;
    }
    let passphrase = passphrase::of_new_backup(output)?;
    aloft.export_accounts(&accounts, &to, &passphrase).await?;
    let labels: Vec<_> = accounts.iter().map(|account| &account.label).collect();
    if output.json {
        output.object(&json!({ "path": to, "accounts": labels }));
    }
    output.say(&format!(
        "Wrote {} into {}. Whoever has this file and its passphrase has these accounts.",
        counted(labels.len(), "account"),
        to.display()
    ));
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn import(
    aloft: &Aloft,
    output: &Output,
    arguments: ImportArguments,
) -> Result<ExitCode, Problem> {
    let file = crate::absolute(&arguments.file);
    let keeping = keeping(aloft, output, arguments.vault).await?;
    let passphrase = passphrase::of_backup(output)?;
    let backup = aloft.open_backup(&file, &passphrase).await?;
    let entries = aloft.preview_backup(&backup)?;
    let named = arguments.all || !arguments.names.is_empty();
    if arguments.list || !named {
        entries.iter().for_each(|entry| show_entry(output, entry));
    }
    if arguments.list {
        return Ok(ExitCode::SUCCESS);
    }
    let chosen = if arguments.all {
        (0..entries.len()).collect()
    } else if named {
        by_label(&entries, &arguments.names)?
    } else {
        let numbers = ask_for_numbers(entries.len(), "Say which: their labels, or --all.")?;
        numbers.into_iter().map(|number| number - 1).collect()
    };
    let how = Restoring {
        on_same: match arguments.replace_secrets {
            true => OnSame::ReplaceSecret,
            false => OnSame::Skip,
        },
        keeping,
        consent: CONSENT,
    };
    let mut code = ExitCode::SUCCESS;
    for index in chosen {
        match aloft.restore(&backup, index, how).await {
            Ok(Restored::Added(account)) => show_restored(aloft, output, &account, "added")?,
            Ok(Restored::SecretReplaced(account)) => {
                show_restored(aloft, output, &account, "secret_replaced")?;
                output.say(&format!(
                    "“{}” was here already; its secret is the backup's now.",
                    account.label
                ));
            }
            Ok(Restored::Skipped(account)) => {
                if output.json {
                    show_restored(aloft, output, &account, "left")?;
                }
                let has_secret = entries
                    .iter()
                    .any(|entry| entry.index == index && entry.has_secret);
                let how = match has_secret {
                    true => " To take the backup's secret, say --replace-secrets.",
                    false => "",
                };
                output.say(&format!(
                    "“{}” is here already and was left as it is.{how}",
                    account.label
                ));
            }
            Err(problem) => {
                output.complain(&without_keyring(problem, ", say --vault"));
                code = ExitCode::FAILURE;
            }
        }
    }
    Ok(code)
}

/// What became of an account of the backup; the names are stable.
fn show_restored(
    aloft: &Aloft,
    output: &Output,
    account: &Account,
    outcome: &str,
) -> Result<(), Problem> {
    if !output.json {
        return super::show(aloft, output, account);
    }
    let mut object = super::object(account, super::is_active(aloft, account)?);
    object["outcome"] = json!(outcome);
    output.object(&object);
    Ok(())
}

fn by_label(entries: &[BackupEntry], names: &[String]) -> Result<Vec<usize>, Problem> {
    let mut chosen = Vec::new();
    for name in names {
        let mut fits = entries
            .iter()
            .filter(|entry| entry.label == *name || entry.cloud_name == *name);
        match (fits.next(), fits.next()) {
            (Some(entry), None) => chosen.push(entry.index),
            (None, _) => {
                return Err(bad(
                    format!("The backup has no account named “{name}”."),
                    "See what is in it with --list.",
                ));
            }
            (Some(_), Some(_)) => {
                return Err(bad(
                    format!("More than one account of the backup is named “{name}”."),
                    "Name one by its label.",
                ));
            }
        }
    }
    Ok(chosen)
}

fn show_entry(output: &Output, entry: &BackupEntry) {
    let (conflict, label) = match &entry.conflict {
        Conflict::New => ("new", None),
        Conflict::SameEntrance { label, .. } => ("here", Some(label)),
        Conflict::LabelTaken { free } => ("label_taken", Some(free)),
    };
    if output.json {
        output.object(&json!({
            "label": entry.label,
            "cloud_name": entry.cloud_name,
            "key_or_preset": entry.entrance,
            "has_secret": entry.has_secret,
            "conflict": conflict,
            "conflict_label": label,
        }));
        return;
    }
    let conflict = match &entry.conflict {
        Conflict::New => String::new(),
        Conflict::SameEntrance { label, .. } => format!("here already as “{label}”"),
        Conflict::LabelTaken { free } => format!("will be called “{free}”"),
    };
    output.line(&format!(
        "{}\t{}\t{}\t{}\t{conflict}",
        entry.index + 1,
        entry.label,
        entry.cloud_name,
        entry.entrance,
    ));
}

pub(super) async fn find(
    aloft: &Aloft,
    output: &Output,
    arguments: FindArguments,
) -> Result<ExitCode, Problem> {
    let files = arguments.paths.iter().map(|path| crate::absolute(path));
    let around = Whereabouts::of_this_user(files.collect());
    let found = aloft.find_lying(around.clone()).await?;
    show_found(output, &found);
    let asks = !output.json && stdin().is_terminal() && stderr().is_terminal();
    let chosen = match &arguments.import {
        Some(text) => numbers(text, found.sightings.len())?,
        None if asks && !found.sightings.is_empty() => {
            ask_for_numbers(found.sightings.len(), "Say which with --import.")?
        }
        None => Vec::new(),
    };
    if chosen.is_empty() {
        let named = |path: &Path| {
            arguments
                .paths
                .iter()
                .any(|one| crate::absolute(one) == path)
        };
        let failed = found.troubles.iter().any(|(path, _)| named(path));
        return Ok(ExitCode::from(u8::from(failed)));
    }
    let keeping = keeping(aloft, output, arguments.vault).await?;
    passphrase::unlock_for_any(aloft, output).await?;
    let mut code = ExitCode::SUCCESS;
    for number in chosen {
        let Some(sighting) = found.sightings.get(number - 1) else {
            continue;
        };
        let taking = aloft.take_over(around.clone(), sighting, keeping, CONSENT);
        let taken = async {
            let account = taking.await?;
            super::show(aloft, output, &account)?;
            if sighting.path.is_some()
                && (arguments.remove || (asks && wants_removal(sighting, &account.label)))
            {
                aloft.remove_there(around.clone(), sighting).await?;
                output.say(&format!("Removed the secret from {}.", place(sighting)));
            }
            warn(output, sighting);
            if sighting.path.is_none() && arguments.remove {
                return Err(stays_in_environment(&sighting.name));
            }
            Ok::<(), Problem>(())
        };
        if let Err(problem) = taken.await {
            output.complain(&without_keyring(problem, ", say --vault"));
            code = ExitCode::FAILURE;
        }
    }
    Ok(code)
}

/// A program's environment is that of whoever started it.
fn stays_in_environment(name: &str) -> Problem {
    Problem::new(
        ProblemKind::NotHere,
        Words::english(format!(
            "The secret is still in {name}: Aloft cannot clear the environment."
        )),
        Words::english("Take it out where it is set, such as your shell's profile."),
    )
}

fn wants_removal(sighting: &Sighting, label: &str) -> bool {
    let question = format!(
        "“{label}” has its secret now. Remove it from {}? [y/N] ",
        place(sighting)
    );
    matches!(ask(&question).as_str(), "y" | "Y" | "yes")
}

/// What removing alone does not make good.
fn warn(output: &Output, sighting: &Sighting) {
    let path = sighting.path.as_deref().unwrap_or(Path::new("")).display();
    match sighting.git {
        Tracking::Tracked => output.say(&format!(
            "{path} is tracked by git: its history holds the secret, and so does whoever has a copy of the repository. Change the key: aloft accounts rotate."
        )),
        Tracking::Untracked => output.say(&format!(
            "{path} lies in a git repository that does not track it now. If it ever did, change the key: aloft accounts rotate."
        )),
        Tracking::Unknown => output.say(&format!(
            "Whether git tracks {path} could not be found out. If it does, change the key: aloft accounts rotate."
        )),
        Tracking::NotInGit => {}
    }
    if sighting.is_public {
        output.say(&format!(
            "{} is a variable that tools put into web pages: visitors may have the secret. Change the key: aloft accounts rotate.",
            sighting.name
        ));
    }
}

fn show_found(output: &Output, found: &LookedAround) {
    for (index, sighting) in found.sightings.iter().enumerate() {
        if output.json {
            output.object(&object(index + 1, sighting));
            continue;
        }
        let saved = match &sighting.saved_as {
            Some(label) => format!("here as “{label}”"),
            None => String::new(),
        };
        let host = match &sighting.host {
            ApiHost::Custom(url) => format!("\t{url}"),
            ApiHost::Default | ApiHost::Eu | ApiHost::Ap => String::new(),
        };
        output.line(&format!(
            "{}\t{}\t{}\t{}\t{}\t{saved}{host}",
            index + 1,
            sighting.cloud_name,
            sighting.entrance(),
            sighting.name,
            place(sighting),
        ));
        if sighting.git == Tracking::Tracked {
            output.say(&format!("{}: tracked by git.", place(sighting)));
        }
    }
    for not_taken in &found.not_taken {
        let path = not_taken.path.as_ref();
        let path = path.map_or("the environment".to_owned(), |path| {
            path.display().to_string()
        });
        output.say(&format!("{path}: {}: {}", not_taken.name, not_taken.why));
    }
    for (_, problem) in &found.troubles {
        output.complain(problem);
    }
    if found.sightings.is_empty() {
        output.say("No account's secret was found. Name .env files to look into them too.");
    }
}

fn object(number: usize, sighting: &Sighting) -> Value {
    json!({
        "number": number,
        "found_in": match sighting.found_in {
            FoundIn::Environment => "environment",
            FoundIn::DotEnv => "dotenv",
            FoundIn::Cld => "cld",
            FoundIn::Rclone => "rclone",
            FoundIn::VsCode => "vscode",
        },
        "path": sighting.path,
        "line": sighting.line,
        "name": sighting.name,
        "cloud_name": sighting.cloud_name,
        "api_key": sighting.entrance(),
        "host": sighting.host.url().as_str(),
        "public": sighting.is_public,
        "git": match sighting.git {
            Tracking::NotInGit => "none",
            Tracking::Untracked => "untracked",
            Tracking::Tracked => "tracked",
            Tracking::Unknown => "unknown",
        },
        "saved_as": sighting.saved_as,
    })
}

fn place(sighting: &Sighting) -> String {
    match (&sighting.path, sighting.line) {
        (Some(path), Some(line)) => format!("{}:{line}", path.display()),
        (Some(path), None) => path.display().to_string(),
        (None, _) => "the environment".to_owned(),
    }
}

async fn keeping(aloft: &Aloft, output: &Output, vault: bool) -> Result<Keeping, Problem> {
    if !vault {
        return Ok(Keeping::Keyring);
    }
    passphrase::open_vault(aloft, output).await?;
    Ok(Keeping::Vault)
}

/// `all`, or numbers from 1 with commas between them.
fn numbers(text: &str, most: usize) -> Result<Vec<usize>, Problem> {
    let text = text.trim();
    if text == "all" {
        return Ok((1..=most).collect());
    }
    let pieces = text.split([',', ' ']).filter(|piece| !piece.is_empty());
    let number = |piece: &str| {
        let number: Option<usize> = piece.parse().ok();
        number.filter(|number| (1..=most).contains(number))
    };
    let read: Option<Vec<_>> = pieces.map(number).collect();
    read.ok_or_else(|| {
        bad(
            format!("“{text}” names no row of the list."),
            "Write all, or numbers such as 1,3.",
        )
    })
}

fn ask_for_numbers(most: usize, otherwise: &str) -> Result<Vec<usize>, Problem> {
    if !stdin().is_terminal() {
        return Err(bad(
            "Nobody can be asked what to import.".to_owned(),
            otherwise,
        ));
    }
    let answer = ask("Import which? Numbers such as 1,3, or all; Enter for none: ");
    numbers(&answer, most)
}

fn ask(question: &str) -> String {
    let _ = write!(stderr(), "{question}");
    let _ = stderr().flush();
    let mut answer = String::new();
    let _ = stdin().lock().read_line(&mut answer);
    answer.trim().to_owned()
}

fn counted(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}

fn bad(message: String, hint: &str) -> Problem {
    let (message, hint) = (Words::english(message), Words::english(hint));
    Problem::new(ProblemKind::BadValue, message, hint)
}
