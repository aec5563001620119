//! The agent in the window's settings.

use app::audit::Wanted;
use app::contract::Problem;
use app::contract::{ClientRef, Commands, EditClient, MakeToken, ProblemKind, SetAgent};
use app::words::Words;
use app::{Consent, Keeping};
use reqwest::StatusCode;
use serde_json::json;

use super::{Desk, PAGE, page, signs};
use crate::care::time_until;
use crate::widget::wanted;
use crate::world::{KEY, SECRET, World};

#[tokio::test(flavor = "multi_thread")]
async fn the_switch_asks_and_keeps_what_the_desktop_did() {
    let world = World::new().await;
    world.add_account().await;
    let desktop = &world.desktop;
    let on = SetAgent {
        on: true,
        port: Some(4_711),
    };
    let view = Commands::set_agent(&world.aloft, on).await.unwrap();
    assert!(!view.on, "declined");
    assert_eq!(*desktop.agent_port.lock().unwrap(), None);
    let question = desktop.questions.lock().unwrap().pop().unwrap();
    assert!(question.body.contains("127.0.0.1:4711"), "{question:?}");

    *desktop.says_yes.lock().unwrap() = true;
    let view = Commands::set_agent(&world.aloft, on).await.unwrap();
    assert!(view.on && view.port == 4_711);
    assert_eq!(*desktop.agent_port.lock().unwrap(), Some(4_711));

    // What the desktop cannot do is not kept.
    let taken = Problem::new(ProblemKind::NotHere, Words::none(), Words::none());
    *desktop.refuses.lock().unwrap() = Some(taken);
    let other = SetAgent {
        on: true,
        port: Some(4_712),
    };
    Commands::set_agent(&world.aloft, other).await.unwrap_err();
    *desktop.refuses.lock().unwrap() = None;
    assert_eq!(Commands::agent(&world.aloft).await.unwrap().port, 4_711);

    *desktop.agent_port.lock().unwrap() = None;
    world.aloft.apply_agent().await;
    assert_eq!(*desktop.agent_port.lock().unwrap(), Some(4_711));
    let off = SetAgent {
        on: false,
        port: None,
    };
    let view = Commands::set_agent(&world.aloft, off).await.unwrap();
    assert!(!view.on && view.port == 4_711);
    assert_eq!(*desktop.agent_port.lock().unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_goes_to_the_clipboard_and_no_page_sees_it() {
    let desk = Desk::open().await;
    let (aloft, desktop) = (&desk.world.aloft, &desk.world.desktop);
    let account = aloft.account(None).unwrap().id.to_string();
    let wish = |uploads| MakeToken {
        label: "Shop".to_owned(),
        account: account.clone(),
        uploads,
    };
    let view = Commands::make_token(aloft, wish(false)).await.unwrap();
    assert!(view.clients.is_empty() && desktop.text.lock().unwrap().is_none());

    *desktop.says_yes.lock().unwrap() = true;
    let view = Commands::make_token(aloft, wish(false)).await.unwrap();
    // Copied as a secret is, and not as text that anybody remembers.
    let token = desktop.text.lock().unwrap().clone().unwrap();
    assert!(desktop.copied.lock().unwrap().is_empty());
    assert!(!serde_json::to_string(&view).unwrap().contains(&token));
    assert!(view.clients[0].has_token && view.clients[0].may_sign);
    let bearer = format!("Bearer {token}");
    let signed = desk.sign_as(("authorization", &bearer), &wanted()).await;
    assert_eq!(signed.status, StatusCode::OK);
    let kept = desk.world.home.path().join("aloft/config/agent.json");
    assert!(!std::fs::read_to_string(kept).unwrap().contains(&token));

    let gone = ClientRef {
        label: "Shop".to_owned(),
    };
    let view = Commands::forget_client(aloft, gone.clone()).await.unwrap();
    assert!(view.clients.is_empty());
    Commands::forget_client(aloft, gone).await.unwrap_err();

    // One that uploads does so from a folder that the system's dialog gave.
    desktop
        .picks
        .lock()
        .unwrap()
        .push(desk.world.home.path().to_owned());
    let view = Commands::make_token(aloft, wish(true)).await.unwrap();
    assert!(view.clients[0].may_upload && !view.clients[0].may_sign);
    let question = desktop.questions.lock().unwrap().pop().unwrap();
    // All that it gets is said: what is on the clipboard too.
    let from = format!("sounds from {}", view.clients[0].roots[0]);
    for given in [
        "“Shop” upload to “Journey”",
        &from,
        "whatever picture is on the clipboard",
    ] {
        assert!(question.body.contains(given), "{question:?}");
    }
}

#[tokio::test]
async fn a_token_leaves_the_clipboard_after_half_a_minute_and_stays_good() {
    let world = World::new().await;
    let account = world.add_account().await;
    *world.desktop.says_yes.lock().unwrap() = true;
    let wish = MakeToken {
        label: "Shop".to_owned(),
        account: account.id.to_string(),
        uploads: false,
    };
    Commands::make_token(&world.aloft, wish).await.unwrap();
    assert!(world.desktop.text.lock().unwrap().is_some());
    let mut copies = world.desktop.copies.subscribe();
    let passed = time_until(copies.wait_for(|times| *times == 1)).await;
    assert_eq!(passed.as_secs_f32().round(), 30.0, "{passed:?}");
    assert_eq!(*world.desktop.text.lock().unwrap(), None);
    assert_eq!(world.aloft.clients().unwrap().len(), 1);
}

/// A page whose widget names a preset and a folder, which no dialog asked about.
#[tokio::test(flavor = "multi_thread")]
async fn a_client_is_held_to_what_the_user_agreed_to_and_the_refusal_says_where() {
    let desk = Desk::open().await;
    desk.answers(&[1, 1]);
    let (aloft, desktop) = (&desk.world.aloft, &desk.world.desktop);
    let bare = json!({ "timestamp": wanted()["timestamp"], "source": "uw" });
    let mut params = bare.clone();
    params["upload_preset"] = json!("blog");
    params["folder"] = json!("drafts/2026");
    let ask = || desk.sign_as(("origin", PAGE), &params);
    let refused = ask().await;
    assert_eq!(refused.kind(), "not_as_opened");
    let message = refused.body["error"]["message"].as_str().unwrap();
    for way in [
        "settings",
        "aloft agent allow http://localhost:3000 --folder",
    ] {
        assert!(message.contains(way), "{message}");
    }

    let view = Commands::agent(aloft).await.unwrap();
    let wish = EditClient {
        label: PAGE.to_owned(),
        account: view.clients[0].account_id.clone(),
        upload_preset: " blog ".to_owned(),
        folder: "drafts/2026".to_owned(),
    };
    // Nobody agreed.
    let same = Commands::edit_client(aloft, wish.clone()).await.unwrap();
    assert_eq!(same, view);
    let question = desktop.questions.lock().unwrap().pop().unwrap();
    for named in [
        &format!("Let {PAGE} "),
        "to “Journey”",
        "“blog”",
        "“drafts/2026”",
    ] {
        assert!(question.body.contains(named), "{question:?}");
    }
    assert_eq!(ask().await.status, StatusCode::FORBIDDEN);

    *desktop.says_yes.lock().unwrap() = true;
    let view = Commands::edit_client(aloft, wish.clone()).await.unwrap();
    assert_eq!(view.clients[0].upload_preset.as_deref(), Some("blog"));
    let signed = ask().await;
    assert_eq!(signed.status, StatusCode::OK, "{}", signed.body);
    let refused = desk.sign_as(("origin", PAGE), &bare).await;
    assert_eq!(refused.kind(), "left_out");
    params["use_filename"] = json!(true);
    let refused = desk.sign_as(("origin", PAGE), &params).await;
    assert_eq!(refused.kind(), "name_by_preset");
    assert!(
        !refused.body.to_string().contains("window"),
        "{}",
        refused.body
    );
    let audit = aloft.audit();
    let latest = audit.find(Wanted {
        words: "client_allowed".to_owned(),
        since: None,
        before: None,
        limit: 9,
    });
    assert_eq!(latest.await.unwrap().len(), 1);

    // Nothing is pinned any more, for another account.
    let url = desk.world.url_with(KEY, SECRET, "Journey-Cloud-2").into();
    let other = aloft.add_url(&url, "Second", Keeping::Keyring, Consent::Ask);
    let other = other.await.unwrap();
    let free = EditClient {
        account: other.id.to_string(),
        upload_preset: String::new(),
        folder: " ".to_owned(),
        ..wish.clone()
    };
    let view = Commands::edit_client(aloft, free).await.unwrap();
    assert_eq!(view.clients[0].account.as_deref(), Some("Second"));
    assert_eq!(view.clients[0].folder, None);
    assert_eq!(desk.sign_for_page(PAGE).await.status, StatusCode::OK);

    let bad = |preset: &str, folder: &str| EditClient {
        upload_preset: preset.to_owned(),
        folder: folder.to_owned(),
        ..wish.clone()
    };
    let asked = desktop.questions.lock().unwrap().len();
    for wish in [bad("a&b", ""), bad("a\nb", ""), bad("", "a&b")] {
        let refused = Commands::edit_client(aloft, wish).await.unwrap_err();
        assert_eq!(refused.kind, ProblemKind::BadValue);
    }
    let nobody = EditClient {
        label: "http://localhost:9".to_owned(),
        ..wish.clone()
    };
    let refused = Commands::edit_client(aloft, nobody).await.unwrap_err();
    assert_eq!(refused.kind, ProblemKind::Gone);
    assert_eq!(desktop.questions.lock().unwrap().len(), asked);
}

/// What is forgotten while the dialog is open does not come back with its answer.
#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_was_forgotten_meanwhile_stays_forgotten() {
    let desk = Desk::open().await;
    let (aloft, desktop) = (&desk.world.aloft, &desk.world.desktop);
    aloft.allow_origin(&page(), signs()).await.unwrap();
    *desktop.says_yes.lock().unwrap() = true;
    let wish = EditClient {
        label: PAGE.to_owned(),
        account: aloft.account(None).unwrap().id.to_string(),
        upload_preset: "blog".to_owned(),
        folder: String::new(),
    };
    let thinking = desktop.thinking.lock().await;
    let meanwhile = async {
        while desktop.questions.lock().unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
        assert!(aloft.forget_client(PAGE).await.unwrap());
        drop(thinking);
    };
    let (edited, ()) = tokio::join!(Commands::edit_client(aloft, wish), meanwhile);
    assert_eq!(edited.unwrap_err().kind, ProblemKind::Gone);
    assert!(aloft.clients().unwrap().is_empty());
    // What the log says at the end is that it was not allowed.
    let asked = Wanted {
        words: "client_allowed".to_owned(),
        since: None,
        before: None,
        limit: 1,
    };
    let told = aloft.audit().find(asked).await.unwrap();
    let said = told[0].what().to_string();
    assert!(said.starts_with("Not allowed:"), "{said}");
}

/// Whoever can write the file can let themselves in; a file that cannot be read lets in nobody.
#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_list_of_clients_lets_nobody_in() {
    let desk = Desk::open().await;
    desk.world
        .aloft
        .allow_origin(&page(), signs())
        .await
        .unwrap();
    let file = desk.world.home.path().join("aloft/config/agent.json");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, &text[..text.len() / 2]).unwrap();
    let refused = desk.sign_for_page(PAGE).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!((refused.readable_by(), desk.asked()), (None, 0));
}
