//! What `aloft upload` prints while it goes on: results on standard output, words and progress beside them.

use std::borrow::Cow;
use std::time::{Duration, Instant};

use app::contract::{LinkFormat, Problem, ProblemKind, Skipped};
use app::links::{Subject, stored_link};
use app::words::Words;
use app::{Checked, Job, Moment, PassedOver, Seen, Source, State, Tally};
use serde_json::{Value, json};

use crate::arguments::Format;
use crate::output::{Output, error};
use crate::progress::Screen;
use crate::speed::Speed;
use crate::wording::in_terminal;

/// How often a script is told how far everything is.
const EVENTS: Duration = Duration::from_secs(1);
/// How often a person sees it.
const FRAMES: Duration = Duration::from_millis(100);

/// Prints what a follower is told.
pub(crate) struct Results<'a> {
    output: &'a Output,
    format: Format,
    events: bool,
    screen: Option<Screen>,
    speed: Speed,
    told: Option<Instant>,
    /// The newest moment, if it was not told.
    untold: Option<Value>,
}

impl<'a> Results<'a> {
    pub(crate) fn new(output: &'a Output, format: Format, events: bool) -> Self {
        Self {
            output,
            format,
            events: events && format == Format::Json,
            screen: Screen::of_terminal(),
            speed: Speed::default(),
            told: None,
            untold: None,
        }
    }

    /// How often moments are wanted.
    pub(crate) fn beat(&self) -> Option<Duration> {
        match (&self.screen, self.events) {
            (Some(_), _) => Some(FRAMES),
            (None, true) => Some(EVENTS),
            (None, false) => None,
        }
    }

    pub(crate) fn take(&mut self, seen: Seen<'_>) {
        match seen {
            Seen::PassedOver(passed) => self.aside(|this| this.passed_over(passed)),
            Seen::Rests(job) | Seen::Waits(job) => self.aside(|this| this.result(job)),
            Seen::Because(problem) => self.aside(|this| this.waits(problem)),
            Seen::Moved(moment) => self.moved(moment, Instant::now()),
        }
    }

    /// Nothing more comes; without a tally it broke off.
    pub(crate) fn end(&mut self, tally: Option<&Tally>) {
        if let Some(screen) = &self.screen {
            screen.end();
        }
        self.tell_moment();
        if let (true, Some(tally)) = (self.events, tally) {
            let done = tally.of(State::Done);
            let lost = tally.of(State::Failed) + tally.of(State::Cancelled);
            self.output.object(&json!({
                "event": "end",
                "done": done,
                "failed": lost,
                "waiting": tally.jobs() - done - lost,
                "skipped": tally.skipped,
            }));
        }
    }

    /// Prints something without the progress in between.
    fn aside(&self, print: impl FnOnce(&Self)) {
        match &self.screen {
            Some(screen) => screen.aside(|| print(self)),
            None => print(self),
        }
    }

    fn passed_over(&self, passed: &PassedOver) {
        let Skipped { name, problem } = &passed.skipped;
        self.output
            .say(&format!("aloft: {}: {problem}", passed.path.display()));
        if self.format == Format::Json {
            self.object(json!({
                "path": passed.path.to_string_lossy(),
                "name": name,
                "state": "skipped",
                "error": error(problem),
            }));
        } else {
            self.output.line("");
        }
    }

    fn result(&self, job: &Job) {
        if self.format == Format::Json {
            self.object(object(job));
        }
        match (&job.receipt, job.state) {
            (Some(receipt), State::Done) => {
                let form = match self.format {
                    Format::Url => Some(LinkFormat::Url),
                    Format::Markdown => Some(LinkFormat::Markdown),
                    Format::Html => Some(LinkFormat::Html),
                    Format::Json => None,
                };
                if let Some(form) = form {
                    let subject = Subject {
                        name: &job.name,
                        alt: &job.name,
                        receipt,
                    };
                    // of a form without the user's own text there is nothing that could be wrong
                    let link = stored_link(&form, subject, &job.cloud_name);
                    self.output.line(&link.unwrap_or_default());
                }
                if let Checked::NotVerified { reason } = &job.verification {
                    self.output.say(&format!(
                        "aloft: {}: {}",
                        path_of(job),
                        app::words::of_doubt(*reason)
                    ));
                }
            }
            _ => {
                let problem = app::problem_of(job).map(in_terminal);
                let problem = problem.unwrap_or_else(|| unsent(job));
                self.output
                    .say(&format!("aloft: {}: {problem}", path_of(job)));
                if self.format != Format::Json {
                    // One line for each file, so that line N belongs to file N.
                    self.output.line("");
                }
            }
        }
    }

    fn waits(&self, problem: &Problem) {
        // Nobody opens the vault for this process any more: the files' own lines say what to do.
        if problem.message != app::words::problem::vault_locked() {
            self.output.say(&format!(
                "aloft: {} It is tried again by itself; Ctrl-C keeps it in the queue.",
                problem.message
            ));
        }
        if self.events {
            self.output
                .object(&json!({ "event": "waiting", "error": error(problem) }));
        }
    }

    fn moved(&mut self, moment: &Moment, now: Instant) {
        self.speed.note(now, moment.sent);
        if let Some(screen) = &mut self.screen {
            screen.show(moment, &self.speed, now);
        }
        if !self.events {
            return;
        }
        self.untold = Some(progress(moment, &self.speed));
        if self.told.is_none_or(|told| now - told >= EVENTS) {
            self.told = Some(now);
            self.tell_moment();
        }
    }

    fn tell_moment(&mut self) {
        if let Some(moment) = self.untold.take() {
            self.output.object(&moment);
        }
    }

    /// One file's result.
    fn object(&self, mut object: Value) {
        if self.events {
            object["event"] = json!("result");
        }
        self.output.object(&object);
    }
}

/// How far everything is; the names are stable.
fn progress(moment: &Moment, speed: &Speed) -> Value {
    let of = |state| moment.counts.get(&state).copied().unwrap_or_default();
    let moving: Vec<Value> = moment
        .moving
        .iter()
        .map(|job| json!({ "path": path_of(job), "sent": job.sent, "total": job.total }))
        .collect();
    let left = speed.left(moment.total.saturating_sub(moment.sent));
    json!({
        "event": "progress",
        "files": moment.counts.values().sum::<u64>(),
        "complete": moment.complete,
        "done": of(State::Done),
        "failed": of(State::Failed) + of(State::Cancelled),
        "sent": moment.sent,
        "total": moment.total,
        "bytes_per_second": speed.per_second().map(f64::round),
        "seconds_left": left.filter(|_| moment.complete).map(|left| left.as_secs()),
        "moving": moving,
    })
}

fn unsent(job: &Job) -> Problem {
    let words = if job.state.is_terminal() {
        format!("“{}” was cancelled.", job.name)
    } else {
        format!("“{}” waits in the queue.", job.name)
    };
    Problem::new(ProblemKind::Declined, Words::english(words), Words::none())
}

/// One file's result; the names are stable.
pub(crate) fn object(job: &Job) -> Value {
    let mut object = json!({
        "path": path_of(job),
        "name": job.name,
        "state": job.state.as_str(),
        "bytes": job.size,
        "reused": job.reused,
    });
    if let Some(cleaned) = &job.cleaned {
        object["location_bytes_removed"] = json!(cleaned.removed);
    }
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

/// As it was given, or found in a folder that was given.
pub(crate) fn path_of(job: &Job) -> Cow<'_, str> {
    match &job.source {
        Source::File(path) => path.to_string_lossy(),
        Source::Url(address) => Cow::Borrowed(address),
        Source::Widget(name) => Cow::Borrowed(name),
    }
}
