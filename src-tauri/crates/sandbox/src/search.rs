//! A small part of the search language: `field:value` or `field=value`, joined by `AND`, a value bare or in double quotes, with `*` at its end
//! for "begins with". That is what `cld sync` and rclone ask. Anything else is refused, not guessed.

use std::cmp::Ordering;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::answer::{Answer, Refusal};
use crate::asset::Asset;
use crate::folders as folder_tree;
use crate::library::{page_by, with_cursor};
use crate::route::Call;
use crate::server::Server;

/// One condition: field and value.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Term {
    field: String,
    value: String,
}

pub(crate) fn assets(server: &Server, call: &Call) -> Answer {
    let terms = parse(&call.form.params.text("expression").unwrap_or_default())?;
    let mut found = Vec::new();
    for asset in server.store.all() {
        if all_hold(&terms, |term| asset_holds(&asset, term))? {
            found.push(asset);
        }
    }
    // Even when nothing was found, a wrong field is an error.
    for term in &terms {
        known_field(&term.field)?;
    }
    sort(&mut found, call.form.json.as_ref())?;
    let (entries, next) = page_by(&call.form.params, &found, 50)?;
    let entries: Vec<Value> = entries
        .iter()
        .map(|asset| asset.list_entry(server))
        .collect();
    Ok(with_cursor(
        json!({"total_count": found.len(), "time": 1, "resources": entries}),
        next,
    ))
}

pub(crate) fn folders(server: &Server, call: &Call) -> Answer {
    let terms = parse(&call.form.params.text("expression").unwrap_or_default())?;
    let mut found = Vec::new();
    for path in folder_tree::all(server) {
        let name = path.rsplit('/').next().unwrap_or_default();
        let holds = all_hold(&terms, |term| match term.field.as_str() {
            "path" => Ok(in_folder(&path, &term.value)),
            "name" => Ok(text_holds(name, &term.value)),
            other => Err(not_understood(format_args!("the folder field {other}"))),
        })?;
        if holds {
            found.push(folder_tree::entry(&path));
        }
    }
    let (entries, next) = page_by(&call.form.params, &found, 50)?;
    Ok(with_cursor(
        json!({"total_count": found.len(), "time": 1, "folders": entries}),
        next,
    ))
}

fn parse(expression: &str) -> Result<Vec<Term>, Refusal> {
    let mut terms = Vec::new();
    let mut rest = expression.trim();
    if rest == "*" {
        return Ok(terms);
    }
    while !rest.is_empty() {
        if !terms.is_empty() {
            rest = rest
                .strip_prefix("AND ")
                .ok_or_else(|| not_understood(format_args!("'{rest}' where AND was expected")))?
                .trim_start();
        }
        let end = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.'))
            .unwrap_or(rest.len());
        let (field, after) = rest.split_at(end);
        let after = after
            .strip_prefix([':', '='])
            .ok_or_else(|| not_understood(format_args!("'{rest}'")))?;
        if field.is_empty() {
            return Err(not_understood(format_args!("'{rest}'")));
        }
        let (value, remaining) = value(after)?;
        terms.push(Term {
            field: field.to_owned(),
            value,
        });
        rest = remaining.trim_start();
    }
    Ok(terms)
}

fn value(text: &str) -> Result<(String, &str), Refusal> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(char::is_whitespace).unwrap_or(text.len());
        let (bare, rest) = text.split_at(end);
        // Comparisons, ranges and groups begin with these.
        if bare.is_empty() || bare.starts_with(['<', '>', '(', '[', '{', '=']) {
            return Err(not_understood(format_args!("the value '{bare}'")));
        }
        return Ok((bare.to_owned(), rest));
    };
    let mut value = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, c)) = characters.next() {
        match c {
            '"' => return Ok((value, &quoted[at + 1..])),
            '\\' => value.extend(characters.next().map(|(_, escaped)| escaped)),
            other => value.push(other),
        }
    }
    Err(not_understood("a quotation mark that is not closed"))
}

fn all_hold(
    terms: &[Term],
    holds: impl Fn(&Term) -> Result<bool, Refusal>,
) -> Result<bool, Refusal> {
    for term in terms {
        if !holds(term)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn known_field(field: &str) -> Result<(), Refusal> {
    const KNOWN: [&str; 12] = [
        "asset_folder",
        "folder",
        "public_id",
        "asset_id",
        "display_name",
        "filename",
        "resource_type",
        "type",
        "format",
        "tags",
        "status",
        "etag",
    ];
    if KNOWN.contains(&field) {
        Ok(())
    } else {
        Err(not_understood(format_args!("the field {field}")))
    }
}

fn asset_holds(asset: &Asset, term: &Term) -> Result<bool, Refusal> {
    let value = &term.value;
    Ok(match term.field.as_str() {
        "asset_folder" | "folder" => in_folder(&asset.asset_folder, value),
        "public_id" => text_holds(&asset.public_id, value),
        "asset_id" => asset.asset_id == *value,
        "display_name" => text_holds(&asset.display_name, value),
        "filename" => text_holds(
            asset.public_id.rsplit('/').next().unwrap_or_default(),
            value,
        ),
        "resource_type" => asset.resource_type.name() == value,
        "type" => asset.delivery_type == *value,
        "format" => asset.format == *value,
        "tags" => asset.tags.iter().any(|tag| text_holds(tag, value)),
        "etag" => asset.etag == *value,
        // Everything here is active.
        "status" => value == "active",
        other => return known_field(other).map(|()| false),
    })
}

fn text_holds(text: &str, wanted: &str) -> bool {
    wanted
        .strip_suffix('*')
        .map_or(text == wanted, |start| text.starts_with(start))
}

/// `a/*` means `a` and everything below it; `*` everything.
fn in_folder(folder: &str, wanted: &str) -> bool {
    match wanted.strip_suffix("/*") {
        Some(top) => {
            folder == top
                || folder
                    .strip_prefix(top)
                    .is_some_and(|rest| rest.starts_with('/'))
        }
        None => text_holds(folder, wanted),
    }
}

fn sort(found: &mut [Arc<Asset>], body: Option<&Value>) -> Result<(), Refusal> {
    let Some(rules) = body
        .and_then(|body| body.get("sort_by"))
        .and_then(Value::as_array)
    else {
        return Ok(());
    };
    for rule in rules.iter().rev() {
        let Some((field, direction)) = rule.as_object().and_then(|rule| rule.iter().next()) else {
            return Err(not_understood("this sort_by"));
        };
        let compare: fn(&Asset, &Asset) -> Ordering = match field.as_str() {
            "uploaded_at" => |a, b| a.order.cmp(&b.order),
            "created_at" => |a, b| (a.created_at, a.order).cmp(&(b.created_at, b.order)),
            "public_id" => |a, b| a.public_id.cmp(&b.public_id),
            "bytes" => |a, b| a.bytes.cmp(&b.bytes),
            other => return Err(not_understood(format_args!("sort_by {other}"))),
        };
        let descending = direction.as_str() == Some("desc");
        found.sort_by(|a, b| {
            if descending {
                compare(b, a)
            } else {
                compare(a, b)
            }
        });
    }
    Ok(())
}

fn not_understood(what: impl std::fmt::Display) -> Refusal {
    Refusal::bad_request(format!(
        "Invalid expression: the sandbox understands field:value joined by AND, not {what}"
    ))
}
