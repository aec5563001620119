//! Files that change while they are sent. The server stops after the first bytes, the file changes, the server goes on:
//! it must never see the end of the body, and the caller must hear what happened to the file.

use std::fs::OpenOptions;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::IntoResponse;
use cloudinary::{Decision, Error, FileIdentity, Source};
use futures_util::StreamExt;
use serde_json::json;
use tokio::sync::{Semaphore, mpsc};

use crate::server::{Server, client, file, find, upload};

/// More than the connection can hold while nobody reads.
const SIZE: usize = 48 * 1024 * 1024;

/// Sends the file, changes it halfway, and gives back what the server got.
async fn sent_while(change: impl FnOnce(&Path)) -> (Error, Vec<u8>, bool) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("film.mov");
    std::fs::write(&path, vec![b'.'; SIZE]).unwrap();

    let (began, mut has_begun) = mpsc::channel::<()>(1);
    let (ended, mut has_ended) = mpsc::channel::<(Vec<u8>, bool)>(1);
    let go_on = Arc::new(Semaphore::new(0));
    let gate = Arc::clone(&go_on);
    let server = Server::raw(move |_, request| {
        let (began, ended, gate) = (began.clone(), ended.clone(), Arc::clone(&gate));
        async move {
            let mut body = request.into_body().into_data_stream();
            let mut got = body.next().await.unwrap().unwrap().to_vec();
            began.send(()).await.unwrap();
            let _ = gate.acquire().await.unwrap();
            let mut is_whole = true;
            while let Some(block) = body.next().await {
                match block {
                    Ok(block) => got.extend_from_slice(&block),
                    Err(_) => {
                        is_whole = false;
                        break;
                    }
                }
            }
            ended.send((got, is_whole)).await.unwrap();
            StatusCode::OK.into_response()
        }
    })
    .await;

    let (target, job) = (server.target(), upload(file(&path), json!({})));
    let sending = tokio::spawn(async move { client().upload(&target, job, |_| {}).await });
    has_begun.recv().await.unwrap();
    change(&path);
    go_on.add_permits(1);
    let error = sending.await.unwrap().unwrap_err();
    let (got, is_whole) = has_ended.recv().await.unwrap();
    (error, got, is_whole)
}

fn assert_stopped((error, got, is_whole): (Error, Vec<u8>, bool)) {
    assert!(matches!(error, Error::SourceChanged { .. }), "{error:?}");
    assert_eq!(error.decision(), Decision::Temporary { after: None });
    assert!(error.to_string().contains("film.mov"));
    assert!(!is_whole, "the body was cut");
    let tail = &got[got.len().saturating_sub(100)..];
    assert_eq!(find(tail, b"--\r\n"), None, "no closing boundary");
}

#[tokio::test]
async fn a_file_that_grows() {
    assert_stopped(
        sent_while(|path| {
            let mut file = OpenOptions::new().append(true).open(path).unwrap();
            file.write_all(b"more").unwrap();
        })
        .await,
    );
}

#[tokio::test]
async fn a_file_that_shrinks() {
    assert_stopped(
        sent_while(|path| {
            let file = OpenOptions::new().write(true).open(path).unwrap();
            file.set_len(1_000_000).unwrap();
        })
        .await,
    );
}

#[tokio::test]
async fn a_file_that_is_rewritten_at_the_same_size() {
    assert_stopped(
        sent_while(|path| {
            let mut file = OpenOptions::new().write(true).open(path).unwrap();
            file.seek(SeekFrom::Start(10)).unwrap();
            file.write_all(b"!").unwrap();
            // Whatever the clock of the file system, this is another time.
            file.set_modified(std::time::SystemTime::now() + std::time::Duration::from_secs(5))
                .unwrap();
        })
        .await,
    );
}

#[tokio::test]
async fn a_file_that_is_replaced_by_another_of_the_same_size_and_time() {
    assert_stopped(
        sent_while(|path| {
            let time = path.metadata().unwrap().modified().unwrap();
            let other = path.with_extension("new");
            std::fs::write(&other, vec![b'?'; SIZE]).unwrap();
            OpenOptions::new()
                .write(true)
                .open(&other)
                .unwrap()
                .set_modified(time)
                .unwrap();
            std::fs::rename(&other, path).unwrap();
        })
        .await,
    );
}

#[tokio::test]
async fn a_file_that_is_deleted() {
    assert_stopped(sent_while(|path| std::fs::remove_file(path).unwrap()).await);
}

#[tokio::test]
async fn a_file_that_changed_before_the_first_byte_is_not_sent() {
    let server = Server::accepting().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.txt");
    std::fs::write(&path, b"0123456789").unwrap();
    let looked_at = FileIdentity::of(&path.metadata().unwrap());
    for identity in [
        FileIdentity {
            size: 9,
            ..looked_at
        },
        FileIdentity {
            modified_ns: looked_at.modified_ns - 1,
            ..looked_at
        },
        FileIdentity {
            inode: looked_at.inode + 1,
            ..looked_at
        },
    ] {
        let source = Source::File {
            path: path.clone(),
            identity: Some(identity),
            range: None,
        };
        let error = client()
            .upload(&server.target(), upload(source, json!({})), |_| {})
            .await
            .unwrap_err();
        assert!(matches!(error, Error::SourceChanged { .. }), "{error:?}");
    }
    let source = Source::File {
        path: path.clone(),
        identity: Some(looked_at),
        range: Some(5..11),
    };
    let error = client()
        .upload(&server.target(), upload(source, json!({})), |_| {})
        .await
        .unwrap_err();
    assert!(matches!(error, Error::SourceChanged { .. }), "{error:?}");
    assert_eq!(server.hits(), 0);

    let source = Source::File {
        path,
        identity: Some(looked_at),
        range: None,
    };
    client()
        .upload(&server.target(), upload(source, json!({})), |_| {})
        .await
        .unwrap();
    assert_eq!(server.hits(), 1);
}
