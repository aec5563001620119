//! What an account offers to choose from: folders, presets, tags and fields of metadata, asked for when somebody types
//! and remembered for a moment. Nothing depends on it: without an answer typing still works.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use cloudinary::{MetadataKind as Kind, ResourceType};
use credentials::{Access, Account, UnlockDialog};

use crate::Aloft;
use crate::aloft::held;
use crate::contract::{
    MetadataField, MetadataKind, MetadataOption, Problem, ProblemKind, Suggest, Suggested,
    Suggestions,
};
use crate::problems;
use crate::words;

/// How long an answer is as good as a new one, and how long no answer is.
const FRESH: Duration = Duration::from_secs(60);
const FRESH_TROUBLE: Duration = Duration::from_secs(10);
/// How long something is refused because the service did not tell of it.
const BELIEVED: Duration = Duration::from_secs(600);
/// Somebody waits for it while typing.
const LONGEST_ANSWER: Duration = Duration::from_secs(8);
/// More than these nobody reads.
const MOST: usize = 50;

/// An account, what is asked, and about which part of it.
type Question = (String, Suggested, String);

/// What was told lately.
#[derive(Default)]
pub(crate) struct Known(Mutex<BTreeMap<Question, (Instant, Suggestions)>>);

/// What an account offers, as far as it was told; `None` where nobody asked or nothing was told.
#[derive(Debug, Default)]
pub(crate) struct Offers {
    pub(crate) presets: Option<Vec<String>>,
    pub(crate) fields: Option<Vec<MetadataField>>,
}

impl Known {
    /// For checking.
    pub(crate) fn of(&self, account: &str) -> Offers {
        let known = held(&self.0);
        let told = |what| {
            let (at, told) = known.get(&(account.to_owned(), what, String::new()))?;
            let is_believed = told.problem.is_none() && at.elapsed() < BELIEVED;
            is_believed.then(|| told.clone())
        };
        Offers {
            presets: told(Suggested::Presets).map(|told| told.values),
            fields: told(Suggested::Metadata).map(|told| told.fields),
        }
    }

    fn fresh(&self, question: &Question) -> Option<Suggestions> {
        let known = held(&self.0);
        let (at, told) = known.get(question)?;
        let good_for = match told.problem {
            Some(_) => FRESH_TROUBLE,
            None => FRESH,
        };
        (at.elapsed() < good_for).then(|| told.clone())
    }

    fn note(&self, question: Question, told: &Suggestions) {
        let mut known = held(&self.0);
        // a folder a level, a beginning of a tag: they would pile up
        known.retain(|(_, what, _), (at, _)| {
            matches!(what, Suggested::Presets | Suggested::Metadata) || at.elapsed() < FRESH
        });
        known.insert(question, (Instant::now(), told.clone()));
    }
}

impl Aloft {
    /// What could be written into a field, as far as the service tells it.
    pub(crate) async fn suggestions(&self, request: Suggest) -> Result<Suggestions, Problem> {
        let account = self.required(&request.account)?;
        let typed = request.typed.trim_start_matches('/');
        let part = match request.what {
            Suggested::Folders => typed.rsplit_once('/').map_or("", |(above, _)| above),
            Suggested::Tags => typed,
            Suggested::Presets | Suggested::Metadata => "",
        };
        let question = (account.id.to_string(), request.what, part.to_owned());
        let told = match self.0.known.fresh(&question) {
            Some(told) => told,
            None => {
                let told = self.ask_for(&account, request.what, part).await;
                let told = told.unwrap_or_else(|problem| Suggestions {
                    problem: Some(problem),
                    ..Suggestions::default()
                });
                self.0.known.note(question, &told);
                told
            }
        };
        Ok(fitting(told, typed))
    }

    async fn ask_for(
        &self,
        account: &Account,
        what: Suggested,
        part: &str,
    ) -> Result<Suggestions, Problem> {
        if let Access::Unsigned { .. } = account.access {
            return Err(Problem::new(
                ProblemKind::Forbidden,
                words::problem::no_key_no_offers(),
                words::hint::sent_as_typed(),
            ));
        }
        let asked = self.while_unlocked(self.asked(account, what, part));
        let answer = tokio::time::timeout(LONGEST_ANSWER, asked);
        answer.await.unwrap_or_else(|_| {
            Err(problems::problem(
                ProblemKind::TimedOut,
                words::problem::service_slow(),
            ))
        })?
    }

    async fn asked(
        &self,
        account: &Account,
        what: Suggested,
        part: &str,
    ) -> Result<Suggestions, Problem> {
        let target = self.target(account, UnlockDialog::Never).await?;
        let client = &self.0.client;
        let words = |error| self.problem_of(&error);
        let mut told = Suggestions::default();
        match what {
            Suggested::Folders => {
                let above = Some(part).filter(|part| !part.is_empty());
                let folders = client.folders(&target, above).await.map_err(words)?;
                told.values = folders.into_iter().map(|folder| folder.path).collect();
            }
            Suggested::Presets => {
                let presets = client.upload_presets(&target).await.map_err(words)?;
                told.values = presets.into_iter().map(|preset| preset.name).collect();
            }
            Suggested::Tags => {
                for kind in [ResourceType::Image, ResourceType::Video, ResourceType::Raw] {
                    let tags = client.tags(&target, kind, part).await.map_err(words)?;
                    told.values.extend(tags);
                }
                told.values.sort();
                told.values.dedup();
            }
            Suggested::Metadata => {
                let fields = client.metadata_fields(&target).await.map_err(words)?;
                told.fields = fields.into_iter().map(field).collect();
            }
        }
        Ok(told)
    }
}

/// Those that go on from what is typed; the order is the service's.
fn fitting(mut told: Suggestions, typed: &str) -> Suggestions {
    let typed = typed.to_lowercase();
    told.values
        .retain(|value| value.to_lowercase().contains(&typed));
    told.values.truncate(MOST);
    told
}

fn field(told: cloudinary::MetadataField) -> MetadataField {
    MetadataField {
        id: told.external_id,
        label: told.label,
        kind: match told.kind {
            Some(Kind::String) => MetadataKind::Text,
            Some(Kind::Integer) => MetadataKind::Integer,
            Some(Kind::Date) => MetadataKind::Date,
            Some(Kind::Enum) => MetadataKind::One,
            Some(Kind::Set) => MetadataKind::Several,
            None => MetadataKind::Other,
        },
        mandatory: told.mandatory,
        allowed: told
            .values
            .into_iter()
            .map(|option| MetadataOption {
                id: option.external_id,
                label: option.value,
            })
            .collect(),
    }
}
