//! Why a command line is refused, in one line that a person reads once: in words of our own if
//! those say more than clap's.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};

/// The definition of the innermost subcommand that is meant, or that of the whole program.
pub(super) fn meant<'a>(command: &'a clap::Command, arguments: &[OsString]) -> &'a clap::Command {
    let words = arguments.iter().skip(1);
    words.fold(command, |command, word| {
        command.find_subcommand(word).unwrap_or(command)
    })
}

/// The line for a refusal of clap's, in words of our own if those say more.
pub(super) fn refusal(
    error: &clap::Error,
    command: &clap::Command,
    arguments: &[OsString],
) -> String {
    if let Some(argument) = surplus(error, command) {
        return format!("unexpected argument '{argument}' found; see --help");
    }
    let other = missing(error, command)
        .or_else(|| one_too_many(error, command, arguments))
        .or_else(|| synonym(error, command))
        .or_else(|| incomplete(error, command));
    if let Some(line) = other {
        return format!("{line}; see --help");
    }
    match unknown(error).and_then(|option| Some((option, meant_by(option, command)?))) {
        Some((option, tip)) => format!("there is no option '{option}'; {tip}; see --help"),
        None => one_line(error),
    }
}

/// What has to be written and is not there.
fn missing(error: &clap::Error, command: &clap::Command) -> Option<String> {
    let Some(ContextValue::Strings(names)) = error.get(ContextKind::InvalidArg) else {
        return None;
    };
    if error.kind() != ErrorKind::MissingRequiredArgument {
        return None;
    }
    let usage = usage(command, names);
    let names = match names.as_slice() {
        [one] => format!("{one} is missing"),
        several => format!("{} are missing", several.join(" and ")),
    };
    let whole = if has(command, "whole") {
        ", or --whole in its place if the process is meant"
    } else {
        ""
    };
    Some(format!("{names}, as in {usage}{whole}"))
}

/// A command with what has to stand behind it: clap's own line for it has all options as well that
/// the environment sets.
fn usage(command: &clap::Command, missing: &[String]) -> String {
    let mut words = vec![
        command
            .get_bin_name()
            .unwrap_or(command.get_name())
            .to_owned(),
    ];
    for argument in command.get_positionals() {
        let name = argument.to_string().replace('[', "<").replace(']', ">");
        if argument.is_required_set() || missing.contains(&name) {
            words.push(name);
        }
    }
    // An option that has to be there is no positional.
    let options = missing.iter().filter(|name| name.starts_with('-'));
    words.extend(options.cloned());
    words.join(" ")
}

/// A command that does nothing without one of those below it.
fn incomplete(error: &clap::Error, command: &clap::Command) -> Option<String> {
    if !matches!(
        error.kind(),
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
    ) {
        return None;
    }
    let below = command.get_subcommands().map(clap::Command::get_name);
    let below: Vec<&str> = below.filter(|name| *name != "help").collect();
    let written = command.get_bin_name().unwrap_or(command.get_name());
    (!below.is_empty()).then(|| {
        let below = below.join(", ");
        format!("`{written}` needs one of these behind it: {below}")
    })
}

/// A word that has no place: mostly the second of a name that is written without quotes.
fn one_too_many(
    error: &clap::Error,
    command: &clap::Command,
    arguments: &[OsString],
) -> Option<String> {
    let word = unknown(error).filter(|word| !word.starts_with('-'))?;
    let at = arguments.iter().position(|argument| argument == word)?;
    let before = arguments.get(at.checked_sub(1)?)?.to_str()?;
    let in_front = at.checked_sub(2).and_then(|at| arguments.get(at)?.to_str());
    // The value of an option is no name, and perhaps a secret.
    let is_value = in_front.is_some_and(|word| word.starts_with('-'));
    let is_name = !is_value && !before.starts_with('-') && before != command.get_name();
    command.get_positionals().next().filter(|_| is_name)?;
    Some(format!(
        "'{word}' is one word too many; what has several words stands in quotes, as in '{before} \
         {word}'"
    ))
}

/// A command of ours for a word by which others call the same.
const SYNONYMS: &[(&[&str], &str)] = &[
    (&["todo", "unblock", "uncancel", "undone", "open"], "reopen"),
    (&["ls", "all", "processes"], "list"),
    (&["rm", "remove", "del"], "delete"),
    (&["create", "make"], "new"),
    (&["mv"], "rename"),
    (&["cp"], "copy"),
    (&["finish", "complete", "close"], "done"),
    (&["begin", "claim", "take"], "start"),
    (&["comment"], "note"),
    (&["history", "changes"], "log"),
    (&["find", "grep"], "search"),
    (&["status", "view", "cat", "get", "tasks"], "show"),
    (&["revert"], "undo"),
    (&["server", "http", "web"], "serve"),
    (&["completion"], "completions"),
];

/// The command that is meant by a word that is none.
fn synonym(error: &clap::Error, command: &clap::Command) -> Option<String> {
    let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand) else {
        return None;
    };
    if error.kind() != ErrorKind::InvalidSubcommand {
        return None;
    }
    let mut rows = SYNONYMS.iter();
    let (_, ours) = rows.find(|(theirs, _)| theirs.contains(&word.as_str()))?;
    command.find_subcommand(ours)?;
    Some(format!(
        "there is no command '{word}'; perhaps you mean '{ours}'"
    ))
}

fn has(command: &clap::Command, option: &str) -> bool {
    let mut arguments = command.get_arguments();
    arguments.any(|argument| argument.get_long() == Some(option))
}

/// The option that does not exist.
fn unknown(error: &clap::Error) -> Option<&str> {
    match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(option)) if error.kind() == ErrorKind::UnknownArgument => {
            Some(option)
        }
        _ => None,
    }
}

/// What to write in place of an option that other servers have and ours do not: its name need not
/// resemble the one of ours.
fn meant_by(option: &str, command: &clap::Command) -> Option<&'static str> {
    let has = |name: &str| has(command, name);
    match option {
        "--port" | "-p" | "--host" | "--bind" | "--addr" | "--address" | "--listen" => {
            match command.get_name() {
                _ if has("listen") => {
                    Some("write address and port together, as in --listen 127.0.0.1:5008")
                }
                "stdio" => Some(
                    "this server talks over standard input and output; `pm serve` is the one that \
                     listens",
                ),
                "pm-mcp-stdio" => Some(
                    "this server talks over standard input and output; pm-mcp-http is the one that \
                     listens",
                ),
                _ => None,
            }
        }
        "--token" | "--api-key" | "--auth-token" if has("token-file") => Some(
            "set the token in the variable PM_TOKEN, or name a file that holds it with \
             --token-file, as anyone on the machine can read a command line",
        ),
        "-d" | "--directory" | "--data" | "--data-dir" | "--storage" | "--storage-dir"
        | "--path" => Some("name the directory in which processes are stored with --dir"),
        _ => None,
    }
}

/// The argument that clap takes for a subcommand and finds to be in conflict with an option,
/// though there is no such subcommand.
fn surplus<'a>(error: &'a clap::Error, command: &clap::Command) -> Option<&'a str> {
    if error.kind() != ErrorKind::ArgumentConflict {
        return None;
    }
    match error.get(ContextKind::InvalidSubcommand) {
        Some(ContextValue::String(name)) if command.find_subcommand(name).is_none() => Some(name),
        _ => None,
    }
}

/// Puts clap's refusal, its tips included, on one line.
pub fn one_line(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let parts: Vec<&str> = text
        .lines()
        .map(|line| line.trim().trim_start_matches("error: "))
        .take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more information"))
        .filter(|line| !line.is_empty())
        .collect();
    let mut line = parts.join("; ");
    for (theirs, ours) in PARSE_ERRORS {
        line = line.replace(theirs, ours);
    }
    format!("{line}; see --help")
}

/// What Rust says of a text that is no number, and what a person is told.
const PARSE_ERRORS: [(&str, &str); 3] = [
    ("invalid digit found in string", "write a whole number"),
    (
        "cannot parse integer from empty string",
        "write a whole number",
    ),
    (
        "number too large to fit in target type",
        "write a smaller number",
    ),
];

#[cfg(test)]
mod tests {
    use clap::{CommandFactory as _, Parser};

    use super::*;

    #[derive(Debug, Parser)]
    #[command(args_conflicts_with_subcommands = true)]
    struct Example {
        #[arg(long)]
        listen: Option<u16>,
        #[command(subcommand)]
        command: Option<Command>,
    }

    #[derive(Debug, clap::Subcommand)]
    enum Command {
        Healthcheck,
    }

    #[test]
    fn a_refusal_is_one_line_with_the_tip() {
        let error = Example::try_parse_from(["example", "--listn", "1"]).unwrap_err();
        let line = one_line(&error);
        assert!(!line.contains('\n'), "{line}");
        assert_eq!(
            line,
            "unexpected argument '--listn' found; tip: a similar argument exists: '--listen'; see --help"
        );
    }

    #[test]
    fn a_surplus_argument_is_not_taken_for_a_subcommand() {
        let refused = |argument: &str| {
            let arguments = ["example", "--listen", "1", argument];
            let error = Example::try_parse_from(arguments).unwrap_err();
            surplus(&error, &Example::command()).map(ToOwned::to_owned)
        };
        assert_eq!(refused("surplus").as_deref(), Some("surplus"));
        // This one is a subcommand, and in conflict with the option indeed.
        assert_eq!(refused("healthcheck"), None);
        assert_eq!(refused("--other"), None);
    }

    #[test]
    fn an_option_of_other_servers_is_answered_with_ours() {
        let refused = |argument: &str| {
            let error = Example::try_parse_from(["example", argument, "1"]).unwrap_err();
            refusal(&error, &Example::command(), &[])
        };
        let line = "there is no option '--port'; write address and port together, as in --listen \
                    127.0.0.1:5008; see --help";
        assert_eq!(refused("--port"), line);
        assert_eq!(refused("--port=80"), line);
        assert!(refused("-p").contains("--listen 127.0.0.1:5008"));
        assert!(refused("--data-dir").contains("--dir"));
        assert!(refused("--listn").contains("'--listen'"));
        // Without a --token-file there is nothing to send it to.
        assert!(refused("--token").starts_with("unexpected argument '--token'"));
    }

    #[test]
    fn an_option_of_a_subcommand_is_answered_with_those_that_it_has() {
        #[derive(Debug, Parser)]
        struct Several {
            #[command(subcommand)]
            command: Servers,
        }
        #[derive(Debug, clap::Subcommand)]
        enum Servers {
            Serve(Listening),
            Stdio,
            List,
        }
        #[derive(Debug, clap::Args)]
        struct Listening {
            #[arg(long)]
            listen: Option<String>,
        }
        let refused = |name: &str| {
            let words = ["pm", name, "--port", "5"];
            let error = Several::try_parse_from(words).unwrap_err();
            let words = words.map(OsString::from);
            refusal(&error, meant(&Several::command(), &words), &words)
        };
        assert!(refused("serve").contains("--listen 127.0.0.1:5008"));
        assert!(refused("stdio").contains("`pm serve`"));
        assert!(refused("list").starts_with("unexpected argument '--port'"));
    }

    #[test]
    fn a_bad_value_names_the_option() {
        let error = Example::try_parse_from(["example", "--listen", "x"]).unwrap_err();
        let line = one_line(&error);
        assert!(
            line.starts_with("invalid value 'x' for '--listen <LISTEN>'"),
            "{line}"
        );
        assert!(!line.contains('\n'), "{line}");
    }

    #[derive(Debug, Parser)]
    struct Plans {
        #[command(subcommand)]
        command: Verb,
    }

    #[derive(Debug, clap::Subcommand)]
    enum Verb {
        Add {
            task: String,
        },
        Reopen,
        Undo {
            revision: Option<u64>,
        },
        Delete {
            #[arg(required_unless_present = "whole")]
            tasks: Vec<String>,
            #[arg(long)]
            whole: bool,
        },
        Code(CodeArgs),
    }

    #[derive(Debug, clap::Args)]
    struct CodeArgs {
        #[command(subcommand)]
        command: Code,
    }

    #[derive(Debug, clap::Subcommand)]
    enum Code {
        Get { task: String, code: String },
    }

    #[track_caller]
    fn plans(words: &[&str]) -> String {
        let words: Vec<OsString> = words.iter().map(OsString::from).collect();
        let error = Plans::try_parse_from(&words).unwrap_err();
        let mut command = Plans::command().name("pm");
        command.build();
        refusal(&error, meant(&command, &words), &words)
    }

    #[test]
    fn what_is_missing_is_named_with_the_whole_command() {
        assert_eq!(
            plans(&["pm", "add"]),
            "<TASK> is missing, as in pm add <TASK>; see --help"
        );
        assert_eq!(
            plans(&["pm", "code", "get"]),
            "<TASK> and <CODE> are missing, as in pm code get <TASK> <CODE>; see --help"
        );
        assert_eq!(
            plans(&["pm", "code", "get", "one"]),
            "<CODE> is missing, as in pm code get <TASK> <CODE>; see --help"
        );
        assert_eq!(
            plans(&["pm", "code"]),
            "`pm code` needs one of these behind it: get; see --help"
        );
        assert_eq!(
            plans(&["pm", "delete"]),
            "<TASKS>... is missing, as in pm delete <TASKS>..., or --whole in its place if the process \
             is meant; see --help"
        );
    }

    #[test]
    fn a_name_without_quotes_is_told_of_them() {
        let told = "'two' is one word too many; what has several words stands in quotes, as in 'one \
                    two'; see --help";
        assert_eq!(plans(&["pm", "add", "one", "two"]), told);
        let told = plans(&["pm", "reopen", "two"]);
        assert_eq!(told, "unexpected argument 'two' found; see --help");
    }

    #[test]
    fn a_word_of_others_leads_to_the_command_of_ours() {
        for word in ["todo", "unblock"] {
            let told =
                format!("there is no command '{word}'; perhaps you mean 'reopen'; see --help");
            assert_eq!(plans(&["pm", word, "one"]), told);
        }
        // No command of this program does that.
        let told = plans(&["pm", "ls"]);
        assert!(told.starts_with("unrecognized subcommand 'ls'"), "{told}");
    }

    #[test]
    fn what_is_no_number_is_told_in_plain_words() {
        for (text, what) in [
            ("abc", "write a whole number"),
            ("99999999999999999999", "write a smaller number"),
        ] {
            let told = plans(&["pm", "undo", text]);
            assert!(told.ends_with(&format!(": {what}; see --help")), "{told}");
        }
    }
}
