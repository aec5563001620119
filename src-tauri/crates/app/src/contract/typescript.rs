//! Renders the contract as TypeScript. The result is committed, and a test fails on drift.

use std::collections::BTreeMap;
use std::fmt::Write;

use ts_rs::{Config, TS, TypeVisitor};

use super::{
    Done, Event, KeepingView, Problem, SignParams, Signed, WidgetRecorded, WidgetReport,
    WidgetSession, command_entries,
};

/// Adds a type to the collector and answers its TypeScript name.
pub(super) type Named = fn(&mut Collector) -> String;

/// Gathers declarations, each once, and the command map.
pub(super) struct Collector {
    config: Config,
    declarations: BTreeMap<String, String>,
    commands: String,
}

impl Collector {
    pub(super) fn add<T: TS + 'static + ?Sized>(&mut self) -> String {
        self.visit::<T>();
        T::name(&self.config)
    }

    pub(super) fn command(
        &mut self,
        name: &str,
        docs: &[&str],
        request: Option<Named>,
        answer: Named,
    ) {
        let request = request.map_or_else(|| "null".to_owned(), |named| named(self));
        let answer = answer(self);
        let doc = docs
            .iter()
            .map(|line| line.trim())
            .collect::<Vec<_>>()
            .join(" ");
        let _ = writeln!(
            self.commands,
            "  /** {doc} */\n  {name}: {{ request: {request}; answer: {answer} }};"
        );
    }
}

impl TypeVisitor for Collector {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        if T::output_path().is_none() {
            return T::visit_dependencies(self);
        }
        let name = T::ident(&self.config);
        if !self.declarations.contains_key(&name) {
            let docs = T::docs().unwrap_or_default();
            let text = format!("{docs}export {}\n", T::decl(&self.config));
            self.declarations.insert(name, text);
            T::visit_dependencies(self);
        }
    }
}

/// The whole of `contract.ts`.
pub fn typescript() -> String {
    let mut collector = Collector {
        config: Config::new().with_large_int("number"),
        declarations: BTreeMap::new(),
        commands: String::new(),
    };
    command_entries(&mut collector);
    collector.add::<Event>();
    collector.add::<Problem>();
    let mut text = String::from(
        "// Generated from src-tauri/crates/app/src/contract.rs by `cargo xtask generate`. Not edited by hand.\n\n",
    );
    let _ = writeln!(
        text,
        "/** Every command of the main window: its request and its answer. */\nexport interface Commands {{\n{}}}\n",
        collector.commands
    );
    text.push_str(&window_commands(&mut collector));
    for declaration in collector.declarations.values() {
        text.push_str(declaration);
        text.push('\n');
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// The plain Tauri commands of the two small windows, each with a capability of its own.
fn window_commands(collector: &mut Collector) -> String {
    let sign = (collector.add::<SignParams>(), collector.add::<Signed>());
    let report = (
        collector.add::<WidgetReport>(),
        collector.add::<WidgetRecorded>(),
    );
    let session = collector.add::<WidgetSession>();
    let (keeping, done) = (collector.add::<KeepingView>(), collector.add::<Done>());
    format!(
        "/** Every command of the widget window's bridge. */\nexport interface WidgetCommands {{\n  \
         /** The signature, or a typed refusal. */\n  sign_params: {{ request: {}; answer: {} }};\n  \
         widget_session: {{ request: null; answer: {session} }};\n  \
         widget_report: {{ request: {}; answer: {} }};\n}}\n\n\
         /** Every command of the secret window. */\nexport interface SecretCommands {{\n  \
         /** The secret goes to Rust and the window is destroyed. */\n  \
         secret_submit: {{ request: {{ secret: string; keeping: {keeping} }}; answer: {done} }};\n  \
         /** The vault's passphrase; where the window was opened for it alone, it is destroyed then. */\n  \
         secret_passphrase: {{ request: {{ passphrase: string }}; answer: {done} }};\n  \
         /** The vault's passphrase and a new one for it; the window is destroyed then. */\n  \
         secret_new_passphrase: {{ request: {{ old: string; passphrase: string }}; answer: {done} }};\n  \
         /** From 0 to 4; 3 is enough for a new vault. */\n  \
         secret_strength: {{ request: {{ passphrase: string }}; answer: {{ score: number }} }};\n  \
         /** The secret that Rust opened the window for, once; the window is destroyed after so many seconds. */\n  \
         secret_reveal: {{ request: null; answer: {{ secret: string; seconds: number }} }};\n  \
         secret_cancel: {{ request: null; answer: {done} }};\n}}\n\n",
        sign.0, sign.1, report.0, report.1,
    )
}
