//! Where things are, and the shell in which commands run.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use xshell::Shell;

use crate::failure::{Failure, Result};

/// The repository, its target folder, and a shell whose `PATH` begins with the tools that were installed here.
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
    pub(crate) target: PathBuf,
    pub(crate) sh: Shell,
}

impl Workspace {
    /// # Errors
    /// The repository that this program was compiled in is gone.
    pub(crate) fn find() -> Result<Self> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = here
            .ancestors()
            .nth(2)
            .filter(|root| root.join("Cargo.lock").exists())
            .ok_or_else(|| Failure::new("the repository has moved since xtask was compiled: run `cargo clean -p xtask` in it, then repeat"))?
            .to_path_buf();
        let target = env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| root.join("target"), |folder| root.join(folder));
        let sh = Shell::new()?;
        sh.change_dir(&root);
        let workspace = Self { root, target, sh };
        workspace.prepend_path(&workspace.tools().join("bin"))?;
        Ok(workspace)
    }

    /// What xtask installs for itself and for tests; `cargo clean` removes it.
    pub(crate) fn tools(&self) -> PathBuf {
        self.target.join("tools")
    }

    pub(crate) fn ui(&self) -> PathBuf {
        self.root.join("ui")
    }

    /// A program that a debug build leaves in the target folder.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.program_of("debug", name)
    }

    /// A program that a build of this profile leaves in the target folder; `examples/NAME` for an example.
    pub(crate) fn program_of(&self, profile: &str, name: &str) -> PathBuf {
        self.target
            .join(profile)
            .join(format!("{name}{}", env::consts::EXE_SUFFIX))
    }

    pub(crate) fn prepend_path(&self, folder: &Path) -> Result<()> {
        let old = self.path();
        let folders = std::iter::once(folder.to_path_buf()).chain(env::split_paths(&old));
        let new = env::join_paths(folders).map_err(|error| {
            Failure::new(format!(
                "{} cannot be put into PATH: {error}",
                folder.display()
            ))
        })?;
        self.sh.set_var("PATH", new);
        Ok(())
    }

    /// The full path of a program, as the shell would find it.
    pub(crate) fn which(&self, program: &str) -> Option<PathBuf> {
        let extensions: &[&str] = if cfg!(windows) {
            &[".exe", ".cmd", ".bat"]
        } else {
            &[""]
        };
        env::split_paths(&self.path())
            .flat_map(|folder| {
                extensions
                    .iter()
                    .map(move |extension| folder.join(format!("{program}{extension}")))
            })
            .find(|candidate| candidate.is_file())
    }

    fn path(&self) -> OsString {
        self.sh.var_os("PATH").unwrap_or_default()
    }
}
