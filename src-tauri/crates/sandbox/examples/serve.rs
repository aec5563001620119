//! A sandbox in a terminal, for trying clients by hand: `serve FOLDER [PORT [KEY:SECRET [CLOUD]]]`. Ends when its input ends.
//! `SANDBOX_WIDGET=hostile` and `SANDBOX_DISCARD=1` in the environment switch those modes on.

use std::io::Read;

use sandbox::{Config, Credentials, WidgetMode};

#[tokio::main]
#[expect(clippy::print_stdout, reason = "the addresses are its output")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut config = Config::new(arguments.next().ok_or("name a folder")?);
    config.port = arguments.next().map(|port| port.parse()).transpose()?;
    config.credentials = arguments.next().and_then(|pair| {
        let (api_key, api_secret) = pair.split_once(':')?;
        Some(Credentials {
            api_key: api_key.to_owned(),
            api_secret: api_secret.to_owned(),
        })
    });
    config.cloud_name = arguments.next();
    config.discard = std::env::var_os("SANDBOX_DISCARD").is_some();
    if let Ok(name) = std::env::var("SANDBOX_WIDGET") {
        config.widget = name.parse::<WidgetMode>()?;
    }
    let sandbox = sandbox::start(config).await?;
    println!("{}", sandbox.cloudinary_url());
    println!(
        "{} framed by {}",
        sandbox.widget_script_url(),
        sandbox.widget_frame_origin()
    );
    tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await??;
    println!("exfiltrated: {:?}", sandbox.exfiltrated());
    sandbox.stop().await;
    Ok(())
}
