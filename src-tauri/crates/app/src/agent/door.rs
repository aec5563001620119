//! The agent in the window: switched on and off, its clients, tokens.

use secrecy::ExposeSecret;

use super::client::{Client, NewClient, Proof};
use super::file::Door;
use super::{PORT, faults};
use crate::aloft::Aloft;
use crate::contract::{AgentView, ClientRef, ClientView, MakeToken, Problem, SetAgent};
use crate::desktop::Question;
use crate::messages;

impl Aloft {
    /// Lets the agent listen if the user switched it on. For a front end with windows, at its start.
    pub async fn apply_agent(&self) {
        let listen = async {
            let door = self.0.clients.door()?;
            match door.on {
                true => self.0.desktop.set_agent(door.port_if_on()).await,
                false => Ok(()),
            }
        };
        if let Err(problem) = listen.await {
            self.notify_trouble(problem);
        }
    }

    pub(crate) fn agent_view(&self) -> Result<AgentView, Problem> {
        let door = self.0.clients.door()?;
        let accounts = self.accounts()?;
        let label = |id: &str| {
            let mut accounts = accounts.iter();
            let own = accounts.find(|account| account.id.as_str() == id);
            own.map(|account| account.label.clone())
        };
        let clients = self.clients()?.into_iter();
        Ok(AgentView {
            on: door.on,
            port: door.port.unwrap_or(PORT),
            clients: clients
                .map(|client| view(&client, label(&client.account)))
                .collect(),
        })
    }

    /// Switches the agent on, asking first, or off. It listens when it is said to, or everything is as it was.
    pub(crate) async fn set_agent(&self, request: SetAgent) -> Result<AgentView, Problem> {
        let _alone = self.0.agent.switching.lock().await;
        let before = self.0.clients.door()?;
        let after = Door {
            on: request.on,
            port: request.port.or(before.port),
        };
        if after.on && !before.on {
            let address = format!("127.0.0.1:{}", after.port.unwrap_or(PORT));
            let question = Question {
                title: messages::dialog_agent_on_title(),
                body: messages::dialog_agent_on_body(&address),
                yes: messages::dialog_agent_on_yes(),
            };
            if !self.0.desktop.confirm(question).await {
                return self.agent_view();
            }
        }
        let listens = self.0.desktop.set_agent(after.port_if_on()).await;
        let kept = match listens {
            Ok(()) => self.0.clients.set_door(after),
            Err(problem) => Err(problem),
        };
        if let Err(problem) = kept {
            let _ = self.0.desktop.set_agent(before.port_if_on()).await;
            return Err(problem);
        }
        self.agent_view()
    }

    /// Makes a token and puts it on the clipboard, after the user agreed to what it is good for. No page sees it.
    pub(crate) async fn make_token_asking(&self, request: MakeToken) -> Result<AgentView, Problem> {
        let account = self.required(&request.account)?;
        let mut new = NewClient {
            account: Some(account.id.to_string()),
            may_sign: !request.uploads,
            may_upload: request.uploads,
            ..NewClient::default()
        };
        let body = if request.uploads {
            let Some(root) = self.0.desktop.pick_folder().await else {
                return self.agent_view();
            };
            let folder = root.display().to_string();
            new.roots.push(root);
            messages::dialog_agent_token_uploads(&request.label, &folder, &account.label)
        } else {
            messages::dialog_agent_token_signs(&request.label, &account.label)
        };
        let question = Question {
            title: messages::dialog_agent_token_title(),
            body,
            yes: messages::dialog_agent_token_yes(),
        };
        if !self.0.desktop.confirm(question).await {
            return self.agent_view();
        }
        let (client, token) = self.make_token(&request.label, new).await?;
        let copied = self
            .0
            .desktop
            .write_clipboard(token.expose_secret().to_owned());
        if let Err(problem) = copied.await {
            // A token that nobody has is of no use.
            self.forget_client(&client.name).await?;
            return Err(problem);
        }
        self.agent_view()
    }

    pub(crate) async fn forget_client_of(&self, request: &ClientRef) -> Result<AgentView, Problem> {
        match self.forget_client(&request.label).await? {
            true => self.agent_view(),
            false => Err(faults::client_gone(&request.label)),
        }
    }
}

impl Door {
    fn port_if_on(self) -> Option<u16> {
        self.on.then(|| self.port.unwrap_or(PORT))
    }
}

fn view(client: &Client, account: Option<String>) -> ClientView {
    ClientView {
        name: client.name.clone(),
        has_token: client.proof != Proof::Origin,
        account,
        may_sign: client.may_sign,
        may_upload: client.may_upload,
        roots: client
            .roots
            .iter()
            .map(|root| root.display().to_string())
            .collect(),
        once: client.once,
        until: client.until.map(|until| until.as_second()),
        denied: client.denied,
    }
}
