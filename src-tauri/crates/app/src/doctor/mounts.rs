//! Which file system a folder is on, as Linux tells it; other systems are not asked.

use std::path::{Path, PathBuf};

/// File systems whose locks another computer may not see, or that have none.
const OVER_A_NETWORK: [&str; 16] = [
    "9p",
    "afs",
    "ceph",
    "cifs",
    "coda",
    "davfs",
    "fuse.curlftpfs",
    "fuse.davfs2",
    "fuse.glusterfs",
    "fuse.rclone",
    "fuse.s3fs",
    "fuse.sshfs",
    "ncpfs",
    "nfs",
    "nfs4",
    "smb3",
];

/// The kind of network file system that `folder` is on, if it is on one.
pub(super) fn network_file_system_of(folder: &Path) -> Option<String> {
    // Elsewhere there is no such file, and nothing is said.
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").ok()?;
    let folder = folder.canonicalize().ok()?;
    network_file_system(&mounts, &folder)
}

/// The last mount over the longest part of the path is the one that counts. The fields are those
/// of proc_pid_mountinfo(5): the fifth is the place, the first after a lone `-` is the kind.
fn network_file_system(mounts: &str, folder: &Path) -> Option<String> {
    let (_, kind) = mounts
        .lines()
        .filter_map(mount)
        .filter(|(place, _)| folder.starts_with(place))
        .max_by_key(|(place, _)| place.components().count())?;
    OVER_A_NETWORK.contains(&kind).then(|| kind.to_owned())
}

fn mount(line: &str) -> Option<(PathBuf, &str)> {
    let (place, kind) = line.split_once(" - ")?;
    let place = place.split(' ').nth(4)?;
    Some((PathBuf::from(unescaped(place)), kind.split(' ').next()?))
}

/// Space, tab, line feed and backslash are written as three octal digits.
fn unescaped(place: &str) -> String {
    [
        (r"\040", " "),
        (r"\011", "\t"),
        (r"\012", "\n"),
        (r"\134", r"\"),
    ]
    .iter()
    .fold(place.to_owned(), |text, (code, sign)| {
        text.replace(code, sign)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = r"22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
40 22 0:41 / /home rw,relatime shared:20 - nfs4 server:/home rw,vers=4.2
41 40 8:2 / /home/ada/local rw - ext4 /dev/sda2 rw
42 22 0:50 / /mnt/our\040share rw master:3 - cifs //server/share rw
43 22 0:51 / /srv rw - nfs server:/srv rw
44 22 8:3 / /srv rw - xfs /dev/sda3 rw
45 22 0:52 / /mnt/laptop rw - fuse.sshfs ada@laptop: rw
";

    #[test]
    fn the_mount_that_counts_is_the_nearest_and_the_last() {
        for (folder, kind) in [
            ("/var/lib/aloft", None),
            ("/home/ada/.local/share/aloft", Some("nfs4")),
            ("/home/ada/local/aloft", None),
            ("/home/ada/localhost", Some("nfs4")),
            ("/mnt/our share/aloft", Some("cifs")),
            ("/srv/aloft", None),
            ("/mnt/laptop", Some("fuse.sshfs")),
        ] {
            let found = network_file_system(MOUNTS, Path::new(folder));
            assert_eq!(found.as_deref(), kind, "{folder}");
        }
        assert_eq!(network_file_system("nonsense\n", Path::new("/")), None);
    }
}
