//! No image of this process's memory is left on a disk when it crashes.
//!
//! On Linux in three ways, because each leaves a gap. The limit stops a core *file*; a program to which the kernel pipes
//! cores instead (`systemd-coredump`) is not asked for it. A process that is not dumpable is piped to nobody, and cannot be
//! read by another one of the same user that has no special right; but a program that it starts is dumpable again. Limit and
//! filter are what a program inherits, so that the web engine's processes, the secret window's among them, leave no memory
//! either way.
//!
//! On macOS there is the limit. Windows writes no image unless somebody set it up for the machine, and offers a process no way
//! to forbid that.

use std::sync::OnceLock;

/// What a program that this one becomes is to find again.
static BEFORE: OnceLock<Before> = OnceLock::new();

/// Forbids images of this process's memory, and of the programs that it starts. The first thing that a program does: before
/// there is a secret, and before there is a thread. What the system denies is passed over: nothing else depends on it.
pub fn refuse() {
    let before = system::refuse();
    let _ = BEFORE.set(before);
}

/// Gives back what was there before [`refuse`], for a command of the user's own: its crashes are theirs to look into. To be
/// called as the last thing before this process becomes the command.
pub fn give_back() {
    if let Some(before) = BEFORE.get() {
        system::give_back(before);
    }
}

#[cfg(unix)]
use system::Before;

#[cfg(not(unix))]
type Before = ();

#[cfg(unix)]
mod system {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    /// The limit as it was, and the filter, where there is one.
    pub(super) struct Before {
        limit: Rlimit,
        filter: Option<String>,
    }

    pub(super) fn refuse() -> Before {
        let limit = getrlimit(Resource::Core);
        // The hard limit stays: nobody but us raises the other one in this process, and `give_back` must be able to.
        let none = Rlimit {
            current: Some(0),
            maximum: limit.maximum,
        };
        let _ = setrlimit(Resource::Core, none);
        // Before this process is not dumpable: its own entries in /proc are root's from then on.
        let filter = kernel::filter();
        kernel::set_filter("0");
        kernel::set_dumpable(false);
        Before { limit, filter }
    }

    pub(super) fn give_back(before: &Before) {
        kernel::set_dumpable(true);
        if let Some(filter) = &before.filter {
            kernel::set_filter(filter);
        }
        let _ = setrlimit(
            Resource::Core,
            Rlimit {
                current: before.limit.current,
                maximum: before.limit.maximum,
            },
        );
    }

    #[cfg(target_os = "linux")]
    mod kernel {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};

        /// Which parts of a memory an image holds, as hexadecimal bits.
        const FILTER: &str = "/proc/self/coredump_filter";

        pub(super) fn filter() -> Option<String> {
            let bits = std::fs::read_to_string(FILTER).ok()?;
            Some(format!("0x{}", bits.trim()))
        }

        pub(super) fn set_filter(bits: &str) {
            let _ = std::fs::write(FILTER, bits);
        }

        pub(super) fn set_dumpable(may_be: bool) {
            let behavior = match may_be {
                true => DumpableBehavior::Dumpable,
                false => DumpableBehavior::NotDumpable,
            };
            let _ = set_dumpable_behavior(behavior);
        }
    }

    #[cfg(not(target_os = "linux"))]
    mod kernel {
        pub(super) fn filter() -> Option<String> {
            None
        }

        pub(super) fn set_filter(_bits: &str) {}

        pub(super) fn set_dumpable(_may_be: bool) {}
    }
}

#[cfg(not(unix))]
mod system {
    pub(super) fn refuse() {}

    pub(super) fn give_back(_before: &()) {}
}
