//! `commands!` declares a command once and makes three things of it: a method that must be
//! implemented (a missing handler is a compile error), an arm of the dispatcher, and a line of
//! the TypeScript map. It is plain `macro_rules!` because the generators that exist are either
//! release candidates or bound to Tauri, which this crate must not know.

macro_rules! commands {
    ($( $(#[doc = $doc:literal])+ $name:ident ( $($request:ty)? ) -> $answer:ty; )+) => {
        /// One method a command; the page can call nothing else.
        #[async_trait::async_trait]
        pub trait Commands: Send + Sync {
            $( $(#[doc = $doc])+ async fn $name(&self $(, request: $request)?) -> Result<$answer, Problem>; )+
        }

        /// Calls the command `name` with `arguments` (its request as JSON, or null).
        ///
        /// # Errors
        /// What the command answers, or [`ProblemKind::Internal`] for a name or a shape that the
        /// contract does not have.
        pub async fn dispatch(
            commands: &dyn Commands,
            name: &str,
            arguments: serde_json::Value,
        ) -> Result<serde_json::Value, Problem> {
            match name {
                $( stringify!($name) => {
                    let answer = commands.$name($( parse::<$request>(name, arguments)? )?).await?;
                    serde_json::to_value(answer).map_err(|error| Problem::contract(name, &error))
                } )+
                unknown => Err(Problem::no_such_command(unknown)),
            }
        }

        /// The commands as TypeScript: name, request, answer, documentation.
        fn command_entries(collect: &mut typescript::Collector) {
            $( collect.command(
                stringify!($name),
                &[$($doc),+],
                commands!(@request collect $($request)?),
                collect_name::<$answer>,
            ); )+
        }
    };
    (@request $collect:ident $request:ty) => { Some(collect_name::<$request> as typescript::Named) };
    (@request $collect:ident) => { None };
}
