//! What happens below HTTP, and where a request may go at all.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use cloudinary::{Auth, Client, Decision, Distrust, Error, ErrorKind, Options};
use futures_util::StreamExt;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::server::{Server, bytes, client, target_at, upload};

fn impatient() -> Client {
    Client::new(Options {
        stall_timeout: Duration::from_millis(300),
        answer_timeout: Duration::from_millis(300),
        ..Options::default()
    })
    .unwrap()
}

async fn error_at(client: &Client, url: &str, content: &[u8]) -> Error {
    let job = upload(bytes("a", content), json!({}));
    client
        .upload(&target_at(url), job, |_| {})
        .await
        .unwrap_err()
}

#[tokio::test]
async fn a_redirect_is_not_followed_with_the_signature() {
    let elsewhere = Server::accepting().await;
    for status in [301, 302, 303, 307, 308] {
        let to = elsewhere.url.clone();
        let server = Server::start(move |_| {
            (
                StatusCode::from_u16(status).unwrap(),
                [(header::LOCATION, format!("{to}/v1_1/x/image/upload"))],
            )
        })
        .await;
        let error = error_at(&client(), &server.url, b"a").await;
        assert!(matches!(error, Error::Redirected { .. }), "{error:?}");
        let error = client().ping(&server.target()).await.unwrap_err();
        assert!(matches!(error, Error::Redirected { .. }), "{error:?}");
        assert!(!client().head(&server.url.parse().unwrap()).await.unwrap());
    }
    assert_eq!(elsewhere.hits(), 0);
}

#[tokio::test]
async fn plain_http_to_another_computer_is_not_spoken() {
    for url in [
        "http://192.0.2.1",
        "http://example.com",
        "http://127.0.0.1.example.com",
        "http://[2001:db8::1]",
        "http://0.0.0.0",
    ] {
        let error = error_at(&client(), url, b"a").await;
        assert!(
            matches!(error, Error::InsecureHost { .. }),
            "{url}: {error:?}"
        );
        assert_eq!(error.decision(), Decision::Persistent);
        let error = client().ping(&target_at(url)).await.unwrap_err();
        assert!(
            matches!(error, Error::InsecureHost { .. }),
            "{url}: {error:?}"
        );
        let error = client().head(&url.parse().unwrap()).await.unwrap_err();
        assert!(
            matches!(error, Error::InsecureHost { .. }),
            "{url}: {error:?}"
        );
    }
    for url in [
        "ftp://127.0.0.1",
        "data:text/plain,x",
        "https://user@127.0.0.1",
        "https://user:word@127.0.0.1",
    ] {
        let error = error_at(&client(), url, b"a").await;
        assert!(matches!(error, Error::HostUnusable), "{url}: {error:?}");
    }
}

#[tokio::test]
async fn every_spelling_of_this_computer_is_loopback() {
    for (url, expected) in [
        ("http://127.0.0.1:1", true),
        ("http://127.255.0.3", true),
        ("http://0x7f000001", true),
        ("http://[::1]", true),
        ("http://LOCALHOST", true),
        ("http://localhost.example.com", false),
        ("http://128.0.0.1", false),
        ("http://[::ffff:127.0.0.1]", false),
    ] {
        assert_eq!(
            cloudinary::is_loopback(&url.parse().unwrap()),
            expected,
            "{url}"
        );
    }
}

#[tokio::test]
async fn nobody_listens() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = error_at(&client(), &url, b"a").await;
    assert!(matches!(error, Error::Unreachable { .. }), "{error:?}");
    assert!(error.details().unwrap().contains("refused"), "{error:?}");
    assert_eq!(error.decision(), Decision::Temporary { after: None });
}

#[tokio::test]
async fn the_connection_is_cut_in_the_middle() {
    let server = Server::raw(|_, request| async move {
        let mut body = request.into_body().into_data_stream();
        body.next().await.unwrap().unwrap();
        panic!("cut");
    })
    .await;
    let error = error_at(&client(), &server.url, &vec![0; 20_000_000]).await;
    assert!(matches!(error, Error::Interrupted { .. }), "{error:?}");
}

#[tokio::test]
async fn a_server_that_never_answers() {
    let server = Server::raw(|_, request| async move {
        axum::body::to_bytes(request.into_body(), usize::MAX)
            .await
            .unwrap();
        std::future::pending().await
    })
    .await;
    let error = error_at(&impatient(), &server.url, b"a").await;
    assert!(matches!(error, Error::TimedOut { .. }), "{error:?}");
    let error = impatient().ping(&server.target()).await.unwrap_err();
    assert!(matches!(error, Error::TimedOut { .. }), "{error:?}");
}

#[tokio::test]
async fn a_server_that_never_reads() {
    let server = Server::raw(|_, request| async move {
        let _unread = request;
        std::future::pending().await
    })
    .await;
    let error = error_at(&impatient(), &server.url, &vec![0; 50_000_000]).await;
    assert!(matches!(error, Error::TimedOut { .. }), "{error:?}");
}

#[tokio::test]
async fn a_slow_upload_that_moves_is_not_late() {
    let server = Server::raw(|_, request| async move {
        let mut body = request.into_body().into_data_stream();
        let (mut got, mut next_rest) = (0, 0);
        while let Some(block) = body.next().await {
            got += block.unwrap().len();
            if got > next_rest {
                // Far longer in all than the limit, never as long as it at once.
                next_rest = got + 8_000_000;
                tokio::time::sleep(Duration::from_millis(150)).await;
            }
        }
        axum::Json(crate::server::asset_json()).into_response()
    })
    .await;
    let client = Client::new(Options {
        stall_timeout: Duration::from_millis(1000),
        ..Options::default()
    })
    .unwrap();
    let job = upload(bytes("a", &vec![0; 80_000_000]), json!({}));
    let began = std::time::Instant::now();
    client.upload(&server.target(), job, |_| {}).await.unwrap();
    assert!(began.elapsed() > Duration::from_millis(1000));
}

#[tokio::test]
async fn an_answer_that_trickles_is_late_and_one_that_flows_is_not() {
    let server = Server::raw(|_, request| async move {
        axum::body::to_bytes(request.into_body(), usize::MAX)
            .await
            .unwrap();
        trickle(crate::server::asset_json().to_string(), 1)
    })
    .await;
    let began = std::time::Instant::now();
    let error = error_at(&impatient(), &server.url, b"a").await;
    assert!(matches!(error, Error::TimedOut { .. }), "{error:?}");
    assert!(began.elapsed() < Duration::from_secs(5));

    let server = Server::raw(|_, _| async move {
        let padding = " ".repeat(20_000);
        trickle(format!("{{\"status\": \"ok\"}}{padding}"), 1500)
    })
    .await;
    let began = std::time::Instant::now();
    impatient().ping(&server.target()).await.unwrap();
    assert!(began.elapsed() > Duration::from_millis(300));
}

/// A body in pieces of so many bytes, 50 ms apart.
fn trickle(text: String, piece: usize) -> axum::response::Response {
    let pieces: Vec<Vec<u8>> = text.as_bytes().chunks(piece).map(<[u8]>::to_vec).collect();
    let slowly = futures_util::stream::iter(pieces).then(|piece| async move {
        tokio::time::sleep(Duration::from_millis(50)).await;
        Ok::<_, std::convert::Infallible>(piece)
    });
    axum::body::Body::from_stream(slowly).into_response()
}

#[tokio::test]
async fn an_answer_without_end_is_not_read() {
    let server =
        Server::start(|_| format!("{{\"public_id\": \"{}\"}}", "x".repeat(5_000_000))).await;
    let error = error_at(&client(), &server.url, b"a").await;
    assert!(
        matches!(error, Error::AnswerTooLarge { limit: 4_194_304 }),
        "{error:?}"
    );
}

#[tokio::test]
async fn an_answer_that_breaks_off() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut got = vec![0; 100_000];
        let _ = socket.read(&mut got).await.unwrap();
        socket
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"pu")
            .await
            .unwrap();
    });
    let error = client().ping(&target_at(&url)).await.unwrap_err();
    assert!(matches!(error, Error::Interrupted { .. }), "{error:?}");
}

/// The service may refuse before it has read the file, and goes on reading what is under way.
#[tokio::test]
async fn an_early_refusal_is_heard() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut got = vec![0; 100_000];
        let _ = socket.read(&mut got).await.unwrap();
        let body = r#"{"error":{"message":"Unknown API key 1"}}"#;
        let head = format!(
            "HTTP/1.1 401 Unauthorized\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        socket.write_all((head + body).as_bytes()).await.unwrap();
        while socket.read(&mut got).await.is_ok_and(|read| read > 0) {}
    });
    let error = error_at(&client(), &url, &vec![0; 20_000_000]).await;
    assert!(matches!(error, Error::WrongKey(_)), "{error:?}");
}

/// A success for a body that is still under way cannot be about this file.
#[tokio::test]
async fn an_early_success_is_not_believed() {
    let server = Server::raw(|_, request| async move {
        let mut body = request.into_body().into_data_stream();
        body.next().await.unwrap().unwrap();
        let answer = axum::Json(crate::server::asset_json()).into_response();
        // The rest is kept unread as long as the answer lives.
        tokio::spawn(async move {
            let _unread = body;
            std::future::pending::<()>().await;
        });
        answer
    })
    .await;
    let error = error_at(&client(), &server.url, &vec![0; 50_000_000]).await;
    assert!(matches!(error, Error::Interrupted { .. }), "{error:?}");
}

/// The address of a TLS server whose certificate for `name` nobody has signed but itself.
async fn self_signed(name: &str) -> String {
    let made = rcgen::generate_simple_self_signed(vec![name.into()]).unwrap();
    let key =
        tokio_rustls::rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der())
            .unwrap();
    let provider = Arc::new(tokio_rustls::rustls::crypto::aws_lc_rs::default_provider());
    let config = tokio_rustls::rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            let (socket, _) = listener.accept().await.unwrap();
            let _ = acceptor.accept(socket).await;
        }
    });
    url
}

/// What a call to `url` comes to where the same host answers like `plain` without encryption.
async fn error_with_plain(url: &str, plain: &Server) -> Error {
    let portal: url::Url = plain.url.parse().unwrap();
    let client = Client::new(Options {
        portal_port: portal.port().unwrap(),
        ..Options::default()
    });
    client.unwrap().ping(&target_at(url)).await.unwrap_err()
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for() {
    let url = self_signed("127.0.0.1").await;
    // without encryption the host answers as the service does: it sends to itself, or has nothing to show
    let itself = Server::start(|_| {
        (
            StatusCode::MOVED_PERMANENTLY,
            [(header::LOCATION, "https://127.0.0.1/")],
        )
    });
    let nothing = Server::start(|_| (StatusCode::NOT_FOUND, "{}"));
    for plain in [itself.await, nothing.await] {
        let error = error_with_plain(&url, &plain).await;
        assert!(
            matches!(
                error,
                Error::Untrusted {
                    why: Distrust::Issuer,
                    ..
                }
            ),
            "{error:?}"
        );
        assert_eq!(
            (error.kind(), error.decision()),
            (ErrorKind::Untrusted, Decision::Persistent)
        );
        assert!(error.to_string().contains("reading along"), "{error}");
        assert_eq!(plain.hits(), 1);
    }
}

#[tokio::test]
async fn a_network_that_wants_a_login_is_a_network_that_is_not_there_yet() {
    let url = self_signed("127.0.0.1").await;
    let page = Server::start(|_| axum::response::Html("<h1>Welcome to the hotel</h1>"));
    let sent_away = Server::start(|_| {
        (
            StatusCode::FOUND,
            [(header::LOCATION, "http://login.hotel.example/?to=x")],
        )
    });
    let demanded = Server::start(|_| (StatusCode::NETWORK_AUTHENTICATION_REQUIRED, "sign in"));
    for portal in [page.await, sent_away.await, demanded.await] {
        let error = error_with_plain(&url, &portal).await;
        assert!(matches!(error, Error::Portal { .. }), "{error:?}");
        assert_eq!(error.decision(), Decision::Temporary { after: None });
        assert_eq!(
            portal.hits(),
            1,
            "it is asked once, and without the call's path"
        );
    }
}

#[tokio::test]
async fn a_network_that_says_itself_that_it_wants_a_login_is_one_too() {
    let server = Server::start(|_| (StatusCode::NETWORK_AUTHENTICATION_REQUIRED, "sign in"));
    let error = error_at(&client(), &server.await.url, b"a").await;
    assert!(matches!(error, Error::Portal { .. }), "{error:?}");
}

/// Whoever speaks for the host, certificate and all, and sends elsewhere, is no network that will be there later.
#[tokio::test]
async fn a_host_that_sends_to_another_host_is_no_portal() {
    let server = Server::start(|_| {
        (
            StatusCode::FOUND,
            [(header::LOCATION, "http://other.example/")],
        )
    });
    let error = error_at(&client(), &server.await.url, b"a").await;
    assert!(matches!(error, Error::Redirected { .. }), "{error:?}");
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_is_unreachable_and_not_untrusted() {
    let server = Server::accepting().await;
    let url = server.url.replace("http:", "https:");
    let error = client().ping(&target_at(&url)).await.unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error:?}");
}

#[tokio::test]
async fn an_account_without_a_key_asks_for_nothing() {
    let server = Server::accepting().await;
    let target = server.unsigned_target();
    assert!(matches!(target.auth, Auth::Unsigned { .. }));
    let error = client().ping(&target).await.unwrap_err();
    assert!(matches!(error, Error::NeedsKey), "{error:?}");
    assert_eq!(server.hits(), 0);
}

#[test]
fn a_user_agent_that_could_end_its_header() {
    let options = Options {
        user_agent: "a\r\nX-Evil: 1".into(),
        ..Options::default()
    };
    assert!(matches!(
        Client::new(options),
        Err(Error::ClientNotBuilt { .. })
    ));
}
