//! The agent in the window: switched on and off, its clients, tokens.

use super::client::{Client, NewClient, Proof};
use super::file::Door;
use super::{PORT, can_sign, faults};
use crate::aloft::Aloft;
use crate::contract::{AgentView, ClientRef, ClientView, EditClient, MakeToken, Problem, SetAgent};
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

    /// Makes a token and puts it on the clipboard for a moment, after the user agreed to what it is good for. No page sees it.
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
            messages::dialog_agent_token_uploads(&request.label, &account.label, &folder)
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
        if let Err(problem) = self.copy_for_a_moment(token).await {
            // A token that nobody has is of no use.
            self.forget_client(&client.name).await?;
            return Err(problem);
        }
        self.agent_view()
    }

    /// Holds a client to what the user agreed to. One that was forgotten, used up or changed meanwhile stays as it is.
    pub(crate) async fn edit_client_asking(
        &self,
        request: EditClient,
    ) -> Result<AgentView, Problem> {
        let mut clients = self.clients()?.into_iter();
        let before = clients.find(|client| client.name == request.label && !client.denied);
        let before = before.ok_or_else(|| faults::client_gone(&request.label))?;
        let account = self.required(&request.account)?;
        can_sign(&account, before.may_sign)?;
        let after = before.held_to(&account, &request.upload_preset, &request.folder)?;
        let question = Question {
            title: messages::dialog_agent_edit_title(),
            body: edited(&after, &account.label),
            yes: messages::dialog_agent_edit_yes(),
        };
        if !self.0.desktop.confirm(question).await {
            return self.agent_view();
        }
        match self.hold_client(&before, after, &account).await? {
            true => self.agent_view(),
            false => Err(faults::client_gone(&request.label)),
        }
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

/// What a client is to be held to, as the dialog says it.
fn edited(client: &Client, label: &str) -> String {
    if !client.may_sign {
        return messages::dialog_agent_edit_uploads(&client.name, label);
    }
    let mut said = vec![
        messages::dialog_agent_edit_signs(&client.name, label),
        match &client.preset {
            Some(preset) => messages::dialog_agent_edit_preset(preset),
            None => messages::dialog_agent_edit_no_preset(),
        },
        match &client.folder {
            Some(folder) => messages::dialog_agent_edit_folder(folder),
            None => messages::dialog_agent_edit_no_folder(),
        },
    ];
    if client.may_upload {
        said.push(messages::dialog_agent_edit_also());
    }
    said.join(" ")
}

fn view(client: &Client, account: Option<String>) -> ClientView {
    ClientView {
        name: client.name.clone(),
        has_token: client.proof != Proof::Origin,
        account,
        account_id: client.account.clone(),
        may_sign: client.may_sign,
        may_upload: client.may_upload,
        roots: client
            .roots
            .iter()
            .map(|root| root.display().to_string())
            .collect(),
        upload_preset: client.preset.clone(),
        folder: client.folder.clone(),
        once: client.once,
        until: client.until.map(|until| until.as_second()),
        denied: client.denied,
    }
}
