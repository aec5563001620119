// Generated from ui/messages/en.json by `cargo xtask generate`. Not edited by hand.

//! The words for tray, dialogs, notifications and window titles.

/// “{label}” would send its signatures and files to {host}, which is not Cloudinary’s own address. Go on only if you know it.
pub fn dialog_api_host_body(label: &str, host: &str) -> String {
    format!("“{label}” would send its signatures and files to {host}, which is not Cloudinary’s own address. Go on only if you know it.")
}

/// Another API address
pub fn dialog_api_host_title() -> String {
    "Another API address".to_owned()
}

/// Use this address
pub fn dialog_api_host_yes() -> String {
    "Use this address".to_owned()
}

/// Cancel
pub fn dialog_cancel() -> String {
    "Cancel".to_owned()
}

/// Delete {count} assets from Cloudinary: {names}? Everybody who has their links loses them. This cannot be taken back in Cloudinary.
pub fn dialog_delete_few_body(count: &str, names: &str) -> String {
    format!("Delete {count} assets from Cloudinary: {names}? Everybody who has their links loses them. This cannot be taken back in Cloudinary.")
}

/// Delete {count} assets from Cloudinary: {names} and {more} more? Everybody who has their links loses them. This cannot be taken back in Cloudinary.
pub fn dialog_delete_many_body(count: &str, names: &str, more: &str) -> String {
    format!("Delete {count} assets from Cloudinary: {names} and {more} more? Everybody who has their links loses them. This cannot be taken back in Cloudinary.")
}

/// Delete “{name}” ({id}) from “{cloud}”? Everybody who has its link loses it. This cannot be taken back in Cloudinary.
pub fn dialog_delete_one_body(name: &str, id: &str, cloud: &str) -> String {
    format!("Delete “{name}” ({id}) from “{cloud}”? Everybody who has its link loses it. This cannot be taken back in Cloudinary.")
}

/// Delete from Cloudinary
pub fn dialog_delete_title() -> String {
    "Delete from Cloudinary".to_owned()
}

/// Delete
pub fn dialog_delete_yes() -> String {
    "Delete".to_owned()
}

/// aloft-diagnostics-{date}.json
pub fn dialog_diagnostics_name(date: &str) -> String {
    format!("aloft-diagnostics-{date}.json")
}

/// Remove “{label}” from this computer? Its secret leaves the keyring, and what still waits to be sent is cancelled. What was uploaded stays in Cloudinary.
pub fn dialog_remove_account_body(label: &str) -> String {
    format!("Remove “{label}” from this computer? Its secret leaves the keyring, and what still waits to be sent is cancelled. What was uploaded stays in Cloudinary.")
}

/// Remove account
pub fn dialog_remove_account_title() -> String {
    "Remove account".to_owned()
}

/// Remove account
pub fn dialog_remove_account_yes() -> String {
    "Remove account".to_owned()
}

/// {reason} The secret can be kept in memory until Aloft quits. It is never written to a file.
pub fn dialog_session_only_body(reason: &str) -> String {
    format!("{reason} The secret can be kept in memory until Aloft quits. It is never written to a file.")
}

/// Keep the secret for this session only
pub fn dialog_session_only_title() -> String {
    "Keep the secret for this session only".to_owned()
}

/// Keep for this session
pub fn dialog_session_only_yes() -> String {
    "Keep for this session".to_owned()
}

/// Aloft cannot start
pub fn dialog_start_failed_title() -> String {
    "Aloft cannot start".to_owned()
}

/// Cloudinary will fetch this address and keep what is there: {address}
pub fn dialog_upload_url_body(address: &str) -> String {
    format!("Cloudinary will fetch this address and keep what is there: {address}")
}

/// Upload from an address
pub fn dialog_upload_url_title() -> String {
    "Upload from an address".to_owned()
}

/// Upload
pub fn dialog_upload_url_yes() -> String {
    "Upload".to_owned()
}

/// Watch “{folder}” for “{label}”? Every file that is put there from now on, also in the folders inside it, is uploaded to that account while Aloft runs.
pub fn dialog_watch_folder_body(folder: &str, label: &str) -> String {
    format!("Watch “{folder}” for “{label}”? Every file that is put there from now on, also in the folders inside it, is uploaded to that account while Aloft runs.")
}

/// Watch a folder
pub fn dialog_watch_folder_title() -> String {
    "Watch a folder".to_owned()
}

/// Watch folder
pub fn dialog_watch_folder_yes() -> String {
    "Watch folder".to_owned()
}

/// {count} failed.
pub fn notification_also_failed(count: &str) -> String {
    format!("{count} failed.")
}

/// {count} needs you. / {count} need you.
pub fn notification_also_needs_you(count: u64) -> String {
    if count == 1 {
        format!("{count} needs you.")
    } else {
        format!("{count} need you.")
    }
}

/// The clipboard was not uploaded
pub fn notification_clipboard_failed() -> String {
    "The clipboard was not uploaded".to_owned()
}

/// The link is on the clipboard. / The links are on the clipboard.
pub fn notification_copied(count: u64) -> String {
    if count == 1 {
        "The link is on the clipboard.".to_owned()
    } else {
        "The links are on the clipboard.".to_owned()
    }
}

/// {count} file uploaded / {count} files uploaded
pub fn notification_done(count: u64) -> String {
    if count == 1 {
        format!("{count} file uploaded")
    } else {
        format!("{count} files uploaded")
    }
}

/// {count} upload failed / {count} uploads failed
pub fn notification_failed(count: u64) -> String {
    if count == 1 {
        format!("{count} upload failed")
    } else {
        format!("{count} uploads failed")
    }
}

/// {count} upload needs you / {count} uploads need you
pub fn notification_needs_you(count: u64) -> String {
    if count == 1 {
        format!("{count} upload needs you")
    } else {
        format!("{count} uploads need you")
    }
}

/// “{label}” needs you
pub fn notification_stopped(label: &str) -> String {
    format!("“{label}” needs you")
}

/// Account
pub fn tray_account() -> String {
    "Account".to_owned()
}

/// No account yet
pub fn tray_account_none() -> String {
    "No account yet".to_owned()
}

/// Open window
pub fn tray_open_window() -> String {
    "Open window".to_owned()
}

/// Pause all
pub fn tray_pause_all() -> String {
    "Pause all".to_owned()
}

/// Quit
pub fn tray_quit() -> String {
    "Quit".to_owned()
}

/// Recent
pub fn tray_recent() -> String {
    "Recent".to_owned()
}

/// Nothing uploaded yet
pub fn tray_recent_none() -> String {
    "Nothing uploaded yet".to_owned()
}

/// Resume all
pub fn tray_resume_all() -> String {
    "Resume all".to_owned()
}

/// Settings…
pub fn tray_settings() -> String {
    "Settings…".to_owned()
}

/// Something needs you
pub fn tray_status_attention() -> String {
    "Something needs you".to_owned()
}

/// {count} upload to go, {percent} % / {count} uploads to go, {percent} %
pub fn tray_status_busy(count: u64, percent: &str) -> String {
    if count == 1 {
        format!("{count} upload to go, {percent} %")
    } else {
        format!("{count} uploads to go, {percent} %")
    }
}

/// Nothing to send
pub fn tray_status_idle() -> String {
    "Nothing to send".to_owned()
}

/// Paused
pub fn tray_status_paused() -> String {
    "Paused".to_owned()
}

/// {count} upload to go / {count} uploads to go
pub fn tray_status_waiting(count: u64) -> String {
    if count == 1 {
        format!("{count} upload to go")
    } else {
        format!("{count} uploads to go")
    }
}

/// Upload clipboard
pub fn tray_upload_clipboard() -> String {
    "Upload clipboard".to_owned()
}

/// Upload files…
pub fn tray_upload_files() -> String {
    "Upload files…".to_owned()
}

/// Drop files – Aloft
pub fn window_drop_title() -> String {
    "Drop files – Aloft".to_owned()
}

/// Aloft
pub fn window_main_title() -> String {
    "Aloft".to_owned()
}

/// Pasted image {time}
pub fn window_pasted_image(time: &str) -> String {
    format!("Pasted image {time}")
}

/// API secret – Aloft
pub fn window_secret_title() -> String {
    "API secret – Aloft".to_owned()
}

/// Upload widget – Aloft
pub fn window_widget_title() -> String {
    "Upload widget – Aloft".to_owned()
}
