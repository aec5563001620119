//! The entry by which a Linux desktop starts a program when its user logs in, as the Desktop Application Autostart
//! Specification has it. Written here and not by Tauri's plugin: that puts the program's place into `Exec` as it is, and
//! one with a blank, a quote or a `%` starts nothing.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::quoting::exec_program;
use crate::contract::{Problem, ProblemKind};
use crate::words::{self, Words};

/// Below the folder of the user's settings; the name that Tauri's plugin would give it.
const PLACE: &str = "autostart/Aloft.desktop";
/// Lines by which a desktop's own settings switch an entry off and leave it there.
const OFF: [&str; 2] = ["Hidden=true", "X-GNOME-Autostart-enabled=false"];

/// The entry of this user.
#[derive(Clone, Debug)]
pub struct LoginEntry {
    file: PathBuf,
}

impl LoginEntry {
    /// Where this user's desktop looks.
    ///
    /// # Errors
    /// [`ProblemKind::NotHere`] when the user has no folder for settings.
    pub fn of_this_user() -> Result<Self, Problem> {
        let settings = dirs::config_dir().ok_or_else(|| {
            Problem::new(
                ProblemKind::NotHere,
                words::problem::login_no_home(),
                Words::none(),
            )
        })?;
        Ok(Self::below(&settings))
    }

    /// Below a folder of settings.
    fn below(settings: &Path) -> Self {
        Self {
            file: settings.join(PLACE),
        }
    }

    /// Whether it is there and not switched off.
    ///
    /// # Errors
    /// [`ProblemKind::Disk`] when it cannot be read.
    pub fn is_on(&self) -> Result<bool, Problem> {
        match fs::read_to_string(&self.file) {
            Ok(text) => Ok(!text.lines().any(|line| OFF.contains(&line.trim_end()))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(self.problem(&error)),
        }
    }

    /// Writes it anew, so that `program` is started with `argument`, a word that needs no quotes.
    ///
    /// # Errors
    /// [`ProblemKind::NotHere`] when the program's place cannot be written as text, [`ProblemKind::Disk`] when the entry
    /// cannot be written; what was there before is there still.
    pub fn turn_on(&self, program: &Path, argument: &str) -> Result<(), Problem> {
        let Some(program) = program.to_str() else {
            return Err(Problem::new(
                ProblemKind::NotHere,
                words::problem::program_name(program),
                words::hint::simple_folder(),
            ));
        };
        let text = format!(
            "[Desktop Entry]\nType=Application\nVersion=1.0\nName=Aloft\nIcon=aloft-desktop\nExec={} {argument}\n\
             StartupNotify=false\nTerminal=false\n",
            exec_program(program)
        );
        let beside = self.file.with_extension("new");
        let folder = self.file.parent().unwrap_or(Path::new(""));
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&beside, text))
            .and_then(|()| fs::rename(&beside, &self.file))
            .map_err(|error| self.problem(&error))
    }

    /// Takes it away, if it is there.
    ///
    /// # Errors
    /// [`ProblemKind::Disk`] when it stays.
    pub fn turn_off(&self) -> Result<(), Problem> {
        match fs::remove_file(&self.file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(self.problem(&error)),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    fn problem(&self, error: &io::Error) -> Problem {
        Problem::new(
            ProblemKind::Disk,
            words::problem::entry_not_changed(&self.file, error),
            words::hint::check_permissions(),
        )
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::process::Command;

    use tempfile::TempDir;

    use super::*;

    /// The arguments of the entry's `Exec`, read as the Desktop Entry Specification says: first as a string, then by its
    /// quotes, then `%%`.
    fn arguments(entry: &str) -> Vec<String> {
        let value = entry.lines().find_map(|line| line.strip_prefix("Exec="));
        let mut signs = value.unwrap().chars();
        let mut line = String::new();
        while let Some(sign) = signs.next() {
            line.push(match sign {
                '\\' => match signs.next().unwrap() {
                    's' => ' ',
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    '\\' => '\\',
                    other => panic!("\\{other} means nothing in a string"),
                },
                other => other,
            });
        }
        let (mut arguments, mut quoted) = (vec![String::new()], false);
        let mut signs = line.chars();
        while let Some(sign) = signs.next() {
            let last = arguments.last_mut().unwrap();
            match sign {
                '"' => quoted = !quoted,
                ' ' if !quoted => arguments.push(String::new()),
                '\\' if quoted => last.push(signs.next().unwrap()),
                '%' => {
                    assert_eq!(signs.next(), Some('%'), "a field code in {line}");
                    last.push('%');
                }
                '$' | '`' | '\'' | '\\' | '~' | '&' | '(' if !quoted => panic!("{sign} in {line}"),
                '$' | '`' => panic!("{sign} without a backslash in {line}"),
                other => last.push(other),
            }
        }
        arguments
    }

    #[test]
    fn a_program_starts_at_login_wherever_it_lies() {
        let home = TempDir::new().unwrap();
        let entry = LoginEntry::below(&home.path().join("settings"));
        for name in [
            "plain",
            "two words",
            r#"it's "quoted""#,
            "50% of %u",
            "$HOME and `date`",
            r"back\slash",
            "a=b",
            " begins with a blank; (ends) & so on ~",
        ] {
            let folder = home.path().join(name);
            fs::create_dir(&folder).unwrap();
            let program = folder.join("aloft-desktop");
            fs::write(&program, "#!/bin/sh\nprintf '%s|' \"$0\" \"$@\"\n").unwrap();
            fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();

            entry.turn_on(&program, "--hidden").unwrap();
            let written = fs::read_to_string(&entry.file).unwrap();
            let mut arguments = arguments(&written).into_iter();
            let started = Command::new(arguments.next().unwrap())
                .args(arguments)
                .output()
                .unwrap_or_else(|error| panic!("{error}: {written}"));
            let expected = format!("{}|--hidden|", program.display());
            assert_eq!(String::from_utf8_lossy(&started.stdout), expected);
        }
        assert!(entry.is_on().unwrap());
    }

    #[test]
    fn it_is_on_until_it_is_taken_away_or_the_desktop_switched_it_off() {
        let home = TempDir::new().unwrap();
        let entry = LoginEntry::below(home.path());
        assert!(!entry.is_on().unwrap());
        entry.turn_off().unwrap();
        let turn_on = || entry.turn_on(Path::new("/opt/aloft/aloft-desktop"), "--hidden");
        for off in OFF {
            turn_on().unwrap();
            assert!(entry.is_on().unwrap());
            let text = fs::read_to_string(&entry.file).unwrap();
            fs::write(&entry.file, format!("{text}{off}\n")).unwrap();
            assert!(!entry.is_on().unwrap(), "{off}");
        }
        turn_on().unwrap();
        assert!(entry.is_on().unwrap());
        entry.turn_off().unwrap();
        assert!(!entry.is_on().unwrap());
    }
}
