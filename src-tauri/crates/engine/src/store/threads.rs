//! The two threads. Work is a closure over the connection; its answer goes back through a channel.

use std::fs::File;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tokio::sync::{oneshot, watch};

use crate::crash;
use crate::error::QueueError;

type Answer = Box<dyn FnOnce(Result<(), QueueError>) + Send>;
/// Without a transaction an order gets the reason, and passes it on.
type Order = Box<dyn FnOnce(Result<&Connection, QueueError>) -> Answer + Send>;

type Question = Box<dyn FnOnce(&Connection) + Send>;

/// How often the writer looks for commits of other processes and passes on moving bytes.
const TICK: Duration = Duration::from_millis(100);
/// Orders that one commit may carry.
const GROUP: usize = 256;

/// What the threads tell the rest of the process.
pub(crate) struct Bell {
    /// Every change, moving bytes included.
    pub(crate) all: watch::Sender<u64>,
    /// Changes of the database only.
    pub(crate) stored: watch::Sender<u64>,
    /// Bytes moved since the last tick.
    pub(crate) moving: AtomicBool,
}

impl Bell {
    pub(crate) fn new() -> Bell {
        Bell {
            all: watch::Sender::new(0),
            stored: watch::Sender::new(0),
            moving: AtomicBool::new(false),
        }
    }

    fn ring_stored(&self) {
        self.stored
            .send_modify(|count| *count = count.wrapping_add(1));
        self.ring_all();
    }

    fn ring_all(&self) {
        self.all.send_modify(|count| *count = count.wrapping_add(1));
    }
}

/// The one thread that writes.
pub(crate) struct Writer(Sender<Order>);

impl Writer {
    /// `in_use` is let go of when the connection is closed.
    pub(crate) fn start(
        connection: Connection,
        bell: Arc<Bell>,
        in_use: Arc<File>,
    ) -> std::io::Result<Writer> {
        let (orders, inbox) = channel();
        std::thread::Builder::new()
            .name("queue-writer".into())
            .spawn(move || {
                write(&connection, &inbox, &bell);
                drop(connection);
                drop(in_use);
            })?;
        Ok(Writer(orders))
    }

    /// Runs `work` in a transaction and returns after the commit.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, QueueError> + Send + 'static,
    ) -> Result<T, QueueError> {
        let (reply, answer) = oneshot::channel();
        let order = order(work, move |result| drop(reply.send(result)));
        self.0.send(order).map_err(|_| QueueError::Closed)?;
        answer.await.map_err(|_| QueueError::Closed)?
    }

    /// Runs `work` in its turn; nobody waits for it.
    pub(crate) fn post(
        &self,
        work: impl FnOnce(&Connection) -> Result<(), QueueError> + Send + 'static,
    ) {
        let told = |result: Result<(), QueueError>| {
            if let Err(error) = result {
                tracing::warn!(%error, "a change of the queue was not stored");
            }
        };
        if self.0.send(order(work, told)).is_err() {
            tracing::warn!("a change of the queue came after its end");
        }
    }
}

/// The thread that reads.
pub(crate) struct Reader(Sender<Question>);

impl Reader {
    /// As [`Writer::start`].
    pub(crate) fn start(connection: Connection, in_use: Arc<File>) -> std::io::Result<Reader> {
        let (orders, inbox) = channel::<Question>();
        std::thread::Builder::new()
            .name("queue-reader".into())
            .spawn(move || {
                for order in inbox {
                    order(&connection);
                }
                drop(connection);
                drop(in_use);
            })?;
        Ok(Reader(orders))
    }

    /// Runs `work` on what is committed.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, QueueError> + Send + 'static,
    ) -> Result<T, QueueError> {
        let (reply, answer) = oneshot::channel();
        let order = Box::new(move |connection: &Connection| drop(reply.send(work(connection))));
        self.0.send(order).map_err(|_| QueueError::Closed)?;
        answer.await.map_err(|_| QueueError::Closed)?
    }
}

/// The work runs in a savepoint of its own, so that a failing order undoes itself and nothing else.
fn order<T: Send + 'static>(
    work: impl FnOnce(&Connection) -> Result<T, QueueError> + Send + 'static,
    reply: impl FnOnce(Result<T, QueueError>) + Send + 'static,
) -> Order {
    Box::new(move |transaction| {
        let result = transaction.and_then(|connection| in_savepoint(connection, work));
        Box::new(move |committed| reply(result.and_then(|value| committed.map(|()| value))))
    })
}

fn in_savepoint<T>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, QueueError>,
) -> Result<T, QueueError> {
    connection.execute_batch("SAVEPOINT work")?;
    let result = work(connection).and_then(|value| {
        connection
            .execute_batch("RELEASE work")
            .map(|()| value)
            .map_err(QueueError::from)
    });
    if result.is_err() && !connection.is_autocommit() {
        // a full disk may have rolled back the whole transaction already: then there is no savepoint
        drop(connection.execute_batch("ROLLBACK TO work; RELEASE work"));
    }
    result
}

fn write(connection: &Connection, inbox: &Receiver<Order>, bell: &Bell) {
    let mut seen = data_version(connection);
    let mut looked_at = Instant::now();
    loop {
        match inbox.recv_timeout(TICK) {
            Ok(first) => {
                if commit(connection, first, inbox) {
                    bell.ring_stored();
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        if looked_at.elapsed() >= TICK {
            looked_at = Instant::now();
            // own commits do not change the number on their own connection
            let current = data_version(connection);
            if current != seen {
                seen = current;
                bell.ring_stored();
            }
            if bell.moving.swap(false, Ordering::Relaxed) {
                bell.ring_all();
            }
        }
    }
}

fn data_version(connection: &Connection) -> Option<i64> {
    connection
        .query_row("PRAGMA data_version", [], |row| row.get(0))
        .ok()
}

/// One commit for everything that waits; true if anything changed.
fn commit(connection: &Connection, first: Order, inbox: &Receiver<Order>) -> bool {
    let before = connection.total_changes();
    let began = connection.execute_batch("BEGIN IMMEDIATE");
    if let Err(error) = began {
        let error = QueueError::from(error);
        first(Err(error.clone()))(Err(error));
        return false;
    }
    let mut answers = vec![first(Ok(connection))];
    while answers.len() < GROUP && !connection.is_autocommit() {
        let Ok(next) = inbox.try_recv() else { break };
        answers.push(next(Ok(connection)));
    }
    crash::of_transaction("before");
    let committed = if connection.is_autocommit() {
        Err(QueueError::DiskFull)
    } else {
        connection.execute_batch("COMMIT").map_err(QueueError::from)
    };
    if committed.is_err() && !connection.is_autocommit() {
        drop(connection.execute_batch("ROLLBACK"));
    }
    crash::of_transaction("after");
    let changed = committed.is_ok() && connection.total_changes() != before;
    for answer in answers {
        answer(committed.clone());
    }
    changed
}
