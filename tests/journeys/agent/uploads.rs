//! PicGo's door: what editors and their plugins upload.

use std::path::{Path, PathBuf};

use app::agent::{Lasting, NewClient};
use app::contract::{Commands, Control, ControlTarget, ControlVerb};
use app::{Clipboard, Verb};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Answer, Desk, PAGE, page, signs};
use crate::world::{bytes_behind, png, rows};

impl Desk {
    /// A token that uploads from this folder.
    async fn uploader(&self, root: &Path) -> String {
        let new = NewClient {
            may_upload: true,
            roots: vec![root.to_owned()],
            ..NewClient::default()
        };
        self.token("Obsidian", new).await
    }

    async fn upload(&self, token: &str, body: Value, more: &[(&str, &str)]) -> Answer {
        let own = [
            ("authorization", token),
            ("content-type", "application/json"),
        ];
        let headers = [&own[..], more].concat();
        self.send(Method::POST, "/upload", &headers, body.to_string())
            .await
    }

    fn files(&self) -> PathBuf {
        self.world.home.path().join("files")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_uploads_what_it_names_and_gets_the_links_in_this_order() {
    let desk = Desk::open().await;
    let first = desk.world.file("first.png", &png("first"));
    let second = desk.world.file("notes/second.png", &png("second"));
    let token = desk.uploader(&desk.files()).await;
    let answer = desk
        .upload(&token, json!({ "list": [second, first] }), &[])
        .await;
    assert_eq!(
        (answer.status, &answer.body["success"]),
        (StatusCode::OK, &json!(true))
    );
    let links = answer.body["result"].as_array().unwrap();
    assert_eq!(
        bytes_behind(links[0].as_str().unwrap()).await,
        png("second")
    );
    assert_eq!(bytes_behind(links[1].as_str().unwrap()).await, png("first"));
    assert_eq!(links.len(), 2);
    // It may upload, and nothing else.
    let refused = desk.sign_as(("authorization", &token), &json!({})).await;
    assert_eq!(
        (refused.status, refused.kind()),
        (StatusCode::FORBIDDEN, "may_not_sign")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_named_is_the_picture_on_the_clipboard() {
    let desk = Desk::open().await;
    let token = desk.uploader(desk.world.home.path()).await;
    let picture = || Clipboard::Image {
        bytes: png("pasted"),
        extension: "png",
    };
    *desk.world.desktop.clipboard.lock().unwrap() = Some(picture());
    let key = token.strip_prefix("Bearer ").unwrap();
    let address = format!("/upload?key={key}");
    let answer = desk.send(Method::POST, &address, &[], "").await;
    let link = answer.body["result"][0].as_str().unwrap();
    assert_eq!(bytes_behind(link).await, png("pasted"));

    // The same picture again, by a client that lost its patience.
    *desk.world.desktop.clipboard.lock().unwrap() = Some(picture());
    let again = desk.upload(&token, json!({ "list": [] }), &[]).await;
    assert_eq!(again.body["result"][0], json!(link));
    assert_eq!(rows(&desk.world.aloft).await.len(), 1);

    let nothing = desk.upload(&token, json!({}), &[]).await;
    assert_eq!(
        (nothing.status, &nothing.body["success"]),
        (StatusCode::OK, &json!(false))
    );
    let text = "a secret that was copied";
    *desk.world.desktop.text.lock().unwrap() = Some(text.to_owned());
    let nothing = desk.upload(&token, json!({}), &[]).await;
    assert!(!nothing.body.to_string().contains(text) && nothing.body["success"] == json!(false));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_is_not_a_second_upload() {
    let desk = Desk::open().await;
    let file = desk.world.file("once.png", &png("once"));
    let token = desk.uploader(&desk.files()).await;
    let list = json!({ "list": [file] });
    let ask = || desk.upload(&token, list.clone(), &[]);
    let all = tokio::join!(ask(), ask(), ask());
    for answer in [&all.1, &all.2] {
        assert_eq!(answer.body, all.0.body);
    }
    assert_eq!(ask().await.body, all.0.body);
    // Not even a job that finds out that the bytes are there.
    assert_eq!(rows(&desk.world.aloft).await.len(), 1);

    // What changed is something new.
    std::fs::write(&file, png("changed")).unwrap();
    assert_ne!(ask().await.body, all.0.body);
    assert_eq!(rows(&desk.world.aloft).await.len(), 2);

    let key = [("idempotency-key", "one")];
    let first = desk.upload(&token, list.clone(), &key).await;
    let again = desk.upload(&token, list.clone(), &key).await;
    assert_eq!((first.status, &again.body), (StatusCode::OK, &first.body));
    assert_eq!(rows(&desk.world.aloft).await.len(), 3);
    let other = desk.world.file("other.png", &png("other"));
    let taken = desk.upload(&token, json!({ "list": [other] }), &key).await;
    assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY);
}

/// A key is the client's word for one request. What happened to the file or the clipboard since is no other request.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_answers_for_its_request_whatever_became_of_the_file_or_the_clipboard() {
    let desk = Desk::open().await;
    let file = desk.world.file("shot.png", &png("shot"));
    let token = desk.uploader(&desk.files()).await;
    let (one, two) = ([("idempotency-key", "one")], [("idempotency-key", "two")]);
    let list = json!({ "list": [file] });
    let first = desk.upload(&token, list.clone(), &one).await;
    assert_eq!(first.body["success"], json!(true), "{}", first.body);
    std::fs::write(&file, png("written anew")).unwrap();
    let again = desk.upload(&token, list.clone(), &one).await;
    assert_eq!((again.status, &again.body), (StatusCode::OK, &first.body));
    std::fs::remove_file(&file).unwrap();
    assert_eq!(desk.upload(&token, list, &one).await.body, first.body);

    *desk.world.desktop.clipboard.lock().unwrap() = Some(Clipboard::Image {
        bytes: png("pasted"),
        extension: "png",
    });
    let pasted = desk.upload(&token, json!({ "list": [] }), &two).await;
    assert_eq!(pasted.body["success"], json!(true), "{}", pasted.body);
    // Nothing is on it any more.
    let again = desk.upload(&token, json!({}), &two).await;
    assert_eq!(again.body, pasted.body);
    assert_eq!(rows(&desk.world.aloft).await.len(), 2);

    let taken = desk
        .upload(&token, json!({ "list": ["/x.png"] }), &two)
        .await;
    assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY);
    let taken = desk.upload(&token, json!({ "list": [] }), &one).await;
    assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY);
}

/// What is queued and waits for the user is found again by the same request, and not queued twice.
#[tokio::test(flavor = "multi_thread")]
async fn a_retry_after_a_lock_is_the_upload_that_waits() {
    let desk = Desk::open().await;
    let token = desk.uploader(desk.world.home.path()).await;
    let picture = || Clipboard::Image {
        bytes: png("pasted"),
        extension: "png",
    };
    let key = [("idempotency-key", "one")];
    let ask = async || {
        *desk.world.desktop.clipboard.lock().unwrap() = Some(picture());
        desk.upload(&token, json!({ "list": [] }), &key).await.body
    };
    desk.world.aloft.lock().await.unwrap();
    for _ in 0..2 {
        let waits = ask().await;
        assert_eq!(waits["success"], json!(false));
        assert_eq!(
            waits["message"],
            "0 of 1 arrived. What is left waits in the queue and goes on when this is settled: \
             Aloft is locked. Unlock it in the window, or in a terminal: aloft accounts unlock"
        );
    }
    assert_eq!(rows(&desk.world.aloft).await.len(), 1);
    desk.world.aloft.unlock().await.unwrap();
    let arrived = ask().await;
    let link = arrived["result"][0].as_str().unwrap();
    assert_eq!(bytes_behind(link).await, png("pasted"));
    assert_eq!(rows(&desk.world.aloft).await.len(), 1);
}

/// Why it does not go on, and that it is not lost, whoever stopped it.
#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_the_user_says_what_for() {
    const WAITS: &str =
        "0 of 1 arrived. What is left waits in the queue and goes on when this is settled:";
    let desk = Desk::open().await;
    let aloft = &desk.world.aloft;
    let account = aloft.account(None).unwrap();
    let token = desk.uploader(desk.world.home.path()).await;
    let ask = async |name: &str| {
        let file = desk.world.file(name, &png(name));
        let answer = desk.upload(&token, json!({ "list": [file] }), &[]).await;
        answer.body["message"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    let control = async |verb| aloft.control(Some(&account), &[], verb).await.unwrap();
    control(Verb::Pause).await;
    let paused = ask("paused.png").await;
    let expected = format!("{WAITS} “Journey” is paused.");
    assert!(paused.starts_with(&expected), "{paused}");
    control(Verb::Resume).await;

    desk.world.keyring.lock();
    let locked = ask("locked.png").await;
    let expected = format!("{WAITS} The system's keyring is locked.");
    assert!(locked.starts_with(&expected), "{locked}");
}

/// What waited was exchanged meanwhile: it is not sent, and the same request, asked again, looks at what is there now.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_changed_while_it_waited_is_looked_at_anew() {
    let desk = Desk::open().await;
    let file = desk.world.file("a.png", &png("before"));
    let token = desk.uploader(&desk.files()).await;
    let key = [("idempotency-key", "one")];
    let ask = async || {
        let list = json!({ "list": [file] });
        desk.upload(&token, list, &key).await.body
    };
    desk.world.aloft.lock().await.unwrap();
    assert_eq!(ask().await["success"], json!(false));
    std::fs::write(&file, png("what came later")).unwrap();
    desk.world.aloft.unlock().await.unwrap();
    assert_eq!(ask().await["success"], json!(false));
    assert_eq!(desk.world.uploads_sent(), 0);
    let arrived = ask().await;
    let link = arrived["result"][0].as_str().unwrap();
    assert_eq!(bytes_behind(link).await, png("what came later"));
}

/// Who stopped waiting loses nothing: the upload goes on, and the next request finds it.
#[tokio::test(flavor = "multi_thread")]
async fn an_upload_goes_on_when_nobody_waits_for_it_any_more() {
    let desk = Desk::open().await;
    let file = desk.world.file("slow.png", &png("slow"));
    let token = desk.uploader(&desk.files()).await;
    let list = json!({ "list": [file] });
    let mut impatient = Box::pin(desk.upload(&token, list.clone(), &[]));
    let queued = async {
        while rows(&desk.world.aloft).await.is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        _ = &mut impatient => {}
        () = queued => {}
    }
    drop(impatient);
    let answer = desk.upload(&token, list, &[]).await;
    assert_eq!(answer.body["success"], json!(true), "{}", answer.body);
    assert_eq!(rows(&desk.world.aloft).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
#[cfg(unix)]
async fn only_real_pictures_films_and_sounds_below_the_folders_that_were_chosen() {
    let desk = Desk::open().await;
    let home = desk.world.home.path();
    let inside = desk.world.file("inside.png", &png("inside"));
    let outside = home.join("outside.png");
    std::fs::write(&outside, png("outside")).unwrap();
    let link = home.join("files/link.png");
    std::os::unix::fs::symlink(&outside, &link).unwrap();
    let key = desk
        .world
        .file("id_rsa.png", b"-----BEGIN PRIVATE KEY-----");
    let letter = desk.world.file("letter.png", b"%PDF-1.7 a letter");
    let empty = desk.world.file("empty.png", b"");
    let folder = home.join("files/folder.png");
    std::fs::create_dir(&folder).unwrap();
    let pipe = home.join("files/pipe.png");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let climbing = home.join("files/../outside.png");
    let beside = home.join("files-of-somebody-else/x.png");
    std::fs::create_dir(beside.parent().unwrap()).unwrap();
    std::fs::write(&beside, png("beside")).unwrap();

    let token = desk.uploader(&desk.files()).await;
    let refusal = |path: PathBuf| {
        let (desk, token) = (&desk, &token);
        let inside = inside.clone();
        async move {
            // One that may be uploaded does not carry the other.
            let list = json!({ "list": [inside, path] });
            let answer = desk.upload(token, list, &[]).await;
            assert_eq!(
                (answer.status, &answer.body["success"]),
                (StatusCode::OK, &json!(false))
            );
            answer.body["message"].as_str().unwrap().to_owned()
        }
    };
    for path in [
        outside,
        link,
        climbing,
        beside,
        home.join("never/was.png"),
        "/etc/passwd".into(),
    ] {
        let words = refusal(path.clone()).await;
        assert!(
            words.contains("no such file in the folders"),
            "{path:?}: {words}"
        );
    }
    assert!(
        refusal("files/inside.png".into())
            .await
            .contains("absolute")
    );
    for path in [folder, pipe] {
        assert!(refusal(path).await.contains("not a file"));
    }
    for path in [key, letter, empty] {
        assert!(refusal(path).await.contains("neither a picture"));
    }
    assert_eq!(desk.world.uploads_sent(), 0);
    assert!(rows(&desk.world.aloft).await.is_empty());
}

/// Whoever may write into the folder puts something else there after it was looked at, and before it is queued: a link to
/// what it may not name, also to a whole folder. The log is held up, which comes between the two.
#[tokio::test(flavor = "multi_thread")]
#[cfg(unix)]
async fn what_was_looked_at_is_uploaded_or_nothing() {
    let desk = Desk::open().await;
    let home = desk.world.home.path();
    let secrets = home.join("private");
    std::fs::create_dir(&secrets).unwrap();
    let private = secrets.join("private.png");
    std::fs::write(&private, png("private")).unwrap();
    let named = desk.world.file("a.png", &png("a"));
    for (name, target) in [("Link", &private), ("Folder", &secrets)] {
        std::fs::remove_file(&named).unwrap();
        std::fs::write(&named, png("a")).unwrap();
        let once = NewClient {
            may_upload: true,
            roots: vec![desk.files()],
            lasting: Lasting::Once,
            ..NewClient::default()
        };
        let token = desk.token(name, once).await;
        let log = home.join("aloft/data/audit/audit.lock");
        let log = std::fs::File::open(log).unwrap();
        log.lock().unwrap();
        let swapped = async {
            // Its only use is taken between the look and the log.
            while !desk.world.aloft.clients().unwrap().is_empty() {
                tokio::task::yield_now().await;
            }
            std::fs::remove_file(&named).unwrap();
            std::os::unix::fs::symlink(target, &named).unwrap();
            log.unlock().unwrap();
        };
        let list = json!({ "list": [named] });
        let (answer, ()) = tokio::join!(desk.upload(&token, list, &[]), swapped);
        assert_eq!(answer.body["success"], json!(false), "{}", answer.body);
        assert_eq!(desk.world.uploads_sent(), 0);
    }
    let states = rows(&desk.world.aloft).await;
    assert_eq!(states.len(), 2, "no folder was walked");
    // Nor when the user retries what stands there: it is another file.
    std::fs::remove_file(&named).unwrap();
    std::os::unix::fs::symlink(&private, &named).unwrap();
    let retry = Control {
        target: ControlTarget::All,
        verb: ControlVerb::Retry,
    };
    Commands::control(&desk.world.aloft, retry).await.unwrap();
    let rows = desk.world.settled().await.into_iter();
    let words = rows.map(|row| row.problem.unwrap().message.to_string());
    for words in words {
        assert!(words.contains("has to ask again"), "{words}");
    }
    assert_eq!(desk.world.uploads_sent(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_below_aloft_s_own_folders() {
    let desk = Desk::open().await;
    let home = desk.world.home.path().to_owned();
    let token = desk.uploader(&home).await;
    for folder in ["config", "data", "data/pasted"] {
        let folder = home.join("aloft").join(folder);
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("x.png");
        std::fs::write(&file, png("own")).unwrap();
        let answer = desk.upload(&token, json!({ "list": [file] }), &[]).await;
        let words = answer.body["message"].as_str().unwrap();
        assert!(words.contains("own folders"), "{words}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_may_sign_may_not_upload_and_nobody_is_asked() {
    let desk = Desk::open().await;
    let headers = [("origin", PAGE), ("content-type", "application/json")];
    let unknown = desk.send(Method::POST, "/upload", &headers, "{}").await;
    assert_eq!(unknown.status, StatusCode::FORBIDDEN);
    desk.world
        .aloft
        .allow_origin(&page(), signs())
        .await
        .unwrap();
    let refused = desk.send(Method::POST, "/upload", &headers, "{}").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(
        refused.body["message"]
            .as_str()
            .unwrap()
            .contains("--upload")
    );
    assert_eq!(desk.asked(), 0);
}

/// By their bytes: a name says nothing here.
#[tokio::test(flavor = "multi_thread")]
async fn a_sound_without_a_tag_is_one() {
    let desk = Desk::open().await;
    let mut frames = vec![0; 900];
    for frame in [0, 417, 834] {
        frames[frame..frame + 3].copy_from_slice(&[0xFF, 0xFB, 0x90]);
    }
    let file = desk.world.file("memo.mp3", &frames);
    let token = desk.uploader(&desk.files()).await;
    let answer = desk.upload(&token, json!({ "list": [file] }), &[]).await;
    assert_eq!(answer.body["success"], json!(true), "{}", answer.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_did_not_arrive_is_said_and_can_be_asked_for_again() {
    let desk = Desk::open().await;
    let file = desk.world.file("a.png", &png("a"));
    let token = desk.uploader(&desk.files()).await;
    desk.world.keyring.lock();
    let failed = desk.upload(&token, json!({ "list": [file] }), &[]).await;
    assert_eq!(
        (failed.status, &failed.body["success"]),
        (StatusCode::OK, &json!(false))
    );
    let words = failed.body["message"].as_str().unwrap();
    assert!(words.starts_with("0 of 1 arrived."), "{words}");
    desk.world.keyring.unlock();
    let answer = desk.upload(&token, json!({ "list": [file] }), &[]).await;
    assert_eq!(answer.body["success"], json!(true), "{}", answer.body);
    assert_eq!(desk.world.stored(), 1);
}
