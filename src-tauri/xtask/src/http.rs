//! One GET from the sandbox on this computer; the only place where xtask speaks to a network.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::failure::{Failure, Result};

const LIMIT: Duration = Duration::from_secs(30);

/// The bytes behind a plain `http://127.0.0.1:PORT/…` link.
///
/// # Errors
/// The link is of another kind, nobody listens, or the answer is not 200.
pub(crate) fn get(link: &str) -> Result<Vec<u8>> {
    let rest = link
        .strip_prefix("http://")
        .filter(|rest| rest.starts_with("127.0.0.1:"))
        .ok_or_else(|| {
            Failure::new(format!(
                "{link} is not a link of the sandbox on this computer"
            ))
        })?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let answer = ask(host, path)
        .map_err(|error| Failure::new(format!("{link} does not answer: {error}")))?;
    body(&answer).map_err(|what| Failure::new(format!("{link} {what}")))
}

fn ask(host: &str, path: &str) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(LIMIT))?;
    // HTTP/1.0: the answer comes whole, never in chunks, and its end is the end of the connection.
    write!(
        stream,
        "GET /{path} HTTP/1.0\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(answer)
}

fn body(answer: &[u8]) -> Result<Vec<u8>, String> {
    const END: &[u8] = b"\r\n\r\n";
    let end = answer
        .windows(END.len())
        .position(|window| window == END)
        .ok_or("answers something that is not HTTP")?;
    let (head, rest) = answer.split_at(end);
    let head = String::from_utf8_lossy(head);
    let status = head.lines().next().unwrap_or_default();
    if status.split(' ').nth(1) != Some("200") {
        return Err(format!("answers `{status}`"));
    }
    Ok(rest.get(END.len()..).unwrap_or_default().to_vec())
}

#[cfg(test)]
mod tests {
    use super::{body, get};

    #[test]
    fn the_body_begins_after_the_empty_line() {
        assert_eq!(
            body(b"HTTP/1.0 200 OK\r\nA: b\r\n\r\n\r\n\r\nx"),
            Ok(b"\r\n\r\nx".to_vec())
        );
        assert_eq!(
            body(b"HTTP/1.1 404 Not Found\r\n\r\n"),
            Err("answers `HTTP/1.1 404 Not Found`".to_owned())
        );
        assert!(body(b"nonsense").is_err());
    }

    #[test]
    fn only_this_computer_is_asked() {
        assert!(get("http://192.0.2.1/x").is_err());
        assert!(get("https://127.0.0.1:1/x").is_err());
    }
}
