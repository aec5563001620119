//! A frame in the widget window that got hold of the key with which our own page calls the program. On Linux any frame may post
//! to the program, and with the key it is taken for the page at the top. What stops it there is tried here in the real program.

use serde_json::{Value, json};

use crate::desk::Desk;
use crate::window::Window;

/// The commands of the widget window's own page.
const OURS: [&str; 3] = ["sign_params", "widget_session", "widget_report"];
/// What no page in this window may call.
const OTHERS: [&str; 4] = ["rpc", "subscribe", "secret_submit", "plugin:event|listen"];

#[tokio::test(flavor = "multi_thread")]
async fn a_frame_with_the_stolen_key_gets_refusals() {
    let mut desk = Desk::start();
    let window = Window::open(&mut desk).await;
    window.try_sandbox().await;
    window.open_widget(&desk).await;

    // The page is there when its frame is.
    window.css("iframe").await;
    let key = steal(&window).await;
    assert!(key.len() > 8, "no key: {key:?}");
    let commands: Vec<&str> = OURS.into_iter().chain(OTHERS).collect();
    // Our foreign frame, and in it the widget's own, which is a page from elsewhere.
    for (frame, inside) in [
        ("foreign", None),
        ("widget", Some("iframe[data-test='uw-iframe']")),
    ] {
        let calls = window
            .client
            .execute(LISTEN, vec![json!(frame), json!(commands)])
            .await
            .unwrap();
        window.css("iframe").await.enter_frame().await.unwrap();
        if let Some(inside) = inside {
            window.css(inside).await.enter_frame().await.unwrap();
        }
        let arguments = vec![json!(key), calls, json!(payload())];
        let by_scheme = window.client.execute_async(CALL, arguments).await.unwrap();
        if inside.is_some() {
            window.client.enter_parent_frame().await.unwrap();
        }
        window.client.enter_parent_frame().await.unwrap();

        let answers = answers(&desk, &window, frame, commands.len()).await;
        for command in OURS {
            let answer = &answers[command];
            assert_eq!(answer["how"], "refused", "{frame} {command}: {answer}");
            assert_eq!(
                answer["answer"]["kind"], "not_signed",
                "{frame} {command}: {answer}"
            );
            let words = answer["answer"]["message"].as_str().unwrap();
            assert!(
                words.contains("other than the widget window's own page"),
                "{words}"
            );
        }
        for command in OTHERS {
            let answer = &answers[command];
            assert_eq!(answer["how"], "refused", "{frame} {command}: {answer}");
            let words = answer["answer"].as_str().unwrap();
            assert!(words.contains("not allowed"), "{frame} {command}: {words}");
        }
        // The other way in is shut by our policy in our frame, and in the widget's own by where the engine says it comes from.
        for (command, outcome) in by_scheme.as_object().unwrap() {
            let words = outcome["words"].as_str().unwrap();
            let is_shut = match inside {
                None => outcome["how"] == "blocked",
                Some(_) => outcome["how"] == "error" && words.contains("not allowed"),
            };
            assert!(is_shut, "{frame} {command}: {outcome}");
        }
        assert_eq!(by_scheme.as_object().unwrap().len(), commands.len());
    }

    // It was the frame that was refused: what it asked for is signed for our own page.
    let signed = window
        .client
        .execute_async(SIGN, vec![payload()])
        .await
        .unwrap();
    assert_eq!(
        signed["signature"].as_str().map(str::len),
        Some(40),
        "{signed}"
    );
    window.close().await;
}

fn payload() -> Value {
    let now = std::time::SystemTime::now();
    let now = now.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    json!({ "request": { "paramsToSign": {
        "timestamp": now, "source": "uw", "use_filename": true, "unique_filename": true,
    } } })
}

/// Reads the key as a script in our page could: none is there, so the test is that script.
async fn steal(window: &Window) -> String {
    let stolen = window.client.execute_async(STEAL, vec![]).await.unwrap();
    stolen.as_str().unwrap_or_default().to_owned()
}

/// What the program answered to this frame; answers go to the page at the top.
async fn answers(desk: &Desk, window: &Window, frame: &str, count: usize) -> Value {
    let found = std::sync::Mutex::new(Value::Null);
    let found_by = &found;
    desk.until_async("the program's answers", || async move {
        let script = "return window.answers[arguments[0]]";
        let answers = window
            .client
            .execute(script, vec![json!(frame)])
            .await
            .unwrap();
        let all = answers
            .as_object()
            .is_some_and(|answers| answers.len() == count);
        *found_by.lock().unwrap() = answers;
        all
    })
    .await;
    found.into_inner().unwrap()
}

const STEAL: &str = r"
    const done = arguments[arguments.length - 1]
    const real = window.fetch
    let key = ''
    window.answers = {}
    window.fetch = (...all) => {
        key = new Headers(all[1].headers).get('Tauri-Invoke-Key')
        return real(...all)
    }
    const end = () => {
        window.fetch = real
        done(key)
    }
    window.__TAURI_INTERNALS__.invoke('widget_session').then(end, end)
";

const LISTEN: &str = r"
    const [frame, commands] = arguments
    const answers = (window.answers[frame] = {})
    const note = (command, how) =>
        window.__TAURI_INTERNALS__.transformCallback((answer) => { answers[command] = { how, answer } }, true)
    return commands.map((command) => [command, note(command, 'done'), note(command, 'refused')])
";

const CALL: &str = r"
    const [key, calls, payload] = arguments
    const done = arguments[arguments.length - 1]
    // Each in a shape that would be carried out.
    const sent = (cmd) => (cmd === 'widget_report' ? { request: { kind: 'closed' } } : payload)
    for (const [cmd, callback, error] of calls) {
        const message = { cmd, callback, error, payload: sent(cmd), options: {}, __TAURI_INVOKE_KEY__: key }
        window.webkit.messageHandlers.ipc.postMessage(JSON.stringify(message))
    }
    const asked = calls.map(async ([command]) => {
        const headers = { 'Content-Type': 'application/json', 'Tauri-Callback': '1', 'Tauri-Error': '2', 'Tauri-Invoke-Key': key }
        const address = `ipc://localhost/${encodeURIComponent(command)}`
        try {
            const response = await fetch(address, { method: 'POST', headers, body: JSON.stringify(sent(command)) })
            return [command, { how: response.headers.get('Tauri-Response'), status: response.status, words: await response.text() }]
        } catch (refused) {
            return [command, { how: 'blocked', words: String(refused) }]
        }
    })
    Promise.all(asked).then((all) => done(Object.fromEntries(all)))
";

const SIGN: &str = r"
    const done = arguments[arguments.length - 1]
    window.__TAURI_INTERNALS__.invoke('sign_params', arguments[0]).then(done, done)
";
