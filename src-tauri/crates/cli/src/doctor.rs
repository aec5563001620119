//! `aloft doctor`: exit code 1 when something that Aloft needs does not work.

use std::process::ExitCode;

use app::contract::{Problem, ProblemKind};

use crate::output::Output;
use crate::passphrase;

pub(crate) async fn run(output: &Output) -> Result<ExitCode, Problem> {
    let aloft = crate::open(output).await?;
    if let Ok(url) = std::env::var("CLOUDINARY_URL")
        && !url.trim().is_empty()
    {
        match aloft.use_environment(&app::SecretString::from(url)).await {
            // the doctor says so too
            Err(problem) if problem.kind == ProblemKind::Locked => {}
            read => drop(read?),
        }
    }
    let opened = match aloft.active_account() {
        Ok(Some(account)) if output.passphrase_fd.is_some() => {
            passphrase::unlock_if_there(&aloft, output, &account).await
        }
        Ok(_) | Err(_) => Ok(()),
    };
    let findings = aloft.doctor().await;
    for finding in &findings {
        if output.json {
            output.object(finding);
            continue;
        }
        let mark = match finding.works {
            Some(true) => "works",
            Some(false) => "does not work",
            None => "not known",
        };
        output.line(&format!("{:<9} {mark:<14} {}", finding.what, finding.words));
    }
    // A terminal needs neither tray nor display; the keyring only when a secret is kept there.
    let broken = findings
        .iter()
        .any(|finding| finding.needed && finding.works == Some(false));
    match opened {
        // the doctor says so too
        Err(problem) if problem.kind == ProblemKind::Locked => {}
        opened => opened?,
    }
    Ok(ExitCode::from(u8::from(broken)))
}
