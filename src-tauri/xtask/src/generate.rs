//! `cargo xtask generate`: committed files that are made from others. Tests fail when they differ.

use std::fs;

use xshell::cmd;

use crate::cargo::cargo;
use crate::failure::Result;
use crate::workspace::Workspace;

/// PNG sizes drawn from `icons/app.svg`: file name, pixels a side.
const ICONS: &[(&str, &str)] = &[
    ("32x32.png", "32"),
    ("128x128.png", "128"),
    ("128x128@2x.png", "256"),
    ("icon.png", "512"),
];

/// The tray's icons, each drawn from the SVG of its name.
const TRAY: &[&str] = &["idle", "busy", "paused", "attention"];

/// # Errors
/// A generator fails.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    println!("=== contract.ts, messages.rs and the table of SECURITY.md");
    cargo(
        workspace,
        &[
            "test",
            "--package",
            "app",
            "--package",
            "signing",
            "--test",
            "policy",
            "--test",
            "contract",
            "--test",
            "messages",
        ],
    )
    .env("ALOFT_GENERATE", "1")
    .run()?;
    println!("=== icons");
    icons(workspace)
}

fn icons(workspace: &Workspace) -> Result<()> {
    let folder = workspace.root.join("icons");
    let drawing = folder.join("app.svg");
    if workspace.which("rsvg-convert").is_none() {
        println!(
            "rsvg-convert is not here, so the icons stay as they are (Debian: `apt-get install librsvg2-bin`)"
        );
        return Ok(());
    }
    for (name, side) in ICONS {
        let file = folder.join(name);
        if fs::exists(&file).unwrap_or(false) {
            cmd!(
                workspace.sh,
                "rsvg-convert --width {side} --height {side} --output {file} {drawing}"
            )
            .run()?;
        }
    }
    for name in TRAY {
        let drawing = folder.join(format!("tray/{name}.svg"));
        let file = drawing.with_extension("png");
        cmd!(
            workspace.sh,
            "rsvg-convert --width 64 --height 64 --output {file} {drawing}"
        )
        .run()?;
    }
    Ok(())
}
