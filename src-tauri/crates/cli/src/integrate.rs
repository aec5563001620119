//! `aloft integrate …`: Aloft in the file manager's menus. Exit code 1 when an entry could not be written or taken away.

use std::process::ExitCode;

use app::Folders;
use app::contract::Problem;
use app::integration::{Change, Integration, Standing, Step, Surroundings, What};
use serde_json::json;

use crate::arguments::IntegrateCommand;
use crate::output::{Output, error};

pub(crate) fn run(command: IntegrateCommand, output: &Output) -> Result<ExitCode, Problem> {
    let integration = Integration::new(Surroundings::of_this_user(&Folders::of_this_user())?);
    match command {
        IntegrateCommand::Install => Ok(show(output, &integration.install()?)),
        IntegrateCommand::Remove => Ok(show(output, &integration.remove()?)),
        IntegrateCommand::Status => {
            status(output, &integration);
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn show(output: &Output, steps: &[Step]) -> ExitCode {
    for step in steps {
        match &step.outcome {
            Ok(change) if output.json => {
                output.object(&json!({ "what": step.what, "place": step.place, "change": change }));
            }
            Ok(change) => line(output, change_words(*change), step.what, &step.place),
            Err(problem) => {
                if output.json {
                    let error = error(problem);
                    output
                        .object(&json!({ "what": step.what, "place": step.place, "error": error }));
                }
                output.say(&format!("aloft: {problem}"));
            }
        }
    }
    ExitCode::from(u8::from(steps.iter().any(|step| step.outcome.is_err())))
}

fn status(output: &Output, integration: &Integration) {
    let status = integration.status();
    for seen in &status.entries {
        if output.json {
            output.object(seen);
        } else {
            line(
                output,
                standing_words(seen.standing),
                seen.what,
                &seen.place,
            );
        }
    }
    if let Some(problem) = &status.problem {
        output.say(&format!("aloft: {problem}"));
    }
}

fn line(output: &Output, how: &str, what: What, place: &impl std::fmt::Display) {
    output.line(&format!("{how}\t{}\t{place}", what_words(what)));
}

fn change_words(change: Change) -> &'static str {
    match change {
        Change::Written => "installed",
        Change::Kept => "unchanged",
        Change::Removed => "removed",
        Change::Absent => "not there",
        Change::LeftAlone => "not Aloft's, left alone",
    }
}

fn standing_words(standing: Standing) -> &'static str {
    match standing {
        Standing::Absent => "not installed",
        Standing::Installed => "installed",
        Standing::Outdated => "outdated",
        Standing::Foreign => "not Aloft's",
    }
}

fn what_words(what: What) -> &'static str {
    match what {
        What::Icon => "icon",
        What::Launcher => "“Open with”",
        What::Nautilus => "GNOME Files",
        What::Dolphin => "Dolphin",
        What::SendTo => "“Send to”",
        What::FileVerb => "Explorer, files",
        What::FolderVerb => "Explorer, folders",
    }
}
