//! Secrets that lie about: found, and removed without a trace of anything else.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

use credentials::{
    Access, ApiHost,
    found::{Finding, FoundError, Git, Looked, Source, in_environment, look, remove, usual_places},
};
use proptest::{
    prelude::*,
    test_runner::{Config, RngSeed},
};
use secrecy::ExposeSecret;

struct File {
    _folder: tempfile::TempDir,
    path: PathBuf,
    source: Source,
}

impl File {
    fn new(source: Source, text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, text).unwrap();
        Self {
            _folder: folder,
            path,
            source,
        }
    }

    fn look(&self) -> Looked {
        look(self.source, &self.path, &Git::default()).unwrap()
    }

    fn text(&self) -> String {
        fs::read_to_string(&self.path).unwrap()
    }
}

fn env(text: &str) -> File {
    File::new(Source::DotEnv, text)
}

/// Name, cloud, key, secret, line.
fn short(finding: &Finding) -> (&str, &str, &str, &str, Option<usize>) {
    let api_key = match &finding.parsed.access {
        Access::Signed { api_key, .. } => api_key,
        Access::Unsigned { .. } => panic!("only secrets are found"),
    };
    let secret = finding.parsed.secret.as_ref().unwrap().expose_secret();
    let name = finding.name.as_str();
    (
        name,
        &finding.parsed.cloud_name,
        api_key,
        secret,
        finding.line,
    )
}

fn shorts(looked: &Looked) -> Vec<(&str, &str, &str, &str, Option<usize>)> {
    looked.findings.iter().map(short).collect()
}

#[test]
fn every_way_to_write_an_assignment() {
    let file = env(concat!(
        "\u{FEFF}# CLOUDINARY_URL=cloudinary://no:no@comment\n",
        "CLOUDINARY_URL=cloudinary://k1:s1@one # the first\r\n",
        "  export STAGING_URL = \"cloudinary://k2:s\\\"2@two\"\n",
        "OTHER='cloudinary://k3:s3@three' # third\n",
        "PEM=\"-----BEGIN\nCLOUDINARY_URL=cloudinary://in:quotes@pem\n-----END\"\n",
        "OPEN=\"never closed\n",
        "NEXT=\"cloudinary://k5:s5@five\"\n",
        "LAST=`cloudinary://k4:s4@four`",
    ));
    assert_eq!(
        shorts(&file.look()),
        [
            ("CLOUDINARY_URL", "one", "k1", "s1", Some(2)),
            ("STAGING_URL", "two", "k2", "s\"2", Some(3)),
            ("OTHER", "three", "k3", "s3", Some(4)),
            ("NEXT", "five", "k5", "s5", Some(9)),
            ("LAST", "four", "k4", "s4", Some(10)),
        ]
    );
}

#[test]
fn three_variables_that_belong_together() {
    let file = env(concat!(
        "CLOUDINARY_CLOUD_NAME=one\nCLOUDINARY_API_KEY=k1\nCLOUDINARY_API_SECRET=s#1 # mine\n",
        "STAGING_CLOUDINARY_SECRET='s2'\nSTAGING_CLOUDINARY_KEY=k2\nSTAGING_CLOUDINARY_NAME=two\n",
        "NEXT_PUBLIC_MY_CLOUD_NAME=three\nMY_API_KEY=k3\nVITE_MY_API_SECRET=s3\n",
        "MAIL_API_KEY=k\nMAIL_API_SECRET=not-ours\n",
        "HALF_CLOUDINARY_API_SECRET=s4\n",
    ));
    let looked = file.look();
    assert_eq!(
        shorts(&looked),
        [
            ("CLOUDINARY_API_SECRET", "one", "k1", "s#1", Some(3)),
            ("STAGING_CLOUDINARY_SECRET", "two", "k2", "s2", Some(4)),
            ("VITE_MY_API_SECRET", "three", "k3", "s3", Some(9)),
        ]
    );
    let public: Vec<bool> = looked.findings.iter().map(|f| f.is_public).collect();
    assert_eq!(public, [false, false, true], "the secret's own name counts");
    let [half] = looked.passed_over.as_slice() else {
        panic!("{:?}", looked.passed_over)
    };
    assert_eq!(
        (half.name.as_str(), half.line),
        ("HALF_CLOUDINARY_API_SECRET", Some(12))
    );
}

#[test]
fn what_is_no_account_is_said_without_its_values() {
    let file = env(concat!(
        "CLOUDINARY_URL=cloudinary://<your_api_key>:<your_api_secret>@demo\n",
        "A=cloudinary://cloud?oauth_token=tok3nvalue\n",
        "B=cloudinary://demo?upload_preset=web\n",
        "CLOUDINARY_URL=cloudinary://key:s3cret value@demo\n",
    ));
    let looked = file.look();
    assert_eq!(shorts(&looked), []);
    assert_eq!(
        looked.passed_over.len(),
        3,
        "an unsigned account holds no secret"
    );
    let said = format!("{looked:?}");
    assert!(
        !said.contains("tok3n") && !said.contains("s3cret"),
        "{said}"
    );
}

#[test]
fn the_environment_is_read_and_never_removed_from() {
    let variables = [
        ("PATH", "/usr/bin"),
        ("CLOUDINARY_URL", "cloudinary://k1:s1@one"),
        ("CLOUDINARY_API_SECRET", "s2"),
        ("CLOUDINARY_CLOUD_NAME", "two"),
        ("CLOUDINARY_API_KEY", "k2"),
    ];
    let looked = in_environment(variables.map(|(n, v)| (OsString::from(n), OsString::from(v))));
    assert_eq!(
        shorts(&looked),
        [
            ("CLOUDINARY_API_SECRET", "two", "k2", "s2", None),
            ("CLOUDINARY_URL", "one", "k1", "s1", None),
        ]
    );
    assert!(matches!(
        remove(&looked.findings[0]),
        Err(FoundError::InEnvironment { .. })
    ));
    assert!(!format!("{looked:?}").contains("s1"));
}

const CLD: &str = r#"{
    "shop": "cloudinary://k1:s1@shop?upload_prefix=eu",
    "blog" :"cloudinary:\/\/k2:s\u0032@blog" ,
    "__default__": "shop",
    "login": "cloudinary://cloud?oauth_token=abc&refresh_token=def"
}
"#;

#[test]
fn the_configuration_of_cld() {
    let file = File::new(Source::Cld, CLD);
    let looked = file.look();
    assert_eq!(
        shorts(&looked),
        [
            ("shop", "shop", "k1", "s1", Some(2)),
            ("blog", "blog", "k2", "s2", Some(3)),
        ]
    );
    assert_eq!(looked.findings[0].parsed.host, ApiHost::Eu);
    assert_eq!(looked.passed_over[0].name, "login");
    remove(&looked.findings[1]).unwrap();
    let line = "\"blog\" :\"cloudinary:\\/\\/k2:s\\u0032@blog\" ,\n    ";
    assert_eq!(file.text(), CLD.replace(line, ""));
    remove(&looked.findings[0]).unwrap();
    let left: serde_json::Value = serde_json::from_str(&file.text()).unwrap();
    assert_eq!(
        left.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["__default__", "login"]
    );
}

#[test]
fn the_vs_code_extension() {
    let text = r#"{
  "your-cloud-name-1": { "apiKey": "<your-api-key>", "apiSecret": "<your-api-secret>" },
  "shop": {
    "apiKey": "k1",
    "uploadPreset": "web",
    "apiSecret": "s1"
  },
  "only": {"apiSecret":"s2"},
  "list": ["apiSecret", {"apiSecret": "deeper"}]
}"#;
    let file = File::new(Source::VsCode, text);
    let looked = file.look();
    assert_eq!(shorts(&looked), [("shop", "shop", "k1", "s1", Some(6))]);
    let names: Vec<&str> = looked.passed_over.iter().map(|p| p.name.as_str()).collect();
    assert_eq!(names, ["your-cloud-name-1", "only"]);
    remove(&looked.findings[0]).unwrap();
    assert_eq!(
        file.text(),
        text.replace(",\n    \"apiSecret\": \"s1\"", "")
    );
    serde_json::from_str::<serde_json::Value>(&file.text()).unwrap();
}

#[test]
fn the_configuration_of_rclone() {
    let text = concat!(
        "# mine\n[photos]\ntype = cloudinary\ncloud_name = shop\napi_key = k1\n",
        "api_secret = s=1\nupload_prefix = https://api-eu.cloudinary.com\n\n",
        "[disk]\ntype = local\napi_secret = not-ours\n",
        "[half]\ntype = cloudinary\napi_secret = s2\n",
    );
    let file = File::new(Source::Rclone, text);
    let looked = file.look();
    assert_eq!(shorts(&looked), [("photos", "shop", "k1", "s=1", Some(6))]);
    assert_eq!(looked.findings[0].parsed.host, ApiHost::Eu);
    assert_eq!(looked.passed_over[0].name, "half");
    remove(&looked.findings[0]).unwrap();
    assert_eq!(file.text(), text.replace("api_secret = s=1\n", ""));

    let encrypted = "# Encrypted rclone configuration File\n\nRCLONE_ENCRYPT_V0:\nAAAA\n";
    let file = File::new(Source::Rclone, encrypted);
    let error = look(Source::Rclone, &file.path, &Git::default()).unwrap_err();
    assert!(matches!(error, FoundError::Encrypted { .. }), "{error}");
}

#[test]
fn what_changed_since_is_left_alone() {
    let file = env("A=1\nCLOUDINARY_URL=cloudinary://k1:s1@one\nB=2\n");
    let finding = file.look().findings.remove(0);
    let replaced = "A=1\nCLOUDINARY_URL=cloudinary://k1:s9@one\nB=2\n";
    fs::write(&file.path, replaced).unwrap();
    assert!(matches!(remove(&finding), Err(FoundError::Changed { .. })));
    assert_eq!(file.text(), replaced);

    // Other lines may have come and gone.
    fs::write(
        &file.path,
        "NEW=1\nA=1\nCLOUDINARY_URL=cloudinary://k1:s1@one\n",
    )
    .unwrap();
    remove(&finding).unwrap();
    assert_eq!(file.text(), "NEW=1\nA=1\n");
    assert!(matches!(remove(&finding), Err(FoundError::Changed { .. })));
}

#[test]
fn of_two_equal_lines_the_one_that_was_found_goes() {
    let line = "CLOUDINARY_URL=cloudinary://k1:s1@one\n";
    let file = env(&format!("{line}A=1\n{line}"));
    let looked = file.look();
    assert_eq!(looked.findings.len(), 2);
    remove(&looked.findings[1]).unwrap();
    assert_eq!(file.text(), format!("{line}A=1\n"));
}

#[cfg(unix)]
#[test]
fn mode_and_link_stay_and_a_second_name_stops_it() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let file = env("CLOUDINARY_URL=cloudinary://k1:s1@one\nA=1\n");
    fs::set_permissions(&file.path, PermissionsExt::from_mode(0o640)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join(".env");
    symlink(&file.path, &link).unwrap();

    let finding = look(Source::DotEnv, &link, &Git::default())
        .unwrap()
        .findings
        .remove(0);
    let second = folder.path().join("second");
    fs::hard_link(&file.path, &second).unwrap();
    assert!(matches!(
        remove(&finding),
        Err(FoundError::HardLinked { .. })
    ));
    fs::remove_file(&second).unwrap();

    remove(&finding).unwrap();
    assert_eq!(file.text(), "A=1\n");
    assert!(link.symlink_metadata().unwrap().is_symlink());
    let mode = fs::metadata(&file.path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    assert_eq!(
        fs::read_dir(file.path.parent().unwrap()).unwrap().count(),
        1
    );
}

#[test]
fn what_is_no_file_of_settings_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |path: &Path| look(Source::DotEnv, path, &Git::default()).unwrap_err();
    assert!(matches!(
        refused(folder.path()),
        FoundError::NotAFile { .. }
    ));
    let missing = refused(&folder.path().join("missing"));
    assert!(matches!(missing, FoundError::Disk { .. }));
    let path = folder.path().join("file");
    fs::write(&path, [b'A', b'=', 0xFF]).unwrap();
    assert!(matches!(refused(&path), FoundError::Form { .. }));
    fs::write(&path, "{\"a\": ").unwrap();
    let error = look(Source::Cld, &path, &Git::default()).unwrap_err();
    assert!(matches!(
        error,
        FoundError::Form {
            expected: "JSON",
            ..
        }
    ));
    fs::write(&path, vec![b'#'; 1024 * 1024 + 1]).unwrap();
    assert!(matches!(refused(&path), FoundError::NotAFile { .. }));
}

#[test]
fn the_places_of_other_programs() {
    let home = tempfile::tempdir().unwrap();
    let touch = |path: &str| {
        let path = home.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "").unwrap();
        path
    };
    assert_eq!(usual_places(home.path(), |_| None), []);
    let cld = touch(".cloudinary-cli/config.json");
    let code = touch(".cloudinary/environments.json");
    let rclone = touch(".config/rclone/rclone.conf");
    let expected = [
        (Source::Cld, cld),
        (Source::VsCode, code.clone()),
        (Source::Rclone, rclone),
    ];
    assert_eq!(usual_places(home.path(), |_| None), expected);

    let (other, moved) = (touch("other.conf"), touch("moved/config.json"));
    let variable = |name: &str| match name {
        "RCLONE_CONFIG" => Some(other.clone().into_os_string()),
        "CLOUDINARY_HOME" => Some(home.path().join("moved").into_os_string()),
        _ => None,
    };
    let expected = [
        (Source::Cld, moved),
        (Source::VsCode, code),
        (Source::Rclone, other.clone()),
    ];
    assert_eq!(usual_places(home.path(), variable), expected);
}

/// Lines that stand around: none of them is an account.
fn junk() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Z]{1,5}=[^\r\n\"'`]{0,20}",
        "#[^\r\n]{0,20}",
        "[ \t]{0,3}",
        "export [A-Z]{1,5}='[^\r\n']{0,10}'[ \t]{0,2}",
        "[A-Z]{1,5}=\"[a-z\n ]{0,12}\"",
    ]
}

fn lines() -> impl Strategy<Value = String> {
    let ends = prop_oneof![Just("\n"), Just("\r\n"), Just("\n\n")];
    proptest::collection::vec((junk(), ends), 0..6).prop_map(|lines| {
        lines
            .into_iter()
            .map(|(line, end)| format!("{line}{end}"))
            .collect()
    })
}

fn assignment() -> impl Strategy<Value = String> {
    (
        "[ \t]{0,2}(export )?",
        "[A-Z_]{1,8}",
        "[a-zA-Z0-9_-]{1,12}",
        0..4_u8,
    )
        .prop_map(|(before, name, secret, quotes)| {
            let url = format!("cloudinary://123:{secret}@demo");
            match quotes {
                0 => format!("{before}X{name}={url}"),
                1 => format!("{before}X{name} = \"{url}\"  # why"),
                2 => format!("{before}X{name}='{url}'"),
                _ => format!("{before}X{name}={url} # why"),
            }
        })
}

proptest! {
    #![proptest_config(Config { cases: 200, rng_seed: RngSeed::Fixed(6), failure_persistence: None, ..Config::default() })]

    #[test]
    fn a_removed_line_leaves_every_other_byte(
        before in lines(), line in assignment(), end in "(\r?\n)?", after in lines()
    ) {
        let after = if end.is_empty() { String::new() } else { after };
        let file = env(&format!("{before}{line}{end}{after}"));
        let mut looked = file.look();
        prop_assert_eq!(looked.findings.len(), 1, "{:?}", file.text());
        remove(&looked.findings.remove(0)).unwrap();
        prop_assert_eq!(file.text(), format!("{before}{after}"));
    }

    #[test]
    fn a_removed_member_leaves_json_with_every_other_member_as_it_was(
        names in proptest::collection::btree_set("[a-z]{1,6}", 1..6),
        which in any::<prop::sample::Index>(),
        space in "[ \t\n]{0,4}",
    ) {
        let names: Vec<String> = names.into_iter().collect();
        let member = |name: &String| format!("\"{name}\"{space}:{space}\"cloudinary://k:s{name}@demo\"");
        let members: Vec<String> = names.iter().map(member).collect();
        let file = File::new(
            Source::Cld,
            &format!("{space}{{{space}{}{space}}}\n", members.join(&format!("{space},{space}"))),
        );
        let mut looked = file.look();
        let gone = which.index(names.len());
        remove(&looked.findings.remove(gone)).unwrap();
        let left: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(&file.text()).unwrap();
        prop_assert_eq!(left.len(), names.len() - 1);
        for (index, text) in members.iter().enumerate() {
            prop_assert_eq!(file.text().contains(text.as_str()), index != gone);
        }
    }
}
