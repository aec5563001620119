//! An origin that asks for the first time, and what the user says.

use app::agent::NewClient;
use app::contract::{Event, Notice, Problem, ProblemKind};
use app::words::Words;
use reqwest::StatusCode;

use super::{Desk, PAGE, page, signs};
use crate::widget::{upload, wanted};

#[tokio::test(flavor = "multi_thread")]
async fn allowed_once_is_one_signature_after_one_question() {
    let desk = Desk::open().await;
    desk.answers(&[0]);
    let preflight = desk.preflight(PAGE).await;
    assert_eq!(preflight.status, StatusCode::NO_CONTENT);
    assert_eq!(preflight.readable_by(), Some(PAGE));
    assert_eq!(
        preflight.header("access-control-allow-methods"),
        Some("POST")
    );
    assert_eq!(
        preflight.header("access-control-allow-private-network"),
        Some("true")
    );
    let params = wanted();
    let signed = desk.sign_as(("origin", PAGE), &params).await;
    assert_eq!(
        (signed.status, signed.readable_by()),
        (StatusCode::OK, Some(PAGE))
    );
    upload(
        &desk.world,
        &params,
        signed.body["signature"].as_str().unwrap(),
    )
    .await;
    assert_eq!(desk.asked(), 1);
    let question = desk.world.desktop.choices_asked.borrow()[0].clone();
    assert!(question.body.contains(PAGE) && question.body.contains("Journey"));

    // The next one is a new question, and this time it is no.
    let refused = desk.sign_for_page(PAGE).await;
    assert_eq!(
        (refused.status, refused.kind()),
        (StatusCode::FORBIDDEN, "not_allowed")
    );
    assert_eq!((desk.asked(), refused.readable_by()), (2, None));
}

/// Two that race for one use: one of them gets it.
#[tokio::test(flavor = "multi_thread")]
async fn one_use_is_one_signature_also_for_two_at_a_time() {
    let desk = Desk::open().await;
    let once = NewClient {
        lasting: app::agent::Lasting::Once,
        ..signs()
    };
    for _ in 0..10 {
        desk.world
            .aloft
            .allow_origin(&page(), once.clone())
            .await
            .unwrap();
        let both = tokio::join!(desk.sign_for_page(PAGE), desk.sign_for_page(PAGE));
        let good = |status| status == StatusCode::OK;
        assert_ne!(good(both.0.status), good(both.1.status));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn allowed_for_longer_is_not_asked_again() {
    for (second, lasts) in [(0, true), (1, false)] {
        let desk = Desk::open().await;
        desk.answers(&[1, second]);
        for _ in 0..3 {
            assert_eq!(desk.sign_for_page(PAGE).await.status, StatusCode::OK);
        }
        assert_eq!(desk.asked(), 2);
        let client = &desk.world.aloft.clients().unwrap()[0];
        assert_eq!(client.until.is_some(), lasts);
        assert!(!client.may_upload);
        // Another page is another page.
        let other = desk.sign_for_page("http://localhost:3001").await;
        assert_eq!(other.status, StatusCode::FORBIDDEN);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn denied_is_kept_for_a_while_and_can_be_taken_back() {
    let desk = Desk::open().await;
    for _ in 0..3 {
        assert_eq!(desk.preflight(PAGE).await.status, StatusCode::FORBIDDEN);
        assert_eq!(desk.sign_for_page(PAGE).await.readable_by(), None);
    }
    assert_eq!(desk.asked(), 1);
    assert!(desk.world.aloft.clients().unwrap()[0].denied);
    desk.world
        .aloft
        .allow_origin(&page(), signs())
        .await
        .unwrap();
    assert_eq!(desk.sign_for_page(PAGE).await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_question_at_a_time_and_who_asks_the_same_waits_for_its_answer() {
    let desk = Desk::open().await;
    desk.answers(&[1, 1]);
    let thinking = desk.world.desktop.thinking.lock().await;
    let mut asked = desk.world.desktop.choices_asked.subscribe();
    let others = async {
        asked.wait_for(|asked| asked.len() == 1).await.unwrap();
        let busy = desk.sign_for_page("http://localhost:4000").await;
        assert_eq!(
            (busy.status, busy.kind()),
            (StatusCode::SERVICE_UNAVAILABLE, "busy")
        );
        assert!(busy.header("retry-after").is_some());
        drop(thinking);
    };
    let (first, second, ()) =
        tokio::join!(desk.sign_for_page(PAGE), desk.sign_for_page(PAGE), others);
    assert_eq!(
        (first.status, second.status),
        (StatusCode::OK, StatusCode::OK)
    );
    assert_eq!(desk.asked(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_cannot_make_one_question_after_the_other() {
    let desk = Desk::open().await;
    for number in 0..20 {
        let refused = desk
            .sign_for_page(&format!("http://localhost:{number}"))
            .await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    }
    assert_eq!(desk.asked(), 6);
    // The one that came to nothing first is named, once.
    let mut events = desk.world.aloft.events();
    desk.world.aloft.run("nothing-more");
    let mut told = Vec::new();
    loop {
        let event = events.next().await.unwrap();
        if let Event::Notice(Notice::Trouble(problem)) = event {
            told.push(problem.to_string());
        } else if let Event::Run(_) = event {
            break;
        }
    }
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].contains("aloft agent allow http://localhost:6"),
        "{told:?}"
    );
}

/// Each preview of a page that is worked on may be allowed once, all day long.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_allowed_once_is_asked_about_as_often_as_it_comes() {
    let desk = Desk::open().await;
    desk.answers(&[0; 10]);
    for number in 1..=10 {
        let signed = desk.sign_for_page(PAGE).await;
        assert_eq!((signed.status, desk.asked()), (StatusCode::OK, number));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_can_be_asked_the_answer_says_how_to_allow_it() {
    let desk = Desk::open().await;
    let problem = Problem::new(ProblemKind::NotHere, Words::none(), Words::none());
    *desk.world.desktop.refuses.lock().unwrap() = Some(problem);
    let refused = desk.sign_for_page(PAGE).await;
    let message = refused.body["error"]["message"].as_str().unwrap();
    assert!(
        message.contains(&format!("aloft agent allow {PAGE}")),
        "{message}"
    );
    desk.sign_for_page(PAGE).await;
    assert_eq!(desk.asked(), 1);
    // Nobody said no.
    assert_eq!(desk.world.aloft.clients().unwrap(), []);
}
