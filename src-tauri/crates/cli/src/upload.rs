//! `aloft upload`: one line for each file, in the order given, as soon as it and all before it rest.

use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use app::contract::{
    Choices, ContextPair, DeliveryChoice, MetadataValue, Problem, PublicIdChoice, ResourceChoice,
};
use app::rates::Rate;
use app::words::Words;
use app::{Account, Aloft, BatchLimits, State, Tally, UploadOptions};

use crate::arguments::{Format, UploadArguments};
use crate::interrupts::Interrupts;
use crate::output::Output;
use crate::results::Results;

/// How long a clean end is waited for where the queue takes nothing any more.
const PATIENCE: Duration = Duration::from_secs(3);

pub(crate) async fn run(arguments: UploadArguments, output: &Output) -> Result<ExitCode, Problem> {
    let interrupts = Interrupts::listen();
    let aloft = crate::open(output).await?;
    let account = crate::account(&aloft, arguments.account.as_deref(), output).await?;
    let format = if output.json {
        Format::Json
    } else {
        arguments.format
    };
    let mut results = Results::new(output, format, arguments.events);
    let given = arguments.paths.iter().map(|path| absolute(path)).collect();
    let defaults = match arguments.no_defaults {
        true => Choices::default(),
        false => aloft.default_choices(&account)?,
    };
    let options = options(arguments, defaults);
    aloft.try_again(&account).await?;
    let intake = aloft.begin_upload(&account, given, &options)?;
    let beat = results.beat();
    let both = async {
        let follow = aloft.follow(&intake, beat, |seen| results.take(seen));
        // A queue that takes no more can hardly be worked off: nobody waits for what it took.
        tokio::try_join!(intake.run(), follow)
    };
    let ended = tokio::select! {
        ended = both => Some(ended),
        () = interrupts.pressed(1) => None,
    };
    let Some(ended) = ended else {
        results.end(None);
        output.say(if intake.taken().borrow().complete {
            "aloft: Interrupted. What was not sent stays in the queue; open Aloft or upload again to go on."
        } else {
            "aloft: Interrupted while the files were being added. `aloft queue list` shows which are; upload again to add the rest."
        });
        // The queue is on disk at every moment: whoever cannot wait for a clean end loses nothing by it.
        tokio::select! {
            () = aloft.close() => {}
            () = interrupts.pressed(2) => {}
        }
        return Ok(ExitCode::from(130));
    };
    let tally = ended.as_ref().ok().map(|((), tally)| tally);
    results.end(tally);
    if tally.is_none() {
        let queued = intake.taken().borrow().added;
        output.say(&format!(
            "aloft: Not everything was added. Files added before that: {queued}; `aloft queue list` shows them. Upload again to add the rest."
        ));
    }
    match tally {
        Some(_) => aloft.close().await,
        // What cannot be written may keep it from ending, and loses nothing by not being waited for.
        None => drop(tokio::time::timeout(PATIENCE, aloft.close()).await),
    }
    let ((), tally) = ended?;
    judge(&aloft, &account, &tally, output).await
}

/// What a flag says wins over the account's defaults.
fn options(arguments: UploadArguments, defaults: Choices) -> UploadOptions {
    let rule = arguments
        .public_id_rule
        .map(|rule| PublicIdChoice::Rule { rule });
    let exact = arguments.public_id.map(|id| PublicIdChoice::Exact { id });
    let choices = Choices {
        folder: arguments.folder.unwrap_or(defaults.folder),
        public_id: exact.or(rule).unwrap_or(defaults.public_id),
        tags: match arguments.tags.is_empty() {
            true => defaults.tags,
            false => arguments.tags,
        },
        context: match arguments.context.is_empty() {
            true => defaults.context,
            false => context(arguments.context),
        },
        metadata: match arguments.metadata.is_empty() {
            true => defaults.metadata,
            false => metadata(arguments.metadata),
        },
        upload_preset: arguments.preset.unwrap_or(defaults.upload_preset),
        resource_type: arguments
            .resource_type
            .map(ResourceChoice::from)
            .or(defaults.resource_type),
        overwrite: arguments.overwrite || defaults.overwrite,
        delivery_type: arguments
            .delivery_type
            .map_or(defaults.delivery_type, DeliveryChoice::from),
        transformation: arguments.transformation.unwrap_or(defaults.transformation),
        eager: match arguments.eager.is_empty() {
            true => defaults.eager,
            false => arguments.eager,
        },
        moderation: arguments.moderation.unwrap_or(defaults.moderation),
        strip_location: arguments.strip_location || defaults.strip_location,
    };
    UploadOptions {
        choices,
        dedupe: !arguments.no_dedupe,
        limits: BatchLimits {
            concurrency: arguments.concurrency.map(NonZero::get),
            rate: arguments.limit_rate.map(|Rate(bytes)| bytes),
        },
    }
}

fn context(pairs: Vec<(String, String)>) -> Vec<ContextPair> {
    let pair = |(key, value)| ContextPair { key, value };
    pairs.into_iter().map(pair).collect()
}

/// A field that is named again takes several values.
fn metadata(pairs: Vec<(String, String)>) -> Vec<MetadataValue> {
    let mut fields: Vec<MetadataValue> = Vec::new();
    for (field, value) in pairs {
        match fields.iter_mut().find(|known| known.field == field) {
            Some(known) => {
                known.values.push(value);
                known.several = true;
            }
            None => fields.push(MetadataValue {
                field,
                values: vec![value],
                several: false,
            }),
        }
    }
    fields
}

/// The exit code, and a word where not everything arrived.
async fn judge(
    aloft: &Aloft,
    account: &Account,
    tally: &Tally,
    output: &Output,
) -> Result<ExitCode, Problem> {
    let unfinished = |(state, count): (&State, &u64)| (!state.is_terminal()).then_some(*count);
    let waiting: u64 = tally.counts.iter().filter_map(unfinished).sum();
    if waiting > 0
        && let Some(trouble) = aloft.account_trouble(account).await?
    {
        return Err(stopped(waiting, trouble));
    }
    let all = tally.jobs() + tally.skipped;
    let failed = all - tally.of(State::Done);
    if failed > 0 {
        output.say(&format!("aloft: {failed} of {all} did not arrive."));
        return Ok(ExitCode::from(1));
    }
    Ok(ExitCode::SUCCESS)
}

/// Something concerns the whole account: the files wait in the queue.
fn stopped(waiting: u64, trouble: Problem) -> Problem {
    let trouble = crate::wording::in_terminal(trouble);
    let words = format!(
        "{} Uploads waiting in the queue: {waiting}.",
        trouble.message
    );
    Problem {
        message: Words::english(words),
        ..trouble
    }
}

/// An http address stays as it is; a path belongs to this folder.
fn absolute(path: &Path) -> PathBuf {
    let text = path.to_string_lossy();
    if text.starts_with("http://") || text.starts_with("https://") {
        return path.to_owned();
    }
    crate::absolute(path)
}
