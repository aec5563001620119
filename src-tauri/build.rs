//! Lists the program's own commands, so that each needs a capability: without this list Tauri runs
//! them for every local page.

fn main() {
    let commands = &[
        "rpc",
        "subscribe",
        "sign_params",
        "widget_session",
        "widget_report",
        "secret_submit",
        "secret_passphrase",
        "secret_new_passphrase",
        "secret_strength",
        "secret_reveal",
        "secret_cancel",
    ];
    let manifest = tauri_build::AppManifest::new().commands(commands);
    if let Err(error) =
        tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest))
    {
        println!("cargo::error={error:#}");
        std::process::exit(1);
    }
}
