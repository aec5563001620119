//! `aloft library …`: everything that was ever uploaded.

use std::io::{IsTerminal, Write, stderr, stdin};
use std::process::ExitCode;

use app::contract::{Crop, LinkForm, LinkFormat, Problem, ProblemKind};
use app::words::Words;
use app::{Aloft, LibraryAsset};
use serde_json::{Value, json};

use crate::arguments::{CropName, LibraryArguments, LibraryCommand, LinkArguments, LinkAs};
use crate::output::Output;

pub(crate) async fn run(arguments: LibraryArguments, output: &Output) -> Result<ExitCode, Problem> {
    let aloft = crate::open(output).await?;
    match arguments.command {
        LibraryCommand::List {
            search,
            account,
            limit,
        } => {
            let account = account.as_deref();
            let account = account.map(|name| aloft.account(Some(name))).transpose()?;
            let assets = aloft.assets(account.as_ref(), search, limit).await?;
            for asset in &assets {
                show(output, asset);
            }
            if assets.is_empty() && !output.json {
                output.say("Nothing in the library fits.");
            }
        }
        LibraryCommand::Link(wanted) => link(&aloft, output, wanted).await?,
        LibraryCommand::Delete { id, yes } => return delete(&aloft, output, id, yes).await,
    }
    Ok(ExitCode::SUCCESS)
}

fn show(output: &Output, asset: &LibraryAsset) {
    if output.json {
        output.object(&object(asset));
    } else {
        output.line(&format!(
            "{:>6}  {}  {}",
            asset.id, asset.receipt.url, asset.name
        ));
    }
}

async fn link(aloft: &Aloft, output: &Output, wanted: LinkArguments) -> Result<(), Problem> {
    let asset = aloft.asset(wanted.id).await?;
    let format = match (wanted.template, wanted.form) {
        (Some(text), _) => LinkFormat::Template { text },
        (None, LinkAs::Url) => LinkFormat::Url,
        (None, LinkAs::Markdown) => LinkFormat::Markdown,
        (None, LinkAs::Html) => LinkFormat::Html,
        (None, LinkAs::Bbcode) => LinkFormat::Bbcode,
        (None, LinkAs::Picture) => LinkFormat::Picture,
        (None, LinkAs::Json) => {
            output.object(&object(&asset));
            return Ok(());
        }
    };
    if asset.receipt.delivery_type != "upload" {
        // its links are signed with its account's own secret
        crate::environment(aloft).await?;
        crate::passphrase::unlock_for_any(aloft, output).await?;
    }
    let form = LinkForm {
        format,
        optimised: wanted.optimised,
        width: wanted.width,
        height: wanted.height,
        crop: wanted.crop.map(crop),
    };
    output.line(&aloft.link_of(&asset, &form).await?);
    Ok(())
}

fn crop(name: CropName) -> Crop {
    match name {
        CropName::Limit => Crop::Limit,
        CropName::Fit => Crop::Fit,
        CropName::Fill => Crop::Fill,
        CropName::Thumb => Crop::Thumb,
        CropName::Pad => Crop::Pad,
    }
}

async fn delete(aloft: &Aloft, output: &Output, id: i64, yes: bool) -> Result<ExitCode, Problem> {
    // its assets are deleted with its own secret
    crate::environment(aloft).await?;
    crate::passphrase::unlock_for_any(aloft, output).await?;
    let asset = aloft.asset(id).await?;
    let what = format!(
        "“{}” ({} {}) from “{}”",
        asset.name,
        asset.receipt.resource_type.as_str(),
        asset.receipt.public_id,
        asset.cloud_name
    );
    if !yes && !agreed(&what)? {
        output.say("Nothing was deleted.");
        return Ok(ExitCode::from(1));
    }
    let was_there = aloft.delete_asset(&asset).await?;
    if output.json {
        output.object(&json!({ "id": id, "deleted": true, "was_there": was_there }));
    }
    output.say(&if was_there {
        format!("Deleted {what}.")
    } else {
        format!("{what} was already gone.")
    });
    Ok(ExitCode::SUCCESS)
}

/// Asks in the terminal; a script says `--yes`.
fn agreed(what: &str) -> Result<bool, Problem> {
    if !stdin().is_terminal() {
        return Err(Problem::new(
            ProblemKind::BadValue,
            Words::english(format!("Nobody can be asked whether to delete {what}.")),
            Words::english("Say --yes to delete it without a question."),
        ));
    }
    let _ = write!(
        stderr(),
        "Delete {what}, for everybody who has its link? [y/N] "
    );
    let _ = stderr().flush();
    let mut answer = String::new();
    let _ = stdin().read_line(&mut answer);
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

fn object(asset: &LibraryAsset) -> Value {
    json!({
        "id": asset.id,
        "name": asset.name,
        "cloud_name": asset.cloud_name,
        "public_id": asset.receipt.public_id,
        "resource_type": asset.receipt.resource_type,
        "type": asset.receipt.delivery_type,
        "folder": asset.folder,
        "tags": asset.tags,
        "bytes": asset.receipt.bytes,
        "url": asset.receipt.url,
        "verified": app::is_verified(&asset.verification),
        "uploaded_at": asset.uploaded_at.to_string(),
        "deleted_at": asset.deleted_at.map(|at| at.to_string()),
    })
}
