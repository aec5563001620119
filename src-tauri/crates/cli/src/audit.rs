//! `aloft audit`: what was done with secrets, newest first, and whether the log is as it was written.

use std::process::ExitCode;

use app::Folders;
use app::audit::{Audit, Wanted, since};
use app::contract::{Problem, ProblemKind};
use app::words::Words;

use crate::arguments::AuditArguments;
use crate::output::Output;

pub(crate) async fn run(arguments: AuditArguments, output: &Output) -> Result<ExitCode, Problem> {
    let audit = Audit::in_folders(&Folders::of_this_user());
    if arguments.verify {
        let checked = audit.check().await?;
        output.say(&checked.words().to_string());
        if output.json {
            output.object(&checked.json());
        }
        return Ok(match checked.is_sound() {
            true => ExitCode::SUCCESS,
            false => ExitCode::FAILURE,
        });
    }
    let moment = arguments.since.as_deref().map(|text| {
        since(text).ok_or_else(|| {
            Problem::new(
                ProblemKind::BadValue,
                Words::english(format!("“{text}” is no date.")),
                Words::english("Write it as 2026-03-01 or 2026-03-01T14:30."),
            )
        })
    });
    let wanted = Wanted {
        words: arguments.search.unwrap_or_default(),
        since: moment.transpose()?,
        before: None,
        limit: arguments.limit,
    };
    let is_narrowed = !wanted.words.is_empty() || wanted.since.is_some();
    let found = audit.find(wanted).await?;
    if found.is_empty() && arguments.limit > 0 {
        output.say(match is_narrowed {
            true => "No entry of the log fits.",
            false => "There is no entry in the log yet.",
        });
    }
    for told in found {
        if output.json {
            output.object(&told.json());
            continue;
        }
        let names = told.names().collect::<Vec<_>>().join(" ");
        output.line(&format!(
            "{}\t{}\t{}\t{}\t{names}",
            told.local_time(),
            told.account().unwrap_or("-"),
            told.what(),
            told.who(),
        ));
    }
    Ok(ExitCode::SUCCESS)
}
