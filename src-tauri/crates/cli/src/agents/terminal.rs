//! The terminal that a page's question is put to: whether anybody is there, and what they typed after they were asked.

use std::io::IsTerminal;
use std::time::Duration;

/// Nobody reads a question faster than this.
const READING: Duration = Duration::from_millis(600);

/// What a line says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// One of the answers, counted from 0.
    Chosen(usize),
    /// No.
    Refused,
    /// Neither yes nor no.
    PutAway,
    /// Nothing that was asked for, or before anybody can have read what is asked: it is asked anew.
    Again,
}

impl Answer {
    /// Of a line that came so long after the question; `None` is that no line comes any more.
    pub(super) fn of(line: Option<&str>, after: Duration) -> Self {
        match line.map(str::trim) {
            None => Self::PutAway,
            Some(_) if after < READING => Self::Again,
            Some("1") => Self::Chosen(0),
            Some("2") => Self::Chosen(1),
            Some("3") => Self::Refused,
            Some("") => Self::PutAway,
            Some(_) => Self::Again,
        }
    }
}

/// Whether somebody can be asked here.
pub(super) fn is_attended() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal() && system::is_ours()
}

/// Takes back what was typed so far: it was meant for something else.
pub(super) fn forget_typed() {
    system::forget_typed();
}

/// The next line; `None` when none comes any more.
pub(super) fn line() -> Option<String> {
    system::line()
}

#[cfg(unix)]
mod system {
    use std::io::stdin;

    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::io::Errno;
    use rustix::process::getpgrp;
    use rustix::termios::{QueueSelector, tcflush, tcgetpgrp};

    /// How often it is looked whether the terminal is still ours.
    const LOOK: Timespec = Timespec {
        tv_sec: 1,
        tv_nsec: 0,
    };
    /// What a terminal makes of a line, at most.
    const LONGEST: usize = 4096;

    /// A process that reads a terminal which belongs to another job is stopped by the system. A terminal that belongs to no
    /// job at all stops nobody.
    pub(super) fn is_ours() -> bool {
        tcgetpgrp(stdin()).map_or(true, |group| group == getpgrp())
    }

    pub(super) fn forget_typed() {
        let _ = tcflush(stdin(), QueueSelector::IFlush);
    }

    pub(super) fn line() -> Option<String> {
        let input = stdin();
        loop {
            let mut wanted = [PollFd::new(&input, PollFlags::IN)];
            let ready = match poll(&mut wanted, Some(&LOOK)) {
                Ok(ready) => ready > 0,
                Err(Errno::INTR) => false,
                Err(_) => return None,
            };
            // It may have been put into the background since.
            if !is_ours() {
                return None;
            }
            if ready {
                break;
            }
        }
        let mut line = vec![0; LONGEST];
        let length = rustix::io::read(&input, &mut line).ok()?;
        line.truncate(length);
        let line = String::from_utf8(line).ok()?;
        line.ends_with('\n').then_some(line)
    }
}

#[cfg(not(unix))]
mod system {
    use std::io::BufRead;

    pub(super) fn is_ours() -> bool {
        true
    }

    /// There is no call for it; what was typed before comes too soon to count.
    pub(super) fn forget_typed() {}

    pub(super) fn line() -> Option<String> {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line).ok()?;
        line.ends_with('\n').then_some(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_counts_before_the_question_can_have_been_read() {
        for line in ["1", "2", "3", "", "x"] {
            let soon = Answer::of(Some(line), READING - Duration::from_millis(1));
            assert_eq!(soon, Answer::Again, "{line}");
        }
        assert_eq!(Answer::of(Some(" 1\n"), READING), Answer::Chosen(0));
        assert_eq!(Answer::of(Some("2\n"), READING), Answer::Chosen(1));
    }

    #[test]
    fn no_is_said_and_never_guessed() {
        assert_eq!(Answer::of(Some("3\n"), READING), Answer::Refused);
        for line in ["4", "no", "y", "11"] {
            assert_eq!(Answer::of(Some(line), READING), Answer::Again, "{line}");
        }
        assert_eq!(Answer::of(Some("\n"), READING), Answer::PutAway);
        assert_eq!(Answer::of(None, Duration::ZERO), Answer::PutAway);
    }
}
