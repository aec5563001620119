//! The main window's two commands. Everything that the page can ask for goes through the one
//! typed contract in `app`.

use std::sync::Mutex;

use app::contract::{Event, Problem, ProblemKind, dispatch};
use app::{Aloft, words};
use serde_json::Value;
use tauri::async_runtime::JoinHandle;
use tauri::ipc::Channel;
use tauri::{AppHandle, Manager, Runtime, State};
use tokio::sync::Notify;

/// The task that forwards events to the page; a reload replaces it.
#[derive(Default)]
pub(crate) struct Subscription {
    task: Mutex<Option<JoinHandle<()>>>,
    begun: Notify,
}

impl Subscription {
    /// Returns when the page has asked for events once.
    pub(crate) async fn begun(&self) {
        self.begun.notified().await;
    }

    fn replace(&self, task: JoinHandle<()>) {
        let previous = self.task.lock().map(|mut held| held.replace(task));
        if let Ok(Some(previous)) = previous {
            previous.abort();
        }
        self.begun.notify_one();
    }
}

#[tauri::command]
pub(crate) async fn rpc<R: Runtime>(
    handle: AppHandle<R>,
    name: String,
    request: Option<Value>,
) -> Result<Value, Problem> {
    dispatch(&opened(&handle)?, &name, request.unwrap_or(Value::Null)).await
}

#[tauri::command]
pub(crate) async fn subscribe<R: Runtime>(
    handle: AppHandle<R>,
    subscription: State<'_, Subscription>,
    channel: Channel<Event>,
) -> Result<(), Problem> {
    let mut events = opened(&handle)?.events();
    subscription.replace(tauri::async_runtime::spawn(async move {
        while let Some(event) = events.next().await {
            if channel.send(event).is_err() {
                break;
            }
        }
    }));
    Ok(())
}

/// The program. Where it could not be opened there is a window, but nothing behind it; a dialog says why.
fn opened<R: Runtime>(handle: &AppHandle<R>) -> Result<Aloft, Problem> {
    let aloft = handle.try_state::<Aloft>();
    aloft.map(|aloft| aloft.inner().clone()).ok_or_else(|| {
        Problem::new(
            ProblemKind::Internal,
            words::problem::queue_not_opened(),
            words::hint::doctor(),
        )
    })
}
