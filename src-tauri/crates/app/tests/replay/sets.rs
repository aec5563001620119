//! What a script could ask to have signed: honest sets, bent in every way that has a chance.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use signing::policy::{Approved, Opened, review};
use signing::{Params, Value};

/// Every name that the service is known to look at, anywhere.
#[rustfmt::skip]
pub(crate) const KNOWN: &[&str] = &[
    "access_control", "access_mode", "accessibility_analysis", "allow_missing", "allowed_formats", "api_key", "asset_folder",
    "asset_folders", "asset_id", "asset_ids", "async", "attachment", "auto_chaptering", "auto_tagging", "auto_transcription",
    "auto_video_details", "background", "background_removal", "backup", "batch_id", "callback", "categorization",
    "cinemagraph_analysis", "clear_invalid", "cloud_name", "colors", "command", "context", "custom_coordinates", "detection",
    "discard_original_filename", "display_name", "eager", "eager_async", "eager_notification_url", "eval", "exif", "expires_at",
    "face_coordinates", "faces", "file", "filename_override", "flatten_folders", "flatten_transformations", "folder",
    "font_family", "font_size", "format", "from_public_id", "fully_qualified_public_ids", "headers", "image_metadata",
    "invalidate", "keep_derived", "manifest_json", "manifest_transformation", "media_metadata", "metadata", "mode", "moderation",
    "notification_url", "ocr", "on_success", "opacity", "overwrite", "phash", "prefixes", "proxy", "public_id",
    "public_id_prefix", "public_ids", "quality_analysis", "quality_override", "raw_convert", "regions", "resource_type",
    "responsive_breakpoints", "return_delete_token", "search_expression", "signature", "similarity_search",
    "skip_transformation_name", "source", "tag", "tags", "target_asset_folder", "target_format", "target_public_id",
    "target_tags", "template", "template_vars", "text", "timestamp", "to_public_id", "to_type", "token", "transformation",
    "transformations", "type", "unique_display_name", "unique_filename", "unsigned", "upload_preset", "urls",
    "use_asset_folder_as_public_id_prefix", "use_filename", "use_filename_as_display_name", "use_original_filename", "username",
    "version", "version_id", "visual_search",
];

/// Names that only look like one.
const DISGUISED: &[&str] = &[
    "",
    "public_id[]",
    "public_id[0]",
    "Public_Id",
    " public_id",
    "public_id\u{200b}",
    "publ\u{131}c_id",
    "source&public_id",
    "source=uw&public_id",
    "folder%26public_id",
    "source=uw",
    "timestamp=1&tags",
    "tags\0",
];

/// What a window was opened with: as Aloft opens it, with everything, and with values that look like parameters.
pub(crate) fn openings() -> [Opened; 4] {
    let some = |text: &str| Some(text.to_owned());
    let usual = Opened {
        use_filename: Some(true),
        unique_filename: Some(true),
        ..Opened::default()
    };
    [
        usual.clone(),
        Opened {
            folder: some("incoming"),
            asset_folder: some("incoming"),
            context: some("alt=A day|where=Zürich 東京"),
            metadata: some("colour=red"),
            use_filename_as_display_name: Some(true),
            ..usual.clone()
        },
        Opened {
            upload_preset: some("web"),
            folder: some("victim"),
            asset_folder: some("public_id=victim"),
            context: some("public_id=victim|tags=everything"),
            metadata: some("public_ids=victim"),
            use_filename: Some(false),
            ..usual.clone()
        },
        Opened {
            folder: some("a%26public_id=victim"),
            context: some("a=1&public_id=victim"),
            metadata: some("colour=red&public_ids=victim"),
            use_filename: Some(false),
            ..Opened::default()
        },
    ]
}

/// One request: what the window was opened with, and what the script asks.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) opening: usize,
    pub(crate) params: Params,
}

impl Asked {
    pub(crate) fn review(&self, now: i64) -> Option<Approved> {
        review(&self.params, &openings()[self.opening], now).ok()
    }
}

#[derive(Clone, Debug)]
enum Bend {
    Set(String, Value),
    Remove(&'static str),
}

/// Requests that the widget makes, bent none to three times.
pub(crate) fn asked(now: i64) -> impl Strategy<Value = Asked> {
    let bends = prop::collection::vec(bend(now), 0..4);
    (0..openings().len(), any::<u16>(), bends).prop_map(move |(opening, left_out, bends)| {
        let mut params = honest(&openings()[opening], left_out, now);
        for bend in bends {
            match bend {
                Bend::Set(name, value) => drop(params.insert(name, value)),
                Bend::Remove(name) => drop(params.remove(name)),
            }
        }
        Asked { opening, params }
    })
}

/// What the widget sends for these options; it leaves some of it out, by no rule that anybody knows.
fn honest(opened: &Opened, left_out: u16, now: i64) -> Params {
    let mut all: Vec<(&str, Value)> = vec![
        ("context", opened.context.clone().into()),
        ("metadata", opened.metadata.clone().into()),
        ("use_filename", opened.use_filename.into()),
        ("unique_filename", opened.unique_filename.into()),
        (
            "use_filename_as_display_name",
            opened.use_filename_as_display_name.into(),
        ),
        ("custom_coordinates", "0,10,200,300".into()),
        ("face_coordinates", "1,2,3,4|5,6,7,8".into()),
    ];
    all.retain({
        let mut bits = left_out;
        move |_| {
            bits = bits.rotate_right(1);
            bits & 1 == 0
        }
    });
    all.extend([
        ("source", "uw".into()),
        ("timestamp", Value::Integer(now)),
        ("upload_preset", opened.upload_preset.clone().into()),
        ("folder", opened.folder.clone().into()),
        ("asset_folder", opened.asset_folder.clone().into()),
    ]);
    all.into_iter()
        .filter(|(_, value)| *value != Value::Null)
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

fn bend(now: i64) -> impl Strategy<Value = Bend> {
    let known = prop::sample::select(KNOWN);
    let harmful = known
        .clone()
        .prop_map(move |name| Bend::Set(name.to_owned(), worst(name, now)));
    let odd = (known.clone(), value()).prop_map(|(name, value)| Bend::Set(name.to_owned(), value));
    let disguised = (prop::sample::select(DISGUISED), value())
        .prop_map(|(name, value)| Bend::Set(name.to_owned(), value));
    prop_oneof![4 => harmful, 3 => odd, 1 => disguised, 2 => known.prop_map(Bend::Remove)]
}

/// The value under which a name does most to what is stored.
fn worst(name: &str, now: i64) -> Value {
    match name {
        "public_ids" | "prefixes" | "fully_qualified_public_ids" => vec!["victim"].into(),
        "tags" | "tag" => "everything".into(),
        "command" => "remove_all".into(),
        "mode" => "download".into(),
        "transformation" => "pg_all".into(),
        "asset_folders" | "folder" | "asset_folder" => "incoming".into(),
        "context" => "alt=owned".into(),
        "metadata" => "colour=owned".into(),
        "overwrite" | "invalidate" | "use_filename" => true.into(),
        "unique_filename" | "backup" => false.into(),
        "source" => "uw".into(),
        "timestamp" => Value::Integer(now + 60),
        "type" | "to_type" => "upload".into(),
        "format" => "png".into(),
        _ => "victim".into(),
    }
}

fn value() -> impl Strategy<Value = Value> {
    let texts = prop::sample::select(vec![
        "victim",
        "everything",
        "uw",
        "1",
        "0",
        "true",
        "",
        " ",
        "uw&public_id=victim",
        "uw%26public_id=victim",
        "victim&source=uw",
        "a=b",
        "=",
        "x\r\ny",
        "\u{0}",
        "é e\u{301}",
        "\u{202e}mitciv",
        "1795473338",
        "0,10,200,300&public_id=victim",
    ]);
    prop_oneof![
        5 => texts.prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<f64>().prop_map(Value::from),
        1 => Just(Value::Null),
        1 => Just(Value::List(vec!["victim".into(), "other".into()])),
        1 => Just(Value::List(vec![Value::List(vec!["victim&tags=x".into()])])),
        1 => any::<String>().prop_map(Value::from),
        1 => Just(Value::from("x".repeat(501))),
    ]
}

/// Approved sets out of many requests: first so many that each name with each of its values is among them, then others.
pub(crate) fn approved(now: i64, requests: usize, most: usize) -> Vec<Approved> {
    let mut runner = TestRunner::deterministic_with(requests);
    let strategy = asked(now);
    let mut seen = BTreeSet::new();
    let (mut chosen, mut others) = (Vec::new(), BTreeMap::new());
    for _ in 0..requests {
        let request = strategy.new_tree(&mut runner).unwrap().current();
        let Some(approved) = request.review(now) else {
            continue;
        };
        let names: Vec<String> = approved.iter().map(|(name, _)| name.to_owned()).collect();
        let traits: Vec<String> = approved
            .iter()
            .map(|(name, value)| format!("{name}={value:?}"))
            .chain((!approved.contains("source")).then(|| "no source".to_owned()))
            .collect();
        if traits.iter().any(|one| !seen.contains(one)) {
            seen.extend(traits);
            chosen.push(approved);
        } else {
            others.insert((request.opening, names), approved);
        }
    }
    chosen.extend(others.into_values());
    chosen.truncate(most);
    chosen
}

trait Deterministic {
    fn deterministic_with(cases: usize) -> Self;
}

impl Deterministic for TestRunner {
    fn deterministic_with(cases: usize) -> Self {
        let rng = proptest::test_runner::TestRng::deterministic_rng(
            proptest::test_runner::RngAlgorithm::ChaCha,
        );
        let cases = u32::try_from(cases).unwrap();
        Self::new_with_rng(Config::with_cases(cases), rng)
    }
}
