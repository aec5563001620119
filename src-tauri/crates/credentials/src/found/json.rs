//! JSON with the place of every member, so that one can be cut out and the rest stays as it is.
//!
//! `serde_json` says first whether the text is JSON at all (and bounds its depth); this only walks
//! what is known to be sound.

use std::ops::Range;

use serde::de::IgnoredAny;

/// A value and where it stands.
pub(super) struct Node {
    pub(super) at: Range<usize>,
    kind: Kind,
}

enum Kind {
    Object(Vec<Member>),
    Text,
    Other,
}

/// A member of an object.
pub(super) struct Member {
    pub(super) name: String,
    /// Where its name begins.
    start: usize,
    pub(super) value: Node,
}

/// Reads a text, `None` if it is not JSON. A byte order mark before it is passed over.
pub(super) fn read(text: &str) -> Option<Node> {
    let start = if text.starts_with('\u{FEFF}') { 3 } else { 0 };
    serde_json::from_str::<IgnoredAny>(&text[start..]).ok()?;
    Walk { text, at: start }.value()
}

impl Node {
    /// The members of an object; a value of another kind has none.
    pub(super) fn members(&self) -> &[Member] {
        match &self.kind {
            Kind::Object(members) => members,
            Kind::Text | Kind::Other => &[],
        }
    }

    /// The text of a string.
    pub(super) fn text(&self, text: &str) -> Option<String> {
        match self.kind {
            Kind::Text => serde_json::from_str(text.get(self.at.clone())?).ok(),
            Kind::Object(_) | Kind::Other => None,
        }
    }

    /// The bytes that go with a member, one comma included: up to the next member, or from the end
    /// of the one before.
    pub(super) fn cut(&self, index: usize) -> Range<usize> {
        let members = self.members();
        let before = index.checked_sub(1).and_then(|index| members.get(index));
        match (before, members.get(index), members.get(index + 1)) {
            (_, Some(member), Some(next)) => member.start..next.start,
            (Some(before), Some(member), None) => before.value.at.end..member.value.at.end,
            (None, Some(member), None) => member.start..member.value.at.end,
            (_, None, _) => 0..0,
        }
    }
}

struct Walk<'a> {
    text: &'a str,
    at: usize,
}

impl Walk<'_> {
    fn value(&mut self) -> Option<Node> {
        self.space();
        let start = self.at;
        let kind = match self.peek()? {
            b'{' => Kind::Object(self.object()?),
            b'[' => {
                self.array()?;
                Kind::Other
            }
            b'"' => {
                self.string()?;
                Kind::Text
            }
            _ => {
                while self.peek().is_some_and(|byte| !is_end(byte)) {
                    self.at += 1;
                }
                Kind::Other
            }
        };
        Some(Node {
            at: start..self.at,
            kind,
        })
    }

    fn object(&mut self) -> Option<Vec<Member>> {
        let mut members = Vec::new();
        self.at += 1;
        loop {
            self.space();
            match self.peek()? {
                b'}' => {
                    self.at += 1;
                    return Some(members);
                }
                b',' => self.at += 1,
                _ => {
                    let start = self.at;
                    self.string()?;
                    let name = serde_json::from_str(self.text.get(start..self.at)?).ok()?;
                    self.space();
                    // The colon.
                    self.at += 1;
                    let value = self.value()?;
                    members.push(Member { name, start, value });
                }
            }
        }
    }

    fn array(&mut self) -> Option<()> {
        self.at += 1;
        loop {
            self.space();
            match self.peek()? {
                b']' => {
                    self.at += 1;
                    return Some(());
                }
                b',' => self.at += 1,
                _ => drop(self.value()?),
            }
        }
    }

    fn string(&mut self) -> Option<()> {
        self.at += 1;
        loop {
            match self.peek()? {
                b'"' => {
                    self.at += 1;
                    return Some(());
                }
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
    }

    fn space(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
}

fn is_end(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b',' | b'}' | b']')
}
