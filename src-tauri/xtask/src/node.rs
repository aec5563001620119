//! Node: the one in PATH where it is new enough, otherwise one of our own in the target folder.

use std::path::PathBuf;

use xshell::cmd;

use crate::failure::{Failure, Result};
use crate::workspace::Workspace;

/// The oldest Node that Vite 8 runs on.
const OLDEST: (u32, u32) = (20, 19);

/// Makes `node` in the workspace's PATH new enough and returns where it is.
///
/// # Errors
/// There is no Node at all, or a newer one cannot be installed.
pub(crate) fn prepare(workspace: &Workspace) -> Result<PathBuf> {
    let own = workspace.tools().join("node");
    let own_bin = own.join("node_modules").join(".bin");
    if own_bin.exists() {
        workspace.prepend_path(&own_bin)?;
    }
    match version(workspace) {
        Some(version) if new_enough(&version) => {}
        found => {
            let found = found.as_deref().unwrap_or("none");
            println!(
                "node: {found} is here, {}.{} is needed; installing one into {}",
                OLDEST.0,
                OLDEST.1,
                own.display()
            );
            if workspace.which("npm").is_none() {
                return Err(Failure::new(
                    "npm is missing. On Debian and Ubuntu: `apt-get install nodejs npm`; elsewhere install Node 22 with its own installer. Then repeat",
                ));
            }
            workspace.sh.create_dir(&own)?;
            cmd!(
                workspace.sh,
                "npm install --prefix {own} --no-save --no-audit --no-fund node@22"
            )
            .run()?;
            workspace.prepend_path(&own_bin)?;
        }
    }
    let now = version(workspace)
        .filter(|version| new_enough(version))
        .ok_or_else(|| {
            Failure::new(format!(
                "the Node in {} does not run: remove that folder and repeat",
                own.display()
            ))
        })?;
    let node = workspace
        .which("node")
        .ok_or_else(|| Failure::new("node is not in PATH any more"))?;
    println!("node: {now} at {}", node.display());
    Ok(node)
}

/// `v20.19.4`, or nothing where no Node starts.
pub(crate) fn version(workspace: &Workspace) -> Option<String> {
    cmd!(workspace.sh, "node --version")
        .quiet()
        .ignore_stderr()
        .read()
        .ok()
}

fn new_enough(version: &str) -> bool {
    let mut numbers = version
        .trim_start_matches('v')
        .split('.')
        .map(|number| number.parse::<u32>().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) >= OLDEST
}

#[cfg(test)]
mod tests {
    #[test]
    fn versions_compare_by_number() {
        assert!(!super::new_enough("v18.20.4"));
        assert!(!super::new_enough("v20.9.0"));
        assert!(super::new_enough("v20.19.0"));
        assert!(super::new_enough("v22.1.0"));
        assert!(!super::new_enough("nonsense"));
    }
}
