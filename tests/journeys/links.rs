//! Copying links, in whatever form and however an asset is delivered.

use app::UploadOptions;
use app::contract::{
    Choices, Commands, CopyLinks, Crop, JobRefs, LinkForm, LinkFormat, LinksPreview, PreviewLinks,
    Problem, ProblemKind,
};
use app::sandbox::UploadPreset;

use crate::world::{World, bytes_behind, open, png};

fn form(format: LinkFormat) -> LinkForm {
    LinkForm::plain(format)
}

async fn copy(world: &World, ids: &[i64], form: LinkForm) -> Result<String, Problem> {
    let request = CopyLinks {
        ids: ids.to_vec(),
        form,
        remember: false,
    };
    Commands::copy_links(&world.aloft, request).await?;
    let copied = world.desktop.copied.lock().unwrap();
    Ok(copied.last().unwrap().clone())
}

async fn preview(world: &World, ids: &[i64], form: LinkForm) -> Result<LinksPreview, Problem> {
    let request = PreviewLinks {
        ids: ids.to_vec(),
        form,
    };
    Commands::preview_links(&world.aloft, request).await
}

#[tokio::test(flavor = "multi_thread")]
async fn links_are_copied_in_list_order_one_a_line() {
    let world = World::new().await;
    world.add_account().await;
    let files = vec![
        world.file("a.png", &png("a")),
        world.file("b.txt", b"words"),
    ];
    world.aloft.take(files).await;
    let jobs = world.settled().await;
    let ids: Vec<i64> = jobs.iter().map(|job| job.id).collect();
    let text = copy(&world, &ids, form(LinkFormat::Markdown))
        .await
        .unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(
        lines[0].starts_with("![a.png](http") && lines[1].starts_with("[b.txt](http"),
        "{text}"
    );

    let problem = copy(&world, &[999], LinkForm::default()).await.unwrap_err();
    assert_eq!(problem.kind, ProblemKind::Gone);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_previewed_copied_and_remembered() {
    let world = World::new().await;
    world.add_account().await;
    let files = vec![
        world.file("a.png", &png("a")),
        world.file("b.txt", b"words"),
    ];
    world.aloft.take(files).await;
    let jobs = world.settled().await;
    let ids: Vec<i64> = jobs.iter().map(|job| job.id).collect();
    let template = |text: &str| LinkForm {
        optimised: true,
        width: Some(300),
        crop: Some(Crop::Limit),
        ..form(LinkFormat::Template {
            text: text.to_owned(),
        })
    };
    let wanted = template("{name}: {url} {width}");
    let shown = preview(&world, &ids, wanted.clone()).await.unwrap();
    assert_eq!((shown.shown, shown.count, shown.unchanged), (2, 2, 1));
    assert_eq!((shown.picture, shown.size), (Some(ids[0]), Some((1, 1))));
    let lines: Vec<&str> = shown.text.lines().collect();
    assert!(
        lines[0].starts_with("a.png: http") && lines[0].ends_with(" 1"),
        "{shown:?}"
    );
    assert!(lines[0].contains("/image/upload/c_limit,w_300/f_auto,q_auto/v"));
    assert_eq!(
        lines[1],
        format!("b.txt: {} ", jobs[1].link.as_deref().unwrap())
    );
    assert!(world.desktop.copied.lock().unwrap().is_empty());

    let fault = preview(&world, &ids, template("{link}")).await.unwrap_err();
    assert_eq!(fault.kind, ProblemKind::BadValue);
    assert!(
        fault.message.to_string().contains("{link}"),
        "{}",
        fault.message
    );

    // what has a key of its own is not what was chosen
    copy(&world, &ids, form(LinkFormat::Bbcode)).await.unwrap();
    let before = Commands::last_link_form(&world.aloft).await.unwrap();
    assert_eq!(before, LinkForm::default());
    let request = CopyLinks {
        ids,
        form: wanted.clone(),
        remember: true,
    };
    Commands::copy_links(&world.aloft, request).await.unwrap();
    assert_eq!(
        world.desktop.copied.lock().unwrap().last(),
        Some(&shown.text)
    );
    let next = open(world.home.path(), &world.desktop, &world.keyring).await;
    assert_eq!(Commands::last_link_form(&next).await.unwrap(), wanted);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_counts_what_copying_copies() {
    let world = World::new().await;
    world.add_account().await;
    let files = [
        world.file("a.txt", b"a"),
        world.file("b.png", &png("b")),
        world.file("c.png", &png("c")),
        world.file("d.txt", b"d"),
        world.file("e.txt", b"e"),
        world.file("f.txt", b"f"),
    ];
    world.aloft.take(files.to_vec()).await;
    let ids: Vec<i64> = world.settled().await.iter().map(|job| job.id).collect();
    *world.desktop.says_yes.lock().unwrap() = true;
    let request = JobRefs { ids: vec![ids[1]] };
    Commands::delete_assets(&world.aloft, request)
        .await
        .unwrap();

    // the library's number of the last, twice the first, one that was deleted, and one that never was
    let shelf = world.aloft.assets(None, None, 10).await.unwrap();
    let last = shelf.iter().find(|asset| asset.name == "f.txt").unwrap();
    let shelved = -last.id;
    let chosen = [shelved, ids[0], ids[1], 999, ids[2], ids[0], ids[3], ids[4]];
    let wanted = form(LinkFormat::Markdown);
    let text = copy(&world, &chosen, wanted.clone()).await.unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let shown = preview(&world, &chosen, wanted).await.unwrap();
    assert_eq!((shown.shown, shown.count), (4, lines.len()));
    assert_eq!((shown.text, lines.len()), (lines[..4].join("\n"), 5));
    assert_eq!(shown.picture, Some(ids[2]));

    let gone = preview(&world, &[ids[1]], LinkForm::default()).await;
    let gone = gone.unwrap_err();
    assert_eq!(gone.kind, ProblemKind::Gone);
    assert!(
        gone.message.to_string().contains("deleted"),
        "{}",
        gone.message
    );
}

/// A world whose account uploads for those alone who have a signed link.
async fn behind_signatures() -> (World, UploadOptions) {
    let world = World::with(|config| {
        let mut preset = UploadPreset::new("members");
        let kind = ("type".to_owned(), "authenticated".to_owned());
        preset.settings.extend([kind]);
        config.signed_presets.push(preset);
    })
    .await;
    let options = UploadOptions {
        choices: Choices {
            upload_preset: "members".to_owned(),
            ..Choices::default()
        },
        ..UploadOptions::default()
    };
    (world, options)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_copied_when_it_is_done_is_signed_too() {
    let (world, options) = behind_signatures().await;
    let account = world.add_account().await;
    let change = app::contract::ChangeSettings {
        copy_when_done: Some(true),
        ..app::contract::ChangeSettings::default()
    };
    world.aloft.change_settings(&change).await.unwrap();
    let mut copies = world.desktop.copies.subscribe();
    let picture = png("members only");
    let file = world.file("a.png", &picture);
    world.upload(&account, vec![file], &options).await;
    copies.wait_for(|count| *count == 1).await.unwrap();
    let link = world.desktop.copied.lock().unwrap()[0].clone();
    assert_eq!(bytes_behind(&link).await, picture, "{link}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_needs_a_signature_is_signed_with_the_accounts_secret() {
    let (world, options) = behind_signatures().await;
    let account = world.add_account().await;
    let picture = png("members only");
    let file = world.file("fünf & (sechs).png", &picture);
    let jobs = world.upload(&account, vec![file], &options).await;
    let id = jobs[0].id.get();

    let optimised = LinkForm {
        optimised: true,
        ..LinkForm::default()
    };
    for form in [LinkForm::default(), optimised.clone()] {
        let link = copy(&world, &[id], form).await.unwrap();
        assert!(link.contains("/image/authenticated/s--"), "{link}");
        assert_eq!(bytes_behind(&link).await, picture);
        let (before, rest) = link.split_once("s--").unwrap();
        let unsigned = format!("{before}{}", rest.split_once("--/").unwrap().1);
        let refused = reqwest::get(&unsigned).await.unwrap();
        assert_eq!(refused.status(), 401, "{unsigned}");
    }

    // a preview opens no dialog of the keyring, copying may
    world.keyring.lock();
    let locked = preview(&world, &[id], optimised.clone()).await.unwrap_err();
    assert_eq!(locked.kind, ProblemKind::SecretLocked);
    assert!(
        locked.message.to_string().contains("fünf & (sechs).png"),
        "{locked}"
    );
    let link = copy(&world, &[id], optimised.clone()).await.unwrap();
    assert_eq!(bytes_behind(&link).await, picture);

    world.aloft.remove_account(&account).await.unwrap();
    let gone = copy(&world, &[id], optimised).await.unwrap_err();
    assert_eq!(gone.kind, ProblemKind::UnknownAccount);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_was_removed_is_still_known_to_the_library() {
    let world = World::new().await;
    let account = world.add_account().await;
    let file = world.file("a.png", &png("a"));
    let options = UploadOptions::default();
    let jobs = world.upload(&account, vec![file], &options).await;
    let url = jobs[0].receipt.as_ref().unwrap().url.clone();
    world
        .aloft
        .control(None, &[jobs[0].id.get()], app::Verb::Remove)
        .await
        .unwrap();
    let asset = &world.aloft.assets(None, None, 1).await.unwrap()[0];
    let link = copy(&world, &[-asset.id], LinkForm::default()).await;
    assert_eq!(link, Ok(url));
    let gone = copy(&world, &[jobs[0].id.get()], LinkForm::default()).await;
    assert_eq!(gone.unwrap_err().kind, ProblemKind::Gone);
}
