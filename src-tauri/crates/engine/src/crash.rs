//! Named places at which a test lets the whole process die, to prove that the next one loses nothing and sends nothing
//! twice. Without the feature `crash-points`, which only the crash suite switches on, nothing of this is compiled.
//!
//! `crash/points.txt` lists every place. A process that passes a place that is not listed, or commits a transaction that
//! says nothing of what it holds, ends with code 86: so the list is whole, and the suite dies once at each of its lines.
//!
//! `ALOFT_CRASH_AT=name` or `name:n` aborts the process at the first or n-th passage.

#[cfg(all(feature = "crash-points", not(debug_assertions)))]
compile_error!("crash points are for the crash suite: no release build has them");

#[cfg(feature = "crash-points")]
pub(crate) use armed::{holds, of_transaction, point, surrounded};
#[cfg(not(feature = "crash-points"))]
pub(crate) use disarmed::{holds, of_transaction, point, surrounded};

#[cfg(not(feature = "crash-points"))]
mod disarmed {
    use std::sync::Arc;

    use crate::transport::Transport;

    pub(crate) const fn point(_name: &str) {}

    pub(crate) fn holds(_what: impl FnOnce() -> String) {}

    pub(crate) const fn of_transaction(_when: &str) {}

    pub(crate) fn surrounded(transport: Arc<dyn Transport>) -> Arc<dyn Transport> {
        transport
    }
}

#[cfg(feature = "crash-points")]
mod armed {
    use std::cell::RefCell;
    use std::collections::{BTreeSet, HashMap};
    use std::sync::{Arc, Mutex, PoisonError};

    use async_trait::async_trait;

    use crate::failure::Failure;
    use crate::receipt::Receipt;
    use crate::transport::{Answer, Candidate, Flow, Part, Transport, Wanted};

    const POINTS: &str = include_str!("crash/points.txt");
    const NOT_LISTED: i32 = 86;

    thread_local! {
        /// What the writer's open transaction holds.
        static HELD: RefCell<BTreeSet<String>> = RefCell::default();
    }

    /// A place is passed.
    pub(crate) fn point(name: &str) {
        static PASSED: Mutex<Option<HashMap<String, usize>>> = Mutex::new(None);
        if !POINTS.lines().any(|listed| listed == name) {
            tracing::error!("the crash point {name} is not in crash/points.txt");
            std::process::exit(NOT_LISTED);
        }
        let mut passed = PASSED.lock().unwrap_or_else(PoisonError::into_inner);
        let count = passed
            .get_or_insert_default()
            .entry(name.to_owned())
            .or_default();
        *count += 1;
        let Ok(wanted) = std::env::var("ALOFT_CRASH_AT") else {
            return;
        };
        let (wanted, nth) = wanted.split_once(':').unwrap_or((&wanted, "1"));
        if wanted == name && nth.parse() == Ok(*count) {
            std::process::abort();
        }
    }

    /// The transaction of this thread holds one more thing.
    pub(crate) fn holds(what: impl FnOnce() -> String) {
        HELD.with_borrow_mut(|held| held.insert(what()));
    }

    /// Passes one place for each thing that the transaction of this thread holds.
    pub(crate) fn of_transaction(when: &str) {
        let mut held = HELD.with_borrow(BTreeSet::clone);
        if held.is_empty() {
            held.insert("of-something-unnamed".to_owned());
        }
        for what in &held {
            point(&format!("commit.{what}.{when}"));
        }
        if when == "after" {
            HELD.take();
        }
    }

    /// Puts a place before and after each request.
    pub(crate) fn surrounded(transport: Arc<dyn Transport>) -> Arc<dyn Transport> {
        Arc::new(Surrounded(transport))
    }

    struct Surrounded(Arc<dyn Transport>);

    #[async_trait]
    impl Transport for Surrounded {
        async fn send(&self, part: Part, flow: Arc<dyn Flow>) -> Result<Answer, Failure> {
            let what = match &part.chunk {
                None => "file",
                Some(chunk) if chunk.first == 0 => "first-chunk",
                Some(chunk) if chunk.last + 1 == chunk.total => "last-chunk",
                Some(_) => "chunk",
            };
            around(&format!("send.{what}"), self.0.send(part, flow)).await
        }

        async fn find(&self, what: &Wanted) -> Result<Option<Receipt>, Failure> {
            around("find", self.0.find(what)).await
        }

        async fn admits(&self, file: &Candidate) -> Result<(), Failure> {
            self.0.admits(file).await
        }

        async fn link_answers(&self, url: &str) -> Result<bool, Failure> {
            around("link", self.0.link_answers(url)).await
        }
    }

    async fn around<T>(
        what: &str,
        request: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        point(&format!("request.{what}.before"));
        let answer = request.await;
        let came = if answer.is_ok() { "answer" } else { "failure" };
        point(&format!("request.{what}.{came}"));
        answer
    }
}
