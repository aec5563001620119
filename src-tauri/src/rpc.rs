//! The main window's two commands. Everything that the page can ask for goes through the one
//! typed contract in `app`.

use std::sync::Mutex;

use app::Aloft;
use app::contract::{Event, Problem, dispatch};
use serde_json::Value;
use tauri::State;
use tauri::async_runtime::JoinHandle;
use tauri::ipc::Channel;

/// The task that forwards events to the page; a reload replaces it.
#[derive(Default)]
pub(crate) struct Subscription(Mutex<Option<JoinHandle<()>>>);

#[tauri::command]
pub(crate) async fn rpc(
    aloft: State<'_, Aloft>,
    name: String,
    request: Option<Value>,
) -> Result<Value, Problem> {
    dispatch(&*aloft, &name, request.unwrap_or(Value::Null)).await
}

#[tauri::command]
pub(crate) async fn subscribe(
    aloft: State<'_, Aloft>,
    subscription: State<'_, Subscription>,
    channel: Channel<Event>,
) -> Result<(), Problem> {
    let mut events = aloft.events();
    let task = tauri::async_runtime::spawn(async move {
        while let Some(event) = events.next().await {
            if channel.send(event).is_err() {
                break;
            }
        }
    });
    let previous = subscription.0.lock().map(|mut held| held.replace(task));
    if let Ok(Some(previous)) = previous {
        previous.abort();
    }
    Ok(())
}
