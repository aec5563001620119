use std::path::Path;

use super::*;

fn around(system: System) -> Surroundings {
    Surroundings {
        system,
        home: PathBuf::from("/home/me"),
        data: PathBuf::from("/home/me/data"),
        program: Some(PathBuf::from("/opt/aloft/aloft-desktop")),
        temporary: vec![PathBuf::from("/tmp")],
        app_image: None,
        borrowed: false,
        chosen: Default::default(),
        record: PathBuf::from("/home/me/aloft/integration.json"),
    }
}

fn text(around: &Surroundings, what: What) -> String {
    let plan = Integration::plan(around).unwrap();
    let entry = plan.into_iter().find(|entry| entry.what == what).unwrap();
    match entry.content {
        Content::Text { text, .. } => text,
        Content::Shortcut { .. } | Content::Verb { .. } => panic!("{entry:?} is no text"),
    }
}

#[test]
fn linux_has_a_launcher_its_icon_a_script_and_a_service_menu() {
    let plan = Integration::plan(&around(System::Linux)).unwrap();
    let places: Vec<String> = plan.iter().map(|entry| entry.place.to_string()).collect();
    let data = |place: &str| format!("/home/me/data/{place}");
    assert_eq!(
        places,
        [
            data("icons/hicolor/scalable/apps/aloft-desktop.svg"),
            data("applications/Aloft.desktop"),
            data("nautilus/scripts/Upload with Aloft"),
            data("kio/servicemenus/aloft.desktop"),
        ]
    );
    for entry in plan {
        let Content::Text { text, executable } = entry.content else {
            panic!("{:?} is no text", entry.what);
        };
        assert!(text.contains(MARK), "{text}");
        assert!(!text.contains("{{"), "{text}");
        let started = matches!(entry.what, What::Nautilus | What::Dolphin);
        assert_eq!(executable, started, "{:?}", entry.what);
    }
}

#[test]
fn aloft_offers_to_open_what_a_double_click_opens_in_another_program() {
    let mut around = around(System::Linux);
    assert!(!text(&around, What::Launcher).contains("MimeType"));
    around.chosen = ["image/png", "video/mp4"].map(str::to_owned).into();
    let launcher = text(&around, What::Launcher);
    assert!(
        launcher.contains("\nMimeType=image/png;video/mp4;\n\n[Desktop Action upload-clipboard]\n"),
        "{launcher}"
    );
}

#[test]
fn windows_has_a_shortcut_and_two_verbs_of_this_user() {
    let mut around = around(System::Windows);
    around.program = Some(PathBuf::from(r"C:\Program Files\Aloft\aloft-desktop.exe"));
    let plan = Integration::plan(&around).unwrap();
    let places: Vec<String> = plan.iter().map(|entry| entry.place.to_string()).collect();
    assert!(Path::new(&places[0]).ends_with("Microsoft/Windows/SendTo/Aloft.lnk"));
    assert_eq!(
        places[1..],
        [
            r"HKCU\Software\Classes\*\shell\Aloft",
            r"HKCU\Software\Classes\Directory\shell\Aloft",
        ]
    );
    let Content::Verb { icon, command } = &plan[1].content else {
        panic!("{plan:?}");
    };
    let wanted = r#""C:\Program Files\Aloft\aloft-desktop.exe" "%1""#;
    assert_eq!(command, wanted);
    let calls = windows::writing(&places[1], icon, command);
    assert_eq!(
        calls[0][..6],
        ["add", &places[1], "/v", "Aloft", "/t", "REG_SZ"]
    );
    assert_eq!(calls[0][7], MARK, "the mark first");
    let last = calls.last().unwrap();
    assert_eq!(last[1..3], [&format!(r"{}\command", places[1]), "/ve"]);
    assert_eq!(last[6], wanted);

    around.program = Some(PathBuf::from(r"C:\100%1\aloft-desktop.exe"));
    assert!(
        Integration::plan(&around).is_err(),
        "%1 would become the file"
    );
}

#[test]
fn there_is_nothing_to_install_where_it_could_not_last() {
    let refused = |change: fn(&mut Surroundings)| {
        let mut around = around(System::Linux);
        change(&mut around);
        Integration::plan(&around).unwrap_err().to_string()
    };
    assert!(refused(|a| a.program = None).contains("not found"));
    assert!(refused(|a| a.program = Some("/tmp/x/aloft-desktop".into())).contains("temporary"));
    assert!(refused(|a| a.borrowed = true).contains("without sudo"));
    assert!(refused(|a| a.system = System::MacOs).contains("Finder"));
    let image = refused(|a| {
        a.app_image = Some("/mnt/image".into());
        a.program = Some("/mnt/image/usr/bin/aloft-desktop".into());
    });
    assert!(image.contains("AppImage"), "{image}");

    let mut portable = around(System::Linux);
    portable.home = PathBuf::from("/tmp/home");
    portable.program = Some(PathBuf::from("/tmp/home/aloft-desktop"));
    assert!(
        Integration::plan(&portable).is_ok(),
        "it lasts as long as that home"
    );
}

/// What the package's launcher says is what the user's own says, but for the program's place.
#[test]
fn the_package_makes_its_launcher_from_the_same_text() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tauri.conf.json");
    let conf: serde_json::Value = serde_json::from_slice(&std::fs::read(source).unwrap()).unwrap();
    let linux = &conf["bundle"]["linux"];
    for package in ["deb", "rpm"] {
        assert_eq!(
            linux[package]["desktopTemplate"], "aloft.desktop",
            "{package}"
        );
    }
    let launcher = text(&around(System::Linux), What::Launcher);
    for text in [&conf["productName"], &conf["bundle"]["shortDescription"]] {
        let text = text.as_str().unwrap();
        assert!(
            launcher
                .lines()
                .any(|line| line.ends_with(&format!("={text}"))),
            "{text}"
        );
    }
    assert!(
        launcher.contains("\nExec=\"/opt/aloft/aloft-desktop\" %F\n"),
        "{launcher}"
    );
}
