//! Scanning what was dropped.

use std::collections::BTreeMap;

use engine::*;

use crate::support::*;

#[tokio::test]
async fn a_folder_is_listed_with_its_structure_and_every_skip_has_a_reason() {
    let world = World::new();
    let root = world.files.path().join("photos");
    std::fs::create_dir_all(root.join("2024/may")).unwrap();
    std::fs::create_dir_all(root.join(".git")).unwrap();
    for name in [
        "a.jpg",
        "2024/b.jpg",
        "2024/may/c.jpg",
        ".git/config",
        ".hidden",
        "Thumbs.db",
    ] {
        std::fs::write(root.join(name), b"x").unwrap();
    }
    std::fs::write(root.join("empty.jpg"), b"").unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        symlink(&root, root.join("2024/loop")).unwrap();
        symlink(root.join("a.jpg"), root.join("link.jpg")).unwrap();
        symlink("self", root.join("self")).unwrap();
        drop(std::os::unix::net::UnixListener::bind(root.join("socket")).unwrap());
    }
    let single = world.file("single.jpg", b"x");
    let gone = world.files.path().join("gone");
    let mut seen = scan_in_background(vec![root.clone(), single, gone], true);
    let (mut files, mut skipped) = (Vec::new(), BTreeMap::new());
    while let Some(one) = seen.recv().await {
        match one {
            Seen::File(file) => files.push((
                file.relative_folder,
                file.path.file_name().unwrap().to_str().unwrap().to_owned(),
            )),
            Seen::Skipped(skip) => drop(skipped.insert(
                skip.path.file_name().unwrap().to_str().unwrap().to_owned(),
                skip.reason,
            )),
        }
    }
    let file = |folder: &str, name: &str| (folder.to_owned(), name.to_owned());
    let mut expected = vec![
        file("photos/2024", "b.jpg"),
        file("photos/2024/may", "c.jpg"),
        file("photos", "a.jpg"),
    ];
    #[cfg(unix)]
    expected.push(file("photos", "link.jpg"));
    expected.push(file("", "single.jpg"));
    assert_eq!(files, expected);
    let reason = |name: &str| skipped.get(name).copied();
    assert_eq!(reason(".git"), Some(SkipReason::Hidden));
    assert_eq!(reason(".hidden"), Some(SkipReason::Hidden));
    assert_eq!(reason("Thumbs.db"), Some(SkipReason::System));
    assert_eq!(reason("empty.jpg"), Some(SkipReason::Empty));
    assert_eq!(reason("gone"), Some(SkipReason::Missing));
    #[cfg(unix)]
    {
        assert_eq!(reason("loop"), Some(SkipReason::LinkedFolder));
        assert_eq!(reason("self"), Some(SkipReason::BrokenLink));
        assert_eq!(reason("socket"), Some(SkipReason::Special));
    }

    let flat: Vec<_> = scan(vec![root], false)
        .filter(|seen| matches!(seen, Seen::File(_)))
        .collect();
    assert!(
        flat.iter()
            .all(|seen| matches!(seen, Seen::File(file) if file.relative_folder == "photos"))
    );
}

/// More than are sorted: the order is the system's, and still nothing is missing.
#[test]
fn a_very_large_folder_is_listed_whole() {
    let folder = tempfile::tempdir().unwrap();
    let sub = folder.path().join("sub");
    std::fs::create_dir(&sub).unwrap();
    let files = (0..10_100).map(|n| folder.path().join(format!("{n}.txt")));
    let mut wanted: Vec<_> = files.chain([sub.join("last.txt")]).collect();
    for path in &wanted {
        std::fs::write(path, b"x").unwrap();
    }
    let found = scan(vec![folder.path().to_owned()], true).map(|seen| match seen {
        Seen::File(file) => file.path,
        Seen::Skipped(skip) => panic!("{skip:?}"),
    });
    let mut found: Vec<_> = found.collect();
    found.sort_unstable();
    wanted.sort_unstable();
    assert_eq!(found, wanted);
}
