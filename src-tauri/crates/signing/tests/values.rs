//! What a value looks like once it is text, and how settings are read.

use serde_json::json;
use signing::{Algorithm, Error, Params, Scheme, Value, Version, field_text};

fn text(value: impl Into<Value>) -> Option<String> {
    field_text(&value.into())
}

#[test]
fn values_become_the_text_that_the_official_node_client_makes_of_them() {
    assert_eq!(text("ü &\r\n"), Some("ü &\r\n".into()));
    assert_eq!(text(" "), Some(" ".into()));
    assert_eq!(text(0), Some("0".into()));
    assert_eq!(text(false), Some("false".into()));
    assert_eq!(text(9_007_199_254_740_993), Some("9007199254740993".into()));
    assert_eq!(text(vec!["a,b", "c"]), Some("a,b,c".into()));
    assert_eq!(text(vec!["", ""]), Some(",".into()));
    let nested = Value::List(vec!["a".into(), Value::Null, vec![1, 2].into()]);
    assert_eq!(field_text(&nested), Some("a,,1,2".into()));
}

#[test]
fn empty_values_are_dropped() {
    assert_eq!(text(""), None);
    assert_eq!(text(vec![""]), None);
    assert_eq!(text(Vec::<String>::new()), None);
    assert_eq!(text(None::<String>), None);
}

#[test]
fn numbers_are_written_as_javascript_writes_them() {
    for (number, expected) in [
        (1.0, "1"),
        (-0.0, "0"),
        (0.6, "0.6"),
        (1e-6, "0.000001"),
        (1e-7, "1e-7"),
        (-1.5e-10, "-1.5e-10"),
        (1e20, "100000000000000000000"),
        (1e21, "1e+21"),
        (1.25e300, "1.25e+300"),
    ] {
        assert_eq!(text(number).as_deref(), Some(expected));
    }
}

#[test]
fn an_object_at_any_depth_is_refused_by_name() {
    for value in [json!({"a": 1}), json!([["x", {"a": 1}]])] {
        let map = [("context".to_owned(), value)].into_iter().collect();
        let error = Params::try_from(&map).unwrap_err();
        assert_eq!(
            error,
            Error::Nested {
                name: "context".into()
            }
        );
        assert!(error.to_string().contains("context"));
    }
}

#[test]
fn numbers_beyond_i64_keep_every_digit() {
    let map = [("x".to_owned(), json!(u64::MAX))].into_iter().collect();
    let params = Params::try_from(&map).unwrap();
    assert_eq!(
        params.get("x").and_then(field_text),
        Some(u64::MAX.to_string())
    );
}

#[test]
fn settings_are_read_from_text_and_json_and_written_back() {
    assert_eq!("SHA256".parse(), Ok(Algorithm::Sha256));
    assert_eq!("md5".parse::<Algorithm>(), Err(Error::UnknownAlgorithm));
    assert_eq!("1".parse(), Ok(Version::One));
    assert_eq!("3".parse::<Version>(), Err(Error::UnknownVersion));
    let scheme: Scheme =
        serde_json::from_value(json!({"algorithm": "sha256", "version": 1})).unwrap();
    assert_eq!(
        serde_json::to_value(scheme).unwrap(),
        json!({"algorithm": "sha256", "version": 1})
    );
    assert_eq!(
        serde_json::from_value::<Scheme>(json!({})).unwrap(),
        Scheme::default()
    );
    assert!(serde_json::from_value::<Version>(json!(3)).is_err());
}
