//! `aloft sign`: the signature alone on standard output, so that it can be used in a script.

use std::process::ExitCode;

use app::SignRequest;
use app::contract::{Problem, ProblemKind};
use app::signing::Params;
use app::words::Words;
use serde_json::json;

use crate::arguments::SignArguments;
use crate::output::Output;

pub(crate) async fn run(arguments: SignArguments, output: &Output) -> Result<ExitCode, Problem> {
    let mut params = Params::new();
    for pair in &arguments.params {
        let Some((name, value)) = pair.split_once('=').filter(|(name, _)| !name.is_empty()) else {
            return Err(Problem::new(
                ProblemKind::BadValue,
                Words::english(format!("“{pair}” is not KEY=VALUE.")),
                Words::english("Write each parameter as its name, an equals sign and its value."),
            ));
        };
        if params.insert(name, value).is_some() {
            return Err(Problem::new(
                ProblemKind::BadValue,
                Words::english(format!("“{name}” is given twice.")),
                Words::english("Join several values with commas."),
            ));
        }
    }
    let aloft = crate::open(output).await?;
    let account = crate::account(&aloft, arguments.account.as_deref(), output).await?;
    for (name, _) in params.iter() {
        if arguments.any && app::signing::EXCLUDED.contains(&name) {
            output.say(&format!(
                "aloft: “{name}” is left out: the service never signs it."
            ));
        }
    }
    let request = SignRequest {
        params,
        algorithm: arguments.algorithm,
        version: arguments.signature_version,
        any: arguments.any,
    };
    let signed = aloft.sign(&account, &request).await?;
    if output.json {
        output.object(&json!({
            "signature": signed.signature,
            "api_key": signed.api_key,
            "algorithm": signed.scheme.algorithm,
            "signature_version": signed.scheme.version,
            "string_to_sign": signed.string_to_sign,
        }));
    } else {
        output.line(&signed.signature);
    }
    Ok(ExitCode::SUCCESS)
}
