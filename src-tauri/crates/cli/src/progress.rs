//! The progress bar: on a terminal only, and never in the way of results.

use std::io::IsTerminal;

use app::{Job, State};
use indicatif::{ProgressBar, ProgressStyle};

/// One bar over all bytes of this command.
pub(crate) struct Bar(Option<ProgressBar>);

impl Bar {
    pub(crate) fn new(files: usize) -> Self {
        if files == 0 || !std::io::stderr().is_terminal() {
            return Self(None);
        }
        let bar = ProgressBar::new(0);
        if let Ok(style) =
            ProgressStyle::with_template("{bar:30} {bytes}/{total_bytes} {bytes_per_sec} {msg}")
        {
            bar.set_style(style);
        }
        Self(Some(bar))
    }

    pub(crate) fn show(&self, jobs: &[Job]) {
        let Some(bar) = &self.0 else { return };
        let done = jobs.iter().filter(|job| job.state == State::Done).count();
        bar.set_length(jobs.iter().map(|job| job.total).sum());
        bar.set_position(jobs.iter().map(|job| job.sent.min(job.total)).sum());
        let finishing = jobs.iter().any(|job| job.state == State::Finishing);
        let word = if finishing { ", finishing…" } else { "" };
        bar.set_message(format!("{done}/{} files{word}", jobs.len()));
    }

    /// Prints something without the bar in between.
    pub(crate) fn aside(&self, print: impl FnOnce()) {
        match &self.0 {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }

    pub(crate) fn end(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
