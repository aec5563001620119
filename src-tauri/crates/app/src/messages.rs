// Generated from ui/messages/en.json by `cargo xtask generate`. Not edited by hand.

//! The words for tray, dialogs and window titles.

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

/// Open window
pub fn tray_open_window() -> String {
    "Open window".to_owned()
}

/// Pause
pub fn tray_pause() -> String {
    "Pause".to_owned()
}

/// Quit
pub fn tray_quit() -> String {
    "Quit".to_owned()
}

/// Resume
pub fn tray_resume() -> String {
    "Resume".to_owned()
}

/// Uploads to go: {count}
pub fn tray_status_busy(count: &str) -> String {
    format!("Uploads to go: {count}")
}

/// Nothing to send
pub fn tray_status_idle() -> String {
    "Nothing to send".to_owned()
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
