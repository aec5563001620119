//! Progress on a terminal: a line for each of the first files under way and one for everything.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::time::Instant;

use app::sizes::in_bytes;
use app::{Job, JobId, Moment, State};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::speed::Speed;

/// Lines of single files, at most.
const LINES: usize = 4;
/// Characters of a file's name.
const NAME: usize = 32;

/// The lines at the foot of the terminal.
pub(crate) struct Screen {
    lines: MultiProgress,
    all: ProgressBar,
    files: BTreeMap<JobId, ProgressBar>,
}

impl Screen {
    /// `None` where nobody looks.
    pub(crate) fn of_terminal() -> Option<Self> {
        std::io::stderr()
            .is_terminal()
            .then(|| Self::on(ProgressDrawTarget::stderr()))
    }

    fn on(target: ProgressDrawTarget) -> Self {
        let lines = MultiProgress::with_draw_target(target);
        let all = lines.add(bar("{bar:30} {msg}"));
        Self {
            lines,
            all,
            files: BTreeMap::new(),
        }
    }

    pub(crate) fn show(&mut self, moment: &Moment, speed: &Speed, now: Instant) {
        if moment.total == 0 {
            return; // a bar of nothing would be a full one
        }
        self.files.retain(|id, line| {
            let moves = moment.moving.iter().any(|job| job.id == *id);
            if !moves {
                line.finish_and_clear();
                self.lines.remove(line);
            }
            moves
        });
        for job in &moment.moving {
            self.show_file(job);
        }
        self.all.set_length(moment.total);
        // a bar never goes back
        let position = self.all.position().max(moment.sent).min(moment.total);
        self.all.set_position(position);
        let words = words(moment, speed, now);
        let sizes = format!("{}/{}", in_bytes(position), in_bytes(moment.total));
        self.all.set_message(format!("{sizes} {words}"));
    }

    fn show_file(&mut self, job: &Job) {
        if !self.files.contains_key(&job.id) {
            if self.files.len() == LINES {
                return;
            }
            let line = self
                .lines
                .insert_before(&self.all, bar("  {prefix} {bar:15} {msg}"));
            line.set_prefix(cut(&job.name));
            self.files.insert(job.id, line);
        }
        if let Some(line) = self.files.get(&job.id) {
            line.set_length(job.total);
            line.set_position(line.position().max(job.sent).min(job.total));
            line.set_message(if job.state == State::Finishing || job.sent >= job.total {
                "finishing…".to_owned()
            } else {
                format!("{}/{}", in_bytes(job.sent), in_bytes(job.total))
            });
        }
    }

    /// Prints something without the lines in between.
    pub(crate) fn aside(&self, print: impl FnOnce()) {
        self.lines.suspend(print);
    }

    pub(crate) fn end(&self) {
        for line in self.files.values() {
            line.finish_and_clear();
        }
        self.all.finish_and_clear();
    }
}

fn bar(template: &str) -> ProgressBar {
    let bar = ProgressBar::no_length();
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}

/// `12 of 200 files, 3.1 MB/s, 2 min left`.
fn words(moment: &Moment, speed: &Speed, now: Instant) -> String {
    let of = |state| moment.counts.get(&state).copied().unwrap_or_default();
    let all: u64 = moment.counts.values().sum();
    let so_far = if moment.complete { "" } else { " so far" };
    let mut words = vec![format!("{} of {all} files{so_far}", of(State::Done))];
    if of(State::Failed) > 0 {
        words.push(format!("{} failed", of(State::Failed)));
    }
    if of(State::WaitingForNetwork) > 0 && moment.moving.is_empty() {
        words.push("waiting for the network".to_owned());
    } else if moment.complete && moment.total > 0 && moment.sent >= moment.total {
        words.push("finishing…".to_owned());
    } else if speed.stalled(now) {
        words.push("stalled".to_owned());
    } else {
        if let Some(speed) = speed.per_second() {
            words.push(format!("{}/s", in_bytes(speed as u64)));
        }
        let left = speed.left(moment.total.saturating_sub(moment.sent));
        if let Some(left) = left.filter(|_| moment.complete) {
            words.push(time_left(left.as_secs()));
        }
    }
    words.join(", ")
}

fn time_left(seconds: u64) -> String {
    match seconds {
        0..=59 => format!("{} s left", seconds.max(1)),
        60..=5399 => format!("{} min left", seconds.div_ceil(60)),
        _ => format!("{} h left", (seconds + 1800) / 3600),
    }
}

/// The beginning and the end of a name, where it is long; both say what it is.
fn cut(name: &str) -> String {
    let characters: Vec<char> = name.chars().collect();
    if characters.len() <= NAME {
        return format!("{name:NAME$}");
    }
    let tail = NAME / 3;
    let head: String = characters[..NAME - tail - 1].iter().collect();
    let end: String = characters[characters.len() - tail..].iter().collect();
    format!("{head}…{end}")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::time::Duration;

    use indicatif::{InMemoryTerm, TermLike as _};

    use super::*;

    fn screen() -> (Screen, InMemoryTerm) {
        let terminal = InMemoryTerm::new(12, 100);
        let target = ProgressDrawTarget::term_like(Box::new(terminal.clone()));
        (Screen::on(target), terminal)
    }

    fn moment(counts: &[(State, u64)], sent: u64, total: u64) -> Moment {
        Moment {
            counts: counts.iter().copied().collect::<BTreeMap<_, _>>(),
            sent,
            total,
            complete: true,
            ..Moment::default()
        }
    }

    /// As after `seconds` at 1 MB a second.
    fn steady(seconds: u64, now: Instant) -> Speed {
        let mut speed = Speed::default();
        for tenth in 0..=seconds * 10 {
            let at = now - Duration::from_millis((seconds * 10 - tenth) * 100);
            speed.note(at, tenth * 100_000);
        }
        speed
    }

    #[test]
    fn the_last_line_says_how_far_everything_is_and_how_long_it_takes() {
        let (mut screen, terminal) = screen();
        let now = Instant::now();
        let halfway = moment(
            &[(State::Done, 3), (State::Uploading, 1)],
            50_000_000,
            170_000_000,
        );
        screen.show(&halfway, &steady(10, now), now);
        let shown = terminal.contents();
        assert!(shown.contains("50 MB/170 MB"), "{shown}");
        assert!(
            shown.contains("3 of 4 files, 1 MB/s, 2 min left"),
            "{shown}"
        );
    }

    #[test]
    fn nothing_is_promised_while_files_are_still_looked_for() {
        let (mut screen, terminal) = screen();
        let now = Instant::now();
        let scanning = Moment {
            complete: false,
            ..moment(&[(State::Uploading, 9)], 5, 10_000_000)
        };
        screen.show(&scanning, &steady(10, now), now);
        let shown = terminal.contents();
        assert!(
            shown.contains("0 of 9 files so far") && !shown.contains("left"),
            "{shown}"
        );
    }

    #[test]
    fn a_bar_never_goes_back_and_never_shows_nothing_as_everything() {
        let (mut screen, terminal) = screen();
        let now = Instant::now();
        screen.show(&Moment::default(), &Speed::default(), now);
        assert!(
            !terminal.contents().contains('█'),
            "{}",
            terminal.contents()
        );
        screen.show(&moment(&[], 60, 100), &Speed::default(), now);
        screen.show(&moment(&[], 20, 100), &Speed::default(), now);
        assert!(
            terminal.contents().contains("60 bytes/100 bytes"),
            "{}",
            terminal.contents()
        );
        screen.show(
            &moment(&[(State::Finishing, 1)], 100, 100),
            &Speed::default(),
            now,
        );
        assert!(
            terminal.contents().contains("finishing…"),
            "{}",
            terminal.contents()
        );
    }

    #[test]
    fn what_is_printed_stands_above_the_lines() {
        let (mut screen, terminal) = screen();
        screen.show(&moment(&[], 1, 100), &Speed::default(), Instant::now());
        screen.aside(|| terminal.write_line("a link").unwrap());
        assert!(
            terminal.contents().starts_with("a link\n"),
            "{}",
            terminal.contents()
        );
        screen.end();
        assert_eq!(terminal.contents(), "a link");
    }

    #[test]
    fn a_long_name_keeps_both_ends() {
        let name = cut("the whole story of a summer on the coast, part seven.jpeg");
        assert_eq!(name, "the whole story of a …seven.jpeg");
        assert_eq!(cut("a.png").len(), NAME);
    }
}
