//! `aloft accounts …`: everything but `verify` works without a network.

use std::io::{BufRead, IsTerminal};
use std::process::ExitCode;

use app::contract::{Problem, ProblemKind};
use app::words::Words;
use app::{Access, Account, Aloft, Consent, Keeping, NewAccount, SecretString, Verification};
use serde_json::{Value, json};

use crate::arguments::AccountsCommand;
use crate::output::Output;

pub(crate) async fn run(command: AccountsCommand, output: &Output) -> Result<ExitCode, Problem> {
    let aloft = crate::open(output).await?;
    match command {
        AccountsCommand::List => list(&aloft, output)?,
        AccountsCommand::Add { name } => {
            let url = read_url(output)?;
            // Who gives the address to a terminal has chosen its host.
            let account = aloft
                .add_url(&url, &name, Keeping::Keyring, Consent::Given)
                .await?;
            say_verified(&aloft, output, &account).await;
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
            let account = crate::account(&aloft, name.as_deref()).await?;
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
        AccountsCommand::Remove { name } => {
            let account = aloft.account(Some(&name))?;
            aloft.remove_account(&account).await?;
            output.say(&format!(
                "Removed “{}” and its secret. What it uploaded stays.",
                account.label
            ));
        }
        AccountsCommand::Lock => {
            aloft.lock().await?;
            say_lock(&aloft, output).await?;
        }
        AccountsCommand::Unlock => {
            aloft.unlock().await?;
            say_lock(&aloft, output).await?;
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

fn list(aloft: &Aloft, output: &Output) -> Result<(), Problem> {
    let accounts = aloft.accounts()?;
    for account in &accounts {
        show(aloft, output, account)?;
    }
    if accounts.is_empty() {
        output.say("No account yet. Add one: aloft accounts add NAME, with its CLOUDINARY_URL on standard input.");
    }
    Ok(())
}

/// A new account is verified when the network is there; offline it stays unverified.
async fn say_verified(aloft: &Aloft, output: &Output, account: &Account) {
    let account = match aloft.verify(account).await {
        Ok(account) => account,
        Err(problem) => {
            output.say(&format!("aloft: Added, but not verified yet: {problem}"));
            account.clone()
        }
    };
    if let Err(problem) = show(aloft, output, &account) {
        output.complain(&problem);
    }
}

fn show(aloft: &Aloft, output: &Output, account: &Account) -> Result<(), Problem> {
    let active = aloft
        .active_account()?
        .is_some_and(|active| active.id == account.id);
    if output.json {
        output.object(&object(account, active));
        return Ok(());
    }
    let mark = if active { '*' } else { ' ' };
    let how = match &account.access {
        Access::Signed { api_key, .. } => format!("key {api_key}"),
        Access::Unsigned { upload_preset } => format!("unsigned preset {upload_preset}"),
    };
    let verified = match &account.verification {
        Verification::Unverified => "unverified".to_owned(),
        Verification::Verified { .. } => "verified".to_owned(),
        Verification::Rejected { reason, .. } => {
            format!("rejected: {}", app::words::of_rejection(reason))
        }
    };
    output.line(&format!(
        "{mark} {}\t{}\t{how}\t{verified}",
        account.label, account.cloud_name
    ));
    Ok(())
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
        "verification": verification,
        "reason": reason,
        "active": active,
    })
}

/// The address is a secret: on a terminal it is not echoed, and it is never an argument.
fn read_url(output: &Output) -> Result<SecretString, Problem> {
    let unreadable = |error: std::io::Error| {
        Problem::new(
            ProblemKind::BadUrl,
            Words::english(format!("Standard input could not be read: {error}.")),
            Words::none(),
        )
    };
    if std::io::stdin().is_terminal() {
        output.say("Paste the CLOUDINARY_URL and press Enter. It is not shown.");
        return rpassword::read_password()
            .map(SecretString::from)
            .map_err(unreadable);
    }
    let mut line = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(unreadable)?;
    Ok(SecretString::from(line))
}
