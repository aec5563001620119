//! What was handed over as bytes alone: how long the queue keeps it.

use engine::*;

use crate::support::*;

#[tokio::test]
async fn what_was_pasted_stays_when_it_is_in_doubt_that_it_arrived() {
    let world = World::new();
    let queue = world.queue();
    let damaged = Asset {
        public_id: "a".into(),
        bytes: b"damaged".to_vec(),
        resource_type: ResourceType::Image,
        version: 1,
    };
    let without_etag = Asset {
        public_id: "b".into(),
        ..damaged.clone()
    };
    world.service.next([
        Script::Work,
        Script::Answer(Answer::Stored(receipt(&damaged, false))),
        Script::Answer(Answer::Stored(Receipt {
            etag: None,
            ..receipt(&without_etag, false)
        })),
    ]);
    let mut pasted = Vec::new();
    let sender = world.sender(&queue);
    for text in ["arrived", "differs", "unknown"] {
        let path = queue
            .keep(&format!("{text}.png"), text.into())
            .await
            .unwrap();
        let id = add(&queue, of_file(&path)).await;
        until_state(&queue, id, State::Done).await;
        pasted.push(path);
    }
    sender.stop().await;
    drop(queue);
    // what was not let go of at once is, when the queue is opened
    let _queue = world.queue();
    let there: Vec<bool> = pasted.iter().map(|path| path.exists()).collect();
    assert_eq!(there, [false, true, false]);
}
