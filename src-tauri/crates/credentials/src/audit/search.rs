//! Which entries are wanted.

use jiff::Timestamp;

use super::{Record, Who};
use crate::AccountId;

/// What to look for. All that is given must fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Words that stand anywhere in the entry: label, action, names, client. Case does not count.
    pub text: Option<String>,
    /// Only this account.
    pub account: Option<AccountId>,
    /// Only this action, by its name in the log: `signed`, `refused`, `agent_denied`…
    pub action: Option<String>,
    /// Only from this moment on.
    pub since: Option<Timestamp>,
    /// No more than these.
    pub limit: usize,
}

impl Default for Query {
    /// The newest hundred.
    fn default() -> Self {
        Self {
            text: None,
            account: None,
            action: None,
            since: None,
            limit: 100,
        }
    }
}

impl Query {
    pub(super) fn fits(&self, record: &Record) -> bool {
        let entry = &record.entry;
        let account = entry.account.as_ref();
        self.since.is_none_or(|since| record.at >= since)
            && self
                .account
                .as_ref()
                .is_none_or(|wanted| account.is_some_and(|account| account.id == *wanted))
            && self
                .action
                .as_ref()
                .is_none_or(|wanted| action_of(record) == *wanted)
            && self.text.as_ref().is_none_or(|text| {
                let all = words_of(record).to_lowercase();
                text.to_lowercase()
                    .split_whitespace()
                    .all(|word| all.contains(word))
            })
    }
}

/// The action's name in the log.
fn action_of(record: &Record) -> String {
    let value = serde_json::to_value(&record.entry.action).unwrap_or_default();
    value["action"].as_str().unwrap_or_default().to_owned()
}

fn words_of(record: &Record) -> String {
    let entry = &record.entry;
    let mut words = vec![
        serde_json::to_string(&entry.action).unwrap_or_default(),
        serde_json::to_string(&entry.outcome).unwrap_or_default(),
    ];
    if let Some(account) = &entry.account {
        words.push(account.label.clone());
        words.push(account.id.to_string());
    }
    words.extend(entry.names.iter().map(ToString::to_string));
    words.push(match &entry.who {
        Who::Window => "window".to_owned(),
        Who::Widget => "widget".to_owned(),
        Who::Terminal { pid } => format!("terminal {pid}"),
        Who::Agent { client } => format!("agent {}", client.as_str()),
        Who::Program => "program".to_owned(),
    });
    words.join(" ")
}
