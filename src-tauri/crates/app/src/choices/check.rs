//! What the service would refuse, or what makes no sense, said before anything is sent.

use std::collections::BTreeSet;

use credentials::{Access, Account};

use super::known::Offers;
use super::params;
use crate::contract::{
    ChoiceFault, ChoiceField, Choices, DeliveryChoice, MetadataField, MetadataKind, PublicIdChoice,
    ResourceChoice,
};

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
    fn fault(&mut self, field: ChoiceField, message: impl Into<String>) {
        let message = message.into();
        self.faults.push(ChoiceFault { field, message });
    }

    fn note(&mut self, field: ChoiceField, message: impl Into<String>) {
        let message = message.into();
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
        found.note(
            ChoiceField::DeliveryType,
            "Its link works only with a signature: whoever has the plain address sees nothing.",
        );
    }
    found
}

fn words(choices: &Choices, found: &mut Findings) {
    let folder = &choices.folder;
    if let Err(fault) = engine::check_folder(folder) {
        let message = format!("“{folder}” cannot be used: {fault}.");
        found.fault(ChoiceField::Folder, message);
    } else if folder.split('/').skip(1).any(str::is_empty) {
        found.fault(
            ChoiceField::Folder,
            "A level of the folder has no name. Take one of the slashes out.",
        );
    }
    for tag in &choices.tags {
        if tag.contains(',') {
            found.fault(
                ChoiceField::Tags,
                format!("“{tag}” has a comma, which separates two tags. Make two of it."),
            );
        } else if tag.chars().count() > LONGEST_TAG || tag.contains(char::is_control) {
            let shown: String = tag.chars().take(40).collect();
            found.fault(
                ChoiceField::Tags,
                format!("“{shown}…” is too long for a tag, or holds a line break."),
            );
        }
    }
    let mut keys = BTreeSet::new();
    for pair in &choices.context {
        if pair.key.is_empty() {
            found.fault(
                ChoiceField::Context,
                format!("“{}” has no key. Write one in front of it.", pair.value),
            );
        } else if pair.key.contains(['=', '|', '\\']) {
            found.fault(
                ChoiceField::Context,
                format!("The key “{}” may not have =, | or \\ in it.", pair.key),
            );
        } else if pair.value.is_empty() {
            found.fault(
                ChoiceField::Context,
                format!("“{}” has no value. Write one, or take it out.", pair.key),
            );
        } else if !keys.insert(&pair.key) {
            found.fault(
                ChoiceField::Context,
                format!("“{}” is there twice.", pair.key),
            );
        }
    }
}

fn metadata(choices: &Choices, found: &mut Findings) {
    let mut fields = BTreeSet::new();
    for value in &choices.metadata {
        let field = &value.field;
        if field.is_empty() || field.contains(['=', '|', '\\']) {
            found.fault(
                ChoiceField::Metadata,
                "A field is named by its external ID, as in the console.",
            );
        } else if value.values.is_empty() {
            found.fault(
                ChoiceField::Metadata,
                format!("“{field}” has no value. Write one, or take it out."),
            );
        } else if !value.several && value.values.len() > 1 {
            found.fault(ChoiceField::Metadata, format!("“{field}” takes one value."));
        } else if !fields.insert(field) {
            found.fault(ChoiceField::Metadata, format!("“{field}” is there twice."));
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
        let message = format!("Cloudinary tells of no preset “{preset}” in this account.");
        found.note(ChoiceField::UploadPreset, message);
    }
    let Some(fields) = &known.fields else {
        return;
    };
    for value in &choices.metadata {
        let Some(field) = fields.iter().find(|field| field.id == value.field) else {
            let message = format!(
                "The account has no field “{}”. The service would refuse the whole upload.",
                value.field
            );
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
            let message = format!("The account wants a value for “{}”.", field.label);
            found.note(ChoiceField::Metadata, message);
        }
    }
}

/// Why a field does not take a value, if it does not.
fn unfit(field: &MetadataField, given: &str) -> Option<String> {
    let label = &field.label;
    match field.kind {
        MetadataKind::Integer => given
            .parse::<i64>()
            .is_err()
            .then(|| format!("“{label}” takes a whole number, and “{given}” is none.")),
        MetadataKind::Date => given
            .parse::<jiff::civil::Date>()
            .is_err()
            .then(|| format!("“{label}” takes a day such as 2026-11-24.")),
        MetadataKind::One | MetadataKind::Several => {
            let allowed = &field.allowed;
            let words: Vec<&str> = allowed.iter().map(|one| one.label.as_str()).collect();
            allowed.iter().all(|one| one.id != given).then(|| {
                let words = words.join(", ");
                format!("“{label}” does not allow “{given}”. It allows: {words}.")
            })
        }
        MetadataKind::Text | MetadataKind::Other => None,
    }
}

fn public_id(choices: &Choices, occasion: Occasion, found: &mut Findings) {
    let is_auto = choices.resource_type == Some(ResourceChoice::Auto);
    match &choices.public_id {
        PublicIdChoice::NameAndRandom if is_auto => {
            return found.note(
                ChoiceField::PublicId,
                "With the automatic type the service chooses the public ID, by the preset or at random.",
            );
        }
        PublicIdChoice::NameAndRandom | PublicIdChoice::Name => {}
        PublicIdChoice::Rule { rule } => {
            if let Err(fault) = engine::check_pattern(rule) {
                let message = format!("The rule cannot be used: {fault}.");
                found.fault(ChoiceField::PublicId, message);
            }
        }
        PublicIdChoice::Exact { id } => exact(choices, id, occasion, found),
    }
    if is_auto {
        found.fault(
            ChoiceField::ResourceType,
            "A public ID of your own needs a known type. Choose image, video or raw, or leave the public ID to the service.",
        );
    }
}

fn exact(choices: &Choices, id: &str, occasion: Occasion, found: &mut Findings) {
    let field = ChoiceField::PublicId;
    if let Err(fault) = engine::check_public_id(id) {
        found.fault(field, format!("This public ID cannot be used: {fault}."));
    } else if choices.folder.len() + 1 + id.len() > 255 {
        found.fault(
            field,
            "Folder and public ID together are longer than 255 bytes. Shorten one of them.",
        );
    }
    match occasion {
        Occasion::Kept => found.fault(
            field,
            "An exact public ID names one file, so it cannot be a default. Choose a rule instead.",
        ),
        Occasion::Several => found.fault(
            field,
            "One public ID can name only one file. Choose a rule, or add one file.",
        ),
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
        found.note(
            ChoiceField::Overwrite,
            "A public ID with a random part is always new, so there is nothing to replace.",
        );
    } else if !choices.overwrite && !never_meets {
        found.note(
            ChoiceField::PublicId,
            "Where another asset has the name already, the file is not sent over it and waits for you.",
        );
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
            found.fault(field, "A line break has no meaning here.");
        } else if field == ChoiceField::Eager && text.contains('|') {
            found.fault(field, "Write each transformation on a line of its own.");
        } else if is_raw && field != ChoiceField::Moderation && !text.is_empty() {
            found.fault(
                field,
                "A raw file is stored as it is and cannot be transformed.",
            );
        }
    }
    let mut kinds = choices.moderation.split('|').rev().skip(1);
    if kinds.any(|kind| kind.trim() == "manual") {
        found.fault(
            ChoiceField::Moderation,
            "Moderation by hand comes last: write “manual” at the end.",
        );
    }
    if !choices.transformation.is_empty() {
        found.note(
            ChoiceField::Transformation,
            "The service changes the file before it stores it, so its checksum cannot be compared.",
        );
    }
}

/// What is not in the service's list for uploads without a signature only the preset may say.
fn unsigned(choices: &Choices, preset: &str, found: &mut Findings) {
    let own = choices.upload_preset.as_str();
    if !own.is_empty() && own != preset {
        found.fault(
            ChoiceField::UploadPreset,
            format!("This account has no key and uploads with its preset “{preset}” only."),
        );
    }
    for (name, _) in params(choices, "") {
        if cloudinary::UNSIGNED_NAMES.contains(&name.as_str()) {
            continue;
        }
        let (field, what) = match name.as_str() {
            "overwrite" => (ChoiceField::Overwrite, "replace an asset"),
            "type" => (ChoiceField::DeliveryType, "choose the delivery type"),
            "transformation" => (ChoiceField::Transformation, "transform the file"),
            "eager" => (ChoiceField::Eager, "ask for transformations"),
            _ => (ChoiceField::Moderation, "ask for moderation"),
        };
        found.fault(
            field,
            format!(
                "An account without a key may not {what}. Set it in the preset “{preset}”, in the console."
            ),
        );
    }
}
