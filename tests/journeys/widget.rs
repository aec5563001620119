//! The Upload Widget's backend: what it signs, what it refuses, what it believes.

use app::contract::{
    Commands, JobOrigin, JobState, ProblemKind, SignParams, Verified, WidgetReport,
};
use serde_json::{Map, Value, json};

use crate::world::{World, png};

const FRAME: &str = "upload-frame://localhost/widget-frame.html";

pub(crate) fn params(value: Value) -> SignParams {
    let Value::Object(params_to_sign) = value else {
        panic!("an object")
    };
    SignParams { params_to_sign }
}

fn now() -> i64 {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_secs() as i64
}

/// What the widget sends with a file, for the options it was opened with.
pub(crate) fn wanted() -> Value {
    json!({ "timestamp": now(), "source": "uw", "use_filename": true, "unique_filename": true })
}

/// Uploads as the widget's frame does: exactly the signed parameters.
pub(crate) async fn upload(world: &World, signed: &Value, signature: &str) -> Map<String, Value> {
    let mut form = reqwest::multipart::Form::new()
        .text("api_key", crate::world::KEY)
        .text("signature", signature.to_owned());
    for (name, value) in signed.as_object().unwrap() {
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        form = form.text(name.clone(), text);
    }
    let file = reqwest::multipart::Part::bytes(png("widget")).file_name("from the widget.png");
    let url = world
        .sandbox
        .url()
        .join("/v1_1/Journey-Cloud/auto/upload")
        .unwrap();
    let answer = reqwest::Client::new()
        .post(url)
        .multipart(form.part("file", file))
        .send()
        .await
        .unwrap();
    assert!(
        answer.status().is_success(),
        "{}",
        answer.text().await.unwrap()
    );
    answer.json().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_widget_upload_is_signed_here_and_lands_in_the_list() {
    let world = World::new().await;
    world.add_account().await;
    Commands::open_widget(&world.aloft).await.unwrap();
    let session = world.aloft.widget_session(FRAME).await.unwrap();
    assert_eq!(session.options["secure"], json!(true));
    assert_eq!(session.options["apiKey"], json!(crate::world::KEY));
    assert!(
        !serde_json::to_string(&session)
            .unwrap()
            .contains(crate::world::SECRET)
    );

    let wanted = wanted();
    let signed = world
        .aloft
        .sign_params(&params(wanted.clone()))
        .await
        .unwrap();
    let info = upload(&world, &wanted, &signed.signature).await;
    world
        .aloft
        .widget_report(WidgetReport::Success { info: info.clone() })
        .await
        .unwrap();

    let jobs = world.settled().await;
    assert_eq!(
        (jobs[0].origin, jobs[0].state, jobs[0].verified),
        (JobOrigin::Widget, JobState::Done, Some(Verified::Yes))
    );
    assert_eq!(
        crate::world::bytes_behind(jobs[0].link.as_deref().unwrap()).await,
        png("widget")
    );

    // A report is a hint: one whose signature does not verify makes no row.
    for (name, value) in [
        ("public_id", json!("somebody-elses")),
        ("version", json!(1)),
        ("signature", json!("")),
    ] {
        let mut forged = info.clone();
        forged.insert(name.to_owned(), value);
        let refused = world
            .aloft
            .widget_report(WidgetReport::Success { info: forged })
            .await
            .unwrap_err();
        assert_eq!(refused.kind, ProblemKind::NotSigned);
    }
    // And one answer is one row, whatever else a repeated report says.
    let mut repeated = info.clone();
    repeated.insert("original_filename".to_owned(), json!("again"));
    let again = world
        .aloft
        .widget_report(WidgetReport::Success { info: repeated })
        .await
        .unwrap();
    assert!(!again.recorded);
    assert_eq!(world.settled().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_but_an_upload_of_this_window_is_signed() {
    let world = World::new().await;
    world.add_account().await;
    let before = world
        .aloft
        .sign_params(&params(wanted()))
        .await
        .unwrap_err();
    assert_eq!(before.kind, ProblemKind::NotSigned, "no window is open");

    Commands::open_widget(&world.aloft).await.unwrap();
    let with = |name: &str, value: Value| {
        let mut wanted = wanted();
        wanted[name] = value;
        wanted
    };
    let nasty = [
        json!({ "timestamp": now(), "public_id": "x" }),
        json!({ "timestamp": now(), "tags": "x" }),
        with("public_id", json!("x")),
        with("tags", json!("x")),
        with("from_public_id", json!("x")),
        with("overwrite", json!(true)),
        with("eval", json!("x")),
        with("notification_url", json!("https://evil.example")),
        with("upload_preset", json!("another")),
        with("folder", json!("elsewhere")),
        with("timestamp", json!(now() + 86_400)),
        with("timestamp", json!(now() - 4_000)),
        with("source", json!("uw&public_id=x")),
        with("unique_filename", json!(false)),
        with("something_new", json!("x")),
    ];
    for request in nasty {
        let refused = world
            .aloft
            .sign_params(&params(request.clone()))
            .await
            .unwrap_err();
        assert_eq!(refused.kind, ProblemKind::NotSigned, "{request}");
    }
    world.aloft.widget_closed(world.aloft.widget_opening());
    assert!(
        world.aloft.sign_params(&params(wanted())).await.is_err(),
        "the window is closed"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_that_closes_late_does_not_end_its_successor() {
    let world = World::new().await;
    world.add_account().await;
    Commands::open_widget(&world.aloft).await.unwrap();
    let first = world.aloft.widget_opening();
    Commands::open_widget(&world.aloft).await.unwrap();
    world.aloft.widget_closed(first);
    world.aloft.sign_params(&params(wanted())).await.unwrap();
}

#[tokio::test]
async fn two_quick_openings_leave_one_window_with_a_session() {
    let world = World::new().await;
    world.add_account().await;
    let twice = tokio::join!(
        Commands::open_widget(&world.aloft),
        Commands::open_widget(&world.aloft)
    );
    assert!(twice.0.is_ok() && twice.1.is_ok(), "{twice:?}");
    world.aloft.sign_params(&params(wanted())).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unsigned_widget_gets_its_preset_and_no_signature() {
    let world = World::new().await;
    world.add_unsigned_account().await;
    Commands::open_widget(&world.aloft).await.unwrap();
    let session = world.aloft.widget_session(FRAME).await.unwrap();
    assert!(!session.signed && !session.options.contains_key("apiKey"));
    assert_eq!(
        session.options["uploadPreset"],
        json!(world.sandbox.unsigned_preset())
    );
    assert!(world.aloft.sign_params(&params(wanted())).await.is_err());
}
