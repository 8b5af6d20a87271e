//! `import`: makes processes of other task managers' files, and brings them up to date later on.

mod telling;

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use pm_core::{Actor, ProcessManager, ProcessName};
use pm_import::{
    Bullets, Format, IfThere, ImportError, Imported, MAX_FILE_BYTES, NameTaken, Options, Prepared,
    Problem,
};

use self::telling::Teller;
use crate::path_parser;

/// What stands for standard input in the place of a file.
const STANDARD_INPUT: &str = "-";

/// What is said of it, and the name of a process whose text names none.
const INPUT_NAME: &str = "standard input";

/// What is imported, and how.
#[derive(Debug, Clone, clap::Args)]
#[command(after_long_help = IMPORT_HELP)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
pub struct ImportArgs {
    /// Files to read, or the folder of a project; - is standard input
    ///
    /// Task Master's tasks.json, the folder of Backlog.md, the JSON Lines of beads, the JSON of
    /// kanban-rs, checklists in Markdown, and what this program exports. In a folder .taskmaster,
    /// .beads and backlog (or .backlog) are found.
    #[arg(required = true, value_name = "FILE", value_parser = path_parser())]
    pub files: Vec<PathBuf>,

    /// Format of the files, where name and content do not tell, as with a checklist from standard
    /// input
    #[arg(long, value_name = "FORMAT", value_parser = formats())]
    pub format: Option<Format>,

    /// Name of the process; where several are imported, it goes in front of their own names
    #[arg(long, value_name = "NAME")]
    pub name: Option<ProcessName>,

    /// Bring processes up to date that were imported before
    ///
    /// Tasks are found by the ids that they have in the file, or else by name. What the file says
    /// anew is taken over, what was changed here alone stays, and nothing is deleted.
    #[arg(long)]
    pub update: bool,

    /// Store nothing if an item has to be left out, a file cannot be read, or a name is taken
    ///
    /// What is "not carried over" of an item, such as a dependency on a task that is not in the file,
    /// is named and stops nothing.
    #[arg(long)]
    pub strict: bool,

    /// Take plain list items of Markdown for tasks and jobs as well, not only those with a box
    #[arg(long)]
    pub bullets: bool,

    /// Say what would be imported, and store nothing
    #[arg(long)]
    pub dry_run: bool,
}

const IMPORT_HELP: &str = "\
Exit codes:
  0  All files were imported. Odd items in them may have been left out; each is
     named with its file and line.
  1  A file was not imported, or with --strict nothing was; it is said why.
  2  The arguments are wrong, or the storage directory cannot be used.";

fn formats() -> impl TypedValueParser<Value = Format> {
    let formats = Format::ALL.iter();
    let values =
        formats.map(|format| PossibleValue::new(format.as_str()).help(format.description()));
    PossibleValuesParser::new(values).try_map(|word| word.parse::<Format>())
}

/// The operations in the name of the import, if nobody says in whose.
pub fn in_its_name(manager: ProcessManager) -> ProcessManager {
    manager.acting_as(Actor::Client {
        client: "import".into(),
        principal: None,
    })
}

/// Imports through `manager`, and returns 0 if all that was asked for is stored (odd items, which are
/// named, aside), and 1 if a file or a process is not.
pub fn run(program: &'static str, manager: &ProcessManager, args: &ImportArgs) -> ExitCode {
    let mut teller = Teller::new(program, args.dry_run);
    import(manager, args, &mut teller);
    teller.finish()
}

fn import(manager: &ProcessManager, args: &ImportArgs, teller: &mut Teller) {
    let mut found = find(args, teller);
    if let Some(name) = &args.name {
        pm_import::name_all(&mut found, name);
    }
    let if_there = if args.update {
        IfThere::Update
    } else {
        IfThere::Refuse
    };
    let prepared = prepare(manager, found, if_there, teller);
    let has_left_out = |one: &Prepared| one.imported.report.left_out_count() > 0;
    let is_odd = prepared.iter().any(has_left_out);
    if args.strict && (teller.has_refused() || is_odd) {
        for one in &prepared {
            teller.refuse_left_out(&one.imported.file, &one.imported.report);
        }
        teller.refuse("nothing was imported, as --strict takes all or nothing");
    } else {
        for one in prepared {
            carry_out(manager, &one, args.dry_run, teller);
        }
    }
    crate::close(manager);
}

/// Reads all files.
fn find(args: &ImportArgs, teller: &mut Teller) -> Vec<Imported> {
    let options = Options {
        format: args.format,
        bullets: if args.bullets {
            Bullets::All
        } else {
            Bullets::WithBoxes
        },
    };
    let mut found = Vec::new();
    let is_input = |file: &&PathBuf| file.as_path() == Path::new(STANDARD_INPUT);
    if args.files.iter().filter(is_input).count() > 1 {
        teller.refuse("standard input can be read only once; write - once");
        return found;
    }
    for file in &args.files {
        let read = if is_input(&file) {
            read_standard_input(options)
        } else {
            pm_import::read(file, options)
        };
        match read {
            Ok(imported) => found.extend(imported),
            Err(error) => {
                teller.refuse(&error);
                teller.refuse_left_out(&error.path, &error.report);
            }
        }
    }
    found
}

/// Reads what comes on standard input, as if it stood in a file.
fn read_standard_input(options: Options) -> Result<Vec<Imported>, ImportError> {
    let mut bytes = Vec::new();
    // One byte more than is taken says that there is too much.
    let input = std::io::stdin().lock().take(MAX_FILE_BYTES + 1);
    match { input }.read_to_end(&mut bytes) {
        Ok(_) => pm_import::read_bytes(INPUT_NAME, bytes, options),
        Err(error) => Err(ImportError {
            path: INPUT_NAME.into(),
            problem: Problem::Unreadable(error),
            report: Box::default(),
        }),
    }
}

/// Says what is to be done with each, and refuses names that are taken.
fn prepare(
    manager: &ProcessManager,
    found: Vec<Imported>,
    if_there: IfThere,
    teller: &mut Teller,
) -> Vec<Prepared> {
    let existing = match manager.process_names() {
        Ok(names) => names,
        Err(error) => {
            teller.refuse(&error);
            return Vec::new();
        }
    };
    let (prepared, taken) = pm_import::prepare(existing, found, if_there);
    for taken in taken {
        let why = match taken {
            NameTaken::Twice { file, other, name } => format!(
                "{}: {} makes a process \"{name}\", too; import one of them with --name",
                file.display(),
                other.display()
            ),
            NameTaken::There { file, name } => format!(
                "{}: there is a process \"{name}\" already; bring it up to date with --update, or \
                 give another name with --name",
                file.display()
            ),
        };
        teller.refuse(&why);
    }
    prepared
}

fn carry_out(manager: &ProcessManager, prepared: &Prepared, dry_run: bool, teller: &mut Teller) {
    let done = if dry_run {
        prepared.try_out(manager)
    } else {
        prepared.carry_out(manager)
    };
    match done {
        Ok(done) => teller.tell(&prepared.imported, &done.outcome),
        Err(error) => {
            let file = prepared.imported.file.display();
            teller.refuse(&format!("{file}: {error}"));
        }
    }
}
