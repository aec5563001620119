//! How a text is written so that another program reads exactly that text.

/// An `Exec` line that starts `program` with every selected file as an argument of its own.
///
/// Two levels, as the Desktop Entry Specification says: quotes round the argument, in which `"`, `` ` ``, `$` and `\` have
/// a backslash, and `%` is doubled; then the whole value is written as a string.
pub(super) fn exec_line(program: &str) -> String {
    format!("{} %F", exec_program(program))
}

/// The same without the files.
pub(super) fn exec_program(program: &str) -> String {
    // A program may not have `=` in its name, and GLib looks for one with `%` under the doubled name: there the shell
    // starts it, which hands its arguments on untouched.
    let plain = !program.contains(['=', '%']);
    let line = if plain {
        exec_argument(program)
    } else {
        let script = exec_argument(r#"exec "$0" "$@""#);
        format!("/bin/sh -c {script} {}", exec_argument(program))
    };
    desktop_string(&line)
}

fn exec_argument(text: &str) -> String {
    let mut quoted = String::from("\"");
    for sign in text.chars() {
        match sign {
            '"' | '`' | '$' | '\\' => quoted.extend(['\\', sign]),
            '%' => quoted.push_str("%%"),
            _ => quoted.push(sign),
        }
    }
    quoted.push('"');
    quoted
}

/// A value of the type string in a desktop entry.
pub(super) fn desktop_string(text: &str) -> String {
    let mut value = String::new();
    for sign in text.chars() {
        match sign {
            '\\' => value.push_str(r"\\"),
            '\n' => value.push_str(r"\n"),
            '\r' => value.push_str(r"\r"),
            '\t' => value.push_str(r"\t"),
            ' ' if value.is_empty() => value.push_str(r"\s"),
            _ => value.push(sign),
        }
    }
    value
}

/// One word of a POSIX shell.
pub(super) fn shell_word(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
