//! A line that is typed on a terminal and not shown. Whoever ends the program meanwhile finds the terminal as it was.

use std::io;

use app::SecretString;

/// Asks with these words, if any, and reads the answer.
pub(crate) fn line(prompt: Option<&str>) -> io::Result<SecretString> {
    #[cfg(unix)]
    let _shown = shown_again::whoever_ends_it()?;
    let typed = match prompt {
        Some(prompt) => rpassword::prompt_password(prompt),
        None => rpassword::read_password(),
    };
    match typed {
        // Ctrl-C; the terminal is as it was by now, and the signal for it may still be on its way.
        Err(error) if error.kind() == io::ErrorKind::Interrupted => std::process::exit(130),
        typed => typed.map(SecretString::from),
    }
}

#[cfg(unix)]
mod shown_again {
    use std::fs::File;
    use std::io;
    use std::sync::{Mutex, Once, PoisonError};

    use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};
    use tokio::signal::unix::{Signal, SignalKind, signal};

    use crate::interrupts;

    /// The terminal and how it was, while it shows nothing of what is typed.
    static BEFORE: Mutex<Option<(File, Termios)>> = Mutex::new(None);
    static LISTENING: Once = Once::new();

    pub(super) struct Hiding;

    impl Drop for Hiding {
        fn drop(&mut self) {
            *BEFORE.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
    }

    /// Without a terminal there is nothing to give back.
    pub(super) fn whoever_ends_it() -> io::Result<Option<Hiding>> {
        let opened = File::options().read(true).write(true).open("/dev/tty");
        let Ok(terminal) = opened else {
            return Ok(None);
        };
        let before = tcgetattr(&terminal)?;
        *BEFORE.lock().unwrap_or_else(PoisonError::into_inner) = Some((terminal, before));
        let hiding = Hiding;
        let mut listening = Ok(());
        LISTENING.call_once(|| listening = listen());
        listening.map(|()| Some(hiding))
    }

    fn listen() -> io::Result<()> {
        use SignalKind as S;
        for kind in [S::interrupt(), S::quit(), S::terminate()] {
            tokio::spawn(end_by(kind, signal(kind)?));
        }
        Ok(())
    }

    /// Once listened to, a signal ends nothing by itself any more, also after the line was read. Whoever has something to
    /// do at its end listens too, and is left to it then.
    async fn end_by(kind: SignalKind, mut signal: Signal) {
        while signal.recv().await.is_some() {
            let before = BEFORE.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((terminal, before)) = &*before {
                // What was typed so far is for nobody to read.
                let _ = tcsetattr(terminal, OptionalActions::Flush, before);
                let _ = io::Write::write_all(&mut &*terminal, b"\n");
            } else if interrupts::are_listened_to() && kind != SignalKind::quit() {
                continue;
            }
            std::process::exit(128 + kind.as_raw_value());
        }
    }
}
