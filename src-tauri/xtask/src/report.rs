//! The steps of a run: each named, timed, counted, and repeatable by a command.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::counts::{self, Counts};
use crate::failure::{Failure, Result};
use crate::watch::Finished;

/// What was done so far.
#[derive(Default)]
pub(crate) struct Report {
    steps: Vec<Done>,
}

struct Done {
    name: &'static str,
    took: Duration,
    counts: Counts,
    /// What went wrong, and what to do.
    failure: Option<String>,
}

/// What a step must show besides a successful exit.
pub(crate) enum Shows {
    /// Nothing: it is a check.
    Success,
    /// At least one test that ran.
    Tests,
}

impl Report {
    /// Runs one step; a failure is noted with `repeat`, the command that runs this step again, and later steps go on.
    pub(crate) fn step(
        &mut self,
        name: &'static str,
        repeat: &str,
        shows: Shows,
        work: impl FnOnce() -> Result<Finished>,
    ) {
        println!("\n=== {name}");
        let start = Instant::now();
        let result = work();
        let took = start.elapsed();

        let (mut counts, failure) = match result {
            Err(failure) => (Counts::default(), Some(failure.to_string())),
            Ok(finished) => {
                let counts = match shows {
                    Shows::Success => Counts::default(),
                    Shows::Tests => counts::read(&finished.text),
                };
                let failure = if !finished.success {
                    Some(format!("failed, see above; repeat it with `{repeat}`"))
                } else if matches!(shows, Shows::Tests) && counts == Counts::default() {
                    Some(format!("ran no test; repeat it with `{repeat}`"))
                } else {
                    None
                };
                (counts, failure)
            }
        };
        // A step that fails without naming a failed test is one failure itself.
        if failure.is_some() && counts.failed == 0 {
            counts.failed = 1;
        }
        match &failure {
            None => println!("=== {name}: ok, {}", seconds(took)),
            Some(words) => println!("=== {name}: {words} ({})", seconds(took)),
        }
        self.steps.push(Done {
            name,
            took,
            counts,
            failure,
        });
    }

    /// Runs one step that makes something ready for later ones.
    pub(crate) fn prepare<T>(
        &mut self,
        name: &'static str,
        repeat: &str,
        work: impl FnOnce() -> Result<T>,
    ) -> Option<T> {
        let mut made = None;
        self.step(name, repeat, Shows::Success, || {
            let work = work()
                .map_err(|failure| Failure::new(format!("{failure}; repeat it with `{repeat}`")))?;
            made = Some(work);
            Ok(Finished {
                success: true,
                text: String::new(),
            })
        });
        made
    }

    /// Prints the table and the closing line.
    pub(crate) fn close(self) -> ExitCode {
        println!();
        for done in &self.steps {
            let verdict = if done.failure.is_some() {
                "FAILED"
            } else {
                "ok"
            };
            let tests = match done.counts {
                Counts {
                    passed: 0,
                    failed: 0,
                } => String::new(),
                Counts { passed, failed } => format!("{passed} passed, {failed} failed"),
            };
            println!(
                "{}",
                format!(
                    "{verdict:<7} {:>9}  {:<16} {tests}",
                    seconds(done.took),
                    done.name
                )
                .trim_end()
            );
        }
        for done in &self.steps {
            if let Some(words) = &done.failure {
                println!("\n{}: {words}", done.name);
            }
        }
        let Counts { passed, failed } = self.steps.iter().map(|done| done.counts).sum();
        println!("\n{passed} passed, {failed} failed");
        if failed == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}

fn seconds(took: Duration) -> String {
    format!("{:.1} s", took.as_secs_f64())
}
