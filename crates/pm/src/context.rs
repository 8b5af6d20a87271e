//! What a command works with: the store, the process that is meant, and the screen.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use pm_cli::ConfigError;
use pm_cli::project::Project;
use pm_core::export::ExportRoot;
use pm_core::history::SessionTag;
use pm_core::resolve::folded;
use pm_core::{Actor, FileStoreOptions, Identity, MemoryStore, Process, ProcessManager, Timestamp};
use pm_tools::{PmServer, ServerOptions};
use serde_json::Value;

use crate::globals::GlobalArgs;
use crate::globals::PROGRAM;
use crate::in_shell;
pub(crate) use crate::in_shell::Object;
use crate::place::{Place, StorePlace, logged_in};
use crate::screen::{Screen, complain};
use crate::stop::Stop;

/// What a command works with.
pub(crate) struct Context {
    /// What is printed to.
    pub(crate) screen: Screen,
    args: GlobalArgs,
    /// The command that was given, as it is written behind the program's name.
    command: &'static str,
    /// Whether it makes the directory of a store that is not there yet.
    makes_directory: bool,
    place: OnceCell<Place>,
    manager: OnceCell<ProcessManager>,
    /// The tools; what reads without them need not make them.
    server: OnceCell<PmServer>,
}

impl Context {
    pub(crate) fn new(args: GlobalArgs, command: &'static str, screen: Screen) -> Self {
        Self {
            screen,
            args,
            command,
            makes_directory: false,
            place: OnceCell::new(),
            manager: OnceCell::new(),
            server: OnceCell::new(),
        }
    }

    /// The same for a command that makes the directory of a store if it is not there yet.
    pub(crate) fn making_directory(self, makes_directory: bool) -> Self {
        Self {
            makes_directory,
            ..self
        }
    }

    /// The command that was given, such as `done` or `code get`.
    pub(crate) fn command(&self) -> &'static str {
        self.command
    }

    /// The process that an option or a variable names, not the file of a project.
    pub(crate) fn named_outright(&self) -> Option<&str> {
        let named = self.args.process.as_deref();
        named.filter(|name| !name.trim().is_empty())
    }

    /// The options with which another program works in the same store; empty if it does without any.
    pub(crate) fn store_options(&self) -> Result<Vec<String>, Stop> {
        self.options_for(self.place()?.store.directory())
    }

    /// The same for a program that is started for all projects alike: the store that belongs to the
    /// project here is not for it.
    pub(crate) fn store_options_everywhere(&self) -> Result<Vec<String>, Stop> {
        self.options_for(StorePlace::everywhere(&self.args)?.directory())
    }

    /// The store of the project here, if commands work in it because of where they are run.
    pub(crate) fn project_store(&self) -> Result<Option<PathBuf>, Stop> {
        let own = Project::here().map_err(ConfigError::Project)?;
        let own = own.and_then(|project| project.store());
        let place = self.place()?.store.directory();
        let everywhere = StorePlace::everywhere(&self.args)?;
        Ok(own.filter(|own| place == Some(own) && everywhere.directory() != Some(own)))
    }

    fn options_for(&self, directory: Option<&Path>) -> Result<Vec<String>, Stop> {
        #[cfg(feature = "postgres")]
        {
            let words = self.args.database.for_another_program()?;
            if !words.is_empty() {
                return Ok(words);
            }
        }
        let usual = pm_cli::default_directory().ok();
        let Some(directory) = directory.filter(|it| usual.as_deref() != Some(*it)) else {
            return Ok(Vec::new());
        };
        let written = directory.to_str().ok_or_else(|| {
            let directory = directory.display();
            Stop::Unable(format!(
                "{directory} is not written in Unicode, as configurations are"
            ))
        })?;
        Ok(vec!["--dir".to_owned(), written.to_owned()])
    }

    /// Works in this place from now on; to be called before a store is opened.
    pub(crate) fn work_in(&self, place: Place) {
        // A place that is known already was looked for by the caller of this, and stays.
        let _ = self.place.set(place);
    }

    /// Where the command works.
    pub(crate) fn place(&self) -> Result<&Place, Stop> {
        if let Some(place) = self.place.get() {
            return Ok(place);
        }
        let place = self.usual_place()?;
        Ok(self.place.get_or_init(|| place))
    }

    /// Where it would work, unless a command says otherwise.
    pub(crate) fn usual_place(&self) -> Result<Place, Stop> {
        Place::find(&self.args)
    }

    /// The operations over the store, in the name of who called.
    pub(crate) fn manager(&self) -> Result<&ProcessManager, Stop> {
        if let Some(manager) = self.manager.get() {
            return Ok(manager);
        }
        let options = FileStoreOptions {
            // What was changed is written before the program ends.
            checkpoint_in_background: false,
            ..FileStoreOptions::default()
        };
        let store = &self.place()?.store;
        let manager = match store.directory() {
            // Whoever looks makes no directory, least of all one whose name is mistyped.
            Some(directory) if !self.makes_directory && !directory.exists() => {
                if pm_cli::default_directory().ok().as_deref() != Some(directory) {
                    let directory = directory.display();
                    complain(&format!(
                        "There is no directory {directory}: nothing is kept there."
                    ));
                }
                ProcessManager::new(MemoryStore::new())
            }
            _ => store.open(options)?,
        };
        let actor = self.actor();
        // What somebody does in a shell is one session, whatever programs it takes.
        let session = SessionTag::lasting(&format!("{PROGRAM} of {actor}"));
        let identity = Identity::default().named(actor).in_session(session);
        let manager = manager.called_by(identity);
        Ok(self.manager.get_or_init(|| manager))
    }

    fn server(&self) -> Result<&PmServer, Stop> {
        let manager = self.manager()?.clone();
        let make = || PmServer::new(manager, ServerOptions::default());
        Ok(self.server.get_or_init(make))
    }

    /// The present time by the store's clock.
    pub(crate) fn now(&self) -> Result<Timestamp, Stop> {
        Ok(self.manager()?.now())
    }

    /// In whose name changes are made.
    pub(crate) fn actor(&self) -> Actor {
        let named = self.args.actor.clone();
        let named = named.filter(|name| !name.trim().is_empty());
        let name = named.or_else(logged_in);
        Actor::Client {
            client: name.unwrap_or_else(|| PROGRAM.to_owned()).trim().into(),
            principal: None,
        }
    }

    /// Calls a tool, whose answer is still to be shown.
    pub(crate) fn call(&self, tool: &str, arguments: Object) -> Result<Answer, Stop> {
        self.call_through(self.server()?, tool, arguments)
    }

    fn call_through(
        &self,
        server: &PmServer,
        tool: &str,
        arguments: Object,
    ) -> Result<Answer, Stop> {
        let mut object = server.call_directly(tool, arguments)?;
        in_shell::translate(&mut object, self.command);
        let answer = Answer(object);
        if let Some(notice) = answer.text("notice").filter(|_| !self.screen.is_json()) {
            complain(notice);
        }
        Ok(answer)
    }

    /// Calls a tool that may write files, below `root`.
    pub(crate) fn call_with_export(
        &self,
        root: ExportRoot,
        tool: &str,
        arguments: Object,
    ) -> Result<Answer, Stop> {
        let options = ServerOptions {
            export: Some(root),
            ..ServerOptions::default()
        };
        let server = PmServer::new(self.manager()?.clone(), options);
        let mut object = server.call_directly(tool, arguments)?;
        in_shell::translate(&mut object, self.command);
        Ok(Answer(object))
    }

    /// Calls a tool that changes a process only if `check` accepts that as it is then.
    pub(crate) fn call_if(
        &self,
        check: impl Fn(&Process) -> Result<(), pm_core::Error> + Send + Sync + 'static,
        tool: &str,
        arguments: Object,
    ) -> Result<Answer, Stop> {
        let manager = self.manager()?.clone().only_if(check);
        let server = PmServer::new(manager, ServerOptions::default());
        self.call_through(&server, tool, arguments)
    }

    /// Shows the answer of a tool that changed something: with `--json` all of it, or else what it
    /// says.
    pub(crate) fn say(&self, answer: &Answer) {
        if !self.print_json(answer) {
            self.screen.say(&answer.told());
        }
    }

    /// Prints an answer with `--json`; false if something else is to be shown.
    pub(crate) fn print_json(&self, answer: &Answer) -> bool {
        if self.screen.is_json() {
            self.screen.print_json(&Value::Object(answer.0.clone()));
        }
        self.screen.is_json()
    }

    /// Words a refusal of the core as that of the tool that comes nearest to the command.
    pub(crate) fn refused(&self, nearest: &str, error: pm_core::Error) -> Stop {
        match self.server() {
            Ok(server) => server.refuse_directly(nearest, error).into(),
            Err(stop) => stop,
        }
    }

    /// A refusal to work on a task that is not there and is called like the process: it says as well
    /// what the command for that is.
    pub(crate) fn or_the_process(&self, stop: Stop, task: Option<&String>, how: &str) -> Stop {
        let Stop::Refused(mut refused) = stop else {
            return stop;
        };
        let process = self.inside().ok();
        let process = process.as_ref().and_then(|inside| inside.get("process"));
        let process = process.and_then(Value::as_str);
        let has_none = |process: &str, task: &str| {
            let found = self
                .manager
                .get()
                .and_then(|manager| manager.process(process).ok());
            found.is_some_and(|process| process.task(task).is_err())
        };
        if let (Some(task), Some(process)) = (task, process)
            && folded(task) == folded(process)
            && has_none(process, task)
        {
            let process = format!(" \"{process}\" is the process; to {how}.");
            refused.hint.push_str(&process);
        }
        Stop::Refused(refused)
    }

    /// The arguments of a tool that works inside the process that is named, or inside the only one
    /// there is.
    pub(crate) fn inside(&self) -> Result<Object, Stop> {
        let mut arguments = Object::new();
        let named = self.place()?.process.clone();
        let process = match named {
            Some(named) => Some(named),
            None => self.only_process()?,
        };
        insert(&mut arguments, "process", process);
        Ok(arguments)
    }

    fn only_process(&self) -> Result<Option<String>, Stop> {
        let names = self.manager()?.process_names();
        let names = names.map_err(|error| self.refused("process_list_all", error))?;
        Ok(match names.as_slice() {
            [only] => Some(only.to_string()),
            _ => None,
        })
    }

    /// The same for a tool that is about one of its tasks.
    pub(crate) fn inside_task(&self, task: &str) -> Result<Object, Stop> {
        let mut arguments = self.inside()?;
        arguments.insert("task_name".into(), task.into());
        Ok(arguments)
    }

    /// The process that an answer is about, as it is now.
    pub(crate) fn process_of(&self, answer: &Answer) -> Result<Arc<Process>, Stop> {
        let name = answer.text("process_name").unwrap_or_default();
        let process = self.manager()?.process(name);
        process.map_err(|error| self.refused("process_load", error))
    }

    /// What is wrong with the file of the project here, if it names a process that is not in
    /// `manager`.
    pub(crate) fn stray_project(&self, manager: &ProcessManager) -> Option<String> {
        let place = self.place().ok()?;
        let (name, file) = (place.process.as_deref()?, place.named_by.as_deref()?);
        let found = manager.process(name);
        let is_missing = matches!(found, Err(pm_core::Error::Process(_)));
        is_missing.then(|| {
            format!(
                "{} names the process \"{name}\", which is not there. Make it with `pm new`, or write \
                 the name of another one into that file.",
                file.display()
            )
        })
    }

    /// The store, if something was done there.
    pub(crate) fn opened(&self) -> Option<&ProcessManager> {
        self.manager.get()
    }

    /// Brings the files up to date.
    pub(crate) fn close(&self) {
        if let Some(manager) = self.manager.get() {
            pm_cli::close(manager);
        }
    }
}

/// Gives a tool an argument, if there is one.
pub(crate) fn insert(arguments: &mut Object, name: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        arguments.insert(name.into(), value.into());
    }
}

/// What a tool answered.
#[derive(Debug, Clone)]
pub(crate) struct Answer(pub(crate) Object);

impl Answer {
    /// A text of the answer.
    pub(crate) fn text(&self, field: &str) -> Option<&str> {
        self.0.get(field)?.as_str()
    }

    /// The arguments that name the process that the answer is about, and the task.
    pub(crate) fn place(&self) -> Object {
        let mut arguments = Object::new();
        insert(&mut arguments, "process", self.text("process_name"));
        insert(&mut arguments, "task_name", self.text("task_name"));
        arguments
    }

    /// What was done, as a sentence, and what is to be known besides.
    pub(crate) fn told(&self) -> String {
        let fields = ["message", "note", "left_out"].into_iter();
        let told = fields.filter_map(|field| self.text(field));
        told.collect::<Vec<_>>().join(" ")
    }
}
