use super::*;

#[test]
fn words_come_back_from_disk_in_whatever_language_is_spoken_then() {
    let gone = problem::source_gone("a {name}.png");
    let wrapped = problem::given_up_attempts(gone, 12_u32);
    let text = wrapped.kept().to_string();
    let back = Words::of_kept(&serde_json::from_str(&text).unwrap());
    assert_eq!(back, wrapped);
    for language in Language::ALL {
        let said = back.in_language(language);
        assert!(
            said.contains("a {name}.png") && said.contains("12"),
            "{said}"
        );
    }
    assert!(back.in_language(Language::German).contains("aufgegeben"));
}

#[test]
fn a_sentence_of_an_earlier_version_and_a_message_of_a_later_one_are_said_as_they_were_written() {
    let earlier = Words::of_kept(&json!("It broke."));
    assert_eq!(earlier.in_language(Language::German), "It broke.");
    let later = json!({ "message": "problem_of_tomorrow", "values": {}, "english": "It bends." });
    let later = Words::of_kept(&later);
    assert_eq!(later.in_language(Language::German), "It bends.");
    let fewer = json!({ "message": "problem_source_gone", "values": {}, "english": "It is gone." });
    let fewer = Words::of_kept(&fewer);
    assert_eq!(fewer.in_language(Language::German), "It is gone.");
}

#[test]
fn a_foreign_name_keeps_its_direction_in_arabic() {
    let said = problem::source_gone("a.png").in_language(Language::Arabic);
    assert!(said.contains("\u{2068}a.png\u{2069}"), "{said}");
}

#[test]
fn no_message_is_said_in_english_where_another_language_is_spoken() {
    for message in all() {
        let [english, others @ ..] = message.texts;
        for other in others {
            // A number and its unit are written alike.
            let same = ["reason_size", "reason_bytes"].contains(&message.key);
            assert!(same || other != english, "{}", message.key);
            assert!(!other.is_empty(), "{}", message.key);
        }
    }
}
