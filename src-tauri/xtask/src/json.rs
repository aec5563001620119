//! One string out of one line of JSON that our own programs print.

/// The first string value under `name`, at any depth; `None` when there is none or it is not a string.
pub(crate) fn text(line: &str, name: &str) -> Option<String> {
    let key = format!("\"{name}\"");
    line.match_indices(&key).find_map(|(at, _)| {
        let after = line
            .get(at + key.len()..)?
            .trim_start()
            .strip_prefix(':')?
            .trim_start()
            .strip_prefix('"')?;
        unescape(after)
    })
}

fn unescape(text: &str) -> Option<String> {
    let mut plain = String::new();
    let mut chars = text.chars();
    loop {
        match chars.next()? {
            '"' => return Some(plain),
            '\\' => match chars.next()? {
                'n' => plain.push('\n'),
                't' => plain.push('\t'),
                'u' => {
                    let code: String = chars.by_ref().take(4).collect();
                    plain.push(char::from_u32(u32::from_str_radix(&code, 16).ok()?)?);
                }
                other => plain.push(other),
            },
            other => plain.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn a_string_is_found_by_its_name() {
        let line =
            r#"{"other":"url","n":1,"secure_url":null,"url" : "http://127.0.0.1:1/a\"b\u00e9"}"#;
        assert_eq!(
            text(line, "url").as_deref(),
            Some("http://127.0.0.1:1/a\"bé")
        );
        assert_eq!(text(line, "secure_url"), None);
        assert_eq!(text(line, "n"), None);
        assert_eq!(text(r#"{"url":"cut"#, "url"), None);
    }
}
