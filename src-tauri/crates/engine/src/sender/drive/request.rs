//! One request under way: its bytes counted, held to the bandwidth, and its answer.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use async_trait::async_trait;
use rusqlite::Connection;

use super::{Ended, Live};
use crate::job::JobId;
use crate::sender::Desk;
use crate::step::{Input, Piece};
use crate::store;
use crate::throttle::Scope;
use crate::transport::{Flow, Part};

/// One request from its first byte to its answer.
pub(super) async fn request(part: Part, stream: Stream) -> Ended {
    let stream = Arc::new(stream);
    let (desk, live) = (Arc::clone(&stream.desk), Arc::clone(&stream.live));
    let began = desk.now();
    let sending = desk.transport.send(part, stream.clone());
    tokio::pin!(sending);
    let mut told = false;
    let answer = loop {
        tokio::select! {
            biased;
            answer = &mut sending => break answer,
            () = live.all_out.notified(), if !told && stream.piece.completes => {
                told = true;
                let (id, now, rules) = (stream.id, desk.now(), desk.settings.retry.clone());
                let work = move |c: &Connection| store::jobs::apply(c, id, Input::AllSent, now, &rules).map(drop);
                desk.queue.writer().post(desk.holding(work));
            }
        }
    };
    Ended {
        piece: stream.piece.clone(),
        began,
        answer,
    }
}

/// The bytes of one request: counted for the list, and held to the bandwidth.
pub(super) struct Stream {
    pub(super) desk: Arc<Desk>,
    pub(super) live: Arc<Live>,
    pub(super) scopes: Arc<[Scope; 3]>,
    pub(super) id: JobId,
    pub(super) total: u64,
    pub(super) piece: Piece,
}

#[async_trait]
impl Flow for Stream {
    fn moved(&self, bytes: u64) {
        let length = self.piece.length;
        let sent = {
            let mut moving = self.live.moving();
            if let Some(so_far) = moving.under_way.get_mut(&self.piece.first) {
                *so_far = bytes.max(*so_far).min(length);
            }
            moving.sum()
        };
        self.desk.queue.moved(self.id, sent, self.total);
        let is_out = self.piece.completes && length > 0 && bytes >= length;
        if is_out && !self.live.all_sent.swap(true, Ordering::Relaxed) {
            self.live.all_out.notify_one();
        }
    }

    async fn pass(&self, bytes: u64) {
        let clock = &*self.desk.queue.surroundings().clock;
        self.desk
            .queue
            .throttle()
            .pass(self.scopes.as_slice(), bytes, clock)
            .await;
    }
}
