//! The agent in the window's settings.

use app::contract::Problem;
use app::contract::{ClientRef, Commands, MakeToken, ProblemKind, SetAgent};
use app::words::Words;
use reqwest::StatusCode;

use super::{Desk, PAGE, page, signs};
use crate::widget::wanted;
use crate::world::World;

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
    assert!(view.clients.is_empty() && desktop.copied.lock().unwrap().is_empty());

    *desktop.says_yes.lock().unwrap() = true;
    let view = Commands::make_token(aloft, wish(false)).await.unwrap();
    let token = desktop.copied.lock().unwrap().pop().unwrap();
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
    assert!(
        question.body.contains(&view.clients[0].roots[0]),
        "{question:?}"
    );
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
