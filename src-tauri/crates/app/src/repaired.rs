//! What to say when the queue's file was damaged and has been rebuilt.

use engine::Repair;

use crate::aloft::Aloft;
use crate::contract::{Problem, ProblemKind};
use crate::words;

impl Aloft {
    /// What became of a damaged queue when this process opened it, and what to do; `None` when it
    /// was sound.
    pub fn repair_words(&self) -> Option<String> {
        self.repaired().map(|problem| problem.to_string())
    }

    pub(crate) fn repaired(&self) -> Option<Problem> {
        self.0.queue.repair().map(words)
    }
}

fn words(repair: &Repair) -> Problem {
    let kept = match (repair.jobs, repair.assets) {
        (0, 0) => words::problem::repaired_nothing(),
        (jobs, assets) => words::problem::repaired_some(jobs, assets),
    };
    Problem::new(
        ProblemKind::Disk,
        kept,
        words::hint::repaired(&repair.aside),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_say_what_was_kept_and_where_the_damaged_file_is() {
        let said = |jobs, assets| {
            let aside = "/data/damaged-7".into();
            words(&Repair {
                aside,
                jobs,
                assets,
            })
            .to_string()
        };
        let some = said(1_998, 1);
        for part in [
            "damaged",
            "entries of the list: 1998",
            "of the library: 1.",
            "/data/damaged-7",
        ] {
            assert!(some.contains(part), "{some}");
        }
        assert!(said(0, 0).contains("Nothing in it could be read"));
    }
}
