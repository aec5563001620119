//! A start that cannot work: the reason reaches the user, wherever the program was started from.

use std::io::Read;
use std::process::Stdio;

use acceptance::given_path;

use crate::desk::Desk;

#[test]
fn a_folder_that_cannot_be_used_is_said_and_not_a_panic() {
    let desk = Desk::start();
    std::fs::create_dir(desk.aloft_home()).unwrap();
    std::fs::write(desk.aloft_home().join("data"), "a file, not a folder").unwrap();
    let mut program = desk
        .command(given_path("ALOFT_DESKTOP"))
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    desk.until("a dialog says that Aloft cannot start", |desk| {
        let title = |window: &String| window.contains("Aloft cannot start");
        desk.windows().iter().any(title)
    });
    desk.press("Return");
    assert_eq!(program.wait().unwrap().code(), Some(1));
    let mut said = String::new();
    program
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    assert!(
        said.contains("data") && !said.contains("panicked"),
        "{said}"
    );
}
