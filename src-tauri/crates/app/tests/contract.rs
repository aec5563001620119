//! The generated contract is committed; this fails when it drifts.

use std::path::Path;

#[test]
fn contract_ts_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../ui/src/backend/contract.ts");
    let wanted = app::contract::typescript();
    if std::env::var_os("ALOFT_GENERATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &wanted).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == wanted,
        "contract.ts is out of date: run `cargo xtask generate`"
    );
}
