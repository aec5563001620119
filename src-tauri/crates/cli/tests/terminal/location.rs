//! `--strip-location`: what can be cleaned is, and what cannot is not sent.

use crate::{Terminal, objects, words};

#[test]
fn pictures_are_cleaned_and_what_cannot_be_is_not_sent() {
    let terminal = Terminal::open();
    let picture = terminal.home.path().join("place.png");
    let mut bytes =
        b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1F\x15\xC4\x89"
            .to_vec();
    bytes.extend(b"\0\0\0\x10tEXtComment\0GPS 48.1\0\0\0\0");
    bytes.extend(b"\0\0\0\x0AIDATx\x9Cc\0\x01\0\0\x05\0\x01\x0D\x0A\x2D\xB4\0\0\0\0IEND\xAEB`\x82");
    std::fs::write(&picture, &bytes).unwrap();
    let film = terminal.file("film.mov");
    let arguments = ["upload", "--format", "json", "--strip-location"];
    let paths = [picture.to_str().unwrap(), film.to_str().unwrap()];
    let output = terminal.run(&[&arguments[..], &paths].concat());
    assert_eq!(output.status.code(), Some(1), "{}", words(&output));
    let told = objects(&output);
    assert_eq!(told[0]["state"], "done");
    assert_eq!(told[0]["location_bytes_removed"], 28);
    assert_eq!(told[0]["bytes"], bytes.len() - 28);
    assert_eq!(told[1]["state"], "needs_you");
    assert_eq!(told[1]["error"]["kind"], "location_kept");
    assert_eq!(terminal.stored(), 1);
}
