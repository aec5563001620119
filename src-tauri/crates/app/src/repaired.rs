//! What to say when the queue's file was damaged and has been rebuilt.

use engine::Repair;

use crate::aloft::Aloft;
use crate::contract::{Problem, ProblemKind};

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
        (0, 0) => "Nothing in it could be read, so both start empty.".to_owned(),
        (jobs, assets) => format!(
            "What could be read was kept: {} of the list, {} of the library.",
            entries(jobs),
            entries(assets)
        ),
    };
    Problem::new(
        ProblemKind::Disk,
        format!("The file with the list of uploads and the library was damaged. {kept}"),
        format!(
            "You need to do nothing. What is in your Cloudinary account was not touched. The damaged file is in {}; send it in if something is missing.",
            repair.aside.display()
        ),
    )
}

fn entries(count: u64) -> String {
    match count {
        1 => "1 entry".to_owned(),
        count => format!("{count} entries"),
    }
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
            "1998 entries of the list",
            "1 entry of the library",
            "/data/damaged-7",
        ] {
            assert!(some.contains(part), "{some}");
        }
        assert!(said(0, 0).contains("Nothing in it could be read"));
    }
}
