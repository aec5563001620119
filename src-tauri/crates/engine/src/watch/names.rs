//! Names that are not a file's last: a watch leaves them alone, and the file is met again under its own name.
//!
//! Names that begin with a dot are hidden, and [`scan`](crate::scan) passes over them by itself; with them go the
//! swap files of vim (`.name.swp`), the locks of LibreOffice (`.~lock.name#`) and Emacs (`.#name`), the temporary names of
//! rsync (`.name.AbCdEf`), GLib (`.goutputstream-…`), NFS (`.nfs…`) and Android (`.pending-…`).

use std::path::{Component, Path};

/// Why a name is left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ignored {
    /// A program still receives it.
    Unfinished,
    /// An editor or office program saves through it, locks with it or keeps a backup in it.
    Editors,
    /// It is the system's own.
    Systems,
}

use Ignored::{Editors, Systems, Unfinished};

/// How a rule looks at a name; compared without regard to case.
#[derive(Clone, Copy)]
enum Rule {
    Ends(&'static str),
    Begins(&'static str),
    /// Begins and ends with it.
    Within(&'static str),
    Is(&'static str),
    /// Stands somewhere in it.
    Holds(&'static str),
}

use Rule::{Begins, Ends, Holds, Is, Within};

/// Every rule with its reason, and whose name it is.
const RULES: &[(Rule, Ignored)] = &[
    (Ends(".part"), Unfinished),       // Firefox, curl, yt-dlp, KDE, ownCloud
    (Ends(".partial"), Unfinished),    // Edge, rsync
    (Ends(".crdownload"), Unfinished), // Chromium and its relatives
    (Ends(".download"), Unfinished),   // Safari, where it is a folder
    (Ends(".opdownload"), Unfinished), // Opera
    (Ends(".filepart"), Unfinished),   // WinSCP
    (Ends(".aria2"), Unfinished),      // aria2's notes beside a download
    (Ends(".ytdl"), Unfinished),       // yt-dlp's notes beside a download
    (Ends(".!ut"), Unfinished),        // µTorrent
    (Ends(".!qb"), Unfinished),        // qBittorrent
    (Ends(".!sync"), Unfinished),      // Resilio Sync
    (Ends(".tmp"), Unfinished),        // Office, Photoshop, Syncthing and many more
    (Ends(".temp"), Unfinished),
    (Holds(".sb-"), Editors), // macOS saves in such a folder
    (Ends("~"), Editors),     // Emacs, gedit, nano, Kate: the file before
    (Begins("~"), Editors),   // Office: `~$name` locks, `~WRL0001` and the like
    (Within("#"), Editors),   // Emacs saves by itself
    (Ends(".swp"), Editors),  // vim, also where names with a dot are not allowed
    (Ends(".swo"), Editors),
    (Ends(".swx"), Editors),
    (Is("4913"), Editors),           // vim tries whether it may write
    (Ends("___jb_tmp___"), Editors), // JetBrains
    (Ends("___jb_old___"), Editors),
    (Is("$RECYCLE.BIN"), Systems), // what was deleted
    (Is("RECYCLER"), Systems),
    (Is("#recycle"), Systems), // Synology
    (Is("@eaDir"), Systems),   // Synology's thumbnails
    (Is("System Volume Information"), Systems),
    (Is("lost+found"), Systems),
    (Is("ehthumbs.db"), Systems),
    (Is("Icon\r"), Systems), // the picture of a folder on macOS
];

/// Looks at every part of a path inside a watched folder.
pub(crate) fn ignored(inside: &Path) -> Option<Ignored> {
    inside.components().find_map(|part| match part {
        Component::Normal(name) => of_name(&name.to_string_lossy()),
        Component::Prefix(_) | Component::RootDir | Component::CurDir | Component::ParentDir => {
            None
        }
    })
}

fn of_name(name: &str) -> Option<Ignored> {
    let name = name.to_lowercase();
    let fits = |rule: &Rule| match *rule {
        Ends(end) => name.ends_with(end),
        Begins(beginning) => name.starts_with(beginning),
        Within(mark) => name.len() > mark.len() && name.starts_with(mark) && name.ends_with(mark),
        Is(whole) => name == whole.to_lowercase(),
        Holds(part) => name.contains(part),
    };
    let found = RULES.iter().find(|(rule, _)| fits(rule));
    found.map(|(_, reason)| *reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_programs_are_told_from_names_of_people() {
        for (name, reason) in [
            ("film.mp4.part", Unfinished),
            ("Setup.CRDOWNLOAD", Unfinished),
            ("Unconfirmed 123.crdownload", Unfinished),
            ("disk.iso.download/disk.iso", Unfinished),
            ("a/b/photo.jpg.opdownload", Unfinished),
            ("ppt1A2B.tmp", Unfinished),
            ("notes.txt~", Editors),
            ("~$report.docx", Editors),
            ("~WRL0001.docx", Editors),
            ("#notes.txt#", Editors),
            ("name.swp", Editors),
            ("text.rtf.sb-1a2b3c4d-Xy/text.rtf", Editors),
            ("$RECYCLE.BIN/S-1-5/$R1.jpg", Systems),
            ("2024/@eaDir/a.jpg/SYNOPHOTO_THUMB_M.jpg", Systems),
        ] {
            assert_eq!(ignored(Path::new(name)), Some(reason), "{name}");
        }
        for name in [
            "photo.jpg",
            "party.jpg",
            "part",
            "temp",
            "a~b.jpg",
            "#1.jpg",
            "#",
            "downloads/a.jpg",
            "4913.jpg",
            "swp.png",
        ] {
            assert_eq!(ignored(Path::new(name)), None, "{name}");
        }
    }
}
