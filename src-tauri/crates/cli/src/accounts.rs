//! `aloft accounts …`: everything but `verify` works without a network.

mod care;
mod moving;

use std::io::{BufRead, IsTerminal, Write};
use std::process::ExitCode;

use app::contract::{Problem, ProblemKind};
use app::words::Words;
use app::{
    Access, Account, Aloft, Consent, Keeping, NewAccount, Rotation, SecretString, Stage,
    Verification,
};
use serde_json::{Value, json};

use crate::arguments::AccountsCommand;
use crate::output::Output;
use crate::passphrase;
use crate::wording::{argument, without_keyring};

pub(crate) async fn run(command: AccountsCommand, output: &Output) -> Result<ExitCode, Problem> {
    let aloft = crate::open(output).await?;
    match command {
        AccountsCommand::List => list(&aloft, output).await?,
        AccountsCommand::Add { name, vault } => {
            let keeping = match vault {
                true => {
                    passphrase::open_vault(&aloft, output).await?;
                    Keeping::Vault
                }
                false => Keeping::Keyring,
            };
            let url = read_secret(output, "Paste the CLOUDINARY_URL")?;
            let (here, active) = (aloft.accounts()?, aloft.active_account()?);
            // Who gives the address to a terminal has chosen its host.
            let added = aloft.add_url(&url, &name, keeping, Consent::Given).await;
            let account = added.map_err(|problem| {
                let vault = format!(": aloft accounts add {} --vault", argument(&name));
                without_keyring(keeping_its_secret(problem), &vault)
            })?;
            say_its_name(output, &account, &name, &here);
            return Ok(say_verified(&aloft, output, &account, active).await);
        }
        AccountsCommand::AddUnsigned {
            name,
            cloud_name,
            preset,
            host,
        } => {
            let new = NewAccount {
                label: name,
                cloud_name,
                access: Access::Unsigned {
                    upload_preset: preset,
                },
                host,
            };
            let account = aloft
                .add_account(&new, None, Keeping::Nothing, Consent::Given)
                .await?;
            show(&aloft, output, &account)?;
        }
        AccountsCommand::Use { name } => {
            let account = aloft.account(Some(&name))?;
            aloft.use_account(&account)?;
            show(&aloft, output, &account)?;
        }
        AccountsCommand::Verify { name } => {
            let account = crate::account(&aloft, name.as_deref(), output).await?;
            let account = aloft.verify(&account).await?;
            show(&aloft, output, &account)?;
            if let Verification::Rejected { .. } = account.verification {
                return Ok(ExitCode::from(3));
            }
        }
        AccountsCommand::Rename { name, new_name } => {
            let account = aloft.rename_account(&aloft.account(Some(&name))?, &new_name)?;
            show(&aloft, output, &account)?;
        }
        AccountsCommand::Edit(arguments) => {
            let account = care::edit(&aloft, output, arguments).await?;
            show(&aloft, output, &account)?;
        }
        AccountsCommand::Keep { name, store } => {
            let account = care::keep(&aloft, output, &name, store).await?;
            show(&aloft, output, &account)?;
        }
        AccountsCommand::Passphrase => {
            passphrase::change(&aloft, output).await?;
            output.say("The vault has its new passphrase.");
            if output.json {
                output.object(&json!({ "passphrase_changed": true }));
            }
        }
        AccountsCommand::Rotate(arguments) => {
            let (account, code) = care::rotate(&aloft, output, &arguments).await?;
            show(&aloft, output, &account)?;
            return Ok(code);
        }
        AccountsCommand::Export(arguments) => {
            return moving::export(&aloft, output, arguments).await;
        }
        AccountsCommand::Import(arguments) => {
            return moving::import(&aloft, output, arguments).await;
        }
        AccountsCommand::Find(arguments) => {
            return moving::find(&aloft, output, arguments).await;
        }
        AccountsCommand::Remove { name, yes } => {
            let account = aloft.account(Some(&name))?;
            passphrase::unlock_if_there(&aloft, output, &account).await?;
            let waiting = aloft.waiting_uploads(&account).await?;
            if waiting > 0 && !yes && !agreed(&account, waiting)? {
                output.say("Nothing was removed.");
                return Ok(ExitCode::from(1));
            }
            let removed = aloft.remove_account(&account).await;
            removed.map_err(|problem| passphrase::gone(&aloft, &account).unwrap_or(problem))?;
            let cancelled = match waiting {
                0 => String::new(),
                1 => " 1 upload that still waited is cancelled.".to_owned(),
                count => format!(" {count} uploads that still waited are cancelled."),
            };
            let secret = match account.keeping {
                Keeping::Nothing => "",
                Keeping::Keyring | Keeping::SessionOnly | Keeping::Vault => " and its secret",
            };
            output.say(&format!(
                "Removed “{}”{secret}.{cancelled} What it uploaded stays.",
                account.label
            ));
            if output.json {
                output.object(&json!({
                    "id": account.id.as_str(),
                    "label": account.label,
                    "removed": true,
                    "cancelled": waiting,
                }));
            }
        }
        AccountsCommand::Lock => {
            aloft.lock().await?;
            say_lock(&aloft, output).await?;
        }
        AccountsCommand::Unlock => {
            aloft.unlock().await?;
            say_lock(&aloft, output).await?;
            let kept = aloft.accounts()?;
            if kept.iter().any(|account| account.keeping == Keeping::Vault) {
                output.say("The vault file is opened by each command for itself: give its passphrase with that command.");
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn say_lock(aloft: &Aloft, output: &Output) -> Result<(), Problem> {
    let locked = aloft.is_locked().await?;
    if output.json {
        output.object(&json!({ "locked": locked }));
        return Ok(());
    }
    output.say(match locked {
        true => "Locked. Uploads wait until: aloft accounts unlock",
        false => "Unlocked.",
    });
    Ok(())
}

/// Asks in the terminal what becomes of uploads that wait; a script says `--yes`.
fn agreed(account: &Account, waiting: u64) -> Result<bool, Problem> {
    let what = format!(
        "“{}”, for which uploads still wait ({waiting})",
        account.label
    );
    if !std::io::stdin().is_terminal() {
        return Err(Problem::new(
            ProblemKind::BadValue,
            Words::english(format!("Nobody can be asked whether to remove {what}.")),
            Words::english("Say --yes to cancel them and remove it without a question."),
        ));
    }
    let _ = write!(std::io::stderr(), "Remove {what}, and cancel them? [y/N] ");
    let _ = std::io::stderr().flush();
    let mut answer = String::new();
    let _ = std::io::stdin().read_line(&mut answer);
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

async fn list(aloft: &Aloft, output: &Output) -> Result<(), Problem> {
    let accounts = aloft.accounts()?;
    for account in &accounts {
        show(aloft, output, account)?;
    }
    if accounts.is_empty() {
        output.say("No account yet. Add one: aloft accounts add NAME, with its CLOUDINARY_URL on standard input.");
    }
    if aloft.is_locked().await? {
        output.say("Aloft is locked, and uploads wait until: aloft accounts unlock");
    }
    Ok(())
}

/// Somebody who added it under one name must not look for it under that.
fn say_its_name(output: &Output, account: &Account, asked: &str, before: &[Account]) {
    let label = &account.label;
    if before.iter().any(|known| known.id == account.id) {
        output.say(&format!(
            "aloft: This API key is here already as “{label}”."
        ));
    } else if !asked.trim().is_empty() && asked.trim() != label {
        let asked = asked.trim();
        output.say(&format!(
            "aloft: “{asked}” is taken; the account is called “{label}”."
        ));
    }
}

/// Nobody is asked whether a secret that worked makes room for another one.
fn keeping_its_secret(problem: Problem) -> Problem {
    if problem.kind != ProblemKind::Declined {
        return problem;
    }
    Problem {
        hint: Words::english("To replace it: aloft accounts edit NAME --secret"),
        ..problem
    }
}

/// A new account is verified when the network is there; offline it stays unverified. One that the service turns away is
/// not the one that uploads go to, where there was another.
async fn say_verified(
    aloft: &Aloft,
    output: &Output,
    account: &Account,
    active: Option<Account>,
) -> ExitCode {
    let account = match aloft.verify(account).await {
        Ok(account) => account,
        Err(problem) => {
            output.say(&format!("aloft: Added, but not verified yet: {problem}"));
            account.clone()
        }
    };
    let rejected = matches!(account.verification, Verification::Rejected { .. });
    if rejected && let Some(active) = active.filter(|active| active.id != account.id) {
        match aloft.use_account(&active) {
            Ok(()) => output.say(&format!(
                "aloft: Uploads still go to “{}”: the service turns the new account away.",
                active.label
            )),
            Err(problem) => output.complain(&problem),
        }
    }
    if let Err(problem) = show(aloft, output, &account) {
        output.complain(&problem);
    }
    match rejected {
        true => ExitCode::from(3),
        false => ExitCode::SUCCESS,
    }
}

fn is_active(aloft: &Aloft, account: &Account) -> Result<bool, Problem> {
    let active = aloft.active_account()?;
    Ok(active.is_some_and(|active| active.id == account.id))
}

fn show(aloft: &Aloft, output: &Output, account: &Account) -> Result<(), Problem> {
    let active = is_active(aloft, account)?;
    if output.json {
        output.object(&object(account, active));
        return Ok(());
    }
    let mark = if active { '*' } else { ' ' };
    let how = match &account.access {
        Access::Signed { api_key, .. } => format!("key {api_key}, {}", age(account)),
        Access::Unsigned { upload_preset } => format!("unsigned preset {upload_preset}"),
    };
    let verified = match &account.verification {
        Verification::Unverified => "unverified".to_owned(),
        Verification::Verified { .. } => "verified".to_owned(),
        Verification::Rejected { reason, .. } => {
            format!("rejected: {}", app::words::of_rejection(reason))
        }
    };
    let kept = match account.keeping {
        Keeping::Keyring => "in the keyring",
        Keeping::Vault => "in the vault",
        Keeping::SessionOnly => "for this session",
        Keeping::Nothing => "no secret",
    };
    let changing = match &account.rotation {
        Some(rotation) => format!("\t{}", under_way(rotation)),
        None => String::new(),
    };
    output.line(&format!(
        "{mark} {}\t{}\t{how}\t{verified}\t{kept}{changing}",
        account.label, account.cloud_name
    ));
    Ok(())
}

/// How long the key in use has been in use here.
fn age(account: &Account) -> String {
    match account.key_age_days() {
        0 => "new today".to_owned(),
        1 => "1 day old".to_owned(),
        days => format!("{days} days old"),
    }
}

/// A change of key, and how far it has come.
fn under_way(rotation: &Rotation) -> String {
    let other = &rotation.other_key;
    match rotation.stage {
        Stage::Added => format!("new key {other} added"),
        Stage::Tested { .. } => format!("new key {other} tested"),
        Stage::Switched { .. } => format!("old key {other} kept until an upload"),
        Stage::Proven { .. } | Stage::Abandoned => format!("key {other} to be erased"),
    }
}

/// What stands between the keys, while the key is being changed.
fn rotation(account: &Account) -> Option<Value> {
    let rotation = account.rotation.as_ref()?;
    let stage = match rotation.stage {
        Stage::Added => "added",
        Stage::Tested { .. } => "tested",
        Stage::Switched { .. } => "switched",
        Stage::Proven { .. } | Stage::Abandoned => "erasing",
    };
    Some(json!({ "other_key": rotation.other_key, "stage": stage }))
}

fn store(account: &Account) -> &'static str {
    match account.keeping {
        Keeping::Keyring => "keyring",
        Keeping::SessionOnly => "session",
        Keeping::Vault => "vault",
        Keeping::Nothing => "nothing",
    }
}

fn object(account: &Account, active: bool) -> Value {
    let (api_key, preset) = match &account.access {
        Access::Signed { api_key, .. } => (Some(api_key), None),
        Access::Unsigned { upload_preset } => (None, Some(upload_preset)),
    };
    let (verification, reason) = match &account.verification {
        Verification::Unverified => ("unverified", None),
        Verification::Verified { .. } => ("verified", None),
        Verification::Rejected { reason, .. } => {
            ("rejected", Some(app::words::of_rejection(reason)))
        }
    };
    json!({
        "id": account.id.as_str(),
        "label": account.label,
        "cloud_name": account.cloud_name,
        "api_key": api_key,
        "upload_preset": preset,
        "host": account.host.url().as_str(),
        "store": store(account),
        "key_since": api_key.map(|_| account.key_in_use_since().to_string()),
        "rotation": rotation(account),
        "verification": verification,
        "reason": reason,
        "active": active,
    })
}

/// On a terminal a secret is not echoed, and it is never an argument.
fn read_secret(output: &Output, what: &str) -> Result<SecretString, Problem> {
    let unreadable = |error: std::io::Error| {
        Problem::new(
            ProblemKind::BadUrl,
            Words::english(format!("Standard input could not be read: {error}.")),
            Words::none(),
        )
    };
    if std::io::stdin().is_terminal() {
        output.say(&format!("{what} and press Enter. It is not shown."));
        return crate::hidden::line(None).map_err(unreadable);
    }
    let mut line = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(unreadable)?;
    Ok(SecretString::from(line))
}
