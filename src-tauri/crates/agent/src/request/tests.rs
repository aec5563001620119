//! Whatever may arrive. What comes out of [`read`] is held against what must never be let through.

use app::ExposeSecret;
use axum::http::HeaderValue;
use proptest::prelude::*;
use serde_json::json;

use super::*;

const PORT: u16 = 25_638;
const SIGN: &str = r#"{"paramsToSign": {"timestamp": 1, "source": "uw"}}"#;
const JSON: (&str, &str) = ("content-type", "application/json");
const US: (&str, &str) = ("host", "127.0.0.1:25638");
const PAGE: (&str, &str) = ("origin", "http://localhost:3000");
const TOKEN: (&str, &str) = ("authorization", "Bearer aloft_x");

fn ask(method: &str, address: &str, headers: &[(&str, &str)], body: &str) -> Result<Asked, Turned> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let name = axum::http::HeaderName::from_bytes(name.as_bytes()).unwrap();
        map.append(name, HeaderValue::from_str(value).unwrap());
    }
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    read(
        &method,
        &address.parse().unwrap(),
        &map,
        body.as_bytes(),
        PORT,
    )
}

fn turned(method: &str, address: &str, headers: &[(&str, &str)], body: &str) -> Turned {
    ask(method, address, headers, body).unwrap_err()
}

#[test]
fn a_page_and_a_server_ask_for_a_signature() {
    let Ok(Asked::Sign { caller, params }) = ask("POST", "/api/sign", &[US, PAGE, JSON], SIGN)
    else {
        panic!("a page may ask");
    };
    assert!(matches!(caller, Caller::Origin(origin) if origin.as_str() == PAGE.1));
    assert_eq!(params["source"], json!("uw"));
    let localhost = ("host", "LOCALHOST:25638");
    let json = ("content-type", "application/json; charset=utf-8");
    let Ok(Asked::Sign { caller, .. }) = ask("POST", "/api/sign", &[localhost, TOKEN, json], SIGN)
    else {
        panic!("a server may ask");
    };
    assert!(matches!(caller, Caller::Token(token) if token.expose_secret() == "aloft_x"));
}

#[test]
fn a_name_that_was_made_to_lead_here_is_another_host() {
    for host in [
        "evil.example:25638",
        "127.0.0.1",
        "localhost",
        "127.0.0.1:80",
        "127.0.0.1:25638.evil.example",
        "localhost.evil.example:25638",
        "[::1]:25638",
        "0.0.0.0:25638",
        "",
    ] {
        for (method, address, body) in [("POST", "/api/sign", SIGN), ("GET", "/", "")] {
            let headers = [("host", host), TOKEN, PAGE, JSON];
            let why = turned(method, address, &headers, body);
            assert_eq!(why, Turned::OtherHost, "{host}");
        }
    }
    assert_eq!(turned("GET", "/", &[], ""), Turned::OtherHost);
    let twice = [US, ("host", "evil.example")];
    assert_eq!(turned("GET", "/", &twice, ""), Turned::OtherHost);
    let address = "http://evil.example:25638/";
    assert_eq!(turned("GET", address, &[US], ""), Turned::OtherHost);
}

#[test]
fn what_a_form_or_a_script_without_cors_can_send_is_not_taken() {
    for kind in [
        "text/plain",
        "text/plain;application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonp",
        "",
    ] {
        for address in ["/api/sign", "/upload"] {
            let headers = [US, PAGE, ("content-type", kind)];
            assert_eq!(turned("POST", address, &headers, SIGN), Turned::NotJson);
        }
    }
    // Not even without any type and body: that is a request which a page may make without asking.
    assert_eq!(turned("POST", "/upload", &[US, PAGE], ""), Turned::NotJson);
    assert_eq!(
        turned("POST", "/upload", &[US, TOKEN], "{}"),
        Turned::NotJson
    );
    assert!(matches!(
        ask("POST", "/upload", &[US, TOKEN], ""),
        Ok(Asked::Upload { list, key: None, .. }) if list.is_empty()
    ));
}

#[test]
fn no_origin_of_its_own_or_none_that_browsers_write() {
    let why = |origin| {
        turned(
            "POST",
            "/api/sign",
            &[US, TOKEN, ("origin", origin), JSON],
            SIGN,
        )
    };
    assert_eq!(why("null"), Turned::NullOrigin);
    assert_eq!(why("http://localhost:3000/"), Turned::BadOrigin);
    assert_eq!(why("*"), Turned::BadOrigin);
    let two = [US, PAGE, PAGE, JSON];
    assert_eq!(turned("POST", "/api/sign", &two, SIGN), Turned::BadOrigin);
}

#[test]
fn nobody_gets_nothing() {
    assert_eq!(
        turned("POST", "/api/sign", &[US, JSON], SIGN),
        Turned::NoCaller
    );
    for authorization in ["Basic eDp5", "Bearer", "Bearer ", "aloft_x"] {
        // A page that shows a wrong kind of credential is not taken for its origin instead.
        let headers = [US, PAGE, JSON, ("authorization", authorization)];
        let why = turned("POST", "/api/sign", &headers, SIGN);
        assert_eq!(why, Turned::NoCaller, "{authorization}");
    }
    assert!(matches!(ask("GET", "/", &[US], ""), Ok(Asked::Look)));
    assert_eq!(
        turned("GET", "/api/sign", &[US, TOKEN], ""),
        Turned::OtherMethod("POST, OPTIONS")
    );
    assert_eq!(
        turned("POST", "/", &[US, TOKEN], ""),
        Turned::OtherMethod("GET, HEAD")
    );
    assert_eq!(
        turned("POST", "/delete", &[US, TOKEN], ""),
        Turned::NoSuchPath
    );
}

#[test]
fn a_preflight_asks_for_its_origin_or_for_the_token_in_the_address() {
    let post = ("access-control-request-method", "POST");
    let network = ("access-control-request-private-network", "true");
    let Ok(Asked::Preflight {
        caller,
        wanted,
        private_network,
    }) = ask("OPTIONS", "/api/sign", &[US, PAGE, post, network], "")
    else {
        panic!("it is one");
    };
    assert!(matches!(caller, Caller::Origin(_)) && private_network);
    assert_eq!(wanted, Wanted::Signature);
    let Ok(Asked::Preflight { caller, .. }) =
        ask("OPTIONS", "/upload?key=aloft_%78", &[US, PAGE, post], "")
    else {
        panic!("it is one");
    };
    assert!(matches!(caller, Caller::Token(token) if token.expose_secret() == "aloft_x"));
    let put = ("access-control-request-method", "PUT");
    assert_eq!(
        turned("OPTIONS", "/upload", &[US, PAGE, put], ""),
        Turned::OtherMethod("POST")
    );
    assert_eq!(
        turned("OPTIONS", "/upload", &[US, TOKEN, post], ""),
        Turned::OtherMethod("POST")
    );
}

#[test]
fn a_body_is_small_and_exactly_what_is_wanted() {
    let sign = |body: &str| ask("POST", "/api/sign", &[US, TOKEN, JSON], body);
    for body in [
        "",
        "{}",
        "[]",
        r#"{"paramsToSign": []}"#,
        r#"{"paramsToSign": {}, "account": "other"}"#,
        r#"{"paramsToSign": {}, "paramsToSign": {}}"#,
        r#"{"params_to_sign": {}}"#,
        "{\"paramsToSign\": {}",
    ] {
        assert_eq!(sign(body).unwrap_err(), Turned::BadBody, "{body}");
    }
    let large = format!(
        r#"{{"paramsToSign": {{"a": "{}"}}}}"#,
        "x".repeat(LARGEST_BODY)
    );
    assert_eq!(sign(&large).unwrap_err(), Turned::TooLarge);
    let announced = [US, TOKEN, JSON, ("content-length", "65537")];
    assert_eq!(
        turned("POST", "/api/sign", &announced, SIGN),
        Turned::TooLarge
    );
    let key = ("idempotency-key", "one");
    let list = r#"{"list": ["/a.png", "/b.png"], "more": 1}"#;
    assert!(matches!(
        ask("POST", "/upload", &[US, TOKEN, JSON, key], list),
        Ok(Asked::Upload { list, key: Some(key), .. }) if list == ["/a.png", "/b.png"] && key == "one"
    ));
    let empty = [US, TOKEN, JSON, ("idempotency-key", "")];
    assert_eq!(turned("POST", "/upload", &empty, list), Turned::BadKey);
}

/// Values that mean something, among others that do not.
fn value(known: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop_oneof![
        3 => proptest::sample::select(known).prop_map(str::to_owned),
        1 => "[ -~]{0,40}",
    ]
}

fn header() -> impl Strategy<Value = (&'static str, String)> {
    prop_oneof![
        value(&[
            "127.0.0.1:25638",
            "localhost:25638",
            "evil.example:25638",
            "127.0.0.1"
        ])
        .prop_map(|text| ("host", text)),
        value(&[
            "http://localhost:3000",
            "https://evil.example",
            "null",
            "app://obsidian.md"
        ])
        .prop_map(|text| ("origin", text)),
        value(&["Bearer aloft_x", "bearer x", "Basic x"]).prop_map(|text| ("authorization", text)),
        value(&["application/json", "text/plain", "application/json;x"])
            .prop_map(|text| ("content-type", text)),
        value(&["POST", "GET"]).prop_map(|text| ("access-control-request-method", text)),
        value(&["one", ""]).prop_map(|text| ("idempotency-key", text)),
        value(&["0", "70000"]).prop_map(|text| ("content-length", text)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn nothing_is_let_through_that_must_not_be(
        method in value(&["POST", "OPTIONS", "GET", "HEAD", "PUT"]),
        address in value(&["/", "/api/sign", "/upload", "/upload?key=aloft_x", "http://evil.example/api/sign"]),
        headers in proptest::collection::vec(header(), 0..8),
        body in value(&[SIGN, "{}", "", r#"{"list": ["/a"]}"#, r#"{"paramsToSign": {}}"#]),
    ) {
        let (Ok(method), Ok(uri)) = (Method::from_bytes(method.as_bytes()), address.parse::<Uri>()) else {
            return Ok(());
        };
        let mut map = HeaderMap::new();
        for (name, value) in &headers {
            map.append(*name, HeaderValue::from_str(value).unwrap());
        }
        let count = |name: &str| map.get_all(name).iter().count();
        let is = |name: &str, text: &str| map.get(name).is_some_and(|value| value.as_bytes() == text.as_bytes());
        let Ok(asked) = read(&method, &uri, &map, body.as_bytes(), PORT) else {
            return Ok(());
        };
        let host = map["host"].to_str().unwrap().to_ascii_lowercase();
        prop_assert!(count("host") == 1 && (host == "127.0.0.1:25638" || host == "localhost:25638"));
        prop_assert!(count("origin") <= 1 && !is("origin", "null"));
        let changes = matches!(asked, Asked::Sign { .. } | Asked::Upload { .. });
        prop_assert_eq!(changes, method == Method::POST);
        if changes {
            let simple = map.get("content-type").is_none_or(|kind| !kind.as_bytes().to_ascii_lowercase().starts_with(b"application/json"));
            // Only with a token, which no foreign page has, and then without a word of what to upload.
            let shows_token = count("authorization") == 1 || uri.query().is_some();
            prop_assert!(!simple || (shows_token && body.is_empty()));
            prop_assert!(shows_token || count("origin") == 1);
        }
    }
}
