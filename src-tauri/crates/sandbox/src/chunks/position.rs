//! Where in its upload a chunk belongs, by the request's headers.

use axum::http::HeaderMap;

use crate::answer::Refusal;

/// The most chunks an upload may have.
pub(super) const MOST: u64 = 10_000;

/// What the headers say about a chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Position {
    /// `Content-Range: bytes first-last/total`; the total is unknown when it is `-1`, `*` or missing.
    Range {
        first: u64,
        last: u64,
        total: Option<u64>,
    },
    /// `X-Upload-Part-Number` of `X-Upload-Total-Parts`.
    Part { number: u64, of: Option<u64> },
}

/// A chunk's upload and its place in it.
#[derive(Clone, Debug)]
pub(crate) struct Chunk {
    pub(crate) upload_id: String,
    pub(crate) position: Position,
}

impl Chunk {
    /// Reads the headers; `Ok(None)` for an ordinary upload.
    pub(crate) fn read(headers: &HeaderMap) -> Result<Option<Self>, Refusal> {
        let text = |name: &str| {
            headers
                .get(name)
                .and_then(|value| value.to_str().ok())
                .map(str::trim)
        };
        let number = |name: &str| match text(name) {
            None => Ok(None),
            Some(given) => match given.parse::<u64>() {
                Ok(n) if (1..=MOST).contains(&n) => Ok(Some(n)),
                Ok(_) | Err(_) => Err(Refusal::bad_request(format!(
                    "Invalid {name} header: {given}"
                ))),
            },
        };
        let position = match (number("X-Upload-Part-Number")?, text("Content-Range")) {
            (Some(part), _) => {
                let of = number("X-Upload-Total-Parts")?;
                if of.is_some_and(|of| part > of) {
                    return Err(Refusal::bad_request(
                        "X-Upload-Part-Number is larger than X-Upload-Total-Parts",
                    ));
                }
                Position::Part { number: part, of }
            }
            (None, Some(range)) => parse_range(range)?,
            (None, None) => return Ok(None),
        };
        let Some(upload_id) = text("X-Unique-Upload-Id").filter(|id| !id.is_empty()) else {
            return Err(Refusal::missing("X-Unique-Upload-Id"));
        };
        Ok(Some(Self {
            upload_id: upload_id.to_owned(),
            position,
        }))
    }

    /// Whether the headers say that nothing comes after it.
    pub(crate) fn is_last(&self) -> bool {
        match self.position {
            Position::Range { last, total, .. } => total == Some(last + 1),
            Position::Part { number, of } => of == Some(number),
        }
    }

    /// Where it sorts among its upload's chunks.
    pub(crate) fn key(&self) -> u64 {
        match self.position {
            Position::Range { first, .. } => first,
            Position::Part { number, .. } => number - 1,
        }
    }
}

fn parse_range(range: &str) -> Result<Position, Refusal> {
    let wrong = || Refusal::bad_request(format!("Invalid Content-Range header: {range}"));
    let rest = range.strip_prefix("bytes ").ok_or_else(wrong)?;
    let (bounds, total) = rest.split_once('/').unwrap_or((rest, "-1"));
    // What the Node SDK sends for an empty file.
    if bounds == "0--1" {
        return Err(Refusal::bad_request("Empty file"));
    }
    let (first, last) = bounds.split_once('-').ok_or_else(wrong)?;
    let (first, last): (u64, u64) = (
        first.parse().map_err(|_| wrong())?,
        last.parse().map_err(|_| wrong())?,
    );
    let total = match total {
        "-1" | "*" => None,
        given => Some(given.parse().map_err(|_| wrong())?),
    };
    if last < first || last == u64::MAX || total.is_some_and(|total| last >= total) {
        return Err(wrong());
    }
    Ok(Position::Range { first, last, total })
}
