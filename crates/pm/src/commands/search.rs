//! `pm search`: words are looked for in all processes, or in one.

use std::process::ExitCode;

use pm_core::search::{HitField, HitPlace, SearchHit, SearchHits, SearchQuery};

use crate::commands::list;
use crate::context::{Context, Object, insert};
use crate::draw::line::{Line, Page, Tone};
use crate::stop::Outcome;

/// What is looked for.
#[derive(Debug, clap::Args)]
pub(crate) struct SearchArgs {
    /// Words; what holds all of them is found
    #[arg(required = true, value_name = "WORD")]
    words: Vec<String>,
}

pub(crate) fn run(args: &SearchArgs, context: &Context) -> Outcome {
    let words = args.words.join(" ");
    let mut arguments = Object::new();
    arguments.insert("query".into(), words.as_str().into());
    insert(&mut arguments, "process", context.named_outright());
    // If there are no words, the tool has refused.
    let answer = context.call("search", arguments)?;
    if context.print_json(&answer) {
        return Ok(ExitCode::SUCCESS);
    }
    let Ok(query) = words.parse::<SearchQuery>() else {
        return Ok(ExitCode::SUCCESS);
    };
    let hits = if answer.text("process_name").is_some() {
        let mut hits = SearchHits::default();
        query.look_in(&*context.process_of(&answer)?, &mut hits);
        Ok(hits)
    } else {
        context.manager()?.search(&query)
    };
    let hits = hits.map_err(|error| context.refused("search", error))?;
    let mut page = Page::default();
    for hit in hits.best() {
        page.gap();
        page.push(title(&hit));
        let width = context.screen.width();
        page.indented(2, Line::of(&hit.excerpt).wrapped(width.saturating_sub(2)));
    }
    let told = answer.told();
    if !told.is_empty() {
        page.gap();
        page.push(Line::toned(&told, Tone::Faint));
    }
    context.screen.show(&page);
    list::complain_of(&hits.problems);
    Ok(ExitCode::SUCCESS)
}

/// Where something was found.
fn title(hit: &SearchHit) -> Line {
    let process = hit.process.to_string();
    let mut names = vec![process];
    match &hit.place {
        HitPlace::Task(task) => names.push(task.to_string()),
        HitPlace::Job { task, job } => names.extend([task.to_string(), job.to_string()]),
        HitPlace::Snippet { task, snippet, .. } => {
            names.extend([task.to_string(), snippet.to_string()]);
        }
        HitPlace::Process | _ => {}
    }
    let what = match (&hit.place, hit.field) {
        (HitPlace::Snippet { version, of, .. }, _) if version < of => {
            format!("version {version} of {of}, line {}", hit.line)
        }
        (_, HitField::Name) => "name".to_owned(),
        (_, HitField::Description) => "description".to_owned(),
        (_, HitField::Note) => "note".to_owned(),
        (_, HitField::Code | _) => format!("line {}", hit.line),
    };
    let place = names.join(" › ");
    Line::toned(&place, Tone::Strong).with(&format!("  {what}"), Tone::Faint)
}
