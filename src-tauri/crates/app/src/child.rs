//! What another program needs to speak for an account: its `CLOUDINARY_URL`, secret included.

use credentials::{
    Access, Account, ApiHost, Origin, SignatureAlgorithm, SignatureVersion, UnlockDialog,
};
use secrecy::{ExposeSecret, SecretString};
use url::form_urlencoded;

use crate::agent;
use crate::aloft::Aloft;
use crate::audit::Action;
use crate::contract::Problem;

impl Aloft {
    /// `cloudinary://<key>:<secret>@<cloud>`, with whatever of the account is not as usual as options behind it. It is for
    /// the environment of a child process, and for nothing that is written down or shown.
    ///
    /// # Errors
    /// When the account has no secret, or it cannot be had.
    pub async fn cloudinary_url(&self, account: &Account) -> Result<SecretString, Problem> {
        let Access::Signed {
            api_key,
            algorithm,
            version,
        } = &account.access
        else {
            return Err(agent::no_secret(&account.label));
        };
        let secret = self.secret(account, UnlockDialog::Allow).await?;
        if account.origin == Origin::Sandbox && self.0.trial.runs_here().await {
            return Err(agent::sandbox_ends());
        }
        self.write_down_before(Action::Handed, account).await?;
        let mut options: Vec<(&str, String)> = Vec::new();
        if account.host != ApiHost::Default {
            let host = account.host.url();
            let host = host.as_str().trim_end_matches('/').to_owned();
            options.push(("upload_prefix", host));
        }
        if *algorithm == SignatureAlgorithm::Sha256 {
            options.push(("signature_algorithm", "sha256".to_owned()));
        }
        if *version == SignatureVersion::One {
            options.push(("signature_version", "1".to_owned()));
        }
        let delivery = &account.delivery;
        if delivery.private_cdn {
            options.push(("private_cdn", "true".to_owned()));
        }
        let hosts = [
            ("secure_distribution", &delivery.secure_distribution),
            ("cname", &delivery.cname),
        ];
        for (name, value) in hosts {
            options.extend(value.clone().map(|value| (name, value)));
        }
        let secret = secret.expose_secret();
        let start = format!("cloudinary://{api_key}:{secret}@{}", account.cloud_name);
        Ok(SecretString::from(start + &query(&options)))
    }
}

fn query(options: &[(&str, String)]) -> String {
    let pairs = options
        .iter()
        .map(|(name, value)| format!("{name}={}", text(value)));
    let pairs: Vec<String> = pairs.collect();
    match pairs.is_empty() {
        true => String::new(),
        false => format!("?{}", pairs.join("&")),
    }
}

/// Some clients decode the options and some do not, so what need not be encoded is not.
fn text(value: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/[]".contains(c);
    match value.chars().all(plain) {
        true => value.to_owned(),
        false => form_urlencoded::byte_serialize(value.as_bytes()).collect(),
    }
}
