//! The log in the window: the newest entries, a check, and a copy for other programs.

use serde_json::Value;

use super::{Told, Wanted};
use crate::aloft::Aloft;
use crate::contract::{
    AuditCheck, AuditEntry, AuditFormat, AuditView, FindAudit, Problem, ProblemKind,
};
use crate::diagnostics::not_written;
use crate::{messages, problems, words};

/// How many entries the page gets at a time.
const PAGE: usize = 100;
/// How many entries a copy holds at most: many years of use.
const MOST_COPIED: usize = 1_000_000;

impl Aloft {
    pub(crate) async fn audit_view(&self, asked: FindAudit) -> Result<AuditView, Problem> {
        let wanted = Wanted {
            words: asked.search,
            since: None,
            before: asked.before,
            limit: PAGE + 1,
        };
        let mut found = self.audit().find(wanted).await?;
        let more = found.len() > PAGE;
        found.truncate(PAGE);
        Ok(AuditView {
            entries: found.iter().map(entry).collect(),
            more,
        })
    }

    pub(crate) async fn audit_check(&self) -> Result<AuditCheck, Problem> {
        let checked = self.audit().check().await?;
        Ok(AuditCheck {
            sound: checked.is_sound(),
            words: checked.words().to_string(),
        })
    }

    /// Asks where to, and writes a copy of the whole log there, oldest first.
    pub(crate) async fn save_audit(&self, format: AuditFormat) -> Result<(), Problem> {
        let today = jiff::ZonedDateTime::now().strftime("%Y-%m-%d").to_string();
        let name = match format {
            AuditFormat::Csv => messages::dialog_audit_csv_name(&today),
            AuditFormat::Json => messages::dialog_audit_json_name(&today),
        };
        let Some(path) = self.0.desktop.pick_save(&name).await else {
            let words = words::problem::nothing_written();
            return Err(problems::problem(ProblemKind::Declined, words));
        };
        let wanted = Wanted {
            words: String::new(),
            since: None,
            before: None,
            limit: MOST_COPIED,
        };
        let mut found = self.audit().find(wanted).await?;
        found.reverse();
        let text = match format {
            AuditFormat::Csv => csv(&found),
            AuditFormat::Json => lines(&found),
        };
        tokio::fs::write(&path, text)
            .await
            .map_err(|error| not_written(&path, &error))
    }
}

fn entry(told: &Told) -> AuditEntry {
    AuditEntry {
        number: told.number(),
        at: told.at().as_millisecond(),
        account: told.account().map(str::to_owned),
        what: told.what().to_string(),
        who: told.who().to_string(),
        names: told.names().map(str::to_owned).collect(),
    }
}

/// RFC 4180, with the names of the columns first.
fn csv(found: &[Told]) -> String {
    let head = ["number", "at", "account", "what", "who", "names"].map(str::to_owned);
    let rows = found.iter().map(Told::cells);
    std::iter::once(head)
        .chain(rows)
        .map(|row| row.map(|cell| quoted(&cell)).join(",") + "\r\n")
        .collect()
}

/// A cell that a table's program would take for a formula begins with an apostrophe: labels and clients' names are of
/// others' making.
fn quoted(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let mark = if formula { "'" } else { "" };
    format!("\"{mark}{}\"", cell.replace('"', "\"\""))
}

/// One object a line, as it stands in the log.
fn lines(found: &[Told]) -> String {
    let line = |object: Value| format!("{object}\n");
    found.iter().map(Told::json).map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_text_to_every_table() {
        assert_eq!(quoted("Photos"), "\"Photos\"");
        assert_eq!(quoted("a \"b\", c"), "\"a \"\"b\"\", c\"");
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"] {
            assert_eq!(quoted(formula), format!("\"'{formula}\""));
        }
    }
}
