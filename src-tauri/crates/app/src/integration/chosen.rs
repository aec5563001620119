//! For which types of files a program was chosen, as the freedesktop specification “Association between MIME types and
//! applications” tells it. Where none was, the first program in the user's own folder that knows the type is started by a
//! double click.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::linux::{LAUNCHER_PLACE, MEDIA};

/// The types of [`MEDIA`] for which a program was chosen that is there.
pub(super) fn of_this_user(data: &Path) -> BTreeSet<String> {
    let list = |name: &str, fallback: &str| -> Vec<PathBuf> {
        let value = std::env::var_os(name).filter(|value| !value.is_empty());
        let value = value.unwrap_or_else(|| fallback.into());
        std::env::split_paths(&value)
            .filter(|path| path.is_absolute())
            .collect()
    };
    let mut configuration: Vec<PathBuf> = dirs::config_dir().into_iter().collect();
    configuration.extend(list("XDG_CONFIG_DIRS", "/etc/xdg"));
    let mut applications = vec![data.join("applications")];
    let shared = list("XDG_DATA_DIRS", "/usr/local/share:/usr/share");
    applications.extend(shared.iter().map(|folder| folder.join("applications")));
    let desktops = std::env::var("XDG_CURRENT_DESKTOP").unwrap_or_default();
    let lists: Vec<String> = configuration
        .iter()
        .chain(&applications)
        .flat_map(|folder| lists_in(folder, &desktops))
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .collect();
    let is_there = |id: &str| {
        LAUNCHER_PLACE.ends_with(&format!("/{id}"))
            || applications.iter().any(|folder| folder.join(id).is_file())
    };
    chosen(&lists, is_there)
}

/// `gnome-mimeapps.list` counts before `mimeapps.list` where `gnome` is the desktop.
fn lists_in(folder: &Path, desktops: &str) -> Vec<PathBuf> {
    let own = desktops
        .split(':')
        .filter(|name| !name.is_empty() && !name.contains('/'))
        .map(|name| format!("{}-mimeapps.list", name.to_ascii_lowercase()));
    own.chain(["mimeapps.list".to_owned()])
        .map(|name| folder.join(name))
        .collect()
}

fn chosen(lists: &[String], is_there: impl Fn(&str) -> bool) -> BTreeSet<String> {
    let defaults: Vec<BTreeMap<&str, &str>> = lists.iter().map(|text| defaults(text)).collect();
    MEDIA
        .into_iter()
        .filter(|kind| {
            let programs = defaults.iter().filter_map(|list| list.get(kind));
            programs
                .flat_map(|programs| programs.split(';'))
                .map(str::trim)
                .any(|id| !id.is_empty() && is_there(id))
        })
        .map(str::to_owned)
        .collect()
}

fn defaults(text: &str) -> BTreeMap<&str, &str> {
    text.lines()
        .map(str::trim)
        .skip_while(|line| *line != "[Default Applications]")
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split_once('='))
        .map(|(kind, programs)| (kind.trim(), programs.trim()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_counts_when_a_program_that_is_there_was_chosen_for_it() {
        let user = "[Added Associations]\nimage/gif=viewer.desktop;\n\n[Default Applications]\nimage/png = gone.desktop; viewer.desktop;\nimage/webp=gone.desktop\n[Removed Associations]\nvideo/mp4=viewer.desktop\n";
        let system =
            "[Default Applications]\nimage/jpeg=viewer.desktop\ntext/plain=viewer.desktop\n";
        let found = chosen(&[user.to_owned(), system.to_owned()], |id| {
            id == "viewer.desktop"
        });
        assert_eq!(Vec::from_iter(found), ["image/jpeg", "image/png"]);
    }

    #[test]
    fn the_desktops_own_list_comes_first() {
        let lists = lists_in(Path::new("/x"), "ubuntu:GNOME");
        let names = [
            "ubuntu-mimeapps.list",
            "gnome-mimeapps.list",
            "mimeapps.list",
        ];
        assert_eq!(lists, names.map(|name| Path::new("/x").join(name)));
    }
}
