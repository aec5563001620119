//! What a person sets for an upload, or keeps for an account: how it becomes a job, and what is wrong with it.

mod check;
mod kept;
mod known;

use credentials::Account;
use engine::{PublicIdRule, ResourceType};
use serde_json::{Map, Value, json};

use crate::Aloft;
use crate::contract::{
    CheckChoices, CheckedChoices, ChoiceExample, Choices, ChoicesView, DeliveryChoice, Problem,
    ProblemKind, PublicIdChoice, ResourceChoice, SetChoices,
};
use crate::{carrier, problems};

pub(crate) use check::Occasion;
use check::check;
pub(crate) use kept::Defaults;
pub(crate) use known::Known;

/// Stands for the random part where a public ID is only shown.
const SAMPLE_RANDOM: &str = "x7k2ab";
/// Stands for a file where none is known yet.
const SAMPLE_NAME: &str = "harbour.jpg";

impl Aloft {
    /// What uploads for an account begin with, as long as nothing else is said.
    ///
    /// # Errors
    /// When what is kept cannot be read.
    pub fn default_choices(&self, account: &Account) -> Result<Choices, Problem> {
        Ok(self.0.defaults.of(account.id.as_str())?.choices)
    }

    pub(crate) fn choices_view(&self, id: &str) -> Result<ChoicesView, Problem> {
        let account = self.required(id)?;
        let kept = self.0.defaults.of(account.id.as_str())?;
        Ok(ChoicesView {
            account: account.id.to_string(),
            choices: kept.choices,
            ask_each_time: kept.ask_each_time,
        })
    }

    /// Keeps what uploads for an account begin with.
    pub(crate) fn keep_choices(&self, request: SetChoices) -> Result<ChoicesView, Problem> {
        let account = self.required(&request.account)?;
        let choices = tidy(request.choices);
        self.refuse_faults(&account, &choices, Occasion::Kept)?;
        let kept = kept::Kept {
            choices,
            ask_each_time: request.ask_each_time,
        };
        if let Some(damaged) = self.0.defaults.set(account.id.as_str(), kept)? {
            self.notify_trouble(damaged);
        }
        self.choices_view(&request.account)
    }

    /// Looks at what is set before anything is sent, and shows what a file would become.
    pub(crate) async fn checked_choices(
        &self,
        request: CheckChoices,
    ) -> Result<CheckedChoices, Problem> {
        let account = self.required(&request.account)?;
        let choices = tidy(request.choices);
        let occasion = match (request.kept, request.names.len()) {
            (true, _) => Occasion::Kept,
            (false, 1) => Occasion::One,
            (false, 0) => Occasion::Unknown,
            (false, _) => Occasion::Several,
        };
        let found = check(
            &account,
            &choices,
            occasion,
            &self.0.known.of(account.id.as_str()),
        );
        let name = request.names.first().map_or(SAMPLE_NAME, String::as_str);
        Ok(CheckedChoices {
            faults: found.faults,
            notes: found.notes,
            example: self.example(&account, &choices, name).await?,
        })
    }

    /// The first thing that would be refused, as an error; nothing is sent then.
    pub(crate) fn refuse_faults(
        &self,
        account: &Account,
        choices: &Choices,
        occasion: Occasion,
    ) -> Result<(), Problem> {
        let known = self.0.known.of(account.id.as_str());
        match check(account, choices, occasion, &known)
            .faults
            .into_iter()
            .next()
        {
            Some(fault) => Err(problems::problem(ProblemKind::BadValue, fault.message)),
            None => Ok(()),
        }
    }

    async fn example(
        &self,
        account: &Account,
        choices: &Choices,
        name: &str,
    ) -> Result<ChoiceExample, Problem> {
        let guess = || engine::guess(name.as_ref(), &[]);
        let kind = choices.resource_type.map_or_else(guess, resource_type);
        let rule = rule(choices, &today(), 1);
        let public_id = rule.example(name, kind, SAMPLE_RANDOM, &params(choices, ""));
        let host = self.delivery_host(account).await?;
        let extension = name.rsplit_once('.').map(|(_, extension)| extension);
        let link = public_id.as_deref().map(|public_id| {
            cloudinary::delivery_url(&cloudinary::Link {
                host: &host,
                cloud_name: &account.cloud_name,
                resource_type: carrier::client_type(kind),
                delivery_type: carrier::delivery_type(delivery_type(choices.delivery_type)),
                transformation: "",
                version: None,
                public_id,
                format: extension.filter(|_| kind != ResourceType::Raw),
                signature: None,
            })
        });
        Ok(ChoiceExample {
            name: name.to_owned(),
            public_id,
            link,
        })
    }
}

/// Without what was left empty, and without blanks around.
pub(crate) fn tidy(mut choices: Choices) -> Choices {
    let trim = |text: &mut String| *text = text.trim().to_owned();
    trim(&mut choices.folder);
    choices.folder = choices.folder.trim_matches('/').to_owned();
    trim(&mut choices.upload_preset);
    trim(&mut choices.transformation);
    trim(&mut choices.moderation);
    for list in [&mut choices.tags, &mut choices.eager] {
        list.iter_mut().for_each(trim);
        list.retain(|text| !text.is_empty());
    }
    choices
        .context
        .iter_mut()
        .for_each(|pair| trim(&mut pair.key));
    choices
        .context
        .retain(|pair| !pair.key.is_empty() || !pair.value.trim().is_empty());
    for value in &mut choices.metadata {
        trim(&mut value.field);
        value.values.retain(|value| !value.trim().is_empty());
    }
    choices
        .metadata
        .retain(|value| !value.field.is_empty() || !value.values.is_empty());
    choices
}

/// The upload parameters that come of it, by the service's names. `inside` is the folder inside the one that was given.
pub(crate) fn params(choices: &Choices, inside: &str) -> Map<String, Value> {
    let mut params = Map::new();
    let folder = engine::join_folders(&choices.folder, inside);
    if !folder.is_empty() {
        // `folder` works in both folder modes: a prefix of the public ID, and the asset's folder.
        params.insert("folder".into(), json!(folder));
    }
    if !choices.tags.is_empty() {
        params.insert("tags".into(), json!(choices.tags));
    }
    let context = choices.context.iter();
    let context: Map<String, Value> = context
        .map(|pair| (pair.key.clone(), json!(pair.value)))
        .collect();
    if !context.is_empty() {
        params.insert("context".into(), context.into());
    }
    let metadata = choices.metadata.iter().map(|value| {
        let plain = || json!(value.values.first().map_or("", String::as_str));
        let values = match value.several {
            true => json!(value.values),
            false => plain(),
        };
        (value.field.clone(), values)
    });
    let metadata: Map<String, Value> = metadata.collect();
    if !metadata.is_empty() {
        params.insert("metadata".into(), metadata.into());
    }
    for (name, text) in [
        ("upload_preset", &choices.upload_preset),
        ("transformation", &choices.transformation),
        ("moderation", &choices.moderation),
    ] {
        if !text.is_empty() {
            params.insert(name.into(), json!(text));
        }
    }
    if !choices.eager.is_empty() {
        params.insert("eager".into(), json!(choices.eager));
    }
    if choices.overwrite {
        params.insert("overwrite".into(), json!(true));
    }
    if choices.delivery_type != DeliveryChoice::Upload {
        params.insert("type".into(), json!(delivery_type(choices.delivery_type)));
    }
    params
}

/// How the public ID of the `number`th file comes about.
pub(crate) fn rule(choices: &Choices, today: &str, number: u64) -> PublicIdRule {
    match &choices.public_id {
        PublicIdChoice::NameAndRandom => match choices.resource_type {
            Some(ResourceChoice::Auto) => PublicIdRule::Service,
            Some(ResourceChoice::Image | ResourceChoice::Video | ResourceChoice::Raw) | None => {
                PublicIdRule::NameAndRandom
            }
        },
        PublicIdChoice::Name => PublicIdRule::Pattern("{name}".to_owned()),
        PublicIdChoice::Rule { rule } => PublicIdRule::Pattern(
            rule.replace("{date}", today)
                .replace("{counter}", &format!("{number:03}")),
        ),
        PublicIdChoice::Exact { id } => PublicIdRule::Exact(id.clone()),
    }
}

/// The day where the user is, `2026-11-24`.
pub(crate) fn today() -> String {
    let now = jiff::Timestamp::now();
    jiff::tz::TimeZone::system()
        .to_datetime(now)
        .date()
        .to_string()
}

pub(crate) fn resource_type(choice: ResourceChoice) -> ResourceType {
    match choice {
        ResourceChoice::Image => ResourceType::Image,
        ResourceChoice::Video => ResourceType::Video,
        ResourceChoice::Raw => ResourceType::Raw,
        ResourceChoice::Auto => ResourceType::Auto,
    }
}

fn delivery_type(choice: DeliveryChoice) -> &'static str {
    match choice {
        DeliveryChoice::Upload => "upload",
        DeliveryChoice::Private => "private",
        DeliveryChoice::Authenticated => "authenticated",
    }
}
