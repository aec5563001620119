//! A widget script that is an attacker: it tries everything it can reach, and gets only refusals.

use std::io::Read;
use std::net::{TcpListener, UdpSocket};

use sandbox::{Config, WidgetMode};
use serde_json::Value;

use crate::desk::Desk;
use crate::window::Window;

/// What the attacker's report says beside its attempts.
const NOT_ATTEMPTS: [&str; 7] = [
    "origin",
    "finished",
    "bridgeFinished",
    "clicked",
    "clickedLeaveTop",
    "clickedLeaveSelf",
    "stillHere",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_hostile_widget_script_gets_nothing() {
    let mut desk = Desk::start();
    // The sandbox of this home is run by the test, so that its widget can be hostile; the program
    // finds it running and uses it.
    let mut config = Config::new(desk.aloft_home().join("data/sandbox"));
    config.widget = WidgetMode::Hostile;
    let sandbox = sandbox::start(config).await.unwrap();

    let window = Window::open(&mut desk).await;
    window.try_sandbox().await;
    window.open_widget(&desk).await;
    let bridge = window.client.current_url().await.unwrap();

    window.css("iframe").await.enter_frame().await.unwrap();
    let report = report_where(&desk, &window, |report| {
        report["finished"] == true && report["bridgeFinished"] == true
    })
    .await;
    let attempts: Vec<_> = report
        .as_object()
        .unwrap()
        .iter()
        .filter(|(name, _)| !NOT_ATTEMPTS.contains(&name.as_str()))
        .collect();
    assert!(
        attempts.len() >= 44,
        "the attacker did not try enough: {report}"
    );
    let worked: Vec<_> = attempts
        .iter()
        .filter(|(_, outcome)| **outcome == true)
        .collect();
    assert!(worked.is_empty(), "{worked:?}");
    let asked = report["bridge"].as_object().unwrap();
    assert!(asked.len() >= 20, "{asked:?}");
    let signed: Vec<_> = asked
        .iter()
        .filter(|(_, answer)| {
            answer
                .as_str()
                .is_some_and(|text| text.starts_with("signed"))
        })
        .collect();
    assert!(signed.is_empty(), "{signed:?}");

    // Some doors open only for a gesture: real clicks of a real mouse inside the frame, on its bait,
    // on its link that leads the whole window away, and on its button that leads itself away.
    desk.click_in("Upload widget", 0.5, 0.5);
    let report = report_where(&desk, &window, |report| report["clicked"] == true).await;
    assert_ne!(report["clickPopup"], true);
    desk.click_in("Upload widget", 0.9, 0.9);
    report_where(&desk, &window, |report| report["clickedLeaveTop"] == true).await;
    let doors = QuietDoors::offer(&window).await;
    desk.click_in("Upload widget", 0.1, 0.9);
    report_where(&desk, &window, |report| {
        report["clickedLeaveSelf"] == true && report["stillHere"] == true
    })
    .await;
    doors.assert_silent();
    window.client.enter_parent_frame().await.unwrap();

    window.find("bridge-refusal").await;
    assert_eq!(
        window.client.current_url().await.unwrap(),
        bridge,
        "our page was navigated away"
    );
    assert_eq!(
        window.client.windows().await.unwrap().len(),
        2,
        "a window was opened"
    );
    window.photograph(&desk, "^Upload widget", "hostile");
    window.switch_to(&desk, "/").await;
    let rows = window
        .client
        .find_all(fantoccini::Locator::Css("[data-testid='job-row']"))
        .await
        .unwrap();
    assert!(rows.is_empty(), "the forged success made a row");
    assert_eq!(sandbox.exfiltrated(), Vec::<String>::new());
    window.close().await;
    sandbox.stop().await;
}

/// Ways out that leave no trace in a page, and none at a server either: a connection without a request, and a datagram.
struct QuietDoors {
    connection: TcpListener,
    datagram: UdpSocket,
}

impl QuietDoors {
    /// Lets a script in the foreign frame try them.
    async fn offer(window: &Window) -> Self {
        let connection = TcpListener::bind("127.0.0.1:0").unwrap();
        let datagram = UdpSocket::bind("127.0.0.1:0").unwrap();
        connection.set_nonblocking(true).unwrap();
        datagram.set_nonblocking(true).unwrap();
        let ports = [connection.local_addr(), datagram.local_addr()];
        let ports = ports.map(|address| Value::from(address.unwrap().port()));
        let script = r"
            const link = document.createElement('link')
            Object.assign(link, { rel: 'preconnect', href: `http://127.0.0.1:${arguments[0]}` })
            document.head.append(link)
            if (!window.RTCPeerConnection) return
            const peer = new RTCPeerConnection({ iceServers: [{ urls: `stun:127.0.0.1:${arguments[1]}` }] })
            peer.createDataChannel('out')
            peer.createOffer().then((offer) => peer.setLocalDescription(offer))
        ";
        window.client.execute(script, ports.to_vec()).await.unwrap();
        Self {
            connection,
            datagram,
        }
    }

    /// A policy has no word for `preconnect`: on WebKitGTK the connection is opened. Nothing may be said on it.
    fn assert_silent(&self) {
        if let Ok((mut connection, from)) = self.connection.accept() {
            connection.set_nonblocking(true).unwrap();
            let said = connection.read(&mut [0; 64]).unwrap_or(0);
            assert_eq!(said, 0, "{from} said something");
        }
        let received = self.datagram.recv_from(&mut [0; 64]);
        assert!(received.is_err(), "a datagram: {received:?}");
    }
}

/// The attacker's own report, once it looks like this.
async fn report_where(desk: &Desk, window: &Window, wanted: impl Fn(&Value) -> bool) -> Value {
    let found = std::sync::Mutex::new(Value::Null);
    let (found_by, wanted) = (&found, &wanted);
    desk.until_async("the attacker's report", || async move {
        let html = window.css("html").await;
        let text = html
            .attr("data-hostile-report")
            .await
            .unwrap()
            .unwrap_or_default();
        let report: Value = serde_json::from_str(&text).unwrap_or_default();
        let is_wanted = wanted(&report);
        *found_by.lock().unwrap() = report;
        is_wanted
    })
    .await;
    found.into_inner().unwrap()
}
