//! `aloft accounts edit`, `keep` and `rotate`: what becomes of accounts that are there.

use std::process::ExitCode;

use app::contract::{Problem, ProblemKind, RotationWish};
use app::{Account, AccountChanges, Aloft, Consent, Keeping};

use crate::arguments::{EditArguments, RotateArguments, StoreName};
use crate::output::Output;
use crate::passphrase;
use crate::wording::keyring_missing;

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
        let rotated = aloft.rotate(&account, wish).await?;
        return Ok((rotated, ExitCode::SUCCESS));
    }
    let given = super::read_secret(output, "Paste the new CLOUDINARY_URL, or KEY:SECRET,")?;
    let (api_key, secret) = aloft.second_key_of(&account, &given)?;
    let begun = aloft.begin_rotation(&account, &api_key, &secret).await?;
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
