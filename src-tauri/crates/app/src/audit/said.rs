//! What an entry says to a person.

use credentials::audit::{Action, Broken, Fault, Outcome, Record, Who};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::because::because;
use crate::words::{Words, audit as a};

/// One entry, ready to be shown.
#[derive(Clone, Debug)]
pub struct Told {
    record: Record,
}

impl Told {
    pub(super) fn new(record: Record) -> Self {
        Self { record }
    }

    /// Its number, from 1.
    pub fn number(&self) -> u64 {
        self.record.seq
    }

    /// When it was written.
    pub fn at(&self) -> Timestamp {
        self.record.at
    }

    /// The same as text, by the computer's time zone, to the second.
    pub fn local_time(&self) -> String {
        let local = TimeZone::system().to_datetime(self.record.at);
        local.strftime("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// The account's label at that time, where it is about one.
    pub fn account(&self) -> Option<&str> {
        let account = self.record.entry.account.as_ref();
        account.map(|account| account.label.as_str())
    }

    /// What was done.
    pub fn what(&self) -> Words {
        let entry = &self.record.entry;
        let what = of_action(&entry.action);
        match (entry.outcome, &entry.action) {
            (Outcome::Done, _)
            | (
                _,
                Action::Refused { .. } | Action::UploadRefused { .. } | Action::AgentDenied { .. },
            ) => what,
            (Outcome::Refused, _) => a::not_allowed(what),
            (Outcome::Failed, _) => a::failed(what),
        }
    }

    /// Who asked.
    pub fn who(&self) -> Words {
        match &self.record.entry.who {
            Who::Window => a::by_window(),
            Who::Widget => a::by_widget(),
            Who::Terminal { pid } => a::by_terminal(*pid),
            Who::Agent { client } if client.as_str().is_empty() => a::by_agent_unknown(),
            Who::Agent { client } => a::by_agent(client.as_str()),
            Who::Program => a::by_program(),
        }
    }

    /// The names of the parameters, without their values.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.record.entry.names.iter().map(|name| name.as_str())
    }

    /// It as it stands in the log, its place in the chain apart.
    pub fn json(&self) -> Value {
        serde_json::to_value(&self.record).unwrap_or_default()
    }

    /// A line of a table.
    pub(super) fn cells(&self) -> [String; 6] {
        [
            self.number().to_string(),
            self.at().to_string(),
            self.account().unwrap_or_default().to_owned(),
            self.what().to_string(),
            self.who().to_string(),
            self.names().collect::<Vec<_>>().join(" "),
        ]
    }

    /// Everything that words are looked for in.
    pub(super) fn searched(&self) -> String {
        format!("{} {}", self.json(), self.cells().join(" "))
    }
}

fn of_action(action: &Action) -> Words {
    match action {
        Action::Signed => a::signed(),
        Action::SignedAny => a::signed_any(),
        Action::Refused { reason } | Action::UploadRefused { reason }
            if reason.as_str() == super::AND_MORE =>
        {
            a::refused_more()
        }
        Action::Refused { reason } => a::refused(because(reason.as_str())),
        Action::UploadBegun => a::upload_begun(),
        Action::UploadRefused { reason } => a::upload_refused(because(reason.as_str())),
        Action::Revealed => a::revealed(),
        Action::Copied => a::copied(),
        Action::Handed => a::handed(),
        Action::Exported => a::exported(),
        Action::Imported => a::imported(),
        Action::RemovedElsewhere => a::removed_elsewhere(),
        Action::Added => a::added(),
        Action::Edited => a::edited(),
        Action::Kept => a::kept(),
        Action::Rotated { step } => match step.as_str() {
            "begun" => a::key_begun(),
            "tested" => a::key_tested(),
            "switched" => a::key_switched(),
            "back" => a::key_back(),
            "finished" => a::key_finished(),
            "abandoned" => a::key_abandoned(),
            other => a::key_other(other),
        },
        Action::Deleted => a::deleted(),
        Action::Locked { reason } => match reason.as_str() {
            "idle" => a::locked_idle(),
            "screen" => a::locked_screen(),
            "sleep" => a::locked_sleep(),
            "quit" => a::locked_quit(),
            _ => a::locked(),
        },
        Action::Unlocked => a::unlocked(),
        Action::PassphraseChanged => a::passphrase_changed(),
        Action::AgentAllowed { span } => match span.as_str() {
            "once" => a::agent_once(),
            "hour" => a::agent_hour(),
            "always" => a::agent_always(),
            other => a::agent_other(other),
        },
        Action::AgentDenied { reason } => a::agent_denied(because(reason.as_str())),
        Action::ClientAllowed { client } => a::client_allowed(client.as_str()),
        Action::TokenMade { client } => a::token_made(client.as_str()),
        Action::ClientForgotten { client } => a::client_forgotten(client.as_str()),
        Action::Repaired => a::repaired(),
        Action::Gap { after } => a::gap(*after),
    }
}

/// How the chain is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Checked {
    /// As it was written.
    Sound {
        /// How many entries.
        entries: u64,
        /// Behind them stands the beginning of a line that a crash left.
        torn: bool,
    },
    /// The first place that is not.
    Broken(Broken),
}

impl Checked {
    /// Whether it is as it was written.
    pub fn is_sound(&self) -> bool {
        matches!(self, Self::Sound { .. })
    }

    /// What is to be said.
    pub fn words(&self) -> Words {
        match self {
            Self::Sound { entries: 0, .. } => a::check_empty(),
            Self::Sound {
                entries,
                torn: false,
            } => a::check_sound(*entries),
            Self::Sound {
                entries,
                torn: true,
            } => a::check_torn(*entries),
            Self::Broken(broken) => of_broken(broken),
        }
    }

    /// The stable form for a script.
    pub fn json(&self) -> Value {
        match self {
            Self::Sound { entries, torn } => {
                json!({ "sound": true, "entries": entries, "torn": torn })
            }
            Self::Broken(broken) => json!({
                "sound": false,
                "fault": fault_name(broken.fault),
                "seq": broken.seq,
                "path": broken.path,
                "line": broken.line,
            }),
        }
    }
}

fn of_broken(broken: &Broken) -> Words {
    let place = match (&broken.path, broken.line) {
        (Some(path), Some(line)) => a::at_line(line, path),
        _ => a::at_entry(broken.seq),
    };
    match broken.fault {
        Fault::Edited => a::check_edited(place),
        Fault::OutOfOrder => a::check_out_of_order(place),
        Fault::Cut => a::check_cut(place),
        Fault::Head => a::check_head(place),
        Fault::NoHead => a::check_no_head(),
        Fault::Gap => a::check_gap(place),
    }
}

fn fault_name(fault: Fault) -> &'static str {
    match fault {
        Fault::Edited => "edited",
        Fault::OutOfOrder => "out_of_order",
        Fault::Cut => "cut",
        Fault::Head => "head",
        Fault::NoHead => "no_head",
        Fault::Gap => "gap",
    }
}

/// A moment as a person writes it: `2026-03-01`, `2026-03-01 14:30` in the computer's time zone, or with a zone as in
/// `2026-03-01T14:30:00Z`.
pub fn since(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(moment);
    }
    // A parser of dates would take `2026-11-01T25` for a day as well.
    let local = match text.parse::<Date>() {
        Ok(day) if text.len() == 10 => day.at(0, 0, 0, 0),
        Ok(_) | Err(_) => text.parse::<DateTime>().ok()?,
    };
    TimeZone::system().to_timestamp(local).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_as_people_write_it() {
        let zoned: Timestamp = "2026-03-01T14:30:00Z".parse().unwrap();
        assert_eq!(since(" 2026-03-01T14:30:00Z "), Some(zoned));
        let day = since("2026-03-01").unwrap();
        let noon = since("2026-03-01 12:00").unwrap();
        assert_eq!(noon.as_second() - day.as_second(), 12 * 60 * 60);
        for nonsense in ["", "yesterday", "2026-13-01", "14:30"] {
            assert_eq!(since(nonsense), None, "{nonsense}");
        }
    }
}
