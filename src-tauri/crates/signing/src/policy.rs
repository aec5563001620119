//! What `sign_params` may sign for the Upload Widget, whose script is not ours.
//!
//! A signature names no endpoint, no file and no resource type, and is good for an hour. So a page that may have
//! anything signed may also destroy, rename, archive or publish assets. [`RULES`] is the whole policy; a name that is
//! not in it is refused, and so is a value other than what the window was opened with.
//!
//! Why no approved set works elsewhere, whichever way the service builds its own string:
//! - Whatever another call requires (`public_id`, `public_ids`, `tag`, `tags`, `command` …) it counts, so it would have to be in
//!   the approved text, as a name. No such name is approved, and no value may hold `&`, after which one could begin.
//! - If it counts only the names that the endpoint *knows*, `source` drops out everywhere but at upload, so the string differs.
//!   That is why `source` is not only allowed but required: a second lock, should a name slip through the first.
//!
//! What remains, and cannot be taken away: for an hour, other uploads of any file with the same parameters. The service reads
//! version 1 as well, in which `a=1&b=2` may be one value: so such an upload can lose a parameter to the one before it, for
//! instance its folder or preset. What is lost must never be what keeps a file's name from choosing an ID that is taken.
//! `crates/app/tests/replay` tries all of this at every endpoint of the sandbox.

mod refusal;
mod table;

use std::ops::Deref;

use crate::{Params, Value, field_text};

pub use refusal::Refusal;
pub use table::{RULES, Rule, RuleKind};

/// How far, in seconds, the widget's timestamp may be from now.
pub const WINDOW_SECONDS: i64 = 300;
/// How many parameters a request may have.
pub const MAX_PARAMS: usize = 30;
/// How many characters a value may have.
pub const MAX_VALUE_CHARACTERS: usize = 500;

/// What the widget's window was opened with: the only values that may be signed in it.
///
/// Texts are as the widget sends them (`context` is `key=value|key2=value2`). An empty text counts as `None`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Opened {
    /// The upload preset. If set, a request without it is refused: the preset may hold the limits.
    pub upload_preset: Option<String>,
    /// The folder, in fixed-folder mode. If set, a request without it is refused.
    pub folder: Option<String>,
    /// The asset folder, in dynamic-folder mode. If set, a request without it is refused.
    pub asset_folder: Option<String>,
    /// Contextual metadata.
    pub context: Option<String>,
    /// Structured metadata.
    pub metadata: Option<String>,
    /// Whether the service makes the public ID out of the file name.
    pub use_filename: Option<bool>,
    /// Whether the service adds random characters to that. Only `true` is ever signed.
    pub unique_filename: Option<bool>,
    /// Whether the display name is the file name.
    pub use_filename_as_display_name: Option<bool>,
}

impl Opened {
    fn has_preset(&self) -> bool {
        self.upload_preset
            .as_deref()
            .is_some_and(|name| !name.is_empty())
    }
}

/// Parameters that passed [`review`]. Nothing else makes one.
#[derive(Debug, Clone, PartialEq)]
pub struct Approved(Params);

impl Deref for Approved {
    type Target = Params;

    fn deref(&self) -> &Params {
        &self.0
    }
}

impl AsRef<Params> for Approved {
    fn as_ref(&self) -> &Params {
        &self.0
    }
}

/// Checks a request of the widget against the whole policy.
///
/// `now_unix_seconds` is the caller's clock, corrected by what is known of the server's. Empty values of allowed names
/// pass and are left out of the result, as they are neither sent nor signed; a refused name is refused even when empty.
///
/// # Errors
/// The first [`Refusal`] met, in byte order of the names; nothing is signed then.
pub fn review(
    params: &Params,
    opened: &Opened,
    now_unix_seconds: i64,
) -> Result<Approved, Refusal> {
    if params.len() > MAX_PARAMS {
        return Err(Refusal::TooMany {
            count: params.len(),
        });
    }
    let mut approved = Params::new();
    for (name, value) in params {
        let rule = table::find(name).ok_or_else(|| Refusal::unknown(name))?;
        if let RuleKind::Never = rule.kind {
            return Err(Refusal::never(name, rule.reason));
        }
        let Some(text) = plain_text(rule.name, value)? else {
            continue;
        };
        judge(rule, value, &text, opened, now_unix_seconds)?;
        approved.insert(name, value.clone());
    }
    for rule in RULES {
        if !approved.contains(rule.name) {
            require(rule, opened)?;
        }
    }
    Ok(Approved(approved))
}

/// Checks the names alone: for a person who signs an upload by hand, whose values are their own.
///
/// # Errors
/// The first name, in byte order, that is never signed or that an upload does not need.
pub fn review_names(params: &Params) -> Result<(), Refusal> {
    for (name, _) in params {
        let rule = table::find(name).ok_or_else(|| Refusal::unknown(name))?;
        if let RuleKind::Never = rule.kind {
            return Err(Refusal::never(name, rule.reason));
        }
    }
    Ok(())
}

/// The text of a value in a shape that any allowed name could have; `None` if it is empty.
fn plain_text(name: &'static str, value: &Value) -> Result<Option<String>, Refusal> {
    // Measured before it is joined or copied: the size of the request is the page's choice.
    match value {
        Value::List(_) => return Err(Refusal::Nested { name }),
        Value::Text(text) if text.chars().nth(MAX_VALUE_CHARACTERS).is_some() => {
            return Err(Refusal::TooLong { name });
        }
        Value::Text(_) | Value::Null | Value::Boolean(_) | Value::Integer(_) | Value::Float(_) => {}
    }
    let Some(text) = field_text(value) else {
        return Ok(None);
    };
    if text.chars().any(char::is_control) {
        return Err(Refusal::ControlCharacter { name });
    }
    // Version 2 escapes `&`, but an account may still sign in version 1, and there `%26` reads both ways. No allowed value
    // needs either.
    if text.contains('&') || text.contains("%26") {
        return Err(Refusal::Ampersand { name });
    }
    Ok(Some(text))
}

fn judge(rule: &Rule, value: &Value, text: &str, opened: &Opened, now: i64) -> Result<(), Refusal> {
    let name = rule.name;
    match rule.kind {
        RuleKind::Never => Err(Refusal::never(name, rule.reason)),
        RuleKind::WidgetSource => match text {
            "uw" => Ok(()),
            _ => Err(Refusal::SourceIsNotWidget),
        },
        RuleKind::Timestamp => {
            let stamp = unix_seconds(value).ok_or(Refusal::TimestampNotInteger)?;
            if stamp.abs_diff(now) > WINDOW_SECONDS.unsigned_abs() {
                return Err(Refusal::TimestampOutOfWindow);
            }
            Ok(())
        }
        RuleKind::TextAsOpened(expected) | RuleKind::TextAlwaysAsOpened(expected) => {
            match expected(opened) {
                Some(expected) if expected == text => Ok(()),
                Some(_) | None => Err(Refusal::NotAsOpened { name }),
            }
        }
        RuleKind::FlagAsOpened(expected) => match (expected(opened), flag(text)) {
            (Some(expected), Some(given)) if expected == given => Ok(()),
            (Some(_) | None, Some(_) | None) => Err(Refusal::NotAsOpened { name }),
        },
        RuleKind::FlagWithoutPreset(expected) => match (expected(opened), flag(text)) {
            (Some(true), Some(true)) if opened.has_preset() => Err(Refusal::NameByPreset),
            (Some(expected), Some(given)) if expected == given => Ok(()),
            (Some(_) | None, Some(_) | None) => Err(Refusal::NotAsOpened { name }),
        },
        RuleKind::TrueAsOpened(expected) => match (flag(text), expected(opened)) {
            (Some(false), _) => Err(Refusal::NameNotUnique),
            (Some(true), Some(true)) => Ok(()),
            (Some(true) | None, _) => Err(Refusal::NotAsOpened { name }),
        },
        RuleKind::Rectangle if is_rectangle(text) => Ok(()),
        RuleKind::Rectangles if text.split('|').all(is_rectangle) => Ok(()),
        RuleKind::Rectangle | RuleKind::Rectangles => Err(Refusal::Malformed { name }),
    }
}

fn require(rule: &Rule, opened: &Opened) -> Result<(), Refusal> {
    match rule.kind {
        RuleKind::WidgetSource => Err(Refusal::SourceMissing),
        RuleKind::Timestamp => Err(Refusal::TimestampMissing),
        RuleKind::TextAlwaysAsOpened(expected)
            if expected(opened).is_some_and(|text| !text.is_empty()) =>
        {
            Err(Refusal::LeftOut { name: rule.name })
        }
        RuleKind::TextAlwaysAsOpened(_)
        | RuleKind::TextAsOpened(_)
        | RuleKind::FlagAsOpened(_)
        | RuleKind::FlagWithoutPreset(_)
        | RuleKind::TrueAsOpened(_)
        | RuleKind::Rectangle
        | RuleKind::Rectangles
        | RuleKind::Never => Ok(()),
    }
}

/// Unix seconds as a whole number, or as text of nothing but its digits: both sign alike.
fn unix_seconds(value: &Value) -> Option<i64> {
    match value {
        Value::Integer(seconds) => Some(*seconds),
        Value::Text(text) => text
            .parse::<i64>()
            .ok()
            .filter(|seconds| seconds.to_string() == *text),
        Value::Null | Value::Boolean(_) | Value::Float(_) | Value::List(_) => None,
    }
}

fn flag(text: &str) -> Option<bool> {
    match text {
        "1" | "true" => Some(true),
        "0" | "false" => Some(false),
        _ => None,
    }
}

/// `x,y,w,h`, each one to six digits.
fn is_rectangle(text: &str) -> bool {
    let is_number =
        |part: &str| (1..=6).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    text.split(',').count() == 4 && text.split(',').all(is_number)
}
