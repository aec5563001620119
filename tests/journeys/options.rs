//! What a person sets for an upload, or keeps for an account, arrives; what would be refused is said before.

use app::contract::{
    AccountRef, Add, AddFrom, CheckChoices, CheckedChoices, ChoiceField, Choices, Commands,
    ContextPair, DeliveryChoice, Event, JobState, MetadataValue, Notice, ProblemKind,
    PublicIdChoice, ResourceChoice, SetChoices,
};
use serde_json::{Value, json};

use crate::world::{World, open, png};

fn everything() -> Choices {
    let value = |field: &str, values: &[&str], several| MetadataValue {
        field: field.to_owned(),
        values: values.iter().map(|&value| value.to_owned()).collect(),
        several,
    };
    Choices {
        folder: "/trips/2026/".to_owned(),
        tags: vec!["sea".to_owned(), "north & south".to_owned()],
        context: vec![
            ContextPair {
                key: "alt".to_owned(),
                value: "a = b | c".to_owned(),
            },
            ContextPair::default(),
        ],
        metadata: vec![
            value("rights", &["own"], false),
            value("places", &["n", "s"], true),
        ],
        public_id: PublicIdChoice::Rule {
            rule: "shots/{name}-{counter}".to_owned(),
        },
        overwrite: true,
        delivery_type: DeliveryChoice::Authenticated,
        resource_type: Some(ResourceChoice::Image),
        transformation: "c_limit,w_2000/e_sharpen".to_owned(),
        eager: vec!["w_200/jpg".to_owned(), "w_400".to_owned()],
        moderation: "manual".to_owned(),
        ..Choices::default()
    }
}

async fn keep(world: &World, choices: Choices) {
    let account = Commands::snapshot(&world.aloft)
        .await
        .unwrap()
        .active
        .unwrap();
    let request = SetChoices {
        account,
        choices,
        ask_each_time: false,
    };
    Commands::set_choices(&world.aloft, request).await.unwrap();
}

async fn check(world: &World, choices: Choices, names: &[&str]) -> CheckedChoices {
    let account = world.aloft.account(None).unwrap();
    let request = CheckChoices {
        account: account.id.to_string(),
        choices,
        names: names.iter().map(|&name| name.to_owned()).collect(),
        kept: false,
    };
    Commands::check_choices(&world.aloft, request)
        .await
        .unwrap()
}

fn fields(found: &CheckedChoices) -> Vec<ChoiceField> {
    found.faults.iter().map(|fault| fault.field).collect()
}

/// What the sandbox keeps of its only asset.
fn stored(world: &World) -> Value {
    let folder = world.sandbox.folder().join("assets");
    let mut files = std::fs::read_dir(folder).unwrap();
    let description = files
        .find_map(|entry| {
            let path = entry.unwrap().path();
            path.extension()
                .is_some_and(|end| end == "json")
                .then_some(path)
        })
        .unwrap();
    serde_json::from_slice(&std::fs::read(description).unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_for_an_account_goes_with_a_drop_and_arrives_whole() {
    let world = World::new().await;
    let account = world.add_account().await;
    let checked = check(&world, everything(), &["Harbour ü.png"]).await;
    assert_eq!(checked.faults, []);
    let promised = checked.example.public_id.clone().unwrap();
    keep(&world, everything()).await;
    world
        .aloft
        .take(vec![world.file("Harbour ü.png", &png("all"))])
        .await;

    let jobs = world.settled().await;
    assert_eq!(jobs[0].state, JobState::Done, "{:?}", jobs[0].problem);
    assert_eq!(jobs[0].public_id.as_deref(), Some(promised.as_str()));
    let asset = stored(&world);
    assert_eq!(asset["public_id"], "trips/2026/shots/Harbour ü-001");
    assert_eq!(asset["asset_folder"], "trips/2026");
    assert_eq!(asset["tags"], json!(["sea", "north & south"]));
    assert_eq!(asset["context"], json!({"alt": "a = b | c"}));
    assert_eq!(
        asset["metadata"],
        json!({"rights": "own", "places": "[\"n\",\"s\"]"})
    );
    assert_eq!(asset["type"], "authenticated");
    let requests = world.sandbox.requests();
    let sent = requests
        .iter()
        .find(|one| one.path.ends_with("/image/upload"))
        .unwrap();
    for (name, value) in [
        ("transformation", "c_limit,w_2000/e_sharpen"),
        ("eager", "w_200/jpg|w_400"),
        ("moderation", "manual"),
        ("overwrite", "1"),
    ] {
        assert_eq!(sent.field(name), Some(value), "{name}");
    }

    // A process that starts later knows it too, and it goes with the account.
    let later = open(world.home.path(), &world.desktop, &world.keyring).await;
    let mut kept = everything();
    kept.folder = "trips/2026".to_owned();
    kept.context.truncate(1);
    assert_eq!(later.default_choices(&account).unwrap(), kept);
    world.aloft.remove_account(&account).await.unwrap();
    assert_eq!(later.default_choices(&account).unwrap(), Choices::default());
    later.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_be_refused_is_said_at_its_field_and_nothing_is_sent() {
    let world = World::new().await;
    world.add_account().await;
    let of = |change: fn(&mut Choices)| {
        let mut choices = Choices::default();
        change(&mut choices);
        choices
    };
    let exact = |choices: &mut Choices| {
        choices.public_id = PublicIdChoice::Exact { id: "logo".into() };
    };
    let raw = |choices: &mut Choices| choices.resource_type = Some(ResourceChoice::Raw);
    let cases: [(Choices, &[&str], ChoiceField, &str); 12] = [
        (
            of(|c| c.folder = "a&b".into()),
            &[],
            ChoiceField::Folder,
            "'&'",
        ),
        (
            of(|c| c.folder = "a//b".into()),
            &[],
            ChoiceField::Folder,
            "slashes",
        ),
        (
            of(|c| c.tags = vec!["a,b".into()]),
            &[],
            ChoiceField::Tags,
            "comma",
        ),
        (
            of(|c| {
                c.context = vec![ContextPair {
                    key: String::new(),
                    value: "x".into(),
                }]
            }),
            &[],
            ChoiceField::Context,
            "no key",
        ),
        (
            of(|c| {
                c.metadata = vec![MetadataValue {
                    field: "f".into(),
                    ..MetadataValue::default()
                }]
            }),
            &[],
            ChoiceField::Metadata,
            "no value",
        ),
        (
            of(exact),
            &["a.png", "b.png"],
            ChoiceField::PublicId,
            "one file",
        ),
        (
            of(|c| {
                c.public_id = PublicIdChoice::Exact { id: "/logo".into() };
            }),
            &["a.png"],
            ChoiceField::PublicId,
            "slash",
        ),
        (
            of(|c| {
                c.public_id = PublicIdChoice::Rule {
                    rule: "{date}".into(),
                };
            }),
            &[],
            ChoiceField::PublicId,
            "same public ID",
        ),
        (
            of(|c| {
                c.public_id = PublicIdChoice::Name;
                c.resource_type = Some(ResourceChoice::Auto);
            }),
            &[],
            ChoiceField::ResourceType,
            "known type",
        ),
        (
            {
                let mut choices = of(raw);
                choices.transformation = "w_1".into();
                choices
            },
            &[],
            ChoiceField::Transformation,
            "raw",
        ),
        (
            of(|c| c.eager = vec!["w_1|w_2".into()]),
            &[],
            ChoiceField::Eager,
            "line of its own",
        ),
        (
            of(|c| c.moderation = "manual|webpurify".into()),
            &[],
            ChoiceField::Moderation,
            "at the end",
        ),
    ];
    *world.desktop.picks.lock().unwrap() = vec![
        world.file("a.png", &png("a")),
        world.file("b.png", &png("b")),
    ];
    for (choices, names, field, words) in cases {
        let found = check(&world, choices.clone(), names).await;
        assert_eq!(fields(&found), [field], "{choices:?}");
        let message = &found.faults[0].message.to_string();
        assert!(message.contains(words), "{message}");
        let add = Add {
            from: AddFrom::FileDialog,
            account: None,
            choices: Some(choices),
        };
        let refused = Commands::add(&world.aloft, add).await.unwrap_err();
        assert_eq!(refused.kind, ProblemKind::BadValue, "{refused}");
    }
    assert!(
        world
            .sandbox
            .requests()
            .iter()
            .all(|one| one.method == "GET")
    );
    let snapshot = Commands::snapshot(&world.aloft).await.unwrap();
    assert!(snapshot.batches.is_empty());

    // harmless, but worth a word
    let idle = check(&world, of(|c| c.overwrite = true), &[]).await;
    assert!(idle.faults.is_empty());
    assert_eq!(idle.notes[0].field, ChoiceField::Overwrite);
    // an exact ID is no default
    let account = world.aloft.account(None).unwrap();
    let request = SetChoices {
        account: account.id.to_string(),
        choices: of(exact),
        ask_each_time: false,
    };
    let refused = Commands::set_choices(&world.aloft, request).await;
    assert!(refused.unwrap_err().message.to_string().contains("default"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_without_a_key_is_told_what_it_may_not_send() {
    let world = World::new().await;
    world.add_unsigned_account().await;
    let mut choices = everything();
    choices.upload_preset = "another".to_owned();
    let found = check(&world, choices.clone(), &["a.png"]).await;
    use ChoiceField as F;
    for field in [
        F::UploadPreset,
        F::Overwrite,
        F::DeliveryType,
        F::Transformation,
        F::Eager,
        F::Moderation,
    ] {
        let fault = found.faults.iter().find(|fault| fault.field == field);
        let fault = fault.unwrap_or_else(|| panic!("nothing is said about {field:?}"));
        assert!(
            fault.message.to_string().contains("sandbox-unsigned"),
            "{fault:?}"
        );
    }
    assert_eq!(found.faults.len(), 6);

    choices.upload_preset.clear();
    choices.overwrite = false;
    choices.delivery_type = DeliveryChoice::Upload;
    choices.transformation.clear();
    choices.eager.clear();
    choices.moderation.clear();
    *world.desktop.picks.lock().unwrap() = vec![world.file("a.png", &png("a"))];
    let add = Add {
        from: AddFrom::FileDialog,
        account: None,
        choices: Some(choices),
    };
    Commands::add(&world.aloft, add).await.unwrap();
    let jobs = world.settled().await;
    assert_eq!(jobs[0].state, JobState::Done, "{:?}", jobs[0].problem);
    assert_eq!(stored(&world)["context"]["alt"], "a = b | c");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_without_a_random_part_is_never_sent_over_another_asset() {
    let world = World::new().await;
    let account = world.add_account().await;
    let options = app::UploadOptions {
        choices: Choices {
            public_id: PublicIdChoice::Name,
            ..Choices::default()
        },
        ..app::UploadOptions::default()
    };
    let first = world.file("one/logo.png", &png("first"));
    let other = world.file("two/logo.png", &png("other"));
    world.upload(&account, vec![first], &options).await;
    world.upload(&account, vec![other], &options).await;
    let jobs = world.settled().await;
    let taken = jobs.iter().find(|job| job.state != JobState::Done).unwrap();
    assert_eq!(taken.state, JobState::NeedsYou);
    assert_eq!(taken.problem.as_ref().unwrap().kind, ProblemKind::NameTaken);
    assert_eq!(stored(&world)["public_id"], "logo");
    assert_eq!(world.stored(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn damaged_defaults_stop_an_upload_instead_of_changing_it() {
    let world = World::new().await;
    let account = world.add_account().await;
    let config = world.home.path().join("aloft/config");
    std::fs::write(config.join("defaults.json"), "{\"format\": 1, \"acc").unwrap();
    let request = AccountRef {
        id: account.id.to_string(),
    };
    let path = world.file("secret.png", &png("secret"));
    *world.desktop.picks.lock().unwrap() = vec![path];
    for _ in 0..2 {
        let refused = Commands::choices(&world.aloft, request.clone()).await;
        assert_eq!(refused.unwrap_err().kind, ProblemKind::Disk);
        let add = Add {
            from: AddFrom::FileDialog,
            account: None,
            choices: None,
        };
        let refused = Commands::add(&world.aloft, add).await.unwrap_err();
        assert!(
            refused.message.to_string().contains("defaults.json"),
            "{refused}"
        );
    }
    let aside = config.join("defaults.damaged-1.json");
    assert!(!aside.exists());
    assert_eq!(world.uploads_sent(), 0);

    let mut events = world.aloft.events();
    keep(&world, everything()).await;
    assert!(aside.exists());
    let problem = loop {
        if let Event::Notice(Notice::Trouble(problem)) = events.next().await.unwrap() {
            break problem;
        }
    };
    assert!(
        problem
            .message
            .to_string()
            .contains("defaults.damaged-1.json")
    );
    let kept = Commands::choices(&world.aloft, request).await.unwrap();
    assert_eq!(kept.choices.tags, everything().tags);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_set_for_an_account_goes_to_it_whichever_is_active_by_then() {
    let world = World::new().await;
    let meant = world.add_account().await;
    world.add_unsigned_account().await;
    let active = world.aloft.account(None).unwrap();
    assert_ne!(active.id, meant.id);
    *world.desktop.picks.lock().unwrap() = vec![world.file("a.png", &png("a"))];

    let mut batches = Vec::new();
    for account in [Some(meant.id.to_string()), None] {
        let add = Add {
            from: AddFrom::FileDialog,
            account,
            choices: Some(Choices::default()),
        };
        assert_eq!(Commands::add(&world.aloft, add).await.unwrap().added, 1);
        let snapshot = Commands::snapshot(&world.aloft).await.unwrap();
        batches.push(snapshot.batches[0].account.clone());
    }
    assert_eq!(batches, [meant.id.to_string(), active.id.to_string()]);
}
