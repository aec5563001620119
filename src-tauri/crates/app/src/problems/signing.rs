//! What the signing policy says.

use signing::policy::{MAX_PARAMS, Refusal, WINDOW_SECONDS};

use crate::words::{Words, problem as p};

/// Why a request of the widget is not signed.
pub(crate) fn of_refusal(refusal: &Refusal) -> Words {
    match refusal {
        Refusal::NeverSigned { name, .. } => p::sign_never(name),
        Refusal::Unknown { name } => p::sign_unknown(name),
        Refusal::NotAsOpened { name } => p::sign_not_as_opened(*name),
        Refusal::LeftOut { name } => p::sign_left_out(*name),
        Refusal::NameNotUnique => p::sign_not_unique(),
        Refusal::NameByPreset => p::sign_name_by_preset(),
        Refusal::SourceMissing | Refusal::SourceIsNotWidget => p::sign_not_widget(),
        Refusal::TimestampMissing | Refusal::TimestampNotInteger => p::sign_timestamp(),
        Refusal::TimestampOutOfWindow => p::sign_time_window(WINDOW_SECONDS / 60),
        Refusal::TooMany { count } => p::sign_too_many(*count, MAX_PARAMS),
        Refusal::TooLong { name }
        | Refusal::Malformed { name }
        | Refusal::ControlCharacter { name }
        | Refusal::Ampersand { name }
        | Refusal::Nested { name } => p::sign_value(*name),
    }
}
