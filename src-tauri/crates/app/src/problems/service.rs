//! What the client of the service says.

use std::io;

use cloudinary::{Distrust, Error as E};

use crate::words::{Value, Words, problem as p};

/// Each error of the client as a message; the service's own words stand in it as they came.
pub(crate) fn of_service(error: &E) -> Words {
    match error {
        E::SourceMissing { name } => p::source_moved(name),
        E::SourceUnreadable { name, reason } => {
            let error = io::Error::from(*reason);
            p::source_unreadable(name, Value::from(&error))
        }
        E::SourceIsFolder { name } => p::source_not_a_file(name),
        E::SourceEmpty { name } => p::source_empty(name),
        E::SourceChanged { name } => p::source_changed_sending(name),
        E::LinkUnsupported { scheme } => p::link_unsupported(scheme),
        E::ParameterNotAllowed { names } => p::parameter_not_allowed(names.join(", ")),
        E::ParameterReserved { name } => p::parameter_reserved(name),
        E::ParameterUnusable { name } => p::parameter_unusable(name),
        E::ParameterMalformed { name } => p::parameter_malformed(name),
        E::ChunkMismatch => p::chunk_mismatch(),
        E::NeedsKey => p::needs_key(),
        E::NeedsResourceType => p::needs_type(),
        E::HostUnusable => p::host_unusable("https://api.cloudinary.com"),
        E::InsecureHost { host } => p::host_insecure(host),
        E::CloudNameUnusable => p::cloud_name_unusable(),
        E::NameUnusable => p::name_unusable(r#"".", "..""#),
        E::ClientNotBuilt { cause } => p::client_not_built(cause),
        E::HostNotFound { host } => p::host_not_found(host),
        E::Unreachable { host, .. } => p::unreachable(host),
        E::Interrupted { host, .. } => p::interrupted(host),
        E::TimedOut { host, limit } => p::timed_out(host, limit.as_secs_f32().ceil().to_string()),
        E::Untrusted { host, why, .. } => match why {
            Distrust::Issuer => p::untrusted_issuer(host),
            Distrust::Name => p::untrusted_name(host),
            Distrust::Clock => p::untrusted_clock(host),
        },
        E::Portal { host } => p::portal(host),
        E::Redirected { host, .. } => p::redirected(host),
        E::ProxyRefused(_) => p::proxy_login(),
        E::NotJson(said) => p::not_json(said.status),
        E::AnswerTooLarge { limit } => p::answer_too_large(*limit),
        E::Incomplete => p::incomplete(),
        E::StaleRequest(_) => p::stale_request(),
        E::WrongKey(_) => p::wrong_key(),
        E::WrongSecret(_) => p::wrong_secret(),
        E::SignatureMismatch(_) => p::signature_mismatch(),
        E::WrongCloud(_) => p::wrong_cloud(),
        E::WrongRegion { host: None, .. } => p::wrong_region(),
        E::WrongRegion {
            host: Some(host), ..
        } => p::wrong_region_to(format!("https://{host}")),
        E::Unauthorised(said) => p::unauthorised(said.to_string()),
        E::PresetRefused { said, .. } => p::preset_refused(said.to_string()),
        E::Forbidden(said) => p::forbidden(said.to_string()),
        E::TooLarge { max: None, .. } => p::too_large(),
        E::TooLarge { max: Some(max), .. } => p::too_large_for(*max),
        E::NotAnImage(_) => p::not_an_image(),
        E::Refused(said) => p::refused(said.to_string()),
        E::AddOnRefused(said) => p::add_on_refused(said.to_string()),
        E::NameTaken(said) => p::name_taken(said.to_string()),
        E::NotFound(said) => p::not_found(said.to_string()),
        E::LinkFailed { said, .. } => p::link_failed(said.to_string()),
        E::RateLimited { .. } => p::rate_limited(),
        E::ServiceTrouble { said, .. } => p::service_trouble(said.status),
    }
}
