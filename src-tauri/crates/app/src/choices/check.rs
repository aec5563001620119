//! What the service would refuse, or what makes no sense, said before anything is sent.

use std::collections::BTreeSet;

use credentials::{Access, Account};

use super::known::Offers;
use super::params;
use crate::contract::{
    ChoiceFault, ChoiceField, Choices, DeliveryChoice, MetadataField, MetadataKind, PublicIdChoice,
    ResourceChoice,
};
use crate::problems;
use crate::words::{Words, choice};

/// What neither a key of context nor a field's name may have.
const SIGNS: &str = r"=, |, \";

/// The service's limits for tags and keys of context, in characters.
const LONGEST_TAG: usize = 255;

/// What is to be done with what is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Occasion {
    /// It is kept for an account.
    Kept,
    /// Nobody knows yet how many files there are.
    Unknown,
    /// One file is uploaded.
    One,
    /// Several are.
    Several,
}

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) faults: Vec<ChoiceFault>,
    pub(crate) notes: Vec<ChoiceFault>,
}

impl Findings {
    fn fault(&mut self, field: ChoiceField, message: Words) {
        self.faults.push(ChoiceFault { field, message });
    }

    fn note(&mut self, field: ChoiceField, message: Words) {
        self.notes.push(ChoiceFault { field, message });
    }
}

/// Looks at all of it; `choices` are tidy.
pub(crate) fn check(
    account: &Account,
    choices: &Choices,
    occasion: Occasion,
    known: &Offers,
) -> Findings {
    let mut found = Findings::default();
    words(choices, &mut found);
    metadata(choices, &mut found);
    against_offers(choices, known, &mut found);
    public_id(choices, occasion, &mut found);
    replacing(choices, &mut found);
    transformations(choices, &mut found);
    if let Access::Unsigned { upload_preset } = &account.access {
        unsigned(choices, upload_preset, &mut found);
    }
    if choices.delivery_type != DeliveryChoice::Upload {
        found.note(ChoiceField::DeliveryType, choice::link_signed());
    }
    found
}

fn words(choices: &Choices, found: &mut Findings) {
    let folder = &choices.folder;
    if let Err(fault) = engine::check_folder(folder) {
        found.fault(ChoiceField::Folder, problems::of_folder(folder, fault));
    } else if folder.split('/').skip(1).any(str::is_empty) {
        found.fault(ChoiceField::Folder, choice::folder_level());
    }
    for tag in &choices.tags {
        if tag.contains(',') {
            found.fault(ChoiceField::Tags, choice::tag_comma(tag));
        } else if tag.chars().count() > LONGEST_TAG || tag.contains(char::is_control) {
            let shown: String = tag.chars().take(40).collect();
            found.fault(ChoiceField::Tags, choice::tag_long(shown));
        }
    }
    let mut keys = BTreeSet::new();
    for pair in &choices.context {
        if pair.key.is_empty() {
            found.fault(ChoiceField::Context, choice::context_no_key(&pair.value));
        } else if pair.key.contains(['=', '|', '\\']) {
            found.fault(
                ChoiceField::Context,
                choice::context_signs(&pair.key, SIGNS),
            );
        } else if pair.value.is_empty() {
            found.fault(ChoiceField::Context, choice::no_value(&pair.key));
        } else if !keys.insert(&pair.key) {
            found.fault(ChoiceField::Context, choice::twice(&pair.key));
        }
    }
}

fn metadata(choices: &Choices, found: &mut Findings) {
    let mut fields = BTreeSet::new();
    for value in &choices.metadata {
        let field = &value.field;
        if field.is_empty() || field.contains(['=', '|', '\\']) {
            found.fault(ChoiceField::Metadata, choice::metadata_id());
        } else if value.values.is_empty() {
            found.fault(ChoiceField::Metadata, choice::no_value(field));
        } else if !value.several && value.values.len() > 1 {
            found.fault(ChoiceField::Metadata, choice::metadata_one(field));
        } else if !fields.insert(field) {
            found.fault(ChoiceField::Metadata, choice::twice(field));
        }
    }
}

/// What the account offers, as far as it was told lately.
fn against_offers(choices: &Choices, known: &Offers, found: &mut Findings) {
    let preset = &choices.upload_preset;
    if let Some(presets) = &known.presets
        && !preset.is_empty()
        && !presets.contains(preset)
    {
        let message = choice::no_such_preset(preset);
        found.note(ChoiceField::UploadPreset, message);
    }
    let Some(fields) = &known.fields else {
        return;
    };
    for value in &choices.metadata {
        let Some(field) = fields.iter().find(|field| field.id == value.field) else {
            let message = choice::no_such_field(&value.field);
            found.fault(ChoiceField::Metadata, message);
            continue;
        };
        for given in &value.values {
            if let Some(message) = unfit(field, given) {
                found.fault(ChoiceField::Metadata, message);
            }
        }
    }
    let given = |field: &&MetadataField| choices.metadata.iter().any(|one| one.field == field.id);
    for field in fields.iter().filter(|field| field.mandatory) {
        if !given(&field) {
            let message = choice::field_wanted(&field.label);
            found.note(ChoiceField::Metadata, message);
        }
    }
}

/// Why a field does not take a value, if it does not.
fn unfit(field: &MetadataField, given: &str) -> Option<Words> {
    let label = &field.label;
    match field.kind {
        MetadataKind::Integer => given
            .parse::<i64>()
            .is_err()
            .then(|| choice::field_whole_number(label, given)),
        MetadataKind::Date => given
            .parse::<jiff::civil::Date>()
            .is_err()
            .then(|| choice::field_day(label, "2026-11-24")),
        MetadataKind::One | MetadataKind::Several => {
            let allowed = &field.allowed;
            let words: Vec<&str> = allowed.iter().map(|one| one.label.as_str()).collect();
            allowed
                .iter()
                .all(|one| one.id != given)
                .then(|| choice::field_allows(label, given, words.join(", ")))
        }
        MetadataKind::Text | MetadataKind::Other => None,
    }
}

fn public_id(choices: &Choices, occasion: Occasion, found: &mut Findings) {
    let is_auto = choices.resource_type == Some(ResourceChoice::Auto);
    match &choices.public_id {
        PublicIdChoice::NameAndRandom if is_auto => {
            return found.note(ChoiceField::PublicId, choice::id_by_service());
        }
        PublicIdChoice::NameAndRandom | PublicIdChoice::Name => {}
        PublicIdChoice::Rule { rule } => {
            if let Err(fault) = engine::check_pattern(rule) {
                let message = problems::of_public_id(&fault);
                found.fault(ChoiceField::PublicId, message);
            }
        }
        PublicIdChoice::Exact { id } => exact(choices, id, occasion, found),
    }
    if is_auto {
        found.fault(ChoiceField::ResourceType, choice::id_needs_type());
    }
}

fn exact(choices: &Choices, id: &str, occasion: Occasion, found: &mut Findings) {
    let field = ChoiceField::PublicId;
    if let Err(fault) = engine::check_public_id(id) {
        found.fault(field, problems::of_public_id(&fault));
    } else if choices.folder.len() + 1 + id.len() > 255 {
        found.fault(field, choice::id_and_folder_long());
    }
    match occasion {
        Occasion::Kept => found.fault(field, choice::id_no_default()),
        Occasion::Several => found.fault(field, choice::id_one_file()),
        Occasion::Unknown | Occasion::One => {}
    }
}

fn replacing(choices: &Choices, found: &mut Findings) {
    let never_meets = match &choices.public_id {
        PublicIdChoice::NameAndRandom => true,
        PublicIdChoice::Rule { rule } => rule.contains("{random}"),
        PublicIdChoice::Name | PublicIdChoice::Exact { .. } => false,
    };
    if choices.overwrite && never_meets {
        found.note(ChoiceField::Overwrite, choice::nothing_to_replace());
    } else if !choices.overwrite && !never_meets {
        found.note(ChoiceField::PublicId, choice::waits_where_taken());
    }
}

fn transformations(choices: &Choices, found: &mut Findings) {
    let is_raw = choices.resource_type == Some(ResourceChoice::Raw);
    let written = [
        (ChoiceField::Transformation, &choices.transformation),
        (ChoiceField::Moderation, &choices.moderation),
    ];
    let eager = choices.eager.iter().map(|text| (ChoiceField::Eager, text));
    for (field, text) in written.into_iter().chain(eager) {
        if text.contains(char::is_control) {
            found.fault(field, choice::line_break());
        } else if field == ChoiceField::Eager && text.contains('|') {
            found.fault(field, choice::eager_lines());
        } else if is_raw && field != ChoiceField::Moderation && !text.is_empty() {
            found.fault(field, choice::raw_as_is());
        }
    }
    let mut kinds = choices.moderation.split('|').rev().skip(1);
    if kinds.any(|kind| kind.trim() == "manual") {
        found.fault(ChoiceField::Moderation, choice::moderation_last());
    }
    if !choices.transformation.is_empty() {
        found.note(ChoiceField::Transformation, choice::transformed_first());
    }
}

/// What is not in the service's list for uploads without a signature only the preset may say.
fn unsigned(choices: &Choices, preset: &str, found: &mut Findings) {
    let own = choices.upload_preset.as_str();
    if !own.is_empty() && own != preset {
        found.fault(ChoiceField::UploadPreset, choice::unsigned_preset(preset));
    }
    for (name, _) in params(choices, "") {
        if cloudinary::UNSIGNED_NAMES.contains(&name.as_str()) {
            continue;
        }
        let (field, words) = match name.as_str() {
            "overwrite" => (ChoiceField::Overwrite, choice::unsigned_overwrite(preset)),
            "type" => (ChoiceField::DeliveryType, choice::unsigned_delivery(preset)),
            "transformation" => (
                ChoiceField::Transformation,
                choice::unsigned_transformation(preset),
            ),
            "eager" => (ChoiceField::Eager, choice::unsigned_eager(preset)),
            _ => (ChoiceField::Moderation, choice::unsigned_moderation(preset)),
        };
        found.fault(field, words);
    }
}
