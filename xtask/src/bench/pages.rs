//! What people wait for: pages over many processes and large ones, as the server sends them.

use std::{
    io::Read,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use serde_json::json;

use super::{
    Effort,
    caller::Caller,
    page_files::{PROCESSES, TASKS},
    statistics::{Latencies, median},
    target::Target,
    wire::Era,
};
use crate::table::{Table, figure};

/// The page of a large snippet.
const SNIPPET: &str = "/p/Snippet/t/task/c/large1.rs";

/// Measures the pages of a server over the files of [`page_files`](super::page_files).
pub(super) fn table(ours: &Target, effort: &Effort) -> Result<Table> {
    let note = format!(
        "One browser that asks for one page after the other, from its request to the last byte, \
         gzip taken. Home shows the first 50 of {PROCESSES} processes; the board has {TASKS} tasks; \
         the snippet has two versions of 1 MiB. `just changed`: something on it changed before each \
         request, so that it is made anew; `as it was`: it is asked for with its tag."
    );
    let columns = ["page", "ms p50", "ms p95", "sent kB"];
    let mut table = Table::new("Pages", &note, &columns);
    for (what, path, changed) in [
        ("Home", "/", Some("Process 0")),
        ("a board", "/p/Board?view=board", Some("Board")),
        ("a list", "/p/Board", Some("Board")),
        ("a snippet", SNIPPET, None),
        ("a difference", &format!("{SNIPPET}?v=2&with=1"), None),
        ("activity", "/activity", Some("Process 0")),
    ] {
        let mut browser = Browser::new(ours);
        let first = browser.get(path, None)?;
        ensure!(
            first.status == 200,
            "{path} was answered with {}",
            first.status
        );
        let mut row = |what: &str, tag: Option<&str>, changed: Option<&str>| -> Result<()> {
            // An idle connection would be closed meanwhile.
            let mut caller = ours.caller(Era::Sessions)?;
            let begin = Instant::now();
            let mut taken = Latencies::default();
            let mut sizes = Vec::new();
            while taken.len() < 3 || begin.elapsed() < effort.read_time {
                if let Some(process) = changed {
                    change(&mut caller, process, taken.len())?;
                }
                let asked = Instant::now();
                let answer = browser.get(path, tag)?;
                taken.add(asked.elapsed());
                sizes.push(kilobytes(answer.bytes));
            }
            table.row([
                what.to_owned(),
                figure(Some(taken.percentile(50))),
                figure(Some(taken.percentile(95))),
                figure(median(sizes)),
            ]);
            caller.close()
        };
        row(what, None, None)?;
        if changed.is_some() {
            row(&format!("{what}, just changed"), None, changed)?;
        } else {
            row(&format!("{what}, as it was"), first.tag.as_deref(), None)?;
        }
    }
    Ok(table)
}

/// Changes a task that all pages of the process show.
fn change(caller: &mut Caller, process: &str, number: usize) -> Result<()> {
    let status = if number.is_multiple_of(2) {
        "in_progress"
    } else {
        "todo"
    };
    let task = json!({ "process": process, "task_name": "task 0", "status": status });
    caller.call("task_update", &task)?;
    Ok(())
}

/// One that takes gzip and keeps its connection.
struct Browser {
    agent: ureq::Agent,
    base: String,
}

struct Answer {
    status: u16,
    tag: Option<String>,
    bytes: usize,
}

impl Browser {
    fn new(ours: &Target) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(30)))
            .build()
            .into();
        let base = format!("http://{}", ours.authority());
        Self { agent, base }
    }

    fn get(&mut self, path: &str, tag: Option<&str>) -> Result<Answer> {
        let mut request = self
            .agent
            .get(format!("{}{path}", self.base))
            .header("accept", "text/html")
            .header("accept-encoding", "gzip");
        if let Some(tag) = tag {
            request = request.header("if-none-match", tag);
        }
        let mut answer = request.call()?;
        let mut bytes = Vec::new();
        answer.body_mut().as_reader().read_to_end(&mut bytes)?;
        let tag = answer.headers().get("etag");
        Ok(Answer {
            status: answer.status().as_u16(),
            tag: tag.and_then(|tag| tag.to_str().ok()).map(str::to_owned),
            bytes: bytes.len(),
        })
    }
}

fn kilobytes(bytes: usize) -> f64 {
    u32::try_from(bytes).map_or(f64::NAN, f64::from) / 1000.0
}
