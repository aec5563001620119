//! `aloft watch …`: folders whose files are uploaded as they come. `run` stays; the other commands look and change rows,
//! and whichever process watches sees that at once.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use app::contract::Problem;
use app::{Account, Aloft, FolderState, Job, JobId, State, WatchRequest, WatchedFolder};
use serde_json::{Value, json};

use crate::arguments::{WatchAdd, WatchCommand};
use crate::output::{Output, error};
use crate::results::{self, path_of};
use crate::stop::Stop;

/// Looking may take one part in so many of the time.
const SHARE: u32 = 10;

pub(crate) async fn run(command: WatchCommand, output: &Output) -> Result<ExitCode, Problem> {
    match command {
        WatchCommand::Add(arguments) => add(output, arguments).await?,
        WatchCommand::List => list(output).await?,
        WatchCommand::Remove { path, account } => remove(output, &path, account.as_deref()).await?,
        WatchCommand::Run => stay(output).await?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Who names a folder here has agreed to its being watched.
async fn add(output: &Output, arguments: WatchAdd) -> Result<(), Problem> {
    let aloft = crate::open(output).await?;
    let account = crate::account(&aloft, arguments.account.as_deref(), output).await?;
    let request = WatchRequest {
        folder: arguments.folder,
        tags: arguments.tags,
        preset: arguments.preset,
        existing: arguments.existing,
        flat: arguments.no_recursive,
    };
    let path = crate::absolute(&arguments.path);
    let added = aloft.watch_folder(&account, &path, &request).await?;
    show(output, &added);
    if added.is_of_environment() {
        output.say("Its account comes from CLOUDINARY_URL, so it is watched by runs of Aloft that have that too.");
    }
    if !aloft.is_watched() {
        output.say(NOBODY);
    }
    Ok(())
}

const NOBODY: &str = "No Aloft is watching now. Open Aloft's window, or start: aloft watch run";

async fn list(output: &Output) -> Result<(), Problem> {
    let aloft = crate::open(output).await?;
    crate::environment(&aloft).await?;
    let folders = aloft.watched_folders().await?;
    for folder in &folders {
        show(output, folder);
    }
    if folders.is_empty() {
        output.say("No folder is watched. Add one: aloft watch add PATH");
    } else if !aloft.is_watched() {
        output.say(NOBODY);
    }
    Ok(())
}

async fn remove(output: &Output, path: &Path, account: Option<&str>) -> Result<(), Problem> {
    let aloft = crate::open(output).await?;
    let account: Option<Account> = account.map(|name| aloft.account(Some(name))).transpose()?;
    let ended = aloft
        .unwatch_folder(&crate::absolute(path), account.as_ref())
        .await?;
    for watch in ended {
        if output.json {
            output.object(&json!({ "removed": watch.path.to_string_lossy() }));
        }
        output.say(&format!(
            "“{}” is watched no more. What it queued stays in the queue.",
            watch.path.display()
        ));
    }
    Ok(())
}

fn show(output: &Output, folder: &WatchedFolder) {
    let watch = &folder.watch;
    let label = folder.account.as_ref().map(|account| &account.label);
    let problem = folder.problem();
    if output.json {
        let mut object = json!({
            "id": watch.id,
            "path": watch.path.to_string_lossy(),
            "account": watch.account,
            "label": label,
            "folder": watch.options.folder,
            "parameters": watch.options.params,
            "recursive": watch.recursive,
            "state": state(folder),
        });
        if let Some(problem) = &problem {
            object["error"] = error(problem);
        }
        output.object(&object);
        return;
    }
    output.line(&format!(
        "{}\t{}\t{}\t{}",
        watch.path.display(),
        label.map_or("account removed", String::as_str),
        watch.options.folder,
        state(folder).replace('_', " "),
    ));
    if let Some(problem) = problem {
        output.say(&format!("aloft: {problem}"));
    }
}

fn state(folder: &WatchedFolder) -> &'static str {
    match (&folder.account, folder.folder) {
        (None, _) => "no_account",
        (Some(_), FolderState::Present) => "watched",
        (Some(_), FolderState::Missing) => "missing",
        (Some(_), FolderState::Unreadable) => "unreadable",
    }
}

/// Stays until it is told to stop.
async fn stay(output: &Output) -> Result<(), Problem> {
    // Listen for the end before anything is said: a caller may end it at once.
    let mut stop = Stop::listen()?;
    let aloft = crate::open(output).await?;
    crate::environment(&aloft).await?;
    crate::passphrase::unlock_for_any(&aloft, output).await?;
    let mut told = Told::new(&aloft, output).await?;
    let folders = aloft.watched_folders().await?;
    for folder in &folders {
        if let Some(account) = &folder.account {
            aloft.try_again(account).await?;
        }
        told.begins(folder);
    }
    if folders.is_empty() {
        output.say("No folder is watched yet. Add one while this runs: aloft watch add PATH");
    }
    if aloft.is_watched() {
        output.say("Another Aloft watches these folders now. This one takes over when that ends.");
    }
    aloft.start_watching();
    let mut changes = aloft.changes();
    let mut watching = aloft.watching();
    loop {
        changes.borrow_and_update();
        let looked = Instant::now();
        told.look().await?;
        let found = async {
            match &mut watching {
                Some(watching) => watching.changed().await.is_ok(),
                None => std::future::pending().await,
            }
        };
        // Not a wait for anything: it keeps the looking from taking the time of the sending.
        let rest = tokio::time::sleep(looked.elapsed() * (SHARE - 1));
        tokio::select! {
            () = stop.wait() => break,
            () = rest => {}
        }
        tokio::select! {
            () = stop.wait() => break,
            changed = changes.changed() => if changed.is_err() { break },
            true = found => {}
        }
    }
    // The queue is on disk at every moment: who cannot wait for a clean end loses nothing by it.
    tokio::select! {
        () = aloft.close() => {}
        () = stop.wait() => return Ok(()),
    }
    // What ended while the end was made has its line as well.
    told.jobs().await
}

/// What was said, so that each thing is said once.
struct Told<'a> {
    aloft: &'a Aloft,
    output: &'a Output,
    /// The youngest job that was told.
    last: Option<JobId>,
    /// Jobs whose end is to be told.
    open: BTreeSet<JobId>,
    /// What stands in the way, by what it concerns.
    trouble: BTreeMap<String, String>,
}

impl<'a> Told<'a> {
    /// What earlier runs queued and did not send is told when it ends.
    async fn new(aloft: &'a Aloft, output: &'a Output) -> Result<Self, Problem> {
        let last = aloft.last_watched_job().await?;
        let unfinished: Vec<State> = State::ALL
            .into_iter()
            .filter(|state| !state.is_terminal())
            .collect();
        let mut open = BTreeSet::new();
        loop {
            let page = aloft
                .watched_jobs(open.last().copied(), &unfinished)
                .await?;
            if page.is_empty() {
                break;
            }
            open.extend(page.into_iter().map(|job| job.id));
        }
        Ok(Self {
            aloft,
            output,
            last,
            open,
            trouble: BTreeMap::new(),
        })
    }

    fn begins(&self, folder: &WatchedFolder) {
        let path = folder.watch.path.display();
        if self.output.json {
            let path = path.to_string();
            self.output
                .object(&json!({ "event": "watching", "path": path, "state": state(folder) }));
        }
        if let Some(account) = &folder.account {
            self.output
                .say(&format!("Watching “{path}” for “{}”.", account.label));
        }
    }

    async fn look(&mut self) -> Result<(), Problem> {
        self.jobs().await?;
        self.troubles().await
    }

    async fn jobs(&mut self) -> Result<(), Problem> {
        loop {
            let page = self.aloft.watched_jobs(self.last, &[]).await?;
            if page.is_empty() {
                break;
            }
            for job in page {
                self.last = Some(job.id);
                self.open.insert(job.id);
                self.say_queued(&job);
            }
        }
        let open = self.open.iter().copied().collect();
        for job in self.aloft.rested(open).await? {
            self.open.remove(&job.id);
            self.say_ended(&job);
        }
        Ok(())
    }

    fn say_queued(&self, job: &Job) {
        if self.output.json {
            self.output.object(&object("queued", job));
        } else {
            self.output.line(&format!("queued\t{}", path_of(job)));
        }
    }

    fn say_ended(&self, job: &Job) {
        let event = if job.is_skipped() {
            "skipped"
        } else {
            job.state.as_str()
        };
        if self.output.json {
            self.output.object(&object(event, job));
        }
        match (&job.receipt, job.state) {
            (Some(receipt), State::Done) if !self.output.json => {
                self.output
                    .line(&format!("done\t{}\t{}", path_of(job), receipt.url));
            }
            (_, State::Done) => {}
            _ => {
                let why = app::problem_of(job).map(|problem| problem.to_string());
                let why = why.unwrap_or_else(|| "It was cancelled.".to_owned());
                self.output.say(&format!("aloft: {}: {why}", path_of(job)));
            }
        }
    }

    /// What keeps files from being queued or sent, each thing once, and that it is over.
    async fn troubles(&mut self) -> Result<(), Problem> {
        let mut now = BTreeMap::new();
        let found = self.aloft.watching();
        let found = found
            .map(|found| found.borrow().clone())
            .unwrap_or_default();
        if found.is_empty() {
            // Another process watches: it says what is wrong.
            return Ok(());
        }
        for folder in self.aloft.watched_folders().await? {
            let path = folder.watch.path.display().to_string();
            let disk = found
                .get(&folder.watch.id)
                .and_then(|one| one.trouble.as_ref());
            let problem = folder.problem().map(|problem| problem.to_string());
            let words = problem.or_else(|| disk.map(|error| format!("“{path}” waits: {error}.")));
            if let Some(words) = words {
                now.insert(path, words);
            }
            if let Some(account) = &folder.account
                && let Some(trouble) = self.aloft.account_trouble(account).await?
            {
                now.insert(
                    account.label.clone(),
                    format!("{trouble} Files wait in the queue."),
                );
            }
        }
        for (what, words) in &now {
            if self.trouble.get(what) != Some(words) {
                self.output.say(&format!("aloft: {words}"));
            }
        }
        for what in self.trouble.keys().filter(|what| !now.contains_key(*what)) {
            self.output.say(&format!("“{what}” goes on."));
        }
        self.trouble = now;
        Ok(())
    }
}

/// One file, as `aloft upload --events` tells it, with what a watch adds.
fn object(event: &str, job: &Job) -> Value {
    let mut object = results::object(job);
    object["event"] = json!(event);
    object["id"] = json!(job.id);
    object["account"] = json!(job.account);
    object
}
