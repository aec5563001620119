//! `aloft agent` and its clients, as scripts and people use them.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::{Terminal, aloft, objects, words};

/// Ends with the test.
struct Running {
    child: Child,
    port: u16,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Terminal {
    fn agent(&self, arguments: &[&str]) -> std::process::Output {
        self.run(&[&["agent"], arguments].concat())
    }

    fn start_agent(&self) -> Running {
        let mut command = aloft(self.home.path());
        command
            .args(["agent", "--port", "0"])
            .env("CLOUDINARY_URL", &self.url);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap();
        let url = ready["url"].as_str().unwrap();
        assert_eq!(ready["sign"], format!("{url}/api/sign"));
        let port = url.rsplit_once(':').unwrap().1.parse().unwrap();
        Running { child, port }
    }
}

/// One request over a plain connection; the whole answer.
pub(crate) fn ask(port: u16, headers: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let patience = Some(Duration::from_secs(30));
    stream.set_read_timeout(patience).unwrap();
    write!(
        stream,
        "POST /api/sign HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n{headers}\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

pub(crate) fn sign_body() -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let now = now.unwrap().as_secs();
    format!(r#"{{"paramsToSign": {{"timestamp": {now}, "source": "uw"}}}}"#)
}

#[test]
fn a_token_is_printed_once_and_signs_while_the_agent_runs() {
    let terminal = Terminal::open();
    let made = terminal.agent(&["token", "Shop", "--folder", ""]);
    assert_eq!(made.status.code(), Some(0), "{}", words(&made));
    let token = String::from_utf8(made.stdout).unwrap().trim().to_owned();
    assert!(token.starts_with("aloft_") && token.len() == 70, "{token}");

    let agent = terminal.start_agent();
    let signed = ask(
        agent.port,
        &format!("Authorization: Bearer {token}\r\n"),
        &sign_body(),
    );
    assert!(
        signed.starts_with("HTTP/1.1 200") && signed.contains("\"signature\":"),
        "{signed}"
    );
    let second = terminal.agent(&["--port", "0"]);
    assert_eq!(second.status.code(), Some(1));
    assert!(
        words(&second).contains("Another Aloft"),
        "{}",
        words(&second)
    );

    let listed = terminal.agent(&["clients", "--json"]);
    assert!(!String::from_utf8_lossy(&listed.stdout).contains(&token));
    let client = &objects(&listed)[0];
    assert_eq!(
        (&client["name"], &client["by"]),
        (&"Shop".into(), &"token".into())
    );
    assert_eq!(
        (&client["sign"], &client["upload"]),
        (&true.into(), &false.into())
    );

    // A running agent sees at once what another process forgets.
    assert_eq!(terminal.agent(&["forget", "Shop"]).status.code(), Some(0));
    let refused = ask(
        agent.port,
        &format!("Authorization: Bearer {token}\r\n"),
        &sign_body(),
    );
    assert!(refused.starts_with("HTTP/1.1 401"), "{refused}");
    assert_eq!(terminal.agent(&["forget", "Shop"]).status.code(), Some(1));
}

/// The commands that a refusal advises are carried out as they stand there.
#[test]
fn a_token_that_is_not_held_to_a_folder_becomes_one_as_its_refusal_says() {
    let terminal = Terminal::open();
    let token = |made: &std::process::Output| {
        assert_eq!(made.status.code(), Some(0), "{}", words(made));
        let token = String::from_utf8_lossy(&made.stdout).trim().to_owned();
        format!("Authorization: Bearer {token}\r\n")
    };
    let old = token(&terminal.agent(&["token", "Shop"]));
    let agent = terminal.start_agent();
    let body = sign_body().replace("\"source\"", "\"folder\": \"drafts\", \"source\"");
    let refused = ask(agent.port, &old, &body);
    assert!(refused.starts_with("HTTP/1.1 403"), "{refused}");

    let said: Value = serde_json::from_str(refused.split_once("\r\n\r\n").unwrap().1).unwrap();
    let said = said["error"]["message"].as_str().unwrap();
    let (_, commands) = said.split_once("new token: ").unwrap();
    let mut new = String::new();
    for command in commands.replace("FOLDER", "drafts").split(", then ") {
        let arguments = command.strip_prefix("aloft agent ").unwrap();
        let done = terminal.agent(&arguments.split(' ').collect::<Vec<_>>());
        new = token(&done);
    }
    let signed = ask(agent.port, &new, &body);
    assert!(signed.starts_with("HTTP/1.1 200"), "{signed}");

    let listed = terminal.agent(&["clients"]);
    let rows = String::from_utf8(listed.stdout).unwrap();
    assert!(rows.ends_with("\tfolder “drafts”\n"), "{rows}");
    let forgotten = terminal.agent(&["forget", "Shop", "--json"]);
    assert_eq!(
        objects(&forgotten),
        [serde_json::json!({ "forgotten": "Shop" })]
    );
}

/// There is no terminal here, so nobody can be asked.
#[test]
fn a_page_that_comes_is_told_of_with_the_command_that_allows_it() {
    let terminal = Terminal::open();
    let mut agent = terminal.start_agent();
    let page = "Origin: http://localhost:3000\r\n";
    let refused = ask(agent.port, page, &sign_body());
    assert!(refused.starts_with("HTTP/1.1 403"), "{refused}");
    let mut said = BufReader::new(agent.child.stderr.take().unwrap()).lines();
    let allow = "aloft agent allow http://localhost:3000";
    assert!(said.any(|line| line.unwrap().contains(allow)));

    let allowed = terminal.agent(&["allow", "http://localhost:3000/", "--for", "once"]);
    assert_eq!(allowed.status.code(), Some(0), "{}", words(&allowed));
    let row = String::from_utf8(allowed.stdout).unwrap();
    let fields: Vec<_> = row.split('\t').collect();
    assert!(fields[3].starts_with("once, until 20"), "{row}");
    let signed = ask(agent.port, page, &sign_body());
    assert!(signed.starts_with("HTTP/1.1 200"), "{signed}");
    assert!(signed.contains("access-control-allow-origin: http://localhost:3000"));
    assert!(ask(agent.port, page, &sign_body()).starts_with("HTTP/1.1 403"));
}

#[test]
fn that_no_more_pages_are_asked_about_is_a_line_that_names_the_next_one() {
    let terminal = Terminal::open();
    let mut agent = terminal.start_agent();
    for number in 1..=9 {
        let page = format!("Origin: http://localhost:300{number}\r\n");
        let refused = ask(agent.port, &page, &sign_body());
        assert!(refused.starts_with("HTTP/1.1 403"), "{refused}");
    }
    agent.child.kill().unwrap();
    let said = BufReader::new(agent.child.stderr.take().unwrap()).lines();
    let said: Vec<_> = said.map(Result::unwrap).collect();
    let no_more = said.iter().filter(|line| line.contains("hour"));
    let no_more: Vec<_> = no_more.collect();
    assert_eq!(no_more.len(), 1, "{said:?}");
    let allow = "aloft agent allow http://localhost:3007";
    assert!(no_more[0].contains(allow), "{no_more:?}");
}

#[test]
fn what_cannot_be_allowed_is_said() {
    let terminal = Terminal::open();
    for (arguments, code) in [
        (&["allow", "localhost:3000"][..], 2),
        (&["allow", "null"], 2),
        (&["allow", "ftp://x"], 2),
        (
            &["allow", "http://localhost:3000", "--account", "nobody"],
            3,
        ),
        (&["allow", "http://localhost:3000", "--root", "/tmp"], 2),
        (&["token", "", "--upload"], 2),
        (&["token", "X", "--upload", "--root", "/never/was"], 2),
    ] {
        let refused = terminal.agent(arguments);
        assert_eq!(
            refused.status.code(),
            Some(code),
            "{arguments:?} {}",
            words(&refused)
        );
    }
    assert!(objects(&terminal.agent(&["clients", "--json"])).is_empty());
}

#[test]
fn an_agent_that_is_told_to_end_ends_well() {
    let terminal = Terminal::open();
    let mut agent = terminal.start_agent();
    let mut kill = std::process::Command::new("kill");
    let sent = kill.args(["-TERM", &agent.child.id().to_string()]).status();
    assert!(sent.unwrap().success());
    assert_eq!(agent.child.wait().unwrap().code(), Some(0));
}
