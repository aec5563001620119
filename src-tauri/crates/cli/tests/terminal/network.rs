//! The way out of this computer: the proxy of the environment, and what a run says when it is in the way.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

use crate::{Terminal, aloft, objects, words};

#[test]
fn the_proxy_of_the_environment_is_used_and_its_refusal_is_said() {
    let terminal = Terminal::open();
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", proxy.local_addr().unwrap());
    let (asks, asked) = std::sync::mpsc::channel();
    // The upload is not all that is asked: what the account's plan takes is read beside it.
    std::thread::spawn(move || {
        for socket in proxy.incoming() {
            let mut socket = socket.unwrap();
            let mut line = String::new();
            BufReader::new(socket.try_clone().unwrap())
                .read_line(&mut line)
                .unwrap();
            let refusal = "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n";
            socket.write_all(refusal.as_bytes()).unwrap();
            if asks.send(line).is_err() {
                return;
            }
        }
    });
    let url =
        "cloudinary://847362519283746:secret-of-nobody@cloud?upload_prefix=https://api.example.com";
    let output = aloft(terminal.home.path())
        .env("CLOUDINARY_URL", url)
        .env("HTTPS_PROXY", &address)
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .args(["upload", "--json"])
        .arg(terminal.file("a.txt"))
        .output()
        .unwrap();
    let line = asked.recv().unwrap();
    assert!(line.starts_with("CONNECT api.example.com:443 "), "{line}");
    assert!(!line.contains("secret-of-nobody"));
    let error = &objects(&output)[0]["error"];
    assert_eq!(error["kind"], "proxy_refused", "{}", words(&output));
}

/// A host's name is written as it is.
#[test]
fn a_host_that_cannot_be_reached_is_named_as_it_is() {
    let terminal = Terminal::open();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = closed.local_addr().unwrap().port();
    drop(closed);
    let url = format!(
        "cloudinary://847362519283746:secret-of-nobody@cloud?upload_prefix=http://localhost:{port}"
    );
    let file = terminal.file("a.txt");
    let begin = || {
        let mut run = aloft(terminal.home.path())
            .env("CLOUDINARY_URL", &url)
            .arg("upload")
            .arg(&file)
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(run.stderr.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        (run, line)
    };
    // the second waits for the first to upload the file, and says what that one meets
    let runs = [begin(), begin()];
    for (mut run, line) in runs {
        run.kill().unwrap();
        run.wait().unwrap();
        assert!(
            line.starts_with("aloft: localhost does not answer."),
            "{line}"
        );
    }
}
