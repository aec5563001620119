//! What a Linux desktop reads: a launcher with its icon, a script for GNOME Files, a service menu for Dolphin.

use std::path::PathBuf;

use super::quoting::{desktop_string, exec_line, exec_program, shell_word};
use super::{Content, Entry, MARK, Place, Surroundings, What};
use crate::language::Language;
use crate::words::entry;

/// The package's launcher is made from the same text, see `bundle.linux` in `tauri.conf.json`.
const LAUNCHER: &str = include_str!("../../../../aloft.desktop");
const SCRIPT: &str = include_str!("nautilus.sh");
const ICON: &str = include_str!("../../../../../icons/app.svg");

/// Where the launcher is. Packages call it so too (tauri-bundler: `<product name>.desktop`): of two with one name the
/// user's counts, and nothing stands in a menu twice.
pub(super) const LAUNCHER_PLACE: &str = "applications/Aloft.desktop";

/// The pictures and films that “Open with” offers Aloft for, as shared-mime-info names them.
pub(super) const MEDIA: [&str; 26] = [
    "image/apng",
    "image/avif",
    "image/bmp",
    "image/gif",
    "image/heic",
    "image/heif",
    "image/jpeg",
    "image/jxl",
    "image/png",
    "image/svg+xml",
    "image/tiff",
    "image/vnd.adobe.photoshop",
    "image/vnd.microsoft.icon",
    "image/webp",
    "image/x-adobe-dng",
    "video/3gpp",
    "video/mp2t",
    "video/mp4",
    "video/mpeg",
    "video/ogg",
    "video/quicktime",
    "video/webm",
    "video/x-flv",
    "video/x-matroska",
    "video/x-ms-wmv",
    "video/x-msvideo",
];

pub(super) fn entries(around: &Surroundings, program: &str) -> Vec<Entry> {
    let file = |what, place: &str, executable, text| Entry {
        what,
        place: Place::File(around.data.join(place)),
        content: Content::Text { text, executable },
    };
    vec![
        file(
            What::Icon,
            "icons/hicolor/scalable/apps/aloft-desktop.svg",
            false,
            icon(),
        ),
        file(
            What::Launcher,
            LAUNCHER_PLACE,
            false,
            launcher(around, program),
        ),
        file(
            What::Nautilus,
            // One name for all languages: in another one later, it would be a second script.
            "nautilus/scripts/Upload with Aloft",
            true,
            SCRIPT
                .replace("{{mark}}", MARK)
                .replace("{{program}}", &shell_word(program)),
        ),
        // Read by KDE's frameworks from 5.85 on; a user's own must be executable.
        file(
            What::Dolphin,
            "kio/servicemenus/aloft.desktop",
            true,
            service_menu(program),
        ),
    ]
}

/// The user's own launchers.
pub(super) fn applications(around: &Surroundings) -> PathBuf {
    around.data.join("applications")
}

fn icon() -> String {
    let comment = format!("<!-- {MARK} -->\n");
    match ICON.split_once(">\n") {
        Some((opening, rest)) => format!("{opening}>\n  {comment}{rest}"),
        None => format!("{comment}{ICON}"),
    }
}

fn launcher(around: &Surroundings, program: &str) -> String {
    let text = format!("# {MARK}\n{LAUNCHER}")
        .replace("{{name}}", "Aloft")
        .replace(
            "{{comment}}",
            &entry::comment().in_language(Language::English),
        )
        .replace("{{exec}}", &exec_program(program))
        .replace("{{icon}}", "aloft-desktop");
    // What is the launcher's own stands before its actions.
    let (launcher, actions) = text.split_once("\n\n").unwrap_or((&text, ""));
    let mut own = format!("{launcher}\nTryExec={}\n", desktop_string(program));
    // A program in the user's own folder is what a double click starts, unless one was chosen for the type. A double
    // click must not upload.
    let types: Vec<&str> = MEDIA
        .into_iter()
        .filter(|kind| around.chosen.contains(*kind))
        .collect();
    if !types.is_empty() {
        own.push_str(&format!("MimeType={};\n", types.join(";")));
    }
    format!("{own}\n{actions}")
}

fn service_menu(program: &str) -> String {
    let names: String = Language::ALL.map(upload_in).concat();
    format!(
        "# {MARK}
[Desktop Entry]
Type=Service
Name=Aloft
X-KDE-ServiceTypes=KonqPopupMenu/Plugin
X-KDE-Protocols=file
MimeType=application/octet-stream;inode/directory;
TryExec={}
Actions=upload;

[Desktop Action upload]
{names}Icon=aloft-desktop
Exec={}
",
        desktop_string(program),
        exec_line(program),
    )
}

/// The line that names the menu's item in a language; the one without a code is for all others.
fn upload_in(language: Language) -> String {
    let code = match language {
        Language::English => String::new(),
        Language::German | Language::Spanish | Language::Japanese | Language::Arabic => {
            format!("[{}]", language.code())
        }
    };
    format!("Name{code}={}\n", entry::upload().in_language(language))
}
