//! The contract's commands, each mapped to one call below: take, call, map.

use async_trait::async_trait;
use credentials::Keeping;

use crate::accounts::{Consent, NewAccount};
use crate::aloft::Aloft;
use crate::contract::{
    AccountRef, AccountView, Add, AddReport, BeginAccount, ChangeSettings, CheckChoices,
    CheckedChoices, ChoicesView, Commands, Control, Controlled, Copied, CopyLinks, Deleted, Done,
    Facets, Find, Found, JobDetails, JobRef, JobRefs, LimitView, LimitsView, LinkForm,
    LinksPreview, PlaceRef, Places, PreviewLinks, Problem, PutBack, PutBackRef, RenameAccount,
    RowRefs, Rows, SetChoices, SettingsView, Snapshot, Suggest, Suggestions, UnsignedAccount,
    WatchRef, Watches,
};
use crate::contract::{
    AccountRefs, BackupView, LookAround, LyingAbout, LyingRef, RestoreAccounts, RestoredView,
};
use crate::contract::{AgentView, ClientRef, EditClient, MakeToken, SetAgent};
use crate::contract::{AuditCheck, AuditView, FindAudit, SaveAudit};
use crate::contract::{
    BeginRotation, EditAccount, IntegrationView, KeepSecret, Kept, Rotate, SetIntegration,
};

#[async_trait]
impl Commands for Aloft {
    async fn snapshot(&self) -> Result<Snapshot, Problem> {
        self.snapshot_now().await
    }

    async fn paste_account(&self) -> Result<AccountView, Problem> {
        let account = Aloft::paste_account(self).await?;
        self.view(&account).await
    }

    async fn begin_account(&self, request: BeginAccount) -> Result<Done, Problem> {
        Aloft::begin_account(self, request).await?;
        Ok(Done::YES)
    }

    async fn add_unsigned_account(&self, request: UnsignedAccount) -> Result<AccountView, Problem> {
        let (new, keeping) = (NewAccount::from(request), Keeping::Nothing);
        let account = self.add_account(&new, None, keeping, Consent::Ask).await?;
        self.view(&account).await
    }

    async fn try_sandbox(&self) -> Result<AccountView, Problem> {
        let account = Aloft::try_sandbox(self).await?;
        self.view(&account).await
    }

    async fn use_account(&self, request: AccountRef) -> Result<Done, Problem> {
        Aloft::use_account(self, &self.required(&request.id)?)?;
        Ok(Done::YES)
    }

    async fn verify_account(&self, request: AccountRef) -> Result<AccountView, Problem> {
        let account = self.verify(&self.required(&request.id)?).await?;
        self.view(&account).await
    }

    async fn rename_account(&self, request: RenameAccount) -> Result<AccountView, Problem> {
        let account = Aloft::rename_account(self, &self.required(&request.id)?, &request.label)?;
        self.view(&account).await
    }

    async fn remove_account(&self, request: AccountRef) -> Result<Done, Problem> {
        self.remove_account_asking(&request.id).await?;
        Ok(Done::YES)
    }

    async fn lock(&self) -> Result<Done, Problem> {
        self.lock_asking().await?;
        Ok(Done::YES)
    }

    async fn unlock(&self) -> Result<Done, Problem> {
        self.unlock_asking().await?;
        Ok(Done::YES)
    }

    async fn used(&self) -> Result<Done, Problem> {
        Aloft::used(self);
        Ok(Done::YES)
    }

    async fn edit_account(&self, request: EditAccount) -> Result<AccountView, Problem> {
        let account = self.edit_account_asking(request).await?;
        self.view(&account).await
    }

    async fn reveal_secret(&self, request: AccountRef) -> Result<Done, Problem> {
        self.reveal_asking(&request.id).await?;
        Ok(Done::YES)
    }

    async fn copy_secret(&self, request: AccountRef) -> Result<Done, Problem> {
        self.copy_secret_asking(&request.id).await?;
        Ok(Done::YES)
    }

    async fn unlock_vault(&self) -> Result<Done, Problem> {
        self.unlock_vault_asking().await?;
        Ok(Done::YES)
    }

    async fn change_passphrase(&self) -> Result<Done, Problem> {
        self.change_passphrase_asking().await?;
        Ok(Done::YES)
    }

    async fn keep_secret(&self, request: KeepSecret) -> Result<Kept, Problem> {
        let done = self.keep_secret_asking(&request.id, request.keeping);
        Ok(Kept { done: done.await? })
    }

    async fn begin_rotation(&self, request: BeginRotation) -> Result<Done, Problem> {
        self.begin_rotation_asking(request).await?;
        Ok(Done::YES)
    }

    async fn open_console(&self) -> Result<Done, Problem> {
        self.open_console_keys()?;
        Ok(Done::YES)
    }

    async fn rotate(&self, request: Rotate) -> Result<AccountView, Problem> {
        let account = Aloft::rotate(self, &self.required(&request.id)?, request.wish).await?;
        self.view(&account).await
    }

    async fn export_accounts(&self, request: AccountRefs) -> Result<Done, Problem> {
        self.export_asking(&request.ids).await?;
        Ok(Done::YES)
    }

    async fn import_backup(&self) -> Result<Done, Problem> {
        self.import_asking().await?;
        Ok(Done::YES)
    }

    async fn opened_backup(&self) -> Result<BackupView, Problem> {
        Aloft::opened_backup(self)
    }

    async fn restore_accounts(&self, request: RestoreAccounts) -> Result<RestoredView, Problem> {
        self.restore_chosen(request).await
    }

    async fn close_backup(&self) -> Result<Done, Problem> {
        self.forget_backup();
        Ok(Done::YES)
    }

    async fn find_accounts(&self, request: LookAround) -> Result<LyingAbout, Problem> {
        self.find_asking(request.pick).await
    }

    async fn take_over(&self, request: LyingRef) -> Result<AccountView, Problem> {
        self.take_over_asking(request.number).await
    }

    async fn remove_there(&self, request: LyingRef) -> Result<Done, Problem> {
        self.remove_there_asking(request.number).await?;
        Ok(Done::YES)
    }

    async fn audit(&self, request: FindAudit) -> Result<AuditView, Problem> {
        self.audit_view(request).await
    }

    async fn check_audit(&self) -> Result<AuditCheck, Problem> {
        self.audit_check().await
    }

    async fn save_audit(&self, request: SaveAudit) -> Result<Done, Problem> {
        Aloft::save_audit(self, request.format).await?;
        Ok(Done::YES)
    }

    async fn watches(&self) -> Result<Watches, Problem> {
        self.watches_view().await
    }

    async fn watch_folder(&self, request: AccountRef) -> Result<Watches, Problem> {
        self.watch_folder_asking(&request.id).await
    }

    async fn unwatch(&self, request: WatchRef) -> Result<Watches, Problem> {
        Aloft::unwatch(self, request.id).await
    }

    async fn control(&self, request: Control) -> Result<Controlled, Problem> {
        let (target, verb) = (request.target.into(), request.verb.into());
        let count = self.apply(target, verb).await?;
        Ok(Controlled { count })
    }

    // Sharing

    async fn copy_links(&self, request: CopyLinks) -> Result<Copied, Problem> {
        let count = Aloft::copy_links(self, &request).await?;
        Ok(Copied { count })
    }

    async fn preview_links(&self, request: PreviewLinks) -> Result<LinksPreview, Problem> {
        Aloft::preview_links(self, &request).await
    }

    async fn last_link_form(&self) -> Result<LinkForm, Problem> {
        Ok(Aloft::last_link_form(self))
    }

    async fn delete_assets(&self, request: JobRefs) -> Result<Deleted, Problem> {
        self.delete_assets_asking(&request.ids).await
    }

    async fn undo_uploads(&self, request: JobRefs) -> Result<Deleted, Problem> {
        Aloft::undo_uploads(self, &request.ids).await
    }

    async fn upload_again(&self, request: JobRefs) -> Result<AddReport, Problem> {
        Aloft::upload_again(self, &request.ids).await
    }

    async fn open_link(&self, request: JobRef) -> Result<Done, Problem> {
        Aloft::open_link(self, request.id).await?;
        Ok(Done::YES)
    }

    async fn reveal_file(&self, request: JobRef) -> Result<Done, Problem> {
        Aloft::reveal_file(self, request.id).await?;
        Ok(Done::YES)
    }

    async fn job_details(&self, request: JobRef) -> Result<JobDetails, Problem> {
        Aloft::job_details(self, request.id).await
    }

    async fn look_at(&self, request: RowRefs) -> Result<Rows, Problem> {
        Aloft::look_at(self, request).await
    }

    async fn find(&self, request: Find) -> Result<Found, Problem> {
        Aloft::find(self, request).await
    }

    async fn facets(&self) -> Result<Facets, Problem> {
        Aloft::facets(self).await
    }

    // The agent

    async fn agent(&self) -> Result<AgentView, Problem> {
        self.agent_view()
    }

    async fn set_agent(&self, request: SetAgent) -> Result<AgentView, Problem> {
        Aloft::set_agent(self, request).await
    }

    async fn make_token(&self, request: MakeToken) -> Result<AgentView, Problem> {
        self.make_token_asking(request).await
    }

    async fn edit_client(&self, request: EditClient) -> Result<AgentView, Problem> {
        self.edit_client_asking(request).await
    }

    async fn forget_client(&self, request: ClientRef) -> Result<AgentView, Problem> {
        self.forget_client_of(&request).await
    }

    // Options

    async fn add(&self, request: Add) -> Result<AddReport, Problem> {
        self.add_from(request).await
    }

    async fn choices(&self, request: AccountRef) -> Result<ChoicesView, Problem> {
        self.choices_view(&request.id)
    }

    async fn set_choices(&self, request: SetChoices) -> Result<ChoicesView, Problem> {
        self.keep_choices(request)
    }

    async fn check_choices(&self, request: CheckChoices) -> Result<CheckedChoices, Problem> {
        self.checked_choices(request).await
    }

    async fn suggest(&self, request: Suggest) -> Result<Suggestions, Problem> {
        self.suggestions(request).await
    }

    async fn drop_held(&self, request: AccountRef) -> Result<PutBack, Problem> {
        self.let_go_of_held(&request.id).await
    }

    async fn hold_again(&self, request: PutBackRef) -> Result<Done, Problem> {
        self.take_back_held(request.undo).await?;
        Ok(Done::YES)
    }

    async fn open_widget(&self) -> Result<Done, Problem> {
        Aloft::open_widget(self).await?;
        Ok(Done::YES)
    }

    // The file manager

    async fn integration(&self) -> Result<IntegrationView, Problem> {
        self.integration_view().await
    }

    async fn set_integration(&self, request: SetIntegration) -> Result<IntegrationView, Problem> {
        Aloft::set_integration(self, request.on).await
    }

    // Settings

    async fn change_settings(&self, request: ChangeSettings) -> Result<SettingsView, Problem> {
        Aloft::change_settings(self, &request).await
    }

    async fn limits(&self) -> Result<LimitsView, Problem> {
        self.limits_view().await
    }

    async fn set_limits(&self, request: LimitView) -> Result<LimitsView, Problem> {
        Aloft::set_limits(self, &request).await
    }

    async fn places(&self) -> Result<Places, Problem> {
        Aloft::places(self).await
    }

    async fn open_place(&self, request: PlaceRef) -> Result<Done, Problem> {
        Aloft::open_place(self, request.kind)?;
        Ok(Done::YES)
    }

    async fn export_diagnostics(&self) -> Result<Done, Problem> {
        Aloft::export_diagnostics(self).await?;
        Ok(Done::YES)
    }

    // The drop window

    async fn toggle_drop_window(&self) -> Result<Done, Problem> {
        Aloft::toggle_drop_window(self).await?;
        Ok(Done::YES)
    }
}
