//! What is read from a pasted `CLOUDINARY_URL`, and what is said when it cannot be.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use credentials::{
    Access, AccountId, ApiHost, HostError, Keeping, Origin, SignatureAlgorithm, SignatureVersion,
    cloudinary_url::{Parsed, Part, UrlError, parse},
    shape::Fault,
};
use proptest::{
    prelude::*,
    test_runner::{Config, RngSeed},
};
use secrecy::ExposeSecret;

fn signed(api_key: &str) -> Access {
    Access::Signed {
        api_key: api_key.to_owned(),
        algorithm: SignatureAlgorithm::Sha1,
        version: SignatureVersion::Two,
    }
}

fn secret(parsed: &Parsed) -> &str {
    parsed.secret.as_ref().unwrap().expose_secret()
}

#[test]
fn the_plain_form() {
    let parsed = parse("cloudinary://123456789012345:a-Bc_dEf@Demo-Cloud").unwrap();
    assert_eq!(parsed.cloud_name, "Demo-Cloud", "the case is kept");
    assert_eq!(parsed.access, signed("123456789012345"));
    assert_eq!(secret(&parsed), "a-Bc_dEf");
    assert_eq!(parsed.host, ApiHost::Default);
    assert_eq!(parsed.delivery, credentials::Delivery::default());
}

#[test]
fn a_pasted_line() {
    for text in [
        "CLOUDINARY_URL=cloudinary://mykey:mysecret@demo",
        "  export CLOUDINARY_URL=\"cloudinary://mykey:mysecret@demo\"  ",
        "export CLOUDINARY_URL='cloudinary://mykey:mysecret@demo'\r\n",
        "CLOUDINARY_URL = cloudinary://mykey:mysecret@demo",
        "cloudinary_url: \"cloudinary://mykey:mysecret@demo\"",
        "set CLOUDINARY_URL=cloudinary://mykey:mysecret@demo",
        "setx CLOUDINARY_URL \"cloudinary://mykey:mysecret@demo\"",
        "$env:CLOUDINARY_URL = \"cloudinary://mykey:mysecret@demo\";",
        "\"CLOUDINARY_URL=cloudinary://mykey:mysecret@demo\"",
        "`cloudinary://mykey:mysecret@demo`",
        "“cloudinary://mykey:mysecret@demo”",
        "\u{FEFF}Cloudinary://mykey:mysecret@demo\u{200B}\n\n",
        "cloudinary://mykey:mysecret@demo/",
    ] {
        let parsed = parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(parsed.cloud_name, "demo", "{text}");
        assert_eq!(parsed.access, signed("mykey"), "{text}");
        assert_eq!(secret(&parsed), "mysecret", "{text}");
        assert!(!parsed.delivery.private_cdn, "{text}");
    }
}

#[test]
fn key_and_secret_are_taken_byte_for_byte() {
    let parsed = parse("cloudinary://My%20Key:s%40c+r:e@t%2F'\"@demo").unwrap();
    assert_eq!(parsed.access, signed("My%20Key"));
    assert_eq!(secret(&parsed), "s%40c+r:e@t%2F'\"");
}

#[test]
fn options_the_sdks_read() {
    let parsed = parse(
        "cloudinary://k1:s1@demo/img.example.com?upload_prefix=http%3A%2F%2F127.0.0.1%3A8080\
         &signature_algorithm=SHA256&signature_version=1&cname=cdn.example.com\
         &api_proxy=http://proxy.example.com:3128&timeout=60&provisioning[x]=1&secure=true",
    )
    .unwrap();
    assert_eq!(parsed.host.url().as_str(), "http://127.0.0.1:8080/");
    let Access::Signed {
        algorithm, version, ..
    } = parsed.access
    else {
        panic!("unsigned")
    };
    assert_eq!(algorithm, SignatureAlgorithm::Sha256);
    assert_eq!(version, SignatureVersion::One);
    assert_eq!(
        parsed.delivery.secure_distribution.as_deref(),
        Some("img.example.com")
    );
    assert!(parsed.delivery.private_cdn);
    assert_eq!(parsed.delivery.cname.as_deref(), Some("cdn.example.com"));
    assert_eq!(
        parsed.api_proxy.unwrap().expose_secret(),
        "http://proxy.example.com:3128"
    );
    assert_eq!(parsed.timeout, Some(60));
    assert_eq!(parsed.ignored_options, ["provisioning[x]", "secure"]);
}

#[test]
fn delivery_may_come_from_options_too() {
    let parsed =
        parse("cloudinary://k1:s1@demo?secure_distribution=d.example.com&private_cdn=true")
            .unwrap();
    assert_eq!(
        parsed.delivery.secure_distribution.as_deref(),
        Some("d.example.com")
    );
    assert!(parsed.delivery.private_cdn);
    assert!(
        !parse("cloudinary://k1:s1@demo?private_cdn=false")
            .unwrap()
            .delivery
            .private_cdn
    );
}

#[test]
fn without_a_key_a_preset_makes_it_unsigned() {
    let parsed = parse("cloudinary://demo?upload_preset=web%20uploads").unwrap();
    assert_eq!(
        parsed.access,
        Access::Unsigned {
            upload_preset: "web uploads".to_owned()
        }
    );
    assert!(parsed.secret.is_none());
    let now = jiff::Timestamp::UNIX_EPOCH;
    let (account, secret) = parsed.into_account("Web", Origin::Saved, Keeping::Keyring, now);
    assert_eq!(account.keeping, Keeping::Nothing);
    assert!(account.item().is_none() && secret.is_none());
}

#[test]
fn an_error_names_the_part() {
    use Fault::{Character, Missing, Placeholder};
    for (text, expected) in [
        ("", UrlError::Empty),
        (" \" \" ", UrlError::Empty),
        ("CLOUDINARY_URL=", UrlError::Empty),
        (
            "A=1\nCLOUDINARY_URL=cloudinary://k1:s1@demo",
            UrlError::SeveralLines,
        ),
        ("https://console.cloudinary.com", UrlError::Scheme),
        ("account://k1:s1@demo", UrlError::Scheme),
        ("k1:s1@demo", UrlError::Scheme),
        ("cloudinary:/k1:s1@demo", UrlError::Scheme),
        ("cloudinary://demo", UrlError::ApiKey(Missing)),
        ("cloudinary://", UrlError::ApiKey(Missing)),
        ("cloudinary://:s1@demo", UrlError::ApiKey(Missing)),
        (
            "cloudinary://<your_api_key>:s1@demo",
            UrlError::ApiKey(Placeholder),
        ),
        ("cloudinary://1 2:s1@demo", UrlError::ApiKey(Character)),
        ("cloudinary://k1@demo", UrlError::Secret(Missing)),
        ("cloudinary://k1:@demo", UrlError::Secret(Missing)),
        (
            "cloudinary://k1:<your_api_secret>@demo",
            UrlError::Secret(Placeholder),
        ),
        (
            "cloudinary://k1:**********@demo",
            UrlError::Secret(Placeholder),
        ),
        ("cloudinary://k1:a b@demo", UrlError::Secret(Character)),
        ("cloudinary://k1:a/b@demo", UrlError::Secret(Character)),
        ("cloudinary://k1:a?b@demo", UrlError::Secret(Character)),
        ("cloudinary://k1:a#b@demo", UrlError::Secret(Character)),
        ("cloudinary://k1:a@b?c@demo", UrlError::Secret(Character)),
        ("cloudinary://k1:s1@", UrlError::CloudName(Missing)),
        (
            "cloudinary://k1:s1@<cloud_name>",
            UrlError::CloudName(Placeholder),
        ),
        ("cloudinary://k1:s1@demo:80", UrlError::CloudName(Character)),
        ("cloudinary://k1:s1@..", UrlError::CloudName(Character)),
        (
            "cloudinary://k1:s1@demo?upload_prefix=http://example.com",
            UrlError::UploadPrefix(HostError::PlainHttp),
        ),
        ("cloudinary://demo?oauth_token=abc", UrlError::OAuth),
    ] {
        assert_eq!(parse(text).map(drop), Err(expected), "{text}");
    }
    for (option, name) in [
        ("signature_algorithm=md5", "signature_algorithm"),
        ("signature_version=3", "signature_version"),
        ("private_cdn=maybe", "private_cdn"),
        ("timeout=soon", "timeout"),
        ("upload_preset=", "upload_preset"),
        ("upload_prefix=ftp://x", "upload_prefix"),
    ] {
        let error = parse(&format!("cloudinary://k1:s1@demo?{option}")).unwrap_err();
        assert_eq!(error.part(), Part::Option(name));
        assert!(error.to_string().contains(name), "{error}");
    }
}

#[test]
fn words_say_what_to_do() {
    let error = parse("cloudinary://k1:**********@demo").unwrap_err();
    assert_eq!(
        error.to_string(),
        "The API secret in the CLOUDINARY_URL is a placeholder, not a real value. \
         It stands between the colon and the @; reveal it in the console before you copy."
    );
    assert_eq!(error.part(), Part::Secret);
}

#[test]
fn an_account_from_the_environment_stays_in_this_run() {
    let make = || {
        let parsed = parse("cloudinary://k1:s1@demo").unwrap();
        parsed.into_account(
            "env",
            Origin::Environment,
            Keeping::Keyring,
            jiff::Timestamp::UNIX_EPOCH,
        )
    };
    let (account, secret) = make();
    assert_eq!(account.keeping, Keeping::SessionOnly);
    assert_eq!(secret.unwrap().expose_secret(), "s1");
    assert_eq!(account.id, make().0.id, "so that its jobs are found again");
    assert_eq!(
        account.id,
        AccountId::environment("demo", &account.access, &ApiHost::Default)
    );
    assert!(!format!("{account:?}").contains("s1@"));
}

fn config() -> Config {
    // The same cases in every run.
    Config {
        rng_seed: RngSeed::Fixed(20),
        failure_persistence: None,
        ..Config::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn no_text_panics(text in any::<String>(), tail in "[ -~\u{00A0}-\u{2030}]{0,60}") {
        let _ = parse(&text);
        let _ = parse(&tail);
        let _ = parse(&format!("cloudinary://{tail}"));
        let _ = parse(&format!("export CLOUDINARY_URL=\"{tail}"));
        let _ = parse(&format!("cloudinary://k:s@c{tail}"));
    }

    #[test]
    fn what_the_sdks_accept_comes_back_unchanged(
        key in "[0-9A-Z]{1,4}[0-9]{12}",
        secret in "[A-Za-z0-9_%+:@!~.-]{0,27}[A-Z0-9]{2}",
        cloud in "[A-Za-z0-9][A-Za-z0-9_-]{0,5}[0-9]{3}",
    ) {
        let parsed = parse(&format!("cloudinary://{key}:{secret}@{cloud}")).unwrap();
        prop_assert_eq!(&parsed.cloud_name, &cloud);
        prop_assert_eq!(&parsed.access, &signed(&key));
        prop_assert_eq!(self::secret(&parsed), secret);
    }

    #[test]
    fn no_word_holds_the_secret(
        secret in "[A-Za-z0-9_-]{16,28}",
        prefix in "[ -~]{0,12}",
        glue in "[/?#@: <%&=]{0,3}",
        suffix in "[ -~]{0,12}",
        option in "(upload_prefix|signature_algorithm|signature_version|timeout|private_cdn|upload_preset|x)",
    ) {
        for text in [
            format!("{prefix}{secret}{suffix}"),
            format!("cloudinary://{prefix}{secret}{suffix}"),
            format!("cloudinary://{prefix}:{secret}{glue}{suffix}@demo"),
            format!("cloudinary://{prefix}:{glue}{secret}@{suffix}"),
            format!("cloudinary://k1:s1{glue}{secret}@demo"),
            format!("cloudinary://{secret}:{prefix}@demo"),
            format!("cloudinary://k1:s1@demo?{option}={secret}{glue}"),
        ] {
            if let Err(error) = parse(&text) {
                prop_assert!(!format!("{error} {error:?}").contains(&secret), "{}", error);
            }
        }
    }

    #[test]
    fn a_cut_secret_lands_nowhere_that_is_shown(
        one in "[A-Za-z0-9_-]{8,12}",
        two in "[A-Za-z0-9_-]{8,12}",
        cut in "[/?#@]",
    ) {
        let text = format!("cloudinary://k1:{one}{cut}{two}@demo");
        if let Ok(parsed) = parse(&text) {
            prop_assert_eq!(secret(&parsed), format!("{one}{cut}{two}"));
            let shown = format!("{parsed:?}");
            prop_assert!(!shown.contains(&one) && !shown.contains(&two));
        }
    }
}
