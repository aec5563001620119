//! What holds for every set of parameters.

use proptest::prelude::*;
use secrecy::SecretString;
use signing::delivery::{self, Length};
use signing::policy::{self, Opened};
use signing::{
    Algorithm, Params, Scheme, Value, Version, field_text, sign, string_to_sign_without_exclusions,
    verify_response,
};

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Boolean),
        any::<i64>().prop_map(Value::Integer),
        any::<f64>().prop_map(Value::Float),
        any::<String>().prop_map(Value::Text),
        "[a-z&=%26,]{0,12}".prop_map(Value::Text),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop::collection::vec(inner, 0..4).prop_map(Value::List)
    })
}

fn any_scheme() -> impl Strategy<Value = Scheme> {
    (
        prop_oneof![Just(Algorithm::Sha1), Just(Algorithm::Sha256)],
        prop_oneof![Just(Version::One), Just(Version::Two)],
    )
        .prop_map(|(algorithm, version)| Scheme { algorithm, version })
}

proptest! {
    #[test]
    fn the_order_of_insertion_does_not_matter(
        pairs in prop::collection::btree_map(any::<String>(), any_value(), 0..8),
        scheme in any_scheme(),
        seed in any::<u64>(),
    ) {
        let secret = SecretString::from("abcd");
        let straight: Params = pairs.clone().into_iter().collect();
        let mut shuffled: Vec<_> = pairs.into_iter().collect();
        shuffled.sort_by_key(|(name, _)| name.bytes().fold(seed, |h, b| h.wrapping_mul(31).wrapping_add(u64::from(b))));
        let shuffled: Params = shuffled.into_iter().collect();
        prop_assert_eq!(sign(&straight, &secret, scheme), sign(&shuffled, &secret, scheme));
    }

    /// Written in one pass and escaped only where it must be, the text is still its definition.
    #[test]
    fn the_text_is_the_pairs_escaped_one_by_one_and_joined(
        pairs in prop::collection::btree_map("[a-z&_]{0,6}", prop_oneof![any_value(), Just(Value::Text("&".repeat(600)))], 0..8),
    ) {
        let params: Params = pairs.into_iter().collect();
        let plain: Vec<String> = params
            .iter()
            .filter_map(|(name, value)| Some(format!("{name}={}", field_text(value)?)))
            .collect();
        let escaped: Vec<String> = plain.iter().map(|pair| pair.replace('&', "%26")).collect();
        prop_assert_eq!(string_to_sign_without_exclusions(&params, Version::One), plain.join("&"));
        prop_assert_eq!(string_to_sign_without_exclusions(&params, Version::Two), escaped.join("&"));
    }

    /// Precisely: cut at `&`, the text gives back each parameter once, in order, its value exact but for `&` read as
    /// `%26`. (So `a&b` and `a%26b` are one, but neither is ever a second pair.)
    #[test]
    fn in_version_two_a_value_never_yields_another_pair(
        pairs in prop::collection::btree_map("[a-z_]{1,6}", "[a-z&=%26 \\PC]{1,20}", 1..8),
    ) {
        let params: Params = pairs.iter().map(|(n, v)| (n.clone(), v.as_str().into())).collect();
        let text = string_to_sign_without_exclusions(&params, Version::Two);
        let read: Vec<(String, String)> = text
            .split('&')
            .map(|piece| piece.split_once('=').unwrap())
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let expected: Vec<(String, String)> =
            pairs.into_iter().map(|(name, value)| (name, value.replace('&', "%26"))).collect();
        prop_assert_eq!(read, expected);
    }

    #[test]
    fn nothing_panics_and_signatures_have_their_length(
        pairs in prop::collection::btree_map(any::<String>(), any_value(), 0..8),
        secret in any::<String>(),
        scheme in any_scheme(),
        (text, other, number, now) in (any::<String>(), any::<String>(), any::<u64>(), any::<i64>()),
    ) {
        let secret = SecretString::from(secret);
        let params: Params = pairs.into_iter().collect();
        let length = match scheme.algorithm { Algorithm::Sha1 => 40, Algorithm::Sha256 => 64 };
        prop_assert_eq!(sign(&params, &secret, scheme).len(), length);
        prop_assert!(!verify_response(&text, number, &other, &secret));
        prop_assert_eq!(delivery::signature(&text, &other, &secret, scheme.algorithm, Length::Short).len(), 8);
        prop_assert_eq!(delivery::signature(&text, &other, &secret, scheme.algorithm, Length::Long).len(), 32);
        let _ = policy::review(&params, &Opened::default(), now);
    }

    #[test]
    fn whatever_is_approved_is_an_upload_of_the_widget(
        extra in prop::collection::btree_map(
            prop_oneof![any::<String>(), prop::sample::select(policy::RULES).prop_map(|rule| rule.name.to_owned())],
            any_value(),
            0..4,
        ),
    ) {
        let mut params: Params = extra.into_iter().collect();
        params.insert("source", "uw");
        params.insert("timestamp", 1_700_000_000);
        if let Ok(approved) = policy::review(&params, &Opened::default(), 1_700_000_000) {
            let names: Vec<&str> = approved.iter().map(|(name, _)| name).collect();
            prop_assert!(names.iter().all(|name|
                ["custom_coordinates", "face_coordinates", "source", "timestamp"].contains(name)), "{:?}", names);
            prop_assert!(names.contains(&"source"));
        }
    }
}
