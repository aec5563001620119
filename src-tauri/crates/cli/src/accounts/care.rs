//! `aloft accounts edit`, `keep` and `rotate`: what becomes of accounts that are there.

use std::process::ExitCode;

use app::contract::{Problem, ProblemKind, RotationWish};
use app::words::{Words, problem as p};
use app::{Account, AccountChanges, Aloft, Consent, Keeping, Rotation, Stage};

use crate::arguments::{EditArguments, RotateArguments, StoreName};
use crate::output::Output;
use crate::passphrase;
use crate::wording::{argument, keyring_missing};

/// Who gives the address to a terminal has chosen its host.
pub(super) async fn edit(
    aloft: &Aloft,
    output: &Output,
    arguments: EditArguments,
) -> Result<Account, Problem> {
    let account = aloft.account(Some(&arguments.name))?;
    passphrase::unlock_if_there(aloft, output, &account).await?;
    let secret = match arguments.secret {
        true => Some(super::read_secret(output, "Type the API secret")?),
        false => None,
    };
    let changes = AccountChanges {
        label: arguments.label,
        cloud_name: arguments.cloud_name,
        api_key: arguments.api_key,
        secret,
        host: arguments.host,
        upload_preset: arguments.preset,
        algorithm: arguments.algorithm,
        version: arguments.signature_version,
        secure_distribution: arguments.secure_distribution,
        private_cdn: arguments.private_cdn,
        cname: arguments.cname,
    };
    aloft.edit_account(&account, changes, Consent::Given).await
}

pub(super) async fn keep(
    aloft: &Aloft,
    output: &Output,
    name: &str,
    store: StoreName,
) -> Result<Account, Problem> {
    let account = aloft.account(Some(name))?;
    passphrase::unlock_for(aloft, output, &account).await?;
    let to = match store {
        StoreName::Keyring => Keeping::Keyring,
        StoreName::Vault => {
            passphrase::open_vault(aloft, output).await?;
            Keeping::Vault
        }
    };
    let kept = aloft.keep_secret(&account, to).await;
    kept.map_err(|problem| keyring_missing(problem, "The secret stays where it is."))
}

/// Without a step: all of them up to the use of the new key. A key that the service refuses is let go of again.
pub(super) async fn rotate(
    aloft: &Aloft,
    output: &Output,
    arguments: &RotateArguments,
) -> Result<(Account, ExitCode), Problem> {
    let account = aloft.account(Some(&arguments.name))?;
    passphrase::unlock_for(aloft, output, &account).await?;
    if let Some(wish) = wish(arguments) {
        // The other key is the old one by then.
        if let (RotationWish::Test, Some(rotation)) = (wish, &account.rotation)
            && is_decided(&rotation.stage)
        {
            return Err(not_now(&account, rotation));
        }
        let rotated = aloft.rotate(&account, wish).await;
        let rotated = rotated.map_err(|problem| naming_what_can_be_done(problem, &account))?;
        return Ok((rotated, ExitCode::SUCCESS));
    }
    let given = super::read_secret(output, "Paste the new CLOUDINARY_URL, or KEY:SECRET,")?;
    let (api_key, secret) = aloft.second_key_of(&account, &given)?;
    let begun = aloft.begin_rotation(&account, &api_key, &secret).await;
    let begun = begun.map_err(|problem| naming_what_can_be_done(problem, &account))?;
    let tested = match aloft.rotate(&begun, RotationWish::Test).await {
        Ok(tested) => tested,
        Err(problem) if is_a_refusal(problem.kind) => {
            aloft.rotate(&begun, RotationWish::Abandon).await?;
            return Err(problem);
        }
        Err(problem) => {
            output.say(&format!(
                "aloft: The new key is kept but not tested yet: {problem} Go on with: aloft accounts rotate {} --test, then --switch",
                arguments.name
            ));
            return Ok((begun, ExitCode::FAILURE));
        }
    };
    let switched = aloft.rotate(&tested, RotationWish::Switch).await?;
    output.say(
        "The new key is in use. The old one is erased here after the first upload with the new one; then disable it in Cloudinary's console: https://console.cloudinary.com/settings/api-keys",
    );
    Ok((switched, ExitCode::SUCCESS))
}

/// Whether it is no question any more which key is used.
fn is_decided(stage: &Stage) -> bool {
    match stage {
        Stage::Added | Stage::Tested { .. } => false,
        Stage::Switched { .. } | Stage::Proven { .. } | Stage::Abandoned => true,
    }
}

fn naming_what_can_be_done(problem: Problem, account: &Account) -> Problem {
    let about_the_order = [p::rotation_order(), p::rotation_under_way()];
    match &account.rotation {
        Some(rotation) if about_the_order.contains(&problem.message) => not_now(account, rotation),
        Some(_) | None => problem,
    }
}

/// Where a change of key stands, and which steps it can take from there.
fn not_now(account: &Account, rotation: &Rotation) -> Problem {
    let (name, other) = (argument(&account.label), &rotation.other_key);
    let (stands, steps) = match rotation.stage {
        Stage::Added => (
            format!("The new key {other} was added and is not tested yet."),
            format!("Test it: aloft accounts rotate {name} --test, or give it up: --abandon"),
        ),
        Stage::Tested { .. } => (
            format!("The new key {other} was tested and is not in use yet."),
            format!("Use it: aloft accounts rotate {name} --switch, or give it up: --abandon"),
        ),
        Stage::Switched { .. } => (
            format!("The new key is in use, and the old key {other} is kept."),
            format!(
                "The first upload with the new key ends the change. Use the old one again: aloft accounts rotate {name} --back"
            ),
        ),
        Stage::Proven { .. } => (
            format!("The new key is in use, and the old key {other} is still to be erased."),
            "Aloft erases it by itself as soon as its store is open.".to_owned(),
        ),
        Stage::Abandoned => (
            format!("The new key {other} was given up and is still to be erased."),
            format!("Erase it: aloft accounts rotate {name} --abandon"),
        ),
    };
    Problem::new(
        ProblemKind::BadValue,
        Words::english(stands),
        Words::english(steps),
    )
}

fn wish(arguments: &RotateArguments) -> Option<RotationWish> {
    let RotateArguments {
        name: _,
        test,
        switch,
        back,
        abandon,
    } = arguments;
    [
        (*test, RotationWish::Test),
        (*switch, RotationWish::Switch),
        (*back, RotationWish::Back),
        (*abandon, RotationWish::Abandon),
    ]
    .into_iter()
    .find_map(|(wanted, wish)| wanted.then_some(wish))
}

fn is_a_refusal(kind: ProblemKind) -> bool {
    matches!(
        kind,
        ProblemKind::WrongKey
            | ProblemKind::WrongSecret
            | ProblemKind::WrongCloud
            | ProblemKind::Forbidden
    )
}
