//! What is done to assets that are there, and how they are found.

use serde_json::{Value, json};

use crate::support::{Desk, KEY, PNG, SECRET, refusal};

async fn json(response: reqwest::Response) -> Value {
    assert_eq!(response.status(), 200);
    response.json().await.unwrap()
}

#[tokio::test]
async fn destroy_tells_ok_from_not_found() {
    let desk = Desk::new().await;
    let asset = desk
        .uploaded("image/upload", "a.png", PNG, &[("public_id", "a")])
        .await;
    assert_eq!(
        json(desk.post("raw/destroy", &[("public_id", "a")]).await).await,
        json!({"result": "not found"})
    );
    assert_eq!(
        json(desk.post("image/destroy", &[("public_id", "a")]).await).await,
        json!({"result": "ok"})
    );
    assert_eq!(
        json(desk.post("image/destroy", &[("public_id", "a")]).await).await,
        json!({"result": "not found"})
    );
    assert_eq!(
        desk.client
            .get(asset["url"].as_str().unwrap())
            .send()
            .await
            .unwrap()
            .status(),
        404
    );
    let asset = desk.uploaded("image/upload", "a.png", PNG, &[]).await;
    let id = asset["asset_id"].as_str().unwrap();
    assert_eq!(
        json(desk.post("asset/destroy", &[("asset_id", id)]).await).await,
        json!({"result": "ok"})
    );
    assert_eq!(
        std::fs::read_dir(desk.folder.path().join("assets"))
            .unwrap()
            .count(),
        0
    );
}

#[tokio::test]
async fn a_delete_token_works_once() {
    let desk = Desk::new().await;
    let asset = desk
        .uploaded(
            "image/upload",
            "a.png",
            PNG,
            &[("return_delete_token", "1")],
        )
        .await;
    let token = [("token", asset["delete_token"].as_str().unwrap())];
    let redeem = || {
        desk.client
            .post(desk.url("delete_by_token"))
            .form(&token)
            .send()
    };
    assert_eq!(json(redeem().await.unwrap()).await, json!({"result": "ok"}));
    assert_eq!(redeem().await.unwrap().status(), 400);
}

#[tokio::test]
async fn rename_moves_and_does_not_clobber() {
    let desk = Desk::new().await;
    let a = desk
        .uploaded("image/upload", "a.png", PNG, &[("public_id", "a")])
        .await;
    desk.uploaded("image/upload", "b.png", PNG, &[("public_id", "b")])
        .await;
    let move_it = |more: &'static [(&'static str, &'static str)]| {
        let fields: Vec<(&str, &str)> = [("from_public_id", "a"), ("to_public_id", "b")]
            .into_iter()
            .chain(more.iter().copied())
            .collect();
        let desk = &desk;
        async move { desk.post("image/rename", &fields).await }
    };
    let (status, message) = refusal(move_it(&[]).await).await;
    assert_eq!(status, 400);
    assert!(message.contains("already exists"), "{message}");
    let moved = json(move_it(&[("overwrite", "true"), ("to_type", "private")]).await).await;
    assert_eq!(
        (&moved["public_id"], &moved["type"], &moved["asset_id"]),
        (&json!("b"), &json!("private"), &a["asset_id"])
    );
    assert_eq!(
        refusal(move_it(&[]).await).await,
        (404, "Resource not found - a".to_owned())
    );
    assert_eq!(desk.admin("resources/image/upload/b").await.status(), 200);
}

#[tokio::test]
async fn tags_context_and_metadata_change() {
    let desk = Desk::new().await;
    for id in ["p,1", "p2"] {
        desk.uploaded(
            "image/upload",
            "a.png",
            PNG,
            &[("public_id", id), ("tags", "old")],
        )
        .await;
    }
    let both = [("public_ids[]", "p,1"), ("public_ids[]", "p2")];
    let call = async |path: &str, ids: &[(&str, &str)], more: &[(&str, &str)]| {
        let fields: Vec<(&str, &str)> = ids.iter().chain(more).copied().collect();
        json(desk.post(path, &fields).await).await
    };
    let tags = async |id: &str| {
        desk.admin_json(&format!("resources/image/upload/{id}"))
            .await["tags"]
            .clone()
    };
    assert_eq!(
        call("image/tags", &both, &[("command", "add"), ("tag", "t1,t2")]).await,
        json!({"public_ids": ["p,1", "p2"]})
    );
    assert_eq!(tags("p2").await, json!(["old", "t1", "t2"]));
    call(
        "image/tags",
        &both[..1],
        &[("command", "set_exclusive"), ("tag", "t1")],
    )
    .await;
    assert_eq!(
        (tags("p,1").await, tags("p2").await),
        (json!(["old", "t1", "t2"]), json!(["old", "t2"]))
    );
    call("image/tags", &both, &[("command", "remove"), ("tag", "t2")]).await;
    call(
        "image/tags",
        &both[1..],
        &[("command", "replace"), ("tag", "new")],
    )
    .await;
    assert_eq!(
        (tags("p,1").await, tags("p2").await),
        (json!(["old", "t1"]), json!(["new"]))
    );
    call("image/tags", &both[1..], &[("command", "remove_all")]).await;
    assert_eq!(tags("p2").await, json!([]));
    call(
        "image/context",
        &both,
        &[("command", "add"), ("context", "k=v")],
    )
    .await;
    call("image/metadata", &both, &[("metadata", "m=1")]).await;
    let asset = desk.admin_json("resources/image/upload/p2").await;
    assert_eq!(
        (&asset["context"], &asset["metadata"]),
        (&json!({"custom": {"k": "v"}}), &json!({"m": "1"}))
    );
    let missing = [("public_ids[]", "none")];
    assert_eq!(
        call("image/context", &missing, &[("command", "remove_all")]).await,
        json!({"public_ids": []})
    );
    assert_eq!(
        desk.post(
            "image/tags",
            &[("command", "paint"), ("tag", "x"), ("public_ids[]", "p2")]
        )
        .await
        .status(),
        400
    );
}

#[tokio::test]
async fn explicit_replaces_what_it_names() {
    let desk = Desk::new().await;
    desk.uploaded(
        "image/upload",
        "a.png",
        PNG,
        &[("public_id", "a"), ("tags", "old"), ("context", "k=v")],
    )
    .await;
    let asset = json(
        desk.post(
            "image/explicit",
            &[("public_id", "a"), ("type", "upload"), ("tags", "new")],
        )
        .await,
    )
    .await;
    assert_eq!(
        (&asset["tags"], &asset["context"]["custom"]["k"]),
        (&json!(["new"]), &json!("v"))
    );
    let missing = desk
        .post(
            "image/explicit",
            &[("public_id", "none"), ("type", "upload")],
        )
        .await;
    assert_eq!(
        refusal(missing).await,
        (404, "Resource not found - none".to_owned())
    );
}

#[tokio::test]
async fn listings_come_in_pages_newest_first() {
    let desk = Desk::new().await;
    for index in 0..5 {
        let id = format!("p/{index}");
        desk.uploaded(
            "image/upload",
            "a.png",
            PNG,
            &[("public_id", &id), ("asset_folder", "f/g")],
        )
        .await;
    }
    let ids = |page: &Value| {
        page["resources"]
            .as_array()
            .unwrap()
            .iter()
            .map(|asset| asset["public_id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let first = desk
        .admin_json("resources/image/upload?max_results=3")
        .await;
    assert_eq!(ids(&first), ["p/4", "p/3", "p/2"]);
    let second = desk
        .admin_json(&format!(
            "resources/image/upload?max_results=3&next_cursor={}",
            first["next_cursor"].as_str().unwrap()
        ))
        .await;
    assert_eq!(
        (ids(&second), second.get("next_cursor")),
        (vec!["p/1".to_owned(), "p/0".to_owned()], None)
    );
    assert_eq!(
        ids(&desk
            .admin_json("resources/image?direction=asc&prefix=p/&max_results=1")
            .await),
        ["p/0"]
    );
    assert_eq!(
        ids(&desk
            .admin_json("resources/by_asset_folder?asset_folder=f/g/")
            .await)
        .len(),
        5
    );
    assert!(
        ids(&desk
            .admin_json("resources/by_asset_folder?asset_folder=")
            .await)
        .is_empty()
    );
    assert_eq!(
        desk.admin("resources/image?max_results=501").await.status(),
        400
    );

    let body = json!({"public_ids": ["p/0", "none"], "transformations": null});
    let gone = desk
        .client
        .delete(desk.url("resources/image/upload"))
        .basic_auth(KEY, Some(SECRET))
        .json(&body)
        .send()
        .await
        .unwrap();
    assert_eq!(
        json(gone).await["deleted"],
        json!({"p/0": "deleted", "none": "not_found"})
    );
}

#[tokio::test]
async fn folders_are_made_and_found_and_must_be_empty_to_go() {
    let desk = Desk::new().await;
    desk.uploaded("image/upload", "a.png", PNG, &[("asset_folder", "a/b c")])
        .await;
    let with = |method, path: &str| {
        desk.client
            .request(method, desk.url(path))
            .basic_auth(KEY, Some(SECRET))
            .send()
    };
    let made = json(with(reqwest::Method::POST, "folders/new/x").await.unwrap()).await;
    assert_eq!(made, json!({"success": true, "path": "new/x", "name": "x"}));
    let names = |page: &Value| {
        page["folders"]
            .as_array()
            .unwrap()
            .iter()
            .map(|folder| folder["path"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let top = desk.admin_json("folders?max_results=500").await;
    assert_eq!(
        (names(&top), &top["total_count"]),
        (vec!["a".to_owned(), "new".to_owned()], &json!(2))
    );
    assert_eq!(names(&desk.admin_json("folders/a/").await), ["a/b c"]);
    assert!(names(&desk.admin_json("folders/a%2Fb%20c").await).is_empty());
    assert_eq!(
        refusal(desk.admin("folders/none").await).await,
        (404, "Can't find folder with path none".to_owned())
    );
    assert_eq!(
        with(reqwest::Method::DELETE, "folders/a")
            .await
            .unwrap()
            .status(),
        400
    );
    assert_eq!(
        json(with(reqwest::Method::DELETE, "folders/new").await.unwrap()).await,
        json!({"deleted": ["new/x"]})
    );
}

#[tokio::test]
async fn searches_are_understood_or_refused() {
    let desk = Desk::new().await;
    for (id, folder) in [("a", "dir"), ("b", "dir/sub"), ("c", "directory")] {
        desk.uploaded(
            "image/upload",
            "x.png",
            PNG,
            &[
                ("public_id", id),
                ("asset_folder", folder),
                ("display_name", id),
            ],
        )
        .await;
    }
    let search = |path: &str, body: Value| {
        desk.client
            .post(desk.url(path))
            .basic_auth(KEY, Some(SECRET))
            .json(&body)
            .send()
    };
    let found = async |expression: &str| {
        let body = json!({"expression": expression, "sort_by": [{"public_id": "asc"}], "max_results": 500});
        let page = json(search("resources%2Fsearch", body).await.unwrap()).await;
        page["resources"]
            .as_array()
            .unwrap()
            .iter()
            .map(|asset| asset["public_id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(found("").await, ["a", "b", "c"]);
    assert_eq!(found(r#"asset_folder:"dir/*""#).await, ["a", "b"]);
    assert_eq!(
        found(r#"asset_folder:"dir" AND display_name:"dir""#).await,
        Vec::<String>::new()
    );
    assert_eq!(
        found(r#"asset_folder:"dir" AND display_name:"a" AND status:active"#).await,
        ["a"]
    );
    assert_eq!(found("folder=dir*").await, ["a", "b", "c"]);
    for wrong in [
        "bytes>100",
        "cat",
        "public_id:a OR public_id:b",
        "uploaded_at:[1 TO 2]",
        "public_id:\"a",
        "colour:red",
        "status:(active OR pending)",
    ] {
        let (status, message) = refusal(
            search("resources/search", json!({"expression": wrong}))
                .await
                .unwrap(),
        )
        .await;
        assert_eq!(status, 400, "{wrong}");
        assert!(message.starts_with("Invalid expression: "), "{message}");
    }
    let folders = json(
        search("folders/search", json!({"expression": "path=\"dir\""}))
            .await
            .unwrap(),
    )
    .await;
    assert_eq!(
        (&folders["total_count"], &folders["folders"][0]["path"]),
        (&json!(1), &json!("dir"))
    );
}

#[tokio::test]
async fn presets_and_usage_are_told() {
    let desk = Desk::new().await;
    let presets = desk.admin_json("upload_presets?max_results=5").await;
    assert_eq!(
        presets["presets"],
        json!([{"name": desk.sandbox.unsigned_preset(), "unsigned": true, "settings": {}}])
    );
    assert_eq!(
        desk.admin(&format!(
            "upload_presets/{}",
            desk.sandbox.unsigned_preset()
        ))
        .await
        .status(),
        200
    );
    assert_eq!(desk.admin("upload_presets/none").await.status(), 404);
    desk.uploaded("image/upload", "x.png", PNG, &[]).await;
    assert_eq!(
        desk.admin_json("usage").await["storage"]["usage"],
        PNG.len()
    );
    assert_eq!(desk.admin_json("config").await.get("settings"), None);
}
