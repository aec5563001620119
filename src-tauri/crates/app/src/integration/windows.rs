//! What Windows Explorer reads: a shortcut in “Send to”, and a verb of this user for files and folders.
//!
//! Nobody has run this on Windows. What is done there is said by its own tools, `reg` and PowerShell, so that every line
//! of it is a value that is looked at here.

use super::{Content, Entry, MARK, Place, Surroundings, What};
use crate::words::entry;

pub(super) fn entries(around: &Surroundings, program: &str) -> Vec<Entry> {
    let shortcut = ["Microsoft", "Windows", "SendTo", "Aloft.lnk"]
        .into_iter()
        .fold(around.data.clone(), |path, part| path.join(part));
    let verb = |what, class: &str| Entry {
        what,
        place: Place::Key(format!(r"HKCU\Software\Classes\{class}\shell\Aloft")),
        content: Content::Verb {
            icon: format!("{program},0"),
            command: format!("\"{program}\" \"%1\""),
        },
    };
    vec![
        Entry {
            what: What::SendTo,
            place: Place::File(shortcut),
            content: Content::Shortcut {
                target: program.to_owned(),
            },
        },
        verb(What::FileVerb, "*"),
        verb(What::FolderVerb, "Directory"),
    ]
}

/// The calls of `reg` that write a verb, in order. The mark comes first: what is written in part is ours.
pub(super) fn writing(key: &str, icon: &str, command: &str) -> Vec<Vec<String>> {
    let set = |key: &str, name: Option<&str>, value: &str| {
        let name = name.map_or_else(|| vec!["/ve"], |name| vec!["/v", name]);
        let words = ["add", key].into_iter().chain(name);
        words
            .chain(["/t", "REG_SZ", "/d", value, "/f"])
            .map(str::to_owned)
            .collect()
    };
    vec![
        set(key, Some("Aloft"), MARK),
        // The registry holds one name; it is in the language that is spoken when it is written.
        set(key, None, &entry::upload().to_string()),
        set(key, Some("Icon"), icon),
        // Also for more than fifteen files.
        set(key, Some("MultiSelectModel"), "Player"),
        set(&format!(r"{key}\command"), None, command),
    ]
}

/// The call of `reg` that tells what a verb is; it fails where there is none.
pub(super) fn reading(key: &str) -> Vec<String> {
    ["query", key, "/s"].map(str::to_owned).into()
}

/// The call of `reg` that takes a verb away.
pub(super) fn removing(key: &str) -> Vec<String> {
    ["delete", key, "/f"].map(str::to_owned).into()
}

/// The script that makes a shortcut. What differs comes in the environment, so that nothing needs quoting.
pub(super) const MAKE_SHORTCUT: &str = "$link = (New-Object -ComObject WScript.Shell).CreateShortcut($env:ALOFT_LINK); \
    $link.TargetPath = $env:ALOFT_TARGET; $link.Description = $env:ALOFT_MARK; $link.Save()";

/// Whether a shortcut's bytes hold `text`, in either of the two forms that such a file has.
pub(super) fn holds(bytes: &[u8], text: &str) -> bool {
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    [text.as_bytes(), &wide]
        .iter()
        .any(|wanted| bytes.windows(wanted.len()).any(|part| part == *wanted))
}
