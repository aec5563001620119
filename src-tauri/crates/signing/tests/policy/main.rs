//! Attacks on the widget's signature, each stopped by one line of the policy.

mod document;
mod never;

use signing::policy::{MAX_PARAMS, MAX_VALUE_CHARACTERS, Opened, RULES, Refusal, RuleKind, review};
use signing::{Params, Value};

const NOW: i64 = 1_795_473_338;

fn opened() -> Opened {
    Opened {
        upload_preset: Some("web".into()),
        folder: Some("incoming".into()),
        context: Some("alt=A day".into()),
        use_filename: Some(false),
        unique_filename: Some(true),
        ..Opened::default()
    }
}

/// A window without a preset, in which the service may make the public ID out of the file name.
fn naming() -> Opened {
    Opened {
        upload_preset: None,
        use_filename: Some(true),
        ..opened()
    }
}

fn request() -> Params {
    let mut params = Params::new();
    params.insert("source", "uw");
    params.insert("timestamp", NOW);
    params.insert("upload_preset", "web");
    params.insert("folder", "incoming");
    params
}

fn with(name: &str, value: impl Into<Value>) -> Result<Vec<String>, Refusal> {
    let mut params = request();
    params.insert(name, value);
    names_approved(&params)
}

fn without(name: &str) -> Result<Vec<String>, Refusal> {
    let mut params = request();
    params.remove(name);
    names_approved(&params)
}

fn names_approved(params: &Params) -> Result<Vec<String>, Refusal> {
    let approved = review(params, &opened(), NOW)?;
    Ok(approved.iter().map(|(name, _)| name.to_owned()).collect())
}

#[test]
fn an_honest_upload_of_the_widget_is_approved() {
    assert_eq!(
        names_approved(&request()).unwrap(),
        ["folder", "source", "timestamp", "upload_preset"]
    );
    let mut params = request();
    params.insert("context", "alt=A day");
    params.insert("use_filename", false);
    params.insert("unique_filename", "1");
    params.insert("custom_coordinates", "0,10,200,300");
    params.insert("face_coordinates", "1,2,3,4|5,6,7,8");
    params.insert("timestamp", (NOW - 300).to_string());
    assert_eq!(review(&params, &opened(), NOW).unwrap().len(), 9);
    params.remove("upload_preset");
    params.insert("use_filename", true);
    assert_eq!(review(&params, &naming(), NOW).unwrap().len(), 8);
}

#[test]
fn a_public_id_is_refused_even_when_the_window_knows_everything_else() {
    for id in ["incoming/a", "a"] {
        assert_eq!(with("public_id", id).unwrap_err().kind(), "never_signed");
    }
}

#[test]
fn a_name_nobody_has_heard_of() {
    assert_eq!(
        with("frobnicate", 1),
        Err(Refusal::Unknown {
            name: "frobnicate".into()
        })
    );
    for name in [
        "Public_ID",
        "public_id ",
        "folder&public_id",
        "source=uw&public_id",
        "",
    ] {
        assert_eq!(with(name, "a").unwrap_err().kind(), "unknown", "{name:?}");
    }
}

#[test]
fn flooding_the_log_through_a_name() {
    let refusal = with(&"x\n\u{202e}".repeat(10_000), 1).unwrap_err();
    let shown = refusal.name().unwrap();
    assert_eq!(shown.len(), 64);
    assert!(shown.bytes().all(|b| b.is_ascii_graphic()));
    assert!(refusal.to_string().len() < 200);
}

#[test]
fn replaying_at_destroy_by_leaving_out_the_upload_only_name() {
    assert_eq!(without("source"), Err(Refusal::SourceMissing));
    assert_eq!(with("source", ""), Err(Refusal::SourceMissing));
    assert_eq!(with("source", "ml"), Err(Refusal::SourceIsNotWidget));
    assert_eq!(with("source", "UW"), Err(Refusal::SourceIsNotWidget));
}

#[test]
fn collecting_signatures_for_later() {
    assert_eq!(
        with("timestamp", NOW + 301),
        Err(Refusal::TimestampOutOfWindow)
    );
    assert_eq!(
        with("timestamp", NOW - 301),
        Err(Refusal::TimestampOutOfWindow)
    );
    assert_eq!(
        with("timestamp", i64::MAX),
        Err(Refusal::TimestampOutOfWindow)
    );
    assert_eq!(
        with("timestamp", i64::MIN),
        Err(Refusal::TimestampOutOfWindow)
    );
    assert!(with("timestamp", NOW + 300).is_ok());
    assert_eq!(without("timestamp"), Err(Refusal::TimestampMissing));
}

#[test]
fn a_timestamp_that_two_readers_could_read_differently() {
    for text in [
        "+1795473338",
        "01795473338",
        " 1795473338",
        "1795473338.0",
        "0x6b04",
        "now",
        "1795473338\u{0661}",
    ] {
        assert_eq!(
            with("timestamp", text),
            Err(Refusal::TimestampNotInteger),
            "{text}"
        );
    }
    assert_eq!(
        with("timestamp", 1_795_473_338.5),
        Err(Refusal::TimestampNotInteger)
    );
    assert_eq!(with("timestamp", true), Err(Refusal::TimestampNotInteger));
}

#[test]
fn uploading_into_another_folder_or_with_another_preset() {
    for name in ["folder", "upload_preset"] {
        for value in ["other", "", "incoming/", "web "] {
            assert!(with(name, value).is_err(), "{name}={value}");
        }
        assert_eq!(without(name).unwrap_err().kind(), "left_out");
    }
    assert_eq!(
        with("asset_folder", "incoming"),
        Err(Refusal::NotAsOpened {
            name: "asset_folder"
        })
    );
}

#[test]
fn changing_what_the_person_chose() {
    assert_eq!(
        with("context", "alt=Other"),
        Err(Refusal::NotAsOpened { name: "context" })
    );
    assert_eq!(
        with("metadata", "a=b"),
        Err(Refusal::NotAsOpened { name: "metadata" })
    );
    assert_eq!(
        with("use_filename", true),
        Err(Refusal::NotAsOpened {
            name: "use_filename"
        })
    );
    assert_eq!(
        with("use_filename", "yes"),
        Err(Refusal::NotAsOpened {
            name: "use_filename"
        })
    );
    assert!(without("context").is_ok());
}

#[test]
fn replacing_a_stored_asset_by_giving_a_file_its_name() {
    let careless = Opened {
        unique_filename: Some(false),
        ..opened()
    };
    for value in [Value::Boolean(false), "0".into(), "false".into(), 0.into()] {
        let mut params = request();
        params.insert("use_filename", true);
        params.insert("unique_filename", value);
        assert_eq!(review(&params, &careless, NOW), Err(Refusal::NameNotUnique));
        assert_eq!(review(&params, &opened(), NOW), Err(Refusal::NameNotUnique));
    }
}

#[test]
fn replacing_a_stored_asset_through_a_preset_that_makes_names_not_unique() {
    let mut params = request();
    params.insert("use_filename", true);
    for unique in [None, Some(true)] {
        let both = Opened {
            use_filename: Some(true),
            unique_filename: unique,
            ..opened()
        };
        let refusal = review(&params, &both, NOW).unwrap_err();
        assert_eq!(refusal, Refusal::NameByPreset);
        assert_eq!(
            (refusal.kind(), refusal.name()),
            ("name_by_preset", Some("use_filename"))
        );
    }
    params.remove("upload_preset");
    assert!(review(&params, &naming(), NOW).is_ok());
    let empty = Opened {
        upload_preset: Some(String::new()),
        ..naming()
    };
    assert!(review(&params, &empty, NOW).is_ok());
}

#[test]
fn smuggling_a_parameter_through_a_value() {
    let poisoned = Opened {
        context: Some("a=1&public_id=x".into()),
        ..opened()
    };
    let mut params = request();
    params.insert("context", "a=1&public_id=x");
    assert_eq!(
        review(&params, &poisoned, NOW),
        Err(Refusal::Ampersand { name: "context" })
    );
    assert_eq!(
        with("folder", "incoming&public_id=x"),
        Err(Refusal::Ampersand { name: "folder" })
    );
    // Version 2 would sign `a&tags=x` alike.
    assert_eq!(
        with("folder", "incoming%26tags=x"),
        Err(Refusal::Ampersand { name: "folder" })
    );
    assert_eq!(
        with("custom_coordinates", "1,2,3,4&tags=x"),
        Err(Refusal::Ampersand {
            name: "custom_coordinates"
        })
    );
    assert_eq!(
        with("folder", "incoming\r\npublic_id"),
        Err(Refusal::ControlCharacter { name: "folder" })
    );
}

#[test]
fn hiding_something_in_coordinates() {
    for text in [
        "1,2,3",
        "1,2,3,4,5",
        "1,2,3,-4",
        "1,2,3,4|",
        "1,2,3,x",
        "1, 2,3,4",
        "1,2,3,1234567",
        "١,2,3,4",
    ] {
        assert_eq!(
            with("custom_coordinates", text),
            Err(Refusal::Malformed {
                name: "custom_coordinates"
            }),
            "{text}"
        );
        assert_eq!(
            with("face_coordinates", text),
            Err(Refusal::Malformed {
                name: "face_coordinates"
            }),
            "{text}"
        );
    }
    assert!(with("custom_coordinates", "1,2,3,4|5,6,7,8").is_err());
}

#[test]
fn exhausting_the_signer() {
    let mut many = request();
    for number in 0..MAX_PARAMS {
        many.insert(format!("x{number}"), 1);
    }
    assert_eq!(
        review(&many, &opened(), NOW),
        Err(Refusal::TooMany {
            count: MAX_PARAMS + 4
        })
    );
    assert_eq!(
        with("folder", "x".repeat(MAX_VALUE_CHARACTERS + 1)),
        Err(Refusal::TooLong { name: "folder" })
    );
    assert_eq!(
        with("folder", vec!["incoming"]),
        Err(Refusal::Nested { name: "folder" })
    );
}

#[test]
fn a_refusal_never_repeats_a_value() {
    for name in RULES.iter().map(|rule| rule.name).chain(["unheard_of"]) {
        if let Err(refusal) = with(name, "CANARY&\n") {
            assert!(
                !format!("{refusal} {refusal:?}").contains("CANARY"),
                "{name}"
            );
        }
    }
}

#[test]
fn the_table_has_each_name_once_and_a_reason_that_is_a_sentence() {
    let mut names: Vec<&str> = RULES.iter().map(|rule| rule.name).collect();
    names.sort_unstable();
    assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?}");
    assert!(RULES.iter().all(|rule| rule.reason.ends_with('.')));
    let signable = RULES
        .iter()
        .filter(|rule| !matches!(rule.kind, RuleKind::Never));
    assert_eq!(signable.count(), 12);
}

#[test]
fn empty_values_of_allowed_names_are_left_out_of_what_is_signed() {
    assert_eq!(
        with("context", "").unwrap(),
        ["folder", "source", "timestamp", "upload_preset"]
    );
    assert_eq!(with("custom_coordinates", Value::Null).unwrap().len(), 4);
}
