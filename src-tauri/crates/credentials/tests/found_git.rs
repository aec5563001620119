//! Whether git has the file that a secret was found in.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::{
    fs,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use credentials::found::{Git, Source, Tracking, look};

fn git(folder: &Path, arguments: &[&str]) {
    let status = Command::new("git")
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap()
        .status;
    assert!(status.success());
}

#[test]
fn whether_git_has_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let deeper = folder.path().join("site");
    fs::create_dir(&deeper).unwrap();
    let path = deeper.join(".env");
    fs::write(&path, "CLOUDINARY_URL=cloudinary://k1:s1@one\n").unwrap();
    let tracking = || {
        look(Source::DotEnv, &path, &Git::default())
            .unwrap()
            .findings[0]
            .git
    };
    assert_eq!(tracking(), Tracking::NotInGit);
    git(folder.path(), &["init", "--quiet"]);
    assert_eq!(tracking(), Tracking::Untracked);
    git(folder.path(), &["add", "site/.env"]);
    assert_eq!(tracking(), Tracking::Tracked);
    // A repository must not get a program of its choice started.
    let proof = folder.path().join("proof");
    let program = format!("touch {}; false", proof.display());
    git(folder.path(), &["config", "core.fsmonitor", &program]);
    assert_eq!(tracking(), Tracking::Tracked);
    assert!(!proof.exists());

    let absent = Git {
        program: folder.path().join("no-such-git"),
        ..Git::default()
    };
    assert_eq!(absent.tracking(&path), Tracking::Unknown);
}

#[cfg(unix)]
#[test]
fn a_git_that_never_answers_is_ended() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join(".git")).unwrap();
    let program = folder.path().join("slow");
    fs::write(&program, "#!/bin/sh\nexec sleep 600\n").unwrap();
    fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
    let begun = Instant::now();
    let git = Git {
        program: program.clone(),
        limit: Duration::from_millis(50),
    };
    assert_eq!(git.tracking(&program), Tracking::Unknown);
    assert!(begun.elapsed() < Duration::from_secs(60));
}
