//! `cargo xtask model`: what a real language model does with the tools.
//!
//! Each case is an instruction as a user would type it, over a fresh store; it is judged by what is
//! stored afterwards, not by what the model says. Nothing is downloaded: the model is served by
//! somebody else, such as llama-server (docs/models.md).

mod case_run;
mod cases;
mod desk;
mod judge;
mod llm;
mod report;
mod state;
mod transcript;

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use self::{
    case_run::{End, Outcome, Who},
    cases::Cases,
    desk::Offer,
    llm::Model,
    report::Column,
};
use crate::workspace::{self, Profile};

/// The options of `cargo xtask model`.
#[derive(Default, clap::Args)]
pub(crate) struct Options {
    /// Ask the model behind this address, which speaks the chat completions of `OpenAI`, as
    /// `http://127.0.0.1:8080`
    ///
    /// A key is taken from `LLM_API_KEY`.
    #[arg(long, value_name = "URL", required_unless_present = "solve")]
    llm: Option<String>,
    /// Ask for the model of this name, if the server has several
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    /// Ask the model not to think aloud, if it can
    #[arg(long)]
    no_think: bool,
    /// Offer these tools; repeat it to compare [default: what the server offers by itself]
    #[arg(long, value_name = "PROFILE,TOOL,...")]
    tools: Vec<String>,
    /// Put the texts of this file in the place of ours; repeat it to compare
    #[arg(long, value_name = "FILE")]
    descriptions: Vec<PathBuf>,
    /// Run only cases of this id, group or kind (`single`, `multi`); repeatable
    #[arg(long, value_name = "WORD")]
    only: Vec<String>,
    /// Run the cases of this file; repeatable [default: tests/model/cases.json]
    #[arg(long, value_name = "FILE")]
    cases: Vec<PathBuf>,
    /// Keep what was said and done in this directory [default: below the target directory]
    #[arg(long, value_name = "DIR")]
    transcripts: Option<PathBuf>,
    /// Ask no model: make the calls of each case's own solution, to see that the cases are sound
    #[arg(long, conflicts_with_all = ["llm", "tools", "descriptions"])]
    solve: bool,
}

/// Runs the cases, and prints the table.
pub(crate) fn run(options: &Options) -> Result<()> {
    let files = if options.cases.is_empty() {
        vec![workspace::root()?.join("tests/model/cases.json")]
    } else {
        options.cases.clone()
    };
    let files: Vec<Cases> = files
        .iter()
        .map(|file| Cases::read(file))
        .collect::<Result<_>>()?;
    let model = match &options.llm {
        Some(url) => Some(Model::at(url, options.model.clone(), !options.no_think)?),
        None => None,
    };
    let who = model.as_ref().map_or(Who::Solution, Who::Model);
    let binary = workspace::binaries(Profile::Dev)?.http;
    let directory = match &options.transcripts {
        Some(directory) => directory.clone(),
        None => workspace::target_dir()?.join("model"),
    };
    fs::create_dir_all(&directory)?;
    let mut columns = Vec::new();
    for offer in options.offers() {
        println!("\n-- {}", heading(&offer));
        let path = directory.join(format!("{}.md", file_stem(&offer)));
        let outcomes = run_all(&binary, &offer, &files, &options.only, &who, &path)?;
        columns.push(Column {
            heading: heading(&offer),
            outcomes,
        });
    }
    let asked = options.llm.as_deref().unwrap_or("each case's own solution");
    let name = options
        .model
        .as_deref()
        .map(|name| format!("{name} at "))
        .unwrap_or_default();
    println!(
        "\n{}",
        report::table(&columns, &format!("Asked: {name}{asked}."))
    );
    println!("What was said and done is in {}.", directory.display());
    let is_wrong = |outcome: &Outcome| !outcome.wrong.is_empty() || !outcome.unasked.is_empty();
    if options.solve
        && columns
            .iter()
            .flat_map(|column| &column.outcomes)
            .any(is_wrong)
    {
        bail!("a case's own solution is not right");
    }
    Ok(())
}

/// Runs the cases that were asked for in one way of offering the tools.
fn run_all(
    binary: &Path,
    offer: &Offer,
    files: &[Cases],
    only: &[String],
    who: &Who<'_>,
    path: &Path,
) -> Result<Vec<Outcome>> {
    let mut outcomes = Vec::new();
    let mut text = String::new();
    for cases in files {
        for case in cases.cases.iter().filter(|case| case.is_among(only)) {
            let solved = case_run::solved(binary, cases, case)?;
            let (outcome, mut transcript) =
                case_run::run(binary, offer, cases, case, (who, &solved))?;
            transcript.judged(&outcome.wrong, &outcome.unasked);
            text += transcript.as_str();
            // After each case, so that a run that is ended has not been for nothing.
            fs::write(path, &text)
                .with_context(|| format!("{} cannot be written", path.display()))?;
            println!("{}", line(&outcome));
            outcomes.push(outcome);
        }
    }
    if outcomes.is_empty() {
        bail!("no case is called {}", only.join(" or "));
    }
    Ok(outcomes)
}

/// What is printed while it runs.
fn line(outcome: &Outcome) -> String {
    let verdict = if outcome.wrong.is_empty() {
        "right"
    } else {
        "WRONG"
    };
    let end = match outcome.end {
        End::Said => "",
        End::Loop => ", the same call until stopped",
        End::Turns => ", no end",
        End::Unreadable => ", an answer that no server could read",
    };
    let reasons: Vec<&str> = outcome
        .wrong
        .iter()
        .chain(&outcome.unasked)
        .map(String::as_str)
        .collect();
    let Outcome {
        id,
        calls,
        refused,
        seconds,
        ..
    } = outcome;
    let line = format!("{verdict} {id:<22} {calls} calls, {refused} refused, {seconds} s{end}");
    let reasons = reasons.join("; ");
    if reasons.is_empty() {
        line
    } else {
        format!("{line}: {reasons}")
    }
}

impl Options {
    /// Those of a run without a model.
    pub(crate) fn solved() -> Self {
        Self {
            solve: true,
            ..Self::default()
        }
    }

    /// Each choice of tools with each file of texts.
    fn offers(&self) -> Vec<Offer> {
        if self.solve {
            return vec![Offer::every_tool()];
        }
        let tools: Vec<Option<&String>> = or_none(&self.tools);
        let texts = or_none(&self.descriptions);
        let with = |tools: Option<&String>| {
            let texts = texts.iter();
            let offers = texts.map(move |file| Offer {
                tools: tools.cloned(),
                descriptions: file.cloned(),
            });
            offers.collect::<Vec<_>>()
        };
        tools.into_iter().flat_map(with).collect()
    }
}

fn or_none<T>(list: &[T]) -> Vec<Option<&T>> {
    if list.is_empty() {
        vec![None]
    } else {
        list.iter().map(Some).collect()
    }
}

/// What a column is called.
fn heading(offer: &Offer) -> String {
    let tools = offer.tools.as_deref().unwrap_or("default");
    match &offer.descriptions {
        Some(file) => format!("{tools}, {}", file.display()),
        None => tools.to_owned(),
    }
}

/// The name of a transcript, without its ending.
fn file_stem(offer: &Offer) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    heading(offer)
        .chars()
        .map(|c| if is_plain(c) { c } else { '_' })
        .collect()
}
