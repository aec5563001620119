//! Why something was refused, in words. The log keeps short names, which scripts read too; one that is not known here is
//! shown as it is.

use crate::words::{Value, audit as a};

pub(super) fn because(reason: &str) -> Value {
    match reason {
        "not_allowed" => a::because_not_allowed(),
        "denied" | "declined" => a::because_denied(),
        "no_answer" => a::because_no_answer(),
        "busy" => a::because_busy(),
        "may_not_sign" | "may_not_upload" => a::because_may_not(),
        "wrong_token" | "too_many_wrong_tokens" => a::because_wrong_token(),
        "no_caller" => a::because_no_caller(),
        "too_fast" | "crowded" | "too_many_uploads" => a::because_too_fast(),
        "unreadable" | "not_json" | "bad_body" | "bad_key" | "too_large" | "too_slow"
        | "other_method" => a::because_unreadable(),
        "other_host" => a::because_other_host(),
        "null_origin" | "bad_origin" => a::because_origin(),
        "locked" => a::because_locked(),
        "secret_locked" | "secret_denied" | "secret_timed_out" | "no_store" => a::because_keyring(),
        "not_signed" | "secret_missing" => a::because_no_secret(),
        "account" => a::because_account(),
        "unknown_account" | "no_account" => a::because_account_gone(),
        "disk" => a::because_disk(),
        "outside_of_its_folders" => a::because_outside(),
        "own_folder" => a::because_own_folder(),
        "relative_path" | "not_a_file" => a::because_no_file(),
        "not_media" => a::because_not_media(),
        "clipboard_empty" => a::because_clipboard(),
        "key_taken" => a::because_key_taken(),
        "not_here" => a::because_not_here(),
        "never_signed" | "unknown" => a::because_parameter(),
        "too_many" | "too_long" | "malformed" | "control_character" | "ampersand" | "nested" => {
            a::because_value()
        }
        "not_as_opened" => a::because_not_as_opened(),
        "left_out" => a::because_left_out(),
        "name_not_unique" | "name_by_preset" => a::because_name(),
        "source_missing" | "source_is_not_widget" => a::because_source(),
        "timestamp_missing" | "timestamp_not_integer" | "timestamp_out_of_window" => {
            a::because_timestamp()
        }
        "spent_number" | "spent_idle" | "spent_time" => a::because_spent(),
        "no_session" => a::because_no_session(),
        other => return other.into(),
    }
    .into()
}
