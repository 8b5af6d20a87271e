//! The tool that looks for something in all processes.

use pm_core::search::{HitField, HitPlace, SearchHit, SearchHits, SearchQuery};

use crate::answer::ProblemBody;
use crate::tool::prelude::*;

/// Looks for something in the names, descriptions, notes and code of all processes, or of one.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct Search {
    query: String,
    /// in this one
    process: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct SearchAnswer {
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    /// Only if one process was looked through.
    #[serde(flatten)]
    concerned: Option<Concerned>,
    hits: Vec<HitBody>,
    total: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<ProblemBody>,
}

/// A hit, with the arguments for the tools that read it.
#[derive(Serialize)]
struct HitBody {
    process: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    task_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    job_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<usize>,
    found_in: &'static str,
    line: usize,
    excerpt: String,
}

impl From<SearchHit> for HitBody {
    fn from(hit: SearchHit) -> Self {
        let (mut task_name, mut job_name, mut code_name) = (None, None, None);
        let mut versions = None;
        match hit.place {
            HitPlace::Task(task) => task_name = Some(task),
            HitPlace::Job { task, job } => (task_name, job_name) = (Some(task), Some(job)),
            HitPlace::Snippet {
                task,
                snippet,
                version,
                of,
            } => {
                (task_name, code_name) = (Some(task), Some(snippet));
                versions = Some((version, of));
            }
            // One that the core got since is told by what was found in it.
            HitPlace::Process | _ => {}
        }
        Self {
            process: hit.process.to_string(),
            task_name: task_name.map(|name| name.to_string()),
            job_name: job_name.map(|name| name.to_string()),
            code_name: code_name.map(|name| name.to_string()),
            version: versions.map(|(version, _)| version),
            of: versions.map(|(_, of)| of),
            found_in: match hit.field {
                HitField::Name => "name",
                HitField::Description => "description",
                HitField::Note => "note",
                HitField::Code => "code",
                _ => "something else",
            },
            line: hit.line,
            excerpt: hit.excerpt,
        }
    }
}

impl ToolDefinition for Search {
    const NAME: &'static str = "search";
    const TITLE: &'static str = "Search";
    const DESCRIPTION: &'static str =
        "Find words in all processes: names, descriptions, notes, code.";
    const EFFECT: Effect = Effect::Reads;
    const NOTHING: &'static str = "Nothing was searched";
    const REST: &'static str = "Call search with more words to find fewer.";

    fn run(self, call: &Call<'_>) -> Result<impl Serialize, Failure> {
        let query: SearchQuery = self.query.parse().map_err(Failure::Query)?;
        let (concerned, hits) = match call.process_named(self.process.as_deref()) {
            Some(named) => {
                let chosen = call.process_pointed_at(Some(named))?;
                let mut hits = SearchHits::default();
                query.look_in(&chosen.process, &mut hits);
                (Some(chosen.concerned()), hits)
            }
            None => (None, call.manager.search(&query)?),
        };
        let best = hits.best();
        let message = match (hits.total, best.len()) {
            (0, _) => {
                Some("Nothing holds all of these words. Parts of words count, too.".to_owned())
            }
            (total, shown) if total > shown => {
                Some(format!("{total} were found; these are the best {shown}."))
            }
            _ => None,
        };
        Ok(SearchAnswer {
            message,
            concerned,
            hits: best.into_iter().map(Into::into).collect(),
            total: hits.total,
            problems: hits.problems.iter().map(Into::into).collect(),
        })
    }
}
