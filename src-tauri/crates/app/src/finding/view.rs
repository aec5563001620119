//! The same in the window: files are picked in the system's dialog, and what was found is asked about by its number.

use credentials::{ApiHost, Keeping};

use super::{FoundIn, LookedAround, Sighting, Tracking, Whereabouts};
use crate::accounts::Consent;
use crate::aloft::{Aloft, held};
use crate::contract::{
    AccountView, FoundInView, LyingAbout, LyingView, NotTakenView, Problem, ProblemKind,
    TrackingView,
};
use crate::desktop::Question;
use crate::vault::VaultState;
use crate::words::problem as p;
use crate::{messages, problems};

/// Where the window was told that secrets lie about.
#[derive(Default)]
pub(crate) struct Lying {
    around: Option<Whereabouts>,
    seen: Vec<Sighting>,
}

impl Aloft {
    /// The window looks around here instead of in this process's surroundings.
    pub fn find_in(&self, whereabouts: Whereabouts) {
        held(&self.0.lying).around = Some(whereabouts);
    }

    pub(crate) async fn find_asking(&self, pick: bool) -> Result<LyingAbout, Problem> {
        let picked = match pick {
            true => self.0.desktop.pick_files().await,
            false => Vec::new(),
        };
        let around = {
            let mut lying = held(&self.0.lying);
            let around = lying
                .around
                .get_or_insert_with(|| Whereabouts::of_this_user(Vec::new()));
            for file in picked {
                if !around.files.contains(&file) {
                    around.files.push(file);
                }
            }
            around.clone()
        };
        let found = self.find_lying(around).await?;
        held(&self.0.lying).seen.clone_from(&found.sightings);
        Ok(view(found))
    }

    pub(crate) async fn take_over_asking(&self, number: usize) -> Result<AccountView, Problem> {
        let (around, sighting) = self.seen(number)?;
        let keeping = self.usual_keeping();
        let account = self
            .take_over(around, &sighting, keeping, Consent::Ask)
            .await?;
        self.view(&account).await
    }

    /// Guarded: a native dialog names the file.
    pub(crate) async fn remove_there_asking(&self, number: usize) -> Result<(), Problem> {
        let (around, sighting) = self.seen(number)?;
        let place = place(&sighting.path, sighting.line).unwrap_or_default();
        let question = Question {
            title: messages::dialog_remove_there_title(),
            body: messages::dialog_remove_there_body(&sighting.name, &place),
            yes: messages::dialog_remove_there_yes(),
        };
        if !self.0.desktop.confirm(question).await {
            let words = p::found_left(&sighting.name);
            return Err(problems::problem(ProblemKind::Declined, words));
        }
        self.remove_there(around, &sighting).await
    }

    fn seen(&self, number: usize) -> Result<(Whereabouts, Sighting), Problem> {
        let lying = held(&self.0.lying);
        let sighting = number.checked_sub(1).and_then(|at| lying.seen.get(at));
        match (&lying.around, sighting) {
            (Some(around), Some(sighting)) => Ok((around.clone(), sighting.clone())),
            (_, _) => {
                let words = p::found_gone(number.to_string());
                Err(problems::plain(ProblemKind::Gone, words))
            }
        }
    }

    /// The keyring; where there is none, a vault that is open.
    pub(crate) fn usual_keeping(&self) -> Keeping {
        let no_keyring = matches!(&held(&self.0.prompt).keyring, Some(Err(_)));
        match self.vault_state() {
            VaultState::Open if no_keyring => Keeping::Vault,
            VaultState::Open | VaultState::Locked | VaultState::Absent => Keeping::Keyring,
        }
    }
}

fn view(found: LookedAround) -> LyingAbout {
    let accounts = found.sightings.into_iter().enumerate();
    LyingAbout {
        accounts: accounts
            .map(|(index, sighting)| lying(index + 1, sighting))
            .collect(),
        not_taken: found
            .not_taken
            .into_iter()
            .map(|one| NotTakenView {
                place: place(&one.path, one.line),
                name: one.name,
                why: one.why.to_string(),
            })
            .collect(),
        troubles: found
            .troubles
            .into_iter()
            .map(|(_, problem)| problem)
            .collect(),
    }
}

fn lying(number: usize, sighting: Sighting) -> LyingView {
    LyingView {
        number,
        found_in: match sighting.found_in {
            FoundIn::Environment => FoundInView::Environment,
            FoundIn::DotEnv => FoundInView::DotEnv,
            FoundIn::Cld => FoundInView::Cld,
            FoundIn::Rclone => FoundInView::Rclone,
            FoundIn::VsCode => FoundInView::VsCode,
        },
        place: place(&sighting.path, sighting.line),
        api_key: sighting.entrance().to_owned(),
        host: match &sighting.host {
            ApiHost::Custom(url) if !sighting.host.is_loopback() => Some(url.to_string()),
            ApiHost::Custom(_) | ApiHost::Default | ApiHost::Eu | ApiHost::Ap => None,
        },
        git: match sighting.git {
            Tracking::NotInGit => TrackingView::None,
            Tracking::Untracked => TrackingView::Untracked,
            Tracking::Tracked => TrackingView::Tracked,
            Tracking::Unknown => TrackingView::Unknown,
        },
        public: sighting.is_public,
        name: sighting.name,
        cloud_name: sighting.cloud_name,
        saved_as: sighting.saved_as,
    }
}

fn place(path: &Option<std::path::PathBuf>, line: Option<usize>) -> Option<String> {
    let path = path.as_ref()?.display();
    Some(match line {
        Some(line) => format!("{path}:{line}"),
        None => path.to_string(),
    })
}
