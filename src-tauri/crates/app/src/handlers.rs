//! The contract's commands, each mapped to one call below: take, call, map.

use async_trait::async_trait;
use credentials::Keeping;

use crate::accounts::{Consent, NewAccount};
use crate::aloft::Aloft;
use crate::contract::{
    AccountRef, AccountView, AddReport, BeginAccount, ChangeSettings, Commands, Control,
    Controlled, Copied, CopyLinks, Done, JobDetails, JobRef, LimitView, LimitsView, PlaceRef,
    Places, Problem, RenameAccount, SettingsView, Snapshot, UnsignedAccount, WatchRef, Watches,
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

    async fn add_files(&self) -> Result<AddReport, Problem> {
        let files = self.0.desktop.pick_files().await;
        self.add_to_active(files).await
    }

    async fn add_folder(&self) -> Result<AddReport, Problem> {
        let folder = self.0.desktop.pick_folder().await;
        self.add_to_active(folder.into_iter().collect()).await
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

    async fn paste(&self) -> Result<AddReport, Problem> {
        self.paste_things().await
    }

    async fn control(&self, request: Control) -> Result<Controlled, Problem> {
        let (target, verb) = (request.target.into(), request.verb.into());
        let count = self.apply(target, verb).await?;
        Ok(Controlled { count })
    }

    async fn copy_links(&self, request: CopyLinks) -> Result<Copied, Problem> {
        let count = Aloft::copy_links(self, &request).await?;
        Ok(Copied { count })
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

    async fn open_widget(&self) -> Result<Done, Problem> {
        Aloft::open_widget(self).await?;
        Ok(Done::YES)
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
