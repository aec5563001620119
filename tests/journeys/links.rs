//! Copying links.

use app::contract::{Commands, CopyLinks, LinkFormat, ProblemKind};

use crate::world::{World, png};

#[tokio::test(flavor = "multi_thread")]
async fn links_are_copied_in_list_order_one_a_line() {
    let world = World::new().await;
    world.add_account().await;
    world
        .aloft
        .take(vec![
            world.file("a.png", &png("a")),
            world.file("b.txt", b"words"),
        ])
        .await;
    let jobs = world.settled().await;
    let ids = jobs.iter().map(|job| job.id).collect();
    let copied = Commands::copy_links(
        &world.aloft,
        CopyLinks {
            ids,
            format: LinkFormat::Markdown,
        },
    )
    .await
    .unwrap();
    assert_eq!(copied.count, 2);
    let text = world.desktop.copied.lock().unwrap()[0].clone();
    let lines: Vec<&str> = text.lines().collect();
    assert!(
        lines[0].starts_with("![a.png](http") && lines[1].starts_with("[b.txt](http"),
        "{text}"
    );

    let none = CopyLinks {
        ids: vec![999],
        format: LinkFormat::Url,
    };
    let problem = Commands::copy_links(&world.aloft, none).await.unwrap_err();
    assert_eq!(problem.kind, ProblemKind::Gone);
}
