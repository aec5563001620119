//! The two threads. Work is a closure over the connection; its answer goes back through a channel.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Instant;

use rusqlite::Connection;
use tokio::sync::{oneshot, watch};

use crate::crash;
use crate::error::QueueError;
use crate::store::accounts;
use crate::store::rest::{Rest, TICK};

type Answer = Box<dyn FnOnce(Result<(), QueueError>) + Send>;
/// Without a transaction it gets the reason, and passes it on.
type Work = Box<dyn FnOnce(Result<&Connection, QueueError>) -> Answer + Send>;

/// What comes to the writer.
pub(super) enum Call {
    Work(Order),
    /// Bytes move, or a file of the queue was written to: it is time to look.
    Stir,
}

pub(super) struct Order {
    work: Work,
    /// Whether a power cut after the commit may not undo it.
    firm: bool,
}

type Question = Box<dyn FnOnce(&Connection) + Send>;

/// Orders that one commit may carry.
const GROUP: usize = 256;

/// What the threads tell the rest of the process.
pub(crate) struct Bell {
    /// Every change, moving bytes included.
    pub(crate) all: watch::Sender<u64>,
    /// Changes of the database only.
    pub(crate) stored: watch::Sender<u64>,
    /// Whether everything is locked, as of the last commit that this process knows of.
    pub(crate) locked: watch::Sender<bool>,
    /// Bytes moved since the last tick.
    moving: AtomicBool,
}

impl Bell {
    pub(crate) fn new() -> Bell {
        Bell {
            all: watch::Sender::new(0),
            stored: watch::Sender::new(0),
            locked: watch::Sender::new(false),
            moving: AtomicBool::new(false),
        }
    }

    /// Before anybody hears that something changed, so that a lock is never overlooked for something else.
    fn look_at_lock(&self, connection: &Connection) {
        match accounts::lock_now(connection) {
            Ok(lock) => {
                self.locked
                    .send_if_modified(|known| std::mem::replace(known, lock.locked) != lock.locked);
            }
            Err(error) => tracing::warn!(%error, "it is not known whether Aloft is locked"),
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
pub(crate) struct Writer {
    /// Whoever reports to the writer holds it only while it does: the thread ends with this.
    calls: Arc<Sender<Call>>,
    bell: Arc<Bell>,
}

impl Writer {
    /// `folder` holds the files of `connection`; `in_use` is let go of when it is closed.
    pub(crate) fn start(
        folder: &Path,
        connection: Connection,
        bell: Arc<Bell>,
        in_use: Arc<File>,
    ) -> std::io::Result<Writer> {
        let (calls, inbox) = channel();
        let calls = Arc::new(calls);
        let rest = Rest::new(folder, &calls);
        let rings = Arc::clone(&bell);
        std::thread::Builder::new()
            .name("queue-writer".into())
            .spawn(move || {
                write(&connection, &inbox, &rings, rest);
                drop(connection);
                drop(in_use);
            })?;
        Ok(Writer { calls, bell })
    }

    /// What is told of an upload without a commit changed; the bell rings with the next tick.
    pub(crate) fn moved(&self) {
        if !self.bell.moving.swap(true, Ordering::Relaxed) {
            // After the end there is nobody to tell.
            drop(self.calls.send(Call::Stir));
        }
    }

    /// Runs `work` in a transaction and returns after the commit, with the change on the disk.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, QueueError> + Send + 'static,
    ) -> Result<T, QueueError> {
        self.ordered(work, true).await
    }

    /// As [`Writer::run`], for what may be forgotten in a power cut, and only in that, until something firm is written:
    /// it does not wait for the disk.
    pub(crate) async fn run_lightly<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, QueueError> + Send + 'static,
    ) -> Result<T, QueueError> {
        self.ordered(work, false).await
    }

    async fn ordered<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, QueueError> + Send + 'static,
        firm: bool,
    ) -> Result<T, QueueError> {
        let (reply, answer) = oneshot::channel();
        let work = prepared(work, move |result| drop(reply.send(result)));
        let order = Order { work, firm };
        self.calls
            .send(Call::Work(order))
            .map_err(|_| QueueError::Closed)?;
        answer.await.map_err(|_| QueueError::Closed)?
    }

    /// Runs `work` in its turn and as lightly as [`Writer::run_lightly`]; nobody waits for it.
    pub(crate) fn post(
        &self,
        work: impl FnOnce(&Connection) -> Result<(), QueueError> + Send + 'static,
    ) {
        let told = |result: Result<(), QueueError>| {
            if let Err(error) = result {
                tracing::warn!(%error, "a change of the queue was not stored");
            }
        };
        let work = prepared(work, told);
        let order = Order { work, firm: false };
        if self.calls.send(Call::Work(order)).is_err() {
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
fn prepared<T: Send + 'static>(
    work: impl FnOnce(&Connection) -> Result<T, QueueError> + Send + 'static,
    reply: impl FnOnce(Result<T, QueueError>) + Send + 'static,
) -> Work {
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

fn write(connection: &Connection, inbox: &Receiver<Call>, bell: &Bell, mut rest: Rest) {
    bell.look_at_lock(connection);
    let mut seen = data_version(connection);
    let mut looked_at = Instant::now();
    let mut patience = TICK;
    loop {
        match inbox.recv_timeout(patience) {
            Ok(Call::Work(first)) => {
                rest.stir();
                if commit(connection, first, inbox, bell) {
                    bell.ring_stored();
                }
            }
            Ok(Call::Stir) => rest.stir(),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        if looked_at.elapsed() >= TICK {
            looked_at = Instant::now();
            // own commits do not change the number on their own connection
            let current = data_version(connection);
            if current != seen {
                seen = current;
                rest.stir();
                bell.look_at_lock(connection);
                bell.ring_stored();
            }
            if bell.moving.swap(false, Ordering::Relaxed) {
                bell.ring_all();
            }
        }
        patience = rest.patience();
    }
}

fn data_version(connection: &Connection) -> Option<i64> {
    connection
        .query_row("PRAGMA data_version", [], |row| row.get(0))
        .ok()
}

/// One commit for everything that waits; true if anything changed.
fn commit(connection: &Connection, first: Order, inbox: &Receiver<Call>, bell: &Bell) -> bool {
    let mut orders = vec![first];
    while orders.len() < GROUP
        && let Ok(next) = inbox.try_recv()
    {
        match next {
            Call::Work(order) => orders.push(order),
            // the next tick looks in any case
            Call::Stir => {}
        }
    }
    let before = connection.total_changes();
    let firm = orders.iter().any(|order| order.firm);
    let mut transaction = begin(connection, firm);
    let mut answers = Vec::with_capacity(orders.len());
    for order in orders {
        answers.push((order.work)(transaction.clone().map(|()| connection)));
        if transaction.is_ok() && connection.is_autocommit() {
            // the disk is full, and nothing of this group was kept
            transaction = Err(QueueError::DiskFull);
        }
    }
    crash::of_transaction("before");
    let committed =
        transaction.and_then(|()| connection.execute_batch("COMMIT").map_err(QueueError::from));
    if committed.is_err() && !connection.is_autocommit() {
        drop(connection.execute_batch("ROLLBACK"));
    }
    crash::of_transaction("after");
    let changed = committed.is_ok() && connection.total_changes() != before;
    if changed {
        bell.look_at_lock(connection);
    }
    for answer in answers {
        answer(committed.clone());
    }
    changed
}

/// With FULL a commit waits for the disk. With NORMAL it does not, and the next one with FULL waits for both.
fn begin(connection: &Connection, firm: bool) -> Result<(), QueueError> {
    let synchronous = if firm { "FULL" } else { "NORMAL" };
    connection.pragma_update(None, "synchronous", synchronous)?;
    Ok(connection.execute_batch("BEGIN IMMEDIATE")?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NORMAL: i64 = 1;
    const FULL: i64 = 2;

    fn synchronous(connection: &Connection) -> Result<i64, QueueError> {
        Ok(connection.query_row("PRAGMA synchronous", [], |row| row.get(0))?)
    }

    fn writer(folder: &tempfile::TempDir) -> Writer {
        let connection = Connection::open(folder.path().join("queue.db")).unwrap();
        connection
            .pragma_update(None, "journal_mode", "WAL")
            .unwrap();
        let in_use = Arc::new(File::create(folder.path().join("in-use.lock")).unwrap());
        Writer::start(folder.path(), connection, Arc::new(Bell::new()), in_use).unwrap()
    }

    #[tokio::test]
    async fn a_commit_waits_for_the_disk_where_one_of_its_orders_must() {
        let folder = tempfile::tempdir().unwrap();
        let writer = writer(&folder);
        assert_eq!(writer.run(synchronous).await.unwrap(), FULL);
        assert_eq!(writer.run_lightly(synchronous).await.unwrap(), NORMAL);

        // both wait until the thread is through with this one, and are committed together
        let (go, gone) = channel::<()>();
        let held = writer.run_lightly(move |_| Ok(gone.recv().is_ok()));
        let together = async {
            let (light, firm) = (writer.run_lightly(synchronous), writer.run(synchronous));
            let both = async { tokio::join!(light, firm) };
            let release = async { go.send(()).unwrap() };
            tokio::join!(both, release).0
        };
        let (held, (light, firm)) = tokio::join!(held, together);
        assert!(held.unwrap());
        assert_eq!((light.unwrap(), firm.unwrap()), (FULL, FULL));
    }

    #[tokio::test]
    async fn an_order_that_fails_takes_no_other_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let writer = writer(&folder);
        let made = writer.run(|c| Ok(c.execute_batch("CREATE TABLE t (n)")?));
        let good = writer.run(|c| Ok(c.execute("INSERT INTO t VALUES (1)", [])?));
        let bad = writer.run(|c| {
            c.execute("INSERT INTO t VALUES (2)", [])?;
            Err::<(), _>(QueueError::NoSuchBatch)
        });
        let (made, good, bad) = tokio::join!(made, good, bad);
        made.unwrap();
        good.unwrap();
        assert!(matches!(bad, Err(QueueError::NoSuchBatch)));
        let sum = "SELECT sum(n) FROM t";
        let sum = writer.run(move |c| Ok(c.query_row(sum, [], |row| row.get::<_, i64>(0))?));
        assert_eq!(sum.await.unwrap(), 1);
    }
}
