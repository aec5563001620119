//! The assignments of a `.env` file.

use secrecy::SecretString;

use super::variables::Assigned;

/// Every `NAME=value`, as the common readers take them: `export` before it, quotes around the
/// value (which may then go over several lines), a comment behind it. What is no assignment is
/// passed over.
pub(super) fn assigned(text: &str) -> Vec<Assigned> {
    let mut found = Vec::new();
    let mut at = if text.starts_with('\u{FEFF}') { 3 } else { 0 };
    while at < text.len() {
        let end = line_end(text, at);
        match assignment(text, at, end) {
            Some((assigned, next)) => {
                found.push(assigned);
                at = next;
            }
            None => at = end,
        }
    }
    found
}

/// Behind the line break of the line that `at` is in.
fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |end| at + end + 1)
}

/// The assignment that begins in this line, and where the next line begins.
fn assignment(text: &str, start: usize, end: usize) -> Option<(Assigned, usize)> {
    let line = &text[start..end];
    let (left, right) = line.split_once('=')?;
    let name = left.trim();
    let name = match name.strip_prefix("export") {
        Some(rest) if rest.starts_with([' ', '\t']) => rest.trim_start(),
        _ => name,
    };
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    if name.is_empty() || !name.chars().all(is_name) {
        return None;
    }
    let value_at =
        start + left.len() + 1 + (right.len() - right.trim_start_matches([' ', '\t']).len());
    let (value, next) =
        quoted(text, value_at).unwrap_or_else(|| (plain(&text[value_at..end]), end));
    let assigned = Assigned {
        name: name.to_owned(),
        value: SecretString::from(value),
        at: value_at,
        cut: start..next,
    };
    Some((assigned, next))
}

/// A value in quotes, if nothing but a comment comes behind them: otherwise a quote that is never
/// closed would take the next lines with it.
fn quoted(text: &str, at: usize) -> Option<(String, usize)> {
    let quote = text[at..]
        .chars()
        .next()
        .filter(|c| matches!(c, '"' | '\'' | '`'))?;
    let mut value = String::new();
    let mut escaped = false;
    for (index, c) in text[at + 1..].char_indices() {
        if escaped {
            escaped = false;
            // Only what stands for itself is resolved: no value of an account holds a line break.
            if !matches!(c, '"' | '\\' | '$') {
                value.push('\\');
            }
            value.push(c);
        } else if c == '\\' && quote == '"' {
            escaped = true;
        } else if c == quote {
            let behind = at + 1 + index + 1;
            let next = line_end(text, behind);
            let rest = text[behind..next].trim();
            return (rest.is_empty() || rest.starts_with('#')).then_some((value, next));
        } else {
            value.push(c);
        }
    }
    None
}

fn plain(text: &str) -> String {
    let comment = text
        .char_indices()
        .zip(text.chars().skip(1))
        .find(|((_, before), c)| before.is_whitespace() && *c == '#')
        .map(|((at, _), _)| at);
    text[..comment.unwrap_or(text.len())].trim().to_owned()
}
