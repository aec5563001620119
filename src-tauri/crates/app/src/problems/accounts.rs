//! What the list of accounts, the keyring and a pasted address say.

use credentials::cloudinary_url::{Expected, UrlError};
use credentials::shape::Fault;
use credentials::{
    AccountFault, BookError, EnvelopeError, HostError, RotationError, SERVICE, StoreError,
    VaultError,
};

use crate::words::{Words, problem as p, reason};

pub(super) fn of_store(error: &StoreError) -> Words {
    match error {
        StoreError::Missing => p::secret_missing(),
        StoreError::Locked => p::secret_locked(),
        StoreError::Denied => p::secret_denied(),
        StoreError::TimedOut { after } => p::secret_timed_out(after.as_secs_f32().to_string()),
        StoreError::NoStore { .. } => p::no_store(),
        StoreError::NoCollection => p::no_collection(),
        StoreError::Ambiguous { user } => p::secret_ambiguous(user, SERVICE),
        StoreError::Unreadable => p::secret_unreadable(),
        StoreError::Broken { detail } => p::secret_broken(detail),
        StoreError::Vault(error) => of_vault(error),
    }
}

/// What the vault says.
fn of_vault(error: &VaultError) -> Words {
    match error {
        VaultError::Locked => p::vault_locked(),
        VaultError::NotThere => p::vault_not_there(),
        VaultError::AlreadyThere => p::vault_already_there(),
        VaultError::PassphraseChanged => p::vault_passphrase_changed(),
        VaultError::File(error) => p::vault_file(of_envelope(error)),
        VaultError::Disk {
            action,
            path,
            detail,
        } => match *action {
            "read" => p::vault_not_read(path, detail),
            _ => p::vault_not_written(path, detail),
        },
    }
}

/// Why a file that a passphrase protects could not be opened, as half a sentence.
pub(crate) fn of_envelope(error: &EnvelopeError) -> Words {
    match error {
        EnvelopeError::NotOurs => reason::file_not_ours(),
        EnvelopeError::NewerFormat { found, known } => reason::file_newer(*found, *known),
        EnvelopeError::Damaged { .. } => reason::file_damaged(),
        EnvelopeError::TooCostly { .. } => reason::file_costly(),
        EnvelopeError::WrongPassphrase => reason::wrong_passphrase(),
        EnvelopeError::EmptyPassphrase => reason::empty_passphrase(),
        EnvelopeError::System { .. } => reason::no_memory(),
    }
}

/// Why a step of changing an API key cannot be made.
fn of_rotation(error: &RotationError) -> Words {
    match error {
        RotationError::Unsigned => p::rotation_unsigned(),
        RotationError::UnderWay => p::rotation_under_way(),
        RotationError::NotBegun => p::rotation_not_begun(),
        RotationError::OutOfOrder(_) => p::rotation_order(),
        RotationError::SameKey => p::rotation_same(),
        RotationError::Shape(fault) => of_value(reason::api_key(), *fault),
    }
}

pub(super) fn of_book(error: &BookError) -> Words {
    match error {
        BookError::Disk {
            action,
            path,
            source,
        } => match *action {
            "read" => p::accounts_not_read(path, source),
            _ => p::accounts_not_written(path, source),
        },
        BookError::Damaged(damaged) => p::accounts_damaged(&damaged.copy, &damaged.reason),
        BookError::NewerFormat { found, known } => p::accounts_newer(*found, *known),
        BookError::NotFound { name, known } if known.is_empty() => p::account_none(name),
        BookError::NotFound { name, known } => p::account_not_found(name, known.join(", ")),
        BookError::Ambiguous { name, labels } => p::account_ambiguous(name, labels.join(", ")),
        BookError::LabelTaken { label } => p::account_label_taken(label),
        BookError::IdTaken { id } => p::account_id_taken(id.as_str()),
        BookError::AlreadySaved { label } => p::account_saved_already(label),
        BookError::Invalid { what } => of_account(what),
        BookError::Busy => p::secrets_busy(),
        BookError::FromEnvironment => p::account_of_environment(),
        BookError::Rotation(error) => of_rotation(error),
    }
}

/// How a host name of one's own is written.
const OWN_HOST: &str = "media.example.com";

fn of_account(fault: &AccountFault) -> Words {
    match fault {
        AccountFault::CloudName(fault) => of_value(reason::cloud_name(), *fault),
        AccountFault::ApiKey(fault) => of_value(reason::api_key(), *fault),
        AccountFault::UploadPreset(fault) => of_value(reason::upload_preset(), *fault),
        AccountFault::Host(fault) => of_host(*fault),
        AccountFault::SecondKey(fault) => of_value(reason::second_key(), *fault),
        AccountFault::SameKey => p::second_key_same(),
        AccountFault::KeyOfUnsigned => p::second_key_unsigned(),
        AccountFault::Label(Fault::Missing) => p::account_label_missing(),
        AccountFault::Label(_) => p::account_label_character(),
        AccountFault::SecureDistribution(_) => p::own_host_no_name(OWN_HOST),
        AccountFault::Cname(_) => p::own_host_plain_no_name(OWN_HOST),
        AccountFault::NotJson(said) => p::account_not_json(said),
    }
}

/// What is wrong with a value that was filled in.
pub(crate) fn of_value(what: Words, fault: Fault) -> Words {
    match fault {
        Fault::Missing => p::value_missing(what),
        Fault::Placeholder => p::value_placeholder(what),
        Fault::WholeUrl => p::value_whole_url(what),
        Fault::Character => p::value_character(what),
    }
}

/// What is wrong with an API host.
pub(crate) fn of_host(fault: HostError) -> Words {
    match fault {
        HostError::NotAnAddress => p::api_host_no_address("https://api.example.com"),
        HostError::Scheme => p::api_host_scheme(),
        HostError::PlainHttp => p::api_host_plain(),
        HostError::Userinfo => p::api_host_userinfo(),
        HostError::Query => p::api_host_query(),
    }
}

/// What is wrong with a pasted `CLOUDINARY_URL`.
pub(crate) fn of_url(error: &UrlError) -> Words {
    match error {
        UrlError::Empty => p::url_empty("cloudinary://key:secret@cloud"),
        UrlError::SeveralLines => p::url_several_lines(),
        UrlError::Scheme => p::url_scheme(),
        UrlError::ApiKey(fault) => p::url_api_key(of_value(reason::api_key(), *fault)),
        UrlError::Secret(fault) => p::url_secret(of_value(reason::api_secret(), *fault)),
        UrlError::CloudName(fault) => p::url_cloud_name(of_value(reason::cloud_name(), *fault)),
        UrlError::UploadPrefix(fault) => p::url_upload_prefix(of_host(*fault)),
        UrlError::Option { name, expected } => p::url_option(
            *name,
            match expected {
                Expected::Algorithm => reason::sha1_or_sha256(),
                Expected::Version => reason::one_or_two(),
                Expected::WholeNumber => reason::whole_number(),
                Expected::PresetName => reason::preset_name(),
                Expected::Truth => reason::true_or_false(),
            },
        ),
        UrlError::OAuth => p::url_oauth(),
    }
}
