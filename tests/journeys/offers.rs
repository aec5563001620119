//! While a person types, the account's own folders, presets, tags and fields are offered; without them typing still works.

use app::contract::{
    CheckChoices, ChoiceField, Choices, Commands, MetadataKind, MetadataValue, ProblemKind,
    Suggest, Suggested, Suggestions,
};
use app::sandbox::{MetadataField, UploadPreset};

use crate::world::{World, png};

async fn suggest(world: &World, what: Suggested, typed: &str) -> Suggestions {
    let account = world.aloft.account(None).unwrap();
    let request = Suggest {
        account: account.id.to_string(),
        what,
        typed: typed.to_owned(),
    };
    Commands::suggest(&world.aloft, request).await.unwrap()
}

fn field(id: &str, kind: &str, values: &[&str]) -> MetadataField {
    let value = |id: &&str| ((*id).to_owned(), id.to_uppercase());
    MetadataField {
        external_id: id.to_owned(),
        label: format!("The {id}"),
        kind: kind.to_owned(),
        mandatory: id == "rights",
        values: values.iter().map(value).collect(),
    }
}

async fn offering() -> World {
    let world = World::with(|config| {
        config.signed_presets = vec![UploadPreset::new("web"), UploadPreset::new("print")];
        config.metadata_fields = vec![
            field("rights", "enum", &["own", "bought"]),
            field("places", "set", &["n", "s"]),
            field("year", "integer", &[]),
            field("day", "date", &[]),
        ];
    })
    .await;
    let account = world.add_account().await;
    let options = app::UploadOptions {
        choices: Choices {
            folder: "trips/2026".to_owned(),
            tags: vec!["sea".to_owned(), "seal".to_owned(), "land".to_owned()],
            ..Choices::default()
        },
        ..app::UploadOptions::default()
    };
    let file = world.file("a.png", &png("a"));
    world.upload(&account, vec![file], &options).await;
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn what_there_is_in_the_account_is_offered() {
    let world = offering().await;
    let values = async |what, typed| suggest(&world, what, typed).await.values;
    assert_eq!(values(Suggested::Folders, "").await, ["trips"]);
    assert_eq!(values(Suggested::Folders, "Tri").await, ["trips"]);
    assert_eq!(values(Suggested::Folders, "trips/").await, ["trips/2026"]);
    assert!(values(Suggested::Folders, "never/was/").await.is_empty());
    assert_eq!(values(Suggested::Tags, "sea").await, ["sea", "seal"]);
    assert_eq!(values(Suggested::Presets, "pri").await, ["print"]);

    // asked again at once, the service is left alone
    let asked = world.sandbox.requests().len();
    values(Suggested::Folders, "t").await;
    values(Suggested::Presets, "").await;
    assert_eq!(world.sandbox.requests().len(), asked);
}

#[tokio::test(flavor = "multi_thread")]
async fn values_that_a_field_does_not_allow_are_said_before_the_upload() {
    let world = offering().await;
    let fields = suggest(&world, Suggested::Metadata, "").await.fields;
    let kinds: Vec<MetadataKind> = fields.iter().map(|field| field.kind).collect();
    use MetadataKind as K;
    assert_eq!(kinds, [K::One, K::Several, K::Integer, K::Date]);
    assert_eq!(fields[0].allowed[1].label, "BOUGHT");
    assert!(fields[0].mandatory);

    let account = world.aloft.account(None).unwrap();
    for (field, values, words) in [
        ("nothing", &["x"][..], "no field “nothing”"),
        ("rights", &["stolen"], "It allows: OWN, BOUGHT"),
        ("places", &["n", "w"], "“w”"),
        ("year", &["soon"], "whole number"),
        ("day", &["24.11.2026"], "2026-11-24"),
    ] {
        let choices = Choices {
            metadata: vec![MetadataValue {
                field: field.to_owned(),
                values: values.iter().map(|&value| value.to_owned()).collect(),
                several: field == "places",
            }],
            ..Choices::default()
        };
        let request = CheckChoices {
            account: account.id.to_string(),
            choices: choices.clone(),
            names: Vec::new(),
            kept: false,
        };
        let found = Commands::check_choices(&world.aloft, request)
            .await
            .unwrap();
        assert_eq!(found.faults.len(), 1, "{:?}", found.faults);
        assert_eq!(found.faults[0].field, ChoiceField::Metadata);
        let message = &found.faults[0].message.to_string();
        assert!(message.contains(words), "{message}");
        let options = app::UploadOptions {
            choices,
            ..app::UploadOptions::default()
        };
        let file = world.file("b.png", &png("b"));
        let refused = world.aloft.upload(&account, vec![file], &options).await;
        assert_eq!(refused.unwrap_err().kind, ProblemKind::BadValue);
    }
    assert_eq!(world.uploads_sent(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_key_or_a_service_it_says_so_and_offers_nothing() {
    let world = World::new().await;
    world.add_unsigned_account().await;
    let told = suggest(&world, Suggested::Folders, "tri").await;
    let problem = told.problem.unwrap();
    assert_eq!(problem.kind, ProblemKind::Forbidden);
    assert!(problem.message.to_string().contains("no key"), "{problem}");
    world.add_account().await;
    let World { sandbox, aloft, .. } = world;
    sandbox.stop().await;
    let account = aloft.account(None).unwrap();
    let request = Suggest {
        account: account.id.to_string(),
        what: Suggested::Tags,
        typed: String::new(),
    };
    let told = Commands::suggest(&aloft, request).await.unwrap();
    assert_eq!(told.problem.unwrap().kind, ProblemKind::Unreachable);
    assert!(told.values.is_empty());
}
